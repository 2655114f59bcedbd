"""Functions of SciPy that have no text: their values are CPython's, and where a derivative would pass through one it is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import linalg, special, stats

import everypath as ep
from everypath.errors import NotSupported

A = np.array([[4.0, 1.0], [0.5, 3.0]])
D, E = np.array([0.3, 1.2, 2.5, -0.7]), np.array([0.9, 1.0, 2.9, -0.3])


def test_values_are_those_of_cpython() -> None:
    def f(x: float) -> float:
        r, q, _ = linalg.ldl(A @ A.T)
        found = stats.kendalltau(D, E)
        _, pvalue = stats.mood(D, E)
        drawn = stats.nchypergeom_fisher.pmf(2, 20, 7, 12, 0.7)
        return x * (drawn + r[0, 1] + q[1, 1] + found.statistic + found[1] + pvalue + special.ber(D)[1] + stats.erlang.cdf(D, 2).sum())

    assert ep.value_and_grad(f)(1.5) == pytest.approx((f(1.5), f(1.5) / 1.5), rel=1e-14)


def test_derivatives_are_refused() -> None:
    with pytest.raises(NotSupported, match=r"passes through scipy\.linalg\.ldl, of which none is known"):
        ep.grad(lambda a: linalg.ldl(a)[1][0, 0])(A)


def test_draws_need_a_start() -> None:
    with pytest.raises(NotSupported, match=r"ortho_group\.rvs draws random numbers"):
        ep.grad(lambda x: x * stats.ortho_group.rvs(2)[0, 0])(1.0)
    drawn = stats.ortho_group.rvs(2, random_state=3)[0, 0]
    assert ep.grad(lambda x: x * stats.ortho_group.rvs(2, random_state=3)[0, 0])(1.0) == drawn
