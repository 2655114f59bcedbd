"""Text and back: what is printed parses to the same program."""

from __future__ import annotations

import pytest

import everypath.ops  # noqa: F401
from everypath.ir.program import Function, Op, Program, Region, Value
from everypath.ir.text import parse, to_text
from everypath.ir.types import F64

EVERYTHING = """
record @saved {f64, list<f64[:]>}

func @main(x: f64[:, :, strided], n: i64, r: record<@saved>) -> (f64[:], f64, bool) {user_name='main'} {
  zero = 0 : i64
  one = 1 : i64
  big = -1e+300 : f64
  infinite = -inf : f64
  flag = True : bool
  dim = dim x {axis=0}
  check flag, n {error=IndexError, message='it\\'s "{}"\\n'}
  tape = list_new {type=list<f64[:]>}
  row = view x, zero {axes='ia'}
  strong = copy row
  list_append tape, strong
  s, t = for zero, n, one, big, infinite {(i: i64, s_1: f64, t_1: f64):
    u = add s_1, t_1
    yield u, s_1
  }
  goes = while flag, flag {(goes_1: bool):
    yield goes_1, goes_1
  }
  y = if goes {
    yield s
  } {
    v = call s {callee='main'} : f64
    yield v
  }
  out, total = map dim {into=('array', 'sum')} {(j: i64):
    e = load strong, j
    yield e, e
  }
  sums = sum x {axes=(0,), keepdims=False}
  packed = pack y, tape {type=record<@saved>}
  scalar = full y
  print n {message='n is {}'}
  return out, total, flag
}

func @other() -> () {
  return
}"""


def test_everything_comes_back() -> None:
    text = EVERYTHING.strip()
    assert to_text(parse(text)) == text


def test_names_are_distinct_and_legal() -> None:
    x, y, z, other = Value("x", F64), Value("x", F64), Value("layers[0].w", F64), Value("x_1", F64)
    ops = (Op("sin", (x,), (y,)), Op("add", (x, y), (other,)), Op("cos", (other,), (z,)), Op("return", (z,)))
    text = to_text(Program({"f": Function("f", Region((x,), ops))}, "f"))
    assert text == (
        "func @f(x: f64) -> (f64) {\n  x_1 = sin x\n  x_1_1 = add x, x_1\n"
        "  layers_0_w = cos x_1_1\n  return layers_0_w\n}"
    )  # fmt: skip
    assert to_text(parse(text)) == text


def test_own_exceptions_are_given_by_name() -> None:
    class Trouble(Exception):
        pass

    text = 'func @f(c: bool) -> () {\n  check c {error=Trouble, message="no"}\n  return\n}'
    assert parse(text, {"Trouble": Trouble}).main.body.ops[0].attributes["error"] is Trouble
    with pytest.raises(ValueError, match="line 2: expected an exception: what is 'Trouble'"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("func @f(x: f64) -> (f64) {\n  return y\n}", "line 2: no value 'y' here"),
        ("func @f(x: f65) -> (f64) {\n  return x\n}", "line 1: expected a type: what is 'f65'"),
        ("func @f(x: f64) -> (i64) {\n  return x\n}", "expected @f to return what it says"),
        ("func @f(x: f64) -> (f64) {\n  y = nosuch x\n  return x\n}", "line 2: nosuch"),
        ("func @f(x: f64) -> (f64) {\n  y, z = sin x\n  return x\n}", "expected sin to have 2 results, not 1"),
        ("func @f(x: f64) -> (f64) {\n  return x\n", "expected a name, found ''"),
        ("func @f(x: f64) -> (f64) {\n  y = ? x\n}", "line 2: cannot read"),
        ("", "expected a function"),
    ],
)
def test_wrong_text_is_refused_with_its_line(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse(text)
