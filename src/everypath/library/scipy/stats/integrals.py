"""What follows of a distribution by integrating or adding up: expectations, entropies, distribution functions; and its moments."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import integrate, special, stats

from ...implicit import modelled
from ...intrinsics import by_cpython, has_floats, known, only_value, refuse, value_only

BODY = (0.05, 0.95)
"""Between these quantiles SciPy integrates in one piece, and the tails apart."""

CHUNK, MOST, SMALL = 32, 1000, 1e-10
"""How many numbers SciPy adds up at once, how many at most, and how little is left out of each."""


def said_by_scipy(name: str, method: str, *given: Any) -> Any:
    """What a method of SciPy's distribution of this name says. (CPython runs this.)"""
    return np.asarray(getattr(getattr(stats, name), method)(*given), dtype=np.float64)


def moment(dist: Any, order: Any, args: Any, kwds: Any) -> Any:
    """E Xⁿ, of a distribution in place, from the first four moments of the standardised one."""
    n = known(order, "the order of a moment")
    if n != int(n):
        raise ValueError("Moment must be an integer.")
    if n < 0:
        raise ValueError("Moment must be positive.")
    if n > 4:
        refuse("moments of more than the fourth order are not supported", "integrate: dist.expect(lambda x: x**n)")
    _, shapes, scale, valid = dist._standard(0.0, args, kwds)
    loc = dist.parameters(*args, **kwds)[1]
    mean, variance, skewness, kurtosis = dist._stats(*shapes)
    raw: Any = [1.0, mean, variance + mean * mean if n > 1 else 0.0]
    if n > 2:
        third = skewness * variance**1.5
        raw = [*raw, third + 3 * mean * variance + mean * mean * mean]
        if n > 3:
            raw = [*raw, (kurtosis + 3.0) * variance**2.0 + 4 * mean * third + 6 * mean * mean * variance + mean * mean * mean * mean]
    total: Any = 0.0
    for k in range(n + 1):
        total = total + special.comb(n, k, exact=True) * scale**k * (loc * 1.0) ** (n - k) * raw[k]
    return dist._delivered(np.asarray(total) * 1.0, valid)


def single(dist: Any, shapes: Any) -> None:
    """Refuse arrays of shapes: there would be an integral for each."""
    for shape in shapes:
        if np.ndim(shape) > 0:
            refuse(f"an integral over {dist._name()} for each of several parameters is not supported", "loop over them")


def expectation(dist: Any, func: Any, args: Any, loc: Any, scale: Any, lb: Any, ub: Any, conditional: bool, options: Any) -> Any:
    """∫ f(x) p(x) dx, in three pieces."""
    single(dist, (*args, loc, scale))
    low, high = dist._get_support(*args)
    first = lb if lb is not None else -np.inf if low is None else loc + low * scale
    last = ub if ub is not None else np.inf if high is None else loc + high * scale
    share: Any = 1.0
    begin: Any = 0.0
    if conditional or lb is not None or ub is not None:
        begin, end = dist.cdf(first, *args, loc=loc, scale=scale), dist.cdf(last, *args, loc=loc, scale=scale)
        share = end - begin
    c = by_cpython(np.asarray, dist.ppf(begin + share * BODY[0], *args, loc=loc, scale=scale))
    d = by_cpython(np.asarray, dist.ppf(begin + share * BODY[1], *args, loc=loc, scale=scale))

    def weighed(x: Any) -> Any:
        return (x if func is None else func(x)) * dist.pdf(x, *args, loc=loc, scale=scale)

    c, d = float(c), float(d)
    total = integrate.quad(weighed, first, c, **options)[0] + integrate.quad(weighed, c, d, **options)[0]
    total = total + integrate.quad(weighed, d, last, **options)[0]
    return np.float64(total / share if conditional else total)


def counted(function: Any, first: Any, last: Any, middle: Any) -> Any:
    """Σ f(k) between two numbers, from the middle on up and then down, until what is added is small."""
    if last - first <= CHUNK:
        return np.sum(function(np.arange(first, last + 1)))
    start = min(max(middle, first), last)
    total: Any = 0.0
    count, x = 0, start
    while x < last + 1:
        step = min(CHUNK, last + 1 - x)
        added = np.sum(function(np.arange(x, x + step)))
        total, count, x = total + added, count + step, x + step
        if np.abs(added) < SMALL * step or count > MOST:
            break
    if count > MOST:
        return total
    count, x = 0, start - 1
    while x > first - 1:
        step = min(CHUNK, x - (first - 1))
        added = np.sum(function(np.arange(x, x - step, -1)))
        total, count, x = total + added, count + step, x - step
        if np.abs(added) < SMALL * step or count > MOST:
            break
    return total


def ends(dist: Any, shapes: Any) -> Any:
    """The ends of the support, and its median, as numbers."""
    low, high = dist._ends(shapes)
    middle = by_cpython(said_by_scipy, dist._name(), "ppf", 0.5, *shapes)
    return float(low), float(high), float(middle)


def discrete_expectation(dist: Any, func: Any, args: Any, loc: Any, lb: Any, ub: Any, conditional: bool) -> Any:
    """Σ f(k) p(k)."""
    single(dist, (*args, loc))
    low, high, middle = ends(dist, args)
    first, last = low if lb is None else float(lb - loc), high if ub is None else float(ub - loc)

    def weighed(k: Any) -> Any:
        return (k + loc if func is None else func(k + loc)) * dist.pmf(k, *args)

    total = counted(weighed, first, last, middle)
    return total / (dist.sf(first - 1, *args) - dist.sf(last, *args)) if conditional else total


def entropy(dist: Any, shapes: Any) -> Any:
    """-Σ p log p; where something goes on and on, SciPy's value alone."""
    if not dist.discrete:
        reason = f"no derivative of the entropy of {dist._name()} is known"
        return value_only(reason, "integrate: dist.expect(lambda x: -dist.logpdf(x))", said_by_scipy, dist._name(), "entropy", *shapes)
    single(dist, shapes)
    low, high, middle = ends(dist, shapes)
    return counted(lambda k: special.entr(dist.pmf(k, *shapes)), low, high, middle)


def probability(dist: Any, x: Any, shapes: Any) -> Any:
    """The distribution function where it has no formula: SciPy's value, and of what is counted the derivative of the sum."""
    name = dist._name()
    if not dist.discrete:
        reason = f"no derivative of the cumulative distribution function of {name} is known"
        return value_only(reason, "integrate its pdf: scipy.integrate.quad", said_by_scipy, name, "cdf", x, *shapes)
    value = by_cpython(said_by_scipy, name, "cdf", x, *shapes)
    if only_value() or not has_floats((x, shapes)):
        return value

    def model() -> Any:
        given = np.broadcast_arrays(np.asarray(x) * 1.0, *shapes)
        flat, *others = [np.ravel(one) for one in given]
        found = np.zeros(flat.size)
        for k in range(flat.size):
            mine = tuple([one[k] for one in others])
            found[k] = np.sum(dist.pmf(np.arange(float(dist._ends(mine)[0]), np.floor(flat[k]) + 1), *mine))
        return np.reshape(found, np.shape(value))

    return modelled(value, model)
