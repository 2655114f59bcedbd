"""Dead code: only what reaches a result, an error, a printed line or memory that somebody reads is kept.

    t = alloc n                 func @f(x: f64, n: i64) -> (f64) {
    store x, t, i        →        y = exp x
    z = log x                     return y
    y = exp x                   }
    return y

Carried values of loops and results of branches that nobody uses go too, and arrays that are only written. Checks stay, and so
does everything else that can raise, but for what is `ours`. Arrays whose shapes are known to go together raise nothing where they meet
element by element.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..analysis.alias import groups, is_reference
from ..ir.program import Function, Op, Region, Value
from ..ir.walk import ops_in
from .extents import Known
from .rewriting import TERMINATORS, is_view, may_raise, with_function_ops, with_ops, writes


def dead(function: Function) -> Function:
    """`function` without what nobody needs."""
    return with_function_ops(function, pruned(function.body.ops, Marking(function)))


class Marking:
    """Which values and ops are needed, by following needs from the function's effects back to what they come from."""

    def __init__(self, function: Function) -> None:
        self.groups = groups(function)
        self.constants: dict[Value, Any] = {}
        self.extents = Known(self.constants, {})
        self.values: set[Value] = set()
        self.ops: set[Op] = set()
        self.definers: dict[Value, Op] = {}
        self.arguments: dict[Value, tuple[Op, Region, int]] = {}
        self.parents: dict[Op, Op | None] = {}
        self.writers: dict[Value, list[Op]] = {}
        self.read: set[Value] = set()
        self.waiting: list[Op | Value] = []
        self.unread = only_filled(function)
        self.index(function.body, None)
        for group in self.groups.given:
            self.reads(group)
        self.follow()

    def index(self, region: Region, parent: Op | None) -> None:
        """Note who defines, contains and writes what; effects are needed from the start."""
        if parent is not None:
            for position, argument in enumerate(region.arguments):
                self.arguments[argument] = (parent, region, position)
        for op in region.ops:
            self.parents[op] = parent
            if op.name == "constant":
                self.constants[op.result] = op.attributes["value"]
            self.extents.define(op)
            for result in op.results:
                self.definers[result] = op
            target = writes(op)
            if target is not None and target not in self.unread:
                self.writers.setdefault(self.groups.of(target), []).append(op)
            if op.name in ("return", "print") or self.has_effect(op):
                self.waiting.append(op)
            for inner in op.regions:
                self.index(inner, op)

    def has_effect(self, op: Op) -> bool:
        """Whether `op` itself may raise, or have no end."""
        if "ours" in op.attributes or "spare" in op.attributes:
            return False
        return op.name == "while" or (may_raise(op) and op.name not in TERMINATORS and not self.extents.fits(op))

    def follow(self) -> None:
        while self.waiting:
            needed = self.waiting.pop()
            if isinstance(needed, Value):
                if needed not in self.values:
                    self.values.add(needed)
                    self.value(needed)
            elif needed not in self.ops:
                self.ops.add(needed)
                self.op(needed)

    def op(self, op: Op) -> None:
        """`op` runs: so do what contains it and what makes its operands."""
        parent = self.parents[op]
        if parent is not None:
            self.waiting.append(parent)
        if op.name == "for":
            self.waiting.extend(op.operands[:3])
        elif op.name == "while":
            self.waiting.extend((op.operands[0], op.regions[0].yielded[0]))
        elif op.name == "if":
            self.waiting.append(op.operands[0])
        elif op.name == "map":
            self.waiting.extend(op.operands)
        elif op.name not in ("yield",):
            self.waiting.extend(op.operands)
            self.reads_of(op)

    def reads_of(self, op: Op) -> None:
        """Memory that `op` reads, or hands to somebody who may, is read."""
        if is_view(op) or op.name in ("dim", "list_length"):
            if op.name == "list_length":
                self.reads(op.operands[0])
            return
        target = writes(op)
        for operand in op.operands:
            if is_reference(operand) and operand is not target:
                self.reads(operand)

    def reads(self, value: Value) -> None:
        group = self.groups.of(value)
        if group not in self.read:
            self.read.add(group)
            self.waiting.extend(self.writers.get(group, ()))

    def value(self, value: Value) -> None:
        """`value` is needed: so is the op that defines it, and the one carried value or yielded value behind it."""
        if value in self.arguments:
            op, region, position = self.arguments[value]
            self.waiting.append(op)
            if op.name == "for" and position > 0:
                self.waiting.extend((op.operands[position + 2], region.yielded[position - 1]))
            elif op.name == "while":
                self.waiting.extend((op.operands[position + 1], region.yielded[position + 1]))
            return
        definer = self.definers.get(value)
        if definer is None:
            return
        self.waiting.append(definer)
        position = definer.results.index(value)
        if definer.name == "if":
            self.waiting.extend(region.yielded[position] for region in definer.regions)
        elif definer.name == "map":
            self.waiting.append(definer.regions[0].yielded[position])
        elif definer.name == "for":
            self.waiting.append(definer.regions[0].arguments[position + 1])
        elif definer.name == "while":
            self.waiting.append(definer.regions[0].arguments[position])


def only_filled(function: Function) -> set[Value]:
    """The lists that are made here and nobody looks into, whatever they hold is to others."""
    ops = list(ops_in(function.body))
    made = {op.results[0] for op in ops if op.name == "list_new"}
    if made:
        for op in ops:
            filled = op.operands[0] if op.name in ("list_append", "list_set") else None
            made.difference_update(v for k, v in enumerate(op.operands) if k > 0 or v is not filled)
    return made


def pruned(ops: Sequence[Op], marking: Marking) -> list[Op]:
    """The needed ops, with only the needed carried values and results."""
    return [narrowed(op, marking) for op in ops if op in marking.ops or op.name in TERMINATORS]


def narrowed(op: Op, marking: Marking) -> Op:
    """`op` with the regions, carried values and results that are needed."""
    if not op.regions:
        return op
    if op.name in ("for", "while"):
        return narrowed_loop(op, marking)
    keep = [k for k, result in enumerate(op.results) if result in marking.values]
    regions = tuple(narrowed_region(r, r.arguments, keep, marking) for r in op.regions)
    if len(keep) == len(op.results) and all(a is b for a, b in zip(regions, op.regions, strict=True)):
        return op
    attributes = op.attributes
    if op.name == "map":
        attributes = {**attributes, "into": tuple(attributes["into"][k] for k in keep)}
    return replace(op, results=tuple(op.results[k] for k in keep), regions=regions, attributes=attributes)


def narrowed_loop(op: Op, marking: Marking) -> Op:
    """A carried value stays if it is used in the loop or after it."""
    (region,) = op.regions
    fixed, first, lead = (3, 1, 0) if op.name == "for" else (1, 0, 1)
    keep = [k for k, argument in enumerate(region.arguments[first:]) if argument in marking.values]
    arguments = (*region.arguments[:first], *(region.arguments[first + k] for k in keep))
    inner = narrowed_region(region, arguments, [*range(lead), *(lead + k for k in keep)], marking)
    if inner is region:
        return op
    operands = (*op.operands[:fixed], *(op.operands[fixed + k] for k in keep))
    return replace(op, operands=operands, results=tuple(op.results[k] for k in keep), regions=(inner,))


def narrowed_region(region: Region, arguments: tuple[Value, ...], keep: Sequence[int], marking: Marking) -> Region:
    """`region` with fewer arguments, yielding the values at the positions `keep`."""
    ops = pruned(region.ops, marking)
    if len(keep) < len(region.yielded):
        ops[-1] = replace(ops[-1], operands=tuple(region.yielded[k] for k in keep))
    if len(arguments) == len(region.arguments):
        return with_ops(region, ops)
    return Region(arguments, tuple(ops))
