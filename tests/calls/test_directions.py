"""Tangents, cotangents and the vectors of hvp: refused where the shape is another one, converted where only the form is."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

import everypath as ep

BACKENDS = ("native", "interpreter")
X = np.array([1.0, 2.0, 3.0])


def cubes(x):
    return np.sum(x**3)


def squares(x):
    return x * x


def writes(x):
    x[0] = x[0] * x[1]
    return np.sum(x * x)


ALONG: dict[str, Callable[..., Any]] = {
    "jvp": lambda f, x, v, b: ep.jvp(f, (x,), (v,), backend=b)[1],
    "hvp": lambda f, x, v, b: ep.hvp(f, backend=b)(x, v),
    "hvp of the gradient's sum": lambda f, x, v, b: ep.jvp(ep.grad(f, backend=b), (x,), (v,), backend=b)[1],
    "jvp of hvp": lambda f, x, v, b: ep.jvp(ep.hvp(f, backend=b), (x, v), (None, v), backend=b)[1],
    "vjp": lambda f, x, v, b: ep.vjp(lambda y: y * 1.0, x, backend=b)[1](v)[0],
}


def read_only(x: np.ndarray) -> np.ndarray:
    x.flags.writeable = False
    return x


FORMS: dict[str, Any] = {
    "floats": [1.0, 2.0, 3.0],
    "integers": [1, 2, 3],
    "a tuple": (1.0, 2.0, 3.0),
    "an array of integers": np.array([1, 2, 3]),
    "single precision": np.array([1.0, 2.0, 3.0], np.float32),
    "every other": np.array([1.0, 9.0, 2.0, 9.0, 3.0])[::2],
    "backwards": np.array([3.0, 2.0, 1.0])[::-1],
    "big-endian": np.array([1.0, 2.0, 3.0], ">f8"),
    "read-only": read_only(np.array([1.0, 2.0, 3.0])),
    "a column of a matrix": np.arange(1.0, 4.0)[:, None].repeat(2, axis=1)[:, 1],
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("kind", ALONG)
def test_whatever_holds_the_numbers(kind: str, backend: str) -> None:
    expected = ALONG[kind](cubes, X, np.array([1.0, 2.0, 3.0]), backend)
    for name, v in FORMS.items():
        for _ in range(2):  # the second call may be a short cut
            found = ALONG[kind](cubes, X, v, backend)
            np.testing.assert_array_equal(found, expected, err_msg=name)


WRONG = [np.ones(2), np.ones(1), np.ones(0), 1.0, np.ones((3, 1)), np.ones((1, 3)), [1.0, 1.0], [[1.0], [1.0], [1.0]]]
NOT_NUMBERS = ["abc", ["1", "2", "3"], np.array([1, 2, 3], object), np.ma.array([1.0, 2.0, 3.0]), [1j, 2.0, 3.0], [1.0, None, 2.0], {}]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("kind", ALONG)
def test_another_shape(kind: str, backend: str) -> None:
    ALONG[kind](cubes, X, np.ones(3), backend)  # so that a short cut is known
    for v in WRONG:
        with pytest.raises(ep.InvalidArgument, match="shape"):
            ALONG[kind](cubes, X, v, backend)
    for v in NOT_NUMBERS:
        with pytest.raises(ep.InvalidArgument, match="array of numbers"):
            ALONG[kind](cubes, X, v, backend)
    matrix = np.ones((2, 3))
    for v in (np.ones((1, 3)), np.ones((2, 1)), np.ones((3, 2)), np.ones(6)):
        with pytest.raises(ep.InvalidArgument, match="shape"):
            ALONG[kind](cubes, matrix, v, backend)


def test_one_call_after_another() -> None:
    product = ep.hvp(cubes)
    for _ in range(2):
        for v in ([1.0, 1.0, 1.0], np.ones(3), np.ones(3, int), np.ones(6)[::2]):
            np.testing.assert_array_equal(product(X, v), 6.0 * X)
        for v in ([1.0, 1.0], np.ones(1), np.ones(2, int), np.ones(4)[::2]):
            with pytest.raises(ep.InvalidArgument, match="shape"):
                product(X, v)


@pytest.mark.parametrize("kind", ["jvp", "hvp"])
def test_numbers(kind: str) -> None:
    for v in (2.0, 2, np.float32(2.0), np.array(2.0), np.int64(2)):
        assert ALONG[kind](lambda x: x**3, 1.0, v, "native") == {"jvp": 6.0, "hvp": 12.0}[kind]
    for v in ([2.0], np.array([2.0]), "2", 2j):
        with pytest.raises(ep.InvalidArgument):
            ALONG[kind](lambda x: x**3, 1.0, v, "native")


class Pair(NamedTuple):
    w: Any
    b: Any


def of_dictionary(p):
    return np.sum(p["w"] ** 3) * p["b"][0]


def of_pair(p):
    return np.sum(p.w**3) * p.b[0]


def of_list(p):
    return np.sum(p[0] ** 3) * p[1][0]


@pytest.mark.parametrize("kind", ["jvp", "hvp"])
def test_containers(kind: str) -> None:
    along = ALONG[kind]
    w, b = np.ones(2), (2.0, 3)
    for f, make in (
        (of_dictionary, lambda w, b: {"w": w, "b": b}),
        (of_pair, Pair),
        (of_list, lambda w, b: [w, b]),
        (of_list, lambda w, b: (w, b)),
    ):
        assert along(f, make(w, b), make([1, 1], (1.0, None)), "native") is not None
        for wrong in (make(w, [1.0, 3]), make(w, (1.0,)), make(np.ones(3), b), make(w, 1.0), (w, b, b), [w], {"w": w}, {"v": w, "b": b}, w):
            with pytest.raises(ep.InvalidArgument):
                along(f, make(w, b), wrong, "native")


@pytest.mark.parametrize("backend", BACKENDS)
def test_none_is_no_contribution(backend: str) -> None:
    def f(x, p):
        return np.sum(x**2) * p["s"]

    x, p = np.array([1.0, 2.0]), {"s": 3.0}
    assert ep.jvp(f, (x, p), (x, None), backend=backend) == (15.0, 30.0)
    assert ep.jvp(f, (x, p), (None, {"s": 1.0}), backend=backend) == (15.0, 5.0)
    _, pullback = ep.vjp(lambda x: (x * 2.0, x * 3.0), 1.0, backend=backend)
    assert pullback((1.0, None)) == (2.0,) and pullback((None, 1.0)) == (3.0,)
    product = ep.hvp(f, (0, 1), backend=backend)(x, p, (None, {"s": 1.0}))
    np.testing.assert_array_equal(product[0], 2.0 * x)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_tangent_that_shares_memory_with_what_the_function_writes(backend: str) -> None:
    """It is read as it was: the derivative works on copies of what is written."""
    for v in (X.copy(), X):
        x = X.copy()
        along = x if v is X else v
        assert ep.jvp(writes, (x,), (along,), backend=backend)[1] == ep.jvp(writes, (X,), (X.copy(),), backend=backend)[1] == 42.0
        np.testing.assert_array_equal(ep.hvp(writes, backend=backend)(x, along), [24.0, 16.0, 6.0])
        np.testing.assert_array_equal(x, X)


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_comes_back_shares_no_memory_with_what_was_given(backend: str) -> None:
    v = np.ones(3)
    _, (whole, part) = ep.jvp(lambda x: (x, x[1:]), (X,), (v,), backend=backend)
    (pulled,) = ep.vjp(lambda x: x, X, backend=backend)[1](v)
    product = ep.hvp(lambda x: np.sum(x * x) / 2.0, backend=backend)(X, v)
    for answer in (whole, part, pulled, product):
        answer[...] = 7.0
    np.testing.assert_array_equal(v, np.ones(3))


def test_every_function_that_takes_a_direction_is_here() -> None:
    assert {"jvp", "vjp", "hvp"} <= {name for name in ep.__all__ if inspect.isfunction(getattr(ep, name))} & {k.split()[0] for k in ALONG}


def corners(a, b):
    if abs(a) < 1e-12:
        return (-b,)
    return [a * b, np.array([a, b])] if a > 0.0 else (a * b, a + b)


def horner(x, n):
    total = 0.0
    for k in range(n):
        total = total * x + k + 1
    return total


@pytest.mark.parametrize(
    ("f", "args", "cotangent", "expected"),
    [
        (corners, (0.0, 3.0), (2.0,), (0.0, -2.0)),
        (corners, (2.0, 3.0), [1.0, np.array([5.0, 7.0])], (8.0, 9.0)),
        (corners, (-2.0, 3.0), (1.0, 5.0), (8.0, 3.0)),
        (horner, (np.array([1.0, 2.0]), 3), np.array([1.0, 2.0]), (np.array([4.0, 12.0]), None)),
        (horner, (np.array([1.0, 2.0]), 0), 1.0, (np.zeros(2), None)),
    ],
)
def test_a_result_is_derived_as_what_it_was(f, args, cotangent, expected) -> None:
    value, pullback = ep.vjp(f, *args)
    given = pullback(cotangent)
    assert repr(value) == repr(f(*args))
    assert all(x is None if y is None else np.allclose(x, y) for x, y in zip(given, expected, strict=True))
    tangents = [None if y is None else np.ones_like(y)[()] for y in expected]
    out, along = ep.jvp(f, args, tangents)
    assert repr(out) == repr(f(*args)) and type(along) is type(out)
    flat = lambda x: np.concatenate([np.ravel(part) for part in x]) if isinstance(x, (tuple, list)) else np.ravel(x)  # noqa: E731
    assert np.isclose(flat(along) @ flat(cotangent), sum(np.sum(y) for y in given if y is not None))
    if not isinstance(value, (tuple, list)):
        assert np.allclose(ep.jacobian(f)(*args), ep.jacobian(f, mode="reverse")(*args))


def scaled(x, by=2.0):
    return x * by


def test_what_was_made_for_directions_follows_the_function(monkeypatch: pytest.MonkeyPatch) -> None:
    """`jvp` and `vjp` make their callables once: they see other numbers of arguments, other defaults, other types and other code."""
    x, v = np.array([1.0, 2.0]), np.array([1.0, 0.5])
    for _ in range(2):
        assert ep.jvp(scaled, (3.0,), (1.0,)) == (6.0, 2.0)
        assert ep.jvp(scaled, (3.0, 5.0), (1.0, 2.0)) == (15.0, 11.0)
        assert np.array_equal(ep.jvp(scaled, (x,), (v,)), (x * 2.0, v * 2.0))
        assert ep.vjp(scaled, 3.0)[1](1.0) == (2.0,)
        assert ep.vjp(scaled, 3.0, 5.0)[1](1.0) == (5.0, 3.0)
        assert ep.jvp(ep.grad(scaled), (3.0, 5.0), (0.0, 1.0)) == (5.0, 1.0)
    monkeypatch.setattr(scaled, "__defaults__", (4.0,))
    assert ep.jvp(scaled, (3.0,), (1.0,)) == (12.0, 4.0)
    monkeypatch.setattr(scaled, "__code__", (lambda x, by: x * x * by).__code__)
    assert ep.jvp(scaled, (3.0,), (1.0,)) == (36.0, 24.0)
    assert ep.vjp(scaled, 3.0)[1](1.0) == (24.0,)


def test_a_tangent_that_is_given_back_is_a_copy() -> None:
    """The function returns its argument, a part of it, or it with the axes turned: what comes out must not be what went in."""
    x, v = np.arange(6.0).reshape(2, 3), np.ones((2, 3))
    for f in (lambda x: x, lambda x: x[:1], lambda x: x.T, lambda x: (x, x[0])):
        for _ in range(2):
            _, moved = ep.jvp(f, (x,), (v,))
            for part in moved if isinstance(moved, tuple) else (moved,):
                assert not np.may_share_memory(part, v)


def test_jacobians_over_every_shape() -> None:
    """Numbers, arrays of no axes, of none and of several elements, in either mode."""
    shapes = [(), (0,), (1,), (3,), (2, 2)]
    for shape in shapes:
        x = np.linspace(1.0, 2.0, int(np.prod(shape))).reshape(shape)
        for f in (lambda x: np.sum(x * x), lambda x: np.exp(x), lambda x: np.outer(x, x), lambda x: (x[...], np.sum(x))):
            forward, reverse = ep.jacfwd(f)(x), ep.jacrev(f)(x)
            for a, b in zip(*(j if isinstance(j, tuple) else (j,) for j in (forward, reverse)), strict=True):
                assert np.shape(a) == np.shape(b) and np.allclose(a, b)
            out = f(x)
            for a, y in zip(*(j if isinstance(j, tuple) else (j,) for j in (forward, out)), strict=True):
                assert np.shape(a) == np.shape(y) + shape


@pytest.mark.filterwarnings("error")
def test_looking_for_nan_warns_of_nothing() -> None:
    assert ep.grad(lambda x: np.sum(x * x) * 1e60)(np.full(3, 1e150))[0] == pytest.approx(2e210)
    assert np.all(ep.compile(lambda x: 2.0 * x)(np.full(3, 1e200)) == 2e200)
