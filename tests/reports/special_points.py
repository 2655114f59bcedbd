"""Points where a piece of the formula has a kink, a zero or a pole, and the whole is smooth."""

import math

import numpy as np

from programs.registry import at

from .registry import report

LN2 = math.log(2.0)


# In a whole neighbourhood of 0 the nearest integer is 0.
@report(at(0.0, gradient=1.0, hessian=0.0))
def remainder_at_0(x):
    return math.remainder(x, 2.0 * math.pi)


@report(at(0.7, 0.7, gradient=(3.0, -3.0), hessian=[[2, -2], [-2, 2]]), wrt=(0, 1))
def angles_that_agree(a, b):
    d = math.remainder(a - b, 2.0 * math.pi)
    return d * d + 3.0 * d


# With p = 1/2 for each, the Hessian is p(1 - p) times [[1, -1], [-1, 1]].
@report(at(0.3, 0.3, gradient=(0.5, 0.5), hessian=[[0.25, -0.25], [-0.25, 0.25]]), wrt=(0, 1))
def logaddexp_of_equal_numbers(x, y):
    return np.logaddexp(x, y)


@report(at(np.zeros(2), gradient=[0.5, 0.5], hessian=[[0.25, 0], [0, 0.25]]))
def softplus_by_logaddexp_at_0(x):
    return np.sum(np.logaddexp(0.0, x))


# log(1 + eᶻ) - z·y
@report(at(0.0, 0.25, gradient=0.25, hessian=0.25))
def cross_entropy_of_logits_at_0(z, y):
    return max(z, 0.0) - z * y + math.log1p(math.exp(-abs(z)))


@report(at(np.zeros(2), gradient=[0.5, -0.5], hessian=[[0.25, 0], [0, 0.25]]))
def cross_entropy_with_the_zero_first(z):
    y = np.array([0.0, 1.0])
    return np.sum(np.maximum(0.0, z) - z * y + np.log1p(np.exp(-np.abs(z))))


# x
@report(at(0.0, gradient=1.0, hessian=0.0))
def positive_part_minus_negative_part(x):
    return max(x, 0.0) - max(-x, 0.0)


# The larger of a number of NumPy's and one of Python's: each time the sum is smooth.
@report(at(np.zeros(2), gradient=[1.0, 1.0], hessian=np.zeros((2, 2))))
def positive_part_of_a_sum_minus_its_negative_part(x):
    u = np.sum(x)
    return max(u, 0.0) - max(-u, 0.0)


@report(at(np.zeros(2), gradient=[0.25, 0.25], hessian=np.full((2, 2), 0.25)))
def cross_entropy_of_a_sum_at_0(x):
    u = np.sum(x)
    return max(u, 0) - 0.25 * u + math.log1p(math.exp(-abs(u)))


@report(at(np.zeros(3), gradient=np.ones(3), hessian=np.zeros((3, 3))))
def parts_of_each_item(x):
    s = 0.0
    for v in x:
        s += max(0, v) + min(v, 0.0)
    return s


@report(at(np.array([1.0, 2.0]), gradient=[1.0, 1.0], hessian=np.zeros((2, 2))))
def larger_than_a_count(x):
    s = 0.0
    for k, v in enumerate(x, 1):
        s += max(v, k) + min(v, k)
    return s


@report(at(np.zeros(1, np.float32), gradient=[1.0]))
def parts_of_a_number_of_single_precision(x):
    return max(x[0], 0.0) - max(-x[0], 0)


# ∂xx = y(y-1)x^(y-2), ∂xy = x^(y-1)(1 + y ln x), ∂yy = x^y ln² x
@report(
    at(2.0, 0.0, gradient=(0.0, LN2), hessian=[[0.0, 0.5], [0.5, LN2**2]]),
    at(2.0, 1.0, gradient=(1.0, 2 * LN2), hessian=[[0.0, 1 + LN2], [1 + LN2, 2 * LN2**2]]),
    at(0.0, 2.0, gradient=(0.0, 0.0), hessian=[[2.0, 0.0], [0.0, 0.0]]),
    wrt=(0, 1),
)
def power_at_exponents_0_1_and_2(x, y):
    return x**y


@report(at(np.zeros(2), gradient=[0.0, 0.0], hessian=[[2, 0], [0, 2]]))
def squared_norm_at_the_zero_vector(x):
    return np.linalg.norm(x) ** 2


@report(at(np.zeros(3), gradient=np.zeros(3), hessian=-2 * np.eye(3)))
def bell_of_the_norm_at_the_zero_vector(x):
    return np.exp(-(np.linalg.norm(x) ** 2))


@report(at(0.0, gradient=0.0, hessian=2.0))
def squared_absolute_value_at_0(x):
    return abs(x) ** 2


@report(at(0.0, gradient=0.0, hessian=-1.0))
def cosine_of_the_absolute_value_at_0(x):
    return math.cos(abs(x))


@report(at(0.0, gradient=0.0, hessian=1.0))
def huber_at_0(r):
    a = abs(r)
    return 0.5 * a**2 if a <= 1.0 else a - 0.5


@report(at(0.0, gradient=0.0, hessian=2.0))
def squared_copysign_at_0(x):
    return math.copysign(x, 1.0) ** 2


@report(at(0.0, 0.0, 2.0, gradient=(0.0, 0.0, 1.0)), wrt=(0, 1, 2))
def hypot_of_three_with_two_zeros(x, y, z):
    return math.hypot(x, y, z)


@report(at(1.0, 2.0, 3.0, gradient=(0.0, 0.0, 1.0)), wrt=(0, 1, 2))
def distance_with_two_equal_coordinates(x, y, z):
    return math.dist((x, y, z), (1.0, 2.0, 0.0))


@report(at(np.array([2.5]), gradient=[0.0]))
def deviation_of_one_number(x):
    return np.std(x)


# A norm of differences: at equal numbers a kink, and 0 its smallest subgradient.
@report(at(np.full(3, 2.0), gradient=[0.0, 0.0, 0.0]))
def deviation_of_equal_numbers(x):
    return np.std(x)


@report(at(np.full(3, 2.0), gradient=[2 / 3, -1 / 3, -1 / 3]))
def standardised_equal_numbers(x):
    return (x[0] - np.mean(x)) / (np.std(x) + 1.0)


@report(at(np.array([2.0, 0.0, -1.0]), gradient=[0.5, 0.0, 0.0], hessian=[[-0.25, 0, 0], [0, 0, 0], [0, 0, 0]]))
def logarithm_where_it_exists(x):
    return np.sum(np.where(x > 0.0, np.log(x), 0.0))


@report(at(np.array([2.0, 3.0, 0.0, 0.0]), gradient=[0, 0, 0, 0], hessian=[[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 6], [0, 0, 6, 0]]))
def product_with_two_zeros(x):
    return np.prod(x)


@report(at(np.array([0.0, 2.0, 3.0]), gradient=[9.0, 0.0, 0.0]))
def products_of_all_beginnings_with_a_zero(x):
    return np.sum(np.cumprod(x))


# What is made of signs alone does not move: which of the equal ones comes first does not matter.
@report(at(np.array([0.5, 0.7, -0.2]), gradient=[1.0, 1.4, -0.4], hessian=2.0 * np.eye(3)))
def signs_sorted(x):
    return np.sum(np.sort(np.sign(x))) * np.sum(x**2)


@report(at(np.array([0.5, 0.7]), gradient=[1.0, 1.4], hessian=2.0 * np.eye(2)))
def largest_of_signs(x):
    return np.max(np.sign(x)) * np.sum(x**2)


# Equal constants in an array that gets what moves later: they stand still together, and no derivative is undecided for them.
@report(at(1.5, gradient=5.0, hessian=2.0))
def least_of_constants(a):
    y = np.ones(3)
    least = y.min()
    y[0] = a
    return a * a * least + np.sum(y) * 2.0


@report(at(np.array([1.3, 0.7]), gradient=[5.3, 1.3], hessian=[[2.0, 1.0], [1.0, 0.0]]))
def constants_sorted(x):
    y = np.ones(3)
    z = np.sort(y)
    y[0] = x[0]
    return z @ np.array([0.5, 0.25, 0.25]) * x[0] * x[1] + np.sum(y) * x[0]


# Equal elements that move alike.
@report(at(np.array([1.5, 0.4]), gradient=[1.2, 2.25], hessian=[[0.8, 3.0], [3.0, 0.0]]))
def largest_of_twins(x):
    return np.max(np.array([x[0], x[0], 1.0])) ** 2 * x[1]


@report(at(np.array([1.5, 0.4]), gradient=[9.4, 1.5], hessian=[[6.0, 1.0], [1.0, 0.0]]))
def twins_sorted(x):
    return np.sort(np.array([x[0], x[0], x[1]])) @ np.array([1.0, 2.0, 1.0]) * x[0]


# Which of two equal rows is the larger is not known from the values alone, but does not matter either.
@report(at(np.array([1.3, 0.7]), gradient=[1.82, 3.16], hessian=[[1.4, 2.6], [2.6, 4.2]]))
def larger_of_equal_rows(x):
    return np.sum(np.max(np.stack([x, x]), axis=0) ** 2) * x[1]


# Lengths that stay 0 whatever moves.
@report(at(np.array([1.5, 0.5]), gradient=[3.0, 1.0], hessian=2.0 * np.eye(2)))
def length_of_nothing(x):
    return np.linalg.norm(x * 0.0) + np.sum(x * x)


@report(at(np.array([1.5, 0.5]), gradient=[3.0, 1.0], hessian=2.0 * np.eye(2)))
def spread_of_nothing(x):
    return np.std(x - x) + np.sum(x * x)
