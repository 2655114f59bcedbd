"""Random numbers from the state of a generator, by the functions in C that NumPy draws with.

    double random_standard_normal(bitgen_t *)        struct bitgen_t { void *state; next_uint64, next_uint32, next_double, next_raw }

They ask for bits through pointers; ours give those of a state that stands in an array of the program.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..generators import FLOATS, INTEGERS, TWISTER, WORDS, function_of, functions
from ..ir.program import Op
from .assembly import SIZE, literal
from .emitter import Emitter, handles
from .layout import Array, at
from .matrices import loop
from .memory import fresh
from .module import HELPER, Module

MULTIPLIER = 2549297995355413924 << 64 | 4865540595714422341
"""Of PCG64: O'Neill, PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random Number Generation, 2014."""

STEP = f"""
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
"""A step of PCG64, and its 64 bits."""

HALF = """
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

WORD = f"""
  %place.at = getelementptr inbounds i64, ptr %state, i64 {TWISTER}
  %place = load i64, ptr %place.at
  %over = icmp sge i64 %place, {TWISTER}
  br i1 %over, label %twist, label %ready
twist:
  %k = phi i64 [ 0, %0 ], [ %next, %twist ]
  %next = add i64 %k, 1
  %next.round = urem i64 %next, {TWISTER}
  %far = add i64 %k, 397
  %far.round = urem i64 %far, {TWISTER}
  %here.at = getelementptr inbounds i64, ptr %state, i64 %k
  %next.at = getelementptr inbounds i64, ptr %state, i64 %next.round
  %far.at = getelementptr inbounds i64, ptr %state, i64 %far.round
  %here = load i64, ptr %here.at
  %beside = load i64, ptr %next.at
  %away = load i64, ptr %far.at
  %upper = and i64 %here, 2147483648
  %lower = and i64 %beside, 2147483647
  %joined = or i64 %upper, %lower
  %half = lshr i64 %joined, 1
  %odd = and i64 %joined, 1
  %matrix = mul i64 %odd, 2567483615
  %turned = xor i64 %away, %half
  %new = xor i64 %turned, %matrix
  store i64 %new, ptr %here.at
  %more = icmp slt i64 %next, {TWISTER}
  br i1 %more, label %twist, label %ready
ready:
  %at = phi i64 [ %place, %0 ], [ 0, %twist ]
  %behind = add i64 %at, 1
  store i64 %behind, ptr %place.at
  %word.at = getelementptr inbounds i64, ptr %state, i64 %at
  %word = load i64, ptr %word.at
  %raw = trunc i64 %word to i32
  %a.part = lshr i32 %raw, 11
  %a = xor i32 %raw, %a.part
  %b.part = shl i32 %a, 7
  %b.mask = and i32 %b.part, -1658038656
  %b = xor i32 %a, %b.mask
  %c.part = shl i32 %b, 15
  %c.mask = and i32 %c.part, -272236544
  %c = xor i32 %b, %c.mask
  %d.part = lshr i32 %c, 18
  %d = xor i32 %c, %d.part
  ret i32 %d
"""
"""A word of a Mersenne twister (Matsumoto and Nishimura, 1998)."""

LEFT = f"""
  %left.at = getelementptr inbounds i64, ptr %state, i64 {TWISTER + 1}
  %other.at = getelementptr inbounds i64, ptr %state, i64 {TWISTER + 2}
  %left = load i64, ptr %left.at
  %is.left = icmp ne i64 %left, 0
  br i1 %is.left, label %second, label %first
second:
  %kept = load double, ptr %other.at
  store i64 0, ptr %left.at
  store i64 0, ptr %other.at
  ret double %kept
"""
"""The second of two normal numbers, where it is left over."""

UNIFORM = """
first:
  %u = call double @NEXT_DOUBLE(ptr %state)
  %u.two = fmul double %u, 2.0
  %x = fsub double %u.two, 1.0
  %v = call double @NEXT_DOUBLE(ptr %state)
  %v.two = fmul double %v, 2.0
  %y = fsub double %v.two, 1.0
  %xx = fmul double %x, %x
  %yy = fmul double %y, %y
  %r = fadd double %xx, %yy
  %outside = fcmp oge double %r, 1.0
  %middle = fcmp oeq double %r, 0.0
  %again = or i1 %outside, %middle
  br i1 %again, label %first, label %inside
inside:
  %log = call double @log(double %r)
  %log.two = fmul double %log, -2.0
  %square = fdiv double %log.two, %r
  %f = call double @llvm.sqrt.f64(double %square)
  %other = fmul double %f, %x
  store double %other, ptr %other.at
  store i64 1, ptr %left.at
  %one = fmul double %f, %y
  ret double %one
"""
"""Two normal numbers as NumPy's RandomState makes them, by Marsaglia's polar method."""

ANGLE = """
first:
  %u = call double @NEXT_DOUBLE(ptr %state)
  %angle = fmul double %u, 0x401921FB54442D18
  %v = call double @NEXT_DOUBLE(ptr %state)
  %rest = fsub double 1.0, %v
  %log = call double @log(double %rest)
  %square = fmul double %log, -2.0
  %f = call double @llvm.sqrt.f64(double %square)
  %sin = call double @sin(double %angle)
  %cos = call double @cos(double %angle)
  %other = fmul double %sin, %f
  store double %other, ptr %other.at
  store i64 1, ptr %left.at
  %one = fmul double %cos, %f
  ret double %one
"""
"""Two normal numbers as Python's Random makes them."""

OF_PCG64 = {
    "next_uint64": ("i64", STEP + "  ret i64 %bits\n"),
    "next_uint32": (
        "i32",
        HALF
        + STEP
        + "  %upper = lshr i64 %bits, 32\n  store i64 %upper, ptr %half.at\n  store i64 1, ptr %left.at\n"
        + "  %lower = trunc i64 %bits to i32\n  ret i32 %lower\n",
    ),
    "next_double": (
        "double",
        STEP + "  %most = lshr i64 %bits, 11\n  %whole = uitofp i64 %most to double\n"
        "  %part = fmul double %whole, 0x3CA0000000000000\n  ret double %part\n",
    ),
}
OF_TWISTER = {
    "next_uint64": (
        "i64",
        "  %high = call i32 @NEXT_UINT32(ptr %state)\n  %low = call i32 @NEXT_UINT32(ptr %state)\n  %high.wide = zext i32 %high to i64\n"
        "  %low.wide = zext i32 %low to i64\n  %up = shl i64 %high.wide, 32\n  %bits = or i64 %up, %low.wide\n  ret i64 %bits\n",
    ),
    "next_uint32": ("i32", WORD),
    "next_double": (
        "double",
        "  %a = call i32 @NEXT_UINT32(ptr %state)\n  %b = call i32 @NEXT_UINT32(ptr %state)\n  %high = lshr i32 %a, 5\n"
        "  %low = lshr i32 %b, 6\n  %high.float = uitofp i32 %high to double\n  %low.float = uitofp i32 %low to double\n"
        "  %up = fmul double %high.float, 67108864.0\n  %whole = fadd double %up, %low.float\n"
        "  %part = fmul double %whole, 0x3CA0000000000000\n  ret double %part\n",
    ),
    "standard_normal": ("double", LEFT + UNIFORM),
    "gauss": ("double", LEFT + ANGLE),
}
"""What the fields of a `bitgen_t` point to, and what else is made of bits alone: what each gives, and how."""


def write_bits(module: Module, kind: str, name: str) -> str:
    """A function, behind those of its own that it calls."""
    for declared, shape in (("llvm.fshr.i64", "i64 {}(i64, i64, i64)"), ("llvm.sqrt.f64", "double {}(double)")):
        module.declare(declared, shape)
    symbol = f"{HELPER}{kind}.{name}"
    functions = OF_PCG64 if kind == "PCG64" else OF_TWISTER
    type_, text = functions[name]
    if "@NEXT_" in text:
        for inner in ("next_uint32", "next_double"):
            own_type, own_text = functions[inner]
            module.functions.append(f"define internal {own_type} @{symbol}.{inner}(ptr %state) nounwind {{\n{named(own_text, symbol)}}}")
    for function in ("log", "sin", "cos"):
        if f"@{function}(" in text:
            module.declare(function, "double {}(double) nounwind")
    module.functions.append(f"define {type_} @{symbol}(ptr %state) nounwind {{\n{named(text, symbol)}}}")
    return symbol


def named(text: str, symbol: str) -> str:
    """A text that calls the functions of this one."""
    return text.replace("@NEXT_UINT32", f"@{symbol}.next_uint32").replace("@NEXT_DOUBLE", f"@{symbol}.next_double")


def helper(module: Module, kind: str, name: str) -> str:
    """The function that gives such bits or numbers; all twisters have the same."""
    bits = "PCG64" if kind == "PCG64" else "MT19937"
    return module.helper(("bits", bits, name), lambda own: write_bits(own, bits, name), plain=True)


class Source:
    """Emits draws from a copy of the state, which is the state after them."""

    def __init__(self, e: Emitter, op: Op) -> None:
        self.e, self.op, self.code = e, op, e.code
        self.kind: str = op.attributes["kind"]
        self.of: str = op.attributes["of"]
        before, words = e.array(op.operands[0]), WORDS[self.kind]
        self.after = fresh(e, op, "i64", [str(words)], checked=False, result=op.results[1])
        e.module.declare("llvm.memcpy.p0.p0.i64", "void {}(ptr, ptr, i64, i1)")
        bytes_ = words * SIZE["i64"]
        self.code.do(f"call void @llvm.memcpy.p0.p0.i64(ptr {self.after.data}, ptr {before.data}, i64 {bytes_}, i1 false)")
        self.own = OWN.get((self.kind, self.of)) or OWN.get(("", self.of))
        self.bits = "" if self.own else self.bit_generator()

    def bit_generator(self) -> str:
        """The address of a `bitgen_t`."""
        made = self.code.slot("[5 x ptr]")
        names = ("next_uint64", "next_uint32", "next_double", "next_uint32" if self.kind != "PCG64" else "next_uint64")
        for k, item in enumerate((self.after.data, *(f"@{helper(self.e.module, self.kind, name)}" for name in names))):
            self.code.do(f"store ptr {item}, ptr {self.code.let(f'getelementptr ptr, ptr {made}, i64 {k}')}")
        return made

    def number(self) -> str:
        """One float."""
        if self.own:
            return self.code.let(f"call double @{helper(self.e.module, self.kind, self.own)}(ptr {self.after.data})")
        parameters = "".join(f", double {literal(x, 'f64')}" for x in FLOATS[self.of])
        return self.code.let(f"call double {self.pointer()}(ptr {self.bits}{parameters}) nounwind")

    def integers(self, bounds: Sequence[str], count: str, to: str) -> None:
        """So many integers between bounds, written to an address."""
        first, last = bounds
        width = self.code.let(f"sub i64 {last}, {first}")
        masked = int(self.kind == "RandomState")
        arguments = f"ptr {self.bits}, i64 {first}, i64 {width}, i64 {count}, i8 zeroext {masked}, ptr {to}"
        self.code.do(f"call void {self.pointer()}({arguments}) nounwind")

    def pointer(self) -> str:
        return self.code.let(self.e.module.loaded_pointer(functions()[function_of(self.of)]))


OWN = {
    ("", "random"): "next_double",
    ("RandomState", "random_sample"): "next_double",
    ("RandomState", "standard_normal"): "standard_normal",
    ("Random", "gauss"): "gauss",
}
"""What is made of bits alone, by the kind of generator."""


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
