"""`scipy.integrate.solve_ivp` and `solve_bvp` with the Jacobians filled in of what they solve equations of."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from scipy import integrate

import everypath as ep

from .asked import Asked, as_scipy
from .functions import Function, Residuals, as_array, as_vector

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
    if start.dtype.kind == "c":
        raise ep.NotDifferentiable("solve_ivp has no derivative of a right-hand side of complex numbers to fill in: take their parts apart")
    sample = (float(asked["t_span"][0]), start, *(asked.get("args") or ()))
    numbers = Residuals(of_columns(fun) if asked.get("vectorized") else fun, sample, wrt=1, sparse=asked.get("jac_sparsity") is not None)
    asked["jac"] = numbers.jacobian
    if not asked.get("vectorized"):
        asked["fun"] = numbers.value
    return integrate.solve_ivp(**asked)


@as_scipy(integrate.solve_bvp)
def solve_bvp(asked: Asked, exact: bool) -> Any:
    """`scipy.integrate.solve_bvp` with `fun_jac` and `bc_jac` filled in: the derivatives of `fun(x, y, p)` and `bc(ya, yb, p)`.

    `fun` takes all nodes at once, and what it gives at one node depends on that node alone, as SciPy asks. `or_differences=True` lets SciPy
    take differences where everypath refuses a function. Raises NotSupported and NotDifferentiable without it, and what SciPy raises.

    >>> x = np.linspace(0.0, np.pi / 2, 5)
    >>> found = solve_bvp(lambda x, y: np.vstack([y[1], -y[0]]), lambda a, b: np.array([a[0], b[0] - 1.0]), x, np.zeros((2, 5)))
    >>> found.success, round(float(found.sol(np.pi / 6)[0]), 3)
    (True, 0.5)
    """
    if exact and not np.iscomplexobj(asked["y"]):
        if asked.get("fun_jac") is None:
            asked["fun_jac"] = at_nodes(asked["fun"], asked.get("p") is not None)
        if asked.get("bc_jac") is None:
            ends = as_vector(asked["bc"])
            asked["bc_jac"] = ep.jacobian(ends, (0, 1) if asked.get("p") is None else (0, 1, 2))
    return integrate.solve_bvp(**asked)


def at_nodes(function: Function, parameters: bool) -> Function:
    """The Jacobian of each node's result by that node's y, of shape (n, n, m), and by the parameters, of shape (n, k, m)."""
    stacked = as_array(function)
    by_parameters = ep.jacobian(stacked, 2)

    def jacobian(x: Any, y: Any, *p: Any) -> Any:
        n, m = y.shape
        seeds = np.broadcast_to(np.eye(n)[:, np.newaxis, :], (n, m, n))
        by_y = np.swapaxes(ep.jacobian(stacked, 1, seeds=np.ascontiguousarray(seeds))(x, y, *p), 1, 2)
        return (by_y, np.swapaxes(by_parameters(x, y, *p), 1, 2)) if parameters else by_y

    return jacobian


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
