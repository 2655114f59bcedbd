"""The solvers of `scipy.optimize` that find a minimum and have a function of their own: `fmin_cg` and its like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import scipy.optimize

from ...intrinsics import by_cpython, refuse
from ...registry import stands_for
from .constraints import constrained
from .minima import limits, stationary
from .results import sized

Function = Callable[..., Any]


def found_by(solver: Any, func: Any, x0: Any, more: Any, options: Any) -> Any:
    """What a solver finds. (CPython runs this.)"""
    return solver(func, x0, *more, **options)


def only_the_point(options: Any, solver: str, method: str) -> None:
    if options.get("full_output") or options.get("retall"):
        refuse(f"the report of scipy.optimize.{solver} is not supported", f"use scipy.optimize.minimize(method={method!r})")


def several(args: Any) -> Any:
    return args if isinstance(args, tuple) else (args,)


@stands_for(scipy.optimize.fmin_cg)
def fmin_cg(f: Function, x0: Any, fprime: Any = None, args: Any = (), **options: Any) -> Any:
    only_the_point(options, "fmin_cg", "CG")
    args = several(args)
    return stationary(sized(f, x0), by_cpython(found_by, scipy.optimize.fmin_cg, f, x0, (fprime, args), options), args, None)


@stands_for(scipy.optimize.fmin_ncg)
def fmin_ncg(f: Function, x0: Any, fprime: Any, fhess_p: Any = None, fhess: Any = None, args: Any = (), **options: Any) -> Any:
    only_the_point(options, "fmin_ncg", "Newton-CG")
    args = several(args)
    found = by_cpython(found_by, scipy.optimize.fmin_ncg, f, x0, (fprime, fhess_p, fhess, args), options)
    return stationary(sized(f, x0), found, args, None)


@stands_for(scipy.optimize.fmin_powell)
def fmin_powell(func: Function, x0: Any, args: Any = (), **options: Any) -> Any:
    only_the_point(options, "fmin_powell", "Powell")
    args = several(args)
    return stationary(sized(func, x0), by_cpython(found_by, scipy.optimize.fmin_powell, func, x0, (args,), options), args, None)


@stands_for(scipy.optimize.fmin_tnc)
def fmin_tnc(
    func: Function, x0: Any, fprime: Any = None, args: Any = (), approx_grad: Any = 0, bounds: Any = None, **options: Any
) -> Any:  # fmt: skip
    args = several(args)
    x, calls, code = by_cpython(found_by, scipy.optimize.fmin_tnc, func, x0, (fprime, args, approx_grad, bounds), options)
    objective: Function = func if fprime is not None or approx_grad else lambda x, *args: func(x, *args)[0]
    return stationary(sized(objective, x0), x, args, limits(bounds)), calls, code


@stands_for(scipy.optimize.fmin_cobyla)
def fmin_cobyla(func: Function, x0: Any, cons: Any, args: Any = (), consargs: Any = None, **options: Any) -> Any:
    args = several(args)
    given = args if consargs is None else several(consargs)
    conditions = tuple(cons) if isinstance(cons, (list, tuple)) else (cons,)
    x = by_cpython(found_by, scipy.optimize.fmin_cobyla, func, x0, (conditions, args, given), options)
    constraints = [{"type": "ineq", "fun": one, "args": given} for one in conditions]
    return constrained(sized(func, x0), x, args, None, constraints)


@stands_for(scipy.optimize.fmin_slsqp)
def fmin_slsqp(
    func: Function,
    x0: Any,
    eqcons: Any = (),
    f_eqcons: Any = None,
    ieqcons: Any = (),
    f_ieqcons: Any = None,
    bounds: Any = (),
    fprime: Any = None,
    fprime_eqcons: Any = None,
    fprime_ieqcons: Any = None,
    args: Any = (),
    **options: Any,
) -> Any:
    only_the_point(options, "fmin_slsqp", "SLSQP")
    args = several(args)
    equal, more = tuple(eqcons), tuple(ieqcons)
    given = (equal, f_eqcons, more, f_ieqcons, bounds, fprime, fprime_eqcons, fprime_ieqcons, args)
    x = by_cpython(found_by, scipy.optimize.fmin_slsqp, func, x0, given, options)
    equations = equal if f_eqcons is None else (f_eqcons,)
    inequalities = more if f_ieqcons is None else (f_ieqcons,)
    constraints = [{"type": "eq", "fun": one, "args": args} for one in equations]
    constraints = constraints + [{"type": "ineq", "fun": one, "args": args} for one in inequalities]
    within = limits(bounds) if len(bounds) > 0 else None
    if len(constraints) == 0:
        return stationary(sized(func, x0), x, args, within)
    return constrained(sized(func, x0), x, args, within, constraints)
