"""Distributions of matrices, and of counts of several kinds."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg
from scipy import special, stats

from ...intrinsics import refuse
from ...registry import stands_for
from .draws import WithoutDraws
from .given import GivenInverseWishart, GivenMatrixNormal, GivenMultinomial, GivenWishart
from .multivariate import LOG_TAU, by_lower, squeezed


def factor(x: Any, what: str) -> Any:
    """The Cholesky factor of a matrix whose lower triangle is read."""
    a = np.asarray(x, dtype=np.float64)
    if a.ndim == 0:
        a = a.reshape((1, 1))
    if a.ndim != 2:
        refuse(f"{what} that is no matrix is not supported", "pass one matrix after the other")
    return scipy.linalg.cholesky(a, lower=True)


def log_det(lower: Any) -> Any:
    """log det of the matrix whose Cholesky factor this is."""
    return 2.0 * np.sum(np.log(np.diagonal(lower)))


@stands_for(type(stats.wishart))
class Wishart(WithoutDraws):
    """det(x)^((n - p - 1)/2)·exp(-tr(S⁻¹x)/2)/(2^(np/2)·det(S)^(n/2)·Γ_p(n/2))."""

    def __call__(self, df: Any, scale: Any, seed: Any = None) -> Any:
        return GivenWishart(df, scale)

    def logpdf(self, x: Any, df: Any, scale: Any) -> Any:
        of_scale, of_x = factor(scale, "a scale"), factor(x, "a quantile")
        p = of_scale.shape[0]
        inner = scipy.linalg.cho_solve((of_scale, True), np.asarray(x, dtype=np.float64).reshape((p, p)))
        constant = 0.5 * df * p * np.log(2.0) + 0.5 * df * log_det(of_scale) + special.multigammaln(0.5 * df, p)
        return 0.5 * (df - p - 1) * log_det(of_x) - 0.5 * np.trace(inner) - constant

    def pdf(self, x: Any, df: Any, scale: Any) -> Any:
        return np.exp(self.logpdf(x, df, scale))

    def mean(self, df: Any, scale: Any) -> Any:
        return squeezed(df * np.atleast_2d(scale))

    def var(self, df: Any, scale: Any) -> Any:
        v = np.atleast_2d(scale) * 1.0
        diagonal = np.diagonal(v)
        return squeezed(df * (v**2 + np.outer(diagonal, diagonal)))


@stands_for(type(stats.invwishart))
class InverseWishart(WithoutDraws):
    """det(S)^(n/2)·det(x)^(-(n + p + 1)/2)·exp(-tr(S·x⁻¹)/2)/(2^(np/2)·Γ_p(n/2))."""

    def __call__(self, df: Any, scale: Any, seed: Any = None) -> Any:
        return GivenInverseWishart(df, scale)

    def logpdf(self, x: Any, df: Any, scale: Any) -> Any:
        of_scale, of_x = factor(scale, "a scale"), factor(x, "a quantile")
        p = of_scale.shape[0]
        inner = scipy.linalg.solve_triangular(of_x, of_scale, lower=True)
        constant = 0.5 * df * p * np.log(2.0) + 0.5 * (df + p + 1) * log_det(of_x) + special.multigammaln(0.5 * df, p)
        return 0.5 * df * log_det(of_scale) - 0.5 * np.sum(inner * inner) - constant

    def pdf(self, x: Any, df: Any, scale: Any) -> Any:
        return np.exp(self.logpdf(x, df, scale))


@stands_for(type(stats.matrix_normal))
class MatrixNormal(WithoutDraws):
    """exp(-tr(V⁻¹(X - M)ᵀU⁻¹(X - M))/2)/√((2π)^(np)·det(V)ⁿ·det(U)ᵖ)."""

    def __call__(self, mean: Any = None, rowcov: Any = 1, colcov: Any = 1, seed: Any = None) -> Any:
        return GivenMatrixNormal(mean, rowcov, colcov)

    def logpdf(self, X: Any, mean: Any = None, rowcov: Any = 1, colcov: Any = 1) -> Any:
        at = np.asarray(X, dtype=np.float64)
        apart = at if mean is None else at - np.asarray(mean)
        if apart.ndim != 2:
            refuse("a quantile that is no matrix is not supported", "pass one matrix after the other")
        n, p = apart.shape
        rows, columns = covariance(rowcov, 1 if mean is None else n), covariance(colcov, 1 if mean is None else p)
        if rows.shape != (n, n) or columns.shape != (p, p):
            raise ValueError("The shape of array `X` is not compatible with the distribution parameters.")
        inner = np.sum(np.linalg.solve(rows, apart) * np.linalg.solve(columns, apart.T).T)
        return -0.5 * (n * p * LOG_TAU + p * np.linalg.slogdet(rows)[1] + n * np.linalg.slogdet(columns)[1] + inner)

    def pdf(self, X: Any, mean: Any = None, rowcov: Any = 1, colcov: Any = 1) -> Any:
        return np.exp(self.logpdf(X, mean, rowcov, colcov))


def covariance(x: Any, n: int) -> Any:
    """A covariance as a matrix: a number stands for all on the diagonal, a vector for the diagonal."""
    a = np.asarray(x, dtype=np.float64)
    if a.ndim == 0:
        return a * np.eye(n)
    return np.diag(a) if a.ndim == 1 else by_lower(a)


def by_others(p: Any) -> Any:
    """The probabilities, the last of them what the others leave."""
    shares = np.asarray(p, dtype=np.float64)
    others = shares[..., :-1]
    return np.concatenate([others, 1.0 - np.sum(others, axis=-1, keepdims=True)], axis=-1)


@stands_for(type(stats.multinomial))
class Multinomial(WithoutDraws):
    """n!/∏xᵢ!·∏pᵢ^xᵢ; the last probability is what the others leave."""

    def __call__(self, n: Any, p: Any, seed: Any = None) -> Any:
        return GivenMultinomial(n, p)

    def logpmf(self, x: Any, n: Any, p: Any) -> Any:
        counts, shares, total = np.asarray(x), by_others(p), np.asarray(n)
        there = np.all((shares >= 0) & (shares <= 1), axis=-1) & (total >= 0)
        fits = (np.sum(counts, axis=-1) == total) & np.all(counts >= 0, axis=-1)
        value = special.gammaln(total + 1.0) + np.sum(special.xlogy(counts, shares) - special.gammaln(counts + 1.0), axis=-1)
        return np.asarray(np.where(there, np.where(fits, value, -np.inf), np.nan))

    def pmf(self, x: Any, n: Any, p: Any) -> Any:
        return np.exp(self.logpmf(x, n, p))

    def cov(self, n: Any, p: Any) -> Any:
        shares, total = by_others(p), np.asarray(n)[..., None, None]
        return total * (shares[..., None] * np.eye(shares.shape[-1]) - shares[..., :, None] * shares[..., None, :])
