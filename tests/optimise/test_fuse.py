"""Operations on whole arrays become one loop where their shapes are known to agree and memory allows it."""

from __future__ import annotations

import numpy as np

import everypath as ep
from everypath.ir.text import to_text
from everypath.optimise.fuse import fuse

from .same import opcodes, same

V, W = np.arange(1.0, 5.0), np.arange(4.0)


def test_a_chain_and_its_sum() -> None:
    program = same(
        """
        func @f(x: f64[:]) -> (f64) {
          a = mul x, x
          b = add a, x
          s = sum b {axes=(0,), keepdims=False}
          return s
        }
        """,
        fuse,
        (V,),
        (np.zeros(0),),
    )
    assert to_text(program).strip() == (
        "func @f(x: f64[:]) -> (f64) {\n"
        "  x_dim0 = dim x {axis=0}\n"
        "  s = map x_dim0 {into=('sum',)} {(i: i64):\n"
        "    x_1 = load x, i\n"
        "    a = mul x_1, x_1\n"
        "    b = add a, x_1\n"
        "    yield b\n"
        "  }\n"
        "  return s\n"
        "}"
    )


def test_what_is_used_later_is_kept() -> None:
    program = same(
        """
        func @f(x: f64[:]) -> (f64[:], f64[:]) {
          a = mul x, x
          b = add a, x
          c = neg b
          return a, c
        }
        """,
        fuse,
        (V,),
    )
    assert "into=('array', 'array')" in to_text(program)


def test_shapes_that_may_differ_do_not_meet() -> None:
    program = same(
        """
        func @f(x: f64[:], y: f64[:]) -> (f64[:]) {
          a = mul x, x
          b = add a, y
          return b
        }
        """,
        fuse,
        (V, W),
        (V, np.ones(1)),
        (V, np.ones(3)),
    )
    assert "map" not in opcodes(program)


def test_repeated_along_an_axis() -> None:
    same(
        """
        func @f(x: f64[:, :]) -> (f64[:, :]) {
          a = mul x, x
          s = sum a {axes=(1,), keepdims=True}
          b = sub a, s
          c = mul b, x
          return c
        }
        """,
        fuse,
        (np.arange(6.0).reshape(2, 3),),
        (np.zeros((2, 0)),),
    )


def test_nothing_moves_behind_a_write() -> None:
    program = same(
        """
        func @f(x: f64[:], v: f64) -> (f64[:]) {
          zero = 0 : i64
          y = copy x
          a = mul y, y
          store v, y, zero
          b = add a, y
          return b
        }
        """,
        fuse,
        (V, 7.0),
    )
    names = opcodes(program)
    assert names.index("mul") < names.index("store", names.index("mul"))


def test_what_is_added_to_something_fresh_needs_no_memory() -> None:
    program = same(
        """
        func @f(x: f64[:], w: f64) -> (f64[:]) {
          zero = 0.0 : f64
          n = dim x {axis=0}
          u = full zero, n
          v = full zero, n
          accumulate w, u
          a = mul u, x
          accumulate a, v
          accumulate x, v
          return v
        }
        """,
        fuse,
        (V, 3.0),
    )
    assert not {"full", "accumulate", "store"} & set(opcodes(program))


def test_a_sum_that_decides_keeps_its_rounding() -> None:
    program = same(
        """
        func @f(x: f64[:], t: f64) -> (f64) {
          a = mul x, x
          s = sum a {axes=(0,), keepdims=False}
          c = gt s, t
          r = if c {
            one = 1.0 : f64
            yield one
          } {
            zero = 0.0 : f64
            yield zero
          }
          return r
        }
        """,
        fuse,
        (V, 3.0),
    )
    assert "map" not in opcodes(program)


def decides(x, t):
    """Compares, and has no other use for the squares."""
    return 1.0 if np.sum(x * x) > t else 0.0


def decides_and_keeps(x, t):
    """Takes the same decision, and keeps the squares."""
    squares = x * x
    if np.sum(squares) > t:
        return np.sum(squares * x) * 0.0 + 1.0
    return np.sum(squares * squares) * 0.0


def total(x):
    return np.sum(x * x)


def test_one_decision_in_two_functions() -> None:
    rng = np.random.default_rng(0)
    value, one, two, slope = ep.compile(total), ep.compile(decides), ep.compile(decides_and_keeps), ep.value_and_grad(decides_and_keeps)
    for x in rng.normal(size=(300, 57)):
        near = float(value(x))
        for t in (near, np.nextafter(near, -np.inf), np.nextafter(near, np.inf)):
            assert one(x, t) == two(x, t) == slope(x, t)[0]


def test_checks_of_elements_stay_in_order() -> None:
    program = same(
        """
        func @f(i: i64[:], n: i64, c: bool) -> (i64[:]) {
          a = index i, n {axis=0, checked=True}
          b = add a, i
          check c {error=ValueError, message='later'}
          d = mul b, i
          return d
        }
        """,
        fuse,
        (np.array([0, 5]), 3, False),
        (np.array([0, 5]), 3, True),
        (np.array([0, 2]), 3, False),
        (np.array([0, 2]), 3, True),
    )
    assert opcodes(program).index("index") < opcodes(program).index("check")
