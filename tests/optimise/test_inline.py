"""Inlining: calls of functions that are not recursive disappear."""

from __future__ import annotations

import math
import sys

import numpy as np

import everypath as ep
from everypath.optimise.inline import inline

from .same import opcodes, same

inlining = sys.modules["everypath.optimise.inline"]

CHAIN = """
func @f(x: f64) -> (f64) {
  y = call x {callee="twice"} : f64
  z = call y {callee="square"} : f64
  return z
}
func @square(x: f64) -> (f64) {
  y = mul x, x
  return y
}
func @twice(x: f64) -> (f64) {
  c = lt x, x
  y = if c {
    yield x
  } {
    s = call x {callee="square"} : f64
    y = add x, s
    yield y
  }
  return y
}
func @unused(x: f64) -> (f64) {
  return x
}
"""


def test_calls_become_bodies_and_the_rest_goes() -> None:
    program = same(CHAIN, inline, (1.5,))
    assert list(program.functions) == ["f"]
    assert opcodes(program) == ["lt", "if", "yield", "mul", "add", "yield", "mul", "return"]


def test_named_entries_stay() -> None:
    program = same(CHAIN, lambda p: inline(p, ("f", "twice")), (1.5,))
    assert list(program.functions) == ["f", "twice"]


def test_recursion_stays_a_call() -> None:
    program = same(
        """
        func @f(n: i64) -> (i64) {
          y = call n {callee="g"} : i64
          return y
        }
        func @g(n: i64) -> (i64) {
          one = 1 : i64
          c = lt n, one
          y = if c {
            yield one
          } {
            m = sub n, one
            p = call m {callee="f"} : i64
            q = mul p, n
            yield q
          }
          return y
        }
        """,
        inline,
        (5,),
    )
    assert set(program.functions) == {"f", "g"}


def weighed(a, b):
    total = 0.0
    for k in range(len(a)):
        total = total + math.sin(a[k]) * b[k] ** 2 + a[k] / b[k]
    return total


def twice(a, b):
    return weighed(a, b) + weighed(b, a) * weighed(a, a)


def test_what_is_given_memory_twice_is_inlined_only_where_that_is_not_long(monkeypatch) -> None:
    def f(x):
        return twice(x[1:], x[:-1]) + weighed(x, x)

    def again(x):
        return f(x)

    x = np.linspace(0.1, 0.5, 4)
    monkeypatch.setattr(inlining, "LONG", 60)
    assert "call" not in ep.grad(f).show("ir", x)
    monkeypatch.setattr(inlining, "LONG_INSIDE", 60)
    assert "call" in ep.grad(again).show("ir", x)
    slopes = [(f(x + 1e-5 * e) - f(x - 1e-5 * e)) / 2e-5 for e in np.eye(4)]
    assert np.allclose(ep.grad(again)(x), slopes, rtol=1e-6)
