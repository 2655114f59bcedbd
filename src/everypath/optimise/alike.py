"""Two versions of a function whose array arguments meet element by element: for extents that are equal, and for all others.

    a = mul x, y            n = dim x, 0    m = dim y, 0    same = eq n, m
    return a           →    a = if same {x_1 = reshape x, n; y_1 = reshape y, n; b = mul x_1, y_1; yield b}
                                        {c = mul x, y; yield c}
                            return a

Whether `y` is repeated along `x` is known only at run time, and until it is, nothing that uses both can be one loop with the
rest. In the first version it is known: `fuse` reads it off the `reshape`. The second is `postponed`: where the `if` opens an
entry, machine code is made of it when it is first needed. What a backward half finds in the record of its forward half is given too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..ir.build import Builder
from ..ir.op import DEFINITIONS
from ..ir.program import Function, Op, Region, Value
from ..ir.types import ArrayType
from ..ir.walk import copy_ops, ops_in
from ..source import Location
from .contracted import is_sum
from .counts import ONE, Formula, Formulas, Leaf, Wishes, emitted
from .rewriting import with_function_ops
from .short import asks, shaped

FEWEST = 2
"""Operations on whole arrays below which there is nothing to fuse; one may be a sum of a product that is one of matrices."""
MOST = 20_000
"""Operations above which a second version would cost more time to compile than it saves."""
BOUNDS = 32
"""Slices that are taken to lie within their axes."""


def alike(function: Function) -> Function:
    """`function` in two versions, if its array arguments meet."""
    ops = list(ops_in(function.body))
    if function.attributes.get("recursive") or len(ops) > MOST or sum(bool(meeting(op)) or is_sum(op) for op in ops) < FEWEST:
        return function
    opened = unpacked(function)
    wishes = taken_equal(function, ops, opened)
    return versions(function, wishes, opened) if wishes.equal or wishes.at_most else function


def on_arrays(op: Op) -> bool:
    """Whether `op` is element-wise and its result an array."""
    return DEFINITIONS[op.name].family == "elementwise" and isinstance(op.results[0].type, ArrayType)


def units(function: Function) -> Wishes:
    """The extents of parameters that were 1 when the function was specialised: likely they are always."""
    arrays = {k: p for k, p in enumerate(function.parameters) if isinstance(p.type, ArrayType)}
    noted = function.attributes.get("extents", ())
    ones = [(arrays[k], axis) for k, axis, n in noted if n == 1 and k in arrays and axis < rank(arrays[k])]
    return Wishes(dict.fromkeys(ones, ONE))


def rank(array: Value) -> int:
    assert isinstance(array.type, ArrayType)
    return array.type.rank


def unpacked(function: Function) -> tuple[Op, ...]:
    """The ops that read records among the parameters."""
    parameters = set(function.parameters)
    return tuple(op for op in function.body.ops if op.name == "unpack" and op.operands[0] in parameters)


def taken_equal(function: Function, ops: Sequence[Op], opened: Sequence[Op]) -> Wishes:
    """What must hold of the extents and integers that the function is given, or finds in records, so that arrays that meet have one
    shape."""
    parameters = {*function.parameters, *(op.result for op in opened)}
    wishes = units(function)
    formulas = Formulas({op.result: op.attributes["value"] for op in ops if op.name == "constant"})

    def given(leaf: Leaf) -> bool:
        return (leaf[0] if isinstance(leaf, tuple) else leaf) in parameters

    for op in ops:
        if not op.regions:
            formulas.define(op)
        arrays = meeting(op)
        if len({formulas.extents.of(v) for v in arrays}) <= 1:  # of one shape, which the result has too
            continue
        shapes = [tuple(map(wishes.rewritten, formulas.shape(v)))[::-1] for v in arrays]
        whole: list[Formula] = []
        for axis in range(max(map(len, shapes), default=0)):
            here = [shape[axis] for shape in shapes if axis < len(shape)]
            wishes = brought_together(here, wishes, given)
            found = dict.fromkeys(extent for extent in map(wishes.rewritten, here) if extent != ONE)
            if len(found) <= 1:
                whole.append(*found or (ONE,))
        if shapes and op.results and len(whole) == max(map(len, shapes)):
            formulas.shapes[op.results[0]] = tuple(whole[::-1])
    return wishes


def brought_together(extents: Sequence[Formula], wishes: Wishes, given: Callable[[Leaf], bool]) -> Wishes:
    """`wishes`, and what makes the extents equal, each of those that can be."""
    first, *others = dict.fromkeys(extent for extent in extents if extent != ONE) or (ONE,)
    for other in others:
        attempt = Wishes(dict(wishes.equal), dict(wishes.at_most))
        if len(wishes.at_most) < BOUNDS and attempt.unify(first, other, given):
            wishes = attempt
    return wishes


def meeting(op: Op) -> list[Value]:
    """The arrays that `op` brings together element by element."""
    if op.name not in ("assign", "accumulate") and not on_arrays(op):
        return []
    return [v for v in op.operands if isinstance(v.type, ArrayType)]


def versions(function: Function, wishes: Wishes, opened: Sequence[Op]) -> Function:
    """`function` with both versions behind the test of what is wished of what it is given and has `opened`."""
    b = Builder(function.location)
    b.ops += asks(function)
    b.ops += [op for op in opened if op not in b.ops]
    first = frozenset(b.ops)
    extents: dict[Leaf, Value] = {}

    def leaf(name: Leaf) -> Value:
        if isinstance(name, Value):
            return name
        if name not in extents:
            array, axis = name
            extents[name] = b.op("dim", array, axis=axis, name=f"{array.name}_dim{axis}")
        return extents[name]

    wished = {name: emitted(b, formula, leaf) for name, formula in wishes.equal.items()}
    tests = [b.op("eq", value, leaf(name), name="same") for name, value in wished.items()]
    tests += [b.op("le", emitted(b, low, leaf), emitted(b, high, leaf), name="within") for low, high in wishes.at_most]
    guard = tests[0]
    for another in tests[1:]:
        guard = b.op("and", guard, another, name="same")
    inside = Builder(function.location)
    env = {name: value for name, value in wished.items() if isinstance(name, Value)}
    for array in dict.fromkeys(name[0] for name in [*wished, *extents] if isinstance(name, tuple)):
        names = [(array, axis) for axis in range(rank(array))]
        env[array] = shaped(inside, array, [wished.get(name) or leaf(name) for name in names])
    before = {*function.parameters, *(v for op in first for v in op.results)}
    moved = list(dict.fromkeys(v for v in function.returned if v not in before))
    rest, last = [op for op in function.body.ops[:-1] if op not in first], function.body.terminator.location
    sides = (side(rest, last, moved, inside.ops, env), side(rest, last, moved, [], {}))
    results = {v: Value(v.name, v.type) for v in moved}
    b.append(Op("if", (guard,), tuple(results.values()), {"postponed": True}, sides, function.location))
    b.end("return", [results.get(v, v) for v in function.returned])
    return with_function_ops(function, b.ops)


def side(rest: Sequence[Op], last: Location | None, moved: Sequence[Value], before: Sequence[Op], env: Mapping[Value, Value]) -> Region:
    """One version, as a side of an `if`: it yields `moved`."""
    here = dict(env)
    ops = copy_ops(rest, here)
    return Region((), (*before, *ops, Op("yield", tuple(here[v] for v in moved), location=last)))
