"""Distributions are SciPy's: each of their methods, with shift and scale, frozen or not, inside the support and outside of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

import everypath as ep

from .originals import agrees, agrees_backwards, number_of

X = np.array([0.3, -1.2, 2.5])
FROZEN = stats.norm(0.2, scale=1.3)
LOGPDF = stats.norm.logpdf

NORMAL: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (lambda x, m, s: stats.norm.pdf(x, m, s), (X, 0.2, 1.3)),
    (lambda x, m, s: stats.norm.logpdf(x, loc=m, scale=s), (X, np.array([0.2, 0.1, 0.4]), 1.3)),
    (lambda x, m, s: stats.norm(m, s).cdf(x) + stats.norm(loc=m).sf(x), (0.3, 0.2, 1.3)),
    (lambda x: (stats.norm.logcdf(x), stats.norm.logsf(x, scale=2.0)), (X,)),
    (lambda q: (stats.norm.ppf(q, 1.0, 2.0), stats.norm.isf(q)), (np.array([0.3, 0.9]),)),
    (lambda x: FROZEN.logpdf(x) + LOGPDF(x), (X,)),
    (lambda m, s: (stats.norm.interval(0.9, m, s), stats.norm(m, s).entropy(), stats.norm.median(m, s)), (0.2, 1.3)),
]


@pytest.mark.parametrize(("f", "args"), NORMAL)
def test_normal(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    agrees(f, *args, order=1)


def test_no_such_distribution() -> None:
    agrees(lambda x, s: (stats.norm.pdf(x, 0.0, s), stats.norm.cdf(x, scale=s), stats.norm.ppf(x, 0, s)), 0.3, -1.0, order=0)
    agrees(lambda q: stats.norm.ppf(q), np.array([0.0, 1.0, 2.0, np.nan]), order=0)


def test_second_order() -> None:
    assert ep.check_grads(lambda x, m, s: np.sum(stats.norm.logcdf(x, m, s)), (X, 0.2, 1.3), order=2) is None


SHAPES: dict[str, tuple[float, ...]] = {
    "t": (3.5,),
    "gamma": (2.2,),
    "beta": (1.7, 2.4),
    "expon": (),
    "lognorm": (0.7,),
    "uniform": (),
    "laplace": (),
    "cauchy": (),
    "logistic": (),
    "chi2": (3.3,),
    "f": (3.3, 9.5),
    "weibull_min": (1.7,),
    "pareto": (4.6,),
    "gumbel_r": (),
    "gumbel_l": (),
    "halfnorm": (),
    "truncnorm": (-0.6, 1.4),
    "invgamma": (4.7,),
    "rayleigh": (),
    "vonmises": (1.3,),
    "skewnorm": (1.2,),
    "triang": (0.4,),
}
WITHOUT_MASS, WITHOUT_QUANTILES = ("vonmises",), ("vonmises", "skewnorm")
PLACES = np.array([-0.7, 0.35, 0.8, 1.9])


TELLING = ("t", "gamma", "beta", "lognorm", "truncnorm")
"""Those whose derivatives are looked at here; the others are made of the same pieces."""


@pytest.mark.parametrize("name", SHAPES)
def test_values(name: str) -> None:
    """Inside and outside of the support, at its ends, and what follows of the whole."""
    d, shapes = getattr(stats, name), SHAPES[name]
    agrees(lambda x: (d.pdf(x, *shapes, 0.1, 1.2), d(*shapes).logpdf(x)), PLACES, order=0)
    if name not in WITHOUT_MASS:
        agrees(lambda x: (d.cdf(x, *shapes, scale=1.2), d.sf(x, *shapes), d.logsf(x, *shapes)), PLACES, order=0)
    if name not in WITHOUT_QUANTILES:
        agrees(lambda q: (d.ppf(q, *shapes, 0.1, 1.3), d.isf(q, *shapes)), np.array([0.3, 0.0, 1.0, -0.5]), order=0)


@pytest.mark.parametrize("name", TELLING)
def test_derivatives(name: str) -> None:
    """With respect to everything; outside of the support the density is 0, and so is its derivative."""
    d, fixed = getattr(stats, name), SHAPES[name]
    agrees(lambda x, scale, *shapes: d.pdf(x, *shapes, 0.1, scale), PLACES, 1.2, *fixed, order=1)
    agrees(lambda x: d.cdf(x, *fixed) + d.ppf(0.5 * x, *fixed), 0.6, order=1)
    agrees(lambda *shapes: d.stats(*shapes, scale=1.3, moments="mvsk"), *fixed, order=0)


def by_one_generator(m: float) -> tuple[Any, ...]:
    rng = np.random.default_rng(2)
    return (
        stats.norm.rvs(m, size=2, random_state=rng),
        rng.normal(m),
        stats.poisson.rvs(3.0, loc=1, random_state=rng),
        stats.t(4.0).rvs(3, rng),
    )


DRAWS: list[Callable[..., Any]] = [
    lambda m: (stats.norm.rvs(m, m * m, 3, random_state=4), stats.norm(scale=m).rvs(random_state=4), FROZEN.rvs((2, 1), 4)),
    lambda m: (stats.gamma.rvs(2.0, scale=m, size=2, random_state=4), stats.binom.rvs(9, 0.3, size=3, random_state=4)),
    by_one_generator,
    lambda m: (np.random.seed(3), stats.uniform.rvs(m, [1.0, 2.0 * m]), stats.expon.rvs(size=2))[1:],
    lambda m: (stats.norm.rvs(m, 0.0 * m, random_state=4), stats.skewnorm.rvs(2.0, size=1, random_state=np.random.RandomState(4))),
]


@pytest.mark.parametrize("f", DRAWS)
def test_draws(f: Callable[..., Any]) -> None:
    """Bit for bit SciPy's; locations and scales have derivatives."""
    agrees(f, 0.7, order=0, tolerance=0.0)
    ep.check_grads(lambda m: number_of(f(m)), (0.7,), order=1, backend="interpreter")


def test_draws_that_are_none() -> None:
    agrees(lambda m: stats.norm.rvs(0.0, -m, random_state=4), 0.7, order=0)
    with pytest.raises(ep.NotSupported, match="draws random numbers"):
        ep.grad(lambda m: stats.norm.rvs(m))(0.2)
    with pytest.raises(ep.NotSupported, match="draws of gamma have no derivative with respect to its shapes"):
        ep.grad(lambda a: stats.gamma.rvs(a, random_state=4))(0.2)


COUNTS = np.array([-1, 0, 1, 2, 9, 2.5])
DISCRETE: dict[str, tuple[float, ...]] = {
    "poisson": (2.3,),
    "binom": (5, 0.3),
    "bernoulli": (0.3,),
    "nbinom": (3.0, 0.4),
    "geom": (0.3,),
    "randint": (1, 7),
}


@pytest.mark.parametrize("name", DISCRETE)
def test_discrete(name: str) -> None:
    d, (*fixed, p) = getattr(stats, name), DISCRETE[name]
    agrees(lambda k: (d.pmf(k, *fixed, p), d.logpmf(k, *fixed, p), d.cdf(k, *fixed, p), d(*fixed, p).sf(k)), COUNTS, order=0)
    if name in ("poisson", "binom"):
        agrees(lambda p: d.logpmf(1, *fixed, p) + d(*fixed, p).cdf(2) + d.std(*fixed, p), p, order=1)


MEAN, COVARIANCE = np.array([0.1, 0.3]), np.array([[1.3, 0.4], [0.4, 0.9]])
POINTS = np.array([[0.2, 0.5], [0.7, -0.3], [1.0, 2.0]])
VECTORS = stats.multivariate_normal(MEAN, COVARIANCE)


def test_vectors() -> None:
    normal, dirichlet = stats.multivariate_normal, stats.dirichlet
    agrees(lambda x, m, c: normal.logpdf(x, m, c), POINTS[:2], MEAN, COVARIANCE, order=1)
    agrees(lambda x, c: (VECTORS.pdf(x), normal(MEAN, c).logpdf(x), normal.entropy(MEAN, c)), POINTS, np.array([1.2, 0.7]), order=0)
    agrees(lambda x: normal.logpdf(x, MEAN, np.ones((2, 2))), POINTS, order=0)
    agrees(lambda x, c: normal.logpdf(x, MEAN, c, True) * normal(MEAN, c, allow_singular=True).pdf(x), POINTS[0], COVARIANCE, order=1)
    with pytest.raises(ep.NotSupported, match="a singular covariance"):
        ep.compile(lambda c: normal.logpdf(POINTS, MEAN, c, allow_singular=True))(np.ones((2, 2)))
    agrees(lambda x, a: dirichlet.logpdf(x, a), np.array([0.2, 0.3]), np.array([0.7, 1.3, 2.2]), order=1)
    agrees(lambda a: (dirichlet.mean(a), dirichlet(a).var(), dirichlet(a).entropy(), dirichlet.cov(a)), np.array([0.7, 1.3, 2.2]), order=0)


MATRIX, GIVEN = np.array([[2.0, 0.1], [0.1, 1.0]]), stats.wishart(4, np.eye(2))


def test_parameters_given_once() -> None:
    def told(a: Any) -> Any:
        several = (stats.wishart(5, a).pdf(MATRIX), stats.wishart(5, a).var(), stats.invwishart(5, a).logpdf(MATRIX), GIVEN.pdf(a))
        return *several, stats.multinomial(8, a[0] / 2.1).pmf([8, 0]), stats.multinomial(8, a[1] / 1.1).cov(), stats.matrix_normal(a).pdf(a)

    agrees(told, MATRIX, order=0)
    agrees(lambda a: stats.dirichlet(a).logpdf([0.2, 0.3, 0.5]), np.array([0.7, 1.3, 2.2]), order=1)
    agrees(lambda a: (stats.betabinom.rvs(5, 2.3, a, size=3, random_state=1), stats.wishart.mean(5, 2.0)), 0.63, order=0)


MANY: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (lambda x, m: (stats.multivariate_t.logpdf(x, m, COVARIANCE, 3.5), stats.multivariate_t(m, df=2).pdf(x)), (POINTS[0], MEAN)),
    (lambda p: (stats.multinomial.logpmf([1, 2, 0], 3, [p, 0.2, 0.8 - p]), stats.multinomial.pmf([1, 1], 3, [p, 1.0 - p])), (0.3,)),
    (lambda s: (stats.wishart.logpdf(s @ s.T, 4, s.T @ s), stats.invwishart.logpdf(s @ s.T, 4, s.T @ s)), (COVARIANCE,)),
    (lambda x, c: stats.matrix_normal.logpdf(x, 0.0 * x, rowcov=[1.0, 2.0], colcov=c @ c.T), (POINTS[:2], COVARIANCE)),
    (lambda a, b: (stats.skellam.pmf([-1, 2], a, b), stats.skellam.cdf([-2, 1], a, b), stats.skellam.var(a, b)), (1.3, 0.7)),
    (
        lambda m, s: (stats.poisson.expect(lambda k: k**2, (s,)), stats.gamma.moment(3, s, loc=m), stats.betabinom.cdf(2, 9, m, s)),
        (1.3, 0.7),
    ),
    (lambda x, n: (stats.ncx2.pdf(x, 2.5, n), stats.ncx2.cdf(x, 3, n), stats.ncx2.ppf(0.3, 3, n), stats.ncx2.std(3, n)), (1.2, 0.8)),
]


def test_expectations() -> None:
    agrees(lambda m: (stats.norm(m, 0.7).expect(np.cos), stats.skellam.entropy(m, 0.7), stats.nbinom(5, 0.3).moment(4)), 1.3, order=0)
    mine = ep.grad(lambda m: stats.uniform.expect(lambda t: np.exp(m * t)), backend="interpreter")(1.3)
    assert mine == pytest.approx((np.exp(1.3) * 0.3 + 1.0) / 1.69, rel=1e-12)  # ∫ t exp(m t) dt from 0 to 1


def test_draws_without_putting_back() -> None:
    d = stats.hypergeom
    agrees(lambda n: (d.pmf([0, 2, 9], 20, n, 12), d.cdf([0, 2, 9], 20, n, 12), d.sf(3, 20, n, 12), d(20, n, 12).ppf(0.3)), 7, order=0)
    agrees(lambda n: (d.stats(20, n, 12, moments="mvsk"), d.logpmf(3, 20, n + 0.5, 12)), 7, order=0)


@pytest.mark.parametrize(("f", "args"), MANY)
def test_of_vectors_matrices_and_differences(f: Callable[..., Any], args: tuple[Any, ...]) -> None:
    agrees(f, *args, order=0)
    agrees_backwards(f, *args)
