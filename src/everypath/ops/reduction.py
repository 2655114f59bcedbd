"""Reductions over axes, and running sums. `max` and `min` are a gather at the arg-max, `prod` a loop: `lower` writes them so."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..ir.build import Builder
from ..ir.op import Definition, register
from ..ir.program import Op, Value
from ..ir.types import BOOL, I64, ArrayType, ScalarType, Type
from .memory import array
from .rules import Custom, Linear


def reduced(dtype: ScalarType | None = None) -> Any:
    """Typing of a reduction over `axes` (a tuple of non-negative ints), `keepdims` or not; all axes gone leaves a scalar."""

    def typing(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
        x = array(types[0])
        out = dtype or x.dtype
        rank = x.rank if attributes["keepdims"] else x.rank - len(attributes["axes"])
        return (ArrayType(out, rank) if rank else out,)

    return typing


def with_axes(b: Builder, op: Op, reduced_value: Value) -> Value:
    """A reduction's result or cotangent, with the reduced axes back as length 1, so that it broadcasts against the operand."""
    axes, keepdims = op.attributes["axes"], op.attributes["keepdims"]
    x = array(op.operands[0].type)
    if keepdims or not isinstance(reduced_value.type, ArrayType):
        return reduced_value
    letters = "".join("n" if k in axes else "a" for k in range(x.rank))
    return b.op("view", reduced_value, axes=letters, name=reduced_value.name)


def total(x: Any, *, axes: tuple[int, ...], keepdims: bool) -> Any:
    """The sum over `axes`; of nothing 0, and of nothing but -0.0, the mark of an absent path, still -0.0."""
    if x.size == 0 or not np.issubdtype(x.dtype, np.floating):
        return np.sum(x, axis=axes, keepdims=keepdims, dtype=x.dtype)
    return np.sum(x, axis=axes, keepdims=keepdims, dtype=x.dtype, initial=-0.0)


sum_ = register(
    Definition(
        "sum",
        "reduction",
        reduced(),
        total,
        rule=Linear((with_axes,)),
        symbol="Σ {0}",
    )
)
for _name, _meaning in (("any", np.any), ("all", np.all)):
    register(
        Definition(
            _name,
            "reduction",
            reduced(BOOL),
            lambda x, *, axes, keepdims, _meaning=_meaning: _meaning(x, axis=axes, keepdims=keepdims),
            no_derivative="its result is not a float",
        )
    )
register(
    Definition(
        "holds_nan",
        "reduction",
        lambda types, attributes: (BOOL,),
        lambda x: bool(np.any(np.isnan(x))),
        no_derivative="its result is not a float",
    )
)


def arg_typing(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
    rank = array(types[0]).rank - 1
    return (ArrayType(I64, rank) if rank else I64,)


for _name, _arg in (("argmax", np.argmax), ("argmin", np.argmin)):
    register(
        Definition(
            _name,
            "reduction",
            arg_typing,
            lambda x, *, axis, _arg=_arg: _arg(x, axis=axis),
            no_derivative="its result is not a float",
            may_raise=True,
        )
    )
register(
    Definition(
        "sort",
        "reduction",
        lambda types, attributes: (ArrayType(array(types[0]).dtype, array(types[0]).rank),),
        lambda x, *, axis: np.sort(x, axis=axis),
        no_derivative="it stands where nothing is derived any more, in place of argsort and gather",
    )
)
register(
    Definition(
        "argsort",
        "reduction",
        lambda types, attributes: (ArrayType(I64, array(types[0]).rank),),
        lambda x, *, axis, any_order=False: np.argsort(x, axis=axis, kind=None if any_order else "stable"),
        no_derivative="its result is not a float",
    )
)


def direction(b: Builder, op: Op) -> Value:
    """x / ‖x‖; where the norm is 0 there is none: NaN."""
    return b.op("div", op.operands[0], with_axes(b, op, op.result), name="direction")


def norm_tangent(b: Builder, op: Op, tangents: tuple[Value | None, ...]) -> Value:
    (tangent,) = tangents
    assert tangent is not None
    return b.op("sum", b.op("path", tangent, direction(b, op)), **op.attributes, name="norm_tangent")


def norm_adjoint(b: Builder, op: Op, cotangent: Value) -> tuple[Value | None, ...]:
    return (b.op("path", with_axes(b, op, cotangent), direction(b, op)),)


norm = register(
    Definition(
        "norm",
        "reduction",
        reduced(),
        lambda x, *, axes, keepdims: np.sqrt(np.sum(x * x, axis=axes, keepdims=keepdims)),
        rule=Custom(norm_tangent, norm_adjoint),
        symbol="‖{0}‖",
    )
)


def cumsum_transpose(b: Builder, op: Op, cotangent: Value) -> Value:
    """The running sum from the other end."""
    axis = op.attributes["axis"]
    reversed_ = b.op("cumsum", flip(b, cotangent, axis), axis=axis)
    return flip(b, reversed_, axis)


def flip(b: Builder, x: Value, axis: int) -> Value:
    n = b.op("dim", x, axis=axis)
    letters = "".join("s" if k == axis else "a" for k in range(array(x.type).rank))
    return b.op("view", x, b.op("sub", n, b.i64(1)), n, b.i64(-1), axes=letters, name="flipped")


cumsum = register(
    Definition(
        "cumsum",
        "reduction",
        lambda types, attributes: (ArrayType(array(types[0]).dtype, array(types[0]).rank),),
        lambda x, *, axis: np.cumsum(x, axis=axis, dtype=x.dtype),
        rule=Linear((cumsum_transpose,)),
        symbol="cumsum {0}",
    )
)
