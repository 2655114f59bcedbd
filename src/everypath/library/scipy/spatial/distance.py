"""`scipy.spatial.distance`: between two vectors, between all of one set and all of another, between all of one set."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg
import scipy.spatial
import scipy.spatial.distance as original
import scipy.special

from ...implicit import modelled
from ...intrinsics import by_cpython, refuse, value_only
from ...registry import computed, stands_for

NAMES = {
    "euclidean": "euclid eu e",
    "sqeuclidean": "sqe sqeuclid",
    "cityblock": "cblock cb c",
    "chebyshev": "chebychev cheby cheb ch",
    "minkowski": "mi m pnorm",
    "cosine": "cos",
    "correlation": "co",
    "canberra": "",
    "braycurtis": "",
    "hamming": "matching hamm ha h",
    "mahalanobis": "mahal mah",
    "seuclidean": "se s",
    "jensenshannon": "js",
}
"""The metrics, and what else SciPy calls them."""


@computed("the metric")
def named(metric: Any) -> str:
    """The metric by its first name."""
    name = metric.lower() if isinstance(metric, str) else getattr(metric, "__name__", "")
    found = [one for one, others in NAMES.items() if name in (one, *others.split())]
    if not found:
        raise ValueError(f"Unknown Distance Metric: {metric}")
    return found[0]


def between(u: Any, v: Any, metric: str, p: Any, w: Any, V: Any, VI: Any) -> Any:
    """The distances along the last axis."""
    gap = u - v
    if metric == "euclidean" or (metric == "minkowski" and p == 2):
        return np.linalg.norm(gap if w is None else gap * np.sqrt(w), axis=-1)
    if metric == "sqeuclidean":
        return np.sum(weighed(gap * gap, w), axis=-1)
    if metric == "cityblock" or (metric == "minkowski" and p == 1):
        return np.sum(weighed(np.abs(gap), w), axis=-1)
    if metric == "chebyshev" or (metric == "minkowski" and p == np.inf):
        if w is not None:
            refuse("a Chebyshev distance with weights is not yet supported", "leave out the coordinates that count nothing")
        return np.max(np.abs(gap), axis=-1)
    if metric == "minkowski":
        if not p > 0:
            raise ValueError("p must be greater than 0")
        return np.sum(weighed(np.abs(gap) ** p, w), axis=-1) ** (1.0 / p)
    if metric in ("cosine", "correlation"):
        return angular(u, v, metric == "correlation", w)
    if metric == "canberra":
        size = np.abs(u) + np.abs(v)
        return np.sum(weighed(np.where(size > 0, np.abs(gap) / np.where(size > 0, size, 1.0), 0.0), w), axis=-1)
    if metric == "braycurtis":
        return np.sum(weighed(np.abs(gap), w), axis=-1) / np.sum(weighed(np.abs(u + v), w), axis=-1)
    if metric == "hamming":
        different = (u != v) * 1.0
        return np.mean(different, axis=-1) if w is None else np.sum(different * w, axis=-1) / np.sum(w)
    if metric == "seuclidean":
        return np.sqrt(np.sum(gap * gap / V, axis=-1))
    if metric == "mahalanobis":
        return np.sqrt(np.sum((gap @ VI) * gap, axis=-1))
    return shannon(u, v, -1, False, None)


def weighed(x: Any, w: Any) -> Any:
    return x if w is None else x * w


def angular(u: Any, v: Any, centered: bool, w: Any) -> Any:
    """1 - cos of the angle between two vectors, or between what they are apart from their means; never below 0."""
    share = None if w is None else w / np.sum(w)
    if centered:
        u = u - (np.mean(u, axis=-1, keepdims=True) if w is None else np.sum(u * share, axis=-1, keepdims=True))
        v = v - (np.mean(v, axis=-1, keepdims=True) if w is None else np.sum(v * share, axis=-1, keepdims=True))
    uv, uu, vv = (np.sum(weighed(product, share), axis=-1) for product in (u * v, u * u, v * v))
    apart = 1.0 - uv / np.sqrt(uu * vv)
    return np.where(apart < 0.0, 0.0, np.where(apart > 2.0, 2.0, apart))


def shannon(p: Any, q: Any, axis: int, keepdims: bool, base: Any) -> Any:
    """The root of the divergence of Jensen and Shannon of two distributions."""
    p, q = p / np.sum(p, axis=axis, keepdims=True), q / np.sum(q, axis=axis, keepdims=True)
    middle = (p + q) / 2.0
    both = scipy.special.rel_entr(p, middle) + scipy.special.rel_entr(q, middle)
    total = np.sum(both, axis=axis, keepdims=keepdims)
    return np.sqrt((total if base is None else total / np.log(base)) / 2.0)


# Of two vectors -------------------------------------------------------------------------------------------------------


def along(x: Any) -> Any:
    x = np.asarray(x)
    if x.ndim != 1:
        raise ValueError("Input vector should be 1-D.")
    return x


def vector(x: Any) -> Any:
    return along(x) * 1.0


def weights(w: Any) -> Any:
    if w is None:
        return None
    w = vector(w)
    if np.any(w < 0):
        raise ValueError("Input weights should be all non-negative")
    return w


@stands_for(original.euclidean)
def euclidean(u: Any, v: Any, w: Any = None) -> Any:
    return minkowski(u, v, 2, w)


@stands_for(original.minkowski)
def minkowski(u: Any, v: Any, p: Any = 2, w: Any = None) -> Any:
    gap = along(u) - along(v)
    if p <= 0:
        raise ValueError("p must be greater than 0")
    if w is not None:
        share = weights(w)
        gap = gap * (share if p == 1 else np.sqrt(share) if p == 2 else share != 0 if p == np.inf else share ** (1 / p))
    return scipy.linalg.norm(gap, ord=p)


@stands_for(original.sqeuclidean)
def sqeuclidean(u: Any, v: Any, w: Any = None) -> Any:
    return between(vector(u), vector(v), "sqeuclidean", 2, weights(w), None, None)


@stands_for(original.cityblock)
def cityblock(u: Any, v: Any, w: Any = None) -> Any:
    return np.sum(weighed(np.abs(along(u) - along(v)), weights(w)))


@stands_for(original.chebyshev)
def chebyshev(u: Any, v: Any, w: Any = None) -> Any:
    gap = np.abs(along(u) - along(v))
    return np.max(gap if w is None else (weights(w) > 0) * gap)


@stands_for(original.cosine)
def cosine(u: Any, v: Any, w: Any = None) -> Any:
    return between(vector(u), vector(v), "cosine", 2, weights(w), None, None)


@stands_for(original.correlation)
def correlation(u: Any, v: Any, w: Any = None, centered: bool = True) -> Any:
    return between(vector(u), vector(v), "correlation" if centered else "cosine", 2, weights(w), None, None)


def doubles(x: Any) -> Any:
    """SciPy measures these in C, in float64."""
    return x.astype(np.float64)


@stands_for(original.canberra)
def canberra(u: Any, v: Any, w: Any = None) -> Any:
    return between(doubles(vector(u)), doubles(vector(v)), "canberra", 2, weights(w), None, None)


@stands_for(original.braycurtis)
def braycurtis(u: Any, v: Any, w: Any = None) -> Any:
    return between(doubles(vector(u)), doubles(vector(v)), "braycurtis", 2, weights(w), None, None)


@stands_for(original.hamming)
def hamming(u: Any, v: Any, w: Any = None) -> Any:
    return between(vector(u), vector(v), "hamming", 2, weights(w), None, None)


@stands_for(original.mahalanobis)
def mahalanobis(u: Any, v: Any, VI: Any) -> Any:
    return between(vector(u), vector(v), "mahalanobis", 2, None, None, np.atleast_2d(VI))


@stands_for(original.seuclidean)
def seuclidean(u: Any, v: Any, V: Any) -> Any:
    return float(between(vector(u), vector(v), "seuclidean", 2, None, vector(V), None))


@stands_for(original.jensenshannon)
def jensenshannon(p: Any, q: Any, base: Any = None, *, axis: int = 0, keepdims: bool = False) -> Any:
    return shannon(np.asarray(p), np.asarray(q), axis, keepdims, base)


# Of sets --------------------------------------------------------------------------------------------------------------


def points(x: Any, name: str) -> Any:
    x = np.asarray(x)
    if x.ndim != 2:
        raise ValueError(f"{name} must be a 2-dimensional array.")
    return x


TRUTH = ("dice", "jaccard", "kulczynski1", "rogerstanimoto", "russellrao", "sokalmichener", "sokalsneath", "yule")
"""Metrics of truth values: they jump."""


def measured(u: Any, v: Any, metric: Any, every: Any, p: Any = 2, w: Any = None, V: Any = None, VI: Any = None) -> Any:
    """The distances along the last axis, with what a metric takes from all points where it is not given."""
    name = named(metric)
    if name == "seuclidean" and V is None:
        V = np.var(every, axis=0, ddof=1)
    if name == "mahalanobis" and VI is None:
        VI = np.linalg.inv(np.cov(every, rowvar=False)).T
    return between(u, v, name, p, None if w is None else np.asarray(w), None if V is None else np.asarray(V), VI)


def unassigned(out: Any) -> None:
    if out is not None:
        refuse("the option 'out' of a distance is not yet supported", "assign what it returns: out[...] = …")


@stands_for(original.cdist)
def cdist(XA: Any, XB: Any, metric: Any = "euclidean", *, out: Any = None, **options: Any) -> Any:
    """The distances from each point of one set to each of another."""
    x, y = points(XA, "XA"), points(XB, "XB")
    if x.shape[1] != y.shape[1]:
        raise ValueError("XA and XB must have the same number of columns (i.e. feature dimension.)")
    unassigned(out)
    if callable(metric):
        found = np.zeros((x.shape[0], y.shape[0]))
        for i in range(x.shape[0]):
            for j in range(y.shape[0]):
                found[i, j] = metric(x[i], y[j], **options)
        return found
    if of_truth(metric):
        return jumping(original.cdist, x, y, metric, **options)
    return measured(doubles(x)[:, None, :], doubles(y)[None, :, :], metric, np.concatenate((x, y)), **options)


@stands_for(original.pdist)
def pdist(X: Any, metric: Any = "euclidean", *, out: Any = None, **options: Any) -> Any:
    """The distances between the points of one set, each pair once."""
    x = points(X, "X")
    unassigned(out)
    first, second = np.triu_indices(x.shape[0], 1)
    if callable(metric):
        found = np.zeros(first.size)
        for k in range(first.size):
            found[k] = metric(x[first[k]], x[second[k]], **options)
        return found
    if of_truth(metric):
        return jumping(original.pdist, x, metric, **options)
    return measured(doubles(x[first]), doubles(x[second]), metric, x, **options)


def jumping(function: Any, *args: Any, w: Any = None) -> Any:
    """What CPython finds of truth values, which is data but for the weights."""
    if w is None:
        return by_cpython(function, *args)
    reason = "the derivative of a distance between truth values with respect to its weights is not known"
    return value_only(reason, "keep the weights constant", weighing, function, args, w)


def weighing(function: Any, args: Any, w: Any) -> Any:
    """The function with weights. (CPython runs this.)"""
    return function(*args, w=w)


@computed("the metric")
def of_truth(metric: str) -> bool:
    """Whether it is one of truth values."""
    return metric.lower() in TRUTH


@stands_for(original.directed_hausdorff)
def directed_hausdorff(u: Any, v: Any, rng: Any = 0, **options: Any) -> Any:
    """How far the farthest point of `u` is from those of `v`, and which two points these are, which is data."""
    x, y = np.asarray(u) * 1.0, np.asarray(v) * 1.0
    found, i, j = by_cpython(original.directed_hausdorff, x, y, rng)
    return modelled(found, lambda: np.linalg.norm(x[i] - y[j])), i, j


@stands_for(original.squareform)
def squareform(X: Any, force: str = "no", checks: bool = True) -> Any:
    """The distances of `pdist` as a matrix, or a matrix of distances as that."""
    x = np.ascontiguousarray(X)
    if x.ndim == 1 and force.lower() != "tovector":
        n = int(np.ceil(np.sqrt(len(x) * 2))) if len(x) else 1
        if n * (n - 1) != len(x) * 2:
            raise ValueError("Incompatible vector size. It must be a binomial coefficient n choose 2 for some integer n >= 2.")
        square = np.zeros((n, n), dtype=x.dtype)
        first, second = np.triu_indices(n, 1)
        square[first, second] = x
        square[second, first] = x
        return square
    if x.ndim != 2 or force.lower() == "tomatrix":
        raise ValueError("The first argument must be one or two dimensional array.")
    if x.shape[0] != x.shape[1]:
        raise ValueError("The matrix argument must be square.")
    if checks and (not np.allclose(x, x.T, atol=1e-8) or not np.allclose(np.diagonal(x), 0, atol=1e-8)):
        raise ValueError("The distance matrix must be symmetric, with a diagonal of zeros.")
    first, second = np.triu_indices(x.shape[0], 1)
    return x[first, second]


# Of `scipy.spatial` itself ----------------------------------------------------------------------------------------------


@stands_for(scipy.spatial.minkowski_distance_p)
def minkowski_distance_p(x: Any, y: Any, p: Any = 2.0) -> Any:
    gap = np.abs(np.asarray(y, float) - np.asarray(x, float))
    if p == np.inf:
        return np.max(gap, axis=-1)
    return np.sum(gap if p == 1 else gap**p, axis=-1)


@stands_for(scipy.spatial.minkowski_distance)
def minkowski_distance(x: Any, y: Any, p: Any = 2.0) -> Any:
    if p == 2:
        return np.linalg.norm(np.asarray(y, float) - np.asarray(x, float), axis=-1)
    powers = minkowski_distance_p(x, y, p)
    return powers if p == np.inf or p == 1 else powers ** (1.0 / p)


@stands_for(scipy.spatial.distance_matrix)
def distance_matrix(x: Any, y: Any, p: Any = 2.0, threshold: int = 1000000) -> Any:
    x, y = np.asarray(x), np.asarray(y)
    if x.shape[1] != y.shape[1]:
        raise ValueError(f"x contains {x.shape[1]}-dimensional vectors but y contains {y.shape[1]}-dimensional vectors")
    return minkowski_distance(x[:, None, :], y[None, :, :], p)
