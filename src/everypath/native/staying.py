"""Small arrays whose memory nobody sees after the turn of a loop that makes them live on the stack: LLVM keeps them in registers.

    for … {                                   %a = alloca [3 x double]      ; once, where the function begins
      a = map 3 {into=('array',)} {…}    →    for … { store … %a … }
      s = matmul a, a
    }

An array of a few numbers (a point, a rotation, three forces) is then as cheap as that many variables. Its extents must be numbers,
and nothing that outlives the turn may refer to it: no result, no list, no value that a loop carries on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import prod

from ..ir.op import DEFINITIONS, definition
from ..ir.program import Function, Op, Region, Value
from ..ir.types import ScalarType
from .assembly import SIZE
from .ownership import counted, first_carried, unchanged

LARGEST = 512
"""Bytes of an array on the stack: loops over more are not unrolled, and gain little."""

ROOM = 1 << 14
"""Bytes of all of them in one function."""

MAKERS = frozenset({"alloc", "full", "copy", "map", "matmul", "sum", "any", "all", "norm"})
"""Operations whose results are new arrays and nothing else, beside the element-wise ones."""


class Staying:
    """The arrays of one function that may live on the stack, and the room that is left there."""

    def __init__(self, function: Function) -> None:
        self.seen = set() if function.attributes.get("recursive") else Seen(function).values
        self.recursive = bool(function.attributes.get("recursive"))
        self.room = ROOM

    def takes(self, op: Op, result: Value | None, dtype: str, dims: Sequence[str]) -> bool:
        """Whether a new array with these extents goes on the stack; `result` is the value of `op` that it becomes."""
        if result is None or self.recursive or result in self.seen or not all(d.isdigit() for d in dims):
            return False
        if op.name not in MAKERS and DEFINITIONS[op.name].family != "elementwise":
            return False
        bytes_ = prod(map(int, dims)) * SIZE[dtype]
        if not 0 < bytes_ <= min(LARGEST, self.room):
            return False
        self.room -= bytes_
        return True


class Seen:
    """The `values` of a function to which something refers that outlives the turn they are made in."""

    def __init__(self, function: Function) -> None:
        self.values: set[Value] = set(function.parameters)
        self.lenders: dict[Value, list[Value]] = defaultdict(list)  # a reference -> those whose memory it is
        self.region(function.body)
        self.note(function.body.terminator.operands)
        pending = list(self.values)
        while pending:
            for lender in self.lenders.pop(pending.pop(), ()):
                if lender not in self.values:
                    self.values.add(lender)
                    pending.append(lender)

    def note(self, values: Sequence[Value]) -> None:
        self.values.update(v for v in values if not isinstance(v.type, ScalarType))

    def region(self, region: Region) -> None:
        for op in region.ops[:-1]:
            self.op(op)
            for inner in op.regions:
                self.region(inner)

    def op(self, op: Op) -> None:
        known = definition(op.name)
        if op.name == "if":
            for region in op.regions:
                for result, value in zip(op.results, region.terminator.operands, strict=True):
                    self.lenders[result].append(value)
        elif op.name in ("for", "while"):
            self.loop(op)
        elif known.family in ("control", "list"):
            self.note(op.operands)
        elif known.shares:
            for result in op.results:
                self.lenders[result].append(op.operands[0])

    def loop(self, op: Op) -> None:
        """What goes round unchanged is lent; what is carried on is seen."""
        (region,) = op.regions
        same, first = unchanged(op), first_carried(op)
        arguments = region.arguments[1:] if op.name == "for" else region.arguments
        yielded = region.yielded if op.name == "for" else region.yielded[1:]
        for k, (start, argument, last) in enumerate(zip(op.operands[first:], arguments, yielded, strict=True)):
            if k in same:
                self.lenders[argument].append(start)
                self.lenders[op.results[k]].append(start)
            elif counted(start):
                self.note((start, last))
