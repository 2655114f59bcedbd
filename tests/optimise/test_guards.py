"""Loops in two versions: the fast one runs where the guard holds, the other one raises what CPython raises."""

from __future__ import annotations

import numpy as np

from everypath.ir.program import Op, Program, Region
from everypath.ir.walk import ops_in
from everypath.optimise import after, before
from everypath.optimise.guards import guards
from everypath.optimise.rewriting import each, may_raise

from .same import same

GUARDS = each(guards)


def versions(program: Program) -> list[tuple[Region, Region]]:
    """The bodies (fast, slow) of every loop with two versions."""
    found = []
    for op in ops_in(program.main.body):
        if op.name == "if" and op.regions[1].ops[0].attributes.get("cold"):
            found.append((op.regions[0].ops[0].regions[0], op.regions[1].ops[0].regions[0]))
    return found


def raising(region: Region) -> list[Op]:
    return [op for op in ops_in(region) if may_raise(op)]


SUM = """
func @f(x: f64[:], y: f64[:], lo: i64, hi: i64) -> (f64) {{
  {constants}
  one = 1 : i64
  s = 0.0 : f64
  n = dim x {{axis=0}}
  m = dim y {{axis=0}}
  t = for lo, hi, step, s {{(i: i64, s: f64):
    j = add i, one {{overflow="raise"}}
    p = index i, n {{axis=0}}
    q = index j, m {{axis=0}}
    a = load x, p
    b = load y, q
    c = mul a, b
    store c, y, q
    s2 = add s, c
    yield s2
  }}
  return t
}}
"""

X, Y = np.arange(1.0, 6.0), np.arange(1.0, 7.0)


def test_checks_at_both_ends() -> None:
    for step in (1, 2, 3, -1, -2):
        text = SUM.format(constants=f"step = {step} : i64")
        cases = [(X, Y, lo, hi) for lo in range(-7, 8) for hi in range(-7, 8)]
        if abs(step) > 1:
            text = text.replace("for lo, hi,", "for low, high,").replace(
                "s = 0.0 : f64",
                "s = 0.0 : f64\n big = 1000 : i64\n small = -1000 : i64\n l = maximum lo, small\n low = minimum l, big\n"
                " h = maximum hi, small\n high = minimum h, big",
            )
        program = same(text, GUARDS, *cases)
        ((fast, slow),) = versions(program)
        assert not raising(fast)
        assert len(raising(slow)) == 3
        same(text, after, *cases)


def test_overflow_at_the_end() -> None:
    text = SUM.format(constants="step = 1 : i64")
    same(text, GUARDS, (X, Y, 2**63 - 3, 2**63 - 1), (X, Y, 2**63 - 1, 2**63 - 1), (X, Y, -(2**63), -(2**63)))
    same(text, GUARDS, (X, Y, 2**63 - 1, -(2**63)))


def test_indices_from_memory_keep_their_checks() -> None:
    text = """
    func @f(x: f64[:], k: i64[:]) -> (f64) {
      zero = 0 : i64
      one = 1 : i64
      s = 0.0 : f64
      n = dim x {axis=0}
      m = dim k {axis=0}
      t = for zero, n, one, s {(i: i64, s: f64):
        p = index i, m {axis=0}
        a = load k, p
        q = index a, n {axis=0}
        b = load x, q
        s2 = add s, b
        yield s2
      }
      return t
    }
    """
    cases = [(np.arange(3.0), np.array(k)) for k in ([0, 1, 2], [2, -1, 0], [0, 3, 1], [1, 1])]
    ((fast, slow),) = versions(same(text, GUARDS, *cases))
    assert [op.operands[0].name for op in raising(fast)] == ["a"]
    assert len(raising(slow)) == 2


def test_counting_from_the_end() -> None:
    text = """
    func @f(x: f64[:], m: i64) -> (f64) {
      zero = 0 : i64
      one = 1 : i64
      four = 4 : i64
      minus = -1 : i64
      s = 0.0 : f64
      n = dim x {axis=0}
      t = for zero, four, one, s {(i: i64, s: f64):
        j = sub minus, i {overflow="raise"}
        q = index j, n {axis=0}
        b = load x, q
        k = add i, m {overflow="raise"}
        r = index k, n {axis=0}
        c = load x, r
        d = mul b, c
        s2 = add s, d
        yield s2
      }
      return t
    }
    """
    cases = [(np.arange(float(n)), m) for n in range(7) for m in range(-5, 5)]
    program = same(text, GUARDS, *cases)
    ((fast, _),) = versions(program)
    assert not raising(fast)
    same(text, after, *cases)


PACKED = """
func @f(icf: f64[:, :], x: f64[:, :], count: i64) -> (f64) {
  zero = 0 : i64
  one = 1 : i64
  s = 0.0 : f64
  n = dim x {axis=0}
  d = dim x {axis=1}
  rows = dim icf {axis=0}
  width = dim icf {axis=1}
  t = for zero, n, one, s {(i: i64, s: f64):
    s3 = for zero, count, one, s {(c: i64, s: f64):
      p, s2 = for zero, d, one, d, s {(b: i64, p: i64, s: f64):
        lo = add b, one {overflow="raise"}
        p2, s1 = for lo, d, one, p, s {(a: i64, p: i64, s: f64):
          row = index c, rows {axis=0}
          k = index p, width {axis=1}
          u = load icf, row, k
          e = index a, d {axis=1}
          j = index i, n {axis=0}
          v = load x, j, e
          w = mul u, v
          s0 = add s, w
          q = add p, one {overflow="raise"}
          yield q, s0
        }
        yield p2, s1
      }
      yield s2
    }
    yield s3
  }
  return t
}
"""


def test_guards_leave_the_nest() -> None:
    """The inner loop of a Gaussian mixture: its guards stand before all loops, computed for every turn where they must be."""
    rng = np.random.default_rng(0)
    cases = [
        (rng.normal(size=(k, d * (d + 1) // 2 + more)), rng.normal(size=(n, d)), k + wrong)
        for n in (0, 2)
        for k in (0, 2)
        for d in (0, 1, 3)
        for more in (0, -1, 1)
        for wrong in (0, 1)
        if d * (d + 1) // 2 + more >= 0
    ]
    program = same(PACKED, lambda p: after(before(p)), *cases)
    ((fast, slow),) = versions(program)
    assert not raising(fast) and raising(slow)
    body = program.main.body
    outer = next(op for op in body.ops if op.name == "for" and any(o.name == "load" for o in ops_in(op.regions[0])))
    ahead = [op for op in body.ops[: body.ops.index(outer)] if op.name == "for"]
    assert len(ahead) == 2, "one over c, one over b"
    assert all(len(op.results) == 1 for op in ahead)


def test_a_loop_under_a_condition_has_its_guard_there() -> None:
    text = """
    func @f(x: f64[:, :], y: f64[:]) -> (f64) {
      zero = 0 : i64
      one = 1 : i64
      s = 0.0 : f64
      n = dim x {axis=0}
      d = dim x {axis=1}
      m = dim y {axis=0}
      t = for zero, n, one, s {(i: i64, s: f64):
        c = lt i, m
        s3 = if c {
          s2 = for zero, d, one, s {(j: i64, s: f64):
            p = index i, m {axis=0}
            q = index j, m {axis=0}
            u = load y, p
            v = load y, q
            w = mul u, v
            z = add s, w
            yield z
          }
          yield s2
        } {
          yield s
        }
        yield s3
      }
      return t
    }
    """
    cases = [(np.ones((n, d)), np.arange(float(m))) for n in (0, 2, 4) for d in (0, 2, 3) for m in (0, 2, 3)]
    same(text, GUARDS, *cases)
    same(text, lambda p: after(before(p)), *cases)
