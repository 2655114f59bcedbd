"""Common subexpressions: merged where nothing happened in between, and only there."""

from __future__ import annotations

import numpy as np
import pytest

from everypath.optimise.cse import cse
from everypath.optimise.rewriting import each

from .same import opcodes, same

CSE = each(cse)


def test_scalars_and_loads() -> None:
    program = same(
        """
        func @f(x: f64, v: f64[:], i: i64) -> (f64) {
          a = mul x, x
          p = load v, i
          b = mul x, x
          q = add a, p
          r = load v, i
          s = add b, r
          t = add q, s
          return t
        }
        """,
        CSE,
        (2.0, np.arange(3.0), 1),
    )
    assert opcodes(program) == ["mul", "load", "add", "add", "return"]


def test_a_write_ends_what_loads_know() -> None:
    program = same(
        """
        func @f(x: f64, v: f64[:], w: f64[:], i: i64) -> (f64, f64, f64) {
          p = load v, i
          o = load w, i
          store x, v, i
          q = load v, i
          u = load w, i
          return p, q, u
        }
        """,
        CSE,
        (2.0, np.arange(3.0), np.arange(3.0), 1),
    )
    assert opcodes(program) == ["load", "load", "store", "load", "return"]


def test_writes_in_loops_and_branches() -> None:
    same(
        """
        func @f(x: f64[:], n: i64) -> (f64) {
          zero = 0 : i64
          one = 1 : i64
          two = 2.0 : f64
          s = load x, zero
          t = for zero, n, one, s {(i: i64, s: f64):
            a = load x, zero
            c = lt a, s
            if c {
              store s, x, zero
              yield
            } {
              yield
            }
            b = load x, zero
            d = mul b, two
            store d, x, zero
            s2 = add a, d
            yield s2
          }
          e = load x, zero
          r = add e, t
          return r
        }
        """,
        CSE,
        (np.array([1.0, 2.0]), 4),
        (np.array([-1.0, 2.0]), 0),
    )


def test_signed_zeros_are_two_constants() -> None:
    program = same(
        """
        func @f() -> (f64, f64, f64, i64) {
          a = 0.0 : f64
          b = -0.0 : f64
          c = 0.0 : f64
          d = 0 : i64
          return a, b, c, d
        }
        """,
        CSE,
        (),
    )
    assert len(opcodes(program)) == 4


def test_arrays_that_are_returned_stay_two() -> None:
    program = same(
        """
        func @f(x: f64[:]) -> (f64[:], f64[:], f64[:]) {
          a = exp x
          b = exp x
          c = sin x
          d = sin x
          e = add c, d
          return a, b, e
        }
        """,
        CSE,
        (np.arange(3.0),),
    )
    assert opcodes(program) == ["exp", "exp", "sin", "add", "return"]


def test_a_checked_index_is_checked_once() -> None:
    program = same(
        """
        func @f(x: f64[:], i: i64) -> (f64) {
          n = dim x {axis=0}
          p = index i, n {axis=0}
          a = load x, p
          m = dim x {axis=0}
          q = index i, m {axis=0}
          b = load x, q
          c = add a, b
          return c
        }
        """,
        CSE,
        (np.arange(3.0), 1),
        (np.arange(3.0), 3),
        (np.arange(3.0), -3),
    )
    assert opcodes(program) == ["dim", "index", "load", "add", "return"]


BUILT = """
func @f(x: f64[:], n: i64, i: i64) -> (f64, f64) {{
  zero = 0.0 : f64
  one = 1.0 : f64
  a = full zero, n
  {middle_of_a}
  store one, a, i
  accumulate x, a
  b = full zero, n
  {between}
  store one, b, i
  accumulate x, b
  {after}
  s = sum a {{axes=(0,), keepdims=False}}
  t = sum b {{axes=(0,), keepdims=False}}
  return s, t
}}
"""


@pytest.mark.parametrize(
    ("where", "merged"),
    [
        ({}, True),
        ({"between": "m = dim b {axis=0}"}, False),
        ({"between": "store one, x, i"}, False),  # the second is built of something else
        ({"between": "store one, b, i"}, False),
        ({"between": "l = load b, i\n  store l, x, i"}, False),  # it is read on the way
        ({"middle_of_a": "l = load a, i\n  store l, x, i"}, False),
        ({"after": "store one, a, i"}, False),
        ({"after": "store one, b, i"}, False),
        ({"after": "fill zero, x"}, True),
    ],
)
def test_arrays_that_are_built_alike(where: dict[str, str], merged: bool) -> None:
    text = BUILT.format(**{"middle_of_a": "", "between": "", "after": "", **where})
    program = same(text, CSE, (np.arange(3.0), 3, 1))
    assert opcodes(program).count("sum") == (1 if merged else 2)


def test_arrays_that_are_built_in_loops() -> None:
    program = same(
        """
        func @f(x: f64[:], n: i64) -> (f64) {
          zero = 0 : i64
          one = 1 : i64
          a = alloc n {dtype='f64'}
          assign x, a
          s = load a, zero
          t = for zero, n, one, s {(i: i64, total: f64):
            b = alloc n {dtype='f64'}
            assign x, b
            p = load b, i
            c = alloc n {dtype='f64'}
            assign x, c
            q = load c, i
            store p, x, zero
            r = add total, q
            u = add r, p
            yield u
          }
          return t
        }
        """,
        CSE,
        (np.arange(1.0, 4.0), 3),
    )
    assert opcodes(program).count("alloc") == 2
