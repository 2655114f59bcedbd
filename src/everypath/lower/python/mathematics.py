"""The functions of `math`, with CPython's errors: "math domain error", "math range error".

The arguments are converted to Python's float, and so is the result: `math.exp(np.float64(x))` is a Python float.
"""

from __future__ import annotations

import ast
import math
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np

from ...ir.program import Value
from ...ir.types import F64, I64
from ...library import STANDS_FOR
from ...library.python import mathematics as texts
from .. import arity
from ..context import WRONG
from ..frame import Frame
from ..naming import type_name
from ..objects import sequence_items
from ..outside import never
from ..reach import NeedsStatic
from ..values import Abstract, Array, Scalar, Static
from . import protocols
from .arithmetic import FLOAT_DIVISION
from .protocols import refuse_own
from .scalars import element, to_integer

FEW_TURNS = 10
"""Up to this number factorials fit in 64 bits, as do those of twice that much."""

DOMAIN, RANGE = "math domain error", "math range error"

Handler = Callable[[Frame, ast.AST, list[Abstract], dict[str, Abstract]], Abstract]
TABLE: dict[Any, Handler] = {}


def call(c: Frame, node: ast.AST, function: Any, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """Call a function of `math`; on known numbers it is computed here."""
    args = [c.present(x, node) for x in args]
    refuse_own(c, node, args, f"__{function.__name__}__")
    args = [protocols.as_number(c, x, node) for x in args]
    c.at(node)
    if all(isinstance(x, Scalar) and x.is_static and not isinstance(x.static, np.generic) for x in args) and not kwargs:
        try:
            value = function(*(x.static for x in args if isinstance(x, Scalar)))
        except (ValueError, OverflowError, TypeError):
            pass
        else:
            if isinstance(value, (bool, int, float)) and (not isinstance(value, int) or -(2**63) <= value < 2**63):
                return c.constant(value)
    said = arity.said_by(function, len(args), kwargs)
    if said is not None:
        c.raises(node, TypeError, said)
    return TABLE[function](c, node, args, kwargs)


def real(c: Frame, node: ast.AST, x: Abstract) -> Value:
    """`x` as a Python float."""
    if isinstance(x, Array) and x.rank == 0:
        return c.cast(c.b.op("load", x.value), F64)
    if isinstance(x, Scalar):
        return c.as_type(x, F64)
    if isinstance(x, Array) and c.takes(TypeError):
        return real(c, node, element(c, x, node))
    if isinstance(x, Array):
        c.refuse(node, "functions of `math` take one number, not an array", "use the function of the same name in NumPy")
    return never(c, node, TypeError, f"must be real number, not {type_name(x)}")  # type: ignore[return-value]


def register(function: Any, count: int, compute: Callable[..., Value], kind: str = "float") -> None:
    def handler(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        assert len(args) == count and not kwargs
        return Scalar(compute(c, *(real(c, node, x) for x in args)), kind)  # type: ignore[arg-type]

    TABLE[function] = handler


# Checks ---------------------------------------------------------------------------------------------------------------


def constant(c: Frame, value: float) -> Value:
    return c.b.f64(value)


def negated(c: Frame, x: Value) -> Value:
    return c.b.op("not", x)


def domain(c: Frame, fine: Value) -> None:
    c.check(fine, ValueError, DOMAIN)


def not_below(c: Frame, x: Value, low: float, strictly: bool = False) -> None:
    """Domain error unless x >= low (x > low), or x is NaN."""
    domain(c, negated(c, c.b.op("le" if strictly else "lt", x, constant(c, low))))


def finite(c: Frame, x: Value) -> None:
    """Domain error for an infinite argument."""
    domain(c, negated(c, c.b.op("isinf", x)))


def no_overflow(c: Frame, out: Value, *operands: Value) -> Value:
    """Range error where finite arguments give an infinite result."""
    b = c.b
    fine = negated(c, b.op("isinf", out))
    for operand in operands:
        fine = b.op("or", fine, b.op("isinf", operand), name="in_range")
    c.check(fine, OverflowError, RANGE)
    return out


# The functions --------------------------------------------------------------------------------------------------------


def plain(name: str) -> Callable[[Frame, Value], Value]:
    return lambda c, x: c.b.op(name, x)


def on_finite(name: str) -> Callable[[Frame, Value], Value]:
    def compute(c: Frame, x: Value) -> Value:
        finite(c, x)
        return c.b.op(name, x)

    return compute


def may_overflow(name: str) -> Callable[[Frame, Value], Value]:
    return lambda c, x: no_overflow(c, c.b.op(name, x), x)


def from_low(name: str, low: float, strictly: bool = False) -> Callable[[Frame, Value], Value]:
    def compute(c: Frame, x: Value) -> Value:
        not_below(c, x, low, strictly)
        return c.b.op(name, x)

    return compute


def within_one(name: str, strictly: bool = False) -> Callable[[Frame, Value], Value]:
    def compute(c: Frame, x: Value) -> Value:
        outside = c.b.op("ge" if strictly else "gt", c.b.op("abs", x), constant(c, 1.0), name="outside")
        domain(c, negated(c, outside))
        return c.b.op(name, x)

    return compute


for _name, _op in (("atan", "arctan"), ("asinh", "arcsinh"), ("erf", "erf"), ("erfc", "erfc"), ("fabs", "abs"), ("tanh", "tanh")):
    register(getattr(math, _name), 1, plain(_op))
for _name in ("sin", "cos", "tan"):
    register(getattr(math, _name), 1, on_finite(_name))
for _name in ("exp", "expm1", "sinh", "cosh"):
    register(getattr(math, _name), 1, may_overflow(_name))
for _name in ("log2", "log10"):
    register(getattr(math, _name), 1, from_low(_name, 0.0, strictly=True))
for _name in ("exp2", "cbrt"):
    if hasattr(math, _name):
        register(getattr(math, _name), 1, may_overflow(_name) if _name == "exp2" else plain(_name))
register(math.sqrt, 1, from_low("sqrt", 0.0))
register(math.log1p, 1, from_low("log1p", -1.0, strictly=True))
register(math.acosh, 1, from_low("arccosh", 1.0))
register(math.acos, 1, within_one("arccos"))
register(math.asin, 1, within_one("arcsin"))
register(math.atanh, 1, within_one("arctanh", strictly=True))
register(math.atan2, 2, lambda c, y, x: c.b.op("arctan2", y, x))
register(math.copysign, 2, lambda c, x, y: c.b.op("copysign", x, y))
register(math.degrees, 1, lambda c, x: c.b.op("mul", x, constant(c, 180.0 / math.pi), name="degrees"))
register(math.radians, 1, lambda c, x: c.b.op("mul", x, constant(c, math.pi / 180.0), name="radians"))
for _name in ("isnan", "isinf", "isfinite"):
    register(getattr(math, _name), 1, plain(_name), "bool")


def left_over(name: str) -> Callable[..., Value]:
    """What a division leaves: `fmod`, or `remainder`, x - n·y for the integer n nearest to x/y (IEEE)."""

    def compute(c: Frame, x: Value, y: Value) -> Value:
        b = c.b
        infinite = b.op("and", b.op("isinf", x), negated(c, b.op("isnan", y)))
        by_zero = b.op("and", b.op("eq", y, constant(c, 0.0)), negated(c, b.op("isnan", x)))
        domain(c, negated(c, b.op("or", infinite, by_zero)))
        return b.op(name, x, y)

    return compute


def power(c: Frame, x: Value, y: Value) -> Value:
    """math.pow: like C's, with a domain error instead of NaN and of 0 to a negative power."""
    b = c.b
    out = b.op("pow", x, y)
    known = b.op("and", b.op("isfinite", x), b.op("isfinite", y), name="known")
    domain(c, negated(c, b.op("and", known, b.op("isnan", out))))
    zero = b.op("and", b.op("eq", x, constant(c, 0.0)), b.op("lt", y, constant(c, 0.0)))
    domain(c, negated(c, b.op("and", zero, b.op("isfinite", y))))
    c.check(negated(c, b.op("and", known, b.op("isinf", out))), OverflowError, RANGE)
    return out


def gamma(c: Frame, x: Value) -> Value:
    b = c.b
    domain(c, negated(c, b.op("eq", x, constant(c, -math.inf))))
    pole = b.op("and", b.op("le", x, constant(c, 0.0)), b.op("eq", x, b.op("floor", x)), name="pole")
    domain(c, negated(c, pole))
    return no_overflow(c, b.op("gamma", x), x)


def lgamma(c: Frame, x: Value) -> Value:
    b = c.b
    pole = b.op("and", b.op("le", x, constant(c, 0.0)), b.op("eq", x, b.op("floor", x)), name="pole")
    domain(c, negated(c, b.op("and", pole, b.op("isfinite", x))))
    return no_overflow(c, b.op("lgamma", x), x)


def quantile(c: Frame, p: Value, mu: Value, sigma: Value) -> Value:
    """Where a normal distribution has p below it; `statistics` has checked p."""
    return c.b.op("add", mu, c.b.op("mul", sigma, c.b.op("ndtri", p)), name="quantile")


register(vars(statistics)["_normal_dist_inv_cdf"], 3, quantile)
register(math.fmod, 2, left_over("fmod"))
register(math.remainder, 2, left_over("remainder"))
register(math.pow, 2, power)
register(math.gamma, 1, gamma)
register(math.lgamma, 1, lgamma)


def log(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """math.log(x) and math.log(x, base)."""
    if len(args) not in (1, 2) or kwargs:
        c.refuse(node, f"log expected at least 1 argument, got {len(args)}", WRONG)
    logs = []
    for x in args:
        value = real(c, node, x)
        not_below(c, value, 0.0, strictly=True)
        logs.append(c.b.op("log", value))
    if len(logs) == 1:
        return Scalar(logs[0], "float")

    c.check(c.b.op("ne", logs[1], constant(c, 0.0)), ZeroDivisionError, FLOAT_DIVISION)
    return Scalar(c.b.op("div", logs[0], logs[1]), "float")


def hypot(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """math.hypot(x, y, …)."""
    if kwargs:
        c.refuse(node, "math.hypot() takes no keyword arguments", WRONG)
    return Scalar(length_of(c, [real(c, node, x) for x in args]), "float")


def length_of(c: Frame, parts: list[Value]) -> Value:
    """√Σx²: a norm, so that it has a derivative wherever one part is not 0, of the parts over a power of two, so that no square
    overflows. An infinite part wins against NaN."""
    b = c.b
    if not parts:
        return b.f64(0.0)
    if len(parts) < 3:
        return b.op("hypot" if len(parts) == 2 else "abs", *parts)
    sizes = [b.op("abs", x) for x in parts]
    largest, infinite = sizes[0], b.op("isinf", parts[0])
    for x, size in zip(parts[1:], sizes[1:], strict=True):
        largest, infinite = b.op("maximum", largest, size), b.op("or", infinite, b.op("isinf", x))
    usable = b.op("and", b.op("gt", largest, constant(c, 0.0)), b.op("isfinite", largest))
    power = b.op("maximum", b.op("exp2", b.op("floor", b.op("log2", largest))), constant(c, 2.0**-1022))
    scale = b.op("select", usable, power, constant(c, 1.0), name="scale")
    vector = b.op("alloc", b.i64(len(parts)), dtype="f64", name="parts")
    for k, x in enumerate(parts):
        b.do("store", b.op("div", x, scale), vector, b.i64(k))
    norm = b.op("mul", b.op("norm", vector, axes=(0,), keepdims=False), scale, name="hypot")
    return b.op("select", infinite, constant(c, math.inf), norm, name="hypot")


def dist(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """math.dist(p, q)."""
    if len(args) != 2 or kwargs:
        c.refuse(node, f"dist expected 2 arguments, got {len(args)}", WRONG)
    p, q = (sequence_items(x) for x in args)
    if p is None or q is None:
        return c.call(Static(texts.dist), args, {}, node)
    if len(p) != len(q):
        never(c, node, ValueError, "both points must have the same number of dimensions")
    return Scalar(length_of(c, [c.b.op("sub", real(c, node, x), real(c, node, y)) for x, y in zip(p, q, strict=True)]), "float")


def rounding(name: str) -> Handler:
    """math.floor, ceil, trunc: a Python int."""

    def handler(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        if len(args) != 1 or kwargs:
            c.refuse(node, f"math.{name}() takes exactly one argument", WRONG)
        (x,) = args
        float64 = isinstance(x, Scalar) and (x.weak or x.type == F64)
        if name == "trunc" and not float64:
            never(c, node, TypeError, f"type {type_name(x)} doesn't define __trunc__ method")
        if isinstance(x, Scalar) and x.kind in ("int", "bool"):
            return Scalar(c.as_type(x, I64), "int", origins=x.origins)
        return Scalar(to_integer(c, c.b.op(name, real(c, node, x))), "int")

    return handler


def isclose(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    args = [*args, *(kwargs[name] for name in ("a", "b")[len(args) :] if name in kwargs)]
    if len(args) != 2 or set(kwargs) - {"a", "b", "rel_tol", "abs_tol"}:
        c.refuse(node, "math.isclose() takes two numbers, rel_tol= and abs_tol=", WRONG)
    b = c.b
    x, y = (real(c, node, a) for a in args)
    relative = real(c, node, kwargs["rel_tol"]) if "rel_tol" in kwargs else constant(c, 1e-9)
    absolute = real(c, node, kwargs["abs_tol"]) if "abs_tol" in kwargs else constant(c, 0.0)
    negative = b.op("or", b.op("lt", relative, constant(c, 0.0)), b.op("lt", absolute, constant(c, 0.0)))
    c.check(negated(c, negative), ValueError, "tolerances must be non-negative")
    gap = b.op("abs", b.op("sub", y, x), name="gap")
    size = b.op("maximum", b.op("abs", b.op("mul", relative, y)), b.op("abs", b.op("mul", relative, x)))
    near = b.op("or", b.op("le", gap, size), b.op("le", gap, absolute))
    both_finite = b.op("and", b.op("isfinite", x), b.op("isfinite", y))
    return Scalar(b.op("or", b.op("eq", x, y), b.op("and", near, both_finite), name="isclose"), "bool")


TABLE[math.log] = log
TABLE[math.hypot] = hypot
TABLE[math.dist] = dist
TABLE[math.isclose] = isclose
for _name in ("floor", "ceil", "trunc"):
    TABLE[getattr(math, _name)] = rounding(_name)


def written(text: Callable[..., Any]) -> Handler:
    """A handler that lowers the library's text."""
    return lambda c, node, args, kwargs: c.call(Static(text), args, kwargs, node)


for _function, _text in STANDS_FOR.items():
    if getattr(math, _function.__name__, None) is _function:
        TABLE[_function] = written(_text)


def not_yet(name: str, way_out: str) -> Handler:
    def handler(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        c.refuse(node, f"math.{name} is not supported", way_out)

    return handler


for _name in dir(math):
    _function = getattr(math, _name)
    if callable(_function) and _function not in TABLE and not _name.startswith("_"):
        TABLE[_function] = not_yet(_name, "write it out, or compute it outside and pass it in")


def is_small_integer(x: Abstract) -> bool:
    """Whether it is a known integer, of which CPython computes a factorial at once."""
    return isinstance(x, Scalar) and x.is_static and x.kind == "int" and abs(x.static) <= 1_000


def ask_for_large(c: Frame, args: list[Abstract]) -> None:
    """Ask for the turns of a loop apart whose variable comes to numbers with factorials beyond 64 bits: each is then known."""
    for x in args:
        if isinstance(x, Scalar) and not x.is_static and x.origins:
            if all(getattr(origin, "largest", 0) > FEW_TURNS and c.unit.may_ask(origin) for origin in x.origins):
                raise NeedsStatic(x.origins, wish=True)
