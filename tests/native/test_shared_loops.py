"""Loops with independent turns run on several cores, and mean what they mean in order: values, derivatives, errors, arrays."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from typing import Any

import numpy as np
import pytest
from several_threads import as_many_as_before, bits, with_threads  # noqa: F401

import everypath as ep
from everypath.native import turns

RNG = np.random.default_rng(11)


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each loop that is compiled outside others, whether it is shared."""
    found: list[bool] = []
    shared = turns.shared

    def noted(e: Any, op: Any) -> bool:
        outside = e.loop_depth == 0 and not op.attributes.get("cold")
        answer = shared(e, op)
        if outside:
            found.append(answer)
        return answer

    monkeypatch.setattr(turns, "shared", noted)
    return found


def newton(x):
    roots = np.zeros(len(x))
    for i in range(len(x)):
        y = x[i]
        for _ in range(12):
            y = y - (y * y - x[i]) / (2.0 * y)
        roots[i] = y
    return np.sum(roots**3)


def attraction(p, q):
    total = 0.0
    for i in range(len(p)):
        for j in range(len(p)):
            if i != j:
                total += q[i] * q[j] / math.sqrt((p[i] - p[j]) ** 2 + 1.0)
    return total


def batch(x, w, b):
    loss = 0.0
    for i in range(len(x)):
        h = np.tanh(w @ x[i] + b)
        loss += np.sum(h * h) / len(x)
    return loss


def shifted(x):
    y = np.ones(len(x) + 2)
    for i in range(1, len(x)):
        y[i + 1] = math.sin(x[i]) * x[i - 1] + y[i + 1]
    return np.sum(y * y)


def spread(x, places):
    counts = np.zeros(50)
    for i in range(len(x)):
        counts[places[i]] += math.exp(x[i]) * x[i]
    return np.sum(counts**2)


def chosen_ones(x, bound):
    """Sums of which each turn adds to some, or takes from them; a count; two flags; from the last to the first."""
    total, rest, count, found, low = 0.0, 1.0, 3, False, True
    for i in range(len(x) - 1, -1, -1):
        if x[i] > bound:
            y = 1.0
            for _ in range(8):
                y = 0.5 * (y + abs(x[i]) / y)
            total += y
            count += 1
        elif x[i] < -2.0 * bound:
            found = True
            rest -= x[i] * x[i]
            count -= 2
        else:
            rest -= x[i]
            if x[i] > 0.9 * bound:
                low = False
    return total / count + rest * (2.0 if found else 3.0) + (x[0] if low else x[1])


def by_pieces(x):
    """Pieces of a long array, each a slice no longer than the step."""
    y = np.zeros(len(x))
    s = 0.0
    for k in range(0, len(x), 500):
        part = x[k : k + 500]
        y[k : k + 400] = np.sin(x[k : k + 400])
        s += np.log(np.sum(np.exp(part)))
    return s + np.sum(y * y)


def forces(p):
    """Arrays made in each turn, and rows of another."""
    f = np.zeros((len(p), 2))
    for i in range(len(p)):
        d = p - p[i]
        r = np.sum(d * d, axis=1) + 0.1
        f[i] = np.sum(d / r[:, None] ** 1.5, axis=0)
    return np.sum(f * f)


def escapes(c, most):
    """A `while` in each turn: backwards each turn runs again, and keeps what it needs in a list of its own."""
    out = np.zeros(len(c))
    for k in range(len(c)):
        z, m = 0.0, 0
        while m < most and z * z < 4.0:
            z = z * z + c[k]
            m += 1
        out[k] = z / (1.0 + m)
    return np.sum(out)


def until_near(c):
    s = 0.0
    for k in range(len(c)):
        y = c[k]
        for _ in range(60):
            d = (y * y - c[k]) / (2.0 * y)
            y = y - d
            if abs(d) < 1e-12:
                break
        s += y * y * y
    return s


def extremes(x):
    """The first of the largest and of the smallest, of numbers and of integers, by a function, by a branch, and by NumPy's."""
    best, least, high, low, most = -1.0, x[0], np.float64(-3.0), 7.0, 100
    for i in range(len(x)):
        v = math.sin(3.0 * x[i]) * math.exp(-x[i])
        best = max(best, v)
        if v < least:
            least = v
        for k in range(2):
            high = np.maximum(high, v * x[i] + k)
        low = min(low, v)
        if i % 977 > most:
            most = i % 977
    return best - 2.0 * least + 3.0 * high * low + most


@pytest.mark.parametrize(
    "f, arguments, wrt",
    [
        (chosen_ones, (RNG.normal(size=15_000), 0.6), (0,)),
        (by_pieces, (RNG.normal(size=90_100),), (0,)),
        (forces, (RNG.normal(size=(240, 2)),), (0,)),
        (newton, (RNG.uniform(0.5, 4.0, 3_000),), (0,)),
        (attraction, (RNG.normal(size=150), RNG.normal(size=150)), (0, 1)),
        (batch, (RNG.normal(size=(400, 12)), RNG.normal(size=(9, 12)), RNG.normal(size=9)), (0, 1, 2)),
        (shifted, (RNG.normal(size=20_000),), (0,)),
        (spread, (RNG.normal(size=20_000), RNG.integers(0, 50, 20_000)), (0,)),
        (escapes, (RNG.uniform(-0.5, 0.2, 6_000), 20), (0,)),
        (until_near, (RNG.uniform(0.5, 4.0, 9_000),), (0,)),
        (extremes, (RNG.normal(size=20_000),), (0,)),
    ],
    ids=lambda f: getattr(f, "__name__", ""),
)
def test_values_and_derivatives(f: Any, arguments: tuple[Any, ...], wrt: tuple[int, ...], chosen: list[bool]) -> None:
    value = with_threads(lambda: ep.compile(f)(*arguments))
    assert chosen[0] or f is spread
    np.testing.assert_allclose(value, f(*arguments), rtol=1e-10)
    gradients = with_threads(lambda: ep.grad(f, wrt)(*arguments))
    directions = [RNG.normal(size=np.shape(a)) if k in wrt else np.zeros(np.shape(a)) for k, a in enumerate(arguments)]
    along = with_threads(lambda: ep.jvp(f, arguments, directions))[1]
    np.testing.assert_allclose(sum(np.sum(g * directions[k]) for g, k in zip(gradients, wrt, strict=True)), along, rtol=1e-8)
    again = with_threads(lambda: ep.hvp(f)(*arguments, directions[0]))
    h = 1e-5
    beside = [ep.grad(f)(arguments[0] + s * h * directions[0], *arguments[1:]) for s in (1, -1)]
    np.testing.assert_allclose(again, (beside[0] - beside[1]) / (2 * h), rtol=1e-4, atol=1e-4 * np.max(np.abs(again)))


@pytest.mark.parametrize("found", [np.nan, np.inf, -0.0])
def test_extremes_of_odd_numbers(found: float) -> None:
    for places in ([0], [7], [12_000, 19_999], list(range(20_000))):
        x = np.linspace(-1.0, 0.0, 20_000)
        x[places] = found
        with np.errstate(invalid="ignore"):
            expected = odd(x)
        answer = with_threads(lambda x=x: ep.compile(odd)(x))
        assert bits(answer[:2]) == bits(expected[:2])
        np.testing.assert_array_equal(answer[2], expected[2])  # of two zeros NumPy's maximum takes either


def odd(x):
    first, last, spread = x[3] - 1.0, x[3] + 1.0, np.float64(-5.0)
    for i in range(len(x)):
        first = max(first, x[i])
        last = min(last, x[i] * x[i] * x[i])
        spread = np.maximum(spread, x[i])
    return first, last, spread


def test_turns_that_need_each_other_stay_in_order(chosen: list[bool]) -> None:
    def before(x):
        y = np.zeros(len(x))
        for i in range(1, len(x)):
            y[i] = 0.5 * y[i - 1] + x[i]
        return np.sum(y)

    def last(x):
        y = np.zeros(3)
        s = 0.0
        for i in range(len(x)):
            y[i % 3] = x[i]
            s = x[i] - s
        return np.sum(y) + s

    def read_on_the_way(x):
        s = 0.0
        t = 0.0
        for i in range(len(x)):
            s += x[i]
            t += s * x[i]
        return t

    def one_of_two(x):
        y = np.zeros(len(x))
        for i in range(len(x) - 1):
            y[i] = x[i]
            y[i + 1] += x[i] * 0.5
        return np.sum(y * y)

    def counted(x):
        s, count = 0.0, 0
        for i in range(len(x)):
            if x[i] > 0.0:
                count += 1
            s += x[i] * count
        return s

    def once(x):
        s, found = 0.0, False
        for i in range(len(x)):
            if x[i] > 3.0 and not found:
                found = True
                s += x[i]
        return s

    def taken_from(x):
        s = 0.0
        for i in range(len(x)):
            s = x[i] - s
        return s

    def to_and_fro(x):
        s, last = 0.0, False
        for i in range(len(x)):
            last = True
            if x[i] > 0.0:
                last = False
            s += x[i]
        return s if last else -s

    def overlapping(x):
        y = np.zeros(len(x))
        for k in range(0, len(x), 400):
            y[k : k + 500] = 0.5 * y[k : k + 500] + x[k : k + 500]
        return np.sum(y * y)

    def largest_so_far(x):
        best = -9.0
        out = np.zeros(len(x))
        for i in range(len(x)):
            if x[i] > best:
                best = x[i]
                out[i] = 1.0
        return np.sum(out) + best

    def the_other_way(x):
        best = -9.0
        for i in range(len(x)):
            best = max(x[i] - 4.0, -best)
        return best

    x = RNG.normal(size=30_000)
    for f in (largest_so_far, the_other_way, before, last, read_on_the_way, one_of_two, counted, once, taken_from, to_and_fro, overlapping):
        chosen.clear()
        np.testing.assert_allclose(with_threads(lambda f=f: ep.compile(f)(x)), f(x), rtol=1e-9)
        assert not any(chosen), f.__name__
        with_threads(lambda f=f: ep.grad(f)(x))


def failing(x):
    out = np.zeros(len(x))
    for i in range(len(x)):
        y = math.sqrt(x[i])
        for _ in range(20):
            y = y * 0.5 + math.exp(x[i] * x[i])
        out[i] = y
    return np.sum(out)


def test_the_first_error_is_that_of_the_first_turn(chosen: list[bool]) -> None:
    f, g = ep.compile(failing), ep.grad(failing)
    x = RNG.uniform(0.1, 4.0, 6_000)
    for wrong, error in (({5_900: -1.0, 40: 50.0}, OverflowError), ({40: -1.0, 5_900: 50.0, 3_000: 50.0}, ValueError)):
        bad = x.copy()
        bad[list(wrong)] = list(wrong.values())
        with pytest.raises(error) as by_cpython:
            failing(bad)
        for number in (1, 2, 3, 4):
            ep.set_num_threads(number)
            for call in (f, g, f):
                with pytest.raises(error) as caught:
                    call(bad)
                assert str(caught.value).splitlines()[0] == str(by_cpython.value).splitlines()[0]
            np.testing.assert_allclose(f(x), failing(x), rtol=1e-10)
    assert all(chosen)


def test_what_an_error_leaves_of_the_callers_arrays() -> None:
    def halves(x, out):
        for i in range(len(x)):
            out[i] = math.sqrt(x[i]) * 0.5

    x, out = RNG.uniform(0.1, 4.0, 60_000), np.zeros(60_000)
    x[33_333] = -1.0
    ep.set_num_threads(4)
    wanted = out.copy()
    for changed, f in ((out, ep.compile(halves)), (wanted, halves)):
        with pytest.raises(ValueError, match="math domain error"):
            f(x, changed)
    np.testing.assert_array_equal(out[33_333:], 0.0)
    np.testing.assert_array_equal(out == 0.0, wanted == 0.0)


def test_memory_of_blocks_is_given_back() -> None:
    x, w, b = RNG.normal(size=(600, 300)), RNG.normal(size=(400, 300)), RNG.normal(size=400)
    ep.set_num_threads(3)
    gradient = ep.grad(batch, (1, 2))
    gradient(x, w, b)
    kept = ep.kept_memory()
    for _ in range(20):
        gradient(x, w, b)
    assert ep.kept_memory() < 2 * kept + (64 << 20)
    assert ep.release_memory() > 0
    assert ep.kept_memory() == 0
    with_threads(lambda: gradient(x, w, b))


def few_turns(a, c, g, w, r):
    for _ in range(2):
        for j in range(1, 3):
            r[j] -= np.dot(g[j - 1], c)
            a[:, j] -= w @ c
    return np.sum(a * a) + np.sum(r * r)


def test_a_loop_of_a_few_turns_runs_them_once() -> None:
    given = [RNG.normal(size=shape) for shape in ((3, 4), (3,), (4, 3), (3, 3), (4,))]
    along = [RNG.normal(size=x.shape) for x in given]
    gradients = ep.grad(few_turns, tuple(range(5)))(*given)
    expected = sum(np.sum(g * d) for g, d in zip(gradients, along, strict=True))
    np.testing.assert_allclose(ep.jvp(few_turns, given, along)[1], expected, rtol=1e-12)


def long(x, n):
    out = np.zeros(len(x))
    for i in range(len(x)):
        y = x[i]
        for _ in range(n):
            y = math.sin(y) + x[i]
        out[i] = y
    return np.sum(out)


@pytest.mark.skipif(not hasattr(signal, "raise_signal") or os.name == "nt", reason="no signals to send")
def test_an_interruption_ends_all_blocks() -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background ignores it
    try:
        interrupted()
    finally:
        signal.signal(signal.SIGINT, before)


def interrupted() -> None:
    f, x = ep.compile(long), RNG.normal(size=64)
    ep.set_num_threads(3)
    wanted = f(x, 2_000)
    sender = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    start = time.perf_counter()
    sender.start()
    with pytest.raises(KeyboardInterrupt):
        f(x, 200_000_000)
    assert time.perf_counter() - start < 60
    assert bits(f(x, 2_000)) == bits(wanted)
