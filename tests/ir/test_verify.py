"""The verifier finds each kind of malformed program, and says what is wrong with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

import everypath.ops  # noqa: F401
from everypath.ir.program import Function, Op, Program, Region, Value
from everypath.ir.text import parse
from everypath.ir.types import F64, I64, ArrayType
from everypath.ir.verify import Malformed, verify


def program(body: str, parameters: str = "x: f64, n: i64, a: f64[:], c: bool, l: list<f64>", result: str = "") -> Program:
    lines = "\n".join(f"  {line}" for line in (*body.strip().split("\n"), f"return {result}"))
    types = "f64" if result else ""
    return parse(f"record @r {{f64}}\nfunc @f({parameters}) -> ({types}) {{\n{lines}\n}}")


GOOD = """
y = for n, n, n, x {(i: i64, y: f64):
  z = index i, n {axis=0}
  v = load a, z
  store v, a, z
  yield v
}
p = pack y {type=record<@r>}
q = unpack p {field=0, type=f64}
list_set l, q, n
b = gather a, k
scatter_add b, a, k
"""
WRONG = {
    "y = for n, n, x, x {(i: i64, y: f64):\n  yield y\n}": r"bounds are \(i64, i64, f64\)",
    "y = for n, n, n, x {(i: i64, y: f64):\n  yield i\n}": r"its region yields \(i64\), not \(f64\)",
    "y = while x, x {(y: f64):\n  yield c, y\n}": r"its condition is \(f64\)",
    "y = if c {\n  yield x\n} {\n  yield n\n}": r"its second region yields \(i64\)",
    "y = if c {\n  yield x\n}": "1 regions",
    "y = map n {into=('array',)} {(i: i64):\n  yield a\n}": "goes into 'array'",
    "y = map n {into=('any',)} {(i: i64):\n  yield x\n}": "goes into 'any'",
    "y = map n {into=('sum', 'sum')} : f64 {(i: i64):\n  yield x\n}": "1 values for 2 places",
    "y = map n {into=('sum',)} {(i: i64):\n  z = exp a\n  yield x\n}": "exp inside it",
    "y = call x {callee='g'} : f64": "no such function",
    "y = call x {callee='f'} : f64": "arguments are",
    "y = pullback x, n, a, c, l {callee='f', wrt=(0, 1), seeded=()} : f64": "5 operands and 1 results, not 5 and 2",
    "check x {error=ValueError, message='m'}": "its condition is",
    "check c {error=ValueError, message='{}'}": "IndexError",
    "y = load a, x": "is no index",
    "y = load a": "load of",
    "store x, a": "0 indices",
    "store n, a, n": "i64 into",
    "store a, a, n": "into an element",
    "fill a, a": "into an element",
    "assign x, a": "assign of",
    "y = gather a, n": "takes an array|are not i64 arrays",
    "scatter x, a, a": "are not i64 arrays",
    "list_append l, n": r"operands are \(i64\), not \(f64\)",
    "y = pack n {type=record<@r>}": "fields are",
    "y = pack n {type=record<@s>}": "no such record",
    "y = add x, n : f64": "of different dtypes",
    "y = sin x {speed=3}": "unknown attributes",
    "y = sin x : f32": r"results of types \(f32\), not \(f64\)",
    "y = conjure x : f64": "no such operation",
}


def test_a_good_program_passes() -> None:
    good = program(GOOD, "x: f64, n: i64, a: f64[:], k: i64[:], l: list<f64>")
    assert verify(good) is good


@pytest.mark.parametrize("body", WRONG)
def test_each_wrong_op_is_refused(body: str) -> None:
    with pytest.raises((Malformed, ValueError), match=WRONG[body]):
        verify(program(body))


X, Y, A = Value("x", F64), Value("y", F64), Value("a", ArrayType(F64, 1, False))


def function(*ops: Op) -> Program:
    return Program({"f": Function("f", Region((X, A), ops))}, "f")


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (function(Op("return", (Y,))), "y: f64 is not defined before it"),
        (function(Op("sin", (X,), (X,)), Op("return")), "x: f64 is defined twice"),
        (function(Op("sin", (X,), (Y,))), "does not end in 'return'"),
        (function(Op("return"), Op("return")), "a terminator before the end"),
        (function(Op("dim", (A,), (n := Value("n", I64),), {"axis": 0}), Op("reshape", (A, n), (Value("b", ArrayType(F64, 1)),)),
                  Op("return")), "may have gaps: copy it first"),
        (Program({}, "f"), "the entry @f is not in the program"),
        (Program({"g": Function("f", Region((), (Op("return"),)))}, "g"), "stands under the name 'g'"),
    ],
)  # fmt: skip
def test_broken_structure_is_refused(broken: Program, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        verify(broken)


def test_what_a_region_defines_ends_with_it() -> None:
    inside = Value("t", F64)
    region = Region((), (Op("sin", (X,), (inside,)), Op("yield")))
    condition = Op("lt", (X, X), (c := Value("c", parse("func @f(c: bool) -> () {\n return\n}").main.parameters[0].type),))
    leak = function(condition, Op("if", (c,), (), {}, (region, Region((), (Op("yield"),)))), Op("return", (inside,)))
    with pytest.raises(Malformed, match="t: f64 is out of scope"):
        verify(leak)


def test_what_was_well_formed_is_looked_at_again_where_what_it_calls_has_changed() -> None:
    text = "func @f(x: f64) -> (f64) {{\n  y = call x {{callee='g'}} : f64\n  return y\n}}\nfunc @g({0}) -> (f64) {{\n  return {1}\n}}"
    one = verify(parse(text.format("x: f64", "x")))
    other = parse(text.format("n: i64, x: f64", "x"))
    mixed = replace(other, functions={"f": one.functions["f"], "g": other.functions["g"]})
    with pytest.raises(Malformed, match="arguments are"):
        verify(mixed)
    with pytest.raises(Malformed, match="no such function"):
        verify(replace(one, functions={"f": one.functions["f"]}))
