"""The nodes below a node, without those that say nothing but how: contexts and operators. `ast.walk` gives these too, in five times the
time, and a first call goes through every text that it meets many times."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator

NO_NODES = {"ctx", "op", "ops", "id", "attr", "lineno", "kind", "type_comment", "conversion", "is_async", "simple", "level", "module"}


FIELDS: dict[type, tuple[str, ...]] = {ast.Constant: ()}
"""The fields of the kinds of nodes that may hold nodes, as far as they were asked for."""


def fields(kind: type[ast.AST]) -> tuple[str, ...]:
    """The fields of a kind of node that may hold nodes."""
    if kind not in FIELDS:
        FIELDS[kind] = tuple(name for name in kind._fields if name not in NO_NODES)
    return FIELDS[kind]


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes that a node consists of."""
    found: list[ast.AST] = []
    kind = node.__class__
    for name in FIELDS[kind] if kind in FIELDS else fields(kind):
        part = getattr(node, name, None)
        if part.__class__ is list:
            found += [x for x in part if isinstance(x, ast.AST)]
        elif part is not None and isinstance(part, ast.AST):
            found.append(part)
    return found


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all below it, level by level."""
    waiting = deque([node])
    while waiting:
        here = waiting.popleft()
        waiting.extend(children(here))
        yield here


def calls_itself(function: ast.AST) -> bool:
    """Whether a function's text calls what has its name: itself, or the method that it is."""
    called = {node.func for node in walk(function) if isinstance(node, ast.Call)}
    names = {f.id if isinstance(f, ast.Name) else f.attr for f in called if isinstance(f, (ast.Name, ast.Attribute))}
    return getattr(function, "name", None) in names
