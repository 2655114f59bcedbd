"""Whether a NaN is among floats: of those that lie together, many are looked at at a time, by one function for all programs."""

from __future__ import annotations

from ..ir.program import Op
from ..ir.types import ArrayType, scalar_of
from . import nest
from .emitter import Emitter, handles
from .layout import element
from .many import write
from .module import HELPER, Module
from .scalars import isnan

LANES = {"f64": 16, "f32": 32, "f16": 32}
"""Elements that are looked at at a time."""


@handles("holds_nan")
def holds_nan(e: Emitter, op: Op) -> None:
    (operand,) = op.operands
    dtype = scalar_of(operand.type).name
    if not isinstance(operand.type, ArrayType):
        e.values[op.result] = isnan(e, dtype, [e.scalar(operand)], op)
        return
    x, code = e.array(operand), e.code
    if x.type.contiguous:
        name = e.module.helper(("holds_nan", dtype), lambda own: write_holds_nan(own, dtype), plain=True)
        e.values[op.result] = code.let(f"call i1 @{name}(ptr {x.data}, i64 {code.product(x.dims)})")
        return

    def step(point: tuple[str, ...], found: list[str]) -> list[str]:
        value = e.read(element(code, x, point), dtype, e.scopes.of(operand))
        return [code.let(f"or i1 {found[0]}, {isnan(e, dtype, [value], op)}")]

    (e.values[op.result],) = nest.reduced(e, x.dims, ["i1"], ["false"], step)


def write_holds_nan(module: Module, dtype: str) -> str:
    """i1 holds_nan(x, n)."""
    lanes = LANES[dtype]
    own = f"{HELPER}holds_nan.{dtype}"
    write(module, HOLDS_NAN, own, dtype, lanes)
    return own


HOLDS_NAN = """define i1 @NAME(ptr %x, i64 %n) SAFE {
entry:
  %last = sub nsw i64 %n, LANES
  %long = icmp sge i64 %n, LANES
  br i1 %long, label %many, label %rest

many:
  %b = phi i64 [ 0, %entry ], [ %b1, %many ]
  %nans = phi BITS [ zeroinitializer, %entry ], [ %nans1, %many ]
  %b.place = getelementptr inbounds TYPE, ptr %x, i64 %b
  %xs = load MANY, ptr %b.place, align ALIGN
  %xs.nan = fcmp uno MANY %xs, %xs
  %nans1 = or BITS %nans, %xs.nan
  %b1 = add nsw i64 %b, LANES
  %b.more = icmp sle i64 %b1, %last
  br i1 %b.more, label %many, label %together
together:
  %met = call i1 @ANY(BITS %nans1)
  br label %rest

rest:
  %k0 = phi i64 [ 0, %entry ], [ %b1, %together ]
  %found0 = phi i1 [ false, %entry ], [ %met, %together ]
  br label %next
next:
  %k = phi i64 [ %k0, %rest ], [ %k1, %one ]
  %found = phi i1 [ %found0, %rest ], [ %found1, %one ]
  %k.more = icmp slt i64 %k, %n
  br i1 %k.more, label %one, label %end
one:
  %place = getelementptr inbounds TYPE, ptr %x, i64 %k
  %y = load TYPE, ptr %place
  %y.nan = fcmp uno TYPE %y, %y
  %found1 = or i1 %found, %y.nan
  %k1 = add nsw i64 %k, 1
  br label %next
end:
  ret i1 %found
}"""
