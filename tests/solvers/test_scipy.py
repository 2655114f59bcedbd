"""`everypath.scipy` beside SciPy: as many evaluations as with derivatives by hand, the same results, and trees where SciPy has vectors.

The problems are those of SciPy's tutorial and documentation of `optimize` and `integrate`.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy import integrate, optimize
from scipy.optimize import Bounds, LinearConstraint, NonlinearConstraint, rosen, rosen_der, rosen_hess, rosen_hess_prod
from scipy.sparse import diags

import everypath as ep
from everypath import scipy as solvers

START = np.array([1.3, 0.7, 0.8, 1.9, 1.2])


def rosenbrock(x):
    return sum(100.0 * (x[1:] - x[:-1] ** 2.0) ** 2.0 + (1 - x[:-1]) ** 2.0)


BY_HAND: dict[str, dict[str, Any]] = {
    **{key: {"jac": rosen_der} for key in ("CG", "BFGS", "L-BFGS-B", "SLSQP")},
    **{key: {"jac": rosen_der, "hess": rosen_hess} for key in ("trust-exact",)},
    **{key: {"jac": rosen_der, "hessp": rosen_hess_prod} for key in ("Newton-CG", "trust-ncg", "trust-krylov", "trust-constr")},
    "Nelder-Mead": {},
}


@pytest.mark.parametrize("method", BY_HAND)
def test_as_with_derivatives_by_hand(method: str) -> None:
    by_hand = optimize.minimize(rosen, START, method=method, **BY_HAND[method])
    found = solvers.minimize(rosenbrock, list(START), method=method)
    np.testing.assert_allclose(found.x, by_hand.x, rtol=1e-5)
    for count in ("nfev", "njev", "nhev", "nit"):
        assert abs(found.get(count, 0) - by_hand.get(count, 0)) <= 1, count


@pytest.mark.filterwarnings("ignore:delta_grad == 0.0")
@pytest.mark.parametrize("method", ["SLSQP", "trust-constr"])
def test_constraints(method: str) -> None:
    constraints = [
        LinearConstraint([[1, 2], [2, 1]], [-np.inf, 1], [1, 1])
        if method == "trust-constr"
        else {"type": "eq", "fun": lambda x: 2 * x[0] + x[1] - 1},
        NonlinearConstraint(lambda x: [x[0] ** 2 + x[1], x[0] ** 2 - x[1]], -np.inf, 1),
        {"type": "ineq", "fun": lambda x, most: most - x[0] - 2 * x[1], "args": (1.0,)},
    ]
    bounds = Bounds([0, -0.5], [1.0, 2.0])
    found = solvers.minimize(rosen, np.array([0.5, 0]), method=method, constraints=constraints, bounds=bounds)
    theirs = optimize.minimize(rosen, np.array([0.5, 0]), method=method, constraints=constraints, bounds=bounds)
    np.testing.assert_allclose(found.x, [0.41494475, 0.1701105], atol=1e-5)
    assert found.nfev < 0.5 * theirs.nfev


def test_what_is_given_wins() -> None:
    calls: list[str] = []

    def gradient(x):
        calls.append("jac")
        return rosen_der(x)

    def product(x, v):
        calls.append("hessp")
        return rosen_hess_prod(x, v)

    assert solvers.minimize(rosenbrock, START, method="trust-ncg", jac=gradient, hessp=product).success
    assert {"jac", "hessp"} == set(calls)
    assert solvers.minimize(rosenbrock, START, jac="3-point").nfev == optimize.minimize(rosen, START, jac="3-point").nfev
    assert solvers.minimize(lambda x: (rosen(x), rosen_der(x)), START, jac=True).success
    assert solvers.least_squares(kinetics, FIRST, "3-point", args=DATA).nfev == optimize.least_squares(kinetics, FIRST, args=DATA).nfev


def test_numbers_as_scipy_takes_them() -> None:
    assert solvers.minimize(lambda x: (x - 2) ** 2, 0).x == pytest.approx([2.0])
    assert solvers.minimize(lambda x, a: np.sum((x - a) ** 2), [1, 2], np.array([3.0, 4.0])).x == pytest.approx([3.0, 4.0])
    with pytest.raises(TypeError, match=r"minimize\(\) missing a required argument: 'x0'"):
        solvers.minimize(rosenbrock)


def test_masks_are_not_dropped() -> None:
    with pytest.raises(ep.NotSupported, match="x0 is a MaskedArray, and an array would not hold its mask"):
        solvers.minimize(rosenbrock, np.ma.masked_greater(START, 1.5))


def test_changes_happen_once_for_each_value() -> None:
    count = np.zeros(1)

    def f(x):
        count[0] += 1.0
        return np.sum((x - 1.0) ** 4)

    assert solvers.minimize(f, [3.0, 2.0]).nfev == count[0]


def ends(a, b):
    return np.array([a[0], b[0] - 1.0])


def refused(x):
    return float(eval("x[0] ** 2 + x[1] ** 2"))


REFUSED: dict[str, Any] = {
    "minimize": lambda **how: solvers.minimize(refused, [1.0, 2.0], **how),
    "root": lambda **how: solvers.root(lambda x: [refused(x), x[1]], [1.0, 2.0], **how),
    "root_scalar": lambda **how: solvers.root_scalar(lambda x: eval("x * x - 2.0"), x0=1.0, **how),
    "least_squares": lambda **how: solvers.least_squares(lambda x: [refused(x), x[1]], [1.0, 2.0], **how),
    "curve_fit": lambda **how: solvers.curve_fit(lambda x, a: eval("a * x"), [1.0, 2.0], [1.0, 2.1], **how),
    "leastsq": lambda **how: solvers.leastsq(lambda x: [refused(x) + 1.0, x[0] - 1.0, x[1]], [1.0, 2.0], **how),
    "fsolve": lambda **how: solvers.fsolve(lambda x: [refused(x) - 1.0, x[1]], [1.0, 2.0], **how),
    "solve_bvp": lambda **how: solvers.solve_bvp(lambda x, y: eval("y[::-1]"), ends, np.linspace(0.0, 1.0, 5), np.ones((2, 5)), **how),
    "solve_ivp": lambda **how: solvers.solve_ivp(lambda t, y: [eval("-y[0]")], (0, 1), [1.0], method="BDF", **how),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals(name: str) -> None:
    with pytest.raises(ep.NotSupported, match=r"eval\(\) is not supported") as refusal:
        REFUSED[name]()
    assert refusal.value.__notes__ == [f"or give {name} the derivative, or or_differences=True: SciPy's differences in its place"]
    REFUSED[name](or_differences=True)
    theirs = inspect.signature(getattr(optimize, name, None) or getattr(integrate, name))
    assert set(inspect.signature(getattr(solvers, name)).parameters) == {*theirs.parameters, "or_differences"}


@dataclass
class Plane:
    normal: Any
    offset: float


def misfit(plane: Plane) -> Any:
    return np.sum((plane.normal - np.array([[1.0, 2.0]])) ** 2) + (plane.offset - 1.0) ** 2 * (1.0 + np.sum(plane.normal**2))


@pytest.mark.parametrize("method", ["BFGS", "trust-krylov", "trust-constr", "Nelder-Mead", "SLSQP"])
def test_trees(method: str) -> None:
    shown = []
    found = solvers.minimize(
        misfit, Plane(np.zeros((1, 2)), 0.5), method=method, tol=1e-8, callback=lambda plane, *_: shown.append(plane.offset)
    )
    np.testing.assert_allclose(ep.ravel(found.x)[0], [1.0, 2.0, 1.0], atol=1e-4)
    assert len(shown) > 1 and found.x.normal.shape == (1, 2)


def test_what_else_takes_trees() -> None:
    start = Plane(np.zeros((1, 2)), 0.5)
    bounded = solvers.minimize(misfit, start, bounds=Plane((None, np.array([[0.5, 1.0]])), (0.0, 0.75)))
    np.testing.assert_allclose(ep.ravel(bounded.x)[0], [0.5, 1.0, 0.75])
    given = solvers.minimize(misfit, start, jac=ep.grad(misfit), hessp=ep.hvp(misfit), method="trust-ncg")
    np.testing.assert_allclose(ep.ravel(given.x)[0], [1.0, 2.0, 1.0], atol=1e-4)
    constraint = {"type": "eq", "fun": lambda plane: plane.offset - plane.normal[0, 0]}
    held = solvers.minimize(misfit, start, constraints=constraint).x
    assert held.offset == pytest.approx(held.normal[0, 0])
    seen = []

    def callback(intermediate_result):
        seen.append(intermediate_result.x.offset)

    solvers.minimize(misfit, start, callback=callback)
    assert len(seen) > 1
    fitted = solvers.least_squares(
        lambda p: {"r": p["w"] - np.ones((2, 2)), "s": p["b"] + 1.0},
        {"w": np.zeros((2, 2)), "b": 0.0},
        bounds=(-0.5, {"w": 0.75, "b": 2.0}),
    )
    assert fitted.x["b"] == pytest.approx(-0.5) and fitted.x["w"] == pytest.approx(0.75)
    solved = solvers.root(lambda p: {"a": p["a"] + p["b"][0], "b": p["b"] ** 3 - 8.0}, {"a": 0.3, "b": np.array([1.0])})
    assert solved.x["a"] == pytest.approx(-2.0)
    for wrong, match in (({"a": 1}, r"x0\['a'\] is an integer: write it as a float"), ({"a": object()}, "does not know")):
        with pytest.raises(ep.InvalidArgument, match=match):
            solvers.minimize(lambda p: p["a"] ** 2, wrong)
    with pytest.raises(ep.InvalidArgument, match="the bounds of a tree are a tree like it"):
        solvers.minimize(misfit, start, bounds=[(0, 1)] * 3)


U = np.array([4.0, 2.0, 1.0, 5.0e-1, 2.5e-1, 1.67e-1, 1.25e-1, 1.0e-1, 8.33e-2, 7.14e-2, 6.25e-2])
DATA = (U, np.array([1.957e-1, 1.947e-1, 1.735e-1, 1.6e-1, 8.44e-2, 6.27e-2, 4.56e-2, 3.42e-2, 3.23e-2, 2.35e-2, 2.46e-2]))
FIRST = np.array([2.5, 3.9, 4.15, 3.9])


def kinetics(x, u, y):
    return x[0] * (u**2 + x[1] * u) / (u**2 + x[2] * u + x[3]) - y


def broyden(x):
    f = (3 - x) * x + 1
    f[1:] -= x[:-1]
    f[:-1] -= 2 * x[1:]
    return f


def test_least_squares() -> None:
    for method in ("trf", "dogbox"):
        found = solvers.least_squares(kinetics, FIRST, bounds=(0, 100), args=DATA, method=method)
        theirs = optimize.least_squares(kinetics, FIRST, bounds=(0, 100), args=DATA, method=method)
        np.testing.assert_allclose(found.x, theirs.x, rtol=1e-5)
        assert (found.nfev, found.njev) == (theirs.nfev, theirs.njev)
    named = solvers.least_squares(kinetics, FIRST, kwargs={"u": U, "y": DATA[1]}, loss="soft_l1")
    np.testing.assert_allclose(named.x, optimize.least_squares(kinetics, FIRST, args=DATA, loss="soft_l1").x, rtol=1e-4)
    for how in ({"jac": "sparse"}, {"jac_sparsity": diags([[1.0] * 199, [1.0] * 200, [1.0] * 199], [-1, 0, 1])}):
        found = solvers.least_squares(broyden, -np.ones(200), **how)
        assert found.jac.nnz == 3 * 200 - 2 and found.cost < 1e-20 and found.nfev == 5


def test_roots() -> None:
    def pair(x):
        return [x[0] + 0.5 * (x[0] - x[1]) ** 3 - 1.0, 0.5 * (x[1] - x[0]) ** 3 + x[1]]

    def by_hand(x):
        return np.array(
            [[1 + 1.5 * (x[0] - x[1]) ** 2, -1.5 * (x[0] - x[1]) ** 2], [-1.5 * (x[1] - x[0]) ** 2, 1 + 1.5 * (x[1] - x[0]) ** 2]]
        )

    for method in ("hybr", "lm"):
        found, theirs = solvers.root(pair, [0, 0], method=method), optimize.root(pair, [0.0, 0.0], jac=by_hand, method=method)
        np.testing.assert_allclose(found.x, [0.8411639, 0.1588361], atol=1e-6)
        assert (found.nfev, found.njev) == (theirs.nfev, theirs.njev)
    assert solvers.root(pair, [0, 0], method="hybr", options={"col_deriv": True}).success
    assert solvers.root(pair, [0.0, 0.0], method="df-sane").success
    cube = {"f": lambda x, a: x**3 - a, "args": (2.0,), "x0": 1}
    newton = optimize.root_scalar(**cube, fprime=lambda x, a: 3 * x**2)
    halley = optimize.root_scalar(**cube, fprime=lambda x, a: 3 * x**2, fprime2=lambda x, a: 6 * x, method="halley")
    for theirs, how in ((newton, {}), (newton, {"method": "newton"}), (halley, {"method": "halley"})):
        found = solvers.root_scalar(**cube, **how)
        assert (found.root, found.iterations, found.function_calls) == (theirs.root, theirs.iterations, theirs.function_calls)
    assert solvers.root_scalar(**cube, bracket=(0.0, 2.0)).method == "brentq"


def test_the_older_names() -> None:
    def pair(x):
        return [x[0] * np.cos(x[1]) - 4, x[1] * x[0] - x[1] - 5]

    for how in ({}, {"col_deriv": 1}):
        np.testing.assert_allclose(solvers.fsolve(pair, [1, 1], **how), [6.50409711, 0.90841421])
    x, y = np.arange(5.0), np.arange(5.0) * 2 + 1 + np.array([0.1, -0.2, 0.0, 0.1, 0.0])
    found = solvers.leastsq(lambda p, x, y: p[0] * x + p[1] - y, [0, 0], (x, y), full_output=True)
    np.testing.assert_allclose(found[0], np.polyfit(x, y, 1))
    np.testing.assert_allclose(found[1], [[0.1, -0.2], [-0.2, 0.6]])


def test_boundary_values() -> None:
    """The problem of Sturm and Liouville, as SciPy's documentation has it: the frequency is sought too."""
    x, wave = np.linspace(0.0, 1.0, 5), np.zeros((2, 5))
    wave[0, 1], wave[0, 3] = 1.0, -1.0

    def sturm(x, y, p):
        return np.vstack((y[1], -(p[0] ** 2) * y[0]))

    def bounds(a, b, p):
        return np.array([a[0], b[0], a[1] - p[0]])

    found, theirs = (one.solve_bvp(sturm, bounds, x, wave, [6]) for one in (solvers, integrate))
    assert (found.success, found.niter, len(found.x)) == (True, theirs.niter, len(theirs.x))
    np.testing.assert_allclose(found.sol(0.4), theirs.sol(0.4), rtol=1e-6)
    np.testing.assert_allclose(found.p, 2 * np.pi, rtol=1e-4)


def decay(x, a, b, c):
    return a * np.exp(-b * x) + c


@pytest.mark.parametrize(
    "how", [{}, {"bounds": (0, [3.0, 1.0, 0.5])}, {"sigma": np.linspace(0.1, 0.5, 50), "absolute_sigma": True}, {"p0": [1, 1, 1]}]
)
def test_curve_fit(how: dict[str, Any]) -> None:
    x = np.linspace(0, 4, 50)
    y = decay(x, 2.5, 1.3, 0.5) + 0.2 * np.random.default_rng(1).normal(size=x.size)
    found, covariance, told, *_ = solvers.curve_fit(decay, x, y, **how, full_output=True)
    theirs, expected, said, *_ = optimize.curve_fit(decay, x, y, **how, full_output=True)
    np.testing.assert_allclose(found, theirs, rtol=1e-5)
    np.testing.assert_allclose(covariance, expected, rtol=1e-4, atol=1e-8)
    assert told["nfev"] <= said["nfev"]


def test_a_model_that_gives_one_number() -> None:
    assert solvers.curve_fit(lambda x, a: a, np.arange(5.0), np.arange(5.0))[0] == pytest.approx([2.0])


def test_complex_equations_are_refused() -> None:
    with pytest.raises(ep.NotDifferentiable, match="a right-hand side of complex numbers"):
        solvers.solve_ivp(lambda t, y: -1j * y, (0, 1), [1 + 0j], method="BDF")


def robertson(t, y):
    return [-0.04 * y[0] + 1e4 * y[1] * y[2], 0.04 * y[0] - 1e4 * y[1] * y[2] - 3e7 * y[1] ** 2, 3e7 * y[1] ** 2]


def by_rows(t, y):
    return [[-0.04, 1e4 * y[2], 1e4 * y[1]], [0.04, -1e4 * y[2] - 6e7 * y[1], -1e4 * y[1]], [0.0, 6e7 * y[1], 0.0]]


@pytest.mark.parametrize("method", ["Radau", "BDF", "LSODA", integrate.BDF])
def test_stiff_equations(method: Any) -> None:
    found = solvers.solve_ivp(robertson, (0, 100), [1, 0, 0], method=method)
    theirs = integrate.solve_ivp(robertson, (0, 100), [1, 0, 0], method=method, jac=by_rows)
    np.testing.assert_allclose(found.y, theirs.y, rtol=1e-6, atol=1e-12)
    assert (found.nfev, found.njev) == (theirs.nfev, theirs.njev)


def test_stiff_equations_with_a_sparse_jacobian() -> None:
    def heat(t, y, speed):
        d = np.zeros_like(y)
        d[1:-1] = y[2:] - 2 * y[1:-1] + y[:-2]
        return speed * d

    full = {"method": "BDF", "args": (1000.0,), "rtol": 1e-6}
    start = np.sin(np.linspace(0.0, 3.0, 40))
    found = solvers.solve_ivp(heat, (0, 1.0), start, jac_sparsity=np.eye(40), **full)
    np.testing.assert_allclose(found.y[:, -1], integrate.solve_ivp(heat, (0, 1.0), start, **full).y[:, -1], atol=1e-8)
    assert solvers.solve_ivp(lambda t, y: -100 * y**2, (0, 1), [1.0, 2.0], method="Radau", vectorized=True).success


def test_inside_a_function_that_is_differentiated() -> None:
    """They are what SciPy's own are there: differentiated by the equation that they solve."""

    def nearest(a):
        return solvers.minimize(lambda x: np.sum((x - a) ** 2) + np.sum(x**4), np.zeros(2), tol=1e-10).x[0]

    x = optimize.minimize(lambda x: (x - 1.3) ** 2 + x**4, 0.0, tol=1e-12).x[0]
    assert ep.grad(nearest)(1.3) == pytest.approx(2 / (2 + 12 * x**2), rel=1e-5)
