"""Flags that an `if` says or passes on are found by `and` and `or`, and a loop that carries one is still taken for a sum."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath.optimise.flags import flags
from everypath.optimise.rewriting import each

from .same import opcodes, same

PROGRAM = """
func @f(n: i64, m: i64) -> (f64, bool) {
  zero = 0 : i64
  one = 1 : i64
  start = 0.0 : f64
  yes = True : bool
  no = False : bool
  s, flag = for zero, n, one, start, FIRST {(k: i64, r: f64, a: bool):
    c = gt k, m
    t, b = if c {
      u = add r, r
      yield u, THEN
    } {
      yield r, ELSE
    }
    yield t, b
  }
  return s, flag
}
"""


@pytest.mark.parametrize("then, orelse", [("no", "a"), ("yes", "a"), ("a", "no"), ("a", "yes")])
@pytest.mark.parametrize("first", ["yes", "no"])
def test_a_flag_is_found_beside_the_branches(then: str, orelse: str, first: str) -> None:
    text = PROGRAM.replace("FIRST", first).replace("THEN", then).replace("ELSE", orelse)
    made = same(text, each(flags), (0, 0), (3, -1), (3, 1), (3, 9))
    assert {"and", "or"} & set(opcodes(made))


def attraction(p: Any) -> Any:
    total = 0.0
    for i in range(len(p)):
        for j in range(len(p)):
            if i != j:
                total += p[i] * p[j]
    return total


def test_a_sum_that_may_have_no_terms_is_python_s_own_zero() -> None:
    for p in (np.zeros(0), np.ones(1), np.arange(1.0, 4.0)):
        found = ep.compile(attraction)(p)
        assert (type(found), found) == (type(attraction(p)), attraction(p))
