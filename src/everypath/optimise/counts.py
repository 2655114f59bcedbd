"""Integers as formulas of what a function is given: which extents must be equal so that two arrays have one shape.

    n = dim a, 0; k = max(n - 2, 0)     m = dim b, 0; l = max(m - 2, 0)     k and l are equal where n and m are
    n = dim a, 0                        m = dim b, 0; l = max(m - 1, 0)     … where m is n + 1 and m - 1 is not negative
    n = dim a, 0; k = n - min(i, n)     m = dim b, 0; l = m - i             … where n is m, if a slice from i on lies within a

A formula is only a guess of what would be good to know (numbers of 64 bits wrap, formulas do not): whoever uses one tests it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..ir.build import Builder
from ..ir.program import Op, Value
from ..ir.types import I64, ArrayType
from ..unchanging import plain_value
from .extents import Extent, Known

Leaf = Value | tuple[Value, int]
"""An i64 value, or (array, axis): what the array has there."""


@plain_value
class Bound:
    """The smaller ("minimum") or the larger ("maximum") of two formulas."""

    name: str
    one: Formula
    other: Formula


Atom = Leaf | Bound


@dataclass(frozen=True)
class Formula:
    """A sum of atoms, each so and so often, and a number."""

    terms: Mapping[Atom, int]
    number: int = 0

    def __hash__(self) -> int:
        return hash((frozenset(self.terms.items()), self.number))

    def plus(self, other: Formula, times: int = 1) -> Formula:
        """self + other · times."""
        terms = dict(self.terms)
        for atom, often in other.terms.items():
            terms[atom] = terms.get(atom, 0) + often * times
        return Formula({atom: often for atom, often in terms.items() if often}, self.number + other.number * times)

    def with_atoms(self, change: Callable[[Atom], Formula]) -> Formula:
        """Every atom replaced by a formula."""
        result = number(self.number)
        for atom, often in self.terms.items():
            result = result.plus(change(atom), often)
        return result

    def with_side(self, bound: Bound, side: Formula) -> Formula:
        """What it is where `side` is the one that `bound` takes."""
        return self.plus(Formula({bound: 1}), -self.terms[bound]).plus(side, self.terms[bound])

    def leaves(self) -> set[Leaf]:
        found: set[Leaf] = set()
        for atom in self.terms:
            found |= atom.one.leaves() | atom.other.leaves() if isinstance(atom, Bound) else {atom}
        return found


def number(value: int) -> Formula:
    return Formula({}, value)


ONE = number(1)


def bounded(name: str, one: Formula, other: Formula) -> Formula:
    """The minimum or the maximum of two formulas."""
    if one == other:
        return one
    if not one.terms and not other.terms:
        return number(min(one.number, other.number) if name == "minimum" else max(one.number, other.number))
    return Formula({Bound(name, one, other): 1})


@dataclass
class Wishes:
    """What would have to hold: leaves that are formulas of others, and formulas that are at most others."""

    equal: dict[Leaf, Formula] = field(default_factory=dict)
    at_most: dict[tuple[Formula, Formula], None] = field(default_factory=dict)

    def rewritten(self, formula: Formula) -> Formula:
        """`formula` if all of it held."""

        def change(atom: Atom) -> Formula:
            if not isinstance(atom, Bound):
                return self.equal.get(atom, Formula({atom: 1}))
            one, other = self.rewritten(atom.one), self.rewritten(atom.other)
            if atom.name == "minimum":
                return one if (one, other) in self.at_most else other if (other, one) in self.at_most else bounded("minimum", one, other)
            return other if (one, other) in self.at_most else one if (other, one) in self.at_most else bounded("maximum", one, other)

        return formula.with_atoms(change)

    def wish(self, leaf: Leaf, formula: Formula) -> None:
        """`leaf` shall be `formula`."""
        more = Wishes({leaf: formula})
        self.equal = {name: more.rewritten(old) for name, old in self.equal.items()} | {leaf: formula}
        self.settle()

    def settle(self) -> None:
        """Write each wish as it is if the others hold."""
        self.at_most = {(self.rewritten(low), self.rewritten(high)): None for low, high in self.at_most}

    def unify(self, one: Formula, other: Formula, given: Callable[[Leaf], bool]) -> bool:
        """Wish what makes both formulas equal, or one of them 1, if that can be asked of what is `given`."""
        one, other = self.rewritten(one), self.rewritten(other)
        if ONE in (one, other):
            return True
        rest = one.plus(other, -1)
        if not rest.terms:
            return rest.number == 0
        solved = solution(rest, given)
        if solved is not None:
            self.wish(*solved)
            return True
        bounds = [atom for atom in rest.terms if isinstance(atom, Bound)]
        if len(bounds) == len(rest.terms) == 2 and rest.number == 0 and sum(rest.terms.values()) == 0:
            a, b = bounds
            if a.name == b.name and self.unify(a.one, b.one, given) and self.unify(a.other, b.other, given):
                return True
        for atom in bounds:
            if all(given(leaf) for leaf in atom.one.leaves() | atom.other.leaves()):
                low, high = (atom.one, atom.other) if atom.name == "minimum" else (atom.other, atom.one)
                self.at_most[low, high] = None
                self.settle()
                return self.unify(one, other, given)
        likely = (solution(rest.with_side(atom, side), given) for atom in bounds for side in (atom.one, atom.other))
        solved = next((found for found in likely if found is not None), None)
        if solved is not None:
            self.wish(*solved)
        return solved is not None


def solution(rest: Formula, given: Callable[[Leaf], bool]) -> tuple[Leaf, Formula] | None:
    """A leaf, and the formula of another leaf that it must be so that `rest` is 0. An extent is not wished to be 1, or less."""
    if not 0 < len(rest.terms) <= 2 or not all(
        often in (1, -1) and not isinstance(atom, Bound) and given(atom) for atom, often in rest.terms.items()
    ):
        return None
    *others, (leaf, often) = sorted(rest.terms.items(), key=lambda term: isinstance(term[0], tuple))
    assert not isinstance(leaf, Bound)
    formula = Formula({atom: -often * times for atom, times in others}, -often * rest.number)
    if (not others and formula.number < 2) or any(times < 0 for times in formula.terms.values()):
        return None
    return leaf, formula


class Formulas:
    """The formulas of the integers of a function, and of the extents of its arrays."""

    def __init__(self, constants: Mapping[Value, int]) -> None:
        self.extents = Known(constants, {})
        self.known: dict[Value, Formula] = {}
        self.shapes: dict[Value, tuple[Formula, ...]] = {}

    def of(self, value: Value) -> Formula:
        found = self.known.get(value)
        return Formula({value: 1}) if found is None else found

    def extent(self, extent: Extent) -> Formula:
        if isinstance(extent, int):
            return number(extent)
        if isinstance(extent, Value):
            return self.of(extent)
        array, axis = extent
        return self.shapes[array][axis] if array in self.shapes else Formula({extent: 1})

    def shape(self, array: Value) -> tuple[Formula, ...]:
        """The extents of `array`."""
        return tuple(map(self.extent, self.extents.of(array)))

    def define(self, op: Op) -> None:
        """Learn what `op` makes."""
        self.extents.define(op)
        if len(op.results) != 1 or op.result.type != I64 or any(isinstance(v.type, ArrayType) for v in op.operands if op.name != "dim"):
            return
        if op.name == "constant":
            self.known[op.result] = number(int(op.attributes["value"]))
        elif op.name == "dim":
            self.known[op.result] = self.shape(op.operands[0])[op.attributes["axis"]]
        elif op.name in ("add", "sub"):
            one, other = map(self.of, op.operands)
            self.known[op.result] = one.plus(other, 1 if op.name == "add" else -1)
        elif op.name in ("minimum", "maximum"):
            self.known[op.result] = bounded(op.name, *map(self.of, op.operands))


def emitted(b: Builder, formula: Formula, leaf: Callable[[Leaf], Value]) -> Value:
    """The ops that compute `formula`."""
    total: Value | None = None
    for atom, often in formula.terms.items():
        if isinstance(atom, Bound):
            value = b.op(atom.name, emitted(b, atom.one, leaf), emitted(b, atom.other, leaf), name="bound")
        else:
            value = leaf(atom)
        value = value if often == 1 else b.op("mul", value, b.i64(often), name="times")
        total = value if total is None else b.op("add", total, value, name="extent")
    if total is None or formula.number:
        constant = b.i64(formula.number, "extent")
        total = constant if total is None else b.op("add", total, constant, name="extent")
    return total
