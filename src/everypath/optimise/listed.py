"""A list that a loop fills, one number a turn, is an array.

    l = list_new                              n = dim x, 0
    for zero, n, one {(i):                    a = alloc n
      y = …                           →       for zero, n, one {(i):
      list_append l, y                          y = …
      yield                                     store y, a, i
    }                                           yield
    m = list_length l                         }
    y = list_get l, j                         y = load a, j

So is a comprehension over an array, or over a range. What takes one number a turn to a list knows where it goes: such turns are
independent, and a derivative keeps nothing of a list.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..ir.build import Builder
from ..ir.program import Function, Op, Region, Value
from ..ir.types import ListType, ScalarType
from ..ir.walk import ops_in
from ..unchanging import plain_value
from .rewriting import renamed, with_function_ops, with_ops, with_regions

MOST = 2**44
"""The most elements that an array may have."""


def listed(function: Function) -> Function:
    """`function` with arrays for the lists that are filled once and then read."""
    lists = candidates(function)
    return with_function_ops(function, Writing(lists).ops(function.body.ops, {})) if lists else function


@plain_value
class Filled:
    """What makes a list, and the loop that fills it."""

    made: Op
    loop: Op


def candidates(function: Function) -> dict[Value, Filled]:
    """The lists of numbers that one loop appends to once in each turn, beside where they are made, and that are used only behind it."""
    constants = {op.result: op.attributes["value"] for op in ops_in(function.body) if op.name == "constant"}
    users: dict[Value, list[Op]] = {op.result: [] for op in ops_in(function.body) if op.name == "list_new" and of_numbers(op.result)}
    if not users:
        return {}
    for op in ops_in(function.body):
        for position, v in enumerate(op.operands):
            if v in users:
                if position or not op.name.startswith("list_"):
                    del users[v]
                else:
                    users[v].append(op)
    found = {}
    for region in regions_in(function.body):
        made = {op.result: op for op in region.ops if op.name == "list_new" and op.result in users}
        for op in region.ops if made else ():
            if op.name == "for" and constants.get(op.operands[2]) == 1:
                for append in op.regions[0].ops:
                    if append.name != "list_append":
                        continue
                    v = append.operands[0]
                    if v in made and filled_once(region, op, users[v]):
                        found[v] = Filled(made[v], op)
    return found


def of_numbers(list_: Value) -> bool:
    return isinstance(list_.type, ListType) and isinstance(list_.type.element, ScalarType)


def filled_once(region: Region, loop: Op, users: Sequence[Op]) -> bool:
    """Whether one of those who use a list is the only one that appends, in `loop`, and all others come behind that in its region."""
    behind = region.ops[region.ops.index(loop) + 1 :]
    later = {o for op in behind for o in (op, *(i for r in op.regions for i in ops_in(r)))}
    before = [op for op in users if op not in later]
    return len(before) == 1 and before[0].name == "list_append" and not any(op.name == "list_append" for op in users if op in later)


def regions_in(region: Region) -> list[Region]:
    return [region, *(inner for op in region.ops for r in op.regions for inner in regions_in(r))]


class Writing:
    """One walk that writes arrays for lists."""

    def __init__(self, lists: dict[Value, Filled]) -> None:
        self.lists = lists
        self.loops: dict[Op, list[Value]] = {}
        for v, filled in lists.items():
            self.loops.setdefault(filled.loop, []).append(v)
        self.arrays: dict[Value, Value] = {}
        self.lengths: dict[Value, Value] = {}
        self.places: dict[Value, Value] = {}

    def ops(self, ops: Sequence[Op], env: dict[Value, Value]) -> list[Op]:
        kept: list[Op] = []
        for old in ops:
            if old.name == "list_new" and old.result in self.lists:
                continue
            op = renamed(old, env)
            if old.operands and old.operands[0] in self.lists:
                kept += self.use(old.operands[0], op, env)
            elif old in self.loops:
                kept += [*self.before(old, op), with_regions(op, [self.filling(old, env)])]
            else:
                kept.append(with_regions(op, [with_ops(region, self.ops(region.ops, env)) for region in op.regions]))
        return kept

    def before(self, old: Op, op: Op) -> list[Op]:
        """The arrays that a loop fills, as long as it has turns."""
        b = Builder(op.location)
        lo, hi = op.operands[:2]
        count = b.op("sub", b.op("maximum", hi, lo), lo, name="count", overflow="never")
        b.do("check", b.op("le", count, b.i64(MOST)), error=MemoryError, message="Unable to allocate a list of so many items")
        for v in self.loops[old]:
            made = self.lists[v].made
            assert isinstance(v.type, ListType) and isinstance(v.type.element, ScalarType)
            self.arrays[v] = b.op("alloc", count, dtype=v.type.element.name, name=v.name, location=made.location)
            self.lengths[v] = count
        return b.ops

    def filling(self, old: Op, env: dict[Value, Value]) -> Region:
        """The body of the loop, that begins with the number of the turn."""
        (region,) = old.regions
        b = Builder(old.location)
        turn = b.op("sub", region.arguments[0], env.get(old.operands[0], old.operands[0]), name="turn", overflow="never")
        self.places.update(dict.fromkeys(self.loops[old], turn))
        return with_ops(region, [*b.ops, *self.ops(region.ops, env)])

    def use(self, v: Value, op: Op, env: dict[Value, Value]) -> list[Op]:
        """What is done with the array instead."""
        array = self.arrays[v]
        b = Builder(op.location)
        if op.name == "list_append":
            b.do("store", op.operands[1], array, self.places[v])
        elif op.name == "list_set":
            b.do("store", op.operands[1], array, op.operands[2])
        elif op.name == "list_length":
            env[op.result] = self.lengths[v]
        else:
            b.ops.append(Op("load", (array, op.operands[1]), op.results, location=op.location))
        return b.ops
