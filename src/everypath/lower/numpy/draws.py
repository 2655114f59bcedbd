"""Random numbers of NumPy's PCG64, as ops."""

from __future__ import annotations

import ast
from typing import Any

from ...generators import KIND
from ...generators import is_compiled as can_draw
from ...library.generator_states import draw, draws, is_compiled
from ..context import Context
from ..values import Abstract, Array, Scalar, Tuple
from .conversion import array
from .operands import integer
from .products import whole
from .registry import call


@call(is_compiled)
def lower_is_compiled(context: Context, node: ast.AST, kind: Abstract, name: Abstract) -> Abstract:
    return context.constant(context.static(kind, "the kind", node) == KIND and can_draw(context.static(name, "the name", node)))


@call(draw)
def lower_draw(
    context: Context, node: ast.AST, state: Abstract, name: Abstract, first: Abstract | None = None, last: Abstract | None = None
) -> Abstract:
    operands = [whole(context, array(context, node, state).value), *bounds(context, node, first, last)]
    of = context.static(name, "the name", node)
    value, after = context.b.emit("draw", *operands, names=(of, "state"), of=of)
    return Tuple((Scalar(value, "float" if first is None else "numpy"), Array(after)))


@call(draws)
def lower_draws(
    context: Context,
    node: ast.AST,
    state: Abstract,
    name: Abstract,
    n: Abstract,
    first: Abstract | None = None,
    last: Abstract | None = None,
) -> Abstract:
    operands = [whole(context, array(context, node, state).value), integer(context, node, n, "the number of draws")]
    of = context.static(name, "the name", node)
    values, after = context.b.emit("draws", *operands, *bounds(context, node, first, last), names=(of, "state"), of=of)
    return Tuple((Array(values), Array(after)))


def bounds(context: Context, node: ast.AST, *given: Abstract | None) -> list[Any]:
    return [integer(context, node, x, "a bound of random integers") for x in given if x is not None]
