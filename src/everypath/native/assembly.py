"""Writing LLVM's text: fresh names, blocks in order, phis that are closed later.

Text, because LLVM parses it faster than Python can build objects, and because it is what `show --stage llvm` prints.
"""

from __future__ import annotations

import operator
import re
import struct
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..ir.types import SCALARS

LLVM = {**{t.name: f"i{t.bits}" for t in SCALARS.values()}, "f64": "double", "f32": "float", "f16": "half", "bool": "i1"}
"""The type of a scalar in registers; in memory a bool is an i8."""

IN_MEMORY = {**LLVM, "bool": "i8"}
SIZE = {t.name: t.bits // 8 for t in SCALARS.values()}


def literal(value: bool | int | float, dtype: str) -> str:
    """A constant of this dtype, as LLVM writes it: floats by their bits."""
    if dtype == "bool":
        return "true" if value else "false"
    if SCALARS[dtype].is_integer:
        return str(int(value))
    if dtype == "f16":
        with np.errstate(over="ignore"):
            return f"0xH{np.float16(value).view(np.uint16):04X}"
    if dtype == "f32":
        try:
            value = struct.unpack("<f", struct.pack("<f", value))[0]
        except OverflowError:
            value = float("inf") if value > 0 else float("-inf")
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"


OF_NUMBERS = re.compile(r"(add|sub|mul|icmp \w+) (?:nsw |nuw )*i64 (-?[0-9]+), (-?[0-9]+)")
OF_TRUTHS = re.compile(r"(and|or|xor) i1 (true|false), (true|false)")
CHOICE = re.compile(r"select i1 (true|false), (i1|i64) ([^ ,]+), (?:i1|i64) ([^ ,]+)")
ARITHMETIC = {"add": operator.add, "sub": operator.sub, "mul": operator.mul}
COMPARED = {"eq": operator.eq, "ne": operator.ne, "slt": operator.lt, "sle": operator.le, "sgt": operator.gt, "sge": operator.ge}
TRUTHS = {"and": operator.and_, "or": operator.or_, "xor": operator.xor}


def folded(text: str) -> str | None:
    """What an instruction gives, if all that it works on are numbers: extents that are known decide which code is written at all.

    >>> folded("mul nsw i64 3, -4"), folded("icmp sle i64 3, 32"), folded("select i1 false, i64 %v.1, i64 7"), folded("add i64 %v.1, 3")
    ('-12', 'true', '7', None)
    """
    if found := OF_NUMBERS.fullmatch(text):
        name, a, b = found[1], int(found[2]), int(found[3])
        if name in ARITHMETIC:
            result = ARITHMETIC[name](a, b)
            return str(result) if -(1 << 63) <= result < 1 << 63 else None
        compare = COMPARED.get(name.removeprefix("icmp "))
        return None if compare is None else "true" if compare(a, b) else "false"
    if found := OF_TRUTHS.fullmatch(text):
        return "true" if TRUTHS[found[1]](found[2] == "true", found[3] == "true") else "false"
    if found := CHOICE.fullmatch(text):
        return found[3] if found[1] == "true" else found[4]
    return None


class Phi(NamedTuple):
    """A phi whose incoming values are not all known yet."""

    name: str
    type: str
    line: int


class Code:
    """One function's body as it is written. `block` is the label of the block being written."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.entry: list[str] = []
        self.count = 0
        self.block = "entry"
        self.room_words = 0
        self.made: dict[str, str] = {}  # the instruction, or the type, of each register

    def turned_to(self, other: Code, left: Code | None = None) -> Code:
        """Go on with the lines of another body, for all who hold this one; what was written so far. Names stay unique in both."""
        left = Code() if left is None else left
        left.count = max(left.count, self.count)
        for name in ("lines", "entry", "block", "room_words"):
            setattr(left, name, getattr(self, name))
            setattr(self, name, getattr(other, name))
        return left

    def text(self) -> str:
        room = [f"  %room = alloca [{self.room_words} x i64], align 8"] if self.room_words else []
        return "\n".join(["entry:", *room, *self.entry, *self.lines])

    def name(self, hint: str = "v") -> str:
        self.count += 1
        return f"{hint}.{self.count}"

    def do(self, text: str) -> None:
        self.lines.append(f"  {text}")

    def let(self, text: str) -> str:
        """A fresh value, the result of the instruction `text`; where that is known by now, the number itself."""
        if (known := folded(text)) is not None:
            return known
        name = f"%{self.name()}"
        self.lines.append(f"  {name} = {text}")
        self.made[name] = text
        return name

    def slot(self, type_: str, align: int = 8) -> str:
        """Room on the stack for the whole call."""
        name = f"%{self.name('slot')}"
        self.entry.append(f"  {name} = alloca {type_}, align {align}")
        self.made[name] = "alloca"
        return name

    def room(self, words: int) -> str:
        """So many words of the stack that are used for a moment: all who ask have the same ones."""
        self.room_words = max(self.room_words, words, 1)
        return "%room"

    # Blocks ----------------------------------------------------------------------------------------------------------

    def label(self, hint: str) -> str:
        return self.name(hint)

    def start(self, label: str) -> None:
        self.lines.append(f"{label}:")
        self.block = label

    def jump(self, label: str) -> None:
        self.do(f"br label %{label}")

    def branch(self, condition: str, then: str, orelse: str, metadata: str = "") -> None:
        self.do(f"br i1 {condition}, label %{then}, label %{orelse}{metadata}")

    def phi(self, type_: str, *incoming: tuple[str, str]) -> str:
        """The value that arrives from each (value, block)."""
        return self.let(f"phi {type_} " + ", ".join(f"[ {value}, %{block} ]" for value, block in incoming))

    def open_phi(self, type_: str) -> Phi:
        name = f"%{self.name('phi')}"
        self.lines.append("")
        self.made[name] = f"phi {type_} ["
        return Phi(name, type_, len(self.lines) - 1)

    def close_phi(self, phi: Phi, *incoming: tuple[str, str]) -> None:
        arrivals = ", ".join(f"[ {value}, %{block} ]" for value, block in incoming)
        self.lines[phi.line] = f"  {phi.name} = phi {phi.type} {arrivals}"

    # Integers --------------------------------------------------------------------------------------------------------

    def add(self, a: str, b: str) -> str:
        """a + b of i64s that cannot overflow: extents, offsets."""
        if a == "0":
            return b
        return a if b == "0" else self.let(f"add nsw i64 {a}, {b}")

    def mul(self, a: str, b: str) -> str:
        """a · b of i64s that cannot overflow."""
        if a == "1":
            return b
        if "0" in (a, b):
            return "0"
        return a if b == "1" else self.let(f"mul nsw i64 {a}, {b}")

    def product(self, factors: Sequence[str]) -> str:
        total = "1"
        for factor in factors:
            total = self.mul(total, factor)
        return total

    def compare(self, predicate: str, a: str, b: str, type_: str = "i64") -> str:
        return self.let(f"icmp {predicate} {type_} {a}, {b}")

    def select(self, condition: str, type_: str, a: str, b: str) -> str:
        return a if a == b else self.let(f"select i1 {condition}, {type_} {a}, {type_} {b}")
