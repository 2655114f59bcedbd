"""Minima under constraints: their derivative is that of the conditions of Karush, Kuhn and Tucker.

Where the minimum lies, some constraints hold with equality. As long as these stay the same, x and their multipliers solve
∇f - Σ λ·∇c = 0 and c = 0, and move as the implicit function theorem says (A. V. Fiacco, Introduction to Sensitivity and Stability
Analysis in Nonlinear Programming, 1983, chapter 2). Where the gradients of these constraints depend on each other, the derivative is NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.optimize

from ...implicit import implied, in_a_row, slopes
from ...intrinsics import grad
from ...registry import stands_for
from .results import near, number

Function = Callable[..., Any]


@stands_for(scipy.optimize.LinearConstraint)
class LinearConstraint:
    """Bounds of A·x."""

    def __init__(self, A: Any, lb: Any = -np.inf, ub: Any = np.inf, keep_feasible: Any = False) -> None:
        self.A, self.lb, self.ub = np.atleast_2d(A) * 1.0, np.atleast_1d(lb) * 1.0, np.atleast_1d(ub) * 1.0
        self.keep_feasible = keep_feasible

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return kind(held["A"], held["lb"], held["ub"], held["keep_feasible"])


@stands_for(scipy.optimize.NonlinearConstraint)
class NonlinearConstraint:
    """Bounds of a function."""

    def __init__(self, fun: Any, lb: Any, ub: Any, jac: Any = "2-point", hess: Any = None, keep_feasible: Any = False) -> None:
        self.fun, self.lb, self.ub = fun, np.atleast_1d(lb) * 1.0, np.atleast_1d(ub) * 1.0


def listed(constraints: Any) -> Any:
    """Constraints one by one."""
    return constraints if isinstance(constraints, (tuple, list)) else (constraints,)


def handed_constraint(constraint: Any) -> Any:
    """A constraint as CPython is given it."""
    if isinstance(constraint, scipy.optimize.LinearConstraint):
        return {"linear": constraint.A, "lb": constraint.lb, "ub": constraint.ub}
    if isinstance(constraint, scipy.optimize.NonlinearConstraint):
        return {"curved": constraint.fun, "lb": constraint.lb, "ub": constraint.ub}
    return constraint


def taken_constraint(constraint: Any) -> Any:
    """What `handed_constraint` gave, as SciPy knows it. (CPython runs this.)"""
    if "linear" in constraint:
        return scipy.optimize.LinearConstraint(constraint["linear"], constraint["lb"], constraint["ub"])
    if "curved" in constraint:
        return scipy.optimize.NonlinearConstraint(constraint["curved"], constraint["lb"], constraint["ub"])
    return constraint


def between(values: Any, low: Any, high: Any) -> Any:
    """How far values are above their lower bounds, and below their upper ones; 1 where there is none."""
    high = np.where(high == low, np.inf, high)
    above = np.where(np.isfinite(low), values - np.where(np.isfinite(low), low, 0.0), 1.0)
    below = np.where(np.isfinite(high), np.where(np.isfinite(high), high, 0.0) - values, 1.0)
    return np.concatenate((above, below))


def height(constraint: Any, x: Any) -> Any:
    """The values of one constraint, in a row."""
    if isinstance(constraint, scipy.optimize.LinearConstraint):
        return between(constraint.A @ x, constraint.lb, constraint.ub)
    if isinstance(constraint, scipy.optimize.NonlinearConstraint):
        return between(in_a_row(constraint.fun(x)), constraint.lb, constraint.ub)
    args = constraint.get("args", ())
    return in_a_row(constraint["fun"](x, *args) if isinstance(args, (tuple, list)) else constraint["fun"](x, args))


def equality(constraint: Any, x: Any) -> Any:
    """Which values of one constraint are 0 always."""
    values = height(constraint, x)
    if isinstance(constraint, (scipy.optimize.LinearConstraint, scipy.optimize.NonlinearConstraint)):
        same = np.zeros(values.size // 2) + (constraint.lb == constraint.ub) > 0.5
        return np.concatenate((same, np.full(values.size // 2, False)))
    return np.full(values.size, constraint["type"].lower() == "eq")


def heights(constraints: Any, x: Any) -> Any:
    """The values of all constraints, in a row."""
    return np.concatenate([height(one, x) for one in constraints])


def constrained(objective: Function, x: Any, args: tuple[Any, ...], bounds: Any, constraints: Any) -> Any:
    """`x`, at which `objective` is least within `bounds` and under `constraints`, as a function of all these."""
    n = x.size
    values = heights(constraints, x)
    m = values.size
    active = np.concatenate([equality(one, x) for one in constraints]) | near(values, np.max(np.abs(x)))
    if bounds is None:
        low, high = np.full(n, -np.inf), np.full(n, np.inf)
    else:
        low, high = bounds[0] + np.zeros(n), bounds[1] + np.zeros(n)
    on_low, on_high = near(x - low, x), near(high - x, x)
    free = ~(on_low | on_high)
    towards = slopes(lambda x: heights(constraints, x), x, (), m) * active[:, None] * free
    multipliers = np.linalg.lstsq(towards.T, grad(lambda x: number(objective(x, *args)))(x) * free)[0]

    def conditions(both: Any, low: Any, high: Any, *args: Any) -> Any:
        x, weights = both[:n], both[n:]
        slope = grad(lambda x: number(objective(x, *args)) - np.sum(weights * heights(constraints, x)))(x)
        settled = np.where(on_low, x - low, np.where(on_high, x - high, slope))
        return np.concatenate((settled, np.where(active, heights(constraints, x), weights)))

    return implied(conditions, np.concatenate((x, multipliers)), (low, high, *args))[:n]
