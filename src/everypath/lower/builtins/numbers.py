"""Numbers: abs, float, int, bool, round, pow, divmod."""

from __future__ import annotations

import ast
import builtins

import numpy as np

from ...ir.types import BOOL, F64, I64
from ..frame import Frame
from ..numpy.registry import CALLS
from ..outside import never
from ..python.arithmetic import is_numpy, said_by
from ..python.messages import refuse_reading
from ..python.operators import binary
from ..python.scalars import element, to_integer
from ..text.logic import truth_of
from ..values import (
    Abstract,
    Array,
    Scalar,
    Static,
    Tuple,
    is_none,
    type_name,
)
from . import computed
from .registry import builtin
from .rounding import rounded


@builtin(builtins.abs, least=1)
def lower_abs(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x = c.present(args[0], node)
    if is_numpy(x):
        return CALLS[np.abs](c, node, [x], {})
    if not isinstance(x, Scalar):
        return never(c, node, TypeError, f"bad operand type for abs(): '{type_name(x)}'")
    if x.is_static and abs(x.static) < 2**63:
        return c.constant(abs(x.static))
    if x.kind == "float":
        return Scalar(c.b.op("abs", x.value), "float")
    return Scalar(c.b.op("abs", c.as_type(x, I64), overflow="raise"), "int", origins=x.origins)


@builtin(builtins.float)
def lower_float(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if not args:
        return c.constant(0.0)
    x = element(c, c.present(args[0], node), node)
    if isinstance(x, Scalar):
        return c.constant(float(x.static)) if x.is_static else Scalar(c.as_type(x, F64), "float")
    if isinstance(x, Static) and isinstance(x.value, str):
        return converted_text(c, node, float, x.value)
    refuse_reading(c, node, x)
    return never(c, node, TypeError, f"float() argument must be a string or a real number, not '{type_name(x)}'")


def converted_text(c: Frame, node: ast.AST, kind: type, text: str) -> Abstract:
    """float("…") and int("…") of a known string."""
    try:
        return c.constant(kind(text))
    except ValueError as problem:
        return never(c, node, ValueError, str(problem))


@builtin(builtins.int)
def lower_int(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if not args:
        return c.constant(0)
    x = element(c, c.present(args[0], node), node)
    if isinstance(x, Scalar) and x.is_static and np.isfinite(x.static) and -(2**63) <= int(x.static) < 2**63:
        return c.constant(int(x.static))
    if isinstance(x, Scalar):
        if not x.type.is_float:
            return Scalar(c.as_type(x, I64), "int", origins=x.origins)
        return Scalar(to_integer(c, c.b.op("trunc", c.as_type(x, F64))), "int")
    if isinstance(x, Static) and isinstance(x.value, str):
        return converted_text(c, node, int, x.value)
    refuse_reading(c, node, x)
    return never(c, node, TypeError, f"int() argument must be a string, a bytes-like object or a real number, not '{type_name(x)}'")


@builtin(builtins.bool)
def lower_bool(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if not args:
        return c.constant(False)
    holds = truth_of(c, args[0], node)
    origins = args[0].origins if isinstance(args[0], Scalar) else frozenset()
    return c.constant(holds) if isinstance(holds, bool) else Scalar(holds, "bool", origins=origins)


@builtin(builtins.round, least=1, most=2, options=("ndigits",))
def lower_round(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x = c.present(args[0], node)
    digits = args[1] if len(args) == 2 else kwargs.get("ndigits")
    if digits is not None and not is_none(digits):
        if isinstance(x, Scalar) and x.kind in ("int", "bool") and isinstance(digits, Scalar) and digits.is_static and digits.static >= 0:
            return Scalar(c.as_type(x, I64), "int")
        if is_numpy(x):
            return CALLS[np.round](c, node, [x, digits], {})
        if isinstance(x, Scalar) and x.is_static and isinstance(digits, Scalar) and digits.is_static:
            return c.constant(round(x.static, digits.static))
        places = c.static(digits, "the number of digits of round()", node)
        if not isinstance(places, int):
            return never(c, node, TypeError, f"'{type_name(digits)}' object cannot be interpreted as an integer")
        if not isinstance(x, Scalar):
            return never(c, node, TypeError, f"type {type_name(x)} doesn't define __round__ method")
        if x.kind != "float":
            c.refuse(node, "round() of an integer to digits before the point is not supported", "use // and *")
        return rounded(c, x, places, node)
    if isinstance(x, Array):
        return CALLS[np.round](c, node, [x], {})
    if not isinstance(x, Scalar):
        return never(c, node, TypeError, f"type {type_name(x)} doesn't define __round__ method")
    if x.type == BOOL and not x.weak:
        return never(c, node, TypeError, f"type {type_name(x)} doesn't define __round__ method")
    if not x.type.is_float:
        return Scalar(c.as_type(x, I64), "int", origins=x.origins)
    value = c.as_type(x, F64)
    c.check(c.b.op("not", c.b.op("isnan", value)), ValueError, "cannot convert float NaN to integer")
    return Scalar(to_integer(c, c.b.op("rint", value)), "int")


@builtin(builtins.pow, least=1, most=3, options=("base", "exp", "mod"))
def lower_pow(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    args = [*args, *(kwargs[name] for name in ("base", "exp", "mod")[len(args) :] if name in kwargs)]
    if len(args) < 2:
        c.raises(node, TypeError, "pow() missing required argument 'exp' (pos 2)")
    if len(args) == 3 and not is_none(args[2]):
        return computed.call(c, builtins.pow, [known_number(c, x, node) for x in args], {}, node)
    return binary(c, node, "**", args[0], args[1])


def known_number(c: Frame, x: Abstract, node: ast.AST) -> Abstract:
    """A number that must be known."""
    return c.constant(c.static(x, "an argument of pow() with a modulus", node))


FLOAT_DIVMOD = said_by(lambda: divmod(1.0, float(0)))
INTEGER_DIVMOD = said_by(lambda: divmod(1, 0))


@builtin(builtins.divmod, least=2, most=2)
def lower_divmod(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x, y = (c.present(a, node) for a in args)
    if isinstance(x, Scalar) and isinstance(y, Scalar) and x.weak and y.weak and not (y.is_static and y.static != 0):
        floats = "float" in (x.kind, y.kind)
        zero = c.b.constant(0, y.type, "zero")
        c.check(c.b.op("ne", y.value, zero), ZeroDivisionError, FLOAT_DIVMOD if floats else INTEGER_DIVMOD)
    return Tuple((binary(c, node, "//", x, y), binary(c, node, "%", x, y)))
