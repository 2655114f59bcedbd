"""Numbers: abs, float, int, bool, round, pow, divmod."""

from __future__ import annotations

import ast
import builtins
import numbers

import numpy as np

from ...ir.types import BOOL, F64, I64
from ...library.intrinsics import may_be_integer
from .. import by_path
from ..frame import Frame
from ..naming import type_name
from ..numpy.registry import CALLS
from ..outside import never
from ..python import options
from ..python.arithmetic import is_numpy, said_by
from ..python.classes import may_be_int_elsewhere, never_lacking
from ..python.messages import refuse_reading
from ..python.operators import apart, binary
from ..python.scalars import element, to_integer
from ..text.logic import truth_of
from ..values import Abstract, Array, Complex, OneOf, Scalar, Static, Tuple, is_none
from . import computed
from .registry import builtin
from .rounding import rounded

KNOWN = (str, bytes, numbers.Number)
"""What stays as it is and is no number of the program's, but can be made one: text, a Fraction, a Decimal."""


@builtin(builtins.abs, least=1)
def lower_abs(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x = c.present(args[0], node)
    if is_numpy(x):
        out = CALLS[np.abs](c, node, [x], {})
        return by_path.like(c, "abs", out, x) if isinstance(x, Scalar) and isinstance(out, Scalar) else out
    if isinstance(x, Static) and isinstance(x.value, numbers.Number):
        return computed.call(c, builtins.abs, [x], {}, node)
    if x is not args[0] and isinstance(x, (Complex, OneOf)):
        return c.call(Static(builtins.abs), [x], {}, node)
    if not isinstance(x, Scalar):
        never_lacking(c, node, x, "abs()", ("__abs__",), "bad operand type for abs(): '{}'")
    if x.is_static and abs(x.static) < 2**63:
        return c.constant(abs(x.static))
    if x.kind == "float":
        return by_path.of_one(c, x, c.b.op("abs", x.value))
    return Scalar(c.b.op("abs", c.as_type(x, I64), overflow="raise"), "int", origins=x.origins)


@builtin(builtins.float)
def lower_float(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if not args:
        return c.constant(0.0)
    x = element(c, c.present(args[0], node), node)
    if isinstance(x, Scalar):
        return c.constant(float(x.static)) if x.is_static else Scalar(c.as_type(x, F64), "float")
    if isinstance(x, Static) and isinstance(x.value, KNOWN):
        return computed.call(c, builtins.float, [x], {}, node)
    refuse_reading(c, node, x)
    never_lacking(c, node, x, "float()", ("__float__", "__index__"), "float() argument must be a string or a real number, not '{}'")


@builtin(builtins.int, most=2, options=("base",))
def lower_int(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if len(args) == 2 or "base" in kwargs:
        return computed.call(c, builtins.int, args, kwargs, node)
    if not args:
        return c.constant(0)
    x = element(c, c.present(args[0], node), node)
    if isinstance(x, Scalar) and x.is_static and np.isfinite(x.static) and -(2**63) <= int(x.static) < 2**63:
        return c.constant(int(x.static))
    if isinstance(x, Scalar):
        if not x.type.is_float:
            return Scalar(c.whole(x), "int", origins=x.origins)
        return Scalar(to_integer(c, c.b.op("trunc", c.as_type(x, F64))), "int")
    if isinstance(x, Static) and isinstance(x.value, KNOWN):
        return computed.call(c, builtins.int, [x], {}, node)
    refuse_reading(c, node, x)
    message = "int() argument must be a string, a bytes-like object or a real number, not '{}'"
    never_lacking(c, node, x, "int()", ("__int__", "__index__", "__trunc__", "__getbuffer__"), message)


@builtin(builtins.bool)
def lower_bool(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if not args:
        return c.constant(False)
    holds = truth_of(c, args[0], node)
    origins = args[0].origins if isinstance(args[0], Scalar) else frozenset()
    return c.constant(holds) if isinstance(holds, bool) else Scalar(holds, "bool", origins=origins)


NO_ROUNDING = "type {} doesn't define __round__ method"


@builtin(builtins.round, most=2, options=("number", "ndigits"))
def lower_round(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    args = in_order(("number", "ndigits"), args, kwargs)
    if not args:
        c.raises(node, TypeError, "round() missing required argument 'number' (pos 1)")
    x = c.present(args[0], node)
    digits = args[1] if len(args) == 2 else None
    if isinstance(x, Scalar) and x.flags and digits is not None:
        return options.each(c, by_path.alternatives(c, x), lambda one: lower_round(c, node, [one, digits], {}), node)
    if digits is not None and not is_none(digits):
        if isinstance(x, Scalar) and x.kind in ("int", "bool") and isinstance(digits, Scalar) and digits.is_static and digits.static >= 0:
            return Scalar(c.as_type(x, I64), "int")
        if isinstance(x, Array):
            return never(c, node, TypeError, NO_ROUNDING.format("numpy.ndarray"))
        if is_numpy(x):
            return CALLS[np.round](c, node, [x, digits], {})
        if isinstance(x, Scalar) and x.is_static and isinstance(digits, Scalar) and digits.is_static:
            return c.constant(round(x.static, digits.static))
        places = c.static(digits, "the number of digits of round()", node)
        if not isinstance(places, int):
            return never(c, node, TypeError, f"'{type_name(digits)}' object cannot be interpreted as an integer")
        if not isinstance(x, Scalar):
            never_lacking(c, node, x, "round()", ("__round__",), NO_ROUNDING)
        if x.kind != "float":
            c.refuse(node, "round() of an integer to digits before the point is not supported", "use // and *")
        return rounded(c, x, places, node)
    if isinstance(x, Array):
        return never(c, node, TypeError, NO_ROUNDING.format("numpy.ndarray"))
    if not isinstance(x, Scalar):
        never_lacking(c, node, x, "round()", ("__round__",), NO_ROUNDING)
    if x.type == BOOL and not x.weak:
        return never(c, node, TypeError, NO_ROUNDING.format(type_name(x)))
    if not x.type.is_float:
        return Scalar(c.whole(x), "int", origins=x.origins)
    if x.is_static and abs(x.static) < 2.0**62:
        return c.constant(round(float(x.static)))
    value = c.as_type(x, F64)
    c.check(c.b.op("not", c.b.op("isnan", value)), ValueError, "cannot convert float NaN to integer")
    return Scalar(to_integer(c, c.b.op("rint", value)), "int")


@builtin(builtins.pow, most=3, options=("base", "exp", "mod"))
def lower_pow(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    args = in_order(("base", "exp", "mod"), args, kwargs)
    if len(args) < 2:
        c.raises(node, TypeError, f"pow() missing required argument {('base', 'exp')[len(args)]!r} (pos {len(args) + 1})")
    if len(args) == 3 and not is_none(args[2]):
        return computed.call(c, builtins.pow, [known_number(c, x, node) for x in args], {}, node)
    return binary(c, node, "**", args[0], args[1])


def in_order(names: tuple[str, ...], args: list[Abstract], kwargs: dict[str, Abstract]) -> list[Abstract]:
    """The arguments by position, as far as all are given."""
    args = list(args)
    for name in names[len(args) :]:
        if name not in kwargs:
            break
        args.append(kwargs[name])
    return args


def known_number(c: Frame, x: Abstract, node: ast.AST) -> Abstract:
    """A number that must be known."""
    return c.constant(c.static(x, "an argument of pow() with a modulus", node))


FLOAT_DIVMOD = said_by(lambda: divmod(1.0, float(0)))
INTEGER_DIVMOD = said_by(lambda: divmod(1, 0))


@builtin(builtins.divmod, least=2, most=2)
def lower_divmod(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x, y = apart(c, "divmod", *(c.present(a, node) for a in args))
    several = options.split(c, (x, y), lambda known: lower_divmod(c, node, known, {}), node)
    if several is not None:
        return several
    if isinstance(x, Scalar) and isinstance(y, Scalar) and x.weak and y.weak and not (y.is_static and y.static != 0):
        floats = "float" in (x.kind, y.kind)
        zero = c.b.constant(0, y.type, "zero")
        c.check(c.b.op("ne", y.value, zero), ZeroDivisionError, FLOAT_DIVMOD if floats else INTEGER_DIVMOD)
    return Tuple((binary(c, node, "//", x, y), binary(c, node, "%", x, y)))


@builtin(may_be_integer, least=1)
def lower_may_be_integer(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    x = args[0]
    return c.constant(isinstance(x, Scalar) and may_be_int_elsewhere(c, x))
