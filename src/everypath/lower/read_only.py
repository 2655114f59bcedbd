"""Writes to the results of `np.broadcast_to` and `np.diagonal`, which NumPy does not let write: refused.

A program is looked at when it is complete, so that it does not matter which loops, branches, lists and calls such an array
went through on its way.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from ..ir.op import definition
from ..ir.program import Op, Program, Region, Value
from ..ir.types import ArrayType, ScalarType
from ..ir.walk import ops_in
from ..source import Location
from ..structure import MANY
from .reach import Refusal

MAKES = frozenset({"broadcast", "diagonal"})


def refusals(program: Program, stacked: bool = False, early: Set[str] = frozenset()) -> list[Refusal]:
    """A refusal for each write to an array that is, or may be, read only.

    Where a list of arrays is passed as one array (`stacked`), nothing that was passed may be written: its items would not see it. The
    functions in `early` return iterators whose items are computed already: what they were called with may not be written either.
    """
    made = {op.result for function in program for op in ops_in(function.body) if op.name in MAKES}
    passed = {p for p in program.main.parameters if isinstance(p.type, ArrayType)} if stacked else set()
    return [
        *(
            (where, "assignment destination is read-only", "write into a copy: x = np.broadcast_to(…).copy()")
            for where in writes(program, made)
        ),
        *((where, STACKED, "pass one array, np.array(items)") for where in writes(program, passed)),
        *((where, EARLY, "return a list") for where in writes(program, handed_to(program, early))),
    ]


STACKED = f"what a function is called with cannot be written where a list of more than {MANY} arrays or rows is among it"


EARLY = "this may be what the items of a generator are made of that was returned by a function, which is not supported"


def handed_to(program: Program, names: Set[str]) -> set[Value]:
    """The arrays that calls of these functions are given, and all that shares memory with them."""
    found = {v for f in program for op in ops_in(f.body) if op.name == "call" and op.attributes["callee"] in names for v in op.operands}
    found = {v for v in found if not isinstance(v.type, ScalarType)}
    if found:
        moves = [move for function in program for op in ops_in(function.body) for move in passed_on(program, op)]
        found = closed(found, [*moves, *((target, source) for source, target in moves)])
    return found


def writes(program: Program, roots: set[Value]) -> list[Location | None]:
    """Where arrays that may refer to the memory of these are written."""
    if not roots:
        return []
    found = reached(program, roots)
    return [
        op.location
        for function in program
        for op in ops_in(function.body)
        if (k := definition(op.name).writes) is not None and definition(op.name).family != "list" and op.operands[k] in found
    ]


def reached(program: Program, roots: set[Value]) -> set[Value]:
    """The arrays that may refer to the memory of these, and the lists that may hold such arrays."""
    return closed(roots, [move for function in program for op in ops_in(function.body) for move in passed_on(program, op)])


def closed(roots: set[Value], moves: list[tuple[Value, Value]]) -> set[Value]:
    """What is reached from `roots` by these moves."""
    found, size = set(roots), 0
    while size < len(found):
        size = len(found)
        found.update(target for source, target in moves if source in found)
    return found


def passed_on(program: Program, op: Op) -> Iterator[tuple[Value, Value]]:
    """(source, target): the references that `op` hands from one value to another."""
    if definition(op.name).shares or op.name == "list_get":
        yield op.operands[0], op.result
    elif op.name in ("list_append", "list_set"):
        yield op.operands[1], op.operands[0]
    elif op.name == "if":
        for region in op.regions:
            yield from zip(region.yielded, op.results, strict=True)
    elif op.name in ("for", "while"):
        yield from around(op, op.regions[0], 3 if op.name == "for" else 1)
    elif op.name == "call":
        callee = program.functions[op.attributes["callee"]]
        yield from zip(op.operands, callee.parameters, strict=True)
        yield from zip(callee.returned, op.results, strict=True)


def around(op: Op, region: Region, controls: int) -> Iterator[tuple[Value, Value]]:
    """What a loop carries: from the start to each turn, from one turn to the next, and out."""
    counted = op.name == "for"
    arguments = region.arguments[1:] if counted else region.arguments
    yielded = region.yielded if counted else region.yielded[1:]
    for start, argument, after, result in zip(op.operands[controls:], arguments, yielded, op.results, strict=True):
        yield start, argument
        yield after, argument
        yield argument, result
