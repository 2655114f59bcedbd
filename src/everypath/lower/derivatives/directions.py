"""Tangents, cotangents and gradients of values inside the function: their containers, and what fits as a direction of what.

The rules are those of `calls.directions`, as far as they can be known before the function runs; the extents are checked when it does.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from ... import records
from ...errors import InvalidArgument
from ...ir.program import Value
from ...ir.types import ArrayType, Type, fresh, is_float, scalar_of
from ..frame import Frame
from ..naming import type_name
from ..numpy.conversion import array
from ..objects import Dict, Instance, List, Mutable
from ..patterns import Remake, own_leaves
from ..text.functions import Prepared
from ..text.results import parts, rebuilt
from ..values import NONE, Abstract, Array, Buffer, RunList, Scalar, Tuple, is_none

Made = dict[Mutable, Abstract]
Pairs = list[tuple[Value, Value | None]]
"""(leaf, its direction): None where there is none, as for integers."""


def matched(c: Frame, like: Abstract, given: Abstract, node: ast.AST, *, constants: bool = False) -> Pairs:
    """Each leaf of `like` with the same leaf of `given`, a tangent or cotangent, in its dtype.

    None, for all of it or a part, is no contribution. What stands for an integer is not looked at. `constants` are leaves too where
    `like` is an argument.
    """
    if isinstance(like, Scalar) and like.is_static and not constants:
        return []
    if isinstance(like, (Scalar, Array, Buffer)):
        known = is_none(given) or not scalar_of(like.value.type).is_float
        flags: Pairs = [(flag, None) for flag in own_leaves(like)[1:]]
        return [(like.value, None if known else direction(c, like, c.present(given, node), node)), *flags]
    mine = parts(like)
    if is_none(given):
        return [pair for x in mine for pair in matched(c, x, NONE, node, constants=constants)]
    if not moves(like):
        return [pair for x in mine for pair in matched(c, x, x, node, constants=constants)]
    other = same_container(c, like, c.present(given, node), node)
    return [pair for x, y in zip(mine, other, strict=True) for pair in matched(c, x, y, node, constants=constants)]


def moves(x: Abstract) -> bool:
    """Whether there is a float in `x`."""
    if isinstance(x, (Scalar, Array, Buffer)):
        return scalar_of(x.value.type).is_float
    return any(map(moves, parts(x)))


def same_container(c: Frame, like: Abstract, given: Abstract, node: ast.AST) -> list[Abstract]:
    """The items of `given` in the order of those of `like`, if it is the same kind of container."""
    if isinstance(like, Dict) and isinstance(given, Dict) and set(like.entries) == set(given.entries):
        return [given.entries[key] for key in like.entries]
    if isinstance(like, Instance) and isinstance(given, Dict) and set(given.entries) <= set(like.fields):
        return [given.entries.get(name, NONE) for name in like.fields]
    other = parts(given)
    if not isinstance(like, Dict) and type_name(like) == type_name(given) and len(other) == len(parts(like)):
        return other
    c.refuse(node, f"a {said(given)} stands where a tangent of a {said(like)} is needed", "give it the same containers")


def said(x: Abstract) -> str:
    """A value in words."""
    if isinstance(x, Dict):
        return f"dict of {', '.join(map(repr, x.entries))}"
    if isinstance(x, (Tuple, List)):
        return f"{type_name(x)} of {len(x.items)}"
    return type_name(x)


def direction(c: Frame, like: Scalar | Array | Buffer, given: Abstract, node: ast.AST) -> Value:
    """`given` as a tangent of the number or array `like`, of its shape."""
    dtype = scalar_of(like.value.type)
    if isinstance(like, Scalar):
        if isinstance(given, Array) and given.value.type.rank == 0:  # type: ignore[union-attr]
            given = Scalar(c.b.op("load", given.value), "numpy")
        if not isinstance(given, Scalar):
            c.refuse(node, f"a {said(given)} stands where a tangent of a number is needed", "give it a number")
        return c.as_type(given, dtype)
    listed = isinstance(given, (List, RunList, Buffer))
    if (isinstance(like, Buffer) and not listed) or not (listed or isinstance(given, (Array, Tuple))):
        c.refuse(node, f"a {said(given)} stands where a tangent of a {said(like)} is needed", "give it the same shape")
    tangent = c.cast(array(c, node, given).value, dtype)
    rank, wanted = tangent.type.rank, like.value.type.rank  # type: ignore[union-attr]
    if rank != wanted:
        c.refuse(node, f"a tangent with {rank} axes stands where one with {wanted} is needed", "give it the same shape")
    return tangent if tangent.type.contiguous else c.b.op("copy", tangent, name=tangent.name)  # type: ignore[union-attr]


def same_shape(c: Frame, extents: tuple[Value, ...], direction: Value) -> None:
    """Check that a direction has these extents."""
    if isinstance(direction.type, ArrayType):
        for n, m in zip(extents, c.b.dims(direction), strict=True):
            c.check(c.b.op("eq", n, m), InvalidArgument, "a tangent or cotangent has another shape than what it belongs to")


def extents(c: Frame, x: Value) -> tuple[Value, ...]:
    """The extents of an array, none of a number."""
    return c.b.dims(x) if isinstance(x.type, ArrayType) else ()


def gradient_like(c: Frame, x: Abstract, leaves: Iterator[Value], made: Made | None = None) -> Abstract:
    """The gradient with respect to `x`: its containers, None for what has no derivative. An object that is met again has one."""
    if isinstance(x, (Scalar, Array, Buffer)):
        if not scalar_of(x.value.type).is_float:
            return NONE
        value = next(leaves)
        if isinstance(x, Scalar):
            return Scalar(value, x.kind)
        return Array(value) if isinstance(x, Array) else Buffer(value, x.kind, x.rows)
    made = {} if made is None else made
    return by_attribute(c, x, lambda item: gradient_like(c, item, leaves, made), made)


def by_attribute(c: Frame, x: Abstract, change: Callable[[Abstract], Abstract], made: Made) -> Abstract:
    """The container `x` with its items changed; for an instance a dict, by attribute, unless it keeps its class."""
    if not isinstance(x, Mutable):
        return rebuilt(c, x, change)
    if x in made:
        return made[x]
    if isinstance(x, Instance) and not records.keeps_its_class(x.type):
        made[x] = found = Dict(c.store, {})
        found.contents = {name: change(value) for name, value in x.fields.items()}
        return found
    made[x] = rebuilt(c, x, change)
    return made[x]


def directed(x: Abstract, seen: set[Mutable] | None = None) -> list[Value]:
    """The float leaves of `x` that its gradient has a place for, in order: not those of what a function in it sees."""
    seen = set() if seen is None else seen
    if isinstance(x, (Scalar, Array, Buffer)):
        return [x.value] if scalar_of(x.value.type).is_float else []
    if isinstance(x, Mutable):
        if x in seen:
            return []
        seen.add(x)
    return [leaf for part in parts(x) for leaf in directed(part, seen)]


def tangent_like(c: Frame, x: Abstract, leaves: Iterator[Value]) -> Abstract:
    """The tangent of a result: 0 where it is a known number, None where it carries none."""
    if isinstance(x, Scalar) and x.is_static:
        return c.constant(0.0) if x.kind == "float" else NONE
    return (
        gradient_like(c, x, leaves)
        if isinstance(x, (Scalar, Array, Buffer))
        else by_attribute(c, x, lambda item: tangent_like(c, item, leaves), {})
    )


def zeros(c: Frame, leaves: Sequence[Value]) -> list[Value]:
    """A zero for each of these numbers and arrays."""
    return [c.b.full_like(x, 0.0) if isinstance(x.type, ArrayType) else c.b.constant(0.0, scalar_of(x.type), "zero") for x in leaves]


def pushed(
    c: Frame, ready: Prepared, leaves: list[Value], positions: tuple[int, ...], tangents: list[Value]
) -> tuple[Abstract, list[Value]]:
    """Emit a `pushforward`: the function's result, and the tangents of its float leaves."""
    special = ready.special
    moving = [t for t in special.types if is_float(t)]
    types: list[Type] = [*special.types, *map(fresh, moving)]
    names = [*[ready.name] * len(special.types), *[f"{ready.name}_tangent"] * len(moving)]
    out = c.b.emit("pushforward", *leaves, *tangents, types=types, names=names, callee=special.name, wrt=positions)
    n = len(special.types)
    assert special.result is not None
    return Remake(c, out[:n])(special.result), list(out[n:])


def pulled(
    c: Frame, ready: Prepared, leaves: list[Value], positions: tuple[int, ...], seeded: tuple[int, ...], seeds: list[Value]
) -> tuple[Abstract, list[Value]]:
    """Emit a `pullback`: the function's result, and the cotangents of the parameters at `positions`."""
    special = ready.special
    types: list[Type] = [*special.types, *(fresh(leaves[k].type) for k in positions)]
    names = [*[ready.name] * len(special.types), *(f"d_{leaves[k].name}" for k in positions)]
    out = c.b.emit("pullback", *leaves, *seeds, types=types, names=names, callee=special.name, wrt=positions, seeded=seeded)
    n = len(special.types)
    assert special.result is not None
    return Remake(c, out[:n])(special.result), list(out[n:])
