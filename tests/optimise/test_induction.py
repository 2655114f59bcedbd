"""Counters become functions of the loop variable, with Python's own idea of overflow."""

from __future__ import annotations

import numpy as np
import pytest

from everypath.ir.program import Program
from everypath.ir.walk import ops_in
from everypath.optimise import before
from everypath.optimise.induction import induction
from everypath.optimise.rewriting import each

from .same import same

INDUCTION = each(induction)


def carried(program: Program) -> list[int]:
    """How many values each `for` carries, outer loops first."""
    return [len(op.results) for op in ops_in(program.main.body) if op.name == "for"]


def counting(step: str, lo: str = "zero", hi: str = "n", by: str = "one", overflow: str = ' {overflow="raise"}') -> str:
    return f"""
    func @f(x: f64[:], n: i64, m: i64) -> (i64, f64) {{
      zero = 0 : i64
      one = 1 : i64
      minus = -1 : i64
      three = 3 : i64
      width = dim x {{axis=0}}
      s = 0.0 : f64
      p, t = for {lo}, {hi}, {by}, m, s {{(i: i64, p: i64, s: f64):
        k = index p, width {{axis=0}}
        a = load x, k
        s2 = add s, a
        {step}{overflow}
        yield q, s2
      }}
      return p, t
    }}
    """


ARGUMENTS = [(np.arange(9.0), n, m) for n in (-3, 0, 1, 2, 5) for m in (-4, 0, 1, 3)]


@pytest.mark.parametrize("step", ["q = add p, one", "q = add one, p", "q = sub p, one", "q = add p, three", "q = add p, n"])
@pytest.mark.parametrize(("lo", "hi", "by"), [("zero", "n", "one"), ("n", "zero", "minus"), ("m", "n", "one"), ("n", "m", "minus")])
@pytest.mark.parametrize("overflow", ["", ' {overflow="raise"}'])
def test_steps_that_do_not_change(step: str, lo: str, hi: str, by: str, overflow: str) -> None:
    program = same(counting(step, lo, hi, by, overflow), INDUCTION, *ARGUMENTS)
    assert carried(program) == [1]
    assert carried(same(counting(step, lo, hi, by, overflow), before, *ARGUMENTS)) == [1]


@pytest.mark.parametrize("by", ["zero", "n"])
def test_loops_of_unknown_stride_are_left(by: str) -> None:
    program = same(counting("q = add p, one", by=by), INDUCTION, (np.arange(9.0), 0, 1))
    assert carried(program) == [2]


def test_a_step_that_is_not_linear_is_left() -> None:
    program = same(counting("q = mul p, three"), INDUCTION, *ARGUMENTS)
    assert carried(program) == [2]
    program = same(counting("r = mul i, i\n q = add p, r"), INDUCTION, *ARGUMENTS)
    assert carried(program) == [2]


def test_overflow_is_still_an_error() -> None:
    text = """
    func @f(n: i64, m: i64) -> (i64) {
      zero = 0 : i64
      one = 1 : i64
      p = for zero, n, one, m {(i: i64, p: i64):
        q = add p, one {overflow="raise"}
        yield q
      }
      return p
    }
    """
    cases = [(n, 2**63 - 4) for n in (0, 2, 3)]
    program = same(text, INDUCTION, *cases, (4, 2**63 - 4))
    assert carried(program) == [0]


def test_wrapping_counters_wrap() -> None:
    text = """
    func @f(n: i64, m: i64) -> (i64) {
      zero = 0 : i64
      one = 1 : i64
      p = for zero, n, one, m {(i: i64, p: i64):
        q = add p, m
        yield q
      }
      return p
    }
    """
    program = same(text, INDUCTION, (4, 2**62 + 3), (3, 5), (0, 5), (-1, 5))
    assert carried(program) == [0]


TRIANGLE = """
func @f(x: f64[:], d: i64) -> (f64, i64) {
  zero = 0 : i64
  one = 1 : i64
  width = dim x {axis=0}
  s = 0.0 : f64
  p, t = for zero, d, one, d, s {(b: i64, p: i64, s: f64):
    lo = add b, one {overflow="raise"}
    p, s = for lo, d, one, p, s {(a: i64, p: i64, s: f64):
      k = index p, width {axis=0}
      v = load x, k
      s2 = add s, v
      q = add p, one {overflow="raise"}
      yield q, s2
    }
    yield p, s
  }
  return t, p
}
"""


def test_a_packed_triangle() -> None:
    cases = [(np.random.default_rng(d).normal(size=d * (d + 1) // 2), d) for d in range(6)]
    for pass_ in (INDUCTION, before):
        program = same(TRIANGLE, pass_, *cases, (np.zeros(4), 3), (np.zeros(4), -3))
        assert carried(program) == [1, 1]


def test_a_growing_step_downwards() -> None:
    text = """
    func @f(x: f64[:], d: i64) -> (f64, i64) {
      zero = 0 : i64
      one = 1 : i64
      minus = -1 : i64
      two = 2 : i64
      width = dim x {axis=0}
      s = 0.0 : f64
      t, p = for width, zero, minus, s, zero {(b: i64, s: f64, p: i64):
        k = index p, width {axis=0}
        v = load x, k
        s2 = add s, v
        r = mul b, two {overflow="raise"}
        r2 = add r, one {overflow="raise"}
        q = add p, r2 {overflow="raise"}
        m = mod q, width
        q2 = sub q, zero {overflow="raise"}
        yield s2, q2
      }
      return t, p
    }
    """
    program = same(text, INDUCTION, (np.zeros(0), 1), (np.ones(1), 1), (np.ones(2), 1), (np.ones(9), 1))
    assert carried(program) == [1]


def test_a_sum_of_the_loop_variable_is_left() -> None:
    text = """
    func @f(n: i64) -> (i64) {
      zero = 0 : i64
      one = 1 : i64
      p = for zero, n, one, zero {(i: i64, p: i64):
        q = add p, i {overflow="raise"}
        yield q
      }
      return p
    }
    """
    program = same(text, INDUCTION, (0,), (10,))
    assert carried(program) == [1]
