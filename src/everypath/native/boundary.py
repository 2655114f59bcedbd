"""The call boundary, compiled: Python objects to registers, the call with the GIL released, registers to Python objects.

    PyObject *enter(PyObject *self, PyObject **args, Py_ssize_t n)

returns a list of results; None if an argument is not of the form that it can use directly (`executable` then converts it); a
tuple of integers if a check failed. Exceptions are left to Python.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..ir.op import definition
from ..ir.program import Function, Program
from ..ir.types import SCALARS, ArrayType, ListType, RecordType, ScalarType, Type
from ..ir.walk import ops_in
from . import context, python
from .assembly import IN_MEMORY, LLVM, SIZE, Code
from .containers import BUFFER, LENGTH, spread
from .emitter import returned_by
from .layout import HEADER, Array, Operand, flat, shape_of, unflat
from .module import Module
from .returned import Called

LIGHT = ("constant", "check", "if", "yield", "return", "dim", "load", "store")


class Boundary:
    """Writes the `enter` function of one compiled function. `written` are the positions of parameters whose memory it may
    write; overlaps with them are sent back to Python unless `overlaps` are allowed."""

    def __init__(self, module: Module, function: Function, symbol: str, written: frozenset[int], counters: int, overlaps: bool) -> None:
        self.module, self.function, self.symbol = module, function, symbol
        self.written, self.counters, self.overlaps = written, counters, overlaps
        self.code = Code()
        self.ranges, self.places = "", places_of_ranges(function, frozenset() if overlaps else written)

    def emit(self, name: str) -> str:
        """The text of `enter`."""
        code = self.code
        types = [p.type for p in self.function.parameters]
        right = code.compare("eq", "%n", str(len(types)))
        start = code.label("start")
        code.branch(right, start, "odd")
        code.start(start)
        if self.places:
            self.ranges = code.slot(f"[{2 * len(self.places)} x i64]")
        operands = [self.unboxed(k, t) for k, t in enumerate(types)]
        self.send_back_overlaps()
        self.open_context()
        released = self.release_gil()
        called = self.called(operands)
        if released:
            self.call("void", "PyEval_RestoreThread", ("ptr", code.let(f"load ptr, ptr {self.word(context.THREAD)}")))
            code.do(f"store ptr null, ptr {self.word(context.THREAD)}")
        good = code.label("good")
        code.branch(code.compare("eq", called.status, "0", "i32"), good, "failed")
        code.start(good)
        code.do(f"ret ptr {self.boxed_results(called)}")
        self.exits()
        head = f"define ptr @{name}(ptr %self, ptr %args, i64 %n) nounwind"
        return f"{head} {{\n{code.text()}\n}}"

    def word(self, position: int) -> str:
        return self.code.let(f"getelementptr i64, ptr %ctx, i64 {position}")

    def call(self, type_: str, name: str, *arguments: tuple[str, str]) -> str:
        self.module.declare(name, f"{type_.replace('{', '{{').replace('}', '}}')} {{}}({', '.join(t for t, _ in arguments)})")
        text = f"call {type_} @{name}({', '.join(f'{t} {x}' for t, x in arguments)})"
        if type_ == "void":
            self.code.do(text)
            return ""
        return self.code.let(text)

    def at(self, address: int) -> str:
        """An address of the process."""
        return self.module.pointer(self.code, address)

    def field(self, base: str, offset: int, type_: str = "ptr") -> str:
        return self.code.let(f"load {type_}, ptr {self.code.let(f'getelementptr i8, ptr {base}, i64 {offset}')}")

    def need(self, condition: str) -> None:
        """Send the call back to Python unless `condition`."""
        self.go_on(condition, "odd")

    def go_on(self, condition: str, otherwise: str) -> None:
        """Leave by another block unless `condition`."""
        fine = self.code.label("fine")
        self.code.branch(condition, fine, otherwise)
        self.code.start(fine)

    # Arguments -------------------------------------------------------------------------------------------------------

    def unboxed(self, position: int, type_: Type) -> Operand:
        code = self.code
        place = code.let(f"getelementptr ptr, ptr %args, i64 {position}")
        object_ = code.let(f"load ptr, ptr {place}")
        if isinstance(type_, ScalarType):
            return self.unboxed_scalar(object_, type_.name)
        if isinstance(type_, ArrayType):
            return self.unboxed_array(position, object_, type_)
        if isinstance(type_, RecordType):
            block = self.call("ptr", "ep_unbox_record", ("ptr", object_))
            self.need(code.compare("ne", block, "null", "ptr"))
            return block
        raise NotImplementedError("a growable list cannot be passed from Python")

    def unboxed_scalar(self, object_: str, dtype: str) -> str:
        code = self.code
        if dtype == "bool":
            true = code.compare("eq", object_, self.at(id(True)), "ptr")
            false = code.compare("eq", object_, self.at(id(False)), "ptr")
            self.need(code.let(f"or i1 {true}, {false}"))
            return true
        type_ = self.field(object_, python.HEAD - 8)
        if dtype == "i64":
            self.need(code.compare("eq", type_, self.at(id(int)), "ptr"))
            overflow = code.slot("i32")
            number = self.call("i64", "PyLong_AsLongLongAndOverflow", ("ptr", object_), ("ptr", overflow))
            self.need(code.compare("eq", code.let(f"load i32, ptr {overflow}"), "0", "i32"))
            return number
        known = float if dtype == "f64" else SCALARS[dtype].numpy.type
        exact = code.compare("eq", type_, self.at(id(known)), "ptr")
        if dtype == "f64":
            exact = code.let(f"or i1 {exact}, {code.compare('eq', type_, self.at(id(np.float64)), 'ptr')}")
        self.need(exact)
        return self.field(object_, python.HEAD, LLVM[dtype])

    def unboxed_array(self, position: int, object_: str, type_: ArrayType) -> Array:
        code, dtype = self.code, type_.dtype
        needed = python.ALIGNED | (python.C_CONTIGUOUS if type_.contiguous else 0)
        needed |= python.WRITEABLE if position in self.written else 0
        place = self.places.get(position)
        range_ = "null" if place is None else code.let(f"getelementptr i64, ptr {self.ranges}, i64 {2 * place}")
        arguments = [("ptr", object_), ("ptr", self.at(id(dtype.numpy))), ("i32", str(type_.rank)), ("i32", str(needed))]
        self.need(self.call("i1", "ep_is_array", *arguments, ("ptr", range_), ("i64", str(SIZE[dtype.name]))))
        data, dims_at = self.field(object_, python.DATA), self.field(object_, python.DIMS)
        dims = tuple(self.field(dims_at, 8 * k, "i64") for k in range(type_.rank))
        return Array(type_, data, "null", dims, None if type_.contiguous else self.steps(object_, type_))

    def steps(self, object_: str, type_: ArrayType) -> tuple[str, ...]:
        """The strides in elements; bytes that are no multiple of the item size are sent back."""
        code, place, size = self.code, self.field(object_, python.STRIDES), SIZE[type_.dtype.name]
        out = []
        for k in range(type_.rank):
            bytes_ = self.field(place, 8 * k, "i64")
            if size > 1:
                self.need(code.compare("eq", code.let(f"and i64 {bytes_}, {size - 1}"), "0"))
                bytes_ = code.let(f"ashr exact i64 {bytes_}, {size.bit_length() - 1}")
            out.append(bytes_)
        return tuple(out)

    def send_back_overlaps(self) -> None:
        """A written array and any other one must not share memory."""
        if self.places:
            written = len(self.written & self.places.keys())
            counts = ("i64", str(written)), ("i64", str(len(self.places)))
            self.need(self.call("i1", "ep_apart", ("ptr", self.ranges), *counts))

    # The call --------------------------------------------------------------------------------------------------------

    def open_context(self) -> None:
        code = self.code
        code.entry.append(f"  %ctx = alloca [{context.WORDS} x i64], align 16")
        self.call("void", "ep_open", ("ptr", "%ctx"))
        if any(function.attributes.get("recursive") for function in self.module.program):
            self.limit_depth()

    def limit_depth(self) -> None:
        """How deep calls may go: as Python says now, and as the stack of this thread has room, of which some is left to others."""
        code = self.code
        code.do(f"store i64 0, ptr {self.word(context.DEPTH)}")
        most = code.let(f"sext i32 {self.call('i32', 'Py_GetRecursionLimit')} to i64")
        code.do(f"store i64 {most}, ptr {self.word(context.DEPTH_LIMIT)}")
        chosen = code.let(f"lshr i64 {self.call('i64', 'PyThread_get_stacksize')}, 1")
        small = code.let(f"and i1 {code.compare('ne', chosen, '0')}, {code.compare('ult', chosen, str(ROOM))}")
        here = code.let("ptrtoint ptr %ctx to i64")
        lowest = code.let(f"sub i64 {here}, {code.select(small, 'i64', chosen, str(ROOM))}")
        code.do(f"store i64 {lowest}, ptr {self.word(context.STACK_LIMIT)}")

    def release_gil(self) -> bool:
        """Whether the GIL is released while the function runs: not for a few scalar ops, which take less time than that."""
        if light(self.module.program, self.function):
            return False
        thread = self.call("ptr", "PyEval_SaveThread")
        self.code.do(f"store ptr {thread}, ptr {self.word(context.THREAD)}")
        return True

    def called(self, operands: Sequence[Operand]) -> Called:
        arguments = ["ptr %ctx"]
        for parameter, operand in zip(self.function.parameters, operands, strict=True):
            arguments += [f"{t} {r}" for t, r in zip(shape_of(parameter.type), flat(operand), strict=True)]
        return returned_by(self.function).call(self.code, self.symbol, arguments)

    # Results ---------------------------------------------------------------------------------------------------------

    def boxed_results(self, called: Called) -> str:
        code, types = self.code, self.function.result_types
        parts = iter(called.results(code))
        operands = [unflat(t, parts) for t in types]
        results = self.call("ptr", "PyList_New", ("i64", str(len(types))))
        self.succeed(results, "lost")
        code.do(f"store ptr {results}, ptr %results")
        code.entry.append("  %results = alloca ptr, align 8")
        records_first = sorted(range(len(types)), key=lambda k: not isinstance(types[k], RecordType))
        for k in records_first:
            self.put(results, str(k), operands[k], types[k])
        self.close_context()
        return results

    def put(self, items: str, k: str, operand: Operand, type_: Type) -> None:
        """A result as item `k` of a list of Python's."""
        if isinstance(operand, Array):
            self.put_array(items, k, operand)
            return
        item = self.boxed(operand, type_)
        self.succeed(item, "unboxed")
        self.call("i32", "PyList_SetItem", ("ptr", items), ("i64", k), ("ptr", item))

    def succeed(self, object_: str, otherwise: str) -> None:
        self.go_on(self.code.compare("ne", object_, "null", "ptr"), otherwise)

    def boxed(self, operand: Operand, type_: Type) -> str:
        """A new reference to the Python object of a result that is no array, null with an exception set if there is no memory."""
        assert isinstance(operand, str)
        if isinstance(type_, ScalarType):
            return self.boxed_scalar(operand, type_.name)
        if isinstance(type_, RecordType):
            return self.call("ptr", "ep_box_record", ("ptr", "%ctx"), ("ptr", operand))
        assert isinstance(type_, ListType)
        return self.boxed_list(operand, type_)

    def boxed_scalar(self, x: str, dtype: str) -> str:
        code = self.code
        if dtype == "f64":
            return self.call("ptr", "PyFloat_FromDouble", ("double", x))
        if dtype == "i64":
            return self.call("ptr", "PyLong_FromLongLong", ("i64", x))
        if dtype == "bool":
            return self.call("ptr", "PyBool_FromLong", ("i64", code.let(f"zext i1 {x} to i64")))
        if dtype == "u64":
            plain = self.call("ptr", "PyLong_FromUnsignedLongLong", ("i64", x))
        else:
            if dtype == "f16":
                x, dtype = code.let(f"fpext half {x} to float"), "f32"
            widen, wide = {"f": ("fpext", "f64"), "i": ("sext", "i64"), "u": ("zext", "i64")}[dtype[0]]
            plain = self.boxed_scalar(code.let(f"{widen} {LLVM[dtype]} {x} to {LLVM[wide]}"), wide)
        self.succeed(plain, "unboxed")
        kind = self.at(id(SCALARS[dtype].numpy.type))
        self.module.declare("PyObject_CallFunctionObjArgs", "ptr {}(ptr, ...)")
        strong = code.let(f"call ptr (ptr, ...) @PyObject_CallFunctionObjArgs(ptr {kind}, ptr {plain}, ptr null)")
        self.call("void", "Py_DecRef", ("ptr", plain))
        return strong

    def put_array(self, items: str, k: str, x: Array) -> None:
        code, rank = self.code, x.type.rank
        room = code.room(2 * rank)
        for axis, dim in enumerate(x.dims):
            code.do(f"store i64 {dim}, ptr {code.let(f'getelementptr i64, ptr {room}, i64 {axis}')}")
        for axis, stride in enumerate(x.strides or ()):
            bytes_ = code.mul(stride, str(x.itemsize))
            code.do(f"store i64 {bytes_}, ptr {code.let(f'getelementptr i64, ptr {room}, i64 {rank + axis}')}")
        steps = "null" if x.strides is None else code.let(f"getelementptr i64, ptr {room}, i64 {rank}")
        arguments = [("ptr", "%ctx"), ("ptr", items), ("i64", k), ("ptr", x.data), ("ptr", x.owner), ("i32", str(rank))]
        arguments += [("ptr", room), ("ptr", steps), ("i64", str(x.itemsize)), ("i32", str(x.type.dtype.numpy.num))]
        self.go_on(self.call("i1", "ep_put_array", *arguments, ("ptr", "%args"), ("i64", "%n")), "unboxed")

    def boxed_list(self, block: str, type_: ListType) -> str:
        code = self.code
        length = self.field(block, 8 * LENGTH, "i64")
        items = self.call("ptr", "PyList_New", ("i64", length))
        self.succeed(items, "unboxed")
        buffer = self.field(block, 8 * BUFFER)
        before, head, out = code.block, code.label("each"), code.label("listed")
        code.branch(code.compare("sgt", length, "0"), head, out)
        code.start(head)
        k = code.open_phi("i64")
        offset = code.add(code.mul(k.name, str(spread(type_.element))), str(HEADER))
        self.put(items, k.name, self.element(code.let(f"getelementptr i8, ptr {buffer}, i64 {offset}"), type_.element), type_.element)
        following = code.add(k.name, "1")
        code.close_phi(k, ("0", before), (following, code.block))
        code.branch(code.compare("slt", following, length), head, out)
        code.start(out)
        self.call("void", "ep_release", ("ptr", "%ctx"), ("ptr", block))
        return items

    def element(self, address: str, type_: Type) -> Operand:
        """An element of a list, held once more, because its box takes a count."""
        if isinstance(type_, ScalarType):
            loaded = self.code.let(f"load {IN_MEMORY[type_.name]}, ptr {address}")
            return self.code.compare("ne", loaded, "0", "i8") if type_.name == "bool" else loaded
        operand = unflat(type_, iter([self.field(address, 8 * k, part) for k, part in enumerate(shape_of(type_))]))
        self.call("void", "ep_retain", ("ptr", operand.owner if isinstance(operand, Array) else operand))
        return operand

    # Leaving ---------------------------------------------------------------------------------------------------------

    def close_context(self) -> None:
        """Leave the counters for whoever wants to read them."""
        self.call("void", "ep_close_counted", ("ptr", "%ctx"), ("ptr", self.at(self.counters)))

    def exits(self) -> None:
        code = self.code
        code.start("odd")
        none = self.at(id(None))
        self.call("void", "Py_IncRef", ("ptr", none))
        code.do(f"ret ptr {none}")
        code.start("failed")
        self.close_context()
        site = code.let(f"load i64, ptr {self.word(context.SITE)}")
        code.branch(code.compare("eq", site, "-1"), "raised", "noted")
        code.start("raised")
        code.do("ret ptr null")
        code.start("noted")
        code.do(f"ret ptr {self.call('ptr', 'ep_box_failure', ('ptr', '%ctx'))}")
        code.start("unboxed")
        self.call("void", "Py_DecRef", ("ptr", code.let("load ptr, ptr %results")))
        code.jump("lost")
        code.start("lost")
        self.call("void", "ep_close", ("ptr", "%ctx"))
        code.do("ret ptr null")


def places_of_ranges(function: Function, written: frozenset[int]) -> dict[int, int]:
    """Where the bounds of each array that is passed stand in a table, those of the written ones first; nothing if none can overlap."""
    arrays = [k for k, p in enumerate(function.parameters) if isinstance(p.type, ArrayType)]
    if len(arrays) < 2 or not written.intersection(arrays):
        return {}
    return {k: place for place, k in enumerate(sorted(arrays, key=lambda k: k not in written))}


def light(program: Program, function: Function) -> bool:
    """Whether the function does so little that releasing the GIL would take longer."""
    return all(op.name in LIGHT or _is_scalar(op.name, op.operands) for op in ops_in(function.body))


def _is_scalar(name: str, operands: Sequence[object]) -> bool:
    scalars = all(isinstance(v.type, ScalarType) for v in operands)  # type: ignore[attr-defined]
    return definition(name).family == "elementwise" and scalars


def room() -> int:
    """Bytes of a stack that calls may use: half of what the system gives to one that nobody asked to be smaller."""
    try:
        import resource
    except ImportError:
        return 1 << 19
    size, _ = resource.getrlimit(resource.RLIMIT_STACK)
    return 1 << 20 if size == resource.RLIM_INFINITY else max(size // 2, 1 << 16)


ROOM = room()
