"""Roots of functions of one variable and of several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.optimize

from ...implicit import implied
from ...intrinsics import by_cpython, refuse, returning, telling
from ...registry import stands_for
from ..constants import number_of
from .results import OptimizeResult, RootResults, numbers_in, sized

Function = Callable[..., Any]
RTOL = 4 * np.finfo(float).eps


def report(method: Any, f: Any, *args: Any) -> tuple[Any, ...]:
    """What a solver of one variable finds, and its report. (CPython runs this.)"""
    root, r = method(f, *args)
    return root, r.iterations, r.function_calls, r.converged


SIGNS = "f(a) and f(b) must have different signs"
ENDLESS = "Failed to converge after {} iterations."
NAN = "The function value at x={} is NaN; solver cannot continue."


@returning((0.0, 0, 0, True, 0))
@telling
def told(method: Any, f: Any, *args: Any) -> tuple[Any, ...]:
    """The same of a solver that says what is wrong in one of three ways, of which the last result says which. (CPython runs this.)"""
    try:
        return *report(method, f, *args), 0
    except (ValueError, RuntimeError) as problem:
        text = str(problem)
        before, _, behind = NAN.partition("{}")
        if text == SIGNS:
            return 0.0, 0, 0, False, 1
        if text.startswith(ENDLESS.partition("{}")[0]):
            return 0.0, 0, 0, False, 2
        if text.startswith(before) and text.endswith(behind):
            return float(text.removeprefix(before).removesuffix(behind)), 0, 0, False, 3
        raise


def found_by(method: Any, f: Function, a: Any, b: Any, args: Any, settings: tuple[Any, ...]) -> tuple[Any, ...]:
    """What such a solver finds, and its errors."""
    found, iterations, calls, converged, wrong = by_cpython(told, method, f, a, b, args, *settings)
    if wrong == 1:
        raise ValueError(SIGNS)
    if wrong == 2:
        raise RuntimeError(f"Failed to converge after {settings[2]} iterations.")
    if wrong == 3:
        raise ValueError(f"The function value at x={found} is NaN; solver cannot continue.")
    return found, iterations, calls, converged


def bracketed(method: Any, f: Function, a: Any, b: Any, args: Any, settings: tuple[Any, ...], full_output: bool) -> Any:
    """The root between a and b, and a report if it is wanted."""
    args = args if isinstance(args, tuple) else (args,)
    found, iterations, calls, converged = found_by(method, f, a, b, args, settings)
    root = implied(f, found, args)
    return (root, RootResults(root, iterations, calls, converged, method.__name__)) if full_output else root


@stands_for(scipy.optimize.brentq)
def brentq(
    f: Function,
    a: Any,
    b: Any,
    args: Any = (),
    xtol: float = 2e-12,
    rtol: float = RTOL,
    maxiter: int = 100,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    return bracketed(scipy.optimize.brentq, f, a, b, args, (xtol, rtol, maxiter, True, disp), full_output)


@stands_for(scipy.optimize.brenth)
def brenth(
    f: Function,
    a: Any,
    b: Any,
    args: Any = (),
    xtol: float = 2e-12,
    rtol: float = RTOL,
    maxiter: int = 100,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    return bracketed(scipy.optimize.brenth, f, a, b, args, (xtol, rtol, maxiter, True, disp), full_output)


@stands_for(scipy.optimize.ridder)
def ridder(
    f: Function,
    a: Any,
    b: Any,
    args: Any = (),
    xtol: float = 2e-12,
    rtol: float = RTOL,
    maxiter: int = 100,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    return bracketed(scipy.optimize.ridder, f, a, b, args, (xtol, rtol, maxiter, True, disp), full_output)


@stands_for(scipy.optimize.bisect)
def bisect(
    f: Function,
    a: Any,
    b: Any,
    args: Any = (),
    xtol: float = 2e-12,
    rtol: float = RTOL,
    maxiter: int = 100,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    return bracketed(scipy.optimize.bisect, f, a, b, args, (xtol, rtol, maxiter, True, disp), full_output)


@stands_for(scipy.optimize.toms748)
def toms748(
    f: Function,
    a: Any,
    b: Any,
    args: Any = (),
    k: int = 1,
    xtol: float = 2e-12,
    rtol: float = RTOL,
    maxiter: int = 100,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    args = args if isinstance(args, tuple) else (args,)
    found, iterations, calls, converged = by_cpython(report, scipy.optimize.toms748, f, a, b, args, k, xtol, rtol, maxiter, True, disp)
    root = implied(f, found, args)
    return (root, RootResults(root, iterations, calls, converged, "toms748")) if full_output else root


def stepped(f: Any, x0: Any, *args: Any) -> tuple[Any, ...]:
    """What Newton's method or the secant method finds. (CPython runs this.)"""
    found = scipy.optimize.newton(f, x0, *args)
    if len(found) == 3:  # of several equations
        return np.asarray(found[0]), 0, 0, np.asarray(found[1]), np.asarray(found[2])
    root, r = found
    if np.ndim(root):  # of an array with one element
        return root, 0, 0, np.full(root.shape, r.converged), np.full(root.shape, False)
    return root, r.iterations, r.function_calls, r.converged, False


@stands_for(scipy.optimize.newton)
def newton(
    func: Function,
    x0: Any,
    fprime: Any = None,
    args: Any = (),
    tol: float = 1.48e-8,
    maxiter: int = 50,
    fprime2: Any = None,
    x1: Any = None,
    rtol: float = 0.0,
    full_output: bool = False,
    disp: bool = True,
) -> Any:
    args = tuple(args)
    settings = (tol, maxiter, fprime2, x1, rtol, True, disp)
    found, iterations, calls, converged, flat = by_cpython(stepped, func, x0, fprime, args, *settings)
    root = implied(func, found, args)
    if not full_output:
        return root
    if isinstance(root, np.ndarray):
        if root.size == 1:
            refuse("newton with full_output from an array of one element is not supported", "start from a number")
        return root, converged, flat
    method = "secant" if fprime is None else "newton" if fprime2 is None else "halley"
    return root, RootResults(root, iterations, calls, converged, method)


def scalar_report(f: Any, *args: Any) -> tuple[Any, ...]:
    """What `root_scalar` finds. (CPython runs this.)"""
    r = scipy.optimize.root_scalar(f, *args)
    return r.root, r.iterations, r.function_calls, bool(r.converged), number_of(r.method)


@stands_for(scipy.optimize.root_scalar)
def root_scalar(
    f: Function,
    args: Any = (),
    method: Any = None,
    bracket: Any = None,
    fprime: Any = None,
    fprime2: Any = None,
    x0: Any = None,
    x1: Any = None,
    xtol: Any = None,
    rtol: Any = None,
    maxiter: Any = None,
    options: Any = None,
) -> Any:
    args = args if isinstance(args, tuple) else (args,)
    settings = (method, bracket, fprime, fprime2, x0, x1, xtol, rtol, maxiter, options)
    found, iterations, calls, converged, name = by_cpython(scalar_report, f, args, *settings)
    equation = (lambda x, *args: f(x, *args)[0]) if fprime is True else f
    return RootResults(implied(equation, found, args), iterations, calls, converged, name if method is None else method)


def system(fun: Any, *args: Any) -> dict[str, Any]:
    """What `root` finds. (CPython runs this.)"""
    return numbers_in(scipy.optimize.root(fun, *args))


@stands_for(scipy.optimize.root)
def root(
    fun: Function,
    x0: Any,
    args: Any = (),
    method: str = "hybr",
    jac: Any = None,
    tol: Any = None,
    callback: Any = None,
    options: Any = None,
) -> Any:
    args = args if isinstance(args, tuple) else (args,)
    found = by_cpython(system, fun, x0, args, method, jac, tol, callback, options)
    equation = sized((lambda x, *args: fun(x, *args)[0]) if jac is True else fun, x0)
    found["x"] = implied(equation, found["x"], args)
    return OptimizeResult(found)


def by_minpack(func: Any, *args: Any) -> tuple[Any, ...]:
    """What `fsolve` finds, with its report. (CPython runs this.)"""
    x, info, ier, _ = scipy.optimize.fsolve(func, *args)
    return x, info, ier


@stands_for(scipy.optimize.fsolve)
def fsolve(
    func: Function,
    x0: Any,
    args: Any = (),
    fprime: Any = None,
    full_output: bool = False,
    col_deriv: bool = False,
    xtol: float = 1.49012e-08,
    maxfev: int = 0,
    band: Any = None,
    epsfcn: Any = None,
    factor: float = 100,
    diag: Any = None,
) -> Any:
    args = args if isinstance(args, tuple) else (args,)
    settings = (col_deriv, xtol, maxfev, band, epsfcn, factor, diag)
    if full_output:
        found, info, ier = by_cpython(by_minpack, func, x0, args, fprime, True, *settings)
        return implied(sized(func, x0), found, args), info, ier, ""
    return implied(sized(func, x0), by_cpython(scipy.optimize.fsolve, func, x0, args, fprime, False, *settings), args)


@stands_for(scipy.optimize.fixed_point)
def fixed_point(func: Function, x0: Any, args: Any = (), xtol: float = 1e-8, maxiter: int = 500, method: str = "del2") -> Any:
    args = tuple(args)
    found = by_cpython(scipy.optimize.fixed_point, func, x0, args, xtol, maxiter, method)
    return implied(lambda x, *args: func(x, *args) - x, found, args)


def iterated(method: Any, F: Any, xin: Any, options: Any) -> Any:
    """What `broyden1` or another of its kind finds. (CPython runs this.)"""
    return np.asarray(method(F, xin, **options), float)


def by_iteration(method: Any, F: Function, xin: Any, options: Any) -> Any:
    """The root of a system, as `method` finds it."""
    return implied(sized(F, xin), by_cpython(iterated, method, F, xin, options))


@stands_for(scipy.optimize.broyden1)
def broyden1(F: Function, xin: Any, **options: Any) -> Any:
    return by_iteration(scipy.optimize.broyden1, F, xin, options)


@stands_for(scipy.optimize.broyden2)
def broyden2(F: Function, xin: Any, **options: Any) -> Any:
    return by_iteration(scipy.optimize.broyden2, F, xin, options)


@stands_for(scipy.optimize.anderson)
def anderson(F: Function, xin: Any, **options: Any) -> Any:
    return by_iteration(scipy.optimize.anderson, F, xin, options)


@stands_for(scipy.optimize.newton_krylov)
def newton_krylov(F: Function, xin: Any, **options: Any) -> Any:
    return by_iteration(scipy.optimize.newton_krylov, F, xin, options)
