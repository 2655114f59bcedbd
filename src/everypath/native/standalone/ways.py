"""One variant of an entry: its program, and the function that runs it and puts its results where the caller wants them.

    i32 everypath.<name>.<k>(ptr context, parameters of the entry…, double side, i1 blend)

0 is done, 1 that an error was raised, and its message is there. With `blend` the derivatives become the means of what is there and what
this run gives, which is the other side of a tie (docs/kinks.md).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...ir.types import ArrayType, ScalarType
from .. import emitting
from ..assembly import LLVM, SIZE, Code, literal
from ..emitter import returned_by
from ..layout import HEADER, Array, Operand, as_type, flat, shape_of, strides, unflat
from . import messages
from .module import Standalone
from .plan import Entry, Fixed, Given, Output, Passed, Variant

MEMORY = "MemoryError: unable to allocate the memory of a result"


def way(entry: Entry, number: int, variant: Variant, features: frozenset[str], linked: bool) -> Standalone:
    """The module of a variant."""
    assert variant.program is not None
    program = variant.program
    module = Standalone(program, features, linked)
    emitting.write(module, program, distinct=True)
    module.functions.append(Way(module, entry, variant).emit(name_of(entry, number)))
    return module


def name_of(entry: Entry, number: int) -> str:
    """The symbol of one variant of an entry."""
    return f"everypath.{entry.name}.{number}"


def signature(entry: Entry) -> str:
    """Its parameters."""
    own = ", ".join(f"{type_} %c.{name}" for type_, name in entry.parameters())
    return f"ptr %ctx, {own}{', ' if own else ''}double %side, i1 %blend"


class Way:
    """Writes the function of one variant."""

    def __init__(self, module: Standalone, entry: Entry, variant: Variant) -> None:
        assert variant.program is not None
        self.module, self.entry, self.variant = module, entry, variant
        self.function = variant.program.functions[variant.function]
        self.code = Code()

    def emit(self, name: str) -> str:
        """The text of the function."""
        code, module = self.code, self.module
        arguments = ["ptr %ctx"]
        given: list[Given | None] = list(self.entry.given)
        if self.variant.side is not None:
            given.insert(self.variant.side, None)
        for parameter, one in zip(self.function.parameters, given, strict=True):
            operand = "%side" if one is None else as_type(code, self.operand(one), parameter.type)
            arguments += [f"{t} {r}" for t, r in zip(shape_of(parameter.type), flat(operand), strict=True)]
        types = self.function.result_types
        called = returned_by(self.function).call(code, module.symbol(self.function.name), arguments)
        good, failed = code.label("good"), code.label("bad")
        code.branch(code.compare("eq", called.status, "0", "i32"), good, failed)
        code.start(failed)
        messages.tell(module, code)
        code.do("ret i32 1")
        code.start(good)
        parts = iter(called.results(code))
        operands = [unflat(t, parts) for t in types]
        for output in self.entry.outputs:
            self.give(output, operands[output.position])
        code.do("ret i32 0")
        return f"define i32 @{name}({signature(self.entry)}) nounwind {{\n{code.text()}\n}}"

    def operand(self, given: Given) -> Operand:
        """An argument in registers."""
        if isinstance(given, Passed):
            if isinstance(given.type, ScalarType):
                return f"%c.{given.name}"
            return Array(tight(given.type), f"%c.{given.name}", "null", tuple(f"%c.{dim}" for dim in given.dims), None)
        if isinstance(given.type, ScalarType):
            return literal(given.value, given.type.name)
        return Array(tight(given.type), self.constant(given), "null", tuple(map(str, given.value.shape)), None)

    def constant(self, given: Fixed) -> str:
        """The address of an array that is the same at every call."""
        name = f"@fixed.{len(self.module.functions)}"
        data = np.ascontiguousarray(given.value).tobytes()
        text = "".join(f"\\{byte:02X}" for byte in data)
        self.module.functions.append(f'{name} = private constant [{len(data)} x i8] c"{text}", align 64')
        return name

    # Results ---------------------------------------------------------------------------------------------------------

    def give(self, output: Output, operand: Operand) -> None:
        """Put a result where the caller wants it, if anywhere."""
        code = self.code
        if output.measured:
            assert isinstance(operand, Array)
            self.measure(output, operand)
        wanted, further = code.label("wanted"), code.label("further")
        code.branch(code.compare("ne", f"%c.{output.name}", "null", "ptr"), wanted, further)
        code.start(wanted)
        if isinstance(operand, Array):
            self.give_array(output, operand)
        else:
            self.give_scalar(output, operand)
        code.jump(further)
        code.start(further)

    def give_scalar(self, output: Output, x: str) -> None:
        code, place = self.code, f"%c.{output.name}"
        dtype = str(output.type)
        if dtype == "bool":
            code.do(f"store i8 {code.let(f'zext i1 {x} to i8')}, ptr {place}")
            return
        if output.derivative and dtype in ("f64", "f32"):
            before = code.let(f"load {LLVM[dtype]}, ptr {place}")
            x = code.select("%blend", LLVM[dtype], self.mean(before, x, dtype), x)
        code.do(f"store {LLVM[dtype]} {x}, ptr {place}")

    def mean(self, a: str, b: str, dtype: str) -> str:
        """The mean of two sides, exactly what both are where they agree."""
        name = f"everypath.mean.{dtype}"
        self.module.declare(name, f"{LLVM[dtype]} {{}}({LLVM[dtype]}, {LLVM[dtype]})")
        return self.code.let(f"call {LLVM[dtype]} @{name}({LLVM[dtype]} {a}, {LLVM[dtype]} {b})")

    def measure(self, output: Output, x: Array) -> None:
        """Tell the caller the extents, and refuse to write beyond the room that there is."""
        code, module = self.code, self.module
        tell, told = code.label("tell"), code.label("told")
        code.branch(code.compare("ne", f"%c.{output.name}_dims", "null", "ptr"), tell, told)
        code.start(tell)
        for k, dim in enumerate(x.dims):
            code.do(f"store i64 {dim}, ptr {code.let(f'getelementptr i64, ptr %c.{output.name}_dims, i64 {k}')}")
        code.jump(told)
        code.start(told)
        count = code.product(x.dims)
        fits = code.compare("sle", count, f"%c.{output.name}_room")
        fine, full = code.label("fine"), code.label("full")
        code.branch(code.let(f"or i1 {fits}, {code.compare('eq', f'%c.{output.name}', 'null', 'ptr')}"), fine, full)
        code.start(full)
        text = f"ValueError: {output.name} has %lld elements, and there is room for %lld"
        messages.say(module, code, text, ("i64", count), ("i64", f"%c.{output.name}_room"))
        code.do("ret i32 1")
        code.start(fine)

    def give_array(self, output: Output, x: Array) -> None:
        code, dtype = self.code, x.type.dtype.name
        place = f"%c.{output.name}"
        if not output.derivative or dtype not in ("f64", "f32"):
            self.pour(place, x)
            return
        plain, blend, out = code.label("plain"), code.label("blend"), code.label("out")
        code.branch("%blend", blend, plain)
        code.start(plain)
        self.pour(place, x)
        code.jump(out)
        code.start(blend)
        count = code.product(x.dims)
        self.module.declare("ep_array", "ptr {}(ptr, i64, i64, i64)")
        block = code.let(f"call ptr @ep_array(ptr %ctx, i64 {SIZE[dtype]}, i64 {count}, i64 1)")
        there, lost = code.label("there"), code.label("lost")
        code.branch(code.compare("ne", block, "null", "ptr"), there, lost)
        code.start(lost)
        messages.say(self.module, code, MEMORY)
        code.do("ret i32 1")
        code.start(there)
        copy = code.let(f"getelementptr i8, ptr {block}, i64 {HEADER}")
        self.pour(copy, x)
        name = f"everypath.blend.{dtype}"
        self.module.declare(name, "void {}(ptr, ptr, i64)")
        code.do(f"call void @{name}(ptr {place}, ptr {copy}, i64 {count})")
        code.jump(out)
        code.start(out)

    def pour(self, place: str, x: Array) -> None:
        """Copy an array there, in C order."""
        code, rank = self.code, x.type.rank
        dims, steps = (code.slot(f"[{max(rank, 1)} x i64]") for _ in range(2))
        for k, (dim, stride) in enumerate(zip(x.dims, strides(code, x), strict=True)):
            code.do(f"store i64 {dim}, ptr {code.let(f'getelementptr i64, ptr {dims}, i64 {k}')}")
            code.do(f"store i64 {code.mul(stride, str(x.itemsize))}, ptr {code.let(f'getelementptr i64, ptr {steps}, i64 {k}')}")
        self.module.declare("pour", "void {}(ptr, ptr, i32, ptr, ptr, i64)")
        code.do(f"call void @pour(ptr {place}, ptr {x.data}, i32 {rank}, ptr {dims}, ptr {steps}, i64 {x.itemsize})")


def tight(type_: ArrayType) -> ArrayType:
    """The same type, in C order."""
    return replace(type_, contiguous=True)
