"""How many elements fall where, or how much their weights are together."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ..intrinsics import is_known, refuse
from ..registry import stands_for

numbers = range
"""Python's range, where a parameter has its name."""


@stands_for(np.digitize)
def digitize(x: Any, bins: Any, right: bool = False) -> Any:
    """In which of the bins, whose edges rise or fall, each element is; each has its left edge, or its right one."""
    edges = np.asarray(bins)
    before, after = edges[:-1], edges[1:]
    side: Any = "left" if right else "right"
    if not np.any(before > after):
        return np.searchsorted(edges, x, side=side)
    if np.any(before < after):
        raise ValueError("bins must be monotonically increasing or decreasing")
    return len(edges) - np.searchsorted(edges[::-1], x, side=side)


@stands_for(np.bincount)
def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Any:
    """How often each number stands there, or the sum of the weights that stand there."""
    numbers = np.asarray(x)
    if isinstance(x, (list, tuple)) and len(x) == 0:
        numbers = np.zeros(0, dtype=int)
    if numbers.ndim != 1:
        raise ValueError("object too deep for desired array" if numbers.ndim else "object of too small depth for desired array")
    if numbers.dtype.kind == "f":
        raise TypeError("Cannot cast array data from dtype('float64') to dtype('int64') according to the rule 'safe'")
    least = operator.index(minlength)
    if least < 0:
        raise ValueError("'minlength' must not be negative")
    if numbers.dtype == np.bool_:
        numbers = numbers.astype(int)
    length = least
    if weights is not None and numbers.size == 0:
        return of_nothing(least, is_known(numbers.size), weights)
    if numbers.size > 0:
        if np.min(numbers) < 0:
            raise ValueError("'list' argument must have no negative elements")
        length = max(least, int(np.max(numbers)) + 1)
    return tallied(numbers if weights is None else numbers.astype(int), length, weights)


def of_nothing(length: int, is_empty: bool, weights: Any) -> Any:
    """No weights, of which NumPy makes integers."""
    if not is_empty:
        refuse("bincount of an empty array with weights, which is of integers, is not supported", "ask for x.size before")
    if np.size(weights) > 0:
        raise ValueError("The weights and list don't have the same length.")
    return np.zeros(length, dtype=int)


def tallied(places: Any, length: int, weights: Any) -> Any:
    """How often each number below a length stands among those, or the sum of the weights that stand there."""
    if weights is None:
        counts = np.zeros(length, dtype=int)
        for i in numbers(len(places)):
            counts[places[i]] += 1
        return counts
    w = np.asarray(weights, dtype=float)
    if w.shape != places.shape:
        raise ValueError("The weights and list don't have the same length.")
    sums = np.zeros(length)
    np.add.at(sums, places, w)
    return sums


# Edges ----------------------------------------------------------------------------------------------------------------


def bin_edges(a: Any, bins: Any, range: Any, weights: Any) -> Any:
    """The edges of the bins of a histogram of a vector."""
    if isinstance(bins, str):
        if weights is not None:
            raise TypeError("Automated estimation of the number of bins is not supported for weighted data")
        first, last = outer_edges(a, range)
        inside = a if range is None else a[(a >= first) & (a <= last)]
        return even_edges(a, first, last, 1 if inside.size == 0 else number_of_bins(inside, bins, last - first))
    if np.ndim(bins) == 0:
        count = operator.index(bins)
        if count < 1:
            raise ValueError("`bins` must be positive, when an integer")
        first, last = outer_edges(a, range)
        return even_edges(a, first, last, count)
    edges = np.asarray(bins)
    if edges.ndim != 1:
        raise ValueError("`bins` must be 1d, when an array")
    if np.any(edges[:-1] > edges[1:]):
        raise ValueError("`bins` must increase monotonically, when an array")
    return edges


def even_edges(a: Any, first: Any, last: Any, count: int) -> Any:
    """So many bins of one width, in the precision of the elements."""
    edges = np.linspace(first, last, count + 1)
    edges = edges.astype(a.dtype) if a.dtype.kind == "f" else edges
    if np.any(edges[:-1] >= edges[1:]):
        raise ValueError(f"Too many bins for data range. Cannot create {count} finite-sized bins.")
    return edges


def outer_edges(a: Any, range: Any) -> Any:
    """The least and the greatest element, or the range given; a little apart, where they are the same."""
    if range is not None:
        first, last = range[0] * 1.0, range[1] * 1.0
        if first > last:
            raise ValueError("max must be larger than min in range parameter.")
        if not (np.isfinite(first) and np.isfinite(last)):
            raise ValueError(f"supplied range of [{first}, {last}] is not finite")
    elif a.size == 0:
        first, last = 0.0, 1.0
    else:
        first, last = np.min(a) * 1.0, np.max(a) * 1.0
        if not (np.isfinite(first) and np.isfinite(last)):
            raise ValueError(f"autodetected range of [{first}, {last}] is not finite")
    if first == last:
        return first - 0.5, last + 0.5
    return first, last


def number_of_bins(x: Any, rule: str, width: Any) -> int:
    """As many bins as a rule of thumb says, of which NumPy's documentation has the sources."""
    n, spread = x.size, np.ptp(x)
    if rule == "sqrt":
        each = spread / np.sqrt(n)
    elif rule == "sturges":
        each = spread / (np.log2(n) + 1.0)
    elif rule == "rice":
        each = spread / (2.0 * n ** (1.0 / 3))
    elif rule == "scott":
        each = (24.0 * np.pi**0.5 / n) ** (1.0 / 3.0) * np.std(x)
    elif rule == "doane":
        each = doane(x, n, spread)
    elif rule in ("fd", "auto"):
        each = 2.0 * (np.percentile(x, 75) - np.percentile(x, 25)) * n ** (-1.0 / 3.0)
        if rule == "auto":
            sturges = spread / (np.log2(n) + 1.0)
            each = min(each, sturges) if each > 0 else sturges
    elif rule == "stone":
        refuse("the rule 'stone' for the number of bins is not supported", "use another, or a number")
    else:
        raise ValueError(f"'{rule}' is not a valid estimator for `bins`")
    if not each > 0:
        return 1
    return int(np.ceil(width / (max(each, 1.0) if np.issubdtype(x.dtype, np.integer) else each)))


def doane(x: Any, n: int, spread: Any) -> Any:
    if n <= 2:
        return 0.0
    deviation = np.std(x)
    if deviation <= 0:
        return 0.0
    skewness = np.mean(((x - np.mean(x)) / deviation) ** 3)
    usual = np.sqrt(6.0 * (n - 2) / ((n + 1.0) * (n + 3)))
    return spread / (1.0 + np.log2(n) + np.log2(1.0 + np.absolute(skewness) / usual))


@stands_for(np.histogram_bin_edges)
def histogram_bin_edges(a: Any, bins: Any = 10, range: Any = None, weights: Any = None) -> Any:
    return bin_edges(np.ravel(a), bins, range, weights)


# Histograms -----------------------------------------------------------------------------------------------------------


def bins_of(x: Any, edges: Any) -> Any:
    """In which bin each element is; the last one has both its edges. Outside, a number that no bin has."""
    n = max(len(edges) - 1, 0)
    if n == 0:
        return np.zeros(len(x), dtype=int)
    at = np.searchsorted(edges, x, side="right") - 1
    last = edges[-1]
    return np.where(x == last if last == last else x != x, n - 1, np.where((at < 0) | (at >= n) | (x != x), n, at))


def even_bins_of(x: Any, edges: Any) -> Any:
    """The same where all bins have one width: where the element should be, and one to the side where an edge says so, as in NumPy."""
    n = len(edges) - 1
    first, last = edges[0], edges[-1]
    if not np.isfinite(last - first):
        return bins_of(x, edges)
    places = np.empty(len(x), dtype=int)
    for i in numbers(len(x)):
        at = n
        if first <= x[i] <= last:
            at = min(((x[i] - first) / (last - first) * n).astype(int), n - 1)
            at = at - (x[i] < edges[at])
            at = at + (x[i] >= edges[at + 1] and at < n - 1)
        places[i] = at
    return places


def counted(places: Any, n: int, weights: Any) -> Any:
    """What `np.bincount` says of the first n numbers, in the dtype of the weights."""
    tally = tallied(places, n + 1, weights)[:n]
    return tally if weights is None else tally.astype(weights.dtype)


@stands_for(np.histogram)
def histogram(a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    x = np.ravel(a)
    shares = None if weights is None else np.asarray(weights)
    if shares is not None and shares.shape != np.shape(a):
        raise ValueError("weights should have the same shape as a.")
    edges = bin_edges(x, bins, range, shares)
    places = even_bins_of(x, edges) if isinstance(bins, str) or np.ndim(bins) == 0 else bins_of(x, edges)
    counts = counted(places, max(len(edges) - 1, 0), None if shares is None else shares.ravel())
    if density:
        return counts / np.diff(edges) / np.sum(counts), edges
    return counts, edges


@stands_for(np.histogramdd)
def histogramdd(sample: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    """Of points, in the rows of an array, or in as many vectors as there are axes."""
    if isinstance(sample, (list, tuple)):
        columns = [np.asarray(x) for x in sample]
    elif np.ndim(sample) == 2:
        columns = [sample[:, k] for k in numbers(np.shape(sample)[1])]
    else:
        columns = [np.ravel(sample)]
    rank = len(columns)
    several = isinstance(bins, (list, tuple)) or np.ndim(bins) != 0
    if several and len(bins) != rank:
        raise ValueError("The dimension of bins must be equal to the dimension of the sample x.")
    if range is not None and len(range) != rank:
        raise ValueError("range argument must have one entry per dimension")
    each = bins if several else [bins] * rank
    ranges = [None] * rank if range is None else range
    edges = [bin_edges(columns[k], each[k], ranges[k], None) for k in numbers(rank)]
    return histogram_of(columns, edges, density, weights)


def histogram_of(columns: Any, edges: Any, density: Any, weights: Any) -> Any:
    """The histogram of points, whose coordinates are the columns, in boxes between these edges."""
    rank = len(columns)
    places: Any = 0
    size = 1
    for k in numbers(rank):
        n = len(edges[k])
        places = places * n + bins_of(columns[k], edges[k])
        size = size * n
    counts = np.bincount(places, weights, minlength=size) * 1.0
    counts = counts.reshape([len(e) for e in edges])[tuple([slice(0, -1) for _ in edges])]
    if density:
        total = np.sum(counts)
        for k in numbers(rank):
            counts = counts / np.diff(edges[k]).reshape((1,) * k + (-1,) + (1,) * (rank - k - 1))
        counts = counts / total
    return counts, edges


@stands_for(np.histogram2d)
def histogram2d(x: Any, y: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:
    if len(x) != len(y):
        raise ValueError("x and y must have the same length.")
    several = isinstance(bins, (list, tuple)) or np.ndim(bins) != 0
    both = [np.asarray(bins)] * 2 if several and len(bins) != 1 and len(bins) != 2 else bins
    counts, edges = np.histogramdd([x, y], both, range, density, weights)
    return counts, edges[0], edges[1]
