"""The incomplete gamma and beta functions and what is made of them, with their derivatives by their parameters (`parameters`).

Where the parameters are known or integers, the operations do, which say in explanations what their slope is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from ....rules import rule
from ... import operations
from ...intrinsics import has_floats
from ...operations import beta_density, gamma_density, student
from ...registry import stands_for
from .parameters import beta_by_first, gamma_by_order, student_by_freedom


def arrays(*args: Any) -> Any:
    """The arguments, of which lists are arrays."""
    return tuple(np.asarray(x) if isinstance(x, (list, tuple)) else x for x in args)


@rule
def lower_gamma(a: Any, x: Any) -> Any:
    return operations.gammainc(a, x)


@lower_gamma.partials
def _(out: Any, a: Any, x: Any) -> Any:
    density = gamma_density(a, x)
    return density * gamma_by_order(a, x), density


@stands_for(special.gammainc)
def gammainc(a: Any, x: Any) -> Any:
    return lower_gamma(*arrays(a, x)) if has_floats(a) else operations.gammainc(a, x)


@rule
def upper_gamma(a: Any, x: Any) -> Any:
    return operations.gammaincc(a, x)


@upper_gamma.partials
def _(out: Any, a: Any, x: Any) -> Any:
    density = gamma_density(a, x)
    return -density * gamma_by_order(a, x), -density


@stands_for(special.gammaincc)
def gammaincc(a: Any, x: Any) -> Any:
    return upper_gamma(*arrays(a, x)) if has_floats(a) else operations.gammaincc(a, x)


@rule
def lower_gamma_inverse(a: Any, y: Any) -> Any:
    return operations.gammaincinv(a, y)


@lower_gamma_inverse.partials
def _(out: Any, a: Any, y: Any) -> Any:
    return -gamma_by_order(a, out), 1.0 / gamma_density(a, out)


@stands_for(special.gammaincinv)
def gammaincinv(a: Any, y: Any) -> Any:
    return lower_gamma_inverse(*arrays(a, y)) if has_floats(a) else operations.gammaincinv(a, y)


@rule
def upper_gamma_inverse(a: Any, y: Any) -> Any:
    return operations.gammainccinv(a, y)


@upper_gamma_inverse.partials
def _(out: Any, a: Any, y: Any) -> Any:
    return -gamma_by_order(a, out), -1.0 / gamma_density(a, out)


@stands_for(special.gammainccinv)
def gammainccinv(a: Any, y: Any) -> Any:
    return upper_gamma_inverse(*arrays(a, y)) if has_floats(a) else operations.gammainccinv(a, y)


@rule
def chi_square(v: Any, x: Any) -> Any:
    return operations.chdtr(v, x)


@chi_square.partials
def _(out: Any, v: Any, x: Any) -> Any:
    density = 0.5 * gamma_density(0.5 * v, 0.5 * x)
    return density * gamma_by_order(0.5 * v, 0.5 * x), density


@stands_for(special.chdtr)
def chdtr(v: Any, x: Any) -> Any:
    return chi_square(*arrays(v, x)) if has_floats(v) else operations.chdtr(v, x)


@rule
def chi_square_rest(v: Any, x: Any) -> Any:
    return operations.chdtrc(v, x)


@chi_square_rest.partials
def _(out: Any, v: Any, x: Any) -> Any:
    density = 0.5 * gamma_density(0.5 * v, 0.5 * x)
    return -density * gamma_by_order(0.5 * v, 0.5 * x), -density


@stands_for(special.chdtrc)
def chdtrc(v: Any, x: Any) -> Any:
    return chi_square_rest(*arrays(v, x)) if has_floats(v) else operations.chdtrc(v, x)


@rule
def chi_square_inverse(v: Any, p: Any) -> Any:
    return operations.chdtri(v, p)


@chi_square_inverse.partials
def _(out: Any, v: Any, p: Any) -> Any:
    return -gamma_by_order(0.5 * v, 0.5 * out), -2.0 / gamma_density(0.5 * v, 0.5 * out)


@stands_for(special.chdtri)
def chdtri(v: Any, p: Any) -> Any:
    return chi_square_inverse(*arrays(v, p)) if has_floats(v) else operations.chdtri(v, p)


@rule
def scaled_gamma(a: Any, b: Any, x: Any) -> Any:
    return operations.gdtr(a, b, x)


@scaled_gamma.partials
def _(out: Any, a: Any, b: Any, x: Any) -> Any:
    density = gamma_density(b, a * x)
    return density * x, density * gamma_by_order(b, a * x), density * a


@stands_for(special.gdtr)
def gdtr(a: Any, b: Any, x: Any) -> Any:
    return scaled_gamma(*arrays(a, b, x)) if has_floats(b) else operations.gdtr(a, b, x)


@rule
def scaled_gamma_rest(a: Any, b: Any, x: Any) -> Any:
    return operations.gdtrc(a, b, x)


@scaled_gamma_rest.partials
def _(out: Any, a: Any, b: Any, x: Any) -> Any:
    density = -gamma_density(b, a * x)
    return density * x, density * gamma_by_order(b, a * x), density * a


@stands_for(special.gdtrc)
def gdtrc(a: Any, b: Any, x: Any) -> Any:
    return scaled_gamma_rest(*arrays(a, b, x)) if has_floats(b) else operations.gdtrc(a, b, x)


@rule
def lower_beta(a: Any, b: Any, x: Any) -> Any:
    return operations.betainc(a, b, x)


@lower_beta.partials
def _(out: Any, a: Any, b: Any, x: Any) -> Any:
    density = beta_density(a, b, x)
    return density * beta_by_first(a, b, x, 1.0 - x), -density * beta_by_first(b, a, 1.0 - x, x), density


@stands_for(special.betainc)
def betainc(a: Any, b: Any, x: Any) -> Any:
    return lower_beta(*arrays(a, b, x)) if has_floats((a, b)) else operations.betainc(a, b, x)


@rule
def upper_beta(a: Any, b: Any, x: Any) -> Any:
    return operations.betaincc(a, b, x)


@upper_beta.partials
def _(out: Any, a: Any, b: Any, x: Any) -> Any:
    density = -beta_density(a, b, x)
    return density * beta_by_first(a, b, x, 1.0 - x), -density * beta_by_first(b, a, 1.0 - x, x), density


@rule
def lower_beta_inverse(a: Any, b: Any, y: Any) -> Any:
    return operations.betaincinv(a, b, y)


@lower_beta_inverse.partials
def _(out: Any, a: Any, b: Any, y: Any) -> Any:
    return -beta_by_first(a, b, out, 1.0 - out), beta_by_first(b, a, 1.0 - out, out), 1.0 / beta_density(a, b, out)


@stands_for(special.betaincinv)
def betaincinv(a: Any, b: Any, y: Any) -> Any:
    return lower_beta_inverse(*arrays(a, b, y)) if has_floats((a, b)) else operations.betaincinv(a, b, y)


@rule
def upper_beta_inverse(a: Any, b: Any, y: Any) -> Any:
    return operations.betainccinv(a, b, y)


@upper_beta_inverse.partials
def _(out: Any, a: Any, b: Any, y: Any) -> Any:
    return -beta_by_first(a, b, out, 1.0 - out), beta_by_first(b, a, 1.0 - out, out), -1.0 / beta_density(a, b, out)


if hasattr(special, "betaincc"):  # from SciPy 1.11 on

    @stands_for(special.betaincc)
    def betaincc(a: Any, b: Any, x: Any) -> Any:
        return upper_beta(*arrays(a, b, x)) if has_floats((a, b)) else operations.betaincc(a, b, x)

    @stands_for(special.betainccinv)
    def betainccinv(a: Any, b: Any, y: Any) -> Any:
        return upper_beta_inverse(*arrays(a, b, y)) if has_floats((a, b)) else operations.betainccinv(a, b, y)


def fisher(n: Any, d: Any, x: Any) -> tuple[Any, Any, Any]:
    """The partials of the distribution function of F, which is I_w(n/2, d/2) for w = n·x/(n·x + d)."""
    whole = n * x + d
    w, rest = n * x / whole, d / whole
    density = beta_density(0.5 * n, 0.5 * d, w)
    by_n = 0.5 * beta_by_first(0.5 * n, 0.5 * d, w, rest) + w * rest / n
    by_d = -0.5 * beta_by_first(0.5 * d, 0.5 * n, rest, w) - w * rest / d
    return density * by_n, density * by_d, density * (n / whole) * rest


@rule
def fisher_below(n: Any, d: Any, x: Any) -> Any:
    return operations.fdtr(n, d, x)


@fisher_below.partials
def _(out: Any, n: Any, d: Any, x: Any) -> Any:
    return fisher(n, d, x)


@stands_for(special.fdtr)
def fdtr(n: Any, d: Any, x: Any) -> Any:
    return fisher_below(*arrays(n, d, x)) if has_floats((n, d)) else operations.fdtr(n, d, x)


@rule
def fisher_above(n: Any, d: Any, x: Any) -> Any:
    return operations.fdtrc(n, d, x)


@fisher_above.partials
def _(out: Any, n: Any, d: Any, x: Any) -> Any:
    by_n, by_d, density = fisher(n, d, x)
    return -by_n, -by_d, -density


@stands_for(special.fdtrc)
def fdtrc(n: Any, d: Any, x: Any) -> Any:
    return fisher_above(*arrays(n, d, x)) if has_floats((n, d)) else operations.fdtrc(n, d, x)


@rule
def fisher_inverse(n: Any, d: Any, p: Any) -> Any:
    return operations.fdtri(n, d, p)


@fisher_inverse.partials
def _(out: Any, n: Any, d: Any, p: Any) -> Any:
    by_n, by_d, density = fisher(n, d, out)
    return -by_n / density, -by_d / density, 1.0 / density


@stands_for(special.fdtri)
def fdtri(n: Any, d: Any, p: Any) -> Any:
    return fisher_inverse(*arrays(n, d, p)) if has_floats((n, d)) else operations.fdtri(n, d, p)


@rule
def student_below(v: Any, t: Any) -> Any:
    return operations.stdtr(v, t)


@student_below.partials
def _(out: Any, v: Any, t: Any) -> Any:
    density = student(v, t)
    return density * student_by_freedom(v, t), density


@stands_for(special.stdtr)
def stdtr(v: Any, t: Any) -> Any:
    return student_below(*arrays(v, t)) if has_floats(v) else operations.stdtr(v, t)


@rule
def student_inverse(v: Any, p: Any) -> Any:
    return operations.stdtrit(v, p)


@student_inverse.partials
def _(out: Any, v: Any, p: Any) -> Any:
    return -student_by_freedom(v, out), 1.0 / student(v, out)


@stands_for(special.stdtrit)
def stdtrit(v: Any, p: Any) -> Any:
    return student_inverse(*arrays(v, p)) if has_floats(v) else operations.stdtrit(v, p)
