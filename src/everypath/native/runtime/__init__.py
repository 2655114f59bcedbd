"""The runtime that all compiled code shares, in LLVM's language, compiled once per process.

It reads one address, that of NumPy's type of arrays. `layout` says what a block is, `context` what the context of a call holds.
Capitals in the texts stand for what Python knows.
"""

from __future__ import annotations

import re

from .. import context
from ..containers import BUFFER, CAPACITY, FIRST_SHIFT, LENGTH, SEGMENTS
from ..layout import HEADER
from ..module import POINTERS, SLOTS
from . import blocks, bounds, boxes, lists, pool, powers, records, signals, strided, team

PARTS = (pool, bounds, blocks, lists, powers, signals, strided, records, boxes, team)


def text(python: dict[str, str]) -> str:
    """The module's text. `python` are the names that stand for Python's and NumPy's addresses and offsets."""
    words = {name: str(getattr(context, name)) for name in vars(context) if name.isupper() and name != "COUNTERS"}
    words |= {
        "POINTERS_TABLE": POINTERS,
        "HEADER": str(HEADER),
        "BUFFER": str(BUFFER),
        "CAPACITY": str(CAPACITY),
        "LENGTH": str(LENGTH),
        "SEGMENTS": str(SEGMENTS),
        "FIRST_SEGMENT": str(1 << FIRST_SHIFT),
        "LAST_SEGMENT": str(SEGMENTS + 63 - FIRST_SHIFT),
        "PERIOD": str(signals.PERIOD),
        "TURNS": str(signals.TURNS),
        "SMALL": str(boxes.SMALL),
        "HUGE": str(blocks.HUGE),
        "NOTES": str(1 + SLOTS),
        "LENGTH_OF_CAPSULE": str(len(boxes.CAPSULE) + 1),
        "LENGTH_OF_RECORD": str(len(records.RECORD) + 1),
        "CAPSULE_NAME": boxes.CAPSULE,
        "RECORD_NAME": records.RECORD,
    }
    words |= pool.words() | team.words()
    return replaced("".join(part.TEXT for part in PARTS), words | python)


def replaced(source: str, words: dict[str, str]) -> str:
    """`source` with every whole word that `words` knows replaced."""
    return re.sub(r"\b[A-Z][A-Z_]+\b", lambda match: words.get(match[0], match[0]), source)
