"""A loop as a function from one of its turns to another, with its halves: what `checkpoints` runs again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..analysis.alias import groups as alias_groups
from ..analysis.alias import is_reference
from ..analysis.confined import handed_on
from ..analysis.effects import LeftAlone, all_of
from ..ir.build import Builder
from ..ir.program import Function, Op, Region, Value
from ..ir.types import I64, ArrayType, ListType, RecordType, ScalarType, is_float
from ..ir.walk import captured, copy_ops, ops_in
from ..unchanging import plain_value
from .nested import absent_like
from .scope import Scope
from .sweep import Sweep

if TYPE_CHECKING:
    from .called import Halves
    from .reverse import Reverse

ONCE = frozenset("print host list_append list_set list_new pack unpack".split())
"""What must not run twice, or makes what has no place in a state."""

INNER_TURNS = 16
"""How often a loop inside a turn is taken to run, where its tapes are weighed."""


def fits(scope: Scope, op: Op) -> bool:
    """Whether the loop `op`, one that is not inside another, has a state that can be put away and turns that may run twice."""
    sweep = scope.sweep
    effects, (region,) = sweep.effects, op.regions
    around = effects.region_of(op)
    while around in effects.owner:
        if effects.owner[around].name != "if":
            return False
        around = effects.region_of(effects.owner[around])
    if any(o.name in ONCE or (o.name == "call" and o.attributes["callee"] not in effects.pure) for o in ops_in(region)):
        return False
    state = [a for a in region.arguments if is_reference(a)]
    if any(not isinstance(v.type, ArrayType) for v in state):
        return False
    outside = [v for v in captured(region) if is_reference(v)]
    for v in outside:
        fixed = isinstance(v.type, ArrayType) or not effects.written_after(sweep.groups.of(v), op, scope.root)
        if isinstance(v.type, RecordType) or not fixed:
            return False
    for group in written(sweep, op):
        mine = [v for v in outside if sweep.groups.of(v) is group]
        if len(mine) != 1 or not isinstance(mine[0].type, ArrayType) or any(sweep.groups.of(a) is group for a in state):
            return False
    return True


def written(sweep: Sweep, op: Op) -> list[Value]:
    """The groups of outer memory that the loop writes."""
    return [g for g in sweep.effects.written_by(op) if not sweep.effects.born_in(g, op.regions[0])]


class Turns:
    """The loop `op` as a function of its own, from one turn to another, and its halves.

    turns(first, last, lo, step, outside…, carried…) -> carried…, scalars…          `for`: the turns `first` … `last` - 1
    turns(most, outside…, carried…) -> carried…, count, cond, scalars…              `while`: at most so many, one at least

    `scalars` are those from outside that carry a derivative, handed through: the cotangent of one as it comes from later turns goes in.
    """

    def __init__(self, owner: Reverse, sweep: Sweep, op: Op) -> None:
        self.owner, self.sweep, self.op = owner, sweep, op
        (region,) = op.regions
        self.counted = op.name == "for"
        self.arguments = region.arguments[1:] if self.counted else region.arguments
        controls = [op.operands[0], op.operands[2]] if self.counted else []
        self.outside = list(dict.fromkeys([*controls, *(v for v in captured(region) if v not in controls)]))
        self.changed = [v for v in self.outside if is_reference(v) and sweep.groups.of(v) in written(sweep, op)]
        self.through = [v for v in self.outside if not is_reference(v) and v in sweep.active]
        self.leading = 2 if self.counted else 1
        self.name = owner.program.fresh_name(f"{sweep.function.name}_turns")
        function = self.made()
        owner.add(function)
        handed = handed_on(function, (groups := alias_groups(function)), owner.confined)
        arrays = [k for k, p in enumerate(function.parameters) if isinstance(p.type, ArrayType)]
        confined = frozenset(k for k in arrays if groups.of(function.parameters[k]) not in handed)
        owner.confined = {**owner.confined, self.name: confined}
        kept = [*self.outside, *self.arguments]
        self.wrt = tuple(
            self.leading + k
            for k, v in enumerate(kept)
            if v in sweep.active or (k >= len(self.outside) and is_reference(v) and is_float(v.type))
        )
        steady = [k for k, v in enumerate(kept, self.leading) if is_reference(v) and v not in self.changed]
        results = frozenset[int]() if self.changed else all_of(function.returned)
        self.halves: Halves = owner.calls.of_turns((self.name, self.wrt), LeftAlone(frozenset(steady), results))
        self.late = owner.calls.late(self.halves.key)

    def made(self) -> Function:
        op, (region,) = self.op, self.op.regions
        b = Builder(op.location)
        outside = [Value(v.name, v.type) for v in self.outside]
        carried = [Value(v.name, v.type) for v in self.arguments]
        env = dict(zip(self.outside, outside, strict=True))
        if self.counted:
            leading = [Value("first", I64), Value("last", I64)]
            lo, step = env[op.operands[0]], env[op.operands[2]]

            def turn(inner: Builder, k: Value, *state: Value) -> Sequence[Value]:
                at = inner.op("add", lo, inner.op("mul", k, step, overflow="never"), overflow="never", name=region.arguments[0].name)
                return self.body(inner, {**env, region.arguments[0]: at}, state)

            results = b.for_(leading[0], leading[1], b.i64(1), carried, turn, "k")
        else:
            leading = [Value("most", I64)]

            def turns(inner: Builder, *state: Value) -> Sequence[Value]:
                more, *values = self.body(inner, env, state[:-2])
                count = inner.op("add", state[-2], inner.i64(1), overflow="never", name="count")
                return inner.op("and", more, inner.op("lt", count, leading[0])), *values, count, more

            start = b.op("lt", b.i64(0), leading[0])
            results = b.while_(start, [*carried, b.i64(0, "count"), b.bool(True)], turns)
        b.end("return", [*results, *(env[v] for v in self.through)])
        return Function(self.name, Region((*leading, *outside, *carried), tuple(b.ops)), {"apart": True}, op.location)

    def body(self, b: Builder, env: dict[Value, Value], state: Sequence[Value]) -> list[Value]:
        (region,) = self.op.regions
        inner = {**env, **dict(zip(self.arguments, state, strict=True))}
        b.ops += copy_ops(region.ops[:-1], inner)
        return [inner.get(v, v) for v in region.yielded]

    @property
    def shadowed(self) -> list[int]:
        """The positions among the carried values of the arrays that have shadows."""
        return [k for k, a in enumerate(self.arguments) if is_reference(a) and is_float(a.type)]

    def early(self) -> list[Value]:
        """Those from outside whose shadows the forward half takes."""
        given = [(k, v) for k, v in enumerate(self.outside, self.leading) if k in self.wrt and is_reference(v)]
        return [v for k, v in given if k not in self.late]

    def shadows_late(self) -> list[Value]:
        return [v for k, v in enumerate(self.outside, self.leading) if k in self.late]

    def run(self, b: Builder, leading: Sequence[Value], given: Given, state: Sequence[Value], shadows: Sequence[Value]) -> Ran:
        """Some turns, in the forward sweep."""
        function = self.owner.program.functions[self.halves.forward]
        operands = (*leading, *given.outside, *state, *given.early, *shadows)
        results = b.emit(
            "call",
            *operands,
            names=[v.name for v in function.returned],
            types=list(function.result_types),
            callee=self.halves.forward,
        )
        n, m = len(self.arguments), len(self.arguments) + (0 if self.counted else 2)
        left = m + len(self.through)
        return Ran(results[:n], results[n:m], results[left : left + len(self.shadowed)], results[-1])

    def absent(self, b: Builder, state: Sequence[Value]) -> list[Value]:
        """Shadows of a state, where no path has arrived."""
        return [absent_like(self.sweep.products, b, state[k]) for k in self.shadowed]

    def bytes_a_turn(self) -> tuple[int, int]:
        """How much the record of a turn takes, about: bytes, and arrays."""
        numbers = arrays = 0
        for type_ in self.owner.program.records[self.halves.record]:
            many, inner = 1, type_
            while isinstance(inner, ListType):
                many, inner = many * (INNER_TURNS if isinstance(inner.element, ListType) else 1), inner.element
            if isinstance(inner, ScalarType):
                numbers += many * inner.bits // 8
            elif isinstance(type_, ListType):
                arrays, numbers = arrays + many, numbers + 96 * many
            elif isinstance(inner, ArrayType) and inner.rank == 1:
                numbers += inner.dtype.bits // 8
        return max(numbers, 8), arrays


@plain_value
class Given:
    """What all runs of the turns are given: values from outside, and the shadows of those whose shadows come first."""

    outside: Sequence[Value]
    early: Sequence[Value]


@plain_value
class Ran:
    """What a run of some turns gives: the state, of a `while` how many they were and whether more follow, shadows, and the record."""

    state: Sequence[Value]
    count: Sequence[Value]
    shadows: Sequence[Value]
    record: Value
