"""Objects of Python's library that are known before the function runs, and never change: dates, regular expressions, what they found."""

from __future__ import annotations

import ast

from ... import records
from ..frame import Frame
from ..outside import never
from ..values import Abstract, Method, Static
from .known import lifted


def is_known_object(x: Abstract) -> bool:
    return isinstance(x, Static) and isinstance(x.value, records.KNOWN)


def attribute(c: Frame, owner: Static, name: str, node: ast.AST) -> Abstract:
    """`date.year`, `match.group`."""
    try:
        found = getattr(owner.value, name)
    except AttributeError as problem:
        return never(c, node, AttributeError, str(problem))
    return Method(owner, name) if callable(found) else lifted(c, found, node)
