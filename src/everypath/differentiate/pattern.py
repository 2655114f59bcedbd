"""Which results depend on which inputs: a program that carries a set beside every value that varies, and no derivative at all.

    y = mul x, z                 y_set = or x_set, z_set
    store y, a, i         ->     store y_set, a_set, i

A set is a word of 64 bits (i64), one for each of 64 groups of inputs, and it holds at least the groups from which a derivative reaches
the value. The program takes the branches, the turns and the indices of the run that it goes along with, so its sets are those of that
point; element-wise ops and `select` unite the sets of all that they may let through, so that they hold on both sides of a kink.
What it leaves of the function itself is what decides: a parameter whose numbers it does not read has no say in the sparsity.

Bit vectors: Griewank & Walther, Evaluating Derivatives (2008), chapter 7.1. A Hessian's sets are those of the gradient's program.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..ir.build import Builder
from ..ir.op import definition
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import I64, ArrayType, ListType, ScalarType, Type, is_float
from ..ir.walk import ops_in, reached
from ..ops.rules import Elementwise
from .forward import Forward
from .linear import is_sealed
from .nested import listed, new_array
from .ruled import half_of
from .sets import along_axis, empty, everywhere, into_array, nest, product, scattered, union
from .tangents import ForwardSweep


class Pattern(Forward):
    """The functions of one program with sets in place of tangents."""

    suffix = "sets"

    def __init__(self, program: Program) -> None:
        super().__init__(program, guarded=False)

    def tangent_type(self, type_: Type) -> Type:
        """The type of the sets beside a value of `type_`."""
        if isinstance(type_, ScalarType):
            return I64
        if isinstance(type_, ArrayType):
            return replace(type_, dtype=I64)
        return super().tangent_type(type_)


class PatternSweep(ForwardSweep):
    """One function of the program. What it copies of the primal was run before, and raised nothing."""

    def copy(self, b: Builder, op: Op) -> None:
        if op.name not in ("check", "print"):
            super().copy(b, replace(op, attributes={**op.attributes, "spare": True}))

    def again(self, b: Builder, op: Op, operands: Sequence[Value]) -> None:
        super().again(b, replace(op, attributes={**op.attributes, "spare": True}), operands)

    def _while(self, b: Builder, op: Op) -> None:
        super()._while(b, replace(op, attributes={**op.attributes, "spare": True}))

    def _call(self, b: Builder, op: Op) -> None:
        super()._call(b, replace(op, attributes={**op.attributes, "spare": True}))

    # Sets --------------------------------------------------------------------------------------------------------

    def absent(self, b: Builder, x: Value) -> Value:
        """Empty sets, in the shape of `x`."""
        type_ = self.owner.tangent_type(x.type)
        if isinstance(type_, ScalarType):
            return b.i64(0, "nothing")
        into = Value(f"{x.name}_set", type_)
        if isinstance(type_, ListType):
            return listed(b, x, self.absent, into)
        return new_array(b, "full", (b.i64(0, "nothing"), *b.dims(x)), into)

    def plain_op(self, b: Builder, op: Op) -> None:
        rule = definition(op.name).rule
        moves = any(v in self.active for v in op.results) and self.active.passes(op)
        if not moves or rule is None:
            super().plain_op(b, op)
            return
        self.copy(b, op)
        sets = [self.tangent.get(v) for v in op.operands]
        self.tangent[op.result] = of_rule(b, op, [self.primal[v] for v in op.operands], sets)

    def _dim(self, b: Builder, op: Op) -> None:
        """An array of sets has the shape of what it stands beside, which need not be computed for that."""
        (x,) = op.operands
        self.primal[op.result] = b.op(op.name, self.tangent.get(x, self.primal[x]), name=op.result.name, **op.attributes)

    _list_length = _dim

    def write(self, b: Builder, op: Op) -> None:
        self.copy(b, op)
        source, target, *indices = op.operands
        if target not in self.active:
            return
        moved = [self.primal[v] for v in indices]
        sets, into = self.tangent.get(source), self.tangent[target]
        if op.name in ("accumulate", "scatter_add"):
            if sets is not None:
                {"accumulate": into_array, "scatter_add": scattered}[op.name](b, sets, into, moved)
        elif sets is not None:
            b.do(op.name, sets, into, *moved, spare=True)
        elif isinstance(source.type, ScalarType) or op.name == "assign":
            b.do("fill" if op.name == "assign" else op.name, b.i64(0, "nothing"), into, *moved)
        else:
            b.do(op.name, self.absent(b, self.primal[source]), into, *moved)

    _store = _fill = _assign = _scatter = _accumulate = _scatter_add = write

    # Rules of users and of the library ---------------------------------------------------------------------------

    def _ruled(self, b: Builder, op: Op) -> None:
        self.copy(b, op)
        if not self.active.passes(op):
            self.tangent.update((v, self.absent(b, self.primal[v])) for v in op.results if v in self.active)
            return
        sets = self.through_tangent(b, op)
        if sets is None:
            total = union(b, [everywhere(b, self.tangent[v]) for v in op.operands if v in self.tangent])
            sets = {k: self.filled(b, total, v) for k, v in enumerate(op.results) if is_float(v.type)}
        for k, v in enumerate(op.results):
            if v in self.active:
                self.tangent[v] = sets[k] if k in sets else self.absent(b, self.primal[v])

    def filled(self, b: Builder, total: Value, like: Value) -> Value:
        """`total` in the shape of `like`."""
        type_ = self.owner.tangent_type(like.type)
        if isinstance(type_, ScalarType):
            return total
        return new_array(b, "full", (total, *b.dims(self.primal[like])), Value(f"{like.name}_set", type_))

    def through_tangent(self, b: Builder, op: Op) -> dict[int, Value] | None:
        """What the tangent of a rule makes of the sets, where its text can be followed: by the position of the result."""
        program = self.owner.program
        half = half_of(program, op, "tangent")
        if half is None or not half.linear or is_sealed(program, half.function.name):
            return None
        names = reached(program.functions, [half.function.name])
        if any(o.name in ("pushforward", "pullback") for name in names for o in ops_in(program.functions[name].body)):
            return None
        moving = [(at, op.operands[k]) for at, k in zip(half.places, half.taken, strict=True) if op.operands[k] in self.tangent]
        callee = self.owner.function(half.function.name, tuple(at for at, _ in moving), entry=False)
        parameters = half.function.parameters
        place = [self.primal[v] for v in (*op.results, *op.operands)]
        nowhere = [self.nowhere(b, self.primal[op.operands[k]], parameters[at]) for at, k in zip(half.places, half.taken, strict=True)]
        given = [fitted(b, self.tangent[v], self.owner.tangent_type(parameters[at].type)) for at, v in moving]
        moved = [self.owner.tangent_type(v.type) for v in half.function.returned if is_float(v.type)]
        out = b.emit("call", *place, *nowhere, *given, types=[*half.function.result_types, *moved], callee=callee, spare=True)
        sets = out[len(half.function.returned) :]
        return {k: fitted(b, s, self.owner.tangent_type(op.results[k].type)) for k, s in zip(half.given, sets, strict=True)}

    def nowhere(self, b: Builder, like: Value, parameter: Value) -> Value:
        """A direction to put a linear half at; its numbers do not matter."""
        if isinstance(like.type, ScalarType):
            return b.constant(0.0, like.type, "nowhere")
        return fitted(b, b.full_like(like, 0.0, "nowhere"), parameter.type)


Pattern.sweep = PatternSweep


def fitted(b: Builder, x: Value, type_: Type) -> Value:
    """An array as one of `type_`, which differs in its strides if at all."""
    if x.type == type_:
        return x
    return b.op("copy" if isinstance(type_, ArrayType) and type_.contiguous else "weaken", x, name=x.name)


def of_rule(b: Builder, op: Op, operands: Sequence[Value], sets: Sequence[Value | None]) -> Value:
    """The set of the result of an op that has a rule, given its operands and their sets, None where they do not vary."""
    if op.name in ("sum", "norm"):
        return along_axis(b, some(sets[0]), op.attributes["axes"], op.attributes["keepdims"])
    if op.name in OF_OPS:
        return OF_OPS[op.name](b, op, operands, sets)
    assert isinstance(definition(op.name).rule, Elementwise), op.name
    shapes = [empty(b, v) for v, s in zip(operands, sets, strict=True) if s is None and isinstance(v.type, ArrayType)]
    return union(b, [s for s in sets if s is not None] + shapes, name=f"{op.result.name}_set")


def running(b: Builder, op: Op, operands: Sequence[Value], sets: Sequence[Value | None]) -> Value:
    """Of a running sum: of all before."""
    x, axis = some(sets[0]), op.attributes["axis"]
    made = empty(b, x)
    dims = b.dims(x)

    def line(inner: Builder, *at: Value) -> None:
        def step(deeper: Builder, k: Value, total: Value) -> tuple[Value]:
            here = (*at[:axis], k, *at[axis:])
            total = deeper.op("or", total, deeper.op("load", x, *here))
            deeper.do("store", total, made, *here)
            return (total,)

        inner.for_(inner.i64(0), dims[axis], inner.i64(1), (inner.i64(0),), step)

    nest(b, [n for k, n in enumerate(dims) if k != axis], line)
    return made


def of_product(b: Builder, op: Op, operands: Sequence[Value], sets: Sequence[Value | None]) -> Value:
    return product(b, operands, sets)


def of_tied(b: Builder, op: Op, operands: Sequence[Value], sets: Sequence[Value | None]) -> Value:
    """Values in an order: of which is which at a tie, all along the axis have a say."""
    own = some(sets[0])
    if "axis" not in op.attributes:
        return b.op("copy", own, name=own.name) if isinstance(own.type, ArrayType) else own
    everyone = along_axis(b, own, (op.attributes["axis"],), True)
    return b.op("select", operands[1], union(b, [own, everyone]), own, name=own.name)


def of_picked(b: Builder, op: Op, operands: Sequence[Value], sets: Sequence[Value | None]) -> Value:
    """The extreme of an array along an axis: at a tie, the others too."""
    own, every = sets[0], sets[2]
    if own is None:
        own = empty(b, operands[0]) if isinstance(operands[0].type, ArrayType) else b.i64(0)
    if every is None:
        return b.op("copy", own, name=own.name) if isinstance(own.type, ArrayType) else own
    everyone = along_axis(b, every, (op.attributes["axis"],), False)
    return b.op("select", operands[1], union(b, [own, everyone]), own, name=own.name)


OF_OPS: dict[str, Callable[[Builder, Op, Sequence[Value], Sequence[Value | None]], Value]] = {
    "cumsum": running,
    "matmul": of_product,
    "tied": of_tied,
    "picked": of_picked,
}


def some(value: Value | None) -> Value:
    assert value is not None
    return value


def pattern(program: Program, name: str, wrt: tuple[int, ...]) -> tuple[Program, str]:
    """The function that gives the sets of the float results of `name`: params…, sets of `wrt`… -> sets of each float result.

    `program` has no `pushforward` or `pullback` ops left (see `expand`).
    """
    owner = Pattern(program)
    made_name = owner.function(name, wrt, entry=True)
    made = owner.program.functions[made_name]
    *ops, last = made.body.ops
    sets = last.operands[len(program.functions[name].returned) :]
    body = Region(made.body.arguments, (*ops, replace(last, operands=sets)))
    return owner.program.with_function(replace(made, body=body)), made.name


def reads(function: Function) -> tuple[int, ...]:
    """The parameters whose numbers a function reads: of the others it asks no more than how long they are."""
    views: dict[Value, Value] = {p: p for p in function.parameters}
    read: set[Value] = set()
    for op in ops_in(function.body):
        if op.operands and op.operands[0] in views and definition(op.name).shares:
            views[op.result] = views[op.operands[0]]
            read.update(views[v] for v in op.operands[1:] if v in views)
        elif op.name != "dim":
            read.update(views[v] for v in op.operands if v in views)
    return tuple(k for k, p in enumerate(function.parameters) if p in read)
