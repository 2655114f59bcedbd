"""What is only added up within each of its rows is made one row at a time, and never stands there as a whole.

    x = map n, k, d {…}                  s = alloc n, k
    s = sum x {axes=(2,)}          →     for i: row = map k, d {…}
                                                t = sum row {axes=(1,)}
                                                assign t, s[i]

So the distances of n points from k others need room for k · d numbers, which stay near the processor, and not for n · k · d. A row is
added up by the loop that would have done it in the whole array, in the same order: no decision comes out differently. Whole rows of
integers, whose order is nothing to the sum, are added up as they are made, each at one point of a map.

Short rows of many are added up side by side instead (`beside`), and so are those of an array that stands there as a whole, where a decision
hangs on the sums.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ..ir.build import Builder
from ..ir.program import Op, Program, Region, Value
from ..ir.types import BOOL, ArrayType
from ..ir.walk import copy_ops, ops_in
from .beside import beside, fits, whole_beside
from .relax import followed
from .rewriting import with_function_ops, with_ops, with_regions


def rows(program: Program) -> Program:
    """`program` with arrays that are only added up along other axes than the first made row by row."""
    sums = {f.name: [op for op in ops_in(f.body) if inner_sum(op) or fits(op)] for f in program}
    if not any(sums.values()):
        return program
    flows = followed(program) if any(map(fits, (op for found in sums.values() for op in found))) else {}
    functions = dict(program.functions)
    for f in program:
        if sums[f.name]:
            decided = {op for op in sums[f.name] if fits(op) and flows[f.name].decided(op.result)}
            uses = Counter(v for op in ops_in(f.body) for v in op.operands)
            functions[f.name] = with_function_ops(f, row_by_row(f.body.ops, uses, decided))
    return replace(program, functions=functions)


def inner_sum(op: Op) -> bool:
    """Whether `op` adds up an array along some of its axes but not the first: of floats, and not another one."""
    x = op.operands[0].type if op.name == "sum" else None
    if not isinstance(x, ArrayType) or op.attributes["keepdims"] or 0 in op.attributes["axes"]:
        return False
    left = x.rank - len(op.attributes["axes"])
    return left > 1 or (left == 1 < x.rank and not x.dtype.is_float)


def row_by_row(ops: Sequence[Op], uses: Counter[Value], decided: set[Op]) -> list[Op]:
    """`ops` with the sums of maps made row by row, and those that a decision hangs on in the order in which rows are added up."""
    kept: list[Op] = []
    for old in ops:
        op = with_regions(old, [with_ops(region, row_by_row(region.ops, uses, decided)) for region in old.regions])
        last = kept[-1] if kept else None
        if last is not None and last.name == "map" and inner_sum(op) and last.results == op.operands and uses[op.operands[0]] == 1:
            kept[-1:] = beside(last, op, by_rows) if fits(op) else by_rows(last, op)
        elif old in decided:
            kept += whole_beside(op)
        else:
            kept.append(op)
    return kept


def by_rows(made: Op, summed: Op) -> list[Op]:
    """The loop over the first axis that stands for the two."""
    b = Builder(summed.location)
    (region,), axes = made.regions, summed.attributes["axes"]
    result = summed.result
    assert isinstance(result.type, ArrayType)
    extents = [n for axis, n in enumerate(made.operands) if axis not in axes]
    if len(extents) == 1:
        return [along_rows(made, result)]
    b.append(Op("alloc", tuple(extents), (result,), {"dtype": result.type.dtype.name}, location=summed.location))

    def row(inner: Builder, i: Value) -> tuple[()]:
        arguments = [Value(a.name, a.type) for a in region.arguments[1:]]
        env = dict(zip(region.arguments, [i, *arguments], strict=True))
        body = Region(tuple(arguments), tuple(copy_ops(region.ops, env)))
        (x,) = made.results
        dtype = x.type.dtype  # type: ignore[union-attr]
        types = [ArrayType(dtype, len(arguments))]
        (line,) = inner.emit("map", *made.operands[1:], names=(x.name,), types=types, regions=(body,), **made.attributes)
        attributes = {**summed.attributes, "axes": tuple(axis - 1 for axis in axes)}
        total = inner.op("sum", line, name=result.name, **attributes)
        inner.do("assign", total, inner.op("view", result, i, axes="i" + "a" * (len(extents) - 1), name=result.name))
        return ()

    b.loop(made.operands[0], row, region.arguments[0].name)
    return b.ops


def along_rows(made: Op, result: Value) -> Op:
    """The map that adds up a whole row at each of its points."""
    (region,) = made.regions
    b = Builder(made.location)
    first, *others = region.arguments

    def added(inner: Builder, indices: tuple[Value, ...], total: Value) -> Value:
        if len(indices) == len(others):
            env = dict(zip(others, indices, strict=True))
            inner.ops += copy_ops(region.ops[:-1], env)
            return inner.op("or" if total.type == BOOL else "add", total, env.get(region.yielded[0], region.yielded[0]), name=result.name)
        axis = len(indices)

        def turn(deep: Builder, i: Value, so_far: Value) -> tuple[Value]:
            return (added(deep, (*indices, i), so_far),)

        zero, end, one = inner.i64(0), made.operands[axis + 1], inner.i64(1)
        (end_total,) = inner.for_(zero, end, one, (total,), turn, iv=others[axis].name, names=(result.name,))
        return end_total

    start = b.constant(0, result.type.dtype)  # type: ignore[union-attr]
    b.end("yield", [added(b, (), start)])
    whole = Region((first,), tuple(b.ops))
    return Op("map", made.operands[:1], (result,), {"into": ("array",)}, (whole,), made.location)
