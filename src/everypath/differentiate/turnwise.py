"""The Jacobian of a function whose loops compute rows of its results, turn by turn: each turn's own derivatives, and where they belong.

    for 0, n, 1 {(i):                      for 0, n, 1 {(i):
      a = load x, i                          a = load x, i
      k = load at, i                         k = load at, i
      b = load z, k                →         b = load z, k
      y = mul a, b                           ā, b̄ = pullback of y at 1
      store y, out, i                        store ā, values, i, 0      (row i, column i of x)
    }                                        store b̄, values_1, i, 0    (row i, column k of z)
                                           }

Each number that a turn reads of the inputs is an input of that turn, and each that it writes an output; one sweep back for each output
(or forward for each input, whichever are fewer) gives all of its derivatives. No colours, no sweep over everything, no search for the
pattern: a second function tells rows and columns. Griewank & Walther, Evaluating Derivatives (2008), chapter 9: accumulation of the
local Jacobians of a partially separable function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..ir.build import Builder
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import ArrayType, scalar_of
from ..ir.walk import captured, copy_ops, fresh
from ..unchanging import plain_value
from .reverse import Reverse

Fill = Callable[[Builder, "Loop", dict[Value, Value], Sequence[Value]], tuple[list[Value], list[Value]]]
"""What stands in a function in place of a loop: it gives results that come first, and some that come last."""


class NotTurnwise(Exception):
    """The function is not of this kind."""


@plain_value
class Turnwise:
    """A program with the functions `values` and `places`, and what they give.

    `values` gives an array of (turns, entries) for each of `parts`. `places` gives the sizes of the results, one for each; for each of
    `stores` an array of (turns, outputs), where in the result the outputs of a turn stand; and for each of `parts` the rows and the
    columns of its entries, two arrays of (turns, entries).
    """

    program: Program
    values: str
    places: str
    stores: tuple[int, ...]
    """The result that each loop writes, loop by loop."""
    parts: tuple[tuple[int, int], ...]
    """The result and the input, both counted among those that are asked for, loop by loop."""


@dataclass(eq=False)
class Loop:
    """A loop that writes results: its outputs (a store, and the inputs that reach it) by result."""

    op: Op
    outputs: dict[int, list[tuple[Op, list[Value]]]] = field(default_factory=dict)


def turnwise(program: Program, wrt: Sequence[int], results: Sequence[int]) -> Turnwise:
    """The Jacobian of the entry, whose arrays are read and written one number at a time (`optimise.turns`); NotTurnwise if it is none."""
    return Reader(program, wrt, results).made()


class Reader:
    """What a program's loops read and write."""

    def __init__(self, program: Program, wrt: Sequence[int], results: Sequence[int]) -> None:
        self.program, self.main = program, program.main
        self.wrt = {self.main.parameters[k]: n for n, k in enumerate(wrt)}
        reshaped = {op.result: op for op in self.main.body.ops if op.name == "reshape"}
        returned = [self.main.returned[k] for k in results]
        self.reshaped = [reshaped[v] for v in returned if v in reshaped]
        self.results = {reshaped[v].operands[0] if v in reshaped else v: n for n, v in enumerate(returned)}
        self.top: list[Op] = []
        self.loops: list[Loop] = []
        self.inputs: dict[Value, tuple[int, tuple[Value, ...]]] = {}  # what is read: of which input, at which indices
        self.reach: dict[Value, frozenset[Value]] = {}
        self.made_by: dict[Value, Op] = {}
        self.dims: dict[Value, tuple[Value, ...]] = {}
        if len(self.results) < len(results) or any(not isinstance(v.type, ArrayType) for v in self.results):
            raise NotTurnwise
        for p, n in self.wrt.items():
            if not isinstance(p.type, ArrayType):
                self.inputs[p], self.reach[p] = (n, ()), frozenset([p])

    def made(self) -> Turnwise:
        for op in self.main.body.ops[:-1]:
            if op.name == "for":
                self.loop(op)
            elif op in self.reshaped:
                continue
            elif op.name in ("alloc", "full") and op.result in self.results:
                if op.operands and op.operands[0] in self.reach:
                    raise NotTurnwise
                self.dims[op.result] = op.operands if op.name == "alloc" else op.operands[1:]
            else:
                self.read(op)
                self.top.append(op)
        if len(self.dims) < len(self.results):
            raise NotTurnwise
        return Writer(self).made()

    def loop(self, op: Op) -> None:
        """A loop that carries nothing and has no loop inside."""
        found = Loop(op)
        if op.results or self.constant(op.operands[2]) != 1:
            raise NotTurnwise
        for inner in op.regions[0].ops[:-1]:
            if inner.name == "store":
                value, array, *_ = inner.operands
                if array not in self.results:
                    raise NotTurnwise
                reached = self.reach.get(value, frozenset())
                if any(v.type != value.type for v in reached):  # a sweep back would round to the type of the input
                    raise NotTurnwise
                inputs = sorted((v for v in self.inputs if v in reached), key=self.place)
                found.outputs.setdefault(self.results[array], []).append((inner, inputs))
            else:
                self.read(inner)
        self.loops.append(found)

    def constant(self, value: Value) -> object:
        op = self.made_by.get(value)
        return op.attributes["value"] if op is not None and op.name == "constant" else None

    def place(self, read: Value) -> tuple[int, ...]:
        """An order of what a turn reads, as far as it is known: by the input, and where in that it stands."""
        leaf, indices = self.inputs[read]
        return (leaf, *map(self.offset, indices))

    def offset(self, index: Value) -> int:
        """A number, or what is added to one that is not known."""
        op = self.made_by.get(index)
        if op is None or op.name not in ("constant", "add", "sub"):
            return 0
        if op.name == "constant":
            return int(op.attributes["value"])
        sign = 1 if op.name == "add" else -1
        return self.offset(op.operands[0]) + sign * self.offset(op.operands[1])

    def read(self, op: Op) -> None:
        """Follow what reaches the results of `op`."""
        if op.name in ("for", "while", "call", "alloc", "full", "store", "print", "host") or any(v in self.results for v in op.operands):
            raise NotTurnwise
        for v in op.results:
            self.made_by[v] = op
        if op.name == "load" and op.operands[0] in self.wrt:
            self.inputs[op.result] = self.wrt[op.operands[0]], op.operands[1:]
            self.reach[op.result] = frozenset([op.result])
            return
        if op.regions:
            for region in op.regions:
                for inner in region.ops[:-1]:
                    if inner.name == "load" and inner.operands[0] in self.wrt:
                        raise NotTurnwise
                    self.read(inner)
            for k, v in enumerate(op.results):
                self.join(v, [region.yielded[k] for region in op.regions])
            return
        for v in op.results:
            self.join(v, op.operands)

    def join(self, result: Value, operands: Iterable[Value]) -> None:
        if scalar_of(result.type).is_float:
            together = frozenset[Value]().union(*(self.reach.get(v, frozenset()) for v in operands))
            if together:
                self.reach[result] = together


class Writer:
    """The two functions."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.program = reader, reader.program
        self.stores: list[int] = []
        self.parts: list[tuple[int, int]] = []
        for loop in reader.loops:
            for result, outputs in loop.outputs.items():
                self.stores.append(result)
                self.parts += [(result, leaf) for leaf in range(len(reader.wrt)) if any(entries(reader, outputs, leaf))]

    def made(self) -> Turnwise:
        values, places = (self.program.fresh_name(f"{self.reader.main.name}_{what}") for what in ("values", "places"))
        functions = {values: self.function(values, self.values_of), places: self.function(places, self.places_of)}
        program = replace(self.program, functions={**self.program.functions, **functions}, entry=values)
        return Turnwise(program, values, places, tuple(self.stores), tuple(self.parts))

    def function(self, name: str, fill: Fill) -> Function:
        """A function that does what the program does at its top, and `fill` in place of each loop's writes."""
        main = self.reader.main
        b = Builder(main.location)
        parameters = tuple(map(fresh, main.parameters))
        env = dict(zip(main.parameters, parameters, strict=True))
        for op in copy_ops(self.reader.top, env):
            b.append(op)
        returned: list[Value] = []
        if fill == self.places_of:
            for result in sorted(self.reader.results.items(), key=lambda item: item[1]):
                returned.append(b.product(env[n] for n in self.reader.dims[result[0]]))
        late: list[Value] = []
        for loop in self.reader.loops:
            first, then = fill(b, loop, env, parameters)
            returned += first
            late += then
        b.end("return", [*returned, *late])
        return Function(name, Region(parameters, tuple(b.ops)), {"user_name": main.attributes.get("user_name", main.name)}, main.location)

    def values_of(self, b: Builder, loop: Loop, env: dict[Value, Value], parameters: Sequence[Value]) -> tuple[list[Value], list[Value]]:
        """The derivatives of each turn."""
        reader = self.reader
        lo, count = bounds(b, loop.op, env)
        arrays: dict[tuple[int, int], Value] = {}
        for result, outputs in loop.outputs.items():
            for leaf in range(len(reader.wrt)):
                number = len(list(entries(reader, outputs, leaf)))
                if number:
                    dtype = scalar_of(outputs[0][0].operands[0].type).name
                    arrays[result, leaf] = b.op("alloc", count, b.i64(number), dtype=dtype, name="values")

        def turn(inner: Builder, mine: Mapping[Value, Value], row: Value) -> None:
            for result, outputs in loop.outputs.items():
                filled = dict.fromkeys(range(len(reader.wrt)), 0)
                for store, inputs in outputs:
                    for leaf, value in zip(inputs, self.pulled(inner, store.operands[0], inputs, mine), strict=True):
                        which = reader.inputs[leaf][0]
                        inner.do("store", value, arrays[result, which], row, inner.i64(filled[which]))
                        filled[which] += 1

        each_turn(b, loop, env, lo, turn)
        return list(arrays.values()), []

    def pulled(self, b: Builder, output: Value, inputs: Sequence[Value], env: Mapping[Value, Value]) -> list[Value]:
        """The derivatives of an output with respect to what reaches it."""
        if not inputs:
            return []
        ops = self.slice(output)
        if not ops:
            return [b.constant(1.0, scalar_of(output.type))] * len(inputs)
        body = Region((), (*ops, Op("yield", (output,))))
        given = captured(body)
        inner = {v: fresh(v) for v in given}
        copied = copy_ops(ops, inner)
        name = self.program.fresh_name("turn")
        region = Region(tuple(inner[v] for v in given), (*copied, Op("return", (inner[output],))))
        self.program = self.program.with_function(Function(name, region, {"user_name": name}))
        wrt = tuple(given.index(v) for v in inputs)
        owner = Reverse(self.program, guarded=False)
        back = owner.joint(name, wrt, (0,))
        self.program = owner.program
        made = self.program.functions[back]
        seed = b.constant(1.0, scalar_of(output.type))
        found = b.emit("call", *(env[v] for v in given), seed, types=made.result_types, callee=back)
        return list(found[1:])

    def slice(self, output: Value) -> list[Op]:
        """The operations that make `output` of what is read, in order."""
        reader = self.reader
        wanted, kept = [output], set[Op]()
        while wanted:
            op = reader.made_by.get(wanted.pop())
            if op is None or op in kept or (op.name == "load" and op.result in reader.inputs):
                continue
            kept.add(op)
            wanted += op.operands
            for region in op.regions:
                wanted += captured(region)
        every = [op for op in reader.main.body.ops if op in kept]
        for loop in reader.loops:
            every += [op for op in loop.op.regions[0].ops if op in kept]
        return every

    def places_of(self, b: Builder, loop: Loop, env: dict[Value, Value], parameters: Sequence[Value]) -> tuple[list[Value], list[Value]]:
        """Where each turn's outputs stand, and the row and the column of each entry."""
        reader = self.reader
        lo, count = bounds(b, loop.op, env)
        whole = {
            p: b.dims(v)
            for p, v in zip(reader.main.parameters, parameters, strict=True)
            if p in reader.wrt and isinstance(v.type, ArrayType)
        }
        of_leaf = {n: whole.get(p, ()) for p, n in reader.wrt.items()}
        of_result = {n: [env[d] for d in reader.dims[v]] for v, n in reader.results.items()}
        stores: dict[int, Value] = {}
        pairs: dict[tuple[int, int], tuple[Value, Value]] = {}
        for result, outputs in loop.outputs.items():
            stores[result] = b.op("alloc", count, b.i64(len(outputs)), dtype="i64", name="stores")
            for leaf in range(len(reader.wrt)):
                number = len(list(entries(reader, outputs, leaf)))
                if number:
                    rows, columns = (b.op("alloc", count, b.i64(number), dtype="i64", name=what) for what in ("rows", "columns"))
                    pairs[result, leaf] = rows, columns

        def turn(inner: Builder, mine: Mapping[Value, Value], place: Value) -> None:
            for result, outputs in loop.outputs.items():
                filled = dict.fromkeys(range(len(reader.wrt)), 0)
                for k, (store, inputs) in enumerate(outputs):
                    row = linear(inner, [mine[v] for v in store.operands[2:]], of_result[result])
                    inner.do("store", row, stores[result], place, inner.i64(k))
                    for v in inputs:
                        leaf, indices = reader.inputs[v]
                        column = linear(inner, [mine[x] for x in indices], of_leaf[leaf])
                        rows, columns = pairs[result, leaf]
                        inner.do("store", row, rows, place, inner.i64(filled[leaf]))
                        inner.do("store", column, columns, place, inner.i64(filled[leaf]))
                        filled[leaf] += 1

        each_turn(b, loop, env, lo, turn)
        return list(stores.values()), [x for pair in pairs.values() for x in pair]


def entries(reader: Reader, outputs: Sequence[tuple[Op, list[Value]]], leaf: int) -> Iterable[Value]:
    """What the outputs read of one input."""
    return (v for _, inputs in outputs for v in inputs if reader.inputs[v][0] == leaf)


def each_turn(
    b: Builder, loop: Loop, env: Mapping[Value, Value], lo: Value, run: Callable[[Builder, Mapping[Value, Value], Value], None]
) -> None:
    """Go through the turns of `loop` without what they store: `run` is given what a turn computes, and which one it is, from 0."""
    (region,) = loop.op.regions

    def turn(inner: Builder, i: Value) -> tuple[Value, ...]:
        mine = {**env, region.arguments[0]: i}
        for op in copy_ops([op for op in region.ops[:-1] if op.name != "store"], mine):
            inner.append(op)
        run(inner, mine, inner.op("sub", i, lo, overflow="never", name="turn"))
        return ()

    b.for_(env[loop.op.operands[0]], env[loop.op.operands[1]], b.i64(1), (), turn, iv="turn")


def bounds(b: Builder, op: Op, env: Mapping[Value, Value]) -> tuple[Value, Value]:
    """Where a loop begins, and how many turns it has."""
    lo, hi = (env[v] for v in op.operands[:2])
    return lo, b.op("maximum", b.op("sub", hi, lo), b.i64(0), name="turns")


def linear(b: Builder, indices: Sequence[Value], dims: Sequence[Value]) -> Value:
    """Where an element stands in C order."""
    place = b.i64(0)
    for i, n in zip(indices, dims, strict=True):
        place = b.op("add", b.op("mul", place, n), i, name="place")
    return place
