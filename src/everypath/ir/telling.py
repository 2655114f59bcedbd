"""Where what a program says goes: the op `print` says a text when it is reached.

Its attributes: `message`, a template over its operands (`shown`); `end`; `flush`; and `to`, the name of a stream of `sys`, or what
takes the text (a warning, a logger). Without `to` it is where Python's own print writes.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from ..shown import shown


def tell(attributes: Mapping[str, Any], values: list[Any]) -> None:
    """Say it, with these values of the operands."""
    text = shown(attributes["message"], values)
    to = attributes.get("to")
    if callable(to):
        to(text)
        return
    stream = None if to is None else getattr(sys, to)
    print(text, end=attributes.get("end", "\n"), flush=attributes.get("flush", False), file=stream)
