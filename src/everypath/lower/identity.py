"""Whether two objects are one: known, unless one of them is a copy that stands for several, of which the path decides."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from .frame import Frame
from .naming import type_name
from .objects import Mutable


def one_object(c: Frame, x: Mutable, y: Mutable, node: ast.AST) -> bool:
    """`x is y`. What two paths made one object of, a loop carries from turn to turn, or stands in a list built at run time, is a copy
    here: it may be any other object of its class. So may what comes from outside in another way."""
    if x is y:
        return True
    if type_name(x) == type_name(y) and None not in (x.root, y.root) and x.root != y.root:
        reason = f"two arguments, or variables around the function, may hold one {type_name(x)}, and whether they do is not known here"
        c.refuse(node, reason, f"compare what tells one {type_name(x)} from another, such as a number that each is given")
    if type_name(x) == type_name(y) and (x.copied or y.copied):
        reason = f"whether this is one {type_name(x)} or another depends on the path taken, and is not known here"
        c.refuse(node, reason, f"compare what tells one {type_name(x)} from another, such as a number that each is given")
    return False


def is_among(c: Frame, x: Mutable, others: Iterable[object], node: ast.AST) -> bool:
    """Whether an object is one of several."""
    others = list(others)
    return x in others or any(one_object(c, x, y, node) for y in others if isinstance(y, Mutable))
