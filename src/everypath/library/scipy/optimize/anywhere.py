"""Minima that are looked for everywhere: where they were found the gradient is zero, or a bound is met, as of any other minimum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.optimize

from ...implicit import modelled
from ...intrinsics import by_cpython, refuse
from ...registry import stands_for
from .minima import handed, limits, stationary, taken
from .results import OptimizeResult, number, numbers_in

Function = Callable[..., Any]


def found_anywhere(method: Any, func: Any, bounds: Any, options: Any) -> dict[str, Any]:
    """What `method` finds between bounds. (CPython runs this.)"""
    return numbers_in(method(func, taken(bounds), **options))


def found_by_hopping(func: Any, x0: Any, options: Any) -> dict[str, Any]:
    """What `basinhopping` finds. (CPython runs this.)"""
    return numbers_in(scipy.optimize.basinhopping(func, x0, **options))


def repeatable(options: Any) -> None:
    """Refuse what draws other numbers at every call."""
    if options.get("seed") is None and options.get("rng") is None:
        refuse("a search that draws random numbers finds something else at every call", "pass seed=0, or another integer")


def between(method: Any, func: Function, bounds: Any, args: Any, options: Any) -> Any:
    """What `method` finds between bounds."""
    for name in ("constraints", "integrality", "vectorized"):
        if name in options:
            refuse(f"the option '{name}' is not supported here", "use scipy.optimize.minimize from where it ends")
    args = args if isinstance(args, tuple) else (args,)
    found = by_cpython(found_anywhere, method, func, handed(bounds), {**options, "args": args})
    return with_minimum(found, func, args, limits(bounds))


def with_minimum(found: Any, func: Function, args: Any, bounds: Any) -> Any:
    """The result, with the derivatives of the minimum and of where it is."""
    x = stationary(func, found["x"], args, bounds)
    found["x"] = x
    found["fun"] = modelled(found["fun"], lambda: number(func(x, *args)))
    return OptimizeResult(found)


@stands_for(scipy.optimize.differential_evolution)
def differential_evolution(func: Function, bounds: Any, args: Any = (), **options: Any) -> Any:
    repeatable(options)
    return between(scipy.optimize.differential_evolution, func, bounds, args, options)


@stands_for(scipy.optimize.dual_annealing)
def dual_annealing(func: Function, bounds: Any, args: Any = (), **options: Any) -> Any:
    repeatable(options)
    return between(scipy.optimize.dual_annealing, func, bounds, args, options)


@stands_for(scipy.optimize.shgo)
def shgo(func: Function, bounds: Any, args: Any = (), **options: Any) -> Any:
    return between(scipy.optimize.shgo, func, bounds, args, options)


@stands_for(scipy.optimize.direct)
def direct(func: Function, bounds: Any, *, args: Any = (), **options: Any) -> Any:
    return between(scipy.optimize.direct, func, bounds, args, options)


@stands_for(scipy.optimize.basinhopping)
def basinhopping(func: Function, x0: Any, **options: Any) -> Any:
    repeatable(options)
    inner = options.get("minimizer_kwargs") or {}
    for name in ("constraints", "jac"):
        if name in inner:
            refuse(f"the option '{name}' in minimizer_kwargs is not supported", "use scipy.optimize.minimize from where it ends")
    args = inner.get("args", ())
    args = args if isinstance(args, tuple) else (args,)
    found = by_cpython(found_by_hopping, func, x0, options)
    return with_minimum(found, func, args, limits(inner.get("bounds")))


def least_on_grid(func: Any, ranges: Any, args: Any, options: Any) -> Any:
    """Where `brute` ends. (CPython runs this.)"""
    axes = tuple([slice(*axis[1:]) if axis[0] == "slice" else axis for axis in ranges])
    return np.asarray(scipy.optimize.brute(func, axes, args, **options))


@stands_for(scipy.optimize.brute)
def brute(func: Function, ranges: Any, args: Any = (), **options: Any) -> Any:
    if options.get("full_output") or options.get("finish", 0) is None:
        refuse("the grid of scipy.optimize.brute has no derivative", "leave full_output and finish out, or compute it outside")
    args = args if isinstance(args, tuple) else (args,)
    axes = tuple([("slice", axis.start, axis.stop, axis.step) if isinstance(axis, slice) else axis for axis in ranges])
    return stationary(func, by_cpython(least_on_grid, func, axes, args, options), args, None)
