"""Loops under a memory budget: the forward sweep keeps the state at a few turns, and runs some of them again when the backward sweep comes.

    for k in 0 … n: x = f(x)         turns (first, last, x) -> x        `turns` is the loop, from one turn to another
                              ->     forward:   states of some turns are pushed; between them, turns(…) without a record
                                     backward:  from the last state pushed, on to the last few turns that are not swept yet, pushing
                                                states where there is room; these turns with their record, and back over them

So many turns as fit in half of the budget are one *leaf*, of which everything is kept as ever; the other half is for states. Where the
turns are counted, states lie as in binomial checkpointing (Griewank & Walther, Revolve, ACM TOMS 26, 2000): with s states, each leaf of
C(s + r, s) is run again at most r times. Where a `while` counts them only as it runs, they lie evenly, and every other one is dropped
when there is no more room (the setting of Stumm & Walther, New algorithms for optimal online checkpointing, SIAM J. Sci. Comput. 32, 2010;
their places would save some runs). All runs of a turn are by one function that is never inlined, and cotangents are handed from leaf to
leaf in the order in which they would have been added up: not a digit depends on how large the budget is. (But where two carried arrays
may be one, whose cotangent is then the sum of two at the border of a leaf: the last digit may.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..analysis.alias import is_reference
from ..ir.build import Builder
from ..ir.program import Function, Op, Region, Value
from ..ir.types import I64, ArrayType, ScalarType, Type
from .augment import constant_step, trip_count
from .nested import absent_like, add_to
from .scope import Scope
from .states import States, advance, leaves
from .turns import Given, Ran, Turns, fits

if TYPE_CHECKING:
    from .reverse import Reverse

CACHED = 1 << 18
"""Bytes that a leaf may have in any case, if the budget allows: they stay in the processor's cache."""

MOST_ONLINE = 1 << 16


class Plan:
    """The two functions that stand for a loop: forward with states put away, and backward."""

    def __init__(self, owner: Reverse, scope: Scope, op: Op, budget: int) -> None:
        self.owner, self.scope, self.op, self.budget = owner, scope, op, budget
        self.sweep = scope.sweep
        self.turns = Turns(owner, self.sweep, op)
        extra = self.sweep.extra
        names = ("turns", "leaf", "room", "count")
        self.numbers = [extra(name, I64, scope.region) for name in names]
        self.kept = [extra("states", type_, scope.region) for type_ in States.types(self.turns)]
        self.doubled = [k for k in self.turns.shadowed if op.results[k] in self.sweep.active]

    # Forward -----------------------------------------------------------------------------------------------------

    def forward(self, b: Builder) -> None:
        """The call of the forward function, in place of the loop."""
        sweep, op, turns = self.sweep, self.op, self.turns
        if not hasattr(self, "name"):
            self.name = self.forward_function()
        inits = op.operands[3 if turns.counted else 1 :]
        controls = op.operands[:3] if turns.counted else op.operands[:1]
        shadows = [sweep.shadow(v) for v in (*turns.early(), *(inits[k] for k in self.doubled))]
        operands = tuple(sweep.forward(v) for v in (*controls, *turns.outside, *inits, *shadows))
        results = (*op.results, *(sweep.shadow(op.results[k]) for k in self.doubled), *self.numbers, *self.kept)
        b.append(Op("call", operands, tuple(sweep.forward(v) for v in results), {"callee": self.name}, location=op.location))

    def forward_function(self) -> str:
        turns, op = self.turns, self.op
        b = Builder(op.location)
        controls = [Value(v.name, v.type) for v in (op.operands[:3] if turns.counted else op.operands[:1])]
        outside = [Value(v.name, v.type) for v in turns.outside]
        inits = [Value(v.name, v.type) for v in turns.arguments]
        early = [Value(f"{v.name}_bar", v.type) for v in turns.early()]
        bars = [Value(f"{inits[k].name}_bar", inits[k].type) for k in self.doubled]
        given = Given(outside, early)
        changed = [outside[turns.outside.index(v)] for v in turns.changed]
        room, leaf = self.measured(b, [*inits, *changed])
        if turns.counted:
            lo, hi, step = controls
            n = trip_count(b, lo, hi, step, constant_step(self.sweep, op))
            leaf = b.op("maximum", leaf, b.i64(1), name="leaf")
            needed = b.op("add", leaves(b, n, leaf), b.i64(1))
            room = b.op("minimum", room, needed, name="room")
            states = States.new(turns, b, room)
            states.push(b, b.i64(0), b.i64(0), inits, changed)
            t, count, state = advance(turns, states, b, b.i64(0), n, leaf, room, b.i64(1), inits, changed, given)
            ran = turns.run(b, [t, n], given, state, turns.absent(b, state))
            state = list(ran.state)
        else:
            room = b.op("minimum", room, b.i64(MOST_ONLINE), name="room")
            states = States.new(turns, b, room)
            states.push(b, b.i64(0), b.i64(0), inits, changed)
            n, count, state = self.online(b, states, controls[0], leaf, room, inits, changed, given)
        shadows = []
        for k, bar in zip(self.doubled, bars, strict=True):
            none = b.op("eq", n, b.i64(0))
            fresh = state[k]
            (shadow,) = b.if_(
                none, lambda inner, bar=bar: (bar,), lambda inner, fresh=fresh: (absent_like(self.sweep.products, inner, fresh),)
            )
            shadows.append(shadow)
        b.end("return", [*state, *shadows, n, leaf, room, count, *states.values])
        return self.added("forward", [*controls, *outside, *inits, *early, *bars], b)

    def measured(self, b: Builder, state: Sequence[Value]) -> tuple[Value, Value]:
        """(how many states there is room for, how many turns make a leaf)."""
        half = self.budget // 2
        size, largest = b.i64(8 * (1 + sum(not is_reference(v) for v in state))), b.i64(0)
        for v in state:
            if isinstance(v.type, ArrayType):
                own = b.i64(v.type.dtype.bits // 8)
                for extent in b.dims(v):
                    own = b.op("mul", own, extent)
                largest = b.op("maximum", largest, own)
                size = b.op("add", size, b.op("add", own, b.i64(96)))
        room = b.op("maximum", b.op("floordiv", b.i64(half), size), b.i64(4), name="room")
        numbers, arrays = self.turns.bytes_a_turn()
        turn = b.op("add", b.i64(numbers), b.op("mul", b.i64(arrays), largest), name="turn")
        leaf = b.op("maximum", b.op("floordiv", b.i64(min(CACHED, half)), turn), b.i64(1), name="leaf")
        if not self.turns.counted:
            return room, leaf
        most = b.op("maximum", b.op("floordiv", b.i64(half), turn), b.i64(1), name="most")
        return room, b.op("minimum", leaf, most, name="leaf")

    def online(
        self,
        b: Builder,
        states: States,
        condition: Value,
        leaf: Value,
        room: Value,
        inits: Sequence[Value],
        changed: Sequence[Value],
        given: Given,
    ) -> tuple[Value, Value, list[Value]]:
        """A `while` forward: (its turns, how many states were put away, the last state)."""
        turns = self.turns
        most = b.op("floordiv", room, b.i64(2), name="most")

        def segment(inner: Builder, t: Value, count: Value, apart: Value, *state: Value) -> Sequence[Value]:
            ran = turns.run(inner, [leaf], given, state, turns.absent(inner, state))
            done, cond = ran.count
            t = inner.op("add", t, done, name="t")
            full = inner.op("and", cond, inner.op("eq", count, most))

            def thinned(here: Builder) -> tuple[Value, Value]:
                rest = here.op("floordiv", here.op("add", count, here.i64(1)), here.i64(2), name="count")
                here.loop(rest, lambda at, k: states.moved(at, k, states.get(at, at.op("mul", k, at.i64(2)))))
                return rest, here.op("mul", apart, here.i64(2), name="apart")

            count, apart = inner.if_(full, thinned, lambda here: (count, apart), names=("count", "apart"))
            due = inner.op("and", cond, inner.op("eq", inner.op("mod", t, apart), inner.i64(0)))

            def put(here: Builder) -> tuple[Value, ...]:
                states.push(here, count, t, ran.state, changed)
                return (here.op("add", count, here.i64(1), name="count"),)

            (count,) = inner.if_(due, put, lambda here: (count,), names=("count",))
            return cond, t, count, apart, *ran.state

        t, count, _, *state = b.while_(condition, [b.i64(0, "t"), b.i64(1, "count"), leaf, *inits], segment)
        return t, count, state

    # Backward ----------------------------------------------------------------------------------------------------

    def backward(self) -> None:
        """The call of the backward function, and what it leaves in the adjoints around."""
        scope, op, turns, sweep = self.scope, self.op, self.turns, self.sweep
        inits = op.operands[3 if turns.counted else 1 :]
        own = [k for k, a in enumerate(turns.arguments) if a in sweep.active and not is_reference(a)]
        seeds = [scope.take(op.results[k]) or scope.absent(turns.arguments[k]) for k in own]
        so_far = [scope.current(v) or scope.absent(v) for v in turns.through]
        outside = [self.as_it_was(v) for v in turns.outside]
        shadows = [scope.shadow(v) for v in (*turns.early(), *turns.shadows_late())]
        shadows += [scope.shadow(op.results[k]) for k in self.doubled] + [scope.shadow(inits[k]) for k in self.doubled]
        kept = [scope.value(v) for v in (*self.numbers, *self.kept)]
        name = self.backward_function(own)
        bars = [turns.arguments[k] for k in own] + turns.through
        results = scope.b.emit(
            "call",
            *(*kept, *outside, *shadows, *seeds, *so_far),
            names=[f"{v.name}_bar" for v in bars],
            types=[v.type for v in bars],
            callee=name,
        )
        scope.adjoint.update(zip(turns.through, results[len(own) :], strict=True))
        for k, result in zip(own, results, strict=False):
            scope.contribute(inits[k], result)

    def as_it_was(self, v: Value) -> Value:
        """A value from outside, an array with the elements it had before the loop; of one that the loop writes only the shape counts."""
        scope = self.scope
        if v in self.turns.changed or not isinstance(v.type, ArrayType):
            return scope.value(v)
        return weak(scope.b, scope.content(v, self.op), v.type)

    def backward_function(self, own: Sequence[int]) -> str:
        turns, sweep = self.turns, self.sweep
        b = Builder(self.op.location)
        n, leaf, room, count = (Value(v.name, I64) for v in self.numbers)
        kept = [Value("states", v.type) for v in self.kept]
        outside = [Value(v.name, v.type) for v in turns.outside]
        early, late = ([Value(f"{v.name}_bar", v.type) for v in vs] for vs in (turns.early(), turns.shadows_late()))
        at_end, at_start = ([Value(f"{turns.arguments[k].name}_bar", turns.arguments[k].type) for k in self.doubled] for _ in range(2))
        seeds = [Value(f"{turns.arguments[k].name}_bar", turns.arguments[k].type) for k in own]
        so_far = [Value(f"{v.name}_bar", v.type) for v in turns.through]
        parameters = [n, leaf, room, count, *kept, *outside, *early, *late, *at_end, *at_start, *seeds, *so_far]
        states = States(turns, kept)
        if sweep.reusable:
            states = states.again(b, count)
        private = {v: b.op("alloc", *b.dims(outside[k]), dtype=v.type.dtype.name, name=v.name) for k, v in self.changed()}  # type: ignore[union-attr]
        here = [weak(b, private[v], v.type) if v in private else outside[k] for k, v in enumerate(turns.outside)]
        given, changed = Given(here, early), [here[k] for k, _ in self.changed()]
        carried = [*seeds, *so_far, *at_end]

        def back(inner: Builder, end: Value, count: Value, *bars: Value) -> Sequence[Value]:
            top = inner.op("sub", count, inner.i64(1), name="top")
            t, *parts = states.get(inner, top)
            state, old = parts[: len(turns.arguments)], parts[len(turns.arguments) :]
            for target, source in zip(changed, old, strict=True):
                inner.do("assign", source, target)
            t, count, state = advance(turns, states, inner, t, end, leaf, room, count, state, changed, given)
            shadows = self.shadows_at(inner, t, state, at_start)
            leading = [t, end] if turns.counted else [inner.op("sub", end, t, name="most")]
            ran = turns.run(inner, leading, given, state, shadows)
            arrays = bars[len(own) + len(so_far) :]
            for k, bar in zip(self.doubled, arrays, strict=True):
                add_to(inner, ran.shadows[turns.shadowed.index(k)], bar)
            cotangents = self.swept(inner, ran, late, own, bars)
            below = self.popped(inner, states, count, t)
            following = [shadows[turns.shadowed.index(k)] for k in self.doubled]
            return inner.op("gt", t, inner.i64(0)), t, below, *cotangents, *following

        results = b.while_(b.op("gt", n, b.i64(0)), [n, count, *carried], back, names=["end", "count", *(v.name for v in carried)])
        b.end("return", results[2 : 2 + len(own) + len(so_far)])
        return self.added("backward", parameters, b)

    def changed(self) -> list[tuple[int, Value]]:
        return [(self.turns.outside.index(v), v) for v in self.turns.changed]

    def shadows_at(self, b: Builder, t: Value, state: Sequence[Value], at_start: Sequence[Value]) -> list[Value]:
        """The shadows of a state: at the first turn those that the values from outside have."""
        found = self.turns.absent(b, state)
        start = b.op("eq", t, b.i64(0))
        for k, bar in zip(self.doubled, at_start, strict=True):
            j = self.turns.shadowed.index(k)
            fresh = found[j]
            (found[j],) = b.if_(start, lambda inner, bar=bar: (bar,), lambda inner, fresh=fresh: (fresh,))
        return found

    def swept(self, b: Builder, ran: Ran, late: Sequence[Value], own: Sequence[int], bars: Sequence[Value]) -> list[Value]:
        """The backward half of the turns: cotangents of the active carried scalars and of the scalars from outside."""
        turns = self.turns
        seeds = []
        for k, a in enumerate(turns.arguments):
            if isinstance(a.type, ScalarType) and a.type.is_float:
                seeds.append(bars[own.index(k)] if k in own else self.sweep.products.absent(b, a.type))
        seeds += bars[len(own) : len(own) + len(turns.through)]
        scalars = [v for k, v in enumerate((*turns.outside, *turns.arguments), turns.leading) if k in turns.wrt and not is_reference(v)]
        results = b.emit(
            "call",
            *(ran.record, *late, *seeds),
            names=[f"{v.name}_bar" for v in scalars],
            types=[v.type for v in scalars],
            callee=turns.halves.backward,
        )
        n = len(turns.through)
        return [*results[n:], *results[:n]]

    def popped(self, b: Builder, states: States, count: Value, t: Value) -> Value:
        """How many states are left once the turns from `t` on are done."""

        def before(inner: Builder, left: Value) -> Value:
            return inner.op("lt", inner.op("load", states.values[0], inner.op("sub", left, inner.i64(1))), t)

        def above(inner: Builder, left: Value) -> Sequence[Value]:
            left = inner.op("sub", left, inner.i64(1), name="count")
            some = inner.op("gt", left, inner.i64(1))
            useless = inner.op("not", before(inner, inner.op("maximum", left, inner.i64(1))))
            return inner.op("and", some, useless), left

        start = b.op("and", b.op("gt", count, b.i64(1)), b.op("not", before(b, count)))
        (left,) = b.while_(start, [count], above, names=["count"])
        return left

    def added(self, kind: str, parameters: Sequence[Value], b: Builder) -> str:
        name = self.owner.program.fresh_name(f"{self.sweep.function.name}_{kind}")
        self.owner.add(Function(name, Region(tuple(parameters), tuple(b.ops)), {}, self.op.location))
        return name


def weak(b: Builder, x: Value, type_: Type) -> Value:
    """`x` as an array of the type, which may not know that it is contiguous."""
    return x if x.type == type_ else b.op("weaken", x, name=x.name)


def checkpointed(owner: Reverse, scope: Scope, op: Op, budget: int) -> bool:
    """Sweep the loop `op` backwards under a budget, if it fits."""
    if not fits(scope, op):
        return False
    plan = Plan(owner, scope, op, budget)
    scope.sweep.plan(op).emit = plan.forward
    plan.backward()
    return True
