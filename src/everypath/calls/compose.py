"""Transformations of transformations: the IR of a function that returns another one's derivative.

    grad(f)     func @grad_f(x, captures…)    { one = 1.0;  y, x̄ = pullback x, captures…, one {callee=f};  return x̄ }
    hvp(f)      func @hvp_f(x, v, captures…)  { g, ġ = pushforward x, captures…, v {callee=grad_f};        return ġ }

`differentiate` takes these like any other program, so `grad(grad(f))`, `jacobian(grad(f))` or `jvp(hvp(f), …)` need nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import NotSupported
from ..ir.build import Builder
from ..ir.program import Function, Region, Value
from ..ir.types import ArrayType, scalar_of
from ..lower import Lowered
from ..structure import Container, Structure, count, leaves, paths
from ..transform import Transform
from .boundary import chosen, float_leaves, gradient_structure, scalar_result

Wrt = Sequence[int | str]
Units = tuple[tuple[int, int], ...]
"""(parameter, axis) of extents that were 1 when a function was specialised."""


def composed(lowered: Lowered, transform: Transform, wrt: Wrt, name: str) -> Lowered:
    """The lowering of `transform`, given that of the function inside it, which is called `name` in messages.

    `wrt` are the choices of `transform`, positions counted among all the function's arguments.
    """
    if transform.kind == "compile":
        return lowered
    if transform.kind in ("grad", "value_and_grad"):
        return gradient(lowered, transform, wrt, name)
    if transform.kind == "hvp":
        return product(lowered, transform, wrt, name)
    raise NotSupported(
        [
            (
                None,
                f"cannot transform {transform.kind}({name}) further",
                "take hessian(f), jacobian(grad(f)) or hvp(f) of the function itself",
            )
        ]
    )


def gradient(lowered: Lowered, transform: Transform, wrt: Wrt, name: str) -> Lowered:
    """`grad(f)` or `value_and_grad(f)` as a program."""
    program = lowered.program
    entry = program.main
    picked = chosen(wrt, lowered.arguments, name)
    positions = tuple(p for path, structure, first in picked for p in float_leaves(path, structure, first, name))
    scalar_result(lowered.result, transform.has_aux, name, "grad")
    b = Builder(entry.location)
    parameters = [Value(p.name, p.type) for p in entry.parameters]
    one = unit(b, entry.returned[0])
    types = [*entry.result_types, *(fresh_type(entry.parameters[p]) for p in positions)]
    names = [*(v.name for v in entry.returned), *(f"d_{entry.parameters[p].name}" for p in positions)]
    out = b.emit("pullback", *parameters, one, names=names, types=types, callee=entry.name, wrt=positions, seeded=(0,))
    results, cotangents = out[: len(entry.returned)], out[len(entry.returned) :]
    gradients = [gradient_structure(structure) for _, structure, _ in picked]
    derivative = Container(tuple, tuple(range(len(gradients))), tuple(gradients)) if isinstance(transform.wrt, tuple) else gradients[0]
    value = lowered.result
    if transform.kind == "value_and_grad":
        return closed(lowered, b, parameters, [*results, *cotangents], pair(value, derivative), f"value_and_grad_{entry.name}")
    if transform.has_aux:
        assert isinstance(value, Container)
        return closed(lowered, b, parameters, [*cotangents, *results[1:]], pair(derivative, value.children[1]), f"grad_{entry.name}")
    return closed(lowered, b, parameters, list(cotangents), derivative, f"grad_{entry.name}")


def product(lowered: Lowered, transform: Transform, wrt: Wrt, name: str) -> Lowered:
    """`hvp(f)` as a program: the tangent of the gradient; the vectors come behind the arguments."""
    inner = gradient(lowered, Grad(transform), wrt, name)
    program = inner.program
    entry = program.main
    picked = chosen(wrt, lowered.arguments, name)
    positions = tuple(p for path, structure, first in picked for p in float_leaves(path, structure, first, name))
    captured = len(entry.parameters) - sum(count(structure) for _, structure in lowered.arguments)
    b = Builder(entry.location)
    parameters = [Value(p.name, p.type) for p in entry.parameters]
    vectors: list[Value] = []
    structures = [gradient_structure(structure) for _, structure, _ in picked]
    for structure in structures:
        vectors += [Value(f"v{k}" if k else "v", leaf.type) for k, (_, leaf) in enumerate(paths(structure))]
    types = [*entry.result_types, *entry.result_types]
    tangents = [fitted(b, v, parameters[p]) for v, p in zip(vectors, positions, strict=True)]
    out = b.emit("pushforward", *parameters, *tangents, types=types, callee=entry.name, wrt=positions)
    split = len(parameters) - captured
    ordered = [*parameters[:split], *vectors, *parameters[split:]]
    vector = Container(tuple, tuple(range(len(structures))), tuple(structures)) if isinstance(transform.wrt, tuple) else structures[0]
    known: Units = entry.attributes.get("units", ())
    moved = [(split + k, axis) for k, position in enumerate(positions) for at, axis in known if at == position]
    units = (*((k, axis) for k, axis in known if k < split), *moved)
    done = closed(inner, b, ordered, list(out[len(entry.returned) :]), inner.result, f"hvp_{lowered.program.entry}", units)
    return replace(done, arguments=(*lowered.arguments, ("v", vector)), signature=WithVector(lowered.signature))


def with_units(lowered: Lowered, values: Sequence[Any]) -> Lowered:
    """`lowered` with a note of which extents of its arguments are 1, so that code can be made for arrays that broadcast there."""
    parts = [leaf for value, (_, structure) in zip(values, lowered.arguments, strict=True) for leaf in leaves(value, structure)]
    units = tuple((k, axis) for k, leaf in enumerate(parts) for axis, n in enumerate(np.shape(leaf)) if n == 1)
    main = lowered.program.main
    noted = replace(main, attributes={**main.attributes, "units": units}) if units else main
    return replace(lowered, program=lowered.program.with_function(noted))


class WithVector:
    """The signature of an `hvp`: that of the function, then the vector."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """The values of all parameters in order; the last positional argument is the vector."""
        if not args:
            raise TypeError("hvp(f) takes the function's arguments and then the vector")
        return (*self.inner.bind(args[:-1], kwargs), args[-1])


class Grad(Transform):
    """The plain gradient inside an `hvp`."""

    kind = "grad"

    def __init__(self, outer: Transform) -> None:
        self.function, self.wrt, self.has_aux = outer.function, outer.wrt, False


def closed(
    lowered: Lowered, b: Builder, parameters: list[Value], results: list[Value], result: Structure, wish: str, units: Units | None = None
) -> Lowered:
    """`lowered` with a new entry: the ops of `b` over `parameters`, which returns `results`. `units` are those of `parameters`
    (as in `with_units`), where they are not those of the entry so far."""
    b.end("return", results)
    program = lowered.program
    units = program.main.attributes.get("units", ()) if units is None else units
    attributes = {"units": units} if units else {}
    function = Function(program.fresh_name(wish), Region(tuple(parameters), tuple(b.ops)), attributes, program.main.location)
    return replace(lowered, program=program.with_function(function, entry=True), result=result)


def unit(b: Builder, result: Value) -> Value:
    """The cotangent 1 for a scalar result (or an array of rank 0)."""
    one = b.constant(1.0, scalar_of(result.type), "one")
    return b.op("full", one) if isinstance(result.type, ArrayType) else one


def fresh_type(value: Value) -> Any:
    """The type of a cotangent: an array's is fresh and contiguous."""
    type_ = value.type
    return ArrayType(type_.dtype, type_.rank) if isinstance(type_, ArrayType) else type_


def fitted(b: Builder, tangent: Value, parameter: Value) -> Value:
    """A contiguous tangent as the type of the parameter that it belongs to."""
    return tangent if tangent.type == parameter.type else b.op("weaken", tangent, name=tangent.name)


def pair(first: Structure, second: Structure) -> Container:
    """The structure of a tuple of two."""
    return Container(tuple, (0, 1), (first, second))


def wrt_of(transform: Transform) -> Wrt:
    """The choices in `wrt` as a sequence."""
    return transform.wrt if isinstance(transform.wrt, tuple) else (transform.wrt,)
