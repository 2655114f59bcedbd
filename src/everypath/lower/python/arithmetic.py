"""Arithmetic on Python's own numbers, with Python's errors."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from ...errors import NotSupported
from ...ir.program import Value
from ...ir.types import BOOL, F64, I64
from .. import by_path, facts
from ..frame import Frame
from ..samples import OPERATORS
from ..values import (
    Abstract,
    Array,
    Scalar,
)

COMPARISONS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


NAMES = {"+": "add", "-": "sub", "*": "mul"}


BITS = {"&": "and", "|": "or", "^": "xor"}


def said_by(run: Callable[[], Any]) -> str:
    """The message of the error that this Python raises here: it differs between versions."""
    try:
        run()
    except Exception as error:
        return str(error)
    raise AssertionError("it was to raise")


ONE, ZERO = 1, 0


FLOAT_DIVISION = said_by(lambda: 1.0 / float(ZERO))


INTEGER_DIVISION = said_by(lambda: ONE / ZERO)


INTEGER_FLOOR = said_by(lambda: ONE // ZERO)


INTEGER_MODULO = said_by(lambda: ONE % ZERO)


FLOAT_FLOOR = said_by(lambda: 1.0 // float(ZERO))


FLOAT_MODULO = said_by(lambda: 1.0 % float(ZERO))


ZERO_TO_NEGATIVE = said_by(lambda: float(ZERO) ** -1)


POWER_RANGE = said_by(lambda: 1e200 ** (2 * ONE))


NEGATIVE_SHIFT = said_by(lambda: ONE << -ONE)


COMPLEX = (
    "a negative float to a fractional power is a complex number in Python, where others are floats: one result can't be either here"
    "\nwrite complex(x) ** y where that is meant; else take abs(x) first, and the sign apart"
)


NEGATIVE_EXPONENT = "an int to a negative power is a float\nwrite float(x) ** n"


def is_numpy(x: Abstract) -> bool:
    return isinstance(x, Array) or (isinstance(x, Scalar) and not x.weak)


def arithmetic(c: Frame, node: ast.AST, op: str, x: Scalar, y: Scalar) -> Abstract:
    """On Python's float, int and bool."""
    if x.is_static and y.is_static:
        folded = fold(c, op, x, y)
        if folded is not None:
            return folded
    if op == "@":
        c.refuse(node, f"unsupported operand type(s) for @: '{x.kind}' and '{y.kind}'", "@ multiplies arrays")
    if "float" in (x.kind, y.kind):
        if op in BITS or op in ("<<", ">>"):
            c.refuse(node, f"unsupported operand type(s) for {op}: '{x.kind}' and '{y.kind}'", "convert to int first")
        out = floats(c, node, op, x, y)
        if op == "**" and y.is_static and y.kind == "int" and y.static >= 0:
            return by_path.of_one(c, x, out)
        return Scalar(out, "float") if op in ("/", "**") else by_path.of_two(c, x, y, out, signed=may_be_minus_zero(op, x, y))
    return integers(c, node, op, x, y)


def may_be_minus_zero(op: str, x: Scalar, y: Scalar) -> bool:
    """Whether the zero of two whole floats may have a sign, which that of integers has not: 0.0 * -5.0."""
    if op in ("+", "-"):
        return False
    return not (above_zero(y) or (op == "*" and (above_zero(x) or x.value is y.value)))


def above_zero(x: Scalar) -> bool:
    return x.is_static and bool(x.static > 0)


def fold(c: Frame, op: str, x: Scalar, y: Scalar) -> Abstract | None:
    """The result of two known numbers; None where Python would raise, or it is too much to compute."""
    if op not in OPERATORS:
        return None
    if op in ("**", "<<") and isinstance(y.static, int) and abs(y.static) > 256:
        return None
    try:
        value = OPERATORS[op](x.static, y.static)
    except (ArithmeticError, ValueError, TypeError):
        return None
    return c.constant(value)


def floats(c: Frame, node: ast.AST, op: str, x: Scalar, y: Scalar) -> Value:
    b = c.b
    if op == "**":
        return float_power(c, x, y)
    p, q = c.as_type(x, F64), c.as_type(y, F64)
    if op in NAMES:
        return b.op(NAMES[op], p, q)
    message, of_integers = {
        "/": (FLOAT_DIVISION, INTEGER_DIVISION),
        "//": (FLOAT_FLOOR, INTEGER_FLOOR),
        "%": (FLOAT_MODULO, INTEGER_MODULO),
    }[op]
    if message != of_integers and by_path.may_be_int(x) and by_path.may_be_int(y) and not y.is_static:
        is_float = b.op("not", by_path.both(c, x, y), name="is_float")
        c.check(b.op("or", is_float, b.op("ne", q, b.f64(0.0, "zero"), name="nonzero")), ZeroDivisionError, of_integers)
    nonzero(c, y, q, message)
    return b.op({"/": "div", "//": "floordiv", "%": "mod"}[op], p, q)


def nonzero(c: Frame, y: Scalar, q: Value, message: str) -> None:
    """Check a divisor, unless it is known not to be 0."""
    if y.is_static and y.static != 0:
        return
    b = c.b
    zero = b.i64(0, "zero") if q.type == I64 else b.f64(0.0, "zero")
    c.check(b.op("ne", q, zero, name="nonzero"), ZeroDivisionError, message)


def integers(c: Frame, node: ast.AST, op: str, x: Scalar, y: Scalar) -> Abstract:
    b = c.b
    origins = joint_origins(x, y)
    if op in BITS and x.kind == "bool" and y.kind == "bool":
        return Scalar(b.op(BITS[op], x.value, y.value), "bool", origins=origins)
    if op == "**":
        return integer_power(c, node, x, y)
    p, q = c.as_type(x, I64), c.as_type(y, I64)
    if op in NAMES:
        return Scalar(b.op(NAMES[op], p, q, overflow="raise"), "int", origins=origins)
    if op in BITS:
        return Scalar(b.op(BITS[op], p, q), "int", origins=origins)
    if op == "/":
        nonzero(c, y, q, INTEGER_DIVISION)
        return Scalar(b.op("div", c.as_type(x, F64), c.as_type(y, F64)), "float")
    if op in ("//", "%"):
        nonzero(c, y, q, INTEGER_FLOOR if op == "//" else INTEGER_MODULO)
        if op == "//" and not (y.is_static and y.static != -1) and not x.is_static:
            fits = b.op("or", b.op("ne", q, b.i64(-1)), b.op("ne", p, b.i64(-(2**63))), name="fits")
            c.limit(fits, OverflowError, "integer result does not fit in 64 bits")
        return Scalar(b.op("floordiv" if op == "//" else "mod", p, q), "int", origins=origins)
    return Scalar(shifted(c, op, x, y, p, q), "int", origins=origins)


def shifted(c: Frame, op: str, x: Scalar, y: Scalar, p: Value, q: Value) -> Value:
    b = c.b
    if not (y.is_static and y.static >= 0):
        c.check(b.op("ge", q, b.i64(0)), ValueError, NEGATIVE_SHIFT)
    if op == ">>":
        return b.op("shr", p, b.op("minimum", q, b.i64(63)))
    room = b.op("minimum", q, b.i64(62))
    moved = b.op("shl", p, room)
    fits = b.op("and", b.op("eq", b.op("shr", moved, room), p), b.op("or", b.op("le", q, b.i64(62)), b.op("eq", p, b.i64(0))), name="fits")
    c.limit(fits, OverflowError, "integer result does not fit in 64 bits")
    return moved


def joint_origins(*xs: Scalar) -> frozenset[Any]:
    """What must be static for a number computed from these to be: nothing helps if one of them can't be."""
    if all(x.is_static or x.origins for x in xs):
        return frozenset().union(*(x.origins for x in xs))
    return frozenset()


def integer_power(c: Frame, node: ast.AST, x: Scalar, y: Scalar) -> Abstract:
    b = c.b
    p, q = c.as_type(x, I64), c.as_type(y, I64)
    if y.is_static and y.static < 0:
        return Scalar(float_power(c, x, y), "float")
    if y.is_static and y.static == 2:
        return Scalar(b.op("mul", p, p, overflow="raise", name="square"), "int", origins=x.origins)
    if not y.is_static:
        c.check(b.op("ge", q, b.i64(0)), NotSupported, NEGATIVE_EXPONENT)
    return Scalar(b.op("pow", p, q, overflow="raise"), "int", origins=joint_origins(x, y))


def float_power(c: Frame, x: Scalar, y: Scalar) -> Value:
    """x ** y of floats: 0 to a negative power, overflow and complex results are errors."""
    b = c.b
    p = c.as_type(x, F64)
    if y.is_static:
        n = float(y.static)
        if n == 1.0:
            return b.op("mul", p, b.f64(1.0, "one"), name="pow")
        if n == 2.0:
            return in_range(c, b.op("square", p), p)
        if n == -1.0:
            nonzero(c, x, p, ZERO_TO_NEGATIVE)
            return in_range(c, b.op("div", b.f64(1.0, "one"), p, name="pow"), p)
    q = c.as_type(y, F64)
    zero = b.f64(0.0, "zero")
    if not (y.is_static and y.static >= 0):
        below = b.op("lt", q, zero) if y.kind != "float" else b.op("and", b.op("lt", q, zero), b.op("isfinite", q))
        bad = b.op("and", b.op("eq", p, zero), below, name="zero_to_negative")
        c.check(b.op("not", bad), ZeroDivisionError, ZERO_TO_NEGATIVE)
    whole = y.kind != "float" or (y.is_static and float(y.static).is_integer())
    if not whole and not (x.is_static and x.static >= 0):
        fractional = b.op("and", b.op("ne", q, b.op("floor", q)), b.op("isfinite", q), name="fractional")
        negative = b.op("and", b.op("lt", p, zero), b.op("isfinite", p), name="negative")
        c.limit(b.op("not", b.op("and", fractional, negative)), NotSupported, COMPLEX)
    return in_range(c, b.op("pow", p, q), p, q)


def in_range(c: Frame, out: Value, *operands: Value) -> Value:
    """`out`, checked not to be infinite unless an operand is not finite."""
    b = c.b
    fine = b.op("isfinite", out, name="finite")
    for operand in operands:
        fine = b.op("or", fine, b.op("not", b.op("isfinite", operand)), name="in_range")
    c.check(fine, OverflowError, POWER_RANGE)
    return out


def compared_scalars(c: Frame, op: str, x: Scalar, y: Scalar) -> Abstract:
    if x.is_static and y.is_static:
        return c.constant(OPERATORS[op](x.static, y.static))
    told = facts.of_number(c, x, y, OPERATORS[op])
    if told is not None:
        return c.constant(told) if isinstance(told, bool) else Scalar(told, "bool")
    kinds = (x.kind, y.kind)
    dtype = F64 if "float" in kinds else BOOL if kinds == ("bool", "bool") and op in ("==", "!=") else I64
    value = c.b.op(COMPARISONS[op], c.as_type(x, dtype), c.as_type(y, dtype))
    return Scalar(value, "bool", origins=joint_origins(x, y))


def negated(c: Frame, x: Abstract) -> Abstract:
    assert isinstance(x, Scalar)
    return c.constant(not x.static) if x.is_static else Scalar(facts.negation(c, x.value), "bool", origins=x.origins)
