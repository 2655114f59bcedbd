"""What is the same at every turn of a loop: the shapes of the arrays that it carries or keeps on a tape, and numbers that it keeps.

    y = for lo, hi, one, x {(i, a):           y_1 = for lo, hi, one, x {(i, a):
      b = mul a, c                              a_1 = reshape a, n
      store m, t, i                   →         b = mul a_1, c
      list_append l, b                          list_append l, b
      yield b                                   yield b
    }                                         }
    for lo, hi, one {(j):                     y = reshape y_1, n
      k = load t, j                           for lo, hi, one {(j):
      d = list_get l, j                         d = reshape (list_get l, j), n
      e = full zero, k                          e = full zero, m

It is a proof by induction: a shape is taken to be that which the loop begins with, or that of the first array on the tape, and
where one walk finds an update that may have another extent, the next one takes less to be so. `fuse` reads the shapes off the
`reshape`s, as it does in what `alike` makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..analysis.alias import Groups, groups
from ..ir.build import Builder
from ..ir.program import Function, Op, Region, Value
from ..ir.types import I64, ArrayType, ListType, ScalarType, Type
from ..ir.walk import fresh, ops_in
from .extents import Extent, Known, Shape
from .rewriting import TERMINATORS, renamed, with_function_ops, with_ops, with_regions

LIST_OPS = frozenset("list_new list_append list_get list_set list_length yield for while if return".split())
"""What may use a list whose items are known."""
WALKS = 12
"""Walks after which nothing is taken to be the same."""


def steady(function: Function) -> Function:
    """`function` with the shapes by name that are the same at every turn."""
    if not any(op.name == "list_new" or (op.name in ("for", "while", "if") and carries_arrays(op)) for op in ops_in(function.body)):
        if not tapes(function):
            return function
    proof = Proof(function)
    return with_function_ops(function, Naming(proof).ops(function.body.ops, {})) if proof.holds() else function


def steady_extents(function: Function) -> Function:
    """The same, of what is asked of extents alone: `dim` of an array that a loop carries is that of the one it begins with, so bounds
    and counts that hang on it are the same at every turn, and a derivative keeps none of them."""
    if not any(op.name in ("for", "while") and carries_arrays(op) for op in ops_in(function.body)):
        return function
    proof = Proof(function)
    return with_function_ops(function, Asking(proof).ops(function.body.ops, {})) if proof.holds() else function


def carries_arrays(op: Op) -> bool:
    return any(has_axes(v.type) for v in op.results)


def has_axes(type_: Type) -> bool:
    return isinstance(type_, ArrayType) and type_.rank > 0


def tapes(function: Function) -> set[Value]:
    """The local arrays that are only stored to and loaded from, element by element."""
    found = {op.result for op in ops_in(function.body) if op.name == "alloc"}
    if found:
        for op in ops_in(function.body):
            for position, v in enumerate(op.operands):
                if v in found and (op.name, position) not in (("store", 1), ("load", 0), ("dim", 0)):
                    found.discard(v)
    return found


def item_lists(function: Function, found: Groups) -> dict[Value, list[Value]]:
    """The groups of lists that nobody else sees, with the lists that are made in each."""
    made: dict[Value, list[Value]] = {}
    foreign = {found.of(p) for p in function.parameters if isinstance(p.type, ListType)}
    for op in ops_in(function.body):
        for v in (*op.operands, *op.results):
            if isinstance(v.type, ListType):
                if op.name not in LIST_OPS:
                    foreign.add(found.of(v))
                elif op.name == "list_new":
                    made.setdefault(found.of(v), []).append(v)
    return {group: lists for group, lists in made.items() if group not in foreign}


@dataclass
class Claim:
    """Extents that are the same wherever this is true of: None where they are not. `regions` must all know their names."""

    key: tuple[Any, ...]
    regions: Sequence[Region]
    extents: list[Extent | None] | None = None


@dataclass
class Proof:
    """The walks down a function. `shapes` and `numbers` are what the last one found."""

    function: Function
    broken: set[tuple[Any, ...]] = field(default_factory=set)
    shapes: dict[Value, Shape] = field(default_factory=dict)
    numbers: dict[Value, Extent] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.groups = groups(self.function)
        self.tapes = tapes(self.function)
        self.lists = item_lists(self.function, self.groups)
        self.used = {v for op in ops_in(self.function.body) if op.name not in TERMINATORS for v in op.operands}
        self.homes: dict[Value, Region] = {}
        self.around: dict[Region, Region] = {}
        self.place(self.function.body)

    def place(self, region: Region) -> None:
        """Note in which region each value is."""
        self.homes.update(dict.fromkeys(region.arguments, region))
        for op in region.ops:
            self.homes.update(dict.fromkeys(op.results, region))
            for inner in op.regions:
                self.around[inner] = region
                self.place(inner)

    def holds(self) -> bool:
        """Walk until nothing is taken to hold that does not; whether anything is left."""
        for _ in range(WALKS):
            before = len(self.broken)
            self.walk()
            if len(self.broken) == before:
                return bool(self.shapes or self.numbers)
        return False

    def walk(self) -> None:
        self.constants: dict[Value, Any] = {}
        self.extents = Known(self.constants, {})
        self.claims: dict[tuple[Any, ...], Claim] = {}
        self.shapes, self.numbers = {}, {}
        self.region(self.function.body)

    def region(self, region: Region) -> None:
        for op in region.ops:
            if op.name in ("for", "while"):
                self.loop(op)
            elif op.name == "if":
                self.branch(op)
            elif op.name != "map":
                self.plain(op)
            else:
                self.extents.define(op)

    def plain(self, op: Op) -> None:
        if op.name == "constant":
            self.constants[op.result] = op.attributes["value"]
        self.extents.define(op)
        if op.name == "store" and op.operands[1] in self.tapes:
            self.meet(self.tape(op.operands[1]), [self.number(op.operands[0])])
        elif op.name == "load" and op.operands[0] in self.tapes:
            self.is_number(op.result, self.tape(op.operands[0]))
        elif op.name in ("list_append", "list_set"):
            list_, item = op.operands[:2]
            claim = self.items(list_)
            if claim is not None:
                self.meet(claim, self.extents.of(item) if has_axes(item.type) else [self.number(item)])
        elif op.name == "list_get":
            claim = self.items(op.operands[0])
            if claim is not None and not has_axes(op.result.type):
                self.is_number(op.result, claim)
            elif claim is not None and claim.extents is not None:
                self.know(op.result, claim.extents)

    def number(self, value: Value) -> Extent:
        return self.extents.value(value) if value.type == I64 else value

    def is_number(self, value: Value, claim: Claim) -> None:
        """`value` is the number that the claim is of, where there is one."""
        (number,) = claim.extents or [None]
        if number is not None:
            self.numbers[value] = number
            if value.type == I64:
                self.extents.names[value] = number

    # Claims ----------------------------------------------------------------------------------------------------------

    def tape(self, tape: Value) -> Claim:
        return self.claims.setdefault((tape,), Claim((tape,), [self.homes[tape]]))

    def items(self, list_: Value) -> Claim | None:
        """What is known of the items of a list, if they are arrays or numbers: the same of all lists of one type that may be this one."""
        assert isinstance(list_.type, ListType)
        group, kind = self.groups.of(list_), list_.type.element
        if group not in self.lists or not (has_axes(kind) or isinstance(kind, ScalarType)):
            return None
        key = (group, str(list_.type))
        return self.claims.setdefault(key, Claim(key, [self.homes[made] for made in self.lists[group]]))

    def meet(self, claim: Claim, extents: Sequence[Extent]) -> None:
        """What the claim is of has these extents here."""
        if claim.extents is None:
            claim.extents = [
                n if (*claim.key, axis) not in self.broken and self.seen_by(n, claim.regions) else None for axis, n in enumerate(extents)
            ]
        for axis, (claimed, n) in enumerate(zip(claim.extents, extents, strict=True)):
            if claimed is not None and claimed != n:
                self.broken.add((*claim.key, axis))

    def seen_by(self, extent: Extent, regions: Iterable[Region]) -> bool:
        """Whether `extent` has a name that all the regions know, and that says one number as long as one of them runs."""
        if isinstance(extent, int):
            return True
        home = self.homes[extent if isinstance(extent, Value) else extent[0]]
        return all(home is region or home in self.outside(region) for region in regions)

    def known_at(self, extent: Extent, op: Op) -> bool:
        """Whether `op` stands where `extent` has its name."""
        return self.seen_by(extent, [self.homes[op.result]])

    def outside(self, region: Region) -> Iterator[Region]:
        while region in self.around:
            region = self.around[region]
            yield region

    def know(self, array: Value, extents: Sequence[Extent | None]) -> None:
        """`array` has these extents, where they are not None."""
        if any(n is not None for n in extents):
            shape = self.extents.shapes[array] = tuple((array, axis) if n is None else n for axis, n in enumerate(extents))
            if array in self.used:
                self.shapes[array] = shape

    # Control ---------------------------------------------------------------------------------------------------------

    def loop(self, op: Op) -> None:
        region = op.regions[0]
        fixed, first, lead = (3, 1, 0) if op.name == "for" else (1, 0, 1)
        claims: list[tuple[int, Claim]] = []
        for k, result in enumerate(op.results):
            if has_axes(result.type):
                claim = Claim((result,), [self.homes[result]])
                self.meet(claim, self.extents.of(op.operands[fixed + k]))
                assert claim.extents is not None
                self.know(region.arguments[first + k], claim.extents)
                claims.append((k, claim))
        self.region(region)
        for k, claim in claims:
            self.meet(claim, self.extents.of(region.yielded[lead + k]))
            assert claim.extents is not None
            self.know(op.results[k], claim.extents)

    def branch(self, op: Op) -> None:
        for region in op.regions:
            self.region(region)
        for k, result in enumerate(op.results):
            if has_axes(result.type):
                one, other = (self.extents.of(region.yielded[k]) for region in op.regions)
                here = [self.homes[result]]
                self.know(result, [n if n == m and self.seen_by(n, here) else None for n, m in zip(one, other, strict=True)])


class Writing:
    """One walk that writes down what was proved."""

    def __init__(self, proof: Proof) -> None:
        self.proof = proof

    def extent(self, b: Builder, extent: Extent, env: dict[Value, Value]) -> Value:
        if isinstance(extent, int):
            return b.i64(extent)
        if isinstance(extent, Value):
            return env.get(extent, extent)
        array, axis = extent
        return b.op("dim", env.get(array, array), axis=axis, name=f"{array.name}_dim{axis}")


class Asking(Writing):
    """Extents are asked of the arrays that loops begin with."""

    def ops(self, ops: Sequence[Op], env: dict[Value, Value]) -> list[Op]:
        kept: list[Op] = []
        for old in ops:
            op = with_regions(renamed(old, env), [with_ops(region, self.ops(region.ops, env)) for region in old.regions])
            extent = self.proof.extents.names.get(old.result) if op.name == "dim" else None
            if extent is None or extent == (old.operands[0], op.attributes["axis"]) or not self.proof.known_at(extent, old):
                kept.append(op)
                continue
            b = Builder(op.location)
            env[old.result] = self.extent(b, extent, env)
            kept += b.ops
        return kept


class Naming(Writing):
    """What is the same at every turn gets the name that it has outside."""

    def ops(self, ops: Sequence[Op], env: dict[Value, Value]) -> list[Op]:
        kept: list[Op] = []
        for old in ops:
            op = renamed(old, env)
            if op.name in ("load", "list_get") and old.result in self.proof.numbers:
                b = Builder(op.location)
                env[old.result] = self.extent(b, self.proof.numbers[old.result], env)
                kept += b.ops
                continue
            results = {v: fresh(v) for v in op.results if v in self.proof.shapes}
            op = with_regions(op, [self.region(region, env) for region in op.regions])
            kept.append(replace(op, results=tuple(results.get(v, v) for v in op.results)) if results else op)
            for v, unnamed in results.items():
                kept += self.shaped(unnamed, v, self.proof.shapes[v], env)
        return kept

    def region(self, region: Region, env: dict[Value, Value]) -> Region:
        before: list[Op] = []
        for argument in region.arguments:
            if argument in self.proof.shapes:
                env[argument] = fresh(argument)
                before += self.shaped(argument, env[argument], self.proof.shapes[argument], env)
        return with_ops(region, [*before, *self.ops(region.ops, env)])

    def shaped(self, array: Value, named: Value, shape: Shape, env: dict[Value, Value]) -> list[Op]:
        """The ops that make `named` of `array`: the same with its extents by the names in `shape`."""
        b = Builder()
        own = {(v, axis) for v in (array, named) for axis in range(len(shape))}
        dims = [
            b.op("dim", array, axis=axis, name=f"{array.name}_dim{axis}") if n in own else self.extent(b, n, env)
            for axis, n in enumerate(shape)
        ]
        assert isinstance(array.type, ArrayType)
        if array.type.contiguous:
            return [*b.ops, Op("reshape", (array, *dims), (named,), {"spare": True})]
        numbers = tuple(v for n in dims for v in (b.i64(0, "start"), n))
        return [*b.ops, Op("view", (array, *numbers), (named,), {"axes": "u" * array.type.rank})]
