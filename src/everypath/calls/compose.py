"""Transformations of transformations: the IR of a function that returns another one's derivative.

    grad(f)     func @grad_f(x, captures…)    { one = 1.0;  y, x̄ = pullback x, captures…, one {callee=f};  return x̄ }
    hvp(f)      func @hvp_f(x, v, captures…)  { g, ġ = pushforward x, captures…, v {callee=grad_f};        return ġ }

`differentiate` takes these like any other program, so `grad(grad(f))`, `jacobian(grad(f))` or `jvp(hvp(f), …)` need nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import InvalidArgument, NotSupported
from ..ir.build import Builder
from ..ir.program import Function, Region, Value
from ..ir.types import ArrayType, scalar_of
from ..lower import Lowered
from ..structure import Container, Structure, count, describe, leaves, paths, rebuild
from ..transform import Transform
from .boundary import gradient_structure, scalar_result
from .changing import dropped
from .choice import Arguments, Choice, Wrt
from .directions import like

Extents = tuple[tuple[int, int, int], ...]
"""(parameter, axis, extent) of extents that were 1, or few, when a function was specialised."""

FEW = 4
"""The coordinates of a point, a quaternion, a pixel: last axes of an array of them are no longer."""


def composed(lowered: Lowered, transform: Transform, leading: int, name: str) -> Lowered:
    """The lowering of `transform`, given that of the function inside it, which is called `name` in messages.

    The first `leading` arguments are fixed, and the positions in `wrt` do not count them.
    """
    if transform.kind == "compile":
        return lowered
    if transform.kind in ("grad", "value_and_grad"):
        return gradient(lowered, transform, leading, name)
    if transform.kind == "hvp":
        return product(lowered, transform, leading, name)
    raise NotSupported(
        [
            (
                None,
                f"cannot transform {transform.kind}({name}) further",
                "take hessian(f), jacobian(grad(f)) or hvp(f) of the function itself",
            )
        ]
    )


def gradient(lowered: Lowered, transform: Transform, leading: int, name: str) -> Lowered:
    """`grad(f)` or `value_and_grad(f)` as a program."""
    program = lowered.program
    entry = program.main
    choice = Arguments(lowered.arguments, lowered.signature, leading, name).chosen(transform.wrt)
    positions = choice.positions
    scalar_result(lowered.result, transform.has_aux, name, transform.asked or "grad")
    b = Builder(entry.location)
    parameters = [Value(p.name, p.type) for p in entry.parameters]
    one = unit(b, entry.returned[0])
    types = [*entry.result_types, *(fresh_type(entry.parameters[p]) for p in positions)]
    names = [*(v.name for v in entry.returned), *(f"d_{entry.parameters[p].name}" for p in positions)]
    out = b.emit("pullback", *parameters, one, names=names, types=types, callee=entry.name, wrt=positions, seeded=(0,), left_open=True)
    results = out[: len(entry.returned)]
    cotangents = choice.each(out[len(entry.returned) :], lambda v: b.op("copy", v, name=v.name) if isinstance(v.type, ArrayType) else v)
    derivative = choice.structure(gradient_structure)
    value = lowered.result
    if transform.kind == "value_and_grad":
        return closed(lowered, b, parameters, [*results, *cotangents], pair(value, derivative), f"value_and_grad_{entry.name}")
    if transform.has_aux:
        assert isinstance(value, Container)
        return closed(lowered, b, parameters, [*cotangents, *results[1:]], pair(derivative, value.children[1]), f"grad_{entry.name}")
    return closed(lowered, b, parameters, cotangents, derivative, f"grad_{entry.name}")


def product(lowered: Lowered, transform: Transform, leading: int, name: str) -> Lowered:
    """`hvp(f)` as a program: the tangent of the gradient; the vectors come behind the arguments."""
    inner = gradient(lowered, Grad(transform), leading, name)
    program = inner.program
    entry = program.main
    choice = Arguments(lowered.arguments, lowered.signature, leading, name).chosen(transform.wrt)
    captured = len(entry.parameters) - sum(count(structure) for _, structure in lowered.arguments)
    b = Builder(entry.location)
    parameters = [Value(p.name, p.type) for p in entry.parameters]
    vector = choice.structure(gradient_structure)
    vectors = [Value(f"v{k}" if k else "v", leaf.type) for k, (_, leaf) in enumerate(paths(vector))]
    types = [*entry.result_types, *entry.result_types]
    tangents = along(b, choice, vectors, parameters)
    out = b.emit("pushforward", *parameters, *tangents, types=types, callee=entry.name, wrt=choice.positions, left_open=True, given=True)
    split = len(parameters) - captured
    ordered = [*parameters[:split], *vectors, *parameters[split:]]
    known: Extents = entry.attributes.get("extents", ())
    chosen = enumerate(choice.positions[n] for n in choice.order)
    moved = [(split + k, axis, n) for k, position in chosen for at, axis, n in known if at == position]
    extents = (*(noted for noted in known if noted[0] < split), *moved)
    done = closed(inner, b, ordered, list(out[len(entry.returned) :]), inner.result, f"hvp_{lowered.program.entry}", extents)
    signature = WithVector(lowered.signature, transform.wrt, leading, name)
    arguments = (*lowered.arguments, ("v", vector))
    return replace(done, arguments=arguments, signature=signature, changing=dropped(lowered, behind=1))


def along(b: Builder, choice: Choice, vectors: Sequence[Value], parameters: Sequence[Value]) -> list[Value]:
    """The tangent of each chosen parameter: its vector, once their shapes are found equal, or the sum of several."""
    tangents: dict[int, Value] = {}
    for k, v in zip(choice.order, vectors, strict=True):
        x = parameters[choice.positions[k]]
        if isinstance(x.type, ArrayType):
            for n, m in zip(b.dims(x), b.dims(v), strict=True):
                b.do("check", b.op("eq", n, m), error=InvalidArgument, message=f"the vector of hvp has another shape than {x.name}")
        tangents[k] = summed(b, tangents[k], v) if k in tangents else v
    return [fitted(b, tangents[k], parameters[p]) for k, p in enumerate(choice.positions)]


def with_extents(lowered: Lowered, values: Sequence[Any]) -> Lowered:
    """`lowered` with a note of which extents of its arguments are 1, so that code can be made for arrays that broadcast there, and of
    those of short last axes, so that it can be made for these."""
    given = [
        *zip(values, (structure for _, structure in lowered.arguments), strict=True),
        *((c.read(), c.structure) for c in lowered.captures),
    ]
    parts = [leaf for value, structure in given for leaf in leaves(value, structure)]
    extents = tuple((k, axis, n) for k, leaf in enumerate(parts) for axis, n in noted(np.shape(leaf)))
    main = lowered.program.main
    known = replace(main, attributes={**main.attributes, "extents": extents}) if extents else main
    return replace(lowered, program=lowered.program.with_function(known))


def noted(shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """(axis, extent) of axes of 1, and of the last ones as long as they are short: of the first only in a matrix for points in space."""
    first = len(shape)
    while first > 1 and 0 < shape[first - 1] <= FEW:
        first -= 1
    if len(shape) == 2 and min(shape) > 2 and first == 1 and shape[0] <= FEW:
        first = 0
    return [(axis, n) for axis, n in enumerate(shape) if n == 1 or axis >= first]


def before_vector(inner: Any, args: Sequence[Any], kwargs: Mapping[str, Any], leading: int, where: str) -> tuple[Any, ...]:
    """The values that the signature `inner` of the function gives the arguments of an `hvp`, of which the last is the vector."""
    if len(args) <= leading:
        raise TypeError(f"hvp({where}) takes the arguments of {where}, and last the vector")
    try:
        values: tuple[Any, ...] = inner.bind(tuple(args[:-1]), dict(kwargs))
    except TypeError as problem:
        raise TypeError(f"{problem}; hvp({where}) takes the arguments of {where}, and last the vector") from None
    return values


class WithVector:
    """The signature of an `hvp`: that of the function, then the vector."""

    def __init__(self, inner: Any, wrt: Wrt, leading: int, where: str) -> None:
        self.inner, self.wrt, self.leading, self.where = inner, wrt, leading, where
        self.names, self.shown, self.by_keyword = (*inner.names, "v"), inner.shown, inner.by_keyword

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """The values of all parameters in order; the last positional argument is the vector, made like what it belongs to."""
        values = before_vector(self.inner, args, kwargs, self.leading, self.where)
        arguments = [(name, describe(value, name)) for name, value in zip(self.inner.names, values, strict=True)]
        choice = Arguments(arguments, self.inner, self.leading, self.where).chosen(self.wrt)
        given = [leaf for value, (_, structure) in zip(values, arguments, strict=True) for leaf in leaves(value, structure)]
        primal = [given[k] for a in choice.arguments for k in range(a.first, a.first + count(a.structure))]
        vectors = like(args[-1], choice.structure(lambda structure: structure), primal, "the vector of hvp")
        return (*values, rebuild(choice.structure(gradient_structure), vectors))


class Grad(Transform):
    """The plain gradient inside an `hvp`."""

    kind = "grad"

    def __init__(self, outer: Transform) -> None:
        self.function, self.wrt, self.has_aux, self.asked = outer.function, outer.wrt, False, outer.kind


def closed(
    lowered: Lowered,
    b: Builder,
    parameters: list[Value],
    results: list[Value],
    result: Structure,
    wish: str,
    extents: Extents | None = None,
) -> Lowered:
    """`lowered` with a new entry: the ops of `b` over `parameters`, which returns `results`. `extents` are those of
    `parameters` (as in `with_extents`), where they are not those of the entry so far."""
    b.end("return", results)
    program = lowered.program
    extents = program.main.attributes.get("extents", ()) if extents is None else extents
    attributes = {"extents": extents} if extents else {}
    function = Function(program.fresh_name(wish), Region(tuple(parameters), tuple(b.ops)), attributes, program.main.location)
    return replace(lowered, program=program.with_function(function, entry=True), result=result, changing=dropped(lowered))


def summed(b: Builder, x: Value, y: Value) -> Value:
    """x + y, numbers or arrays of one shape."""
    if not isinstance(x.type, ArrayType):
        return b.op("add", x, y, name=x.name)
    (total,) = b.map_(b.dims(x), ("array",), lambda inner, *at: (inner.op("add", inner.op("load", x, *at), inner.op("load", y, *at)),))
    return total


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
