"""Which loops have turns that may run in any order: no turn reads what another writes, and what goes round is only added to.

for i in range(n): out[i] = g(x[i])            yes
for i in range(n): s += x[i] * y[i]            yes: sums of turns, added at the end (`combined`)
for i in range(1, n): y[i] = y[i - 1] + x[i]   no
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from ..ir.op import definition
from ..ir.program import Op, Value
from ..ir.types import ArrayType, ListType, ScalarType
from ..ir.walk import defined_in, ops_in
from ..unchanging import plain_value
from .alias import Groups, is_reference
from .combined import Combination, combinations

ELEMENTS = {"load": 0, "store": 1, "accumulate": 1}
"""Ops on single elements, and the operand that is the array; the indices follow."""

ORDERED = frozenset("print host ruled pushforward pullback derive recursion".split())
"""What other turns, or the world, see."""


@plain_value
class Turns:
    """What there is to know of a loop with independent turns: the groups of memory that it writes, the arrays that every turn fills anew
    before it reads them, those that turns only add to, in any order, how what goes round is combined, and whether a turn may end in an
    error."""

    written: frozenset[Value]
    private: tuple[Value, ...]
    added: tuple[Value, ...]
    combined: tuple[Combination, ...]
    fails: bool


def turns(op: Op, groups: Groups, constants: Mapping[Value, object], born: Mapping[Value, Op], pure: frozenset[str]) -> Turns | None:
    """Of a `for` whose step is a known number, None where its turns depend on each other. `born` are the ops that made the arrays around
    it which nothing uses but this loop, `pure` the functions that write nothing of what they are given."""
    if op.name != "for" or not constants.get(op.operands[2]):
        return None
    return _Question(op, groups, constants, born, pure).answer()


class _Question:
    def __init__(self, op: Op, groups: Groups, constants: Mapping[Value, object], born: Mapping[Value, Op], pure: frozenset[str]) -> None:
        (self.region,) = op.regions
        self.op, self.groups, self.constants, self.born, self.pure = op, groups, constants, born, pure
        self.turn = self.region.arguments[0]
        self.inside = defined_in(self.region)
        self.ops = list(ops_in(self.region))

    def answer(self) -> Turns | None:
        combined = combinations(self.region, self.region.arguments[1:], self.op.operands[3:], self.constants)
        if combined is None or not all(map(self.plain, self.ops)):
            return None
        written, private, added = [], [], []
        for group in dict.fromkeys(self.groups.of(v) for v in self.targets()):
            outside = [v for v in self.groups.members.get(group, (group,)) if v not in self.inside]
            if not outside:
                continue
            written.append(group)
            if self.own_part(group):
                continue
            if (sum_ := self.only_added_to(group)) is not None:
                added.append(sum_)
            elif len(outside) == 1 and outside[0] in self.born and self.filled_first(outside[0]):
                private.append(outside[0])
            else:
                return None
        return Turns(frozenset(written), tuple(private), tuple(added), combined, any(map(may_end, self.ops)))

    def plain(self, op: Op) -> bool:
        """Whether an op does nothing but compute, read and write arrays. What is counted belongs to one turn."""
        if op.name in ORDERED or not all(map(self.shareable, (*op.operands, *op.results))):
            return False
        if op.name == "call":
            return op.attributes["callee"] in self.pure and not any(map(is_reference, op.results))
        return op.name == "map" or not op.regions or all(self.own(v) for v in op.results if is_reference(v))

    def shareable(self, v: Value) -> bool:
        """Whether several threads may use a value: a number, an array, or a list of numbers that is the turn's own."""
        if isinstance(v.type, ListType):
            return isinstance(v.type.element, ScalarType) and self.own(v)
        return isinstance(v.type, ScalarType | ArrayType)

    def own(self, v: Value) -> bool:
        """Whether an array or a list is made in the turn, whichever of several it is."""
        return self.inside.issuperset(self.groups.members.get(self.groups.of(v), ()))

    def targets(self) -> Iterator[Value]:
        """The arrays that turns write."""
        for op in self.ops:
            k = None if op.name == "call" else definition(op.name).writes
            if k is not None:
                yield op.operands[k]

    # Parts of arrays -------------------------------------------------------------------------------------------------

    def own_part(self, group: Value) -> bool:
        """Whether all that turns do with a group of memory is at a place of their own: the turn's number, or so much more, is the index
        along one axis of one array, or where a slice begins that is no longer than the step."""
        places: set[tuple[Value, int, object]] | None = None
        mine: set[Value] = set()  # views of the turn's own part
        for op in self.ops:
            for v in dict.fromkeys(op.operands):
                if not is_reference(v) or not self.groups.same(v, group) or v in mine or op.name == "dim":
                    continue
                if v in self.inside:
                    return False
                found = self.places(op, v)
                places = found if places is None else places & found
                if not places:
                    return False
            if op.operands and op.operands[0] in mine and definition(op.name).shares:
                mine.update(op.results)
            elif op.name == "view" and self.groups.same(op.operands[0], group):
                mine.update(op.results)
        return True

    def places(self, op: Op, array: Value) -> set[tuple[Value, int, object]]:
        """Where an op touches an array in a part that is the turn's own: (the array, the axis, how far from the turn's number)."""
        indices: list[Value | None] = []
        if op.name in ELEMENTS and op.operands[ELEMENTS[op.name]] is array:
            indices = [*op.operands[ELEMENTS[op.name] + 1 :]]
        elif op.name == "view":
            numbers = iter(op.operands[1:])
            for letter in op.attributes["axes"]:
                if letter == "i":
                    indices.append(next(numbers))
                elif letter == "u":
                    start, count = next(numbers), next(numbers)
                    indices.append(start if self.fits(count) else None)
                elif letter != "n":
                    indices.append(None)
                    for _ in range({"s": 3}.get(letter, 0)):
                        next(numbers)
        return {(array, axis, far) for axis, i in enumerate(indices) if i is not None and (far := self.distance(i)) is not None}

    def distance(self, index: Value) -> object:
        """How far an index is from the turn's number, if that is the same in all turns."""
        if index is self.turn:
            return 0
        op = self.definers.get(index)
        if op is None or op.name not in ("add", "sub") or self.turn not in op.operands:
            return None
        far = op.operands[1 if op.operands[0] is self.turn else 0]
        if far in self.inside or (op.name == "sub" and op.operands[0] is not self.turn):
            return None
        return op.name, self.constants.get(far, far)

    def fits(self, count: Value) -> bool:
        """Whether so many elements end where another turn's may begin."""
        step = self.constants[self.op.operands[2]]
        most = self.most(count)
        return isinstance(step, int) and most is not None and most <= abs(step)

    def most(self, number: Value) -> int | None:
        """A bound of an integer that does not hang on the arguments: `minimum(turn + 8, n) - turn` is at most 8."""
        if isinstance(known := self.constants.get(number), int):
            return known
        op = self.definers.get(number)
        if op is None or op.name not in ("minimum", "maximum", "sub"):
            return None
        if op.name == "sub":
            return self.beyond(op.operands[0]) if op.operands[1] is self.turn else None
        bounds = [b for v in op.operands if (b := self.most(v)) is not None]
        if op.name == "maximum":
            return max(bounds) if len(bounds) == 2 else None
        return min(bounds, default=None)

    def beyond(self, number: Value) -> int | None:
        """How far an integer is above the turn's number at most."""
        op = self.definers.get(number)
        if op is None or op.name not in ("add", "minimum"):
            return None
        if op.name == "minimum":
            return min((b for v in op.operands if (b := self.beyond(v)) is not None), default=None)
        others = [v for v in op.operands if v is not self.turn]
        known = self.constants.get(others[0]) if len(others) == 1 else None
        return known if isinstance(known, int) else None

    @cached_property
    def definers(self) -> dict[Value, Op]:
        return {v: op for op in self.ops for v in op.results}

    def only_added_to(self, group: Value) -> Value | None:
        """The array around the loop through which turns reach a group of memory, if all that they do is to add to it, in any order."""
        around: set[Value] = set()
        for op in self.ops:
            used = [v for v in op.operands if is_reference(v) and self.groups.same(v, group)]
            around.update(v for v in used if v not in self.inside)
            if used and not (op.name == "dim" or definition(op.name).shares or self.adds(op, used)):
                return None
        (found, *more) = around or [None]
        contiguous = found is not None and isinstance(found.type, ArrayType) and found.type.contiguous and found.type.dtype.is_float
        return found if contiguous and not more else None

    def adds(self, op: Op, used: Sequence[Value]) -> bool:
        """Whether an op adds to one element, or to a whole array; or is the load or the store of such an addition."""
        if op.name == "accumulate":
            return bool(op.attributes.get("relaxed")) and used == [op.operands[1]]
        if op.name == "load":
            additions = [o for o in self.readers.get(op.result, []) if o.name == "add"]
            return any(self.pair(op, o, store) for o in additions for store in self.readers.get(o.result, []))
        if op.name == "store":
            addition = self.definers.get(op.operands[0])
            if addition is None:
                return False
            loads = [self.definers[v] for v in addition.operands if v in self.definers]
            return any(load.name == "load" and self.pair(load, addition, op) for load in loads)
        return False

    def pair(self, load: Op, addition: Op, store: Op) -> bool:
        """x[i] = x[i] + v, where nobody else reads what was there or what is added."""
        return (
            addition.name == "add"
            and bool(addition.attributes.get("relaxed"))
            and store.name == "store"
            and load.operands == store.operands[1:]
            and self.readers[load.result] == [addition]
            and self.readers[addition.result] == [store]
            and addition.operands.count(load.result) == 1
        )

    @cached_property
    def readers(self) -> dict[Value, list[Op]]:
        found: dict[Value, list[Op]] = {}
        for op in self.ops:
            for v in dict.fromkeys(op.operands):
                found.setdefault(v, []).append(op)
        return found

    def filled_first(self, array: Value) -> bool:
        """Whether the first that a turn does with an array is to fill it, or to store into all of it: a loop over its only axis."""
        made = self.born[array]
        for op in self.region.ops:
            if not any(array in o.operands for o in (op, *(o for r in op.regions for o in ops_in(r)))):
                continue
            if op.name == "fill" and op.operands[1] is array:
                return True
            if op.name != "for" or made.name != "alloc" or len(made.operands) != 1:
                return False
            low, high, step = op.operands[:3]
            whole = self.equal(low, 0) and self.equal(step, 1) and self.same(high, made.operands[0])
            (body,) = op.regions
            uses = [o for o in ops_in(body) if array in o.operands]
            stored = [o for o in body.ops if o in uses and o.name == "store" and o.operands[1:] == (array, body.arguments[0])]
            return whole and len(uses) == len(stored) > 0
        return False

    def equal(self, v: Value, number: int) -> bool:
        return v in self.constants and self.constants[v] == number

    def same(self, a: Value, b: Value) -> bool:
        return a is b or (a in self.constants and b in self.constants and self.constants[a] == self.constants[b])


def may_end(op: Op) -> bool:
    """Whether an op may end the call with an error of the user's program."""
    if op.name in ("check", "call"):
        return True
    if op.name == "index":
        return bool(op.attributes.get("checked", True))
    return definition(op.name).may_raise or op.attributes.get("overflow") == "raise"
