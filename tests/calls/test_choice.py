"""What `wrt` chooses, and whose arguments they are: twice the same, of methods, of partial functions, of decorated functions."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import everypath as ep

BACKENDS = ("native", "interpreter")


def cubic(x, y):
    return x * x * y


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("wrt", [(0, 0), (1, -1), ("x", 0), ("y", "x", "y")])
def test_an_argument_that_is_named_twice_has_its_derivative_twice(wrt: tuple[int | str, ...], backend: str) -> None:
    numbers = [{"x": 0, "y": 1}.get(str(w), w) for w in wrt]
    first, second = (30.0, 9.0), ((10.0, 6.0), (6.0, 0.0))
    gradient = tuple(first[k] for k in numbers)
    blocks = tuple(tuple(second[i][j] for j in numbers) for i in numbers)
    assert ep.grad(cubic, wrt, backend=backend)(3.0, 5.0) == gradient
    assert ep.value_and_grad(cubic, wrt, backend=backend)(3.0, 5.0) == (45.0, gradient)
    assert ep.jacobian(cubic, wrt, backend=backend)(3.0, 5.0) == gradient
    assert ep.jacfwd(cubic, wrt, backend=backend)(3.0, 5.0) == gradient
    assert ep.explain(cubic, wrt, backend=backend)(3.0, 5.0).gradient == gradient
    assert ep.hessian(cubic, wrt, backend=backend)(3.0, 5.0) == blocks
    v = tuple(float(k + 1) for k in range(len(wrt)))
    product = tuple(sum(a * b for a, b in zip(row, v)) for row in blocks)
    assert ep.hvp(cubic, wrt, backend=backend)(3.0, 5.0, v) == product


def test_the_second_derivative_of_the_same_array_is_another_array() -> None:
    x = np.array([1.0, 2.0])
    one, two = ep.grad(lambda x: np.sum(x**3), (0, 0))(x)
    np.testing.assert_array_equal(one, two)
    one[0] = 7.0
    assert two[0] == 3.0


def test_the_same_argument_by_position_and_inside_the_arguments_that_it_collects() -> None:
    def product(*factors):
        return factors[0] * factors[1]

    assert ep.grad(product, ("factors", 1, 0))(2.0, 3.0) == ((3.0, 2.0), 2.0, 3.0)
    assert ep.grad(lambda **named: named["a"] * named["b"], ("b", "named"))(a=2.0, b=3.0) == (2.0, {"a": 3.0, "b": 2.0})


# Methods, partial functions ----------------------------------------------------------------------------------------------


@dataclass
class Line:
    slope: float
    weights: np.ndarray

    def loss(self, x, power=2.0):
        return self.slope * np.sum(self.weights * x) * power

    @classmethod
    def square(cls, x):
        return x * x

    @staticmethod
    def cube(x):
        return x**3


def test_a_method_is_a_function_of_what_comes_after_its_object() -> None:
    line, x = Line(2.0, np.array([1.0, 3.0])), np.array([1.0, 2.0])
    gradient = np.array([4.0, 12.0])
    np.testing.assert_array_equal(ep.grad(line.loss)(x), gradient)
    np.testing.assert_array_equal(ep.grad(line.loss, -2)(x, 2.0), gradient)
    assert ep.grad(line.loss, 1)(x, 5.0) == ep.grad(line.loss, "power")(x) == 14.0
    with pytest.raises(ep.InvalidArgument, match="no argument -3"):
        ep.grad(line.loss, -3)(x, 2.0)
    value, pullback = ep.vjp(line.loss, x)
    (pulled,) = pullback(1.0)
    np.testing.assert_array_equal(pulled, gradient)
    assert ep.jvp(line.loss, (x,), (x,)) == (28.0, 28.0) and value == 28.0
    assert ep.hessian(line.loss, (0, 1))(x, 2.0)[0][1].tolist() == [2.0, 6.0]
    line.slope = 3.0
    np.testing.assert_array_equal(ep.grad(line.loss)(x), gradient * 1.5)
    for square, cube in ((Line.square, Line.cube), (line.square, line.cube)):
        assert ep.grad(square)(3.0) == 6.0 and ep.grad(cube)(3.0) == 27.0


def test_a_partial_function_is_a_function_of_what_is_left() -> None:
    partial = functools.partial
    assert ep.grad(partial(cubic, 3.0))(5.0) == 9.0 and ep.grad(partial(cubic, 3.0), -1)(5.0) == 9.0
    assert ep.grad(partial(cubic, y=5.0))(3.0) == 30.0 and ep.grad(partial(cubic, x=3.0), "y")(y=5.0) == 9.0
    assert ep.grad(partial(partial(cubic, 3.0)))(5.0) == 9.0
    assert ep.grad(partial(ep.grad(cubic), y=5.0))(3.0) == 10.0 == ep.hessian(partial(cubic, y=5.0))(3.0)
    assert ep.hvp(partial(cubic, y=5.0))(3.0, 1.0) == 10.0 and ep.hvp(partial(cubic, 3.0))(5.0, 1.0) == 0.0
    assert ep.vjp(partial(cubic, y=5.0), 3.0)[1](1.0) == (30.0,)
    for past in (1, -2):
        with pytest.raises(ep.InvalidArgument, match="there is no argument"):
            ep.grad(partial(cubic, 3.0), past)(5.0)


def test_a_pullback_has_one_entry_for_each_argument_that_was_passed() -> None:
    def power(t, power=2, scale=1.5):
        return scale * t**power

    (slope,) = ep.vjp(power, 0.7)[1](1.0)
    assert slope == pytest.approx(2.1)
    assert ep.vjp(power, 0.7, 2)[1](1.0) == (slope, None)
    assert len(ep.vjp(power, 0.7, 2, 1.5)[1](1.0)) == 3
    assert ep.vjp(lambda x, *rest: x * rest[1], 2.0, 3.0, 4.0)[1](1.0) == (4.0, 0.0, 2.0)


# Decorators --------------------------------------------------------------------------------------------------------------


def doubled(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args, **named):
        return 2.0 * function(*args, **named)

    return wrapper


@doubled
def once(x, y=1.0):
    return x * x * y


@doubled
@doubled
def twice(x, y=1.0):
    return x * x * y


@functools.lru_cache
def remembered(x):
    return x * x


def test_the_wrapper_of_a_decorator_takes_its_own_arguments_under_the_names_of_the_function() -> None:
    assert ep.grad(once)(3.0) == 12.0 and ep.grad(twice)(3.0) == 24.0
    assert ep.grad(once)(3.0, y=2.0) == 24.0 and ep.grad(once, 1)(3.0, 2.0) == 18.0
    assert ep.grad(once, "y")(3.0, y=2.0) == ep.grad(once, "y")(3.0, 2.0) == 18.0
    assert ep.grad(once, "x")(x=3.0) == ep.grad(once, "x")(3.0) == 12.0
    assert ep.explain(once, "y")(3.0, y=2.0).gradient == 18.0
    assert ep.hessian(twice)(3.0) == 8.0 == ep.hvp(twice)(3.0, 1.0)
    with pytest.raises(ep.InvalidArgument, match="was not given 'y', so there is no derivative with respect to it: pass it"):
        ep.grad(once, "y")(3.0)


def test_a_remembering_function_is_the_function() -> None:
    assert ep.grad(remembered)(3.0) == 6.0 and ep.hessian(remembered)(3.0) == 2.0


def test_functions_of_any_arguments_are_found_by_the_types_of_these() -> None:
    """As what decorators make, and NumPy's functions: a call without keywords does not look at the structure of its arguments."""
    sort, x = ep.compile(np.sort), np.array([3.0, 1.0, 2.0])
    for _ in range(2):
        assert sort(x).tolist() == [1.0, 2.0, 3.0]
        assert sort(x[:, None], 1).tolist() == sort(x[:, None], axis=1).tolist() == [[3.0], [1.0], [2.0]]
    assert set(sort.fast) == {(np.ndarray,), (np.ndarray, int)}
