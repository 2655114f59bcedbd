"""Turns of a loop side by side: products where there were dot products, the same numbers, the same errors, the same derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import everypath as ep


def columns(q, a):
    r = np.zeros(a.shape[1])
    for j in range(a.shape[1]):
        r[j] = np.dot(q, a[:, j])
        a[:, j] -= q * r[j]
    return np.sum(r * r) + np.sum(a * a)


def rows_of(w, x):
    y = np.zeros((len(x), w.shape[0]))
    for i in range(len(x)):
        y[i] = np.tanh(w @ x[i])
    return np.sum(y**2)


def of_a_row(w, x):
    y = np.zeros((len(x), w.shape[1]))
    for i in range(len(x)):
        y[i, :] = x[i] @ w + 1.0
    return np.sum(y**3)


def all_pairs(x, y):
    d = np.zeros((len(x), len(y)))
    for i in range(len(x)):
        for j in range(len(y)):
            d[i, j] = np.dot(x[i], y[j])
    return np.sum(np.exp(d))


def combined(a, c, s):
    for k in range(a.shape[1]):
        c += s * a[0, k] * a[:, k] - a[:, k]
    return np.sum(c**2)


def shifted(x, w):
    y = np.ones(len(x) - 1)
    for i in range(1, len(x)):
        y[i - 1] *= np.dot(w, x[i])
    return np.sum(np.exp(y))


def triangle(a, b):
    for i in range(b.shape[0]):
        for j in range(b.shape[1]):
            b[i, j] += np.dot(a[i + 1 :, i], b[i + 1 :, j])
    return np.sum(b**2)


def gram(x):
    k = np.zeros((len(x), len(x)))
    for i in range(1, len(x)):
        k[i, i:] = x[i] @ x[i:].T
        k[i:, i] = k[i, i:] * 2.0
    return np.sum(k**2)


def covariances(m, x):
    c = np.zeros((m, m))
    for i in range(m):
        c[i:m, i] = c[i, i:m] = x[:, i] @ x[:, i:m] / 3.0
    return np.sum(np.sin(c))


def lower(x, w):
    k = np.zeros((len(x), len(w)))
    for i in range(len(x) - 1):
        k[i, : i + 1] += w[: i + 1] @ x[i]
    return np.sum(k**3)


def scaled(a, b, alpha):
    c = np.zeros((len(a), len(a)))
    for i in range(len(a)):
        c[i, : i + 1] *= 0.5
        for k in range(a.shape[1]):
            c[i, : i + 1] += a[: i + 1, k] * alpha * b[i, k] + b[: i + 1, k] * alpha * a[i, k]
    return np.sum(c**2)


def read_before(a, b):
    r = np.zeros(b.shape[1])
    for j in range(b.shape[1]):
        old = b[0, j]
        b[0, j] = np.dot(a, b[:, j])
        r[j] = old * b[0, j]
    return np.sum(r)


def neighbours(a, b):
    for j in range(1, b.shape[1]):
        b[:, j] += a * np.dot(a, b[:, j - 1])
    return np.sum(b**2)


def first_element(a, b):
    for j in range(b.shape[1]):
        a[0] = np.dot(a, b[:, j])
    return np.sum(a)


def decided(a, b):
    n = 0
    r = np.zeros(b.shape[1])
    for j in range(b.shape[1]):
        r[j] = np.dot(a, b[:, j])
    for j in range(b.shape[1]):
        if r[j] > 0.5:
            n += 1
    return np.sum(r) * n


def arguments(*shapes: tuple[int, ...]) -> list[Any]:
    random = np.random.default_rng(5)
    return [random.normal(size=shape) if shape else float(random.normal()) for shape in shapes]


TOGETHER: list[tuple[Callable[..., Any], list[Any]]] = [
    (columns, arguments((5,), (5, 4))),
    (columns, arguments((5,), (5, 0))),
    (rows_of, arguments((3, 5), (7, 5))),
    (of_a_row, arguments((5, 3), (7, 5))),
    (all_pairs, arguments((4, 3), (5, 3))),
    (combined, arguments((4, 6), (4,), ())),
    (shifted, arguments((6, 3), (3,))),
    (triangle, arguments((5, 5), (5, 6))),
    (read_before, arguments((4,), (4, 3))),
]

APART: list[tuple[Callable[..., Any], list[Any]]] = [
    (neighbours, arguments((4,), (4, 5))),
    (first_element, arguments((4,), (4, 5))),
    (decided, arguments((4,), (4, 5))),
]


def copies(given: list[Any]) -> list[Any]:
    return [x.copy() if isinstance(x, np.ndarray) else x for x in given]


AHEAD: list[tuple[Callable[..., Any], list[Any]]] = [
    (gram, arguments((6, 3))),
    (lower, arguments((5, 3), (4, 3))),
    (scaled, arguments((5, 3), (6, 4), ())),
]


@pytest.mark.parametrize(("f", "given"), TOGETHER + APART + AHEAD)
def test_values_and_derivatives(f, given) -> None:
    np.testing.assert_allclose(ep.compile(f)(*copies(given)), f(*copies(given)), rtol=1e-13)
    wrt = tuple(range(len(given)))
    gradients = ep.grad(f, wrt)(*given)
    random = np.random.default_rng(7)
    directions = [random.normal(size=np.shape(x)) for x in given]
    _, along = ep.jvp(f, given, directions)
    np.testing.assert_allclose(sum(np.sum(g * d) for g, d in zip(gradients, directions, strict=True)), along, rtol=1e-11, atol=1e-13)
    step = 1e-6
    ahead, behind = (f(*(x + sign * step * d for x, d in zip(given, directions, strict=True))) for sign in (1, -1))
    np.testing.assert_allclose(along, (ahead - behind) / (2 * step), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(("f", "given"), AHEAD)
def test_products_of_triangles_come_before_the_loop(f, given) -> None:
    loop = ep.grad(f).show("ir", *given).partition("\n  for ")[2]
    assert loop and "= matmul" not in loop


@pytest.mark.parametrize("m", [0, 1, 3, 4, 5])
def test_as_many_turns_as_are_asked_for(m) -> None:
    (x,) = arguments((3, 4))
    if m > 4:
        with pytest.raises(ValueError, match="could not broadcast"):
            covariances(m, x)
        with pytest.raises(ValueError, match="could not broadcast"):
            ep.compile(covariances)(m, x)
        return
    np.testing.assert_allclose(ep.compile(covariances)(m, x), covariances(m, x), rtol=1e-13)
    assert ep.check_grads(lambda x: covariances(m, x), (x,)) is None


@pytest.mark.parametrize(("f", "given"), TOGETHER)
def test_no_loop_with_a_dot_product_is_left(f, given) -> None:
    text = ep.grad(f).show("ir", *given)
    assert "\n  for " not in text and "(j: i64)" not in text and "matmul" in text


@pytest.mark.parametrize(("f", "given"), APART)
def test_turns_that_need_each_other_stay(f, given) -> None:
    assert "\n  for " in ep.compile(f).show("ir", *given)


def symmetric(c, a, b):
    for i in range(c.shape[0]):
        for j in range(c.shape[1]):
            c[:i, j] += b[i, j] * a[i, :i]
    return np.sum(c)


@pytest.mark.parametrize("shapes", [((3, 4), (3, 3), (3, 3)), ((3, 4), (2, 3), (3, 4)), ((3, 4), (3, 2), (3, 4)), ((3, 0), (1, 1), (1, 1))])
def test_errors_are_those_of_the_loop(shapes) -> None:
    given = [np.ones(shape) for shape in shapes]

    def outcome(f: Callable[..., Any]) -> tuple[type, str]:
        try:
            return float, str(float(f(*copies(given))))
        except (IndexError, ValueError) as error:
            return type(error), str(error)

    assert outcome(lambda *x: ep.value_and_grad(symmetric)(*x)[0]) == outcome(symmetric)
    left = copies(given)
    try:
        ep.compile(symmetric)(*left)
    except (IndexError, ValueError):
        right = copies(given)
        with pytest.raises((IndexError, ValueError)):
            symmetric(*right)
        np.testing.assert_array_equal(left[0], right[0])
