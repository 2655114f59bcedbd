"""Roots are SciPy's, bit for bit, and move as the implicit function theorem says."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.integrate as si
import scipy.optimize as so

import everypath as ep

from .originals import agrees

P = np.array([1.3, 2.0, 4.0])


def with_defaults(a: float) -> Any:
    c = a * a

    def residual(x: float, p: float = 2.0 * a, *, q: float = 1.0) -> Any:
        return x**3 - c * math.sin(p) - q

    return so.brentq(residual, 0.0, 5.0)


def one_by_one(p: Any) -> Any:
    out = np.empty(3)
    for k in range(3):
        out[k] = so.newton(lambda x, q: x**3 - q, 1.0, args=(p[k],))
    return out


def asking(a: float) -> Any:
    solution = so.root(lambda x: x**2 - a, 1.0)
    if not solution.success:
        raise RuntimeError(solution.message)
    return solution["x"][0] + solution.get("nothing", 0.0)


CALLS: list[tuple[Callable[..., Any], Any]] = [
    (lambda a: so.brentq(lambda x: math.cos(x) - a * x, 0.0, 3.0), 1.3),
    (lambda a: so.brenth(lambda x, a, b: x**3 - a * x - b, 0.0, 3.0, args=(a, a * a)), 1.3),
    (lambda a: so.bisect(lambda x, a: x**3 - a, 0.0, 3.0, a), 1.3),
    (lambda a: so.ridder(lambda x: x * x - a, 0.0, 3.0, full_output=True)[0], 1.3),
    (lambda a: so.toms748(lambda x: x * x - a, 0.0, 3.0, k=2), 1.3),
    (lambda a: so.newton(lambda x, *a: x**3 - a[0], 1.0, fprime=lambda x, *a: 3 * x**2, args=[a]), 1.3),
    (lambda p: so.newton(lambda x: x**3 - p, np.ones(3)), P),
    (lambda p: so.newton(lambda x: x**3 - p, np.ones(1)), P[:1]),
    (lambda a: so.root_scalar(lambda x: x**3 - a, x0=1.0, fprime=lambda x: 3 * x * x, method="newton").root, 1.3),
    (lambda a: so.root_scalar(lambda x: (x**3 - a, 3 * x * x), x0=1.0, fprime=True, method="newton").root, 1.3),
    (lambda a: so.fsolve(lambda v: (v[0] ** 2 - a * v[1], v[0] + v[1] - 1.0), (0.5, 0.5)), 1.3),
    (lambda p: so.fsolve(lambda x, p: x**2 - p, np.ones(3), args=(p,), full_output=True)[0], P),
    (lambda p: so.broyden1(lambda x: x**2 - p, np.ones(3), f_tol=1e-10), P),
    (lambda a: so.root(lambda x: [x[0] ** 2 + x[1] - a, x[0] - x[1] * a], [1.0, 1.0], method="lm").x, 1.3),
    (lambda a: so.root(lambda x: (x**3 - a, np.diag(3 * x**2)), np.ones(2), jac=True).x, 1.3),
    (lambda a: so.fixed_point(lambda x: np.cos(x) * a, 0.5), 0.9),
    (with_defaults, 1.1),
    (one_by_one, P),
    (lambda p: np.array([so.brentq(lambda x, q: x**3 - q, 0.0, 3.0, args=(q,)) for q in p]), P),
    (asking, 1.3),
]


@pytest.mark.parametrize("k", range(len(CALLS)))
def test_agrees(k: int) -> None:
    agrees(*CALLS[k], order=int(k in (1, 6, 11, 13, 17)), tolerance=0.0)


def test_second_order() -> None:
    agrees(CALLS[0][0], 1.3)


def test_a_solution_that_is_an_array_without_axes() -> None:
    agrees(lambda a: so.fixed_point(lambda x: np.cos(x * a), 1.0), 0.9)


def test_report() -> None:
    f = ep.compile(lambda a: so.brentq(lambda x: x * x - a, 0.0, 3.0, full_output=True)[1].iterations)
    assert f(1.3) == so.brentq(lambda x: x * x - 1.3, 0.0, 3.0, full_output=True)[1].iterations
    g = ep.compile(lambda a: so.root_scalar(lambda x: x * x - a, bracket=(0.0, 3.0)).flag)
    assert g(1.3) == "converged"


class Oscillator:
    def __init__(self, stiffness: float) -> None:
        self.stiffness = stiffness

    def force(self, x: float) -> float:
        return self.stiffness * x**3 - 1.0

    def rest(self, limit: float) -> Any:
        return so.brentq(self.force, 0.0, limit)


def test_method_of_an_object() -> None:
    found = ep.grad(Oscillator.rest)(Oscillator(2.0), 3.0)
    assert found["stiffness"] == pytest.approx(-(2.0 ** (-4 / 3)) / 3, rel=1e-9)
    assert ep.grad(Oscillator(2.0).rest)(3.0) == 0.0


def test_errors_are_scipys() -> None:
    with pytest.raises(ValueError, match="different signs"):
        ep.compile(lambda a: so.brentq(lambda x: x * x + a, 0.0, 1.0))(1.3)
    with pytest.raises(RuntimeError, match="Failed to converge"):
        ep.compile(lambda a: so.newton(lambda x: x * x + a, 1.0))(1.3)


def test_function_that_changes_what_it_sees() -> None:
    def counting(a: float) -> Any:
        n = 0

        def residual(x: float) -> float:
            nonlocal n
            n += 1
            return x * x - a

        return so.brentq(residual, 0.0, 3.0)

    with pytest.raises(ep.NotSupported, match="SciPy changes what it is called with"):
        ep.compile(counting)(1.3)


def test_integrand_that_changes_what_it_sees() -> None:
    """A call whose results are known before it, as those of `quad` are, is looked at like any other."""

    def counting(a: float) -> Any:
        n = 0

        def integrand(x: float) -> float:
            nonlocal n
            n += 1
            return x * a

        return si.quad(integrand, 0.0, 1.0)[0] * n

    with pytest.raises(ep.NotSupported, match="SciPy changes what it is called with"):
        ep.compile(counting)(1.3)


def test_a_root_that_is_not_chosen_contributes_nothing() -> None:
    def f(a: float) -> Any:
        return np.where(a > 1.0, so.brentq(lambda x: x**3 - a, -1.0, 1.0), 2.0 * a) + 0.0

    assert ep.grad(f)(0.0) == 2.0


def test_the_derivative_of_a_singular_root_is_nan() -> None:
    f = lambda a: np.sum(so.root(lambda x: x**3 - a, np.array([0.0, 1.0])).x)  # noqa: E731
    a = np.array([0.0, 1.0])
    assert np.isnan(ep.grad(f)(a)).any() and np.isnan(ep.jvp(f, (a,), (np.ones(2),))[1])


def with_a_way_out(a, power, most):
    def residual(x):
        if power == 0 and x < 5.0:
            raise KeyError("mine")
        return x**power - a if power else x

    try:
        root = so.brentq(residual, 0.5, 3.0, maxiter=most)
    except ValueError as problem:
        print(problem)
        return 3.0 * a
    except (RuntimeError, KeyError) as problem:
        print(problem)
        return a * a
    return root


def test_errors_of_a_bracketing_solver_can_be_caught(capsys: pytest.CaptureFixture[str]) -> None:
    compiled, slope = ep.compile(with_a_way_out), ep.grad(with_a_way_out)
    cases = ((8.0, 3, 100, 1 / 12), (-8.0, 3, 100, 3.0), (8.0, 3, 2, 16.0), (math.nan, 3, 100, 3.0))
    for a, power, most, expected in cases:
        outcome = with_a_way_out(a, power, most), capsys.readouterr().out
        np.testing.assert_equal((compiled(a, power, most), capsys.readouterr().out), outcome)
        assert slope(a, power, most) == pytest.approx(expected)
        capsys.readouterr()
    with pytest.raises(ep.NotSupported, match="an error of a function that is passed to SciPy"):
        compiled(8.0, 0, 100)
