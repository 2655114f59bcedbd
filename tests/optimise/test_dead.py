"""Dead code: what nobody needs goes, what somebody can notice stays."""

from __future__ import annotations

import numpy as np

from everypath.analysis.effects import pure_functions
from everypath.optimise.dead import dead
from everypath.optimise.rewriting import each

from .same import opcodes, same

DEAD = each(dead)


def test_unused_values_and_arrays_that_are_only_written() -> None:
    program = same(
        """
        func @f(x: f64, n: i64) -> (f64) {
          zero = 0 : i64
          one = 1 : i64
          t = alloc n {dtype="f64"}
          for zero, n, one {(i: i64):
            store x, t, i
            v = view t, i {axes="i"}
            accumulate x, v
            yield
          }
          z = log x
          y = exp x
          return y
        }
        """,
        DEAD,
        (0.5, 3),
    )
    assert opcodes(program) == ["exp", "return"]


def test_a_list_that_nobody_looks_into_though_others_read_what_it_holds() -> None:
    program = same(
        """
        func @f(x: f64, n: i64) -> (f64) {
          zero = 0 : i64
          one = 1 : i64
          t = list_new {type=list<f64[:]>}
          total = for zero, n, one, x {(i: i64, s: f64):
            v = full s, n
            list_append t, v
            e = load v, i
            d = add e, x
            yield d
          }
          return total
        }
        """,
        DEAD,
        (0.5, 3),
    )
    assert not any(name.startswith("list") for name in opcodes(program))


def test_writes_to_parameters_and_to_what_is_read_stay() -> None:
    program = same(
        """
        func @f(x: f64, p: f64[:], n: i64) -> (f64) {
          zero = 0 : i64
          t = alloc n {dtype="f64"}
          u = alloc n {dtype="f64"}
          store x, t, zero
          store x, u, zero
          store x, p, zero
          y = load t, zero
          return y
        }
        """,
        DEAD,
        (0.5, np.zeros(2), 3),
    )
    assert opcodes(program).count("store") == 2


def test_carried_values_that_only_feed_themselves() -> None:
    program = same(
        """
        func @f(x: f64, n: i64) -> (f64) {
          zero = 0 : i64
          one = 1 : i64
          a, b, c = for zero, n, one, x, x, x {(i: i64, a: f64, b: f64, c: f64):
            a2 = sin a
            b2 = cos b
            c2 = mul c, a
            yield a2, b2, c2
          }
          return a
        }
        """,
        DEAD,
        (0.5, 3),
    )
    assert "cos" not in opcodes(program) and "mul" not in opcodes(program)
    assert len(program.main.body.ops[2].results) == 1


def test_a_while_keeps_what_its_condition_needs() -> None:
    program = same(
        """
        func @f(x: f64) -> (f64) {
          limit = 100.0 : f64
          c = lt x, limit
          a, b = while c, x, x {(a: f64, b: f64):
            a2 = add a, a
            b2 = sin b
            c2 = lt a2, limit
            yield c2, a2, b2
          }
          return x
        }
        """,
        DEAD,
        (0.5,),
    )
    assert "while" in opcodes(program), "whether it ends is part of what the program does"
    assert "sin" not in opcodes(program)
    program = same(
        """
        func @f(x: f64) -> (f64) {
          limit = 100.0 : f64
          c = lt x, limit
          a, b = while c, x, x {(a: f64, b: f64):
            a2 = add a, a
            b2 = sin b
            c2 = lt a2, limit
            yield c2, a2, b2
          }
          return b
        }
        """,
        DEAD,
        (0.5,),
    )
    assert opcodes(program).count("add") == 1


def test_what_can_raise_stays() -> None:
    program = same(
        """
        func @f(x: f64[:], y: f64[:], i: i64) -> (f64) {
          n = dim x {axis=0}
          p = index i, n {axis=0}
          one = 1 : i64
          q = add i, one {overflow="raise"}
          z = mul x, y
          c = isnan z
          r = 1.0 : f64
          return r
        }
        """,
        DEAD,
        (np.zeros(2), np.zeros(2), 1),
        (np.zeros(2), np.zeros(2), 2),
        (np.zeros(2), np.zeros(3), 1),
        (np.zeros(2**10), np.zeros(1), 2**63 - 1),
    )
    assert opcodes(program) == ["dim", "index", "constant", "add", "mul", "constant", "return"]


def test_results_of_branches() -> None:
    program = same(
        """
        func @f(x: f64, c: bool) -> (f64) {
          a, b = if c {
            p = sin x
            q = cos x
            yield p, q
          } {
            yield x, x
          }
          return b
        }
        """,
        DEAD,
        (0.5, True),
        (0.5, False),
    )
    assert opcodes(program) == ["if", "cos", "yield", "yield", "return"]


def test_arrays_carried_through_a_loop() -> None:
    """The swap of a stencil: both arrays are read in the end through one another."""
    program = same(
        """
        func @f(u: f64[:], n: i64) -> (f64) {
          zero = 0 : i64
          one = 1 : i64
          m = dim u {axis=0}
          a = copy u
          b = alloc m {dtype="f64"}
          dead = alloc m {dtype="f64"}
          p, q = for zero, n, one, a, b {(t: i64, p: f64[:], q: f64[:]):
            for zero, m, one {(i: i64):
              x = load p, i
              y = sin x
              store y, q, i
              store y, dead, i
              yield
            }
            yield q, p
          }
          r = load p, zero
          return r
        }
        """,
        DEAD,
        (np.array([0.5, 0.25]), 3),
    )
    assert opcodes(program).count("store") == 1
    assert opcodes(program).count("alloc") == 1


def test_what_is_written_to_the_fields_of_a_record() -> None:
    """The backward half of a function that is called adds to cotangents that the record of its forward half holds."""
    program = same(
        """
        record @saved {f64[:], f64[:]}

        func @f(x: f64[:]) -> (f64) {
          zero = 0 : i64
          n = dim x {axis=0}
          nothing = 0.0 : f64
          bar = full nothing, n
          r = pack x, bar {type=record<@saved>}
          n = call r {callee='back'} : i64
          y = load bar, zero
          return y
        }

        func @back(saved: record<@saved>) -> (i64) {
          x = unpack saved {field=0, type=f64[:], apart=True}
          bar = unpack saved {field=1, type=f64[:], apart=True}
          accumulate x, bar
          n = dim x {axis=0}
          return n
        }
        """,
        DEAD,
        (np.array([0.5, 0.25]),),
    )
    assert "back" not in pure_functions(program)


def test_arrays_that_stretch_along_each_other() -> None:
    """They cannot fail to go together; those of which it is not known can."""
    text = """
func @f(x: f64[:, :], y: f64[:]) -> (f64[:]) {
  n = dim x {axis=0}
  m = dim x {axis=1}
  one = 1.0 : f64
  column = full one, n
  c = view column {axes='an'}
  wide = mul x, c
  row = full one, m
  z = add wide, row
  unknown = mul x, y
  return y
}
"""
    changed = same(text, each(dead), (np.ones((2, 3)), np.ones(3)), (np.ones((2, 3)), np.ones(2)))
    assert opcodes(changed) == ["mul", "return"]
