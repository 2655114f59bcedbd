"""Large loops run on several cores: the same bits whatever their number, in any thread, after a fork, to the end of the process."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import threading
from typing import Any

import numpy as np
import pytest
from scipy import special
from several_threads import as_many_as_before, bits, with_threads  # noqa: F401

import everypath as ep
from everypath.errors import InvalidArgument

RNG = np.random.default_rng(5)


def energy(x, y):
    return np.sum(np.exp(-x * x) * y + np.sqrt(x * x + y * y))


def rows(x, w):
    z = np.tanh(x * w) + x[:, :1]
    return np.sum(z / (1.0 + np.sum(z * z, axis=1, keepdims=True))) + np.sum(z.T[1:] * 0.5)


def many_kinds(x):
    whole = (np.abs(x) * 100.0).astype(np.int64)
    return np.sum(whole), np.any(x > 2.9999), np.all(x < 3.1), np.max(x), np.exp(x), np.sum(x), np.sum(x[::-3]), np.cumsum(x)[-1], whole % 7


def in_place(x, y):
    x *= 2.0
    x[1:] = np.sin(x[:-1]) + y[1:]
    y[...] = x * y
    return np.sum(x)


@pytest.mark.parametrize("size", [30_000, 200_003])
def test_values_and_derivatives_of_every_order(size: int) -> None:
    x, y = RNG.normal(size=(2, size))
    value, (dx, dy) = with_threads(lambda: ep.value_and_grad(energy, (0, 1))(x, y))
    np.testing.assert_allclose(value, energy(x, y), rtol=1e-12)
    np.testing.assert_allclose(dx, -2 * x * np.exp(-x * x) * y + x / np.hypot(x, y), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(dy, np.exp(-x * x) + y / np.hypot(x, y), rtol=1e-12, atol=1e-14)
    along = with_threads(lambda: ep.hvp(energy)(x, y, y))
    e, r = np.exp(-x * x) * y, np.hypot(x, y)
    np.testing.assert_allclose(along, ((4 * x * x - 2) * e + 1 / r - x * x / r**3) * y, rtol=1e-9, atol=1e-11)
    with_threads(lambda: ep.grad(energy)(x.astype(np.float32), y.astype(np.float32)))


@pytest.mark.parametrize("shape", [(3, 60_000), (60_000, 3), (1, 90_001), (300, 301)])
def test_any_axis_may_be_the_long_one(shape: tuple[int, int]) -> None:
    x, w = RNG.normal(size=shape), RNG.normal(size=shape[1])
    value, gradients = with_threads(lambda: ep.value_and_grad(rows, (0, 1))(x, w))
    np.testing.assert_allclose(value, rows(x, w), rtol=1e-11)
    for got, x1 in zip(gradients, (x, w), strict=True):
        direction = RNG.normal(size=x1.shape)
        tangents = [direction if x1 is other else np.zeros_like(other) for other in (x, w)]
        np.testing.assert_allclose(np.sum(got * direction), ep.jvp(rows, (x, w), tangents)[1], rtol=1e-9)


def heavy(x, w):
    z = x + w
    return np.tanh(0.8 * (z + 0.04 * z**3)) * z


@pytest.mark.parametrize("shape", [(8, 32, 256), (40, 1024), (2, 9, 640)])
def test_the_axis_of_vectors_is_not_cut_into_ends_of_vectors(shape: tuple[int, ...]) -> None:
    """Their last bits are those of single numbers, and they take five times as long."""
    x, w = RNG.normal(size=shape), RNG.normal(size=shape[-1])
    whole, compiled = with_threads(lambda: ep.compile(heavy)(x, w)), ep.compile(heavy)
    for place in np.ndindex(*shape[:-1]):
        np.testing.assert_array_equal(whole[place], compiled(x[place], w))


def test_results_of_every_kind() -> None:
    x = RNG.uniform(-3.0, 3.0, 150_000)
    for got, wanted in zip(with_threads(lambda: ep.compile(many_kinds)(x)), many_kinds(x), strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-9)
    found = with_threads(lambda: ep.compile(lambda x: special.psi(x[::2]))(x))
    np.testing.assert_array_equal(found, special.psi(x[::2]))


@pytest.mark.parametrize("overlap", [False, True])
def test_arguments_that_are_changed_and_overlap(overlap: bool) -> None:
    memory = RNG.normal(size=240_000)

    def call(f: Any) -> Any:
        held = memory.copy()
        x, y = (held[5:120_005], held[:120_000]) if overlap else (held[:120_000], held[120_000:])
        return f(x, y), held

    got, wanted = with_threads(lambda: call(ep.compile(in_place))), call(in_place)
    for a, b in zip(got, wanted, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-11)


def test_helpers_round_as_the_caller_does() -> None:
    try:
        libm = ctypes.CDLL("libm.so.6")
    except OSError:
        pytest.skip("no fesetround")
    x, y = RNG.normal(size=(2, 300_000))
    f = ep.compile(lambda x, y: x / y + x * y)
    nearest = with_threads(lambda: f(x, y))
    before = libm.fegetround()
    try:
        libm.fesetround(0x800)
        upward = with_threads(lambda: f(x, y))
    finally:
        libm.fesetround(before)
    assert np.all(upward >= nearest) and np.any(upward > nearest)


def test_calls_in_several_threads_at_once() -> None:
    ep.set_num_threads(3)
    gradient = ep.grad(energy, (0, 1))
    arguments = [RNG.normal(size=(2, 40_000 + 7 * k)) for k in range(4)]
    wanted, wrong = [bits(gradient(*pair)) for pair in arguments], []

    def work(k: int) -> None:
        wrong.extend(k for _ in range(40) if bits(gradient(*arguments[k])) != wanted[k])

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_process_has_helpers_of_its_own() -> None:
    ep.set_num_threads(3)
    x, y = RNG.normal(size=(2, 60_000))
    gradient = ep.grad(energy)
    wanted, stop = bits(gradient(x, y)), threading.Event()

    def busy() -> None:
        while not stop.is_set():
            gradient(x, y)

    other = threading.Thread(target=busy)
    other.start()
    try:
        for _ in range(5):
            child = os.fork()
            if child == 0:
                os._exit(0 if all(bits(gradient(x, y)) == wanted for _ in range(5)) else 1)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        stop.set()
        other.join()
    assert bits(gradient(x, y)) == wanted


LAST = """
import threading, numpy as np, everypath as ep
def f(x):
    return np.sum(np.sin(x) * x)
x = np.linspace(0.0, 1.0, 200_000)
print(ep.get_num_threads(), ep.compile(f)(x) == ep.compile(f)(x))
def forever():
    while True:
        ep.compile(f)(x)
threading.Thread(target=forever, daemon=True).start()
ep.grad(f)(x)
"""


def test_the_environment_says_how_many_and_the_process_ends() -> None:
    environment = {**os.environ, "EVERYPATH_THREADS": "3"}
    source = "import linecache\n" + f"text = {LAST!r}\n"
    source += "linecache.cache['last.py'] = (len(text), None, text.splitlines(True), 'last.py')\nexec(compile(text, 'last.py', 'exec'))"
    run = subprocess.run([sys.executable, "-c", source], env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert (run.returncode, run.stdout) == (0, "3 True\n"), run.stderr


def test_a_number_of_threads_is_a_small_integer() -> None:
    for number in (0, -1, 65, 2.0, True, "2"):
        with pytest.raises(InvalidArgument, match="from 1 to 64"):
            ep.set_num_threads(number)
