"""What varies with the chosen inputs: only that carries a derivative; integers and booleans never do.

s = mul x, y; n = cast s {i64}; t = cast n {f64}; u = add s, t      wrt x: s, u vary; n, t do not

And of what varies, what a result depends on: in a program on one side of its kinks most of it only decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..errors import NotSupported
from ..ir.op import definition
from ..ir.program import Function, Op, Region, Value
from ..ir.types import is_float
from ..ir.walk import ops_in
from ..ops.rules import JUMPS, Elementwise
from ..unchanging import plain_value
from .alias import Groups, is_reference
from .effects import Effects


@plain_value
class Activity:
    """The scalars, and the memory groups, that vary."""

    groups: Groups
    scalars: frozenset[Value]
    memory: frozenset[Value]

    def __contains__(self, value: Value) -> bool:
        if is_reference(value):
            return is_float(value.type) and self.groups.of(value) in self.memory
        return value in self.scalars

    def passes(self, op: Op) -> bool:
        """Whether `op` carries a derivative from an operand to its result.

        The result may vary without: memory that is written later, or that meets what varies on another path or in a loop.
        """
        return definition(op.name).no_derivative is None and any(v in self for v in op.operands)


class _Marked:
    """Scalars and groups of memory that are marked by going over the function until nothing is added."""

    def __init__(self, groups: Groups) -> None:
        self.groups = groups
        self.scalars: set[Value] = set()
        self.memory: set[Value] = set()
        self.changed = False

    def __contains__(self, value: Value) -> bool:
        return is_float(value.type) and (self.groups.of(value) in self.memory if is_reference(value) else value in self.scalars)

    def add(self, value: Value) -> None:
        if not is_float(value.type) or value in self:
            return
        self.changed = True
        if is_reference(value):
            self.memory.add(self.groups.of(value))
        else:
            self.scalars.add(value)

    def settle(self, function: Function) -> None:
        self.changed = True
        while self.changed:
            self.changed = False
            self.region(function.body)

    def region(self, region: Region) -> None:
        raise NotImplementedError


class _Varied(_Marked):
    def __init__(self, groups: Groups, strict: bool, pure: frozenset[str]) -> None:
        super().__init__(groups)
        self.strict, self.pure = strict, pure

    def flow(self, sources: Iterable[Value], targets: Iterable[Value]) -> None:
        for source, target in zip(sources, targets, strict=True):
            if source in self:
                self.add(target)

    def region(self, region: Region) -> None:
        for op in region.ops:
            self.op(op)

    def op(self, op: Op) -> None:
        if op.name == "if":
            for region in op.regions:
                self.region(region)
                self.flow(region.yielded, op.results)
        elif op.name in ("for", "while"):
            self.loop(op)
        elif op.name == "call":
            if any(v in self for v in op.operands):
                written = () if op.attributes["callee"] in self.pure else filter(is_reference, op.operands)
                for value in (*written, *op.results):
                    self.add(value)
        elif op.name in ("store", "fill", "assign", "accumulate", "scatter", "scatter_add"):
            self.flow(op.operands[:1], op.operands[1:2])
        elif op.name in ("list_append", "list_set"):
            self.flow(op.operands[1:2], op.operands[:1])
        elif op.results and any(v in self for v in op.operands) and self.carries(op):
            for result in op.results:
                self.add(result)

    def loop(self, op: Op) -> None:
        skip, offset = (3, 1) if op.name == "for" else (1, 0)
        (region,) = op.regions
        arguments, yielded = region.arguments[offset:], region.yielded[1 - offset :]
        self.flow(op.operands[skip:], arguments)
        while True:
            before = len(self.scalars) + len(self.memory)
            self.region(region)
            self.flow(yielded, arguments)
            if len(self.scalars) + len(self.memory) == before:
                break
        self.flow(arguments, op.results)

    def carries(self, op: Op) -> bool:
        """Whether a derivative passes through `op`. One that exists but isn't known is refused, never taken for zero."""
        facts = definition(op.name)
        if isinstance(facts.rule, Elementwise) and self.strict:
            self.refuse_unknown(op, facts.rule)
        if facts.no_derivative is None or not any(is_float(v.type) for v in op.results):
            return True
        if facts.no_derivative == JUMPS or not self.strict or (op.name == "host" and op.attributes["call"].data):
            return False
        reason, way_out = f"the derivative of {op.name} is not known: {facts.no_derivative}", "write it with operations that have one"
        if op.name == "host":
            reason, way_out = op.attributes["call"].advice
        raise NotSupported([(op.location, reason, way_out)])

    def refuse_unknown(self, op: Op, rule: Elementwise) -> None:
        """Refuse an op that varies by an operand in which its derivative is not known."""
        for k, (why, operand) in enumerate(zip(rule.unknown, op.operands, strict=False)):
            if why is not None and operand in self:
                reason = f"the derivative of {op.name} with respect to its argument {k + 1} is not known: {why}"
                raise NotSupported([(op.location, reason, "keep this argument constant: compute it outside, or cut it off by a rule")])


class _Useful(_Marked):
    def region(self, region: Region) -> None:
        for op in reversed(region.ops):
            self.op(op)

    def all(self, values: Iterable[Value]) -> None:
        for value in values:
            self.add(value)

    def op(self, op: Op) -> None:
        if op.name == "if":
            for region in op.regions:
                self.all(y for y, v in zip(region.yielded, op.results, strict=True) if v in self)
                self.region(region)
        elif op.name in ("for", "while"):
            skip, offset = (3, 1) if op.name == "for" else (1, 0)
            (region,) = op.regions
            carried = zip(op.operands[skip:], region.arguments[offset:], region.yielded[1 - offset :], op.results, strict=True)
            for values in carried:
                if any(v in self for v in values[1:]):
                    self.all(values)
            self.region(region)
        elif op.name in ("store", "fill", "assign", "accumulate", "scatter", "scatter_add"):
            self.all(op.operands[:1] if op.operands[1] in self else ())
        elif op.name in ("list_append", "list_set"):
            self.all(op.operands[1:2] if op.operands[0] in self else ())
        elif op.name == "chosen":
            self.all(op.operands[1:] if op.result in self else ())
        elif any(v in self for v in op.results) or (op.name == "call" and any(is_reference(v) and v in self for v in op.operands)):
            self.all(op.operands if definition(op.name).no_derivative is None or op.name == "call" else ())


def useful(function: Function, active: Activity) -> Activity:
    """What is `active` in `function` and reaches a result, or an array or list that it was given, by which a derivative may pass."""
    state = _Useful(active.groups)
    state.all(function.returned)
    state.all(filter(is_reference, function.parameters))
    state.settle(function)
    return Activity(active.groups, active.scalars & state.scalars, active.memory & state.memory)


def deciding(function: Function, active: Activity, decides: Callable[[Op], bool], told: bool) -> Activity:
    """What is `active` in `function` and reaches an operand of an op that `decides`, or, where it is `told`, a result."""
    state = _Useful(active.groups)
    if told:
        state.all(function.returned)
        state.all(filter(is_reference, function.parameters))
    for op in ops_in(function.body):
        if decides(op):
            state.all(op.operands)
    state.settle(function)
    return Activity(active.groups, active.scalars & state.scalars, active.memory & state.memory)


def varied(function: Function, effects: Effects, wrt: Iterable[int], *, called: bool = False, strict: bool = True) -> Activity:
    """What varies in `function` with the parameters at `wrt`: a forward sweep, repeated until memory settles.

    Where it is `strict`, a derivative that is not known is refused; else it is taken for none.

    Where it is `called` by a function that is differentiated, the memory it returns varies too, because the caller may write to it.
    """
    state = _Varied(effects.groups, strict, effects.pure)
    for k in wrt:
        state.add(function.parameters[k])
    if called:
        for value in filter(is_reference, function.returned):
            state.add(value)
    state.settle(function)
    return Activity(effects.groups, frozenset(state.scalars), frozenset(state.memory))


def refuse_truncation(effects: Effects, active: Activity) -> None:
    """A float that varies, stored where only integers go, would lose its derivative silently: refused."""
    for op in effects.ops():
        if op.attributes.get("stored") and op.operands[0] in active:
            reason = "a value that depends on the inputs is stored in an array of integers, which cuts its derivative off"
            raise NotSupported([(op.location, reason, "make the array with dtype=float")])
