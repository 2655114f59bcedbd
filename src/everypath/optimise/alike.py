"""Two versions of a function whose array arguments meet element by element: for extents that are equal, and for all others.

    a = mul x, y            n = dim x, 0    m = dim y, 0    same = eq n, m
    return a           →    a = if same {x_1 = reshape x, n; y_1 = reshape y, n; b = mul x_1, y_1; yield b}
                                        {c = mul x, y; yield c}
                            return a

Whether `y` is repeated along `x` is known only at run time, and until it is, nothing that uses both can be one loop with the
rest. In the first version it is known: `fuse` reads it off the `reshape`. The second is `postponed`: where the `if` opens an
entry, machine code is made of it when it is first needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..ir.build import Builder
from ..ir.op import DEFINITIONS
from ..ir.program import Function, Op, Region, Value
from ..ir.types import ArrayType
from ..ir.walk import copy_ops, ops_in
from .extents import Extent, Known
from .rewriting import with_function_ops

FEWEST = 2
"""Operations on whole arrays below which there is nothing to fuse."""
MOST = 1500
"""Operations above which a second version would cost more time to compile than it saves."""


def alike(function: Function) -> Function:
    """`function` in two versions, if its array arguments meet."""
    ops = list(ops_in(function.body))
    if function.attributes.get("recursive") or len(ops) > MOST or sum(map(on_arrays, ops)) < FEWEST:
        return function
    same = taken_equal(function, ops, units(function))
    return versions(function, same) if same else function


def on_arrays(op: Op) -> bool:
    """Whether `op` is element-wise and its result an array."""
    return DEFINITIONS[op.name].family == "elementwise" and isinstance(op.results[0].type, ArrayType)


def units(function: Function) -> dict[Extent, Extent]:
    """The extents of parameters that were 1 when the function was specialised: likely they are always."""
    given = function.attributes.get("units", ())
    arrays = {k: p for k, p in enumerate(function.parameters) if isinstance(p.type, ArrayType)}
    return {(arrays[k], axis): 1 for k, axis in given if k in arrays and axis < len(Known({}, {}).of(arrays[k]))}


def taken_equal(function: Function, ops: Sequence[Op], ones: Mapping[Extent, Extent]) -> dict[Extent, Extent]:
    """The extents of parameters that meet, each but the first with the first that it meets; those in `ones` are 1."""
    parameters = set(function.parameters)
    constants = {op.result: op.attributes["value"] for op in ops if op.name == "constant"}
    same: dict[Extent, Extent] = dict(ones)
    while True:
        pair = meeting(ops, Known(constants, same), parameters)
        if pair is None:
            return same
        one, other = pair
        same = {extent: one if name == other else name for extent, name in same.items()} | {other: one}


def meeting(ops: Sequence[Op], known: Known, parameters: set[Value]) -> tuple[Extent, Extent] | None:
    """Two extents of parameters that an element-wise operation brings together and that are not known to be equal."""
    for op in ops:
        if not op.regions:
            known.define(op)
        if not on_arrays(op):
            continue
        shapes = [known.of(v)[::-1] for v in op.operands if isinstance(v.type, ArrayType)]
        for axis in range(max(map(len, shapes))):
            here = dict.fromkeys(shape[axis] for shape in shapes if axis < len(shape))
            given = [extent for extent in here if isinstance(extent, tuple) and extent[0] in parameters]
            if len(given) > 1:
                return given[0], given[1]
    return None


def versions(function: Function, same: Mapping[Extent, Extent]) -> Function:
    """`function` with both versions behind the test of which extents are equal."""
    b = Builder(function.location)
    extents: dict[Extent, Value] = {}

    def extent(name: Any) -> Value:
        if name not in extents and isinstance(name, int):
            extents[name] = b.i64(name, "one")
        elif name not in extents:
            array, axis = name
            extents[name] = b.op("dim", array, axis=axis, name=f"{array.name}_dim{axis}")
        return extents[name]

    equal = [b.op("eq", extent(one), extent(other), name="same") for other, one in same.items()]
    guard = equal[0]
    for another in equal[1:]:
        guard = b.op("and", guard, another, name="same")
    inside = Builder(function.location)
    env: dict[Value, Value] = {}
    for array in dict.fromkeys(e[0] for pair in same.items() for e in pair if isinstance(e, tuple)):
        names = [(array, axis) for axis in range(len(Known({}, {}).of(array)))]
        env[array] = shaped(inside, array, [extent(same.get(name, name)) for name in names])
    moved = list(dict.fromkeys(v for v in function.returned if v not in function.parameters))
    sides = (side(function, moved, inside.ops, env), side(function, moved, [], {}))
    results = {v: Value(v.name, v.type) for v in moved}
    b.append(Op("if", (guard,), tuple(results.values()), {"postponed": True}, sides, function.location))
    b.end("return", [results.get(v, v) for v in function.returned])
    return with_function_ops(function, b.ops)


def shaped(b: Builder, array: Value, shape: Sequence[Value]) -> Value:
    """`array` itself, its extents by the names in `shape`."""
    assert isinstance(array.type, ArrayType)
    if array.type.contiguous:
        return b.op("reshape", array, *shape, name=array.name)
    numbers = [v for n in shape for v in (b.i64(0, "start"), n)]
    return b.op("view", array, *numbers, axes="u" * array.type.rank, name=array.name)


def side(function: Function, moved: Sequence[Value], before: Sequence[Op], env: Mapping[Value, Value]) -> Region:
    """One version, as a side of an `if`: it yields `moved`."""
    here = dict(env)
    ops = copy_ops(function.body.ops[:-1], here)
    return Region((), (*before, *ops, Op("yield", tuple(here[v] for v in moved), location=function.body.terminator.location)))
