"""Functions whose array arguments meet: two versions, the same answers and errors, and one loop where extents are equal."""

from __future__ import annotations

import numpy as np
import pytest

import everypath as ep
from everypath.optimise.alike import alike
from everypath.optimise.fold import fold
from everypath.optimise.fuse import fuse
from everypath.optimise.rewriting import each

from .same import opcodes, same

ALIKE = each(alike)
X, Y, ROW, COLUMN = np.arange(1.0, 7.0).reshape(2, 3), np.arange(6.0).reshape(2, 3), np.arange(3.0)[None], np.arange(2.0)[:, None]


def test_both_versions_give_what_the_function_gave() -> None:
    program = same(
        """
        func @f(x: f64[:, :], y: f64[:, :]) -> (f64[:, :], f64[:, :], f64) {
          a = mul x, y
          b = add a, x
          s = sum b {axes=(0, 1), keepdims=False}
          return b, x, s
        }
        """,
        ALIKE,
        (X, Y),
        (X, ROW),
        (COLUMN, Y),
        (X, np.ones((2, 2))),
    )
    assert opcodes(program)[-1] == "return" and opcodes(program).count("if") == 1
    assert opcodes(fuse(program)).count("map") == 1


def test_strided_arguments_and_arguments_that_are_written() -> None:
    same(
        """
        func @f(x: f64[:, strided], y: f64[:]) -> () {
          a = mul x, y
          b = add a, y
          accumulate b, y
          return
        }
        """,
        ALIKE,
        (np.arange(6.0)[::2], np.ones(3)),
        (np.arange(1.0)[::2], np.ones(3)),
    )


def test_extents_that_meet_through_others() -> None:
    """x meets y, and their sum meets z: all three are taken to be equal."""
    program = same(
        """
        func @f(x: f64[:], y: f64[:], z: f64[:]) -> (f64[:]) {
          a = add x, y
          b = mul a, z
          return b
        }
        """,
        ALIKE,
        (np.ones(3), np.arange(3.0), np.arange(3.0)),
        (np.ones(1), np.arange(3.0), np.arange(3.0)),
        (np.ones(3), np.arange(3.0), np.arange(2.0)),
    )
    assert opcodes(program).count("reshape") == 3


def test_slices_that_meet() -> None:
    """x[:-1] meets y[1:k], and w[1:] with it: the extents of y and w are formulas of that of x, and the slice lies within y."""
    program = same(
        """
        func @f(x: f64[:], y: f64[:], w: f64[:], k: i64) -> (f64[:]) {
          zero = 0 : i64
          one = 1 : i64
          n = dim x {axis=0}
          n_1 = sub n, one
          c = maximum n_1, zero
          u = view x, zero, c {axes='u'}
          m = dim y {axis=0}
          stop = minimum k, m
          k_1 = sub stop, one
          d = maximum k_1, zero
          v = view y, one, d {axes='u'}
          a = mul u, v
          l = dim w {axis=0}
          l_1 = sub l, one
          e = maximum l_1, zero
          z = view w, one, e {axes='u'}
          b = add a, z
          return b
        }
        """,
        ALIKE,
        (np.arange(4.0), np.arange(7.0), np.arange(4.0), 4),
        (np.arange(4.0), np.arange(4.0), np.arange(4.0), 9),
        (np.arange(2.0), np.arange(7.0), np.arange(4.0), 4),
        (np.arange(4.0), np.arange(7.0), np.arange(9.0), 4),
    )
    assert opcodes(fuse(each(fold)(program))).count("map") == 1


def below(a, x, y):
    """What is below an element of `a`, times a row of x, is added to the rows of y below it."""
    for i in range(y.shape[0]):
        y[i + 1 :] += a[i + 1 :, i, None] * x[i]
    return np.sum(y)


@pytest.mark.parametrize("rows", [40, 60])
def test_slices_from_a_turn_on_that_meet(rows: int) -> None:
    """The rows of a and y are taken to be as many: then no slice from a turn on reaches beyond either."""
    random = np.random.default_rng(0)
    a, x, y = random.normal(size=(rows, 40)), random.normal(size=(40, 30)), random.normal(size=(40, 30))
    mine = y.copy()
    if rows == 40:
        assert ep.compile(below)(a, x, mine) == pytest.approx(below(a, x, y), rel=1e-13)
        np.testing.assert_allclose(mine, y, rtol=1e-13)
        assert " map " in str(ep.compile(below).show("optimised", a, x, y)).partition(" minimum ")[0]
    else:
        for f, target in ((below, y), (ep.compile(below), mine)):
            with pytest.raises(ValueError, match="broadcast"):
                f(a, x, target)
        np.testing.assert_array_equal(mine, y)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("func @f(x: f64[:]) -> (f64[:]) {\n  a = mul x, x\n  b = add a, x\n  return b\n}", (np.ones(3),)),
        ("func @f(x: f64[:], y: f64) -> (f64[:]) {\n  a = mul x, y\n  b = add a, x\n  return b\n}", (np.ones(3), 2.0)),
        ("func @f(x: f64[:], y: f64[:]) -> (f64[:]) {\n  a = mul x, y\n  return a\n}", (np.ones(3), np.ones(3))),
    ],
    ids=["one argument", "a number", "one operation"],
)
def test_one_version_is_enough(text: str, arguments: tuple[object, ...]) -> None:
    assert "if" not in opcodes(same(text, ALIKE, arguments))


def weighted(x, y):
    """What the arguments of the native tests go through."""
    return np.sum(np.exp(-x * x) * y + np.sqrt(x * x + y * y))


def scaled(x, y):
    """Writes to its first argument."""
    x *= 2.0 * y + y


@pytest.mark.parametrize("other", [Y, ROW, COLUMN, Y.T.copy().T], ids=["equal", "row", "column", "strided"])
def test_native_code_of_the_second_version_is_made_when_it_is_needed(other: np.ndarray) -> None:
    other = other + 1.0
    np.testing.assert_allclose(ep.compile(weighted)(X, other), weighted(X, other), rtol=1e-14)
    for mine, theirs in zip(ep.grad(weighted, (0, 1))(X, other), ep.grad(weighted, (0, 1), backend="interpreter")(X, other), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-13)
    _, pullback = ep.vjp(weighted, X, other)
    np.testing.assert_allclose(pullback(1.0)[1], ep.grad(weighted, 1)(X, other), rtol=1e-13)


@pytest.mark.parametrize("other", [Y, ROW], ids=["equal", "row"])
def test_what_is_written_is_written_once(other: np.ndarray) -> None:
    mine, theirs = X.copy(), X.copy()
    ep.compile(scaled)(mine, other)
    scaled(theirs, other)
    np.testing.assert_array_equal(mine, theirs)
    overlapping, expected = np.arange(6.0), np.arange(6.0)
    ep.compile(scaled)(overlapping[1:], overlapping[:-1])
    scaled(expected[1:], expected[:-1])
    np.testing.assert_array_equal(overlapping, expected)


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="could not be broadcast together"):
        ep.compile(weighted)(X, np.ones((2, 2)))
