"""Matrix products: linear in each operand, the other held. Whoever writes one has checked that the shapes fit."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.build import Builder
from ..ir.op import Definition, register
from ..ir.program import Op, Value
from ..ir.types import ArrayType, Type
from .memory import array
from .rules import Linear


def matmul_typing(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
    a, b = (array(t) for t in types)
    if a.dtype != b.dtype or not (1 <= a.rank <= 2 and 1 <= b.rank <= 2):
        raise TypeError(f"matmul of {a} and {b}")
    rank = a.rank + b.rank - 2
    return (ArrayType(a.dtype, rank) if rank else a.dtype,)


def transposed(b: Builder, x: Value) -> Value:
    return b.op("transpose", x, axes=(1, 0), name=f"{x.name}_T") if array(x.type).rank == 2 else x


def outer(b: Builder, u: Value, v: Value) -> Value:
    return b.op("mul", b.op("view", u, axes="an"), b.op("view", v, axes="na"), name="outer")


def left_transpose(b: Builder, op: Op, cotangent: Value) -> Value:
    """Y = A B: Ā = Ȳ Bᵀ, an outer product where B is a vector."""
    left, right = op.operands
    if array(right.type).rank == 2:
        return b.op("matmul", cotangent, transposed(b, right)) if array(left.type).rank == 2 else b.op("matmul", right, cotangent)
    return outer(b, cotangent, right) if array(left.type).rank == 2 else b.op("mul", cotangent, right)


def right_transpose(b: Builder, op: Op, cotangent: Value) -> Value:
    """Y = A B: B̄ = Aᵀ Ȳ, an outer product where A is a vector."""
    left, right = op.operands
    if array(left.type).rank == 2:
        return b.op("matmul", transposed(b, left), cotangent)
    return outer(b, left, cotangent) if array(right.type).rank == 2 else b.op("mul", left, cotangent)


matmul = register(
    Definition(
        "matmul",
        "linear",
        matmul_typing,
        np.matmul,
        rule=Linear((left_transpose, right_transpose)),
        symbol="{0} @ {1}",
    )
)
