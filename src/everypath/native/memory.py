"""Arrays: making them, reading and writing elements, and other views of the same memory."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from ..ir.program import Op, Value
from ..ir.types import ArrayType, ScalarType, Type, scalar_of
from . import nest
from .assembly import IN_MEMORY, SIZE, literal
from .emitter import Emitter, handles
from .errors import NEGATIVE, plain_site, shape_text, shapes_site
from .layout import HEADER, Array, at, element, size, strides, weakened
from .module import SLOTS, Site

ALLOCATION = "unable to allocate the memory of an array"


# Making ---------------------------------------------------------------------------------------------------------------


def fresh(
    e: Emitter, op: Op, dtype: str, dims: Sequence[str], *, zeros: bool = False, checked: bool = True, result: Value | None = None
) -> Array:
    """A new contiguous array, owned by the region. `checked` False: the extents are another array's, so none is negative.

    It becomes `result`, or the only one that `op` has, and may live on the stack where nobody owns it.
    """
    code = e.code
    if e.staying.takes(op, result or (op.results[0] if len(op.results) == 1 else None), dtype, dims):
        return on_stack(e, dtype, dims, zeros)
    if checked:
        refuse_negative(e, op, dims)
    *others, last = dims or ["1"]
    count, overflow = total(e, others)
    if overflow is not None:
        count = code.select(overflow, "i64", "-1", count)
    extents = ("ptr", "%ctx"), ("i64", str(SIZE[dtype])), ("i64", count), ("i64", last)
    block = e.runtime("ep_array_of_zeros" if zeros else "ep_array", "ptr", *extents, touches_arrays=False)
    require_memory(e, op, code.compare("ne", block, "null", "ptr"))
    data = code.let(f"getelementptr inbounds i8, ptr {block}, i64 {HEADER}")
    return Array(ArrayType(SCALAR[dtype], len(dims)), data, block, tuple(dims), None)


def on_stack(e: Emitter, dtype: str, dims: Sequence[str], zeros: bool) -> Array:
    """A new array in the frame of the function."""
    count = prod(map(int, dims))
    data = e.code.slot(f"[{count} x {IN_MEMORY[dtype]}]", align=32)
    if zeros:
        e.module.declare("llvm.memset.p0.i64", "void {}(ptr, i8, i64, i1)")
        e.code.do(f"call void @llvm.memset.p0.i64(ptr {data}, i8 0, i64 {count * SIZE[dtype]}, i1 false)")
    return Array(ArrayType(SCALAR[dtype], len(dims)), data, "null", tuple(dims), None)


def require_memory(e: Emitter, op: Op, made: str) -> None:
    """MemoryError unless there was memory for what `op` makes."""
    e.require(made, e.module.site(plain_site(MemoryError, ALLOCATION, op.location), ("memory", op.location)), ())


SCALAR = {name: ScalarType(name) for name in SIZE}


def refuse_negative(e: Emitter, op: Op, dims: Sequence[str]) -> None:
    unknown = [d for d in dims if not d.isdigit()]
    if not unknown:
        return
    signs = unknown[0]
    for dim in unknown[1:]:
        signs = e.code.let(f"or i64 {signs}, {dim}")
    site = e.module.site(plain_site(ValueError, NEGATIVE, op.location), ("negative", op.location))
    e.require(e.code.compare("sgt", signs, "-1"), site, ())


def total(e: Emitter, dims: Sequence[str]) -> tuple[str, str | None]:
    """(the product, whether it overflows or None where it can't)."""
    count, overflow = "1", None
    e.module.declare("llvm.smul.with.overflow.i64", "{{ i64, i1 }} {}(i64, i64)")
    for dim in dims:
        if count == "1" or dim == "1":
            count = dim if count == "1" else count
            continue
        pair = e.code.let(f"call {{ i64, i1 }} @llvm.smul.with.overflow.i64(i64 {count}, i64 {dim})")
        count = e.code.let(f"extractvalue {{ i64, i1 }} {pair}, 0")
        over = e.code.let(f"extractvalue {{ i64, i1 }} {pair}, 1")
        overflow = over if overflow is None else e.code.let(f"or i1 {overflow}, {over}")
    return count, overflow


@handles("alloc")
def alloc(e: Emitter, op: Op) -> None:
    e.values[op.result] = fresh(e, op, op.attributes["dtype"], [e.scalar(v) for v in op.operands])


@handles("full")
def full(e: Emitter, op: Op) -> None:
    value, *dims = op.operands
    dtype = scalar_of(value.type).name
    v = e.scalar(value)
    zeros = v in ("0", "false", literal(0.0, "f64"))
    x = fresh(e, op, dtype, [e.scalar(d) for d in dims], zeros=zeros)
    e.values[op.result] = x
    if not zeros:
        nest.linear(e, size(e.code, x), lambda k: e.write(at(e.code, x, k), dtype, v, e.scopes.of(op.result)))


@handles("iota")
def iota(e: Emitter, op: Op) -> None:
    n = e.scalar(op.operands[0])
    n = e.code.select(e.code.compare("sgt", n, "0"), "i64", n, "0")
    x = fresh(e, op, "i64", [n], checked=False)
    e.values[op.result] = x
    nest.linear(e, n, lambda k: e.write(at(e.code, x, k), "i64", k, e.scopes.of(op.result)))


@handles("copy")
def copy(e: Emitter, op: Op) -> None:
    e.values[op.result] = copied(e, op, e.array(op.operands[0]), e.scopes.of(op.operands[0]), e.scopes.of(op.result))


def copied(e: Emitter, op: Op, x: Array, source: str, target: str) -> Array:
    """A fresh contiguous copy of `x`."""
    y = fresh(e, op, x.type.dtype.name, x.dims, checked=False)
    transfer(e, x, y, source, target)
    return y


def transfer(e: Emitter, x: Array, y: Array, source: str, target: str) -> None:
    """y[...] = x, of equal shapes."""
    if x.strides is None and y.strides is None:
        bytes_ = e.code.mul(size(e.code, x), str(x.itemsize))
        e.module.declare("llvm.memcpy.p0.p0.i64", "void {}(ptr, ptr, i64, i1)")
        e.code.do(f"call void @llvm.memcpy.p0.p0.i64(ptr {y.data}, ptr {x.data}, i64 {bytes_}, i1 false)")
        return
    dtype = x.type.dtype.name

    def move(point: Sequence[str]) -> None:
        e.write(element(e.code, y, point), dtype, e.read(element(e.code, x, point), dtype, source), target)

    nest.over(e, x.dims, move)


# Reading and writing --------------------------------------------------------------------------------------------------


@handles("dim")
def dim(e: Emitter, op: Op) -> None:
    e.values[op.result] = e.array(op.operands[0]).dims[op.attributes["axis"]]


@handles("load")
def load(e: Emitter, op: Op) -> None:
    x, *i = op.operands
    address = element(e.code, e.array(x), [e.scalar(v) for v in i])
    e.values[op.result] = e.read(address, scalar_of(x.type).name, e.scopes.of(x))


@handles("store")
def store(e: Emitter, op: Op) -> None:
    v, x, *i = op.operands
    address = element(e.code, e.array(x), [e.scalar(k) for k in i])
    e.write(address, scalar_of(x.type).name, e.scalar(v), e.scopes.of(x))


@handles("fill")
def fill(e: Emitter, op: Op) -> None:
    value, target = op.operands
    x, v, dtype = e.array(target), e.scalar(value), scalar_of(target.type).name
    nest.over(e, x.dims, lambda point: e.write(element(e.code, x, point), dtype, v, e.scopes.of(target)))


@handles("assign")
def assign(e: Emitter, op: Op) -> None:
    """y[...] = x, whose leading extents of 1 and missing axes repeat."""
    source, target = op.operands
    y = e.array(target)
    if isinstance(source.type, ScalarType):
        x, dtype = e.scalar(source), scalar_of(target.type).name
        nest.over(e, y.dims, lambda point: e.write(element(e.code, y, point), dtype, x, e.scopes.of(target)))
        return
    template = "could not broadcast input array from shape {} into shape {}"
    x_array = e.array(source)
    if x_array.dims == y.dims:
        transfer(e, x_array, y, e.scopes.of(source), e.scopes.of(target))
        return
    transfer(e, broadcast_to(e, op, x_array, y.dims, template), y, e.scopes.of(source), e.scopes.of(target))


def broadcast_to(e: Emitter, op: Op, x: Array, dims: Sequence[str], template: str) -> Array:
    """`x` as a read-only array with these extents; ValueError by `template`, which takes both shapes."""
    code = e.code
    extra = len(x.dims) - len(dims)
    own, steps = x.dims, strides(code, x)
    fits: list[str] = [code.compare("eq", d, "1") for d in own[: max(extra, 0)]]
    wide = [*["1"] * max(-extra, 0), *own[max(extra, 0) :]]
    step = [*["0"] * max(-extra, 0), *steps[max(extra, 0) :]]
    out: list[str] = []
    for mine, other, stride in zip(wide, dims, step, strict=True):
        if mine == other or stride == "0":
            out.append(stride)
            continue
        single = code.compare("eq", mine, "1")
        fits.append(code.let(f"or i1 {single}, {code.compare('eq', mine, other)}"))
        out.append(code.select(single, "i64", "0", stride))
    require_shapes(e, op, fits, [own, tuple(dims)], template)
    return Array(ArrayType(x.type.dtype, len(dims), False), x.data, x.owner, tuple(dims), tuple(out))


def require_shapes(e: Emitter, op: Op, conditions: Sequence[str], shapes: Sequence[Sequence[str]], template: str) -> None:
    """ValueError unless all `conditions`, with the shapes in its message."""
    if not conditions:
        return
    holds = conditions[0]
    for condition in conditions[1:]:
        holds = e.code.let(f"and i1 {holds}, {condition}")
    site = shapes_site([len(s) for s in shapes], template, op.location)
    e.require(holds, e.module.site(site), [("i64", d) for shape in shapes for d in shape][:SLOTS])


# Views ----------------------------------------------------------------------------------------------------------------


@handles("view")
def view(e: Emitter, op: Op) -> None:
    x = e.array(op.operands[0])
    numbers = iter([e.scalar(v) for v in op.operands[1:]])
    code, own = e.code, strides(e.code, x)
    offset, dims, steps, axis = "0", [], [], 0
    for letter in op.attributes["axes"]:
        if letter == "n":
            dims.append("1")
            steps.append("0")
            continue
        if letter == "a":
            dims.append(x.dims[axis])
            steps.append(own[axis])
        else:
            offset = code.add(offset, code.mul(next(numbers), own[axis]))
        if letter in "us":
            dims.append(next(numbers))
            steps.append(code.mul(next(numbers), own[axis]) if letter == "s" else own[axis])
        axis += 1
    data = x.data if offset == "0" else code.let(f"getelementptr {x.memory}, ptr {x.data}, i64 {offset}")
    e.values[op.result] = seen_as(op.result.type, x, data, dims, steps)


def seen_as(type_: Type, x: Array, data: str, dims: Sequence[str], steps: Sequence[str]) -> Array:
    """Memory of `x` under a type, whose contiguity says whether the strides are needed."""
    assert isinstance(type_, ArrayType)
    return Array(type_, data, x.owner, tuple(dims), None if type_.contiguous else tuple(steps))


@handles("transpose")
def transpose(e: Emitter, op: Op) -> None:
    x, axes = e.array(op.operands[0]), op.attributes["axes"]
    own = strides(e.code, x)
    e.values[op.result] = seen_as(op.result.type, x, x.data, [x.dims[k] for k in axes], [own[k] for k in axes])


@handles("weaken")
def weaken(e: Emitter, op: Op) -> None:
    e.values[op.result] = weakened(e.code, e.array(op.operands[0]))


@handles("diagonal")
def diagonal(e: Emitter, op: Op) -> None:
    """The diagonals along the last two axes, which are one axis then, the last."""
    x = e.array(op.operands[0])
    *others, down, across = strides(e.code, x)
    site = shapes_site([len(x.dims)], "the diagonal of an array of shape {}", op.location)
    e.require(e.code.compare("eq", *x.dims[-2:]), e.module.site(site), [("i64", d) for d in x.dims])
    e.values[op.result] = seen_as(op.result.type, x, x.data, x.dims[:-1], [*others, e.code.add(down, across)])


@handles("broadcast")
def broadcast(e: Emitter, op: Op) -> None:
    x, *dims = op.operands
    template = "operands could not be broadcast together with remapped shapes [original->remapped]: {}  and requested shape {}"
    e.values[op.result] = broadcast_to(e, op, e.array(x), [e.scalar(d) for d in dims], template)


@handles("reshape")
def reshape(e: Emitter, op: Op) -> None:
    """Another shape of the same memory; of a strided array, of a copy unless it happens to be contiguous."""
    x, dims = e.array(op.operands[0]), [e.scalar(d) for d in op.operands[1:]]
    have, (want, overflow) = size(e.code, x), total(e, dims)
    if have != want and "spare" not in op.attributes:

        def describe(values: list[int]) -> str:
            return f"cannot reshape array of size {values[0]} into shape {shape_text(values[1:])}"

        site = Site(ValueError, describe, ("i64",) * (1 + len(dims)), op.location)
        values = [("i64", have), *(("i64", d) for d in dims)]
        fits = e.code.compare("eq", have, want)
        if overflow is not None:
            fits = e.code.select(overflow, "i1", "false", fits)
        e.require(fits, e.module.site(site), values[:SLOTS])
    if x.strides is not None:
        x = made_contiguous(e, op, x)
    e.values[op.result] = Array(ArrayType(x.type.dtype, len(dims)), x.data, x.owner, tuple(dims), None)


def made_contiguous(e: Emitter, op: Op, x: Array) -> Array:
    """`x` itself, held, if it is contiguous as it stands, else a copy."""
    code, step, contiguous = e.code, "1", "true"
    assert x.strides is not None
    for dim_, stride in zip(reversed(x.dims), reversed(x.strides)):
        same = code.let(f"or i1 {code.compare('eq', stride, step)}, {code.compare('eq', dim_, '1')}")
        contiguous = code.let(f"and i1 {contiguous}, {same}")
        step = code.mul(step, dim_)
    as_is, anew, join = code.label("asis"), code.label("anew"), code.label("shaped")
    code.branch(contiguous, as_is, anew)
    code.start(as_is)
    e.retain(x)
    code.jump(join)
    code.start(anew)
    y = copied(e, op, x, e.scopes.of(op.operands[0]), e.scopes.of(op.result))
    end = code.block
    code.jump(join)
    code.start(join)
    data = code.phi("ptr", (x.data, as_is), (y.data, end))
    owner = code.phi("ptr", (x.owner, as_is), (y.owner, end))
    return Array(ArrayType(x.type.dtype, len(x.dims)), data, owner, x.dims, None)
