"""Values as text: str, repr, format."""

from __future__ import annotations

import ast
import builtins

from ...ir.program import Value
from ..frame import Frame
from ..python.messages import template, text_of
from ..values import Abstract
from .registry import builtin


@builtin(builtins.str)
def lower_str(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    values: list[Value] = []
    text = template(c, args[0], values, node, "!s") if args else ""
    return text_of(text, values)


@builtin(builtins.repr, least=1)
def lower_repr(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    values: list[Value] = []
    text = template(c, args[0], values, node, "!r")
    return text_of(text, values)


@builtin(builtins.format, least=1, most=2)
def lower_format(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    values: list[Value] = []
    spec = c.static(args[1], "a format", node) if len(args) == 2 else ""
    text = template(c, args[0], values, node, "", spec)
    return text_of(text, values)
