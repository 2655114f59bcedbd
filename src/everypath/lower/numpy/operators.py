"""Python's operators where an operand is an array or a NumPy scalar."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Sequence

import numpy as np

from ...ir.program import Value
from ...ir.types import BOOL, ArrayType, scalar_of
from ..context import Context
from ..naming import an, type_name
from ..raising import shape_text
from ..values import Abstract, Array, Scalar, Static
from .conversion import Operand, common_dtype, convert, data, operand
from .out import same_kind
from .overlap import distinct
from .products import matmul
from .ufunc import ufunc

UFUNC_OF = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "//": "floor_divide",
    "%": "remainder",
    "**": "power",
    "@": "matmul",
    "&": "bitwise_and",
    "|": "bitwise_or",
    "^": "bitwise_xor",
    "<<": "left_shift",
    ">>": "right_shift",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
    "==": "equal",
    "!=": "not_equal",
}
UNARY_OF = {"-": "negative", "+": "positive", "~": "invert"}


def binary(context: Context, node: ast.AST, op: str, left: Abstract, right: Abstract) -> Abstract:
    """`left op right`."""
    context.at(node)
    if op == "@":
        return matmul(context, node, left, right)
    if op == "**" and isinstance(left, Array) and left.dtype == BOOL and isinstance(right, Scalar) and right.kind == "int":
        if not right.is_static:
            context.refuse(node, "NumPy computes squares of booleans in int8, and this may be one", "convert with .astype(int)")
        if right.static == 2:
            return data(context, ufunc(context, node, "square", left))
    if op not in UFUNC_OF:
        context.refuse(node, f"the operator '{op}' is not supported between NumPy values", "write it out")
    for x in (left, right):
        if isinstance(x, Static):
            context.refuse(node, f"'{op}' between an array and {an(type_name(x))} is not supported", "use numbers and arrays")
    return data(context, ufunc(context, node, UFUNC_OF[op], left, right))


def unary(context: Context, node: ast.AST, op: str, x: Abstract) -> Abstract:
    """`op x`; `not x` is Python's bool."""
    context.at(node)
    if op == "not":
        holds = truth(context, node, x)
        return Scalar(context.b.op("not", holds), "bool")
    return data(context, ufunc(context, node, UNARY_OF[op], x))


def truth(context: Context, node: ast.AST, x: Abstract) -> Value:
    """`bool(x)` of a number or array: ValueError unless it has exactly one element."""
    b = context.b
    x = context.present(x, node)
    if isinstance(x, Array) and x.rank > 0:
        size, *more = b.dims(x.value)
        for n in more:
            size = b.op("mul", size, n, name="size")
        if EMPTY:
            context.check(b.op("ne", size, b.i64(0)), ValueError, EMPTY)
        context.check(b.op("eq", size, b.i64(1)), ValueError, AMBIGUOUS)
        x = Scalar(b.op("load", x.value, *[b.i64(0)] * x.rank), "numpy")
    x = operand(context, node, x)
    return x.value if x.value.type == BOOL else b.op("ne", x.value, b.constant(0, scalar_of(x.value.type), "zero"))


def said_of_empty() -> str:
    """What this NumPy says of the truth of an empty array; "" where it is False."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            bool(np.zeros(0))
        except ValueError as problem:
            return str(problem)
    return ""


EMPTY = said_of_empty()
AMBIGUOUS = "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()"


def augmented(context: Context, node: ast.AST, op: str, target: Array, value: Abstract) -> Abstract:
    """`target op= value` in the memory of `target`; the name stays bound to it."""
    context.at(node)
    augmented_array(context, node, op, target, operand(context, node, value))
    return target


def augmented_array(context: Context, node: ast.AST, op: str, target: Array, by: Operand) -> None:
    """Change every element of `target`. The result's dtype must cast to it, its shape must be the target's."""
    b = context.b
    if op in ("+", "-") and accumulates(context, op, target, by):
        added = convert(context, node, by, target.dtype)
        covers(context, added, target)
        b.do("accumulate", added if op == "+" else b.op("neg", added), target.value)
        return
    if isinstance(by, Array) and op != "@":
        meet(context, by.value, target)
    changed = binary(context, node, op, target, by)
    assert isinstance(changed, (Scalar, Array))
    value = same_kind(context, node, UFUNC_OF[op], changed.value, target)
    if isinstance(value.type, ArrayType):
        same_shape(context, node, value, target)
        b.do("assign", value, target.value)
    else:
        b.do("fill", value, target.value)


def accumulates(context: Context, op: str, target: Array, by: Operand) -> bool:
    """Whether `target op= by` may add to memory in place: one dtype, and nothing of `by` is in that memory."""
    if isinstance(by, Scalar) or by.rank != target.rank or target.dtype == BOOL or common_dtype([target, by]) != target.dtype:
        return False
    return op == "-" or by.dtype != target.dtype or distinct(context.b, by.value, target.value)


def covers(context: Context, added: Value, target: Array) -> None:
    """Check that `added` broadcasts to the shape of `target`."""
    b = context.b
    meet(context, added, target)
    have, want = b.dims(added), b.dims(target.value)
    spread = [b.op("select", b.op("eq", m, b.i64(1)), n, m) for n, m in zip(have, want)]
    for n, m in zip(have, want):
        context.check(b.op("or", b.op("eq", n, m), b.op("eq", n, b.i64(1))), ValueError, unlike(want, spread), *want, *spread)


def meet(context: Context, by: Value, target: Array) -> None:
    """Check that `by` and `target`, which takes the result too, broadcast at all."""
    b = context.b
    have, want = b.dims(by), b.dims(target.value)
    message = f"operands could not be broadcast together with shapes {shape_text(want)} {shape_text(have)} {shape_text(want)} "
    for n, m in zip(reversed(have), reversed(want)):
        fits = b.op("or", b.op("eq", n, m), b.op("or", b.op("eq", n, b.i64(1)), b.op("eq", m, b.i64(1))))
        context.check(fits, ValueError, message, *want, *have, *want)


def unlike(want: Sequence[Value], have: Sequence[Value]) -> str:
    return f"non-broadcastable output operand with shape {shape_text(want)} doesn't match the broadcast shape {shape_text(have)}"


def same_shape(context: Context, node: ast.AST, value: Value, target: Array) -> None:
    """Check that an in-place result has the shape of its target."""
    b = context.b
    have, want = b.dims(value), b.dims(target.value)
    if len(have) > len(want):
        context.refuse(node, "the result has more axes than the array that is changed in place", "write x = x … instead")
    for n, m in zip(have, want):
        context.check(b.op("eq", n, m), ValueError, unlike(want, have), *want, *have)
