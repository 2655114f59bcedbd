"""Which attributes of an object the program will read, by the texts: asked for together, they cost one lowering instead of many."""

from __future__ import annotations

import ast
import types
from collections.abc import Iterable, Iterator

from ...errors import NotSupported
from ...structure import Read
from ...syntax.read import Definition, read
from ..frame import Frame
from ..reach import Origins


def reads_with(c: Frame, kind: type, name: str) -> Origins:
    """What to ask for where `name` of an instance of `kind` is read: what this function reads of its variables, since what it needs of
    one object it may need of the next, and what the methods named so read of themselves, and the methods that these name."""
    names = dict.fromkeys((name, *read_of_variables(c)))
    todo = list(names)
    while todo:
        for method in methods(kind, todo.pop()):
            new = [named for named in read_of_itself(method) if named not in names]
            names.update(dict.fromkeys(new))
            todo += new
    return frozenset(Read(kind, named) for named in names)


def read_of_variables(c: Frame) -> Iterator[str]:
    """The attributes that this function reads of its variables."""
    for node in ast.walk(c.definition.node):
        if isinstance(node, ast.Attribute):
            root: ast.expr = node
            while isinstance(root, (ast.Attribute, ast.Subscript, ast.Call)):
                root = root.func if isinstance(root, ast.Call) else root.value
            if isinstance(root, ast.Name) and (root.id in c.env or root.id in c.scope.bound):
                yield node.attr


def methods(kind: type, name: str) -> Iterator[types.FunctionType]:
    """The functions that stand under a name in a class and its bases, each of which may call the next."""
    for base in kind.__mro__:
        held = vars(base).get(name)
        for function in (held, *(getattr(held, inner, None) for inner in ("fget", "func", "__func__", "__wrapped__"))):
            if isinstance(function, types.FunctionType):
                yield function


def read_of_itself(method: types.FunctionType) -> Iterable[str]:
    """The attributes that a method reads of its first parameter, and those of `super()`."""
    try:
        return named_in(read(method))
    except NotSupported:  # told where it is called, if it is
        return ()


def named_in(definition: Definition) -> tuple[str, ...]:
    """The attributes of the first parameter of a method, and of `super()`, in its text."""
    parameters = definition.node.args
    first = [p.arg for p in (*parameters.posonlyargs, *parameters.args)][:1]
    return tuple(
        dict.fromkeys(
            node.attr
            for node in ast.walk(definition.node)
            if isinstance(node, ast.Attribute) and (is_name(node.value, first) or is_super(node.value))
        )
    )


def is_name(node: ast.expr, names: list[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def is_super(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and is_name(node.func, ["super"])
