"""Dense Jacobians as loops over directions: a block for each output and each parameter, of shape output + parameter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...ir.build import Builder
from ...ir.program import Value
from ...ir.types import ArrayType, scalar_of

Sweep = Callable[[Builder, Value], Sequence[Value]]
"""From a direction of what is gone along the derivatives of what is `across`: tangents, or cotangents."""


def swept(b: Builder, along: Value, across: Sequence[Value], sweep: Sweep, *, columns: bool) -> list[Value]:
    """A block for each of the values `across`, a sweep for each element of `along`. With `columns` that is a parameter and they are
    outputs, and a sweep makes a column of each block; else it is an output, and a sweep makes rows."""
    dtype = scalar_of(along.type)
    if not isinstance(along.type, ArrayType):
        return list(sweep(b, b.constant(1.0, dtype, "one")))
    dims = b.dims(along)
    size = b.product(dims)
    shapes = [b.dims(y) if isinstance(y.type, ArrayType) else () for y in across]
    sizes = [b.product(shape) for shape in shapes]
    made = [
        b.op("alloc", *((n, size) if columns else (size, n)), dtype=scalar_of(y.type).name, name="jacobian")
        for n, y in zip(sizes, across, strict=True)
    ]
    axes, name = ("ai", "column") if columns else ("ia", "row")

    def one_direction(inner: Builder, j: Value) -> tuple[()]:
        flat = inner.op("full", inner.constant(-0.0, dtype, "nothing"), size, name="direction")
        inner.do("store", inner.constant(1.0, dtype, "one"), flat, j)
        found = sweep(inner, inner.op("reshape", flat, *dims, name="direction"))
        for derivative, whole, n in zip(found, made, sizes, strict=True):
            if isinstance(derivative.type, ArrayType):
                line = inner.op("reshape", derivative, n, name=name)
                inner.do("assign", line, inner.op("view", whole, j, axes=axes, name=name))
            else:
                zero = inner.i64(0)
                inner.do("store", derivative, whole, *((zero, j) if columns else (j, zero)))
        return ()

    b.loop(size, one_direction, "j")
    whole_shapes = [(*shape, *dims) if columns else (*dims, *shape) for shape in shapes]
    return [b.op("reshape", without_marks(b, whole), *shape, name="jacobian") for whole, shape in zip(made, whole_shapes, strict=True)]


def without_marks(b: Builder, block: Value) -> Value:
    """Derivatives along directions whose zeros are marked (-0.0: it does not move there), with plain zeros."""
    return b.op("add", block, b.constant(0.0, scalar_of(block.type), "zero"), name=block.name)
