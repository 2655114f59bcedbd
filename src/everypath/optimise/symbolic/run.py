"""The run: which operations are done, and which are left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...ir.build import Builder
from ...ir.computations import computation
from ...ir.op import DEFINITIONS
from ...ir.program import Function, Op, Program, Region, Value
from ...ir.types import ArrayType, ScalarType, Type, scalar_of
from ..fold import EXACT
from .arrays import MEMORY
from .control import CONTROL
from .values import GivenUp, Known, boxed, root
from .windows import WINDOWED, Window, elements, is_long, made

STEPS = 20_000
"""A run of more operations than these is given up,"""

DEEPEST = 16
"""and so is one of calls inside so many calls."""


class Symbolic:
    """One run: appends to `builder` what is left to do, `most` operations at the most. One with `loops` leaves a loop whose turns are not
    to be counted a loop, and makes arrays of unknown extents."""

    def __init__(self, program: Program, builder: Builder, most: int, *, loops: bool = False) -> None:
        self.program, self.builder, self.most = program, builder, most
        self.steps = self.depth = 0
        self.inside = 0  # branches that may not be taken, around the operation that is run
        self.made: dict[int, tuple[Any, int]] = {}  # what memory was made here, and inside how many of these
        self.frozen: dict[int, Any] = {}  # what of it gave its elements to another, and may be written no more
        self.loops = loops
        self.read = False  # whether there are grids of parameters: then no array may be written that may share their memory

    def grid(self, array: Value, shape: Sequence[int]) -> Any:
        """The elements of a parameter that has this shape, which nobody may write."""
        self.read = True
        elements = np.empty(shape, object)
        for place in np.ndindex(*shape):
            where = [self.builder.i64(k) for k in place]
            elements[place] = self.builder.op("load", array, *where, name=array.name)
        return elements

    def call(self, function: Function, given: Sequence[Known]) -> list[Known]:
        """What the function gives for these arguments; GivenUp where that is not to be known."""
        if self.depth >= DEEPEST:
            raise GivenUp
        self.depth += 1
        found = self.enter(function.body, {}, given)
        self.depth -= 1
        return found

    def enter(self, region: Region, env: dict[Value, Known], given: Sequence[Known] = ()) -> list[Known]:
        env.update(zip(region.arguments, given, strict=True))
        for op in region.ops[:-1]:
            self.steps += 1
            if self.steps > STEPS or self.most < 0:
                raise GivenUp
            env.update(zip(op.results, self.done(op, env), strict=True))
        return [env[v] for v in region.yielded]

    def done(self, op: Op, env: dict[Value, Known]) -> Sequence[Known]:
        """The results of `op`."""
        if op.name in CONTROL:
            return CONTROL[op.name](self, op, env)
        operands = [env[v] for v in op.operands]
        if any(isinstance(x, Value) and isinstance(x.type, ArrayType) for x in operands):
            return self.elsewhere(op, operands)
        if any(isinstance(x, Window) for x in operands):
            if op.name in WINDOWED and isinstance(operands[DEFINITIONS[op.name].writes or 0], Window):
                return WINDOWED[op.name](self, op, operands)
            operands = [elements(self, x) for x in operands]
        if op.name in MEMORY:
            return made(self, op, operands) if self.loops and is_long(op, operands) else MEMORY[op.name](self, op, operands)
        if DEFINITIONS[op.name].family == "elementwise" and len(op.results) == 1:
            return (self.elementwise(op, operands),)
        raise GivenUp

    # Scalars ---------------------------------------------------------------------------------------------------------

    def elementwise(self, op: Op, operands: Sequence[Known]) -> Known:
        """An operation on numbers, or on each element of arrays."""
        types = [scalar_of(v.type) for v in op.operands]
        if isinstance(op.result.type, ScalarType):
            return self.scalar(op, operands, types, op.result.type)
        spread = np.broadcast_arrays(*map(boxed, operands))
        out = np.empty(spread[0].shape, object)
        for place in np.ndindex(out.shape):
            out[place] = self.scalar(op, [x[place] for x in spread], types, scalar_of(op.result.type))
        return self.new(out)

    def scalar(self, op: Op, operands: Sequence[Known], types: Sequence[ScalarType], result: ScalarType) -> Known:
        """One number: computed where all it is made of is known and the computation is exact, else an operation that is left."""
        if op.name == "constant":
            return computation(op)()
        if op.name in EXACT and not any(isinstance(x, Value) or x is None for x in operands):
            return computation(Op(op.name, tuple(Value("x", t) for t in types), (Value("y", result),), op.attributes))(*operands)
        if op.name == "select" and not isinstance(operands[0], Value):
            return operands[1 if operands[0] else 2]
        given = tuple(self.value(x, t) for x, t in zip(operands, types, strict=True))
        return self.left(op, given, (result,))[0]

    def left(self, op: Op, given: Sequence[Value], types: Sequence[Type], regions: tuple[Region, ...] = ()) -> tuple[Value, ...]:
        """An operation that is left to do."""
        self.most -= 1
        results = tuple(Value(v.name, t) for v, t in zip(op.results, types, strict=True))
        self.builder.append(Op(op.name, tuple(given), results, op.attributes, regions, op.location))
        return results

    def value(self, known: Known, type_: Type) -> Value:
        """The IR value of a number, or of an array that is one."""
        if isinstance(known, Value):
            return known
        if known is None or not isinstance(type_, ScalarType):  # memory that nobody has written; an array
            raise GivenUp
        return self.builder.constant(known, type_)

    def together(self, op: Op, name: str, elements: Sequence[Known], nothing: Known) -> Known:
        """Numbers put together by an operation of two, from the first on."""
        if not len(elements):
            return nothing
        type_ = scalar_of(op.result.type)
        two = Op(name, results=(Value(op.results[0].name, type_),), location=op.location)
        total = elements[0]
        for x in elements[1:]:
            total = self.scalar(two, (total, x), (type_, type_), type_)
        return total

    # Memory ----------------------------------------------------------------------------------------------------------

    def new(self, memory: Known) -> Known:
        """Memory made here."""
        self.made[id(memory)] = memory, self.inside
        return memory

    def ours(self, memory: Known) -> Known:
        """Memory that may be written: what is seen outside of a branch must not hang on whether that is taken."""
        base = root(memory)
        if self.made.get(id(base), (None, -1))[1] != self.inside or id(base) in self.frozen:
            raise GivenUp
        return memory

    def elsewhere(self, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
        """An operation on an array of unknown extents is left as it is."""
        if op.name not in ("dim", "load", "store", "view") or (op.name == "store" and self.read):
            raise GivenUp
        given = [self.value(x, v.type) for x, v in zip(operands, op.operands, strict=True)]
        return self.left(op, given, [v.type for v in op.results])
