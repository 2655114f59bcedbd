"""Arrays that are too large to be, and lengths that no number of elements can have: errors before memory is asked for."""

import numpy as np

from .registry import at, program

HUGE = 2**61
FEW = at(2.0, 3)
TOO_LARGE = (at(2.0, HUGE, raises=ValueError), FEW)
SQUARE = (at(2.0, 2**31, raises=ValueError), at(2.0, 2**32, raises=ValueError), FEW)


@program(*TOO_LARGE)
def zeros_too_large(x, n):
    return x * np.sum(np.zeros(n) + x)


@program(*SQUARE)
def empty_square_too_large(x, n):
    y = np.empty((n, n))
    y[0] = x
    return y[0, 1] * x


@program(*TOO_LARGE)
def full_too_large(x, n):
    return np.full(n, x)[0]


@program(*TOO_LARGE)
def ones_like_too_large(x, n):
    return np.ones_like(np.zeros(2), shape=(n, 2))[0, 1] * x


@program(*TOO_LARGE)
def arange_too_large(x, n):
    return np.sum(np.arange(n) * x)


@program(*TOO_LARGE)
def arange_with_a_step_too_large(x, n):
    return np.sum(np.arange(1, n, 2) * x)


@program(at(2.0, 1e300, raises=ValueError), at(2.0, np.nan, raises=ValueError), at(2.0, 3.5))
def arange_of_floats_too_large(x, end):
    return np.sum(np.arange(0.0, end) * x)


@program(*TOO_LARGE)
def linspace_too_large(x, n):
    return np.sum(np.linspace(0.0, x, n))


@program(*SQUARE)
def eye_too_large(x, n):
    return np.sum(np.eye(n) * x)


@program(at(2.0, 2**40, raises=ValueError), at(2.0, -1, raises=ValueError), FEW)
def broadcast_too_large(x, n):
    return np.broadcast_to(np.ones(1) * x, (n, n))[0, 0]


@program(*SQUARE[:2])
def nothing_reshaped_too_large(x, n):
    return np.zeros(0).reshape(n, n)[0, 0] * x


@program(at(2.0, HUGE, raises=MemoryError), FEW)
def list_too_long(x, n):
    items = [x] * n
    return items[1] * x


@program(at(2.0, raises=ValueError))
def zeros_of_a_known_size_too_large(x):
    return np.zeros(2**61)[5] * x
