"""Which values may refer to the memory of which: by views, branches, loops, lists, and calls that come back to where they were made.

What a helper is given in one place does not come out of it in another. So a way goes out of functions first, to whoever calls them,
and then into functions that are called; a call that it goes into and comes back from is one step, known by what the callee does
with its parameters (`References.through`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cached_property
from typing import Any

from ..ir.op import definition
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import ListType, ScalarType
from ..ir.walk import ops_in

Moves = list[tuple[Value, Value]]
"""(source, target): the references that are handed from one value to another."""


class References:
    """The references of a program, whose functions are looked at once."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def to(self, roots: Set[Value]) -> set[Value]:
        """All that may refer to the memory of these."""
        return closed(closed(roots, [*self.within, *self.out]), [*self.within, *self.into])

    def behind(self, found: Set[Value]) -> set[Value]:
        """All whose memory these may refer to."""
        return closed(closed(found, turned([*self.within, *self.into])), turned([*self.within, *self.out]))

    @cached_property
    def calls(self) -> list[tuple[Op, Function]]:
        return [call for function in self.program for call in calls_in(self.program, function)]

    @cached_property
    def out(self) -> Moves:
        """From what a function returns, or puts into a list that it is given, to where it is called."""
        return [
            move
            for op, callee in self.calls
            for move in zip(ends(callee), (*op.results, *op.operands), strict=True)
            if outward(callee, move[0])
        ]

    @cached_property
    def into(self) -> Moves:
        return [move for op, callee in self.calls for move in zip(op.operands, callee.parameters, strict=True)]

    @cached_property
    def within(self) -> Moves:
        return [move for function in self.program for move in self.inside(function, self.through)]

    @cached_property
    def through(self) -> dict[str, set[tuple[int, int]]]:
        """Of each function, (k, e): what refers to the memory of its parameter k when it is done, by the position among its ends."""
        known: dict[str, set[tuple[int, int]]] = {function.name: set() for function in self.program}
        settled = False
        while not settled:
            settled = True
            for function in self.program:
                found = self.kept(function, known)
                settled = settled and found == known[function.name]
                known[function.name] = found
        return known

    def kept(self, function: Function, known: dict[str, set[tuple[int, int]]]) -> set[tuple[int, int]]:
        moves = self.inside(function, known)
        return {
            (k, e)
            for k, p in enumerate(function.parameters)
            if not isinstance(p.type, ScalarType)
            for reached in [closed({p}, moves)]
            for e, end in enumerate(ends(function))
            if end in reached and end is not p and outward(function, end)
        }

    def inside(self, function: Function, known: dict[str, set[tuple[int, int]]]) -> Moves:
        """The moves of a function's own statements, each of its calls being one."""
        moves = handed_on(function)
        for op, callee in calls_in(self.program, function):
            at = (*op.results, *op.operands)
            moves += [(op.operands[k], at[e]) for k, e in known[callee.name]]
        return moves


def calls_in(program: Program, function: Function) -> Iterator[tuple[Op, Function]]:
    return ((op, program.functions[op.attributes["callee"]]) for op in ops_in(function.body) if op.name == "call")


def ends(function: Function) -> tuple[Value, ...]:
    return (*function.returned, *function.parameters)


def outward(function: Function, end: Value) -> bool:
    """Whether what an end refers to is seen by whoever called: it is returned, or a list."""
    return end in function.returned or isinstance(end.type, ListType)


def moves_of(program: Program) -> Moves:
    """All moves of a program, whoever calls whom: by them arrays come to refer to the memory of others, and lists to hold such arrays."""
    references = References(program)
    own = [move for function in program for move in handed_on(function)]
    return [*own, *references.into, *references.out]


def turned(moves: Iterable[tuple[Value, Value]]) -> Moves:
    return [(target, source) for source, target in moves]


def closed(roots: Set[Value], moves: Moves) -> set[Value]:
    """What is reached from `roots` by these moves."""
    targets: defaultdict[Value, list[Value]] = defaultdict(list)
    for source, target in moves:
        targets[source].append(target)
    found, left = set(roots), list(roots)
    while left:
        new = [target for target in targets.get(left.pop(), ()) if target not in found]
        found.update(new)
        left += new
    return found


def handed_on(function: Function) -> Moves:
    """The references that the statements of a function, calls left out, hand from one value to another."""
    numbers = {op.result: op.attributes["value"] for op in ops_in(function.body) if op.name == "constant"}
    return [move for op in ops_in(function.body) for move in passed_on(op, numbers)]


def passed_on(op: Op, numbers: Mapping[Value, Any]) -> Iterator[tuple[Value, Value]]:
    """(source, target): the references that `op`, which is no call, hands from one value to another, where these are constants."""
    if definition(op.name).shares or op.name == "list_get":
        yield op.operands[0], op.result
    elif op.name in ("list_append", "list_set"):
        yield op.operands[1], op.operands[0]
    elif op.name == "if":
        for region in op.regions:
            yield from zip(region.yielded, op.results, strict=True)
    elif op.name in ("for", "while"):
        yield from around(op, op.regions[0], 3 if op.name == "for" else 1, numbers)


def around(op: Op, region: Region, controls: int, numbers: Mapping[Value, Any]) -> Iterator[tuple[Value, Value]]:
    """What a loop carries: from the start to each turn, from one turn to the next, and out; not past a loop that surely has a turn."""
    counted = op.name == "for"
    bounds = [numbers[v] for v in op.operands[:controls] if v in numbers]
    has_a_turn = counted and len(bounds) == 3 and bounds[2] != 0 and len(range(*bounds)) > 0
    arguments = region.arguments[1:] if counted else region.arguments
    yielded = region.yielded if counted else region.yielded[1:]
    for start, argument, after, result in zip(op.operands[controls:], arguments, yielded, op.results, strict=True):
        yield start, argument
        yield after, argument
        yield (after if has_a_turn else argument), result
