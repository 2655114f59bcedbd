"""What is data, and functions to try solvers on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.optimize

from ...intrinsics import by_cpython
from ...registry import stands_for


@stands_for(scipy.optimize.linear_sum_assignment)
def linear_sum_assignment(cost_matrix: Any, maximize: bool = False) -> Any:
    return by_cpython(scipy.optimize.linear_sum_assignment, cost_matrix, maximize)


@stands_for(scipy.optimize.rosen)
def rosen(x: Any) -> Any:
    x = np.asarray(x)
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2.0) ** 2.0 + (1 - x[:-1]) ** 2.0, axis=0)


@stands_for(scipy.optimize.rosen_der)
def rosen_der(x: Any) -> Any:
    x = np.asarray(x)
    inner, before, after = x[1:-1], x[:-2], x[2:]
    middle = 200 * (inner - before**2) - 400 * (after - inner**2) * inner - 2 * (1 - inner)
    first = -400 * x[0] * (x[1] - x[0] ** 2) - 2 * (1 - x[0])
    return np.concatenate([np.reshape(first, (1,)), middle, np.reshape(200 * (x[-1] - x[-2] ** 2), (1,))])


@stands_for(scipy.optimize.rosen_hess)
def rosen_hess(x: Any) -> Any:
    x = np.atleast_1d(x)
    beside = np.diag(-400 * x[:-1], 1) - np.diag(400 * x[:-1], -1)
    middle = 202 + 1200 * x[1:-1] ** 2 - 400 * x[2:]
    diagonal = np.concatenate([np.reshape(1200 * x[0] ** 2 - 400 * x[1] + 2, (1,)), middle, np.array([200.0])])
    return beside + np.diag(diagonal)


@stands_for(scipy.optimize.rosen_hess_prod)
def rosen_hess_prod(x: Any, p: Any) -> Any:
    x, p = np.atleast_1d(x) * 1.0, np.asarray(p) * 1.0
    middle = -400 * x[:-2] * p[:-2] + (202 + 1200 * x[1:-1] ** 2 - 400 * x[2:]) * p[1:-1] - 400 * x[1:-1] * p[2:]
    first = (1200 * x[0] ** 2 - 400 * x[1] + 2) * p[0] - 400 * x[0] * p[1]
    return np.concatenate([np.reshape(first, (1,)), middle, np.reshape(-400 * x[-2] * p[-2] + 200 * p[-1], (1,))])


@stands_for(scipy.optimize.approx_fprime)
def approx_fprime(xk: Any, f: Callable[..., Any], epsilon: Any = float(np.sqrt(np.finfo(float).eps)), *args: Any) -> Any:
    xk = np.asarray(xk) * 1.0
    steps = epsilon + np.zeros(xk.shape)
    at = f(xk, *args)
    rows = [(f(xk + steps[k] * np.eye(xk.size)[k], *args) - at) / (xk[k] + steps[k] - xk[k]) for k in range(xk.size)]
    return np.array(rows)
