"""Which arguments a function writes, through whatever it calls, and which it hands to a derivative that works on copies.

def f(x, y, z):                 writes: y
    helper(x, y)                copied: z
    return ep.grad(g)(z)        # g writes to its argument
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..ir.op import definition
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import ArrayType, ListType, RecordType, ScalarType
from ..ir.walk import callees, ops_in
from ..unchanging import plain_value

Positions = frozenset[int]

Place = tuple[int, ...]
"""A parameter, or a field of one that is a record: its position, and the number of the field behind it."""

Places = frozenset[Place]
NOWHERE: Places = frozenset()

LOOPS = ("for", "while")
"""Ops whose regions are run again with what they gave. A list gets more sources further down, too; nothing else does."""


@plain_value
class Source:
    """The places whose memory a reference may be; `fields` are those of each field of a record, where they are known apart."""

    places: Places = NOWHERE
    fields: tuple[Places, ...] | None = None

    def or_(self, other: Source) -> Source:
        """Where it may be the one or the other."""
        fields = None
        if self.fields is not None and other.fields is not None:
            fields = tuple(a | b for a, b in zip(self.fields, other.fields, strict=True))
        return Source(self.places | other.places, fields)


@plain_value
class Written:
    """The places that a function writes, those `apart` that a function writes whose derivative is taken inside, and the `sources` of its
    results."""

    places: Places = NOWHERE
    apart: Places = NOWHERE
    sources: tuple[Source, ...] = ()

    @property
    def writes(self) -> Positions:
        """The positions of the parameters that are written, they or something in them."""
        return frozenset(k for k, *_ in self.places)

    @property
    def copied(self) -> Positions:
        """The positions of those that a derivative copies, because what it is taken of writes them."""
        return frozenset(k for k, *_ in self.apart)


def written(program: Program) -> dict[str, Written]:
    """What each function of `program` writes: those first that others call, again where these call each other, until they settle."""
    known = {function.name: Written() for function in program}
    calls = {function.name: callees(function) for function in program}
    stale = dict.fromkeys(called_first(calls))
    while stale:
        name = next(iter(stale))
        del stale[name]
        found = _Sources(program.functions[name], known).result()
        if found != known[name]:
            known[name] = found
            stale |= dict.fromkeys(other for other, called in calls.items() if name in called)
    return known


def called_first(calls: Mapping[str, Iterable[str]]) -> list[str]:
    """The functions, each behind those that it calls, as far as there is such an order."""
    order: dict[str, None] = {}
    seen: set[str] = set()
    for root in calls:
        waiting = [root]
        while waiting:
            name = waiting[-1]
            more = [] if name in seen else [other for other in calls[name] if other not in seen]
            seen.add(name)
            waiting += more
            if not more:
                order[waiting.pop()] = None
    return list(order)


def writers(program: Program, name: str) -> frozenset[Op]:
    """The ops of a function, those in regions included, that may write one of its parameters."""
    sources = _Sources(program.functions[name], written(program))
    sources.result()
    return frozenset(sources.writers)


def written_parameters(program: Program) -> tuple[Sequence[int], Sequence[int]]:
    """The positions of the entry's array parameters that it writes, and of those that derivatives inside it copy."""
    found = written(program)[program.entry]
    arrays = [k for k, p in enumerate(program.main.parameters) if isinstance(p.type, ArrayType)]
    return tuple(k for k in arrays if k in found.writes), tuple(k for k in arrays if k in found.copied)


class _Sources:
    """Of each reference, the places whose memory it may be."""

    def __init__(self, function: Function, known: dict[str, Written]) -> None:
        self.function, self.known = function, known
        self.records = {p: k for k, p in enumerate(function.parameters) if isinstance(p.type, RecordType)}
        self.of: dict[Value, Source] = {p: Source(frozenset({(k,)})) for k, p in enumerate(function.parameters) if refers(p)}
        self.writes: Places = NOWHERE
        self.apart: Places = NOWHERE
        self.writers: set[Op] = set()

    def result(self) -> Written:
        again = any(op.name in LOOPS or any(isinstance(v.type, ListType) for v in op.operands) for op in ops_in(self.function.body))
        while True:
            before = dict(self.of) if again else self.of
            self.region(self.function.body)
            if before == self.of:
                return Written(self.writes, self.apart, tuple(self.of.get(v, Source()) for v in self.function.returned))

    def places(self, value: Value) -> Places:
        return self.of.get(value, Source()).places

    def all(self, values: Iterable[Value]) -> Places:
        return NOWHERE.union(*map(self.places, values))

    def field(self, record: Value, field: int) -> Places:
        """The places of a field of a record."""
        if record in self.records:
            return frozenset({(self.records[record], field)})
        source = self.of.get(record, Source())
        return source.places if source.fields is None else source.fields[field]

    def add(self, value: Value, places: Places, fields: tuple[Places, ...] | None = None) -> None:
        self.join(value, Source(places, fields))

    def join(self, value: Value, source: Source) -> None:
        if refers(value):
            self.of[value] = self.of[value].or_(source) if value in self.of else source

    def flow(self, sources: Sequence[Value], targets: Sequence[Value]) -> None:
        for source, target in zip(sources, targets, strict=True):
            if source in self.of:
                self.join(target, self.of[source])

    def region(self, region: Region) -> None:
        for op in region.ops:
            self.op(op)

    def write(self, op: Op, places: Places) -> None:
        self.writes |= places
        if places:
            self.writers.add(op)

    def op(self, op: Op) -> None:
        k = definition(op.name).writes
        if k is not None:
            self.write(op, self.reached(op.operands[k]))
        if op.name in ("for", "while"):
            self.loop(op)
        elif op.name == "if":
            for region in op.regions:
                self.region(region)
                self.flow(region.yielded, op.results)
        elif op.name in ("call", "pushforward", "pullback"):
            self.called(op)
        elif op.name in ("list_append", "list_set"):
            self.add(op.operands[0], self.places(op.operands[1]))
        elif op.name == "pack":
            self.add(op.results[0], self.all(op.operands), tuple(map(self.places, op.operands)))
        elif op.name == "unpack":
            self.add(op.results[0], self.field(op.operands[0], op.attributes["field"]))
        elif op.name == "list_get" or definition(op.name).shares:
            for result in op.results:
                self.add(result, self.all(op.operands))
        else:
            for region in op.regions:
                self.region(region)

    def reached(self, written: Value) -> Places:
        """The places that a write to `written` may change: one to a list leaves the arrays as they are that were put in it."""
        found = self.places(written)
        if not isinstance(written.type, ListType):
            return found
        return frozenset(place for place in found if not isinstance(self.function.parameters[place[0]].type, ArrayType))

    def loop(self, op: Op) -> None:
        skip, first, last = (3, 1, 0) if op.name == "for" else (1, 0, 1)
        (region,) = op.regions
        self.flow(op.operands[skip:], region.arguments[first:])
        self.region(region)
        self.flow(region.yielded[last:], region.arguments[first:])
        self.flow(region.arguments[first:], op.results)

    def called(self, op: Op) -> None:
        callee = self.known[op.attributes["callee"]]

        def here(places: Places) -> Places:
            """What places of the callee are for the caller."""
            return NOWHERE.union(*(self.field(op.operands[k], *field) if field else self.places(op.operands[k]) for k, *field in places))

        given = self.all(op.operands)
        if op.name != "call":
            self.apart |= here(callee.apart | callee.places)
            for value in op.results:
                self.add(value, given)
            return
        self.write(op, here(callee.places))
        self.apart |= here(callee.apart)
        for value, source in zip(op.results, callee.sources, strict=False):
            self.add(value, here(source.places), None if source.fields is None else tuple(map(here, source.fields)))
        for operand in op.operands:
            if isinstance(operand.type, ListType):
                self.add(operand, given)


def refers(value: Value) -> bool:
    """Whether `value` refers to memory."""
    return not isinstance(value.type, ScalarType)
