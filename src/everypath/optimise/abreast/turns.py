"""The operations of all turns of one loop, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...analysis.alias import is_reference
from ...ir.build import Builder
from ...ir.op import DEFINITIONS, definition
from ...ir.program import Op, Region, Value
from ...ir.types import ArrayType, ScalarType, scalar_of
from ..rewriting import may_raise
from .places import Place, Places, Side, Stays

SAFE = frozenset("constant dim load view check index transpose".split())
"""What may be done once for all turns, besides arithmetic."""


class Turns(Places):
    """Writes them."""

    def made(self) -> list[Op]:
        """The operations that stand for the loop."""
        for op in self.region.ops[:-1]:
            self.op(op)
        if not self.gains:
            raise Stays
        self.apart()
        if self.noticed or (self.limits and not self.facts.given.isdisjoint(self.written)):
            raise Stays
        if self.limits:
            self.check_the_first_that_fails()
        whole = used([*self.first.ops, *self.later.ops, *self.b.ops])
        if not any(o.name == "load" for o in whole):
            return whole
        b = Builder(self.loop.location)
        sides = (Region((), (*whole, Op("yield"))), Region((), (Op("yield"),)))
        some = b.op("lt", self.lo, self.hi, name="some")
        b.emit("if", some, names=(), types=(), regions=sides)
        return b.ops

    def apart(self) -> None:
        """No turn may touch what another writes, unless both add."""
        for group in self.written:
            if any(v in self.born for v in self.flow.groups.members.get(group, (group,))):
                raise Stays
            used = [(place, how) for g, place, how in self.used if g is group]
            places = {place for place, _ in used}
            if all(how == "sum" for _, how in used) and group not in self.flow.memory:
                continue
            if len(places) != 1 or next(iter(places)).axis is None or any(how == "sum" for _, how in used):
                raise Stays

    # Operations ------------------------------------------------------------------------------------------------------

    def op(self, op: Op) -> None:
        """Write `op` for all turns."""
        self.facts.define(op)
        for v in op.operands:
            if is_reference(v) and v in self.places and self.places[v].axis is not None and v not in self.sides:
                raise Stays
        if self.counts(op):
            return
        if DEFINITIONS[op.name].writes is not None:
            self.write(op)
            self.changed = self.changed or self.flow.groups.of(op.operands[1]) in self.facts.given
        elif all(self.fixed(v) for v in op.operands):
            self.once(op)
        elif op.name in ("load", "view"):
            self.own(op) if op.operands[0] not in self.sides else self.seen(op)
        elif op.name == "dim":
            side, axis = self.sides[op.operands[0]], op.attributes["axis"]
            known = side.dims[axis] if len(side.dims) == side.rank else None
            self.env[op.result] = known or self.b.op("dim", side.value, axis=axis + (not self.last))
            if known is None:
                self.in_body.add(self.env[op.result])
        elif op.name == "matmul":
            self.product(op)
        elif DEFINITIONS[op.name].family == "elementwise" and len(op.results) == 1 and op.name != "index":
            self.elementwise(op)
        else:
            raise Stays

    def once(self, op: Op) -> None:
        """What is the same in all turns."""
        known = DEFINITIONS[op.name]
        if op.name in ("alloc", "full", "copy") or (known.family not in ("elementwise", "linear") and op.name not in SAFE):
            raise Stays
        plain = op.name in ("dim", "check") or (known.family == "elementwise" and all(isinstance(v.type, ScalarType) for v in op.operands))
        b = self.first if plain and not any(self.now(v) in self.in_body for v in op.operands) else self.b
        if op.name == "check" or (op.name == "index" and op.attributes.get("checked", True)):
            if b is self.b:
                raise Stays
            now = [self.now(v) for v in op.operands]
            if op.name == "check":
                self.require(b, now[0], now[1:], op.attributes["error"], op.attributes["message"], op)
                return
            if not self.ranges.non_negative(op.operands[0]):
                raise Stays
            self.require_in_range(b, now[0], now[1], op)
            self.env[op.result] = now[0]
            return
        if op.attributes.get("overflow") == "raise" or (known.family == "elementwise" and may_raise(op)):
            raise Stays
        if known.shares:
            self.places[op.results[0]] = self.places.get(op.operands[0], Place(op.operands[0]))
        elif op.name != "dim":
            for v in op.operands:
                self.note(v, "read")
            self.born.update(v for v in op.results if is_reference(v))
        results = tuple(Value(v.name, v.type) for v in op.results)
        b.append(replace(op, operands=tuple(self.now(v) for v in op.operands), results=results))
        self.env.update(zip(op.results, results, strict=True))
        if b is self.b:
            self.in_body.update(results)

    def own(self, op: Op) -> None:
        """A load or a view at the turn's own place."""
        array, *numbers = op.operands
        letters = op.attributes["axes"] if op.name == "view" else "i" * len(numbers)
        if not self.fixed(array) or array in self.born:
            raise Stays
        place, view = self.beside(array, letters, numbers)
        if op.name == "view":
            self.places[op.result] = place
            self.sides[op.result] = Side(view, len(letters.replace("i", "")), self.extents_of(array, letters, numbers))
            return
        self.used.append((self.flow.groups.of(array), place, "read"))
        position = self.region.ops.index(op)
        if any(self.writes(o, array) for o in self.region.ops[position:]):
            view = self.b.op("copy", view, name=op.result.name)
        self.sides[op.result] = Side(view, 0)

    def seen(self, op: Op) -> None:
        """A view of a view, or an element of one, at places that all turns share."""
        array, *numbers = op.operands
        side = self.sides[array]
        if side.outer or not all(self.fixed(v) for v in numbers) or (op.name == "load" and array not in self.places):
            raise Stays
        letters = op.attributes["axes"] if op.name == "view" else "i" * len(numbers)
        letters = letters + "a" if self.last else "a" + letters
        view = self.b.op("view", side.value, *(self.now(v) for v in numbers), axes=letters, name=op.result.name)
        if array in self.places:
            self.places[op.result] = self.places[array]
        else:
            self.born.add(op.result)
        if op.name == "load":
            self.note(array, "read")
            view = self.b.op("copy", view, name=op.result.name)
        self.sides[op.result] = Side(view, len(letters.replace("i", "")) - 1)

    def writes(self, op: Op, array: Value) -> bool:
        k = definition(op.name).writes
        return k is not None and self.flow.groups.same(op.operands[k], array)

    def elementwise(self, op: Op) -> None:
        if op.attributes.get("overflow") == "raise" or DEFINITIONS[op.name].may_raise:
            raise Stays
        rank = max(self.rank(v) for v in op.operands)
        for v in op.operands:
            self.note(v, "read")
        whole = [self.sides[v] for v in op.operands if v in self.sides and self.sides[v].rank]
        vectors = [v for v in op.operands if self.rank(v)]
        if len(vectors) > 1:
            self.check_extents(vectors, op)
        hints = {} if rank > 1 else {"spare": True}
        value = self.b.op(op.name, *(self.aligned(v, rank) for v in op.operands), name=op.result.name, **op.attributes, **hints)
        self.sides[op.result] = Side(value, rank, self.common(vectors), outer=rank > 0 and all(side.outer for side in whole))
        self.born.add(op.result)

    def product(self, op: Op) -> None:
        """A product of a vector of each turn's own with what all turns share is a product of matrices."""
        a, b = op.operands
        if self.flow.decided(op.result) or not isinstance(a.type, ArrayType) or not a.type.dtype.is_float:
            raise Stays
        for v in op.operands:
            self.note(v, "read")
        own, shared = (a, b) if a in self.sides else (b, a)
        if shared in self.sides or self.sides[own].rank != 1 or self.sides[own].outer:
            raise Stays
        x, y = self.sides[own].value, self.now(shared)
        if self.rank(shared) == 2 and own is a:  # x Y of each turn: rows of X Y
            y = self.b.op("transpose", y, axes=(1, 0), name=y.name) if self.last else y
        elif self.rank(shared) == 2:
            y = y if self.last else self.b.op("transpose", y, axes=(1, 0), name=y.name)
        value = self.b.op("matmul", *((y, x) if self.last else (x, y)), name=op.result.name)
        axis = 1 if own is a else 0
        self.sides[op.result] = Side(value, self.rank(shared) - 1, self.dims(shared)[axis : axis + 1] if self.rank(shared) == 2 else ())
        self.born.add(op.result)
        self.gains = True

    # Writing ---------------------------------------------------------------------------------------------------------

    def write(self, op: Op) -> None:
        if op.name not in ("store", "fill", "assign", "accumulate"):
            raise Stays
        v, target, *indices = op.operands
        self.note(v, "read")
        if is_reference(v) and v not in self.born and self.flow.groups.same(v, target):
            raise Stays
        if not any(i in self.counting for i in indices) and target not in self.sides:
            self.add_up(op)
            return
        if indices and target in self.sides:
            raise Stays
        if indices:
            place, view = self.beside(target, "i" * len(indices), indices)
            rank = 0
        else:
            place, view, rank = self.places.get(target) or refuse(), self.sides[target].value, self.sides[target].rank
        how = "add" if op.name == "accumulate" else "write"
        self.used.append((self.flow.groups.of(target), place, how))
        if self.rank(v) > rank:
            raise Stays
        value = self.aligned(v, rank)
        name = "accumulate" if how == "add" else "assign" if isinstance(value.type, ArrayType) else "fill"
        self.b.do(name, value, view, **{k: x for k, x in op.attributes.items() if k == "relaxed"})

    def add_up(self, op: Op) -> None:
        """What all turns add to one place."""
        v, target, *indices = op.operands
        if op.name != "accumulate" or v not in self.sides or not all(self.fixed(x) for x in (target, *indices)):
            raise Stays
        if target in self.born or not scalar_of(target.type).is_float or self.flow.groups.of(target) in self.flow.memory:
            raise Stays
        self.note(target, "sum")
        for term, negative in self.terms(v, False):
            total = self.total(term)
            total = self.b.op("neg", total, name=v.name) if negative else total
            self.b.do("accumulate", total, self.now(target), *(self.now(i) for i in indices))

    def terms(self, v: Value, negative: bool) -> list[tuple[Value, bool]]:
        """What `v` is the sum of, and what is taken from it."""
        op = self.definers.get(v)
        if op is not None and op.name in ("add", "sub", "neg"):
            if all(x in self.sides and self.rank(x) == self.rank(v) for x in op.operands):
                turned = [negative != (op.name == "neg" or (op.name == "sub" and k == 1)) for k in range(len(op.operands))]
                return [term for x, sign in zip(op.operands, turned, strict=True) for term in self.terms(x, sign)]
        return [(v, negative)]

    def total(self, v: Value) -> Value:
        """The sum of `v` over the turns."""
        op, side = self.definers.get(v), self.sides[v]
        if op is not None and op.name == "mul" and side.rank == 1:
            number, vector = sorted(op.operands, key=self.rank)
            if self.rank(number) == 0 and number in self.sides and vector in self.sides:
                self.gains = True
                x, y = self.sides[vector].value, self.sides[number].value
                return self.b.op("matmul", *((x, y) if self.last else (y, x)), name=v.name)
            if self.rank(number) == 0 and vector in self.sides:
                return self.b.op("mul", self.now(number), self.total(vector), name=v.name)
            if self.rank(number) == 0 and number in self.sides:
                return self.b.op("mul", self.total(number), self.now(vector), name=v.name)
        axis = side.rank if self.last else 0
        return self.b.op("sum", side.value, axes=(axis,), keepdims=False, name=v.name)


def used(ops: Sequence[Op]) -> list[Op]:
    """The ops without arithmetic and views of which nothing is used: where it could fail, it would have where it was used."""
    kept: list[Op] = []
    wanted: set[Value] = set()
    for op in reversed(ops):
        idle = DEFINITIONS[op.name].family == "elementwise" or op.name in ("view", "transpose", "copy")
        if idle and op.name != "index" and wanted.isdisjoint(op.results):
            continue
        kept.append(op)
        wanted.update(op.operands)
    return kept[::-1]


def refuse() -> Place:
    raise Stays
