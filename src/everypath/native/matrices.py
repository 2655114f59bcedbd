"""Functions that programs share, on one matrix: turning it, taking its lower triangle, eliminating where it is small."""

from __future__ import annotations

from collections.abc import Callable

from .assembly import LLVM, SIZE, Code, literal
from .module import HELPER, ON_ITS_ARGUMENTS, Module

BLOCK = 16
"""Rows and columns that are turned together: as many as fit in the nearest cache."""


def smaller(code: Code, a: str, b: str) -> str:
    return code.select(code.compare("slt", a, b), "i64", a, b)


def written(module: Module, name: str, parameters: str, code: Code) -> str:
    code.do("ret void")
    module.functions.append(f"define void @{HELPER}{name}({parameters}) {ON_ITS_ARGUMENTS} {{\n{code.text()}\n}}")
    return f"{HELPER}{name}"


def loop(code: Code, start: str, end: str, step: str, body: Callable[[str], None], *, label: str = "loop") -> None:
    """`body(k)` for k in range(start, end, step)."""
    before, head, out = code.block, code.label(label), code.label("done")
    code.branch(code.compare("slt", start, end), head, out)
    code.start(head)
    k = code.open_phi("i64")
    body(k.name)
    following = code.add(k.name, step)
    code.close_phi(k, (start, before), (following, code.block))
    code.branch(code.compare("slt", following, end), head, out)
    code.start(out)


def write_turn(module: Module, dtype: str) -> str:
    code, type_ = Code(), LLVM[dtype]

    def up_to(start: str, end: str) -> str:
        return smaller(code, code.add(start, str(BLOCK)), end)

    def block(i0: str) -> None:
        last_row = up_to(i0, "%rows")

        def part(j0: str) -> None:
            last_column = up_to(j0, "%columns")

            def column(j: str) -> None:
                def element(i: str) -> None:
                    source = code.let(f"getelementptr inbounds {type_}, ptr %source, i64 {code.add(code.mul(i, '%columns'), j)}")
                    target = code.let(f"getelementptr inbounds {type_}, ptr %target, i64 {code.add(code.mul(j, '%rows'), i)}")
                    code.do(f"store {type_} {code.let(f'load {type_}, ptr {source}')}, ptr {target}")

                loop(code, i0, last_row, "1", element)

            loop(code, j0, last_column, "1", column)

        loop(code, "0", "%columns", str(BLOCK), part)

    loop(code, "0", "%rows", str(BLOCK), block)
    return written(module, f"turn.{dtype}", "ptr noalias %source, ptr noalias %target, i64 %rows, i64 %columns", code)


def write_lower(module: Module, dtype: str) -> str:
    """The lower triangle of a matrix, with zeros above it."""
    code, type_ = Code(), LLVM[dtype]
    module.declare("llvm.memcpy.p0.p0.i64", "void {}(ptr, ptr, i64, i1)")
    module.declare("llvm.memset.p0.i64", "void {}(ptr, i8, i64, i1)")

    def row(i: str) -> None:
        start, end = code.mul(i, "%n"), code.add(i, "1")
        source, target = (code.let(f"getelementptr inbounds {type_}, ptr {base}, i64 {start}") for base in ("%source", "%target"))
        kept, cleared = (code.mul(x, str(SIZE[dtype])) for x in (end, code.let(f"sub nsw i64 %n, {end}")))
        above = code.let(f"getelementptr inbounds {type_}, ptr {target}, i64 {end}")
        code.do(f"call void @llvm.memcpy.p0.p0.i64(ptr {target}, ptr {source}, i64 {kept}, i1 false)")
        code.do(f"call void @llvm.memset.p0.i64(ptr {above}, i8 0, i64 {cleared}, i1 false)")

    loop(code, "0", "%n", "1", row)
    return written(module, f"lower.{dtype}", "ptr noalias %source, ptr noalias %target, i64 %n", code)


def write_exchanges(module: Module, widen: bool) -> str:
    code = Code()
    (here, there), (change, by) = (("i32", "i64"), ("sext", "-1")) if widen else (("i64", "i32"), ("trunc", "1"))

    def one(k: str) -> None:
        source = code.let(f"getelementptr inbounds {here}, ptr %source, i64 {k}")
        target = code.let(f"getelementptr inbounds {there}, ptr %target, i64 {k}")
        moved = code.let(f"add {here} {code.let(f'load {here}, ptr {source}')}, {by}")
        code.do(f"store {there} {code.let(f'{change} {here} {moved} to {there}')}, ptr {target}")

    loop(code, "0", "%count", "1", one)
    return written(module, f"exchanges.{'widened' if widen else 'narrowed'}", "ptr noalias %source, ptr noalias %target, i64 %count", code)


def write_identity(module: Module, dtype: str) -> str:
    code, type_ = Code(), LLVM[dtype]
    module.declare("llvm.memset.p0.i64", "void {}(ptr, i8, i64, i1)")
    code.do(f"call void @llvm.memset.p0.i64(ptr %x, i8 0, i64 {code.product(('%n', '%n', str(SIZE[dtype])))}, i1 false)")

    def one(k: str) -> None:
        place = code.let(f"getelementptr inbounds {type_}, ptr %x, i64 {code.mul(k, code.add('%n', '1'))}")
        code.do(f"store {type_} {literal(1.0, dtype)}, ptr {place}")

    loop(code, "0", "%n", "1", one)
    return written(module, f"identity.{dtype}", "ptr noalias %x, i64 %n", code)


# Small systems by loops -----------------------------------------------------------------------------------------------


class Elimination(Code):
    """Loops over a matrix that stands column by column, as LAPACK has it."""

    def __init__(self, dtype: str) -> None:
        super().__init__()
        self.number = self.type = LLVM[dtype]
        self.size = SIZE[dtype]

    def element(self, base: str, row: str, column: str, rows: str) -> str:
        return self.let(f"getelementptr inbounds {self.number}, ptr {base}, i64 {self.add(self.mul(column, rows), row)}")

    def load(self, address: str) -> str:
        return self.let(f"load {self.type}, ptr {address}, align {self.size}")

    def store(self, value: str, address: str) -> None:
        self.do(f"store {self.type} {value}, ptr {address}, align {self.size}")

    def calculate(self, operation: str, a: str, b: str) -> str:
        return self.let(f"{operation} {self.type} {a}, {b}")

    def swap(self, one: str, other: str) -> None:
        a, b = self.load(one), self.load(other)
        self.store(b, one)
        self.store(a, other)

    def along(self, count: str, factor: str, body: Callable[[str, str], None]) -> None:
        """`body(k, factor)` for k in range(count), four at a time as far as they go."""
        fours, first = f"<4 x {self.number}>", f"<4 x {self.number}> poison"
        one = self.let(f"insertelement {first}, {self.number} {factor}, i32 0")
        four = self.let(f"shufflevector {fours} {one}, {first}, <4 x i32> zeroinitializer")
        whole = self.let(f"and i64 {count}, -4")
        self.type = fours
        loop(self, "0", whole, "4", lambda k: body(k, four))
        self.type = self.number
        loop(self, whole, count, "1", lambda k: body(k, factor))

    def subtract(self, target: str, a: str, b: str) -> None:
        """The number at `target`, less a product."""
        self.store(self.calculate("fsub contract", self.load(target), self.calculate("fmul contract", a, b)), target)


def write_small_getrf(module: Module, dtype: str) -> str:
    """Elimination with the largest element of each column as its pivot."""
    code = Elimination(dtype)
    type_ = code.type
    name = "fabs.f64" if dtype == "f64" else "fabs.f32"
    module.declare(f"llvm.{name}", f"{type_} {{}}({type_})")
    best, found = code.slot(type_), code.slot("i64")
    least = smaller(code, "%m", "%n")
    code.do("store i64 0, ptr %info")

    def fill(j: str) -> None:
        def move(i: str) -> None:
            source = code.let(f"getelementptr inbounds {type_}, ptr %a, i64 {code.add(code.mul(i, '%n'), j)}")
            code.store(code.load(source), code.element("%lu", i, j, "%m"))

        loop(code, "0", "%m", "1", move)

    def step(k: str) -> None:
        code.do(f"store i64 {k}, ptr {found}")
        code.store(literal(-1.0, dtype), best)

        def look(i: str) -> None:
            size = code.let(f"call {type_} @llvm.{name}({type_} {code.load(code.element('%lu', i, k, '%m'))})")
            larger = code.let(f"fcmp ogt {type_} {size}, {code.load(best)}")
            code.store(code.select(larger, type_, size, code.load(best)), best)
            before = code.let(f"load i64, ptr {found}")
            code.do(f"store i64 {code.select(larger, 'i64', i, before)}, ptr {found}")

        loop(code, k, "%m", "1", look)
        row = code.let(f"load i64, ptr {found}")
        code.do(f"store i64 {row}, ptr {code.let(f'getelementptr inbounds i64, ptr %pivots, i64 {k}')}")
        loop(code, "0", "%n", "1", lambda j: code.swap(code.element("%lu", k, j, "%m"), code.element("%lu", row, j, "%m")))
        pivot = code.load(code.element("%lu", k, k, "%m"))
        zero = code.let(f"fcmp oeq {type_} {pivot}, {literal(0.0, dtype)}")
        before = code.let("load i64, ptr %info")
        first = code.let(f"and i1 {zero}, {code.compare('eq', before, '0')}")
        code.do(f"store i64 {code.select(first, 'i64', code.add(k, '1'), before)}, ptr %info")
        divisor = code.select(zero, type_, literal(1.0, dtype), pivot)
        below = code.add(k, "1")

        def scale(i: str) -> None:
            place = code.element("%lu", i, k, "%m")
            code.store(code.calculate("fdiv", code.load(place), divisor), place)

        loop(code, below, "%m", "1", scale)

        def column(j: str) -> None:
            top = code.load(code.element("%lu", k, j, "%m"))
            loop(
                code,
                below,
                "%m",
                "1",
                lambda i: code.subtract(code.element("%lu", i, j, "%m"), code.load(code.element("%lu", i, k, "%m")), top),
            )

        loop(code, below, "%n", "1", column)

    loop(code, "0", "%n", "1", fill)
    loop(code, "0", least, "1", step)
    return written(
        module, f"small.getrf.{dtype}", "ptr noalias %a, ptr noalias %lu, ptr noalias %pivots, ptr noalias %info, i64 %m, i64 %n", code
    )


def write_small_getrs(module: Module, dtype: str, transposed: bool) -> str:
    """Both triangles, in the place of the right-hand sides, which stand row by row."""
    code = Elimination(dtype)

    def downwards(k: str) -> str:
        return code.let(f"sub nsw i64 {code.let('sub nsw i64 %n, 1')}, {k}")

    def right(i: str, j: str) -> str:
        return code.element("%x", j, i, "%columns")

    def exchange(k: str) -> None:
        other = code.let(f"load i64, ptr {code.let(f'getelementptr inbounds i64, ptr %pivots, i64 {k}')}")
        loop(code, "0", "%columns", "1", lambda j: code.swap(right(k, j), right(other, j)))

    def eliminate(k: str, start: str, end: str) -> None:
        """Row k is found: its share is taken from other rows."""

        def row(i: str) -> None:
            factor = code.load(code.element("%lu", k, i, "%n") if transposed else code.element("%lu", i, k, "%n"))
            code.along("%columns", factor, lambda j, factor: code.subtract(right(i, j), factor, code.load(right(k, j))))

        loop(code, start, end, "1", row)

    def divide(k: str) -> None:
        pivot = code.load(code.element("%lu", k, k, "%n"))
        code.along("%columns", pivot, lambda j, pivot: code.store(code.calculate("fdiv", code.load(right(k, j)), pivot), right(k, j)))

    def with_upper(k: str) -> None:
        divide(k)
        eliminate(k, *((code.add(k, "1"), "%n") if transposed else ("0", k)))

    def with_lower(k: str) -> None:
        eliminate(k, *(("0", k) if transposed else (code.add(k, "1"), "%n")))

    if transposed:
        loop(code, "0", "%n", "1", with_upper)
        loop(code, "0", "%n", "1", lambda k: with_lower(downwards(k)))
        loop(code, "0", "%n", "1", lambda k: exchange(downwards(k)))
    else:
        loop(code, "0", "%n", "1", exchange)
        loop(code, "0", "%n", "1", with_lower)
        loop(code, "0", "%n", "1", lambda k: with_upper(downwards(k)))
    name = f"small.getrs.{dtype}{'.transposed' if transposed else ''}"
    return written(module, name, "ptr noalias %lu, ptr noalias %pivots, ptr noalias %x, i64 %n, i64 %columns", code)


def write_columns_back(module: Module, dtype: str) -> str:
    """The exchanges undone, of columns and from the last to the first."""
    code = Elimination(dtype)

    def exchange(turn: str) -> None:
        k = code.let(f"sub nsw i64 {code.let('sub nsw i64 %n, 1')}, {turn}")
        other = code.let(f"load i64, ptr {code.let(f'getelementptr inbounds i64, ptr %pivots, i64 {k}')}")
        loop(code, "0", "%n", "1", lambda i: code.swap(code.element("%x", i, k, "%n"), code.element("%x", i, other, "%n")))

    loop(code, "0", "%n", "1", exchange)
    return written(module, f"columns.back.{dtype}", "ptr noalias %x, ptr noalias %pivots, i64 %n", code)


def write_small_potrf(module: Module, dtype: str) -> str:
    """The lower triangle, row by row, in the place of what it is made of."""
    code = Elimination(dtype)
    type_ = code.type
    name = "sqrt.f64" if dtype == "f64" else "sqrt.f32"
    module.declare(f"llvm.{name}", f"{type_} {{}}({type_})")
    code.do("store i64 0, ptr %info")

    def at(i: str, j: str) -> str:
        return code.element("%l", j, i, "%n")

    def column(j: str) -> None:
        corner, below = at(j, j), code.add(j, "1")

        def reduce(i: str) -> None:
            loop(code, "0", j, "1", lambda k: code.subtract(at(i, j), code.load(at(i, k)), code.load(at(j, k))))

        reduce(j)
        left = code.load(corner)
        positive = code.let(f"fcmp ugt {type_} {left}, {literal(0.0, dtype)}")
        before = code.let("load i64, ptr %info")
        known = code.let(f"or i1 {positive}, {code.compare('ne', before, '0')}")
        code.do(f"store i64 {code.select(known, 'i64', before, below)}, ptr %info")
        root = code.let(f"call {type_} @llvm.{name}({type_} {code.select(positive, type_, left, literal(1.0, dtype))})")
        code.store(root, corner)

        def row(i: str) -> None:
            reduce(i)
            code.store(code.calculate("fdiv", code.load(at(i, j)), root), at(i, j))

        loop(code, below, "%n", "1", row)

    loop(code, "0", "%n", "1", column)
    return written(module, f"small.potrf.{dtype}", "ptr noalias %l, ptr noalias %info, i64 %n", code)


def write_small_trsm(module: Module, dtype: str, *, lower: bool, transposed: bool, unit: bool) -> str:
    """One triangle, in the place of the right-hand sides; all row by row."""
    code = Elimination(dtype)
    downwards = lower != transposed

    def right(i: str, j: str) -> str:
        return code.element("%x", j, i, "%columns")

    def step(turn: str) -> None:
        k = turn if downwards else code.let(f"sub nsw i64 {code.let('sub nsw i64 %n, 1')}, {turn}")
        if not unit:
            pivot = code.load(code.element("%a", k, k, "%n"))
            code.along("%columns", pivot, lambda j, pivot: code.store(code.calculate("fdiv", code.load(right(k, j)), pivot), right(k, j)))

        def row(i: str) -> None:
            factor = code.load(code.element("%a", *((i, k) if transposed else (k, i)), "%n"))
            code.along("%columns", factor, lambda j, factor: code.subtract(right(i, j), factor, code.load(right(k, j))))

        loop(code, *((code.add(k, "1"), "%n") if downwards else ("0", k)), "1", row)

    loop(code, "0", "%n", "1", step)
    name = f"small.trsm.{dtype}.{'lower' if lower else 'upper'}{'.transposed' if transposed else ''}{'.unit' if unit else ''}"
    return written(module, name, "ptr noalias %a, ptr noalias %x, i64 %n, i64 %columns", code)
