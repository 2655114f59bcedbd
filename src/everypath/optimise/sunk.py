"""What only one side of a branch uses is made there: arrays full of one number, and what is computed element by element.

    s = sub x, y                             s = sub x, y
    q = square s                             q = square s
    m = mul 2.0, s                           if c {s′ = sub x, y; m = mul 2.0, s′; …use m…}
    if c {…use m…}                       →        {…}
         {…}

What is cheap, and would be kept in memory for that side alone, is computed there again. What may raise stays where it is, though it may
be computed again behind that; and so does what reads memory that is written before the branch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from ..analysis.alias import groups, is_reference
from ..analysis.effects import Effects
from ..ir.program import Function, Op, Region, Value
from ..ir.walk import fresh, ops_in
from .clusters import COMBINING, STORES, joinable
from .rewriting import may_raise, renamed, with_function_ops, with_ops, with_regions

CHEAP = frozenset(
    {"full", "add", "sub", "mul", "neg", "square", "abs", "path", "cast", "select", "is_absent", "eq", "ne", "lt", "le", "gt", "ge"}
)
"""What is computed again about as fast as it is read, and to the same bits unless it is `relaxed`."""

MOST = 6
"""As many operations are computed again for one array."""


def sunk(function: Function) -> Function:
    """`function` with its arrays made where they are used."""
    names = {op.name for op in ops_in(function.body) if op.name == "if" or movable(op)}
    if "if" not in names or len(names) == 1:
        return function
    effects = Effects(function, groups(function))
    return with_function_ops(function, moved(function.body.ops, effects, {}, frozenset()))


def movable(op: Op) -> bool:
    """Whether `op` makes an array, of numbers or of other arrays element by element, and does nothing else."""
    return op.name == "full" or (joinable(op) and op.name not in COMBINING and op.name not in STORES and op.name != "copy")


def moved(ops: Sequence[Op], effects: Effects, env: dict[Value, Value], repeated: frozenset[Op]) -> list[Op]:
    """`ops` with what only one side of a branch among them uses made there. Those that are `repeated` have been computed elsewhere, and
    `env` says what the results of such ones are called here."""
    plan = Plan(ops, effects)
    env = dict(env)
    kept = []
    for k, op in enumerate(ops):
        if k in plan.sent:
            continue
        new = renamed(op, env)
        if op in repeated:
            env[op.result] = fresh(op.result)
            new = replace(new, results=(env[op.result],), attributes={**op.attributes, "again": True, "spare": True})
        sides = []
        for region in op.regions:
            there, again = plan.beginning(region)
            sides.append(with_ops(region, moved([*there, *region.ops], effects, env, repeated | again)))
        kept.append(with_regions(new, sides))
    return kept


class Side(NamedTuple):
    """One side of a branch, which stands at `position` in a region."""

    position: int
    region: Region


class Plan:
    """Which ops of a region are `sent` to a side of a branch among them, and which are computed `again` there."""

    def __init__(self, ops: Sequence[Op], effects: Effects) -> None:
        self.ops, self.effects = ops, effects
        self.sent: dict[int, Side] = {}
        self.again: dict[Side, set[int]] = {}
        branches = {k for k, op in enumerate(ops) if op.name == "if"}
        self.made = {op.result: k for k, op in enumerate(ops) if movable(op)} if branches else {}
        if not self.made:
            return
        self.users: dict[int, set[int | Side]] = {k: set() for k in self.made.values()}  # an op here, or the side of a branch
        self.find_users(branches)
        wanted = {k: side for k, side in self.wanted().items() if not may_raise(ops[k])}
        self.send(wanted)
        while len(settled := self.with_all_users()) < len(self.sent):
            self.send(settled)
        for k in reversed(self.users):
            self.repeat(k)

    def find_users(self, branches: set[int]) -> None:
        for k, op in enumerate(self.ops):
            for v in op.operands:
                if v in self.made:
                    self.users[self.made[v]].add(k)
            for region in op.regions:
                for v in {v for inner in ops_in(region) for v in inner.operands if v in self.made}:
                    self.users[self.made[v]].add(Side(k, region) if k in branches else k)

    def wanted(self) -> dict[int, Side]:
        """The ops that only one side wants, in order, and that side."""
        found: dict[int, Side] = {}
        for k in reversed(self.users):
            sides = {user if isinstance(user, Side) else found.get(user) for user in self.users[k]}
            if len(sides) == 1 and (side := sides.pop()):
                found[k] = side
        return dict(reversed(found.items()))

    def send(self, wanted: dict[int, Side]) -> None:
        """Send those of the ops that can reach the sides that want them."""
        self.sent = {}
        for k, side in wanted.items():
            if self.reaches(k, side):
                self.sent[k] = side

    def with_all_users(self) -> dict[int, Side]:
        """What is sent, but for what something uses that stays."""
        users = {k: [user for user in self.users[k] if not isinstance(user, Side)] for k in self.sent}
        return {k: side for k, side in self.sent.items() if all(self.sent.get(user) == side for user in users[k])}

    def reaches(self, k: int, side: Side) -> bool:
        """Whether what the op at `k` reads is the same on that side, and needs no memory for that."""
        arrays = [v for v in self.ops[k].operands if is_reference(v)]
        if not self.unwritten(k, arrays, side):
            return False
        made = [self.made[v] for v in arrays if v in self.made]
        return all(self.sent.get(j) == side or self.stands(j) or self.repeatable(j, side) for j in made)

    def unwritten(self, k: int, arrays: Sequence[Value], side: Side) -> bool:
        """Whether nothing between the op at `k` and the branch writes `arrays`."""
        read = {self.effects.groups.of(v) for v in arrays}
        between = self.ops[k + 1 : side.position]
        return all(read.isdisjoint(self.effects.written_by(op)) for op in between if op in self.effects.place)

    def stands(self, k: int) -> bool:
        """Whether what the op at `k` makes is in memory for another reason."""
        inside = [self.ops[user] for user in self.users[k] if not isinstance(user, Side)]
        return any(op.name != "dim" and not joinable(op) for op in inside)

    def repeatable(self, k: int, side: Side, most: int = MOST) -> bool:
        """Whether the op at `k` can be computed again on that side, with at most so many others."""
        return self.cost(k, side, most) <= most

    def cost(self, k: int, side: Side, most: int) -> int:
        """How many ops it takes to compute again what the op at `k` makes: more than `most`, where that cannot be."""
        op = self.ops[k]
        arrays = [v for v in op.operands if is_reference(v)]
        exact = op.name in CHEAP and "relaxed" not in op.attributes
        if most < 1 or not exact or self.effects.groups.of(op.result) in self.effects.written or not self.unwritten(k, arrays, side):
            return most + 1
        total = 1
        for j in {self.made[v] for v in arrays if v in self.made}:
            if self.sent.get(j) != side and not self.stands(j):
                total += self.cost(j, side, most - total)
        return total

    def repeat(self, k: int) -> None:
        """Note on which sides the op at `k`, behind which all are settled, is computed again."""
        if k in self.sent or self.stands(k):
            return
        users = self.users[k]
        sides = {self.sent[user] for user in users if user in self.sent}
        sides |= {side for side, again in self.again.items() if not again.isdisjoint(users)}
        direct = {user for user in users if isinstance(user, Side)}
        apart = len({side.position for side in direct}) == len(direct)
        if apart and len(users) > 1 and all(self.repeatable(k, side) for side in direct):
            sides |= direct
        for side in sides:
            self.again.setdefault(side, set()).add(k)

    def beginning(self, region: Region) -> tuple[list[Op], frozenset[Op]]:
        """What a side begins with, and what of that is computed again."""
        again = {k for side, found in self.again.items() if side.region is region for k in found}
        there = sorted({k for k, side in self.sent.items() if side.region is region} | again)
        return [self.ops[k] for k in there], frozenset(self.ops[k] for k in again)
