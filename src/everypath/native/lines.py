"""NumPy's own functions of a line of numbers that lie together, which are written for each processor.

    int sort(void *line, npy_intp n, void *)                              in place
    int argsort(void *line, npy_intp *order, npy_intp n, void *)          `order` holds the positions, and is rearranged
    int argmax(void *line, npy_intp n, npy_intp *place, void *)           the first of the largest

Sorting leaves equal elements in any order, and puts NaN last. None of them needs Python's lock.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import NamedTuple

import numpy as np

from ..ir.types import SCALARS
from .python import table

FUNCTIONS_OF_DTYPES = 365
"""The place in NumPy's table, since NumPy 2, of a function that gives a dtype's own functions. Before, a dtype holds their address."""
OF_DTYPE = 64
"""Where it holds that, in bytes."""


class Lines(NamedTuple):
    """Addresses of functions for one dtype."""

    sort: int
    argsort: int
    argmax: int
    argmin: int


PLACES = Lines(sort=33, argsort=36, argmax=26, argmin=46)
"""Where they stand among a dtype's functions, which begin with 21 casts."""


@cache
def lines(dtype: str) -> Lines | None:
    """NumPy's functions for this dtype; None where this NumPy may have them elsewhere."""
    kind = SCALARS[dtype].numpy
    major = int(np.__version__.partition(".")[0])
    if major == 1:
        address = ctypes.c_void_p.from_address(id(kind) + OF_DTYPE).value
    elif major == 2:
        address = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object)(table()[FUNCTIONS_OF_DTYPES])(kind)
    else:
        return None
    functions = ctypes.cast(ctypes.c_void_p(address), ctypes.POINTER(ctypes.c_void_p))
    found = [functions[place] for place in PLACES]
    return Lines(*found) if all(found) else None
