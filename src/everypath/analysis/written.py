"""Which arguments a function writes, through whatever it calls, and which it hands to a derivative that works on copies.

def f(x, y, z):                 writes: y
    helper(x, y)                copied: z
    return ep.grad(g)(z)        # g writes to its argument
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..ir.op import definition
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import ArrayType, ListType, ScalarType

Positions = frozenset[int]
NONE: Positions = frozenset()


@dataclass(frozen=True)
class Written:
    """Positions of parameters: `writes` are written, `copied` are written by a function whose derivative is taken inside."""

    writes: Positions = NONE
    copied: Positions = NONE


def written(program: Program) -> dict[str, Written]:
    """What each function of `program` writes, repeated until functions that call each other settle."""
    known = {function.name: Written() for function in program}
    while True:
        found = {function.name: _Sources(function, known).result() for function in program}
        if found == known:
            return known
        known = found


def written_parameters(program: Program) -> tuple[Sequence[int], Sequence[int]]:
    """The positions of the entry's array parameters that it writes, and of those that derivatives inside it copy."""
    found = written(program)[program.entry]
    arrays = [k for k, p in enumerate(program.main.parameters) if isinstance(p.type, ArrayType)]
    return tuple(k for k in arrays if k in found.writes), tuple(k for k in arrays if k in found.copied)


class _Sources:
    """Of each reference, the parameters whose memory it may be."""

    def __init__(self, function: Function, known: dict[str, Written]) -> None:
        self.function, self.known = function, known
        self.of: dict[Value, Positions] = {p: frozenset({k}) for k, p in enumerate(function.parameters) if refers(p)}
        self.writes: Positions = NONE
        self.copied: Positions = NONE

    def result(self) -> Written:
        while True:
            before = sum(map(len, self.of.values()))
            self.region(self.function.body)
            if sum(map(len, self.of.values())) == before:
                return Written(self.writes, self.copied)

    def all(self, values: Iterable[Value]) -> Positions:
        return NONE.union(*(self.of.get(v, NONE) for v in values))

    def add(self, value: Value, positions: Positions) -> None:
        if refers(value):
            self.of[value] = self.of.get(value, NONE) | positions

    def flow(self, sources: Sequence[Value], targets: Sequence[Value]) -> None:
        for source, target in zip(sources, targets, strict=True):
            self.add(target, self.of.get(source, NONE))

    def region(self, region: Region) -> None:
        for op in region.ops:
            self.op(op)

    def op(self, op: Op) -> None:
        k = definition(op.name).writes
        if k is not None:
            self.writes |= self.reached(op.operands[k])
        if op.name in ("for", "while"):
            self.loop(op)
        elif op.name == "if":
            for region in op.regions:
                self.region(region)
                self.flow(region.yielded, op.results)
        elif op.name in ("call", "pushforward", "pullback"):
            self.called(op)
        elif op.name in ("list_append", "list_set"):
            self.add(op.operands[0], self.of.get(op.operands[1], NONE))
        elif op.name in ("list_get", "pack", "unpack") or definition(op.name).shares:
            for result in op.results:
                self.add(result, self.all(op.operands))
        else:
            for region in op.regions:
                self.region(region)

    def reached(self, written: Value) -> Positions:
        """The parameters that a write to `written` may change: one to a list leaves the arrays as they are that were put in it."""
        found = self.of.get(written, NONE)
        if not isinstance(written.type, ListType):
            return found
        return frozenset(k for k in found if not isinstance(self.function.parameters[k].type, ArrayType))

    def loop(self, op: Op) -> None:
        skip, first, last = (3, 1, 0) if op.name == "for" else (1, 0, 1)
        (region,) = op.regions
        self.flow(op.operands[skip:], region.arguments[first:])
        self.region(region)
        self.flow(region.yielded[last:], region.arguments[first:])
        self.flow(region.arguments[first:], op.results)

    def called(self, op: Op) -> None:
        callee = self.known[op.attributes["callee"]]
        here = [self.of.get(v, NONE) for v in op.operands]
        inside = callee.writes if op.name == "call" else NONE
        self.writes |= NONE.union(*(here[k] for k in inside))
        self.copied |= NONE.union(*(here[k] for k in (callee.copied | callee.writes) - inside))
        given = self.all(op.operands)
        for value in op.results:
            self.add(value, given)
        for operand in op.operands:
            if isinstance(operand.type, ListType) and op.name == "call":
                self.add(operand, given)


def refers(value: Value) -> bool:
    """Whether `value` refers to memory."""
    return not isinstance(value.type, ScalarType)
