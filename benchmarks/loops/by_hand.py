"""Calls the functions of by_hand.c."""

import ctypes
from pathlib import Path

import numpy as np

from benchmarks.gcc import POINTER, compiled

INT, DOUBLE = ctypes.c_int, ctypes.c_double


class ByHand:
    """The three gradients, with the arguments of `programs`."""

    def __init__(self) -> None:
        self.library = compiled(Path(__file__).with_name("by_hand.c"))
        self.library.recurrence.argtypes = [INT, *[POINTER] * 4]
        self.library.stencil.argtypes = [INT, INT, POINTER, POINTER, INT, POINTER, POINTER]
        self.library.orbit.argtypes = [DOUBLE, DOUBLE, POINTER, DOUBLE, INT, POINTER]

    def recurrence(self, a, b):
        out = np.empty_like(a), np.empty_like(b)
        self.library.recurrence(len(a), a, b, *out)
        return out

    def stencil(self, start, c, steps):
        out = np.empty_like(start), np.empty_like(c)
        self.library.stencil(*start.shape, start, c, steps, *out)
        return out

    def orbit(self, x, y, a, b, c, d, h, steps):
        out = np.empty(6)
        self.library.orbit(x, y, np.array([a, b, c, d]), h, steps, out)
        return tuple(out)
