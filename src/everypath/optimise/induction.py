"""Counters that a loop carries along become functions of the loop's variable, and are carried no more.

    p2 = for lo, hi, one, p0 {(i, p):           n = sub hi, lo
      store x, v, p                             p2 = add p0, n
      q = add p, one {overflow="raise"}    →    for lo, hi, one {(i):
      yield q                                     k = sub i, lo
    }                                             p = add p0, k
                                                  store x, v, p
                                                  yield
                                                }

The step is the same in every turn (p0 + k·step), or grows with the loop variable (p0 + k·first + k(k - 1)/2·growth, as in a
packed triangle). Python's integers do not wrap: since the steps all have one sign, every value lies between the first and the
last, so it is enough that the last one fits, which is proved, or else checked before the loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..analysis.ranges import LARGEST, SMALLEST, Ranges
from ..ir.build import Builder
from ..ir.program import Function, Op, Region, Value
from ..ir.types import I64
from ..ir.walk import ops_in
from ..unchanging import plain_value
from .rewriting import with_function_ops, with_ops, with_regions

SQUARE_FITS = 3_037_000_499
"""The largest k with k(k - 1) below 2^63."""


@plain_value
class Step:
    """base + Σ coefficient·term + growth·(loop variable); the terms do not change in the loop."""

    base: int
    terms: tuple[tuple[int, Value], ...] = ()
    growth: int = 0

    def plus(self, other: Step, factor: int) -> Step:
        terms = (*self.terms, *((factor * c, v) for c, v in other.terms))
        return Step(self.base + factor * other.base, terms, self.growth + factor * other.growth)


@plain_value
class Counter:
    """The carried value at `position` grows by `step`, whose value lies in `bounds`, in each turn.

    `updates` are the ops that change it; `wraps` says that they do so modulo 2^64.
    """

    position: int
    step: Step
    bounds: tuple[int, int]
    updates: tuple[Op, ...]
    wraps: bool


def induction(function: Function) -> Function:
    """`function` with its counters as functions of loop variables."""
    return with_function_ops(function, Induction().ops(function.body.ops))


class Induction:
    """One walk, inner loops first, so that what an inner loop adds up is known to the loop around it."""

    def __init__(self) -> None:
        self.ranges = Ranges()
        self.definers: dict[Value, Op] = {}
        self.depths: dict[Value, int] = {}
        self.depth = 0

    def ops(self, ops: Sequence[Op]) -> list[Op]:
        kept: list[Op] = []
        for op in ops:
            if op.name == "for":
                for new in self.loop(op):
                    self.learn(new)
                    kept.append(new)
                continue
            if op.regions:
                regions = []
                for position, region in enumerate(op.regions):
                    with self.ranges.inside(op, position):
                        regions.append(self.region(region))
                op = with_regions(op, regions)
            self.learn(op)
            kept.append(op)
        return kept

    def learn(self, op: Op) -> None:
        for result in op.results:
            self.definers[result] = op
            self.depths[result] = self.depth
        if not op.regions:
            self.ranges.define(op)

    def region(self, region: Region) -> Region:
        self.depth += 1
        self.depths.update(dict.fromkeys(region.arguments, self.depth))
        ops = self.ops(region.ops)
        self.depth -= 1
        return with_ops(region, ops)

    def loop(self, op: Op) -> list[Op]:
        """The loop without its counters, and before it what they are afterwards."""
        counters = []
        with self.ranges.inside(op, 0):
            op = with_regions(op, [self.region(op.regions[0])])
            direction = self.ranges.constant(op.operands[2])
            if direction in (1, -1):
                counters = [found for k in range(len(op.results)) if (found := self.counter(op, k)) is not None]
        closings = [Closing(op, counter, self.ranges, direction or 1) for counter in counters]
        closings = [closing for closing in closings if closing.possible]
        return without_counters(op, closings, self.ranges, direction or 1) if closings else [op]

    # Finding counters ------------------------------------------------------------------------------------------------

    def counter(self, op: Op, position: int) -> Counter | None:
        """The carried value at `position` as a counter, if it is one."""
        region = op.regions[0]
        argument = region.arguments[position + 1]
        value = region.yielded[position]
        if argument.type != I64 or value is argument:
            return None
        step, updates = Step(0), []
        low = high = 0
        while value is not argument:
            update = self.inner_definer(value)
            if update is None or update.name not in ("add", "sub"):
                return None
            value, change = update.operands
            if update.name == "add" and self.leads_to(change, argument):
                value, change = change, value
            one = self.step(change, region.arguments[0])
            if one is None:
                return None
            factor = 1 if update.name == "add" else -1
            step = step.plus(one, factor)
            bounds = sorted(factor * bound for bound in self.ranges.interval(change))
            low, high = low + bounds[0], high + bounds[1]
            updates.append(update)
        kinds = {update.attributes.get("overflow", "wrap") for update in updates}
        if "wrap" in kinds and len(kinds) > 1:
            return None
        if step.growth and not used_besides(argument, updates, region):
            return None
        return Counter(position, step, (low, high), tuple(updates), kinds == {"wrap"})

    def inner_definer(self, value: Value) -> Op | None:
        """The op that defines `value` inside the loop that was just walked."""
        return self.definers.get(value) if self.depths.get(value, 0) > self.depth else None

    def leads_to(self, value: Value, argument: Value) -> bool:
        """Whether `value` is `argument`, or the argument changed by additions."""
        while value is not argument:
            op = self.inner_definer(value)
            if op is None or op.name not in ("add", "sub"):
                return False
            value = op.operands[0]
        return True

    def step(self, value: Value, variable: Value) -> Step | None:
        """`value` as a linear function of the loop's variable, if it is one and computed without wrapping."""
        if value is variable:
            return Step(0, (), 1)
        number = self.ranges.constant(value)
        if number is not None:
            return Step(number)
        if self.depths.get(value, 0) <= self.depth:
            return Step(0, ((1, value),))
        op = self.definers.get(value)
        if op is None or op.name not in ("add", "sub", "mul"):
            return None
        if op.attributes.get("overflow", "wrap") == "wrap" and not self.ranges.fits(op):
            return None
        a, b = (self.step(operand, variable) for operand in op.operands)
        if a is None or b is None:
            return None
        if op.name != "mul":
            return a.plus(b, 1 if op.name == "add" else -1)
        for constant, other in ((a, b), (b, a)):
            if not constant.terms and not constant.growth:
                return Step(0).plus(other, constant.base)
        return None


class Closing:
    """The closed form of one counter: start + first·t + growth·t(t - 1)/2 after t turns."""

    def __init__(self, op: Op, counter: Counter, ranges: Ranges, direction: int) -> None:
        self.op = op
        self.counter = counter
        self.growth = direction * counter.step.growth
        self.start = op.operands[counter.position + 3]
        low, high = counter.bounds
        longest = most_turns(op, ranges, direction)
        start_low, start_high = ranges.interval(self.start)
        least, most = min(0, low * longest), max(0, high * longest)
        self.fits = (
            (not self.growth or longest <= SQUARE_FITS)
            and min(least, start_low + least) >= SMALLEST
            and max(most, start_high + most) <= LARGEST
        )
        one_sign = not self.growth or low >= 0 or high <= 0
        self.possible = (one_sign and not counter.wraps) or (counter.wraps and not self.growth)

    def value(self, b: Builder, first: Value, turns: Value, overflow: str, result: Value) -> None:
        """Define `result` as the counter's value after `turns` turns, `first` being its first step."""
        kind = {} if self.counter.wraps else {"overflow": overflow}
        total = b.op("mul", first, turns, name="advance", **kind)
        if self.growth:
            pairs = b.op("mul", turns, b.op("sub", turns, b.i64(1), **kind), name="pairs", **kind)
            pairs = b.op("shr", pairs, b.i64(1), name="pairs")
            total = b.op("add", total, b.op("mul", pairs, b.i64(self.growth), **kind), name="advance", **kind)
        b.append(Op("add", (self.start, total), (result,), kind, (), self.op.location))

    def first(self, b: Builder) -> Value:
        """The step of the first turn. Where there is no turn this may wrap, and is multiplied by 0."""
        step = self.counter.step
        first = b.i64(step.base, "step")
        if step.growth:
            first = b.op("add", first, b.op("mul", self.op.operands[0], b.i64(step.growth)), name="step")
        for factor, term in step.terms:
            first = b.op("add", first, b.op("mul", term, b.i64(factor)), name="step")
        return first


def used_besides(argument: Value, updates: Sequence[Op], region: Region) -> bool:
    """Whether anything but its own updates uses a counter in the loop: else it is a sum, and fine as it is."""
    return any(argument in op.operands for op in ops_in(region) if op not in updates)


def most_turns(op: Op, ranges: Ranges, direction: int) -> int:
    """A number of turns that the loop does not exceed."""
    lo, hi = op.operands[:2] if direction == 1 else op.operands[1::-1]
    return max(0, ranges.exact(Op("sub", (hi, lo)))[1])


def without_counters(op: Op, closings: Sequence[Closing], ranges: Ranges, direction: int) -> list[Op]:
    """What the counters are after the loop, and the loop without them."""
    region, variable = op.regions[0], op.regions[0].arguments[0]
    before, start = Builder(op.location), Builder(op.location)
    lo, hi = op.operands[:2] if direction == 1 else op.operands[1::-1]
    if not ranges.less_equal(ranges.form(lo), ranges.form(hi)):
        hi = before.op("maximum", hi, lo, name="hi")
    fits = most_turns(op, ranges, direction) <= LARGEST
    turns = before.op("sub", hi, lo, name="turns", overflow="never" if fits else "raise")
    if direction == 1:
        turn = start.op("sub", variable, lo, name="turn", overflow="never")
    else:
        turn = start.op("sub", hi, variable, name="turn", overflow="never")
    proved: set[Op] = set()
    for closing in closings:
        position = closing.counter.position
        first = closing.first(before)
        closing.value(before, first, turns, "never" if closing.fits else "raise", op.results[position])
        closing.value(start, first, turn, "never", region.arguments[position + 1])
        if len(closing.counter.updates) == 1 and not closing.counter.wraps:
            proved.update(closing.counter.updates)
    dropped = {closing.counter.position for closing in closings}
    keep = [k for k in range(len(op.results)) if k not in dropped]
    body = [*start.ops, *(replace(o, attributes={"overflow": "never"}) if o in proved else o for o in region.ops)]
    body[-1] = replace(body[-1], operands=tuple(region.yielded[k] for k in keep))
    arguments = (variable, *(region.arguments[k + 1] for k in keep))
    loop = replace(
        op,
        operands=(*op.operands[:3], *(op.operands[k + 3] for k in keep)),
        results=tuple(op.results[k] for k in keep),
        regions=(Region(arguments, tuple(body)),),
    )
    return [*before.ops, loop]
