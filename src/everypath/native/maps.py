"""`map`: one loop nest in which a scalar region is evaluated at every point of an index space.

Results go to fresh arrays, or are combined into scalars: a sum may be reordered, which is what lets LLVM vectorise it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ..analysis.alias import is_reference
from ..ir.program import Op, Region, Value
from ..ir.types import ScalarType, scalar_of
from ..ir.walk import defined_in, ops_in
from . import memory, nest, sharing
from .assembly import LLVM, literal
from .emitter import Emitter, handles
from .intrinsics import FLOATS
from .layout import Array, element
from .sharing import Total

COMBINED = {"any": ("or", "false"), "all": ("and", "true")}


@handles("map")
def map_(e: Emitter, op: Op) -> None:
    (region,) = op.regions
    dims = [e.scalar(v) for v in op.operands]
    into = op.attributes["into"]
    arrays = made(e, op, dims)
    totals = [k for k, kind in enumerate(into) if kind != "array"]
    types = [str(region.yielded[k].type) for k in totals]
    combining = [total(e, into[k], t) for k, t in zip(totals, types, strict=True)]
    body = contracted(region, {region.yielded[k] for k in totals if into[k] == "sum"})

    held = [op for op in body if is_held(op, region, e)]
    kinds = [t.type for t in combining]

    def step(point: tuple[str, ...], accumulators: list[str]) -> list[str]:
        e.values.update(zip(region.arguments, point, strict=True))
        added = accumulators[len(totals) :]
        for inner in body:
            if inner in held:
                k = held.index(inner)
                added[k] = e.code.let(f"fadd reassoc contract {kind_of(inner)} {added[k]}, {e.scalar(inner.operands[0])}")
            else:
                e.op(inner)
        yielded = [e.scalar(v) for v in region.yielded]
        for k, x in arrays.items():
            e.write(element(e.code, x, point), x.type.dtype.name, yielded[k], e.scopes.of(op.results[k]))
        found = [combined(e, into[k], t, a, yielded[k]) for k, t, a in zip(totals, types, accumulators, strict=False)]
        return [*found, *added]

    def row(point: tuple[str, ...], accumulators: list[str]) -> list[str]:
        """A line along the last axis, and what it adds to one place all along."""
        starts = [*accumulators, *(literal(-0.0, scalar_of(inner.operands[0].type).name) for inner in held)]
        types_ = [*kinds, *map(kind_of, held)]
        found = nest.within(e, [("0", dims[-1])], types_, starts, lambda place, before: step((*point, *place), before))
        e.values.update(zip(region.arguments, point, strict=False))
        for inner, x in zip(held, found[len(totals) :], strict=True):
            whole = Value(inner.operands[0].name, inner.operands[0].type)
            e.values[whole] = x
            e.op(replace(inner, operands=(whole, *inner.operands[1:])))
        return found[: len(totals)]

    e.map_depth += 1
    if held:
        final = nest.reduced(e, dims[:-1], kinds, [t.start for t in combining], row, within_step=dims[-1:])
    elif any(inner.name == "accumulate" for inner in ops_in(region)):
        final = nest.reduced(e, dims, kinds, [t.start for t in combining], step)
    elif as_they_lie(e, region, dims):
        first, points = ("0",) * (len(dims) - 1), e.code.product(dims)
        final = sharing.reduced(e, [points], combining, lambda k, before: step((*first, *k), before), sharing.cost(region.ops))
    else:
        final = sharing.reduced(e, dims, combining, step, sharing.cost(region.ops))
    e.map_depth -= 1
    for k, t, found in zip(totals, types, final, strict=True):
        e.values[op.results[k]] = of_nothing_zero(e, t, found, dims) if into[k] == "sum" else found


def as_they_lie(e: Emitter, region: Region, dims: list[str]) -> bool:
    """Whether the points may be gone through in one line, as they lie in memory: what is read at them are arrays of the map's own extents
    without gaps, and nothing else asks for an index. Known extents are left as they are."""

    def lies_so(op: Op) -> bool:
        if op.name != "load" or op.operands[1:] != region.arguments or op.operands[0] not in e.values:
            return False
        x = e.array(op.operands[0])
        return x.strides is None and x.dims == tuple(dims)

    if len(dims) < 2 or all(n.isdigit() for n in dims):
        return False
    return all(lies_so(op) for op in ops_in(region) if not set(region.arguments).isdisjoint(op.operands))


def is_held(op: Op, region: Region, e: Emitter) -> bool:
    """Whether `op` adds numbers to a place that is one along the last axis of the map, and nothing else there uses its memory: they are
    added up in a register, and once in memory."""
    if (
        op.name != "accumulate"
        or not op.attributes.get("relaxed")
        or len(op.operands) < 3
        or not isinstance(op.operands[0].type, ScalarType)
    ):
        return False
    value, target, *places = op.operands
    if scalar_of(value.type) != scalar_of(target.type) or not scalar_of(value.type).is_float or not e.distinct:
        return False
    numbers = {inner.result for inner in region.ops if inner.name == "constant"}
    if not (defined_in(region) - {*region.arguments[:-1], *numbers}).isdisjoint(places):
        return False
    others = [v for other in ops_in(region) if other is not op for v in other.operands if is_reference(v)]
    return not any(e.scopes.groups.same(target, v) for v in others)


def kind_of(op: Op) -> str:
    """The LLVM type of what an accumulation adds."""
    return LLVM[scalar_of(op.operands[0].type).name]


def made(e: Emitter, op: Op, dims: list[str]) -> dict[int, Array]:
    """The fresh arrays, by the position of the yielded value that fills them."""
    arrays = {}
    for k, result in enumerate(op.results):
        if op.attributes["into"][k] == "array":
            dtype = str(op.regions[0].yielded[k].type)
            arrays[k] = memory.fresh(e, op, dtype, dims, result=result)
            e.values[result] = arrays[k]
    return arrays


def total(e: Emitter, kind: str, dtype: str) -> Total:
    """What a yielded scalar is combined into; the sums of blocks are added in order."""
    return Total(LLVM[dtype], start(kind, dtype), lambda a, b: combined(e, kind, dtype, a, b, "fadd"))


def start(kind: str, dtype: str) -> str:
    """What combining starts from: -0.0 is the sum of nothing that keeps the mark of an absent path."""
    if kind == "sum":
        return literal(-0.0 if dtype in FLOATS else 0, dtype)
    return COMBINED[kind][1]


def combined(e: Emitter, kind: str, dtype: str, total: str, x: str, addition: str = "fadd reassoc contract") -> str:
    if kind != "sum":
        return e.code.let(f"{COMBINED[kind][0]} i1 {total}, {x}")
    if dtype == "bool":
        return e.code.let(f"or i1 {total}, {x}")
    instruction = addition if dtype in FLOATS else "add"
    return e.code.let(f"{instruction} {LLVM[dtype]} {total}, {x}")


def of_nothing_zero(e: Emitter, dtype: str, total: str, dims: list[str]) -> str:
    """A float sum, 0.0 where there are no points."""
    if dtype not in FLOATS:
        return total
    empty = "false"
    for n in dims:
        none = e.code.compare("sle", n, "0")
        empty = none if empty == "false" else e.code.let(f"or i1 {empty}, {none}")
    return e.code.select(empty, LLVM[dtype], literal(0.0, dtype), total) if dims else total


def contracted(region: Region, summed: set[Value]) -> tuple[Op, ...]:
    """The ops of a region; a product that only a sum reads may fuse with its addition."""
    uses = Counter(v for op in ops_in(region) for v in op.operands)

    def feeds(op: Op) -> bool:
        return op.name in ("mul", "square") and op.result in summed and uses[op.result] == 1

    return tuple(replace(op, attributes={**op.attributes, "relaxed": True}) if feeds(op) else op for op in region.ops[:-1])
