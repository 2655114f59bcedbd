"""What nobody reads is not written, and copies that stay as they are, are what they copy: the same answers, errors and arguments after."""

from __future__ import annotations

import numpy as np
import pytest

import everypath as ep
from everypath.optimise.dead import dead
from everypath.optimise.rewriting import each
from everypath.optimise.unread import unread

from .same import opcodes, same

PROGRAM = """
func @f(c: bool, n: i64, x: f64[:], y: f64[:]) -> (f64, f64[:]) {{
  zero = 0 : i64
  one = 1 : i64
  half = 0.5 : f64
  size = dim x {{axis=0}}
  a = full half, size
  {first}
  s = sum a {{axes=(0,), keepdims=False}}
  {last}
  return s, y
}}
"""

WRITES = frozenset({"store", "assign", "fill", "accumulate", "for", "if", "copy"})


@pytest.mark.parametrize(
    ("first", "last", "left"),
    [
        ("store one_, a, zero", "store half, a, zero", ["store"]),
        ("v = view a, zero, one {axes='u'}", "fill half, v", []),
        ("", "accumulate x, a", []),
        ("", "assign y, a", ["assign"]),
        ("", "store half, y, zero", ["store"]),
        ("", "store half, a, zero\n  b = load a, one\n  store b, y, zero", ["store", "store"]),
        (
            "for zero, n, one {(i: i64):\n  store half, a, zero\n  b = load a, one\n  store b, a, one\n  yield\n  }",
            "",
            ["for", "store", "store"],
        ),
        ("", "for zero, n, one {(i: i64):\n  b = load a, zero\n  d = add b, half\n  store d, a, zero\n  yield\n  }", ["for", "store"]),
        ("", "for zero, n, one {(i: i64):\n  store half, a, zero\n  yield\n  }", []),
        (
            "if c {\n  store half, a, zero\n  yield\n  } {\n  yield\n  }",
            "if c {\n  store half, a, one\n  yield\n  } {\n  yield\n  }",
            ["if", "store"],
        ),
        ("b = copy x\n  accumulate b, a", "", ["accumulate"]),
        ("b = copy x\n  accumulate b, a", "store half, x, zero", ["copy", "accumulate", "store"]),
        ("b = copy x\n  store half, x, zero\n  accumulate b, a", "", ["copy", "store", "accumulate"]),
        ("b = copy x\n  store half, b, zero\n  accumulate b, a", "", ["copy", "store", "accumulate"]),
        ("b = copy a\n  store half, a, one\n  accumulate b, a", "store half, b, zero", ["copy", "store", "accumulate"]),
        ("b = copy a\n  d = copy b\n  accumulate d, x", "store half, d, zero", ["accumulate"]),
        (
            "for zero, n, one {(i: i64):\n  b = copy a\n  accumulate b, x\n  store half, a, zero\n  yield\n  }",
            "",
            ["for", "copy", "accumulate", "store"],
        ),
    ],
)
def test_values(first: str, last: str, left: list[str]) -> None:
    text = PROGRAM.format(first=first.replace("one_", "half"), last=last)
    vectors = [(np.array([0.25, -0.0, np.nan]), np.array([4.0, 5.0, 6.0])), (np.ones(2), np.zeros(3)), (np.ones(3), np.zeros(1))]
    cases = [(c, n, *pair) for c in (True, False) for n in (0, 3) for pair in vectors]
    changed = same(text, lambda program: each(dead)(each(unread)(program)), *cases)
    assert [name for name in opcodes(changed) if name in WRITES] == left


RESHAPED = """
func @f(x: f64[:, :], y: f64[:, :], n: i64) -> (f64) {
  held = copy x
  product = matmul held, y
  odd = exp product
  wide = reshape odd, n, n
  flat = reshape held, n
  s = sum flat {axes=(0,), keepdims=False}
  return s
}
"""


def test_of_what_is_only_reshaped_the_extents_are_enough() -> None:
    cases = [(np.ones((2, k)), np.ones((k, 2)), n) for k in (0, 2, 3) for n in (0, 2, 4, -1)]
    changed = same(RESHAPED, lambda program: each(dead)(each(unread)(program)), *cases)
    assert {"matmul", "exp", "copy"}.isdisjoint(opcodes(changed))


def last_values(a, b):
    """An array that is changed in place, and of which only an earlier sum is asked."""
    a = a.copy()
    a[:] = a @ b
    total = np.sum(a * a)
    a[:] = a @ b
    return total


def test_a_gradient_does_not_compute_the_last_values() -> None:
    a, b = np.arange(6.0).reshape(2, 3), np.linspace(-1.0, 1.0, 9).reshape(3, 3)
    gradient = ep.grad(last_values, (0, 1))
    np.testing.assert_allclose(gradient(a, b)[0], 2.0 * (a @ b) @ b.T, rtol=1e-12)
    np.testing.assert_allclose(gradient(a, b)[1], 2.0 * a.T @ (a @ b), rtol=1e-12)
    fast, _, _ = gradient.show("optimised", a, b).partition("} {\n    ge")
    assert fast.count("= matmul ") == 3
