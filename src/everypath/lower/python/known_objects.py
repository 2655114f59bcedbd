"""Objects of Python's library that are known before the function runs, and never change: dates, regular expressions, what they found."""

from __future__ import annotations

import ast
from typing import Any

from ... import records
from ..frame import Frame
from ..outside import never
from ..placeholders import ATTRIBUTES, is_placeholder
from ..values import Abstract, Method, Static
from .known import NotKnown, lifted, value_of


def is_known_object(x: Abstract) -> bool:
    return isinstance(x, Static) and (isinstance(x.value, records.KNOWN) or is_placeholder(x.value))


def attribute(c: Frame, owner: Static, name: str, node: ast.AST) -> Abstract:
    """`date.year`, `match.group`."""
    if is_placeholder(owner.value) and name not in ATTRIBUTES:
        c.refuse(node, f"'{name}' of an array of None is not supported", "use an array of numbers")
    try:
        found = getattr(owner.value, name)
    except AttributeError as problem:
        return never(c, node, AttributeError, str(problem))
    return Method(owner, name) if callable(found) else lifted(c, found, node)


def item(c: Frame, array: Any, at: Abstract, node: ast.AST) -> Abstract:
    """An item, or a part, of an array of None."""
    try:
        return lifted(c, array[value_of(at)], node)
    except NotKnown:
        c.refuse(node, "an array of None is read at a place that is known only when the function runs", "use an array of numbers")
    except IndexError as problem:
        return never(c, node, IndexError, str(problem))
