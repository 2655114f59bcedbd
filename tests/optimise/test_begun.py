"""Shadows that begin as what is first added to them, and those that may not."""

from __future__ import annotations

import numpy as np
import pytest

from everypath.optimise.begun import begun
from everypath.optimise.rewriting import each

from .same import opcodes, same

A = np.array([[0.5, -1.5, 2.0], [1.0, 0.25, -0.75]])
B = np.array([[1.0, 2.0], [-0.5, 0.0], [0.25, 3.0]])

HEAD = """
func @f(a: f64[:, :], b: f64[:, :]) -> (f64[:, :], f64[:, :]) {
  zero = 0.0 : f64
  one = 1.0 : f64
  none = 0 : i64
  n = dim a {axis=0}
  m = dim b {axis=1}
  size = mul n, m
"""


def program(body: str):  # type: ignore[no-untyped-def]
    return same(HEAD + body + "\n}", each(begun), (A, B), (A[:, ::-1], B[::-1]))


def test_a_product_turned_and_shaped_is_the_shadow() -> None:
    text = """
      s = full zero, n, m
      line = reshape s, size
      p = matmul a, b
      q = reshape p, size
      accumulate q, line
      t = full zero, m, n
      turned = transpose t {axes=(1, 0)}
      accumulate s, turned
      r = full one, m, n
      accumulate t, r
      return r, r
    """
    assert opcodes(program(text)).count("accumulate") == 1


@pytest.mark.parametrize(
    "body",
    [
        # what was added is used again, and one of the two is written
        "s = full zero, n, m\n p = matmul a, b\n accumulate p, s\n accumulate p, s\n return s, p",
        "s = full zero, n, m\n p = matmul a, b\n accumulate p, s\n fill one, p\n return s, p",
        "s = full zero, n, m\n p = matmul a, b\n accumulate p, s\n store one, s, none, none\n return s, p",
        # both are given away
        "s = full zero, n, m\n p = matmul a, b\n accumulate p, s\n return s, p",
        "s = full zero, n, m\n t = full zero, n, m\n p = matmul a, b\n accumulate p, t\n accumulate t, s\n return s, t",
        # the shadow was read, or written, before
        "s = full zero, n, m\n p = matmul a, b\n c = copy s\n accumulate p, s\n return s, c",
        "s = full zero, n, m\n p = matmul a, b\n store one, s, none, none\n accumulate p, s\n return s, s",
        # not all of the shadow, and not zeros
        "s = full zero, n, m\n v = view s, none {axes='ia'}\n w = view b, none {axes='ia'}\n accumulate w, v\n return s, s",
        "s = full one, n, m\n p = matmul a, b\n accumulate p, s\n return s, s",
        # an argument is nobody's to give away
        "k = dim a {axis=1}\n s = full zero, n, k\n accumulate a, s\n return s, a",
    ],
)
def test_what_must_stay(body: str) -> None:
    assert "accumulate" in opcodes(program(body))


def test_in_a_loop_and_behind_a_list() -> None:
    program(
        """
        step = 1 : i64
        two = 2 : i64
        kept = list_new {type=list<f64[:, :]>}
        out = full zero, n, m
        for none, two, step {(i: i64):
          s = full zero, n, m
          p = matmul a, b
          list_append kept, p
          accumulate p, s
          q = matmul a, b
          t = full zero, n, m
          accumulate q, t
          accumulate t, s
          accumulate s, out
          yield
        }
        last = list_get kept, none
        return out, last
        """
    )


def test_a_shadow_of_a_column_is_broadcast() -> None:
    program("s = full zero, n, m\n p = matmul a, b\n w = view p, none {axes='ai'}\n c = view w {axes='an'}\n accumulate c, s\n return s, p")
