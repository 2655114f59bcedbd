"""`x op= other` where `x` is a container: those that Python changes in place every name of them sees."""

from __future__ import annotations

import ast
from collections import Counter

from ...library.python.tables import COUNTED, replaced
from ..frame import Frame
from ..objects import Dict, List, RunTuple, Set, Table
from ..outside import changeable
from ..values import Abstract, Array, Deque, Method, RunList, Static
from . import combining, sets, tables
from .arithmetic import is_numpy
from .hashing import searched
from .spread import extend


def container(c: Frame, node: ast.AugAssign, op: str, x: Abstract, other: Abstract) -> Abstract | None:
    """The container, changed; None where the operator makes a new value, or there is none."""
    if isinstance(x, (List, RunList)) and not isinstance(x, RunTuple):
        if op == "+" and not is_numpy(other):
            extend(c, node, x, other)
            return x
        if op == "*" and not isinstance(other, Array):
            combining.repeat(c, node, x, c.present(other, node.value))
            return x
        return None
    if isinstance(x, Deque) and op == "+":
        c.call(Method(x, "extend"), [other], {}, node)
        return x
    if combining.are_counters(x, other) and op in COUNTED:
        c.call(Static(replaced), [x, c.call(Static(COUNTED[op]), [x, other], {}, node)], {}, node)
        return x
    if isinstance(x, Dict) or (isinstance(x, Table) and x.keyed):
        if op != "|" or x.type is Counter:
            return None
        c.call(Method(x, "update"), [other], {}, node)
        return x
    return of_set(c, node, op, x, c.present(other, node.value)) if isinstance(x, (Set, Table)) else None


def of_set(c: Frame, node: ast.AST, op: str, x: Set | Table, other: Abstract) -> Abstract | None:
    """`|=`, `&=`, `-=` and `^=` of a set and another one."""
    if op not in tables.KEPT or not tables.is_set(other):
        return None
    if isinstance(x, Set) and isinstance(other, Table):
        growing = searched(c, x, node, other.items.element)
        if growing is None:
            reason = f"`{op}=` of this set, by one whose members are known only when the function runs, is not supported"
            c.refuse(node, reason, f"write x = x {op} …")
        raise growing
    found = tables.combined(c, node, op, x, other) or sets.combined(c, node, op, x, other)
    if found is None:
        return None
    if isinstance(x, Set) and isinstance(found, Set):
        changeable(c, x, node)
        x.contents = found.contents
        return x
    members = tables.in_a_list(c, found)
    c.call(Method(x, "clear"), [], {}, node)
    c.call(Method(x, "update"), [members], {}, node)
    return x
