"""The derivatives of a function by mpmath, and those of an operation beside them.

The reference is a difference of so many digits that it has all those of a float. Where the true number is beyond the largest float an
infinity is right, and where it is below the smallest normal one, anything as small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import mpmath
import numpy as np

from everypath import native, optimise
from everypath.differentiate import expand, forward, reverse
from everypath.errors import NotSupported
from everypath.ir.interpret import run
from everypath.ir.op import DEFINITIONS
from everypath.ir.program import Function, Program
from everypath.ir.types import F32, F64, ScalarType
from everypath.ir.verify import verify

from .forms import arity, single

mp = mpmath.mp
DIGITS = 1200
BOUND = {F64: 1e-12, F32: 64 * 2.0**-23}

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


@dataclass(frozen=True)
class Both:
    """The derivatives of one operation: in the interpreter, as machine code; whether with the second order; with respect to what."""

    interpreted: Run
    machine: Run
    second: bool
    wrt: tuple[int, ...]


def both_orders(name: str, dtype: ScalarType) -> tuple[Program, str, bool, tuple[int, ...]]:
    """The tangent of the pullback of one operation on numbers; the pullback alone where the second order is refused."""
    n = arity(DEFINITIONS[name])
    wrt = tuple(k for k, p in enumerate(DEFINITIONS[name].rule.partials) if p is not None)
    form = single(name, f"{dtype} exactly", [None] * n, [dtype] * n, [0.0] * n)
    pulled, vjp = reverse(optimise.before(form.program), form.function.name, wrt, (0,), guarded=True)
    try:
        return *forward(expand(pulled), vjp, wrt, guarded=True), True, wrt
    except NotSupported:
        return expand(pulled), vjp, False, wrt


def compiled(names: Iterable[str], dtype: ScalarType) -> dict[str, Both]:
    """By the operation, all in one module."""
    made = {name: both_orders(name, dtype) for name in names}
    functions: dict[str, Function] = {}
    for name, (program, entry, *_) in made.items():
        functions[name] = replace(verify(program).functions[entry], name=name)
    whole = verify(optimise.after(Program(functions, next(iter(functions))), tuple(functions)))
    machine = native.compile(whole, tuple(functions))
    return {
        name: Both(lambda *a, p=program, e=entry: run(p, e, a), machine[name], second, wrt)
        for name, (program, entry, second, wrt) in made.items()
    }


def wrong(exactly: Exactly, both: Both, dtype: ScalarType, points: Sequence[Point]) -> list[str]:
    """What is wrong with gradients and Hessians at `points`."""
    found = []
    wrt = both.wrt
    for given in points:
        point = tuple(float(dtype.numpy.type(v)) for v in given)
        arguments = [dtype.numpy.type(v) if dtype == F32 else v for v in (*point, 1.0)]
        gradient, hessian = derivatives(exactly, point)
        for backend, execute in (("interpreter", both.interpreted), ("native", both.machine)):
            for row, k in enumerate(wrt):
                direction = [dtype.numpy.type(j == k) if dtype == F32 else float(j == k) for j in wrt]
                results = [float(v) for v in execute(*arguments, *(direction if both.second else ()))]
                found += [
                    f"{backend}: ∂{j} at {point} is {v!r}, not {mpmath.nstr(gradient[j], 17)}"
                    for j, v in zip(wrt, results[1 : len(wrt) + 1], strict=True)
                    if row == 0 and not is_right(v, gradient[j], dtype)
                ]
                found += [
                    f"{backend}: ∂{j}∂{k} at {point} is {v!r}, not {mpmath.nstr(hessian[k][j], 17)}"
                    for j, v in zip(wrt, results[-len(wrt) :], strict=True)
                    if both.second and exactly.orders == 2 and not is_right(v, hessian[k][j], dtype)
                ]
    return found
