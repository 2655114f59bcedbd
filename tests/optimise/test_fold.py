"""Folding: what is known ahead takes the place of what computes it, and nothing else changes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from everypath.optimise.fold import fold
from everypath.optimise.rewriting import each

from .same import opcodes, same

FOLD = each(fold)


def test_constants_and_branches() -> None:
    program = same(
        """
        func @f(a: f64) -> (f64) {
          one = 1 : i64
          two = 2 : i64
          c = lt one, two
          x = if c {
            y = exp a
            yield y
          } {
            yield a
          }
          return x
        }
        """,
        FOLD,
        (0.5,),
    )
    assert "if" not in opcodes(program)


def test_no_identity_that_changes_a_float() -> None:
    program = same(
        """
        func @f(x: f64) -> (f64, f64, f64, f64) {
          zero = 0.0 : f64
          a = mul x, zero
          b = sub x, x
          c = add x, zero
          d = div x, x
          return a, b, c, d
        }
        """,
        FOLD,
        (math.nan,),
        (math.inf,),
        (-0.0,),
        (0.0,),
        (1.0,),
    )
    assert {"mul", "sub", "add", "div"} <= set(opcodes(program))


def test_identities_of_floats_that_hold() -> None:
    program = same(
        """
        func @f(x: f64) -> (f64, f64, f64, f64, f64) {
          zero = 0.0 : f64
          mark = -0.0 : f64
          one = 1.0 : f64
          a = mul x, one
          b = sub x, zero
          c = add x, mark
          d = div x, one
          e = path x, one
          return a, b, c, d, e
        }
        """,
        FOLD,
        (math.nan,),
        (-0.0,),
        (0.0,),
        (1.5,),
        (-math.inf,),
    )
    assert set(opcodes(program)) == {"constant", "return"}


def test_an_index_in_range_is_its_operand() -> None:
    program = same(
        """
        func @f(x: f64[:]) -> (f64) {
          zero = 0 : i64
          one = 1 : i64
          s = 0.0 : f64
          n = dim x {axis=0}
          t = for one, n, one, s {(i: i64, s: f64):
            j = sub i, one {overflow="raise"}
            p = index i, n {axis=0}
            q = index j, n {axis=0}
            a = load x, p
            b = load x, q
            d = mul a, b
            s2 = add s, d
            yield s2
          }
          return t
        }
        """,
        FOLD,
        (np.arange(5.0),),
        (np.arange(0.0),),
        (np.arange(1.0),),
    )
    assert "index" not in opcodes(program)
    assert all(op.attributes.get("overflow") != "raise" for op in program.main.body.ops[4].regions[0].ops)


def test_an_index_under_a_condition() -> None:
    program = same(
        """
        func @f(x: f64[:], i: i64) -> (f64) {
          zero = 0 : i64
          one = 1 : i64
          n = dim x {axis=0}
          low = gt i, zero
          high = lt i, n
          inside = and low, high
          t = if inside {
            j = sub i, one {overflow="raise"}
            q = index j, n {axis=0}
            b = load x, q
            yield b
          } {
            p = index i, n {axis=0}
            b = load x, p
            yield b
          }
          return t
        }
        """,
        FOLD,
        *((np.arange(5.0), i) for i in (-7, -1, 0, 1, 4, 5)),
    )
    assert opcodes(program).count("index") == 1


def test_dims_of_what_is_made() -> None:
    program = same(
        """
        func @f(x: f64[:, :], n: i64) -> (i64, i64, i64, i64) {
          v = 2.0 : f64
          y = exp x
          a = dim y {axis=1}
          z = full v, n, n
          t = transpose z {axes=(1, 0)}
          b = dim t {axis=1}
          w = view x, n {axes="ian"}
          c = dim w {axis=0}
          d = dim w {axis=1}
          return a, b, c, d
        }
        """,
        FOLD,
        (np.ones((2, 3)), 1),
    )
    dims = [op for op in program.main.body.ops if op.name == "dim"]
    assert [op.operands[0].name for op in dims] == ["x"]


def test_what_is_reversed_is_as_long() -> None:
    """An extent over a step of one is the extent: `x[::-1] * x` needs no look at which of the two is repeated."""
    program = same(
        """
        func @f(x: f64[:]) -> (f64[:], f64) {
          n = dim x {axis=0}
          one = 1 : i64
          top = sub n, one
          count = floordiv n, one
          back = -1 : i64
          r = view x, top, count, back {axes='s'}
          y = mul r, x
          u = 2.5 : f64
          whole = 1.0 : f64
          v = floordiv u, whole
          return y, v
        }
        """,
        FOLD,
        (np.array([0.5, -1.5, 2.0]),),
        (np.zeros(0),),
    )
    assert "floordiv" not in opcodes(program)


def test_overflow_is_kept_where_it_may_happen() -> None:
    program = same(
        """
        func @f(a: i64) -> (i64) {
          one = 1 : i64
          b = add a, one {overflow="raise"}
          return b
        }
        """,
        FOLD,
        (3,),
        (2**63 - 1,),
    )
    assert program.main.body.ops[1].attributes["overflow"] == "raise"


def test_loops_that_run_never_or_once() -> None:
    program = same(
        """
        func @f(a: f64, n: i64) -> (f64, f64) {
          zero = 0 : i64
          one = 1 : i64
          x = for one, zero, one, a {(i: i64, x: f64):
            y = exp x
            yield y
          }
          next = add n, one
          z = for n, next, one, a {(i: i64, x: f64):
            k = cast i {dtype="f64"}
            y = mul x, k
            yield y
          }
          w = for zero, one, one, z {(i: i64, x: f64):
            y = sin x
            yield y
          }
          return x, w
        }
        """,
        FOLD,
        (0.5, 3),
    )
    assert opcodes(program).count("for") == 1


@pytest.mark.parametrize("name", ["add", "sub", "mul", "div", "square", "sqrt"])
def test_constants_fold_to_the_bits_of_running(name: str) -> None:
    operands = "p, q" if name in ("add", "sub", "mul", "div") else "p"
    for p in (0.1, -0.0, 1e308, 5e-324):
        for q in (0.3, 0.0, 1e-308):
            same(
                f"""
                func @f() -> (f64) {{
                  p = {p!r} : f64
                  q = {q!r} : f64
                  r = {name} {operands}
                  return r
                }}
                """,
                FOLD,
                (),
            )


def test_what_is_read_at_all_places_in_their_order_is_a_copy() -> None:
    program = same(
        """
        func @f(x: f64[:, :], y: f64[:, :]) -> (f64[:, :], f64[:, :]) {
          one = 1 : i64
          zero = 0.0 : f64
          n = dim x {axis=0}
          m = dim y {axis=0}
          last = sub n, one
          other = sub m, one
          place = iota n
          here = minimum place, last
          there = minimum place, other
          a = gather x, here
          b = gather y, there
          fill zero, x
          return a, b
        }
        """,
        FOLD,
        (np.arange(6.0).reshape(3, 2), np.arange(2.0).reshape(1, 2)),
        (np.arange(6.0).reshape(3, 2), np.arange(10.0).reshape(5, 2)),
        (np.zeros((0, 2)), np.arange(10.0).reshape(5, 2)),
    )
    assert [opcodes(program).count(name) for name in ("copy", "gather", "minimum")] == [1, 1, 1]
