"""Python's own functions that are not supported, each with the reason and a way out."""

from __future__ import annotations

import ast
import builtins
import types
from typing import Any

from ..frame import Frame
from ..naming import public, spoken
from ..values import Abstract
from .registry import TABLE, Handler


def refused(name: str, reason: str, way_out: str) -> Handler:
    def handler(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        c.refuse(node, reason.format(name=name), way_out)

    return handler


UNREPEATABLE = {
    "random": ("{name} draws random numbers, and a derivative needs the same ones each time", "draw them outside and pass them in"),
    "secrets": ("{name} draws random numbers, and a derivative needs the same ones each time", "draw them outside and pass them in"),
}
"""By module."""


def refuse_unrepeatable(c: Frame, node: ast.AST, function: Any) -> None:
    """Refuse what gives something else at every call."""
    owner = getattr(function, "__self__", None)
    bound = owner is not None and not isinstance(owner, types.ModuleType)
    module = type(owner).__module__ if bound else getattr(function, "__module__", "")
    if module in UNREPEATABLE and not isinstance(function, type):
        reason, way_out = UNREPEATABLE[module]
        c.refuse(node, reason.format(name=spoken(node, public(function), function)), way_out)


for _name, _reason, _way_out in (
    ("open", "input and output are not supported", "read it outside and pass the data in"),
    ("input", "input and output are not supported", "read it outside and pass the data in"),
    ("eval", "{name}() is not supported", "write the expression out"),
    ("exec", "{name}() is not supported", "write the statements out"),
    ("globals", "{name}() is not supported", "use the variables by name"),
    ("locals", "{name}() is not supported", "use the variables by name"),
):
    TABLE[getattr(builtins, _name)] = refused(_name, _reason, _way_out)
