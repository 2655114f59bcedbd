"""Calls, closures, recursion, methods, captured values, derivatives inside."""

# The programs are written as people write them.
# ruff: noqa: B023

from __future__ import annotations

import dataclasses
import functools
import math
import types
from typing import NamedTuple

import numpy as np
import pytest

import everypath.api as ep
from everypath.errors import NotSupported

from .agreement import Programs, agree, interpreted, same

programs = Programs()
X = np.array([1.0, -2.0, 3.0, 0.5])
RATE = 0.5
STEPS = 3
WEIGHTS = np.array([1.0, 2.0, 3.0, 4.0])
CONFIG = {"rate": 0.25, "sizes": [2, 3], "name": "fast"}
SETTINGS = types.SimpleNamespace(rate=2.5, name="x")


def square(x):
    return x * x


def scaled(x, by=2.0, *, plus=0, **others):
    return x * by + plus + sum(others.values())


def variadic(first, *rest, last=1.0):
    total = first * last
    for item in rest:
        total += item
    return total, len(rest)


def design(t, n):
    columns = [np.ones_like(t)]
    for k in range(1, n + 1):
        columns.append(np.sin(0.3 * k * t))
    return np.column_stack(columns)


@programs.at((np.arange(3),))
def numbers_known_where_a_helper_is_called(t):
    return design(t, 2), design(t, 1)


@programs.at((3.0,), (3,))
def plain_calls(x):
    return square(x) + square(square(x) + 1)


@programs.at((3.0,))
def keywords_and_defaults(x):
    options = {"plus": 1, "extra": x}
    return scaled(x), scaled(x, 3), scaled(x, plus=1), scaled(by=x, x=2), scaled(x, **options), scaled(*(x, 4.0))


@programs.at((3.0,))
def star_arguments(x):
    items = [x, 2.0]
    return variadic(x), variadic(x, 1, 2), variadic(*items, *items, last=2.0)


@programs.at((2.0, 3), (2.0, 0))
def captured_numbers(x, n):
    total = RATE * x
    for i in range(STEPS):
        total += WEIGHTS[i] * CONFIG["rate"] * SETTINGS.rate + len(CONFIG["sizes"])
    return float(total) + CONFIG["sizes"][1]


@programs.at((2.0,))
def captured_in_a_callee(x):
    return uses_a_global(x) + uses_a_global(x + 1)


def uses_a_global(x):
    return x * RATE + float(WEIGHTS[1])


@programs.at((5,), (0,))
def recursion(n):
    return factorial(n)


def factorial(n):
    if n <= 1:
        return 1
    return n * factorial(n - 1)


@programs.at((10,), (1,))
def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


@programs.at((7,), (4,))
def mutual_recursion(n):
    return is_even(n), is_odd(n)


def is_even(n):
    return True if n == 0 else is_odd(n - 1)


def is_odd(n):
    if n == 0:
        return False
    return is_even(n - 1)


@programs.at((X,), (np.array([]),))
def recursion_over_slices(x):
    if len(x) == 0:
        return 0.0
    return recursion_over_slices(x[1:]) * 0.5 + float(x[0])


@programs.at((5, 1.0))
def recursion_that_widens(n, x):
    return 0 if n == 0 else x + recursion_that_widens(n - 1, x)


@programs.at((3.0,))
def inner_functions(x):
    y = x * 2

    def inner(z, scale=y):
        return z * scale + y

    y = y + 1
    return inner(1.0), inner(2.0, 3.0), (lambda t: t * y)(4.0)


@programs.at((3.0,))
def late_binding(x):
    functions = []
    for k in range(3):
        functions.append(lambda t: t * k)
    k = 10
    return functions[0](x), functions[2](x), [f(x) for f in [lambda t, k=k: t + k for k in (1, 2)]]


@programs.at((3.0,))
def changed_after_definition(x):
    y = 1.0

    def inner():
        return y * x

    first = inner()
    y = 5.0
    second = inner()
    for i in range(3):
        y += i
    return first, second, inner()


@programs.at((3.0,), (-1.0,))
def nonlocal_counter(x):
    count = 0
    total = 0.0

    def add(v):
        nonlocal count, total
        count += 1
        total += v
        return total

    add(x)
    for i in range(3):
        add(x * i)
        if x > 0:
            add(1.0)
    return count, total


@programs.at((3.0,))
def returned_closures(x):
    def maker(a):
        def made(b):
            return a * b + x

        return made

    double, triple = maker(2), maker(3.0)
    return double(x), triple(x), maker(x)(x)


@programs.at((3.0,))
def functions_as_arguments(x):
    def twice(f, v):
        return f(f(v))

    return twice(square, x), twice(lambda v: v + x, 1.0), twice(math.sqrt, x), apply(np.exp, x)


def apply(f, *args):
    return f(*args)


@programs.at((5,))
def inner_recursion(n):
    def down(k):
        return 1 if k == 0 else k * down(k - 1)

    return down(n)


@programs.at((3.0,), (-3.0,))
def unbound_free_variable(x):
    def inner():
        return y + 1

    if x > 0:
        y = x
    return inner()


@programs.at((3.0,))
def unbound_free_variable_always(x):
    def inner():
        return later

    result = inner()
    later = x
    return result + later


class Point(NamedTuple):
    x: float
    y: float = 2.0

    def norm(self):
        return math.hypot(self.x, self.y)


@dataclasses.dataclass
class Line:
    slope: float
    offset: float = 0.0
    log: list = dataclasses.field(default_factory=list)

    scale = 2.0

    def at(self, x):
        return self.slope * x + self.offset

    def __call__(self, x):
        return self.at(x) * self.scale

    @property
    def root(self):
        return -self.offset / self.slope

    @staticmethod
    def unit():
        return 1.0

    @classmethod
    def flat(cls, y):
        return cls(0.0, y)


@programs.at((Line(2.0, 1.0), 3.0))
def methods(line, x):
    return line.at(x), line(x), line.root, line.unit(), Line.flat(x).offset, line.scale, Line.unit()


@programs.at((3.0,))
def made_instances(x):
    line = Line(x)
    line.offset = x * 2
    line.slope += 1
    other = dataclasses.replace(line, slope=1.0)
    for i in range(3):
        other.offset += i * x
    return line, other, isinstance(line, Line), Point(x), Point(x, y=1.0)._replace(x=2.0), Point(3.0, 4.0).norm()


@programs.at((Point(1.0, 2.0),))
def named_tuples(p):
    x, y = p
    return p.x + p[1], Point(y, x), p._asdict(), isinstance(p, tuple)


@programs.at((2.0,))
def partials(x):
    return HALF(x)


HALF = functools.partial(scaled, 0.5)


@programs.at((3.0,))
def mutated_by_a_callee(x):
    items = [x]
    push(items, x * 2)
    push(items, 1.0)
    table = {"a": x}
    put(table, "b", 3)
    same_list = push(items, 0.0)
    same_list[0] = 7.0
    return items, table, items is same_list


def push(items, value):
    items.append(value)
    return items


def put(table, key, value):
    table[key] = value


@programs.at((np.zeros(3),))
def arrays_written_by_a_callee(x):
    fill(x, 2.0)
    fill(x[1:], 3.0)
    return float(np.sum(x))


def fill(x, value):
    for i in range(len(x)):
        x[i] = value * (i + 1)


@programs.at((3.0, "double"), (3.0, "half"), (3.0, None))
def options(x, mode):
    if mode == "double":
        return x * 2
    if mode is None:
        return x
    return pick(x, mode in ("half", "quarter"), kind=mode)


def pick(x, halved, kind):
    return x / 2 if halved and kind.startswith("h") else x


@programs.at((2.0, 1), (2.0, 0))
def static_parameter_of_a_callee(x, k):
    return chosen((x, [x, 2 * x]), 1)[1] + chosen((x, 1.0), 0)


def chosen(pair, k):
    return pair[k]


@programs.at((1.0,), (1,), (np.float32(1),), (np.array([1.0]),), (True,), ([1.0],), (None,))
def types_asked_for(x):
    return isinstance(x, float), isinstance(x, (int, np.ndarray)), type(x) is float, isinstance(x, (list, type(None))), callable(x)


@programs.at((2.0,))
def in_a_callee_that_raises(x):
    return must_be_negative(x)


def must_be_negative(x):
    if x >= 0:
        raise ValueError(f"{x} is not negative")
    return x


@programs.at((2.0,), (-2.0,))
def raising_function_on_one_path(x):
    y = always_raises(x) if x > 0 else x
    return y


def always_raises(x):
    raise RuntimeError("no")


def along(x, axis=-1):
    if axis == -1:
        axis = x.ndim - 1
    return x / np.sum(x, axis=axis, keepdims=True)


def counted_from_behind(x, k):
    k = k if k >= 0 else len(x) + k
    return (x[0], 2.0 * x[1], "text")[k]


@programs.at((X,))
def an_axis_that_a_branch_decides(x):
    return along(x), along(np.stack([x, x]), 0), counted_from_behind(x, -3), counted_from_behind(x, 0)


ROWS = {"n": 3}
COLUMNS = 3


def doubled(x, n, m):
    rows = [[0] * m for _ in range(n)]
    for i in range(n):
        rows[i][0] = 2.0 * x[i]
    return rows


def if_it_can_be(rows):
    return "it cannot" if abs(rows[0][0]) < 1e-10 else rows


@programs.at(([0.6, 0.5, 0.5],))
def captured_sizes_that_are_asked_for_in_a_loop(x):
    for _ in range(20):
        found = if_it_can_be(doubled(x, ROWS["n"], COLUMNS))
        step = [found[i][0] for i in range(COLUMNS)]
        x = [x[i] - 0.25 * step[i] for i in range(ROWS["n"])]
    return x


@pytest.mark.parametrize("function, arguments", programs.cases, ids=programs.names)
def test_agrees(function, arguments) -> None:
    agree(function, arguments)


# Derivatives inside ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "function, expected",
    [
        (lambda x: ep.grad(square)(x), 6.0),
        (lambda x: ep.grad(lambda v: v * v * x)(x), 18.0),
        (lambda x: ep.grad(lambda a, b: a * b * b, wrt=1)(x, 2.0), 12.0),
        (lambda x: ep.grad(lambda a, b: a * b * b, ("a", "b"))(x, 2.0), (4.0, 12.0)),
        (lambda x: ep.grad(lambda a, *rest: a * rest[1], 2)(x, 2.0, 5.0), 3.0),
        (lambda x: ep.value_and_grad(lambda v: v**3)(x), (27.0, 27.0)),
        (lambda x: ep.grad(ep.grad(lambda v: v**3 * x))(x), 54.0),
        (lambda x: ep.grad(lambda v: (v * v, v + 1), has_aux=True)(x), (6.0, 4.0)),
        (lambda x: ep.jvp(lambda a, b: a * b, (x, 2.0), (1.0, 10.0)), (6.0, 32.0)),
        (lambda x: ep.hvp(lambda v: v**3)(x, 2.0), 36.0),
        (lambda x: ep.hessian(lambda v: v**3)(x), 18.0),
        (lambda x: ep.jacobian(lambda v: (v, [v * v]))(x), (1.0, [6.0])),
        (lambda x: ep.vjp(lambda a, b: a * b, x, 2.0)[1](1.0), (2.0, 3.0)),
        (lambda x: ep.grad(math.sin)(x), math.cos(3.0)),
        (lambda x: ep.grad(Line(2.0).at)(x), 2.0),
        (lambda x: ep.grad(lambda p: p["a"][0] * p["a"][1])({"a": (x, 2.0), "n": 3}), {"a": (2.0, 3.0), "n": None}),
        (lambda x: ep.compile(square)(x), 9.0),
        (lambda x: SLOPE(x), 6.0),
        (lambda x: CURVATURE(x), 2.0),
    ],
)
def test_derivatives_inside(function, expected) -> None:
    same(interpreted(function, (3.0,)), expected)


SLOPE = ep.grad(square)
CURVATURE = ep.hessian(square)


def test_jacobians_of_arrays_inside() -> None:
    x = np.array([1.0, 2.0, 3.0])
    got = interpreted(lambda x: ep.jacobian(lambda v: v[1:] * v[:-1])(x), (x,))
    np.testing.assert_allclose(got, [[2.0, 1.0, 0.0], [0.0, 3.0, 2.0]])
    got = interpreted(lambda x: ep.hessian(lambda v: np.sum(v**3) * v[0])(x), (x,))
    np.testing.assert_allclose(got, ep.hessian(lambda v: np.sum(v**3) * v[0], backend="interpreter")(x))


def test_a_pullback_remembers_its_arguments() -> None:
    def f(x):
        y = x * 1.0
        value, pullback = ep.vjp(lambda v: np.sum(v * v), y)
        y[0] = 100.0
        return value, pullback(1.0)[0], pullback(2.0)[0]

    value, first, second = interpreted(f, (np.array([1.0, 2.0]),))
    np.testing.assert_allclose(first, [2.0, 4.0])
    np.testing.assert_allclose(second, [4.0, 8.0])
    assert value == 5.0


def test_a_gradient_inside_leaves_what_the_function_writes_alone() -> None:
    def f(x):
        def g(v):
            v[0] = v[0] * v[1]
            return np.sum(v)

        slope = ep.grad(g)(x)
        return slope, x

    slope, x = interpreted(f, (np.array([1.0, 2.0]),))
    np.testing.assert_allclose(slope, [2.0, 2.0])
    np.testing.assert_allclose(x, [1.0, 2.0])


# What is captured ------------------------------------------------------------------------------------------------------


def test_a_global_is_a_parameter() -> None:
    global RATE
    old = RATE
    try:
        RATE = 10.0
        assert interpreted(uses_a_global, (1.0,)) == 12.0
    finally:
        RATE = old


def test_a_closure_cell_is_a_parameter() -> None:
    a = 2.0

    def f(x):
        return a * x

    assert interpreted(f, (3.0,)) == 6.0
    a = 5.0
    assert interpreted(f, (3.0,)) == 15.0


def test_two_lambdas_on_a_line_are_told_apart() -> None:
    f, g = (lambda x: x * 2), (lambda x: x * 3)
    assert interpreted(f, (1.0,)) == 2.0
    assert interpreted(g, (1.0,)) == 3.0
    h = lambda x: (lambda y: y + x)(x * 10)  # noqa: E731
    assert interpreted(h, (1.0,)) == 11.0


def of_rows(x, axis=None):
    if axis == 1:
        return x * 2
    elif axis == 0:
        return of_rows(x.T, axis=1).T
    else:
        return of_rows(x, axis=1).ravel()


@pytest.mark.parametrize("axis", [None, 0])
def test_a_function_that_calls_itself_along_another_axis(axis) -> None:
    x = np.arange(6.0).reshape(2, 3)
    assert interpreted(lambda x: of_rows(x, axis), (x,)).tolist() == of_rows(x, axis).tolist()


def test_a_function_without_source_is_refused_where_it_is_called() -> None:
    made: dict = {}
    exec("def helper(x): return x + 1", made)
    helper = made["helper"]
    with pytest.raises(NotSupported, match="cannot call 'helper': its source can't be read") as caught:
        interpreted(lambda x: helper(x), (1.0,))
    assert caught.value.refusals[0][0].file == __file__
