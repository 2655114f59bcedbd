"""What functions of SciPy give leaves a function as an object of SciPy's own class, with all that it holds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import integrate, interpolate, optimize, spatial, stats
from scipy.spatial.transform import Rotation, Slerp

import everypath as ep
from everypath.errors import NotSupported

V, W = np.random.default_rng(0).random((2, 20)) + 0.1


def same(mine: Any, theirs: Any) -> None:
    """Classes, names and numbers are the same."""
    assert type(mine) is type(theirs)
    if isinstance(theirs, np.ndarray | float):
        assert np.asarray(mine).dtype == np.asarray(theirs).dtype
        np.testing.assert_allclose(mine, theirs, rtol=1e-11, atol=1e-15)
    elif isinstance(theirs, dict):
        assert list(mine) == list(theirs)
        same(list(mine.values()), list(theirs.values()))
    elif isinstance(theirs, tuple | list):
        assert len(mine) == len(theirs)
        for one, other in zip(mine, theirs, strict=True):
            same(one, other)
    elif isinstance(theirs, Rotation):
        same(mine.as_quat(), theirs.as_quat())
    elif not hasattr(theirs, "__dict__"):
        assert mine == theirs
    for name, other in getattr(theirs, "__dict__", {}).items():
        if not hasattr(other, "__name__"):  # a module or a class
            same(getattr(mine, name), other)


def of_tests(v: Any, w: Any) -> Any:
    return [
        *(stats.ttest_ind(v, w, equal_var=False).confidence_interval(), stats.pearsonr(v, w), stats.spearmanr(v, w)),
        *(stats.linregress(v, w), stats.skewtest(v), {"a": (stats.combine_pvalues(v / 2),)}),
        *(stats.pearsonr(v, w).confidence_interval(0.9), stats.ttest_1samp(v.reshape(5, 4), 0.3)),
    ]


def left_to_cpython(v: Any, w: Any) -> Any:
    return [stats.kendalltau(v, w), stats.ks_2samp(v, w), stats.binomtest(3, 10), stats.tukey_hsd(v, w)]


def solved(v: Any, w: Any) -> Any:
    return [
        optimize.minimize(lambda x: (x[0] - v[0]) ** 2 + x[1] ** 2, [0.0, 0.0], method="L-BFGS-B"),
        optimize.minimize(lambda x: (x[0] - v[0]) ** 2 + x[1] ** 2, [0.0, 0.0], method="Nelder-Mead"),
        *(optimize.root_scalar(lambda x: x**2 - v[0], bracket=(0, 3)), optimize.newton(lambda x: x**2 - v[0], 1.0, full_output=True)),
        integrate.solve_ivp(lambda t, y: -v[0] * y, (0.0, 1.0), [1.0], events=lambda t, y: y[0] - 0.9),
    ]


def functions(v: Any, w: Any) -> Any:
    return [
        *(np.poly1d(v[:3]).deriv(), interpolate.CubicSpline(np.arange(5.0), v[:5]), interpolate.BSpline(np.arange(9.0), w[:5], 3)),
        *(Rotation.from_euler("z", v[0]), np.polynomial.Chebyshev(v[:3], [0, 1], [0, 1]) * 2),
    ]


@pytest.mark.parametrize("f", [of_tests, left_to_cpython, solved, functions])
def test_results_are_those_of_scipy(f: Any) -> None:
    same(ep.compile(f, backend="interpreter")(V, W), f(V, W))


def test_derivatives_are_dicts_by_attribute() -> None:
    def f(v: Any) -> Any:
        return stats.ttest_1samp(v, 0.3)

    v, bar = V[:4], np.linspace(0.5, 2.0, 4)
    same(ep.compile(f)(v), f(v))
    expected = ep.grad(lambda v: f(v).statistic, backend="interpreter")(v)
    found = ep.jacobian(f, backend="interpreter")(v)
    np.testing.assert_allclose(found["statistic"], expected, rtol=1e-13)
    value, pullback = ep.vjp(f, v, backend="interpreter")
    assert isinstance(value, type(f(v)))
    np.testing.assert_allclose(pullback({**dict.fromkeys(found, 0.0), "statistic": 2.0})[0], 2.0 * expected, rtol=1e-13)
    assert ep.jvp(f, (v,), (bar,), backend="interpreter")[1]["statistic"] == pytest.approx(expected @ bar)


X, PLACES = np.arange(6.0), V.reshape(10, 2)

MADE: list[tuple[Any, Any, Any]] = [
    (lambda y: interpolate.interp1d(X, y), V[:6], lambda f: f([0.5, 2.2])),
    (lambda y: interpolate.interp1d(X, y, kind=2, bounds_error=False, fill_value=(1.0, 2.0)), V[:6], lambda f: f([0.5, 2.2, 9.0])),
    (lambda y: interpolate.RegularGridInterpolator((X[:4], X[4::-1]), y), PLACES.reshape(4, 5), lambda f: f([[0.5, 2.2]])),
    (lambda y: interpolate.BarycentricInterpolator(X, y), V[:6], lambda f: f([0.5, 2.2])),
    (lambda y: interpolate.KroghInterpolator(X, y), V[:6], lambda f: f([0.5, 2.2])),
    (lambda y: interpolate.RBFInterpolator(PLACES, y, smoothing=0.1, degree=1), W[:10], lambda f: f(PLACES[:2] + 0.05)),
    (lambda y: interpolate.NearestNDInterpolator(PLACES, y, rescale=True), W[:10], lambda f: f(PLACES[:2] + 0.05)),
    (lambda y: interpolate.LinearNDInterpolator(PLACES, y, fill_value=3.0), W[:10], lambda f: f([[0.5, 0.6], [9.0, 0.0]])),
    (lambda y: interpolate.RectBivariateSpline(X[:4], X[:5], y), PLACES.reshape(4, 5), lambda f: f(0.5, 2.2)),
    (lambda y: interpolate.UnivariateSpline(X, y, s=0), V[:6], lambda f: [f(0.5), *f.get_knots()]),
    (lambda y: interpolate.UnivariateSpline(X, y, s=0).derivative(), V[:6], lambda f: f(0.5)),
    (stats.gaussian_kde, V[:6], lambda f: f([0.5, 2.2])),
    (lambda m: stats.norm(m[0], scale=m[1]), V[:6], lambda d: [d.logpdf(0.3), d.dist is stats.norm]),
    (lambda m: stats.poisson(m[0]), V[:6], lambda d: d.pmf(2)),
    (lambda m: stats.multivariate_normal(m, np.eye(2)), V[:2], lambda d: d.logpdf([0.5, 0.2])),
    (lambda m: stats.dirichlet(m), V[:2], lambda d: d.logpdf([0.3, 0.7])),
    (lambda t: Slerp(t, Rotation.from_rotvec(np.eye(3))), X[:3], lambda f: f([0.5, 1.2]).as_quat()),
    (lambda x: optimize.Bounds(x, 3.0), V[:2], lambda b: (b.lb, b.ub)),
    (lambda x: optimize.LinearConstraint(x, 0.0), PLACES, lambda b: (b.A, b.lb, b.ub)),
    (spatial.KDTree, PLACES, lambda t: t.query([0.5, 0.2])),
]


@pytest.mark.parametrize("make, of, asked", MADE)
def test_objects_that_are_made_leave(make: Any, of: Any, asked: Any) -> None:
    def f(x: Any) -> Any:
        return make(x)

    made, theirs = ep.compile(f, backend="interpreter")(of), f(of)
    assert type(made) is type(theirs)
    same(asked(made), asked(theirs))


def test_a_cotangent_may_be_a_result_of_the_same_class() -> None:
    value, pullback = ep.vjp(lambda v: stats.chisquare(v), V[:5], backend="interpreter")
    by_object, by_name = pullback(type(value)(1.0, 0.0)), pullback({"statistic": 1.0, "pvalue": 0.0})
    np.testing.assert_array_equal(by_object[0], by_name[0])


def test_a_distribution_that_leaves_has_a_derivative() -> None:
    dist, along = ep.jvp(lambda m, s: stats.norm(m, scale=s), (0.5, 2.0), (1.0, 3.0), backend="interpreter")
    assert dist.args == (0.5,)
    assert along == {"dist": None, "args": (1.0,), "kwds": {"scale": 3.0}}


def test_what_holds_functions_is_refused() -> None:
    with pytest.raises(NotSupported, match="an OdeSolution of scipy"):
        ep.compile(lambda x: integrate.solve_ivp(lambda t, y: -x * y, (0.0, 1.0), [1.0], dense_output=True))(1.0)
    with pytest.raises(NotSupported, match="the message of a solver is not supported"):
        ep.compile(lambda x: optimize.root_scalar(lambda y: y - x, bracket=(0, 3)).converged and optimize.root(np.sin, [x]).message)(1.0)
