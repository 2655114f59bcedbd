"""How an operation enters the catalogue: one call that states its mathematics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..ir.op import Definition, Typing, register
from ..ir.types import BOOL, ArrayType, ScalarType, Type, scalar_of
from .rules import Elementwise, Partial, Rule, Selects

Formula = Callable[..., Any]
"""operands -> value, in `ops.term` mathematics."""

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
    tie: Partial | None = None,
    unknown: tuple[str | None, ...] = (),
    symbol: str | None = None,
    domain: Domain | tuple[Domain, ...] = ANYWHERE,
    typing: Typing = same_dtype,
    no_derivative: str | None = None,
    may_raise: bool = False,
    formula: Formula | None = None,
    written: Formula | None = None,
    attributes: Sequence[str] = (),
) -> Definition:
    """Register an operation that works element by element and broadcasts."""
    if partials is not None and not isinstance(partials, tuple):
        partials = (partials,)
    rule: Rule | None = Elementwise(partials, tie, unknown) if partials is not None else None
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
            formula=formula,
            written=written,
            attributes=frozenset(attributes),
        )
    )


def composed(
    name: str, formula: Formula, partials: Partial | tuple[Partial, ...], *, written: Formula, domain: Any = ANYWHERE
) -> Definition:
    """Register an operation that is a `formula` of others, with partials of its own.

    It computes what its formula says, and is `written` as mathematics would write it. Its derivative is not that of the formula's
    steps, which may have kinks that the whole has not, cancel, or overflow halfway.
    """

    def meaning(*operands: Any) -> Any:
        if any(np.iscomplexobj(x) for x in operands):
            raise TypeError(f"{name} is a function of real numbers")
        return formula(*operands)

    return elementwise(name, meaning, partials, domain=domain, formula=formula, written=written)
