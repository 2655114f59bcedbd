"""Messages of `raise`, `assert` and `print`: a `str.format` template and the scalars it shows."""

from __future__ import annotations

import ast

from ..ir.program import Value
from .frame import Frame
from .values import Abstract, Array, Dict, List, Maybe, Range, Scalar, Static, Text, Tuple, type_name

CONVERSIONS = {-1: "", 114: "!r", 115: "!s", 97: "!a"}


def message_of(c: Frame, node: ast.expr) -> tuple[str, list[Value]]:
    """The template of an expression used as a message, and the values that stand in it."""
    from .expressions import expression

    values: list[Value] = []
    return template(c, expression(c, node), values, node), values


def text_of(template: str, values: list[Value]) -> Abstract:
    """A string: known, or made from run-time values."""
    return Text(template, tuple(values)) if values else Static(template.format())


def template_of(x: Abstract) -> tuple[str, list[Value]] | None:
    """The template and the values of a string; None for what is none."""
    if isinstance(x, Text):
        return x.template, list(x.values)
    return (escaped(x.value), []) if isinstance(x, Static) and isinstance(x.value, str) else None


def fstring(c: Frame, node: ast.JoinedStr, values: list[Value]) -> str:
    from .expressions import expression

    text = ""
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += escaped(str(part.value))
            continue
        assert isinstance(part, ast.FormattedValue)
        spec = ""
        if part.format_spec is not None:
            assert isinstance(part.format_spec, ast.JoinedStr)
            pieces = part.format_spec.values
            if not all(isinstance(p, ast.Constant) for p in pieces):
                c.refuse(part, "a format computed at run time is not supported", "write the format out")
            spec = "".join(str(p.value) for p in pieces if isinstance(p, ast.Constant))
        text += template(c, expression(c, part.value), values, part, CONVERSIONS[part.conversion], spec)
    return text


def escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def template(c: Frame, x: Abstract, values: list[Value], node: ast.AST, conversion: str = "", spec: str = "") -> str:
    """The template of one value; `values` is extended by what it shows."""
    if isinstance(x, Maybe):
        x = c.present(x, node)
    if isinstance(x, Static):
        text = repr(x.value) if conversion == "!r" else str(x.value)
        return escaped(format(text, spec))
    if isinstance(x, Text):
        if spec or conversion == "!r":
            c.refuse(node, "a string made from run-time values cannot be formatted again", "format the numbers")
        values.extend(x.values)
        return x.template
    if isinstance(x, Scalar):
        if x.is_static:
            shown = repr(x.static) if conversion == "!r" else x.static
            return escaped(format(shown, spec))
        values.append(x.value)
        return "{" + ("!s" if conversion == "!s" else "") + (":" + spec if spec else "") + "}"
    if isinstance(x, (Tuple, List)) and (isinstance(x, List) or x.type is tuple):
        inside = ", ".join(template(c, item, values, node, "!r") for item in x.items)
        if isinstance(x, List):
            return f"[{inside}]"
        return f"({inside},)" if len(x.items) == 1 else f"({inside})"
    if isinstance(x, Dict):
        return "{{" + ", ".join(f"{escaped(repr(k))}: {template(c, v, values, node, '!r')}" for k, v in x.entries.items()) + "}}"
    if isinstance(x, Range):
        return f"range({template(c, x.start, values, node)}, {template(c, x.stop, values, node)})"
    if isinstance(x, Array):
        c.refuse(node, "an array in a message is not yet supported", "show its shape, or one number of it")
    c.refuse(node, f"a {type_name(x)} in a message is not supported", "show a number or a string")
