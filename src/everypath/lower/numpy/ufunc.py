"""How a universal function is lowered: operands converted, a dtype chosen, one op emitted, the result delivered."""

from __future__ import annotations

import ast
from collections.abc import Callable

import numpy as np

from ...ir.program import Value
from ...ir.types import BOOL, ArrayType, scalar_of
from ..context import Context
from ..dtypes import NUMPY_NAMES, can_store, inexact
from ..values import Abstract, Array, type_name
from .operands import Operand, common_dtype, convert, data, operand, to_bool
from .registry import call

Compute = Callable[[Context, ast.AST, tuple[Operand, ...]], Value]
"""The value of a ufunc from its converted operands."""

UFUNCS: dict[str, Compute] = {}
"""By NumPy's name of the ufunc."""


def ufunc(context: Context, node: ast.AST, name: str, *xs: Abstract) -> Value:
    """The value of the ufunc called `name`."""
    return UFUNCS[name](context, node, tuple(operand(context, node, x) for x in xs))


def register(names: str, compute: Compute, arity: int) -> None:
    """Make `compute` the meaning of the ufuncs called `names` (those that this NumPy has)."""
    for name in names.split():
        if not hasattr(np, name):
            continue
        UFUNCS[name] = compute
        call(getattr(np, name))(unary(name) if arity == 1 else binary(name))


def unary(name: str) -> Callable[..., Abstract]:
    def handler(context: Context, node: ast.AST, x: Abstract, /, out: Abstract | None = None) -> Abstract:
        return delivered(context, node, name, ufunc(context, node, name, x), out)

    return handler


def binary(name: str) -> Callable[..., Abstract]:
    def handler(context: Context, node: ast.AST, x1: Abstract, x2: Abstract, /, out: Abstract | None = None) -> Abstract:
        return delivered(context, node, name, ufunc(context, node, name, x1, x2), out)

    return handler


# Delivering -----------------------------------------------------------------------------------------------------------


def delivered(context: Context, node: ast.AST, name: str, value: Value, out: Abstract | None) -> Abstract:
    """The result as it is, or written into the array `out`."""
    if out is None:
        return data(context, value)
    out = context.present(out, node)
    if not isinstance(out, Array):
        context.refuse(node, f"'out' must be an array, not {type_name(out)}", "leave it out and use the result")
    write_out(context, node, name, value, out)
    return out


def write_out(context: Context, node: ast.AST, name: str, value: Value, target: Array) -> None:
    """target[...] = value, as `out=` and in-place operators do it: the cast must be of the same kind."""
    cast = same_kind(context, node, name, value, target)
    context.b.do("assign" if isinstance(cast.type, ArrayType) else "fill", cast, target.value)


def same_kind(context: Context, node: ast.AST, name: str, value: Value, target: Array) -> Value:
    """`value` in the dtype of `target`, if NumPy would cast it there; refused where NumPy raises UFuncTypeError."""
    source = scalar_of(value.type)
    if not can_store(source, target.dtype):
        low, high = NUMPY_NAMES[source.name], NUMPY_NAMES[target.dtype.name]
        context.refuse(
            node,
            f"Cannot cast ufunc '{name}' output from dtype('{low}') to dtype('{high}') with casting rule 'same_kind'",
            f"make the array {low} (dtype={low}), or write x = x … instead of changing it in place",
        )
    return to_bool(context, value) if target.dtype == BOOL else context.cast(value, target.dtype)


# Families of dtype rules ----------------------------------------------------------------------------------------------


def in_float(opcode: str) -> Compute:
    """exp, sin, hypot, …: integers are computed in float64, booleans (float16 in NumPy) are refused."""

    def compute(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
        return context.b.op(opcode, *floats(context, node, opcode, xs))

    return compute


def floats(context: Context, node: ast.AST, name: str, xs: tuple[Operand, ...]) -> tuple[Value, ...]:
    """The operands in the float dtype that NumPy computes in."""
    dtype = inexact(common_dtype(xs))
    if dtype is None:
        context.refuse(node, f"NumPy computes {name} of booleans in float16, which is not supported", "convert with .astype(float)")
    return tuple(convert(context, node, x, dtype) for x in xs)


def in_common(opcode: str, *, booleans: str | None = None, why: str = "") -> Compute:
    """add, maximum, …: in the common dtype; on booleans by the op `booleans`, refused with `why` where there is none."""

    def compute(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
        dtype = common_dtype(xs)
        if dtype == BOOL and booleans is None:
            reason = why or f"NumPy computes {opcode} of booleans in a dtype that is not supported, or not at all"
            context.refuse(node, reason, "convert with .astype(int)")
        values = tuple(convert(context, node, x, dtype) for x in xs)
        return context.b.op(booleans if dtype == BOOL and booleans else opcode, *values)

    return compute


def fresh(context: Context, x: Operand) -> Value:
    """The value of `x`, in memory of its own."""
    return context.b.op("copy", x.value, name=x.value.name) if isinstance(x, Array) else x.value
