"""Growable lists, and records of saved values. Both hold what they contain.

list payload   = { buffer block, length, capacity }; an element is its scalar, or one 8-byte word for each of its registers
in segments    = { 0, length, segment blocks… }: the first has room for 64 elements, each other one for as many as all before
record payload = one 8-byte word for each register of each field
"""

from __future__ import annotations

from collections.abc import Sequence

from ..ir.program import Op
from ..ir.types import ArrayType, ListType, RecordType, ScalarType, Type
from .assembly import SIZE, Code
from .emitter import Emitter, handles
from .errors import plain_site
from .layout import HEADER, Operand, as_type, flat, shape_of, unflat
from .memory import ALLOCATION
from .module import DROPPER, Module

BUFFER, LENGTH, CAPACITY = (HEADER // 8 + k for k in range(3))
SEGMENTS, MOST_SEGMENTS, FIRST_SHIFT = CAPACITY, 40, 6
DROP = 2
"""The word of a block's header that says how to let go of what it holds."""


def spread(element: Type) -> int:
    """Bytes from one element of a list to the next."""
    return SIZE[element.name] if isinstance(element, ScalarType) else 8 * len(shape_of(element))


def is_counted(type_: Type) -> bool:
    return not isinstance(type_, ScalarType)


# Blocks that hold things ----------------------------------------------------------------------------------------------


def block(e: Emitter, op: Op, bytes_: int, drop: str, *, zeros: bool = False) -> str:
    """A fresh block that lets go of what it holds by `drop`."""
    made = e.runtime("ep_zeros" if zeros else "ep_alloc", "ptr", ("ptr", "%ctx"), ("i64", str(bytes_)), touches_arrays=False)
    site = e.module.site(plain_site(MemoryError, ALLOCATION, op.location), ("memory", op.location))
    e.require(e.code.compare("ne", made, "null", "ptr"), site, ())
    e.code.do(f"store ptr @{drop}, ptr {e.word(made, DROP)}{e.scopes.header}")
    return made


def dropper(module: Module, type_: Type) -> str:
    """The function that lets go of what a list or record of this type holds."""
    if isinstance(type_, ListType) and not is_counted(type_.element):
        name = "ep_drop_segments" if type_.segments else "ep_drop_list"
        module.declare(name, "void {}(ptr, ptr)")
        return name
    return module.once(("drop", type_), lambda: _write_dropper(module, type_, f"{DROPPER}{len(module.made)}"))


def _write_dropper(module: Module, type_: Type, name: str) -> str:
    module.declare("ep_release", "void {}(ptr, ptr) nounwind")
    module.made[("drop", type_)] = name
    code = Code()
    if isinstance(type_, RecordType):
        _release_words(code, module.program.records[type_.name], "%block", HEADER)
    else:
        assert isinstance(type_, ListType)
        _release_elements(module, code, type_)
    code.do("ret void")
    module.functions.append(f"define internal void @{name}(ptr %ctx, ptr %block) nounwind {{\n{code.text()}\n}}")
    return name


def _release_words(code: Code, types: Sequence[Type], base: str, offset: int) -> None:
    """Release every reference among values of these types that stand in words from `offset` on."""
    for type_ in types:
        if is_counted(type_):
            place = offset + (8 if isinstance(type_, ArrayType) else 0)
            address = code.let(f"getelementptr inbounds i8, ptr {base}, i64 {place}")
            held = code.let(f"load ptr, ptr {address}")
            code.do(f"call void @ep_release(ptr %ctx, ptr {held})")
        offset += 8 * len(shape_of(type_))


def _release_elements(module: Module, code: Code, type_: ListType) -> None:
    length = code.let(f"load i64, ptr {code.let(f'getelementptr inbounds i8, ptr %block, i64 {8 * LENGTH}')}")
    code.branch(code.compare("sgt", length, "0"), "each", "done")
    code.start("each")
    k = code.open_phi("i64")
    place = element_at(module, code, "%block", type_, k.name, "")
    _release_words(code, [type_.element], place, 0)
    following = code.add(k.name, "1")
    code.close_phi(k, ("0", "entry"), (following, "each"))
    code.branch(code.compare("slt", following, length), "each", "done")
    code.start("done")
    drop = "ep_drop_segments" if type_.segments else "ep_drop_list"
    module.declare(drop, "void {}(ptr, ptr)")
    code.do(f"call void @{drop}(ptr %ctx, ptr %block)")


def element_at(module: Module, code: Code, items: str, type_: ListType, position: str, scope: str) -> str:
    """The address of the element of a list at a position."""
    word, inside = str(BUFFER), position
    if type_.segments:
        module.declare("llvm.ctlz.i64", "i64 {}(i64, i1)")
        place = code.add(position, str(1 << FIRST_SHIFT))
        zeros = code.let(f"call i64 @llvm.ctlz.i64(i64 {place}, i1 true)")
        word = code.let(f"sub nsw i64 {63 - FIRST_SHIFT + SEGMENTS}, {zeros}")
        highest = code.let(f"lshr i64 {-(1 << 63)}, {zeros}")
        inside = code.let(f"xor i64 {place}, {highest}")
    buffer = code.let(f"load ptr, ptr {code.let(f'getelementptr inbounds i64, ptr {items}, i64 {word}')}{scope}")
    offset = code.add(code.mul(inside, str(spread(type_.element))), str(HEADER))
    return code.let(f"getelementptr inbounds i8, ptr {buffer}, i64 {offset}")


# Values in words ------------------------------------------------------------------------------------------------------


def write_words(e: Emitter, base: str, first: int, type_: Type, operand: Operand, scope: str) -> None:
    """Keep a value, one word for each register."""
    for k, (part, register) in enumerate(zip(shape_of(type_), flat(as_type(e.code, operand, type_)), strict=True)):
        address = e.word(base, first + k)
        if part == "i1":
            part, register = "i8", e.code.let(f"zext i1 {register} to i8")
        e.code.do(f"store {part} {register}, ptr {address}{scope}")


def read_words(e: Emitter, base: str, first: int, type_: Type, scope: str) -> Operand:
    registers = []
    for k, part in enumerate(shape_of(type_)):
        address = e.word(base, first + k)
        if part == "i1":
            byte = e.code.let(f"load i8, ptr {address}{scope}")
            registers.append(e.code.compare("ne", byte, "0", "i8"))
        else:
            registers.append(e.code.let(f"load {part}, ptr {address}{scope}"))
    return unflat(type_, iter(registers))


# Lists ----------------------------------------------------------------------------------------------------------------


@handles("list_new")
def list_new(e: Emitter, op: Op) -> None:
    type_ = op.result.type
    assert isinstance(type_, ListType)
    if type_.segments:
        e.values[op.result] = block(e, op, 8 * (2 + MOST_SEGMENTS), dropper(e.module, type_), zeros=True)
        return
    made = block(e, op, 24, dropper(e.module, type_))
    e.code.do(f"store ptr null, ptr {e.word(made, BUFFER)}{e.scopes.header}")
    for word in (LENGTH, CAPACITY):
        e.code.do(f"store i64 0, ptr {e.word(made, word)}{e.scopes.header}")
    e.values[op.result] = made


@handles("list_length")
def list_length(e: Emitter, op: Op) -> None:
    e.values[op.result] = e.code.let(f"load i64, ptr {e.word(e.scalar(op.operands[0]), LENGTH)}{e.scopes.header}")


def place(e: Emitter, op: Op, position: str) -> tuple[str, Type]:
    """(address of the element at a position, type of the elements)."""
    type_ = op.operands[0].type
    assert isinstance(type_, ListType)
    return element_at(e.module, e.code, e.scalar(op.operands[0]), type_, position, e.scopes.header), type_.element


def keep(e: Emitter, address: str, element: Type, operand: Operand, scope: str, *, given: bool = False) -> None:
    """Write an element of a list: a reference is counted, or `given` with the count it has."""
    if isinstance(element, ScalarType):
        assert isinstance(operand, str)
        e.write(address, element.name, operand, scope)
        return
    if not given:
        e.retain(operand)
    write_words(e, address, 0, element, operand, scope)


@handles("list_append")
def list_append(e: Emitter, op: Op) -> None:
    code, items = e.code, e.scalar(op.operands[0])
    type_ = op.operands[0].type
    assert isinstance(type_, ListType)
    length_at = e.word(items, LENGTH)
    length = code.let(f"load i64, ptr {length_at}{e.scopes.header}")
    grow, ready = code.label("grow"), code.label("ready")
    code.branch(full(e, items, type_, length), grow, ready, e.unlikely())
    code.start(grow)
    grown = e.runtime(
        "ep_segment" if type_.segments else "ep_grow", "i1", ("ptr", "%ctx"), ("ptr", items), ("i64", str(spread(type_.element)))
    )
    e.require(grown, e.module.site(plain_site(MemoryError, ALLOCATION, op.location), ("memory", op.location)), ())
    code.jump(ready)
    code.start(ready)
    address, element = place(e, op, length)
    keep(e, address, element, e.values[op.operands[1]], e.scopes.of(op.operands[0]), given=op in e.plan.given)
    code.do(f"store i64 {code.add(length, '1')}, ptr {length_at}{e.scopes.header}")


def full(e: Emitter, items: str, type_: ListType, length: str) -> str:
    """Whether a list has no room for one more."""
    code = e.code
    if not type_.segments:
        return code.compare("eq", length, code.let(f"load i64, ptr {e.word(items, CAPACITY)}{e.scopes.header}"))
    place = code.add(length, str(1 << FIRST_SHIFT))
    return code.compare("eq", code.let(f"and i64 {place}, {code.add(place, '-1')}"), "0")


@handles("list_get")
def list_get(e: Emitter, op: Op) -> None:
    address, element = place(e, op, e.scalar(op.operands[1]))
    scope = e.scopes.of(op.operands[0])
    if isinstance(element, ScalarType):
        e.values[op.result] = e.read(address, element.name, scope)
        return
    e.values[op.result] = read_words(e, address, 0, element, scope)
    if op.result not in e.plan.borrowed:
        e.retain(e.values[op.result])


@handles("list_set")
def list_set(e: Emitter, op: Op) -> None:
    _, value, position = op.operands
    address, element = place(e, op, e.scalar(position))
    scope = e.scopes.of(op.operands[0])
    before = read_words(e, address, 0, element, scope) if is_counted(element) else None
    keep(e, address, element, e.values[value], scope)
    if before is not None:
        e.release(before)


# Records --------------------------------------------------------------------------------------------------------------


@handles("pack")
def pack(e: Emitter, op: Op) -> None:
    type_ = op.result.type
    assert isinstance(type_, RecordType)
    fields = e.module.program.records[type_.name]
    made = block(e, op, 8 * sum(len(shape_of(t)) for t in fields), dropper(e.module, type_))
    word = HEADER // 8
    for value, field in zip(op.operands, fields, strict=True):
        operand = as_type(e.code, e.values[value], field)
        if is_counted(field):
            e.retain(operand)
        write_words(e, made, word, field, operand, e.scopes.of(op.result))
        word += len(shape_of(field))
    e.values[op.result] = made


@handles("unpack")
def unpack(e: Emitter, op: Op) -> None:
    type_ = op.operands[0].type
    assert isinstance(type_, RecordType)
    fields = e.module.program.records[type_.name]
    position = op.attributes["field"]
    word = HEADER // 8 + sum(len(shape_of(t)) for t in fields[:position])
    got = read_words(e, e.scalar(op.operands[0]), word, fields[position], e.scopes.of(op.operands[0]))
    e.values[op.result] = got
