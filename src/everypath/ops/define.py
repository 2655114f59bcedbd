"""How an operation enters the catalogue: one call that states its mathematics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..ir.op import Definition, Typing, register
from ..ir.types import BOOL, ArrayType, ScalarType, Type, scalar_of
from .rules import Elementwise, Partial, Rule, Selects

Domain = tuple[float, float]
"""An interval that samples for tests are drawn from."""

ANYWHERE: Domain = (-2.0, 2.0)
POSITIVE: Domain = (0.2, 3.0)
NONZERO: Domain = (0.5, 2.5)
UNIT: Domain = (-0.9, 0.9)


def broadcast_type(types: Sequence[Type], dtype: ScalarType) -> Type:
    """The type of an element-wise result: a scalar if every operand is one, else an array of the highest rank."""
    ranks = [t.rank for t in types if isinstance(t, ArrayType)]
    return ArrayType(dtype, max(ranks)) if ranks else dtype


def same_dtype(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
    """All operands share one dtype, and the result has it."""
    dtypes = {scalar_of(t) for t in types}
    if len(dtypes) != 1:
        raise TypeError(f"operands of different dtypes: {', '.join(map(str, types))}")
    return (broadcast_type(types, dtypes.pop()),)


def to_bool(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
    """Operands of one dtype, a boolean result."""
    same_dtype(types, attributes)
    return (broadcast_type(types, BOOL),)


def elementwise(
    name: str,
    meaning: Callable[..., Any],
    partials: Partial | Selects | tuple[Partial | Selects | None, ...] | None = None,
    *,
    symbol: str,
    domain: Domain | tuple[Domain, ...] = ANYWHERE,
    typing: Typing = same_dtype,
    no_derivative: str | None = None,
    may_raise: bool = False,
    attributes: Sequence[str] = (),
) -> Definition:
    """Register an operation that works element by element and broadcasts."""
    if partials is not None and not isinstance(partials, tuple):
        partials = (partials,)
    rule: Rule | None = Elementwise(partials) if partials is not None else None
    domains = domain if isinstance(domain[0], tuple) else (domain,)
    return register(
        Definition(
            name,
            family="elementwise",
            typing=typing,
            meaning=meaning,
            rule=rule,
            no_derivative=no_derivative,
            domain=domains,
            symbol=symbol,
            may_raise=may_raise,
            attributes=frozenset(attributes),
        )
    )
