"""The Jacobians of constraints, and for methods that take them their Hessians."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import BFGS, NonlinearConstraint

import everypath as ep

from .asked import extra
from .functions import Function, Residuals
from .unknowns import Unknowns


def filled(constraints: Any, unknowns: Unknowns, exact: bool, second: bool) -> Any:
    """The constraints of a call with their Jacobians, and with `second` their Hessians, where `exact` asks for them."""
    if isinstance(constraints, (list, tuple)):
        return [filled(one, unknowns, exact, second) for one in constraints]
    if isinstance(constraints, dict):
        return of_dict(constraints, unknowns, exact, second)
    if isinstance(constraints, NonlinearConstraint):
        return nonlinear(constraints, unknowns, exact, second)
    return constraints


def of_dict(constraint: dict[str, Any], unknowns: Unknowns, exact: bool, second: bool) -> Any:
    """A constraint that is a dict: its function takes the `args` that stand in it."""
    made = {**constraint, "fun": unknowns.taking(constraint["fun"])}
    if made.get("jac") is not None or not exact:
        return made
    args = extra(made.pop("args", ()))
    numbers = Residuals(made["fun"], (unknowns.sample, *args))
    made["fun"], made["jac"] = (lambda x: numbers.value(x, *args)), (lambda x: numbers.jacobian(x, *args))
    if not second or made.get("type") not in ("eq", "ineq"):
        return made
    above, stacked = 0.0 if made["type"] == "eq" else np.inf, numbers.stacked
    return NonlinearConstraint(made["fun"], 0.0, above, made["jac"], weighted(lambda x: stacked(x, *args)))


def nonlinear(constraint: NonlinearConstraint, unknowns: Unknowns, exact: bool, second: bool) -> NonlinearConstraint:
    """A `NonlinearConstraint`. What it says by default can't be told from what the caller says: it is filled in."""
    fun, jac, hess = unknowns.taking(constraint.fun), constraint.jac, constraint.hess
    if exact and jac in ("2-point", None):
        numbers = Residuals(fun, (unknowns.sample,), sparse=constraint.finite_diff_jac_sparsity is not None)
        fun, jac = numbers.value, numbers.jacobian
        if second and type(hess) is BFGS:
            hess = weighted(numbers.stacked)
    return NonlinearConstraint(
        fun,
        constraint.lb,
        constraint.ub,
        jac,
        hess,
        constraint.keep_feasible,
        constraint.finite_diff_rel_step,
        constraint.finite_diff_jac_sparsity,
    )


def weighted(function: Function) -> Function:
    """The Hessian of v·c(x) by x, a function of both."""
    return ep.hessian(lambda x, v: np.dot(v, function(x)))
