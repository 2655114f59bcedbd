"""A function run ahead of time where only some of its numbers are known: loops are gone through, branches decided, and short arrays are
grids of what stands in them, so that what is left is a straight line of scalar operations.

    func @f(a) -> y {                                 n of a is 2
      n = dim a, 0
      y = for 0, n, 1, 0.0 {(i, s):                   p = load a, 0
        p = load a, i                        →        y_1 = add 0.0, p
        t = add s, p                                  q = load a, 1
        yield t                                       y = add y_1, q
      }
    }

In a run, a value of the IR is a number where it is known, an IR value of the new program where it is not, and an array of Python objects
of these where it is an array whose extents are known: views of it share memory as they do in NumPy. An array of unknown extents is an
IR value. Operations are done in the order in which the function does them, so that memory is read and written as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..ir.build import Builder
from ..ir.computations import attributed, computation, normaliser
from ..ir.op import DEFINITIONS
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import ArrayType, ScalarType, Type, scalar_of
from .fold import EXACT

STEPS = 20_000
"""A run of more operations than these is given up,"""

DEEPEST = 16
"""and so is one of calls inside so many calls."""

Known = Any
"""A number, an IR value, an array of these, a list or a tuple of them."""


class GivenUp(Exception):
    """The run needs a number that is not known, or what it does has no straight line."""


class Symbolic:
    """One run: appends to `builder` what is left to do, `most` operations at the most."""

    def __init__(self, program: Program, builder: Builder, most: int) -> None:
        self.program, self.builder, self.most = program, builder, most
        self.steps = self.depth = 0
        self.inside = 0  # branches that may not be taken, around the operation that is run
        self.made: dict[int, tuple[Any, int]] = {}  # what memory was made here, and inside how many of these
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
        if op.name in MEMORY:
            return MEMORY[op.name](self, op, operands)
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
        if self.made.get(id(base), (None, -1))[1] != self.inside:
            raise GivenUp
        return memory

    def elsewhere(self, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
        """An operation on an array of unknown extents is left as it is."""
        if op.name not in ("dim", "load", "store", "view") or (op.name == "store" and self.read):
            raise GivenUp
        given = [self.value(x, v.type) for x, v in zip(operands, op.operands, strict=True)]
        return self.left(op, given, [v.type for v in op.results])


def boxed(x: Known) -> Any:
    """A number as an array of no axes; an array as it is."""
    if isinstance(x, np.ndarray):
        return x
    box = np.empty((), object)
    box[()] = x
    return box


def root(memory: Known) -> Known:
    """What a view is a view of."""
    while isinstance(memory, np.ndarray) and memory.base is not None:
        memory = memory.base
    return memory


def numbers(operands: Sequence[Known]) -> Sequence[Known]:
    """Numbers that must be known, and arrays of these."""
    for x in operands:
        if isinstance(x, Value) or x is None or (isinstance(x, np.ndarray) and any(isinstance(y, Value) or y is None for y in x.flat)):
            raise GivenUp
    return [x.astype(np.int64) if isinstance(x, np.ndarray) else x for x in operands]


# Control -------------------------------------------------------------------------------------------------------------


def for_(run: Symbolic, op: Op, env: dict[Value, Known]) -> Sequence[Known]:
    lo, hi, step = numbers([env[v] for v in op.operands[:3]])
    carried = [env[v] for v in op.operands[3:]]
    for i in range(lo, hi, step):
        carried = run.enter(op.regions[0], env, [i, *carried])
    return carried


def while_(run: Symbolic, op: Op, env: dict[Value, Known]) -> Sequence[Known]:
    goes_on, *carried = (env[v] for v in op.operands)
    while numbers([goes_on])[0]:
        goes_on, *carried = run.enter(op.regions[0], env, carried)
    return carried


def if_(run: Symbolic, op: Op, env: dict[Value, Known]) -> Sequence[Known]:
    """The side that is taken; where that is not known both are left, which then give numbers, and write only what they make."""
    (condition,) = (env[v] for v in op.operands)
    if not isinstance(condition, Value):
        return run.enter(op.regions[0 if numbers([condition])[0] else 1], env)
    outer = run.builder
    builders, given = (outer.inner(), outer.inner()), []
    run.inside += 1
    for builder, region in zip(builders, op.regions, strict=True):
        run.builder = builder
        given.append(run.enter(region, env))
    differ = [k for k, (a, b) in enumerate(zip(*given, strict=True)) if not alike(a, b)]
    for builder, found in zip(builders, given, strict=True):
        run.builder = builder
        builder.end("yield", [run.value(found[k], op.results[k].type) for k in differ])
    run.inside -= 1
    run.builder = outer
    regions = tuple(Region((), tuple(builder.ops)) for builder in builders)
    few = Op(op.name, (), tuple(op.results[k] for k in differ), op.attributes, (), op.location)
    chosen = dict(zip(differ, run.left(few, (condition,), [op.results[k].type for k in differ], regions), strict=True))
    return [chosen.get(k, x) for k, x in enumerate(given[0])]


def alike(a: Known, b: Known) -> bool:
    """Whether two sides give the same: one value, or one number to the bit."""
    return a is b or (isinstance(a, (bool, int, float, np.generic)) and type(a) is type(b) and repr(a) == repr(b))


def call(run: Symbolic, op: Op, env: dict[Value, Known]) -> Sequence[Known]:
    return run.call(run.program.functions[op.attributes["callee"]], [env[v] for v in op.operands])


def check(run: Symbolic, op: Op, env: dict[Value, Known]) -> Sequence[Known]:
    holds = env[op.operands[0]]
    if isinstance(holds, Value):
        return run.left(op, [run.value(env[v], v.type) for v in op.operands], ())
    if not holds:
        raise GivenUp
    return ()


CONTROL: dict[str, Callable[[Symbolic, Op, dict[Value, Known]], Sequence[Known]]] = {
    "for": for_,
    "while": while_,
    "if": if_,
    "call": call,
    "check": check,
}

# Arrays and lists ----------------------------------------------------------------------------------------------------


def alloc(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (run.new(np.full(numbers(operands), None, object)),)


def full(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (run.new(np.full(numbers(operands[1:]), operands[0], object)),)


def iota(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (run.new(np.array(range(*numbers(operands)), object)),)


def dim(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (operands[0].shape[op.attributes["axis"]],)


def copy(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (run.new(operands[0].copy()),)


def shared(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (attributed(op)(operands[0], *numbers(operands[1:])),)


def load(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (operands[0][tuple(numbers(operands[1:]))],)


def gather(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (run.new(operands[0][tuple(numbers(operands[1:]))].copy()),)


def store(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    value, memory, *places = operands
    run.ours(memory)[tuple(numbers(places)) if places else ...] = value
    return ()


def reduced(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    """A sum, or whether any or all hold, over axes."""
    (x,) = operands
    axes, keep = op.attributes["axes"], op.attributes["keepdims"]
    name = {"sum": "add", "any": "or", "all": "and"}[op.name]
    nothing = normaliser(scalar_of(op.result.type))(op.name == "all")
    kept = [k for k in range(x.ndim) if k not in axes]
    rows = np.transpose(x, (*kept, *axes))
    out = np.empty([x.shape[k] for k in kept], object)
    for place in np.ndindex(out.shape):
        out[place] = run.together(op, name, list(rows[place].flat), nothing)
    if isinstance(op.result.type, ScalarType):
        return (out[()],)
    return (run.new(out.reshape([1 if k in axes else n for k, n in enumerate(x.shape)]).copy() if keep else out),)


def matmul(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    left, right = operands
    if left.shape[-1] != right.shape[0]:
        raise GivenUp
    type_ = scalar_of(op.result.type)
    times = Op("mul", results=op.results, location=op.location)
    out = np.empty((*left.shape[:-1], *right.shape[1:]), object)
    for place in np.ndindex(out.shape):
        row, column = left[place[: left.ndim - 1]], right[(slice(None), *place[left.ndim - 1 :])]
        products = [run.scalar(times, (a, b), (type_, type_), type_) for a, b in zip(row, column, strict=True)]
        out[place] = run.together(op, "add", products, normaliser(type_)(0))
    return (out[()],) if isinstance(op.result.type, ScalarType) else (run.new(out),)


def list_new(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (run.new([]),)


def list_append(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    run.ours(operands[0]).append(operands[1])
    return ()


def list_get(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    items, (place,) = operands[0], numbers(operands[1:])
    return (items[place],)


def list_set(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    items, value, place = operands
    run.ours(items)[numbers([place])[0]] = value
    return ()


def list_length(run: Symbolic, op: Op, operands: Sequence[Known]) -> Sequence[Known]:
    return (len(operands[0]),)


MEMORY: dict[str, Callable[[Symbolic, Op, Sequence[Known]], Sequence[Known]]] = {
    "alloc": alloc,
    "full": full,
    "iota": iota,
    "dim": dim,
    "copy": copy,
    "load": load,
    "gather": gather,
    "store": store,
    "fill": store,
    "assign": store,
    "sum": reduced,
    "any": reduced,
    "all": reduced,
    "matmul": matmul,
    "list_new": list_new,
    "list_append": list_append,
    "list_get": list_get,
    "list_set": list_set,
    "list_length": list_length,
    **dict.fromkeys(("view", "transpose", "reshape", "broadcast", "diagonal", "weaken"), shared),
}
