"""Element-wise operations, reductions and accumulation on whole arrays, each as a loop nest of its own.

`optimise.fuse` makes `map`s of these; what it leaves whole is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from ..ir.program import Op, Value
from ..ir.types import ArrayType, ScalarType, scalar_of
from . import columns, memory, nest, outlined, scalars, sharing, whole_lines
from .assembly import LLVM, literal
from .emitter import Emitter, handles
from .intrinsics import FLOATS, intrinsic
from .layout import Array, element, strides
from .maps import COMBINED, of_nothing_zero

MISMATCH = "operands could not be broadcast together with shapes {} "


@handles("element-wise")
def elementwise(e: Emitter, op: Op) -> None:
    operands = [e.array(v) if isinstance(v.type, ArrayType) else e.scalar(v) for v in op.operands]
    arrays = [x for x in operands if isinstance(x, Array)]
    dims = broadcast_dims(e, op, arrays)
    wide = [stretched(e, x, dims) if isinstance(x, Array) else x for x in operands]
    inner = scalar_form(op)
    result = memory.fresh(e, op, scalar_of(op.result.type).name, dims, checked=False)
    e.values[op.result] = result
    if whole_lines.takes(e, op):
        whole_lines.emit(e, op, wide, result)
        return

    def compute(point: tuple[str, ...]) -> None:
        loaded = [read(e, x, point, v) if isinstance(x, Array) else x for x, v in zip(wide, op.operands, strict=True)]
        value = scalars.emit(e, inner, loaded)
        e.write(element(e.code, result, point), result.type.dtype.name, value, e.scopes.of(op.result))

    e.map_depth += 1
    sharing.over(e, dims, compute, sharing.cost([op]) + len(arrays))
    e.map_depth -= 1


def scalar_form(op: Op) -> Op:
    """The same op on scalars."""
    operands = tuple(Value(v.name, scalar_of(v.type)) for v in op.operands)
    return replace(op, operands=operands, results=(Value(op.result.name, scalar_of(op.result.type)),))


def read(e: Emitter, x: Array, point: Sequence[str], value: Value) -> str:
    return e.read(element(e.code, x, point), x.type.dtype.name, e.scopes.of(value))


def broadcast_dims(e: Emitter, op: Op, arrays: Sequence[Array]) -> tuple[str, ...]:
    """The extents that the arrays broadcast to; ValueError if they don't."""
    code = e.code
    rank = max(len(x.dims) for x in arrays)
    shapes = [("1",) * (rank - len(x.dims)) + x.dims for x in arrays]
    out, fits = [], []
    for column in zip(*shapes, strict=True):
        dim = column[0]
        for other in column[1:]:
            if other == "1":
                continue
            dim = other if dim == "1" else dim if dim == other else code.select(code.compare("eq", dim, "1"), "i64", other, dim)
        for other in dict.fromkeys(column):
            if other not in ("1", dim):
                same = code.compare("eq", other, dim)
                fits.append(code.let(f"or i1 {same}, {code.compare('eq', other, '1')}"))
        out.append(dim)
    template = MISMATCH.format(" ".join(["{}"] * len(arrays)))
    memory.require_shapes(e, op, fits, [x.dims for x in arrays], template)
    return tuple(out)


def stretched(e: Emitter, x: Array, dims: Sequence[str]) -> Array:
    """`x` with the extents it broadcasts to, stride 0 along axes that repeat."""
    if x.dims == tuple(dims):
        return x
    own = strides(e.code, x)
    steps = ["0"] * (len(dims) - len(x.dims))
    for mine, wanted, stride in zip(x.dims, dims[len(steps) :], own, strict=True):
        single = mine != wanted and stride != "0"
        steps.append(e.code.select(e.code.compare("eq", mine, "1"), "i64", "0", stride) if single else stride)
    return Array(ArrayType(x.type.dtype, len(dims), False), x.data, x.owner, tuple(dims), tuple(steps))


# Reductions -----------------------------------------------------------------------------------------------------------


@handles("sum", "any", "all", "norm")
def reduction(e: Emitter, op: Op) -> None:
    """Over the axes given: for each point of the axes that stay, a loop nest over those that go. Where the last stays, row after row."""
    (operand,) = op.operands
    x, axes = e.array(operand), op.attributes["axes"]
    if x.strides is None and len(axes) == len(x.dims) > 1 and isinstance(op.result.type, ScalarType):
        x, axes = Array(ArrayType(x.type.dtype, 1), x.data, x.owner, (e.code.product(x.dims),), None), (0,)
    gone = [x.dims[k] for k in axes]
    stay = [k for k in range(len(x.dims)) if k not in axes]

    def reduced(kept: Sequence[str]) -> str:
        return combine(e, op, x, dict(zip(stay, kept, strict=True)), axes, gone)

    if isinstance(op.result.type, ScalarType):
        e.values[op.result] = reduced(())
        return
    keepdims = op.attributes["keepdims"]
    dims = [("1" if k in axes else x.dims[k]) for k in range(len(x.dims)) if keepdims or k in stay]
    result = memory.fresh(e, op, scalar_of(op.result.type).name, dims, checked=False)
    e.values[op.result] = result
    if len(x.dims) - 1 not in axes and not outlined.few(dims) and (op.name not in COMBINED or x.type.dtype.name == "bool"):
        by_rows(e, op, x, result)
        return

    def store(point: tuple[str, ...]) -> None:
        kept = [point[k] for k in stay] if keepdims else point
        e.write(element(e.code, result, point), result.type.dtype.name, reduced(kept), e.scopes.of(op.result))

    sharing.over(e, dims, store, e.code.product(gone))


def by_rows(e: Emitter, op: Op, x: Array, result: Array) -> None:
    """The reduction into `result`, whose last axis is that of `x`."""
    dtype, axes = x.type.dtype.name, op.attributes["axes"]
    if op.name in COMBINED:
        columns.combined(e, op.name, x, axes, result, COMBINED[op.name][1], e.scopes.of(op.result))
        return
    start = of_nothing_zero(e, dtype, literal(-0.0 if dtype in FLOATS else 0, dtype), [x.dims[k] for k in axes])
    columns.combined(e, op.name, x, axes, result, start, e.scopes.of(op.result))
    if op.name == "norm":

        def root(point: tuple[str, ...]) -> None:
            place, scope = element(e.code, result, point), e.scopes.of(op.result)
            e.write(place, dtype, intrinsic(e, "sqrt", dtype, e.read(place, dtype, scope)), scope)

        nest.over(e, result.dims, root)


def combine(e: Emitter, op: Op, x: Array, kept: dict[int, str], axes: Sequence[int], gone: Sequence[str]) -> str:
    dtype = x.type.dtype.name
    kind = "sum" if op.name == "norm" else op.name
    start = literal(-0.0 if dtype in FLOATS else 0, dtype) if kind == "sum" else COMBINED[kind][1]

    def step(point: tuple[str, ...], totals: list[str]) -> list[str]:
        where = {**kept, **dict(zip(axes, point, strict=True))}
        value = read(e, x, [where[k] for k in range(len(x.dims))], op.operands[0])
        return [added(e, op, dtype, totals[0], value)]

    type_ = LLVM[dtype] if kind == "sum" else "i1"
    whole = sharing.Total(type_, start, lambda a, b: joined(e, op, dtype, a, b))
    (total,) = sharing.reduced(e, gone, [whole], step, 1)
    if kind == "sum":
        total = of_nothing_zero(e, dtype, total, list(gone))
    return intrinsic(e, "sqrt", dtype, total) if op.name == "norm" else total


def joined(e: Emitter, op: Op, dtype: str, a: str, b: str) -> str:
    """What two blocks have combined, together."""
    if op.name in COMBINED:
        return e.code.let(f"{COMBINED[op.name][0]} i1 {a}, {b}")
    instruction = "fadd" if dtype in FLOATS else "or" if dtype == "bool" else "add"
    return e.code.let(f"{instruction} {LLVM[dtype]} {a}, {b}")


def added(e: Emitter, op: Op, dtype: str, total: str, x: str) -> str:
    if op.name in COMBINED:
        truth = scalars.converted(e, dtype, "bool", x)
        return e.code.let(f"{COMBINED[op.name][0]} i1 {total}, {truth}")
    if dtype not in FLOATS:
        return e.code.let(f"{'or' if dtype == 'bool' else 'add'} {LLVM[dtype]} {total}, {x}")
    if op.name == "norm":
        x = e.code.let(f"fmul reassoc contract {LLVM[dtype]} {x}, {x}")
    return e.code.let(f"fadd reassoc contract {LLVM[dtype]} {total}, {x}")


# Accumulation ---------------------------------------------------------------------------------------------------------


@handles("accumulate")
def accumulate(e: Emitter, op: Op) -> None:
    """x[i…] += v; without indices over all of x, v repeated or summed as its extents ask for."""
    value, target, *indices = op.operands
    x = e.array(target)
    if indices:
        add_at(e, op, x, [e.scalar(i) for i in indices], e.scalar(value))
        return
    if isinstance(value.type, ScalarType):
        sharing.over(e, x.dims, lambda point: add_at(e, op, x, point, e.scalar(value)), 3)
        return
    v = e.array(value)
    if v.dims == x.dims:
        sharing.over(e, x.dims, lambda point: add_at(e, op, x, point, read(e, v, point, value)), 3)
        return
    code, dims = e.code, broadcast_dims(e, op, [v, x])
    shapes = [("1",) * (len(dims) - len(y.dims)) + y.dims for y in (v, x)]
    pairs = [(m, n) for m, n in zip(*shapes, strict=True) if m != n and "1" not in (m, n)]
    if not pairs:
        add_over(e, op, stretched(e, x, dims), stretched(e, v, dims))
        return
    even, uneven, done = (code.label(hint) for hint in ("even", "uneven", "added"))
    code.branch(reduce(lambda a, b: code.let(f"and i1 {a}, {b}"), [code.compare("eq", m, n) for m, n in pairs]), even, uneven)
    code.start(even)  # here LLVM sees which points of x are one
    own_v, own_x = ([n if m == "1" else m for m, n in zip(shape, other, strict=True)] for shape, other in (shapes, shapes[::-1]))
    add_over(e, op, stretched(e, x, own_x), stretched(e, v, own_v))
    code.jump(done)
    code.start(uneven)
    add_over(e, op, stretched(e, x, dims), stretched(e, v, dims))
    code.jump(done)
    code.start(done)


def add_over(e: Emitter, op: Op, x: Array, v: Array) -> None:
    """x += v of the same extents, each as it is stretched over them."""
    nest.over(e, x.dims, lambda point: add_at(e, op, x, point, read(e, v, point, op.operands[0])))


def add_at(e: Emitter, op: Op, x: Array, point: Sequence[str], value: str) -> None:
    dtype, target = x.type.dtype.name, op.operands[1]
    address = element(e.code, x, point)
    before = e.read(address, dtype, e.scopes.of(target))
    after = scalars.emit(e, addition(op, dtype), [before, value])
    e.write(address, dtype, after, e.scopes.of(target))


def addition(op: Op, dtype: str) -> Op:
    """The scalar addition inside an accumulation."""
    a, b, c = (Value(name, ScalarType(dtype)) for name in "abc")
    relaxed = {"relaxed": True} if op.attributes.get("relaxed") else {}
    return Op("add", (a, b), (c,), relaxed, location=op.location)


# Indices that are arrays ----------------------------------------------------------------------------------------------


def points(e: Emitter, op: Op, x: Array, indices: Sequence[Value], place: Sequence[str]) -> list[str]:
    """Where the point `place` of a gather lies in `x`: the index arrays on its leading axes, then the point's own last ones."""
    rank = len(e.array(indices[0]).dims)
    leading = [read(e, e.array(i), place[:rank], i) for i in indices]
    return [*leading, *place[rank:]]


@handles("gather")
def gather(e: Emitter, op: Op) -> None:
    source, *indices = op.operands
    x = e.array(source)
    dims = [*e.array(indices[0]).dims, *x.dims[len(indices) :]]
    result = memory.fresh(e, op, x.type.dtype.name, dims, checked=False)
    e.values[op.result] = result

    def move(place: tuple[str, ...]) -> None:
        value = read(e, x, points(e, op, x, indices, place), source)
        e.write(element(e.code, result, place), x.type.dtype.name, value, e.scopes.of(op.result))

    sharing.over(e, dims, move, 4)


@handles("scatter", "scatter_add")
def scatter(e: Emitter, op: Op) -> None:
    """In order, so that the last of equal indices wins, and equal ones add up."""
    value, target, *indices = op.operands
    x = e.array(target)
    dims = [*e.array(indices[0]).dims, *x.dims[len(indices) :]]
    v = stretched_value(e, op, value, dims)

    def move(place: tuple[str, ...]) -> None:
        item = v if isinstance(v, str) else read(e, v, place, value)
        where = points(e, op, x, indices, place)
        if op.name == "scatter_add":
            add_at(e, op, x, where, item)
        else:
            e.write(element(e.code, x, where), x.type.dtype.name, item, e.scopes.of(target))

    nest.over(e, dims, move)


def stretched_value(e: Emitter, op: Op, value: Value, dims: Sequence[str]) -> Array | str:
    if isinstance(value.type, ScalarType):
        return e.scalar(value)
    v = e.array(value)
    if v.dims == tuple(dims):
        return v
    template = "shape mismatch: value array of shape {} could not be broadcast to indexing result of shape {}"
    return memory.broadcast_to(e, op, v, dims, template)
