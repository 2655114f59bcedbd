"""Products of matrices whose elements are added up in order, as `np.sum(x[:, :, None] * w, axis=1)` adds them: product after product, each
rounded, and then each sum. What a decision is made of is computed so.

    void ordered(a, b, c, m, n, k, strides of a and b)        c[i, j] = ((-0.0 + a[i, 0] b[0, j]) + a[i, 1] b[1, j]) + …

Some columns and rows at a time stay in registers while a row of B after the other goes by: the order in which an element is added up is
that of its own, whatever stands beside it.
"""

from __future__ import annotations

from .assembly import LLVM, SIZE, Code, literal
from .matrices import loop
from .module import HELPER, ON_ITS_ARGUMENTS, Module
from .products import EXTENTS

WIDTHS = {"f64": (8, 2, 1), "f32": (16, 4, 1), "f16": (16, 4, 1)}
"""Columns that are taken at a time, as long as there are so many."""

ROWS = 4
"""Rows that are taken at a time."""


def write_ordered(module: Module, dtype: str) -> str:
    """The function `ordered` above, for floats."""
    name = f"{HELPER}matmul.{dtype}.ordered"
    writer = Ordered(dtype)
    writer.columns()
    writer.code.do("ret void")
    head = f"define void @{name}(ptr noalias %a, ptr noalias %b, ptr noalias %c, {EXTENTS}) {ON_ITS_ARGUMENTS}"
    module.functions.append(f"{head} {{\n{writer.code.text()}\n}}")
    return name


class Ordered:
    """Writes C = A B (m by n, inner extent k)."""

    def __init__(self, dtype: str) -> None:
        self.dtype, self.code, self.type = dtype, Code(), LLVM[dtype]
        self.some = self.code.let("icmp sgt i64 %k, 0")

    def columns(self) -> None:
        """All columns, first those that lie together in blocks of the largest width."""
        code, start = self.code, "0"
        together = code.compare("eq", "%b.across", "1")
        for width in WIDTHS[self.dtype]:
            blocks = code.let(f"sdiv i64 {code.let(f'sub nsw i64 %n, {start}')}, {width}")
            end = code.add(start, code.mul(blocks, str(width)))
            if width > 1:
                end = code.select(together, "i64", end, start)
            loop(code, start, end, str(width), lambda j, width=width: self.rows(j, width))  # type: ignore[misc]
            start = end

    def rows(self, j: str, width: int) -> None:
        whole = self.code.let(f"and i64 %m, -{ROWS}")
        loop(self.code, "0", whole, str(ROWS), lambda i: self.block(i, j, ROWS, width))
        loop(self.code, whole, "%m", "1", lambda i: self.block(i, j, 1, width))

    def block(self, i: str, j: str, rows: int, width: int) -> None:
        """`rows` of C from row i on and `width` columns from column j on."""
        code = self.code
        type_ = f"<{width} x {self.type}>" if width > 1 else self.type
        start = self.spread(code.select(self.some, self.type, literal(-0.0, self.dtype), literal(0.0, self.dtype)), width)
        lines = [code.add(i, str(r)) for r in range(rows)]
        firsts = [code.mul(line, "%a.down") for line in lines]
        before = code.mul(j, "%b.across")
        entry, head, out = code.block, code.label("inner"), code.label("added")
        code.branch(self.some, head, out)
        code.start(head)
        p = code.open_phi("i64")
        totals = [code.open_phi(type_) for _ in lines]
        y = code.let(f"load {type_}, ptr {self.place('%b', code.add(code.mul(p.name, '%b.down'), before))}, align {SIZE[self.dtype]}")
        across = code.mul(p.name, "%a.across")
        after = []
        for first, total in zip(firsts, totals, strict=True):
            x = code.let(f"load {self.type}, ptr {self.place('%a', code.add(first, across))}, align {SIZE[self.dtype]}")
            product = code.let(f"fmul {type_} {self.spread(x, width)}, {y}")
            after.append(code.let(f"fadd {type_} {total.name}, {product}"))
        following = code.add(p.name, "1")
        code.branch(code.compare("slt", following, "%k"), head, out)
        code.close_phi(p, ("0", entry), (following, head))
        for total, new in zip(totals, after, strict=True):
            code.close_phi(total, (start, entry), (new, head))
        code.start(out)
        found = [code.phi(type_, (start, entry), (new, head)) for new in after]
        for line, total_ in zip(lines, found, strict=True):
            place = self.place("%c", code.add(code.mul(line, "%n"), j))
            code.do(f"store {type_} {total_}, ptr {place}, align {SIZE[self.dtype]}")

    def place(self, base: str, offset: str) -> str:
        return self.code.let(f"getelementptr inbounds {self.type}, ptr {base}, i64 {offset}")

    def spread(self, x: str, width: int) -> str:
        """A number in all places of a vector."""
        if width == 1:
            return x
        vector = f"<{width} x {self.type}>"
        one = self.code.let(f"insertelement {vector} poison, {self.type} {x}, i64 0")
        return self.code.let(f"shufflevector {vector} {one}, {vector} poison, <{width} x i32> zeroinitializer")
