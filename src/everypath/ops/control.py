"""Control flow, calls, checks and printing, as the catalogue sees them: their meaning is in `ir.interpret`."""

from __future__ import annotations

from typing import Any

from ..ir.op import Definition, register
from ..ir.types import Type


def told(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
    raise TypeError("result types come from the regions or the callee: give them to the builder")


def none(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
    return ()


for _name in ("for", "while", "if", "map", "call", "ruled", "pushforward", "pullback"):
    register(Definition(_name, "control", told))
for _name in ("yield", "return"):
    register(Definition(_name, "control", none))
register(Definition("check", "control", none, may_raise=True, no_derivative="it has no result"))
register(
    Definition(
        "host",
        "control",
        lambda types, attributes: attributes["call"].types,
        may_raise=True,
        no_derivative="CPython runs it",
    )
)
register(Definition("print", "control", none, no_derivative="it has no result"))
