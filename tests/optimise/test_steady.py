"""What is the same at every turn: the same answers, and shapes by name where they are proved and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

import everypath as ep
from everypath.ir.program import Program
from everypath.optimise.fold import fold
from everypath.optimise.fuse import fuse
from everypath.optimise.rewriting import each
from everypath.optimise.steady import steady

from .same import opcodes, same

STEADY = each(steady)
X, ROW = np.arange(1.0, 7.0).reshape(2, 3), np.arange(3.0)[None]

CARRIED = """
func @f(x: f64[:, :], y: f64[:, :], turns: i64) -> (f64[:, :]) {
  zero = 0 : i64
  one = 1 : i64
  r = for zero, turns, one, x {(i: i64, a: f64[:, :]):
    b = mul a, UPDATE
    c = add b, a
    yield c
  }
  d = mul r, r
  e = add d, x
  return e
}
"""

TAPE = """
func @f(x: f64[:], turns: i64) -> (f64) {
  zero = 0 : i64
  one = 1 : i64
  nought = 0.0 : f64
  l = list_new {type=list<f64[:]>}
  t = alloc turns {dtype='i64'}
  for zero, turns, one {(i: i64):
    a = mul x, x
    n = dim a {axis=0}
    store n, t, i
    list_append l, a
    OTHER
    yield
  }
  s = for zero, turns, one, nought {(j: i64, s_1: f64):
    k = load t, j
    u = full nought, k
    v = list_get l, j
    accumulate v, u
    w = mul u, v
    p = sum w {axes=(0,), keepdims=False}
    s_2 = add s_1, p
    yield s_2
  }
  return s
}
"""


def maps(program: Program) -> int:
    return opcodes(fuse(each(fold)(program))).count("map")


def test_a_carried_array_keeps_the_shape_it_starts_with() -> None:
    program = same(CARRIED.replace("UPDATE", "a"), STEADY, (X, X, 2), (X, X, 0), (X[:0], X, 3))
    assert maps(program) == 2
    assert maps(same(CARRIED.replace("UPDATE", "x"), STEADY, (X, X, 2), (X[:0], X, 3))) == 2


def test_an_update_of_another_shape_is_no_proof() -> None:
    """y may be as large as x, or repeated along it, or x along y: of the last the loop makes an array that grows."""
    program = same(CARRIED.replace("UPDATE", "y"), STEADY, (X, ROW, 2), (ROW, X, 2), (X, X, 1))
    assert maps(program) == 0


def test_what_a_tape_holds() -> None:
    program = same(TAPE.replace("    OTHER\n", ""), STEADY, (ROW[0], 3), (ROW[0], 0))
    assert "load" not in opcodes(program)[: opcodes(program).index("return")]
    assert maps(program) == 1


@pytest.mark.parametrize(
    "other",
    [
        "m = add n, one\n    store m, t, i",
        "m = mul i, n\n    store m, t, i",
        "b = alloc one {dtype='f64'}\n    fill nought, b\n    list_append l, b",
    ],
    ids=["another number", "a number of the turn", "another shape"],
)
def test_a_tape_that_holds_something_else_too(other: str) -> None:
    assert maps(same(TAPE.replace("OTHER", other), STEADY, (ROW[0], 1), (ROW[0], 3))) == 0


def walk(x, y, n):
    """An array that a loop carries, with tapes of arrays in two loops, one inside the other."""
    u = x * 1.0
    total = 0.0
    for _ in range(n):
        v = u * y
        for k in range(2):
            v = np.sin(v * u) + k * u
        total += np.sum(v * v)
        u = u + 0.1 * v
    return total


def sizes(x, n):
    """Arrays on the tape whose shapes differ from turn to turn."""
    total = 0.0
    u = x
    for k in range(n):
        u = u[1:] * u[:-1]
        w = np.exp(-u) * u
        total += np.sum(w * w) * k
    return total


def shrinking(x, n):
    """What is carried has one extent that stays and one that does not."""
    u = x
    for _ in range(n):
        u = u[:, 1:] * u[:, :-1] + u[:, 1:]
    return np.sum(u * u)


@pytest.mark.parametrize(
    ("f", "arguments"),
    [(walk, (np.linspace(0.1, 1, 5), np.linspace(1, 2, 5), 3)), (sizes, (np.linspace(0.1, 1, 6), 3)), (shrinking, (X / 4, 2))],
    ids=["walk", "sizes", "shrinking"],
)
def test_native_gradients_through_carried_arrays(f, arguments) -> None:
    np.testing.assert_allclose(ep.compile(f)(*arguments), f(*arguments), rtol=1e-13)
    expected = ep.grad(f, backend="interpreter")(*arguments)
    np.testing.assert_allclose(ep.grad(f)(*arguments), expected, rtol=1e-12)
