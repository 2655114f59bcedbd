"""`import m`, `from m import x` inside a function: the module is imported when the function is compiled, as its call would do."""

from __future__ import annotations

import ast
import sys
import types
from typing import Any

from ..context import Refused
from ..frame import Frame, variable
from ..outside import attribute_outside, never
from ..values import Static
from ..watch import Item, watch


def lower_import(c: Frame, node: ast.Import) -> None:
    for alias in node.names:
        imported(c, node, alias.name, None, 0)
        first = alias.name.partition(".")[0]
        name = alias.name if alias.asname else first
        variable(c, alias.asname or first, Static(loaded(c, name), alias.asname or first), node)


def lower_import_from(c: Frame, node: ast.ImportFrom) -> None:
    for alias in node.names:
        module = imported(c, node, node.module or "", alias.name, node.level)
        if not hasattr(module, alias.name):
            submodule = sys.modules.get(f"{module.__name__}.{alias.name}")
            if submodule is None:
                place = getattr(module, "__file__", None) or "unknown location"
                never(c, node, ImportError, f"cannot import name '{alias.name}' from '{module.__name__}' ({place})")
            value: Any = Static(submodule, alias.name)
        else:
            value = attribute_outside(c, Static(module, module.__name__), alias.name, node)
        c.name(value, alias.asname or alias.name)
        variable(c, alias.asname or alias.name, value, node)


def imported(c: Frame, node: ast.stmt, name: str, wanted: str | None, level: int) -> types.ModuleType:
    """The module that the statement asks for, imported if it is not yet; ImportError at the user's line where that fails."""
    if level == 0 and name not in sys.modules:
        if c.path.doomed:
            raise Refused("nobody gets there")
        c.path.ask()
    try:
        module = __import__(name, c.outside.namespace, None, [wanted] if wanted else [], level)
    except ImportError as problem:
        never(c, node, type(problem), str(problem))
    except Exception as problem:
        c.refuse(node, f"importing {name} fails with {type(problem).__name__}: {problem}", "import it at the top of the file")
    return loaded(c, module.__name__ if wanted else name)


def loaded(c: Frame, name: str) -> types.ModuleType:
    """A module that was imported. The program holds as long as it stands under its name."""
    module: types.ModuleType = sys.modules[name]
    watch(c.unit, Item(sys.modules, name), module)
    return module
