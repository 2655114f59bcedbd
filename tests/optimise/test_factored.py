"""One factorisation of a matrix stands for another that finds less, where nothing writes the matrix or what was found."""

from __future__ import annotations

import numpy as np

from everypath.optimise.factored import factored
from everypath.optimise.rewriting import each

from .same import opcodes, same

FACTORED = each(factored)
A = np.array([[4.0, 1.0], [1.0, 3.0]])


def test_values_are_taken_from_where_the_vectors_are_found() -> None:
    program = same(
        """
        func @f(a: f64[:, :], i: i64) -> (f64[:], f64, f64, f64) {
          w, info = syevd a {lower=True, vectors=False}
          p = load w, i
          w_1, v, info_1 = syevd a {lower=True, vectors=True}
          q = load w_1, i
          r = load v, i, i
          return w, p, q, r
        }
        """,
        FACTORED,
        (np.diag([2.0, 3.0]), 1),
    )
    assert opcodes(program) == ["syevd", "load", "load", "load", "return"]


def test_singular_values_inside_of_a_branch() -> None:
    program = same(
        """
        func @f(a: f64[:, :], c: bool, i: i64) -> (f64) {
          u, s, vt, info = gesdd a {full=False}
          p = load u, i, i
          r = if c {
            t, info_1 = gesdd_values a
            q = load t, i
            yield q
          } {
            yield p
          }
          return r
        }
        """,
        FACTORED,
        (np.diag([2.0, 3.0]), False, 1),
    )
    assert opcodes(program).count("gesdd_values") == 0


def test_not_where_the_matrix_is_written_or_the_factors_go_elsewhere() -> None:
    text = """
        func @f(a: f64[:, :], b: f64[:, :], i: i64) -> (f64[:, :], f64[:, :]) {
          l, info = potrf a
          p = load b, i, i
          store p, a, i, i
          m, info_1 = potrf a
          k, info_2 = potrf b
          n, info_3 = potrf b
          return k, n
        }
        """
    assert opcodes(same(text, FACTORED, (A, A, 1))).count("potrf") == 4
    text = text.replace("return k, n", "q = load n, i, i\n return k, k")
    assert opcodes(same(text, FACTORED, (A, A, 1))).count("potrf") == 3
