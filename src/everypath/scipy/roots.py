"""`scipy.optimize.root`, `fsolve` and `root_scalar` with Jacobians and derivatives filled in."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import optimize

import everypath as ep

from .asked import Asked, as_scipy, extra
from .functions import Residuals, oriented, returned
from .unknowns import Unknowns, floats


@as_scipy(optimize.root)
def root(asked: Asked, exact: bool) -> Any:
    """`scipy.optimize.root` with `jac` filled in for the methods that take it, hybr and lm.

    `x0` may be a tree of floats and arrays: `fun` and a given `jac` then take it, and `result.x` is one. `fun` may give a tree too.
    `or_differences=True` lets SciPy take differences where everypath refuses `fun`. Raises NotSupported and NotDifferentiable without
    it, and what SciPy raises.

    >>> found = root(lambda x: [x[0] + 0.5 * (x[0] - x[1]) ** 3 - 1.0, 0.5 * (x[1] - x[0]) ** 3 + x[1]], [0.0, 0.0])
    >>> found.x.round(4).tolist(), found.njev
    ([0.8412, 0.1588], 1)
    """
    x0 = asked["x0"]
    unknowns, args = Unknowns(np.ravel(x0) if isinstance(x0, np.ndarray) else x0), extra(asked.get("args", ()))
    given = asked.get("jac")
    asked["fun"], asked["args"] = unknowns.taking(asked["fun"]), args
    asked["x0"], asked["callback"] = unknowns.vector, unknowns.told(asked.get("callback"))
    asked["jac"] = given if given is True else unknowns.taking(given)
    if exact and given is None and str(asked.get("method", "hybr")).lower() in ("hybr", "lm"):
        numbers = Residuals(asked["fun"], (unknowns.sample, *args))
        asked["fun"], asked["jac"] = numbers.value, oriented(numbers, (asked.get("options") or {}).get("col_deriv"))
    return unknowns.found(optimize.root(**asked))


@as_scipy(optimize.fsolve)
def fsolve(asked: Asked, exact: bool) -> Any:
    """`scipy.optimize.fsolve` with `fprime` filled in. `or_differences=True` as for `root`, which says more and takes more.

    >>> fsolve(lambda x: [x[0] * np.cos(x[1]) - 4.0, x[1] * x[0] - x[1] - 5.0], [1.0, 1.0]).round(4).tolist()
    [6.5041, 0.9084]
    """
    asked["x0"], args = floats(asked["x0"]), extra(asked.get("args", ()))
    if exact and asked.get("fprime") is None:
        numbers = Residuals(asked["func"], (np.ravel(asked["x0"]), *args))
        asked["func"], asked["fprime"] = numbers.value, oriented(numbers, asked.get("col_deriv"))
    return optimize.fsolve(**asked)


@as_scipy(optimize.root_scalar)
def root_scalar(asked: Asked, exact: bool) -> Any:
    """`scipy.optimize.root_scalar` with `fprime` filled in for newton, and `fprime` and `fprime2` for halley.

    Without a `method`, a bracket or a second point it is Newton's, as in SciPy. `or_differences=True` lets SciPy take differences where
    everypath refuses `f`. Raises NotSupported and NotDifferentiable without it, and what SciPy raises.

    >>> found = root_scalar(lambda x: x**3 - 1.0, x0=0.2, method="newton")
    >>> round(float(found.root), 9), found.converged
    (1.0, True)
    """
    f, args = asked["f"], extra(asked.get("args", ()))
    method = str(asked.get("method") or ("newton" if asked.get("bracket") is None and asked.get("x1") is None else "")).lower()
    if not exact or method not in ("newton", "halley") or asked.get("x0") is None or asked.get("fprime") is True:
        return optimize.root_scalar(**asked)
    returned(f, (1.0 * asked["x0"], *args))
    slope = ep.grad(f)
    asked["f"] = ep.compile(f)
    if asked.get("fprime") is None:
        asked["fprime"] = slope
    if method == "halley" and asked.get("fprime2") is None:
        asked["fprime2"] = ep.grad(slope)
    return optimize.root_scalar(**asked)
