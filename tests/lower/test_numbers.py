"""Python's numbers: kinds, operators, errors, `math`."""

# The programs are written as people write them.
# ruff: noqa: E501, RUF005

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest

import everypath as ep
from everypath.errors import NotSupported

from .agreement import Programs, agree, interpreted

programs = Programs()
INF, NAN = math.inf, math.nan
PAIRS = ((7, 2), (-7, 2), (7, -2), (7.5, 2), (-7.5, 2.0), (7, 0), (7.0, 0), (0.0, 0.0), (True, 2), (2.0, 0.5), (INF, 2.0), (2.0, INF))


@programs.at(*PAIRS)
def arithmetic(x, y):
    return x + y, x - y, x * y, -x, +y, abs(x)


@programs.at(*PAIRS, (NAN, 1.0))
def true_division(x, y):
    return x / y


@programs.at(*PAIRS)
def floor_division(x, y):
    return x // y


@programs.at(*PAIRS, (-0.0, 3.0), (5.0, -INF))
def modulo(x, y):
    return x % y


@programs.at(*PAIRS)
def both_at_once(x, y):
    return divmod(x, y)


@programs.at(
    (0.0, -INF), (2.0, 3.0), (2.0, -3), (0.0, -1.0), (0.0, 0.0), (-2.0, 3.0), (-2.0, 3), (1e200, 2.0), (2.0, 2000.0), (INF, 2.0), (0.5, INF)
)
def power(x, y):
    return x**y


@programs.at((3,), (-3,), (2.5,), (0,), (True,))
def squares_and_cubes(x):
    return x**2, x**3, x**1, x**0, pow(x, 2)


@programs.at((1e200,), (-1e155,), (3.0,), (INF,))
def square_out_of_range(x):
    return x**2


@programs.at((4,), (0,), (0.5,), (0.0,))
def reciprocal(x):
    return x**-1


@programs.at((0.0,), (2.0,), (1e-200,))
def minus_two(x):
    return x**-2


@programs.at((6, 3), (6, -1), (-6, 2), (6, 0), (1, 61))
def bits(n, m):
    return n & m, n | m, n ^ m, ~n, n << m


@programs.at((6, 3), (-6, 1), (6, 70), (6, -1))
def shift_right(n, m):
    return n >> m


@programs.at((True, False), (True, True))
def logic_on_booleans(a, b):
    return a & b, a | b, a ^ b, a + b, not a, a == b, a * 2.0


@programs.at((1, 2.0), (2, 2), (3.0, 2), (NAN, 1.0), (True, 1))
def comparisons(x, y):
    return x < y, x <= y, x > y, x >= y, x == y, x != y


@programs.at((1.0, 2.0, 3.0), (1.0, 3.0, 2.0), (3.0, 2.0, 1.0))
def chain(a, b, c):
    return a < b < c, a < b > c, a < b <= c < 10


@programs.at((2.5,), (3.5,), (-2.5,), (7,), (NAN,), (INF,))
def to_integers(x):
    return int(x), round(x), math.floor(x), math.ceil(x), math.trunc(x)


@programs.at((2,), (2.5,), (True,))
def conversions(x):
    return float(x), int(x), bool(x), round(x)


@programs.at((3, 5.0), (5.0, 3), (2.0, 2), (NAN, 1.0), (1.0, NAN), (0.0, -0.0), (-0.0, 0.0))
def least_and_greatest(x, y):
    return min(x * 1.0, y * 1.0), max(x * 1.0, y * 1.0), min((x * 1.0, y * 1.0, 4.0)), max([x * 1.0, 2.0])


ONE_ARGUMENT = "sin cos tan exp expm1 sqrt log log2 log10 log1p asin acos atan sinh cosh tanh asinh acosh atanh erf erfc gamma lgamma fabs exp2 cbrt degrees radians"


@pytest.mark.parametrize("name", [n for n in ONE_ARGUMENT.split() if hasattr(math, n)])
@pytest.mark.parametrize("x", [0.5, 1.0, 0.0, -0.5, -1.0, -2.0, 1.5, 800.0, -800.0, 180.0, INF, -INF, NAN, 3])
def test_math(name: str, x: float) -> None:
    function = getattr(math, name)
    if name != "lgamma" or x != -INF:  # SciPy's gammaln, the meaning of the op, has another sign there
        agree(lambda x: function(x), (x,))


@pytest.mark.parametrize(
    "run", [lambda n: n * n, lambda n: n + n, lambda n: -n - n - 2, lambda n: n**3, lambda n: n << 4, lambda n: int(n * 1e10)]
)
def test_an_integer_past_64_bits_is_an_error(run) -> None:
    with pytest.raises(OverflowError, match="does not fit in 64 bits"):
        interpreted(run, (2**62,))


def test_a_complex_power_is_refused() -> None:
    with pytest.raises(NotSupported, match="complex"):
        interpreted(lambda x: x**0.5, (-1.0,))


@pytest.mark.parametrize("name", "atan2 copysign fmod pow remainder hypot log isclose".split())
@pytest.mark.parametrize(
    "x, y",
    [
        (3.0, 2.0),
        (-3.0, 2.0),
        (3.0, -2.5),
        (0.0, -1.0),
        (0.0, 0.0),
        (3.0, 0.0),
        (INF, 2.0),
        (2.0, INF),
        (-2.0, 0.5),
        (1e200, 2.0),
        (NAN, 1.0),
    ]
    + [(8.0, 1.0), (7.5, 2.5), (5.0, 2.0), (7.0, 2.0), (2.0, 2.0 + 1e-12)],
)
def test_math_of_two(name: str, x: float, y: float) -> None:
    function = getattr(math, name)
    agree(lambda x, y: function(x, y), (x, y))


@programs.at((12, 18), (0, 5), (-4, 6))
def number_theory(n, m):
    return math.gcd(n, m), math.factorial(abs(n) % 7)


@programs.at((20,), (-1,))
def factorial(n):
    return math.factorial(n)


@programs.at(
    (3.0, 4.0),
)
def more_of_math(x, y):
    return math.hypot(x, y, 12.0), math.dist((x, y), (0.0, 1.0)), math.prod([x, y, 2]), math.isnan(x), math.isfinite(y), math.isinf(x)


@programs.at((2.0,))
def constants(x):
    return math.pi * x, math.e, math.tau, 1e308 * 10 if x > 5 else 2 * math.pi


@programs.at((np.float64(0.0),), (np.float64(2.0),))
def numpy_scalars_follow_numpy(x):
    return 1.0 / x


@programs.at((np.array([1.0, 0.0]),))
def elements_follow_numpy(x):
    return x[0] / x[1], float(x[0]), math.exp(x[0])


@programs.at((np.array([1.0, 0.0]),))
def a_float_of_an_element_follows_python(x):
    return 1.0 / float(x[1])


@programs.at((np.float32(1.5), 2.0), (np.int64(7), 2))
def weak_and_strong(x, y):
    return x * y, y * x, x + 1, x > y


@programs.at((1.5,), (0.0,))
def literals_fold(x):
    return x * (2 + 3) ** 2 // 4 - (7 % 3) / 2 + (1 if 3 > 2 else x)


@programs.at((5,), (4,))
def parity(n):
    return n % 2 == 0, n // 2, -n // 2, -(n // 2)


@programs.at(([1e16, 1.0, -1e16, 0.3],), ([1e100, 1.0, -1e100, 1e-20],), ([2.0**53, 1.0, 2.0**-60],), ([2.0**53, 1.0, -(2.0**-60)],))
def exactly_rounded_sum(items):
    return math.fsum(items)


@programs.at(([1e8, 1e8 + 1.0, 1e8 + 2.5],))
def spread_of_large_numbers(data):
    return statistics.variance(data)


@pytest.mark.parametrize("function, arguments", programs.cases, ids=programs.names)
def test_agrees(function, arguments) -> None:
    agree(function, arguments)


mixed = Programs()
ARRAYS = ((np.array([]),), (np.array([0.0]),), (np.array([1.0, -1.0]),), (np.array([2.0, 4.0]),))


@mixed.at(*ARRAYS)
def mean(x):
    s = 0.0
    for v in x:
        s += v
    return float(s / len(x))


@mixed.at(*ARRAYS)
def divides_by_a_sum(x):
    s = 0.0
    for i in range(len(x)):
        s = s + x[i]
    return float(1.0 / s)


@mixed.at(*ARRAYS)
def divides_inside(x):
    s = 0.0
    total = 0.0
    for v in x:
        total += float(1 / s)
        s += v
    return total


@mixed.at(*ARRAYS)
def adds_on_one_path(x):
    s = 0.0
    for v in x:
        if v > 0:
            s += v
    return float(1.0 / s)


@mixed.at(*ARRAYS)
def adds_in_a_while(x):
    s = 0.0
    i = 0
    while i < len(x):
        s += x[i]
        i += 1
    return float(3.0 % s)


@mixed.at(*ARRAYS)
def adds_in_nested_loops(x):
    s = 0
    for i in range(len(x)):
        for j in range(i):
            s -= x[i] * x[j]
    return float(1.0 / -s)


@mixed.at(*ARRAYS)
def on_one_path(x):
    s = 0.0
    if len(x) > 0:
        s = x[0]
    return float(inverse(s))


def inverse(s):
    return 1.0 / s


@pytest.mark.parametrize("function, arguments", mixed.cases, ids=mixed.names)
def test_a_sum_that_met_no_element_follows_python(function, arguments) -> None:
    agree(function, arguments)


def single_precision_after_a_loop(x):
    s = 0.0
    for v in x:
        s += v
    return s + 0.1


def test_a_number_that_single_precision_cannot_hold_is_an_error() -> None:
    agree(single_precision_after_a_loop, (np.ones(2, np.float32),))
    with pytest.raises(NotSupported, match=r"start from np\.float32"):
        interpreted(single_precision_after_a_loop, (np.ones(0, np.float32),))


class Switch:
    def __init__(self, level):
        self.level = level

    def __bool__(self):
        return self.level > 0.5


truths = Programs()


@truths.at((1.0, 1.0, np.ones(2)), (-1.0, 1.0, np.ones(2)), (1.0, -1.0, np.ones(2)))
def what_a_class_says_of_its_truth(a, b, x):
    switch = Switch(a)
    total = 0.0
    for v in x:
        total += 1.5 if switch else 0.5
        switch.level += 2.0 if b > 0 else v
    return total


@truths.at((1.0, 1.0, np.ones(2)), (1.0, -1.0, np.ones(2)))
def a_comparison_on_one_path_pythons(a, b, x):
    holds = a > 0.5 if b > 0 else x[0] > 0.5
    return float(holds * 2.0 + (holds & True) + (1 if holds else 0)), bool(holds | (a > 3.0)), isinstance(holds, bool)


@truths.at((1.0, 1.0, np.ones(2)), (1.0, -1.0, np.ones(2)))
def a_number_on_one_path_pythons(a, b, x):
    s = a if b > 0 else x[0]
    kinds = isinstance(s, float), isinstance(s, np.floating), hasattr(s, "shape"), hasattr(s, "real")
    return kinds, 2.0 * a if type(s) is float else 3.0 * a, type(s) is np.float64


@truths.at((1.0, 1.0, np.ones(2)), (1.0, -1.0, np.ones(2)))
def a_count_on_one_path_pythons(a, b, x):
    n = 3 if b > 0 else np.int64(3)
    return a * 2.0 if isinstance(n, int) else a * 3.0


@pytest.mark.parametrize("function, arguments", truths.cases, ids=truths.names)
def test_a_truth_that_may_be_pythons_or_numpys(function, arguments) -> None:
    agree(function, arguments)


@pytest.mark.parametrize("twice", [lambda t: t + t, lambda t: t * t, lambda t: ~t])
def test_such_a_truth_is_no_integer(twice) -> None:
    def f(a, b, x):
        return twice(a > 0.5 if b > 0 else x[0] > 0.5) * a

    assert interpreted(f, (1.5, -1.0, np.ones(2))) == f(1.5, -1.0, np.ones(2))
    with pytest.raises(NotSupported, match=r"write int\(…\)"):
        interpreted(f, (1.5, 1.0, np.ones(2)))


def test_the_parts_of_a_bool_are_ints() -> None:
    agree(lambda t, n: (t.real, t.imag, n.real, t.numerator, (n > 2).real, n.denominator), (True, 3))


def test_a_number_of_numpys_says_how_often_a_sequence_is_repeated() -> None:
    def f(x, n):
        return [x] * n, np.int8(2) * (x, 1.0), np.array([0.0] * n), "ab" * 2 + "c" * True, ([x] * np.int8(2))[1]

    agree(f, (1.5, np.int64(2)))
    for wrong in (lambda x: [x] * np.float64(2), lambda x: np.bool_(True) * (x,)):
        agree(wrong, (1.5,))


def test_known_integers_beyond_64_bits_are_what_python_makes_of_them() -> None:
    def f(x):
        p = 1
        for k in (10**9, 10**9, 10**9):
            p = p * k
        n = 2**100 if x > 1.0 else 3
        planck = 6.626 * 10**34 / 10**68 * x
        return x / math.factorial(30), math.comb(100, 50) * x, 10**25 // 10**20 * x, x < 10**20, 2**100, -(10**30) * x, p * x, n * x, planck

    agree(f, (1.5,))
    agree(lambda a: (a * 10**23, a.astype(np.float32) / 2**70, 10**30 + 1j * a), (np.ones(2),))
    for beside_an_integer in (lambda n: n * 10**20, lambda n: range(10**20)[n], lambda n: np.arange(3)[n] < 10**20):
        with pytest.raises(NotSupported, match="does not fit in 64 bits"):
            interpreted(beside_an_integer, (1_000,))


def test_factorials_beyond_64_bits_are_known_in_the_turns_of_a_loop() -> None:
    def sine(x, n):
        total = 0.0
        for k in range(n):
            total += (-1) ** k * x ** (2 * k + 1) / math.factorial(2 * k + 1)
        return total + sum(x**k / math.factorial(k) for k in range(22))

    f = ep.compile(sine)
    for n in (2, 12):  # what was compiled for the first says no, and is compiled anew
        assert f(0.7, n) == sine(0.7, n)
        ep.check_grads(sine, (0.7, n), directions=1)
    with pytest.raises(NotSupported, match="21! and beyond do not fit in 64 bits"):
        f(0.7, 40)
