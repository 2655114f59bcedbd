"""All items combined to one value: sum, any, all."""

from __future__ import annotations

import ast
import builtins
import math
from collections.abc import Callable

from ...errors import NotSupported
from ..context import WRONG
from ..frame import Frame
from ..naming import type_name
from ..objects import Set, Table
from ..outside import never
from ..python import combining, mathematics
from ..python.begun import taken_before
from ..python.hashing import in_any_order
from ..python.iterables import Counted, Generator, Known, Stream, nobody_counted, use
from ..python.iteration import counted, iterable
from ..python.operators import binary
from ..python.spread import accumulated, among
from ..text import search
from ..text.comprehension import fold, realised
from ..text.logic import truth_of
from ..values import Abstract, Array, Scalar, Static, Text, Tuple
from .registry import builtin


def folded(c: Frame, node: ast.AST, x: Abstract, initial: Abstract, step: Callable[[Abstract, Abstract], Abstract], name: str) -> Abstract:
    """Combine all items of `x`, from the left."""
    x = c.present(x, node)
    if isinstance(x, Generator) and taken_before(x.used) is None:
        return fold(c, x, initial, step, name)
    if isinstance(x, Set) and (name in ("any", "all") or exact(initial, x)):  # no order changes the result
        x = Tuple(in_any_order(c, x))
    if isinstance(x, Table) and not x.keyed and (name in ("any", "all") or whole(initial, x)):
        x = x.items
    return accumulated(c, node, x, initial, step, name)


def whole(initial: Abstract, x: Table) -> bool:
    """Whether integers are added to one: no order changes the sum."""
    return all(isinstance(n, Scalar) and n.kind == "int" for n in (initial, x.items.element))


def exact(initial: Abstract, x: Set) -> bool:
    return isinstance(initial, Scalar) and initial.kind == "int" and all(isinstance(m, int) for m in x.members)


JOINED = {
    "str": "sum() can't sum strings [use ''.join(seq) instead]",
    "bytes": "sum() can't sum bytes [use b''.join(seq) instead]",
}


class SumOfArrays(Exception):
    """A loop adds arrays to the 0 that a sum starts from: it must start from the first of them."""


@builtin(builtins.sum, least=1, most=2, options=("start",))
def lower_sum(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    start = args[1] if len(args) == 2 else kwargs.get("start", c.integer(0))
    if isinstance(start, (Static, Text)) and type_name(start) in JOINED:
        return never(c, node, TypeError, JOINED[type_name(start)])
    before = c.mark()
    plain = isinstance(start, Scalar) and start.is_static and start.kind == "int"

    def step(total: Abstract, item: Abstract) -> Abstract:
        if plain and isinstance(item, Array) and isinstance(total, Scalar) and not total.is_static and total.kind == "int":
            raise SumOfArrays
        return binary(c, node, "+", total, item)

    try:
        return folded(c, node, args[0], start, step, "sum")
    except SumOfArrays:
        c.roll_back(before)
    return sum_of_arrays(c, node, counted(c, iterable(c, realised(c, args[0]), node)), start)


def sum_of_arrays(c: Frame, node: ast.AST, items: Known | Counted, start: Abstract) -> Abstract:
    """The sum of arrays, of which there is one at least: of none it would be a number."""
    assert isinstance(items, Counted)
    some = c.b.op("gt", items.count, c.b.i64(0), name="some")
    message = "a sum of arrays of which there is none, which is the number 0, is not supported\nstart from an array: sum(x, np.zeros(…))"
    c.limit(some, NotSupported, message)
    first = binary(c, node, "+", start, items.item(c.b.i64(0)))
    rest = Counted(c.b.op("sub", items.count, c.b.i64(1), name="rest"), lambda k: items.item(c.b.op("add", k, c.b.i64(1), name="k")))
    return folded(c, node, rest, first, lambda total, item: binary(c, node, "+", total, item), "sum")


@builtin(builtins.any, builtins.any, least=1)
def lower_any(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return quantified(c, node, args[0], True)


@builtin(builtins.all, least=1)
def lower_all(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return quantified(c, node, args[0], False)


def quantified(c: Frame, node: ast.AST, x: Abstract, stops_on: bool) -> Abstract:
    """any (stops on True) and all (stops on False): what comes after the deciding item is not evaluated."""
    x = c.present(x, node)
    if isinstance(x, Generator) and taken_before(x.used) is None:
        use(c, x.used, node)
        return search.decided(c, node, x, stops_on)
    if isinstance(x, (Generator, Stream)):
        return among(c, node, iterable(c, x, node), stops_on)

    def step(answer: Abstract, item: Abstract) -> Abstract:
        holds = truth_of(c, item, node)
        known = c.constant(holds) if isinstance(holds, bool) else Scalar(holds, "bool")
        return combining.both(c, node, answer, known, "or" if stops_on else "and")

    answer = folded(c, node, x, c.constant(not stops_on), step, "any" if stops_on else "all")
    nobody_counted(getattr(x, "used", None))
    return answer


def lower_product(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """math.prod."""
    if len(args) != 1 or set(kwargs) - {"start"}:
        c.refuse(node, "math.prod() takes one iterable and start=", WRONG)
    start = kwargs.get("start", c.constant(1))
    return folded(c, node, args[0], start, lambda a, x: binary(c, node, "*", a, x), "prod")


mathematics.TABLE[math.prod] = lower_product
