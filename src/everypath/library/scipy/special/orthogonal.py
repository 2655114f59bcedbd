"""`scipy.special.legendre` and its like: polynomials whose order must be known, made by CPython."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scipy import special

from ...registry import computed, stands_for

OF_ORDER = "legendre chebyt chebyu chebyc chebys hermite hermitenorm laguerre sh_legendre sh_chebyt sh_chebyu".split()
OF_PARAMETERS = {"gegenbauer": 1, "genlaguerre": 1, "jacobi": 2, "sh_jacobi": 2}
"""Those of an order and so many parameters."""


@computed("the order of a polynomial")
def polynomial(make: Callable[..., Any], args: Any) -> Any:
    return make(*args)


def of_order(make: Callable[..., Any]) -> Callable[..., Any]:
    def text(n: Any, monic: bool = False) -> Any:
        return polynomial(make, (n, monic))

    return text


def of_one(make: Callable[..., Any]) -> Callable[..., Any]:
    def text(n: Any, alpha: Any, monic: bool = False) -> Any:
        return polynomial(make, (n, alpha, monic))

    return text


def of_two(make: Callable[..., Any]) -> Callable[..., Any]:
    def text(n: Any, alpha: Any, beta: Any, monic: bool = False) -> Any:
        return polynomial(make, (n, alpha, beta, monic))

    return text


for _name in OF_ORDER:
    stands_for(getattr(special, _name))(of_order(getattr(special, _name)))
for _name, _count in OF_PARAMETERS.items():
    stands_for(getattr(special, _name))((of_one if _count == 1 else of_two)(getattr(special, _name)))
