"""collections.deque: a list with two ends, and perhaps a longest length."""

from __future__ import annotations

import ast
import collections
from collections.abc import Sequence

from ...library.python.iterators import rotate
from .. import arity, run_lists
from ..frame import Frame
from ..objects import List
from ..outside import never
from ..values import NONE, Abstract, Deque, RunList, Static
from . import containers, lists
from .spread import collected, for_each

BOTH = {"appendleft": "append", "popleft": "pop", "extendleft": "extend"}


def shortened(c: Frame, node: ast.AST, items: Sequence[Abstract], maxlen: int | None) -> Sequence[Abstract]:
    """The last items, as many as there may be."""
    if maxlen is not None and maxlen < 0:
        never(c, node, ValueError, "maxlen must be non-negative")
    return items if maxlen is None else items[max(0, len(items) - maxlen) :]


def call(c: Frame, x: Deque, name: str, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """`x.name(…)`."""
    held = x.items
    assert isinstance(held, (List, RunList))
    if name == "copy":
        copied = lists.call(c, held, "copy", args, kwargs, node)
        return Deque(copied, x.maxlen)
    if name in ("extend", "extendleft") and len(args) == 1:
        extend(c, node, x, "append" if name == "extend" else "appendleft", args[0])
        return NONE
    if name in ("append", "appendleft") and len(args) == 1:
        put(c, node, x, name, args[0])
        return NONE
    if name in ("pop", "popleft") and not args:
        return taken(c, node, held, name == "popleft")
    if name == "rotate" and len(args) < 2:
        return c.call(Static(rotate), [x, *args], {}, node)
    if name in BOTH or name in BOTH.values():
        said = arity.heard(getattr(collections.deque(), name), len(args), kwargs) or f"deque.{name}() is not called like this"
        c.raises(node, TypeError, said)
    if name not in ("clear", "count", "index", "insert", "remove", "reverse"):
        return never(c, node, AttributeError, f"'collections.deque' object has no attribute '{name}'")
    return lists.call(c, held, name, args, kwargs, node)


def extend(c: Frame, node: ast.AST, x: Deque, one: str, items: Abstract) -> None:
    """Put all items in, by `append` or by `appendleft`. Of a deque, which may be this one, they are those that it has now."""
    if isinstance(items, Deque) and isinstance(items.items, RunList):
        items = collected(c, node, items.items.element, items.items)
    for_each(c, node, items, lambda item: put(c, node, x, one, item))


def put(c: Frame, node: ast.AST, x: Deque, name: str, item: Abstract) -> None:
    """Append at one end; where it becomes too long, the item at the other end goes."""
    held = x.items
    if x.maxlen == 0:
        return
    if name == "append":
        containers.append(c, node, held, item)
    else:
        assert isinstance(held, (List, RunList))
        lists.call(c, held, "insert", [c.integer(0), item], {}, node)
    if x.maxlen is None:
        return
    first = name == "append"
    if isinstance(held, List):
        if len(held.items) > x.maxlen:
            taken(c, node, held, first)
        return
    assert isinstance(held, RunList)
    if held.length is None:
        raise run_lists.ShrinksAtRunTime
    over = c.b.op("gt", run_lists.count(c.b, held), c.b.i64(x.maxlen), name="over")

    def take() -> None:
        taken(c, node, held, first)

    c.branch(over, take, lambda: None, None, node)


def taken(c: Frame, node: ast.AST, held: Abstract, first: bool) -> Abstract:
    """Take off an item at one end."""
    assert isinstance(held, (List, RunList))
    if isinstance(held, List) and not held.items:
        return never(c, node, IndexError, "pop from an empty deque")
    return lists.call(c, held, "pop", [c.integer(0)] if first else [], {}, node)
