"""The runtime that all compiled code shares, in LLVM's language, compiled once per process.

What is marked `cold` runs seldom, a few times in a call or for each array that it takes and gives, and is compiled with less effort: a
first call waits 40 ms less for it, and the others take as long. The runtime reads one address, that of NumPy's type of arrays. `layout`
says what a block is, `context` what the context of a call holds.
Capitals in the texts stand for what Python knows.
"""

from __future__ import annotations

import re
import sys

from .. import context
from ..containers import BUFFER, CAPACITY, FIRST_SHIFT, LENGTH, SEGMENTS
from ..layout import HEADER
from ..module import POINTERS, SLOTS
from . import blocks, bounds, boxes, callers, helpers, lists, pool, powers, records, signals, strided, team

ANY_CALLER = (pool, bounds, blocks, lists, powers, signals, strided, team, helpers)
"""What is the same whoever calls."""

KEPT_WITHOUT_PYTHON = 1 << 28
"""Bytes that pools at rest keep in a program that is not Python's."""


def texts(python: dict[str, str]) -> tuple[str, str]:
    """The texts of what runs often and of what runs seldom. `python` are the names that stand for Python's and NumPy's addresses and
    offsets."""
    of_python = (callers.PYTHON, records.TEXT, boxes.TEXT)
    return apart(replaced("".join([*(part.TEXT for part in ANY_CALLER), *of_python]), words() | python))


def without_python(*, threads: bool) -> str:
    """The text for programs that know nothing of Python: all of it can be called from other modules. With `threads` loops may use several,
    where there are semaphores."""
    parallel = callers.THREADS if threads and sys.platform == "linux" else callers.NO_THREADS
    text = "".join([*(part.TEXT for part in ANY_CALLER), callers.POOLS, parallel])
    return replaced(text, words() | {"CAP": str(KEPT_WITHOUT_PYTHON)}).replace("define internal ", "define ")


def words() -> dict[str, str]:
    """What capitals in the texts stand for."""
    found = {name: str(getattr(context, name)) for name in vars(context) if name.isupper() and name != "COUNTERS"}
    found |= {
        "POINTERS_TABLE": POINTERS,
        "HEADER": str(HEADER),
        "COUNTER_BYTES": str(8 * len(context.COUNTERS)),
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
    return found | pool.words() | team.words()


def replaced(source: str, words: dict[str, str]) -> str:
    """`source` with every whole word that `words` knows replaced."""
    return re.sub(r"\b[A-Z][A-Z_]+\b", lambda match: words.get(match[0], match[0]), source)


ITEM = re.compile(r"^(?:define .*? \{$.*?^\}$|declare .*?$|@.*?$)", re.DOTALL | re.MULTILINE)
"""A function, a declaration or a global."""


def apart(source: str) -> tuple[str, str]:
    """`source` in two: without the functions that are marked `cold`, and those alone. What is inlined stands in both."""
    often: list[str] = []
    seldom: list[str] = []
    for item in ITEM.findall(source):
        head, _, _ = item.partition(" {\n")
        shared = item.startswith("declare") or head.endswith("alwaysinline") or " = private constant " in item
        if shared:
            often.append(item)
            seldom.append(item)
        elif item.startswith("@"):
            often.append(item.replace(" internal ", " "))
            seldom.append(f"{item.partition(' = ')[0]} = external global i8")
        else:
            here, there = (seldom, often) if head.endswith(" cold") else (often, seldom)
            here.append(item.replace("define internal ", "define ", 1))
            there.append(re.sub("^define (internal )?", "declare ", head))
    return "\n".join(often) + "\n", "\n".join(seldom) + "\n"
