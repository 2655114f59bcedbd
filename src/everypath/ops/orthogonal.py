"""Orthogonal polynomials of integer degree: the derivative is one of a degree less."""

from __future__ import annotations

from typing import Any

from .hypergeometric import MODULUS, PARAMETER
from .term import apply, gt, select
from .ufuncs import INTEGER, NO_FORMULA, ufunc

DEGREE = (1.0, 5.9)


def lower(name: str, factor: Any, *parameters: Any) -> Any:
    """factor(n)·(the polynomial `name` of degree n - 1, with these parameters); 0 for degree 0."""

    def slope(n: Any, x: Any, out: Any) -> Any:
        some = gt(n, 0.5)
        return select(some, factor(n) * apply(name, apply("maximum", n - 1.0, 0.0), *parameters, x), 0.0)

    return slope


def polynomial(name: str, slope: Any) -> None:
    ufunc(f"eval_{name}", INTEGER, slope, integers=(0,), domain=(DEGREE, MODULUS))


polynomial("legendre", lower("eval_gegenbauer", lambda n: 1.0, 1.5))
polynomial("chebyt", lower("eval_gegenbauer", lambda n: n, 1.0))
polynomial("chebyu", lower("eval_gegenbauer", lambda n: 2.0, 2.0))
polynomial("chebyc", lambda n, x, out: lower("eval_gegenbauer", lambda n: n, 1.0)(n, 0.5 * x, out))
polynomial("chebys", lambda n, x, out: lower("eval_gegenbauer", lambda n: 1.0, 2.0)(n, 0.5 * x, out))
polynomial("hermite", lower("eval_hermite", lambda n: 2.0 * n))
polynomial("hermitenorm", lower("eval_hermitenorm", lambda n: n))
polynomial("laguerre", lower("eval_genlaguerre", lambda n: -1.0, 1.0))
polynomial("sh_legendre", lambda n, x, out: 2.0 * lower("eval_gegenbauer", lambda n: 1.0, 1.5)(n, 2.0 * x - 1.0, out))
polynomial("sh_chebyt", lambda n, x, out: 2.0 * lower("eval_gegenbauer", lambda n: n, 1.0)(n, 2.0 * x - 1.0, out))
polynomial("sh_chebyu", lambda n, x, out: 4.0 * lower("eval_gegenbauer", lambda n: 1.0, 2.0)(n, 2.0 * x - 1.0, out))
ufunc(
    "eval_gegenbauer",
    INTEGER,
    NO_FORMULA,
    lambda n, alpha, x, out: 2.0 * alpha * lower("eval_gegenbauer", lambda n: 1.0, alpha + 1.0)(n, x, out),
    integers=(0,),
    domain=(DEGREE, PARAMETER, MODULUS),
)
ufunc(
    "eval_genlaguerre",
    INTEGER,
    NO_FORMULA,
    lambda n, alpha, x, out: -lower("eval_genlaguerre", lambda n: 1.0, alpha + 1.0)(n, x, out),
    integers=(0,),
    domain=(DEGREE, PARAMETER, MODULUS),
)
ufunc(
    "eval_jacobi",
    INTEGER,
    NO_FORMULA,
    NO_FORMULA,
    lambda n, alpha, beta, x, out: 0.5 * (n + alpha + beta + 1.0) * lower("eval_jacobi", lambda n: 1.0, alpha + 1.0, beta + 1.0)(n, x, out),
    integers=(0,),
    domain=(DEGREE, PARAMETER, PARAMETER, MODULUS),
)
ufunc(
    "lpmv",
    INTEGER,
    NO_FORMULA,
    lambda m, v, x, out: (v * x * out - (v + m) * apply("lpmv", m, v - 1.0, x)) / ((x - 1.0) * (x + 1.0)),
    symbol="P_{1}^{0}({2})",
    domain=((0.0, 0.0), (2.0, 2.0), MODULUS),
)
