"""A sum of a product that broadcasts is a matrix product.

    a = view x, … {axes='aan'}                  x_2 = reshape x, n, k
    b = view w, … {axes='naa'}           →      w_2 = reshape w, k, m
    p = mul a, b                                s_2 = matmul x_2, w_2
    s = sum p {axes=(1,)}                       s = reshape s_2, n, m

Each axis that is summed must be one of both factors, of the same extent, and each that stays of one of them: those of the left one, and
then those of the right one. So convolutions are written in NumPy, `np.sum(patch[..., None] * weights[None], axis=(1, 2, 3))`. The sum is
taken in another order, unless a decision is made of it (`relax`): then the product is `exact`, where the last axis stays, which NumPy
adds in order too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from ..ir.build import Builder
from ..ir.program import Function, Op, Program, Value
from ..ir.types import F32, F64, ArrayType
from ..ir.walk import definers, ops_in
from ..unchanging import plain_value
from .extents import Known
from .relax import Flow, followed
from .rewriting import with_function_ops, with_ops, with_regions


def contracted(program: Program) -> Program:
    """`program` with its sums of products as matrix products."""
    some = {name for name, function in program.functions.items() if any(is_sum(op) for op in ops_in(function.body))}
    if not some:
        return program
    flows = followed(program)
    functions = {name: Contracting(f, flows[name]).function() if name in some else f for name, f in program.functions.items()}
    return replace(program, functions=functions)


def is_sum(op: Op) -> bool:
    """Whether `op` sums some of several axes and leaves some of two factors."""
    x = op.operands[0].type if op.name == "sum" else None
    return isinstance(x, ArrayType) and x.rank > 2 and x.dtype.is_float and not op.attributes["keepdims"]


def adds_in_order(op: Op) -> bool:
    """Whether a sum is one of rows of numbers that keep all bits of their products, row after row."""
    x = op.operands[0].type
    return isinstance(x, ArrayType) and x.dtype in (F64, F32) and x.rank - 1 not in op.attributes["axes"]


@plain_value
class Factor:
    """One of two factors of a product: the axes that it has, of which the other has those that are `summed`."""

    value: Value
    own: tuple[int, ...]
    summed: tuple[int, ...]
    rank: int

    def axis(self, k: int) -> int:
        """The position in the factor of axis k of the product."""
        assert isinstance(self.value.type, ArrayType)
        return k - self.rank + self.value.type.rank


class Contracting:
    """Rewrites one function."""

    def __init__(self, function: Function, flow: Flow) -> None:
        self.whole, self.flow = function, flow
        self.made_by = definers(function)
        self.uses = Counter(v for op in ops_in(function.body) for v in op.operands)
        constants = {op.result: op.attributes["value"] for op in ops_in(function.body) if op.name == "constant"}
        self.extents = Known(constants, {})

    def function(self) -> Function:
        return with_function_ops(self.whole, self.ops(self.whole.body.ops))

    def ops(self, ops: Sequence[Op]) -> list[Op]:
        """The ops of a region."""
        kept: list[Op] = []
        for op in ops:
            if not op.regions:
                self.extents.define(op)
            exact = is_sum(op) and self.flow.decided(op.result)
            factors = self.factors(op) if is_sum(op) and (not exact or adds_in_order(op)) else None
            if factors is None:
                kept.append(with_regions(op, [with_ops(region, self.ops(region.ops)) for region in op.regions]))
                continue
            product = self.made_by[op.operands[0]]
            kept = [o for o in kept if o is not product]
            kept += self.matrix_product(op, *factors, exact=exact)
        return kept

    def factors(self, op: Op) -> tuple[Factor, Factor] | None:
        """The left and the right factor of what `op` sums, if the sum is a matrix product of them."""
        product = self.made_by.get(op.operands[0])
        if (
            product is None
            or product.name != "mul"
            or self.uses[product.result] > 1
            or not all(isinstance(v.type, ArrayType) for v in product.operands)
        ):
            return None
        rank, summed = product.result.type.rank, set(op.attributes["axes"])  # type: ignore[union-attr]
        shapes = [self.extents.of(v) for v in product.operands]
        one, other = ((1,) * (rank - len(shape)) + shape for shape in shapes)
        if min(summed) < rank - min(map(len, shapes)) or any(one[k] != other[k] for k in summed):
            return None
        stay = [k for k in range(rank) if k not in summed]
        first, second = ([k for k in stay if mine[k] != 1] for mine in (one, other))
        if not first or not second or sorted(first + second) != stay:
            return None
        axes = tuple(sorted(summed))
        pair = tuple(Factor(v, tuple(own), axes, rank) for v, own in zip(product.operands, (first, second), strict=True))
        left, right = sorted(pair, key=lambda factor: factor.own)
        return (left, right) if left.own[-1] < right.own[0] else None

    def matrix_product(self, op: Op, left: Factor, right: Factor, *, exact: bool) -> list[Op]:
        b = Builder(op.location)
        hints = {"exact": True} if exact else {}
        rows, columns = ([self.dim(b, f, k) for k in f.own] for f in (left, right))
        between = [self.dim(b, left, k) for k in left.summed]
        first = self.matrix(b, left, left.own + left.summed, rows, between)
        second = self.matrix(b, right, right.summed + right.own, between, columns)
        product = b.op("matmul", first, second, name=op.result.name, **hints)
        b.append(Op("reshape", (product, *rows, *columns), op.results, {}, (), op.location))
        return b.ops

    def dim(self, b: Builder, factor: Factor, k: int) -> Value:
        return b.op("dim", factor.value, axis=factor.axis(k), name=f"{factor.value.name}_dim{k}")

    def matrix(self, b: Builder, factor: Factor, axes: tuple[int, ...], rows: Sequence[Value], columns: Sequence[Value]) -> Value:
        """The factor with its `axes` in this order, as a matrix."""
        x = self.without_new_axes(b, factor)
        order = tuple(sorted(axes).index(k) for k in axes)
        if order != tuple(range(len(order))):
            x = b.op("transpose", x, axes=order, name=x.name)
        if len(rows) == len(columns) == 1:
            return x
        if not x.type.contiguous:  # type: ignore[union-attr]
            x = b.op("copy", x, name=x.name)
        counts = (reduce(lambda n, m: b.op("mul", n, m, overflow="never", name="size"), dims) for dims in (rows, columns))
        return b.op("reshape", x, *counts, name=x.name)

    def without_new_axes(self, b: Builder, factor: Factor) -> Value:
        """The factor without the axes of extent 1 that it has only to broadcast."""
        x, own = factor.value, {factor.axis(k) for k in factor.own + factor.summed}
        view = self.made_by.get(x)
        if view is not None and view.name == "view" and set(view.attributes["axes"]) == {"a", "n"}:
            letters = view.attributes["axes"]
            if {k for k, letter in enumerate(letters) if letter == "a"} == own:
                return view.operands[0]
        assert isinstance(x.type, ArrayType)
        if len(own) == x.type.rank:
            return x
        letters = "".join("a" if k in own else "i" for k in range(x.type.rank))
        return b.op("view", x, *(b.i64(0) for _ in range(letters.count("i"))), axes=letters, name=x.name)
