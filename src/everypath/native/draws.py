"""Random numbers from the state of a PCG64, by the functions in C that NumPy draws with.

    double random_standard_normal(bitgen_t *)        struct bitgen_t { void *state; next_uint64, next_uint32, next_double, next_raw }

They ask for bits through pointers; ours give those of a state that stands in an array of the program.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..generators import FLOATS, INTEGERS, WORDS, function_of, functions
from ..ir.program import Op
from .assembly import SIZE, literal
from .emitter import Emitter, handles
from .layout import Array, at
from .matrices import loop
from .memory import fresh
from .module import HELPER, ON_ITS_ARGUMENTS, Module

MULTIPLIER = 2549297995355413924 << 64 | 4865540595714422341
"""Of PCG64: O'Neill, PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random Number Generation, 2014."""

NEXT = f"""
  %low.at = getelementptr inbounds i64, ptr %state, i64 1
  %high.step.at = getelementptr inbounds i64, ptr %state, i64 2
  %low.step.at = getelementptr inbounds i64, ptr %state, i64 3
  %high = load i64, ptr %state
  %low = load i64, ptr %low.at
  %high.step = load i64, ptr %high.step.at
  %low.step = load i64, ptr %low.step.at
  %high.wide = zext i64 %high to i128
  %low.wide = zext i64 %low to i128
  %high.up = shl i128 %high.wide, 64
  %before = or i128 %high.up, %low.wide
  %high.step.wide = zext i64 %high.step to i128
  %low.step.wide = zext i64 %low.step to i128
  %high.step.up = shl i128 %high.step.wide, 64
  %step = or i128 %high.step.up, %low.step.wide
  %times = mul i128 %before, {MULTIPLIER}
  %after = add i128 %times, %step
  %after.up = lshr i128 %after, 64
  %after.high = trunc i128 %after.up to i64
  %after.low = trunc i128 %after to i64
  store i64 %after.high, ptr %state
  store i64 %after.low, ptr %low.at
  %mixed = xor i64 %after.high, %after.low
  %turn = lshr i64 %after.high, 58
  %bits = call i64 @llvm.fshr.i64(i64 %mixed, i64 %mixed, i64 %turn)
"""
"""A step of the generator, and its 64 bits."""

HALVES = """
  %left.at = getelementptr inbounds i64, ptr %state, i64 4
  %half.at = getelementptr inbounds i64, ptr %state, i64 5
  %left = load i64, ptr %left.at
  %is.left = icmp ne i64 %left, 0
  br i1 %is.left, label %second, label %first
second:
  %kept = load i64, ptr %half.at
  store i64 0, ptr %left.at
  %kept.bits = trunc i64 %kept to i32
  ret i32 %kept.bits
first:
"""
"""A word that is asked for half by half."""

FUNCTIONS = {
    "next_uint64": ("i64", NEXT + "  ret i64 %bits\n"),
    "next_uint32": (
        "i32",
        HALVES
        + NEXT
        + "  %upper = lshr i64 %bits, 32\n  store i64 %upper, ptr %half.at\n  store i64 1, ptr %left.at\n"
        + "  %lower = trunc i64 %bits to i32\n  ret i32 %lower\n",
    ),
    "next_double": (
        "double",
        NEXT + "  %most = lshr i64 %bits, 11\n  %whole = uitofp i64 %most to double\n"
        "  %part = fmul double %whole, 0x3CA0000000000000\n  ret double %part\n",
    ),
}
"""What the fields of a `bitgen_t` point to, and what each gives."""


def write_bits(module: Module, name: str) -> str:
    type_, text = FUNCTIONS[name]
    module.declare("llvm.fshr.i64", "i64 {}(i64, i64, i64)")
    module.functions.append(f"define {type_} @{HELPER}pcg64.{name}(ptr %state) {ON_ITS_ARGUMENTS} {{\n{text}}}")
    return f"{HELPER}pcg64.{name}"


class Source:
    """Emits draws from a copy of the state, which is the state after them."""

    def __init__(self, e: Emitter, op: Op) -> None:
        self.e, self.op, self.code = e, op, e.code
        self.of: str = op.attributes["of"]
        before = e.array(op.operands[0])
        self.after = fresh(e, op, "i64", [str(WORDS)], checked=False, result=op.results[1])
        e.module.declare("llvm.memcpy.p0.p0.i64", "void {}(ptr, ptr, i64, i1)")
        bytes_ = WORDS * SIZE["i64"]
        self.code.do(f"call void @llvm.memcpy.p0.p0.i64(ptr {self.after.data}, ptr {before.data}, i64 {bytes_}, i1 false)")
        self.bits = "" if self.of == "random" else self.bit_generator()

    def bit_generator(self) -> str:
        """The address of a `bitgen_t`."""
        made = self.code.slot("[5 x ptr]")
        names = ("next_uint64", "next_uint32", "next_double", "next_uint64")
        for k, item in enumerate((self.after.data, *(f"@{self.function(name)}" for name in names))):
            self.code.do(f"store ptr {item}, ptr {self.code.let(f'getelementptr ptr, ptr {made}, i64 {k}')}")
        return made

    def function(self, name: str) -> str:
        return self.e.module.helper(("pcg64", name), lambda own: write_bits(own, name), plain=True)

    def number(self) -> str:
        """One float."""
        if self.of == "random":
            return self.code.let(f"call double @{self.function('next_double')}(ptr {self.after.data})")
        parameters = "".join(f", double {literal(x, 'f64')}" for x in FLOATS[self.of])
        return self.code.let(f"call double {self.pointer()}(ptr {self.bits}{parameters}) nounwind")

    def integers(self, bounds: Sequence[str], count: str, to: str) -> None:
        """So many integers between bounds, written to an address."""
        first, last = bounds
        width = self.code.let(f"sub i64 {last}, {first}")
        arguments = f"ptr {self.bits}, i64 {first}, i64 {width}, i64 {count}, i8 zeroext 0, ptr {to}"
        self.code.do(f"call void {self.pointer()}({arguments}) nounwind")

    def pointer(self) -> str:
        return self.code.let(self.e.module.loaded_pointer(functions()[function_of(self.of)]))


@handles("draw")
def draw(e: Emitter, op: Op) -> None:
    source = Source(e, op)
    if source.of == INTEGERS:
        place = e.code.slot("i64")
        source.integers([e.scalar(v) for v in op.operands[1:]], "1", place)
        e.values[op.results[0]] = e.code.let(f"load i64, ptr {place}")
    else:
        e.values[op.results[0]] = source.number()
    e.values[op.results[1]] = source.after


@handles("draws")
def draws(e: Emitter, op: Op) -> None:
    source = Source(e, op)
    count = e.scalar(op.operands[1])
    made: Array = fresh(e, op, "i64" if source.of == INTEGERS else "f64", [count], result=op.results[0])
    if source.of == INTEGERS:
        source.integers([e.scalar(v) for v in op.operands[2:]], count, made.data)
    else:
        loop(e.code, "0", count, "1", lambda k: e.code.do(f"store double {source.number()}, ptr {at(e.code, made, k)}"))
    e.values[op.results[0]], e.values[op.results[1]] = made, source.after
