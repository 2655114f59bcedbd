"""Jacobians taken inside the function, by columns or by rows; where the value is one float, they are gradients."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from ...ir.program import Value
from ...ir.types import ArrayType, is_float, scalar_of
from ..frame import Frame
from ..naming import an, type_name
from ..patterns import flatten
from ..text.functions import Prepared, called
from ..text.results import parts, rebuilt
from ..values import NONE, Abstract, Array, Buffer, Complex, Derivative, Scalar
from .differentiated import Subject, chosen, protected
from .directions import gradient_like, moves, pulled, pushed, zeros


def jacobian(c: Frame, callee: Derivative, subject: Subject, node: ast.AST) -> Abstract:
    """jacobian(f)(…) where the value is not one number."""
    ready = subject.ready
    inputs = chosen(c, subject, callee.wrt, node)
    leaves = protected(c, ready)
    value = called(c, Prepared(ready.special, ready.passed, leaves, ready.name))
    if any(map(holds_complex, (value, *(argument.value for argument in inputs.arguments)))):
        reason = "a Jacobian of or by complex numbers, taken inside a function, is not supported"
        c.refuse(node, reason, "take real and imaginary parts apart, or use jvp")
    outputs = [v for v in flatten([value]) if is_float(v.type)]
    if not moves(value):
        c.refuse(node, f"the function returns {an(type_name(value))}, and only floats have derivatives", "return floats or arrays of them")
    if backward(callee.mode, outputs, [leaves[k] for k in inputs.positions]):
        columns = by_rows(c, ready, leaves, tuple(inputs.positions), outputs)
    else:
        columns = [column(c, ready, leaves, k, outputs) for k in inputs.positions]
    order = iter(inputs.order)
    where = [labelled(x.value, order) for x in inputs.arguments]
    numbers = iter(range(len(outputs)))

    def of_output(x: Abstract) -> Abstract:
        if not isinstance(x, (Scalar, Array, Buffer)):
            return rebuilt(c, x, of_output)
        if not scalar_of(x.value.type).is_float:
            return NONE
        if isinstance(x, Scalar) and x.is_static:
            nothing = iter(inputs.each(c, zeros(c, [ready.leaves[k] for k in inputs.positions])))
            return inputs.one_or_tuple([gradient_like(c, argument.value, nothing) for argument in inputs.arguments])
        mine = next(numbers)
        return inputs.one_or_tuple([of_input(c, tree, columns, x, mine, node) for tree in where])

    return of_output(value)


def holds_complex(x: Abstract) -> bool:
    """Whether there is a complex number or array in `x`."""
    return isinstance(x, Complex) or any(map(holds_complex, parts(x)))


def labelled(x: Abstract, order: Iterator[int]) -> Any:
    """The containers of an argument, with the number of its column at each float leaf."""
    if isinstance(x, (Scalar, Array, Buffer)):
        return (x, next(order)) if scalar_of(x.value.type).is_float else None
    return (x, [labelled(item, order) for item in parts(x)])


def of_input(c: Frame, tree: Any, columns: list[list[Value]], output: Abstract, number: int, node: ast.AST) -> Abstract:
    """The derivatives of one output in the containers of an argument."""
    if tree is None:
        return NONE
    x, held = tree
    if isinstance(held, list):
        remaining = iter(held)
        return rebuilt(c, x, lambda _: of_input(c, next(remaining), columns, output, number, node))
    block = columns[held][number]
    if not isinstance(block.type, ArrayType):
        return Scalar(block, "float")
    block = c.b.op("copy", block, name=block.name)
    if not isinstance(x, Buffer) and not isinstance(output, Buffer):
        return Array(block)
    if block.type.rank > 1:  # type: ignore[union-attr]
        c.refuse(node, "a Jacobian of or over a list of run-time length is not supported", "pass and return arrays: np.array(items)")
    return Buffer(block, "float")


def column(c: Frame, ready: Prepared, leaves: list[Value], k: int, outputs: list[Value]) -> list[Value]:
    """The derivative of every output with respect to parameter k: of shape output + input."""
    x = leaves[k]
    b = c.b
    if not isinstance(x.type, ArrayType):
        _, tangents = pushed(c, ready, leaves, (k,), [b.constant(1.0, scalar_of(x.type), "one")])
        return tangents
    dims = b.dims(x)
    size = product(c, dims)
    shapes = [b.dims(y) if isinstance(y.type, ArrayType) else () for y in outputs]
    sizes = [product(c, shape) for shape in shapes]
    made = [b.op("alloc", n, size, dtype=scalar_of(y.type).name, name="jacobian") for n, y in zip(sizes, outputs, strict=True)]
    dtype = x.type.dtype

    def one_direction(inner: Any, j: Value) -> tuple[()]:
        outer, c.b = c.b, inner
        flat = inner.op("full", inner.constant(0.0, dtype, "zero"), size, name="direction")
        inner.do("store", inner.constant(1.0, dtype, "one"), flat, j)
        direction = inner.op("reshape", flat, *dims, name="direction")
        _, tangents = pushed(c, ready, leaves, (k,), [direction])
        for tangent, whole, n in zip(tangents, made, sizes, strict=True):
            if isinstance(tangent.type, ArrayType):
                rows = inner.op("reshape", tangent, n, name="column")
                inner.do("assign", rows, inner.op("view", whole, j, axes="ai", name="column"))
            else:
                inner.do("store", tangent, whole, inner.i64(0), j)
        c.b = outer
        return ()

    b.loop(size, one_direction, "j")
    return [b.op("reshape", whole, *shape, *dims, name="jacobian") for whole, shape in zip(made, shapes, strict=True)]


FEW = 4
"""So many numbers are fewer than an array is taken to hold, whose length is not known yet."""


def backward(mode: str, outputs: list[Value], inputs: list[Value]) -> bool:
    """Whether to go row by row: asked for, or a few numbers by an array."""
    if mode != "auto":
        return mode == "reverse"
    numbers = len(outputs) <= FEW and not any(isinstance(y.type, ArrayType) for y in outputs)
    return numbers and any(isinstance(x.type, ArrayType) for x in inputs)


def by_rows(c: Frame, ready: Prepared, leaves: list[Value], positions: tuple[int, ...], outputs: list[Value]) -> list[list[Value]]:
    """For each of the parameters, the derivative of every output: of shape output + input."""
    places = [k for k, t in enumerate(ready.special.types) if is_float(t)]
    rows = [row(c, ready, leaves, positions, place, y) for place, y in zip(places, outputs, strict=True)]
    return [list(blocks) for blocks in zip(*rows, strict=True)]


def row(c: Frame, ready: Prepared, leaves: list[Value], positions: tuple[int, ...], place: int, y: Value) -> list[Value]:
    """The derivative of the output `y`, which stands at this place among the results, with respect to each of the parameters."""
    b, dtype = c.b, scalar_of(y.type)
    if not isinstance(y.type, ArrayType):
        return pulled(c, ready, leaves, positions, (place,), [b.constant(1.0, dtype, "one")])[1]
    dims = b.dims(y)
    size = product(c, dims)
    shapes = [b.dims(leaves[k]) if isinstance(leaves[k].type, ArrayType) else () for k in positions]
    sizes = [product(c, shape) for shape in shapes]
    made = [b.op("alloc", size, n, dtype=scalar_of(leaves[k].type).name, name="jacobian") for k, n in zip(positions, sizes, strict=True)]

    def one_direction(inner: Any, j: Value) -> tuple[()]:
        outer, c.b = c.b, inner
        flat = inner.op("full", inner.constant(0.0, dtype, "zero"), size, name="direction")
        inner.do("store", inner.constant(1.0, dtype, "one"), flat, j)
        seed = inner.op("reshape", flat, *dims, name="direction")
        for cotangent, whole, n in zip(pulled(c, ready, leaves, positions, (place,), [seed])[1], made, sizes, strict=True):
            if isinstance(cotangent.type, ArrayType):
                line = inner.op("reshape", cotangent, n, name="row")
                inner.do("assign", line, inner.op("view", whole, j, axes="ia", name="row"))
            else:
                inner.do("store", cotangent, whole, j, inner.i64(0))
        c.b = outer
        return ()

    b.loop(size, one_direction, "j")
    return [b.op("reshape", whole, *dims, *shape, name="jacobian") for whole, shape in zip(made, shapes, strict=True)]


def product(c: Frame, dims: tuple[Value, ...]) -> Value:
    size = c.b.i64(1, "size")
    for n in dims:
        size = c.b.op("mul", size, n, name="size")
    return size
