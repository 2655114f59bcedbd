"""What the fields of a record hold is known where one place fills them: constants, a number twice, the extents of arrays.

    n = dim x, 0; y = exp x                       x = unpack r, 0; n = dim x, 0
    r = pack x, y, n                        →     y_1 = unpack r, 1; y = reshape y_1, n
    x = unpack r, 0; y = unpack r, 1; n = unpack r, 2

A backward half so knows of the extents that it is given what its forward half knew, and can make one loop of what meets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..ir.build import Builder
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import I64, ArrayType, RecordType
from ..ir.walk import ops_in
from ..unchanging import plain_value
from .extents import Extent, Known
from .rewriting import renamed, with_function_ops, with_ops, with_regions
from .short import shaped

Place = tuple[int, int | None]
"""Where a number is found: in a field, or as the extent of the array in a field along an axis."""


@plain_value
class Held:
    """What is known of a field: the numbers along its axes, or its own, each a number or where it is found before."""

    numbers: tuple[int | Place, ...]


def fields(program: Program) -> Program:
    """`program` with fields of records read as what they are known to hold."""
    filled: dict[str, list[tuple[Function, Op]]] = {}
    for function in program:
        for op in ops_in(function.body):
            if op.name == "pack" and isinstance(op.result.type, RecordType):
                filled.setdefault(op.result.type.name, []).append((function, op))
    known = {name: held(*places[0]) for name, places in filled.items() if len(places) == 1}
    if not known:
        return program
    types = {name: [v.type for v in places[0][1].operands] for name, places in filled.items()}
    return replace(program, functions={name: Reader(known, types).function(function) for name, function in program.functions.items()})


def held(function: Function, pack: Op) -> dict[int, Held]:
    """What is known of the fields that an op fills."""
    constants: Mapping[Value, Any] = {op.result: op.attributes["value"] for op in ops_in(function.body) if op.name == "constant"}
    known = Known(constants, {})
    learn(known, function.body)
    first: dict[Extent, Place] = {}
    found: dict[int, Held] = {}
    for k, v in enumerate(pack.operands):
        places: list[tuple[Extent, Place]]
        if isinstance(v.type, ArrayType):
            places = [(extent, (k, axis)) for axis, extent in enumerate(known.of(v))]
        elif v.type == I64:
            places = [(known.value(v), (k, None))]
        else:
            continue
        numbers = tuple(extent if isinstance(extent, int) else first.setdefault(extent, place) for extent, place in places)
        if numbers != tuple(place for _, place in places):
            found[k] = Held(numbers)
    return found


def learn(known: Known, region: Region) -> None:
    """Follow the ops of a region and of those inside it."""
    for op in region.ops:
        for inner in op.regions:
            learn(known, inner)
        if op.name == "if":
            known.meet(op)
        elif not op.regions:
            known.define(op)


class Reader:
    """Functions that read records of which fields are `known`."""

    def __init__(self, known: Mapping[str, Mapping[int, Held]], types: Mapping[str, Sequence[Any]]) -> None:
        self.known = known
        self.types = types
        self.env: dict[Value, Value] = {}
        self.said: dict[tuple[Value, int], dict[str, Any]] = {}

    def function(self, function: Function) -> Function:
        found = [op for op in ops_in(function.body) if op.name == "unpack"]
        if not any(self.name(op) in self.known for op in found):
            return function
        self.said = {(op.operands[0], op.attributes["field"]): op.attributes for op in found}
        return with_function_ops(function, self.ops(function.body.ops, {}))

    @staticmethod
    def name(op: Op) -> str:
        type_ = op.operands[0].type
        return type_.name if isinstance(type_, RecordType) else ""

    def ops(self, ops: Sequence[Op], around: Mapping[tuple[Value, int], Value]) -> list[Op]:
        b, here = Builder(None), dict(around)

        def field(like: Op, k: int) -> Value:
            """The field `k` of the record that `like` reads, as it is."""
            place = like.operands[0], k
            if place not in here:
                attributes = self.said.get(place) or {"field": k, "type": self.types[self.name(like)][k]}
                here[place] = Value(f"field{k}", attributes["type"])
                b.append(replace(like, results=(here[place],), attributes=attributes))
            return here[place]

        def number(like: Op, found: int | Place) -> Value:
            if isinstance(found, int):
                return b.i64(found)
            k, axis = found
            array = field(like, k)
            return array if axis is None else b.op("dim", array, axis=axis, name=f"{array.name}_dim{axis}")

        for op in ops:
            op = renamed(op, self.env)
            if op.regions:
                op = with_regions(op, [with_ops(r, self.ops(r.ops, here)) for r in op.regions])
            if op.name != "unpack":
                b.append(op)
                continue
            k = op.attributes["field"]
            place = op.operands[0], k
            if place not in here:
                here[place] = op.result
                b.append(op)
            found = self.known.get(self.name(op), {}).get(k)
            if found is None:
                self.env[op.result] = here[place]
                continue
            b.location = op.location
            numbers = [number(op, n) for n in found.numbers]
            self.env[op.result] = shaped(b, here[place], numbers) if isinstance(op.result.type, ArrayType) else numbers[0]
        return b.ops
