"""Which operations may meet a tie, and which of them are decided already."""

from __future__ import annotations

from dataclasses import replace

from ..ir.op import DEFINITIONS
from ..ir.program import Op, Program
from ..ir.types import is_float
from ..ir.walk import ops_in
from ..ops.rules import Elementwise

DERIVATIVES = ("pullback", "pushforward")
OTHER_KINKS = ("norm", "hypot", "picked", "tied")
"""Besides the element-wise ones, whose rules have a `tie`: lengths, pointed at zero, and elements chosen out of an array."""


def has_kinks(program: Program) -> bool:
    """Whether any op of the program may meet a tie."""
    return any(is_kink(op) for function in program for op in ops_in(function.body))


def is_kink(op: Op) -> bool:
    if not op.results or not is_float(op.results[0].type) or op.name not in DEFINITIONS or "settled" in op.attributes:
        return False
    rule = DEFINITIONS[op.name].rule
    return (
        op.name in OTHER_KINKS
        or "length" in op.attributes
        or "second" in op.attributes
        or (isinstance(rule, Elementwise) and rule.tie is not None)
    )


def settle(op: Op) -> Op:
    return replace(op, attributes={**op.attributes, "settled": True})


def decides(op: Op) -> bool:
    """Whether tangents of its operands decide, or may."""
    return is_kink(op) or "kink" in op.attributes or op.name in ("call", "ruled", *DERIVATIVES)
