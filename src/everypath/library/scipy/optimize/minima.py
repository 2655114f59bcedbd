"""Minima of functions: where the gradient is zero, or a bound is met."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.optimize

from ...implicit import implied, modelled
from ...intrinsics import by_cpython, grad, refuse
from ...registry import stands_for
from .constraints import constrained, handed_constraint, listed, taken_constraint
from .results import OptimizeResult, near, number, numbers_in, sized

Function = Callable[..., Any]


@stands_for(scipy.optimize.Bounds)
class Bounds:
    """Bounds of the arguments of a function."""

    def __init__(self, lb: Any = -np.inf, ub: Any = np.inf, keep_feasible: Any = False) -> None:
        self.lb, self.ub, self.keep_feasible = np.atleast_1d(lb), np.atleast_1d(ub), keep_feasible

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return kind(held["lb"], held["ub"], held["keep_feasible"])


def limits(bounds: Any) -> Any:
    """Bounds as two arrays; None where there are none."""
    if bounds is None:
        return None
    if isinstance(bounds, scipy.optimize.Bounds):
        return bounds.lb, bounds.ub
    low = [-np.inf if one[0] is None else one[0] for one in bounds]
    high = [np.inf if one[1] is None else one[1] for one in bounds]
    return np.asarray(low) * 1.0, np.asarray(high) * 1.0


def handed(bounds: Any) -> Any:
    """Bounds as CPython is given them."""
    return (bounds.lb, bounds.ub, "Bounds") if isinstance(bounds, scipy.optimize.Bounds) else bounds


def taken(bounds: Any) -> Any:
    """What `handed` gave, as SciPy knows it. (CPython runs this.)"""
    return scipy.optimize.Bounds(bounds[0], bounds[1]) if isinstance(bounds, tuple) and bounds[-1:] == ("Bounds",) else bounds


def stationary(objective: Function, x: Any, args: tuple[Any, ...], bounds: Any) -> Any:
    """`x`, at which `objective` is least within `bounds`, as a function of all these."""

    def slope(x: Any, *args: Any) -> Any:
        return grad(lambda x: number(objective(x, *args)))(x)

    if bounds is None:
        return implied(slope, x, args)
    low, high = bounds[0] + np.zeros(x.shape), bounds[1] + np.zeros(x.shape)
    on_low, on_high = near(x - low, x), near(high - x, x)

    def conditions(x: Any, low: Any, high: Any, *args: Any) -> Any:
        return np.where(on_low, x - low, np.where(on_high, x - high, slope(x, *args)))

    return implied(conditions, x, (low, high, *args))


def found_minimum(
    fun: Any, x0: Any, args: Any, method: Any, jac: Any, hess: Any, hessp: Any, bounds: Any, constraints: Any, *rest: Any
) -> dict[str, Any]:
    """What `minimize` finds. (CPython runs this.)"""
    conditions = tuple(map(taken_constraint, constraints))
    return numbers_in(scipy.optimize.minimize(fun, x0, args, method, jac, hess, hessp, taken(bounds), conditions, *rest))


@stands_for(scipy.optimize.minimize)
def minimize(
    fun: Function,
    x0: Any,
    args: Any = (),
    method: Any = None,
    jac: Any = None,
    hess: Any = None,
    hessp: Any = None,
    bounds: Any = None,
    constraints: Any = (),
    tol: Any = None,
    callback: Any = None,
    options: Any = None,
) -> Any:
    args = args if isinstance(args, tuple) else (args,)
    constraints = listed(constraints)
    conditions = [handed_constraint(one) for one in constraints]
    given = (x0, args, method, jac, hess, hessp, handed(bounds), conditions, tol, callback, options)
    found = by_cpython(found_minimum, fun, *given)
    objective = sized((lambda x, *args: fun(x, *args)[0]) if jac is True else fun, x0)
    if len(constraints) > 0:
        x = constrained(objective, found["x"], args, limits(bounds), constraints)
    else:
        x = stationary(objective, found["x"], args, limits(bounds))
    found["x"] = x
    found["fun"] = modelled(found["fun"], lambda: number(objective(x, *args)))
    return OptimizeResult(found)


def found_on_a_line(fun: Any, *args: Any) -> dict[str, Any]:
    """What `minimize_scalar` finds. (CPython runs this.)"""
    return numbers_in(scipy.optimize.minimize_scalar(fun, *args))


@stands_for(scipy.optimize.minimize_scalar)
def minimize_scalar(
    fun: Function, bracket: Any = None, bounds: Any = None, args: Any = (), method: Any = None, tol: Any = None, options: Any = None
) -> Any:
    args = args if isinstance(args, tuple) else (args,)
    found = by_cpython(found_on_a_line, fun, bracket, bounds, args, method, tol, options)
    x = on_a_line(fun, found["x"], args, bounds)
    found["x"] = x
    found["fun"] = modelled(found["fun"], lambda: number(fun(x, *args)))
    return OptimizeResult(found)


def on_a_line(fun: Function, x: Any, args: tuple[Any, ...], bounds: Any) -> Any:
    """`x`, at which a function of one number is least, as a function of what that depends on. On a bound it is held by that."""

    def slope(x: Any, *args: Any) -> Any:
        return grad(lambda x: number(fun(x, *args)))(x)

    if bounds is None:
        return implied(slope, x, args)
    low, high = bounds[0] * 1.0, bounds[1] * 1.0
    near = 3e-5 * (1.0 + np.abs(x))
    on_low, on_high = x - low <= near, high - x <= near

    def conditions(x: Any, low: Any, high: Any, *args: Any) -> Any:
        return x - low if on_low else x - high if on_high else slope(x, *args)

    return implied(conditions, x, (low, high, *args))


@stands_for(scipy.optimize.fminbound)
def fminbound(
    func: Function, x1: Any, x2: Any, args: Any = (), xtol: float = 1e-05, maxfun: int = 500, full_output: bool = False, disp: int = 1
) -> Any:
    if full_output:
        refuse("the report of scipy.optimize.fminbound is not supported", "use scipy.optimize.minimize_scalar(method='bounded')")
    args = args if isinstance(args, tuple) else (args,)
    found = by_cpython(scipy.optimize.fminbound, func, x1, x2, args, xtol, maxfun, False, disp)
    return on_a_line(func, found, args, (x1, x2))


def simplex(func: Any, *args: Any) -> Any:
    """What `fmin` finds. (CPython runs this.)"""
    return scipy.optimize.fmin(func, *args)


@stands_for(scipy.optimize.fmin)
def fmin(
    func: Function,
    x0: Any,
    args: Any = (),
    xtol: float = 0.0001,
    ftol: float = 0.0001,
    maxiter: Any = None,
    maxfun: Any = None,
    full_output: bool = False,
    disp: bool = True,
    retall: bool = False,
    callback: Any = None,
    initial_simplex: Any = None,
) -> Any:
    if full_output or retall:
        refuse("the report of scipy.optimize.fmin is not supported", "use scipy.optimize.minimize(method='Nelder-Mead')")
    args = args if isinstance(args, tuple) else (args,)
    found = by_cpython(simplex, func, x0, args, xtol, ftol, maxiter, maxfun, False, disp, False, callback, initial_simplex)
    return stationary(sized(func, x0), found, args, None)


def quasi_newton(func: Any, *args: Any) -> Any:
    """What `fmin_bfgs` finds. (CPython runs this.)"""
    return scipy.optimize.fmin_bfgs(func, *args)


@stands_for(scipy.optimize.fmin_bfgs)
def fmin_bfgs(
    f: Function,
    x0: Any,
    fprime: Any = None,
    args: Any = (),
    gtol: float = 1e-05,
    norm: float = np.inf,
    epsilon: float = float(np.sqrt(np.finfo(float).eps)),
    maxiter: Any = None,
    full_output: bool = False,
    disp: bool = True,
    retall: bool = False,
    callback: Any = None,
) -> Any:
    if full_output or retall:
        refuse("the report of scipy.optimize.fmin_bfgs is not supported", "use scipy.optimize.minimize(method='BFGS')")
    args = args if isinstance(args, tuple) else (args,)
    found = by_cpython(quasi_newton, f, x0, fprime, args, gtol, norm, epsilon, maxiter, False, disp, False, callback)
    return stationary(sized(f, x0), found, args, None)


def least_between(function: Any, func: Any, *args: Any) -> Any:
    """What `brent` or `golden` finds. (CPython runs this.)"""
    return np.float64(function(func, *args))


@stands_for(scipy.optimize.brent)
def brent(func: Function, args: Any = (), brack: Any = None, tol: float = 1.48e-08, full_output: bool = False, maxiter: int = 500) -> Any:
    if full_output:
        refuse("the report of scipy.optimize.brent is not supported", "use scipy.optimize.minimize_scalar(method='brent')")
    args = args if isinstance(args, tuple) else (args,)
    return on_a_line(func, by_cpython(least_between, scipy.optimize.brent, func, args, brack, tol, False, maxiter), args, None)


@stands_for(scipy.optimize.golden)
def golden(
    func: Function, args: Any = (), brack: Any = None, tol: float = 1.4901161193847656e-08, full_output: bool = False, maxiter: int = 5000
) -> Any:
    if full_output:
        refuse("the report of scipy.optimize.golden is not supported", "use scipy.optimize.minimize_scalar(method='golden')")
    args = args if isinstance(args, tuple) else (args,)
    return on_a_line(func, by_cpython(least_between, scipy.optimize.golden, func, args, brack, tol, False, maxiter), args, None)


def limited_memory(func: Any, most: tuple[int, int, int], *args: Any) -> tuple[Any, ...]:
    """What `fmin_l_bfgs_b` finds in so many calls, turns and steps along a line. (CPython runs this.)"""
    maxfun, maxiter, maxls = most
    x, value, report = scipy.optimize.fmin_l_bfgs_b(func, *args, maxfun=maxfun, maxiter=maxiter, maxls=maxls)
    return x, value, {"grad": report["grad"], "funcalls": report["funcalls"], "nit": report["nit"], "warnflag": report["warnflag"]}


@stands_for(scipy.optimize.fmin_l_bfgs_b)
def fmin_l_bfgs_b(
    func: Function,
    x0: Any,
    fprime: Any = None,
    args: Any = (),
    approx_grad: bool = False,
    bounds: Any = None,
    m: int = 10,
    factr: float = 1e7,
    pgtol: float = 1e-5,
    epsilon: float = 1e-8,
    iprint: Any = None,
    maxfun: int = 15000,
    maxiter: int = 15000,
    disp: Any = None,
    callback: Any = None,
    maxls: int = 20,
) -> Any:
    if callback is not None:
        refuse("the callback of scipy.optimize.fmin_l_bfgs_b is not supported", "leave it out")
    args = args if isinstance(args, tuple) else (args,)
    most = maxfun, maxiter, maxls
    found, value, report = by_cpython(limited_memory, func, most, x0, fprime, args, approx_grad, bounds, m, factr, pgtol, epsilon)
    objective: Function = func if fprime is not None or approx_grad else lambda x, *args: func(x, *args)[0]
    x = stationary(sized(objective, x0), found, args, limits(bounds))
    return x, modelled(value, lambda: number(objective(x, *args))), report
