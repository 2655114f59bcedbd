"""Functions of numbers that are no operation of their own: made of those that are."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..registry import stands_for

LN_2 = 0.6931471805599453


@stands_for(np.signbit)
def signbit(x: Any) -> Any:
    """Whether the sign is minus: of -0.0 it is, of NaN as its bit says."""
    return np.less(np.copysign(1.0, x), 0.0)


@stands_for(np.logaddexp2)
def logaddexp2(x: Any, y: Any) -> Any:
    """log₂(2^x + 2^y)."""
    kind = np.logaddexp(x, y).dtype
    x, y = (np.asarray(one, kind).astype(np.float64) * LN_2 for one in (x, y))
    return np.asarray(np.logaddexp(x, y) / LN_2, kind)[()]


def floats(x: Any) -> Any:
    """x in the dtype in which NumPy computes functions of it."""
    return np.asarray(x, np.fabs(x).dtype)


@stands_for(np.divmod)
def divmod_(x: Any, y: Any) -> tuple[Any, Any]:
    return np.floor_divide(x, y), np.remainder(x, y)


@stands_for(np.modf)
def modf(x: Any) -> tuple[Any, Any]:
    """The fraction and the whole part, both with the sign of x."""
    x = floats(x)
    return np.where(np.isinf(x), np.copysign(0.0, x), np.fmod(x, 1.0))[()], np.trunc(x)


@stands_for(np.ldexp)
def ldexp(x: Any, n: Any) -> Any:
    """x·2ⁿ, exactly: in three factors, since 2ⁿ alone may be beyond the numbers that there are."""
    if isinstance(x, bool) or (isinstance(x, int) and np.ndim(n) > 0):
        x = np.float16(x)  # Python's integers are of the first kind that fits
    x, n = floats(x), np.asarray(n)
    if n.dtype.kind == "f" or n.dtype == np.uint64:
        raise TypeError("ufunc 'ldexp' not supported for the input types")
    if x.dtype != np.float64:
        return np.asarray(ldexp(np.asarray(x, float), n), x.dtype)[()]
    n = np.asarray(n, int)
    near = np.clip(n, -1000, 1000)
    far = np.clip(n - near, -1000, 1000)
    return x * np.power(2.0, near) * np.power(2.0, far) * np.power(2.0, np.clip(n - near - far, -200, 200))


@stands_for(np.frexp)
def frexp(x: Any) -> tuple[Any, Any]:
    """m and n with x = m·2ⁿ, |m| in [1/2, 1)."""
    x = floats(x)
    usual = np.isfinite(x) & (x != 0)
    guess = np.asarray(np.floor(np.log2(np.where(usual, np.abs(x), 1.0))), int) + 1
    part = np.abs(ldexp(x, -guess))
    n = np.where(usual, guess + np.asarray(part >= 1.0, int) - np.asarray(part < 0.5, int), 0)
    return ldexp(x, -n), np.asarray(n, np.int32)[()]


@stands_for(np.spacing)
def spacing(x: Any) -> Any:
    """How far the next number is that is farther from 0."""
    x = floats(x)
    size, inward = grid(x)
    if x.dtype == np.float16:  # there NumPy gives the way to the next greater number
        return np.where(np.isfinite(x), np.where(x < 0, inward, size), np.nan)[()]
    return np.where(np.isfinite(x), np.copysign(size, x), np.nan)[()]


@stands_for(np.nextafter)
def nextafter(x: Any, y: Any) -> Any:
    """The number beside x on the way to y."""
    kind = np.copysign(x, y).dtype
    x, y = np.asarray(x, kind), np.asarray(y, kind)
    outward, inward = grid(x)
    away = (y > x) == (x > 0)
    step = np.where(x == 0, np.copysign(outward, y), np.where(away, np.copysign(outward, x), -np.copysign(inward, x)))
    finite = np.where(np.isinf(x), np.copysign(np.finfo(x.dtype).max, x), x + step)
    return np.where((x == y) | np.isnan(y), y, finite)[()]


def grid(x: Any) -> tuple[Any, Any]:
    """How far the numbers beside x are: farther from 0 and nearer to it."""
    x = floats(x)
    digits, least = (53, -1074) if x.dtype == np.float64 else (24, -149) if x.dtype == np.float32 else (11, -24)
    part, n = np.frexp(x)
    outward = np.where(x == 0, least, np.maximum(n - digits, least))
    inward = np.where(np.abs(part) == 0.5, np.maximum(n - digits - 1, least), outward)
    one = np.asarray(1.0, x.dtype)
    return np.ldexp(one, outward), np.ldexp(one, inward)


@stands_for(np.sinc)
def sinc(x: Any) -> Any:
    """sin(πx)/(πx). Near 0, where the quotient and its derivatives lose their digits, its Taylor series in (πx)²."""
    y = np.pi * np.asarray(x)
    near = np.abs(y) < 0.5
    t = np.square(y)
    series = 1.0 - t / 6 * (1 - t / 20 * (1 - t / 42 * (1 - t / 72 * (1 - t / 110 * (1 - t / 156 * (1 - t / 210 * (1 - t / 272)))))))
    return np.where(near, series, np.sin(y) / np.where(near, 1.0, y))[()]


@stands_for(np.fix)
def fix(x: Any, out: Any = None) -> Any:
    """Rounded towards 0."""
    return np.trunc(np.asarray(x), out=out)


def integers(x: Any, y: Any) -> tuple[Any, Any]:
    """Both in the dtype that they meet in."""
    kind = np.add(x, y).dtype
    if kind.kind not in "iu":
        raise TypeError("ufunc 'gcd' did not contain a loop with signature matching types")
    return np.asarray(x, kind), np.asarray(y, kind)


def magnitude(x: Any) -> Any:
    """|x|, also of the least number of its dtype."""
    return x.astype(np.uint64) if x.dtype.kind == "u" else np.abs(x.astype(int)).astype(np.uint64)


@stands_for(np.gcd)
def gcd(x: Any, y: Any) -> Any:
    """Euclid's algorithm."""
    x, y = integers(x, y)
    a, b = magnitude(x) + 0 * magnitude(y), magnitude(y) + 0 * magnitude(x)
    while np.any(b != 0):
        a, b = np.where(b != 0, b, a), np.where(b != 0, np.remainder(a, b), 0)
    return a.astype(x.dtype)[()]


@stands_for(np.lcm)
def lcm(x: Any, y: Any) -> Any:
    x, y = integers(x, y)
    common = np.gcd(x, y)
    return np.abs(np.floor_divide(x, np.where(common == 0, 1, common)) * y)


@stands_for(np.i0)
def i0(x: Any) -> Any:
    """The modified Bessel function of order 0: up to 8 its power series, whose terms are all positive, beyond Chebyshev's polynomials
    in 32/|x| - 2 (Clenshaw, Chebyshev Series for Mathematical Functions, 1962), as NumPy has them."""
    x = np.asarray(x) * 1.0
    t = np.where(np.abs(x) <= 8.0, np.square(x) / 4.0, 0.0)
    series = 1.0 + 0.0 * t
    for k in range(26, 0, -1):
        series = 1.0 + series * t / (k * k)
    size = np.where(np.abs(x) <= 8.0, 9.0, np.abs(x))
    z = 32.0 / size - 2.0
    last, previous, older = BEYOND_8[0] + 0.0 * z, 0.0 * z, 0.0 * z
    for c in BEYOND_8[1:]:
        last, previous, older = z * last - previous + c, last, previous
    return np.asarray(np.where(np.abs(x) <= 8.0, series, np.exp(size) * 0.5 * (last - older) / np.sqrt(size)))


BEYOND_8 = (
    -7.23318048787475395456e-18,
    -4.83050448594418207126e-18,
    4.46562142029675999901e-17,
    3.46122286769746109310e-17,
    -2.82762398051658348494e-16,
    -3.42548561967721913462e-16,
    1.77256013305652638360e-15,
    3.81168066935262242075e-15,
    -9.55484669882830764870e-15,
    -4.15056934728722208663e-14,
    1.54008621752140982691e-14,
    3.85277838274214270114e-13,
    7.18012445138366623367e-13,
    -1.79417853150680611778e-12,
    -1.32158118404477131188e-11,
    -3.14991652796324136454e-11,
    1.18891471078464383424e-11,
    4.94060238822496958910e-10,
    3.39623202570838634515e-9,
    2.26666899049817806459e-8,
    2.04891858946906374183e-7,
    2.89137052083475648297e-6,
    6.88975834691682398426e-5,
    3.36911647825569408990e-3,
    8.04490411014108831608e-1,
)
"""Chebyshev coefficients of exp(-x) sqrt(x) I₀(x) for x over 8, the highest first (Cephes, i0.c)."""
