"""Small things that published code does, and that few write in a first program."""

import enum
import inspect
import operator
import sys
from collections import namedtuple
from functools import cache, wraps
from sys import float_info
from typing import NamedTuple, Optional, Union

import numpy as np

from .registry import at, program

VECTOR = np.array([0.7, -1.2, 0.4, 1.9, -0.3])


class Unit(enum.Enum):
    METRES = "m"
    FEET = "ft"


IN_METRES = {Unit.METRES: 1.0, Unit.FEET: 0.3048}
BY_KIND = {float: 2.0, int: 3.0}
Pair = namedtuple("Pair", "low high")


@program(at(1.5), at(1.5, Unit.FEET), order=2)
def tables_with_members_and_classes_as_keys(x, unit=Unit.METRES):
    known = Unit.FEET in IN_METRES and str not in BY_KIND
    return x**2 * IN_METRES[unit] * BY_KIND[type(x)] + sum(v for k, v in IN_METRES.items() if k is not unit) * known


@program(at(1.5), order=2)
def limits_of_floats_under_their_own_name(x):
    return x**3 + float_info.epsilon * x if x < float_info.max else sys.float_info.min


@program(at(VECTOR, 4, np.array([1, 4])), at(VECTOR, 4, np.array([[1, 2], [3, 5]])), at(VECTOR, 1, np.zeros(0, int)), order=2)
def number_among_those_of_an_array(v, k, places):
    y = v[k] * np.sum(v**2) if k in places else v[k] ** 2
    return y * 3.0 if "low" in v or None in v or v[0] not in v else y


@program(at([1.5, 2.5]), at([1.5, 2.5, 3.5], raises=TypeError), order=2)
def named_tuple_from_its_items(items):
    pair = Pair._make(items)
    twice = Pair._make(2.0 * x for x in pair)
    return pair.low * twice.high


@program(at(1.5), at(1.5, True), at(1.5, False), order=2)
def singletons(x, wanted=None):
    if wanted is True:
        return x**2
    if x is False or wanted is x:
        return 0.0
    return x**3 if (x > 1.0) is True else x


@program(at(1.5, 3, 3), at(1.5, 2, 3), order=2)
def small_integers_are_one_object(x, m, n):
    return x**2 * 2.0 if m is n else x


@program(at(VECTOR, 1), at(VECTOR, 2), order=2)
def end_of_a_slice_that_may_be_none(v, k):
    end = None if v[k] > 0.0 else -2
    start = None if k == 1 else k
    return np.sum(v[start:end] ** 2) + np.sum(v[-1:start:-1] ** 3) * np.sum(v[end::-2])


@program(at(VECTOR, 2), at(VECTOR, 0), order=2)
def list_of_empty_lists(v, n):
    groups = [[] for _ in range(n)]
    return np.sum(v**2) * (sum([len(g) + 1 for g in groups]) + 1.0)


def both(x, inverse=False):
    y = np.array([x, 2.0 * x])
    if not inverse:
        return y, None
    return y, 1.0 / y


@program(at(1.5), order=2)
def second_result_only_if_wanted(x):
    first, _ = both(x)
    _, inverse = both(x, inverse=True)
    return np.sum(first**3 * inverse)


@program(at((VECTOR, 0)), at((VECTOR.reshape(5, 1), 1)), order=2)
def axis_behind_a_star(given):
    def total(*parts):
        return np.sum(np.sum(parts[0] ** 2, axis=parts[1]) ** 2)

    return total(*given)


def line(p, x):
    slope, offset, *more = p
    return slope * x + offset + sum(more)


def model(x, a, b, c):
    return a * np.exp(-b * x) + c


@program(at(np.array([1.2, 0.4, 0.3]), 0.7), wrt=(0, 1), order=2)
def parameters_spread_from_an_array(p, x):
    return model(x, *p) * model(x, *p[::-1]) + line(p, x)


@program(at(np.array([1.2, 0.4, 0.3])), order=2)
def tuples_of_an_array(v):
    doubled = tuple(2.0 * w for w in v)
    plus = tuple(map(float, v + 1.0))
    named = dict(zip("abc", v))
    out = ()
    for w in v:
        out += (w * w,)
    return doubled[0] * plus[1] + named["c"] ** 2 * sum(out)


@program(at(0.7, 2), at(0.7, 3))
def rows_of_as_many_numbers_as_an_argument_says(x, n):
    rows = [[0.0] * n for _ in range(n)]
    for i in range(n):
        row = rows[i]
        for j in range(n):
            row[j] = x**i * (j + 1.0)
    return rows, sum(rows[-1]) ** 2


def rotation(a):
    return np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])


@program(at(np.array([0.3, 1.2, 0.4])), order=2)
def items_of_arrays_made_inside(v):
    turned = rotation(v[0]) @ v[1:]
    x, y = turned
    columns = ()
    for k in range(len(turned)):
        columns = columns + (turned[k] * x,)
    return model(y, *columns, v[0])


@program(at(np.array([[0.3, 1.2], [0.4, -0.5], [0.7, 0.2]])))
def lists_of_rows(m):
    rows = []
    for r in m:
        row = []
        for w in r:
            row.append(w * w)
        rows.append(row)
    return rows, [tuple(r) for r in m.T]


class Swizzled(NamedTuple):
    """A vector whose attributes are any of its axes."""

    x: float = 0.0
    y: float = 0.0

    def __getattr__(self, axes):
        if set(axes) <= set("xy"):
            return tuple(self["xy".index(axis)] for axis in axes)
        raise AttributeError(axes)

    def norm(self):
        return np.sqrt(self.x**2 + self.y**2)


@program(at(Swizzled(1.2, 0.7)), order=2)
def attributes_made_up_by_a_named_tuple(v):
    try:
        z = v.z
    except AttributeError:
        z = 2.0
    return v.norm() * v.yxy[2] + sum(v.xx) ** 2 * z


class Ellipsoid:
    def __init__(self, a, b):
        self.a = a
        self.b = b


@cache
def ellipsoid(name):
    return Ellipsoid(*{"sphere": (1.0, 1.0), "flat": (1.0, 0.8)}[name])


@cache
def table(n):
    return np.linspace(0.0, 1.0, n)


@program(at(0.7), at(0.7, "sphere"), order=2)
def objects_that_a_cached_function_keeps(x, name="flat"):
    body = ellipsoid(name)
    return x**2 * body.b / body.a + np.sum(table(5) * x**3) * ellipsoid("sphere").a


class Link:
    """A node that knows where one came from."""

    def __init__(self, x, parent=None, name="start"):
        self.x = x
        self.parent = parent
        self.name = name

    def path(self):
        node, back = self, []
        while node:
            back.append(node)
            node = node.parent
        return back[::-1]

    def cost(self):
        total, node, names = 0.0, self, []
        while node.parent is not None:
            total += (node.x - node.parent.x) ** 2
            names.append(node.name)
            node = node.parent
        return total * len(names)


GOAL = Link(3.0, Link(1.5, Link(1.0), "middle"), "end")


@program(at(0.7, 3), at(0.7, 0), order=2)
def chains_of_objects(x, n):
    chain = None
    for k in range(n):
        chain = Link(x**2 * k, chain)
    total = 0.0
    while chain:
        total += chain.x
        chain = chain.parent
    return total + sum([link.x for link in GOAL.path()]) * x**2 + Link(x, Link(x**2, Link(1.0))).cost()


def as_arrays(*names):
    """A decorator that looks up the names of the parameters."""

    def decorator(function):
        @wraps(function)
        def wrapper(*args, **kwargs):
            parameters = inspect.getfullargspec(function)
            args = list(args)
            for k, (name, value) in enumerate(zip(parameters.args, args, strict=False)):
                if name in names:
                    args[k] = np.asarray(value)
            for name in kwargs:
                if name in names:
                    kwargs[name] = np.asarray(kwargs[name])
            kwargs.setdefault("scale", parameters.defaults[0])
            return function(*args, **kwargs)

        return wrapper

    return decorator


@as_arrays("a", "b")
def scaled_product(a, b, scale=2.0):
    return np.sum(a * b) * scale


@program(at(0.7), order=2)
def decorated_by_one_that_asks_for_names(x):
    return scaled_product([x, 2.0], b=[x, x**2]) + scaled_product([x], [x], scale=x)


@program(at(np.array([0.7, 0.2]), 0.3), wrt=(0, 1), order=2)
def operators_called_by_their_names(v, x):
    m = np.eye(2) * x
    items = [x, 2.0]
    operator.setitem(items, 0, x**2)
    items.__setitem__(1, x)
    w = m.__matmul__(v).__add__(v.__neg__())
    assert isinstance(x, Union[float, int]) and not isinstance(v, Optional[str])  # noqa: UP007, UP045
    return np.sum(w.__pow__(2)) * sum(items)


class Offset(NamedTuple):
    """A vector that is false where it is zero."""

    x: float
    y: float

    def __bool__(self):
        return self.x != 0.0 or self.y != 0.0


@program(at(Offset(1.2, 0.7), Offset(0.0, 0.0)), at(Offset(1.2, 0.7), Offset(0.0, 1.0)), order=2)
def truth_of_a_named_tuple(v, w):
    total = v.x**2 * v.y if v else 0.0
    if not w:
        total += v.x**3
    return total * 2.0 if v and not w else total


NAMES = tuple("abcdefghijklmnopqrstuvwxyz")


@program(at(0.7), at(1.3), order=2)
def counters_that_must_be_known(x):
    k = place = 0
    found = {}
    for low in range(4):
        for j in range(3, low - 1, -1):
            found[NAMES[place]] = x**2 * k + place
            k += 1
            place += 4 - j
    return sum(found.values()) + found["b"] * k
