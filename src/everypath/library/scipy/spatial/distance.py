"""`scipy.spatial.distance`: between two vectors, between all of one set and all of another, between all of one set."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.spatial.distance as original
import scipy.special

from ...intrinsics import refuse
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
    if not found and name in ("dice", "jaccard", "kulczynski1", "rogerstanimoto", "russellrao", "sokalmichener", "sokalsneath", "yule"):
        return ""
    if not found:
        raise ValueError(f"Unknown Distance Metric: {metric}")
    return found[0]


def between(u: Any, v: Any, metric: str, p: Any, w: Any, V: Any, VI: Any) -> Any:
    """The distances along the last axis."""
    if metric == "":
        refuse("a distance between truth values is not supported", "compute it outside and pass it in")
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


def vector(x: Any) -> Any:
    x = np.asarray(x)
    if x.ndim != 1:
        raise ValueError("Input vector should be 1-D.")
    return x * 1.0


def weights(w: Any) -> Any:
    if w is None:
        return None
    w = vector(w)
    if np.any(w < 0):
        raise ValueError("Input weights should be all non-negative")
    return w


@stands_for(original.euclidean)
def euclidean(u: Any, v: Any, w: Any = None) -> Any:
    return float(between(vector(u), vector(v), "euclidean", 2, weights(w), None, None))


@stands_for(original.minkowski)
def minkowski(u: Any, v: Any, p: Any = 2, w: Any = None) -> Any:
    found = between(vector(u), vector(v), "minkowski", p, weights(w), None, None)
    return float(found) if p == 2 else found


@stands_for(original.sqeuclidean)
def sqeuclidean(u: Any, v: Any, w: Any = None) -> Any:
    return between(vector(u), vector(v), "sqeuclidean", 2, weights(w), None, None)


@stands_for(original.cityblock)
def cityblock(u: Any, v: Any, w: Any = None) -> Any:
    return between(vector(u), vector(v), "cityblock", 2, weights(w), None, None)


@stands_for(original.chebyshev)
def chebyshev(u: Any, v: Any, w: Any = None) -> Any:
    return between(vector(u), vector(v), "chebyshev", 2, weights(w), None, None)


@stands_for(original.cosine)
def cosine(u: Any, v: Any, w: Any = None) -> Any:
    return between(vector(u), vector(v), "cosine", 2, weights(w), None, None)


@stands_for(original.correlation)
def correlation(u: Any, v: Any, w: Any = None, centered: bool = True) -> Any:
    return between(vector(u), vector(v), "correlation" if centered else "cosine", 2, weights(w), None, None)


@stands_for(original.canberra)
def canberra(u: Any, v: Any, w: Any = None) -> Any:
    return between(vector(u), vector(v), "canberra", 2, weights(w), None, None)


@stands_for(original.braycurtis)
def braycurtis(u: Any, v: Any, w: Any = None) -> Any:
    return between(vector(u), vector(v), "braycurtis", 2, weights(w), None, None)


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
    return x * 1.0


def measured(u: Any, v: Any, metric: Any, every: Any, out: Any, p: Any, w: Any, V: Any, VI: Any) -> Any:
    """The distances along the last axis, with what a metric takes from all points where it is not given."""
    if out is not None:
        refuse("the option 'out' of a distance is not yet supported", "assign what it returns: out[...] = …")
    name = named(metric)
    if name == "seuclidean" and V is None:
        V = np.var(every, axis=0, ddof=1)
    if name == "mahalanobis" and VI is None:
        VI = np.linalg.inv(np.cov(every, rowvar=False)).T
    return between(u, v, name, p, None if w is None else np.asarray(w), None if V is None else np.asarray(V), VI)


@stands_for(original.cdist)
def cdist(XA: Any, XB: Any, metric: Any = "euclidean", *, out: Any = None, p: Any = 2, w: Any = None, V: Any = None, VI: Any = None) -> Any:
    """The distances from each point of one set to each of another."""
    x, y = points(XA, "XA"), points(XB, "XB")
    if x.shape[1] != y.shape[1]:
        raise ValueError("XA and XB must have the same number of columns (i.e. feature dimension.)")
    return measured(x[:, None, :], y[None, :, :], metric, np.concatenate((x, y)), out, p, w, V, VI)


@stands_for(original.pdist)
def pdist(X: Any, metric: Any = "euclidean", *, out: Any = None, p: Any = 2, w: Any = None, V: Any = None, VI: Any = None) -> Any:
    """The distances between the points of one set, each pair once."""
    x = points(X, "X")
    first, second = np.triu_indices(x.shape[0], 1)
    return measured(x[first], x[second], metric, x, out, p, w, V, VI)


@stands_for(original.squareform)
def squareform(X: Any, force: str = "no", checks: bool = True) -> Any:
    """The distances of `pdist` as a matrix, or a matrix of distances as that."""
    x = np.asarray(X)
    if x.ndim == 1 and force.lower() != "tovector":
        n = int(np.ceil(np.sqrt(len(x) * 2)))
        if n * (n - 1) != len(x) * 2:
            if len(x) > 0:
                raise ValueError("Incompatible vector size. It must be a binomial coefficient n choose 2 for some integer n >= 2.")
            return np.zeros((1, 1), dtype=x.dtype)
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
