"""Shapes, grids, diagonals, joining and padding are NumPy's, over their whole signatures.

A case holds several calls, as compiling costs more than they do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from .originals import agrees

X, Y = np.array([0.3, 1.2, -0.7, 0.9, 0.55]), np.array([0.8, -0.4, 1.5, 0.25, -1.1])
A = np.array([[0.3, -1.2, 0.7, 0.15], [1.1, 0.4, -0.6, -0.35], [0.85, 0.05, -0.95, 0.45]])
K = np.array([2, 0, 1])
CUBE = np.arange(6.0).reshape(1, 3, 2) / 5.0
SINGLE = np.array([0.5, 0.25, 2.0], np.float32)

SMOOTH: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "evenly spaced": (
        lambda x, y: (
            np.linspace(x[0], y[0], 4, retstep=True),
            np.linspace(x, y[:, None], 3, axis=-1, endpoint=False),
            np.linspace(x, 2.0, 1),
            np.logspace(x[0], x[1], 3, base=y[:2] + 2.0, axis=1),
            np.geomspace(x[:2] ** 2 + 0.1, -0.3 * np.sign(-x[:2]) + 0.1, 3),
        ),
        (X, Y),
    ),
    "grids": (
        lambda x, y: (
            np.meshgrid(x, y[:2], x[0]),
            np.meshgrid(x, y[:2], indexing="ij", sparse=True, copy=False),
            np.mgrid[0 : x[1] : 0.5, 1:3],
            np.ogrid[0:3, x[0] : 2.0],
            x[np.ix_([True, False, True, False, True])],
            np.reshape(x, (5, 1), copy=True),
        ),
        (X, Y),
    ),
    "brackets": (
        lambda x, y: (
            np.r_[x, 2, y[1:3], [4.0, 5.0], 0:3],
            np.c_[np.ones(5), x, y],
            np.r_["0,2", x, y],
            np.r_["1,2,0", x, y],
            np.r_[0:1:0.25, x[0]],
            np.c_[x[0], y[0]],
        ),
        (X, Y),
    ),
    "joined": (
        lambda a, x: (
            np.dstack((a, 2.0 * a)),
            (
                np.stack(a, axis=1),
                np.concatenate(a),
                np.concatenate(CUBE * x[0], axis=1),
                np.vstack(x),
                np.hstack(CUBE),
                np.column_stack(a),
            ),
            np.dstack([x]),
            np.block([[a, a[:, :1]], [np.ones((1, 4)), x[0]]]),
            np.block([x, 1.0]),
            np.atleast_3d(x, a),
            np.roll(a, (1, -2), (0, 1)),
            np.roll(a, 3),
            np.repeat(a, [2, 0, 1], axis=0),
            np.repeat(x, 2),
            np.resize(x, (2, 4)),
        ),
        (A, X),
    ),
    "taken apart": (
        lambda a: (
            np.array_split(a, 3.5, axis=1),
            np.array_split(a, [1, 5]),
            np.hsplit(a, 2),
            np.vsplit(a, [1]),
            np.rot90(a),
            np.rot90(a, -1),
            np.rot90(a[None], 2, axes=(1, 2)),
            np.rollaxis(a[None], 2, 1),
            np.broadcast_arrays(a, a[0, 0]),
        ),
        (A,),
    ),
    "with more elements": (
        lambda a, x: (
            np.insert(x, 1, x[0]),
            np.insert(x, [1, 3, 1], x[:3]),
            np.insert(x, [-1], x[:2]),
            np.insert(a, 1, x[:4], axis=0),
            np.insert(a, [0, 2], x[:2], axis=-1),
            np.insert(x, slice(0, 4, 2), 2.0),
            np.insert(a, 2, x[0]),
        ),
        (A, X),
    ),
    "with fewer elements": (
        lambda a, x: (
            np.delete(x, -1),
            np.delete(x, [0, 2, 0]),
            np.delete(x, x > 0.5),
            np.delete(a, slice(None, None, 2), axis=1),
            np.delete(a, 1, axis=0),
            np.delete(a, [1], axis=-1),
            np.delete(a, 2),
            np.trim_zeros(np.concatenate([[0.0], x, [0.0, 0.0]])),
            np.trim_zeros(x * 0.0, "b"),
        ),
        (A, X),
    ),
    "diagonals": (
        lambda a, x: (
            np.diagflat(x[:2], 1),
            a[np.tril_indices(3, -1, 4)],
            a[np.triu_indices_from(a)],
            a[:, :3][np.diag_indices(3)],
            np.tri(3, 4, 1) * a,
            np.triu(x, 1),
            np.tril(x),
            np.vander(x, 3),
            np.vander(x, increasing=True),
            a[:, :3][np.mask_indices(3, np.triu, 1)],
        ),
        (A, X),
    ),
    "padded": (
        lambda a, x: (
            np.pad(x, 2),
            np.pad(a, ((1, 0), (0, 2)), constant_values=3.0),
            np.pad(a, [(1, 2)], constant_values=((x[0], 2.0), (0.0, x[1]))),
            np.pad(x, (2, 3), "edge"),
            np.pad(x, 7, "reflect"),
            np.pad(x, 3, "reflect", reflect_type="odd"),
            np.pad(a, ((1, 1), (0, 2)), "symmetric"),
            np.pad(x, (1, 7), "wrap"),
            np.pad(x, (2, 1), "linear_ramp", end_values=x[1]),
            np.pad(a, 1, "mean", stat_length=2),
            np.pad(a, 1, "maximum"),
        ),
        (A, X),
    ),
    "by columns": (
        lambda a: (
            np.reshape(a, (2, 6), order="F"),
            a.reshape(-1, 3, order="F"),
            a.ravel("F"),
            a.T.flatten("F"),
            np.take(a, [4, -1], axis=1, mode="wrap"),
            np.take(a, [[-1, 20]], mode="clip"),
            np.take_along_axis(a, np.array([3, 0]), None),
            np.asfortranarray(a)[1:],
            np.zeros((2, 3), order="F").ravel("F"),
            np.array(a.T, order="C").ravel(),
            np.full((2, 1), a[0, 0], order="F"),
            np.concatenate([a, [[1, 2, 3, 4]]], dtype=np.float32),
            np.asarray_chkfinite(a),
            np.require(a, requirements=["F"]),
        ),
        (A,),
    ),
    "windows and diagonals of more axes": (
        lambda a, c: (
            np.lib.stride_tricks.sliding_window_view(a, (2, 3)),
            np.lib.stride_tricks.sliding_window_view(a, 2, axis=-2, writeable=True),
            np.lib.stride_tricks.sliding_window_view(a, (2, 2), (1, 1)),
            np.diagonal(c, axis1=1, axis2=2),
            c.diagonal(-1, 2, 1),
            np.trace(c, axis1=2, axis2=1),
            np.searchsorted(a[0], a[1], sorter=np.argsort(a[0])),
            np.broadcast(a, a[:, :1]).shape,
            np.lib.stride_tricks.as_strided(a, (2, 3), (a.strides[0], 8), writeable=False),
            np.lib.stride_tricks.as_strided(a[0], (2,), (16,), writeable=False),
        ),
        (A, CUBE),
    ),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_values(name: str) -> None:
    f, args = SMOOTH[name]
    agrees(f, *args, order=0)


def growing(x: Any, join: Callable[..., Any]) -> Any:
    """What is joined of vectors and matrices in a list that grows by a loop."""
    columns = [x[3:].reshape(-1, 1), x[:-3]]
    for k in range(int(x[0] < 9) + 1):
        columns.append(x[k + 1 : k + 1 + len(x) - 3].reshape(-1, 1))
    return join(columns)


DERIVED: list[Callable[..., Any]] = [
    lambda x, a: growing(x, np.column_stack),
    lambda x, a: (np.linspace(x, x[0] ** 2, 3, endpoint=False), np.geomspace(x[:2] ** 2 + 0.1, 3.0, 3)),
    lambda x, a: (np.r_[x, 2, x[1:3], 0:3], np.insert(a, 1, x[:4], axis=0), np.delete(a, [0, -1], axis=1)),
    lambda x, a: (np.pad(x, 3, "reflect", reflect_type="odd"), np.pad(a, 1)),
    lambda x, a: (np.lib.stride_tricks.sliding_window_view(x, 3), np.vander(x, 4), a.ravel("F"), np.roll(a, (1, 2), (0, 1))),
]


@pytest.mark.parametrize("k", range(len(DERIVED)))
def test_derivatives(k: int) -> None:
    agrees(DERIVED[k], X, A, order=1)


def filled(a: Any, x: Any) -> Any:
    square, tall, wrapped = a[:, :3] * 1.0, a.T * 1.0, np.concatenate([a.T, a.T])
    np.fill_diagonal(square, x[0])
    np.fill_diagonal(tall, x)
    np.fill_diagonal(wrapped, 5.0, wrap=True)
    return square, tall, wrapped


def test_diagonals_are_filled() -> None:
    agrees(filled, A, X, order=0)


DATA: list[Callable[..., Any]] = [
    lambda x, a, s: (np.shape(a), np.shape(3.0), np.ndim([[1]]), np.size(a), np.size(a, 1), np.isscalar(x[0]), np.isscalar(x)),
    lambda x, a, s: (np.iterable(x), np.iterable(2.0), np.iterable("ab"), np.broadcast_shapes((3, 1), 4, (1, 1)), np.indices((2, 3))),
    lambda x, a, s: (np.r_[s, 1.0], np.r_[0, 1.5, s, 2], np.r_[1, s[0], 2.5], np.c_[0.0, s[None]]),
    lambda x, a, s: (np.c_[s, s], np.linspace(s[0], s[1], 3), np.pad(s, 1), np.insert(s, 0, 1), np.vander(s, 2)),
    lambda x, a, s: (np.linspace(0, 10, 4, dtype=int), np.tri(2, dtype=bool), np.indices((2,), sparse=True), np.mgrid[0:2, 0:2]),
    lambda x, a, s: (np.hanning(6), np.hamming(1), np.blackman(len(x)), np.bartlett(len(x)), np.hanning(0)),
    lambda x, a, s: (np.diag_indices(2, 3), np.pad(np.array([1, 4]), 1, "mean"), np.resize([1, 2], 3)),
    lambda x, a, s: (x[np.s_[1:3]], a[np.index_exp[1:, 2]], np.s_[1, 2], np.index_exp[3]),
]


@pytest.mark.parametrize("k", range(len(DATA)))
def test_data(k: int) -> None:
    agrees(DATA[k], X, A, SINGLE, order=0)


ERRORS: list[Callable[..., Any]] = [
    lambda x, a: growing(x, np.hstack),
    lambda x, a: growing(x, np.vstack),
    lambda x, a: np.insert(x, 7, 1.0),
    lambda x, a: np.insert(a, 0, 1.0, axis=2),
    lambda x, a: np.delete(x, 5),
    lambda x, a: np.delete(x, [True, False]),
    lambda x, a: np.array_split(x, 0),
    lambda x, a: np.vsplit(x, 2),
    lambda x, a: np.hsplit(a, 3),
    lambda x, a: np.broadcast_shapes((2,), (3,)),
    lambda x, a: np.broadcast_arrays(x, a),
    lambda x, a: np.block([[x], x]),
    lambda x, a: np.rot90(a, 1, (0, 0)),
    lambda x, a: np.rollaxis(a, 2),
    lambda x, a: np.resize(x, -1),
    lambda x, a: np.pad(x, -1),
    lambda x, a: np.pad(x, 1.0),
    lambda x, a: np.pad(x, 1, "edges"),
    lambda x, a: np.pad(x, 1, "edge", constant_values=1.0),
    lambda x, a: np.pad(x[:0], 1, "edge"),
    lambda x, a: np.linspace(0.0, x[0], -1),
    lambda x, a: np.geomspace(0.0, 1.0),
    lambda x, a: np.meshgrid(x, x, indexing="yx"),
    lambda x, a: np.vander(a),
    lambda x, a: np.triu_indices_from(x),
    lambda x, a: np.fill_diagonal(x, 1.0),
    lambda x, a: np.repeat(x, [1, 2]),
    lambda x, a: np.repeat(x, -1),
    lambda x, a: np.take(x, 9),
    lambda x, a: np.lib.stride_tricks.sliding_window_view(x, 6),
    lambda x, a: np.asarray_chkfinite(x / 0.0),
    lambda x, a: np.ix_(a),
]


def test_errors() -> None:
    for f in ERRORS:
        agrees(f, X, A, order=0)
