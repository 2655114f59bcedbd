"""A rule's formula, emitted as IR; and the product along a path, plain or guarded."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial as partial_of
from typing import Any

from ..ir.build import Builder
from ..ir.program import Op, Value
from ..ir.types import ScalarType, scalar_of
from ..ops.emitted import Emitted
from ..ops.rules import Elementwise, Selects
from ..ops.ties import certainty


class Products:
    """How a derivative multiplies: plainly, or guarding the paths that do not exist (ops/marks.py)."""

    def __init__(self, guarded: bool, *, several: bool = False) -> None:
        """Along one direction, or `several` at a time, of which most may be 0 at some place."""
        self.guarded = guarded
        self.several = several and not guarded
        self.zero = -0.0 if guarded else 0.0

    def absent(self, b: Builder, type_: ScalarType) -> Value:
        """The scalar that says: no path arrived."""
        return b.constant(self.zero, type_, "absent" if self.guarded else "zero")

    def scale(self, b: Builder, derivative: Value, partial: Any) -> Value:
        """derivative · partial, where the partial is a number or an emitted formula."""
        if isinstance(partial, Emitted):
            return b.op("path" if self.guarded else "mul", derivative, partial.get(), name="path", **self.along_operand(0))
        if partial == 1.0:
            return derivative
        if partial == -1.0 and not self.guarded:
            return b.op("neg", derivative, name="path")
        constant = b.constant(partial, scalar_of(derivative.type))
        return b.op("path" if self.guarded else "mul", derivative, constant, name="path", **self.along_operand(0))

    def along_operand(self, k: int) -> dict[str, int]:
        """What an op with a tangent as its operand `k` says where there are several directions."""
        return {"along": k} if self.several else {}

    def along(self, b: Builder, op: Op, rule: Elementwise, k: int, derivative: Value, get: Callable[[int], Value]) -> Value | None:
        """`derivative` carried across operand `k` of `op`; `get(j)` gives operand j, `get(-1)` the result. None: no path."""
        partial = rule.partials[k]
        if partial is None:
            return None
        terms = [Emitted(b, partial_of(get, j)) for j in (*range(len(op.operands)), -1)]
        tie = rule.tie(*terms).get() if rule.tie is not None and "settled" not in op.attributes else None
        if tie is not None:
            derivative = self.undecided(b, derivative, tie)
        if isinstance(partial, Selects):
            chosen = partial.chosen(*terms).get()
            chosen = chosen if tie is None else b.op("or", chosen, tie)
            return b.op("select", chosen, derivative, self.absent(b, scalar_of(derivative.type)), name="path")
        return self.scale(b, derivative, partial(*terms))

    def undecided(self, b: Builder, derivative: Value, tie: Value) -> Value:
        """`derivative`, and NaN where it arrives at a tie: whoever asked for it then asks for both sides (`differentiate.sides`)."""
        return b.op("path" if self.guarded else "mul", derivative, certainty(b, tie, derivative), name="path")

    def arriving(self, b: Builder, derivative: Value) -> Value:
        """A tangent or cotangent that the user gave: a direction that is 0 somewhere has no path there."""
        if not self.guarded:
            return derivative
        dtype = scalar_of(derivative.type)
        moves = b.op("ne", derivative, b.constant(0.0, dtype, "zero"))
        return b.op("select", moves, derivative, self.absent(b, dtype), name=derivative.name)
