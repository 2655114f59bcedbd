"""Ordinary differential equations. The trajectory is SciPy's; its derivative is that of a discretisation on the steps that SciPy has
taken (`steps`). It is as exact as the trajectory. The time of an event is differentiated by the implicit function theorem.

(Hairer, Nørsett and Wanner, Solving Ordinary Differential Equations I, second edition, 1993, II.4, and II, 1996, IV.8; differentiating
the discretisation: Griewank and Walther, 2008, chapter 15; Eberhard and Bischof, Automatic differentiation of numerical integration
algorithms, 1999.)
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.integrate

from ...implicit import implied, modelled
from ...intrinsics import by_cpython, is_known, only_value, refuse, returning
from ...registry import stands_for
from ..optimize.results import numbers_in, told, unchanged, whole
from .steps import EXPLICIT, Function, at_times, explicit, nearby, stages, stiffly


def solved(fun: Any, span: Any, y0: Any, method: Any, t_eval: Any, events: Any, vectorized: Any, args: Any, options: Any) -> dict[str, Any]:
    """What `solve_ivp` finds. (CPython runs this.)"""
    sol = scipy.integrate.solve_ivp(fun, span, y0, method, t_eval, False, events, vectorized, args or None, **options)
    happened = {} if events is None else {"t_events": sol.t_events, "y_events": sol.y_events}
    rest = {name: told(sol[name]) for name in ("nfev", "njev", "nlu", "status", "message")}
    return {"t": sol.t, "y": sol.y, **happened, **rest, "success": bool(sol.success)}


@returning((np.zeros(1), np.zeros(1, int), np.zeros((1, 1, 1))))
def traced(fun: Any, span: Any, y0: Any, method: Any, wanted: Any, args: Any, options: Any) -> tuple[Any, ...]:
    """The steps of `solve_ivp`, with stops at the times `wanted`; which of them these are; and how far the stages of Radau IIA are from
    the beginnings of the steps. (CPython runs this.)"""
    stiff = method not in EXPLICIT
    sol = scipy.integrate.solve_ivp(fun, span, y0, method, None, stiff, None, False, args or None, **options)
    grid = np.unique(np.concatenate([sol.t, wanted]))
    if stiff and method != "Radau":
        grid = np.unique(np.concatenate([grid, (grid[1:] + grid[:-1]) / 2]))
    grid = grid if span[1] >= span[0] else grid[::-1].copy()
    index = np.array([int(np.flatnonzero(grid == t)[0]) for t in wanted])
    return grid, index, stages(sol.sol, grid) if stiff else np.zeros((0, 3, len(sol.y)))


@returning(np.zeros((1, 1)))
def anywhere(fun: Any, span: Any, y0: Any, method: Any, args: Any, options: Any, times: Any) -> Any:
    """The trajectory at any times, a column for each. (CPython runs this.)"""
    return scipy.integrate.solve_ivp(fun, span, y0, method, None, True, None, False, args or None, **options).sol(times)


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
    args = () if args is None else tuple(args)
    span = (t_span[0] * 1.0, t_span[1] * 1.0)
    start = np.asarray(y0) * 1.0
    watched = () if events is None else events if isinstance(events, (tuple, list)) else (events,)
    found = by_cpython(solved, fun, span, start, method, t_eval, events, vectorized, args, options)
    moves = not is_known(t_span[0])
    ended = len(watched) > 0 and found["status"] == 1
    reached = (span[0], last_of(found["t_events"], span) if ended else span[1])

    def along(wanted: Any) -> Any:
        """The trajectory at these times, a row for each, and the times."""
        grid, index, away = by_cpython(traced, fun, reached, start, method, wanted, args, options)
        first = nearby(fun, args, span[0], start, grid[0] - span[0]) if moves else start
        rows = explicit(fun, args, first, grid, method) if method in EXPLICIT else stiffly(fun, args, first, grid, away)
        return rows[index], grid[index]

    def moments(event: Any, at: Any) -> Any:
        """The trajectory where the event happens, the times of which it is a function, and these."""
        rows, when = along(at)
        moved = np.empty(when.size)
        for k in range(when.size):
            moved[k] = event_time(event, fun, args, when[k], rows[k])
        return rows, when, moved

    def times() -> Any:
        if t_eval is not None:
            return (np.asarray(t_eval) * 1.0)[: found["t"].size]
        end = span[1]
        if ended:
            for k in range(len(watched)):
                if found["t_events"][k].size > 0 and found["t_events"][k][-1] == found["t"][-1]:
                    end = moments(watched[k], found["t_events"][k][-1:])[2][0]
        return np.concatenate([found["t"][:-1], np.reshape(end, (1,))])

    def model() -> Any:
        rows, when = along(t)
        return at_times(fun, args, rows, when, np.arange(when.size), times()).T

    t = found["t"]
    report = {**found, "y": modelled(found["y"], model), "t": modelled(t, times)}
    if watched:
        report["t_events"] = [event_times(moments, watched[k], found["t_events"][k]) for k in range(len(watched))]
        report["y_events"] = [
            event_rows(moments, watched[k], found["t_events"][k], found["y_events"][k], fun, args) for k in range(len(watched))
        ]
    if dense_output:

        def at(times: Any) -> Any:
            """The trajectory at these times, a column for each."""
            flat = np.ravel(np.asarray(times)) * 1.0
            value = by_cpython(anywhere, fun, reached, start, method, args, options, flat)

            def columns() -> Any:
                if np.any((flat < min(reached)) | (flat > max(reached))):
                    refuse("the derivative of a trajectory outside of the span it was solved over is not supported", "solve it farther")
                rows, when = along(flat)
                return at_times(fun, args, rows, when, np.arange(when.size), flat).T

            found = modelled(value, columns)
            return found[:, 0] if np.ndim(times) == 0 else found

        report["sol"] = OdeSolution(at, reached)
    return OdeResult(report)


def last_of(times: Any, span: Any) -> Any:
    """The last time at which something happened."""
    last = span[0]
    for found in times:
        if found.size > 0 and (found[-1] > last if span[1] >= span[0] else found[-1] < last):
            last = float(found[-1])
    return last


def event_time(event: Function, fun: Function, args: Any, t: Any, y: Any) -> Any:
    """The time t at which the event happens, as a function of the trajectory's y there."""
    return implied(lambda s, y: event(s, nearby(fun, args, t, y, s - t), *args), t, (y,))


def event_times(moments: Any, event: Function, known: Any) -> Any:
    """When an event happens."""
    return modelled(known, lambda: moments(event, known)[2])


def event_rows(moments: Any, event: Function, known: Any, there: Any, fun: Function, args: Any) -> Any:
    """Where the trajectory is when an event happens."""

    def model() -> Any:
        rows, when, moved = moments(event, known)
        return np.reshape(at_times(fun, args, rows, when, np.arange(when.size), moved), there.shape)

    return modelled(there, model)


@stands_for(scipy.integrate.OdeSolution)
class OdeSolution:
    """A trajectory that may be asked for at any time in its span."""

    def __init__(self, at: Any, span: Any) -> None:
        self.at, self.span = at, span

    @property
    def t_min(self) -> Any:
        return min(self.span)

    @property
    def t_max(self) -> Any:
        return max(self.span)

    def __call__(self, t: Any) -> Any:
        return self.at(t)


def entries_of(result: Any) -> dict[str, Any]:
    """What one from outside holds, and its events. (CPython runs this.)"""
    events = {name: list(result[name]) for name in ("t_events", "y_events") if result[name] is not None}
    return {name: value for name, value in numbers_in(result).items() if name not in ("sol", "t_events", "y_events")} | events


def is_dense(result: Any) -> bool:
    """Whether one from outside holds the trajectory as a function."""
    return result.sol is not None


@stands_for(type(scipy.integrate.solve_ivp(lambda t, y: y, (0.0, 0.0), [0.0])))
class OdeResult:
    """A trajectory, and how it was found."""

    packed = {"entries": (entries_of, unchanged), "dense": (is_dense, unchanged)}  # noqa: RUF012
    fixed = ("dense",)

    def __init__(self, entries: Any) -> None:
        self.entries = entries

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        found = dict.fromkeys(("t", "y", "sol", "t_events", "y_events")) | held
        return kind((name, value if value is None else whole(value)) for name, value in found.items())

    def __getattr__(self, name: str) -> Any:
        if name == "dense":  # of one that is made here
            return False
        if name == "sol" and self.dense:
            refuse("the .sol of a trajectory from outside is not supported", "call solve_ivp inside the function, or pass its values")
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


@returning((np.zeros((1, 1)), np.zeros(1), np.zeros(1, int), np.zeros((1, 1, 1))))
def traced_by_lsoda(func: Any, y0: Any, t: Any, args: Any, dfun: Any, tfirst: Any, options: Any) -> tuple[Any, ...]:
    """What `odeint` finds, and as `traced`. Where it has never been stiff, half as many steps between the times as `odeint` takes, for a
    method of order 8; else twice as many. What it has given up has no derivative. (CPython runs this.)"""
    found, report = scipy.integrate.odeint(func, y0, t, args, Dfun=dfun, tfirst=tfirst, full_output=True, **options)
    if report["message"] != "Integration successful.":
        return found, t, np.arange(len(t)), np.full((len(t) - 1, 3, len(y0)), np.nan)
    taken, stiff = np.diff(report["nst"], prepend=0), bool(np.any(report["nje"] > 0))
    steps = 2 * np.maximum(taken, 1) if stiff else taken // 2 + 1
    pieces = [np.linspace(t[k], t[k + 1], int(steps[k]) + 1)[:-1] for k in range(len(t) - 1)]
    grid = np.concatenate([*pieces, t[-1:]])
    index = np.concatenate([[0], np.cumsum(steps[: len(t) - 1])]).astype(int)
    if not stiff:
        return found, grid, index, np.zeros((0, 3, len(y0)))

    def at(times: Any) -> Any:
        order = np.unique(times) if t[-1] >= t[0] else np.unique(times)[::-1]
        values = scipy.integrate.odeint(func, y0, order, args, Dfun=dfun, tfirst=tfirst, **options)
        place = np.searchsorted(np.sort(order), times)
        return values[place if t[-1] >= t[0] else len(order) - 1 - place].T

    return found, grid, index, stages(at, grid)


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

    if only_value():
        return by_cpython(by_lsoda, func, *given)
    found, grid, index, away = by_cpython(traced_by_lsoda, func, *given)

    def model() -> Any:
        first = nearby(fun, args, times[0], start, grid[0] - times[0])
        rows = stiffly(fun, args, first, grid, away) if away.shape[0] > 0 else explicit(fun, args, first, grid, "DOP853")
        return at_times(fun, args, rows, grid, index, times)

    return modelled(found, model)
