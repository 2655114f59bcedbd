"""The three kinds of differentiation rule, and nothing else.

`Elementwise`: one partial per operand, of (operands…, out). `Linear`: linear in some operands, each with its transpose.
`Custom`: a tangent and an adjoint, tied by ⟨Jv, w⟩ = ⟨v, Jᵀw⟩, which a generated test checks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..ir.build import Builder
from ..ir.program import Op, Value
from ..unchanging import plain_value

Partial = Callable[..., Any]
"""(operands…, out) -> ∂out/∂operand, in `ops.term` mathematics."""

Transpose = Callable[[Builder, Op, Value], Value]
"""(builder, op, cotangent of the result) -> its contribution to the operand's cotangent, up to broadcasting."""


@plain_value
class Selects:
    """The partial of an op that lets one operand through where a condition holds: no product, no 0·inf.

    `chosen(operands…, out)` is a boolean: the path through this operand exists exactly where it is true.
    """

    chosen: Partial


@plain_value
class Elementwise:
    """out = f(x, y, …) element by element.

    `partials[k]` is ∂out/∂operand k, a `Selects`, or None where none exists (a condition). `tie(operands…, out)` is a boolean:
    where it is true two formulas meet, and the partials say what one of them gives (`differentiate.sides`, docs/kinks.md).
    `unknown[k]` says why the partial in operand k, which exists, is not known: a derivative that would need it is refused."""

    partials: tuple[Partial | Selects | None, ...]
    tie: Partial | None = None
    unknown: tuple[str | None, ...] = ()


@plain_value
class Linear:
    """The op is linear in each operand whose transpose is given, the others held. Its tangent is the op itself,
    summed over those operands. `transposes[k]` is None where operand k carries no derivative."""

    transposes: tuple[Transpose | None, ...]


@plain_value
class Custom:
    """`tangent(b, op, tangents)` (None for an inactive operand) gives the result's tangent; `adjoint(b, op, cotangent)`
    gives one contribution per operand, None where none exists."""

    tangent: Callable[[Builder, Op, tuple[Value | None, ...]], Value]
    adjoint: Callable[[Builder, Op, Value], tuple[Value | None, ...]]


Rule = Elementwise | Linear | Custom

JUMPS = "it is constant between its jumps"
"""Why an op has no derivative where that is no loss: the derivative is 0 wherever there is one."""
