"""Loops that look for numbers between bounds: from bins they get what looking at all numbers gives, in the same order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import everypath as ep

RANDOM = np.random.default_rng(0)
N = 700


def between(x, edges):
    """Where numbers are, from edge to edge, or at one."""
    found = np.zeros(3 * len(x) * len(edges), int)
    at = 0
    for i in range(len(edges) - 1):
        k = np.flatnonzero(np.logical_and(edges[i] < x, edges[i + 1] >= x) & (np.abs(x) < 2.0))
        found[at : at + k.size] = k
        at += k.size
        k = np.flatnonzero(x == edges[i])
        found[at : at + k.size] = k
        at += k.size + 1
    return found


def by_turn(x, turns, step, width):
    """Where numbers are between bounds that are known ahead: without the upper one, without the lower one, with both, and uneven ones."""
    found = np.full((4, len(x) * len(turns), 2), -1)
    sizes = np.zeros(4, int)
    for i in range(turns[0], turns[-1], step):
        low, high = i * width, (i + step) * width
        for kind, mask in enumerate(
            (
                (low <= x) & (x < high),
                (low < x) & (high >= x) & (np.abs(x) != 1.0),
                (low <= x) & (x <= high),
                (np.exp(low) < x) & (x < np.exp(high)),
            )
        ):
            k = np.flatnonzero(mask)
            found[kind, sizes[kind] : sizes[kind] + k.size, 0] = k
            found[kind, sizes[kind] : sizes[kind] + k.size, 1] = i
            sizes[kind] += k.size
    return found


def classes(label, y, m):
    """The means of classes, and the number of each."""
    means, sizes = np.zeros((m, y.shape[1])), np.zeros(m)
    for k in range(m):
        chosen = y[label == k]
        if len(chosen) > 0:
            means[k] = chosen.mean(axis=0)
        sizes[k] = len(chosen)
    return means, sizes


def moving(x, edges):
    """What is looked at is another array at each turn."""
    x = x.copy()
    total = 0.0
    for i in range(len(edges) - 1):
        k = np.flatnonzero((x >= edges[i]) & (x < edges[i + 1]))
        x[k] += 0.05
        total += x[k].sum() * (i + 1)
    return total


def arrays() -> Iterator[np.ndarray]:
    """What bins may be hard to make of."""
    x = RANDOM.normal(size=N)
    yield x
    yield np.where(x > 1.5, np.nan, x)
    yield np.where(x > 1.0, np.inf, np.where(x < -1.0, -np.inf, x))
    yield np.where(x > 0.0, 0.0, -0.0)
    yield np.exp(200 * x)
    yield x * 5e-324 * 100
    yield np.concatenate([x[: N // 2], x[: N // 2]])[::-1]
    yield x[:40]
    yield np.round(x).repeat(2)[::2]


ARRAYS = list(arrays())


@pytest.fixture(scope="module")
def compiled():
    return ep.compile(between)


@pytest.mark.parametrize("x", ARRAYS)
@pytest.mark.parametrize("turns", [3, 90])
def test_as_looking_at_all(compiled, x: np.ndarray, turns: int) -> None:
    finite = x[np.isfinite(x)]
    edges = np.concatenate([np.linspace(finite.min(), finite.max(), turns - 1), [np.inf, np.nan]])
    edges[turns // 2] = -0.0
    np.testing.assert_array_equal(compiled(x, edges), between(x, edges))


@pytest.fixture(scope="module")
def compiled_by_turn():
    return ep.compile(by_turn)


@pytest.mark.parametrize("x", ARRAYS)
@pytest.mark.parametrize(("turns", "step", "width"), [((-45, 45), 1, 0.1), ((-44, 46), 2, 0.05), ((45, -45), -1, 0.1)])
def test_as_asking_each_turn(compiled_by_turn, x: np.ndarray, turns: tuple[int, int], step: int, width: float) -> None:
    np.testing.assert_array_equal(compiled_by_turn(x.copy(), turns, step, width), by_turn(x, turns, step, width))


def test_classes_beyond_what_floats_hold() -> None:
    def counted(label, first):
        return np.array([np.flatnonzero(label == first + k).sum() for k in range(60)])

    label = 2**60 + np.random.default_rng(1).integers(-2, 62, 900)
    np.testing.assert_array_equal(ep.compile(counted)(label, 2**60), counted(label, 2**60))


@pytest.mark.parametrize("kind", [np.int64, np.float32])
def test_classes_and_their_gradients(kind: type) -> None:
    label, y = RANDOM.integers(0, 60, 900).astype(kind), RANDOM.normal(size=(900, 3))
    for found, expected in zip(ep.compile(classes)(label, y, 64), classes(label, y, 64), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-13)
    if kind is np.int64:
        gradient = ep.grad(lambda y: np.sum(classes(label, y, 64)[0] * weights))(y)
        sizes = np.bincount(label, minlength=64)
        np.testing.assert_allclose(gradient, weights[label] / sizes[label][:, None], rtol=1e-13)


weights = RANDOM.normal(size=(64, 3))


def test_only_arrays_that_stay_have_bins() -> None:
    x, edges = RANDOM.random(N), np.linspace(0.0, 1.0, 60)
    assert ep.compile(moving)(x, edges) == pytest.approx(moving(x, edges), rel=1e-13)
    assert "bins" not in str(ep.compile(moving).show("optimised", x, edges))
    assert "bins" in str(ep.compile(between).show("optimised", x, edges))
    assert "apart" not in str(ep.compile(between).show("optimised", x, edges))
    assert "apart" in str(ep.compile(by_turn).show("optimised", x, (0, 90), 1, 0.1))


def rings(x, y, z, m):
    """Sums and means of rings: of them alone, of two arrays at once, of fewer numbers than there are."""
    sums, means = np.zeros((m, 2)), np.zeros((m, 2))
    for i in range(m):
        ring = (i / m <= x) & (x < (i + 1) / m)
        sums[i, 0] = y[ring].sum()
        if np.sum(ring) > 0:
            means[i, 0] = z[ring].mean()
        means[i, 1] = len(y[np.flatnonzero(x == i / m)])
        sums[i, 1] = np.sum(y[np.flatnonzero((i / m < x) & (x < (i + 0.5) / m))])
    return sums, means


def decided_on(x, y, m):
    """What a decision is made of is added up as NumPy adds it; and what is written is looked at anew."""
    y = y.copy()
    signs, total = np.zeros(m), 0.0
    for i in range(m):
        ring = (i / m <= x) & (x < (i + 1) / m)
        signs[i] = 1.0 if y[ring].sum() > 0.0 else -1.0
    for i in range(m):
        ring = (i / m <= x) & (x < (i + 1) / m)
        total += y[ring].sum()
        y[: i + 1] += 1.0
    return signs, total


def ring_sums(x, y, m):
    sums = np.zeros(m)
    for i in range(m):
        sums[i] = np.sum(y[(i / m <= x) & (x < (i + 1) / m)])
    return sums


def test_sums_of_shares_are_made_as_they_are_found() -> None:
    rng = np.random.default_rng(5)
    x, y = rng.random(900), rng.normal(size=900)
    y[3], y[40], x[7] = np.inf, np.nan, 0.5
    compiled = ep.compile(rings)
    for given in (
        (x, y, np.abs(y).astype(np.float32), 64),
        (x[:0], y[:0], y[:0].astype(np.float32), 40),
        (x, np.full(900, -0.0), np.abs(y).astype(np.float32), 40),
        (x, y, y, 3),
    ):
        for found, expected in zip(compiled(*given), rings(*given), strict=True):
            np.testing.assert_allclose(found, expected, rtol=2e-6, atol=1e-15)
    for shorter in (10, 899):
        with pytest.raises(IndexError, match=f"axis is {shorter} but"):
            compiled(x, y[:shorter], y.astype(np.float32), 64)
    alone = ep.compile(ring_sums)
    assert "sums" in alone.show("optimised", x, y, 64).split("for 0, m")[0]
    np.testing.assert_allclose(alone(x, y[::-1], 64), ring_sums(x, y[::-1], 64), rtol=1e-12)
    turning = ep.hvp(lambda y: np.sum(weights[:, 0] * ring_sums(x, y * y * y, 64)))
    finite = y[50:].repeat(2)[:900]
    np.testing.assert_allclose(turning(finite, x), 6 * weights[(x * 64).astype(int), 0] * finite * x, rtol=1e-12)


def test_sums_that_are_decided_on_or_change_are_made_at_each_turn() -> None:
    x, y = RANDOM.random(900), RANDOM.normal(size=900)
    found, expected = ep.compile(decided_on)(x, y, 50), decided_on(x, y, 50)
    np.testing.assert_array_equal(found[0], expected[0])
    assert found[1] == pytest.approx(expected[1], rel=1e-13)
    assert "sums = full" not in ep.compile(decided_on).show("optimised", x, y, 50)
