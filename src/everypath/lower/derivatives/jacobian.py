"""Jacobians taken inside the function, by columns or by rows; where the value is one float, they are gradients."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ...ir.build import Builder
from ...ir.program import Value
from ...ir.types import ArrayType, is_float, scalar_of
from ..frame import Frame
from ..naming import an, type_name
from ..patterns import flatten
from ..text.functions import Prepared, called
from ..text.results import parts, rebuilt
from ..values import NONE, Abstract, Array, Buffer, Complex, Derivative, Scalar
from .blocks import Sweep, swept
from .differentiated import Subject, chosen, protected
from .directions import gradient_like, moves, pulled, pushed, zeros


def jacobian(c: Frame, callee: Derivative, subject: Subject, node: ast.AST) -> Abstract:
    """jacobian(f)(…) where the value is not one number."""
    ready = subject.ready
    inputs = chosen(c, subject, callee.wrt, node)
    leaves = protected(c, ready)
    value = called(c, replace(ready, leaves=leaves))
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
    sweep = inside(c, lambda direction: pushed(c, ready, leaves, (k,), [direction])[1])
    return swept(c.b, leaves[k], outputs, sweep, columns=True)


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
    sweep = inside(c, lambda seed: pulled(c, ready, leaves, positions, (place,), [seed])[1])
    return swept(c.b, y, [leaves[k] for k in positions], sweep, columns=False)


def inside(c: Frame, of: Callable[[Value], Sequence[Value]]) -> Sweep:
    """What emits where `c` stands, as a sweep that emits with the builder that it is given."""

    def sweep(b: Builder, direction: Value) -> Sequence[Value]:
        outer, c.b = c.b, b
        found = of(direction)
        c.b = outer
        return found

    return sweep
