"""Distribution functions solved for one of their arguments, such as `gdtria`: CPython does it, and the partials are those of the equation
F(…) = p: 1/F' by p, where F' is by what is found, and -∂F/F' by the others."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

import numpy as np
from scipy import special

from ....rules import rule
from ...operations import beta_density, gamma_density, student
from ...registry import stands_for
from .incomplete import arrays, fisher
from .parameters import beta_by_first, gamma_by_order, student_by_freedom

Slopes = Callable[..., tuple[Any, ...]]


def beta(a: Any, b: Any, x: Any) -> tuple[Any, ...]:
    """The partials of I_x(a, b)."""
    density = beta_density(a, b, x)
    return density * beta_by_first(a, b, x, 1.0 - x), -density * beta_by_first(b, a, 1.0 - x, x), density


def binomial(k: Any, n: Any, p: Any) -> tuple[Any, ...]:
    """Those of I_(1 - p)(n - k, k + 1)."""
    first, second, density = beta(n - k, k + 1.0, 1.0 - p)
    return second - first, first, -density


def negative_binomial(k: Any, n: Any, p: Any) -> tuple[Any, ...]:
    """Those of I_p(n, k + 1)."""
    first, second, density = beta(n * 1.0, k + 1.0, p)
    return second, first, density


def scaled_gamma(a: Any, b: Any, x: Any) -> tuple[Any, ...]:
    """Those of P(b, a·x)."""
    density = gamma_density(b, a * x)
    return density * x, density * gamma_by_order(b, a * x), density * a


def poisson(k: Any, m: Any) -> tuple[Any, ...]:
    """Those of Q(k + 1, m)."""
    density = -gamma_density(k + 1.0, m)
    return density * gamma_by_order(k + 1.0, m), density


def chi_square(v: Any, x: Any) -> tuple[Any, ...]:
    """Those of P(v/2, x/2)."""
    density = 0.5 * gamma_density(0.5 * v, 0.5 * x)
    return density * gamma_by_order(0.5 * v, 0.5 * x), density


def students(v: Any, t: Any) -> tuple[Any, ...]:
    """Those of Student's."""
    density = student(v, t)
    return density * student_by_freedom(v, t), density


def normal(mean: Any, deviation: Any, x: Any) -> tuple[Any, ...]:
    """Those of Φ((x - mean)/deviation)."""
    z = (x - mean) / deviation
    density = np.exp(-0.5 * z * z) / (np.sqrt(2.0 * np.pi) * deviation)
    return -density, -density * z, density


def solved(function: Any, slopes: Slopes, place: int) -> Any:
    """The function that finds the argument at this place, where it takes p."""

    def moved(args: tuple[Any, ...], out: Any) -> tuple[Any, ...]:
        by = slopes(*args[:place], out, *args[place + 1 :])
        return tuple([1.0 / by[k] if k == place else -by[k] / by[place] for k in range(len(args))])

    def of_two(a: Any, b: Any) -> Any:
        return function(a, b)

    def of_three(a: Any, b: Any, c: Any) -> Any:
        return function(a, b, c)

    three = len(signature(slopes).parameters) == 3
    run: Any = of_three if three else of_two
    run.__name__ = function.__name__
    made = rule(run, host=True, returns=run)
    if three:
        made.partials(lambda out, a, b, c: moved((a, b, c), out))
    else:
        made.partials(lambda out, a, b: moved((a, b), out))

    def of_numbers(*args: Any) -> Any:
        return made(*arrays(*args))

    return of_numbers


FOUND: tuple[tuple[str, Slopes, int], ...] = (
    *(("btdtri", beta, 2), ("btdtria", beta, 0), ("btdtrib", beta, 1)),
    *(("bdtri", binomial, 2), ("bdtrik", binomial, 0), ("bdtrin", binomial, 1)),
    *(("nbdtri", negative_binomial, 2), ("nbdtrik", negative_binomial, 0), ("nbdtrin", negative_binomial, 1)),
    *(("gdtria", scaled_gamma, 0), ("gdtrib", scaled_gamma, 1), ("gdtrix", scaled_gamma, 2)),
    *(("pdtri", poisson, 1), ("pdtrik", poisson, 0), ("chdtriv", chi_square, 0), ("fdtridfd", fisher, 1), ("stdtridf", students, 0)),
    *(("nrdtrimn", normal, 0), ("nrdtrisd", normal, 1)),
)
"""What SciPy calls them, and the place of what they find."""

for _name, _slopes, _place in FOUND:
    if hasattr(special, _name):
        stands_for(getattr(special, _name))(solved(getattr(special, _name), _slopes, _place))
