"""Comparisons, logic, rounding, bits, casts and checked indices: where derivatives end, or pass through unchanged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..ir.types import I64, SCALARS, Type, scalar_of
from .define import broadcast_type, elementwise, same_dtype, to_bool
from .rules import JUMPS

DISCRETE = "its result is not a float"

COMPARISONS: tuple[tuple[str, Callable[..., Any], str], ...] = (
    ("lt", np.less, "{0} < {1}"),
    ("le", np.less_equal, "{0} ≤ {1}"),
    ("gt", np.greater, "{0} > {1}"),
    ("ge", np.greater_equal, "{0} ≥ {1}"),
    ("eq", np.equal, "{0} = {1}"),
    ("ne", np.not_equal, "{0} ≠ {1}"),
    ("isnan", np.isnan, "isnan({0})"),
    ("isinf", np.isinf, "isinf({0})"),
    ("isfinite", np.isfinite, "isfinite({0})"),
)
LOGIC: tuple[tuple[str, Callable[..., Any], str], ...] = (
    ("and", np.bitwise_and, "{0} ∧ {1}"),
    ("or", np.bitwise_or, "{0} ∨ {1}"),
    ("xor", np.bitwise_xor, "{0} ⊕ {1}"),
    ("not", np.invert, "¬{0}"),
    ("shl", np.left_shift, "{0} << {1}"),
    ("shr", np.right_shift, "{0} >> {1}"),
)
"""On booleans these are logic, on integers bits."""
ROUNDING: tuple[Callable[..., Any], ...] = (np.floor, np.ceil, np.trunc, np.rint)

for _name, _meaning, _symbol in COMPARISONS:
    elementwise(_name, _meaning, symbol=_symbol, typing=to_bool, no_derivative=DISCRETE)
for _name, _meaning, _symbol in LOGIC:
    elementwise(_name, _meaning, symbol=_symbol, typing=same_dtype, no_derivative=DISCRETE)
for _meaning in ROUNDING:
    elementwise(_meaning.__name__, _meaning, symbol=_meaning.__name__ + "({0})", no_derivative=JUMPS)


def cast_typing(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
    return (broadcast_type(types, SCALARS[attributes["dtype"]]),)


def convert(x: Any, *, dtype: str, stored: bool = False) -> Any:
    """`stored` marks the cast of a float stored in an array of integers: a derivative that would go through is refused."""
    return np.asarray(x).astype(SCALARS[dtype].numpy)[()]


# Between floats the path goes through; into or out of integers and booleans there is none (differentiate looks at the types).
cast = elementwise("cast", convert, lambda x, out: 1.0, symbol="{0}", typing=cast_typing, attributes=["dtype", "stored"])


def index_typing(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
    if any(scalar_of(t) != I64 for t in types):
        raise TypeError("index takes i64")
    return (broadcast_type(types, I64),)


def checked_index(i: Any, n: Any, *, axis: int = 0, checked: bool = True) -> Any:
    outside = np.logical_or(np.less(i, -n), np.greater_equal(i, n))
    if checked and np.any(outside):
        worst = int(np.asarray(i)[np.asarray(outside)].flat[0])
        raise IndexError(f"index {worst} is out of bounds for axis {axis} with size {int(n)}")
    return np.where(np.less(i, 0), i + n, i)[()]


index = elementwise(
    "index",
    checked_index,
    symbol="{0}",
    typing=index_typing,
    no_derivative=DISCRETE,
    may_raise=True,
    attributes=["axis", "checked"],
)
