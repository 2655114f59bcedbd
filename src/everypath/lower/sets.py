"""Sets of values that are known before the function runs."""

from __future__ import annotations

import ast
from typing import Any

from .classes import refuse_attribute
from .containers import all_items, changeable
from .frame import Frame
from .outside import never
from .values import NONE, Abstract, Set, Static

MEMBER = "a member of a set"
OPERATORS = {"|": "__or__", "&": "__and__", "-": "__sub__", "^": "__xor__"}
COMPARISONS = {"==": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}
CHANGING = {"add", "discard", "remove", "update", "intersection_update", "difference_update", "symmetric_difference_update", "clear"}


def members_of(x: Abstract) -> frozenset[Any] | None:
    """The members of a set or a frozen set; None for anything else."""
    if isinstance(x, Set):
        return x.members
    return x.value if isinstance(x, Static) and isinstance(x.value, frozenset) else None


def made(c: Frame, node: ast.AST, kind: type, args: list[Abstract]) -> Abstract:
    """`set(…)` and `frozenset(…)`."""
    from .comprehension import realised

    members = items_of(c, node, realised(c, args[0])) if args else []
    return Set(c.store, members) if kind is set else Static(frozenset(members))


def items_of(c: Frame, node: ast.AST, x: Abstract) -> list[Any]:
    """The known items of something."""
    known = members_of(x)
    if known is not None:
        return list(known)
    return [c.static(item, MEMBER, node) for item in all_items(c, x, node)]


def combined(c: Frame, node: ast.AST, op: str, left: Abstract, right: Abstract) -> Abstract | None:
    """An operator or a comparison of two sets; None where one is none."""
    a, b = members_of(left), members_of(right)
    if a is None or b is None or op not in (*OPERATORS, *COMPARISONS):
        return None
    if op in COMPARISONS:
        return c.constant(getattr(a, COMPARISONS[op])(b))
    found = getattr(a, OPERATORS[op])(b)
    return Set(c.store, found) if isinstance(left, Set) else Static(found)


def call(c: Frame, x: Abstract, name: str, args: list[Abstract], node: ast.AST) -> Abstract:
    """A method of a set."""
    members = members_of(x)
    assert members is not None
    if not hasattr(set if isinstance(x, Set) else frozenset, name) or name == "pop":
        refuse_attribute(c, x, name, node)
    single = name in ("add", "discard", "remove")
    known = [c.static(a, MEMBER, node) if single else items_of(c, node, a) for a in args]
    work = set(members)
    try:
        found = getattr(work, name)(*known)
    except (KeyError, TypeError) as problem:
        return never(c, node, type(problem), str(problem))
    if name in CHANGING:
        assert isinstance(x, Set)
        changeable(c, x, node)
        x.contents = (Static(frozenset(work)),)
        return NONE
    if isinstance(found, set):
        return Set(c.store, found) if isinstance(x, Set) else Static(frozenset(found))
    return c.constant(found)
