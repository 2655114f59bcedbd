"""Calls the functions of by_hand.c."""

import ctypes
from pathlib import Path

import numpy as np

from benchmarks.gcc import POINTER, compiled


class ByHand:
    """The function and its gradient (with respect to alphas, means and icf), like everypath's."""

    def __init__(self) -> None:
        self.library = compiled(Path(__file__).with_name("by_hand.c"))
        inputs = [ctypes.c_int] * 3 + [POINTER] * 4 + [ctypes.c_double, ctypes.c_int]
        self.library.gmm_value.argtypes, self.library.gmm_value.restype = inputs, ctypes.c_double
        self.library.gmm_gradient.argtypes, self.library.gmm_gradient.restype = inputs + [POINTER] * 3, ctypes.c_double

    def value(self, alphas, means, icf, x, gamma, m):
        (n, d), k = x.shape, len(alphas)
        return self.library.gmm_value(d, k, n, alphas, means, icf, x, gamma, m)

    def gradient(self, alphas, means, icf, x, gamma, m):
        (n, d), k = x.shape, len(alphas)
        out = np.empty_like(alphas), np.empty_like(means), np.empty_like(icf)
        self.library.gmm_gradient(d, k, n, alphas, means, icf, x, gamma, m, *out)
        return out
