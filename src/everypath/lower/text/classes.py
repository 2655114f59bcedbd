"""Classes that a function defines. CPython makes them when the function is lowered: of what is known by then."""

from __future__ import annotations

import ast
import builtins
import types
from typing import Any

from ..frame import Frame, variable
from ..objects import Cell
from ..values import Abstract, Scalar, Static
from .expressions import expression


def lower_class(c: Frame, node: ast.ClassDef) -> None:
    """`class Name(…): …`."""
    code = c.definition.code_of(node)
    if code is None:
        c.refuse(node, f"the code of the class '{node.name}' is not found", "define it at the module's top level")
    cells = {name: cell(c, node, name) for name in code.co_freevars}
    bases = tuple(c.static(expression(c, base), "a base of a class", base) for base in node.bases)
    named = {str(k.arg): c.static(expression(c, k.value), "an argument of a class", k.value) for k in node.keywords}
    decorators = [evaluated(c, decorator) for decorator in node.decorator_list]
    which = (node, *bases, *((name, held(one)) for name, one in cells.items()))
    made = c.unit.classes.get(which)
    if made is None:
        try:
            body = types.FunctionType(code, c.outside.namespace, node.name, None, tuple(cells.values()))
            made = builtins.__build_class__(body, node.name, *bases, **named)
            for decorator in reversed(decorators):
                made = decorator(made)
        except Exception as problem:
            c.refuse(
                node, f"making the class '{node.name}' raises {type(problem).__name__}: {problem}", "define it at the module's top level"
            )
        if node.name in cells:
            cells[node.name].cell_contents = made
        c.unit.classes[which] = made
    variable(c, node.name, Static(made, node.name), node)


def cell(c: Frame, node: ast.ClassDef, name: str) -> types.CellType:
    """A variable of a function around the class, which the class or its methods read."""
    if name == node.name:
        return types.CellType()
    slot = c.env.get(name)
    value: Abstract | None = slot.contents if isinstance(slot, Cell) else slot
    outer: types.CellType | None = c.outside.cells.get(name)
    if value is None and outer is not None:
        return outer
    if isinstance(value, Static):
        return types.CellType(value.value)
    if isinstance(value, Scalar) and value.is_static:
        return types.CellType(value.static)
    way_out = "pass it to the methods, keep it in an attribute, or define the class at the module's top level"
    c.refuse(node, f"the class '{node.name}' reads '{name}', a variable of the function", way_out)


def held(one: types.CellType) -> Any:
    try:
        return id(one.cell_contents)
    except ValueError:
        return None


def evaluated(c: Frame, decorator: ast.expr) -> Any:
    """A decorator, made of names from outside the function alone."""
    for part in ast.walk(decorator):
        if isinstance(part, ast.Name) and (part.id in c.scope.bound or part.id in c.scope.free & c.outside.cells.keys()):
            c.refuse(decorator, f"a decorator of a class that reads '{part.id}', a variable of the function", "define the class outside")
    code = compile(ast.Expression(decorator), c.definition.file, "eval")
    try:
        return eval(code, c.outside.namespace)
    except Exception as problem:
        c.refuse(decorator, f"this decorator raises {type(problem).__name__}: {problem}", "define the class at the module's top level")
