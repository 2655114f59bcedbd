"""Values shown: print, str, repr, format."""

from __future__ import annotations

import ast
import builtins

from ...ir.program import Value
from ..frame import Frame
from ..messages import escaped, template, text_of
from ..values import Abstract, Static
from .registry import builtin


@builtin(builtins.print, most=256, options=("sep", "end", "flush"))
def lower_print(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """print: numbers and strings, when the function runs forward."""
    separator = c.static(kwargs["sep"], "the separator", node) if "sep" in kwargs else " "
    end = c.static(kwargs["end"], "the end", node) if "end" in kwargs else "\n"
    if end != "\n":
        c.refuse(node, "print() with another end than a new line is not supported", "print whole lines")
    values: list[Value] = []
    text = escaped(" " if separator is None else separator).join(template(c, x, values, node, "!s") for x in args)
    c.at(node)
    flushed = "flush" in kwargs and bool(c.static(kwargs["flush"], "the option 'flush'", node))
    c.b.do("print", *values, message=text, **({"flush": True} if flushed else {}))
    return Static(None)


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
