"""Scalars of loops in front of them: the same answers and errors, and names that are seen outside."""

from __future__ import annotations

import numpy as np

import everypath as ep
from everypath.ir.program import Program
from everypath.optimise.hoist import hoist, hoist_integers
from everypath.optimise.rewriting import each

from .same import same

LOOPS = """
func @f(x: f64[:], y: f64, n: i64) -> (f64) {
  zero = 0 : i64
  one = 1 : i64
  s = for zero, n, one, y {(i: i64, s_1: f64):
    m = dim x {axis=0}
    last = sub m, one
    u = log y
    t = for zero, last, one, s_1 {(j: i64, t_1: f64):
      far = sub last, one
      k = mul i, one {overflow="raise"}
      b = load x, j
      c = mul u, y
      d = mul b, c
      e = load x, far
      g = add d, e
      t_2 = add t_1, g
      yield t_2
    }
    yield t
  }
  return s
}
"""


def before_loops(program: Program) -> list[str]:
    return [op.name for op in program.main.body.ops if op.name not in ("constant", "for", "return")]


def test_what_is_the_same_at_every_turn_is_before_all_of_them() -> None:
    cases = [(np.arange(1.0, 4.0), 2.0, 2), (np.ones(0), 2.0, 0), (np.ones(1), -1.0, 2)]
    assert before_loops(same(LOOPS, each(hoist), *cases)) == ["dim", "sub", "log", "sub", "mul"]
    assert before_loops(same(LOOPS, each(hoist_integers), *cases)) == ["dim", "sub", "sub"]


def never(x, n):
    """No turn, and so no path through the logarithm of 0."""
    total = x * 3.0
    for _ in range(n):
        total = total + np.log(x)
    return total


def test_a_loop_without_turns_has_no_derivative() -> None:
    with np.errstate(all="ignore"):
        assert ep.grad(never)(0.0, 0) == ep.grad(never, backend="interpreter")(0.0, 0) == 3.0
    np.testing.assert_allclose(ep.grad(never)(2.0, 4), 5.0)
