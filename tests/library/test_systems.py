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
