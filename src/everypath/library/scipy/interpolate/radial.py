"""Interpolation by radial basis functions around the points.

(Fasshauer, Meshfree Approximation Methods with MATLAB, 2007, chapters 6 to 8.)
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import scipy.interpolate

from ...intrinsics import by_cpython, known, refuse, returning
from ...registry import stands_for


def usual_degree(kernel: str) -> int:
    """The least degree of the polynomial that a kernel needs beside it, 0 where it needs none."""
    return 2 if kernel == "quintic" else 1 if kernel in ("thin_plate_spline", "cubic") else 0


WITHOUT_SCALE = ("linear", "thin_plate_spline", "cubic", "quintic")
KERNELS = (*WITHOUT_SCALE, "multiquadric", "inverse_multiquadric", "inverse_quadratic", "gaussian")


@returning(np.zeros((1, 1), int))
def monomials(variables: int, degree: int) -> Any:
    """The powers of the variables in each monomial up to a degree, a row for each. (CPython runs this.)"""
    chosen = [m for d in range(degree + 1) for m in itertools.combinations_with_replacement(range(variables), d)]
    return np.array([[m.count(k) for k in range(variables)] for m in chosen], np.int64).reshape(len(chosen), variables)


def kernel_of(name: str, squares: Any) -> Any:
    """A radial function, by the squares of the distances."""
    if name == "gaussian":
        return np.exp(-squares)
    if name == "multiquadric":
        return -np.sqrt(squares + 1.0)
    if name == "inverse_multiquadric":
        return 1.0 / np.sqrt(squares + 1.0)
    if name == "inverse_quadratic":
        return 1.0 / (squares + 1.0)
    apart = squares > 0.0
    r = np.sqrt(np.where(apart, squares, 1.0))
    value = -r if name == "linear" else r * r * np.log(r) if name == "thin_plate_spline" else r**3 if name == "cubic" else -(r**5)
    return np.where(apart, value, 0.0)


def squares_between(x: Any, y: Any, epsilon: Any) -> Any:
    """The squares of the scaled distances between the rows of x and those of y."""
    return np.sum((x[:, None, :] * epsilon - y[None, :, :] * epsilon) ** 2, axis=-1)


def polynomials(x: Any, powers: Any) -> Any:
    """The monomials at the rows of x."""
    value = np.ones((x.shape[0], powers.shape[0]))
    for k in range(np.max(powers, initial=0)):
        value = value * np.prod(np.where(powers[None, :, :] > k, x[:, None, :], 1.0), axis=-1)
    return value


@stands_for(scipy.interpolate.RBFInterpolator)
class RBFInterpolator:
    """Values at scattered points, interpolated by radial functions and a polynomial."""

    fixed = ("kernel", "neighbors")

    def __init__(
        self,
        y: Any,
        d: Any,
        neighbors: Any = None,
        smoothing: Any = 0.0,
        kernel: str = "thin_plate_spline",
        epsilon: Any = None,
        degree: Any = None,
    ) -> None:
        y, d = np.asarray(y) * 1.0, np.asarray(d) * 1.0
        if y.ndim != 2:
            raise ValueError("`y` must be a 2-dimensional array.")
        if d.shape[0] != y.shape[0]:
            raise ValueError(f"Expected the first axis of `d` to have length {y.shape[0]}.")
        kind = known(kernel, "the kernel").lower()
        if kind not in KERNELS:
            raise ValueError(f"`kernel` must be one of {KERNELS}.")
        if epsilon is None and kind not in WITHOUT_SCALE:
            raise ValueError(f"`epsilon` must be specified if `kernel` is not one of {WITHOUT_SCALE}.")
        if neighbors is not None:
            refuse("the option 'neighbors' of scipy.interpolate.RBFInterpolator is not supported", "leave it out: all points count")
        if degree is not None and degree < -1:
            raise ValueError("`degree` must be at least -1.")
        n = y.shape[0]
        self.kernel, self.neighbors, self.y, self.smoothing, self.degree = kind, None, y, smoothing, degree
        self.epsilon = 1.0 if epsilon is None else float(epsilon)
        self.powers = by_cpython(monomials, y.shape[1], usual_degree(kind) if degree is None else degree)
        terms = self.powers.shape[0]
        if terms > n:
            raise ValueError(f"At least {terms} data points are required.")
        low, high = np.min(y, axis=0), np.max(y, axis=0)
        self._shift = (high + low) / 2.0
        self._scale = np.where(high == low, 1.0, (high - low) / 2.0)
        p = polynomials((y - self._shift) / self._scale, self.powers)
        a = np.zeros((n + terms, n + terms))
        a[:n, :n] = kernel_of(kind, squares_between(y, y, self.epsilon)) + np.eye(n) * smoothing
        a[:n, n:] = p
        a[n:, :n] = p.T
        self.d = np.reshape(d, (n, -1))
        self._coeffs = np.linalg.solve(a, np.concatenate((self.d, np.zeros((terms, self.d.shape[1])))))
        self.d_shape = d.shape[1:]

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        values = held["d"].reshape((-1, *held["d_shape"]))
        return kind(held["y"], values, None, held["smoothing"], held["kernel"], held["epsilon"], held["degree"])

    def __call__(self, x: Any) -> Any:
        points = np.asarray(x) * 1.0
        if points.ndim != 2:
            raise ValueError("`x` must be a 2-dimensional array.")
        if points.shape[1] != self.y.shape[1]:
            raise ValueError(f"Expected the second axis of `x` to have length {self.y.shape[1]}.")
        if self.neighbors is not None:
            refuse("an RBFInterpolator by some neighbours of each point is not supported", "make it without 'neighbors'")
        near = kernel_of(self.kernel, squares_between(points, self.y, self.epsilon))
        terms = polynomials((points - self._shift) / self._scale, self.powers)
        return np.reshape(np.concatenate((near, terms), axis=1) @ self._coeffs, (points.shape[0], *self.d_shape))
