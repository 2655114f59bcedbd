"""Least squares: where the gradient of the sum of the squares is zero, or a bound is met."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.optimize

from ...implicit import implied, in_a_row, modelled, slopes, solve
from ...intrinsics import by_cpython, parameters, refuse
from ...registry import stands_for
from .minima import stationary
from .results import OptimizeResult, numbers_in, sized

Function = Callable[..., Any]


def found_least(fun: Any, *args: Any) -> dict[str, Any]:
    """What `least_squares` finds. (CPython runs this.)"""
    return numbers_in(scipy.optimize.least_squares(fun, *args))


@stands_for(scipy.optimize.least_squares)
def least_squares(
    fun: Function,
    x0: Any,
    jac: Any = "2-point",
    bounds: Any = (-np.inf, np.inf),
    method: str = "trf",
    ftol: Any = 1e-8,
    xtol: Any = 1e-8,
    gtol: Any = 1e-8,
    x_scale: Any = 1.0,
    loss: Any = "linear",
    f_scale: Any = 1.0,
    diff_step: Any = None,
    tr_solver: Any = None,
    tr_options: Any = None,
    jac_sparsity: Any = None,
    max_nfev: Any = None,
    verbose: int = 0,
    args: Any = (),
    kwargs: Any = None,
) -> Any:
    if kwargs:
        refuse("the option 'kwargs' of scipy.optimize.least_squares is not supported", "pass a lambda that gives them")
    if not isinstance(loss, str):
        refuse("a loss of one's own in scipy.optimize.least_squares is not supported", "use one of those that have a name")
    low, high = (bounds.lb, bounds.ub) if isinstance(bounds, scipy.optimize.Bounds) else bounds
    options = {} if tr_options is None else tr_options
    settings = (ftol, xtol, gtol, x_scale, loss, f_scale, diff_step, tr_solver, options, jac_sparsity, max_nfev, verbose)
    found = by_cpython(found_least, fun, x0, jac, (low, high), method, *settings, args)
    fun, x = sized(fun, x0), found["x"]
    x = stationary(lambda x, scale, *args: cost_of(fun(x, *args), loss, scale), x, (f_scale * 1.0, *args), within(low, high))
    found["x"] = x
    found["fun"] = modelled(found["fun"], lambda: in_a_row(fun(x, *args)))
    found["cost"] = modelled(found["cost"], lambda: cost_of(fun(x, *args), loss, f_scale))
    return OptimizeResult(found)


def within(low: Any, high: Any) -> Any:
    """Bounds of a least-squares problem; None where there are none."""
    return None if isinstance(low, float) and low == -np.inf and isinstance(high, float) and high == np.inf else (low, high)


def cost_of(residuals: Any, loss: str, scale: Any) -> Any:
    """Half the sum of the losses of the squares of residuals."""
    z = (in_a_row(residuals) / scale) ** 2
    if loss == "soft_l1":
        z = 2 * (np.sqrt(1 + z) - 1)
    elif loss == "huber":
        z = np.where(z <= 1, z, 2 * np.sqrt(np.where(z <= 1, 1.0, z)) - 1)
    elif loss == "cauchy":
        z = np.log1p(z)
    elif loss == "arctan":
        z = np.arctan(z)
    return 0.5 * scale**2 * np.sum(z)


def found_by_minpack(func: Any, *args: Any) -> Any:
    """What `leastsq` finds. (CPython runs this.)"""
    x, ier = scipy.optimize.leastsq(func, *args)
    return x, int(ier)


@stands_for(scipy.optimize.leastsq)
def leastsq(
    func: Function,
    x0: Any,
    args: Any = (),
    Dfun: Any = None,
    full_output: bool = False,
    col_deriv: bool = False,
    ftol: float = 1.49012e-08,
    xtol: float = 1.49012e-08,
    gtol: float = 0.0,
    maxfev: int = 0,
    epsfcn: Any = None,
    factor: float = 100,
    diag: Any = None,
) -> Any:
    if full_output:
        refuse("the report of scipy.optimize.leastsq is not supported", "use scipy.optimize.least_squares")
    args = args if isinstance(args, tuple) else (args,)
    x, ier = by_cpython(found_by_minpack, func, x0, args, Dfun, False, col_deriv, ftol, xtol, gtol, maxfev, epsfcn, factor, diag)
    func = sized(func, x0)
    return stationary(lambda x, *args: cost_of(func(x, *args), "linear", 1.0), x, args, None), ier


def fitted(f: Any, xdata: Any, ydata: Any, p0: Any, sigma: Any, absolute: Any, check: Any, bounds: Any, *rest: Any) -> Any:
    """What `curve_fit` finds. (CPython runs this.)"""
    method, jac, options = rest
    return scipy.optimize.curve_fit(f, xdata, ydata, p0, sigma, absolute, check, bounds, method, jac, **options)


@stands_for(scipy.optimize.curve_fit)
def curve_fit(
    f: Function,
    xdata: Any,
    ydata: Any,
    p0: Any = None,
    sigma: Any = None,
    absolute_sigma: bool = False,
    check_finite: Any = None,
    bounds: Any = (-np.inf, np.inf),
    method: Any = None,
    jac: Any = None,
    *,
    full_output: bool = False,
    nan_policy: Any = None,
    **kwargs: Any,
) -> Any:
    if full_output or nan_policy is not None:
        refuse("the options 'full_output' and 'nan_policy' of scipy.optimize.curve_fit are not supported", "leave them out")
    places = tuple(range(parameters(f) - 1))
    if not places:
        refuse("how many parameters are to be fitted is not known", "give the model its parameters by name, one after the other")
    check = True if check_finite is None else check_finite
    low, high = (bounds.lb, bounds.ub) if isinstance(bounds, scipy.optimize.Bounds) else bounds
    popt, pcov = by_cpython(fitted, f, xdata, ydata, p0, sigma, absolute_sigma, check, (low, high), method, jac, kwargs)
    given: tuple[Any, ...] = (xdata if isinstance(xdata, tuple) else np.asarray(xdata) * 1.0, np.asarray(ydata) * 1.0)
    if sigma is not None:
        given = (*given, np.asarray(sigma) * 1.0)

    def residuals(p: Any, x: Any, y: Any, *sigma: Any) -> Any:
        deviations = in_a_row(f(x, *[p[k] for k in places])) - in_a_row(y)
        return whitened(deviations, *sigma)

    popt = stationary(lambda p, *given: cost_of(residuals(p, *given), "linear", 1.0), popt, given, within(low, high))
    return popt, modelled(pcov, lambda: covariance(residuals, popt, given, absolute_sigma))


def whitened(deviations: Any, sigma: Any = None) -> Any:
    """Deviations in units of their uncertainty, which may be a covariance."""
    if sigma is None:
        return deviations
    if sigma.ndim == 2:
        refuse("a covariance as 'sigma' of scipy.optimize.curve_fit is not supported", "pass standard deviations")
    return deviations / sigma


def covariance(residuals: Function, p: Any, given: Any, absolute: bool) -> Any:
    """The covariance of fitted parameters."""
    columns = slopes(residuals, p, given, given[1].size)
    curvature = columns.T @ columns
    n = p.size
    inverse = np.empty((n, n))
    for k in range(n):
        inverse[k] = solve(curvature, np.eye(n)[k])
    if absolute:
        return inverse
    left = residuals(p, *given)
    return inverse * (np.sum(left**2) / (left.size - n))


@stands_for(scipy.optimize.nnls)
def nnls(A: Any, b: Any, maxiter: Any = None) -> Any:
    A, b = np.asarray(A) * 1.0, np.asarray(b) * 1.0
    x, norm = by_cpython(scipy.optimize.nnls, A, b) if maxiter is None else by_cpython(scipy.optimize.nnls, A, b, maxiter)
    x = implied(lambda x, A, b: np.where(x > 0, A.T @ (A @ x - b), x), x, (A, b))
    left = A @ x - b
    return x, modelled(norm, lambda: np.sqrt(np.sum(left * left)))


def between(*args: Any) -> Any:
    """What `lsq_linear` finds. (CPython runs this.)"""
    return numbers_in(scipy.optimize.lsq_linear(*args))


@stands_for(scipy.optimize.lsq_linear)
def lsq_linear(A: Any, b: Any, bounds: Any = (-np.inf, np.inf), method: str = "trf", tol: float = 1e-10) -> Any:
    A, b = np.asarray(A) * 1.0, np.asarray(b) * 1.0
    low, high = (bounds.lb, bounds.ub) if isinstance(bounds, scipy.optimize.Bounds) else bounds
    found = by_cpython(between, A, b, (low, high), method, tol)
    x = found["x"]
    x = stationary(lambda x, A, b: 0.5 * np.sum((A @ x - b) ** 2), x, (A, b), within(low, high))
    found["x"] = x
    found["fun"] = modelled(found["fun"], lambda: A @ x - b)
    found["cost"] = modelled(found["cost"], lambda: 0.5 * np.sum((A @ x - b) ** 2))
    return OptimizeResult(found)
