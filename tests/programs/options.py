"""Options of NumPy's functions as people give them: out=, where=, initial=, dtype=, ddof=, by keyword and by position."""

import math

import numpy as np
import scipy.special

from .registry import at, program

WIDE = np.array([[0.5, -1.25, 2.0], [1.5, 0.75, -0.25]])
VECTOR = np.array([0.5, 2.0, 0.75, -1.0])


@program(at(WIDE), order=2)
def sums_into_an_array(x):
    o = np.zeros(3)
    r = np.sum(x * x, axis=0, out=o)
    r[0] = r[0] * 2.0
    return np.sum(np.sin(o))


@program(at(VECTOR), order=2)
def mean_by_position_into_an_array(x):
    o = np.zeros(())
    np.mean(x, None, None, o)
    return float(o) ** 2


@program(at(VECTOR), order=2)
def deviation_by_method_into_an_array(x):
    o = np.zeros((1,))
    (x * x).std(0, None, o[0, ...], 1)
    return o[0] * 3.0


@program(at(WIDE), order=2)
def ufuncs_where_a_mask_holds(x):
    o = x * 3.0
    np.multiply(x, x, out=o, where=x > 0)
    np.log(x, o, where=x > 1.0)
    return np.sum(o * o)


@program(at(VECTOR), order=2)
def ufuncs_over_their_own_operands(x):
    y = x * 1.0
    np.add(y, y, y)
    np.multiply(y, y[::-1], out=y)
    return np.sum(y * x)


@program(at(WIDE), order=2)
def products_and_running_sums_into_arrays(x):
    o, s = np.zeros((2, 2)), np.zeros((2, 3))
    np.dot(x, x.T, out=o)
    np.cumsum(x * x, 1, None, s)
    return np.sum(np.sin(o)) + np.sum(s * x)


@program(at(WIDE), order=2)
def reductions_that_start_somewhere(x):
    return np.sum(x, initial=2.0) * np.prod(x, initial=3.0) + np.max(x, 0, initial=0.6).sum()


@program(at(WIDE), order=2)
def reductions_of_some(x):
    return np.sum(x * x, where=x > 0) + np.mean(np.exp(x), where=x < 1.0) * np.min(x, where=x > 0, initial=9.0)


@program(at(WIDE), order=2)
def averages_along_an_axis(x):
    w = np.exp(x[:, 0])
    return np.average(x, axis=0, weights=w).sum() + np.sum(np.average(x, 1, x * x))


@program(at(WIDE), order=2)
def a_sum_over_no_axis_is_a_copy(x):
    y = np.sum(x, axis=())
    y *= 2.0
    z = np.max(x, axis=())
    z[0] = 3.0
    return np.sum(x * y * z)


@program(at(np.array([0.3])), at(np.array([0.3, 0.3, 0.3]), gradient=np.array([2 / 3, -1 / 3, -1 / 3])))
def standardised(x):
    return (x[0] - np.mean(x)) / (np.std(x) + 1.0)


@program(at(0.5, -1.5, 2.0), at(0.0, 0.0, 1.5), wrt=(0, 1, 2))
def hypot_of_three(a, b, c):
    return math.hypot(a, b, c) + math.dist((a, b, 0.0), (b, 0.0, c))


@program(at(WIDE), order=2)
def logarithms_of_sums(x):
    a = scipy.special.logsumexp(x) + scipy.special.logsumexp(x, axis=0, keepdims=True).sum()
    return a + np.sum(scipy.special.softmax(x) * x) + np.sum(scipy.special.log_softmax(x, axis=-1) * x)


@program(at(VECTOR), at(np.array([-800.0, 0.0, 40.0])), order=2)
def logistic(x):
    return np.sum(scipy.special.expit(x) * 3.0 + scipy.special.log_expit(x))


@program(at(VECTOR), order=2)
def entropies(x):
    p = np.exp(x) / np.sum(np.exp(x))
    a = np.sum(scipy.special.xlogy(p, p) + scipy.special.entr(p) + scipy.special.rel_entr(p, 0.3) + scipy.special.kl_div(0.2, p))
    return a + np.sum(scipy.special.logit(p) + scipy.special.erfinv(p) + scipy.special.ndtri(p) + scipy.special.xlog1py(p, p))


@program(at(0.0, 2.0, gradient=(math.log(2.0), 0.0)), at(1.5, 2.0), wrt=(0, 1))
def zero_times_a_logarithm(x, y):
    return scipy.special.xlogy(x, y)
