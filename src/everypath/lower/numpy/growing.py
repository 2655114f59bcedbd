"""Arrays of lists of run-time length in which tuples and lists stand: each number is written to its place.

    rows.append([t, x]);  np.array(rows)      array = alloc length, 2;  for i: store t_i array, i, 0;  store x_i array, i, 1

The first item says the shape, and another one that is not like it is a ValueError, as in NumPy.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ...errors import NotSupported
from ...ir.build import Builder
from ...ir.program import Value
from ...ir.types import ScalarType, scalar_of
from .. import run_lists
from ..context import Context
from ..naming import an, type_name
from ..objects import sequence_items
from ..patterns import Remake
from ..values import Abstract, Array, RunList, Scalar
from .dtypes import promote

HETEROGENEOUS = "setting an array element with a sequence. The requested array has an inhomogeneous shape"
EMPTY = "an array made of an empty list has one axis, and this list holds rows or arrays\ntest whether it is empty, and use np.zeros"


def array_of_rows(context: Context, node: ast.AST, x: RunList) -> Array:
    """An array of the items of a list of run-time length, which are containers."""
    dtype = promote(types_in(context, node, x))
    rank_in(context, node, x)
    shape = shape_of(context, x)
    out = context.b.op("alloc", *shape, dtype=dtype.name, name="array")
    Filling(context, out, shape, dtype).put(context.b, x, [])
    return Array(out)


def types_in(context: Context, node: ast.AST, x: Abstract) -> list[ScalarType]:
    """The types of all numbers in what an array is made of."""
    if isinstance(x, (Scalar, Array)):
        return [scalar_of(x.value.type)]
    parts = [x.element] if isinstance(x, RunList) else sequence_items(x)
    if not parts:
        context.refuse(node, f"an array cannot be made of {an(type_name(x))} here", "use numbers, arrays, and lists and tuples of them")
    return [found for part in parts for found in types_in(context, node, part)]


def rank_in(context: Context, node: ast.AST, x: Abstract) -> int:
    """How many axes it has in an array, the same for all that stand beside each other."""
    if isinstance(x, Scalar):
        return 0
    if isinstance(x, Array):
        return x.rank
    parts = [x.element] if isinstance(x, RunList) else sequence_items(x)
    ranks = {rank_in(context, node, part) for part in parts or ()}
    if len(ranks) > 1:
        context.refuse(node, HETEROGENEOUS, "give all items the same shape")
    return 1 + ranks.pop()


def shape_of(context: Context, x: Abstract) -> list[Value]:
    """The lengths of the axes, by the first of all that stand beside each other."""
    b = context.b
    if isinstance(x, Scalar):
        return []
    if isinstance(x, Array):
        return list(b.dims(x.value))
    if isinstance(x, RunList):
        count = run_lists.count(b, x)
        if isinstance(x.element, Scalar):
            return [count]
        context.limit(b.op("gt", count, b.i64(0)), NotSupported, EMPTY)
        return [count, *shape_of(context, item(context, b, x, b.i64(0)))]
    items = sequence_items(x)
    assert items
    return [b.i64(len(items)), *shape_of(context, items[0])]


def item(context: Context, b: Builder, x: RunList, k: Value) -> Abstract:
    """One item of a list, read with `b`."""
    return Remake(context, [b.op("list_get", items, k, name="item") for items in x.lists])(x.element)


class Filling:
    """Writes what an array is made of to where it belongs."""

    def __init__(self, context: Context, out: Value, shape: Sequence[Value], dtype: ScalarType) -> None:
        self.context, self.out, self.shape, self.dtype = context, out, shape, dtype

    def put(self, b: Builder, x: Abstract, at: list[Value]) -> tuple[()]:
        """Write `x`, a number, an array or a container, at an index."""
        if isinstance(x, Scalar):
            b.do("store", self.number(b, x), self.out, *at)
        elif isinstance(x, Array):
            for k, found in enumerate(b.dims(x.value), len(at)):
                self.alike(b, k, found)
            cast = x.value if scalar_of(x.value.type) == self.dtype else b.op("cast", x.value, dtype=self.dtype.name)
            if x.rank:
                b.do("assign", cast, b.op("view", self.out, *at, axes="i" * len(at) + "a" * x.rank))
            else:
                b.do("store", b.op("load", cast), self.out, *at)
        elif isinstance(x, RunList):
            count = run_lists.count(b, x)
            self.alike(b, len(at), count)
            b.loop(count, lambda inner, k: self.put(inner, item(self.context, inner, x, k), [*at, k]))
        else:
            items = sequence_items(x)
            assert items
            self.alike(b, len(at), b.i64(len(items)))
            for k, part in enumerate(items):
                self.put(b, part, [*at, b.i64(k)])
        return ()

    def number(self, b: Builder, x: Scalar) -> Value:
        if x.is_static:
            return b.constant(x.static, self.dtype, "c")
        return x.value if x.value.type == self.dtype else b.op("cast", x.value, dtype=self.dtype.name)

    def alike(self, b: Builder, axis: int, found: Value) -> None:
        """Check that as many stand beside each other here as everywhere on this axis."""
        if found is not self.shape[axis]:
            around = ", ".join(["{}"] * axis) + ("," if axis == 1 else "")
            message = f"{HETEROGENEOUS} after {axis} dimensions. The detected shape was ({around}) + inhomogeneous part."
            b.do("check", b.op("eq", self.shape[axis], found), *self.shape[:axis], error=ValueError, message=message)
