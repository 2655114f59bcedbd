"""Groups of points (scipy.cluster.vq), graphs (scipy.sparse.csgraph), and splines through samples of one distance (scipy.signal)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.cluster.vq as vq
from scipy import signal
from scipy.sparse import csgraph

import everypath as ep

from .originals import number_of, same

POINTS = np.array([[0.1, 0.3], [2.0, 2.5], [0.4, -0.1], [1.7, 2.2], [5.0, 5.1]])


def groups(p: Any) -> Any:
    return vq.whiten(p), vq.vq(p, p[:2] * 1.1), vq.kmeans2(p, 2, minit="points", seed=1), vq.kmeans(p, p[:3] * 0.9), vq.vq([1, 4], [0, 5])


def splines(p: Any) -> Any:
    x = p.ravel()
    cubic = signal.cspline1d_eval(signal.cspline1d(x), [-0.3, 1.6, 10.2], dx=0.9)
    return cubic, signal.qspline1d_eval(signal.qspline1d(x), x[:4]), signal.order_filter(p, np.eye(3), 1), signal.gauss_spline(x, 3)


def graphs(p: Any) -> Any:
    plain = csgraph.laplacian(p[:2], return_diag=True, use_out_degree=True), csgraph.laplacian(np.eye(2, dtype=int)[::-1])
    return plain, csgraph.laplacian(p[1:3] ** 2, normed=True, symmetrized=True), np.power(2.0 + p[0, 0], range(3))


@pytest.mark.parametrize("f", [groups, splines, graphs])
def test_they_are_scipy_s(f: Any) -> None:
    same(ep.compile(f, backend="interpreter")(POINTS), f(POINTS), 1e-12)
    ep.check_grads(lambda p: number_of(f(p)), (POINTS,), directions=1, order=1, backend="interpreter")


def test_draws_need_a_seed() -> None:
    for f in (lambda p: vq.kmeans2(p, 2), lambda p: vq.kmeans(p, 2)):
        with pytest.raises(ep.NotSupported, match="draws random numbers"):
            ep.compile(f, backend="interpreter")(POINTS)
