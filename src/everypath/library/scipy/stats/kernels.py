"""Densities of samples by kernels."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from ...intrinsics import refuse
from ...registry import stands_for


@stands_for(stats.gaussian_kde)
class GaussianKDE:
    """The mean of normal densities around the points of a sample, each point a column of `dataset`."""

    fixed = ("d", "n")

    def __init__(self, dataset: Any, bw_method: Any = None, weights: Any = None) -> None:
        points = np.atleast_2d(np.asarray(dataset)) * 1.0
        if points.size <= 1:
            raise ValueError("`dataset` input should have multiple elements.")
        self.dataset, self.d, self.n = points, points.shape[0], points.shape[1]
        w = np.ones(self.n) / self.n if weights is None else np.asarray(weights) * 1.0 / np.sum(weights)
        self.weights, self.neff = w, 1.0 / np.sum(w * w)
        if bw_method is None or bw_method == "scott":
            self.factor = self.neff ** (-1.0 / (self.d + 4))
        elif bw_method == "silverman":
            self.factor = (self.neff * (self.d + 2.0) / 4.0) ** (-1.0 / (self.d + 4))
        elif isinstance(bw_method, str) or callable(bw_method):
            refuse("a bandwidth by a function is not supported", "use 'scott', 'silverman' or a number")
        else:
            self.factor = bw_method
        apart = points - np.sum(points * w, axis=1, keepdims=True)
        spread = (apart * w) @ apart.T / (1.0 - np.sum(w * w))
        self.covariance = spread * self.factor**2

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return kind(held["dataset"], held["factor"], held["weights"])

    def evaluate(self, points: Any) -> Any:
        at = np.atleast_2d(np.asarray(points)) * 1.0
        if at.shape[0] != self.d:
            if at.shape[0] == 1 and at.shape[1] == self.d:
                at = np.reshape(at, (self.d, 1))
            else:
                raise ValueError(f"points have dimension {at.shape[0]}, dataset has dimension {self.d}")
        factor = np.linalg.cholesky(self.covariance)
        white, around = np.linalg.solve(factor, at), np.linalg.solve(factor, self.dataset)
        square = np.sum((white[:, :, np.newaxis] - around[:, np.newaxis, :]) ** 2, axis=0)
        scale = (2 * np.pi) ** (-self.d / 2) / np.prod(np.diagonal(factor))
        return np.exp(-square / 2) @ self.weights * scale

    def __call__(self, points: Any) -> Any:
        return self.evaluate(points)

    def pdf(self, x: Any) -> Any:
        return self.evaluate(x)

    def logpdf(self, x: Any) -> Any:
        return np.log(self.evaluate(x))

    def resample(self, *args: Any, **kwds: Any) -> Any:
        return refuse("draws are random, and a derivative needs the same ones each time", "draw them outside and pass them in")
