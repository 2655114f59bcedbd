"""A formula of `ops.term`, emitted as IR."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..ir.build import Builder
from ..ir.program import Value
from ..ir.types import BOOL, ScalarType, scalar_of
from .term import Term


class Emitted(Term):
    """An operand whose use emits IR. `get` finds the value only when the formula really reads it."""

    def __init__(self, builder: Builder, get: Callable[[], Value]) -> None:
        self.builder = builder
        self.get = get

    def apply(self, name: str, *operands: Any) -> Emitted:
        values = [operand.get() if isinstance(operand, Emitted) else operand for operand in operands]
        dtype = next(scalar_of(v.type) for v in reversed(values) if isinstance(v, Value))
        emitted = [v if isinstance(v, Value) else self.builder.constant(v, _literal_type(v, dtype)) for v in values]
        result = self.builder.op(name, *emitted)
        return Emitted(self.builder, lambda: result)


def _literal_type(value: Any, dtype: ScalarType) -> ScalarType:
    return BOOL if isinstance(value, bool) else dtype
