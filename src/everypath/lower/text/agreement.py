"""What two paths agree on of one variable or object, and what is made of it where they do not."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from ...syntax.rename import plain
from ..alternatives import mixed
from ..frame import RESULT, Frame
from ..join import GrowsAtRunTime, Join, aligned, grows, searched
from ..join_numbers import Unjoinable
from ..naming import an, type_name
from ..objects import Cell, Dict, Instance, List, Mutable, Set
from ..patterns import children, flatten
from ..reach import NeedsStatic
from ..values import POISON, UNBOUND, Abstract, Maybe, OneOf, Poison, Scalar, Tuple
from .conditions import UNKNOWN, Test

VALUE = "<value>"


def align(m: Mutable, some: dict[Mutable, Any], others: dict[Mutable, Any]) -> None:
    """An instance has the same attributes on both paths; those that one has not set are unbound there."""
    if isinstance(m, Instance) and other_keys(m, some[m], others[m]):
        some[m], others[m] = aligned(some[m], others[m])


def other_keys(m: Mutable, held: Any, other: Any) -> bool:
    """Whether the contents of a dict or a set on two paths have different keys or members, those of an instance different attributes."""
    if isinstance(m, Set):
        return bool(held[0].value != other[0].value)
    return isinstance(held, dict) and isinstance(other, dict) and list(held) != list(other)


def same_keys(c: Frame, m: Mutable, held: object, other: object, node: ast.AST, test: Test = UNKNOWN) -> None:
    """A dict that has different keys on two paths, or the same ones in another order, is made again as one whose keys are known only at
    run time, where it can be; so is a set."""
    if not other_keys(m, held, other):
        return
    decide(test)
    if isinstance(m, (Dict, Set)):
        try:
            problem = searched(Join(), m, m, held, other, texts=True)
        except Unjoinable:
            problem = None
        if isinstance(problem, GrowsAtRunTime):
            raise problem
    what = "members" if isinstance(m, Set) else "keys"
    c.refuse(node, f"{an(type_name(m))} would have different {what} on two paths", f"give it the same {what} on every path")


def decide(test: Test) -> None:
    """Two paths do not agree: ask for the arguments that tell which one is taken, if there are any."""
    if test.origins:
        raise NeedsStatic(test.origins, wish=True)


def joined(c: Frame, join: Join, name: str, x: Abstract, y: Abstract, node: ast.AST, test: Test = UNKNOWN) -> Abstract:
    try:
        pattern = join(x, y)
        if name == RESULT and (test.then or test.orelse) and none_on_one_path(pattern):
            raise NeedsStatic(test.then or test.orelse, wish=True)
        if not mixed(pattern) or not test.origins:
            return pattern
        if name == RESULT:
            decide(test)
        assert isinstance(pattern, OneOf)
        return replace(pattern, origins=test.origins)
    except Unjoinable as problem:
        what = "the two sides" if name == VALUE else "the results" if name == RESULT else f"'{plain(name)}'"
        if name.startswith("<") and name not in (VALUE, RESULT):  # a variable that nobody wrote: of sum, of a comprehension
            what = f"the result of {name[1:-1].rstrip('_')}()"
        way_out = "start from np.float32(…)" if "float32" in str(problem) else "give it one type on every path"
        if name == VALUE or not name.startswith("<"):  # what nobody uses need not be one thing
            return Poison(((c.location(node), f"{what} would be {problem}", way_out),), test.origins)
        decide(test)
        c.note(node, f"{what} would be {problem}", way_out)
        return POISON


def still_askable(test: Test, x: Abstract, y: Abstract, met: Abstract) -> Abstract:
    """What two paths agreed on. An integer that arguments make known on each, and that they choose, is known with them."""
    sides = [side for side in (x, y) if isinstance(side, Scalar)]
    whole = test.origins and isinstance(met, Scalar) and met.kind in ("int", "bool") and len(sides) == 2
    if not whole or not all(side.is_static or side.origins for side in sides):
        return met
    assert isinstance(met, Scalar)
    return replace(met, origins=test.origins.union(*(side.origins for side in sides)))


def none_on_one_path(x: Abstract) -> bool:
    """Whether a result is None, or has None in it, on one path and a value on the other: its caller can do little with it."""
    return (isinstance(x, Maybe) and x.absent == "none") or (isinstance(x, Tuple) and any(map(none_on_one_path, x.items)))


def joined_contents(c: Frame, join: Join, m: Mutable, x: Abstract, y: Abstract, node: ast.AST, test: Test = UNKNOWN) -> Abstract:
    if isinstance(m, Cell) and UNBOUND in (x, y):
        bound = y if x is UNBOUND else x
        return Tuple((join(UNBOUND, bound.items[0]),) if isinstance(bound, Tuple) else ())
    try:
        if isinstance(m, List) and isinstance(x, Tuple) and isinstance(y, Tuple) and len(x.items) != len(y.items):
            raise grows(join, m, m, x.items, y.items)
        pattern = join(x, y)
        if any(mixed(part) for _, part in children(pattern)):
            decide(test)
        return pattern
    except Unjoinable as problem:
        decide(test)
        what = f"'{m.name}'" if isinstance(m, Cell) else f"{an(type_name(m))}, or an item of it,"
        c.refuse(node, f"{what} would be {problem}", "give it one type, and one length, on every path")


def leaf_names(where: str | Mutable, pattern: Abstract, seen: set[Mutable]) -> list[str]:
    """Names for the results of a meeting: the variable's own. What was `seen` before has its leaves already."""
    leaves = flatten([pattern], seen=seen)
    if isinstance(where, Mutable) or where == VALUE:
        return [leaf.name for leaf in leaves]
    name = plain(where.strip("<>"))
    return [name] if len(leaves) == 1 else [f"{name}_{leaf.name}" if leaf.name != name else name for leaf in leaves]
