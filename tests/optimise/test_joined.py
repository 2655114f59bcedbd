"""Two branches on one condition are one, where what stands between them could as well stand before."""

from __future__ import annotations

import numpy as np
import pytest

import everypath as ep
from everypath.optimise.joined import joined
from everypath.optimise.rewriting import each

from .same import opcodes, same

JOINED = each(joined)

PROGRAM = """
func @f(c: bool, x: f64, y: f64[:]) -> (f64, f64[:]) {{
  zero = 0 : i64
  one = 1.0 : f64
  half = 0.5 : f64
  a, p = if c {{
    u = mul x, x
    q = mul y, u
    yield u, q
  }} {{
    store one, y, zero
    yield x, y
  }}
  {between}
  z = if c {{
    s = load p, zero
    t = if c {{
      r = add s, a
      yield r
    }} {{
      yield s
    }}
    store half, y, zero
    yield t
  }} {{
    w = load y, zero
    v = mul w, a
    yield v
  }}
  b = add z, a
  return b, p
}}
"""


@pytest.mark.parametrize(
    ("between", "branches"),
    [
        ("k = mul x, x", 2),
        ("n = dim y {axis=0}\n  v0 = view y, zero {axes='i'}", 2),
        ("n = dim y {axis=0}\n  h = full x, n\n  store half, h, zero\n  g = add h, half", 2),
        ("n = dim y {axis=0}\n  h = full x, n\n  g = add h, y", 3),
        ("k = add a, x", 3),
        ("k = load y, zero", 3),
        ("store half, y, zero", 3),
        ("k = mul y, y", 3),
        ("n = dim p {axis=0}", 3),
    ],
)
def test_one_branch(between: str, branches: int) -> None:
    cases = [(c, x, np.array([2.0, 3.0])) for c in (True, False) for x in (0.5, -3.0)]
    program = same(PROGRAM.format(between=between), JOINED, *cases)
    assert opcodes(program).count("if") == branches


def repelled(x):
    """Rows that push each other away: each turn of the loop has a branch, and arrays on one side of it alone."""
    a = np.zeros_like(x)
    for i in range(len(x)):
        for j in range(len(x)):
            if i != j:
                d = x[j] - x[i]
                a[i] += d / np.sqrt(np.sum(d**2) + 0.01) ** 3
    return np.sum(a**2)


def test_what_a_turn_computes_again_stays_on_its_side() -> None:
    x = np.array([[0.1, 0.2, -0.3], [1.0, -0.7, 0.4], [0.3, 0.9, -1.2]])
    ep.check_grads(repelled, (x,), order=2)
    assert "unused" not in ep.grad(repelled).show("optimised", x)
