"""Relaxed arithmetic: on sums and off decisions, and nowhere else."""

from __future__ import annotations

import numpy as np

from everypath.ir.program import Op, Program
from everypath.ir.walk import ops_in
from everypath.optimise.relax import relax

from .same import same

X = np.array([1.0, 1e-17, 3.0])


def relaxed(program: Program) -> list[str]:
    """The relaxed ops by the names of their results (the opcode where there is none)."""
    found: list[Op] = [op for function in program for op in ops_in(function.body) if op.attributes.get("relaxed")]
    return [op.results[0].name if op.results else op.name for op in found]


def loop(body: str, carried: str = "s", yielded: str = "s2", after: str = "") -> str:
    inits = ", ".join("z" for _ in carried.split(", "))
    arguments = ", ".join(f"{name}: f64" for name in carried.split(", "))
    results = ", ".join(f"{name}_end" for name in carried.split(", "))
    return f"""
    func @f(x: f64[:]) -> (f64) {{
      zero = 0 : i64
      one = 1 : i64
      z = 0.5 : f64
      n = dim x {{axis=0}}
      {results} = for zero, n, one, {inits} {{(i: i64, {arguments}):
        a = load x, i
        {body}
        yield {yielded}
      }}
      {after}
      return {results.split(",")[0]}
    }}
    """


def test_a_sum_and_the_product_it_adds() -> None:
    program = same(loop("p = mul a, a\n q = mul a, a\n r = sin q\n t = add s, p\n s2 = sub t, r"), relax, (X,))
    assert relaxed(program) == ["p", "r", "t", "s2"]


def test_a_product_with_another_reader_is_rounded() -> None:
    program = same(loop("p = mul a, a\n store p, x, i\n s2 = add s, p"), relax, (X,))
    assert relaxed(program) == ["s2"]


def test_kahan_keeps_its_bits() -> None:
    body = "y = sub a, c\n t = add s, y\n d = sub t, s\n c2 = sub d, y"
    program = same(loop(body, "s, c", "t, c2"), relax, (X,))
    assert relaxed(program) == []


def test_recurrences_are_no_sums() -> None:
    for body in ("s2 = mul s, a", "s2 = add s, s", "s2 = sub a, s", "t = add s, a\n s2 = mul t, a", "r = sin s\n s2 = add s, r"):
        program = same(loop(body), relax, (X,))
        assert not {"s2", "t"} & set(relaxed(program)), body
    program = same(loop("t = add s, r", "s, r", "r, t"), relax, (X,))
    assert relaxed(program) == []


def test_a_sum_that_reaches_a_decision() -> None:
    program = same(loop("p = exp a\n s2 = add s, p", after='c = lt s_end, z\n y = cast c {dtype="f64"}'), relax, (X,))
    assert relaxed(program) == []
    program = same(loop("p = exp a\n c = lt s, z\n s2 = add s, p"), relax, (X,))
    assert relaxed(program) == []
    program = same(loop("p = exp a\n s2 = add s, p", after='k = cast s_end {dtype="i64"}'), relax, (X,))
    assert relaxed(program) == []


def test_decisions_through_memory() -> None:
    text = """
    func @f(x: f64[:], y: f64[:], i: i64) -> (f64) {
      a = load x, i
      b = exp a
      store b, x, i
      v = view x, i {axes="i"}
      c = load v
      d = load y, i
      e = exp d
      store e, y, i
      f = load y, i
      one = 1.0 : f64
      t = gt c, one
      g = select t, f, one
      return g
    }
    """
    assert relaxed(same(text, relax, (X, X, 1))) == ["e"]


def test_sums_through_branches_and_inner_loops() -> None:
    body = """
        c = lt a, z
        s1 = if c {
          p = mul a, a
          t = add s, p
          yield t
        } {
          yield s
        }
        s2 = for zero, n, one, s1 {(j: i64, w: f64):
          b = load x, j
          q = mul a, b
          w2 = add w, q
          yield w2
        }
    """
    assert relaxed(same(loop(body), relax, (X,))) == ["p", "t", "q", "w2"]


def test_updates_in_place() -> None:
    body = "p = mul a, a\n o = load x, zero\n t = add o, p\n store t, x, zero\n s2 = add s, a"
    assert relaxed(same(loop(body), relax, (X,))) == ["p", "t", "s2"]
    body = "p = mul a, a\n accumulate p, x, zero\n s2 = add s, a"
    assert relaxed(same(loop(body), relax, (X,))) == ["p", "accumulate", "s2"]
    body = "p = mul a, a\n o = load x, zero\n t = add o, p\n store t, x, i\n s2 = add s, a"
    assert relaxed(same(loop(body), relax, (X,))) == ["s2"]


def test_what_a_caller_may_decide_on() -> None:
    text = """
    func @f(x: f64) -> (f64) {
      y = call x {callee="g"} : f64
      return y
    }
    func @g(x: f64) -> (f64) {
      y = exp x
      return y
    }
    """
    assert relaxed(same(text, relax, (0.5,))) == []
