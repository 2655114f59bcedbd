"""What functions that call themselves keep for the backward sweep: it lies on stacks, one for each type, that all calls share.

    def f(x, n): if n == 0: return x       f_fwd(stack, x, n):      …; y = f_fwd(stack, t, n - 1); …; append t, c to the stack
                 y = f(g(x), n - 1)   ->   f_bwd(stack, tops, …):   t, c = the topmost entries, tops -= 2; …; f_bwd(stack, tops, …); …

The backward sweep goes the way of the forward sweep back, so what a region (a function, a turn of a loop, a side of a branch) put there
last is on top when the sweep comes to it: a *frame*. Nothing is taken off, only `tops`, how far the sweep is, goes down: a pullback may
run many times. A frame has no header, and a call that needs nothing has none. What the caller has anyway is not kept: parameters and
their shadows that the backward half turns out to need are given to it once more; which these are is found by trying again until
all functions that call each other agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..analysis.alias import is_reference
from ..ir.build import Builder
from ..ir.program import Op, Program, Value
from ..ir.types import I64, ArrayType, ListType, RecordType, Type
from ..ir.walk import ops_in, reached
from .scope import Scope
from .sweep import Sweep

Key = tuple[str, tuple[int, ...]]
"""A function and the positions of its active parameters."""

Need = tuple[int, bool]
"""A parameter by its position, or its shadow (True)."""

TOPS = ArrayType(I64, 1)


def circle(program: Program, name: str) -> frozenset[str]:
    """The functions that `name` calls, perhaps through others, and that call it."""
    below = reached(program.functions, [name])
    return frozenset(other for other in below if name in reached(program.functions, [other]))


def handed_down(program: Program, names: frozenset[str]) -> frozenset[tuple[str, int]]:
    """The parameters of functions that call each other through which only parameters of this kind are passed: all calls have the same."""
    found = {(name, k) for name in names for k in range(len(program.functions[name].parameters))}
    calls = [(name, op) for name in names for op in ops_in(program.functions[name].body) if op.name == "call"]
    inner = [(name, op) for name, op in calls if op.attributes["callee"] in names]
    while True:
        lost = {
            (op.attributes["callee"], k)
            for name, op in inner
            for k, v in enumerate(op.operands)
            if not any(v is p and (name, j) in found for j, p in enumerate(program.functions[name].parameters))
        }
        if not lost & found:
            return frozenset(found)
        found -= lost


@dataclass
class Stack:
    """What functions that call each other put on their stacks, when something outside calls one of them."""

    record: str
    functions: frozenset[str]
    handed_down: frozenset[tuple[str, int]]
    fields: list[ListType] = field(default_factory=list)
    needs: dict[Key, list[Need]] = field(default_factory=dict)
    halves: dict[Key, tuple[str, str]] = field(default_factory=dict)
    written: set[Key] = field(default_factory=set)
    settled: bool = True

    @property
    def type(self) -> RecordType:
        return RecordType(self.record)

    def begin(self) -> None:
        """All functions are written once more."""
        self.fields.clear()
        self.written.clear()
        self.settled = True

    def needed(self, key: Key) -> list[Need]:
        return self.needs.setdefault(key, [])

    def field(self, type_: Type) -> int:
        """Which of the stacks takes values of this type."""
        stack = ListType(type_, segments=True)
        if stack not in self.fields:
            self.fields.append(stack)
        return self.fields.index(stack)

    def new(self, b: Builder, stack: Value) -> None:
        """Empty stacks, in the forward sweep of a caller from outside."""
        entries = tuple(b.op("list_new", type=type_, name="entries") for type_ in self.fields)
        b.append(Op("pack", entries, (stack,), {"type": self.type}, location=b.location))

    def tops(self, b: Builder, stack: Value) -> Value:
        """How far up full stacks go, where a backward sweep begins."""
        tops = b.op("alloc", b.i64(len(self.fields)), dtype="i64", name="tops")
        for k, type_ in enumerate(self.fields):
            entries = b.op("unpack", stack, field=k, type=type_, name="entries")
            b.do("store", b.op("list_length", entries), tops, b.i64(k))
        return tops


class Given:
    """What the two halves of one function are given: the stacks, and what the backward half needs of the parameters.

    The forward half begins with the stacks, the backward half with these and how far up they still go.
    """

    def __init__(self, stack: Stack, key: Key, sweep: Sweep) -> None:
        self.stack, self.key, self.sweep = stack, key, sweep
        self.forward, self.backward, self.tops = Value("stack", stack.type), Value("stack", stack.type), Value("tops", TOPS)
        self.entries: dict[tuple[int, bool], Value] = {}
        self.places = {p: k for k, p in enumerate(sweep.function.parameters)}
        self.needed = {need: Value(v.name, v.type) for need in stack.needed(key) for v in [self.standing_for(need)]}

    def standing_for(self, need: Need) -> Value:
        parameter = self.sweep.function.parameters[need[0]]
        return self.sweep.shadow(parameter) if need[1] else parameter

    def cheap(self, v: Value) -> bool:
        """Whether the caller has the parameter `v` anyway, or it costs no more there than here."""
        return not is_reference(v) or (self.key[0], self.places[v]) in self.stack.handed_down

    def get(self, v: Value) -> Value | None:
        """What stands for `v` in the backward half, if it is a parameter or the shadow of one."""
        parameter = self.sweep.shadow_of.get(v, v)
        if parameter not in self.places:
            return None
        need = (self.places[parameter], parameter is not v)
        if need not in self.needed:
            self.needed[need] = Value(v.name, v.type)
            self.stack.needed(self.key).append(need)
            self.stack.settled = False
        return self.needed[need]

    def stack_in(self, k: int, *, forward: bool) -> Value:
        """The stack number `k` in the forward half, or in the backward one."""
        return self.entries.setdefault((k, forward), Value("entries", self.stack.fields[k]))

    def unpacked(self, *, forward: bool) -> list[Op]:
        """The ops that begin a half: the stacks that it uses."""
        stack = self.forward if forward else self.backward
        return [
            Op("unpack", (stack,), (v,), {"field": k, "type": v.type})
            for (k, of_forward), v in self.entries.items()
            if of_forward is forward
        ]


class Frame:
    """What one region keeps: asked for a value, it notes it and reads it from where the forward sweep will have put it."""

    def __init__(self, given: Given, scope: Scope) -> None:
        self.given, self.scope = given, scope
        self.kept: list[tuple[Value, int]] = []
        self.tops: dict[int, Value] = {}
        self.count: dict[int, int] = {}

    def __call__(self, v: Value) -> Value:
        k = self.given.stack.field(v.type)
        b = self.scope.prologue
        if k not in self.tops:
            self.tops[k] = b.op("load", self.given.tops, b.i64(k), name="top")
        self.count[k] = self.count.get(k, 0) + 1
        self.kept.append((v, k))
        at = b.op("sub", self.tops[k], b.i64(self.count[k]), overflow="never")
        return b.op("list_get", self.given.stack_in(k, forward=False), at, name=v.name)

    def close(self) -> None:
        """All has been asked for: the frame is taken off before anything below it is read."""
        b = self.scope.prologue
        for k, top in self.tops.items():
            b.do("store", b.op("sub", top, b.i64(self.count[k]), overflow="never"), self.given.tops, b.i64(k))

    def push(self, b: Builder, get: Callable[[Value], Value]) -> None:
        """What the region keeps, at its end in the forward sweep: what was asked for first comes to lie on top."""
        for v, k in reversed(self.kept):
            b.do("list_append", self.given.stack_in(k, forward=True), get(v))


def frame_inside(scope: Scope, body: Scope, op: Op) -> Frame | None:
    """The frame of the region of `body`, one of `op`, if `scope` around it has one."""
    if scope.frame is None:
        return None
    frame = body.frame = scope.sweep.plan(op).frames[body.region] = Frame(scope.frame.given, body)
    return frame


def on_same_stack(sweep: Sweep, ops: Sequence[Op]) -> bool:
    """Whether any of `ops` is a call whose forward half puts something on the stacks of this function: the sweep must pass it."""
    names = sweep.given.stack.functions if sweep.given is not None else frozenset[str]()
    return any(op.name == "call" and op.attributes["callee"] in names and sweep.derives(op) for op in ops)
