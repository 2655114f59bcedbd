"""What a gradient keeps from its forward sweep for its backward one: every tape with its bytes, counted in a run by the interpreter.

tapes of f_vjp: 800 B
    800 B  x_tape           f64[:]           one for each turn                  line 2: for _ in range(n):
"""

from __future__ import annotations

import linecache
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..ir.interpret import Interpreter
from ..ir.program import Op, Program, Region
from ..ir.types import ListType, RecordType, ScalarType, Type

KINDS = {
    "tape": "one for each turn",
    "rows": "a row for each turn",
    "then": "as it was, written later",
    "before": "overwritten, and restored",
    "entries": "a stack of what calls keep",
    "states": "states that a loop runs again from",
}
"""What `differentiate` calls what it keeps: by the end of its name."""

KEEPS = re.compile(r"(?:(.+)_)?(tape|rows|then|before|entries|states)")
UNITS = ("B", "KB", "MB", "GB", "TB")


class Kept:
    """Watches a run: the largest that each op which begins a tape made, and what other tapes hold is theirs."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.made: dict[Op, list[Any]] = {}

    def executed(self, op: Op, operands: Sequence[Any], results: Sequence[Any]) -> None:
        if op.name in ("alloc", "list_new", "copy") and KEEPS.fullmatch(op.results[0].name):
            self.made.setdefault(op, []).append(results[0])

    def entered(self, region: Region) -> None:
        """Regions are nothing to it."""

    def left(self, region: Region) -> None:
        """Nor are their ends."""

    def sizes(self) -> list[tuple[int, Op]]:
        """Bytes of each tape, the largest first. What several hold is counted once, and a tape that is made anew again and again by its
        largest."""
        inside: set[int] = set()
        for found in self.made.values():
            for x in found:
                self.hold(x, inside)
        sizes = []
        for op, found in self.made.items():
            largest = max((self.size(x, op.results[0].type, set()) for x in found if id(x) not in inside), default=0)
            if largest:
                sizes.append((largest, op))
        return sorted(sizes, key=lambda pair: -pair[0])

    def hold(self, x: Any, inside: set[int]) -> None:
        """Note what the list or record `x` holds."""
        for item in x if isinstance(x, list | tuple) else ():
            if isinstance(item, list | tuple | np.ndarray) and id(item) not in inside:
                inside.add(id(item))
                self.hold(item, inside)

    def size(self, x: Any, type_: Type, seen: set[int]) -> int:
        if isinstance(type_, ScalarType):
            return type_.bits // 8
        if id(x) in seen:
            return 0
        seen.add(id(x))
        if isinstance(type_, ListType):
            if isinstance(type_.element, ScalarType):
                return len(x) * type_.element.bits // 8
            return sum(self.size(item, type_.element, seen) for item in x)
        if isinstance(type_, RecordType):
            return sum(self.size(item, t, seen) for item, t in zip(x, self.program.records[type_.name], strict=True))
        return int(x.nbytes)


def tapes(program: Program, entry: str, leaves: Sequence[Any]) -> str:
    """The tapes of a gradient at some arguments, as text: bytes, name, type, what it is, and the line it belongs to."""
    kept = Kept(program)
    Interpreter(program, kept, silent=True).run(entry, leaves)
    sizes = kept.sizes()
    return "\n".join([f"tapes of {entry}: {readable(sum(size for size, _ in sizes))}", *(line(size, op) for size, op in sizes)])


def line(size: int, op: Op) -> str:
    name, found = op.results[0].name, KEEPS.fullmatch(op.results[0].name)
    what = KINDS[found[2]] if found else ""
    text = f"{readable(size):>9}  {name:16} {op.results[0].type!s:16} {what:34}"
    if op.location is None:
        return text.rstrip()
    source = linecache.getline(op.location.file, op.location.line).strip()
    return f"{text} line {op.location.line}: {source}".rstrip()


def readable(size: float) -> str:
    """1536 -> "1.5 KB"."""
    for unit in UNITS[:-1]:
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} {UNITS[-1]}"
