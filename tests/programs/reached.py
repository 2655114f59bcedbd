"""Statements that cannot be compiled, where they are not reached: plots, logs, files, sets, deletions, imports, odd types."""

import logging
import warnings

import numpy as np

from .registry import at, program

VERBOSE = False
LOG = logging.getLogger(__name__)
VECTOR = np.array([0.5, 2.0, 0.75, -1.0])


@program(at(1.5), order=2)
def imports_where_they_are_needed(x):
    import math
    import os.path
    from math import sqrt as root

    import numpy.linalg as la

    assert os.path.sep
    return math.sin(x) * root(x) + la.norm(np.array([x, 2.0]))


@program(at(1.5), at(1.5, False), order=2)
def plots_if_asked_to(x, show=False):
    y = np.sin(x) * x
    if show:
        import matplotlib.pyplot as plt

        plt.plot([x], [y])
        del y
    if VERBOSE:
        with open("log.txt", "a") as file:
            file.write(f"{y}")
    return y * x


@program(at(1.5), order=2)
def warns_of_what_is_negative(x):
    if x < 0.0:
        warnings.warn(f"negative: {x}", stacklevel=1)
        x = eval("x")
    return x * x


@program(at(VECTOR, 3, False), order=2)
def reports_as_it_goes(x, n, verbose):
    s = 0.0
    for k in range(n):
        s = s + np.sum(x**2) * k
        if verbose and k % 10 == 0:
            LOG.info("step %d: %s", k, s)
        if np.isnan(s):
            LOG.error("diverged")
            break
    else:
        s = s * 2.0
    return s


@program(at(1.5, False), at(1.5, True), order=2)
def gives_more_if_asked_to(x, full):
    y = inner_pair(x, full)
    return y[0] * y[1] if full else y * x


def inner_pair(x, full):
    if full:
        return x * x, np.cos(x)
    return x * 2.0


@program(at(1.5, 2), order=2)
def of_other_types_by_the_order(x, order):
    if order == 1:
        w = np.array([x, 1.0])
    elif order == 2:
        w = x * x
    else:
        raise ValueError(f"unknown order {order}")
    return np.sum(w) * x


@program(at(1.5, 0), at(1.5, 2), order=2)
def leaves_early(x, n):
    if n == 0:
        return x * x
    total = x
    for _ in range(n):
        if total > 1e6:
            global VERBOSE
            VERBOSE = True
            return eval("total")
        total = total * x
    return total


@program(at(VECTOR), order=2)
def on_one_side_of_an_expression(x):
    s = np.sum(x * x)
    label = "big" if s > 1e9 else "small"
    y = s if s < 1e9 else sorted({s, 1.0})[0]
    z = s > 0.0 or len({s}) > 1
    if not z:
        print(label)
        return 0.0
    return y * s


@program(at(1.5), order=2)
def gives_up_with_its_own_error(x):
    y = x
    for _ in range(50):
        y = y - (y * y - x) / (2.0 * y)
    if abs(y * y - x) > 1e-6:
        raise RuntimeError(f"no root of {x}", {"x": x})
    return y
