"""A derivative taken inside a function, at a tie: what the function does with it can hide a NaN, so both sides are asked at once.

    y, g = call x, one {callee=h_vjp}     ->     y, n = call x, one {callee=h_vjp}
                                                 g = if isnan n { call x, one {callee=h_sides} } { n }

One that stands alone between the user and his answer (`left_open`) is left to whoever sees the answer (`calls.careful`). Where both
sides are `postponed`, the run stops there instead, and who runs it compiles them (`everypath.postponed`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..errors import NotSupported
from ..ir.build import Builder
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import ArrayType, ScalarType, Type, scalar_of
from ..ir.walk import copy_region, naming, ops_in, reached
from .kinks import is_kink


def may_be_undecided(program: Program, op: Op, types: Sequence[Type]) -> bool:
    """Whether the derivative op, with results of these `types`, may meet a tie whose NaN would go on to be computed with."""
    if op.attributes.get("left_open") or not all(isinstance(t, ScalarType | ArrayType) for t in types):
        return False
    functions = reached(program.functions, [op.attributes["callee"]])
    return any(is_kink(inner) for name in functions for inner in ops_in(program.functions[name].body))


class Undecided(Exception):
    """What a run stops with where a derivative inside is undecided and its sides are postponed."""


class TooManySides(NotSupported):
    """Both sides of derivatives inside one another are more than is compiled."""


def stopping(b: Builder, derivatives: Sequence[Value]) -> None:
    """The run stops where one of the `derivatives` is NaN."""
    b.do("check", b.op("eq", missing(b, derivatives, unseen=True), b.bool(False)), error=Undecided, message="")


def decided(b: Builder, call: Op, derivatives: Sequence[Value], both: str, sided: bool) -> list[Value]:
    """What stands for the `derivatives` among the results of `call`: these, or, where one is NaN, what the function `both` gives.

    If the program is not `sided`, a derivative of these means is undecided in turn: what is around the call may move the kink.
    """
    then, otherwise = b.inner(), b.inner()
    means = then.emit("call", *call.operands, types=[v.type for v in derivatives], callee=both)
    then.end("yield", means if sided else [undecided(then, v) for v in means])
    otherwise.end("yield", derivatives)
    regions = (Region((), tuple(then.ops)), Region((), tuple(otherwise.ops)))
    names, types = [v.name for v in derivatives], [v.type for v in derivatives]
    return list(b.emit("if", missing(b, derivatives, unseen=True), names=names, types=types, regions=regions))


def undecided(b: Builder, v: Value) -> Value:
    """`v`, its derivative NaN whatever arrives: it may be a mean of numbers that stand still and jump."""
    if isinstance(v.type, ScalarType):
        return b.op("load", undecided(b, b.op("full", v, b.i64(1))), b.i64(0), name=v.name)
    return b.op("tied", v, b.op("eq", v, v), name=v.name)


def missing(b: Builder, derivatives: Sequence[Value], **hints: Any) -> Value:
    """Whether a NaN is among the derivatives."""
    found = b.bool(False)
    for v in derivatives:
        nan = b.op("isnan", v, **hints)
        if isinstance(v.type, ArrayType) and v.type.rank:
            nan = b.op("any", nan, axes=tuple(range(v.type.rank)), keepdims=False)
        elif isinstance(v.type, ArrayType):
            nan = b.op("load", nan)
        found = b.op("or", found, nan, name="undecided")
    return found


def beside(program: Program, other: Program) -> Program:
    """`other` with the functions of `program` as well; those of its own have names that are free there."""
    names: dict[str, str] = {}
    free = program
    for name, function in other.functions.items():
        names[name] = free.fresh_name(name)
        free = free.with_function(replace(function, name=names[name]))

    def called(_: Op, op: Op) -> list[Op]:
        return [naming(op, names)]

    for name in names.values():
        body = copy_region(free.functions[name].body, {}, called)
        free = free.with_function(replace(free.functions[name], body=body))
    return replace(other, functions=free.functions, entry=names[other.entry])


def both_sides(program: Program, callee: str, derivative: Function, name: str) -> tuple[Program, str]:
    """A function with the parameters of `derivative`, that of `callee`: the means of what the function `name` gives on both sides."""
    main = program.functions[callee]
    made, n, m = program.functions[name], len(main.parameters), len(main.returned)
    b = Builder(main.location)
    parameters = [Value(p.name, p.type) for p in derivative.parameters]
    given, seeds = parameters[:n], parameters[n:]
    halves = [b.emit("call", *given, b.f64(s), *seeds, types=made.result_types, callee=name)[m:] for s in (1.0, -1.0)]
    b.end("return", [mean(b, above, below) for above, below in zip(*halves, strict=True)])
    function = Function(program.fresh_name(f"{callee}_sides"), Region(tuple(parameters), tuple(b.ops)), {}, main.location)
    return program.with_function(function), function.name


def mean(b: Builder, above: Value, below: Value) -> Value:
    """Half of each, also where they are equal: their derivatives need not be."""
    half = b.constant(0.5, scalar_of(above.type), "half")
    return b.op("add", b.op("mul", above, half), b.op("mul", below, half), name=above.name)
