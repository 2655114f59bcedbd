"""The meaning of each kind of op, on programs written as text."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

import everypath.ops  # noqa: F401
from everypath.errors import EverypathError
from everypath.ir.interpret import run
from everypath.ir.program import Function, Op, Program, Region, Value
from everypath.ir.text import parse
from everypath.ir.types import BOOL
from everypath.ir.verify import verify
from everypath.source import Location
from everypath.tracebacks import users_place


def result(text: str, *arguments: Any) -> Any:
    program = verify(parse(text))
    results = run(program, program.entry, arguments)
    return results[0] if len(results) == 1 else results


def scalar(body: str, *arguments: Any, types: str = "x: f64, y: f64") -> Any:
    lines = "\n".join(body.split("; "))
    dtype = types.split(": ")[1].split(",")[0]
    return result(f"func @f({types}) -> ({dtype}) {{\n{lines}\nreturn r\n}}", *arguments)


# Scalars


def test_division_follows_numpy_and_never_raises() -> None:
    assert scalar("r = div x, y", 1.0, 0.0) == np.inf
    assert np.isnan(scalar("r = div x, y", 0.0, 0.0))
    assert scalar("r = pow x, y", 1e300, 2.0) == np.inf


def test_scalars_are_of_one_kind_each() -> None:
    assert type(scalar("r = add x, y", 1, 2)) is np.float64
    assert type(scalar("r = mul x, y", 1.5, 2.0, types="x: f32, y: f32")) is np.float32
    assert type(scalar("r = mod x, y", 7, 4, types="x: i64, y: i64")) is int
    assert type(scalar("r = and x, y", True, np.True_, types="x: bool, y: bool")) is bool
    assert type(scalar("r = exp x", 1.0, types="x: f32")) is np.float32
    assert type(result("func @f(x: f64) -> (bool) {\n  r = lt x, x\n  return r\n}", 1.0)) is bool


def test_integers_wrap_or_raise() -> None:
    integers = "x: i64, y: i64"
    assert scalar("r = add x, y", 2**63 - 1, 1, types=integers) == -(2**63)
    assert scalar("r = mul x, y", 2**62, 4, types=integers) == 0
    assert scalar("r = neg x", -(2**63), types="x: i64") == -(2**63)
    for op in ("add", "mul", "pow"):
        with pytest.raises(OverflowError):
            scalar(f"r = {op} x, y {{overflow='raise'}}", 2**62, 2**62, types=integers)
    assert scalar("r = pow x, y {overflow='raise'}", -3, 3, types=integers) == -27
    assert scalar("r = add x, y", 2**31 - 1, 1, types="x: i32, y: i32") == -(2**31)


def test_casts() -> None:
    def cast(value: Any, source: str, target: str) -> Any:
        return result(f"func @f(x: {source}) -> ({target}) {{\n  r = cast x {{dtype='{target}'}}\n  return r\n}}", value)

    assert cast(-1.9, "f64", "i64") == -1
    assert cast(0.1, "f64", "f32") == np.float32(0.1)
    assert cast(2, "i64", "bool") is True
    assert cast(2**40 + 1, "i64", "i32") == 1
    assert cast(True, "bool", "f64") == 1.0
    assert cast(float("nan"), "f64", "i64") == -(2**63)


@pytest.mark.parametrize(("i", "n", "wanted"), [(0, 3, 0), (2, 3, 2), (-1, 3, 2), (-3, 3, 0)])
def test_an_index_wraps_once(i: int, n: int, wanted: int) -> None:
    assert scalar("r = index x, y {axis=0}", i, n, types="x: i64, y: i64") == wanted


@pytest.mark.parametrize(("i", "n"), [(3, 3), (-4, 3), (0, 0)])
def test_an_index_out_of_range_raises(i: int, n: int) -> None:
    with pytest.raises(IndexError, match=f"index {i} is out of bounds for axis 1 with size {n}"):
        scalar("r = index x, y {axis=1}", i, n, types="x: i64, y: i64")


def test_select_takes_one_side() -> None:
    assert scalar("c = lt x, y; r = select c, x, y", 2.0, 1.0) == 1.0


# Arrays


def array(body: str, *arguments: Any, types: str = "x: f64[:, :]", out: str = "f64[:, :]") -> Any:
    return result(f"func @f({types}) -> ({out}) {{\n{body}\nreturn r\n}}", *arguments)


def test_elementwise_results_are_fresh_and_in_c_order() -> None:
    x = np.arange(6.0).reshape(3, 2).T
    for body in ("r = abs x", "r = maximum x, x", "r = select c, x, x", "r = cast x {dtype='f64'}"):
        body = f"c = eq x, x\n{body}"
        r = array(body, x, types="x: f64[:, :, strided]")
        assert r.flags.c_contiguous and not np.shares_memory(r, x)
        np.testing.assert_array_equal(r, x)


def test_broadcasting_and_its_error() -> None:
    types = "x: f64[:, :], y: f64[:]"
    np.testing.assert_array_equal(array("r = add x, y", np.ones((2, 3)), np.arange(3.0), types=types), np.ones((2, 3)) + np.arange(3))
    with pytest.raises(ValueError, match=r"operands could not be broadcast together with shapes \(2,3\) \(2,\)"):
        array("r = add x, y", np.ones((2, 3)), np.ones(2), types=types)


def test_arrays_without_axes_stay_arrays() -> None:
    r = array("r = exp x", np.array(0.0), types="x: f64[]", out="f64[]")
    assert isinstance(r, np.ndarray) and r.shape == ()
    r = array("z = 0 : i64\nr = view x, z {axes='i'}", np.ones(2), types="x: f64[:]", out="f64[]")
    assert isinstance(r, np.ndarray) and r.shape == ()


def test_float32_stays_float32() -> None:
    r = array("y = sin x\nr = add y, x", np.ones(3, np.float32), types="x: f32[:]", out="f32[:]")
    assert r.dtype == np.float32
    s = array("r = sum x {axes=(0,), keepdims=False}", np.ones(3, np.float32), types="x: f32[:]", out="f32")
    assert type(s) is np.float32


def test_views_share_and_writes_go_through() -> None:
    x = np.arange(6.0).reshape(2, 3)
    array("t = transpose x {axes=(1, 0)}\no = 1 : i64\nv = view t, o {axes='ia'}\ns = -1.0 : f64\nfill s, v\nr = copy x", x)
    np.testing.assert_array_equal(x, [[0, -1, 2], [3, -1, 5]])


@pytest.mark.parametrize(
    ("axes", "numbers", "key"),
    [
        ("ua", (1, 2), np.s_[1:3]),
        ("as", (3, 4, -1), np.s_[:, ::-1]),
        ("as", (2, 2, -2), np.s_[:, 2::-2]),
        ("sa", (0, 0, 1), np.s_[0:0]),
        ("ia", (2,), np.s_[2]),
        ("nai", (1,), np.s_[None, :, 1]),
        ("ana", (), np.s_[:, None]),
    ],
)
def test_views_index_as_numpy_does(axes: str, numbers: tuple[int, ...], key: Any) -> None:
    x = np.arange(12.0).reshape(3, 4)
    constants = "\n".join(f"n{k} = {v} : i64" for k, v in enumerate(numbers))
    names = ", ".join(["x", *(f"n{k}" for k in range(len(numbers)))])
    rank = len(axes.replace("i", ""))
    out = f"f64[{', '.join(':' * rank)}]"
    r = array(f"{constants}\nv = view {names} {{axes='{axes}'}}\nr = copy v", x, out=out)
    np.testing.assert_array_equal(r, x[key])


def test_accumulate_sums_over_broadcast_axes() -> None:
    x, v = np.zeros((2, 1)), np.arange(12.0).reshape(2, 2, 3)
    array("accumulate v, x\nr = copy x", x, v, types="x: f64[:, :], v: f64[:, :, :]")
    np.testing.assert_array_equal(x, v.sum((0, 2))[:, None])


def test_scatters_meet_in_order() -> None:
    x, v, i = np.zeros(3), np.array([1.0, 2.0, 3.0]), np.array([1, 1, 0])
    types = "x: f64[:], v: f64[:], i: i64[:]"
    np.testing.assert_array_equal(array("scatter v, x, i\nr = gather x, i", x, v, i, types=types, out="f64[:]"), [2, 2, 3])
    array("scatter_add v, x, i\nr = copy x", x, v, i, types=types, out="f64[:]")
    np.testing.assert_array_equal(x, [6, 5, 0])


def test_sums_keep_the_mark_of_an_absent_path() -> None:
    body = "r = sum x {axes=(0, 1), keepdims=False}"
    assert np.signbit(array(body, np.full((2, 2), -0.0), out="f64"))
    assert not np.signbit(array(body, np.zeros((0, 2)), out="f64"))
    assert not np.signbit(array(body, np.array([[-0.0, 0.0]]), out="f64"))


@pytest.mark.parametrize("body", ["i = -1 : i64\nr = load x, i", "i = 2 : i64\ns = 1.0 : f64\nstore s, x, i\nr = load x, i"])
def test_memory_out_of_range_is_our_bug(body: str) -> None:
    with pytest.raises(EverypathError, match="this is a bug of everypath"):
        array(body, np.ones(2), types="x: f64[:]", out="f64")


# Control

COUNT = """
func @f(n: i64, x: f64) -> (f64, i64) {
  zero = 0 : i64
  step = -2 : i64
  y, last = for n, zero, step, x, zero {(i: i64, y: f64, last: i64):
    two = 2.0 : f64
    y = mul y, two
    yield y, i
  }
  return y, last
}"""


def test_for_is_pythons_range() -> None:
    assert result(COUNT, 5, 1.0) == [8.0, 1]
    assert result(COUNT, 0, 1.0) == [1.0, 0]


def test_while_decides_before_each_turn() -> None:
    text = """
    func @f(x: f64) -> (f64) {
      limit = 100.0 : f64
      c = lt x, limit
      x = while c, x {(x: f64):
        x = add x, x
        c = lt x, limit
        yield c, x
      }
      return x
    }"""
    assert result(text, 3.0) == 192.0
    assert result(text, 300.0) == 300.0


FACTORIAL = """
func @f(n: i64) -> (f64) {
  zero = 0 : i64
  c = le n, zero
  r = if c {
    one = 1.0 : f64
    yield one
  } {
    one = 1 : i64
    m = sub n, one
    rest = call m {callee='f'} : f64
    x = cast n {dtype='f64'}
    p = mul x, rest
    yield p
  }
  return r
}"""


def test_recursion_and_its_end() -> None:
    assert result(FACTORIAL, 5) == 120.0
    limit = sys.getrecursionlimit()
    assert result(FACTORIAL, limit - 200) == np.inf
    with pytest.raises(RecursionError):
        result(FACTORIAL, 10**6)
    assert sys.getrecursionlimit() == limit


def test_lists_and_records() -> None:
    text = """
    record @r {list<f64>, i64}
    func @f(x: f64, n: i64) -> (f64, i64) {
      zero = 0 : i64
      one = 1 : i64
      l = list_new {type=list<f64>}
      for zero, n, one {(i: i64):
        list_append l, x
        yield
      }
      n = list_length l
      r = pack l, n {type=record<@r>}
      k = unpack r {field=0, type=list<f64>}
      y = neg x
      list_set k, y, one
      z = list_get l, one
      return z, n
    }"""
    assert result(text, 2.0, 3) == [-2.0, 3]


def test_map_goes_to_every_point() -> None:
    text = """
    func @f(x: f64[:, :], y: f64[:]) -> (f64[:, :], f64, bool, bool) {
      n = dim x {axis=0}
      m = dim x {axis=1}
      e, s, some, every = map n, m {into=('array', 'sum', 'any', 'all')} {(i: i64, j: i64):
        v = load x, i, j
        w = mul v, v
        accumulate v, y, i
        zero = 0.0 : f64
        p = gt v, zero
        yield w, v, p, p
      }
      return e, s, some, every
    }"""
    x, y = np.arange(6.0).reshape(2, 3), np.zeros(2)
    e, s, some, every = result(text, x, y)
    np.testing.assert_array_equal(e, x * x)
    np.testing.assert_array_equal(y, x.sum(1))
    assert (s, some, every) == (15.0, True, False)
    e, s, some, every = result(text, np.zeros((0, 3)), np.zeros(0))
    assert e.shape == (0, 3) and (s, some, every) == (0.0, False, True)


def test_print(capsys: pytest.CaptureFixture[str]) -> None:
    result("func @f(x: f64) -> () {\n  print x {message='x is {:.2f}'}\n  return\n}", 1.234)
    assert capsys.readouterr().out == "x is 1.23\n"


# Errors and watching


def test_errors_name_the_users_line() -> None:
    condition = Value("c", BOOL)
    here = Location("user.py", 7, function="g")
    check = Op("check", (condition,), (), {"error": KeyError, "message": "no"}, (), here)
    program = Program({"f": Function("f", Region((condition,), (check, Op("return"))))}, "f")
    with pytest.raises(KeyError, match="no") as caught:
        run(program, "f", [False])
    assert users_place(caught.value) == 'File "user.py", line 7, in g'


def test_an_observer_sees_every_op() -> None:
    class Log:
        def __init__(self) -> None:
            self.seen: list[Any] = []

        def executed(self, op: Op, operands: Any, results: Any) -> None:
            self.seen.append((op.name, *operands, *results))

        def entered(self, region: Region) -> None:
            self.seen.append("entered")

        def left(self, region: Region) -> None:
            self.seen.append("left")

    log = Log()
    program = parse(COUNT)
    run(program, "f", [1, 3.0], log)
    assert log.seen == [
        "entered", ("constant", 0), ("constant", -2),
        "entered", ("constant", 2.0), ("mul", 3.0, 2.0, 6.0), ("yield", 6.0, 1), "left",
        ("for", 1, 0, -2, 3.0, 0, 6.0, 1), ("return", 6.0, 1), "left",
    ]  # fmt: skip
