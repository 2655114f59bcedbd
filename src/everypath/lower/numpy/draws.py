"""Random numbers, as ops."""

from __future__ import annotations

import ast
from typing import Any

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
    return context.constant(can_draw(*words(context, node, kind, name)))


@call(draw)
def lower_draw(
    context: Context,
    node: ast.AST,
    kind: Abstract,
    state: Abstract,
    name: Abstract,
    first: Abstract | None = None,
    last: Abstract | None = None,
) -> Abstract:
    operands = [whole(context, array(context, node, state).value), *bounds(context, node, first, last)]
    which, of = words(context, node, kind, name)
    value, after = context.b.emit("draw", *operands, names=(of, "state"), kind=which, of=of)
    return Tuple((Scalar(value, "float" if first is None else "numpy"), Array(after)))


@call(draws)
def lower_draws(
    context: Context,
    node: ast.AST,
    kind: Abstract,
    state: Abstract,
    name: Abstract,
    n: Abstract,
    first: Abstract | None = None,
    last: Abstract | None = None,
) -> Abstract:
    operands = [whole(context, array(context, node, state).value), integer(context, node, n, "the number of draws")]
    which, of = words(context, node, kind, name)
    values, after = context.b.emit("draws", *operands, *bounds(context, node, first, last), names=(of, "state"), kind=which, of=of)
    return Tuple((Array(values), Array(after)))


def words(context: Context, node: ast.AST, kind: Abstract, name: Abstract) -> tuple[str, str]:
    return context.static(kind, "the kind", node), context.static(name, "the name", node)


def bounds(context: Context, node: ast.AST, *given: Abstract | None) -> list[Any]:
    return [integer(context, node, x, "a bound of random integers") for x in given if x is not None]
