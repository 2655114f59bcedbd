"""The incomplete gamma and beta functions, and the distribution functions that are one of them.

Their slopes are densities. Of large parameters these are computed by the saddle point: what is far from 1 in them and cancels is taken
out (C. Loader, Fast and accurate computation of binomial probabilities, 2000).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .define import POSITIVE, composed
from .term import absolute, apply, exp, gt, log, lt, pow_, select, sqrt
from .ufuncs import INTEGER, NO_FORMULA, ufunc

LOG_ROOT_TAU = float(np.log(2 * np.pi) / 2)
PROBABILITY = (0.2, 0.8)
LARGE = 12.0
"""From here on Stirling's series has every digit with the terms below."""

STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156)


def stirling_error(a: Any) -> Any:
    """log Γ(a) - ((a - ½)·log a - a + log √2π), of a large `a`."""
    u = 1.0 / (a * a)
    total: Any = 0.0
    for c in reversed(STIRLING):
        total = total * u + c
    return total / a


def deviance(x: Any, mean: Any) -> Any:
    """x·log(x/mean) + mean - x; beside `mean` by the series of the logarithm in v = (x - mean)/(x + mean)."""
    v = (x - mean) / (x + mean)
    near = lt(absolute(v), 0.1)
    w = v * v
    total: Any = 0.0
    for k in range(9, 0, -1):
        total = (total * w) + 1.0 / (2 * k + 1)
    series = (x - mean) * v + 2.0 * x * v * w * total
    return select(near, series, x * log(x / mean) + mean - x)


def gamma_density_formula(a: Any, x: Any) -> Any:
    """x^(a - 1)·exp(-x)/Γ(a)."""
    large = gt(a, LARGE)
    b = select(large, a, LARGE)
    saddle = exp(-stirling_error(b) - deviance(b, x)) * sqrt(b / (2 * np.pi)) / x
    return select(large, saddle, exp(apply("xlogy", a - 1.0, x) - x - apply("lgamma", a)))


gamma_density = composed(
    "gamma_density",
    gamma_density_formula,
    (
        lambda a, x, out: out * (log(x) - apply("digamma", a)),
        lambda a, x, out: out * ((a - 1.0) / x - 1.0),
    ),
    written=lambda a, x: pow_(x, a - 1.0) * exp(-x) / apply("gamma", a),
    domain=(POSITIVE, POSITIVE),
)


def beta_density_formula(a: Any, b: Any, x: Any) -> Any:
    """x^(a - 1)·(1 - x)^(b - 1)/B(a, b)."""
    large = apply("and", gt(a, LARGE), gt(b, LARGE))
    p, q = select(large, a, LARGE), select(large, b, LARGE)
    n, y = p + q, 1.0 - x
    part = stirling_error(n) - stirling_error(p) - stirling_error(q) - deviance(p, n * x) - deviance(q, n * y)
    saddle = exp(part) * sqrt(p * q / (2 * np.pi * n)) / (x * y)
    plain = exp(apply("xlogy", a - 1.0, x) + apply("xlog1py", b - 1.0, -x) - apply("betaln", a, b))
    return select(large, saddle, plain)


beta_density = composed(
    "beta_density",
    beta_density_formula,
    (
        lambda a, b, x, out: out * (log(x) + apply("digamma_between", a, b)),
        lambda a, b, x, out: out * (apply("log1p", -x) + apply("digamma_between", b, a)),
        lambda a, b, x, out: out * ((a - 1.0) / x - (b - 1.0) / (1.0 - x)),
    ),
    written=lambda a, b, x: pow_(x, a - 1.0) * pow_(1.0 - x, b - 1.0) / apply("beta", a, b),
    domain=(POSITIVE, POSITIVE, PROBABILITY),
)


def by_gamma(sign: float) -> Any:
    return lambda a, x, out: sign * apply("gamma_density", a, x)


def by_beta(sign: float) -> Any:
    return lambda a, b, x, out: sign * apply("beta_density", a, b, x)


GAMMA, BETA = (POSITIVE, POSITIVE), (POSITIVE, POSITIVE, PROBABILITY)
gammainc = ufunc("gammainc", NO_FORMULA, by_gamma(1.0), symbol="P({0}, {1})", domain=GAMMA)
gammaincc = ufunc("gammaincc", NO_FORMULA, by_gamma(-1.0), symbol="Q({0}, {1})", domain=GAMMA)
gammaincinv = ufunc("gammaincinv", NO_FORMULA, lambda a, y, out: 1.0 / apply("gamma_density", a, out), domain=(POSITIVE, PROBABILITY))
gammainccinv = ufunc("gammainccinv", NO_FORMULA, lambda a, y, out: -1.0 / apply("gamma_density", a, out), domain=(POSITIVE, PROBABILITY))
betainc = ufunc("betainc", NO_FORMULA, NO_FORMULA, by_beta(1.0), symbol="I_{2}({0}, {1})", domain=BETA)
betaincc = ufunc("betaincc", NO_FORMULA, NO_FORMULA, by_beta(-1.0), symbol="1 - I_{2}({0}, {1})", domain=BETA)
betaincinv = ufunc("betaincinv", NO_FORMULA, NO_FORMULA, lambda a, b, y, out: 1.0 / apply("beta_density", a, b, out), domain=BETA)
betainccinv = ufunc("betainccinv", NO_FORMULA, NO_FORMULA, lambda a, b, y, out: -1.0 / apply("beta_density", a, b, out), domain=BETA)

# Distribution functions -------------------------------------------------------------------------------------------------


def chi_square(v: Any, x: Any) -> Any:
    """The density of χ² with v degrees of freedom."""
    return 0.5 * apply("gamma_density", 0.5 * v, 0.5 * x)


chdtr = ufunc("chdtr", NO_FORMULA, lambda v, x, out: chi_square(v, x), domain=GAMMA)
chdtrc = ufunc("chdtrc", NO_FORMULA, lambda v, x, out: -chi_square(v, x), domain=GAMMA)
chdtri = ufunc("chdtri", NO_FORMULA, lambda v, p, out: -1.0 / chi_square(v, out), domain=(POSITIVE, PROBABILITY))


def poisson_slope(sign: float) -> Any:
    """Q(⌊k⌋ + 1, m) by m."""
    return lambda k, m, out: sign * apply("gamma_density", apply("floor", k) + 1.0, m)


pdtr = ufunc("pdtr", INTEGER, poisson_slope(-1.0), domain=((0.0, 4.0), POSITIVE))
pdtrc = ufunc("pdtrc", INTEGER, poisson_slope(1.0), domain=((0.0, 4.0), POSITIVE))
gdtr = ufunc(
    "gdtr",
    lambda a, b, x, out: x * apply("gamma_density", b, a * x),
    NO_FORMULA,
    lambda a, b, x, out: a * apply("gamma_density", b, a * x),
    domain=(POSITIVE, POSITIVE, POSITIVE),
)
gdtrc = ufunc(
    "gdtrc",
    lambda a, b, x, out: -x * apply("gamma_density", b, a * x),
    NO_FORMULA,
    lambda a, b, x, out: -a * apply("gamma_density", b, a * x),
    domain=(POSITIVE, POSITIVE, POSITIVE),
)


def binomial_slope(sign: float) -> Any:
    """1 - I_p(⌊k⌋ + 1, n - ⌊k⌋) by p; nothing where all n count."""

    def slope(k: Any, n: Any, p: Any, out: Any) -> Any:
        low = apply("floor", k)
        some = apply("and", lt(low, n), gt(low, -0.5))
        return sign * select(some, apply("beta_density", select(some, low + 1.0, 1.0), select(some, n - low, 1.0), p), 0.0)

    return slope


COUNTS = ((2.0, 2.0), (5.0, 5.0), PROBABILITY)
bdtr = ufunc("bdtr", INTEGER, INTEGER, binomial_slope(-1.0), integers=(1,), domain=COUNTS)
bdtrc = ufunc("bdtrc", INTEGER, INTEGER, binomial_slope(1.0), integers=(1,), domain=COUNTS)
nbdtr = ufunc(
    "nbdtr", INTEGER, INTEGER, lambda k, n, p, out: apply("beta_density", n, apply("floor", k) + 1.0, p), integers=(0, 1), domain=COUNTS
)
nbdtrc = ufunc(
    "nbdtrc", INTEGER, INTEGER, lambda k, n, p, out: -apply("beta_density", n, apply("floor", k) + 1.0, p), integers=(0, 1), domain=COUNTS
)


def fisher(n: Any, d: Any, x: Any) -> Any:
    """The density of F with n and d degrees of freedom."""
    whole = n * x + d
    return apply("beta_density", 0.5 * n, 0.5 * d, n * x / whole) * (n / whole) * (d / whole)


FREEDOM = (POSITIVE, POSITIVE, POSITIVE)
fdtr = ufunc("fdtr", NO_FORMULA, NO_FORMULA, lambda n, d, x, out: fisher(n, d, x), domain=FREEDOM)
fdtrc = ufunc("fdtrc", NO_FORMULA, NO_FORMULA, lambda n, d, x, out: -fisher(n, d, x), domain=FREEDOM)
fdtri = ufunc("fdtri", NO_FORMULA, NO_FORMULA, lambda n, d, p, out: 1.0 / fisher(n, d, out), domain=BETA)


HALF_A_STEP = (-1 / 8, 1 / 192, -1 / 640, 17 / 14336, -31 / 18432)
"""log Γ(a + ½) - log Γ(a) - ½·log a = Σ cₖ/a²ᵏ⁻¹, of a large `a`."""


def student_formula(v: Any, t: Any) -> Any:
    """(1 + t²/v)^(-(v + 1)/2)/(√v·B(½, v/2))."""
    power = -0.5 * (v + 1.0) * apply("log1p", t * t / v)
    large = gt(v, 40.0)
    a = 0.5 * select(large, v, 40.0)
    u = 1.0 / (a * a)
    series: Any = 0.0
    for c in reversed(HALF_A_STEP):
        series = series * u + c
    plain = exp(power - apply("betaln", 0.5, 0.5 * select(large, 40.0, v))) / sqrt(v)
    return select(large, exp(power + series / a - LOG_ROOT_TAU), plain)


def student_by_freedom(v: Any, t: Any, out: Any) -> Any:
    """Of the logarithm: ½·(ψ((v + 1)/2) - ψ(v/2) - log(1 + t²/v) + ((v + 1)·t²/(v + t²) - 1)/v)."""
    part = apply("digamma_between", 0.5 * v, 0.5) - apply("log1p", t * t / v) + ((v + 1.0) * t * t / (v + t * t) - 1.0) / v
    return 0.5 * out * part


student = composed(
    "student",
    student_formula,
    (student_by_freedom, lambda v, t, out: -out * (v + 1.0) * t / (v + t * t)),
    written=lambda v, t: pow_(1.0 + t * t / v, -0.5 * (v + 1.0)) / (sqrt(v) * apply("beta", 0.5, 0.5 * v)),
    domain=(POSITIVE, (-2.0, 2.0)),
)
"""The density of t with v degrees of freedom."""

stdtr = ufunc("stdtr", NO_FORMULA, lambda v, t, out: apply("student", v, t), domain=(POSITIVE, (-2.0, 2.0)))
stdtrit = ufunc("stdtrit", NO_FORMULA, lambda v, p, out: 1.0 / apply("student", v, out), domain=(POSITIVE, PROBABILITY))


def noncentral(x: Any, k: Any, nc: Any) -> Any:
    """The density of the noncentral χ²: ½·exp(-(√x - √λ)²/2)·(x/λ)^((k - 2)/4)·I(k/2 - 1, √(λx)), the latter scaled."""
    some = gt(nc, 0.0)
    away = select(some, nc, 1.0)
    scaled = exp(-0.5 * (sqrt(x) - sqrt(away)) ** 2) * pow_(x / away, 0.25 * (k - 2.0)) * apply("ive", 0.5 * k - 1.0, sqrt(x * away))
    return 0.5 * select(some, scaled, gamma_density_formula(0.5 * k, 0.5 * x))


chndtr = ufunc(
    "chndtr",
    lambda x, k, nc, out: noncentral(x, k, nc),
    NO_FORMULA,
    lambda x, k, nc, out: -noncentral(x, k + 2.0, nc),
    domain=(POSITIVE, (1.0, 4.0), POSITIVE),
)
chndtrix = ufunc(
    "chndtrix",
    lambda p, k, nc, out: 1.0 / noncentral(out, k, nc),
    NO_FORMULA,
    lambda p, k, nc, out: noncentral(out, k + 2.0, nc) / noncentral(out, k, nc),
    domain=(PROBABILITY, (1.0, 4.0), POSITIVE),
)
