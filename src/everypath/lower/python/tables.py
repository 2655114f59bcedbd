"""Dicts and sets whose keys are known only when the function runs: a list of the keys, each beside its value, in the order in which they
came. An integer, or a tuple of integers, has a slot where its place is noted; other keys are searched for from the first one on.

counts = {}                             a Dict without keys
counts[label[i]] = 1                    asks for a table: the text is lowered again, with one made where the dict was
counts[label[i]] += 1                   the place of the key, its value read there and written; at the end, if it is new
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from ...ir.program import Value
from ...ir.types import I64
from ...library.python import tables as texts
from .. import arity, run_lists
from ..frame import Frame
from ..naming import an, type_name
from ..objects import Dict, Instance, Set, Table
from ..outside import never
from ..values import NONE, Abstract, Error, Method, OneOf, RunList, Scalar, Static, Tuple, is_none
from . import lists, sets, thrown
from .arithmetic import negated
from .combining import both, position
from .combining import contains as is_in
from .containers import fitted, length, made_at, widened
from .hashing import KEY, computed, hashable
from .hashing import in_any_order as known_in_any_order
from .iteration import iterable, over_table
from .spread import among, for_each, known_or_left, unpacked_items

New = TypeVar("New", Dict, Set)
SAME_KIND = "the keys of a dict, or the members of a set, that is built at run time are of one kind"

# Parts ----------------------------------------------------------------------------------------------------------------


def made(c: Frame, node: ast.AST, x: New, kind: type = set) -> New | Table:
    """A new dict or set without anything in it, made at `node`: a table, where an earlier attempt found that it must be one."""
    x.site = c.site(node)
    element = c.unit.dynamic.get(x.site)
    if element is None:
        return x
    items = made_at(c, node, element)
    return of_list(c, items, x.type if isinstance(x, Dict) else kind, x.default if isinstance(x, Dict) else None)


def of_list(c: Frame, items: RunList, kind: type, default: Abstract | None = None) -> Table:
    """A table of a list that nobody else sees, without items."""
    made = Table(items, kind, default)
    if not has_a_slot(key_of(made)):
        return made
    return Table(items, kind, default, run_lists.empty(c, Scalar(Value("slot", I64), "int")))


def key_of(x: Table) -> Abstract:
    """The pattern of a key."""
    return x.items.element.items[0] if x.keyed and isinstance(x.items.element, Tuple) else x.items.element


def has_a_slot(key: Abstract) -> bool:
    """Whether it is an integer, or a tuple of integers."""
    if isinstance(key, Tuple):
        return bool(key.items) and all(isinstance(item, Scalar) and has_a_slot(item) for item in key.items)
    return isinstance(key, Scalar) and not key.type.is_float and key.type.numpy != np.uint64


def place(c: Frame, node: ast.AST, x: Table, key: Abstract) -> tuple[Value, Value]:
    """Where a key stands, the number of keys if it stands nowhere; and whether it stands somewhere."""
    hashable(c, key, node)
    if isinstance(key, Instance):
        c.refuse(node, f"{KEY} that is built at run time cannot be {an(type_name(key))}", "use a number, or a tuple of numbers")
    held, slots = run_lists.keys(c, x), x.slots
    if slots is None or not has_a_slot(key) or type(key) is not type(held.element) or len(parts_of(key)) != len(parts_of(held.element)):
        k = position(c, node, held, key)
    else:
        found = c.call(Static(texts.place_of), [held, slots, key], {}, node)
        assert isinstance(found, Scalar)
        k = found.value
    return k, c.b.op("lt", k, run_lists.count(c.b, x.items), name="found")


def value_at(c: Frame, x: Table, k: Value) -> Abstract:
    return run_lists.item(c, run_lists.values(c, x), k)


def add(c: Frame, node: ast.AST, x: Table, key: Abstract, value: Abstract | None = None) -> None:
    """A key that is new, at the end."""
    push(c, node, x, leaves_of(c, node, x, key, value))


def push(c: Frame, node: ast.AST, x: Table, leaves: list[Value]) -> None:
    run_lists.push(c.b, x.items, leaves)
    in_slots(c, node, x, texts.note)


def in_slots(c: Frame, node: ast.AST, x: Table, change: Callable[..., None]) -> None:
    """Change where keys are found, after the list of them has changed."""
    if x.slots is not None:
        c.call(Static(change), [run_lists.keys(c, x), x.slots], {}, node)


def parts_of(key: Abstract) -> tuple[Abstract, ...]:
    return key.items if isinstance(key, Tuple) else (key,)


def leaves_of(c: Frame, node: ast.AST, x: Table, key: Abstract, value: Abstract | None) -> list[Value]:
    mine = key_of(x)
    if not alike(mine, key):
        c.refuse(node, f"{SAME_KIND}: {an(type_name(key))} does not go with {an(type_name(mine))}", "use one kind of number, by int(…)")
    return fitted(c, node, x.items, key if value is None else Tuple((key, value)))


def alike(x: Abstract, y: Abstract) -> bool:
    """Whether two keys stay what they are when they are held as one kind of thing."""
    if isinstance(x, Tuple) and isinstance(y, Tuple):
        return len(x.items) == len(y.items) and all(map(alike, x.items, y.items))
    if isinstance(x, Scalar) and isinstance(y, Scalar):
        return x.type == y.type
    return isinstance(x, (Static, OneOf)) and isinstance(y, (Static, OneOf))


# Dicts ----------------------------------------------------------------------------------------------------------------


def get(c: Frame, node: ast.AST, x: Table, key: Abstract) -> Abstract:
    """`x[key]`."""
    k, found = place(c, node, x, key)
    if x.type is Counter:
        zero: Abstract = c.constant(0)
        return either(c, node, found, lambda: value_at(c, x, k), lambda: zero)
    default = x.default
    if default is None or is_none(default):
        thrown.raise_unless(c, found, Error(KeyError, (key,)), node)
    else:
        only(c, node, found, lambda: None, lambda: add(c, node, x, key, c.call(default, [], {}, node)))
    return value_at(c, x, k)


def put(c: Frame, node: ast.AST, x: Table, key: Abstract, value: Abstract) -> None:
    """`x[key] = value`."""
    k, found = place(c, node, x, key)
    leaves = leaves_of(c, node, x, key, value)
    mine = run_lists.values(c, x).lists

    def write() -> None:
        for items, leaf in zip(mine, leaves[len(leaves) - len(mine) :], strict=True):
            c.b.do("list_set", items, leaf, k)

    only(c, node, found, write, lambda: push(c, node, x, leaves))


def either(c: Frame, node: ast.AST, cond: Value, then: Callable[[], Abstract], orelse: Callable[[], Abstract]) -> Abstract:
    """What one of two sides gives."""
    found = c.branch(cond, then, orelse, None, node)
    assert found is not None
    return found


def only(c: Frame, node: ast.AST, cond: Value, then: Callable[[], None], orelse: Callable[[], None] = lambda: None) -> Abstract:
    """Do one of two things; None."""
    c.branch(cond, then, orelse, None, node)
    return NONE


def delete(c: Frame, node: ast.AST, x: Table, key: Abstract) -> None:
    """`del x[key]`, `x.remove(key)`."""
    k, found = place(c, node, x, key)
    thrown.raise_unless(c, found, Error(KeyError, (key,)), node)
    take_off(c, node, x, k)


def take_off(c: Frame, node: ast.AST, x: Table, k: Value) -> None:
    if x.items.length is None:
        raise run_lists.ShrinksAtRunTime
    run_lists.cut(c.b, x.items, k, c.b.i64(1))
    in_slots(c, node, x, texts.note_all)


# Methods --------------------------------------------------------------------------------------------------------------

VIEWS = ("keys", "values", "items")
OF_DICTS = {
    **dict.fromkeys((*VIEWS, "copy", "clear", "popitem"), (0, 0)),
    **dict.fromkeys(("get", "pop", "setdefault"), (1, 2)),
    **dict.fromkeys(("update", "most_common", "subtract"), (0, 1)),
    "elements": (0, 0),
    "total": (0, 0),
}
OF_SETS = {**dict.fromkeys(("copy", "clear"), (0, 0)), **dict.fromkeys(("add", "discard", "remove", "update"), (1, 1))}
"""How many arguments each method takes."""


def call(c: Frame, x: Table, name: str, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """`x.name(…)`."""
    takes = (OF_DICTS if x.keyed else OF_SETS).get(name)
    if takes is None:
        if not hasattr(x.type, name):
            return never(c, node, AttributeError, f"'{x.type.__name__}' object has no attribute '{name}'")
        reason = f"{x.type.__name__}.{name}() is not supported where keys are known only when the function runs"
        c.refuse(node, reason, "write the loop over its keys")
    if not takes[0] <= len(args) <= takes[1] or kwargs:
        said = arity.heard(getattr(x.type(), name), len(args), kwargs) or f"{x.type.__name__}.{name}() is not called like this"
        c.raises(node, TypeError, said, "call it with the arguments of its signature")
    if name in VIEWS:
        return over_table(c, x, name, node)
    if name == "clear":
        if x.items.length is None:
            raise run_lists.ShrinksAtRunTime
        run_lists.resize(c.b, x.items, c.b.i64(0))
        in_slots(c, node, x, texts.note_all)
        return NONE
    if name == "copy":
        return copied(c, x, node)
    if name in ("most_common", "elements", "total"):
        return c.call(Static(getattr(texts, name)), [x.items, *args], {}, node)
    if name in ("update", "subtract"):
        for other in args:
            update(c, node, x, other, "-" if name == "subtract" else "+")
        return NONE
    return of_one_key(c, x, name, args, node)


def of_one_key(c: Frame, x: Table, name: str, args: list[Abstract], node: ast.AST) -> Abstract:
    """The methods that look for one key, or take off the last one."""
    if name == "popitem":
        some_key(c, x, node)
        if x.items.length is None:
            raise run_lists.ShrinksAtRunTime
        last = run_lists.pop(c, x.items, None)
        in_slots(c, node, x, texts.note_all)
        return last
    if name == "remove":
        delete(c, node, x, args[0])
        return NONE
    k, found = place(c, node, x, args[0])
    if name == "add":
        return only(c, node, found, lambda: None, lambda: add(c, node, x, args[0]))
    if name == "discard":
        return only(c, node, found, lambda: take_off(c, node, x, k))
    default = args[1] if len(args) > 1 else NONE
    if name == "get":
        return either(c, node, found, lambda: value_at(c, x, k), lambda: default)
    if name == "setdefault":
        only(c, node, found, lambda: None, lambda: add(c, node, x, args[0], default))
        return value_at(c, x, k)

    def take() -> Abstract:
        value = value_at(c, x, k)
        take_off(c, node, x, k)
        return value

    if len(args) == 1:
        thrown.raise_unless(c, found, Error(KeyError, (args[0],)), node)
        return take()
    return either(c, node, found, take, lambda: default)


def some_key(c: Frame, x: Table, node: ast.AST) -> None:
    """KeyError unless there is a key."""
    c.at(node)
    some = c.b.op("gt", run_lists.count(c.b, x.items), c.b.i64(0), name="some")
    c.check(some, KeyError, "'popitem(): dictionary is empty'")


def copied(c: Frame, x: Table, node: ast.AST) -> Table:
    """A new one with the same things in it."""
    items = lists.call(c, x.items, "copy", [], {}, node)
    assert isinstance(items, RunList)
    return filled(c, node, items, x.type, x.default)


def filled(c: Frame, node: ast.AST, items: RunList, kind: type, default: Abstract | None = None) -> Table:
    """A table of a list of keys and values that nobody else sees."""
    new = of_list(c, items, kind, default)
    in_slots(c, node, new, texts.note_all)
    return new


def update(c: Frame, node: ast.AST, x: Table, other: Abstract, op: str = "+") -> None:
    """Put in what another dict, pairs, or what is to be counted, has; into a set, its members."""
    other = c.present(c.realised(other), node)
    if not x.keyed:
        each_member(c, node, other, lambda item: nothing(call(c, x, "add", [item], {}, node)))
        return
    if x.type is Counter:
        if not isinstance(other, (Dict, Table)):
            for_each(c, node, other, lambda item: count(c, node, x, item, c.constant(1), op))
            return
        for_pairs(c, node, other, lambda key, n: count(c, node, x, key, n, op))
        return
    for_pairs(c, node, other, lambda key, value: put(c, node, x, key, value))


def nothing(_: Abstract) -> None:
    """Nothing, of what gives None."""


def each_member(c: Frame, node: ast.AST, x: Abstract, run: Callable[[Abstract], None]) -> None:
    """Run something for each member of a set, in whatever order, or for each item of anything else."""
    if isinstance(x, Table) and not x.keyed:
        x = x.items
    elif isinstance(x, Set):
        x = Tuple(known_in_any_order(c, x))
    for_each(c, node, x, run)


def count(c: Frame, node: ast.AST, x: Table, key: Abstract, n: Abstract, op: str) -> None:
    put(c, node, x, key, c.binary(node, op, get(c, node, x, key), n))


def for_pairs(c: Frame, node: ast.AST, other: Abstract, run: Callable[[Abstract, Abstract], None]) -> None:
    """Run something for each key and value of a dict, or for pairs."""
    if isinstance(other, (Dict, Table)):
        other = c.call(c.attribute(other, "items", node), [], {}, node)

    def one(pair: Abstract) -> None:
        key, value = unpacked_items(c, pair, 2, None, node)
        run(key, value)

    for_each(c, node, other, one)


# Sets -----------------------------------------------------------------------------------------------------------------


def set_of(c: Frame, node: ast.AST, kind: type, args: list[Abstract]) -> Abstract:
    """`set(…)`, `frozenset(…)` and `{…}`: of known members, or of such as are known only when the function runs."""
    x = c.present(c.realised(args[0]), node) if args else Tuple(())
    if isinstance(x, Table):
        held = lists.call(c, run_lists.keys(c, x), "copy", [], {}, node)
        assert isinstance(held, RunList)
        return filled(c, node, held, kind)
    if sets.members_of(x) is not None:
        return sets.made(c, node, kind, [x])
    found = known_or_left(c, x, node)
    made_ = made(c, node, Set(c.store, ()), kind)
    if isinstance(found, tuple) and isinstance(made_, Set) and not any(computed(c, item, made_) for item in found):
        known = sets.made(c, node, kind, [Tuple(found)])
        if isinstance(known, Set):
            known.site = made_.site
        return known
    each_member(c, node, Tuple(found) if isinstance(found, tuple) else found, lambda item: nothing(put_in(c, node, made_, item)))
    return made_


def put_in(c: Frame, node: ast.AST, x: Dict | Set | Table, item: Abstract) -> Abstract:
    """`x.add(item)`."""
    return c.call(Method(x, "add"), [item], {}, node)


# Operators ------------------------------------------------------------------------------------------------------------

KEPT = {"|": ((True, None), (False, False)), "&": ((True, True),), "-": ((True, False),), "^": ((True, False), (False, False))}
"""What a set made of two has: members of the left one (or of the right one), of those that the other has, or has not, or all."""


def combined(c: Frame, node: ast.AST, op: str, left: Abstract, right: Abstract) -> Abstract | None:
    """An operator or a comparison of two sets, or `|` of two dicts; None where neither is a table, or one is something else."""
    given = (left, right)
    if not any(isinstance(x, Table) for x in given):
        return None
    if op == "|" and all(isinstance(x, Dict) or (isinstance(x, Table) and x.keyed) for x in given):
        return merged(c, node, left, right)
    if not all(is_set(x) for x in given) or op not in (*KEPT, *sets.COMPARISONS):
        return None
    if op in KEPT:
        return of_members(c, node, op, left, right)
    if op in (">", ">="):
        return combined(c, node, {">": "<", ">=": "<="}[op], right, left)
    if op == "!=":
        return negated(c, combined(c, node, "==", left, right) or NONE)
    inside = among(c, node, iterable(c, in_a_list(c, left), node), False, lambda item: is_in(c, node, item, right))
    if op == "<=":
        return inside
    sizes = c.compare(node, op, length(c, left, node), length(c, right, node))
    return both(c, node, inside, sizes)


def is_set(x: Abstract) -> bool:
    return isinstance(x, Set) or (isinstance(x, Table) and not x.keyed) or (isinstance(x, Static) and isinstance(x.value, frozenset))


def in_a_list(c: Frame, x: Abstract) -> Abstract:
    """The members of a set, in whatever order."""
    if isinstance(x, Static):
        return Tuple(tuple(c.constant(item) for item in x.value))
    return x.items if isinstance(x, Table) else Tuple(known_in_any_order(c, x))  # type: ignore[arg-type]


def of_members(c: Frame, node: ast.AST, op: str, left: Abstract, right: Abstract) -> Table:
    """A set of the members of two, those that `op` keeps."""
    first = left if isinstance(left, Table) else right
    assert isinstance(first, Table)
    new = of_list(c, made_at(c, node, widened(None, first.items.element, c, node)), left.type if isinstance(left, Table) else set)
    for of_left, wanted in KEPT[op]:
        mine, other = (left, right) if of_left else (right, left)

        def one(item: Abstract, other: Abstract = other, wanted: bool | None = wanted) -> None:
            if wanted is None:
                add(c, node, new, item)
                return
            holds = c.truth_of(is_in(c, node, item, other), node)
            if isinstance(holds, bool):
                if holds is wanted:
                    add(c, node, new, item)
                return
            sides: list[Callable[[], None]] = [lambda: add(c, node, new, item), lambda: None]
            only(c, node, holds, *(sides if wanted else sides[::-1]))

        each_member(c, node, mine, one)
    return new


def merged(c: Frame, node: ast.AST, left: Abstract, right: Abstract) -> Abstract:
    """`left | right` of two dicts."""
    if not isinstance(left, Table) or Counter in (left.type, getattr(right, "type", None)):
        c.refuse(node, "`|` of these dicts, whose keys are known only when the function runs, is not supported", "use update")
    new = copied(c, left, node)
    update(c, node, new, right)
    return new
