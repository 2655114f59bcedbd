"""NumPy's comparisons, logic, bits, tests for NaN and infinity, and rounding."""

from __future__ import annotations

import ast

from ...ir.program import Value
from ...ir.types import BOOL, F64, I8, I64, U64, ScalarType, scalar_of
from ..context import Context
from ..values import Scalar
from .conversion import Operand, common_dtype, convert, to_bool, together
from .dtypes import INTEGER_LIMITS
from .ufunc import Compute, fresh, register


def compared(opcode: str) -> Compute:
    """lt, eq, …: in the common dtype; a Python int beside a smaller dtype is compared by its exact value."""

    def compute(context: Context, node: ast.AST, xs: tuple[Operand, ...]) -> Value:
        dtype = common_dtype(xs)
        if dtype.is_integer and not all(fits(x, dtype) for x in xs):
            if dtype == U64:
                context.refuse(node, "comparing uint64 with an integer that may be negative is not supported", "make it np.uint64(…)")
            dtype = I64
        if dtype == F64 and {scalar_of(x.value.type) for x in xs} == {I64, U64}:
            context.refuse(node, "comparing int64 with uint64 is not supported", "convert one of them with .astype(…)")
        return context.b.op(opcode, *(convert(context, node, x, dtype) for x in xs))

    return compute


def fits(x: Operand, dtype: ScalarType) -> bool:
    """Whether an operand is surely a number of that dtype."""
    low, high = INTEGER_LIMITS[dtype]
    return not isinstance(x, Scalar) or x.kind != "int" or (x.is_static and low <= x.static <= high)


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
            return context.b.op(opcode, *(convert(context, node, x, I8) for x in xs))
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
