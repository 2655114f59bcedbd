"""Distributions of vectors."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from ...intrinsics import refuse
from ...registry import stands_for
from .draws import WithoutDraws
from .given import GivenDirichlet

LOG_TAU = np.log(2 * np.pi)


def parameters(mean: Any, cov: Any) -> Any:
    """The dimension, the mean as a vector, the covariance as a matrix: of it the lower triangle counts."""
    matrix = np.asarray(cov, dtype=np.float64)
    if mean is None:
        dim = 1 if matrix.ndim < 2 else matrix.shape[0]
        center = np.zeros(dim)
    else:
        center = np.ravel(np.asarray(mean, dtype=np.float64))
        dim = center.shape[0]
    if matrix.ndim == 0:
        matrix = matrix * np.eye(dim)
    elif matrix.ndim == 1:
        matrix = np.diag(matrix)
    else:
        matrix = by_lower(matrix)
    if matrix.shape != (dim, dim):
        raise ValueError("Array 'mean' must be a vector of as many entries as 'cov' has rows.")
    return dim, center, matrix


def by_lower(matrix: Any) -> Any:
    """The symmetric matrix whose lower triangle this is."""
    low = np.tril(matrix, -1)
    return low + low.T + np.diag(np.diagonal(matrix))


def points(x: Any, dim: int) -> Any:
    """The points, one a row of the last axis."""
    at = np.asarray(x, dtype=np.float64)
    if at.ndim == 0:
        return at.reshape(1)
    if at.ndim == 1:
        return at[:, np.newaxis] if dim == 1 else at[np.newaxis, :]
    return at


def refuse_singular(matrix: Any) -> None:
    """Refuse a covariance that is singular to SciPy."""
    widths = np.linalg.eigvalsh(matrix)
    if np.min(widths) <= 1e6 * np.finfo(np.float64).eps * np.max(np.abs(widths)):
        refuse("a singular covariance is not supported", "leave out allow_singular")


@stands_for(type(stats.multivariate_normal))
class MultivariateNormal(WithoutDraws):
    """exp(-(x - m)ᵀC⁻¹(x - m)/2)/√det(2πC), by the Cholesky factor of C."""

    def __call__(self, mean: Any = None, cov: Any = 1, allow_singular: bool = False, seed: Any = None, **kwds: Any) -> Any:
        if allow_singular:
            refuse_singular(parameters(mean, cov)[2])
        return FrozenMultivariateNormal(mean, cov)

    def logpdf(self, x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False) -> Any:
        dim, center, matrix = parameters(mean, cov)
        if allow_singular:
            refuse_singular(matrix)
        factor = np.linalg.cholesky(matrix)
        apart = points(x, dim) - center
        white = np.linalg.solve(factor, apart.reshape(-1, dim).T)
        square = np.sum(white * white, axis=0).reshape(apart.shape[:-1])
        value = -0.5 * (dim * LOG_TAU + 2.0 * np.sum(np.log(np.diagonal(factor))) + square)
        return value.reshape(value.shape)[()] if value.size > 1 else np.ravel(value)[0]

    def pdf(self, x: Any, mean: Any = None, cov: Any = 1, allow_singular: bool = False) -> Any:
        return np.exp(self.logpdf(x, mean, cov, allow_singular))

    def entropy(self, mean: Any = None, cov: Any = 1) -> Any:
        dim, _, matrix = parameters(mean, cov)
        return 0.5 * (dim * (LOG_TAU + 1) + 2.0 * np.sum(np.log(np.diagonal(np.linalg.cholesky(matrix)))))

    def cdf(self, *args: Any, **kwds: Any) -> Any:
        return refuse(
            "the distribution function of several variables is integrated by random points, which is not supported", "give it a rule"
        )

    def logcdf(self, *args: Any, **kwds: Any) -> Any:
        return refuse(
            "the distribution function of several variables is integrated by random points, which is not supported", "give it a rule"
        )


def squeezed(value: Any) -> Any:
    """A number where there is only one."""
    return value if value.size > 1 else np.ravel(value)[0]


@stands_for(type(stats.multivariate_t))
class MultivariateT(WithoutDraws):
    """Γ((df + p)/2)/(Γ(df/2)·√det(df·π·S))·(1 + (x - m)ᵀS⁻¹(x - m)/df)^(-(df + p)/2)."""

    def __call__(self, loc: Any = None, shape: Any = 1, df: Any = 1, allow_singular: bool = False, seed: Any = None) -> Any:
        if allow_singular:
            refuse("a singular shape is not supported", "leave out allow_singular")
        return FrozenMultivariateT(loc, shape, df)

    def logpdf(self, x: Any, loc: Any = None, shape: Any = 1, df: Any = 1) -> Any:
        dim, center, matrix = parameters(loc, shape)
        factor = np.linalg.cholesky(matrix)
        apart = points(x, dim) - center
        white = np.linalg.solve(factor, apart.reshape(-1, dim).T)
        square = np.sum(white * white, axis=0).reshape(apart.shape[:-1])
        if df == np.inf:
            return -0.5 * (dim * LOG_TAU + 2.0 * np.sum(np.log(np.diagonal(factor))) + square)
        half = 0.5 * (df + dim)
        constant = special.gammaln(half) - special.gammaln(0.5 * df) - dim / 2.0 * np.log(df * np.pi)
        return squeezed(constant - np.sum(np.log(np.diagonal(factor))) - half * np.log1p(square / df))

    def pdf(self, x: Any, loc: Any = None, shape: Any = 1, df: Any = 1, allow_singular: bool = False) -> Any:
        if allow_singular:
            refuse("a singular shape is not supported", "leave out allow_singular")
        return np.exp(self.logpdf(x, loc, shape, df))


@stands_for(type(stats.multivariate_t()))
class FrozenMultivariateT(WithoutDraws):
    """Student's distribution of vectors with its parameters."""

    def __init__(self, loc: Any, shape: Any, df: Any) -> None:
        self.dim, self.loc, self.shape = parameters(loc, shape)
        self.df = df

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return stats.multivariate_t(held["loc"], held["shape"], held["df"])

    def logpdf(self, x: Any) -> Any:
        return stats.multivariate_t.logpdf(x, self.loc, self.shape, self.df)

    def pdf(self, x: Any) -> Any:
        return np.exp(stats.multivariate_t.logpdf(x, self.loc, self.shape, self.df))


@stands_for(type(stats.multivariate_normal()))
class FrozenMultivariateNormal(WithoutDraws):
    """The normal distribution of vectors with its parameters."""

    def __init__(self, mean: Any, cov: Any) -> None:
        self.dim, self.mean, self.cov = parameters(mean, cov)

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return stats.multivariate_normal(held["mean"], held["cov"])

    def logpdf(self, x: Any) -> Any:
        return stats.multivariate_normal.logpdf(x, self.mean, self.cov)

    def pdf(self, x: Any) -> Any:
        return np.exp(stats.multivariate_normal.logpdf(x, self.mean, self.cov))

    def entropy(self) -> Any:
        return stats.multivariate_normal.entropy(self.mean, self.cov)


def simplex(alpha: Any, x: Any) -> Any:
    """The parameters, and the shares, the last of them what the others leave."""
    shapes, at = np.asarray(alpha, dtype=np.float64), np.asarray(x, dtype=np.float64)
    if np.min(shapes) <= 0:
        raise ValueError("All parameters must be greater than 0")
    if at.shape[0] + 1 != shapes.shape[0] and at.shape[0] != shapes.shape[0]:
        raise ValueError("Vector 'x' must have either the same number of entries as, or one entry fewer than, parameter vector 'a'")
    if at.shape[0] != shapes.shape[0]:
        at = np.concatenate([at, 1 - np.sum(at, axis=0, keepdims=True)])
    if np.min(at) < 0:
        raise ValueError("Each entry in 'x' must be greater than or equal to zero.")
    if np.max(at) > 1:
        raise ValueError("Each entry in 'x' must be smaller or equal one.")
    if np.any((at == 0) & (shapes.reshape((-1,) + (1,) * (at.ndim - 1)) < 1)):
        raise ValueError("Each entry in 'x' must be greater than zero if its alpha is less than one.")
    if np.any(np.abs(np.sum(at, axis=0) - 1.0) > 10e-10):
        raise ValueError("The input vector 'x' must lie within the normal simplex.")
    return shapes, at


@stands_for(type(stats.dirichlet))
class Dirichlet(WithoutDraws):
    """∏ xᵢ^(αᵢ - 1)·Γ(Σα)/∏ Γ(αᵢ)."""

    def __call__(self, alpha: Any, seed: Any = None) -> Any:
        return GivenDirichlet(alpha)

    def logpdf(self, x: Any, alpha: Any) -> Any:
        shapes, at = simplex(alpha, x)
        whole = np.sum(special.gammaln(shapes)) - special.gammaln(np.sum(shapes))
        return np.sum(special.xlogy(shapes - 1, at.T).T, axis=0) - whole

    def pdf(self, x: Any, alpha: Any) -> Any:
        return np.exp(self.logpdf(x, alpha))

    def mean(self, alpha: Any) -> Any:
        shapes = np.asarray(alpha, dtype=np.float64)
        return shapes / np.sum(shapes)

    def var(self, alpha: Any) -> Any:
        shapes = np.asarray(alpha, dtype=np.float64)
        whole = np.sum(shapes)
        return shapes * (whole - shapes) / (whole * whole * (whole + 1))

    def cov(self, alpha: Any) -> Any:
        shapes = np.asarray(alpha, dtype=np.float64)
        whole = np.sum(shapes)
        shares = shapes / whole
        return (np.diag(shares) - np.outer(shares, shares)) / (whole + 1)

    def entropy(self, alpha: Any) -> Any:
        shapes = np.asarray(alpha, dtype=np.float64)
        whole, n = np.sum(shapes), shapes.shape[0]
        constant = np.sum(special.gammaln(shapes)) - special.gammaln(whole)
        return constant + (whole - n) * special.psi(whole) - np.sum((shapes - 1) * special.psi(shapes))
