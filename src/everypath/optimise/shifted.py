"""What is added to an array at shifted places is gathered there, in one loop.

    accumulate g, view(x, 0, n)           p = full -0.0, n + 4;  assign g, view(p, 2, n)
    accumulate g, view(x, 1, n)     →     y = view x, 0, n + 2
    accumulate g, view(x, 2, n)           accumulate view(p, 2, n + 2) + view(p, 1, n + 2) + view(p, 0, n + 2), y

So ends a stencil, which takes its neighbours, on the way back, where the neighbours get its cotangent. Each of those additions reads and
writes the array once more; gathered, they read and write it once, and read what is added from a copy with a frame of -0.0, which changes
nothing where it is added. Where a slice is empty, its start may not be the number that was written; then only the frame is read.

Only what is added in any order is, to arrays that nobody else sees meanwhile. It must pay: a copy for each of the different values is
less than what the additions cost that are saved.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ..analysis.alias import groups, is_reference
from ..ir.op import DEFINITIONS
from ..ir.program import Function, Op, Value
from ..ir.types import ArrayType, scalar_of
from ..ir.walk import ops_in
from .extents import Known
from .gathered import Added, Box, Frame, Gathered, Layout, Term
from .rewriting import is_view, with_function_ops, with_ops, with_regions, writes
from .simplify import is_zero

COPY, ADDITION = 4, 7
"""Twice how often the memory of an element is touched by a copy with a frame, and by an addition of its own."""


def shifted(function: Function) -> Function:
    """`function` with what it adds at shifted places gathered."""
    if sum(adds_up(op) for op in ops_in(function.body)) < 2:
        return function
    return with_function_ops(function, Gathering(function).ops(function.body.ops))


def adds_up(op: Op) -> bool:
    """Whether `op` adds an array to one of its shape, in any order with others."""
    return (
        op.name == "accumulate"
        and bool(op.attributes.get("relaxed"))
        and len(op.operands) == 2
        and isinstance(op.operands[0].type, ArrayType)
    )


Place = tuple[Value | None, int]
"""value + number."""


@dataclass
class Run:
    """Additions between which nothing else is done with the memory of their target."""

    boxes: dict[Box, list[Term]] = field(default_factory=lambda: defaultdict(list))


class Gathering:
    """One walk down a function."""

    def __init__(self, function: Function) -> None:
        self.groups = groups(function)
        self.given = {self.groups.of(p) for p in function.parameters if is_reference(p)}
        self.constants: dict[Value, Any] = {op.result: op.attributes["value"] for op in ops_in(function.body) if op.name == "constant"}
        self.extents = Known(self.constants, {})
        self.marked = any(op.name == "full" and is_zero(self.constants.get(op.operands[0]), -1.0) for op in ops_in(function.body))
        self.definers: dict[Value, Op] = {}
        self.layout = Layout(self.constants, self.extents, self.definers)
        self.frames: list[Frame] = []
        self.versions: Counter[Value] = Counter()
        self.born: dict[Value, int] = {}  # version of its memory when it was made
        self.names: dict[Value, tuple[Hashable, int]] = {}

    def ops(self, ops: Sequence[Op]) -> list[Op]:
        """The ops of a region."""
        around, self.frames = self.frames, []
        made: dict[int, list[Op]] = {}
        runs: dict[Value, Run] = {}
        for position, op in enumerate(ops):
            target = self.groups.of(op.operands[1]) if adds_up(op) else None
            for group in self.touched(op) & runs.keys():
                if group is not target or group is self.groups.of(op.operands[0]):
                    self.gather(runs.pop(group), made)
            if op.regions and op.name != "map":
                self.change(op)  # a turn may find what the one before has left
                made[position] = [with_regions(op, [with_ops(region, self.ops(region.ops)) for region in op.regions])]
            found = self.term(position, op) if target is not None else None
            if target is not None and target not in self.given:
                run = runs.setdefault(target, Run())
                if found is not None:
                    run.boxes[found[0]].append(found[1])
            self.define(op)
        for run in runs.values():
            self.gather(run, made)
        self.frames = around
        return [new for position, op in enumerate(ops) for new in made.get(position, [op])]

    def touched(self, op: Op) -> set[Value]:
        """The groups of memory that `op` does something with."""
        return {
            self.groups.of(v)
            for o in (op, *(o for region in op.regions for o in ops_in(region)))
            if o.name != "dim" and not is_view(o)
            for v in o.operands
            if is_reference(v)
        }

    # Names of what arrays hold ---------------------------------------------------------------------------------------

    def name(self, v: Value) -> Hashable:
        """A name of what `v` holds now, but for the signs of zeros: equal names, equal numbers."""
        if not is_reference(v):
            number: Hashable = self.constants.get(v, v)
            return number
        version = self.versions[self.groups.of(v)]
        name, since = self.names.get(v, (None, -1))
        return name if since == version else (v, version)

    def define(self, op: Op) -> None:
        """Learn what `op` makes and changes."""
        if not op.regions:
            self.extents.define(op)
        self.definers.update(dict.fromkeys(op.results, op))
        self.born.update((v, self.versions[self.groups.of(v)]) for v in op.results)
        first = self.first_addition(op)
        self.change(op)
        if first is not None:
            self.names[op.operands[1]] = first, self.versions[self.groups.of(op.operands[1])]
        elif op.name != "index" and DEFINITIONS[op.name].family == "elementwise" and is_reference(op.results[0]):
            attributes = tuple(sorted((k, repr(a)) for k, a in op.attributes.items()))
            name = (op.name, attributes, tuple(map(self.name, op.operands)))
            self.names[op.results[0]] = name, self.versions[self.groups.of(op.results[0])]

    def change(self, op: Op) -> None:
        """What `op` writes holds something else from now on."""
        for o in (op, *(o for region in op.regions for o in ops_in(region))):
            target = writes(o)
            if target is not None:
                self.versions[self.groups.of(target)] += 1
            elif o.name in ("call", "host", "ruled", "pushforward", "pullback"):
                self.versions.update(self.groups.of(v) for v in o.operands if is_reference(v))

    def first_addition(self, op: Op) -> Hashable | None:
        """The name of what `op` adds to a new array of zeros, if it does."""
        if not adds_up(op):
            return None
        added, target = op.operands
        made = self.definers.get(target)
        if made is None or made.name != "full" or self.constants.get(made.operands[0]) != 0:
            return None
        if self.versions[self.groups.of(target)] != self.born[target]:
            return None
        return self.name(added) if self.extents.of(added) == self.extents.of(target) else None

    # Additions -------------------------------------------------------------------------------------------------------

    def term(self, position: int, op: Op) -> tuple[Box, Term] | None:
        """Where `op` adds to, if that is a slice that starts at known places."""
        added, target = op.operands
        view, kind = self.definers.get(target), scalar_of(target.type)
        if view is None or view.name != "view" or self.extents.of(added) != self.extents.of(target) or scalar_of(added.type) != kind:
            return None
        letters = view.attributes["axes"]
        if not set(letters) <= set("aiu") or "u" not in letters or not kind.is_float:
            return None
        numbers = iter(view.operands[1:])
        starts, counts, bases, others = [], [], [], []
        for letter in letters.replace("a", ""):
            number = next(numbers)
            if letter == "i":
                others.append(number)
                continue
            base, offset = self.start(number)
            starts.append(offset)
            bases.append(base)
            counts.append(self.extents.value(next(numbers)))
        box = Box(view.operands[0], letters, tuple(counts), tuple(bases), tuple(others))
        return box, Term(position, op, tuple(starts), self.name(added))

    def start(self, number: Value) -> Place:
        """A start that is a number, or the smaller one of that and the extent: then the slice is empty where it is the extent."""
        if number in self.constants:
            return None, int(self.constants[number])
        op = self.definers.get(number)
        if op is not None and op.name == "minimum":
            known = [int(self.constants[v]) for v in op.operands if v in self.constants]
            if len(known) == 1:
                return None, known[0]
        return number, 0

    # Gathering -------------------------------------------------------------------------------------------------------

    def gather(self, run: Run, made: dict[int, list[Op]]) -> None:
        """Write the additions of a run anew, those that lie in one box and pay."""
        for box, terms in run.boxes.items():
            names: dict[tuple[int, ...], tuple[Hashable, ...]] = defaultdict(tuple)
            for term in terms:
                names[term.starts] += (term.added,)
            added = {starts: self.signed(name) for starts, name in names.items()}
            passes = sum(a.starts != b.starts for a, b in pairwise(terms)) + 1
            copies = len({name for _, name in added.values()})
            if len(added) > 1 and COPY * copies + 2 * len(added) + 4 <= ADDITION * passes:
                Gathered(self.layout, self.frames, box, terms, added).write(made)

    def signed(self, names: tuple[Hashable, ...]) -> Added:
        """Whether what is added is the negative of something, and the names of that; not where the sign of a zero says something."""
        if self.marked or len(names) > 1 or not isinstance(names[0], tuple) or names[0][0] != "neg":
            return False, names
        return True, names[0][-1]
