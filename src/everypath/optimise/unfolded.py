"""Functions that call themselves with less and less are written out for the smallest of what they are called with.

    func @f(a) {                                    func @f(a) {
      n = dim a, 0                                    small = eq (dim a, 0), 2
      y = if n == 1 {yield a[0]}            →         y = if small {p = load a, 0; q = load a, 1; yield mul p, q}
                    {… call f a[1:] …}                            {… as it was …}
      return y                                        return y
    }                                               }

Most of the calls of a recursion that branches are its last ones: of a determinant of nine rows by minors, 985,000 in all, 966,000 are of
three rows or fewer. What is smallest is guessed (arrays of one to four along each axis, integers of one to four) and tried: `symbolic`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..ir.build import Builder
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import I64, ArrayType
from ..ir.walk import ops_in, with_body
from .symbolic import GivenUp, Known, Symbolic, root

SIZES = (1, 2, 3, 4)

MOST = 160
"""Operations of what is written out for one size."""

REFUSED = (GivenUp, ArithmeticError, AttributeError, IndexError, TypeError, ValueError)
"""What a run ends with that can't be done ahead: where it would raise, it is left to raise."""


def unfolded(program: Program) -> Program:
    """The program whose functions that call themselves do no more calls for the smallest arguments."""
    functions = {name: written_out(program, function) for name, function in program.functions.items()}
    if all(functions[name] is function for name, function in program.functions.items()):
        return program
    return replace(program, functions=functions)


def written_out(program: Program, function: Function) -> Function:
    """The function, tried with what changes from call to call: its arrays, each of its integers, all together."""
    if branching(function.name, function.body) < 2:
        return function
    calls = [op for op in ops_in(function.body) if calls_itself(function.name, op)]
    changing = [p for k, p in enumerate(function.parameters) if any(op.operands[k] is not p for op in calls)]
    arrays = [p for p in changing if isinstance(p.type, ArrayType) and p.type.rank > 0]
    integers = [p for p in changing if p.type == I64]
    for measures in (arrays, *([p] for p in integers), arrays + integers):
        sides = [(size, side) for size in SIZES if (side := at(program, function, measures, size)) is not None] if measures else []
        if len(sides) > 1:
            return with_sides(function, measures, sides)
    return function


def branching(name: str, region: Region) -> int:
    """How often a function calls itself in one call, 2 standing for more."""
    count = 0
    for op in region.ops:
        inside = [branching(name, inner) for inner in op.regions]
        count += calls_itself(name, op) + (max(inside, default=0) if op.name == "if" else 2 * sum(inside))
    return min(count, 2)


def calls_itself(name: str, op: Op) -> bool:
    return op.name == "call" and bool(op.attributes["callee"] == name)


def at(program: Program, function: Function, measures: list[Value], size: int) -> Region | None:
    """What the function does where arrays are of this size along each axis, and integers are this number; None if that is too much."""
    builder = Builder(function.location)
    run = Symbolic(program, builder, MOST)
    given: list[Known] = list(function.parameters)
    try:
        for k, p in enumerate(function.parameters):
            if p in measures:
                given[k] = run.grid(p, [size] * p.type.rank) if isinstance(p.type, ArrayType) else size
        with np.errstate(all="ignore"):
            found = run.call(function, given)
        results = [returned(run, function.parameters, given, x, v) for x, v in zip(found, function.returned, strict=True)]
        if any(apart(x) and apart(y) and np.may_share_memory(x, y) for k, x in enumerate(found) for y in found[:k]):
            return None
    except REFUSED:
        return None
    builder.end("yield", results)
    return Region((), tuple(builder.ops))


def apart(x: Known) -> bool:
    return isinstance(x, np.ndarray)


def returned(run: Symbolic, parameters: tuple[Value, ...], given: list[Known], found: Known, like: Value) -> Value:
    """A result as a value: a number, a parameter as it is, or an array made anew."""
    type_ = like.type
    if isinstance(found, np.ndarray) and isinstance(type_, ArrayType):
        value = next((p for p, x in zip(parameters, given, strict=True) if x is found), None)
        if value is None:
            if not found.flags.c_contiguous:
                raise GivenUp
            run.ours(root(found))
            value = run.builder.op("alloc", *map(run.builder.i64, found.shape), dtype=type_.dtype.name, name=like.name)
            for place in np.ndindex(found.shape):
                run.builder.do("store", run.value(found[place], type_.dtype), value, *map(run.builder.i64, place))
    else:
        value = run.value(found, type_)
    if value.type == type_:
        return value
    if type_ != getattr(value.type, "strided", None):
        raise GivenUp
    return run.builder.op("weaken", value, name=like.name)


def with_sides(function: Function, measures: list[Value], sides: list[tuple[int, Region]]) -> Function:
    """The function that asks for the sizes first, the largest before the others."""
    *ops, last = function.body.ops
    region = Region((), (*ops, Op("yield", last.operands, location=last.location)))
    types = [v.type for v in last.operands]
    names = [v.name for v in last.operands]
    for size, side in sides:
        builder = Builder(function.location)
        small = all_of(builder, measures, size)
        results = builder.emit("if", small, names=names, types=types, regions=(side, region))
        builder.end("yield", results)
        region = Region((), tuple(builder.ops))
    return with_body(function, (*region.ops[:-1], replace(last, operands=region.yielded)))


def all_of(builder: Builder, measures: list[Value], size: int) -> Value:
    """Whether all of these are of this size."""
    tests = [builder.op("eq", extent, builder.i64(size), name="small") for p in measures for extent in extents(builder, p)]
    small = tests[0]
    for test in tests[1:]:
        small = builder.op("and", small, test, name="small")
    return small


def extents(builder: Builder, p: Value) -> Iterator[Value]:
    """The extents of an array, or the integer itself."""
    yield from builder.dims(p) if isinstance(p.type, ArrayType) else (p,)
