"""`import` inside a function: done while it is lowered, as CPython would do it when the line is reached."""

from __future__ import annotations

import ast
import importlib
import sys
import types
from typing import Any

from .frame import Frame, variable
from .outside import attribute_outside, never
from .values import Static
from .watch import Item, watch


def lower_import(c: Frame, node: ast.Import) -> None:
    """`import a.b`, `import a.b as c`."""
    for alias in node.names:
        module = imported(c, node, alias.name)
        if alias.asname is None:
            top = alias.name.partition(".")[0]
            variable(c, top, Static(sys.modules[top], top))
        else:
            variable(c, alias.asname, Static(module, alias.name))


def lower_import_from(c: Frame, node: ast.ImportFrom) -> None:
    """`from a import b as c`."""
    if any(alias.name == "*" for alias in node.names):
        c.refuse(node, "`from … import *` inside a function is not Python", "name what is imported")
    name = "." * node.level + (node.module or "")
    module = imported(c, node, name)
    for alias in node.names:
        if not hasattr(module, alias.name):
            try:
                importlib.import_module(f"{module.__name__}.{alias.name}")
            except ImportError:
                never(c, node, ImportError, f"cannot import name '{alias.name}' from '{module.__name__}' ({place_of(module)})")
        variable(c, alias.asname or alias.name, attribute_outside(c, Static(module, module.__name__), alias.name, node))


def imported(c: Frame, node: ast.AST, name: str) -> types.ModuleType:
    """The module of this name, which the program takes for granted from now on."""
    package: Any = c.outside.namespace.get("__package__")
    try:
        module = importlib.import_module(name, package)
    except ImportError as problem:
        never(c, node, type(problem), str(problem))
        raise AssertionError from None
    if sys.modules.get(module.__name__) is module:
        watch(c.unit, Item(sys.modules, module.__name__), module)
    return module


def place_of(module: types.ModuleType) -> str:
    return getattr(module, "__file__", None) or "unknown location"
