"""Derivatives inside a compiled function take arguments as those outside do: `wrt`, names, directions, views, lists."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import everypath as ep
from everypath import tree

BACKENDS = ("native", "interpreter")
X = np.array([1.0, 2.0, 3.0])
V = np.array([1.0, 10.0, 100.0])
M = np.arange(1.0, 13.0).reshape(3, 4)
NINE = [float(k + 1) for k in range(9)]


def cubic(x, y):
    return x * x * y


def cubes(x):
    return np.sum(x**3)


def scaled(t, power=2, scale=1.5):
    return scale * t**power


def writes(z):
    z[0] = 2.0 * z[0] * z[1]
    return z[0] + z[1]


def writes_all(z):
    z[0] = 2.0 * z[0] * z[1]
    return z


def squares(p):
    total = 0.0
    for v in p:
        total = total + v * v
    return total


def constant(x):
    return 4.0


def doubled(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args, **named):
        return 2.0 * function(*args, **named)

    return wrapper


@doubled
def decorated(x, y=1.0):
    return x * x * y


@functools.lru_cache
def remembered(x):
    return x**3


class Line(NamedTuple):
    slope: float

    def at(self, x, power=2):
        return self.slope * x**power


LINE = Line(3.0)
PARTLY = functools.partial(functools.partial(cubic, y=2.0), 4.0)
HALF = functools.partial(cubic, y=0.5)


def pulled_twice(x, v):
    y, pullback = ep.vjp(writes_all, x)
    y[0] = 99.0
    first, second = pullback(v), pullback(v)
    first[0][0] = 7.0
    return second, v, x


SAME: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    *((lambda x, y, w=w: ep.grad(cubic, w)(x, y), (3.0, 5.0)) for w in [(0, 0), ("x", 0), (1, -1), "y", ["y", "x"]]),
    *((lambda x, y, w=w: ep.hessian(cubic, w)(x, y), (3.0, 5.0)) for w in [(0, 0), ("x", "y"), "x", -1]),
    *((lambda x, y, w=w: ep.hvp(cubic, w)(x, y, (1.0, 2.0)), (3.0, 5.0)) for w in [(0, 0), ("y", "x"), (0, -1)]),
    *((lambda x, y, w=w: ep.hvp(cubic, w)(x, y, 2.0), (3.0, 5.0)) for w in ["x", "y", 0, -2]),
    (lambda x: ep.jacobian(lambda a, b: a * b, (0, 0, "b"))(x, x + 1.0), (X,)),
    (lambda x: ep.hvp(cubes)(x, [1.0, 2, True]), (X,)),
    (lambda x: ep.jvp(cubes, (x,), ((1, 2, 3),)), (X,)),
    (lambda x: ep.vjp(lambda y: y * y, x)[1]([1, 2, 3]), (X,)),
    (lambda x: ep.hvp(cubes)(x, np.arange(6)[::2]), (X,)),
    (lambda x: ep.hvp(cubes)(x, None), (X,)),
    (lambda x: ep.vjp(lambda y: (y, y * y), x)[1]((None, 1.0)), (3.0,)),
    (lambda x: ep.vjp(lambda y: y * y, x)[1](None), (3.0,)),
    (lambda t: ep.jvp(lambda p: p["a"] * p["b"], ({"a": t, "b": t * t},), ({"b": 1.0, "a": 0.0},)), (2.0,)),
    (lambda t: ep.vjp(scaled, t)[1](1.0), (2.0,)),
    (lambda t: ep.vjp(lambda a, *b: a * b[0], t, t, 1.0)[1](1.0), (2.0,)),
    (lambda x, v: (ep.jvp(writes, (x,), (v,)), x, v), (X, V)),
    (lambda x: (ep.jvp(writes, (x,), (x,)), ep.hvp(writes)(x, x), x), (X,)),
    (lambda x, v: (ep.vjp(writes_all, x)[1](v), x, v), (X, V)),
    (pulled_twice, (X, V)),
    (lambda m: (ep.hvp(cubes)(m[::2, 1], m[0, :2]), ep.grad(cubes)(m[:, 1]), ep.vjp(cubes, m[:, 1])[1](1.0)), (M,)),
    (lambda m: (ep.jvp(cubes, (m.T,), (m.T,)), ep.jacobian(lambda t: t[0] * t[1])(m.T)), (M,)),
    (lambda m: (ep.hvp(writes)(m[::2, 1], m[0, :2]), ep.jvp(writes, (m[:, 1],), (m[:, 2],)), ep.grad(writes)(m[:, 1]), m), (M,)),
    (lambda p: (ep.grad(squares)(p), ep.hvp(squares)(p, p), ep.jvp(squares, (p,), (p,))), (NINE,)),
    (lambda x: ep.jvp(lambda a: [v * v for v in a if v > 1.5], (x,), (x,)), (X,)),
    (lambda x: ep.vjp(lambda a: [v * v for v in a if v > 1.5], x)[1]([1.0, 2.0]), (X,)),
    (lambda x: (ep.grad(decorated, "y")(x, 2.0), ep.hvp(decorated, ("x", 1))(x, 2.0, (1.0, 0.0)), ep.grad(decorated)(x, y=3.0)), (3.0,)),
    (lambda x: (ep.grad(ep.grad(decorated), "x")(x), ep.grad(remembered)(x), ep.vjp(remembered, x)[1](1.0)), (3.0,)),
    (lambda x: (ep.grad(LINE.at)(x), ep.grad(LINE.at, "x")(x), ep.vjp(LINE.at, x)[1](1.0), ep.hvp(LINE.at, -2)(x, 3, 1.0)), (2.0,)),
    (lambda x: (PARTLY() * x, HALF(x), HALF(x, y=x), ep.grad(HALF)(x), ep.hvp(HALF)(x, 1.0), ep.vjp(HALF, x)[1](1.0)), (3.0,)),
    (lambda x: (ep.grad(constant)(x), ep.value_and_grad(constant)(1.0), ep.hvp(constant)(x, x)), (X,)),
]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("case", range(len(SAME)))
def test_inside_is_as_outside(case: int, backend: str) -> None:
    """Python runs the function, and so calls everypath from outside."""
    f, arguments = SAME[case]
    inside, outside = ep.compile(f, backend=backend)(*copied(arguments)), f(*copied(arguments))
    assert tree.paths(inside) == tree.paths(outside)
    for a, b in zip(tree.leaves(inside), tree.leaves(outside), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13)


def copied(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(a.copy() if isinstance(a, np.ndarray) else a for a in arguments)


@pytest.mark.parametrize("backend", BACKENDS)
def test_gradients_of_derivatives_of_views(backend: str) -> None:
    product = ep.grad(lambda m: np.sum(ep.hvp(cubes)(m[::2, 1], m[0, :2])), backend=backend)(M)
    expected = np.zeros((3, 4))
    expected[0, :2] += 6.0 * M[::2, 1]
    expected[::2, 1] += 6.0 * M[0, :2]
    np.testing.assert_allclose(product, expected)
    moved = ep.grad(lambda m: ep.jvp(cubes, (m[:, 1],), (m.T[2],))[1], backend=backend)(M)
    expected = np.zeros((3, 4))
    expected[:, 2] = 3.0 * M[:, 1] ** 2
    expected[:, 1] = 6.0 * M[:, 1] * M[:, 2]
    np.testing.assert_allclose(moved, expected)
    slope = ep.grad(lambda m: np.sum(ep.grad(cubes)(m[:, ::2]) * m[:, 1::2]), backend=backend)(M)
    np.testing.assert_allclose(slope[:, ::2], 6.0 * M[:, ::2] * M[:, 1::2])
    np.testing.assert_allclose(slope[:, 1::2], 3.0 * M[:, ::2] ** 2)


def test_another_shape_inside() -> None:
    for along in (
        lambda x, v: ep.hvp(cubes)(x, v),
        lambda x, v: ep.jvp(cubes, (x,), (v,)),
        lambda x, v: ep.vjp(lambda y: y * y, x)[1](v),
        lambda x, v: ep.grad(lambda y: ep.jvp(cubes, (y,), (v,))[1])(x),
    ):
        compiled = ep.compile(along)
        assert compiled(X, np.ones(3)) is not None
        for v in (np.ones(1), np.ones(2), np.ones(0), np.ones(4)):
            with pytest.raises(ep.InvalidArgument, match="another shape"):
                compiled(X, v)
        for v in (1.0, np.ones((3, 1)), np.ones((1, 3)), np.array(1.0), "no", {"a": 1.0}):
            with pytest.raises(ep.NotSupported, match="tangent"):
                compiled(X, v)
    with pytest.raises(ep.NotSupported, match="a tuple of 2 stands where a tangent of a list of 2 is needed"):
        ep.compile(lambda t: ep.jvp(lambda p: p[0] * p[1], ([t, t],), ((1.0, 1.0),)))(2.0)
    with pytest.raises(ep.NotSupported, match="a dict of 'a' stands"):
        ep.compile(lambda t: ep.jvp(lambda p: p["a"] * p["b"], ({"a": t, "b": t},), ({"a": 1.0},)))(2.0)


@pytest.mark.parametrize("mode", ["auto", "forward", "reverse"])
def test_a_jacobian_inside_goes_the_way_it_is_told(mode):
    def g(x, s):
        return {"a": x[1:] * x[:-1] * s, "b": np.sum(x) * s * s}

    def inside(x, s):
        return ep.jacobian(g, ("x", "s"), mode=mode)(x, s)

    x = np.arange(1.0, 5.0)
    found, expected = ep.compile(inside)(x, 2.0), ep.jacobian(g, ("x", "s"))(x, 2.0)
    for key in ("a", "b"):
        for a, b in zip(found[key], expected[key], strict=True):
            np.testing.assert_allclose(a, b)
    used = ep.compile(lambda x: ep.jacobian(lambda z: z * z[0], mode=mode)(x)).show("ir", x)
    assert ("pullback" in used) == (mode == "reverse")


def test_a_few_numbers_by_an_array_are_pulled_back():
    made = ep.compile(lambda x: ep.jacobian(lambda z: (np.sum(z * z), z[0]))(x))
    assert np.array_equal(made(np.arange(3.0))[0], [0.0, 2.0, 4.0]) and "pushforward" not in made.show("ir")
