"""Where the machine may reorder a sum, fuse a product into it, or use vector mathematics of a few ulp: never before a decision.

    s2 = for …, s {(i, s):                      s2 = for …, s {(i, s):
      p = mul a, b                                p = mul a, b {relaxed=True}
      t = add s, p                         →      t = add s, p {relaxed=True}
      yield t                                     yield t
    }                                           }
    y = exp s2                                  y = exp s2 {relaxed=True}

A decision is a comparison of floats, a jump (`floor`), a cast to an integer, an argmax, an argsort, a check: whatever can reach one
keeps the arithmetic that the user wrote, through memory too. A sum is a carried value that is only added to (Kahan's
compensated sum looks at its sum otherwise, and so keeps its bits). Whether a derivative has a NaN is none: if so, all is done anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..analysis.alias import groups, is_reference
from ..ir.op import DEFINITIONS
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import ScalarType, scalar_of
from ..ir.walk import ops_in
from .rewriting import CALLS, is_view, with_function_ops, with_ops, with_regions

COMPARES = frozenset("lt le gt ge eq ne isnan isinf isfinite is_absent".split())
JUMPS = frozenset("floor ceil trunc rint sign floordiv mod fmod remainder copysign argmax argmin argsort any all".split())
REACHES_OUT = frozenset({"check", "print", "host"}) | CALLS
FUNCTIONS = frozenset(
    "exp exp2 expm1 log log2 log10 log1p pow cbrt sin cos tan arcsin arccos arctan arctan2 "
    "sinh cosh tanh arcsinh arccosh arctanh hypot erf erfc gammaln digamma".split()
)
"""Elementary functions that have vector forms."""
PRODUCTS = frozenset({"mul", "path", "square"})


def relax(program: Program) -> Program:
    """`program` with `relaxed` on what no decision can see."""
    flows = followed(program)
    return replace(program, functions={name: relaxed(function, flows[name]) for name, function in program.functions.items()})


def followed(program: Program, also: frozenset[str] = frozenset()) -> dict[str, Flow]:
    """What is decided on in each function, `also` by the operations of these names. What one that is called returns may be decided on
    there, and what it is given in it; of those that stay `apart`, a piece of their one caller, it is looked up."""
    called = {op.attributes["callee"] for function in program for op in ops_in(function.body) if op.name in CALLS}
    border: Border = {name: (set(), set()) for name, function in program.functions.items() if function.attributes.get("apart")}
    while True:
        before = {name: (set(given), set(returned)) for name, (given, returned) in border.items()}
        flows = {}
        for name, function in program.functions.items():
            flow = flows[name] = Flow(function, also)
            returned = [v for k, v in enumerate(function.returned) if k in border[name][1]] if name in border else function.returned
            flow.decide(returned if name in called else (), border)
            flow.cross(border)
        if before == border:
            return flows


Border = dict[str, tuple[set[int], set[int]]]
"""The parameters and the results of functions that are decided on, by position."""


def relaxed(function: Function, flow: Flow) -> Function:
    """`function` with its relaxed ops marked."""
    chosen = {op for op in flow.ops if op.name in FUNCTIONS and not flow.decided(op.results[0])}
    for op in flow.ops:
        if op.name in ("for", "while"):
            chosen |= flow.sums(op)
        elif op.name == "store":
            chosen |= flow.update(op)
        elif op.name in ("accumulate", "scatter_add") and flow.groups.of(op.operands[1]) not in flow.memory:
            chosen.add(op)
            chosen |= flow.product(op.operands[0], op)
    exact = {op for op in flow.ops if op.name in FUNCTIONS and op not in chosen}
    return with_function_ops(function, marked(function.body, chosen, exact)) if chosen or exact else function


def marked(region: Region, chosen: set[Op], exact: set[Op]) -> list[Op]:
    """The ops of `region` with those `chosen` relaxed and those `exact` kept from it."""
    ops = []
    for old in region.ops:
        op = with_regions(old, [with_ops(r, marked(r, chosen, exact)) for r in old.regions])
        if old in chosen:
            op = replace(op, attributes={**op.attributes, "relaxed": True})
        elif old in exact:
            op = replace(op, attributes={**op.attributes, "exact": True})
        ops.append(op)
    return ops


class Flow:
    """Who uses and makes each value of a function, and which values and memory can reach a decision."""

    def __init__(self, function: Function, also: frozenset[str] = frozenset()) -> None:
        self.function = function
        self.deciding = COMPARES | JUMPS | REACHES_OUT | also
        self.groups = groups(function)
        self.ops: list[Op] = []
        self.definers: dict[Value, Op] = {}
        self.uses: dict[Value, list[Op]] = {}
        self.sources: dict[Value, list[Value]] = {}
        self.parents: dict[Op, Op] = {}
        self.written: dict[Value, list[Value]] = {}
        self.values: set[Value] = set()
        self.memory: set[Value] = set()
        self.waiting: list[Value] = []
        self.visit(function.body, None)

    def visit(self, region: Region, parent: Op | None) -> None:
        for op in region.ops:
            self.ops.append(op)
            if parent is not None:
                self.parents[op] = parent
            for value in op.operands:
                self.uses.setdefault(value, []).append(op)
            for result in op.results:
                self.definers[result] = op
            for inner in op.regions:
                self.visit(inner, op)
            self.connect(op)

    def connect(self, op: Op) -> None:
        """Note where the results and arguments of control come from, and what is written where."""
        if op.name in ("for", "while"):
            first, lead = (1, 0) if op.name == "for" else (0, 1)
            inits = op.operands[3:] if op.name == "for" else op.operands[1:]
            (region,) = op.regions
            carried = zip(inits, region.arguments[first:], region.yielded[lead:], op.results, strict=True)
            for init, argument, value, result in carried:
                self.sources[argument] = self.sources[result] = [init, value]
        elif op.name in ("if", "map"):
            for k, result in enumerate(op.results):
                self.sources[result] = [region.yielded[k] for region in op.regions]
        position = DEFINITIONS[op.name].writes
        if position is not None:
            group = self.groups.of(op.operands[position])
            self.written.setdefault(group, []).extend(v for k, v in enumerate(op.operands) if k != position)

    # Decisions -------------------------------------------------------------------------------------------------------

    def decided(self, value: Value) -> bool:
        """Whether `value` can reach a decision."""
        return value in self.values or (is_reference(value) and self.groups.of(value) in self.memory)

    def decide(self, returned: Iterable[Value], border: Border) -> None:
        """Follow every decision back to what it is made from. `returned` is decided on by who calls."""
        for op in self.ops:
            into_integer = op.name == "cast" and not scalar_of(op.results[0].type).is_float
            if "unseen" in op.attributes:
                continue
            if op.name == "call" and op.attributes["callee"] in border:
                self.waiting.extend(op.operands[k] for k in border[op.attributes["callee"]][0])
            elif op.name in self.deciding or into_integer:
                self.waiting.extend(op.operands)
        self.waiting.extend(returned)
        while self.waiting:
            value = self.waiting.pop()
            if (isinstance(value.type, ScalarType) and not value.type.is_float) or value in self.values:
                continue
            self.values.add(value)
            if value in self.sources:
                self.waiting.extend(self.sources[value])
            else:
                self.waiting.extend(self.made_from(value))
            if is_reference(value):
                self.read(self.groups.of(value))

    def cross(self, border: Border) -> None:
        """Note what is decided on of what comes into this function, and of what comes back from those that it calls."""
        if self.function.name in border:
            border[self.function.name][0].update(k for k, p in enumerate(self.function.parameters) if self.decided(p))
        for op in self.ops:
            if op.name == "call" and op.attributes["callee"] in border:
                border[op.attributes["callee"]][1].update(k for k, v in enumerate(op.results) if self.decided(v))

    def made_from(self, value: Value) -> Iterable[Value]:
        op = self.definers.get(value)
        return () if op is None or op.name == "dim" or "unseen" in op.attributes else op.operands

    def read(self, group: Value) -> None:
        """Memory that reaches a decision: everything that is written there does, and everything that made it."""
        if group in self.memory:
            return
        self.memory.add(group)
        self.waiting.extend(self.written.get(group, ()))
        for member in self.groups.members.get(group, ()):
            op = self.definers.get(member)
            if op is not None and not is_view(op):
                self.waiting.extend(self.made_from(member))
            self.waiting.extend(self.sources.get(member, ()))

    # Sums ------------------------------------------------------------------------------------------------------------

    def sums(self, loop: Op) -> set[Op]:
        """The additions of the carried values of `loop` that are only added to, and the products they add."""
        region = loop.regions[0]
        first, lead = (1, 0) if loop.name == "for" else (0, 1)
        found: set[Op] = set()
        for k, argument in enumerate(region.arguments[first:]):
            if not isinstance(argument.type, ScalarType) or not argument.type.is_float or self.decided(argument):
                continue
            found |= self.only_added(argument, region.terminator, lead + k) or set()
        return found

    def only_added(self, start: Value, end: Op, position: int) -> set[Op] | None:
        """The additions between `start` and its place in the terminator `end`, or None if it is used in any other way."""
        chain, waiting, found = {start}, [start], set()
        while waiting:
            value = waiting.pop()
            for use in self.uses.get(value, ()):
                following = self.after(use, value, end, position)
                if following is None:
                    return None
                if use.name in ("add", "sub"):
                    found.add(use)
                for v in following:
                    if v not in chain:
                        chain.add(v)
                        waiting.append(v)
        if any(sum(v in chain for v in op.operands) != 1 for op in found):
            return None
        for op in list(found):
            found |= self.product(next(v for v in op.operands if v not in chain), op)
        return found

    def after(self, use: Op, value: Value, end: Op, position: int) -> list[Value] | None:
        """The values that carry the sum on after `use`; None if the use is not of a sum."""
        places = [k for k, v in enumerate(use.operands) if v is value]
        if use is end:
            return [] if places == [position] else None
        if use.name == "add" or (use.name == "sub" and places == [0]):
            return list(use.results)
        if use.name == "yield" and self.parents[use].name == "if":
            return [self.parents[use].results[k] for k in places]
        if use.name == "yield" and self.parents[use].name in ("for", "while"):
            inner = self.parents[use]
            results, arguments = inner.results, inner.regions[0].arguments
            if inner.name == "for":
                return [v for k in places for v in (results[k], arguments[k + 1])]
            return [v for k in places for v in (results[k - 1], arguments[k - 1])]
        if use.name in ("for", "while"):
            fixed, first = (3, 1) if use.name == "for" else (1, 0)
            if min(places) < fixed:
                return None
            return [v for k in places for v in (use.results[k - fixed], use.regions[0].arguments[k - fixed + first])]
        return None

    def product(self, value: Value, addition: Op) -> set[Op]:
        """The multiplication that makes `value`, if nothing but `addition` reads it."""
        op = self.definers.get(value)
        if op is None or op.name not in PRODUCTS or self.uses[value] != [addition]:
            return set()
        return {op}

    def update(self, store: Op) -> set[Op]:
        """x[i] = x[i] + e, where the old value is read for this alone: the addition, and the product that makes e."""
        value, array, *indices = store.operands
        addition = self.definers.get(value)
        if addition is None or addition.name not in ("add", "sub") or self.uses[value] != [store] or self.decided(value):
            return set()
        for k, old in enumerate(addition.operands[: 2 if addition.name == "add" else 1]):
            load = self.definers.get(old)
            if load is None or load.name != "load" or load.operands != (array, *indices) or self.uses[old] != [addition]:
                continue
            return {addition} | self.product(addition.operands[1 - k], addition)
        return set()
