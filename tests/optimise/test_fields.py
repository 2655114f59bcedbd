"""What is known of the fields of records."""

from __future__ import annotations

from everypath.ir.parse import parse
from everypath.ir.text import to_text
from everypath.optimise.fields import fields

HALVES = """
record @saved {f64[:], f64[:], i64, i64, f64[:, :]}
func @first(x: f64[:], z: f64[:, :]) -> (record<@saved>) {
  n = dim x {axis=0}
  y = exp x
  two = 2 : i64
  s = sum z {axes=(1,), keepdims=True}
  r = pack x, y, n, two, s : record<@saved>
  return r
}
func @second(r: record<@saved>) -> (f64[:], i64, i64, f64[:, :]) {
  y = unpack r {field=1, type=f64[:], apart=True}
  n = unpack r {field=2, type=i64}
  two = unpack r {field=3, type=i64}
  s = unpack r {field=4, type=f64[:, :]}
  return y, n, two, s
}
"""


READ = """
  y = unpack r {field=1, type=f64[:], apart=True}
  field0 = unpack r {field=0, type=f64[:]}
  field0_dim0 = dim field0 {axis=0}
  y_1 = reshape y, field0_dim0
  n = unpack r {field=2, type=i64}
  field0_dim0_1 = dim field0 {axis=0}
  two = unpack r {field=3, type=i64}
  c = 2 : i64
  s = unpack r {field=4, type=f64[:, :]}
  s_dim0 = dim s {axis=0}
  c_1 = 1 : i64
  s_1 = reshape s, s_dim0, c_1
  return y_1, field0_dim0_1, c, s_1
"""


def test_extents_and_numbers_of_fields() -> None:
    """Where one place fills them: where two do, nothing is known."""
    program = parse(HALVES)
    first, second = to_text(fields(program)).split("func @second")
    assert second.partition("\n")[2].strip("}\n ") == READ.strip(), second
    again = parse(HALVES + first.partition("func")[2].replace(" @first", "func @third"))
    assert to_text(fields(again)) == to_text(again)
