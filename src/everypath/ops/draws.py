"""Random numbers: what NumPy's PCG64 draws from a state, bit for bit, and the state that it leaves. Both are data.

x, after = draw state {of="standard_normal"}        one number, and the array of the next state
x, after = draws state, n {of="standard_normal"}    an array of n
i, after = draw state, first, last {of="integers"}  from the first to the last, both included
"""

from __future__ import annotations

from typing import Any

from ..generators import INTEGERS, drawn
from ..ir.op import Definition, register
from ..ir.types import F64, I64, ArrayType, Type

FAMILY = "random"
WHY = "what is drawn depends on nothing but the state"
STATE = ArrayType(I64, 1)


def kind(given: dict[str, Any]) -> Type:
    return I64 if given["of"] == INTEGERS else F64


def one(types: tuple[Type, ...], given: dict[str, Any]) -> tuple[Type, ...]:
    return kind(given), STATE


def many(types: tuple[Type, ...], given: dict[str, Any]) -> tuple[Type, ...]:
    return ArrayType(kind(given), 1), STATE  # type: ignore[arg-type]


def draw(state: Any, *bounds: Any, of: str) -> tuple[Any, Any]:
    return drawn(state, of, None, bounds)


def draws(state: Any, n: Any, *bounds: Any, of: str) -> tuple[Any, Any]:
    return drawn(state, of, int(n), bounds)


for _name, _typing, _meaning in (("draw", one, draw), ("draws", many, draws)):
    register(Definition(_name, FAMILY, _typing, _meaning, no_derivative=WHY, attributes=frozenset(("of",))))
