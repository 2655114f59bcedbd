"""All items combined to one value: sum, any, all."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable

from .. import combining, search
from ..comprehension import fold
from ..expressions import truth_of
from ..frame import Frame
from ..iteration import Generator, Stream, iterable, use
from ..loops import Body, go_over
from ..operators import binary
from ..values import Abstract, Scalar, sequence_items
from .registry import builtin


def folded(c: Frame, node: ast.AST, x: Abstract, initial: Abstract, step: Callable[[Abstract, Abstract], Abstract], name: str) -> Abstract:
    """Combine all items of `x`, from the left."""
    x = c.present(x, node)
    if isinstance(x, Generator):
        return fold(c, x, initial, step, name)
    items = sequence_items(x)
    if items is not None:
        for item in items:
            initial = step(initial, item)
        return initial
    hidden = c.fresh(name)
    c.env[hidden] = initial

    def turn(item: Abstract) -> None:
        c.env[hidden] = step(c.env[hidden], item)

    mine = frozenset([hidden])
    go_over(c, iterable(c, x, node), Body(node, turn, mine, mine, mine))
    return c.env.pop(hidden)


@builtin(builtins.sum, least=1, most=2, options=("start",))
def lower_sum(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    start = args[1] if len(args) == 2 else kwargs.get("start", c.integer(0))
    return folded(c, node, args[0], start, lambda a, x: binary(c, node, "+", a, x), "sum")


@builtin(builtins.any, builtins.any, least=1)
def lower_any(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return quantified(c, node, args[0], True)


@builtin(builtins.all, least=1)
def lower_all(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return quantified(c, node, args[0], False)


def quantified(c: Frame, node: ast.AST, x: Abstract, stops_on: bool) -> Abstract:
    """any (stops on True) and all (stops on False): what comes after the deciding item is not evaluated."""
    x = c.present(x, node)
    if isinstance(x, Generator):
        use(c, x.used, node)
        return search.decided(c, node, x, stops_on)
    if isinstance(x, Stream):
        return search.among(c, node, iterable(c, x, node), stops_on)

    def step(answer: Abstract, item: Abstract) -> Abstract:
        holds = truth_of(c, item, node)
        known = c.constant(holds) if isinstance(holds, bool) else Scalar(holds, "bool")
        return combining.both(c, node, answer, known, "or" if stops_on else "and")

    return folded(c, node, x, c.constant(not stops_on), step, "any" if stops_on else "all")
