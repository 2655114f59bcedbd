"""Functions of `math` that are made of others: parts and neighbours of floats, exact sums, binomials, roots of integers.

Nobody runs this text: it is lowered in place of a call.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..intrinsics import refuse
from ..registry import stands_for

PARTIALS = 48
"""A sum of floats is exactly a sum of fewer floats that do not overlap: their exponents are 53 apart, of 2,098."""

LARGEST = 20
"""Factorials beyond this one do not fit in 64 bits."""


# Parts and neighbours of floats ---------------------------------------------------------------------------------------


@stands_for(math.modf)
def modf(x: float, /) -> tuple[float, float]:
    if math.isinf(x):
        return math.copysign(0.0, x), float(x)
    return math.fmod(x, 1.0), float(np.trunc(float(x)))


@stands_for(math.ldexp)
def ldexp(x: float, i: int, /) -> float:
    """x·2ⁱ, by powers of two that are floats; only the last product may be rounded."""
    infinite = math.isinf(x)
    if not isinstance(i, int):
        raise TypeError("Expected an int as second argument to ldexp.")
    out, n = float(x), i
    if n > 1023:
        out, n = out * 2.0**1023, n - 1023
        if n > 1023:
            out, n = out * 2.0**1023, min(n - 1023, 1023)
    elif n < -1022:
        out, n = out * 2.0**-969, n + 969
        if n < -1022:
            out, n = out * 2.0**-969, max(n + 969, -1022)
    out = out * 2.0**n
    if math.isinf(out) and not infinite:
        raise OverflowError("math range error")
    return out


@stands_for(math.frexp)
def frexp(x: float, /) -> tuple[float, int]:
    if x == 0 or not math.isfinite(x):
        return float(x), 0
    exponent = math.floor(math.log2(math.fabs(x))) + 1
    part = ldexp(x, -exponent)
    if math.fabs(part) >= 1.0:
        return part * 0.5, exponent + 1
    if math.fabs(part) < 0.5:
        return part * 2.0, exponent - 1
    return part, exponent


@stands_for(math.ulp)
def ulp(x: float, /) -> float:
    size = math.fabs(x)
    if not math.isfinite(size):
        return size
    return ldexp(1.0, max(frexp(size)[1] - 53, -1074)) if size > 0.0 else 2.0**-1074


@stands_for(math.nextafter)
def nextafter(x: float, y: float, /) -> float:
    if math.isnan(x) or math.isnan(y):
        return float(x) + float(y)
    here, there = float(x), float(y)
    if here == there:
        return there
    if math.isinf(here):
        return math.copysign(1.7976931348623157e308, here)
    if here == 0.0:
        return here + math.copysign(2.0**-1074, there)
    inwards = (here > 0.0) == (there < here)
    step = ulp(here)
    if inwards and step > 2.0**-1074 and math.fabs(frexp(here)[0]) == 0.5:
        step = step * 0.5
    return here + step if there > here else here - step


# Sums and distances ---------------------------------------------------------------------------------------------------


@stands_for(math.fsum)
def fsum(seq: Iterable[float], /) -> float:
    """Shewchuk's sum: `partials` are floats that do not overlap, of growing size, with exactly the sum so far."""
    partials = np.zeros(PARTIALS)
    count = 0
    special, infinite = 0.0, 0.0
    for item in seq:
        x = float(item) if math.isfinite(item) else 0.0
        if not math.isfinite(item):
            special += item
            if math.isinf(item):
                infinite += item
        used = 0
        for j in range(count):
            y = float(partials[j])
            if math.fabs(x) < math.fabs(y):
                x, y = y, x
            high = x + y
            low = y - (high - x)
            if low != 0.0:
                partials[used] = low
                used += 1
            x = high
        if math.isinf(x):
            raise OverflowError("intermediate overflow in fsum")
        partials[used] = x
        count = used + 1
    if special != 0.0:
        if math.isnan(infinite):
            raise ValueError("-inf + inf in fsum")
        return float(special)
    return rounded(partials, count)


def rounded(partials: Any, count: int) -> float:
    """The float next to the sum of partials; halfway between two of them, what stands below decides."""
    total = 0.0
    k = count - 1
    low = 0.0
    while k >= 0 and low == 0.0:
        before = total
        total = before + partials[k]
        low = partials[k] - (total - before)
        k -= 1
    if k >= 0 and ((low < 0.0 and partials[k] < 0.0) or (low > 0.0 and partials[k] > 0.0)):
        twice = low * 2.0
        above = total + twice
        if twice == above - total:
            total = above
    return float(total)


def dist(p: Iterable[float], q: Iterable[float]) -> float:
    """math.dist of points whose lengths are known when the function runs."""
    ps, qs = list(p), list(q)
    if len(ps) != len(qs):
        raise ValueError("both points must have the same number of dimensions")
    if len(ps) == 0:
        return 0.0
    gaps = [float(a) - float(b) for a, b in zip(ps, qs)]
    largest = max(math.fabs(gap) for gap in gaps)
    if math.isinf(largest):
        return math.inf
    scale = 2.0 ** math.floor(math.log2(largest)) if largest > 0.0 else 1.0
    return float(np.linalg.norm(np.array(gaps) / scale) * scale)


# Integers -------------------------------------------------------------------------------------------------------------


@stands_for(math.factorial)
def factorial(x: int, /) -> int:
    n = operator.index(x)
    if n < 0:
        raise ValueError("factorial() not defined for negative values")
    if n > LARGEST:
        refuse(f"{LARGEST + 1}! and beyond do not fit in 64 bits", "take the float math.gamma(n + 1.0), or exp of math.lgamma")
    out = 1
    for i in range(2, n + 1):
        out = out * i
    return out


@stands_for(math.gcd)
def gcd(*integers: int) -> int:
    out = 0
    for integer in integers:
        rest = abs(operator.index(integer))
        while rest:
            out, rest = rest, out % rest
    return out


@stands_for(math.lcm)
def lcm(*integers: int) -> int:
    out = 1
    for integer in integers:
        factor = operator.index(integer)
        common = math.gcd(out, factor)
        out = abs(out // common * factor) if common > 0 else 0
    return out


@stands_for(math.comb)
def comb(n: int, k: int, /) -> int:
    above, below = operator.index(n), operator.index(k)
    if above < 0:
        raise ValueError("n must be a non-negative integer")
    if below < 0:
        raise ValueError("k must be a non-negative integer")
    if below > above:
        return 0
    out = 1
    for i in range(min(below, above - below)):
        common = math.gcd(out, i + 1)
        out = (out // common) * ((above - i) // ((i + 1) // common))
    return out


@stands_for(math.perm)
def perm(n: int, k: int | None = None, /) -> int:
    if k is None:
        return math.factorial(n)
    above, below = operator.index(n), operator.index(k)
    if above < 0:
        raise ValueError("n must be a non-negative integer")
    if below < 0:
        raise ValueError("k must be a non-negative integer")
    if below > above:
        return 0
    out = 1
    for i in range(below):
        out = out * (above - i)
    return out


@stands_for(math.isqrt)
def isqrt(n: int, /) -> int:
    square = operator.index(n)
    if square < 0:
        raise ValueError("isqrt() argument must be nonnegative")
    if square == 0:
        return 0
    root = int(math.sqrt(square))
    while root > square // root:
        root -= 1
    while root + 1 <= square // (root + 1):
        root += 1
    return root


# Methods of integers --------------------------------------------------------------------------------------------------


def bit_length(n: int) -> int:
    n, count = abs(n), 0
    while n > 0:
        n, count = n >> 1, count + 1
    return count


def bit_count(n: int) -> int:
    n, count = abs(n), 0
    while n > 0:
        n, count = n >> 1, count + (n & 1)
    return count


def as_integer_ratio(n: int) -> tuple[int, int]:
    return int(n), 1


OF_INTEGERS = {"bit_length": bit_length, "bit_count": bit_count, "as_integer_ratio": as_integer_ratio}
