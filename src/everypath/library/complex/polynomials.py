"""Polynomials with complex coefficients or roots."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..numpy.polynomials import moved_with
from .registry import of_complex


@of_complex(np.poly)
def poly(seq_of_zeros: Any) -> Any:
    """The polynomial that is 0 at these places and begins with 1; real where every root comes with its conjugate."""
    z = np.atleast_1d(np.asarray(seq_of_zeros))
    if z.ndim == 2:
        return poly(np.linalg.eigvals(z))
    c = np.zeros(len(z) + 1, dtype=complex)
    c[0] = 1.0
    for k in range(len(z)):
        c[1 : k + 2] -= z[k] * c[: k + 1]
    if np.all(np.sort(z) == np.sort(np.conj(z))):
        return c.real.copy()
    return c


@of_complex(np.roots)
def roots(p: Any) -> Any:
    """Where the polynomial is 0."""
    c = np.atleast_1d(np.asarray(p))
    places = np.flatnonzero(c)
    if len(places) == 0:
        return np.array([])
    zeros = len(c) - 1 - places[-1]
    if places[0] == places[-1]:
        return np.zeros(zeros)
    whole, c = c[places[0] :], c[places[0] : places[-1] + 1]
    companion = np.eye(len(c) - 1, k=-1) + 0j
    companion[0] = -c[1:] / c[0]
    return moved_with(np.concatenate((np.linalg.eigvals(companion), np.zeros(zeros))), whole)
