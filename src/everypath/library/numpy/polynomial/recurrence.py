"""What all families share. p₀ = 1, and p[k+1] = (A[k] x + B[k]) p[k] - C[k] p[k-1]; the family is the name of NumPy's module.

Abramowitz & Stegun, Handbook of Mathematical Functions, chapter 22. Sums are taken by the method of Clenshaw, A note on the summation of
Chebyshev series, Mathematics of Computation 9 (1955).
"""

from __future__ import annotations

from typing import Any

import numpy as np


def step(family: str, k: Any) -> Any:
    """A, B and C of the step from k to k + 1."""
    if family == "polynomial":
        return 1.0, 0.0, 0.0
    if family == "chebyshev":
        return np.where(k == 0, 1.0, 2.0), 0.0, 1.0
    if family == "legendre":
        return (2.0 * k + 1.0) / (k + 1.0), 0.0, k / (k + 1.0)
    if family == "hermite":
        return 2.0, 0.0, 2.0 * k
    if family == "hermite_e":
        return 1.0, 0.0, 1.0 * k
    return -1.0 / (k + 1.0), (2.0 * k + 1.0) / (k + 1.0), k / (k + 1.0)


def floats(c: Any) -> Any:
    """Coefficients as an array of floats."""
    c = np.atleast_1d(np.asarray(c))
    return c if c.dtype == np.float32 else c.astype(np.float64)


def value(family: str, x: Any, c: Any, tensor: bool) -> Any:
    """Σ c[k] p[k](x); of several sums, along the further axes of c, each at each x where `tensor` says so."""
    x, c = np.asarray(x), floats(c)
    if tensor and c.ndim > 1:
        c = c.reshape(c.shape + (1,) * x.ndim)
    n = len(c)
    first = c[n - 1] + np.zeros_like(x)
    second = np.zeros_like(first)
    for k in range(n - 2, -1, -1):
        a, b, _ = step(family, k)
        _, _, d = step(family, k + 1)
        first, second = c[k] + (a * x + b) * first - d * second, first
    return first


def vander(family: str, x: Any, deg: int) -> Any:
    """The members of the family up to a degree, side by side."""
    if deg < 0:
        raise ValueError("deg must be non-negative")
    x = np.atleast_1d(np.asarray(x))
    x = x if x.dtype == np.float32 else x.astype(np.float64)
    out = np.empty((deg + 1, *x.shape), dtype=x.dtype)
    out[0] = 1.0
    for k in range(deg):
        a, b, d = step(family, k)
        out[k + 1] = (a * x + b) * out[k] - (d * out[k - 1] if k > 0 else 0.0)
    return np.moveaxis(out, 0, -1)


def times_x(family: str, c: Any) -> Any:
    """The coefficients of x times a sum, one more of them."""
    n = len(c)
    out = np.zeros(n + 1, dtype=c.dtype)
    for k in range(n):
        a, b, d = step(family, k)
        out[k + 1] += c[k] / a
        out[k] -= b * c[k] / a
        if k > 0:
            out[k - 1] += d * c[k] / a
    return out


def product(family: str, c1: Any, c2: Any) -> Any:
    """The coefficients of the product of two sums."""
    c1, c2 = floats(c1), floats(c2)
    n = len(c1) + len(c2) - 1
    c1 = np.concatenate((c1, np.zeros(n - len(c1))))
    first, second = np.zeros(n), np.zeros(n)
    for k in range(len(c2) - 1, -1, -1):
        a, b, _ = step(family, k)
        _, _, d = step(family, k + 1)
        first, second = c2[k] * c1 + a * times_x(family, first)[:n] + b * first - d * second, first
    return first


def total(c1: Any, c2: Any) -> Any:
    """The coefficients of a sum of sums."""
    c1, c2 = floats(c1), floats(c2)
    n = max(len(c1), len(c2))
    return np.concatenate((c1, np.zeros(n - len(c1)))) + np.concatenate((c2, np.zeros(n - len(c2))))


def derivative(family: str, c: Any, m: int, scl: Any) -> Any:
    """The coefficients of the derivative, along the first axis."""
    if m < 0:
        raise ValueError("The order of derivation must be non-negative")
    c = floats(c) * 1.0
    for _ in range(m):
        c = slope(family, c * scl) if len(c) > 1 else c * 0.0
    return c


def slope(family: str, c: Any) -> Any:
    n = len(c) - 1
    out = np.zeros((n, *c.shape[1:]), dtype=c.dtype)
    for j in range(n, 0, -1):
        if family in ("polynomial", "hermite_e"):
            out[j - 1] = j * c[j]
        elif family == "hermite":
            out[j - 1] = 2.0 * j * c[j]
        elif family == "laguerre":
            out[j - 1] = -c[j]
            c[j - 1] += c[j]
        elif family == "legendre":
            out[j - 1] = (2.0 * j - 1.0) * c[j]
            if j > 2:
                c[j - 2] += c[j]
        else:
            out[j - 1] = (2.0 * j if j > 1 else 1.0) * c[j]
            if j > 2:
                c[j - 2] += j * c[j] / (j - 2.0)
    return out


def integral(family: str, c: Any, m: int, k: Any, lbnd: Any, scl: Any) -> Any:
    """The coefficients of the integral that has the value k at `lbnd`, along the first axis."""
    if m < 0:
        raise ValueError("The order of integration must be non-negative")
    constants = np.atleast_1d(np.asarray(k)) * 1.0
    if len(constants) > m:
        raise ValueError("Too many integration constants")
    c = floats(c) * 1.0
    for i in range(m):
        c = area(family, c * scl)
        c[0] += (constants[i] if i < len(constants) else 0.0) - value(family, lbnd * 1.0, c, True)
    return c


def area(family: str, c: Any) -> Any:
    n = len(c)
    out = np.zeros((n + 1, *c.shape[1:]), dtype=c.dtype)
    for j in range(n):
        if family in ("polynomial", "hermite_e"):
            out[j + 1] = c[j] / (j + 1.0)
        elif family == "hermite":
            out[j + 1] = c[j] / (2.0 * (j + 1.0))
        elif family == "laguerre":
            out[j] += c[j]
            out[j + 1] -= c[j]
        elif family == "legendre":
            out[j + 1] += c[j] / (2.0 * j + 1.0)
            if j > 1:
                out[j - 1] -= c[j] / (2.0 * j + 1.0)
        else:
            out[j + 1] += c[j] / (1.0 if j == 0 else 2.0 * (j + 1.0))
            if j > 1:
                out[j - 1] -= c[j] / (2.0 * (j - 1.0))
    return out


def fit(family: str, x: Any, y: Any, deg: int, rcond: Any, w: Any) -> Any:
    """The coefficients with the least squares of the distances from the points."""
    x, y = np.asarray(x) + 0.0, np.asarray(y) + 0.0
    if deg < 0:
        raise ValueError("expected deg >= 0")
    if x.ndim != 1:
        raise TypeError("expected 1D vector for x")
    if x.size == 0:
        raise TypeError("expected non-empty vector for x")
    if y.ndim < 1 or y.ndim > 2:
        raise TypeError("expected 1D or 2D array for y")
    if len(x) != len(y):
        raise TypeError("expected x and y to have same length")
    members = vander(family, x, deg)
    if w is not None:
        weights = np.asarray(w) + 0.0
        if weights.ndim != 1:
            raise TypeError("expected 1D vector for w")
        if len(weights) != len(x):
            raise TypeError("expected x and w to have same length")
        members, y = members * weights[:, None], y * (weights if y.ndim == 1 else weights[:, None])
    scale = np.sqrt(np.sum(members * members, axis=0))
    found = np.linalg.lstsq(members / scale, y, len(x) * 2.220446049250313e-16 if rcond is None else rcond)[0]
    return found / (scale if y.ndim == 1 else scale[:, None])


def trimmed(c: Any) -> Any:
    """The coefficients without the zeros at the end."""
    n = len(c)
    while n > 1 and c[n - 1] == 0:
        n -= 1
    return c[:n]


def divided(family: str, c1: Any, c2: Any) -> Any:
    """Quotient and remainder."""
    c1, c2 = trimmed(floats(c1)), trimmed(floats(c2))
    if c2[-1] == 0:
        raise ZeroDivisionError
    n = len(c2)
    if len(c1) < n:
        return c1[:1] * 0, c1
    if n == 1:
        return c1 / c2[-1], c1[:1] * 0
    quotient, rest = np.zeros(len(c1) - n + 1), c1 + 0.0
    for k in range(len(c1) - n, -1, -1):
        shifted: Any = np.zeros(k + 1)
        shifted[k] = 1.0
        shifted = product(family, shifted, c2)
        factor = rest[k + n - 1] / shifted[k + n - 1]
        rest = rest[: k + n - 1] - factor * shifted[: k + n - 1]
        quotient[k] = factor
    return quotient, trimmed(rest)


def companion(family: str, c: Any) -> Any:
    """A matrix whose eigenvalues are the roots of the sum, scaled as NumPy does: multiplying by x, in members of the family up to a
    factor for each that makes it symmetric where that is possible."""
    n = len(c) - 1
    if n == 1:
        a, b, _ = step(family, 0)
        return np.stack([(-c[0] / c[1] - b) / a]).reshape(1, 1)
    scale = np.ones(n)
    for k in range(1, n):
        scale[k] = scale[k - 1] * ratio(family, k)
    found = np.zeros((n, n))
    for k in range(n):
        a, b, d = step(family, k)
        if k + 1 < n:
            found[k + 1, k] = scale[k] / (a * scale[k + 1])
        found[k, k] = -b / a
        if k > 0:
            found[k - 1, k] = d / a * scale[k] / scale[k - 1]
    a, _, _ = step(family, n - 1)
    found[:, n - 1] -= c[:n] / c[n] * scale[n - 1] / (a * scale)
    return found


def ratio(family: str, k: int) -> Any:
    """The factor of member k by that of the one before, in which the matrix of multiplying by x is symmetric."""
    if family == "polynomial":
        return 1.0
    a, _, _ = step(family, k - 1)
    b, _, d = step(family, k)
    return np.sqrt(b / (a * d))


def roots(family: str, c: Any) -> Any:
    """Where the sum is 0, in rising order; complex numbers where one of them is."""
    c = trimmed(floats(c))
    if len(c) < 2:
        return np.zeros(0)
    found = np.linalg.eigvals(companion(family, c)[::-1, ::-1])
    return np.sort(found)


def converted(old: str, new: str, c: Any) -> Any:
    """The coefficients of the same polynomial in another family."""
    c = floats(c)
    found: Any = c[-1:]
    for k in range(len(c) - 2, -1, -1):
        found = total(times_x(new, found), c[k : k + 1]) if old == "polynomial" else found
    if old == "polynomial":
        return trimmed(found)
    first, second = np.zeros(1), np.zeros(1)
    for k in range(len(c) - 1, -1, -1):
        a, b, _ = step(old, k)
        _, _, d = step(old, k + 1)
        first, second = total(total(a * times_x(new, first), b * first), total(c[k : k + 1], -d * second)), first
    return trimmed(first)
