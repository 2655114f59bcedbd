"""Partials keep their digits: each operation beside its function in mpmath, over its whole domain, to both orders.

The reference is a difference of 1,200 digits. A new operation states its function and its points here, or why it has none. Where the
true number is beyond the largest float an infinity is right, and where it is below the smallest normal one, anything as small.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Any

import mpmath
import numpy as np
import pytest

from everypath import native, optimise
from everypath.differentiate import expand, forward, reverse
from everypath.errors import NotSupported
from everypath.ir.interpret import run
from everypath.ir.op import DEFINITIONS
from everypath.ir.program import Function, Program
from everypath.ir.types import F32, F64, ScalarType
from everypath.ir.verify import verify
from everypath.ops.rules import Elementwise

from .forms import arity, single

mp = mpmath.mp
DIGITS = 1200
BOUND = {F64: 1e-12, F32: 64 * 2.0**-23}

HUGE = (1e8, 1e20, 1e100, 1e150, 1e200, 1e300)
TINY = (5e-320, 1e-300, 1e-200, 1e-150, 1e-20, 1e-8)
MIDDLE = (0.3, 0.9, 1.1, 2.7, 5.5, 20.0, 45.0)
ABOVE = (*TINY, *MIDDLE, *HUGE)
ANY = (0.0, *ABOVE, *(-x for x in ABOVE))
SMALL = (0.0, *TINY, *(-x for x in TINY), *MIDDLE, *(-x for x in MIDDLE), 300.0, -300.0, 700.0, -700.0)
WITHIN = (*TINY, 0.3, 0.5, 0.7, 0.99, 1 - 1e-8, 1 - 2.0**-53)
UNIT = (0.0, *WITHIN, *(-x for x in WITHIN))
BESIDE_ONE = (1.0 + 2.0**-52, 1.0 + 1e-8, 1.1, 2.7, 20.0, *HUGE)
Point = tuple[float, ...]


@dataclass(frozen=True)
class Exactly:
    """The function in mpmath, and where it is looked at, to which order."""

    function: Callable[..., Any]
    points: Sequence[Point]
    digits: int = DIGITS
    orders: int = 2


def of(function: Callable[..., Any], *axes: Sequence[float], digits: int = DIGITS, orders: int = 2) -> Exactly:
    return Exactly(function, list(product(*axes)), digits, orders)


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
        "ndtr": of(mp.ncdf, (0.0, 1e-20, 0.3, -2.7, 5.5, -20.0), digits=150),
        "ndtri": of(lambda x: mp.sqrt(2) * mp.erfinv(2 * x - 1), (0.01, 0.3, 0.7), digits=100),
        "beta": of(mp.beta, (0.3, 2.7, 9.0), (0.4, 1.5), digits=100),
        "betaln": of(lambda a, b: mp.log(mp.beta(a, b)), (0.3, 2.7, 9.0), (0.4, 1.5), digits=100),
    }


EXACT |= of_the_slopes() | of_scipy()

# The reference --------------------------------------------------------------------------------------------------------


def derivatives(exactly: Exactly, point: Point) -> tuple[list[Any], list[list[Any]]]:
    """The gradient and the Hessian at `point`. What differences of two lengths don't agree on is a 0 that they can't see."""
    with mp.workdps(exactly.digits):
        step = mpmath.mpf(10) ** -(60 if exactly.digits >= 600 else 25)
        one, other = (differences(exactly, point, s) for s in (step, step / 2))

        def agreed(a: Any, b: Any) -> Any:
            return b if abs(a - b) <= abs(b) * mpmath.mpf(10) ** -20 else mpmath.mpf(0)

        gradient = [agreed(a, b) for a, b in zip(one[0], other[0], strict=True)]
        return gradient, [[agreed(a, b) for a, b in zip(p, q, strict=True)] for p, q in zip(one[1], other[1], strict=True)]


def differences(exactly: Exactly, point: Point, step: Any) -> tuple[list[Any], list[list[Any]]]:
    """The gradient and the Hessian by central differences, each coordinate moved by `step` of it, at most by `step`."""
    x = [mpmath.mpf(v) for v in point]
    h = [step * (min(abs(v), 1) or 1) for v in x]

    def at(**moves: int) -> Any:
        return exactly.function(*(v + moves.get(f"x{k}", 0) * h[k] for k, v in enumerate(x)))

    n, here = range(len(x)), at()
    gradient = [(at(**{f"x{k}": 1}) - at(**{f"x{k}": -1})) / (2 * h[k]) for k in n]
    hessian = [[mpmath.mpf(0)] * len(x) for _ in n]
    for j in n:
        hessian[j][j] = (at(**{f"x{j}": 1}) - 2 * here + at(**{f"x{j}": -1})) / h[j] ** 2
        for k in range(j):
            corners = [a * b * at(**{f"x{j}": a, f"x{k}": b}) for a, b in product((1, -1), repeat=2)]
            hessian[j][k] = hessian[k][j] = mp.fsum(corners) / (4 * h[j] * h[k])
    return gradient, hessian


def is_right(found: float, true: Any, dtype: ScalarType) -> bool:
    """Whether `found` is `true` to the digits of its dtype, or on the side of infinity or of zero on which `true` is."""
    info = np.finfo(dtype.numpy)
    largest, smallest = mpmath.mpf(float(info.max)), mpmath.mpf(float(info.tiny))
    if abs(true) >= largest * (1 - mpmath.mpf(BOUND[dtype])):
        return not np.isnan(found) and abs(found) >= 0.99 * float(info.max) and (found > 0) == (true > 0)
    return bool(np.isfinite(found)) and abs(mpmath.mpf(float(found)) - true) <= BOUND[dtype] * abs(true) + 4 * smallest


# The derivatives as everypath has them --------------------------------------------------------------------------------

Run = Callable[..., list[Any]]


def both_orders(name: str, dtype: ScalarType) -> tuple[Program, str, bool]:
    """The tangent of the pullback of one operation on numbers; the pullback alone where the second order is refused."""
    n = arity(DEFINITIONS[name])
    form = single(name, f"{dtype} exactly", [None] * n, [dtype] * n, [0.0] * n)
    pulled, vjp = reverse(optimise.before(form.program), form.function.name, tuple(range(n)), (0,), guarded=True)
    try:
        return *forward(expand(pulled), vjp, tuple(range(n)), guarded=True), True
    except NotSupported:
        return expand(pulled), vjp, False


@cache
def compiled(dtype: ScalarType) -> dict[str, tuple[Run, Run, bool]]:
    """By the operation: in the interpreter, as machine code, and whether with the second order."""
    made = {name: both_orders(name, dtype) for name in EXACT}
    functions: dict[str, Function] = {}
    for name, (program, entry, _) in made.items():
        functions[name] = replace(verify(program).functions[entry], name=name)
    whole = verify(optimise.after(Program(functions, next(iter(functions))), tuple(functions)))
    machine = native.compile(whole, tuple(functions))
    return {name: (lambda *a, p=program, e=entry: run(p, e, a), machine[name], second) for name, (program, entry, second) in made.items()}


def check(name: str, dtype: ScalarType, points: Sequence[Point]) -> None:
    """Gradients and Hessians at `points`."""
    interpreted, machine, second = compiled(dtype)[name]
    n = arity(DEFINITIONS[name])
    wrong = []
    for given in points:
        point = tuple(float(dtype.numpy.type(v)) for v in given)
        arguments = [dtype.numpy.type(v) if dtype == F32 else v for v in (*point, 1.0)]
        gradient, hessian = derivatives(EXACT[name], point)
        for backend, execute in (("interpreter", interpreted), ("native", machine)):
            for k in range(n):
                direction = [dtype.numpy.type(j == k) if dtype == F32 else float(j == k) for j in range(n)]
                results = [float(v) for v in execute(*arguments, *(direction if second else ()))]
                wrong += [
                    f"{backend}: ∂{j} at {point} is {v!r}, not {mpmath.nstr(true, 17)}"
                    for j, (v, true) in enumerate(zip(results[1 : n + 1], gradient, strict=True))
                    if k == 0 and not is_right(v, true, dtype)
                ]
                wrong += [
                    f"{backend}: ∂{j}∂{k} at {point} is {v!r}, not {mpmath.nstr(true, 17)}"
                    for j, (v, true) in enumerate(zip(results[-n:], hessian[k], strict=True))
                    if second and EXACT[name].orders == 2 and not is_right(v, true, dtype)
                ]
    assert not wrong, f"{name} in {dtype}\n" + "\n".join(wrong)


@pytest.mark.parametrize("name", EXACT)
def test_every_digit_at_both_orders(name: str) -> None:
    check(name, F64, EXACT[name].points)


def in_single(x: float) -> bool:
    """Whether float32 has the number, and has it apart from 1."""
    return x == 0 or (1e-37 < abs(x) < 1e37 and (abs(np.float32(x)) == 1) == (abs(x) == 1))


@pytest.mark.parametrize("name", EXACT)
def test_every_digit_of_float32(name: str) -> None:
    check(name, F32, [p for p in EXACT[name].points if all(in_single(v) for v in p)])


def test_every_operation_is_held_against_mpmath() -> None:
    formulas = {n for n, d in DEFINITIONS.items() if isinstance(d.rule, Elementwise)}
    assert formulas == {n for n in (*EXACT, *PIECES) if n in formulas}
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
    *executables, second = compiled(F64)[name]
    n = arity(DEFINITIONS[name])
    assert second
    for point, gradient, hessian in ENDS[name]:
        for execute in executables:
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
    for execute in compiled(F64)[name][:2]:
        results = execute(*[NAN] * n, 1.0, *([1.0] * n if compiled(F64)[name][2] else []))
        assert all(np.isnan(results[: n + 1])), f"{name}: {results}"
