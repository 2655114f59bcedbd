"""Many short rows are added up side by side: a number of each at a time, of which the machine takes several together.

    for i: row = map k, d {(j, l): … x[i, l] … c[j, l] …}          c_T = transposed c
           s[i] = sum row {axes=(1,)}                        →     for l: map n, k {(i, j): s[i, j] += … x[i, l] … c_T[l, j] …}

The numbers of a row are added up in their order. So they are wherever such rows are added up and decided on, also in an array that stands
there as a whole: no decision comes out differently. Some rows are finished before the next are begun. What goes along both axes and is
the same for every i is transposed first. Which way it goes is known from the extents alone: rows are short if they hold up to `SHORT`
numbers, and many if they are as many as these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..ir.build import Builder
from ..ir.program import Op, Region, Value
from ..ir.types import ArrayType
from ..ir.walk import copy_ops, defined_in, ops_in

SHORT = 64
TOGETHER = 8
"""Numbers of each row that are added up in one go along the rows."""

ROWS = 32
"""Rows of sums that are gone through together for some numbers of each, and again for the next: they stay near the processor."""


def fits(summed: Op) -> bool:
    """Whether an op adds up floats along the last of three axes."""
    x = summed.operands[0].type if summed.name == "sum" else None
    return (
        isinstance(x, ArrayType)
        and x.rank == 3
        and summed.attributes["axes"] == (2,)
        and not summed.attributes["keepdims"]
        and x.dtype.is_float
    )


def beside(made: Op, summed: Op, otherwise: Callable[[Op, Op], list[Op]]) -> list[Op]:
    """The two ops: side by side where rows are short and many, else as `otherwise` says."""
    (region,) = made.regions
    packed = to_pack(region)
    if packed is None:
        return otherwise(made, summed)
    n, k, d = made.operands
    b = Builder(summed.location)

    def short(inner: Builder) -> Sequence[Value]:
        numbers = {op.result: op for op in region.ops if op.name == "constant"}
        turned = {array: transposed(inner, op, numbers) for array, op in packed.items()}

        def term(here: Builder, i: Value, j: Value, along: Value) -> Value:
            env = dict(zip(region.arguments, (i, j, along), strict=True))
            here.ops += copy_ops(region.ops[:-1], env, lambda old, new: (swapped(new, turned, j, along),))
            return env.get(region.yielded[0], region.yielded[0])

        return (added(inner, summed, (n, k, d), term),)

    return either(b, summed, k, d, short, lambda inner: otherwise(made, summed))


def whole_beside(summed: Op) -> list[Op]:
    """The sum of an array that stands there as a whole."""
    (x,) = summed.operands
    b = Builder(summed.location)
    n, k, d = b.dims(x)

    def short(inner: Builder) -> Sequence[Value]:
        return (added(inner, summed, (n, k, d), lambda here, i, j, along: here.op("load", x, i, j, along, name=x.name)),)

    return either(b, summed, k, d, short, lambda inner: [summed])


def either(
    b: Builder, summed: Op, k: Value, d: Value, short: Callable[[Builder], Sequence[Value]], otherwise: Callable[[Builder], list[Op]]
) -> list[Op]:
    """Both ways, and the test of which it is."""
    test = b.op("and", b.op("le", d, b.i64(SHORT)), b.op("le", d, k), name="short")

    def other(inner: Builder) -> Sequence[Value]:
        ops = otherwise(inner)
        env: dict[Value, Value] = {}
        inner.ops += copy_ops(ops, env)
        return (env[summed.result],)

    (total,) = b.if_(test, short, other, names=(summed.result.name,))
    last = b.ops[-1]
    assert last.results == (total,)
    b.ops[-1] = Op(last.name, last.operands, summed.results, last.attributes, last.regions, last.location)
    return b.ops


def added(b: Builder, summed: Op, dims: Sequence[Value], term: Callable[[Builder, Value, Value, Value], Value]) -> Value:
    """The array of the sums, row after row."""
    n, k, d = dims
    dtype = summed.result.type.dtype  # type: ignore[union-attr]
    total = b.op("alloc", n, k, dtype=dtype.name, name=summed.result.name)
    start = b.constant(-0.0, dtype, "start")
    together = b.op("sub", d, b.op("mod", d, b.i64(TOGETHER)), name="together")

    def rows(inner: Builder, top: Value) -> tuple[()]:
        count = inner.op("minimum", inner.op("sub", n, top), inner.i64(ROWS), name="count")
        part = inner.op("view", total, top, count, axes="ua", name=total.name)

        def several(numbers: int) -> Callable[[Builder, Value], tuple[()]]:
            def along(here: Builder, first: Value) -> tuple[()]:
                begins = here.op("eq", first, here.i64(0), name="begins")

                def point(deep: Builder, row: Value, j: Value) -> tuple[()]:
                    i = deep.op("add", top, row, overflow="never", name="i")
                    so_far = deep.op("select", begins, start, deep.op("load", part, row, j, name=total.name), name=total.name)
                    for step in range(numbers):
                        at = deep.op("add", first, deep.i64(step), overflow="never", name="at") if step else first
                        so_far = deep.op("add", so_far, term(deep, i, j, at), name=total.name)
                    deep.do("store", so_far, part, row, j)
                    return ()

                here.map_((count, k), (), point)
                return ()

            return along

        inner.for_(inner.i64(0), together, inner.i64(TOGETHER), (), several(TOGETHER), iv="first")
        inner.for_(together, d, inner.i64(1), (), several(1), iv="first")
        return ()

    b.for_(b.i64(0), n, b.i64(ROWS), (), rows, iv="top")
    b.if_(b.op("eq", d, b.i64(0)), lambda inner: nothing(inner, total), lambda inner: ())
    return total


def nothing(b: Builder, total: Value) -> tuple[()]:
    """Sums of no numbers."""
    b.do("fill", b.constant(0.0, total.type.dtype), total)  # type: ignore[union-attr]
    return ()


def to_pack(region: Region) -> dict[Value, Op] | None:
    """The arrays to transpose, each with a load of it; None if something else goes along rows and in them."""
    _, j, along = region.arguments
    inside = defined_in(region) - {op.result for op in region.ops if op.name == "constant"}
    found: dict[Value, Op] = {}
    moving = {j, along}
    for op in ops_in(region):
        if op.name != "load":
            if op.regions:
                return None
            continue
        array, *places = op.operands
        if not moving & set(places):
            if any(v in inside and v is not region.arguments[0] for v in places):
                return None
        elif j not in places:
            continue
        elif tuple(places[-2:]) == (j, along) and not any(v in inside for v in places[:-2]):
            known = found.setdefault(array, op)
            if known.operands != op.operands:
                return None
        elif places[-1] is not j or along in places:
            return None
    return found or None


def transposed(b: Builder, load: Op, numbers: Mapping[Value, Op]) -> Value:
    """The last two axes of what a load reads of, turned, in memory of their own."""
    array, *places = load.operands
    env: dict[Value, Value] = {}
    b.ops += copy_ops([numbers[v] for v in places if v in numbers], env)
    places = [env.get(v, v) for v in places]
    part = b.op("view", array, *places[:-2], axes="i" * (len(places) - 2) + "aa", name=array.name) if len(places) > 2 else array
    return b.op("copy", b.op("transpose", part, axes=(1, 0), name=array.name), name=array.name)


def swapped(op: Op, turned: dict[Value, Value], j: Value, along: Value) -> Op:
    """A load of an array that was turned."""
    if op.name != "load" or op.operands[0] not in turned or op.operands[-2:] != (j, along):
        return op
    return Op("load", (turned[op.operands[0]], along, j), op.results, op.attributes, (), op.location)
