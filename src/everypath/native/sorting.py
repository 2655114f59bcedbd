"""Operations that look at a whole axis: argmax, argmin, sort, argsort, cumsum.

NumPy's order: NaN counts as largest for argmax and smallest for argmin (the first one wins), and sorts to the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..ir.program import Op
from ..ir.types import SCALARS, ArrayType, ScalarType
from . import columns, memory, nest
from .assembly import LLVM, literal
from .emitter import Emitter, handles
from .errors import plain_site
from .extremes import write_abreast, write_first_extreme
from .intrinsics import FLOATS
from .layout import Array, at, element, strides
from .lines import lines
from .module import HELPER, Module
from .scalars import compared

EMPTY = "attempt to get {} of an empty sequence"


def lanes(e: Emitter, x: Array, axis: int, body: Callable[[tuple[str, ...]], None]) -> None:
    """`body(point)` for every point of the other axes."""
    nest.over(e, [d for k, d in enumerate(x.dims) if k != axis], body)


def within(point: Sequence[str], axis: int, i: str) -> list[str]:
    return [*point[:axis], i, *point[axis:]]


@handles("argmax", "argmin")
def arg_extremum(e: Emitter, op: Op) -> None:
    x, axis = e.array(op.operands[0]), op.attributes["axis"]
    n = x.dims[axis]
    site = e.module.site(plain_site(ValueError, EMPTY.format(op.name), op.location))
    e.require(e.code.compare("sgt", n, "0"), site, ())
    if isinstance(op.result.type, ScalarType):
        e.values[op.result] = arg_of_lane(e, op, x, (), axis)
        return
    result = memory.fresh(e, op, "i64", [d for k, d in enumerate(x.dims) if k != axis], checked=False)
    e.values[op.result] = result

    def store(point: tuple[str, ...]) -> None:
        best = arg_of_lane(e, op, x, point, axis)
        e.write(element(e.code, result, point), "i64", best, e.scopes.of(op.result))

    across = strides(e.code, x)[-1]
    if axis == len(x.dims) - 1:
        if x.type.dtype.name in FLOATS:
            floats(e, op, x, result, store)
        else:
            lanes(e, x, axis, store)
        return
    if across == "1":
        columns.extremes(e, op.name, x, axis, result)
        return
    together, apart, found = (e.code.label(hint) for hint in ("together", "apart", "found"))
    e.code.branch(e.code.compare("eq", across, "1"), together, apart)
    e.code.start(together)
    columns.extremes(e, op.name, x, axis, result)
    e.code.jump(found)
    e.code.start(apart)
    lanes(e, x, axis, store)
    e.code.jump(found)
    e.code.start(found)


def floats(e: Emitter, op: Op, x: Array, result: Array, store: Callable[[tuple[str, ...]], None]) -> None:
    """Lines of floats along the last axis: short ones as many at a time as stand side by side, and the rest one by one."""
    code, dtype = e.code, x.type.dtype.name
    name = e.module.helper((op.name, dtype, "abreast"), lambda own: write_abreast(own, dtype, op.name), plain=True)
    *_, down, step = strides(code, x)

    def lines_of(point: tuple[str, ...]) -> None:
        def rest(where: tuple[str, ...], totals: list[str]) -> list[str]:
            store((*point, *where))
            return totals

        out, first = element(code, result, (*point, "0")), element(code, x, (*point, "0", "0"))
        numbers = ", ".join(f"i64 {number}" for number in (x.dims[-2], down, x.dims[-1], step))
        done = code.let(f"call i64 @{name}(ptr {out}, ptr {first}, {numbers})")
        nest.within(e, [(done, x.dims[-2])], (), (), rest)

    nest.over(e, x.dims[:-2], lines_of)


def arg_of_lane(e: Emitter, op: Op, x: Array, point: Sequence[str], axis: int) -> str:
    """The position of the first extreme element along an axis that is not empty."""
    code, dtype, scope = e.code, x.type.dtype.name, e.scopes.of(op.operands[0])
    start = element(code, x, within(point, axis, "0"))
    if dtype in FLOATS:
        name = e.module.helper((op.name, dtype), lambda own: write_first_extreme(own, dtype, op.name), plain=True)
        return code.let(f"call i64 @{name}(ptr {start}, i64 {x.dims[axis]}, i64 {strides(code, x)[axis]})")

    of_numpy = lines(dtype) if e.module.in_process and strides(code, x)[axis] == "1" else None
    if of_numpy is not None:
        place = code.slot("i64")
        run = e.module.pointer(code, of_numpy.argmax if op.name == "argmax" else of_numpy.argmin)
        code.do(f"call i32 {run}(ptr {start}, i64 {x.dims[axis]}, ptr {place}, ptr null) nounwind")
        return code.let(f"load i64, ptr {place}")

    def step(where: tuple[str, ...], best: list[str]) -> list[str]:
        value = e.read(element(code, x, within(point, axis, where[0])), dtype, scope)
        better = compared(e, "gt" if op.name == "argmax" else "lt", dtype, value, best[1])
        return [code.select(better, "i64", where[0], best[0]), code.select(better, LLVM[dtype], value, best[1])]

    return nest.reduced(e, [x.dims[axis]], ["i64", LLVM[dtype]], ["0", e.read(start, dtype, scope)], step)[0]


@handles("cumsum")
def cumsum(e: Emitter, op: Op) -> None:
    """Running sums along one axis, in order."""
    x, axis = e.array(op.operands[0]), op.attributes["axis"]
    dtype = x.type.dtype.name
    result = memory.fresh(e, op, dtype, x.dims, checked=False)
    e.values[op.result] = result
    instruction = "fadd" if dtype in FLOATS else "or" if dtype == "bool" else "add"

    def run(point: tuple[str, ...]) -> None:
        def step(where: tuple[str, ...], totals: list[str]) -> list[str]:
            place = within(point, axis, where[0])
            value = e.read(element(e.code, x, place), dtype, e.scopes.of(op.operands[0]))
            total = e.code.let(f"{instruction} {LLVM[dtype]} {totals[0]}, {value}")
            e.write(element(e.code, result, place), dtype, total, e.scopes.of(op.result))
            return [total]

        nest.reduced(e, [x.dims[axis]], [LLVM[dtype]], [literal(-0.0 if dtype in FLOATS else 0, dtype)], step)

    lanes(e, x, axis, run)


@handles("argsort")
def argsort(e: Emitter, op: Op) -> None:
    """Stable, or in `any_order` of equal elements that NumPy has; each lane is gathered into a scratch block first."""
    code, x, axis = e.code, e.array(op.operands[0]), op.attributes["axis"]
    dtype, n = x.type.dtype.name, x.dims[axis]
    result = memory.fresh(e, op, "i64", x.dims, checked=False)
    e.values[op.result] = result
    order = Ordering(e, op, dtype, n, any_order="any_order" in op.attributes)

    def sort(point: tuple[str, ...]) -> None:
        found = order.of(lambda k: e.read(element(code, x, within(point, axis, k)), dtype, e.scopes.of(op.operands[0])))

        def place(k: str) -> None:
            position = e.read(at(code, found, k), "i64", "")
            e.write(element(code, result, within(point, axis, k)), "i64", position, e.scopes.of(op.result))

        nest.linear(e, n, place)

    lanes(e, x, axis, sort)
    e.release(order.scratch)


@handles("sort")
def sort(e: Emitter, op: Op) -> None:
    """By NumPy's own function, in a copy; where that is not to be had, by the order of the elements."""
    code, x, axis = e.code, e.array(op.operands[0]), op.attributes["axis"]
    dtype, n = x.type.dtype.name, x.dims[axis]
    of_numpy = lines(dtype) if e.module.in_process else None
    source, target = e.scopes.of(op.operands[0]), e.scopes.of(op.result)
    if of_numpy is not None:
        result = e.values[op.result] = memory.copied(e, op, x, source, target)
        run = e.module.pointer(code, of_numpy.sort)
        lanes(
            e, x, axis, lambda p: code.do(f"call i32 {run}(ptr {element(code, result, within(p, axis, '0'))}, i64 {n}, ptr null) nounwind")
        )
        return
    result = e.values[op.result] = memory.fresh(e, op, dtype, x.dims, checked=False)
    order = Ordering(e, op, dtype, n)

    def by_order(point: tuple[str, ...]) -> None:
        found = order.of(lambda k: e.read(element(code, x, within(point, axis, k)), dtype, source))

        def place(k: str) -> None:
            value = e.read(at(code, order.keys, e.read(at(code, found, k), "i64", "")), dtype, "")
            e.write(element(code, result, within(point, axis, k)), dtype, value, target)

        nest.linear(e, n, place)

    lanes(e, x, axis, by_order)
    e.release(order.scratch)


class Ordering:
    """Finds the stable order of one lane after the other, of `n` elements each: by NumPy's function, after which equal elements are put in
    order unless `any_order` will do, or by merging."""

    def __init__(self, e: Emitter, op: Op, dtype: str, n: str, *, any_order: bool = False) -> None:
        self.e, self.n, self.dtype = e, n, dtype
        code = e.code
        self.scratch = memory.fresh(e, op, "i64", [code.mul(n, "3")], checked=False)
        self.keys = Array(ArrayType(SCALARS[dtype], 1), self.scratch.data, "null", (n,), None)
        self.order = Array(self.scratch.type, at(code, self.scratch, n), "null", (n,), None)
        of_numpy, of_places = (lines(dtype), lines("i64")) if e.module.in_process else (None, None)
        if of_numpy is None or of_places is None:
            name = e.module.helper(("argsort", dtype), lambda own: write_argsort(own, dtype), plain=True)
            self.arguments = f"ptr @{name}(ptr {{}}, ptr {{}}, ptr {at(code, self.order, n)}, i64 {n})"
        else:
            write, used = (write_numpys, (of_numpy.argsort,)) if any_order else (write_stable, (of_numpy.argsort, of_places.sort))
            name = e.module.helper((write.__name__, dtype), lambda own: write(own, dtype), plain=True)
            pointers = "".join(f", ptr {e.module.pointer(code, address)}" for address in used)
            self.arguments = f"ptr @{name}(ptr {{}}, ptr {{}}, i64 {n}{pointers})"

    def of(self, read: Callable[[str], str]) -> Array:
        """The positions of the elements that `read` gives, in order."""
        e, code = self.e, self.e.code
        nest.linear(e, self.n, lambda k: e.write(at(code, self.keys, k), self.dtype, read(k), ""))
        found = code.let("call " + self.arguments.format(self.keys.data, self.order.data))
        return Array(self.scratch.type, found, "null", (self.n,), None)


def write_numpys(module: Module, dtype: str) -> str:
    """ptr numpys(keys, order, n, argsort): an order, as NumPy finds it."""
    name = f"{HELPER}numpys.{dtype}"
    module.functions.append(NUMPYS.replace("NAME", name))
    return name


def write_stable(module: Module, dtype: str) -> str:
    """ptr stable(keys, order, n, argsort, sort): an order, in which the positions of equal elements then rise."""
    name, type_ = f"{HELPER}stable.{dtype}", "i8" if dtype == "bool" else LLVM[dtype]
    module.functions.append(STABLE.replace("NAME", name).replace("TYPE", type_).replace("EQUAL", are_equal(dtype, type_)))
    return name


def are_equal(dtype: str, type_: str) -> str:
    """LLVM text for "%other is as %one, of which none goes before the other"."""
    if dtype not in FLOATS:
        return f"%equal = icmp eq {type_} %one, %other"
    return (
        f"%same = fcmp oeq {type_} %one, %other\n"
        f"  %one.nan = fcmp uno {type_} %one, %one\n"
        f"  %other.nan = fcmp uno {type_} %other, %other\n"
        "  %both.nan = and i1 %one.nan, %other.nan\n"
        "  %equal = or i1 %same, %both.nan"
    )


NUMBERED = """entry:
  br label %number
number:
  %p = phi i64 [ 0, %entry ], [ %p1, %number.body ]
  %p.more = icmp slt i64 %p, %n
  br i1 %p.more, label %number.body, label %numbered
number.body:
  %p.at = getelementptr inbounds i64, ptr %order, i64 %p
  store i64 %p, ptr %p.at
  %p1 = add nsw i64 %p, 1
  br label %number
numbered:
"""
"""An order before it is sorted: 0, 1, …, n - 1."""

NUMPYS = f"""define ptr @NAME(ptr %keys, ptr %order, i64 %n, ptr %argsort) nounwind {{
{NUMBERED}  %found = call i32 %argsort(ptr %keys, ptr %order, i64 %n, ptr null) nounwind
  ret ptr %order
}}"""

STABLE = f"""define ptr @NAME(ptr %keys, ptr %order, i64 %n, ptr %argsort, ptr %sort) nounwind {{
{NUMBERED}  %found = call i32 %argsort(ptr %keys, ptr %order, i64 %n, ptr null) nounwind
  br label %run
run:
  %i = phi i64 [ 0, %numbered ], [ %j, %run.end ], [ %j, %settle ]
  %i.more = icmp slt i64 %i, %n
  br i1 %i.more, label %run.start, label %out
run.start:
  %i.at = getelementptr inbounds i64, ptr %order, i64 %i
  %i.place = load i64, ptr %i.at
  %one.at = getelementptr inbounds TYPE, ptr %keys, i64 %i.place
  %one = load TYPE, ptr %one.at
  br label %longer
longer:
  %j0 = phi i64 [ %i, %run.start ], [ %j, %compare ]
  %j = add nsw i64 %j0, 1
  %j.more = icmp slt i64 %j, %n
  br i1 %j.more, label %compare, label %run.end
compare:
  %j.at = getelementptr inbounds i64, ptr %order, i64 %j
  %j.place = load i64, ptr %j.at
  %other.at = getelementptr inbounds TYPE, ptr %keys, i64 %j.place
  %other = load TYPE, ptr %other.at
  EQUAL
  br i1 %equal, label %longer, label %run.end
run.end:
  %count = sub nsw i64 %j, %i
  %several = icmp sgt i64 %count, 1
  br i1 %several, label %settle, label %run
settle:
  %settled = call i32 %sort(ptr %i.at, i64 %count, ptr null) nounwind
  br label %run
out:
  ret ptr %order
}}"""


def write_argsort(module: Module, dtype: str) -> str:
    """ptr argsort(keys, order, spare, n): a bottom-up merge sort; the answer stands in one of the two buffers."""
    name, type_ = f"{HELPER}argsort.{dtype}", "i8" if dtype == "bool" else LLVM[dtype]
    before = goes_first(dtype, type_)
    text = MERGE_SORT.replace("NAME", name).replace("TYPE", type_).replace("BEFORE", before)
    module.functions.append(text)
    return name


def goes_first(dtype: str, type_: str) -> str:
    """LLVM text for "%right goes strictly before %left", NaN last."""
    if dtype in FLOATS:
        return (
            f"%less = fcmp olt {type_} %right, %left\n"
            f"  %left.nan = fcmp uno {type_} %left, %left\n"
            f"  %right.number = fcmp ord {type_} %right, %right\n"
            "  %from.nan = and i1 %left.nan, %right.number\n"
            "  %before = or i1 %less, %from.nan"
        )
    return f"%before = icmp {'slt' if dtype[0] == 'i' else 'ult'} {type_} %right, %left"


MERGE_SORT = f"""define ptr @NAME(ptr %keys, ptr %order, ptr %spare, i64 %n) nounwind memory(argmem: readwrite) {{
{NUMBERED}  br label %pass
pass:
  %width = phi i64 [ 1, %numbered ], [ %width2, %pass.end ]
  %from = phi ptr [ %order, %numbered ], [ %to, %pass.end ]
  %to = phi ptr [ %spare, %numbered ], [ %from, %pass.end ]
  %wide = icmp slt i64 %width, %n
  br i1 %wide, label %run, label %out
run:
  %lo = phi i64 [ 0, %pass ], [ %hi, %run.end ]
  %run.more = icmp slt i64 %lo, %n
  br i1 %run.more, label %merge.start, label %pass.end
merge.start:
  %mid0 = add nsw i64 %lo, %width
  %mid.past = icmp sgt i64 %mid0, %n
  %mid = select i1 %mid.past, i64 %n, i64 %mid0
  %hi0 = add nsw i64 %mid, %width
  %hi.past = icmp sgt i64 %hi0, %n
  %hi = select i1 %hi.past, i64 %n, i64 %hi0
  br label %merge
merge:
  %i = phi i64 [ %lo, %merge.start ], [ %i.left, %take.left ], [ %i, %take.right ]
  %j = phi i64 [ %mid, %merge.start ], [ %j, %take.left ], [ %j.right, %take.right ]
  %k = phi i64 [ %lo, %merge.start ], [ %k.left, %take.left ], [ %k.right, %take.right ]
  %k.more = icmp slt i64 %k, %hi
  br i1 %k.more, label %choose, label %run.end
choose:
  %left.some = icmp slt i64 %i, %mid
  %right.some = icmp slt i64 %j, %hi
  br i1 %left.some, label %has.left, label %take.right
has.left:
  br i1 %right.some, label %compare, label %take.left
compare:
  %i.at0 = getelementptr inbounds i64, ptr %from, i64 %i
  %j.at0 = getelementptr inbounds i64, ptr %from, i64 %j
  %i.index = load i64, ptr %i.at0
  %j.index = load i64, ptr %j.at0
  %left.at = getelementptr inbounds TYPE, ptr %keys, i64 %i.index
  %right.at = getelementptr inbounds TYPE, ptr %keys, i64 %j.index
  %left = load TYPE, ptr %left.at
  %right = load TYPE, ptr %right.at
  BEFORE
  br i1 %before, label %take.right, label %take.left
take.left:
  %i.at = getelementptr inbounds i64, ptr %from, i64 %i
  %i.value = load i64, ptr %i.at
  %k.at.left = getelementptr inbounds i64, ptr %to, i64 %k
  store i64 %i.value, ptr %k.at.left
  %i.left = add nsw i64 %i, 1
  %k.left = add nsw i64 %k, 1
  br label %merge
take.right:
  %j.at = getelementptr inbounds i64, ptr %from, i64 %j
  %j.value = load i64, ptr %j.at
  %k.at.right = getelementptr inbounds i64, ptr %to, i64 %k
  store i64 %j.value, ptr %k.at.right
  %j.right = add nsw i64 %j, 1
  %k.right = add nsw i64 %k, 1
  br label %merge
run.end:
  br label %run
pass.end:
  %width2 = mul nsw i64 %width, 2
  br label %pass
out:
  ret ptr %from
}}"""
