"""Differential equations: SciPy's trajectories, and derivatives by initial values, parameters and times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.integrate as si

import everypath as ep

from .originals import number_of, same

Y0, T = np.array([1.0, 0.5]), np.linspace(0.0, 2.0, 4)
FINE: dict[str, Any] = {"rtol": 1e-9, "atol": 1e-10}


def spring(t: Any, y: Any, w: Any) -> Any:
    return [y[1], -w * w * y[0] - 0.1 * y[1]]


def hit(t: Any, y: Any, w: Any) -> Any:
    return y[0]


CALLS: list[tuple[Callable[..., Any], Any]] = [
    (lambda w: si.solve_ivp(spring, (0.0, 2.0), Y0, args=(w,), **FINE).y[:, -1], 1.3),
    (lambda y: si.solve_ivp(lambda t, y: (y[1], -1.3 * y[0]), (0, 2), y, t_eval=T, method="RK23", rtol=1e-7, atol=1e-8).y, Y0),
    (lambda e: si.solve_ivp(lambda t, y: (y[1], -t * y[0]), (e - 1.0, e), Y0, **FINE).y[0, -1], 1.3),
    (lambda e: si.solve_ivp(spring, (0, 2.5), Y0, t_eval=T[1:] * e, args=(1.3,), **FINE).y[0], 1.1),
    (lambda w: si.solve_ivp(spring, (2.0, 0.0), Y0, "DOP853", args=(w,), **FINE).y[:, -1], 1.3),
    (lambda w: si.solve_ivp(spring, (0.0, 2.0), Y0, "Radau", T, args=(w,), rtol=1e-7, atol=1e-8).y[:, -1], 1.3),
    (lambda w: si.solve_ivp(spring, (0.0, 2.0), Y0, "LSODA", args=(w,), **FINE).y[:, -1], 1.3),
    (lambda w: si.odeint(lambda y, t, w: [y[1], -w * w * y[0]], Y0, T * w, args=(w,)), 1.3),
    (lambda w: si.odeint(spring, Y0, T, (w,), tfirst=True)[-1], 1.3),
]


@pytest.mark.parametrize(("f", "x"), CALLS)
def test_trajectory(f: Callable[..., Any], x: Any) -> None:
    same(ep.compile(f)(x), f(x), 1e-14)
    if f in (CALLS[1][0], CALLS[3][0], CALLS[6][0], CALLS[7][0], CALLS[8][0]):
        return
    step, g = 1e-3, lambda x: number_of(f(x))
    direction = np.cos(np.arange(np.size(x))).reshape(np.shape(x))[()]
    near = [g(x + k * step * direction) for k in (-2, -1, 1, 2)]
    differences = (8 * (near[2] - near[1]) - (near[3] - near[0])) / (12 * step)
    assert np.sum(ep.grad(g)(x) * direction) == pytest.approx(differences, rel=3e-5)


def test_whether_odeint_finds_it_stiff_or_not() -> None:
    """y' = k (a cos t - y) from 1.3 to a time that moves, beside its closed form."""

    def last(a: float, k: float) -> Any:
        return si.odeint(lambda y, t, a, k: k * (a * np.cos(t) - y), [1.3], T * a, args=(a, k), mxstep=5000)[-1, 0]

    def closed(a: complex, k: float) -> Any:
        forced = lambda t: a * (k * k * np.cos(t) + k * np.sin(t)) / (1 + k * k)  # noqa: E731
        return forced(2.0 * a) + (1.3 - forced(0.0)) * np.exp(-2.0 * a * k)

    slope = ep.grad(last)
    for k in (1.0, 1e4):
        assert slope(1.3, k) == pytest.approx(closed(1.3 + 1e-30j, k).imag / 1e-30, rel=1e-8 if k == 1.0 else 1e-5)


def test_forward() -> None:
    f, x = CALLS[0]
    g = lambda x: number_of(f(x))  # noqa: E731
    assert ep.jvp(g, (x,), (1.0,))[1] == pytest.approx(ep.grad(g)(x), rel=1e-9)


def test_second_order() -> None:
    decayed = lambda a: si.solve_ivp(lambda t, y: -a * y, (0.0, 1.0), [1.0], **FINE).y[0, -1]  # noqa: E731
    assert ep.grad(ep.grad(decayed))(0.7) == pytest.approx(np.exp(-0.7), rel=1e-6)


def test_report_and_events() -> None:
    f = lambda w: si.solve_ivp(spring, (0.0, 9.0), Y0, args=(w,), events=hit).t_events[0]  # noqa: E731
    same(ep.compile(f)(1.3), f(1.3), 1e-14)

    def careful(w: float) -> Any:
        sol = si.solve_ivp(spring, (0.0, 2.0), Y0, args=(w,))
        if not sol.success:
            raise RuntimeError(sol.message)
        return sol.t, sol.nfev

    same(ep.compile(careful)(1.3), careful(1.3), 0.0)


def thrown(v: float) -> Any:
    """A ball, until it comes down: when it is highest, when and how fast it lands, where it is at half that time."""

    def ground(t: float, y: Any) -> Any:
        return y[0]

    ground.terminal, ground.direction = True, -1  # type: ignore[attr-defined]
    top = lambda t, y: y[1]  # noqa: E731
    sol = si.solve_ivp(lambda t, y: [y[1], -9.81], (0, 10), [0.0, v], events=[ground, top], dense_output=True, **FINE)
    return sol.t_events[1][0], sol.y_events[0][0, 1], sol.t[-1], sol.y[1, -1], sol.sol(sol.t_events[0][0] / 2.0)[0]


def test_events_and_dense_output() -> None:
    same(ep.compile(thrown)(3.0), thrown(3.0), 1e-14)
    slopes = ep.jvp(thrown, (3.0,), (1.0,))[1]
    np.testing.assert_allclose(slopes, [1 / 9.81, -1.0, 2 / 9.81, -1.0, 3.0 / 9.81], atol=1e-8)
    with pytest.raises(ep.NotSupported, match="outside of the span"):
        ep.grad(lambda k: si.solve_ivp(lambda t, y: -k * y, (0, 1), [1.0], dense_output=True).sol(2.0)[0])(0.5)
