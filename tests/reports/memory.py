"""Arrays that are written: after rounding, after having been constants, by `out=`, while they are read, and where they overlap."""

import numpy as np

from programs.registry import at

from .registry import report

X = np.array([0.3, 0.5, 0.7])


def doubled_in_place(z):
    z *= 2.0
    return z[0]


def five_times_the_next(v):
    v[0] = 5.0 * v[1]
    return v[0]


# The old v[0] is read first.
@report(at(np.array([2.0, 3.0]), gradient=[1.0, 5.0]))
def element_plus_what_writes_it(x):
    v = x * 1.0
    v[0] += five_times_the_next(v)
    return v[0]


@report(at(X, gradient=[5.0, 1.0, 2.0]))
def elements_plus_what_writes_them(x):
    y = x.copy()
    y[np.array([0, 1])] += doubled_in_place(y)
    return np.sum(y)


@report(at(np.array([1.0, 2.0, 3.0, 4.0]), gradient=[11.0, 0.0, 1.0, 1.0]), refusable=True)
def overlapping_rows_written(x):
    y = x * 1.0
    w = np.lib.stride_tricks.as_strided(y, (3, 2), (8, 8))
    w[1, 0] = 10.0 * x[0]
    return np.sum(y)


@report(at(np.array([1.5, -0.5]), gradient=[3.0, -1.0]))
def sign_then_a_write(x):
    y = np.sign(x)
    y[0] = x[0]
    return np.sum(y * x)


@report(at(np.array([1.5, 2.5]), gradient=[2.0, 2.0]))
def floor_then_a_sum_in_place(x):
    y = np.floor(x)
    y += 2.0 * x
    return np.sum(y)


@report(at(np.ones(2), np.ones(3), gradient=[-3.0, -3.0]))
def sign_carried_by_a_loop(x, t):
    r = np.sign(t)
    for j in range(len(x)):
        r = r - x[j]
    return np.sum(r)


@report(at(X, 0.2, gradient=(np.zeros(3), 1.0)), wrt=(0, 1))
def ceil_on_one_branch(x, a):
    if a > 0.1:
        y = np.ceil(x)
    else:
        y = x
    return np.sum(y * y) + a


@report(at(np.array([0.31, 0.5, 0.7]), 0.2, gradient=(np.zeros(3), 1.0)), wrt=(0, 1))
def floor_division_on_one_branch(x, a):
    y = x // 0.3 if a > 0.1 else x
    return np.sum(y * y) + a


@report(at(X, 0.2, gradient=(np.zeros(3), 1.0)), wrt=(0, 1))
def sums_of_constants_on_one_branch(x, a):
    y = np.cumsum(np.ones(3)) if a > 0.1 else x
    return np.sum(y * y) + a


@report(at(0.2, gradient=4.5))
def product_of_constants_on_one_branch(a):
    x = np.array([0.3, 0.5, 0.7])
    y = np.ones((3, 3)) @ x
    z = y if a > 0.1 else x * a
    return np.sum(z * a)


@report(at(0.2, gradient=9.0))
def sum_of_constants_on_one_branch(a):
    A = np.ones((3, 3))
    x = np.array([0.3, 0.5, 0.7])
    y = A.sum(axis=0)
    z = y if a > 0.1 else x * a
    return np.sum(z * a)


@report(at(np.array([0.5, 1.0, -1.0]), gradient=[3.0, 6.0, 4.0], hessian=2 * np.eye(3)))
def sums_of_constants_then_a_sum_in_place(x):
    y = np.cumsum(np.ones(3))
    y += x
    return np.sum(y * y)


@report(at(np.array([1.0, 2.0]), gradient=[12.0, 12.0], hessian=[[4, 4], [4, 4]]))
def full_of_a_sum(x):
    y = np.full(2, np.sum(x))
    return np.sum(y * y)


@report(at(np.array([1.0, 2.0, 3.0]), gradient=[2.0, 2.0, 3.0]))
def a_sum_to_listed_places(x):
    a = x * 1.0
    a[[1, 0]] = np.sum(x)
    return np.sum(a)


# The last write to a place stays.
@report(at(np.array([1.0, 2.0, 3.0]), gradient=[0.0, 1.0, 10.0]))
def two_writes_to_one_place(x):
    a = np.zeros(2)
    a[np.array([0, 1, 0])] = x
    return a[0] * 10.0 + a[1]


@report(at(np.zeros((2, 3)), gradient=[[1, 2, 3], [100, 101, 102]]))
def strided_slices_of_one_row(x):
    a = np.array([[1.0, 2.0, 3.0]])
    b = np.array([[100.0, 101.0, 102.0]])
    return np.sum(x[0::2] * a) + np.sum(x[1::2] * b)


@report(at(np.ones((1, 3)), gradient=[1.0, 1.0, 1.0]))
def squeeze_of_an_axis_of_length_1(x):
    return np.sum(np.squeeze(x))


@report(
    at(
        np.array([[0.5, 0.25], [0.75, 1.0]]),
        gradient=[0.6876855622205048, 0.24334483385098166, 1.0315283433307572, 0.9733793354039266],
    )
)
def sums_into_out(m):
    o = np.zeros(2)
    np.sum(m * m, axis=0, out=o)
    return np.sum(np.sin(o))


@report(at(np.array([1.0, 3.0]), gradient=[2.0, 2.0]))
def method_into_out(x):
    o = np.zeros(())
    x.mean(out=o)
    return float(o) ** 2


@report(at(0.7, np.array([0.3, 0.5], np.float32), gradient=1.0), refusable=True)
def largest_of_two_precisions(a, g):
    return max([a, g[0] * 0.3])
