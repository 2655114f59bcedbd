"""Slices that come from outside, stand in containers and objects, and are given back."""

from __future__ import annotations

import numpy as np
import pytest

import everypath as ep

HEAD, CORNER = slice(1, None), (slice(None), slice(0, 3, 2))
X, A = np.arange(1.0, 6.0), np.arange(12.0).reshape(3, 4)


class Part:
    def __init__(self, place, weight):
        self.place = place
        self.weight = weight

    def energy(self, x):
        return np.sum(x[self.place] ** 2) * self.weight


def test_slices_from_outside_take_what_they_take_in_numpy() -> None:
    def f(x, a, places, at):
        return x[HEAD] * 2, a[CORNER], [np.sum(x[p]) for p in places], x[at], np.delete(x, at)

    for at in (slice(-1, 1, -1), slice(np.int64(1), None), slice(np.array(1), 3)):
        arguments = X, A, [slice(0, 2), slice(2, 5)], at
        for ours, theirs in zip(ep.compile(f)(*arguments), f(*arguments), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_derivatives_through_slices_and_an_object_that_holds_one() -> None:
    np.testing.assert_array_equal(ep.grad(lambda x, s: np.sum(x[s] ** 2))(X, HEAD), [0, 4, 6, 8, 10])
    assert ep.grad(Part.energy)(Part(slice(1, 3), 2.0), X) == {"place": slice(None, None, None), "weight": 13.0}


def test_a_slice_is_given_back_and_wrong_ones_raise_what_numpy_raises() -> None:
    assert ep.compile(lambda x: slice(1, len(x)))(X) == slice(1, 5)
    with pytest.raises(ep.NotSupported, match="slice indices must be integers"):
        ep.compile(lambda x, s: x[s])(X, slice(0.5, 1))
