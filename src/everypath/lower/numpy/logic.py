"""NumPy's comparisons, logic, bits, tests for NaN and infinity, and rounding."""

from __future__ import annotations

import ast

from ...ir.program import Value
from ...ir.types import BOOL, I64, scalar_of
from ..context import Context
from ..values import Scalar
from .conversion import Operand, common_dtype, convert, to_bool, together
from .ufunc import Compute, fresh, register


def compared(opcode: str) -> Compute:
    """lt, eq, …: in the common dtype; a Python int beside int32 is compared by its exact value."""

    def compute(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
        dtype = common_dtype(xs)
        if dtype.is_integer and any(isinstance(x, Scalar) and x.kind == "int" for x in xs):
            dtype = I64
        return context.b.op(opcode, *(convert(context, node, x, dtype) for x in xs))

    return compute


def logical(opcode: str) -> Compute:
    """logical_and, …: of the operands' truth."""

    def compute(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
        return context.b.op(opcode, *(to_bool(context, x.value) for x in xs))

    return compute


def bitwise(opcode: str) -> Compute:
    def compute(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
        if common_dtype(xs).is_float:
            context.refuse(node, f"NumPy has no bitwise '{opcode}' of floats", "use booleans or integers")
        if common_dtype(xs) == BOOL and opcode in ("shl", "shr"):
            context.refuse(node, "NumPy shifts booleans in int8, which is not supported", "convert with .astype(int)")
        return context.b.op(opcode, *together(context, node, xs))

    return compute


def on_floats(opcode: str, integers: str) -> Compute:
    """isnan, isinf, isfinite: of integers the answer is x != x or x == x."""

    def compute(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
        x = xs[0].value
        return context.b.op(opcode, x) if scalar_of(x.type).is_float else context.b.op(integers, x, x, name=opcode)

    return compute


def rounded(opcode: str) -> Compute:
    """floor, ceil, trunc: integers and booleans stay as they are."""

    def compute(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
        x = xs[0].value
        return context.b.op(opcode, x) if scalar_of(x.type).is_float else fresh(context, xs[0])

    return compute


register("less", compared("lt"), 2)
register("less_equal", compared("le"), 2)
register("greater", compared("gt"), 2)
register("greater_equal", compared("ge"), 2)
register("equal", compared("eq"), 2)
register("not_equal", compared("ne"), 2)
register("logical_and", logical("and"), 2)
register("logical_or", logical("or"), 2)
register("logical_xor", logical("xor"), 2)
register("logical_not", logical("not"), 1)
register("bitwise_and", bitwise("and"), 2)
register("bitwise_or", bitwise("or"), 2)
register("bitwise_xor", bitwise("xor"), 2)
register("left_shift bitwise_left_shift", bitwise("shl"), 2)
register("right_shift bitwise_right_shift", bitwise("shr"), 2)
register("invert bitwise_not bitwise_invert", bitwise("not"), 1)
register("isnan", on_floats("isnan", "ne"), 1)
register("isinf", on_floats("isinf", "ne"), 1)
register("isfinite", on_floats("isfinite", "eq"), 1)
for _name in ("floor", "ceil", "trunc"):
    register(_name, rounded(_name), 1)
