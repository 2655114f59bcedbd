"""What a loop carries that its turns only add to, set to one value, or take the extreme of: then they may run in any order, and be
combined afterwards.

for i in range(n): s += f(x[i])                 a sum
for i in range(n): s -= f(x[i])                 a sum
for i in range(n): if x[i] > 0: count += 1      a sum of integers
for i in range(n): if x[i] < 0: found = True    a flag
for i in range(n): best = max(best, f(x[i]))    an extreme
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Literal, get_args

from ..ir.program import Op, Region, Value
from ..ir.types import BOOL, ScalarType, is_float
from ..ir.walk import ops_in

Extreme = Literal["larger", "smaller", "maximum", "minimum"]
EXTREMES: tuple[Extreme, ...] = get_args(Extreme)

Combination = Literal["sum", "all", "any"] | Extreme
"""How what two blocks of turns have found becomes one: by addition, `and`, `or`, or the op that takes the extreme of both."""

Step = Callable[[Op, Value], int | None]
"""(op, start) -> how often `start` is used on the ways to the op through steps of one kind, or None."""

STEP = 1024
START = 2**61
"""Counting by no more than STEP from no more than START meets no bound of 64 bits in a lifetime."""


def combinations(
    region: Region, arguments: Sequence[Value], starts: Sequence[Value], constants: Mapping[Value, object]
) -> tuple[Combination, ...] | None:
    """How each of the values that a loop carries is combined, None where one of them is read on the way, or depends on its last value."""
    turn = _Turn(region, constants)
    found = [turn.combination(*of_one) for of_one in zip(arguments, region.yielded, starts, strict=True)]
    known = tuple(c for c in found if c is not None)
    return known if len(known) == len(found) else None


class _Turn:
    """Questions about what one turn does with what it is given."""

    def __init__(self, region: Region, constants: Mapping[Value, object]) -> None:
        self.constants = constants
        self.uses = Counter(v for op in ops_in(region) for v in op.operands)
        self.definers = {v: op for op in ops_in(region) for v in op.results}

    def combination(self, argument: Value, end: Value, start: Value) -> Combination | None:
        if argument.type == BOOL:
            said: set[bool] = set()
            if self.passed_on(argument, end, said) != self.uses[argument] or len(said) > 1:
                return None
            return "any" if True in said else "all"
        if not isinstance(argument.type, ScalarType):
            return None
        small = isinstance(first := self.constants.get(start), int) and abs(first) <= START
        if self.only(argument, end, partial(self.through_addition, small=small)):
            return "sum"
        ways = (how for how in EXTREMES if self.only(argument, end, partial(self.through_extreme, how=how)))
        return next(ways, None)

    # Sums and extremes -----------------------------------------------------------------------------------------------

    def only(self, argument: Value, end: Value, through: Step) -> bool:
        """Whether `end` is `argument` after steps of one kind, and nothing else is made of it."""
        return self.on_the_way(argument, end, through) == self.uses[argument]

    def on_the_way(self, start: Value, end: Value, through: Step) -> int | None:
        """How often `start` is used on the ways to `end`, if these are steps of one kind; else None."""
        if end is start:
            return 1
        op = self.definers.get(end)
        if op is None or self.uses[end] != 1:
            return None
        if op.name not in ("for", "if"):
            return through(op, start)
        k = op.results.index(end)
        if op.name == "if":
            sides = [self.on_the_way(start, side.yielded[k], through) for side in op.regions]
            return through(op, start) if None in sides else sum(n for n in sides if n is not None)
        (inner,) = op.regions
        kept = self.only(inner.arguments[1 + k], inner.yielded[k], through)
        return self.on_the_way(start, op.operands[3 + k], through) if kept else None

    def through_addition(self, op: Op, start: Value, small: bool) -> int | None:
        """A step that adds a term, or takes it away. From a `small` start integers may count."""
        if op.name not in ("add", "sub"):
            return None
        again = partial(self.through_addition, small=small)
        left, right = op.operands
        ways = [(left, right)] if op.name == "sub" else [(left, right), (right, left)]
        found = [n for way, term in ways if self.may_wait(op, term, small) and (n := self.on_the_way(start, way, again)) is not None]
        return found[0] if len(found) == 1 else None

    def through_extreme(self, op: Op, start: Value, how: Extreme) -> int | None:
        """A step to another number only where that one wins: of equals the first stays, and so it does among blocks."""
        if op.name == how:
            return self.on_the_way(start, op.operands[0], partial(self.through_extreme, how=how))
        return 2 if self.where_it_wins(op, start, how) else None

    def where_it_wins(self, op: Op, start: Value, how: Extreme) -> bool:
        """Whether an op is `new if new > start else start`, or the same with <, and decides nothing else."""
        if op.name == "select":
            condition, new, old = op.operands
        elif op.name == "if" and len(op.results) == 1 and all(len(side.ops) == 1 for side in op.regions):
            condition, (new, old) = op.operands[0], (side.yielded[0] for side in op.regions)
        else:
            return False
        test = self.definers.get(condition)
        if test is None or self.uses[condition] != 1 or old is not start:
            return False
        greater = {"gt": (new, start), "lt": (start, new)} if how == "larger" else {"lt": (new, start), "gt": (start, new)}
        return how in ("larger", "smaller") and test.operands == greater.get(test.name)

    def may_wait(self, op: Op, term: Value, small: bool) -> bool:
        """Whether the term may be added to others first: to no other digits that anything is decided by, and without an overflow."""
        if is_float(op.result.type):
            return bool(op.attributes.get("relaxed"))
        if op.attributes.get("overflow") is None:
            return True
        number = self.constants.get(term)
        return small and isinstance(number, int) and abs(number) <= STEP

    # Flags -----------------------------------------------------------------------------------------------------------

    def passed_on(self, flag: Value, end: Value, said: set[bool]) -> int | None:
        """How often `flag` is used on the ways to `end`, if each gives it back or says one constant, which is noted; else None."""
        if end is flag:
            return 1
        if isinstance(known := self.constants.get(end), bool):
            said.add(known)
            return 0
        op = self.definers.get(end)
        if op is None or op.name not in ("for", "if", "and", "or") or self.uses[end] != 1:
            return None
        if op.name in ("and", "or"):
            said.add(op.name == "or")
            ways = [n for v in op.operands if (n := self.passed_on(flag, v, said)) is not None]
            return ways[0] if len(ways) == 1 else None
        k = op.results.index(end)
        if op.name == "for":
            (inner,) = op.regions
            kept = self.passed_on(inner.arguments[1 + k], inner.yielded[k], said) == self.uses[inner.arguments[1 + k]]
            return self.passed_on(flag, op.operands[3 + k], said) if kept else None
        sides = [self.passed_on(flag, side.yielded[k], said) for side in op.regions]
        return None if None in sides else sum(n for n in sides if n is not None)
