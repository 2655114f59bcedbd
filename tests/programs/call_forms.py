"""Functions of `math`, `statistics` and the builtins in the ways in which people call them, and the errors of calls that are wrong."""

# The programs are written as people write them.
# ruff: noqa

from __future__ import annotations

import enum
import functools
import itertools
import math
import operator
import statistics
import sys
from collections import OrderedDict, deque, namedtuple
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from .registry import at, program

HALF = Fraction(1, 2)
Pair = namedtuple("Pair", "a b")
NUMBERS = [0.5, 1.5, -0.3, 2.2]


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


# math -----------------------------------------------------------------------------------------------------------------


@program(at(0.7), at(-2.3), at(5.5), at(-1e-300), order=2)
def parts_of_floats(x):
    fraction, whole = math.modf(x)
    part, exponent = math.frexp(x)
    return fraction + whole * x * 0 + math.ldexp(x, 3) + math.ldexp(x, -1022) + math.ldexp(part, exponent) * 0


@program(
    at(0.7, 3), at(-2.3, -2), at(1e-310, 1070, gradient=math.inf), at(3.0, -1074, gradient=2.0**-1074), at(1e300, 400, raises=OverflowError)
)
def scaled_by_a_power_of_two(x, n):
    return math.ldexp(x, n)


@program(at(0.75), at(-6.0), at(1.25))
def mantissa_and_exponent(x):
    part, exponent = math.frexp(x)
    return part * 0.5**-exponent + exponent


@program(at(1.3, 2.0), at(1.5, 0.0), at(-5.0, 0.0), at(0.0, -1.0))
def neighbours(x, y):
    return math.nextafter(x, y) + math.ulp(x) * 2.0**52


@program(at([0.1] * 10), at([3.0]), order=2)
def exact_sum(items):
    return math.fsum(items)


@program(at(1.0), at(1e-20))
def exact_sum_of_small_and_large(x):
    return math.fsum([1e16, x, -1e16, 0.3]) + math.fsum([1e100, 1.0, -1e100, x])


@program(at(np.array([0.5, -1.5, 2.0]), 0.7), at(np.zeros(0), 0.7), order=2)
def exact_sums_of_many_things(v, x):
    rows = math.fsum(a * a for a in v) + math.fsum([x, 2, x * x]) + math.fsum(map(math.sin, v)) + math.fsum({1: x}.values())
    return rows * math.fsum(range(3)) + math.fsum([])


@program(at(np.array([math.inf, -math.inf]), raises=ValueError), at(np.array([1e308, 1e308]), raises=OverflowError))
def exact_sum_out_of_range(v):
    return math.fsum(v)


@program(at(np.array([0.5, 1.5, -0.3]), np.array([1.1, 0.4, 0.8])), at(np.ones(2), np.ones(3), raises=ValueError), order=2, wrt=(0, 1))
def distance_of_arrays(p, q):
    return math.dist(p, q) * math.dist(list(p), q)


@program(at(0.5, 7, 3), at(0.5, 3, 7), at(0.5, -1, 2, raises=ValueError), at(0.5, 7, -1, raises=ValueError))
def integers_counted(x, n, k):
    return x * (math.comb(n, k) + math.perm(n, k) + math.perm(max(n, 0)) + math.isqrt(n * n + k) + math.lcm(n, k, 4) + math.gcd(n, k))


@program(at(0.5, 30), at(0.5, 61))
def binomials_that_fit(x, n):
    return x * (math.comb(n, n // 2) / 1e9) + math.isqrt(2**62 + n) * x


# statistics -----------------------------------------------------------------------------------------------------------


@program(at([0.5, 1.5, 0.3]), at([1e3, 1e3 + 1.0, 1e3 + 2.5]), at([0.5], raises=statistics.StatisticsError), terms=1.0)
def spreads(data):
    return statistics.stdev(data) + statistics.pstdev(data) + statistics.variance(data, xbar=0.5) * 1e-9


@program(at([0.5, 1.5, 0.3]), at([1e3, 1e3 + 1.0, 1e3 + 2.5]), order=2, terms=1.0)
def squared_spreads(data):
    return statistics.variance(data) + 0.5 * statistics.pvariance(data)


@program(at([0.5, 1.5, 0.3]), at([2.0]), order=2)
def centers(data):
    means = statistics.mean(data) + statistics.fmean(data) * statistics.geometric_mean(data) + statistics.harmonic_mean(data)
    return means + statistics.mean(a * a for a in data) + statistics.fmean(data, weights=[b + 1 for b in data])


@program(at(np.array([0.5, 1.5, 0.3])), at(np.zeros(0), raises=statistics.StatisticsError))
def statistics_of_an_array(v):
    return statistics.mean(v) * statistics.stdev(v) + statistics.correlation(v, [a * a for a in v]) * statistics.covariance(v, list(v))


@program(at(0.7, 1.3), order=2, wrt=(0, 1))
def statistics_of_known_length(x, y):
    line = statistics.linear_regression([x, y, 2.0], [y, x * x, 1.0])
    return line.slope * statistics.median([x, y, 0.1]) + statistics.mean((x, y, 3)) + statistics.mean([1, 2, 4]) * x


@program(at(0.5, raises=TypeError))
def mean_of_text(x):
    return statistics.mean([x, "a"])


# Builtins ----------------------------------------------------------------------------------------------------------------


@program(at(0.7, 3), order=2)
def arguments_by_keyword(x, n):
    return (
        pow(base=x, exp=2) + round(number=x, ndigits=1) + round(number=n) * x + int("ff", 16) * x + int("101", base=2) * sum([x], start=1.0)
    )


@program(at(0.7), order=2)
def known_numbers_of_other_classes(x):
    a = x * HALF + HALF**2 * x + x**HALF + float(HALF) + abs(HALF) * x + int(b"12") * x
    levels = (
        [x, x * x, 3.0][Level.HIGH] + x**Level.HIGH + sum(x for _ in range(Level.HIGH)) + [x, 2.0][Level.LOW :][0] + abs(Level.HIGH) * x
    )
    return a + levels + (x if Level.LOW == 1 and Level.HIGH in (2, 3) else 0.0) + -Level.LOW * x + math.sqrt(Level.HIGH) * x


@program(at(0.7, 2), at(0.7, 9, raises=IndexError), at(0.7, -1))
def indices_of_other_classes(x, n):
    items = [x, 2.0 * x, 3.0 * x, 4.0]
    place = Place(n)
    items[place] = items[place] * 2.0
    items.insert(Place(1), x * x)
    return items[place] + operator.index(place) * x + items.pop(Place(0)) + (x if n in range(Place(5)) else 0.0)


class Place:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        return self.n


@program(at(0.5, raises=TypeError))
def a_float_for_an_index(x):
    items = [x, 2.0]
    return items.pop(1.0)


@program(at([0.5, 1.5], raises=ValueError))
def an_extended_slice_of_another_length(items):
    items = list(items)
    items[::2] = [1.0, 2.0]
    return items[0]


@program(at([0.5, 1.5], raises=ValueError))
def a_slice_without_a_step(items):
    return items[::0]


@program(at(0.5, 4, raises=KeyError), at(0.5, 2))
def a_key_that_is_a_number(x, n):
    return {1: x, 2: x * x}[n]


@program(at(0.5, raises=KeyError))
def a_key_that_is_a_tuple(x):
    return {"a": x}["a", 1]


@program(at(0.5, 4), at(0.5, 2))
def a_key_of_an_error(x, n):
    try:
        return {1: x, 2: x * x}[n]
    except KeyError as error:
        return 2.0 * x * error.args[0]


@program(at(0.7, 1.3, raises=TypeError))
def a_default_beside_several(x, y):
    return max(x, y, default=1.0)


@program(at(0.7, raises=TypeError))
def a_sum_of_text(x):
    return x * len(sum(["a", "b"], ""))


@program(at(0.7))
def classes_of_values(x):
    same = [x].__class__ is list and x.__class__ is float and {}.__class__ == dict and (1, x).__class__.__name__ == "tuple"
    return x if same and range(3).start == 0 and slice(1, 2).stop == 2 else 0.0


@program(at(0.7, 2))
def dispatched_by_class(x, n):
    return doubled_or_tripled(x) + doubled_or_tripled(n) + Pair._make([x, 2.0]).a


@functools.singledispatch
def doubled_or_tripled(a):
    return a * 2


@doubled_or_tripled.register
def _(a: int):
    return a * 3


# Objects --------------------------------------------------------------------------------------------------------------


@dataclass
class Point:
    a: float
    b: int = 2


class Shown:
    def __init__(self, x):
        self.x = x

    def __format__(self, spec):
        return f"{self.x:.1f}/{spec}"


@program(at(0.7))
def shown_objects(x):
    print(Point(x), [Point(1.0, 3)], f"{Shown(x):wide}", format(Shown(2.0)))
    return x


@program(at(0.7, raises=TypeError))
def a_format_of_no_format(x):
    return f"{Place(1):5}" and x


class Countdown:
    """An iterator of its own."""

    def __init__(self, n, x):
        self.n, self.x = n, x

    def __iter__(self):
        return self

    def __next__(self):
        if self.n <= 0:
            raise StopIteration
        self.n -= 1
        return self.x * self.n


class Steps:
    """Items by position, and no `__iter__`."""

    def __init__(self, x):
        self.items = [x, x * x, 3.0]

    def __getitem__(self, k):
        return self.items[k]


@program(at(0.7, 3), at(0.7, 0), order=2)
def iterators_of_its_own(x, n):
    total = 0.0
    for v in Countdown(n, x):
        total += v * v
    return total + sum(Countdown(4, x)) + sum(Steps(x)) + max(Steps(x)) + next(Countdown(2, x)) + next(Countdown(0, x), 5.0 * x)


@program(at(0.7, raises=StopIteration))
def an_iterator_at_its_end(x):
    return next(Countdown(0, x))


@program(at(0.7))
def unpacked_by_its_own(x):
    a, b, c = Steps(x)
    d, e = Countdown(2, x)
    return a * b + c + d + e


class Compared:
    def __init__(self, x):
        self.x = x

    def __iter__(self):
        return iter([self.x])

    def __lt__(self, other):
        return self.x < other.x

    def __gt__(self, other):
        return self.x > other.x

    def __eq__(self, other):
        return other is None or self.x == other.x


@program(at(0.7), at(2.5))
def extremes_of_what_iterates(x):
    return max(Compared(x), Compared(1.0)).x + 2.0 * min(Compared(x), Compared(1.0)).x + (x if Compared(x) == None else 0.0)


@program(at(0.7), at(-0.7))
def attributes_deleted(x):
    point = Place(x)
    point.extra = x * x
    if x > 0.0:
        del point.extra
    return point.n * (2.0 if hasattr(point, "extra") else 3.0)


@program(at(0.7, raises=AttributeError))
def an_attribute_deleted_twice(x):
    point = Place(x)
    del point.n
    del point.n
    return x


class Counted:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


@program(at(0.7, 2), at(0.7, -1, raises=ValueError))
def lengths_of_objects(x, n):
    return len(Counted(n)) * x


class Returns:
    def __init__(self):
        return 3


@program(at(0.7, raises=TypeError))
def an_initialiser_that_returns(x):
    Returns()
    return x


@program(at(0.7, raises=TypeError))
def an_object_that_is_called(x):
    return Place(1)(x)


# Methods of types, ranges, known things from outside --------------------------------------------------------------------

STEPS = range(2, 11, 3)
DECIMAL = Decimal("1.5")


class Color(enum.Enum):
    RED = 1.5
    GREEN = 2.5


@program(at(0.7), order=2)
def methods_of_types(x):
    items = list.copy([x, 2.0])
    list.append(items, x * x)
    named = sorted(["b", "A"], key=str.lower) == ["A", "b"] and list(map(str.strip, [" a", "b "])) == ["a", "b"]
    return sum(map(math.sin, items)) + dict.get({"a": x}, "a") * 2.0 + float.is_integer(x) + (x if named else 0.0)


@program(at(0.7, raises=TypeError))
def a_method_of_another_type(x):
    return x * len(str.upper(3))


@program(at(0.7, 3), at(0.7, 12), at(0.7, 5), at(0.7, -3))
def ranges_compared_and_cut(x, n):
    a = sum(x * k for k in range(n)[1:]) + sum(x**2 * k for k in range(n, -n, -2)[::2]) + len(range(10)[2:n])
    b = (x if n in STEPS else 0.0) + (x if n in range(20, 0, -5) else 1.0) + (x if n - 1 in range(0, n, 2) else 2.0)
    return (
        a
        + b
        + (x if range(n) == range(0, n, 1) else 3.0)
        + (x if range(n, n) == range(5, 1) else 4.0)
        + sum(STEPS[1:]) * x
        + STEPS[1]
        + STEPS.stop
    )


@program(at(0.7), order=2)
def known_things_from_outside(x):
    numbers = float(DECIMAL) * x + int(DECIMAL) + float(abs(DECIMAL)) + x * sys.float_info.epsilon + sys.maxsize * 0
    recent = sys.version_info >= (3, 8) and sys.version_info.major == sys.version_info[0]
    return numbers + math.sqrt(DECIMAL) * x + (x**2 if recent else 0.0) + Color["GREEN"].value * x


@program(at(np.array([0.5, 1.5, 0.3])))
def arrays_by_members_of_an_enum(v):
    return v[Level.HIGH] * v[Level.LOW :][0] * np.sum(v[: Level.HIGH])


@program(at(0.7, raises=KeyError))
def a_member_that_is_not_there(x):
    return Color["BLUE"].value * x


@program(at(0.7))
def keys_as_sets(x):
    a, b = {"a": x, "b": 2.0}, {"b": 1, "c": 2}
    shared = (
        a.keys() & b.keys() == {"b"} and a.keys() | {"z"} == {"a", "b", "z"} and a.keys() - b.keys() == {"a"} and a.keys() == {"b", "a"}
    )
    return sum(a[k] for k in a.keys() & b) * x + (x if shared and a.keys() != b.keys() else 0.0) + len(max(a)) * x


@program(at(0.7, raises=KeyError))
def a_member_removed_twice(x):
    s = {1}
    s.remove(7)
    return x


@program(at(0.7, raises=TypeError))
def a_map_of_nothing(x):
    return sum(map(math.sin)) + x


@program(at(0.7), refused="depends on how it was made")
def numbers_in_a_set(x):
    s = {8, 0, 16}
    s.discard(8)
    s.add(8)
    return [x * j for j in s][0]


@program(at(0.7))
def the_one_member_of_a_set(x):
    kinds = {type(a) for a in (x, 2.0)}
    return x * 3.0 if kinds.pop() is float and not kinds else x


@program(at(0.7, raises=KeyError))
def a_member_of_an_empty_set(x):
    s = {3}
    return x * s.pop() * s.pop()


@program(at(0.7), refused="which one it takes is chance")
def a_member_of_a_set_of_two(x):
    return x * {1, 2}.pop()


@program(at(0.7))
def sets_in_any_order(x):
    s = {8, 0, 16}
    s.discard(8)
    s.add(8)
    small = [x**k for k in {3, 1, 2}]
    return x * sum(s) + max(s) + sorted(s)[1] * x + small[0] + (x if any(s) and not all(s) else 0.0)


# Calls whose arguments do not fit: what CPython says, to a handler too -------------------------------------------------


class Needs:
    def __init__(self, a):
        self.a = a

    def method(self):
        return self.a


def named(a, b=2.0, *, k=1.0):
    return a * b * k


def only_positional(a, /):
    return a


@program(at(0.7))
def arguments_that_do_not_fit(x):
    total = 0.0
    for k in range(8):
        try:
            if k == 0:
                total += Needs().a
            elif k == 1:
                total += Needs(x).method(2.0)
            elif k == 2:
                total += named(1.0, 2.0, x, k=2.0)
            elif k == 3:
                total += only_positional(a=x)
            elif k == 4:
                total += math.sin(x, 2.0)
            elif k == 5:
                total += Pair(x)[0] + Point().a
            elif k == 6:
                total += (lambda a: a)(x, x) + [x].append()
            else:
                total += math.comb(5) * x
        except TypeError as error:
            print(error)
            total += x * k
    return total


@program(at(0.7, raises=TypeError))
def too_few_for_a_class(x):
    try:
        return Needs(x, x).a
    except TypeError as error:
        raise TypeError(str(error) + "!")


# Ends of deques, places of items, quantiles ------------------------------------------------------------------------------


@program(at(0.7, 1), at(0.7, -2), at(0.7, 0), at(0.7, 5))
def deques_turned(x, n):
    q = deque([x, 2.0, x * x])
    q.rotate(n)
    q.rotate()
    return q[0] + 10.0 * q[1] + 100.0 * q[2]


@program(at(0.7), order=2)
def places_from_a_place_on(x):
    return [x, 1.0, 2.0, 1.0].index(1.0, 2) * x + [1, 2, 3, 2].index(2, -2) * x + (1, 2, 1).index(1, 1, 3) * x + x**2


@program(at(0.7, raises=ValueError))
def a_place_that_is_not_looked_at(x):
    return [1, 2].index(1, 1) * x


@program(at(0.3, 2.0), at(0.999, 0.5), at(1.5, 1.0, raises=statistics.StatisticsError), order=2, wrt=(0, 1))
def quantiles(p, sigma):
    return statistics.NormalDist(1.0, sigma).inv_cdf(p) + statistics.NormalDist(sigma, 2.0).cdf(p)


# What NumPy does not go over, and the truth of arrays --------------------------------------------------------------------


@program(at(np.array([0.5, 1.5])), refused="NumPy does not go over an iterator")
def an_array_of_a_generator(v):
    return np.sum(a * a for a in v)


@program(at(np.array([0.5, 1.5])), refused="NumPy does not go over an iterator")
def an_array_of_a_view(v):
    return np.max({"a": v[0], "b": v[1]}.values())


@program(at(np.zeros(0), 0.5, raises=ValueError), at(np.zeros((2, 1)), 0.5, raises=ValueError), at(np.ones((1, 1)), 0.5), wrt=1)
def truth_of_arrays(v, x):
    return x if v else 2.0 * x


@program(at(np.array([0.5, 1.5, -0.3], np.float32)))
def statistics_of_single_precision(u):
    return statistics.pstdev(u) + statistics.fmean(u)


@program(at(np.array([3, 1, 2]), 0.5), wrt=1, refused="statistic of NumPy's integers")
def statistics_of_integers(i, x):
    return statistics.mean(i) * x


@program(at(0.7))
def keys_that_are_missing(x):
    total = 0.0
    for k in range(4):
        d = OrderedDict(a=x)
        try:
            if k == 0:
                del d["z"]
            elif k == 1:
                total += d.pop(3)
            elif k == 2:
                d.move_to_end("q")
            else:
                total += d["y", 1]
        except KeyError as error:
            print(error, error.args)
            total += x * len(error.args) * k
    return total


@program(at(0.7, raises=KeyError))
def a_missing_key_deleted(x):
    d = {"a": x}
    del d["z"]
    return x


@program(at(0.7, raises=KeyError))
def a_missing_key_popped(x):
    return {"a": x}.pop(3)


def in_order(items):
    return sorted(items, key=lambda a: -a)[0] + sorted([1.0, 2.0])[1]


def side_by_side(items):
    return sum(a * b for a, b in itertools.pairwise(items))


@program(at(np.array([0.5, 1.5, -0.3])), order=2)
def iterators_handed_on(v):
    return in_order(a * a for a in v) + in_order(iter(v)) * side_by_side(map(math.sin, v)) + side_by_side(iter(v)) + sorted(iter(v))[0]


@program(at(0.7))
def a_set_among_the_results(x):
    return x * x, {1, 2} | {3}, {"names": {"a", "b"}, "x": x}
