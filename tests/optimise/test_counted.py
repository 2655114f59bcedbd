"""Counting `while` loops are `for` loops; others stay."""

from __future__ import annotations

import numpy as np
import pytest

import everypath as ep
from everypath.optimise import before
from everypath.optimise.counted import counted
from everypath.optimise.rewriting import each

from .same import opcodes, same

COUNTED = each(counted)


def counting(test: str, update: str, start: str = "k", bound: str = "n", more: str = "") -> str:
    again = test.replace(start + ",", "j,").replace(", " + start, ", j")
    return f"""
    func @f(x: f64[:], k: i64) -> (i64, f64) {{
      zero = 0 : i64
      one = 1 : i64
      three = 3 : i64
      minus = -1 : i64
      s = 0.0 : f64
      n = dim x {{axis=0}}
      m = mod k, three
      c = {test}
      r, t = while c, {start}, s {{(i: i64, s: f64):
        p = index i, n {{axis=0, checked=False}}
        a = load x, p
        s2 = add s, a
        j = {update} {{overflow="raise"}}
        {more}
        d = {again}
        yield d, j, s2
      }}
      return r, t
    }}
    """


@pytest.mark.parametrize(
    ("test", "update", "start"),
    [
        ("lt zero, n", "add i, one", "zero"),
        ("gt n, zero", "add i, three", "zero"),
        ("lt m, n", "add one, i", "m"),
        ("gt n, minus", "sub i, one", "n"),
        ("ge m, zero", "add i, minus", "m"),
        ("ge m, zero", "sub i, three", "m"),
    ],
)
def test_counters_up_and_down(test: str, update: str, start: str) -> None:
    text = counting(test, update, start)
    if start == "n":
        text = text.replace("index i, n", "index zero, n")
    if "ge" in test:
        text = text.replace("p = index i, n", "q = minimum i, zero\n p = index q, n")
    cases = [(np.arange(float(n)), k) for n in (1, 2, 5, 6) for k in range(3)]
    program = same(text, COUNTED, *cases)
    assert "for" in opcodes(program) and "while" not in opcodes(program)
    assert "while" not in opcodes(same(text, before, *cases))


@pytest.mark.parametrize(
    ("test", "update", "start"),
    [("lt m, n", "mul i, three", "m"), ("lt k, n", "add i, one", "k"), ("lt zero, n", "add i, k", "zero")],
)
def test_others_stay(test: str, update: str, start: str) -> None:
    program = same(counting(test, update, start), COUNTED, (np.arange(5.0), 1))
    assert "while" in opcodes(program)


def test_a_bound_of_any_size() -> None:
    text = """
    func @f(n: i64) -> (i64) {
      zero = 0 : i64
      one = 1 : i64
      c = lt zero, n
      r = while c, zero {(i: i64):
        j = add i, one {overflow="raise"}
        d = lt j, n
        yield d, j
      }
      return r
    }
    """
    assert "while" not in opcodes(same(text, before, (7,), (0,), (-3,)))


def test_a_bound_that_moves_stays() -> None:
    text = """
    func @f(n: i64) -> (i64) {
      zero = 0 : i64
      one = 1 : i64
      c = lt zero, n
      r, b = while c, zero, n {(i: i64, b: i64):
        j = add i, one {overflow="raise"}
        a = sub b, one {overflow="raise"}
        d = lt j, a
        yield d, j, a
      }
      return r
    }
    """
    program = same(text, COUNTED, (7,), (0,))
    assert "while" in opcodes(program)


def test_the_step_may_be_known_in_the_loop_alone() -> None:
    def total(x):
        i, s = 0, 0.0
        while i < len(x):
            s += x[i] * x[i]
            i += 1
        return s

    x = np.arange(4.0)
    assert "while" not in ep.compile(total).show("ir", x)
    np.testing.assert_array_equal(ep.grad(total)(x), 2.0 * x)
