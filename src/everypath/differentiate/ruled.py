"""A call whose derivative is said by a rule: its tangent function, its adjoint function, or one for both.

    y = ruled x {callee=f, tangent=t}        y_dot = the derivative of t(y, x, 0) in its last parameter, along x_dot
                                             x_bar = that derivative transposed, applied to y_bar

Each half is linear in its directions, so its derivative in them is the half itself, and structural: where a direction is absent, there
is no path. What is missing is the transpose of what is there, which reverse mode finds. Both stand as `pushforward` and `pullback` ops
until `expand`. A half that is not linear, as one that clips, is called as it is, and has no transpose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..errors import NotSupported
from ..ir.build import Builder
from ..ir.program import Function, Op, Program, Value
from ..ir.types import ArrayType, fresh, is_float, scalar_of
from ..ir.walk import ops_in
from ..unchanging import unchanging
from .linear import is_linear
from .nested import absent_like
from .terms import Products

Directions = Mapping[int, Value]
"""By position among the call's arguments, or its results."""


@unchanging
class Half:
    """The tangent or the adjoint of a rule: `taken` are the positions of what it takes directions of, and `given` of what it gives."""

    function: Function
    taken: tuple[int, ...]
    given: tuple[int, ...]

    @property
    def linear(self) -> bool:
        """Whether it is linear in its directions, as `marked` has found."""
        return bool(self.function.attributes["linear"])

    @property
    def places(self) -> tuple[int, ...]:
        """Which of its parameters are directions."""
        n = len(self.function.parameters)
        return tuple(range(n - len(self.taken), n))


def refuse_blind(op: Op, active: Iterable[int]) -> None:
    """NotSupported where a derivative would pass through operands that the rule can say nothing of."""
    hidden = [op.operands[k].name for k in active if k in op.attributes.get("blind", ())]
    if hidden:
        name = op.attributes["user_name"]
        reason = f"a function that is passed to {name} sees {hidden[0]}, and the rule of {name} can say nothing of that"
        raise NotSupported([(op.location, reason, f"pass {hidden[0]} to {name} as an argument")])


def tangents(b: Builder, products: Products, program: Program, op: Op, directions: Directions) -> dict[int, Value]:
    """The tangents of the results of a `ruled` call, whose operands and results are those of the program that is made."""
    refuse_blind(op, directions)
    half = half_of(program, op, "tangent")
    if half is not None:
        return along(b, products, program, op, half, directions)
    other = half_of(program, op, "adjoint")
    assert other is not None
    return transposed(b, program, op, other, directions)


def cotangents(b: Builder, products: Products, program: Program, op: Op, directions: Directions, active: Sequence[int]) -> dict[int, Value]:
    """The cotangents of the `active` arguments of a `ruled` call, to which there is a path."""
    refuse_blind(op, active)
    half = half_of(program, op, "adjoint")
    if half is not None:
        found = along(b, products, program, op, half, directions)
        return {k: v for k, v in found.items() if k in active}
    other = half_of(program, op, "tangent")
    assert other is not None
    return transposed(b, program, op, other, directions, active)


def marked(program: Program) -> Program:
    """The program, in which the halves of rules say in an attribute whether they are plainly linear in their directions."""
    made = program
    for op in [op for function in program for op in ops_in(function.body) if op.name == "ruled"]:
        for kind in ("tangent", "adjoint"):
            half = half_of(made, op, kind)
            if half is not None and "linear" not in half.function.attributes:
                linear = is_linear(program, half.function.name, half.places)
                made = made.with_function(replace(half.function, attributes={**half.function.attributes, "linear": linear}))
    return made


def half_of(program: Program, op: Op, name: str) -> Half | None:
    """The tangent or the adjoint that the call names."""
    if name not in op.attributes:
        return None
    function = program.functions[op.attributes[name]]
    moving = op.operands if name == "tangent" else op.results
    return Half(function, tuple(k for k, v in enumerate(moving) if is_float(v.type)), tuple(function.attributes["paths"]))


def along(b: Builder, products: Products, program: Program, op: Op, half: Half, directions: Directions) -> dict[int, Value]:
    """What a half gives for these directions."""
    function = half.function
    place = [*op.results, *op.operands]
    moving = op.operands if half.function.name == op.attributes.get("tangent") else op.results
    if not half.linear:
        seeds = [directions[k] if k in directions else absent_like(products, b, moving[k]) for k in half.taken]
        given = [contiguous(b, v) for v in seeds]
        out = b.emit("call", *place, *given, types=function.result_types, names=names_of(function), callee=function.name)
        return dict(zip(half.given, [b.op("copy", v, name=v.name) if isinstance(v.type, ArrayType) else v for v in out], strict=True))
    wrt = tuple(at for at, k in zip(half.places, half.taken, strict=True) if k in directions)
    seeds = [directions[k] for k in half.taken if k in directions]
    types = [*function.result_types, *map(fresh, function.result_types)]
    nowhere = [zero(b, moving[k]) for k in half.taken]
    attributes: dict[str, Any] = {"callee": function.name, "wrt": wrt, "linear": True, "left_open": True}
    out = b.emit("pushforward", *place, *nowhere, *seeds, types=types, names=2 * names_of(function), **attributes)
    return dict(zip(half.given, out[len(function.returned) :], strict=True))


def transposed(
    b: Builder, program: Program, op: Op, half: Half, directions: Directions, active: Sequence[int] | None = None
) -> dict[int, Value]:
    """What the transpose of a half gives, for directions of what the half gives: for each of what it takes, or the `active` of them."""
    function = half.function
    if not half.linear:
        raise NotSupported([(op.location, *no_transpose(op, function))])
    wanted = [k for k in half.taken if active is None or k in active]
    wrt = tuple(at for at, k in zip(half.places, half.taken, strict=True) if k in wanted)
    seeded = tuple(at for at, k in enumerate(half.given) if k in directions)
    if not seeded:
        return {}
    moving = op.operands if half.function.name == op.attributes.get("tangent") else op.results
    nowhere = [zero(b, moving[k]) for k in half.taken]
    types = [*function.result_types, *(fresh(moving[k].type) for k in wanted)]
    names = [*names_of(function), *(f"d_{moving[k].name}" for k in wanted)]
    attributes: dict[str, Any] = {"callee": function.name, "wrt": wrt, "seeded": seeded, "linear": True, "left_open": True}
    seeds = [directions[half.given[at]] for at in seeded]
    out = b.emit("pullback", *op.results, *op.operands, *nowhere, *seeds, types=types, names=names, **attributes)
    return dict(zip(wanted, out[len(function.returned) :], strict=True))


def no_transpose(op: Op, function: Function) -> tuple[str, str]:
    """Why the half that is missing can't be found, and the way out."""
    given, missing = ("tangent", "adjoint") if "tangent" in op.attributes else ("adjoint", "tangent")
    name = function.attributes.get("user_name", function.name)
    reason = f"the {missing} of {name} is wanted here, and it has only a rule with {'an' if given == 'adjoint' else 'a'} {given}, which "
    return reason + "is not plainly linear in its directions, so that it can't be transposed", f"give it @{name}.{missing}"


def zero(b: Builder, like: Value) -> Value:
    """Where a half is linear, it does not matter at which directions it is taken."""
    return b.full_like(like, 0.0, "nowhere") if isinstance(like.type, ArrayType) else b.constant(0.0, scalar_of(like.type), "nowhere")


def contiguous(b: Builder, v: Value) -> Value:
    return v if v.type == fresh(v.type) else b.op("copy", v, name=v.name)


def names_of(function: Function) -> list[str]:
    return [v.name for v in function.returned]
