"""Arrays with a mask (numpy.ma)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import everypath as ep

from .originals import number_of, same

X = np.array([[0.5, 1.2, 2.0], [1.5, 0.3, 0.9]])


def summaries(x: Any) -> Any:
    m = np.ma.masked_less(x, 0.6)
    rows = [one.filled(0.0) for one in (m.mean(axis=1), m.max(axis=0), (m * x / (x - 0.3)).std(axis=0), (2 - m**2) / m)]
    whole = m.sum(), m.var(ddof=1), m.prod(), np.ma.median(m), np.ma.average(m, weights=x), np.ma.mean(m + m)
    return rows, whole, m.compressed(), np.ma.masked_array(x[0], [0, 1, 0])[2], np.ma.masked_inside(x, 1.0, 0.5).filled(7.0)


def test_what_is_masked_counts_for_nothing() -> None:
    same(ep.compile(summaries, backend="interpreter")(X), summaries(X), 1e-12)
    ep.check_grads(lambda x: number_of(summaries(x)), (X,), directions=1, order=1, backend="interpreter")


def test_they_leave_as_numpy_s() -> None:
    def f(x: Any) -> Any:
        m = np.ma.masked_invalid(np.where(x > 1.4, np.nan, x))
        return m, -m.T, x * m, np.ma.array(x), np.ma.getmask(m), m.count(axis=1), len(m)

    for found, expected in zip(ep.compile(f, backend="interpreter")(X), f(X), strict=True):
        assert type(found) is type(expected)
        np.testing.assert_allclose(np.ma.getdata(found), np.ma.getdata(expected))
        np.testing.assert_array_equal(np.ma.getmask(found), np.ma.getmask(expected))


def test_refusals() -> None:
    for f, message in (
        (lambda x: np.ma.masked_less(x, 9.0).sum(), "np.ma.masked"),
        (lambda x: np.ma.masked_less(x, 9.0)[0, 0], "np.ma.masked"),
        (lambda x: np.ma.log(x), "of arrays with a mask"),
    ):
        with pytest.raises(ep.NotSupported, match=message):
            ep.compile(f, backend="interpreter")(X)
