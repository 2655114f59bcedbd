"""The first item that no other beats: min and max."""

from __future__ import annotations

import ast
import builtins
from dataclasses import replace

from ...ir.program import Value
from ...library.python import functional as texts
from .. import by_path
from ..converting import weakness
from ..frame import Frame
from ..join import Join, generalised
from ..join_numbers import Unjoinable
from ..objects import Dict, Set, Table, sequence_items
from ..outside import never
from ..python.comparisons import compare
from ..python.hashing import in_any_order, value_of_key
from ..python.iterables import Body, Counted
from ..python.iteration import counted, iterable
from ..text import library
from ..text.branches import branch
from ..text.comprehension import realised
from ..text.logic import truth_of
from ..text.loops import go_over
from ..values import NONE, Abstract, Range, Scalar, Static, is_none
from .registry import builtin


@builtin(builtins.min, least=1, most=256, options=("default", "key"))
def lower_min(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return extreme(c, node, args, kwargs, "<", "min")


def of_nothing(name: str) -> str:
    """What Python says of `max(())` and `min(())`: the words changed with 3.12."""
    try:
        return str(getattr(builtins, name)(()))
    except ValueError as error:
        return str(error)


@builtin(builtins.max, least=1, most=256, options=("default", "key"))
def lower_max(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return extreme(c, node, args, kwargs, ">", "max")


def extreme(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract], op: str, name: str) -> Abstract:
    """The first item for which no other is smaller (larger)."""
    key = kwargs.get("key")
    items = tuple(args) if len(args) > 1 else None
    if items is not None and "default" in kwargs:
        return never(c, node, TypeError, f"Cannot specify a default for {name}() with multiple positional arguments")
    if items is None:
        x = c.present(realised(c, args[0]), node)
        if isinstance(x, Table) and not x.keyed and is_none(key or NONE):
            x = x.items
        items = in_any_order(c, x) if isinstance(x, Set) else sequence_items(x)
        if isinstance(x, Dict):
            items = tuple(value_of_key(c, key, node) for key in x.entries)
        if items is None and isinstance(x, Static) and isinstance(x.value, (str, bytes)):
            items = tuple(c.constant(part) for part in x.value)
        if items is None:
            return extreme_at_run_time(c, node, x, kwargs, op, name)
    if not items:
        if "default" in kwargs:
            return kwargs["default"]
        return never(c, node, ValueError, of_nothing(name))
    best = items[0]
    best_key = keyed(c, key, best, node)
    for item in items[1:]:
        item_key = keyed(c, key, item, node)
        best, best_key = better(c, node, op, (best, best_key), (item, item_key), key is None)
    return best


def keyed(c: Frame, key: Abstract | None, item: Abstract, node: ast.AST) -> Abstract:
    return item if key is None or is_none(key) else c.present(c.call(key, [item], {}, node), node)


Pair = tuple[Abstract, Abstract]


def better(c: Frame, node: ast.AST, op: str, best: Pair, item: Pair, same: bool) -> Pair:
    """`item` if its key beats that of `best`, as CPython compares: the first wins a tie, NaN never beats."""
    pattern = as_floats(best[0], item[0]) if same else None
    if pattern is not None:
        value = of_two(c, best[0], item[0], op, pattern)
        return value, value
    wins = truth_of(c, compare(c, node, op, item[1], best[1]), node)
    if isinstance(wins, bool):
        return item if wins else best
    new = chosen(c, wins, item[0], best[0], node)
    return (new, new) if same else (new, chosen(c, wins, item[1], best[1], node))


def of_two(c: Frame, best: Abstract, item: Abstract, op: str, pattern: Scalar) -> Scalar:
    """The larger or smaller of two numbers, as floats of one type. A tie is a kink (docs/kinks.md)."""
    assert isinstance(best, Scalar) and isinstance(item, Scalar)
    x, y = c.as_type(best, pattern.type), c.as_type(item, pattern.type)
    name, wins = ("larger", "gt") if op == ">" else ("smaller", "lt")
    flag = None
    if pattern.weak_if is not None:
        flag = c.b.op("select", c.b.op(wins, y, x), weakness(c, item), weakness(c, best), name="weak")
    which = None
    if pattern.which is not None:
        which = c.b.op("select", c.b.op(wins, y, x), by_path.which_of(c, item), by_path.which_of(c, best), name="which")
    return Scalar(c.b.op(name, x, y, name=name), pattern.kind, weak_if=flag, which=which)


def as_floats(x: Abstract, y: Abstract) -> Scalar | None:
    """The float that holds two numbers, of which one at least is known only when the program runs; None for others."""
    if not isinstance(x, Scalar) or not isinstance(y, Scalar) or (x.is_static and y.is_static):
        return None
    try:
        pattern = Join()(x, y)
    except Unjoinable:
        return None
    return pattern if isinstance(pattern, Scalar) and pattern.type.is_float else None


def chosen(c: Frame, cond: Value, a: Abstract, b: Abstract, node: ast.AST) -> Abstract:
    """`a if cond else b`, both computed already."""
    if isinstance(a, Scalar) and isinstance(b, Scalar):
        try:
            pattern = Join()(a, b)
        except Unjoinable as problem:
            c.refuse(node, f"the result would be {problem}", "give all of them one type")
        if isinstance(pattern, Scalar) and not pattern.is_static and pattern.weak_if is None:
            value = c.b.op("select", cond, c.as_type(a, pattern.type), c.as_type(b, pattern.type), name="chosen")
            asked = pattern.which is not None
            which = c.b.op("select", cond, by_path.which_of(c, a), by_path.which_of(c, b), name="which") if asked else None
            return Scalar(value, pattern.kind, which=which)
    value_ = branch(c, cond, lambda: a, lambda: b, None, node)
    assert value_ is not None
    return value_


def extreme_at_run_time(c: Frame, node: ast.AST, x: Abstract, kwargs: dict[str, Abstract], op: str, name: str) -> Abstract:
    several = counted(c, iterable(c, x, node))
    key = kwargs.get("key")
    if key is not None or "default" in kwargs:
        largest, nothing = c.constant(op == ">"), Static(of_nothing(name))
        best = texts.first if key is None or is_none(key) else texts.best
        given = [
            replace(several, used=None),
            *([] if best is texts.first else [key]),
            largest,
            nothing,
            *([kwargs["default"]] if "default" in kwargs else []),
        ]
        return library.call(c, best, [x for x in given if x is not None], {}, node)
    assert isinstance(several, Counted)
    c.check(c.b.op("gt", several.count, c.b.i64(0), name="nonempty"), ValueError, of_nothing(name))
    hidden = c.fresh(name)
    c.env[hidden] = generalised(several.item(c.b.i64(0)))

    def turn(k: Abstract) -> None:
        assert isinstance(k, Scalar)
        item = several.item(k.value)
        best = c.env[hidden]
        c.env[hidden] = better(c, node, op, (best, best), (item, item), True)[0]

    mine = frozenset([hidden])
    rest = Range(c.integer(1), Scalar(several.count, "int"), c.integer(1))
    go_over(c, iterable(c, rest, node), Body(node, turn, mine, mine, mine))
    return c.env.pop(hidden)
