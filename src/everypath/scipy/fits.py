"""`scipy.optimize.least_squares`, `leastsq` and `curve_fit` with Jacobians filled in, dense or sparse."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
from scipy import optimize

import everypath as ep

from ..structure import STRANGERS, refuse_stranger, stranger
from .asked import Asked, as_scipy, extra
from .functions import Function, Residuals, as_vector, oriented
from .unknowns import Unknowns, floats


@as_scipy(optimize.least_squares)
def least_squares(asked: Asked, exact: bool) -> Any:
    """`scipy.optimize.least_squares` with `jac` filled in.

    With `jac="sparse"`, or where `jac_sparsity` is given, the Jacobian is a sparse matrix, with the pattern that the function has; SciPy
    then solves by lsmr. `jac="2-point"`, "3-point" and "cs" are SciPy's differences.

    `x0` may be a tree of floats and arrays: `fun`, `callback` and a given `jac` then take it, and `result.x` is one; `bounds` are
    `(low, high)`, each one number or a tree like it. `fun` may give a tree too. `or_differences=True` lets SciPy take differences
    where everypath refuses `fun`. Raises NotSupported and NotDifferentiable without it, and what SciPy raises.

    >>> found = least_squares(lambda x: [10.0 * (x[1] - x[0] ** 2), 1.0 - x[0]], [2.0, 2.0])
    >>> found.x.round(6).tolist(), found.nfev
    ([1.0, 1.0], 3)
    """
    unknowns, args, named = Unknowns(asked["x0"]), extra(asked.get("args", ())), asked.get("kwargs") or {}
    given = asked.pop("jac", None)
    asked["x0"], asked["fun"] = unknowns.vector, unknowns.taking(asked["fun"])
    for name, change in (("bounds", unknowns.limits), ("callback", unknowns.told)):
        if name in asked:
            asked[name] = change(asked[name])
    if given not in (None, "sparse"):
        asked["jac"] = unknowns.taking(given)
    elif exact:
        sparse = asked.pop("jac_sparsity", None) is not None or given == "sparse"
        numbers = Residuals(asked["fun"], (unknowns.sample.astype(float), *args), named, sparse=sparse)
        asked["fun"], asked["jac"] = numbers.value, numbers.jacobian
    return unknowns.found(optimize.least_squares(**asked))


@as_scipy(optimize.leastsq)
def leastsq(asked: Asked, exact: bool) -> Any:
    """`scipy.optimize.leastsq` with `Dfun` filled in. `or_differences=True` as for `least_squares`, which says more and takes more.

    >>> leastsq(lambda x: [10.0 * (x[1] - x[0] ** 2), 1.0 - x[0]], [2.0, 2.0])[0].round(6).tolist()
    [1.0, 1.0]
    """
    asked["x0"], args = floats(asked["x0"]), extra(asked.get("args", ()))
    if exact and asked.get("Dfun") is None:
        numbers = Residuals(asked["func"], (np.ravel(asked["x0"]), *args))
        asked["func"], asked["Dfun"] = numbers.value, oriented(numbers, asked.get("col_deriv"))
    return optimize.leastsq(**asked)


@as_scipy(optimize.curve_fit)
def curve_fit(asked: Asked, exact: bool) -> Any:
    """`scipy.optimize.curve_fit` with `jac` filled in: `(popt, pcov)`, as SciPy gives them.

    `f(xdata, *parameters)` gives the model at the data, and the Jacobian is by its parameters. `or_differences=True` lets SciPy take
    differences where everypath refuses `f`. Raises NotSupported and NotDifferentiable without it, and what SciPy raises.

    A column of pandas is taken as its numbers, where `f` of the column and `f` of the numbers are the same at the first parameters.

    >>> t = np.linspace(0.0, 2.0, 9)
    >>> popt, pcov = curve_fit(lambda t, a, k: a * np.exp(-k * t), t, 3.0 * np.exp(-1.5 * t))
    >>> popt.round(6).tolist(), pcov.shape
    ([3.0, 1.5], (2, 2))
    """
    if exact and asked.get("jac") is None:
        if asked.get("p0") is not None:
            asked["p0"] = floats(asked["p0"])
        asked["xdata"] = numbers_at(asked)
        asked["f"], asked["jac"] = ep.compile(asked["f"]), by_parameters(asked["f"], rows_of(asked))
    return optimize.curve_fit(**asked)


def numbers_at(asked: Asked) -> Any:
    """`xdata`, of a column of pandas its numbers; NotSupported where the model makes something else of them."""
    column, f = asked["xdata"], asked["f"]
    if stranger(column) != STRANGERS["pandas.Series"]:
        return column
    numbers = column.to_numpy()
    first = asked.get("p0")
    if first is None:
        first = np.ones(len(inspect.signature(f).parameters) - 1)
    of_column, of_numbers = (np.asarray(f(x, *np.atleast_1d(first))) for x in (column, numbers))
    if of_column.shape != of_numbers.shape or not np.allclose(of_column, of_numbers, rtol=1e-12, atol=0.0, equal_nan=True):
        refuse_stranger(column, "xdata")
    return numbers


def rows_of(asked: Asked) -> int:
    """How many data there are: those that SciPy does not leave out."""
    y = np.asarray(asked["ydata"], float)
    return int(np.count_nonzero(~np.isnan(y))) if asked.get("nan_policy") == "omit" else y.size


def by_parameters(f: Function, rows: int) -> Function:
    """The Jacobian of a model `f(x, *parameters)` by its parameters, of shape (rows, n). One number is one for all data."""
    model = as_vector(f)
    made: dict[int, Function] = {}

    def jacobian(x: Any, *parameters: Any) -> Any:
        n = len(parameters)
        if n not in made:
            made[n] = ep.jacobian(model, tuple(range(1, n + 1)))
        table = np.stack(made[n](x, *parameters), axis=1)
        return np.broadcast_to(table, (rows, n)) if len(table) == 1 else table

    return jacobian
