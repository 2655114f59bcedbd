"""Reductions over axes among which the last is none: rows are taken as they lie, one after the other, and their columns side by side.

A column alone would be read across all rows, a cache line for each number. Rows are added in order, as NumPy adds them.

    void add(out, x, rows, down, n, across)       out[c] += x[r, c] for each row r, of n columns
    void argmax(out, x, rows, down, n, across)    out[c] = the first r of the largest x[r, c], where `across` is 1
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..ir.types import ArrayType
from . import nest, sharing
from .assembly import IN_MEMORY, LLVM
from .emitter import Emitter
from .intrinsics import FLOATS
from .layout import Array, at, element, strides
from .module import HELPER, ON_ITS_ARGUMENTS, Module

UNSIGNED = ("u8", "u16", "u32", "u64")

AT_ONCE = 4
"""Rows that are added while a column's total stays in a register."""

TOGETHER = 64
"""Columns that are not shared out, so that what is read of a row is a piece of it."""

FEW = 8
"""Columns up to which each is added alone."""

PARAMETERS = "ptr noalias %out, ptr noalias readonly %x, i64 %rows, i64 %down, i64 %n, i64 %across"


Begin = Callable[[str, str], None]
"""Writes what comes before the rows, for so many columns of the result from an address on."""


def combined(e: Emitter, kind: str, x: Array, axes: Sequence[int], result: Array, start: str, scope: str) -> None:
    """Fill `result`, of the axes that stay or of all, with what `kind` combines of `x`: "sum", "norm" (the squares), "any" or "all".
    `scope` is that of its memory."""
    dtype = result.type.dtype.name

    def begin(out: str, n: str) -> None:
        line = Array(ArrayType(result.type.dtype, 1), out, "null", (n,), None)
        nest.over(e, [n], lambda c: e.write(at(e.code, line, c[0]), dtype, start, scope))

    add = e.module.helper(("columns", kind, dtype), lambda own: write_addition(own, kind, dtype))
    by_rows(e, x, axes, result, add, begin)


def extremes(e: Emitter, kind: str, x: Array, axis: int, result: Array) -> None:
    """Fill `result`, of the axes that stay, with the row of the first extreme of each column: "argmax" or "argmin"."""
    dtype = x.type.dtype.name
    find = e.module.helper(("columns", kind, dtype), lambda own: write_extremes(own, kind, dtype))
    by_rows(e, x, [axis], result, find, lambda out, n: None)


def by_rows(e: Emitter, x: Array, axes: Sequence[int], result: Array, function: str, begin: Begin) -> None:
    """Have `function` called for the rows along the last of `axes`, at every point of the others, into the columns of `result`."""
    stay = [k for k in range(len(x.dims)) if k not in axes]
    keeps, steps = len(result.dims) == len(x.dims), strides(e.code, x)

    def block(ranges: Sequence[nest.Range]) -> list[str]:
        *outer, (first_piece, end) = ranges
        low, most = (e.code.mul(piece, str(TOGETHER)) for piece in (first_piece, end))
        high = e.code.select(e.code.compare("slt", most, x.dims[-1]), "i64", most, x.dims[-1])

        def row(point: tuple[str, ...], totals: list[str]) -> list[str]:
            code = e.code
            where = dict(zip(stay, (*point, low), strict=True))
            out = element(code, result, [where.get(k, "0") for k in range(len(x.dims))] if keeps else [*point, low])
            n = code.let(f"sub nsw i64 {high}, {low}")
            begin(out, n)

            def rows(gone: tuple[str, ...]) -> None:
                place = {**where, **dict(zip(axes, (*gone, "0"), strict=True))}
                first = element(code, x, [place[k] for k in range(len(x.dims))])
                extents = ", ".join(f"i64 {i}" for i in (x.dims[axes[-1]], steps[axes[-1]], n, steps[-1]))
                code.do(f"call void @{function}(ptr {out}, ptr {first}, {extents})")

            nest.over(e, [x.dims[k] for k in axes[:-1]], rows)
            return totals

        return nest.within(e, outer, (), (), row)

    pieces = e.code.let(f"udiv i64 {e.code.add(x.dims[-1], str(TOGETHER - 1))}, {TOGETHER}")
    work = e.code.product([str(TOGETHER), *(x.dims[k] for k in axes)])
    sharing.in_blocks(e, [*(x.dims[k] for k in stay[:-1]), pieces], block, work)


def write_addition(module: Module, kind: str, dtype: str) -> str:
    """The function `add` above."""
    name = f"{HELPER}columns.{kind}.{dtype}"
    lines = Lines(kind, dtype)
    text = f"""define void @{name}({PARAMETERS}) {ON_ITS_ARGUMENTS} {{
entry:
  %together = icmp eq i64 %across, 1
  %many = icmp sge i64 %n, {FEW}
  %wide = and i1 %together, %many
  %last.several = sub nsw i64 %rows, {AT_ONCE}
  %last.one = sub nsw i64 %rows, 1
  br i1 %wide, label %several, label %alone
{lines.rows("several", "one", "0", AT_ONCE)}
{lines.rows("one", "done", "%several.r", 1)}
{lines.columns()}
done:
  ret void
}}"""
    module.functions.append(text)
    return name


def write_extremes(module: Module, kind: str, dtype: str) -> str:
    """The function `argmax` above, or `argmin`: the first NaN, else the first of the largest."""
    name = f"{HELPER}columns.{kind}.{dtype}"
    beats = f"{'o' if dtype in FLOATS else 'u' if dtype in ('bool', *UNSIGNED) else 's'}{'gt' if kind == 'argmax' else 'lt'}"
    taken = f"  %taken = icmp {beats} TYPE %v, %best"
    if dtype in FLOATS:
        taken = TAKEN.replace("BEATS", beats)
    words = {"NAME": name, "LANES": str(LANES), "SAFE": ON_ITS_ARGUMENTS, "PARAMETERS": PARAMETERS, "TAKEN": taken}
    text = EXTREMES
    for word, meaning in (words | {"TYPE": IN_MEMORY[dtype]}).items():
        text = text.replace(word, meaning)
    module.functions.append(text)
    return name


LANES = 1024
"""Columns of which the largest so far are kept beside their rows."""

TAKEN = """  %beats = fcmp BEATS TYPE %v, %best
  %born = fcmp uno TYPE %v, %v
  %held = fcmp ord TYPE %best, %best
  %either = or i1 %beats, %born
  %taken = and i1 %either, %held"""

EXTREMES = """define void @NAME(PARAMETERS) SAFE {
entry:
  %tops = alloca [LANES x TYPE], align 64
  br label %block
block:
  %b = phi i64 [ 0, %entry ], [ %b1, %next ]
  %b.more = icmp slt i64 %b, %n
  br i1 %b.more, label %first, label %done
first:
  %left = sub nsw i64 %n, %b
  %short = icmp slt i64 %left, LANES
  %m = select i1 %short, i64 %left, i64 LANES
  %x.b = getelementptr inbounds TYPE, ptr %x, i64 %b
  %out.b = getelementptr inbounds i64, ptr %out, i64 %b
  br label %begin
begin:
  %f = phi i64 [ 0, %first ], [ %f1, %begin ]
  %f.x = getelementptr inbounds TYPE, ptr %x.b, i64 %f
  %f.v = load TYPE, ptr %f.x
  %f.top = getelementptr inbounds TYPE, ptr %tops, i64 %f
  store TYPE %f.v, ptr %f.top
  %f.out = getelementptr inbounds i64, ptr %out.b, i64 %f
  store i64 0, ptr %f.out
  %f1 = add nuw nsw i64 %f, 1
  %f.more = icmp slt i64 %f1, %m
  br i1 %f.more, label %begin, label %row
row:
  %r = phi i64 [ 1, %begin ], [ %r1, %row.end ]
  %r.more = icmp slt i64 %r, %rows
  br i1 %r.more, label %row.begin, label %next
row.begin:
  %r.o = mul nsw i64 %r, %down
  %r.x = getelementptr inbounds TYPE, ptr %x.b, i64 %r.o
  br label %column
column:
  %c = phi i64 [ 0, %row.begin ], [ %c1, %column ]
  %c.x = getelementptr inbounds TYPE, ptr %r.x, i64 %c
  %v = load TYPE, ptr %c.x
  %c.top = getelementptr inbounds TYPE, ptr %tops, i64 %c
  %best = load TYPE, ptr %c.top
TAKEN
  %best1 = select i1 %taken, TYPE %v, TYPE %best
  store TYPE %best1, ptr %c.top
  %c.out = getelementptr inbounds i64, ptr %out.b, i64 %c
  %where = load i64, ptr %c.out
  %where1 = select i1 %taken, i64 %r, i64 %where
  store i64 %where1, ptr %c.out
  %c1 = add nuw nsw i64 %c, 1
  %c.more = icmp slt i64 %c1, %m
  br i1 %c.more, label %column, label %row.end
row.end:
  %r1 = add nsw i64 %r, 1
  br label %row
next:
  %b1 = add nsw i64 %b, LANES
  br label %block
done:
  ret void
}"""


class Lines:
    """Writes loops over rows and columns for one kind and dtype."""

    def __init__(self, kind: str, dtype: str) -> None:
        self.kind, self.dtype, self.memory = kind, dtype, IN_MEMORY[dtype]

    def step(self, old: str, x: str, new: str, free: str = "") -> str:
        """The lines that combine a total with a number. Where they are `free`, in any order."""
        if self.kind in ("any", "all"):
            return f"  {new} = {'or' if self.kind == 'any' else 'and'} {self.memory} {old}, {x}"
        if self.dtype == "bool":
            return f"  {new} = or {self.memory} {old}, {x}"
        if self.dtype not in FLOATS:
            return f"  {new} = add {self.memory} {old}, {x}"
        lines, type_ = [], LLVM[self.dtype]
        if self.kind == "norm":
            lines.append(f"  {new}.square = fmul contract {type_} {x}, {x}")
            x = f"{new}.square"
        lines.append(f"  {new} = fadd {free}contract {type_} {old}, {x}")
        return "\n".join(lines)

    def rows(self, label: str, following: str, first: str, count: int) -> str:
        """`count` rows at a time from `first` on, as long as there are so many; then on to `following`."""
        before = "entry" if first == "0" else "several"
        loads = [
            f"""  %{label}.at{k} = getelementptr inbounds {self.memory}, ptr %{label}.x{k}, i64 %{label}.c
  %{label}.v{k} = load {self.memory}, ptr %{label}.at{k}
{self.step(f"%{label}.t{k}", f"%{label}.v{k}", f"%{label}.t{k + 1}")}"""
            for k in range(count)
        ]
        starts = [
            f"""  %{label}.r{k} = add nsw i64 %{label}.r, {k}
  %{label}.o{k} = mul nsw i64 %{label}.r{k}, %down
  %{label}.x{k} = getelementptr inbounds {self.memory}, ptr %x, i64 %{label}.o{k}"""
            for k in range(count)
        ]
        newline = "\n"
        return f"""{label}:
  %{label}.r = phi i64 [ {first}, %{before} ], [ %{label}.next, %{label}.end ]
  %{label}.more = icmp sle i64 %{label}.r, %last.{label}
  br i1 %{label}.more, label %{label}.begin, label %{following}
{label}.begin:
{newline.join(starts)}
  br label %{label}.column
{label}.column:
  %{label}.c = phi i64 [ 0, %{label}.begin ], [ %{label}.c1, %{label}.column ]
  %{label}.out = getelementptr inbounds {self.memory}, ptr %out, i64 %{label}.c
  %{label}.t0 = load {self.memory}, ptr %{label}.out
{newline.join(loads)}
  store {self.memory} %{label}.t{count}, ptr %{label}.out
  %{label}.c1 = add nuw nsw i64 %{label}.c, 1
  %{label}.again = icmp slt i64 %{label}.c1, %n
  br i1 %{label}.again, label %{label}.column, label %{label}.end
{label}.end:
  %{label}.next = add nsw i64 %{label}.r, {count}
  br label %{label}"""

    def columns(self) -> str:
        """A column after the other, its numbers in any order."""
        return f"""alone:
  %c = phi i64 [ 0, %entry ], [ %c1, %alone.end ]
  %c.more = icmp slt i64 %c, %n
  br i1 %c.more, label %alone.begin, label %done
alone.begin:
  %alone.out = getelementptr inbounds {self.memory}, ptr %out, i64 %c
  %alone.first = load {self.memory}, ptr %alone.out
  %alone.o = mul nsw i64 %c, %across
  %alone.x = getelementptr inbounds {self.memory}, ptr %x, i64 %alone.o
  %any = icmp sgt i64 %rows, 0
  br i1 %any, label %alone.row, label %alone.end
alone.row:
  %r = phi i64 [ 0, %alone.begin ], [ %r1, %alone.row ]
  %t = phi {self.memory} [ %alone.first, %alone.begin ], [ %t1, %alone.row ]
  %o = mul nsw i64 %r, %down
  %at = getelementptr inbounds {self.memory}, ptr %alone.x, i64 %o
  %v = load {self.memory}, ptr %at
{self.step("%t", "%v", "%t1", "reassoc ")}
  %r1 = add nuw nsw i64 %r, 1
  %r.more = icmp slt i64 %r1, %rows
  br i1 %r.more, label %alone.row, label %alone.end
alone.end:
  %found = phi {self.memory} [ %alone.first, %alone.begin ], [ %t1, %alone.row ]
  store {self.memory} %found, ptr %alone.out
  %c1 = add nsw i64 %c, 1
  br label %alone"""
