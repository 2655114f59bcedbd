"""Ordinary differential equations. The trajectory is SciPy's; its derivative is that of a discretisation on the steps that SciPy has
taken: explicit methods are differentiated as they are, stage by stage; for the others each step is one of Radau IIA of order 5, whose
stages solve an equation (`library.implicit`). It is as exact as the trajectory.

(Hairer, Nørsett and Wanner, Solving Ordinary Differential Equations I, second edition, 1993, II.4, and II, 1996, IV.8; differentiating
the discretisation: Griewank and Walther, 2008, chapter 15; Eberhard and Bischof, Automatic differentiation of numerical integration
algorithms, 1999.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.integrate

from ...implicit import implied, modelled
from ...intrinsics import by_cpython, is_known, refuse, returning, value_only
from ...registry import stands_for

Function = Callable[..., Any]

EXPLICIT = ("RK45", "RK23", "DOP853")
ROOT = 6.0**0.5
NODES = ((4 - ROOT) / 10, (4 + ROOT) / 10, 1.0)
RADAU = (
    ((88 - 7 * ROOT) / 360, (296 - 169 * ROOT) / 1800, (-2 + 3 * ROOT) / 225),
    ((296 + 169 * ROOT) / 1800, (88 + 7 * ROOT) / 360, (-2 - 3 * ROOT) / 225),
    ((16 - ROOT) / 36, (16 + ROOT) / 36, 1 / 9),
)
"""Radau IIA of order 5: where its stages are, and how they weigh."""


def solved(fun: Any, span: Any, y0: Any, method: Any, t_eval: Any, events: Any, vectorized: Any, args: Any, options: Any) -> dict[str, Any]:
    """What `solve_ivp` finds. (CPython runs this.)"""
    sol = scipy.integrate.solve_ivp(fun, span, y0, method, t_eval, False, events, vectorized, args or None, **options)
    found = {"t": sol.t, "y": sol.y, "nfev": sol.nfev, "njev": sol.njev, "nlu": sol.nlu, "status": sol.status, "success": bool(sol.success)}
    return found if events is None else {**found, "t_events": sol.t_events, "y_events": sol.y_events}


@returning((np.zeros(1), np.zeros(1, int), np.zeros((1, 1, 1))))
def traced(fun: Any, span: Any, y0: Any, method: Any, t_eval: Any, args: Any, options: Any) -> tuple[Any, ...]:
    """The steps of `solve_ivp`, with stops where the trajectory is wanted; which of them these are; and how far the stages of Radau IIA
    are from the beginnings of the steps. (CPython runs this.)"""
    stiff = method not in EXPLICIT
    sol = scipy.integrate.solve_ivp(fun, span, y0, method, None, stiff, None, False, args or None, **options)
    wanted = sol.t if t_eval is None else np.asarray(t_eval, float)
    grid = np.unique(np.concatenate([sol.t, wanted]))
    if stiff and method != "Radau":
        grid = np.unique(np.concatenate([grid, (grid[1:] + grid[:-1]) / 2]))
    grid = grid if span[1] >= span[0] else grid[::-1].copy()
    index = np.array([int(np.flatnonzero(grid == t)[0]) for t in wanted])
    return grid, index, stages(sol.sol, grid) if stiff else np.zeros((0, 3, len(sol.y)))


def stages(at: Any, grid: Any) -> Any:
    """How far the stages are from where their steps begin, on a trajectory that is known everywhere."""
    times = grid[:-1, None] + np.diff(grid)[:, None] * np.array([0.0, *NODES])
    values = at(times.ravel()).T.reshape(len(grid) - 1, 4, -1)
    return values[:, 1:] - values[:, :1]


@returning((np.zeros((1, 1)), np.zeros(1), np.zeros(1)))
def tableau(method: str) -> tuple[Any, Any, Any]:
    """The coefficients of an explicit method. (CPython runs this.)"""
    solver = getattr(scipy.integrate, method)
    return np.array(solver.A, float), np.array(solver.B, float), np.array(solver.C, float)


def explicit(fun: Function, args: Any, y: Any, grid: Any, method: str) -> Any:
    """The trajectory on a grid, by an explicit method of Runge and Kutta."""
    a, b, c = by_cpython(tableau, method)
    rows, slopes = np.empty((grid.size, y.size)), np.empty((b.size, y.size))
    rows[0] = y
    for k in range(grid.size - 1):
        t, h = grid[k], grid[k + 1] - grid[k]
        slopes[0] = np.asarray(fun(t, y, *args))
        for s in range(1, b.size):
            slopes[s] = np.asarray(fun(t + c[s] * h, y + h * (a[s, :s] @ slopes[:s]), *args))
        y = y + h * (b @ slopes)
        rows[k + 1] = y
    return rows


def stiffly(fun: Function, args: Any, y: Any, grid: Any, away: Any) -> Any:
    """The trajectory on a grid, by Radau IIA, whose stages are so far `away` from where their steps begin."""
    n = y.size
    rows = np.empty((grid.size, n))
    rows[0] = y
    for k in range(grid.size - 1):
        t, h = grid[k], grid[k + 1] - grid[k]

        def equation(z: Any, y: Any, t: Any, h: Any) -> Any:
            z = np.reshape(z, (3, n))
            first = np.asarray(fun(t + NODES[0] * h, y + z[0], *args))
            second = np.asarray(fun(t + NODES[1] * h, y + z[1], *args))
            third = np.asarray(fun(t + h, y + z[2], *args))
            return z - h * np.stack([row[0] * first + row[1] * second + row[2] * third for row in RADAU])

        z = implied(equation, np.ravel(away[k]), (y, t, h))
        y = y + z[2 * n :]
        rows[k + 1] = y
    return rows


def nearby(fun: Function, args: Any, t: Any, y: Any, h: Any) -> Any:
    """From y at t to t + h, which is near: by the rule of Runge and Kutta, so that its derivatives at h = 0 are those of the trajectory."""
    k1 = np.asarray(fun(t, y, *args))
    k2 = np.asarray(fun(t + h / 2, y + h / 2 * k1, *args))
    k3 = np.asarray(fun(t + h / 2, y + h / 2 * k2, *args))
    k4 = np.asarray(fun(t + h, y + h * k3, *args))
    return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def at_times(fun: Function, args: Any, rows: Any, grid: Any, index: Any, times: Any) -> Any:
    """The rows of a trajectory that are wanted, which move with the times at which they are."""
    wanted = np.empty((index.size, rows.shape[1]))
    for k in range(index.size):
        start = grid[index[k]]
        wanted[k] = nearby(fun, args, start, rows[index[k]], times[k] - start)
    return wanted


@stands_for(scipy.integrate.solve_ivp)
def solve_ivp(
    fun: Function,
    t_span: Any,
    y0: Any,
    method: Any = "RK45",
    t_eval: Any = None,
    dense_output: bool = False,
    events: Any = None,
    vectorized: bool = False,
    args: Any = None,
    **options: Any,
) -> Any:
    if not isinstance(method, str):
        refuse("a method of scipy.integrate.solve_ivp that is a class is not supported", "give its name: method='RK45'")
    if dense_output:
        refuse("the option 'dense_output' of scipy.integrate.solve_ivp is not supported", "ask for the times with t_eval=")
    args = () if args is None else tuple(args)
    span = (t_span[0] * 1.0, t_span[1] * 1.0)
    start = np.asarray(y0) * 1.0
    if events is not None:
        reason = "a derivative passes through scipy.integrate.solve_ivp with events, which is not supported"
        way_out = "find the time of the event with scipy.optimize.brentq over a solve_ivp without it"
        return OdeResult(value_only(reason, way_out, solved, fun, span, start, method, t_eval, events, vectorized, args, options))
    found = by_cpython(solved, fun, span, start, method, t_eval, None, vectorized, args, options)
    moves = not is_known(t_span[0])

    def times() -> Any:
        if t_eval is not None:
            return np.asarray(t_eval) * 1.0
        return np.concatenate([found["t"][:-1], np.reshape(span[1], (1,))])

    def model() -> Any:
        grid, index, away = by_cpython(traced, fun, span, start, method, t_eval, args, options)
        first = nearby(fun, args, span[0], start, grid[0] - span[0]) if moves else start
        rows = explicit(fun, args, first, grid, method) if method in EXPLICIT else stiffly(fun, args, first, grid, away)
        return at_times(fun, args, rows, grid, index, times()).T

    t = found["t"]
    found["y"] = modelled(found["y"], model)
    found["t"] = modelled(t, times)
    return OdeResult(found)


class OdeResult:
    """A trajectory, and how it was found."""

    def __init__(self, entries: Any) -> None:
        self.entries = entries

    def __getattr__(self, name: str) -> Any:
        if name == "message":
            refuse("the message of scipy.integrate.solve_ivp is not supported", "use its status, or success")
        if name in ("sol", "t_events", "y_events") and name not in self.entries:
            return None
        if name not in self.entries:
            raise AttributeError(name)
        return self.entries[name]

    def __getitem__(self, name: str) -> Any:
        return self.__getattr__(name)


@returning(np.zeros((1, 1)))
def by_lsoda(func: Any, y0: Any, t: Any, args: Any, dfun: Any, tfirst: Any, options: Any) -> Any:
    """What `odeint` finds. (CPython runs this.)"""
    return scipy.integrate.odeint(func, y0, t, args, Dfun=dfun, tfirst=tfirst, **options)


@returning((np.zeros(1), np.zeros(1, int), np.zeros((1, 1, 1))))
def traced_by_lsoda(func: Any, y0: Any, t: Any, args: Any, dfun: Any, tfirst: Any, options: Any) -> tuple[Any, ...]:
    """As `traced`, with twice as many steps between the times as `odeint` takes. (CPython runs this.)"""
    report = scipy.integrate.odeint(func, y0, t, args, Dfun=dfun, tfirst=tfirst, full_output=True, **options)[1]
    steps = 2 * np.maximum(np.diff(report["nst"], prepend=0), 1)
    pieces = [np.linspace(t[k], t[k + 1], int(steps[k]) + 1)[:-1] for k in range(len(t) - 1)]
    grid = np.concatenate([*pieces, t[-1:]])
    index = np.concatenate([[0], np.cumsum(steps[: len(t) - 1])]).astype(int)

    def at(times: Any) -> Any:
        order = np.unique(times) if t[-1] >= t[0] else np.unique(times)[::-1]
        values = scipy.integrate.odeint(func, y0, order, args, Dfun=dfun, tfirst=tfirst, **options)
        place = np.searchsorted(np.sort(order), times)
        return values[place if t[-1] >= t[0] else len(order) - 1 - place].T

    return grid, index, stages(at, grid)


@stands_for(scipy.integrate.odeint)
def odeint(
    func: Function,
    y0: Any,
    t: Any,
    args: Any = (),
    Dfun: Any = None,
    col_deriv: int = 0,
    full_output: int = 0,
    ml: Any = None,
    mu: Any = None,
    rtol: Any = None,
    atol: Any = None,
    tcrit: Any = None,
    h0: float = 0.0,
    hmax: float = 0.0,
    hmin: float = 0.0,
    ixpr: int = 0,
    mxstep: int = 0,
    mxhnil: int = 0,
    mxordn: int = 12,
    mxords: int = 5,
    printmessg: int = 0,
    tfirst: bool = False,
) -> Any:
    if full_output:
        refuse("the report of scipy.integrate.odeint is not supported", "leave out full_output, or use solve_ivp")
    args = args if isinstance(args, tuple) else (args,)
    options = {"col_deriv": col_deriv, "ml": ml, "mu": mu, "rtol": rtol, "atol": atol, "tcrit": tcrit, "h0": h0, "hmax": hmax}
    options = {**options, "hmin": hmin, "mxstep": mxstep, "mxordn": mxordn, "mxords": mxords}
    start, times = np.atleast_1d(y0) * 1.0, np.asarray(t) * 1.0
    given = (start, times, args, Dfun, tfirst, options)
    fun = func if tfirst else lambda t, y, *args: func(y, t, *args)

    def model() -> Any:
        grid, index, away = by_cpython(traced_by_lsoda, func, *given)
        first = nearby(fun, args, times[0], start, grid[0] - times[0])
        return at_times(fun, args, stiffly(fun, args, first, grid, away), grid, index, times)

    return modelled(by_cpython(by_lsoda, func, *given), model)
