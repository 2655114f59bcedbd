"""Floats, integers and what they do at the edges: kinks, ties, infinities, NaN, overflow, cancellation, float32."""

import math

import numpy as np

from .registry import at, program

VECTOR = np.array([0.7, -1.2, 0.4, 1.9, -0.3])
INF = math.inf
NAN = math.nan


@program(at(np.array([2.0, -1.0, 0.0, 3.0]), gradient=np.array([0.5, 0.0, 0.0, 1 / 3])), at(np.array([2.0, 3.0])))
def log_then_zero_where_not_positive(x):
    a = np.log(x)
    a[x <= 0] = 0
    return np.sum(a)


@program(at(np.array([1000.0, 2.0, -3.0])), at(np.array([1000.0])), order=2)
def where_over_an_overflowing_exp(x):
    return np.sum(np.where(x > 100.0, x, np.exp(x)))


@program(at(np.array([4.0, 0.0]), gradient=np.array([0.25, 0.0])), at(np.array([4.0, 9.0]), gradient=np.array([0.25, 1 / 6])))
def where_over_a_root_at_zero(x):
    return np.sum(np.where(x > 0.0, np.sqrt(x), 0.0))


@program(at(np.array([0.0, 1.0])), at(np.array([2.0, 1.0])), order=2)
def where_over_a_division(x):
    safe = np.where(x == 0.0, 1.0, np.sin(x) / x)
    return np.sum(safe * x)


@program(at(0.0, gradient=NAN), at(4.0))
def root_squared(x):
    return np.sqrt(x) ** 2


@program(at(0.0, gradient=INF), at(4.0))
def root(x):
    return np.sqrt(x)


@program(at(0.0, gradient=INF), at(4.0), order=1)
def root_by_math(x):
    return math.sqrt(x)


@program(at(1e-200, 3.0), at(0.1, 3.0, gradient=(1.8, 0.06)), at(0.3, 10.0), wrt=(0, 1))
def near_tie_after_a_saved_product(a, b):
    product = a * b
    if a * b - product > 0.0:
        return 100.0 * a
    if product - 0.3 > 1e-300:
        return product * product
    return product * a


@program(at(VECTOR, gradient=np.ones(5)), at(np.full(1000, 0.1), gradient=np.ones(1000)))
def kahan_summation(x):
    total = 0.0
    correction = 0.0
    for v in x:
        y = v - correction
        t = total + y
        correction = (t - total) - y
        total = t
    return total


@program(at(np.full(50, 0.1)), at(VECTOR), order=2)
def kahan_sum_of_squares(x):
    total = 0.0
    correction = 0.0
    for v in x:
        y = v * v - correction
        t = total + y
        correction = (t - total) - y
        total = t
    return total


@program(
    at(np.array([1.0, NAN, 2.0]), gradient=np.array([2.0, NAN, 4.0])),
    at(np.array([1.0, INF, 2.0]), gradient=np.array([2.0, INF, 4.0])),
    at(np.array([1.0, -INF]), gradient=np.array([2.0, -INF])),
)
def nan_and_inf_pass_through(x):
    return np.sum(x * x)


@program(at(np.array([1.0, NAN, 2.0]), gradient=np.array([2.0, 0.0, 4.0])))
def nan_that_is_masked_out(x):
    return np.sum(np.where(np.isnan(x), 0.0, x * x))


@program(at(np.array([3.0, NAN]), gradient=np.array([6.0, 0.0])), at(np.array([3.0, 4.0]), gradient=np.array([6.0, 8.0])))
def nan_that_is_skipped_in_a_loop(x):
    total = 0.0
    for v in x:
        if math.isnan(v):
            continue
        total += v * v
    return total


@program(at(0.0, 1.0, gradient=(INF, 1.0)), wrt=(0, 1))
def infinite_slope_beside_a_finite_one(x, y):
    return y + np.sqrt(x)


@program(at(0.0, 0.0), at(1.0, 0.0), wrt=1)
def infinite_slope_of_what_is_not_asked(x, y):
    return y * 3.0 + np.sqrt(x)


@program(at(0.0, gradient=0.0), at(2.0), at(-2.0))
def absolute_value(x):
    return abs(x)


@program(at(np.array([0.0, -2.0, 3.0]), gradient=np.array([0.0, -1.0, 1.0])), at(VECTOR))
def absolute_values(x):
    return np.sum(np.abs(x))


@program(at(1.0, 1.0, gradient=(0.5, 0.5)), at(1.0, 2.0), at(2.0, 1.0), wrt=(0, 1))
def larger_of_two(x, y):
    return max(x, y)


@program(at(1.0, 1.0, gradient=(0.5, 0.5)), at(1.0, 2.0), at(2.0, 1.0), wrt=(0, 1))
def smaller_of_two(x, y):
    return min(x, y)


@program(at(1.0, 1.0, gradient=(0.5, 0.5)), at(1.0, 2.0), wrt=(0, 1))
def larger_of_two_by_numpy(x, y):
    return np.maximum(x, y)


@program(at(np.array([1.0, 3.0, 3.0]), gradient=np.array([0.0, 0.5, 0.5])), at(VECTOR), at(np.zeros(0), raises=ValueError))
def largest_with_a_tie(x):
    return np.max(x)


@program(at(1.5, 0.5, 1.0), at(0.2, 0.5, 1.0), at(0.7, 0.5, 1.0), wrt=(0, 1, 2))
def clamp(x, low, high):
    return max(low, min(x, high))


@program(at(np.array([0.0, 0.5, 1.0, 2.0, -1.0]), gradient=np.array([0.5, 1.0, 0.5, 0.0, 0.0])), at(VECTOR))
def clipped(x):
    return np.sum(np.clip(x, 0.0, 1.0))


@program(at(np.array([0.0, -1.0, 2.0]), gradient=np.array([0.0, 0.0, 1.0])), at(VECTOR))
def rectified_by_a_branch(x):
    total = 0.0
    for v in x:
        if v > 0.0:
            total += v
    return total


@program(at(np.zeros(3), gradient=np.zeros(3)), at(VECTOR))
def norm_at_zero(x):
    return np.linalg.norm(x)


@program(at(np.zeros(2), gradient=np.zeros(2)), at(np.array([3.0, 4.0])))
def norm_at_zero_written_out(x):
    return np.sqrt(np.sum(x * x))


@program(at(0.0, 2), at(0.0, 1), at(0.0, 0), at(1.5, -2), at(-1.5, 3), order=2)
def integer_power(x, n):
    return x**n


@program(at(2.0, 3.0), at(0.5, -1.5), wrt=(0, 1), order=2)
def float_power(x, y):
    return x**y


@program(at(-2.0), at(2.0), at(0.0), order=2)
def cube_of_a_negative_number(x):
    return x**3


@program(at(-2.0), at(2.0), order=2)
def constant_float_power_of_an_even_kind(x):
    return x**2.0


@program(at(np.array([0.0, 2.0, -1.0])), order=2)
def squares_at_zero(x):
    return np.sum(x**2)


@program(at(0.0, 0.0, raises=ZeroDivisionError), at(1.0, 3.0), wrt=(0, 1))
def python_division_by_zero(x, y):
    return x / y


@program(at(np.array([1.0, 2.0]), np.array([2.0, 4.0])), at(np.array([1.0]), np.array([0.0]), gradient=(INF, -INF)), wrt=(0, 1))
def numpy_division_by_zero(x, y):
    z = x / y
    return z[0]


@program(at(1000.0, raises=OverflowError), at(2.0))
def exponential_overflow_by_math(x):
    return math.exp(x)


@program(at(1000.0, gradient=INF), at(2.0))
def exponential_overflow_by_numpy(x):
    return np.exp(x)


@program(at(-1.0, raises=ValueError), at(0.0, raises=ValueError), at(2.0))
def logarithm_of_a_negative_number_by_math(x):
    return math.log(x)


@program(at(-1.0, raises=ValueError), at(4.0))
def root_of_a_negative_number_by_math(x):
    return math.sqrt(x)


@program(at(7.3, 2.1), at(-7.3, 2.1), at(7.3, -2.1), wrt=(0, 1))
def modulo_and_floor_division(x, y):
    return x % y + (x // y) * x


@program(at(0.5, -7, 3), at(0.5, 7, -3), at(0.5, 7, 0, raises=ZeroDivisionError))
def integer_division_rounds_down(x, a, b):
    return x * (a // b) + x * x * (a % b)


@program(at(2.7), at(-2.7), at(2.2))
def rounding(x):
    return x * (math.floor(x) + math.ceil(x) + int(x) + round(x) + np.trunc(x))


@program(at(0.7), at(-0.7), at(0.0, gradient=0.0))
def sign_has_no_slope(x):
    return np.sign(x) * x * x


@program(at(1.7, -2.0), at(1.7, 2.0), wrt=0)
def copied_sign(x, y):
    return math.copysign(x, y) * x


@program(at(0.3, 0.4), at(-0.3, 0.4), at(-0.3, -0.4), wrt=(0, 1), order=2)
def angle(y, x):
    return math.atan2(y, x) * math.hypot(x, y)


@program(at(0.3), order=2)
def functions_of_math(x):
    a = math.sin(x) + math.cos(x) * math.tan(x) + math.asin(x) * math.acos(x) + math.atan(x)
    b = math.sinh(x) * math.cosh(x) + math.tanh(x) + math.asinh(x) + math.atanh(x) * math.acosh(1.0 + x)
    c = math.exp(x) + math.expm1(x) * math.log1p(x) + math.log(x, 3.0) + math.log2(x) * math.log10(x)
    d = math.sqrt(x) + math.erf(x) * math.erfc(x) + math.fabs(-x) + math.pow(x, 1.5) + math.degrees(x) * math.radians(x)
    return a * b + c * d


@program(at(2.5))
def gamma_functions(x):
    return math.lgamma(x) + math.gamma(x)


@program(at(0.3), order=2)
def constants_of_math(x):
    return math.pi * x + math.e * x * x + math.tau


@program(at(VECTOR), order=2)
def functions_of_numpy(x):
    u = x * x * 0.2 + 0.05
    a = np.sin(u) + np.cos(u) * np.tan(u) + np.arcsin(u) * np.arccos(u) + np.arctan(u)
    b = np.sinh(u) * np.cosh(u) + np.tanh(u) + np.arcsinh(u) + np.arctanh(u) * np.arccosh(1.0 + u)
    c = np.exp(u) + np.expm1(u) * np.log1p(u) + np.log2(u) * np.log10(u) + np.cbrt(u) + np.exp2(u)
    d = np.sqrt(u) + np.square(u) + np.abs(-u) + np.power(u, 1.5) + np.reciprocal(u) + np.hypot(u, x)
    return np.sum(a * b + c * d)


@program(at(1e-9), at(0.5), order=2)
def small_differences_kept_by_log1p_and_expm1(x):
    return math.log1p(x) * math.expm1(x)


@program(at(1e-9, gradient=-1.0), terms=2e9)
def quotient_of_two_small_differences(x):
    """Its two paths are 1e9 and -1e9, their sum -1."""
    return math.log1p(x) / math.expm1(x)


@program(at(np.float32(0.7)), at(np.float32(-1.5)))
def single_precision_scalar(x):
    return x * x * np.float32(2.0) + np.sin(x)


@program(at(VECTOR.astype(np.float32)))
def single_precision_array(x):
    return np.sum(x * x * 2.0)


@program(at(VECTOR.astype(np.float32), VECTOR), wrt=(0, 1))
def mixed_precision(x, y):
    z = x * y
    return np.sum(z) + np.sum(x) * y[0]


@program(at(VECTOR.astype(np.float32), 3.0), wrt=(0, 1))
def python_float_stays_weak(x, s):
    y = x * s
    return y[0] * y[1]


@program(at(np.float64(1.0), np.float64(0.0), gradient=INF))
def numpy_scalar_divides_by_zero(x, y):
    return x / y


@program(at(3, 0.5), wrt=1)
def integer_and_float(n, x):
    return n * x + n / 2 + n**2 * x


@program(at(np.array([1, 2, 3]), VECTOR[:3]), wrt=1, order=2)
def integer_array_times_float_array(n, x):
    return np.sum(n * x**2) + np.sum(n / 2.0)


@program(at(np.array([True, False, True]), VECTOR[:3]), wrt=1, order=2)
def boolean_array_times_float_array(m, x):
    return np.sum(m * x * x) + np.sum(~m * x)


@program(at(True, 0.5), at(False, 0.5), wrt=1)
def boolean_in_arithmetic(flag, x):
    return flag * x + x * x * (1 - flag)


@program(at(2.0))
def float_from_an_integer_path(x):
    n = int(x * 3.7)
    return float(n) * x + bool(n) * x * x


@program(at(1e200), at(3.0))
def scaled_to_avoid_overflow(x):
    return (x / 1e200) * (1e200 / x) * math.log(x)


@program(at(1.0, 1e-17), at(1.0, 0.5), wrt=(0, 1), order=1)
def addition_that_loses_a_term(x, y):
    return (x + y) * x


@program(at(1.0, gradient=3.0))
def cancellation(x):
    return (x + 1e6) - (1e6 - x * x)


@program(at(0.0), at(-0.0), at(1.0), order=1)
def zero_times_something(x):
    return x * 0.0 + 0.0 * math.cos(x) + x


@program(at(0.0, 5.0), at(1.0, 5.0), wrt=(0, 1), order=2)
def product_at_zero(x, y):
    return x * y * x + x * x * x * y


@program(at(np.array([0.0, 2.0, 3.0])), at(np.array([0.0, 0.0, 3.0])), at(np.array([1.0, 2.0, 3.0])), at(np.zeros(0)), order=2)
def product_with_zeros(x):
    return np.prod(x)


@program(at(np.array([1e3, 1e3 + 1.0, -5.0])), at(VECTOR))
def logsumexp_stable(x):
    largest = np.max(x)
    return largest + np.log(np.sum(np.exp(x - largest)))


@program(at(40.0), at(-40.0), at(0.0), order=2)
def stable_sigmoid(x):
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    z = math.exp(x)
    return z / (1.0 + z)


@program(at(np.array([800.0, -800.0, 0.5])), order=2)
def softplus_by_where(x):
    return np.sum(np.where(x > 30.0, x, np.log1p(np.exp(np.minimum(x, 30.0)))))


@program(at(0.4, INF), at(0.5, INF, gradient=1.0), at(1.7, 2.0), wrt=0)
def infinity_as_a_start(x, best):
    for k in range(3):
        candidate = (x - k) ** 2
        if candidate < best:
            best = candidate
    return best


@program(at(0.0), at(0.3), order=2)
def sinc_by_a_branch(x):
    if abs(x) < 1e-4:
        return 1.0 - x * x / 6.0
    return math.sin(x) / x


@program(at(0.7), order=2)
def complex_number(x):
    return abs(x * 1j)


@program(at(2.0, 0.5), at(-2.0, 3.0), wrt=(0,))
def power_that_could_be_complex(x, y):
    z = x**y
    return z + 0.0 if z > 0.0 else z


SINGLE = np.array([0.3, 0.5, 0.75], np.float32)


@program(at(SINGLE))
def sum_of_single_precision_from_a_python_zero(x):
    s = 0.0
    for v in x:
        s += v * v
    return s * sum(v * v for v in x)


@program(at(SINGLE))
def single_precision_in_nested_and_open_loops(x):
    s, p, k = 0, 1.0, 0
    for _ in range(2):
        for v in x:
            if v > 0.4:
                s += v
    while k < 3:
        p = x[k] * p
        k += 1
    return s * p


@program(at(SINGLE))
def largest_of_single_precision(x):
    m = -math.inf
    for v in x:
        m = max(m, v)
    return m * m


@program(at(0.7, SINGLE), at(-5.0, SINGLE), wrt=(0, 1))
def largest_of_two_precisions(a, x):
    return max([a, x[0] * 0.3])


@program(at(np.tile(SINGLE, 30)))
def sum_of_single_precision_from_a_number_it_cannot_hold(x):
    s = 0.1
    for v in x:
        s = s + v
    return s


@program(at(SINGLE))
def moving_average_of_single_precision(x):
    s = 0.0
    for v in x:
        s = 0.9 * s + 0.25 * v
    return s * 0.5


@program(at(SINGLE))
def single_precision_after_a_loop(x):
    s = 0.0
    for v in x:
        s += v
    return s + 0.1


@program(at(np.array([0.0, 0.7]), gradient=[1.0, 0.0]), at(np.array([-0.4, 0.7])), order=2)
def signs_summed_one_by_one(x):
    total = 0.0
    for sign in np.sign(x):
        total += sign
    return total + x[0]


@program(at(np.array([0.0, 0.7]), gradient=[0.0, 1.0]), at(np.array([-0.4, 0.7])))
def signs_that_a_branch_asks(x):
    signs = np.sign(x)
    return np.sum(np.where(signs > 0.5, x, 0.0 * x)) + np.sum(signs)


@program(at(np.array([0.0, 2.0]), gradient=[1.0, 0.0]), at(np.array([-0.4, 0.7])))
def sign_that_a_branch_asks_in_a_loop(x):
    total = 0.0
    for sign in np.sign(x):
        if sign * 2.0 <= 0.0:
            total += x[0]
        else:
            total += abs(x[0]) * x[1]
    return total


def which_side(x):
    return np.sign(x)


@program(at(0.0, gradient=3.0), at(-0.3))
def sign_from_elsewhere_that_a_branch_asks(x):
    return 3.0 * x + abs(x) if which_side(x) <= 0.0 else 5.0 * x


# Constant between its jumps, so what is rounded is a factor.
@program(at(2.675, gradient=2.67), at(-0.125, gradient=-0.12), at(1234.5, gradient=1234.5))
def rounded_to_digits(x):
    return round(x, 2) * x + round(x, ndigits=-2) + round(x, 16) + round(x, 0)
