"""What a loop puts back for one turn alone is read where it was kept: the same answers, and fewer writes."""

from __future__ import annotations

import numpy as np
import pytest

import everypath as ep
from everypath.optimise.dead import dead
from everypath.optimise.put_back import put_back
from everypath.optimise.rewriting import each

from .same import opcodes, same

PROGRAM = """
func @f(x: f64[:, :], n: i64) -> (f64, f64[:]) {
  zero = 0 : i64
  one = 1 : i64
  back = -1 : i64
  half = 0.5 : f64
  a = copy x
  kept = full half, n, n, n
  y = full half, n
  FROM
    after = add k, one {overflow='never'}
    count = sub n, after
    there = view kept, k, zero, count, zero, count {axes='iuu'}
    old = copy there
    row = view a, k {axes='ia'}
    part = view a, after, count, after, count {axes='uu'}
    turned = transpose part {axes=(1, 0)}
    BODY
    yield
  }
  s = sum y {axes=(0,), keepdims=False}
  END
  return s, y
}
"""

DOWN = "first = sub n, one\n for first, back, back {(k: i64):"
UP = "for zero, n, one {(k: i64):"
UNDO = "assign old, part {undoes=True}\n"
OF_ROW = "p = matmul row, row\n store p, y, k\n"
OF_PART = "q = sum part {axes=(0, 1), keepdims=False}\n store q, y, k\n"
OF_TURNED = OF_PART.replace("part", "turned")
OF_ALL = OF_PART.replace("part", "a")
INNER = "for zero, n, one {(j: i64):\n p = load a, PLACE\n store p, y, k\n yield\n }\n"
FIRST = (
    "for zero, one, one {(h: i64):\n i = index h, n {axis=0, checked=True}\n w = add h, one\n z = load a, PLACE\n store z, y, h\n yield\n }"
)


@pytest.mark.parametrize(
    ("way", "body", "end", "stays"),
    [
        (DOWN, UNDO + OF_ROW, "", False),
        (UP, UNDO + OF_ROW, "", True),
        (DOWN, UNDO + OF_ROW, "z = load a, zero, zero\n store z, y, zero", False),
        (DOWN, UNDO + OF_ROW, "z = load a, one, one\n store z, y, zero", True),
        (DOWN, UNDO + OF_ROW, FIRST.replace("PLACE", "zero, w"), False),
        (DOWN, UNDO + OF_ROW, FIRST.replace("PLACE", "i, i"), False),
        (DOWN, UNDO + OF_ROW, FIRST.replace("PLACE", "w, w"), True),
        (DOWN, UNDO + OF_PART, "", False),
        (DOWN, UNDO + OF_TURNED, "", True),
        (DOWN, UNDO + "again = transpose part {axes=(1, 0)}\n" + OF_TURNED.replace("turned", "again"), "", False),
        (DOWN, UNDO + OF_ALL, "", True),
        (DOWN, OF_PART + UNDO, "", True),
        (DOWN, UNDO + "fill half, row\n" + OF_PART, "", True),
        (DOWN, "p = load a, k, k\n store p, y, k\n store half, a, k, k", "", False),
        (DOWN, "store half, a, k, k\n p = load a, k, k\n store p, y, k", "", True),
        (UP, "p = load a, k, k\n store p, y, k\n store half, a, k, zero", "", False),
        (UP, "p = load a, k, zero\n store p, y, k\n store half, a, zero, zero", "", True),
        (UP, "p = load a, zero, k\n store p, y, k\n store half, a, one, zero", "", False),
        (DOWN, INNER.replace("PLACE", "j, k") + "store half, a, k, k", "", False),
        (DOWN, INNER.replace("PLACE", "k, j") + "store half, a, zero, k", "", True),
        (DOWN, INNER.replace("PLACE", "j, j") + "store half, a, zero, k", "", True),
    ],
)
def test_values(way: str, body: str, end: str, *, stays: bool) -> None:
    text = PROGRAM.replace("FROM", way).replace("BODY", body).replace("END", end)
    cases = [(np.arange(1.0, n * n + 1).reshape(n, n) ** 0.5, n) for n in (2, 5)]
    changed = same(text, lambda program: each(dead)(each(put_back)(program)), *cases)
    written = sum(name in ("assign", "store", "fill") for name in opcodes(changed))
    assert written == sum(text.count(f" {name} ") + text.count(f"\n{name} ") for name in ("assign", "store", "fill")) - (not stays)


def orthogonal(a):
    """Columns made orthogonal one after the other, in place."""
    r = np.zeros((a.shape[1], a.shape[1]))
    a = a.copy()
    for k in range(a.shape[1]):
        r[k, k] = np.sqrt(np.sum(a[:, k] ** 2))
        a[:, k] = a[:, k] / r[k, k]
        for j in range(k + 1, a.shape[1]):
            r[k, j] = np.dot(a[:, k], a[:, j])
            a[:, j] -= a[:, k] * r[k, j]
    return np.sum(r * np.arange(r.size).reshape(r.shape)) + np.sum(a[0])


def test_a_gradient_puts_nothing_back_for_one_turn() -> None:
    a = np.random.default_rng(0).normal(size=(5, 4))
    ep.check_grads(orthogonal, (a,), order=2)
    swept = ep.grad(orthogonal).show("optimised", a).rpartition("for last")[2]
    assert "_before_tape" not in swept.replace("a_before_tape", "")
