"""A program as it runs just beside its point: every kink decided for one side, the side that a generic direction leads to.

    y = abs x                 x_dot = …                                     the tangent along the direction
                       ->     up = ge x_dot, 0;  at = eq x, 0
                              y = select at, (select up, x, -x), (abs x)

Where a run meets a tie, the mean of the derivatives of its two sides is the derivative, and wherever the function is smooth it is
the true one: each side is then the function itself (docs/decisions/0006). A tangent travels with every value that depends on
the arguments and decides the ties: the lexicographic derivative of Nesterov (2005), Khan & Barton (2013). Done twice,
second tangents decide what first ones leave open, as second derivatives need it: |x²| at 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from ..analysis.written import written
from ..ir.build import Builder
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import F64, ArrayType, ScalarType, is_float, scalar_of
from ..ir.walk import copy_region, fresh, ops_in, reached
from .kinks import DERIVATIVES
from .pointed import Sided

Pass = Callable[[Program], Program]

MANY = 100
"""More rounds than anybody takes derivatives."""


def one_side(program: Program, smaller: Pass) -> Program:
    """The program on one side of its kinks: parameters…, side -> results…, `side` being 1.0 or -1.0.

    `program` may hold `pullback` and `pushforward` ops: what they derive is put on the same side. First tangents decide for first
    derivatives, second ones for second, as many as there are derivatives between the user and his answer, and two at least where the
    program takes derivatives itself, unless it is on a side of others already; one more where roots may be lengths. What is derived
    `inside` and put on a side of its own has as many as it takes derivatives by its own parameters. `smaller` takes away tangents that
    decide nothing.
    """
    parameters = program.main.parameters
    moving = [k for k, p in enumerate(parameters) if isinstance(p.type, ScalarType | ArrayType) and is_float(p.type)]
    derives = any(op.name in DERIVATIVES for function in program for op in ops_in(function.body))
    attributes = program.main.attributes
    orders = along(program, MANY if "inside" in attributes else 0).values()
    lengths = any("length" in op.attributes for function in program for op in ops_in(function.body))
    rounds = 1 if "decided" in attributes else max(1 + derives, 1 + max(orders)) + lengths
    program = values_called(program, along(program, rounds), rounds)
    program = insides_apart(program, along(program, rounds), rounds)
    for k in range(rounds):
        program = smaller(with_direction(program, moving, len(parameters), last=k == rounds - 1))
    return program


def along(program: Program, rounds: int) -> dict[str, int]:
    """The functions that move as the program does, and how many derivatives of them it gives: what it calls, what it derives for whoever
    sees the answer, and what it derives by its own parameters, as far as there are `rounds` of tangents for that order."""
    orders, waiting = {program.entry: 0}, [program.entry]
    while waiting:
        function = program.functions[waiting.pop()]
        for op in ops_in(function.body):
            if here(op, function, orders[function.name], rounds):
                callee, order = op.attributes["callee"], orders[function.name] + (op.name in DERIVATIVES)
                if order > orders.get(callee, -1) and order < len(program.functions):
                    orders[callee] = order
                    waiting.append(callee)
    return orders


def here(op: Op, function: Function, order: int, rounds: int) -> bool:
    """Whether `op` runs another function, or derives it, which moves as `function` does: there a tie that no tangent tells apart has no
    derivative, and no sides of its own."""
    if op.name not in DERIVATIVES or "linear" in op.attributes:
        return op.name == "call"
    by = {op.operands[k] for k in op.attributes["wrt"]}
    own = len(by) == len(op.attributes["wrt"]) and by <= set(function.parameters)
    return "left_open" in op.attributes or (own and order + 2 <= rounds)


def gives_value(program: Program, op: Op, function: Function) -> bool:
    """Whether `function` goes on with what the derivative `op` gives beside derivatives, of a function that only computes."""
    callee = program.functions[op.attributes["callee"]]
    if not all(isinstance(v.type, ScalarType) or (isinstance(v.type, ArrayType) and v.type.contiguous) for v in callee.returned):
        return False
    values = {v for v in op.results[: len(callee.returned)] if is_float(v.type)}
    used = any(v in values for inner in ops_in(function.body) for v in inner.operands)
    return used and "linear" not in op.attributes and not written(program)[callee.name].writes


def values_called(program: Program, orders: dict[str, int], rounds: int) -> Program:
    """`program` with a call for the value beside a derivative whose ties are its own: the value moves as what is around it does."""
    function: Function

    def apart(old: Op, op: Op) -> list[Op]:
        own = old.name in DERIVATIVES and not here(old, function, orders[function.name], rounds)
        return value_called(program, op) if own and gives_value(program, old, function) else [op]

    for name in orders:
        function = program.functions[name]
        program = program.with_function(replace(function, body=copy_region(function.body, {}, apart)))
    return program


def value_called(program: Program, op: Op) -> list[Op]:
    """A call of the function for its results, arrays in memory of their own, and the derivative `op` for the rest."""
    callee = program.functions[op.attributes["callee"]]
    n, m = len(callee.parameters), len(callee.returned)
    values, rest = op.results[:m], op.results[m:]
    called = {v: fresh(v) if isinstance(v.type, ArrayType) else v for v in values}
    call = Op("call", op.operands[:n], tuple(called.values()), {"callee": callee.name}, (), op.location)
    copies = [Op("copy", (made,), (v,), {}, (), op.location) for v, made in called.items() if v is not made]
    return [call, *copies, replace(op, results=(*map(fresh, values), *rest))]


def insides_apart(program: Program, orders: dict[str, int], rounds: int) -> Program:
    """`program` with functions of their own, `inside`, for what is called in a function that it derives, and no derivative left open."""

    def moves(op: Op, name: str) -> bool:
        return here(op, program.functions[name], orders.get(name, rounds), rounds)

    called = set(orders)
    everything = reached(program.functions, called)
    derives = [op for name in everything for op in ops_in(program.functions[name].body) if op.name in DERIVATIVES and not moves(op, name)]
    inside = {name: name for name in reached(program.functions, [op.attributes["callee"] for op in derives])}
    made = program
    for name in called & set(inside):
        inside[name] = made.fresh_name(f"{name}_inside")
        made = made.with_function(replace(program.functions[name], name=inside[name]))
    names: dict[str, str]
    function: Function

    def named(old: Op, op: Op) -> list[Op]:
        if "callee" not in op.attributes or op.name == "ruled":
            return [op]
        callee = op.attributes["callee"]
        attributes = {**op.attributes, "callee": names[callee] if names is not inside and moves(old, function.name) else inside[callee]}
        if names is inside:
            attributes.pop("left_open", None)
        return [replace(op, attributes=attributes)]

    for name, apart, names in [*((n, n, {m: m for m in called}) for n in called), *((n, m, inside) for n, m in inside.items())]:
        function = program.functions[name]
        attributes = {key: value for key, value in function.attributes.items() if key != "inside"}
        if names is inside:
            attributes["inside"] = True
        made = made.with_function(replace(function, name=apart, body=copy_region(function.body, {}, named), attributes=attributes))
    return made


def with_direction(program: Program, moving: Sequence[int], n: int, *, last: bool) -> Program:
    """`program` with a new entry, which calls the old one with a tangent for each of its parameters that is `moving`. Behind the `n`
    parameters stands the side, for the old entry too if it has one."""
    owner = Sided(program, last=last)
    main = program.main
    name = owner.function(main.name, tuple(moving), entry=False, told=False)
    b = Builder(main.location)
    side = Value("side", F64)
    parameters = (*map(fresh, main.parameters[:n]), side)
    direction = [generic(b, parameters[k], side, seed) for seed, k in enumerate(moving, 1)]
    callee = owner.program.functions[name]
    given = parameters[: len(main.parameters)]
    results = b.emit("call", *given, *direction, types=callee.result_types, names=[v.name for v in callee.returned], callee=name)
    b.end("return", results[: len(main.returned)])
    attributes = {**main.attributes, "decided": True}
    made = Function(owner.program.fresh_name(f"{main.name}_side"), Region(parameters, tuple(b.ops)), attributes, main.location)
    return owner.program.with_function(made, entry=True)


def generic(b: Builder, x: Value, side: Value, seed: int) -> Value:
    """A tangent for `x` of which no two elements, and no two parameters, are alike: sines of numbers far from any period."""
    dtype = scalar_of(x.type)
    if isinstance(x.type, ScalarType):
        return b.op("cast", b.op("mul", side, b.f64(math.sin(1.0 + 2.4 * seed))), dtype=dtype.name, name=f"{x.name}_dot")
    dims = b.dims(x)
    phase: Value = b.op("full", b.f64(2.4 * seed), *dims, name="phase")
    for axis, dim in enumerate(dims):
        turn = b.op("mul", b.op("cast", b.op("iota", dim), dtype="f64"), b.f64(1.0 + 0.7 * axis))
        letters = "".join("a" if k == axis else "n" for k in range(len(dims)))
        phase = b.op("add", phase, turn if len(dims) == 1 else b.op("view", turn, axes=letters), name="phase")
    tangent = b.op("cast", b.op("mul", b.op("sin", b.op("add", phase, b.f64(1.0))), side), dtype=dtype.name, name=f"{x.name}_dot")
    return tangent if x.type == tangent.type else b.op("weaken", tangent, name=tangent.name)
