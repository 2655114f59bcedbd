"""Partials keep their digits: each operation beside its function in mpmath, over its whole domain, to both orders.

A new operation states its function and its points here, or why it has none; SciPy's do so in `special_functions.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import product
from typing import Any

import mpmath
import numpy as np
import pytest

from everypath.ir.op import DEFINITIONS
from everypath.ir.types import F32, F64, ScalarType
from everypath.ops.rules import Elementwise

from .exactly import Both, Exactly, Point, compiled, mp, of, wrong
from .forms import arity
from .special_functions import SPECIAL

HUGE = (1e8, 1e20, 1e100, 1e150, 1e200, 1e300)
TINY = (5e-320, 1e-300, 1e-200, 1e-150, 1e-20, 1e-8)
MIDDLE = (0.3, 0.9, 1.1, 2.7, 5.5, 20.0, 45.0)
ABOVE = (*TINY, *MIDDLE, *HUGE)
ANY = (0.0, *ABOVE, *(-x for x in ABOVE))
SMALL = (0.0, *TINY, *(-x for x in TINY), *MIDDLE, *(-x for x in MIDDLE), 300.0, -300.0, 700.0, -700.0)
WITHIN = (*TINY, 0.3, 0.5, 0.7, 0.99, 1 - 1e-8, 1 - 2.0**-53)
UNIT = (0.0, *WITHIN, *(-x for x in WITHIN))
BESIDE_ONE = (1.0 + 2.0**-52, 1.0 + 1e-8, 1.1, 2.7, 20.0, *HUGE)
SIDES = (1e-200, 0.7, 2.0, 1e200)
PLANE = (*SIDES, -1e-200, -3e-20, -0.7, -1e20)
DIVISORS = (1.3, -0.7, 5e20)
RATIOS = (1e-200, 1e-3, 0.8, 7.9, -3.2, 4e15)
PROBABILITIES = (1e-300, 1e-20, 0.1, 0.4, 0.9, 1 - 1e-10)
WEIGHTS = (1e-200, 1e-5, 0.4, 3.0, 1e5, 1e150)
POWERS = [
    *product((1e-300, 1e-15, 0.3, 1.0, 1.7, 1e15, 1e300), (0.0, 1.0, 2.0, 3.0, 0.5, -1.0, 0.3, -2.5, 1e-20, 1e-200)),
    *product((0.5, 1 + 1e-10, 3.0), (40.0, -300.5, 600.0)),
]

pytestmark = pytest.mark.xdist_group("every operation in one module")


def turned(whole: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """x - n·y for the whole number n that `whole` makes of x/y."""
    return lambda x, y: x - whole(x / y) * y


def truncated(q: Any) -> Any:
    return mp.floor(q) if q >= 0 else mp.ceil(q)


def logaddexp(x: Any, y: Any) -> Any:
    top = max(x, y)
    return top + mp.log(mp.exp(x - top) + mp.exp(y - top))


EXACT: dict[str, Exactly] = {
    "add": of(lambda x, y: x + y, PLANE, SIDES),
    "sub": of(lambda x, y: x - y, PLANE, SIDES),
    "mul": of(lambda x, y: x * y, PLANE, SIDES),
    "div": of(lambda x, y: x / y, PLANE, SIDES),
    "over": of(lambda x, y: x / y, PLANE, SIDES),
    "neg": of(lambda x: -x, ANY),
    "square": of(lambda x: x * x, ANY),
    "pow": Exactly(lambda x, y: x**y, POWERS),
    "mod": of(turned(mp.floor), RATIOS, DIVISORS),
    "fmod": of(turned(truncated), RATIOS, DIVISORS),
    "remainder": of(turned(mp.nint), RATIOS, DIVISORS),
    "exp": of(mp.exp, SMALL),
    "exp2": of(lambda x: mpmath.mpf(2) ** x, SMALL),
    "expm1": of(mp.expm1, SMALL),
    "log": of(mp.log, ABOVE),
    "log2": of(lambda x: mp.log(x, 2), ABOVE),
    "log10": of(lambda x: mp.log(x, 10), ABOVE),
    "log1p": of(lambda x: mp.log(1 + x), (*ANY[:14], *TINY, -0.3, -1 + 1e-10, -1 + 2.0**-53, *HUGE)),
    "sqrt": of(mp.sqrt, ABOVE),
    "cbrt": of(lambda x: mp.sign(x) * mp.cbrt(abs(x)), ANY[1:]),
    "sin": of(mp.sin, (*SMALL, 1e8, 1e20, 1e200)),
    "cos": of(mp.cos, (*SMALL, 1e8, 1e20, 1e200)),
    "tan": of(mp.tan, (*SMALL, float(np.pi / 2), 1e20)),
    "arcsin": of(mp.asin, UNIT),
    "arccos": of(mp.acos, UNIT),
    "arctan": of(mp.atan, ANY),
    "arctan2": of(mp.atan2, PLANE, PLANE),
    "hypot": of(mp.hypot, PLANE, PLANE),
    "sinh": of(mp.sinh, SMALL),
    "cosh": of(mp.cosh, SMALL),
    "tanh": of(mp.tanh, ANY),
    "arcsinh": of(mp.asinh, ANY),
    "arccosh": of(mp.acosh, BESIDE_ONE),
    "arctanh": of(mp.atanh, UNIT),
    "logaddexp": of(logaddexp, (0.0, 1e-20, 0.7, 40.0, -300.0, 1e5, -1e15), (0.0, 1e-20, 0.7, 41.0, 300.0, 1e5)),
    "erf": of(mp.erf, (0.0, 1e-20, 1e-8, 0.3, 2.7, 5.5, 20.0, 26.0, 1e3, -0.3, -5.5), digits=600),
    "erfc": of(mp.erfc, (0.3, 2.7, 5.5, 20.0, 26.0, -0.3, -5.5), digits=600),
    "gamma": of(mp.gamma, (1e-300, 1e-20, 0.3, 1.1, 2.7, 20.0, 170.0), digits=150),
    "lgamma": of(mp.loggamma, (1e-300, 1e-20, 0.3, 1.1, 2.7, 20.0, 1e8), digits=150),
}
"""By the operation's name."""

PIECES = "select maximum minimum fmax fmin larger smaller abs sign copysign cast path floordiv".split()
"""Operations that let a number through, or one side of it: their partials are 1, -1 or nothing."""


def of_the_slopes() -> dict[str, Exactly]:
    """The derivatives that are operations: their own derivatives are the second ones of what they are for."""
    return {
        "one_minus_square": of(lambda x: 1 - x * x, UNIT, orders=1),
        "sech2": of(lambda x: mp.sech(x) ** 2, ANY[:20], orders=1),
        "arctan_slope": of(lambda x: 1 / (1 + x * x), ANY, orders=1),
        "arcsinh_slope": of(lambda x: 1 / mp.sqrt(1 + x * x), ANY, orders=1),
        "arccosh_slope": of(lambda x: 1 / mp.sqrt(x * x - 1), BESIDE_ONE, orders=1),
        "expit_slope": of(lambda x: mp.exp(-x) / (1 + mp.exp(-x)) ** 2, SMALL, orders=1),
        "power_slope": of(lambda x, y: y * x ** (y - 1), (1e-20, 0.3, 1.7, 1e20), (0.0, 1.0, 2.0, 0.5, -1.5), orders=1),
        "cbrt_slope": of(lambda x: mp.cbrt(abs(x)) ** -2 / 3, ANY[1:], orders=1),
        "gauss": of(lambda x: mp.exp(-x * x), (0.0, *TINY, *MIDDLE[:6]), orders=1),
        "over_square": of(lambda x, y: x / (x * x + y * y), SIDES, PLANE, orders=1),
        "part": of(lambda x, y: x / mp.hypot(x, y), SIDES, PLANE, orders=1),
        "power_log": of(lambda x, y: x**y * mp.log(x), (1e-20, 0.3, 1.7, 1e20), (0.0, 1.0, 2.0, 0.5, -1.5), orders=1),
        "weight": of(lambda x, y: 1 / (1 + mp.exp(y - x)), (0.0, 0.7, 40.0, -300.0), (0.0, 0.7, 41.0, 300.0), orders=1),
    }


def of_scipy() -> dict[str, Exactly]:
    """What SciPy has."""
    return {
        "expit": of(lambda x: 1 / (1 + mp.exp(-x)), SMALL),
        "log_expit": of(lambda x: -mp.log(1 + mp.exp(-x)), SMALL),
        "logit": of(lambda x: mp.log(x / (1 - x)), PROBABILITIES),
        "xlogy": of(lambda x, y: x * mp.log(y), WEIGHTS, WEIGHTS),
        "xlog1py": of(lambda x, y: x * mp.log(1 + y), WEIGHTS, WEIGHTS),
        "entr": of(lambda x: -x * mp.log(x), WEIGHTS),
        "rel_entr": of(lambda x, y: x * mp.log(x / y), WEIGHTS[1:5], WEIGHTS[1:5]),
        "kl_div": of(lambda x, y: x * mp.log(x / y) - x + y, (1e-5, 0.4, 3.0), (0.7, 2.0, 1e5)),
        "erfinv": of(mp.erfinv, (1e-5, 0.3, -0.7, 0.999), digits=100),
        "erfcinv": of(lambda x: mp.erfinv(1 - x), (0.01, 0.3, 1.7), digits=100),
        "ndtri": of(lambda x: mp.sqrt(2) * mp.erfinv(2 * x - 1), (0.01, 0.3, 0.7), digits=100),
    }


EXACT |= of_the_slopes() | of_scipy()


@cache
def everything(dtype: ScalarType) -> dict[str, Both]:
    return compiled(EXACT, dtype)


def check(name: str, dtype: ScalarType, points: Sequence[Point]) -> None:
    problems = wrong(EXACT[name], everything(dtype)[name], dtype, points)
    assert not problems, f"{name} in {dtype}\n" + "\n".join(problems)


@pytest.mark.part(2)
@pytest.mark.parametrize("name", EXACT)
def test_every_digit_at_both_orders(name: str) -> None:
    check(name, F64, EXACT[name].points)


def in_single(x: float) -> bool:
    """Whether float32 has the number, and has it apart from 1."""
    return x == 0 or (1e-37 < abs(x) < 1e37 and (abs(np.float32(x)) == 1) == (abs(x) == 1))


@pytest.mark.part(3)
@pytest.mark.parametrize("name", EXACT)
def test_every_digit_of_float32(name: str) -> None:
    check(name, F32, [p for p in EXACT[name].points if all(in_single(v) for v in p)])


def test_every_operation_is_held_against_mpmath() -> None:
    formulas = {n for n, d in DEFINITIONS.items() if isinstance(d.rule, Elementwise)}
    assert formulas == {n for n in (*EXACT, *PIECES, *SPECIAL) if n in formulas}
    assert set(EXACT) <= formulas


# Where a function ends ------------------------------------------------------------------------------------------------

INF, NAN = np.inf, np.nan
ENDS: dict[str, list[tuple[Point, tuple[float, ...], tuple[float, ...]]]] = {
    "exp": [((INF,), (INF,), (INF,)), ((-INF,), (0.0,), (0.0,))],
    "exp2": [((-INF,), (0.0,), (0.0,))],
    "expm1": [((-INF,), (0.0,), (0.0,))],
    "log": [((0.0,), (INF,), (-INF,)), ((INF,), (0.0,), (0.0,))],
    "log2": [((0.0,), (INF,), (-INF,)), ((INF,), (0.0,), (0.0,))],
    "log10": [((0.0,), (INF,), (-INF,)), ((INF,), (0.0,), (0.0,))],
    "log1p": [((-1.0,), (INF,), (-INF,)), ((INF,), (0.0,), (0.0,))],
    "sqrt": [((0.0,), (INF,), (-INF,)), ((INF,), (0.0,), (0.0,))],
    "cbrt": [((INF,), (0.0,), (0.0,)), ((-INF,), (0.0,), (0.0,))],
    "tanh": [((INF,), (0.0,), (0.0,)), ((-INF,), (0.0,), (0.0,))],
    "arctan": [((INF,), (0.0,), (0.0,)), ((-INF,), (0.0,), (0.0,))],
    "arcsinh": [((INF,), (0.0,), (0.0,)), ((-INF,), (0.0,), (0.0,))],
    "arccosh": [((1.0,), (INF,), (-INF,)), ((INF,), (0.0,), (0.0,))],
    "arcsin": [((1.0,), (INF,), (INF,)), ((-1.0,), (INF,), (-INF,))],
    "arccos": [((1.0,), (-INF,), (-INF,)), ((-1.0,), (-INF,), (INF,))],
    "arctanh": [((1.0,), (INF,), (INF,)), ((-1.0,), (INF,), (-INF,))],
    "erf": [((INF,), (0.0,), (0.0,)), ((-INF,), (0.0,), (0.0,))],
    "erfc": [((INF,), (0.0,), (0.0,)), ((-INF,), (0.0,), (0.0,))],
    "expit": [((INF,), (0.0,), (0.0,)), ((-INF,), (0.0,), (0.0,))],
    "hypot": [((INF, 1.0), (1.0, 0.0), (0.0, 0.0, 0.0, 0.0)), ((2.0, -INF), (0.0, -1.0), (0.0, 0.0, 0.0, 0.0))],
    "arctan2": [((1.0, INF), (0.0, 0.0), (0.0, 0.0, 0.0, 0.0)), ((-INF, 2.0), (0.0, 0.0), (0.0, 0.0, 0.0, 0.0))],
    "logaddexp": [((INF, 1.0), (1.0, 0.0), (0.0, 0.0, 0.0, 0.0)), ((2.0, -INF), (1.0, 0.0), (0.0, 0.0, 0.0, 0.0))],
    "div": [((3.0, INF), (0.0, 0.0), (0.0, 0.0, 0.0, 0.0)), ((3.0, -INF), (0.0, 0.0), (0.0, 0.0, 0.0, 0.0))],
    "over": [((3.0, INF), (0.0, 0.0), (0.0, 0.0, 0.0, 0.0)), ((3.0, -INF), (0.0, 0.0), (0.0, 0.0, 0.0, 0.0))],
    "pow": [
        ((0.0, 0.0), (0.0, -INF), (0.0, NAN, NAN, NAN)),
        ((0.0, 1.0), (1.0, 0.0), (0.0, -INF, -INF, 0.0)),
        ((0.0, 2.0), (0.0, 0.0), (2.0, 0.0, 0.0, 0.0)),
        ((0.0, 3.0), (0.0, 0.0), (0.0, 0.0, 0.0, 0.0)),
        ((0.0, 0.5), (INF, 0.0), (-INF, NAN, NAN, 0.0)),
        ((INF, 2.0), (INF, INF), (2.0, INF, INF, INF)),
        ((INF, -1.0), (0.0, 0.0), (0.0, 0.0, 0.0, 0.0)),
        ((-2.0, 3.0), (12.0, NAN), (-12.0, NAN, NAN, NAN)),
        ((-2.0, 0.0), (0.0, NAN), (0.0, NAN, NAN, NAN)),
    ],
}
"""(point, gradient, Hessian by rows): the limits, from inside the domain; NaN where any number that is not finite, or NaN, will do."""


@pytest.mark.parametrize("name", ENDS)
def test_limits_at_the_ends(name: str) -> None:
    both = everything(F64)[name]
    n = arity(DEFINITIONS[name])
    assert both.second
    for point, gradient, hessian in ENDS[name]:
        for execute in (both.interpreted, both.machine):
            for k in range(n):
                results = execute(*point, 1.0, *(float(j == k) for j in range(n)))
                found = [*results[1 : n + 1], *results[-n:]]
                for what, value, limit in zip(
                    (*"xy"[:n], *(f"{'xy'[k]}{v}" for v in "xy"[:n])), found, (*gradient, *hessian[n * k : n * k + n])
                ):
                    fine = not np.isfinite(value) if np.isnan(limit) else value == limit
                    assert fine, f"{name} at {point}, ∂{what}: {value}, not {limit}"


@pytest.mark.parametrize("name", [n for n in EXACT if n not in ("add", "sub", "neg", "mod", "fmod", "remainder")])
def test_a_nan_stays_a_nan(name: str) -> None:
    """The derivative at NaN is NaN wherever it depends on the operand, in the interpreter and as machine code."""
    n = arity(DEFINITIONS[name])
    both = everything(F64)[name]
    for execute in (both.interpreted, both.machine):
        results = execute(*[NAN] * n, 1.0, *([1.0] * n if both.second else []))
        assert all(np.isnan(results[: n + 1])), f"{name}: {results}"
