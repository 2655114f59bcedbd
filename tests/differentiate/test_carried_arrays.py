"""Arrays that loops carry and branches yield as values: their cotangents go round the backward loop, whatever becomes of the names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep


def horner(x, n):
    y = np.zeros_like(x)
    for k in range(n):
        y = y * x + np.cos(x[k])
    return np.sum(y)


def swapped(x, n):
    a, b, last = x, np.sin(x), x[::-1]
    for k in range(n):
        a, b, last = b * x[0], a, a
        if k == 2:
            b = last
    return np.sum(a * b) + np.sum(last**2)


def of_views(x, n):
    y, z = x * 2.0, x
    for _ in range(n):
        y = y[::-1] if y[0] > 0.5 else y
        z = y * z[::-1]
        y = y * 1.1
    return np.sum(y * x) + np.sum(z)


def shorter(x, n):
    y, total = x, 0.0
    while len(y) > 1:
        y = y[1:] * y[:-1]
        total += y[0]
        if total > 100.0:
            break
    return total + np.sum(y) * n


def written_first(x, n):
    u = x
    for _ in range(n):
        new = np.zeros_like(u)
        for i in range(1, len(u) - 1):
            new[i] = u[i - 1] * u[i + 1] - 0.5 * u[i]
        inner = new[1:-1]
        inner[0] += u[0]
        new[-1] = np.sin(u[-1])
        u = new
    return np.sum(u**2)


def written_after(x, n):
    u = x * 1.0
    for k in range(n):
        v = u * x
        if k % 2:
            w = v
        else:
            w = np.exp(-v)
        w[0] = w[1] * 3.0
        u = w + v
    return np.sum(u)


def nested(x, n):
    y, total = x, 0.0
    for i in range(n):
        z = y
        for _ in range(i):
            z = np.sin(z) + y
        if i == 1:
            total += np.sum(z * y)
        else:
            y = z
    return total + np.sum(y)


def independent(x, n):
    total = 0.0
    for i in range(n):
        y = x * x[i]
        for _ in range(3):
            y = y * x + 1.0
        z = y if x[i] > 0.5 else np.cos(y)
        total += np.sum(z)
    return total


def summed_after(x, n):
    y = x
    for _ in range(n):
        y = y * x[0]
    total = 0.0
    for i in range(len(y)):
        total += y[i] ** 2
    return total * y[0]


def never(x, n):
    y = x
    for _ in range(n - n):
        y = y * 3.0
    z = y if n > 100 else x
    return np.sum(y * z)


def returned(x, n):
    y = z = x
    for _ in range(n):
        y, z = np.tanh(y) * x, y
    return np.concatenate((y, z))


def listed(x, n):
    rows = [x, np.sin(x)]
    y = x
    for k in range(n):
        rows[k % 2] = rows[1 - k % 2] * y
        y = y + rows[0]
    return np.sum(rows[0] * rows[1]) + np.sum(y)


def half(x, y):
    for _ in range(2):
        y = y * x
    return y


def turned(x, n):
    if n == 0:
        return x
    y = turned(x, n - 1)
    for _ in range(n):
        y = half(x, y)
    return y


def called(x, n):
    return np.sum(np.sin(turned(x, n)))


def seen_in_a_branch(x, n):
    y = x * x if x[0] > 0.0 else np.sin(x)
    u = np.reshape(y, (len(x), 1))
    return np.sum(u**3) if x[1] > 0.0 else np.sum(x) * n


PROGRAMS: list[Callable[..., Any]] = [
    *(horner, swapped, of_views, shorter, written_first, written_after, nested, independent, summed_after, never, listed, called),
    seen_in_a_branch,
]
AT, ALONG = np.array([0.3, 0.7, 0.55, 0.9, 0.2]), np.array([0.5, -1.0, 0.25, 0.75, 2.0])


def difference(f: Callable[[Any], Any], h: float = 1e-3) -> Any:
    """The derivative of f(AT + t ALONG) at t = 0 by the five-point rule."""
    near, far = (f(AT + k * h * ALONG) - f(AT - k * h * ALONG) for k in (1, 2))
    return (8.0 * near - far) / (12.0 * h)


@pytest.mark.parametrize("f", PROGRAMS)
def test_first_and_second_derivatives(f: Callable[..., Any]) -> None:
    gradient = ep.grad(f, backend="interpreter")
    np.testing.assert_allclose(gradient(AT, 4) @ ALONG, difference(lambda x: f(x, 4)), rtol=1e-8)
    second = ep.hvp(f, backend="interpreter")(AT, 4, ALONG)
    np.testing.assert_allclose(second, difference(lambda x: gradient(x, 4)), rtol=1e-7, atol=1e-9)


def test_of_many_results() -> None:
    jacobian = ep.jacobian(returned, mode="reverse", backend="interpreter")(AT, 4)
    np.testing.assert_allclose(jacobian @ ALONG, difference(lambda x: returned(x, 4)), rtol=1e-8)


@pytest.mark.parametrize("f", [swapped, written_after, nested])
def test_pullbacks_run_again(f: Callable[..., Any]) -> None:
    _, pullback = ep.vjp(f, AT, 4)
    first, twice, again = (pullback(s)[0] for s in (1.0, 2.0, 1.0))
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(2.0 * first, twice)
    np.testing.assert_allclose(first, ep.grad(f, memory="2KB")(AT, 4), rtol=1e-12)


def test_no_shadow_goes_round_the_forward_loop() -> None:
    text = ep.grad(horner).show("adjoint", AT, 3)
    assert "y_bar_tape" not in text and text.count("list_new") == 1  # y as each turn found it
