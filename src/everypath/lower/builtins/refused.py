"""Python's own functions that are not supported, each with the reason and a way out."""

from __future__ import annotations

import ast
import builtins

from ..frame import Frame
from ..values import Abstract
from .registry import TABLE, Handler


def refused(name: str, reason: str, way_out: str) -> Handler:
    def handler(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        c.refuse(node, reason.format(name=name), way_out)

    return handler


for _name, _reason, _way_out in (
    ("open", "input and output are not supported", "read it outside and pass the data in"),
    ("input", "input and output are not supported", "read it outside and pass the data in"),
    ("eval", "{name}() is not supported", "write the expression out"),
    ("exec", "{name}() is not supported", "write the statements out"),
    ("complex", "complex numbers are not supported", "use two floats"),
    ("globals", "{name}() is not supported", "use the variables by name"),
    ("locals", "{name}() is not supported", "use the variables by name"),
):
    TABLE[getattr(builtins, _name)] = refused(_name, _reason, _way_out)
