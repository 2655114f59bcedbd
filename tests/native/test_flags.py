"""Where flags hold: few or many of them, in words and at their ends, with and without gaps between them."""

from __future__ import annotations

import numpy as np

import everypath as ep


def places(flags):
    return np.nonzero(flags)[0]


def every_other(flags):
    return np.flatnonzero(flags[::2])


def test_the_same_places() -> None:
    random = np.random.default_rng(0)
    close, apart = ep.compile(places), ep.compile(every_other)
    for n in (*range(34), 1000, 1007):
        for share in (0.0, 0.03, 0.12, 0.13, 0.6, 1.0):
            flags = random.random(n) < share
            assert close(flags).tolist() == places(flags).tolist()
            assert apart(flags).tolist() == every_other(flags).tolist()


def test_bytes_that_are_not_one() -> None:
    """What NumPy reads as true."""
    bytes_ = np.zeros(70, np.uint8)
    bytes_[[0, 9, 23, 24, 40, 69]] = (1, 2, 128, 255, 16, 64)
    assert ep.compile(places)(bytes_.view(bool)).tolist() == [0, 9, 23, 24, 40, 69]


def test_means_of_what_lies_between() -> None:
    def rings(x, r, n):
        means = np.zeros(n)
        for i in range(n):
            means[i] = x[(i / n <= r) & (r < (i + 1) / n)].mean()
        return np.sum(means**2)

    random = np.random.default_rng(1)
    x, r = random.random(300), random.random(300)
    assert np.isclose(ep.compile(rings)(x, r, 12), rings(x, r, 12), rtol=1e-14)
    ep.check_grads(rings, (x, r, 12))
