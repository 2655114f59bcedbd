"""Code for the short axes that a function was specialised with: points in space, quaternions, pixels.

    func @f(x: f64[:, :]) {extents=((0, 1, 3),)} {          n = dim x, 1
      y = mul x, 2.0                                        same = eq n, 3
      …                                              →      check same {error=OtherExtents}
                                                            m = dim x, 0
                                                            x_1 = reshape x, m, 3
                                                            y = mul x_1, 2.0

What is known of extents goes on from there: to loops, whose shortest axis is written out, to products of small matrices, and to checks that
need not be made. A run with other extents stops before it has done anything, and who runs it has code for any (`everypath.postponed`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..ir.build import Builder
from ..ir.program import Function, Op, Program, Value
from ..ir.types import ArrayType
from ..ir.walk import copy_ops, ops_in
from .rewriting import with_function_ops


class OtherExtents(Exception):
    """What a run stops with where its arguments have other extents than the code is for."""


def short(program: Program, entries: tuple[str, ...]) -> Program:
    """`program` with its entries for the short axes that are noted of their parameters: those that nobody calls, who could not stop."""
    called = {op.attributes.get("callee") for function in program.functions.values() for op in ops_in(function.body)}
    for name in entries:
        if name not in called:
            program = program.with_function(for_these(program.functions[name]))
    return program


def for_these(function: Function) -> Function:
    """`function` for the short axes that are noted of its parameters."""
    found: dict[Value, dict[int, int]] = {}
    for k, axis, n in function.attributes.get("extents", ()):
        parameter = function.parameters[k]
        if n > 1 and isinstance(parameter.type, ArrayType) and axis < parameter.type.rank:
            found.setdefault(parameter, {})[axis] = n
    if not found:
        return function
    b, inside = Builder(function.location), Builder(function.location)
    env: dict[Value, Value] = {}
    tests: list[Value] = []
    for array, extents in found.items():
        shape = list(inside.dims(array))  # not asked before the test: `alike` may know more of them
        for axis, n in extents.items():
            known = b.i64(n, "extent")
            tests.append(b.op("eq", b.op("dim", array, axis=axis, name=f"{array.name}_dim{axis}"), known, name="same"))
            shape[axis] = known
        env[array] = shaped(inside, array, shape)
    same = tests[0]
    for another in tests[1:]:
        same = b.op("and", same, another, name="same")
    b.do("check", same, error=OtherExtents, message="")
    return with_function_ops(function, [*b.ops, *inside.ops, *copy_ops(function.body.ops, env)])


def asks(function: Function) -> Sequence[Op]:
    """The first ops of a function, as far as they ask whether its arguments have the extents that it is for."""
    ops = function.body.ops
    ends = [k for k, op in enumerate(ops, 1) if op.name == "check" and op.attributes["error"] is OtherExtents]
    return ops[: max(ends, default=0)]


def shaped(b: Builder, array: Value, shape: Sequence[Value]) -> Value:
    """`array` itself, its extents by the names in `shape`."""
    assert isinstance(array.type, ArrayType)
    if array.type.contiguous:
        return b.op("reshape", array, *shape, name=array.name)
    numbers = [v for n in shape for v in (b.i64(0, "start"), n)]
    return b.op("view", array, *numbers, axes="u" * array.type.rank, name=array.name)


def for_short(function: Function) -> bool:
    """Whether short axes are noted of a function."""
    return any(n > 1 for _, _, n in function.attributes.get("extents", ()))


def for_any(program: Program) -> Program:
    """`program` without what is noted of its short axes."""
    main = program.main
    if not for_short(main):
        return program
    ones = tuple(noted for noted in main.attributes["extents"] if noted[2] == 1)
    return program.with_function(replace(main, attributes={**main.attributes, "extents": ones}))
