"""Innermost loops in two versions: without checks where a guard holds, as they were where it does not.

    for lo, hi, one {(i):                       first = index-free test of i = lo
      p = index i, n                            last = the same of i = hi - 1
      a = load x, p                        →    inside = and first, last
      …                                         if inside {for lo, hi, one {(i): a = load x, i …}}
    }                                                     {for lo, hi, one {(i): p = index i, n …}}

A check whose operands are affine in the loop's variable holds everywhere if it holds at both ends. So do the bounds of a slice of known
length, `x[i:i + 1]`: where it lies within its axis everywhere, it has that length. Guards are computed with
nothing that raises, and move out of every surrounding loop that they do not depend on; over the loops in between that they do
depend on, they are computed for each turn ahead of time. A guard that is false costs time, never an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ..analysis.ranges import Ranges
from ..ir.build import Builder
from ..ir.program import Function, Op, Region, Value
from ..ir.types import I64, ArrayType
from ..ir.walk import fresh, ops_in
from ..unchanging import plain_value
from .ahead import Copy, counts_from_end
from .rewriting import with_function_ops, with_ops, with_regions

PURE = frozenset("add sub mul neg abs minimum maximum select lt le gt ge eq ne and or xor not constant dim index".split())
"""Scalar operations that a guard may compute ahead of time."""
BY_CONSTANTS = frozenset({"floordiv", "mod", "shl", "shr"})
"""Others, whose second operand must be a known positive number."""
CHANGES_CONTROL = frozenset({"for", "while", "map", "call", "ruled", "pushforward", "pullback"})


def guards(function: Function) -> Function:
    """`function` with its innermost loops in two versions."""
    return with_function_ops(function, Guarding().ops(function.body.ops))


@dataclass
class Frame:
    """A region around the place where the walk is: `op` contains it; `before` is to stand before `op`."""

    op: Op | None
    before: list[Op] = field(default_factory=list)

    @property
    def is_loop(self) -> bool:
        return self.op is not None and self.op.name == "for"


@plain_value
class Needs:
    """What a value is computed from: loops (as depths) whose variable it uses, and how deep what can't be computed ahead lies."""

    variables: frozenset[int] = frozenset()
    fixed: int = 0

    def __or__(self, other: Needs) -> Needs:
        return Needs(self.variables | other.variables, max(self.fixed, other.fixed))


class Guarding:
    """One walk, with the loops around it."""

    def __init__(self) -> None:
        self.ranges = Ranges()
        self.frames: list[Frame] = [Frame(None)]
        self.definers: dict[Value, Op] = {}
        self.depths: dict[Value, int] = {}

    def ops(self, ops: Sequence[Op]) -> list[Op]:
        kept: list[Op] = []
        depth = len(self.frames) - 1
        for op in ops:
            if op.regions:
                kept.extend(self.nested(op))
            else:
                self.ranges.define(op)
                kept.append(op)
            for result in op.results:
                self.definers[result] = op
                self.depths[result] = depth
        return kept

    def nested(self, op: Op) -> list[Op]:
        """What stands for `op`: guards that moved before it, and its two versions if it gets two."""
        frame = Frame(op)
        regions = []
        versions = [op]
        for position, region in enumerate(op.regions):
            self.frames.append(frame)
            self.depths.update(dict.fromkeys(region.arguments, len(self.frames) - 1))
            with self.ranges.inside(op, position):
                regions.append(with_ops(region, self.ops(region.ops)))
                versions = [with_regions(op, [*regions, *op.regions[position + 1 :]])]
                if op.name == "for":
                    versions = Versions(self, versions[0]).made()
            self.frames.pop()
        return [*frame.before, *versions]

    # Where a value comes from ----------------------------------------------------------------------------------------

    def needs(self, value: Value, known: dict[Value, Needs]) -> Needs:
        """What `value` is computed from."""
        if value in known:
            return known[value]
        depth = self.depths.get(value, 0)
        answer = Needs(fixed=depth)
        loop = self.frames[depth].op if depth < len(self.frames) else None
        if depth and loop is not None and loop.name == "for" and value is loop.regions[0].arguments[0]:
            answer = Needs(frozenset({depth}))
            for bound in loop.operands[:3]:
                answer |= self.needs(bound, known)
        elif depth and (op := self.definers.get(value)) is not None and self.computable(op):
            answer = Needs()
            for operand in op.operands:
                answer |= self.needs(operand, known)
        known[value] = answer
        return answer

    def computable(self, op: Op) -> bool:
        """Whether a guard may compute `op` ahead of time."""
        if op.name in PURE:
            return True
        return op.name in BY_CONSTANTS and 0 < (self.ranges.constant(op.operands[1]) or 0) < 64

    def degree(self, value: Value, variable: Value, depth: int) -> int | None:
        """0 if `value` does not change in the loop of `variable` (whose region lies at `depth`), 1 if it is affine in it, else None."""
        if value is variable:
            return 1
        if self.depths.get(value, 0) < depth:
            return 0
        op = self.definers.get(value)
        if op is None or not self.computable(op):
            return None
        degrees = [self.degree(v, variable, depth) for v in op.operands if not isinstance(v.type, ArrayType)]
        if any(isinstance(v.type, ArrayType) and self.depths.get(v, 0) >= depth for v in op.operands):
            return None
        known = [d for d in degrees if d is not None]
        if len(known) < len(degrees):
            return None
        if not any(known):
            return 0
        if op.name == "index":
            return 1 if known[1] == 0 else None
        if op.attributes.get("overflow", "wrap") == "wrap" and not self.ranges.fits(op):
            return None
        if op.name == "mul":
            return 1 if sum(known) == 1 else None
        return 1 if op.name in ("add", "sub", "neg") else None


class Versions:
    """The two versions of one innermost loop."""

    def __init__(self, walk: Guarding, op: Op) -> None:
        self.walk = walk
        self.op = op
        self.depth = len(walk.frames) - 1
        self.variable = op.regions[0].arguments[0]
        self.stride = walk.ranges.constant(op.operands[2]) or 0

    def made(self) -> list[Op]:
        """The op itself, or the guards that could not move out, and the `if` between the versions."""
        span = Op("sub", self.op.operands[1::-1])
        if not self.stride or (abs(self.stride) > 1 and not self.walk.ranges.fits(span)):
            return [self.op]
        if any(op.name in CHANGES_CONTROL for op in ops_in(self.op.regions[0])):
            return [self.op]
        inside = list(ops_in(self.op.regions[0]))
        checks = [op for op in inside if self.removable(op)]
        checks += self.slices([op for op in inside if op.name == "minimum" and op.results[0].type == I64])
        if not checks:
            return [self.op]
        places: dict[tuple[int, tuple[int, ...]], list[Op]] = {}
        for check in checks:
            places.setdefault(self.place(check), []).append(check)
        here = Builder(self.op.location)
        tests = [self.test(here, level, quantified, group) for (level, quantified), group in sorted(places.items(), key=lambda p: p[0])]
        guard = tests[0]
        for test in tests[1:]:
            guard = here.op("and", guard, test, name="guard")
        return [*here.ops, self.choice(guard, set(checks))]

    def removable(self, op: Op) -> bool:
        """Whether `op` is a check that both ends decide."""
        if op.name != "index" and op.attributes.get("overflow") != "raise":
            return False
        if op.results[0].type != I64:
            return False
        return self.walk.degree(op.results[0], self.variable, self.depth) is not None

    def slices(self, bounds: Sequence[Op]) -> list[Op]:
        """Those of the `bounds` that are the ends of slices of known length: as far apart in every turn, and limited by one extent."""
        ends: dict[tuple[Value | None, Value], list[Op]] = {}
        for op in bounds:
            end, limit = op.operands
            if self.walk.degree(end, self.variable, self.depth) == 1 and self.walk.degree(limit, self.variable, self.depth) == 0:
                ends.setdefault((self.walk.ranges.form(end)[0], limit), []).append(op)
        return [op for group in ends.values() if len(group) > 1 for op in group]

    # Where a guard can stand -----------------------------------------------------------------------------------------

    def place(self, check: Op) -> tuple[int, tuple[int, ...]]:
        """The depth of the region where the guard of `check` is computed, and the loops it is computed over there."""
        frames = self.walk.frames
        known: dict[Value, Needs] = {self.variable: Needs()}
        needs = Needs()
        for operand in (*check.operands, *self.op.operands[:3]):
            needs |= self.walk.needs(operand, known)
        level = self.depth - 1
        outermost = level
        while outermost > max(0, needs.fixed) and frames[outermost].is_loop:
            outermost -= 1
        for candidate in range(outermost, self.depth - 1):
            if candidate + 1 not in needs.variables:
                level = candidate
                break
        return level, tuple(sorted(depth for depth in needs.variables if level < depth < self.depth))

    def test(self, here: Builder, level: int, quantified: tuple[int, ...], group: list[Op]) -> Value:
        """The guard of a group of checks that stand at one place."""
        b = Builder(self.op.location)
        if not quantified:
            value = self.at_both_ends(b, level, {}, group)
        else:
            value = self.over(b, level, quantified, {}, group)
        if level == self.depth - 1:
            here.ops.extend(b.ops)
        else:
            self.walk.frames[level + 1].before.extend(b.ops)
        return value

    def over(self, b: Builder, level: int, quantified: tuple[int, ...], env: dict[Value, Value], group: list[Op]) -> Value:
        """The guard for every turn of the loops at the depths `quantified`."""
        if not quantified:
            inside = self.at_both_ends(b, level, env, group)
            lo, hi = (self.copy(b, level, env).value(v) for v in self.op.operands[:2])
            empty = b.op("ge", lo, hi) if self.stride > 0 else b.op("le", lo, hi)
            return b.op("or", empty, inside, name="guard")
        loop = self.walk.frames[quantified[0]].op
        assert loop is not None
        lo, hi, step = (self.copy(b, level, env).value(v) for v in loop.operands[:3])
        variable = loop.regions[0].arguments[0]

        def body(inner: Builder, turn: Value, so_far: Value) -> list[Value]:
            here = self.over(inner, level, quantified[1:], {**env, variable: turn}, group)
            return [inner.op("and", so_far, here, name="guard")]

        (guard,) = b.for_(lo, hi, step, [b.bool(True, "guard")], body, variable.name)
        b.ops[-1] = replace(b.ops[-1], attributes={"cold": True})
        return guard

    # The guard itself ------------------------------------------------------------------------------------------------

    def at_both_ends(self, b: Builder, level: int, env: dict[Value, Value], group: list[Op]) -> Value:
        """Whether every check of `group` holds at the first and at the last value of the loop's variable."""
        outer = self.copy(b, level, env)
        lo, hi = (outer.value(v) for v in self.op.operands[:2])
        last = b.op("sub", hi, b.i64(1 if self.stride > 0 else -1, "one"), name="last")
        if abs(self.stride) != 1:
            stride = b.i64(self.stride, "stride")
            turns = b.op("floordiv", b.op("sub", last, lo), stride, name="turns")
            last = b.op("add", lo, b.op("mul", turns, stride), name="last")
        conditions: list[Value] = []
        for end in (lo, last):
            copy = self.copy(b, level, {**env, self.variable: end})
            for check in group:
                conditions.extend(copy.holds(check))
        guard = conditions[0]
        for condition in conditions[1:]:
            guard = b.op("and", guard, condition, name="guard")
        return guard

    def copy(self, b: Builder, level: int, env: dict[Value, Value]) -> Copy:
        walk = self.walk
        return Copy(b, env, lambda value: walk.depths.get(value, 0) <= level, walk.definers, walk.ranges)

    def choice(self, guard: Value, checks: set[Op]) -> Op:
        """`if guard {the loop without checks} {the loop as it was}`."""
        op = self.op
        fast = unchecked([op], {}, checks, self.walk.ranges)[0]
        slow = replace(op, results=tuple(fresh(v) for v in op.results), attributes={**op.attributes, "cold": True})
        sides = tuple(Region((), (loop, Op("yield", loop.results))) for loop in (fast, slow))
        return Op("if", (guard,), op.results, {}, sides, op.location)


def unchecked(ops: Sequence[Op], env: dict[Value, Value], checks: set[Op], ranges: Ranges) -> list[Op]:
    """A copy of `ops` in which `checks` are known to hold."""
    copied = []
    for op in ops:
        operands = tuple(env.get(v, v) for v in op.operands)
        if op in checks and (op.name == "minimum" or (op.name == "index" and not counts_from_end(op, ranges))):
            env[op.results[0]] = operands[0]
            continue
        results = tuple(fresh(v) for v in op.results)
        regions = []
        for region in op.regions:
            arguments = tuple(fresh(v) for v in region.arguments)
            inner = {**env, **dict(zip(region.arguments, arguments, strict=True))}
            regions.append(Region(arguments, tuple(unchecked(region.ops, inner, checks, ranges))))
        new = replace(op, operands=operands, results=results, regions=tuple(regions))
        if op in checks:
            new = replace(new, name="add" if op.name == "index" else op.name, attributes={"overflow": "never"})
        env.update(zip(op.results, results, strict=True))
        copied.append(new)
    return copied
