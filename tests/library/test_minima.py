"""Minima are SciPy's, bit for bit, and move as their conditions say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.optimize as so
from scipy import integrate, stats

import everypath as ep

from .originals import agrees, number_of, same

X = np.linspace(0.0, 2.0, 6)
Y = 2.0 * np.exp(-0.7 * X) + 0.05 * np.sin(9.0 * X)


def decay(x: Any, a: float, b: float) -> Any:
    return a * np.exp(-b * x)


CALLS: list[tuple[Callable[..., Any], Any]] = [
    (lambda a: so.minimize(lambda x: np.sum((x - a) ** 4 + 0.5 * (x - a * a) ** 2), np.zeros(2), tol=1e-11).x, 1.3),
    (lambda a: so.minimize(lambda x, a: ((x[0] - a) ** 2 * a, np.array([2 * (x[0] - a) * a])), 0.0, args=(a,), jac=True).x, 1.3),
    (lambda a: so.minimize(lambda x: np.sum((x - a) ** 2) + x[0] * x[1], np.zeros(2), bounds=[(0, a / 3), (None, None)], tol=1e-12).x, 1.3),
    (lambda a: so.minimize(lambda x: (x[0] - 1.0) ** 2 * a + a * a, [0.0], bounds=so.Bounds([0.0], [3.0])).fun, 1.3),
    (lambda a: so.minimize_scalar(lambda x: (x - a) ** 2 + np.exp(x)).x, 1.3),
    (lambda a: so.minimize_scalar(lambda x: (x - a) ** 2 + x, bounds=(0.0, 1.0), method="bounded").fun, 0.9),
    (lambda a: so.fmin_bfgs(lambda x, a: (x[0] - a) ** 2, [0.0], args=(a,), disp=False), 1.3),
    (lambda a: so.fmin_l_bfgs_b(lambda x, a: ((x[0] - a) ** 2, 2 * (x - a)), [0.0], args=(a,), maxfun=50, maxiter=9)[:2], 1.3),
    (lambda a: held_between(a, [(1.0, 2.0), (a / 9, 4.0)]), 1.0),
    (lambda a: held_between(a, [(1.75 * a, 2.0), (0.0, 4.0)]), 1.0),
    (lambda a: so.brent(lambda x: (x - a) ** 2, brack=(0, 2)) + so.golden(lambda x: (x - a) ** 2), 1.3),
    (lambda y: so.least_squares(lambda p: decay(X, *p) - y, [1.0, 1.0], xtol=1e-12, loss="soft_l1", f_scale=0.5).x, Y),
    (lambda y: so.least_squares(lambda p, y: decay(X, *p) - y, [1.0, 1.0], args=(y,), bounds=([0.0, 0.0], [1.5, 5.0])).cost, Y),
    (lambda y: so.leastsq(lambda p, y: decay(X, *p) - y, [1.0, 1.0], args=(y,), xtol=1e-13)[0], Y),
    (lambda y: so.curve_fit(decay, X, y, xtol=1e-13)[0], Y),
    (lambda a: so.differential_evolution(lambda x, a: (x[0] - a) ** 2 + x[0] ** 4, [(0, 2)], args=(a,), seed=0, popsize=4).x, 1.3),
    (lambda a: so.dual_annealing(lambda x: (x[0] - a) ** 2 + a, [(0, 2)], seed=0, maxiter=5).fun, 1.3),
    (lambda a: so.basinhopping(lambda x: (x[0] - a) ** 2, [0.0], niter=2, seed=0).x, 1.3),
    (lambda a: (so.shgo(lambda x: (x[0] - a) ** 2, [(0, 2)]).x, so.direct(lambda x: (x[0] - a) ** 2, [(0, 2)], maxiter=9).x), 1.3),
    (lambda a: so.brute(lambda x: (x[0] - a) ** 2 + (x[1] * a) ** 2, (slice(0, 2, 0.5), (0, 1)), Ns=3, disp=False), 1.3),
    (lambda b: so.nnls(np.array([[1.0, 2.0], [3.0, 1.0], [0.5, 0.1]]), b), np.array([1.0, -2.0, 0.5])),
    (lambda b: so.lsq_linear(np.array([[1.0, 2.0], [3.0, 1.0], [0.5, 0.1]]), b).x, np.array([1.0, 2.0, 0.5])),
]


def held_between(a, bounds):
    to = np.array([1.5, 2.0]) * np.array([1.0, a])
    return so.fmin_l_bfgs_b(lambda x: (np.sum((x - to) ** 2), 2 * (x - to)), np.array([1.8, 1.0]), bounds=bounds)[0]


@pytest.mark.parametrize("which", range(len(CALLS)))
def test_minimum(which: int) -> None:
    f, x = CALLS[which]
    same(ep.compile(f)(x), f(x), 0.0)
    if which not in (0, 2, 4, 8, 10, 13, 15):
        return
    step, g = 1e-4, lambda x: number_of(f(x))
    direction = np.cos(np.arange(np.size(x))).reshape(np.shape(x))[()]
    differences = (g(x + step * direction) - g(x - step * direction)) / (2 * step)
    assert np.sum(ep.grad(g)(x) * direction) == pytest.approx(differences, rel=1e-4, abs=1e-7)


@pytest.mark.part(3)
@pytest.mark.parametrize(
    "f",
    [
        lambda a: so.minimize_scalar(lambda x: abs(x - a)).x,
        lambda a: so.minimize_scalar(lambda x: abs(x * np.exp(x) - a), bounds=(0.0, 6.0), method="bounded", options={"xatol": 1e-12}).x,
        lambda a: so.minimize(lambda x: np.sum(np.abs(x * x - a)), np.ones(2), method="Nelder-Mead").x[0],
    ],
)
def test_a_minimum_at_a_kink_has_no_slope_of_zero(f: Callable[..., Any]) -> None:
    """It moves with the kink, not as that equation says: no number is better than 0."""
    assert np.isnan(ep.grad(f)(1.3)) and np.isnan(ep.jvp(f, (1.3,), (1.0,))[1])


def test_a_search_that_draws_asks_for_a_seed() -> None:
    with pytest.raises(ep.NotSupported, match="draws random numbers"):
        ep.compile(lambda a: so.dual_annealing(lambda x: (x[0] - a) ** 2, [(0, 2)]).x)(1.3)


def test_forward() -> None:
    f, x = CALLS[2]
    g = lambda x: number_of(f(x))  # noqa: E731
    assert ep.jvp(g, (x,), (1.0,))[1] == pytest.approx(ep.grad(g)(x), rel=1e-12)


def test_covariance() -> None:
    f = lambda y: so.curve_fit(decay, X, y, sigma=0.1 + 0.0 * X)[1]  # noqa: E731
    same(ep.compile(f)(Y), f(Y), 1e-12)


def circle(a: float) -> Any:
    """The point of a disc of area πa that is nearest to (2, 1)."""
    disc = {"type": "ineq", "fun": lambda x, a: a - x[0] ** 2 - x[1] ** 2, "args": (a,)}
    return so.minimize(lambda x: (x[0] - 2.0) ** 2 + (x[1] - 1.0) ** 2, [0.1, 0.1], constraints=[disc], tol=1e-13).x


def shares(m: Any) -> Any:
    """Of three that pay m, at least 0 of each: the last one pays too little."""
    whole = {"type": "eq", "fun": lambda w: np.sum(w) - 1.0}
    return so.minimize(lambda w: w @ w - m @ w, np.ones(3) / 3, bounds=[(0, 1)] * 3, constraints=whole, tol=1e-13).x


def plane(a: float) -> Any:
    held = so.LinearConstraint([[1.0, 2.0]], a, a), so.NonlinearConstraint(lambda x: x[0], -np.inf, 5.0)
    return so.minimize(lambda x: x @ x + x[0], np.zeros(2), method="SLSQP", constraints=held, tol=1e-13)


def test_constraints() -> None:
    """The minimum moves along those that hold it, and not along the others."""
    same(ep.compile(circle)(1.3), circle(1.3), 0.0)
    along = np.array([2.0, 1.0]) / np.sqrt(5.0)
    np.testing.assert_allclose(ep.jacobian(circle)(1.3), along / (2 * np.sqrt(1.3)), rtol=1e-6)
    np.testing.assert_allclose(ep.jacfwd(shares)(np.array([1.0, 1.3, -4.0])), [[0.25, -0.25, 0], [-0.25, 0.25, 0], [0, 0, 0]], atol=1e-6)
    assert ep.grad(lambda a: plane(a).x[1])(1.3) == pytest.approx(0.4, rel=1e-6)
    assert ep.grad(lambda a: plane(a).fun)(1.3) == pytest.approx((2 * 1.3 + 1) / 5, rel=1e-6)


def test_data() -> None:
    cost = np.array([[1.0, -2.0], [0.5, 2.0]])
    agrees(lambda x: so.linear_sum_assignment(x)[1], cost, order=0)
    agrees(lambda x: x[so.linear_sum_assignment(x)].sum(), cost, order=0)


C, UNDER, LIMITS = np.array([-1.0, 4.0]), np.array([[-3.0, 1.0], [1.0, 2.0]]), np.array([6.0, 4.0])


def programme(c: Any, a: Any, b: Any) -> Any:
    found = so.linprog(c, A_ub=a, b_ub=b, bounds=[(None, None), (-3, None)])
    return found.x, found.fun, found.slack, found.ineqlin.marginals, found.lower.marginals


def test_linear_programmes() -> None:
    agrees(programme, C, UNDER, LIMITS, order=1, tolerance=1e-11)
    agrees(lambda c, a: so.linprog(-c, A_eq=a[:1] + 3.0, b_eq=[1.0], bounds=(0, c[0])).x, np.array([1.0, 2.0]), UNDER, order=1)
    gradient = ep.grad(lambda x: so.linprog(x[:2], A_ub=UNDER, b_ub=x[2:], bounds=[(None, None), (-3, None)]).fun, backend="interpreter")
    x, v = np.concatenate((C, LIMITS)), np.arange(1.0, 5.0)
    np.testing.assert_allclose(ep.jvp(gradient, (x,), (v,), backend="interpreter")[1], [4.0, 0.0, 0.0, 1.0], atol=1e-12)
    crowded = lambda b: so.linprog([-2, -1], A_ub=[[1, 1], [1, 0]], b_ub=b).x[0]  # noqa: E731
    assert np.all(np.isnan(ep.grad(crowded, backend="interpreter")(np.array([2.0, 2.0]))))


@pytest.mark.skipif(not hasattr(so, "isotonic_regression"), reason="SciPy has none")
def test_the_nearest_rising_series() -> None:
    y = np.array([1.0, 3.0, 2.0, 4.0, 3.5, 6.0, 0.2])
    agrees(lambda y, w: so.isotonic_regression(y, weights=w, increasing=False).x, y, y[::-1] + 1.0, order=1)


def test_products_with_the_hessian_of_rosen() -> None:
    agrees(lambda x, p: so.rosen_hess_prod(x, p), np.array([1.0, -2.0, 0.5, 2.0]), np.array([2.0, 1.0, -1.0, 0.5]), order=1)


@pytest.mark.parametrize("f", [so.rosen, so.rosen_der, so.rosen_hess])
def test_rosen(f: Callable[..., Any]) -> None:
    agrees(lambda x, f=f: f(x), np.array([1.0, -2.0, 0.5, 2.0]), order=0)


FOUND = so.minimize(lambda x: np.sum((x - 1.0) ** 2), np.zeros(2))
ROOT, LINEAR = so.root_scalar(lambda x: x * x - 2.0, bracket=[0.0, 2.0]), so.linprog([1.0, 2.0], A_ub=[[-1.0, -1.0]], b_ub=[-1.0])
TESTED, PATH = stats.ttest_ind([1.0, 2.0, 3.0], [2.0, 3.0, 5.0]), integrate.solve_ivp(lambda t, y: -y, (0.0, 1.0), [1.0])


def test_results_from_outside() -> None:
    agrees(lambda a: (FOUND.x * a, FOUND["fun"], FOUND.success, ROOT.root * a, ROOT.converged, LINEAR.ineqlin.marginals * a), 2.0, order=0)
    agrees(lambda a: (TESTED.statistic * a, TESTED[1], PATH.y[0, -1] * a, PATH["t"], PATH.sol is None), 2.0, order=0)


def far(z: Any, x: Any) -> Any:
    return np.sum((z - x) ** 2)


SOLVERS: list[Callable[..., Any]] = [
    lambda x: so.fmin_cg(far, np.zeros(2), None, (x,), disp=0, gtol=1e-9),
    lambda x: so.fmin_ncg(far, np.zeros(2), lambda z, x: 2.0 * (z - x), args=(x,), disp=0),
    lambda x: so.fmin_powell(far, np.zeros(2), (x,), disp=0, xtol=1e-9),
    lambda x: so.fmin_tnc(lambda z: (far(z, x), 2.0 * (z - x)), np.zeros(2), bounds=[(0, 1), (0, 9)], disp=0)[0],
    lambda x: so.fmin_cobyla(lambda z: far(z, x), np.zeros(2), [lambda z: 1.5 - z[1]], rhoend=1e-9),
    lambda x: so.fmin_slsqp(lambda z: far(z, x), np.zeros(2), eqcons=[lambda z: z[0] + z[1] - x[1]], iprint=0, acc=1e-12),
]


@pytest.mark.part(3)
@pytest.mark.parametrize("solver", SOLVERS)
def test_solvers_with_a_function_of_their_own(solver: Callable[..., Any]) -> None:
    agrees(solver, np.array([1.2, 2.0]), order=0)
    found = ep.jacobian(solver, backend="interpreter")(np.array([1.2, 2.0]))
    ahead, behind = (np.asarray(solver(np.array([1.2, 2.0 + h]))) for h in (1e-3, -1e-3))
    np.testing.assert_allclose(found[:, 1], (ahead - behind) / 2e-3, atol=1e-4)
