"""Random numbers: what a generator of NumPy's or Python's draws from a state, bit for bit, and the state that it leaves. Both are data.

x, after = draw state {kind="PCG64", of="standard_normal"}        one number, and the array of the next state
x, after = draws state, n {kind="PCG64", of="standard_normal"}    an array of n
i, after = draw state, first, last {kind="PCG64", of="integers"}  from the first to the last, both included
"""

from __future__ import annotations

from typing import Any

from ..generators import INTEGERS, drawn
from ..ir.op import Definition, register
from ..ir.types import F64, I64, ArrayType, Type

FAMILY = "random"
WHY = "what is drawn depends on nothing but the state"
STATE = ArrayType(I64, 1)


def number(given: dict[str, Any]) -> Type:
    return I64 if given["of"] == INTEGERS else F64


def one(types: tuple[Type, ...], given: dict[str, Any]) -> tuple[Type, ...]:
    return number(given), STATE


def many(types: tuple[Type, ...], given: dict[str, Any]) -> tuple[Type, ...]:
    return ArrayType(number(given), 1), STATE  # type: ignore[arg-type]


def draw(state: Any, *bounds: Any, kind: str, of: str) -> tuple[Any, Any]:
    return drawn(kind, state, of, None, bounds)


def draws(state: Any, n: Any, *bounds: Any, kind: str, of: str) -> tuple[Any, Any]:
    return drawn(kind, state, of, int(n), bounds)


for _name, _typing, _meaning in (("draw", one, draw), ("draws", many, draws)):
    register(Definition(_name, FAMILY, _typing, _meaning, no_derivative=WHY, attributes=frozenset(("kind", "of"))))
