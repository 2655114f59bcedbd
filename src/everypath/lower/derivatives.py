"""everypath's own functions called inside the user's function."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from .frame import Frame
from .values import Abstract


@dataclass(frozen=True, eq=False)
class Derivative(Abstract):
    kind: str
    function: Abstract


def call(c: Frame, callee: Derivative, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    c.refuse(node, "a derivative inside the function is not supported yet", "")


def transformed(c: Frame, function: Any, kind: str | None, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    c.refuse(node, "a derivative inside the function is not supported yet", "")
