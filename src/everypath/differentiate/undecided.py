"""A derivative taken inside a function, at a tie: what the function does with it can hide a NaN, so both sides are asked at once.

    y, g = call x, one {callee=h_vjp}     ->     y, n = call x, one {callee=h_vjp}
                                                 g = if isnan n { call x, one {callee=h_sides} } { n }

One that stands alone between the user and his answer (`left_open`) is left to whoever sees the answer (`calls.careful`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..ir.build import Builder
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import ArrayType, scalar_of
from ..ir.walk import ops_in, reached
from .sides import is_kink, one_side

Derive = Callable[[Program, str], tuple[Program, str]]
"""(program, function) -> the program with the function's derivative, and its name."""


def may_be_undecided(program: Program, op: Op) -> bool:
    """Whether the derivative op may meet a tie whose NaN would go on to be computed with."""
    if op.attributes.get("left_open"):
        return False
    functions = reached(program.functions, [op.attributes["callee"]])
    return any(is_kink(inner) for name in functions for inner in ops_in(program.functions[name].body))


def decided(b: Builder, call: Op, derivatives: Sequence[Value], both: str) -> list[Value]:
    """What stands for the `derivatives` among the results of `call`: these, or, where one is NaN, what the function `both` gives."""
    missing = b.bool(False)
    for v in derivatives:
        nan = b.op("isnan", v)
        if isinstance(v.type, ArrayType) and v.type.rank:
            nan = b.op("any", nan, axes=tuple(range(v.type.rank)), keepdims=False)
        elif isinstance(v.type, ArrayType):
            nan = b.op("load", nan)
        missing = b.op("or", missing, nan, name="undecided")
    then, otherwise = b.inner(), b.inner()
    then.end("yield", then.emit("call", *call.operands, types=[v.type for v in derivatives], callee=both))
    otherwise.end("yield", derivatives)
    regions = (Region((), tuple(then.ops)), Region((), tuple(otherwise.ops)))
    return list(b.emit("if", missing, names=[v.name for v in derivatives], types=[v.type for v in derivatives], regions=regions))


def both_sides(program: Program, callee: str, derivative: Function, derive: Derive) -> tuple[Program, str]:
    """A function with the parameters of `derivative`, that of `callee`: the means of its derivatives on either side."""
    main = program.functions[callee]
    sided = one_side(replace(program, entry=callee))
    program, name = derive(replace(sided, entry=program.entry), sided.entry)
    made, n, m = program.functions[name], len(main.parameters), len(main.returned)
    b = Builder(main.location)
    parameters = [Value(p.name, p.type) for p in derivative.parameters]
    given, seeds = parameters[:n], parameters[n:]
    halves = [b.emit("call", *given, b.f64(s), *seeds, types=made.result_types, callee=name)[m:] for s in (1.0, -1.0)]
    b.end("return", [mean(b, above, below) for above, below in zip(*halves, strict=True)])
    function = Function(program.fresh_name(f"{callee}_sides"), Region(tuple(parameters), tuple(b.ops)), {}, main.location)
    return program.with_function(function), function.name


def mean(b: Builder, above: Value, below: Value) -> Value:
    half = b.constant(0.5, scalar_of(above.type), "half")
    middle = b.op("add", b.op("mul", above, half), b.op("mul", below, half), name=above.name)
    return b.op("select", b.op("eq", above, below), above, middle, name=above.name)
