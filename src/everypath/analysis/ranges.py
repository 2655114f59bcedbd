"""What is known of integers: bounds by numbers, and bounds by other values.

    for i in range(1, n):      1 <= i <= n - 1
        j = i - 1              0 <= j <= n - 2, so `index j, n` is j

Facts are gathered on one walk down a function (`define`); those of a region end with it (`inside`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..ir.program import Op, Value
from ..ir.types import I64

Affine = tuple[Value | None, int]
"""base + offset; a plain number where the base is None."""

SMALLEST, LARGEST = -(2**63), 2**63 - 1
LONGEST = 2**47 - 1
"""No array extent and no list is longer: addresses have 47 bits."""
DEEPEST = 5
"""How many bounds by other values one proof may follow."""
NEGATED = {"lt": "ge", "le": "gt", "gt": "le", "ge": "lt", "eq": "ne", "ne": "eq"}


class Ranges:
    """Facts about the i64 values seen so far."""

    def __init__(self) -> None:
        self.intervals: dict[Value, tuple[int, int]] = {}
        self.forms: dict[Value, Affine] = {}
        self.above: dict[Value, tuple[Affine, ...]] = {}
        self.below: dict[Value, tuple[Affine, ...]] = {}
        self.differences: dict[Value, tuple[Value, Value]] = {}
        self.conditions: dict[Value, Op] = {}
        self.undo: list[tuple[dict[Value, object], Value, object]] = []

    # Facts -----------------------------------------------------------------------------------------------------------

    def mark(self) -> int:
        """A place to which `release` returns."""
        return len(self.undo)

    def release(self, mark: int) -> None:
        """Forget everything learnt since `mark`."""
        while len(self.undo) > mark:
            table, value, old = self.undo.pop()
            if old is None:
                del table[value]
            else:
                table[value] = old

    def put(self, table: dict[Value, object], value: Value, fact: object) -> None:
        self.undo.append((table, value, table.get(value)))
        table[value] = fact

    def bound(self, value: Value, low: int, high: int) -> None:
        """low <= value <= high."""
        old_low, old_high = self.interval(value)
        self.put(self.intervals, value, (max(low, old_low), min(high, old_high)))  # type: ignore[arg-type]

    def at_most(self, value: Value, limit: Affine) -> None:
        """value <= limit."""
        base, offset = self.form(value)
        if base is None:
            return
        limit = (limit[0], limit[1] - offset)
        self.put(self.above, base, (*self.above.get(base, ()), limit))  # type: ignore[arg-type]
        self.bound(base, SMALLEST, self.numbers(limit)[1])

    def at_least(self, value: Value, limit: Affine) -> None:
        """value >= limit."""
        base, offset = self.form(value)
        if base is None:
            return
        limit = (limit[0], limit[1] - offset)
        self.put(self.below, base, (*self.below.get(base, ()), limit))  # type: ignore[arg-type]
        self.bound(base, self.numbers(limit)[0], LARGEST)

    def at_most_less(self, total: Value, one: Value, other: Value) -> None:
        """`total` is one + other: where one <= x - other + k, it is <= x + k."""
        base, offset = self.form(one)
        for limit, further in self.above.get(base, ()) if base is not None else ():
            minuend, subtrahend = self.differences.get(limit, (None, None)) if limit is not None else (None, None)
            if minuend is not None and subtrahend is not None and self.form(subtrahend) == self.form(other):
                start, more = self.form(minuend)
                self.at_most(total, (start, more + offset + further))

    # Questions -------------------------------------------------------------------------------------------------------

    def interval(self, value: Value) -> tuple[int, int]:
        """Numbers that enclose `value`."""
        low, high = self.intervals.get(value, (SMALLEST, LARGEST))
        base, offset = self.forms.get(value, (value, 0))
        if base is value:
            return low, high
        base_low, base_high = self.numbers((base, offset))
        return max(low, base_low), min(high, base_high)

    def numbers(self, affine: Affine) -> tuple[int, int]:
        """Numbers that enclose base + offset, as exact mathematics."""
        base, offset = affine
        if base is None:
            return offset, offset
        low, high = self.interval(base)
        return low + offset, high + offset

    def form(self, value: Value) -> Affine:
        return self.forms.get(value, (value, 0))

    def constant(self, value: Value) -> int | None:
        low, high = self.interval(value)
        return low if low == high else None

    def less_equal(self, a: Affine, b: Affine, depth: int = DEEPEST) -> bool:
        """Whether a <= b is proved."""
        if a[0] is b[0]:
            return a[1] <= b[1]
        if self.numbers(a)[1] <= self.numbers(b)[0]:
            return True
        if depth == 0:
            return False
        if a[0] is not None:
            for base, offset in self.above.get(a[0], ()):
                if self.less_equal((base, offset + a[1]), b, depth - 1):
                    return True
        if b[0] is not None:
            for base, offset in self.below.get(b[0], ()):
                if self.less_equal(a, (base, offset + b[1]), depth - 1):
                    return True
        return False

    def non_negative(self, value: Value) -> bool:
        return self.interval(value)[0] >= 0 or self.less_equal((None, 0), self.form(value))

    def less(self, a: Value, b: Value) -> bool:
        """Whether a < b is proved."""
        base, offset = self.form(a)
        return self.less_equal((base, offset + 1), self.form(b))

    def in_range(self, i: Value, n: Value) -> bool:
        """Whether 0 <= i < n is proved."""
        return self.non_negative(i) and self.less(i, n)

    def fits(self, op: Op) -> bool:
        """Whether the exact result of an integer `add`, `sub`, `mul`, `neg` or `abs` is proved to fit in 64 bits."""
        low, high = self.exact(op)
        return low >= SMALLEST and high <= LARGEST

    def exact(self, op: Op) -> tuple[int, int]:
        """Numbers that enclose the result of integer arithmetic, as exact mathematics."""
        bounds = [self.interval(v) for v in op.operands]
        (a, b) = bounds[0]
        if op.name == "neg":
            return -b, -a
        if op.name == "abs":
            return (0 if a <= 0 <= b else min(abs(a), abs(b))), max(abs(a), abs(b))
        if op.name in ("add", "sub", "mul"):
            c, d = bounds[1]
            if op.name == "add":
                return a + c, b + d
            if op.name == "sub":
                low = 0 if self.less_equal(self.form(op.operands[1]), self.form(op.operands[0])) else a - d
                return max(low, a - d), b - c
            corners = (a * c, a * d, b * c, b * d)
            return min(corners), max(corners)
        return SMALLEST - 1, LARGEST + 1

    def sum(self, op: Op) -> Affine:
        """An integer `add` or `sub` whose exact result fits, as one value and a number: at worst, its own result."""
        (a, m), (b, n) = (self.form(v) for v in op.operands)
        if b is None:
            return a, m + n if op.name == "add" else m - n
        if op.name == "sub":
            return (None, m - n) if a is b else (op.result, 0)
        return (b, m + n) if a is None else (op.result, 0)

    # Learning --------------------------------------------------------------------------------------------------------

    def define(self, op: Op) -> None:
        """Learn what `op` says about its result. Ops with regions say nothing here."""
        rule = RULES.get(op.name)
        if rule is not None and op.results and op.results[0].type == I64:
            rule(self, op, op.results[0])
        elif op.name in NEGATED or op.name in ("and", "or", "not"):
            self.conditions[op.results[0]] = op

    @contextmanager
    def inside(self, op: Op, position: int) -> Iterator[None]:
        """What holds inside a region of `op`, and is forgotten after it."""
        mark = self.mark()
        if op.name == "for":
            self.enter_loop(op)
        elif op.name == "while":
            self.enter_while(op)
        elif op.name == "if":
            self.assume(op.operands[0], position == 0)
        elif op.name == "map":
            for variable, extent in zip(op.regions[0].arguments, op.operands, strict=True):
                base, offset = self.form(extent)
                self.at_least(variable, (None, 0))
                self.at_most(variable, (base, offset - 1))
        yield
        self.release(mark)

    def enter_loop(self, op: Op) -> None:
        """The variable of the `for` loop `op` lies between its bounds."""
        lo, hi, step = op.operands[:3]
        variable = op.regions[0].arguments[0]
        low, high = self.interval(step)
        if low > 0:
            self.at_least(variable, self.form(lo))
            base, offset = self.form(hi)
            self.at_most(variable, (base, offset - 1))
        elif high < 0:
            self.at_most(variable, self.form(lo))
            base, offset = self.form(hi)
            self.at_least(variable, (base, offset + 1))

    def enter_while(self, op: Op) -> None:
        """What is compared before the first turn as after every other holds in all turns: in `while i < n and …`, i < n."""
        (region,) = op.regions
        inits, again = op.operands[1:], region.yielded[1:]
        made = {v: inner for inner in region.ops for v in inner.results}
        known = [(o.name, *map(self.form, o.operands)) for o in conjuncts(op.operands[0], self.conditions)]
        for test in conjuncts(region.yielded[0], made):
            for k, argument in enumerate(region.arguments):
                if argument.type != I64 or again[k] not in test.operands or test.name not in NEGATED:
                    continue
                here = tuple(argument if v is again[k] else v for v in test.operands)
                first = (test.name, *(self.form(inits[k] if v is again[k] else v) for v in test.operands))
                if first in known and not any(v in made for v in here):
                    self.compare(test.name, *here)

    def assume(self, condition: Value, holds: bool) -> None:
        """Inside a branch: `condition` is `holds`."""
        op = self.conditions.get(condition)
        if op is None:
            return
        if op.name == "not":
            self.assume(op.operands[0], not holds)
        elif op.name in ("and", "or"):
            if holds == (op.name == "and"):
                for operand in op.operands:
                    self.assume(operand, holds)
        elif op.operands[0].type == I64:
            self.compare(op.name if holds else NEGATED[op.name], *op.operands)

    def compare(self, name: str, a: Value, b: Value) -> None:
        if name in ("gt", "ge"):
            name, a, b = ("lt" if name == "gt" else "le"), b, a
        gap = 1 if name == "lt" else 0
        if name in ("lt", "le", "eq"):
            base, offset = self.form(b)
            self.at_most(a, (base, offset - gap))
            base, offset = self.form(a)
            self.at_least(b, (base, offset + gap))
        if name == "eq":
            self.at_most(b, self.form(a))
            self.at_least(a, self.form(b))


def conjuncts(condition: Value, made: dict[Value, Op]) -> list[Op]:
    """The comparisons that all hold where a condition does, of the ops that `made` them."""
    op = made.get(condition)
    if op is None:
        return []
    return [op] if op.name != "and" else [one for operand in op.operands for one in conjuncts(operand, made)]


def _constant(facts: Ranges, op: Op, result: Value) -> None:
    value = int(op.attributes["value"])
    facts.put(facts.forms, result, (None, value))  # type: ignore[arg-type]
    facts.bound(result, value, value)


def _extent(facts: Ranges, op: Op, result: Value) -> None:
    facts.bound(result, 0, LONGEST)


def _arithmetic(facts: Ranges, op: Op, result: Value) -> None:
    low, high = facts.exact(op)
    exact = low >= SMALLEST and high <= LARGEST
    if not exact and op.attributes.get("overflow", "wrap") == "wrap":
        return
    facts.bound(result, max(low, SMALLEST), min(high, LARGEST))
    if op.name not in ("add", "sub"):
        return
    form = facts.sum(op)
    if form[0] is not result:
        facts.put(facts.forms, result, form)  # type: ignore[arg-type]
        return
    one, other = op.operands
    if op.name == "sub":
        facts.put(facts.differences, result, (one, other))  # type: ignore[arg-type]
        if facts.non_negative(other):
            facts.at_most(result, facts.form(one))
        return
    for one, other in (op.operands, op.operands[::-1]):
        if facts.non_negative(one):
            facts.at_least(result, facts.form(other))
        facts.at_most_less(result, one, other)


def _index(facts: Ranges, op: Op, result: Value) -> None:
    extent = facts.form(op.operands[1])
    facts.bound(result, 0, LONGEST)
    facts.at_most(result, (extent[0], extent[1] - 1))


def _minimum(facts: Ranges, op: Op, result: Value) -> None:
    (a, b), (c, d) = (facts.interval(v) for v in op.operands)
    facts.bound(result, min(a, c), min(b, d))
    for operand in op.operands:
        facts.at_most(result, facts.form(operand))


def _maximum(facts: Ranges, op: Op, result: Value) -> None:
    (a, b), (c, d) = (facts.interval(v) for v in op.operands)
    facts.bound(result, max(a, c), max(b, d))
    for operand in op.operands:
        facts.at_least(result, facts.form(operand))


def _select(facts: Ranges, op: Op, result: Value) -> None:
    (a, b), (c, d) = (facts.interval(v) for v in op.operands[1:])
    facts.bound(result, min(a, c), max(b, d))


def _mod(facts: Ranges, op: Op, result: Value) -> None:
    low, high = facts.interval(op.operands[1])
    if low > 0:
        facts.bound(result, 0, high - 1)
        base, offset = facts.form(op.operands[1])
        facts.at_most(result, (base, offset - 1))


def _floordiv(facts: Ranges, op: Op, result: Value) -> None:
    (a, b), (c, d) = (facts.interval(v) for v in op.operands)
    if c > 0:
        facts.bound(result, min(a // c, a // d), max(b // c, b // d))
        if a >= 0:
            facts.at_most(result, facts.form(op.operands[0]))


def _shr(facts: Ranges, op: Op, result: Value) -> None:
    places = facts.constant(op.operands[1])
    if places is not None and 0 <= places < 64:
        low, high = facts.interval(op.operands[0])
        facts.bound(result, low >> places, high >> places)


RULES = {
    "constant": _constant,
    "dim": _extent,
    "list_length": _extent,
    "add": _arithmetic,
    "sub": _arithmetic,
    "mul": _arithmetic,
    "neg": _arithmetic,
    "abs": _arithmetic,
    "index": _index,
    "minimum": _minimum,
    "maximum": _maximum,
    "select": _select,
    "mod": _mod,
    "floordiv": _floordiv,
    "shr": _shr,
}
