"""What a direction does not move is not computed along it: where each part of a sum has parameters of its own, most directions leave most
parts alone, and their Jacobian costs as much as the parts that they move.

    for lo, hi, one {(k):                               moves = any (ne t, 0.0)
      t = load seeds, k                                 ok = all (finite w)       ahead of the loop
      path = mul w, t {along=1}                  →      go = or moves, not ok
      accumulate path, y                                if go { path = mul w, t {along=1}; accumulate path, y }
    }

The terms that are left out are zeros, for they are linear in a tangent that is a number or a small matrix, and is 0, and what this is
multiplied with is finite: it stands outside the loop, and is looked through once. So nothing is lost, and no 0·inf. (Griewank & Walther,
Evaluating Derivatives, chapter 7, have the same of dynamic sparsity.)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from math import prod

from ..analysis.alias import groups, is_reference
from ..analysis.effects import Effects, pure_functions
from ..ir.build import Builder
from ..ir.op import definition
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import ArrayType, scalar_of
from ..ir.walk import ops_in
from .extents import Known
from .rewriting import renamed, with_function_ops, with_ops, with_regions

SMALL = 16
"""Elements of a tangent that is looked at at every turn."""


def unmoved(program: Program) -> Program:
    """`program` with the terms of its tangents left out where they are zeros."""
    pure = pure_functions(program)
    functions = {}
    for name, function in program.functions.items():
        functions[name] = function
        if any("along" in op.attributes for op in ops_in(function.body)):
            walk = Leaving(function, Effects(function, groups(function), pure))
            functions[name] = with_function_ops(function, walk.outside(function.body.ops))
    return replace(program, functions=functions)


@dataclass
class Term:
    """What is added up: its ops, the small tangents that it is linear in, and the arrays that these are multiplied with."""

    ops: dict[Op, None] = field(default_factory=dict)
    tangents: dict[Value, None] = field(default_factory=dict)
    factors: dict[Value, None] = field(default_factory=dict)


class Leaving:
    """One walk down a function."""

    def __init__(self, function: Function, effects: Effects) -> None:
        self.effects = effects
        self.uses = Counter(v for op in ops_in(function.body) for v in op.operands)
        self.constants = {op.result: op.attributes["value"] for op in ops_in(function.body) if op.name == "constant"}
        self.extents = Known(self.constants, {})
        for op in ops_in(function.body):
            if op.name != "map" and not op.regions:
                self.extents.define(op)
        self.loop: Op | None = None
        self.before = Builder(function.location)
        self.finite: dict[Value, Value] = {}

    def outside(self, ops: Sequence[Op]) -> list[Op]:
        """Ops that no loop is around."""
        kept: list[Op] = []
        for op in ops:
            if op.name == "for":
                self.loop, self.before, self.finite = op, Builder(op.location), {}
                op = with_regions(op, [with_ops(region, self.inside(region)) for region in op.regions])
                kept += self.before.ops
            elif op.name in ("if", "while"):
                op = with_regions(op, [with_ops(region, self.outside(region.ops)) for region in op.regions])
            kept.append(op)
        return kept

    def inside(self, region: Region) -> list[Op]:
        """The ops of a region in a loop."""
        made = {
            op: with_regions(op, [with_ops(r, self.inside(r)) for r in op.regions]) if op.name in ("for", "if") else op for op in region.ops
        }
        for op in region.ops:
            term = self.term(region, op) if op.name == "accumulate" and len(op.operands) == 2 else None
            if term is not None and term.tangents:
                b = Builder(op.location)
                moves = reduce(lambda x, y: b.op("or", x, y, name="go"), [self.moves(b, t) for t in term.tangents])
                known = [self.all_finite(x) for x in term.factors]
                go = reduce(lambda x, ok: b.op("or", x, b.op("not", ok), name="go"), known, moves)
                for inner in term.ops:
                    made.pop(inner)
                sides = Region((), (*self.with_own_zeros(term), op, Op("yield", ()))), Region((), (Op("yield", ()),))
                b.append(Op("if", (go,), (), {}, sides, op.location))
                made[op] = b.ops  # type: ignore[assignment]
        return [x for found in made.values() for x in (found if isinstance(found, list) else [found])]

    # Terms -----------------------------------------------------------------------------------------------------------

    def term(self, region: Region, end: Op) -> Term | None:
        """What `end` adds up, if it is linear in small tangents, made in the region for that alone, and may be made as late as there."""
        found = Term()
        if not self.linear(region, end.operands[0], found):
            return None
        place = {op: k for k, op in enumerate(region.ops)}
        found.ops = dict.fromkeys(sorted(found.ops, key=place.__getitem__))
        made = {op.result for op in found.ops}
        inner = Counter(v for op in (*found.ops, end) for v in op.operands)
        if not found.ops or any(self.uses[v] != inner[v] for v in made) or end.operands[1] in made:
            return None
        read = {self.effects.groups.of(v) for op in found.ops for v in op.operands if is_reference(v) and v not in made}
        between = (op for op in region.ops[place[next(iter(found.ops))] : place[end]] if op not in found.ops)
        return None if any(self.effects.written_by(op) & read for op in between) else found

    def linear(self, region: Region, value: Value, term: Term) -> bool:
        """Whether `value` is linear in small tangents; the ops that make it go to the `term`."""
        op = self.effects.definers.get(value)
        if op is None or op.regions or self.effects.place[op][0] is not region or not isinstance(value.type, ArrayType):
            return False
        if op.name == "add":
            parts = [v for v in op.operands if not self.is_zero(v)]
        elif "along" in op.attributes:
            parts = [op.operands[op.attributes["along"]]]
        elif op.name in ("neg", "copy") or definition(op.name).shares:
            parts = [op.operands[0]]
        else:
            return False
        term.ops[op] = None
        factors = (v for v in op.operands if v not in parts and (isinstance(v.type, ArrayType) or scalar_of(v.type).is_float))
        for factor in factors:
            if self.is_zero(factor) and op.name == "add":
                continue
            root = self.root(factor)
            if root is None:
                return False
            term.factors[root] = None
        for part in parts:
            if self.is_small(part) and "along" in op.attributes:
                term.tangents[part] = None
            elif not self.linear(region, part, term):
                return False
        return True

    def is_zero(self, v: Value) -> bool:
        """Whether a value is 0, or an array of zeros."""
        op = self.effects.definers.get(v)
        return self.constants.get(v) == 0.0 or (op is not None and op.name == "full" and self.constants.get(op.operands[0]) == 0.0)

    def is_small(self, v: Value) -> bool:
        """Whether a tangent is a number, or an array known to be small."""
        if not isinstance(v.type, ArrayType):
            return True
        numbers = [n for n in self.extents.of(v) if isinstance(n, int)]
        return len(numbers) == v.type.rank and prod(numbers) <= SMALL

    def root(self, v: Value) -> Value | None:
        """The array from outside the loop that `v` is a view of, if it stays as it is all the while."""
        loop = self.loop
        assert loop is not None
        while self.effects.inside(self.effects.home[v], loop.regions[0]):
            op = self.effects.definers.get(v)
            if op is None or not definition(op.name).shares:
                return None
            v = op.operands[0]
        if is_reference(v) and self.effects.groups.of(v) in self.effects.written_by(loop):
            return None
        return v

    def with_own_zeros(self, term: Term) -> list[Op]:
        """The ops of a term; arrays of zeros that are added, to give a part its shape, are made there."""
        kept: list[Op] = []
        for op in term.ops:
            env = {}
            for v in op.operands if op.name == "add" else ():
                if isinstance(v.type, ArrayType) and self.is_zero(v):
                    env[v] = Value(v.name, v.type)
                    kept.append(replace(self.effects.definers[v], results=(env[v],)))
            kept.append(renamed(op, env))
        return kept

    # Questions at run time -------------------------------------------------------------------------------------------

    def moves(self, b: Builder, tangent: Value) -> Value:
        """Whether a tangent is not 0 everywhere."""
        there = b.op("ne", tangent, b.constant(0.0, scalar_of(tangent.type), "zero"), name="moves")
        if not isinstance(tangent.type, ArrayType):
            return there
        return b.op("any", there, axes=tuple(range(tangent.type.rank)), keepdims=False, name="moves")

    def all_finite(self, x: Value) -> Value:
        """Whether a number, or all elements of an array are finite: found before the loop."""
        if x not in self.finite:
            b = self.before

            def test(inner: Builder, *at: Value) -> tuple[Value]:
                element = inner.op("load", x, *at) if at else x
                nothing = inner.op("sub", element, element)
                return (inner.op("eq", nothing, inner.constant(0.0, scalar_of(x.type), "zero"), name="finite"),)

            (self.finite[x],) = b.map_(b.dims(x), ("all",), test, names=("finite",)) if isinstance(x.type, ArrayType) else test(b)
        return self.finite[x]
