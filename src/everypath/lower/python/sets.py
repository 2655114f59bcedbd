"""Sets of values that are known before the function runs."""

from __future__ import annotations

import ast
from typing import Any

from ..frame import Frame
from ..identity import is_among
from ..objects import Instance, ObjectKey, Set, Store, Table
from ..outside import changeable
from ..values import Abstract, OneOf, RunList, Static
from . import thrown
from .classes import refuse_attribute
from .hashing import computed, searched, stand_in
from .iterables import Known
from .spread import all_items

MEMBER = "a member of a set"
OPERATORS = {"|": "__or__", "&": "__and__", "-": "__sub__", "^": "__xor__"}
COMPARISONS = {"==": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
CHANGING = {"add", "discard", "remove", "update", "intersection_update", "difference_update", "symmetric_difference_update", "clear", "pop"}


def members_of(x: Abstract) -> frozenset[Any] | None:
    """The members of a set, a frozen set, or the keys of a dict; None for anything else."""
    if isinstance(x, Known) and x.keys is not None:
        return frozenset(x.keys())
    if isinstance(x, Set):
        return x.members.union(x.objects)
    return x.value if isinstance(x, Static) and isinstance(x.value, frozenset) else None


def member(c: Frame, x: Abstract, node: ast.AST) -> Any:
    """A value as a member of a set: known, or an object that is equal to itself only."""
    found = stand_in(c, x, MEMBER, node)
    if not isinstance(found, ObjectKey):
        return found
    if found.type is not None:
        c.refuse(node, "a tuple with objects in it as a member of a set is not supported", "use a dict with such keys")
    return found.objects()[0]


def made(c: Frame, node: ast.AST, kind: type, args: list[Abstract]) -> Abstract:
    """`set(…)` and `frozenset(…)`."""
    members = items_of(c, node, c.realised(args[0])) if args else []
    if kind is not set and any(isinstance(m, Instance) for m in members):
        c.refuse(node, "a frozenset of objects is not supported", "use a set or a tuple")
    return Set(c.store, members) if kind is set else Static(frozenset(members))


def items_of(c: Frame, node: ast.AST, x: Abstract, into: Abstract | None = None) -> list[Any]:
    """The known items of something, to be put `into` a set; where they are known only at run time, that is made again as such a one."""
    if isinstance(into, Set) and isinstance(x, (Table, RunList)):
        growing = searched(c, into, node, x.items.element if isinstance(x, Table) else x.element)
        if growing is not None:
            raise growing
    if isinstance(x, Set):
        return [*x.members, *x.objects]
    known = members_of(x)
    if known is not None:
        return list(known)
    return [member(c, item, node) for item in all_items(c, x, node, "use np.unique, np.union1d, np.intersect1d, np.setdiff1d and np.isin")]


def combined(c: Frame, node: ast.AST, op: str, left: Abstract, right: Abstract) -> Abstract | None:
    """An operator or a comparison of two sets; None where one is none."""
    a, b = members_of(left), members_of(right)
    if op in OPERATORS and (isinstance(left, Known) or isinstance(right, Known)) and (a is None) is not (b is None):  # keys take anything
        a, b = (frozenset(items_of(c, node, x)) if members is None else members for x, members in ((left, a), (right, b)))
    if a is None or b is None or op not in (*OPERATORS, *COMPARISONS):
        return None
    if op in COMPARISONS:
        return c.constant(getattr(a, COMPARISONS[op])(b))
    found = in_order(getattr(a, OPERATORS[op])(b), left, right)
    frozen = isinstance(left, Static) and not isinstance(right, Known)
    return Static(frozenset(found)) if frozen else Set(c.store, found)


def call(c: Frame, x: Abstract, name: str, args: list[Abstract], node: ast.AST) -> Abstract:
    """A method of a set."""
    members = members_of(x)
    assert members is not None
    if not hasattr(set if isinstance(x, Set) else frozenset, name):
        refuse_attribute(c, x, name, node)
    if name == "pop" and not args and len(members) > 1:
        c.refuse(node, f"pop of a set of {len(members)} members is not supported: which one it takes is chance", "use min(…), or a list")
    single = name in ("add", "discard", "remove", "pop")
    if isinstance(x, Set) and single and args and (isinstance(args[0], OneOf) or computed(c, args[0], x)):
        growing = searched(c, x, node, *args)
        if growing is not None:
            raise growing
    known = [member(c, a, node) if single else items_of(c, node, a, x if name == "update" else None) for a in args]
    for m in known if single else ():
        if isinstance(m, Instance):
            is_among(c, m, members, node)
    work = set(members)
    try:
        found = getattr(work, name)(*known)
    except (KeyError, TypeError) as problem:
        thrown.as_cpython(c, node, problem)
    if name in CHANGING:
        assert isinstance(x, Set)
        changeable(c, x, node)
        x.contents = Set(Store(), in_order(work, x, *known)).initial
    if isinstance(found, Instance):
        return found
    if isinstance(found, (set, frozenset)):
        return Set(c.store, in_order(found, x, *known)) if isinstance(x, Set) else Static(frozenset(found))
    return c.constant(found)


def in_order(found: Any, *sources: Any) -> list[Any]:
    """The members that were found, objects in the order in which their sources have them: Python's own order depends on addresses."""
    order: dict[Any, None] = {}
    for source in sources:
        items = source.objects if isinstance(source, Set) else source if isinstance(source, (list, tuple)) else (source,)
        order.update(dict.fromkeys(item for item in items if isinstance(item, Instance)))
    return [*(item for item in found if not isinstance(item, Instance)), *(item for item in order if item in found)]
