"""`scipy.integrate.solve_ivp` with the Jacobian of the right-hand side filled in for methods that solve equations at each step."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from scipy import integrate

from .asked import Asked, as_scipy
from .functions import Residuals

IMPLICIT = (integrate.Radau, integrate.BDF, integrate.LSODA)
"""The methods that take a Jacobian."""


@as_scipy(integrate.solve_ivp)
def solve_ivp(asked: Asked, exact: bool) -> Any:
    """`scipy.integrate.solve_ivp` with `jac` filled in for Radau, BDF and LSODA: the derivative of `fun(t, y, *args)` by y.

    Where `jac_sparsity` is given it is a sparse matrix, with the pattern that the function has. `or_differences=True` lets SciPy take
    differences where everypath refuses `fun`. Raises NotSupported and NotDifferentiable without it, and what SciPy raises.

    >>> found = solve_ivp(lambda t, y, rate: [-rate * (y[0] - np.cos(t))], (0.0, 1.0), [0.0], method="BDF", args=(1000.0,))
    >>> found.success, round(float(found.y[0, -1]), 2)
    (True, 0.54)
    """
    if not exact or asked.get("jac") is not None or not is_implicit(asked.get("method", "RK45")):
        return integrate.solve_ivp(**asked)
    fun, y0 = asked["fun"], np.asarray(asked["y0"])
    start = y0 if y0.dtype.kind in "fc" else y0.astype(float)
    sample = (float(asked["t_span"][0]), start, *(asked.get("args") or ()))
    numbers = Residuals(of_columns(fun) if asked.get("vectorized") else fun, sample, wrt=1, sparse=asked.get("jac_sparsity") is not None)
    asked["jac"] = numbers.jacobian
    if not asked.get("vectorized"):
        asked["fun"] = numbers.value
    return integrate.solve_ivp(**asked)


def is_implicit(method: Any) -> bool:
    """Whether a method, by name or as a class, takes a Jacobian."""
    kinds = {kind.__name__: kind for kind in IMPLICIT}
    kind = kinds.get(method) if isinstance(method, str) else method
    return inspect.isclass(kind) and issubclass(kind, IMPLICIT)


def of_columns(function: Any) -> Any:
    """A vectorised right-hand side, of one column."""

    def one(t: Any, y: Any, *args: Any) -> Any:
        return np.ravel(np.asarray(function(t, y[:, np.newaxis], *args)))

    return one
