"""Random draws are NumPy's and Python's own, and what is made of them has derivatives with respect to locations and scales."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from random import choices, gauss, sample, seed, shuffle
from typing import Any

import numpy as np
import pytest
from numpy.random import default_rng, randn

import everypath as ep

from .originals import agrees

X = np.array([0.3, 1.2, -0.7])


def of_generator(x: Any) -> Any:
    rng = default_rng(7)
    floats = (
        rng.triangular(0.0, 0.5, 1.0),
        rng.weibull(2.0),
        rng.pareto(2.0, 2),
        rng.power(2.0),
        rng.gamma([1.0, 2.0], 2.0),
        rng.rayleigh(2.0),
    )
    more = rng.laplace(size=2), rng.gumbel(), rng.logistic(), rng.beta(1.0, 2.0), rng.standard_cauchy(), rng.exponential(2.0, (2,))
    single = rng.random(2, dtype=np.float32), rng.standard_normal(dtype="float32"), rng.normal(size=()), rng.uniform(x[2], [2.0, 3.0])
    return floats, more, single, rng.lognormal([0.0, x[0]], 0.5), rng.standard_t(3.0), rng.chisquare([1.0, 2.0])


def of_integers(x: Any) -> Any:
    rng = np.random.Generator(np.random.MT19937(3))
    items = [1.0, float(x[0]), 3.0]
    rng.shuffle(items)
    orders = rng.permutation(4), rng.permutation(np.arange(6).reshape(3, 2)), rng.permutation(x), rng.choice(x), rng.choice([1.0, x[1]], 2)
    places = rng.integers(9), rng.integers(1, 5, (2,), endpoint=True), rng.choice(5, 3, replace=False), rng.choice(x, p=[0.1, 0.2, 0.7])
    children = np.random.SeedSequence([9, 1]).spawn(2)[1], default_rng(5).spawn(2)[1].normal()
    counts = rng.poisson([1.0, 2.0]), rng.binomial(4, 0.3), rng.multinomial(5, [0.2, 0.8])
    return items[0], items[1], orders, places, counts, default_rng(children[0]).normal(), children[1]


def of_the_global_one(x: Any) -> Any:
    np.random.seed(3)
    rows = np.arange(6.0).reshape(3, 2)
    np.random.shuffle(rows)
    floats = (
        randn(2),
        np.random.rand(),
        np.random.ranf(2),
        np.random.triangular(0.0, 0.5, 1.0),
        np.random.pareto(2.0, 2),
        np.random.power(2.0),
    )
    places = np.random.randint(3, 9, (2, 2)), np.random.permutation(rows), np.random.choice(3, 2, replace=False), np.random.randint(4)
    return rows, floats, places, np.random.rayleigh(2.0), np.random.dirichlet([1.0, 2.0], 2), np.random.uniform(x[2], x[1])


def of_python(x: Any) -> Any:
    seed(4)
    items = [1.0, float(x[0]), 3.0]
    shuffle(items)
    floats = gauss(0.0, 1.0), random.uniform(1, 2), random.triangular(0.0, 1.0, 0.3), random.betavariate(1.0, 2.0), random.expovariate(2.0)
    whole = random.randint(0, 9), random.getrandbits(20), random.randrange(1, 10, 2), random.choice([4, 5, 6]), sum(sample(range(10), 3))
    own = random.Random("text")
    return items[0], floats, whole, sum(choices([1.0, 2.0, float(x[1])], [0.1, 0.2, 0.7], k=4)), own.gauss(), own.vonmisesvariate(0.0, 1.0)


@pytest.mark.parametrize("f", [of_generator, of_integers, of_the_global_one, of_python])
def test_draws(f: Callable[..., Any]) -> None:
    agrees(f, X, order=0)


def one_by_one(x: Any) -> Any:
    """What compiled code draws itself, interleaved, so that halves of words are left over in between."""
    rng = np.random.Generator(np.random.PCG64(11))
    rows = np.zeros((6, 13))
    for k in range(len(rows)):
        rows[k, :4] = rng.random(), rng.normal(x[0], 2.0), rng.standard_exponential(), rng.integers(10)
        rows[k, 4:8] = rng.integers(3, 9, endpoint=True), rng.uniform(x[2], x[1]), rng.choice(7), rng.integers(0, 2**32)
        rows[k, 8:] = rng.laplace(), rng.gumbel(), rng.logistic(), rng.rayleigh(2.0), rng.standard_cauchy()
    kinds = rng.random(), rng.normal(), rng.integers(5), rng.choice(5), rng.choice(x), rng.integers(2**40, 2**60), rng.integers(4, 5)
    sized = rng.integers(-3, 3, size=(2, 3)), rng.choice(x, size=2), rng.random((0, 2)), rng.normal(size=()), rng.integers(0, 1, 0)
    return rows, kinds, sized, rng.integers(3, 1, 0), rng.choice(0, 0), rng.standard_normal(3), rng.integers(-(2**62), 2**62, 2)


def of_twisters(x: Any) -> Any:
    """Past the end of the 624 words of a state, which are made anew there; every second normal number is one that was left over."""
    np.random.seed(5)
    own, rng, rows = random.Random(5), np.random.Generator(np.random.MT19937(5)), np.zeros((150, 12))
    for k in range(len(rows)):
        rows[k, :4] = np.random.rand(), np.random.normal(x[0], 2.0), np.random.randint(10), np.random.choice(5)
        rows[k, 4:8] = own.random(), own.gauss(x[0], 2.0), own.uniform(x[2], x[1]), own.gauss()
        rows[k, 8:] = rng.random(), rng.normal(), rng.integers(10), rng.integers(2**40)
    sized = np.random.randn(3), np.random.randint(3, 9, (2, 2)), np.random.choice(x, 2), np.random.randint(0, 1, 0), rng.laplace(size=2)
    return rows, sized, np.random.random(), np.random.randint(2**40), own.randint(0, 5), own.random()


def metropolis(x: Any, steps: int) -> Any:
    """A chain whose steps are taken or left: other numbers of draws on each path."""
    rng, total, at = np.random.default_rng(2), 0.0, 0.3
    for _ in range(steps):
        new = at + x[0] * rng.normal()
        if rng.random() < math.exp(0.5 * (at * at - new * new)):
            at = new
            if rng.integers(3) == 0:
                at *= x[1]
        total += at * x[2]
    return total


def test_single_draws() -> None:
    agrees(one_by_one, X, order=0)
    agrees(of_twisters, X, order=0)
    agrees(metropolis, X, 40, order=1)


def test_a_state_of_other_bits_is_refused() -> None:
    with pytest.raises(ValueError, match="a RandomState of other bits than those of MT19937 is not supported"):
        ep.compile(noisy)(2.0, np.random.RandomState(np.random.PCG64(3)))


@pytest.mark.parametrize("bounds", [(0,), (3, 3), (5, 2), (-1, None, None, np.int64, True), (5, 4, None, np.int64, True), (3, 1, 2)])
def test_bounds_without_an_integer_between_them(bounds: tuple[Any, ...]) -> None:
    def f(x: float) -> Any:
        return x * np.sum(default_rng(1).integers(*bounds))

    with pytest.raises(ValueError) as theirs:
        f(1.0)
    with pytest.raises(ValueError) as ours:
        ep.compile(f)(1.0)
    assert str(ours.value) == str(theirs.value)


def moved(x: Any) -> Any:
    rng = np.random.default_rng(3)
    total = rng.normal(x, x[1] ** 2) + rng.uniform(x[0], 2.0, 3) * rng.exponential(x[1]) * rng.integers(1, 4)
    for k in range(3):
        total = total + rng.laplace(x[k], 1.0) * x
    return total + rng.lognormal(x, 0.5), rng.triangular(x[2], x[0], x[1]), rng.permutation(x)


def test_derivatives() -> None:
    agrees(moved, X, order=1)


def noisy(x: Any, rng: Any) -> Any:
    return x * rng.normal() + rng.uniform()


@pytest.mark.parametrize("made", [lambda: default_rng(5), lambda: np.random.RandomState(5), lambda: random.Random(5)])
def test_a_generator_from_outside_is_used_up_by_compile_and_left_alone_by_derivatives(made: Callable[[], Any]) -> None:
    function = noisy if not isinstance(made(), random.Random) else lambda x, rng: x * rng.gauss() + rng.random()
    compiled, ours, theirs = ep.compile(function), made(), made()
    assert [compiled(2.0, ours) for _ in range(2)] == [function(2.0, theirs) for _ in range(2)]
    slope = ep.grad(function)(2.0, ours)
    assert slope == ep.grad(function)(2.0, ours) == ep.grad(function)(2.0, theirs)
    assert compiled(2.0, ours) == function(2.0, theirs)


def test_a_seed_is_left_in_the_global_generators() -> None:
    def f(x: float) -> float:
        np.random.seed(3)
        random.seed(3)
        return x * np.random.randn() + random.random()

    ep.compile(f)(1.0)
    after = np.random.randn(), random.random()
    f(1.0)
    assert after == (np.random.randn(), random.random())
    ep.grad(f)(1.0)
    again = np.random.get_state()[2]
    ep.grad(f)(1.0)
    assert np.random.get_state()[2] == again


REFUSED = [
    (lambda x: x * np.random.rand(), "np.random draws random numbers, and a derivative needs the same ones each time"),
    (lambda x: x * random.random(), "random draws random numbers, and a derivative needs the same ones each time"),
    (lambda x: x * np.random.default_rng().random(), "a generator without a seed draws other numbers at every run"),
    (
        lambda x: np.random.default_rng(1).gamma(x),
        "the derivative of draws of 'standard_gamma' with respect to its parameters is not supported",
    ),
]


@pytest.mark.parametrize("k", range(len(REFUSED)))
def test_refusals(k: int) -> None:
    function, reason = REFUSED[k]
    with pytest.raises(ep.NotSupported) as problem:
        ep.grad(function)(1.5)
    assert reason in str(problem.value)
    assert "inside" in str(problem.value) or "Way out" in str(problem.value)
