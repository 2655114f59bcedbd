"""Linear systems of SciPy: their forms, their answers, their discrete counterparts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import signal

import everypath as ep

from .originals import number_of, same

A = np.array([[-1.9, 0.3], [-0.5, -0.6]])
T = np.arange(4.0) * 0.3


def by_state(a: Any, dt: Any) -> Any:
    b, c, d = a[:, :1] + 2.0, a[:1], a[:1, :1]
    return signal.cont2discrete((a, b, c, d), dt, "bilinear"), signal.lsim((a, b, c, d), T + dt, T, X0=a[0])


def by_polynomials(a: Any, dt: Any) -> Any:
    num, den = [a[0, 1]], [1.0, dt, a[0, 0] ** 2]
    return signal.tf2ss(num, den), signal.dstep((num, den, 0.1), n=4), signal.bode((num, den), w=T + 1.0)


@pytest.mark.parametrize("f", [by_state, by_polynomials])
def test_they_are_scipy_s(f: Callable[..., Any]) -> None:
    same(ep.compile(f, backend="interpreter")(A, 0.4), f(A, 0.4), 1e-12)
    ep.check_grads(lambda a, dt: number_of(f(a, dt)), (A, 0.4), directions=1, order=1, backend="interpreter")


def test_errors() -> None:
    for f, message in (
        (lambda x: signal.tf2ss([x, 1.0, x], [1.0, x]), "Improper"),
        (lambda x: signal.cont2discrete((A, A, A, A), x, "sideways"), "Unknown transformation method"),
    ):
        with pytest.raises(ValueError, match=message):
            ep.compile(f, backend="interpreter")(0.5)


def polynomials(a: Any) -> Any:
    system = signal.TransferFunction([1.0, a[0, 1]], [1.0, 0.7, a[0, 0] ** 2])
    return system.step(T=T), signal.lti([a[0, 1]], system.den).bode(T + 1.0), system.to_ss().A, system.to_discrete(0.2).den


def roots(a: Any) -> Any:
    system = signal.lti([a[0, 1]], [a[0, 0], a[1, 0]], 3.0)
    return system.impulse(T=T), system.freqresp(T + 1.0), system.to_discrete(0.3).poles, system.to_tf().num


def states(a: Any) -> Any:
    system = signal.StateSpace(a, a[:, :1], a[:1], [[0.3]])
    both = system * system + 2.0 * system - system / 3.0
    steps = system.to_discrete(0.1)
    return both.A, both.D, system.to_tf().den, system.poles, steps.step(n=3), steps.bode(T + 1.0), system.inputs, steps.dt


def responses(a: Any) -> Any:
    sections = [[1.0, 0.2, a[0, 0], 1.0, 0.4, 0.1], [a[0, 1], 0.2, 0.1, 1.0, -0.4, 0.2]]
    return signal.freqz_sos(sections, T + 1.0), signal.group_delay((a[0], a[1]), T + 1.0), signal.freqz_zpk(a[0], a[1], 2.0, 3)


@pytest.mark.filterwarnings("ignore:Badly conditioned filter")
@pytest.mark.parametrize("f", [polynomials, roots, states, responses])
def test_systems_are_objects(f: Callable[..., Any]) -> None:
    same(ep.compile(f, backend="interpreter")(A), f(A), 1e-11)
    ep.check_grads(lambda a: number_of(f(a)), (A,), directions=1, order=1, backend="interpreter")


def test_systems_come_and_leave() -> None:
    given = signal.lti([1.0, 3.0], [1.0, 0.7, 2.0])
    same(ep.compile(lambda s: s.step(T=T))(given), given.step(T=T), 1e-12)
    made = ep.compile(lambda a: signal.StateSpace(a, a[:, :1], a[:1], [[0.3]]), backend="interpreter")(A)
    assert isinstance(made, signal.lti)
    same(made.A, A, 0.0)
    same(made.to_tf().den, np.poly(A), 1e-14)
    assert ep.compile(lambda a: isinstance(signal.dlti(a, a), signal.TransferFunction))(A[0])
