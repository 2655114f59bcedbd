"""What loops keep for the backward sweep: tapes of loops inside loops are one array, turns with a `while` inside run again, and what is had
from other things that are kept is not kept itself."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import everypath as ep

RNG = np.random.default_rng(29)


def nested(x, w, n):
    """A state goes through both loops."""
    h = 0.1
    for i in range(len(x)):
        for j in range(n):
            h = math.tanh(h * w[j] + x[i])
    return h * h


def backwards(x, w, n):
    """Steps other than 1, some of them down, in three loops."""
    h = 0.3
    for i in range(len(x) - 1, -1, -2):
        for j in range(1, n, 2):
            h = math.sin(h + x[i] * w[j])
            for k in range(3, 0, -1):
                h = h * (1.0 + 0.1 * math.cos(h * k))
    return h


def beside_a_branch(x, w, n):
    """Tapes of a loop that not every turn comes to, and of one whose turns depend on the turn around."""
    h = 0.2
    for i in range(len(x)):
        if x[i] > 0.0:
            for j in range(n):
                h = math.tanh(h + w[j] * x[i])
        for _ in range(i % 3):
            h = math.exp(-h * h) * x[i] + h
        if h > 0.5:
            h = h * h
    return h


def other_kinds(x, w, n):
    """Integers and booleans that depend on the state, and a state of arrays."""
    h, v = 0.5, np.zeros(2)
    for i in range(len(x)):
        for _ in range(n):
            m = int(4.0 * h) % 3
            low = h < 0.3
            h = math.sin(h + w[m] * x[i]) * (0.5 if low else 0.9)
            v = np.tanh(v * h + w[:2])
    return h + v[0] * v[1]


def left_early(x, w, n):
    """A `break` inside, and a state that goes on."""
    h = 0.4
    for i in range(len(x)):
        for j in range(n):
            h = h + w[j] * x[i] * h
            if h > 1.0:
                h = h - 1.0
                break
    return h


def own_search(x, w, n):
    """A `while` of each turn's own, which runs again, with arrays and a helper."""
    found = np.zeros(len(x))
    for i in range(len(x)):
        y = 1.0 + x[i] * x[i]
        c = y
        while abs(y * y - c) > 1e-12:
            y = 0.5 * (y + c / y)
        found[i] = y * w[i % n]
    return np.sum(found * found)


def search_that_goes_on(x, w, n):
    """A `while` whose end depends on what other turns left: nothing may run again."""
    s, y = 0.0, 1.5
    for i in range(len(x)):
        c = 2.0 + x[i] * x[i]
        turns = 0
        while abs(y * y - c) > 1e-3 * (1.0 + s * s):
            y = 0.5 * (y + c / y)
            turns += 1
        s += y * w[turns % n] / (1.0 + i)
    return s


def writes_between(x, w, n):
    """A `while` that writes to what another turn reads."""
    y = np.ones(len(x) + 1)
    for i in range(len(x)):
        k = 0
        while k < n and y[i] < 3.0:
            y[i] = y[i] * (1.1 + 0.1 * x[i])
            k += 1
        y[i + 1] = y[i + 1] * math.cos(y[i]) + w[k % n]
    return np.sum(y)


FUNCTIONS = [nested, backwards, beside_a_branch, other_kinds, left_early, own_search, search_that_goes_on, writes_between]


def along(g, f):
    return lambda x, w, n, u: np.sum(g(f)(x, w, n) * u)


@pytest.mark.parametrize("f", FUNCTIONS, ids=lambda f: f.__name__)
def test_both_modes_and_second_order(f: Any) -> None:
    both, twice, again = ep.value_and_grad(f, (0, 1)), ep.hvp(f), ep.grad(along(ep.grad, f))
    for size, n in ((7, 4), (2, 3), (1, 3), (0, 3), (40, 5)):
        x, w = RNG.normal(size=size), RNG.normal(size=max(n, 3))
        value, (of_x, of_w) = both(x, w, n)
        assert value == pytest.approx(f(x, w, n), rel=1e-13, abs=1e-13)
        u, v = RNG.normal(size=x.shape), RNG.normal(size=w.shape)
        moved = ep.jvp(f, (x, w, n), (u, v, None))[1]
        assert moved == pytest.approx(np.sum(of_x * u) + np.sum(of_w * v), rel=1e-9, abs=1e-12)
        h = 1e-6
        ahead, behind = f(x + h * u, w + h * v, n), f(x - h * u, w - h * v, n)
        assert moved == pytest.approx((ahead - behind) / (2 * h), rel=2e-5, abs=1e-6)
        np.testing.assert_allclose(twice(x, w, n, u), again(x, w, n, u), rtol=1e-8, atol=1e-10)


def test_tapes_of_loops_inside_are_one_array() -> None:
    x, w = RNG.normal(size=5), RNG.normal(size=4)
    for f, lists in ((nested, 0), (backwards, 0), (own_search, 1), (search_that_goes_on, 2)):
        shown = ep.grad(f, (0, 1)).show("derivative", x, w, 4)
        assert (shown.count("list_new") > 0) == (lists > 0), f.__name__
        assert ("list<list" in shown) == (lists > 1), f.__name__


def gated(x, w):
    """Arrays that are had again from others, rows that a list holds, and memory that is written once it was used."""
    rows, b, s = [w, w * w], np.ones(len(w)), 0.0
    for i in range(len(x)):
        u = b * w + x[i]
        rows[i % 2] = w / (1.0 + np.exp(-(rows[i % 2] * u)))
        s += np.sum(u * u)
        b[: i + 1] = rows[0][: i + 1]
    return s + np.sum(rows[0] * rows[1])


def test_what_others_tell_is_not_kept() -> None:
    """Of a gate the exponential alone, from which the rest is had again, and of rows in a list no copies."""
    x, w, u, v = RNG.normal(size=(4, 4))
    gradient = ep.grad(gated, (0, 1))
    shown = gradient.show("derivative", x, w)
    assert "exp_tape" in shown
    assert not any(name in shown for name in ("add_tape", "neg_tape", "u_tape", "row_then"))
    of_x, of_w = gradient(x, w)
    h = 1e-6
    differences = (gated(x + h * u, w + h * v) - gated(x - h * u, w - h * v)) / (2 * h)
    assert np.sum(of_x * u) + np.sum(of_w * v) == pytest.approx(differences, rel=1e-7)
