"""Triangles times matrices, a row in every turn of a loop: block by block, as LAPACK has them.

    for 0, n, 1 {(i):                            for 0, blocks, 1 {(k):
      a = view A, i+1, count, i {axes='ui'}        for lo, hi, 1 {(i): the same, up to hi}
      b = view B, i+1, count {axes='ua'}    →      rest = A[hi:, lo:hi]ᵀ @ B[hi:]
      s = matmul a, b                              accumulate rest, B[lo:hi]
      accumulate s, view B, i                      …
      …

What is added up grows or shrinks with the turns. So much of it as all turns of a block share is one product of matrices; what is left are
triangles as large as a block. Nothing is multiplied that was not before: a product with a mask would make NaN of infinity times 0.

The matrix may be the one that the loop adds to. Rows that follow are read as they were: the block's own turns come first. Rows before are
read as they have become: the block's turns come last.

That is decided at run time. The loop stays as it was for few turns, for matrices that do not fit each other, and where any check in it
would fail: then the error comes where it came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...analysis.alias import is_reference
from ...ir.build import Builder
from ...ir.op import DEFINITIONS, definition
from ...ir.program import Op, Value
from ...ir.walk import copy_ops
from ...unchanging import plain_value
from ..rewriting import may_raise
from .facts import Facts
from .triangles import Triangles, rank

BLOCK = 32
"""How many turns: beyond it the triangles cost more than longer products save."""

FEWEST = 128
"""Below so many turns vectors times matrices, which stay in the cache, are as fast as products of blocks."""

PLAIN = frozenset("constant dim view check transpose".split())
"""What the loop may hold besides arithmetic of numbers."""


@plain_value
class Part:
    """A view of a turn's own, and which of its numbers are the first and the count of what is added up, along that axis of its matrix.
    After the `first` that turn i takes there are all; or it takes all before i + `offset`."""

    view: Op
    axis: int
    at: int
    follows: bool
    offset: int

    @property
    def matrix(self) -> Value:
        return self.view.operands[0]


class Blocks:
    """Looks for such a product in one loop."""

    def __init__(self, facts: Facts, loop: Op) -> None:
        self.facts, self.loop = facts, loop
        self.seen = Triangles(facts, loop)
        self.region, self.turn, self.inside, self.definers = self.seen.region, self.seen.turn, self.seen.inside, self.seen.definers

    def made(self) -> list[Op] | None:
        """The loops over blocks and over what is left; None where there is no such product."""
        lo, hi, step = (self.facts.ranges.constant(v) for v in self.loop.operands[:3])
        products = [o for o in self.region.ops if o.name == "matmul"]
        if lo != 0 or step != 1 or (hi is not None and hi < FEWEST) or len(products) != 1 or not all(map(self.plain, self.region.ops)):
            return None
        chain = self.chain(products[0])
        found = self.parts(products[0]) if chain is not None else None
        if chain is None or found is None or not self.apart(products[0], chain, *found):
            return None
        return self.written(products[0], chain, *found)

    # What the loop holds ---------------------------------------------------------------------------------------------

    def plain(self, op: Op) -> bool:
        """Whether `op` makes a number of numbers that are known without the loop, is a view, a check or belongs to the product."""
        if op.name == "dim":
            return op.operands[0] not in self.inside
        if op.name in PLAIN or op.name in ("matmul", "accumulate", "yield"):
            return True
        known = DEFINITIONS[op.name].family == "elementwise"
        fails = may_raise(op) or op.attributes.get("overflow") == "raise"
        return known and not (fails and op.name != "index") and len(op.results) == 1

    def chain(self, product: Op) -> list[Op] | None:
        """From the product to what adds it to a line: products with numbers and changes of sign, and the `accumulate`."""
        chain = [product]
        while chain[-1].name != "accumulate":
            users = [o for o in self.region.ops if chain[-1].result in o.operands]
            if len(users) != 1 or users[0].name not in ("mul", "neg", "accumulate"):
                return None
            if users[0].name == "mul" and not self.seen.by_number(users[0]):
                return None
            chain.append(users[0])
        others = [o for o in self.region.ops if o not in chain and any(is_reference(v) for v in o.results)]
        if len(chain[-1].operands) != 2 or chain[-1].operands[0] is not chain[-2].result or any(o.name not in PLAIN for o in others):
            return None
        return chain[1:]

    def parts(self, product: Op) -> tuple[Part, Part, Op] | None:
        """The views that are multiplied, the vector's first, and that of the line that is added to."""
        vector, matrix = sorted(product.operands, key=rank)
        if rank(vector) != 1 or rank(matrix) != 2 or not product.result.type.dtype.is_float:  # type: ignore[union-attr]
            return None
        one, turned = self.definers.get(vector), self.definers.get(matrix)
        other = self.definers.get(turned.operands[0]) if turned is not None and turned.name == "transpose" else turned
        if one is None or other is None or turned is None or {one.name, other.name} != {"view"}:
            return None
        a, b = self.part(one, ("ui", "iu")), self.part(other, ("ua", "au"))
        added = (matrix is product.operands[0]) != (other is not turned)
        if a is None or b is None or b.axis != added or (a.follows, a.offset) != (b.follows, b.offset):
            return None
        place = self.seen.offset(one.operands[-1] if a.axis == 0 else one.operands[1])
        target = next((o for o in self.region.ops if o.name == "accumulate"), None)
        line = self.definers.get(target.operands[1]) if target is not None else None
        if place != 0 or line is None or line.name != "view" or line.attributes["axes"] not in ("ia", "ai"):
            return None
        return (a, b, line) if self.seen.offset(line.operands[1]) == 0 else None

    def part(self, view: Op, axes: Sequence[str]) -> Part | None:
        letters = view.attributes["axes"]
        if letters not in axes or view.operands[0] in self.inside:
            return None
        axis, at = letters.index("u"), 2 if letters == "iu" else 1
        first, count = view.operands[at : at + 2]
        follows = first in self.inside
        if follows and self.seen.end(first, count) is None:
            return None
        if not follows and self.facts.ranges.constant(first) != 0:
            return None
        offset = self.seen.offset(self.seen.within(view.operands[0], axis, first if follows else count))
        return Part(view, axis, at, follows, offset) if offset in (0, 1) else None

    def apart(self, product: Op, chain: Sequence[Op], a: Part, b: Part, line: Op) -> bool:
        """Whether no turn reads what another one writes but by lines of the same matrix, and nothing is decided by the sums."""
        flow, target = self.facts.flow, line.operands[0]
        if target in self.inside or flow.groups.same(a.matrix, target):
            return False
        if flow.groups.same(b.matrix, target):
            lines = b.matrix is target and line.attributes["axes"].index("i") == b.axis
            if not lines or (b.offset and not b.follows):  # a row that is read before its turn adds to it
                return False
        writes = [o for o in self.region.ops if definition(o.name).writes is not None]
        return len(writes) == 1 and not any(flow.decided(v) for v in (product.result, target, *(v for o in chain for v in o.results)))

    # What stands for it ----------------------------------------------------------------------------------------------

    def written(self, product: Op, chain: Sequence[Op], a: Part, b: Part, line: Op) -> list[Op]:
        out = Builder(self.loop.location)
        n, size = self.loop.operands[1], out.i64(BLOCK)

        def block(inner: Builder, k: Value) -> Sequence[Value]:
            low = inner.op("mul", k, size, overflow="never", name="low")
            high = inner.op("minimum", inner.op("add", low, size, overflow="never"), n, name="high")
            if not b.follows:
                self.shared(inner, product, chain, a, b, line, low, high)
            inner.for_(low, high, inner.i64(1), (), lambda w, i: self.own(w, i, a, b, low, high), "i")
            if b.follows:
                self.shared(inner, product, chain, a, b, line, low, high)
            return ()

        def blocks(inner: Builder) -> Sequence[Value]:
            more = inner.op("add", n, inner.i64(BLOCK - 1), overflow="never")
            inner.loop(inner.op("floordiv", more, size, name="blocks"), block, "block")
            return ()

        def turns(inner: Builder) -> Sequence[Value]:
            inner.append(replace(self.loop, attributes={**self.loop.attributes, "apart": True}))
            return ()

        out.if_(self.fits(out, a, b, line), blocks, turns)
        return out.ops

    def fits(self, out: Builder, a: Part, b: Part, line: Op) -> Value:
        """Whether there are turns enough, the matrices fit each other, and no check in the loop would fail."""
        n, target = self.loop.operands[1], line.operands[0]
        along = line.attributes["axes"].index("i")
        depth = out.op("dim", a.matrix, axis=a.axis)
        fits = out.op("le", out.i64(FEWEST), n, name="fits")
        places = [depth, out.op("dim", a.matrix, axis=1 - a.axis), out.op("dim", target, axis=along)]
        conditions = [out.op("le", n, v) for v in places]
        conditions.append(out.op("eq", depth, out.op("dim", b.matrix, axis=b.axis)))
        conditions.append(out.op("eq", out.op("dim", b.matrix, axis=1 - b.axis), out.op("dim", target, axis=1 - along)))
        if b.follows:
            ends = (self.seen.end(*x.view.operands[x.at : x.at + 2]) for x in (a, b))
            conditions += [out.op("eq", depth, end) for end in ends if end is not None]
        for condition in conditions:
            fits = out.op("and", fits, condition, name="fits")
        return self.passed(out, fits)

    def passed(self, out: Builder, fits: Value) -> Value:
        """`fits`, and whether all checks of all turns hold."""
        numbers = [o for o in self.region.ops if not any(is_reference(v) for v in o.results) and o.name not in ("accumulate", "yield")]
        if not any(o.name in ("check", "index") for o in numbers):
            return fits
        turns = out.op("select", fits, self.loop.operands[1], out.i64(0), name="turns")

        def body(inner: Builder, i: Value, holds: Value) -> tuple[Value]:
            env = {self.turn: i}
            for op in numbers:
                if op.name == "check":
                    holds = inner.op("and", holds, env.get(op.operands[0], op.operands[0]), name="holds")
                elif op.name == "index":
                    at, extent = (env.get(v, v) for v in op.operands)
                    for test in (inner.op("le", inner.i64(0), at), inner.op("lt", at, extent)):
                        holds = inner.op("and", holds, test, name="holds")
                    env[op.result] = at
                else:
                    inner.ops += copy_ops((op,), env)
            return (holds,)

        return out.for_(out.i64(0), turns, out.i64(1), (fits,), body, "i", ("holds",))[0]

    def own(self, inner: Builder, i: Value, a: Part, b: Part, low: Value, high: Value) -> Sequence[Value]:
        """One turn, as far as its sum lies in the block. All checks hold."""
        env = {self.turn: i}
        for op in self.region.ops[:-1]:
            part = next((x for x in (a, b) if x.view is op), None)
            if op.name == "check":
                continue
            if op.name == "index":
                env[op.result] = env.get(op.operands[0], op.operands[0])
                continue
            if part is not None:
                start = inner.op("add", i, inner.i64(part.offset), overflow="never", name="start")
                span = (start, high) if part.follows else (low, start)
                count = inner.op("sub", span[1], span[0], overflow="never", name="count")
                operands = list(op.operands)
                operands[part.at : part.at + 2] = span[0], count
                op = replace(op, operands=tuple(operands))
            inner.ops += copy_ops((op,), env)
        return ()

    def shared(self, inner: Builder, product: Op, chain: Sequence[Op], a: Part, b: Part, line: Op, low: Value, high: Value) -> None:
        """What the sums of all turns of a block have outside it."""
        size = inner.op("sub", high, low, overflow="never", name="size")
        depth = inner.op("dim", a.matrix, axis=a.axis)
        first, count = (high, inner.op("sub", depth, high, overflow="never")) if b.follows else (inner.i64(0), low)
        numbers = (first, count, low, size) if a.axis == 0 else (low, size, first, count)
        lines = inner.op("view", a.matrix, *numbers, axes="uu", name=a.matrix.name)
        lines = lines if a.axis else inner.op("transpose", lines, axes=(1, 0), name=lines.name)
        matrix = inner.op("view", b.matrix, first, count, axes="au" if b.axis else "ua", name=b.matrix.name)
        matrix = inner.op("transpose", matrix, axes=(1, 0), name=matrix.name) if b.axis else matrix
        whole = inner.op("matmul", lines, matrix, name=product.result.name)
        for factor in chain[:-1]:
            whole = inner.op(factor.name, *(whole if rank(x) else x for x in factor.operands), name=factor.result.name, **factor.attributes)
        along = line.attributes["axes"].index("i")
        target = inner.op("view", line.operands[0], low, size, axes="au" if along else "ua", name=line.result.name)
        whole = inner.op("transpose", whole, axes=(1, 0), name=whole.name) if along else whole
        inner.append(replace(chain[-1], operands=(whole, target)))


def blocks(facts: Facts, ops: Sequence[Op], loop: Op) -> list[Op] | None:
    """What stands for the innermost `loop` with the operations `ops`, if it multiplies a triangle by a matrix."""
    if loop.name != "for" or loop.results or any(o.regions for o in ops) or not any(o.name == "matmul" for o in ops):
        return None
    if "cold" in loop.attributes or "apart" in loop.attributes:
        return None
    return Blocks(facts, loop).made()
