"""Choosing, writing where something says so, sets, orders, histograms and functions over axes are NumPy's, over their whole signatures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep

from .originals import agrees

X, Y = np.array([0.3, 1.2, -0.7, 0.9, 0.55]), np.array([0.8, -0.4, 1.5, 0.25, -1.1])
A = np.array([[0.3, -1.2, 0.7, 0.15], [1.1, 0.4, -0.6, -0.35], [0.85, 0.05, -0.95, 0.45]])
K = np.array([2, 0, 1, 2, 2])

VALUES: list[Callable[..., Any]] = [
    lambda x, y, a, k: (
        np.choose(k, [x, y, 2.0]),
        np.choose([0, 4, -1], [x[:3], y[:3]], mode="wrap"),
        np.choose(k, a[:, :1], mode="clip"),
        (x > 0.5).astype(int).choose([x, y]),
        np.compress([True, False, True], a, axis=0),
        a.compress([0, 1, 1]),
        np.extract(a > 0.2, a),
    ),
    lambda x, y, a, k: (
        np.argwhere(a > 0.2),
        np.unravel_index(k, (3, 4)),
        np.unravel_index(np.argmax(a), a.shape, order="F"),
        np.ravel_multi_index((k, k + 1), (3, 4)),
        np.ravel_multi_index((k, k + 3), (3, 4), mode=("raise", "wrap"), order="F"),
        [i for i in np.ndindex(2, 1, 2)],
        [(i, v) for i, v in np.ndenumerate(a[:2, :2])],
        sum(v * v for v in np.nditer(a[:2, :2], order="C")),
        stepped(a),
        doubled_in_place(x),
    ),
    lambda x, y, a, k: (
        np.unique(k, return_index=True, return_inverse=True, return_counts=True),
        np.unique(np.array([[1, 0], [0, 2], [1, 0]]), axis=0, return_inverse=True),
        np.unique(np.array([np.nan, 1.0, np.nan])),
        np.unique(np.array([np.nan, 1.0, np.nan]), equal_nan=False),
        np.unique(np.array([np.nan, 1.0, np.nan]), axis=-1, return_inverse=True),
        [np.unique(e, axis=0, return_counts=True) for e in (x[:0], a[:0], a[:, :0])],
        np.unique(a[:, :2] > 0, return_inverse=True),
        np.unique(x[:0]),
        (x[np.zeros(0, bool)], a[np.zeros((3, 0), bool)], a[np.zeros(0, bool)] * 2.0),
    ),
    lambda x, y, a, k: (
        np.isin(a, x),
        np.isin(k, [], invert=True),
        np.intersect1d(k, [1, 2, 5], return_indices=True),
        np.setdiff1d([4, 1, 4, 2], k),
        np.union1d(k, [0.5]),
        np.setxor1d(k, [1, 7]),
        np.lexsort((y, k)),
        np.lexsort(a[:, ::2]),
        np.partition(np.tile(x, 4), 7),
        np.argpartition(-a, -2, axis=0),
        np.sort_complex(k),
    ),
    lambda x, y, a, k: (
        np.digitize(a, [0.0, 0.3, 1.0], right=True),
        np.digitize(0.3, [1.0, 0.3, 0.0]),
        np.digitize(a, [0.0, 0.3, np.nan]),
        np.digitize(k, np.array([3, 1], np.uint8)),
        np.histogram(np.array([0.5, np.nan]), [0.0, 1.0, np.nan]),
        np.bincount(k, minlength=5),
        np.bincount(k[:0]),
        np.bincount(k[:0], weights=x[:0]),
        np.histogram(x, bins=[]),
        np.histogram(x, 3),
        np.histogram(a, bins=[-1.0, 0.0, 0.5, 1.1], density=True),
        np.histogram(k, 2, range=(0, 4)),
        np.histogram(x.astype(np.float32), 3),
        np.histogram_bin_edges(a, "sturges"),
        np.histogram_bin_edges(x, "doane"),
        np.histogram(x, "auto"),
    ),
    lambda x, y, a, k: (
        np.histogram2d(x, y, bins=(2, 3), range=[[0, 1], [-1, 1]]),
        np.histogram2d(x, y, bins=[-1.0, 0.0, 0.5, 1.0]),
        np.histogramdd(a[:, :2], bins=2, density=True),
        np.histogramdd((x, y), bins=([0.0, 0.5, 1.2], 2), weights=k),
    ),
    lambda x, y, a, k: (
        np.apply_over_axes(np.sum, a, (0, -1)),
        np.apply_along_axis(lambda r: np.array([[r[0], r[1]]]), 0, a[:2]),
        np.piecewise(x, [x < 0.0, x > 0.8], [-1, lambda t: t * t]),
        np.piecewise(k, [k > 1], [lambda t: t * 1.9, 0.7]),
        np.fromfunction(lambda i, j: i + 2 * j, (2, 3), dtype=int),
        np.vectorize(lambda t, n: t**n if t > 0 else -t)(x[:, None], [1, 2]),
        np.vectorize(lambda t: (t, 1))(x),
        np.vectorize(lambda t: 0 if t > 0 else t, otypes=[float])(x),
        np.vectorize(lambda u, v: (np.dot(u, v), u), signature="(n),(n)->(),(n)")(a, a[0]),
    ),
]


def stepped(a: Any) -> Any:
    """By nditer as it is stepped by hand, and by its index in the order of Fortran."""
    total, steps = 0.0, np.nditer(a, flags=["multi_index"])
    while not steps.finished:
        total += steps[0] * steps.multi_index[1]
        steps.iternext()
    other = np.nditer(a, flags=["f_index"])
    for v in other:
        total += v * other.index
    return total


def doubled_in_place(x: Any) -> Any:
    y = x.copy()
    with np.nditer([y, x], op_flags=[["readwrite"], ["readonly"]]) as steps:
        for v, w in steps:
            v[...] = v + w
    return y


@pytest.mark.parametrize("k", range(len(VALUES)))
def test_values(k: int) -> None:
    agrees(VALUES[k], X, Y, A, K, order=0)


def written(x: Any, a: Any, k: Any) -> Any:
    along, flat, placed, put, masked, copied, lasting = (a * 1.0 for _ in range(7))
    np.put_along_axis(along, np.argmax(a, axis=1, keepdims=True), x[0], axis=1)
    np.put_along_axis(flat, k, x, axis=None)
    np.place(placed, a > 0.2, x[:2])
    np.put(put, [0, -1, 5], x[:2])
    np.putmask(masked, a > 0.2, x)
    np.copyto(copied, x[:4], where=a > 0.0)
    lasting.put([1, 30], x[2:4], mode="clip")
    return along, flat, placed, put, masked, copied, lasting


def test_what_is_written() -> None:
    agrees(written, X, A, K, order=0)


def few_written(x: Any, a: Any, k: Any) -> Any:
    along, masked = a * 1.0, a * 1.0
    np.put_along_axis(along, np.argmax(a, axis=1, keepdims=True), x[0], axis=1)
    np.putmask(masked, a > 0.2, x)
    return along, masked


DERIVED: list[Callable[..., Any]] = [
    few_written,
    lambda x, a, k: (np.choose(k, [x, x * x, 2.0]), np.extract(a > 0.2, a)),
    lambda x, a, k: (np.bincount(k, x * x, minlength=4), np.histogram(x, 3)[1]),
    lambda x, a, k: np.apply_along_axis(lambda r: r / np.sum(r * r), 0, a),
]


@pytest.mark.parametrize("k", range(len(DERIVED)))
def test_derivatives(k: int) -> None:
    agrees(DERIVED[k], X, A, K, order=1)


ERRORS: list[Callable[..., Any]] = [
    lambda x, a: np.choose([0, 2], [x[:2], x[1:3]]),
    lambda x, a: np.compress(a > 0, a),
    lambda x, a: np.put(x, [5], 1.0),
    lambda x, a: x.choose([1.0, 2.0]),
    lambda x, a: np.put_along_axis(a, np.array([0]), 1.0, 1),
    lambda x, a: np.place(x, x > 0, []),
    lambda x, a: np.copyto(np.zeros(5, dtype=int), x),
    lambda x, a: np.unravel_index(12, (3, 4)),
    lambda x, a: np.ravel_multi_index(([0], [4]), (3, 4)),
    lambda x, a: np.digitize(x, [0.0, 2.0, 1.0]),
    lambda x, a: np.bincount(x),
    lambda x, a: np.bincount([-1]),
    lambda x, a: np.bincount([1, 2], [1.0]),
    lambda x, a: np.histogram(x, 0),
    lambda x, a: np.histogram(x, [1.0, 0.0]),
    lambda x, a: np.histogram(x, 2, range=(1, 0)),
    lambda x, a: np.histogram(x, "any"),
    lambda x, a: np.histogram2d(x, x[1:]),
    lambda x, a: np.partition(x, 5),
    lambda x, a: np.piecewise(x, [x < 0], [1, 2, 3]),
    lambda x, a: np.apply_along_axis(np.sum, 2, a),
    lambda x, a: np.vectorize(lambda t: t)(x[:0]),
]


def test_errors() -> None:
    for f in ERRORS:
        agrees(f, X, A, order=0)


def counted(x: Any, **options: Any) -> Any:
    """The calls of a function that counts them, one of which may only tell the type."""
    calls = [0.0]

    def times(v: Any) -> Any:
        calls[0] += 1.0
        return v * calls[0]

    return np.vectorize(times, **options)(x), calls[0]


def test_how_often_a_vectorised_function_is_called() -> None:
    agrees(lambda x: (counted(x), counted(x, cache=True), counted(x, otypes="d"), counted(x[:0], otypes=[float])), X, order=1)


WRAPPED = np.vectorize(lambda t: t * t if t > 0 else t, otypes=[float])


def test_a_vectorised_function_of_the_module() -> None:
    agrees(lambda x: WRAPPED(x) * 2.0, X, order=1)


def test_places_among_elements_in_any_order() -> None:
    """Also among ones that are in no order, NaN, both infinities and both zeros."""
    rng = np.random.default_rng(3)
    places: dict[Any, Any] = {
        "left": lambda a, v: np.searchsorted(a, v, side="left"),
        "right": lambda a, v: np.searchsorted(a, v, side="right"),
    }
    compiled = {side: ep.compile(f) for side, f in places.items()}
    pool = np.array([-np.inf, -1.0, -0.0, 0.0, 2.0, np.inf, np.nan])
    for n, m in ((0, 3), (1, 1), (1, 9), (3, 20), (7, 20), (8, 20), (9, 20), (12, 5)):
        for sort in (np.sort, np.asarray):
            among, values = sort(rng.choice(pool, n)), rng.choice(pool, m)
            for side, f in compiled.items():
                np.testing.assert_array_equal(f(among, values), places[side](among, values))


def test_partition_takes_each_element_from_where_it_stood() -> None:
    """Equal ones in the order in which they stood, zeros of either sign and NaN among them."""

    def weighed(x: Any, w: Any, k: int) -> Any:
        return np.sum(np.partition(x, k) * w)

    rng = np.random.default_rng(5)
    pool = np.array([-np.inf, -1.0, -0.0, 0.0, 2.0, np.inf, np.nan])
    many = rng.normal(size=(1, 300))
    many[:, ::7] = 0.5
    grad = ep.grad(weighed)
    for x in (np.ones((1, 1)), rng.choice(pool, (3, 20)), many, many.astype(np.float32), np.zeros((0, 2))):
        places = np.broadcast_to(np.arange(x.shape[-1]), x.shape).astype(x.dtype)
        for k in (0, x.shape[-1] // 2):
            went = grad(x, places, k).astype(int)
            np.testing.assert_array_equal(np.sort(went, axis=-1), places)
            for found, row, to in zip(np.partition(x, k), x, went, strict=True):
                np.testing.assert_array_equal(found[to], row)
                assert all((np.diff(to[row == v]) > 0).all() for v in row)
