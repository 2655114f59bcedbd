"""Where a vector of booleans holds: `nonzero`, counted first, so that the result is no longer than it must be.

Flags that lie without gaps are counted eight at a time, as the bytes of a word. Where few of them hold, they are looked for so too: a
word of zeros is passed by, and in another one the first byte that is none is the next that counts. Where many hold, each is looked at,
without branches, for nobody can foresee which ones count.
"""

from __future__ import annotations

from collections.abc import Callable

from ..ir.program import Op
from . import memory, nest
from .emitter import Emitter, handles
from .layout import Array, at, element

FEW = 8
"""Where fewer than one flag in so many holds, words are looked at."""

BYTES = 0x0101010101010101
"""One in each byte of a word."""


@handles("nonzero")
def nonzero(e: Emitter, op: Op) -> None:
    x = e.array(op.operands[0])
    found = Flags(e, op, x)
    n = found.count()
    result = memory.fresh(e, op, "i64", [n], checked=False)
    e.values[op.result] = result
    code = e.code
    some, out = code.label("some"), code.label("placed")
    code.branch(code.compare("sgt", n, "0"), some, out)
    code.start(some)
    if x.type.contiguous:
        few, many = code.label("few"), code.label("many")
        code.branch(code.compare("slt", code.mul(n, str(FEW)), x.dims[0]), few, many)
        code.start(few)
        found.place_by_words(result, n, out)
        code.start(many)
    found.place_each(result, n, out)
    code.start(out)


class Flags:
    """Writes one `nonzero`."""

    def __init__(self, e: Emitter, op: Op, x: Array) -> None:
        self.e, self.op, self.x = e, op, x
        self.scope, self.made = e.scopes.of(op.operands[0]), e.scopes.of(op.result)

    def flag(self, k: str) -> str:
        """Whether the flag k holds, as 0 or 1."""
        holds = self.e.read(element(self.e.code, self.x, (k,)), self.x.type.dtype.name, self.scope)
        return self.e.code.let(f"zext i1 {holds} to i64")

    def word(self, k: str) -> str:
        """Eight flags from k on."""
        return self.e.code.let(f"load i64, ptr {at(self.e.code, self.x, k)}, align 1{self.scope}")

    def intrinsic(self, name: str, word: str, *flags: str) -> str:
        signature = "i64 {}(i64" + ", i1" * len(flags) + ")"
        self.e.module.declare(f"llvm.{name}.i64", signature)
        return self.e.code.let(f"call i64 @llvm.{name}.i64({', '.join([f'i64 {word}', *flags])})")

    def count(self) -> str:
        """How many hold."""
        code, (n,) = self.e.code, self.x.dims
        words, first = "0", "0"
        if self.x.type.contiguous:
            whole = code.let(f"lshr i64 {n}, 3")
            (words,) = nest.reduced(self.e, [whole], ["i64"], ["0"], self.counted)
            first = code.let(f"shl i64 {whole}, 3")

        def one(point: tuple[str, ...], totals: list[str]) -> list[str]:
            return [code.add(totals[0], self.flag(*point))]

        (total,) = nest.within(self.e, [(first, n)], ["i64"], [words], one)
        return total

    def counted(self, point: tuple[str, ...], totals: list[str]) -> list[str]:
        """The bytes of a word that are not 0, each made the one bit that says so."""
        code = self.e.code
        word = self.word(code.let(f"shl i64 {point[0]}, 3"))
        for shift in (4, 2, 1):
            word = code.let(f"or i64 {word}, {code.let(f'lshr i64 {word}, {shift}')}")
        return [code.add(totals[0], self.intrinsic("ctpop", code.let(f"and i64 {word}, {BYTES}")))]

    def place_each(self, result: Array, n: str, out: str) -> None:
        code = self.e.code

        def step(i: str, k: str) -> tuple[str, str]:
            self.put(result, k, i)  # what does not count is written over by the next
            return code.add(i, "1"), code.add(k, self.flag(i))

        self.until(n, out, step)

    def place_by_words(self, result: Array, n: str, out: str) -> None:
        code, (size,) = self.e.code, self.x.dims
        last = code.let(f"sub i64 {size}, 8")

        def step(i: str, k: str) -> tuple[str, str]:
            wide, single, none, some, over = (code.label(name) for name in ("wide", "single", "none", "some", "over"))
            code.branch(code.compare("sle", i, last), wide, single)
            code.start(wide)
            word = self.word(i)
            beyond = code.add(i, "8")
            code.branch(code.compare("eq", word, "0"), none, some)
            code.start(some)
            byte = code.let(f"lshr i64 {self.intrinsic('cttz', word, 'i1 true')}, 3")
            found = code.add(i, byte)
            self.put(result, k, found)
            behind, more = code.add(found, "1"), code.add(k, "1")
            code.jump(over)
            code.start(none)
            code.jump(over)
            code.start(single)
            self.put(result, k, i)
            one, counted = code.add(i, "1"), code.add(k, self.flag(i))
            code.jump(over)
            code.start(over)
            ways = (some, none, single)
            return (
                code.phi("i64", *zip((behind, beyond, one), ways, strict=True)),
                code.phi("i64", *zip((more, k, counted), ways, strict=True)),
            )

        self.until(n, out, step)

    def put(self, result: Array, k: str, position: str) -> None:
        self.e.write(at(self.e.code, result, k), "i64", position, self.made)

    def until(self, n: str, out: str, step: Callable[[str, str], tuple[str, str]]) -> None:
        """`step(i, k)` gives the next flag to look at and how many have been found, from 0 and 0 until these are n."""
        code = self.e.code
        before, head = code.block, code.label("place")
        code.jump(head)
        code.start(head)
        i, k = code.open_phi("i64"), code.open_phi("i64")
        following, after = step(i.name, k.name)
        latch = code.block
        code.branch(code.compare("slt", after, n), head, out, nest.left_alone(self.e))
        code.close_phi(i, ("0", before), (following, latch))
        code.close_phi(k, ("0", before), (after, latch))
