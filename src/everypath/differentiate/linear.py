"""Whether a function is linear in some of its parameters, as the halves of a rule are in their directions.

tangent(out, x, x_dot):  return x_dot / (2 * out)          linear in x_dot: what its derivative reads, does not depend on it
tangent(out, x, x_dot):  return np.clip(x_dot, -1, 1)      not linear

A derivative in what a function is linear in is the function itself, path by path; and its transpose is what reverse mode makes of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..analysis.activity import Activity, varied
from ..analysis.alias import groups
from ..analysis.effects import Effects
from ..errors import NotSupported
from ..ir.op import definition
from ..ir.program import Function, Op, Program
from ..ir.types import is_float
from ..ir.walk import copy_region, ops_in, plain_call, reached
from .replay import reads_backwards

ASKS_ONLY = ("dim", "list_length", "print", "check")
"""Ops that make nothing of the numbers that they are given."""

MOVES = ("memory", "list")
"""Families of ops that only move numbers."""


def is_linear(program: Program, name: str, positions: Iterable[int]) -> bool:
    """Whether the function is plainly linear in the parameters at these positions, taken together."""
    return _linear(program, name, tuple(positions), set())


def _linear(program: Program, name: str, positions: tuple[int, ...], seen: set[tuple[str, tuple[int, ...]]]) -> bool:
    if (name, positions) in seen:
        return True
    seen.add((name, positions))
    function = program.functions[name]
    try:
        active = moving(function, positions)
    except NotSupported:  # a derivative that is not known passes through it
        return False
    for op in ops_in(function.body):
        at = tuple(k for k, v in enumerate(op.operands) if v in active)
        if not at:
            continue
        if op.name in ("call", "ruled"):
            callee = op.attributes["callee"]
            taken = tuple(k for k in at if k < len(program.functions[callee].parameters))
            if not is_sealed(program, callee) and not _linear(program, callee, taken, seen):
                return False
        elif not _keeps(program, op, at, active):
            return False
    return True


def moving(function: Function, positions: Iterable[int]) -> Activity:
    """What varies in a function with these parameters."""
    return varied(function, Effects(function, groups(function)), positions)


def _keeps(program: Program, op: Op, at: tuple[int, ...], active: Activity) -> bool:
    """Whether `op` is linear in its operands at these positions."""
    if op.name in ASKS_ONLY or op.regions:
        return True
    if op.name in ("pushforward", "pullback"):
        return min(at) >= len(program.functions[op.attributes["callee"]].parameters)
    defined = definition(op.name)
    if defined.family in MOVES or op.name in ("yield", "return"):
        return True
    if defined.rule is None or not all(is_float(v.type) for v in op.results):
        return False
    return not any((op.operands[k] if k >= 0 else op.results[0]) in active for k in reads_backwards(op, at))


def is_sealed(program: Program, name: str) -> bool:
    """Whether CPython, LAPACK or pocketfft runs the function, or something in it: that it is linear where a half calls it with a
    direction is taken on trust."""
    inside = (op for inner in reached(program.functions, [name]) for op in ops_in(program.functions[inner].body))
    return any(op.name == "host" or definition(op.name).family in ("lapack", "fourier") for op in inside)


def looked_into(program: Program, name: str, positions: Iterable[int]) -> Program:
    """The program with those `ruled` calls of a function that its parameters at these positions reach made plain ones: what they
    compute is linear, and so is the text of what they call."""
    function = program.functions[name]
    active = moving(function, positions)

    def opened(old: Op, new: Op) -> list[Op]:
        if old.name != "ruled" or not any(v in active for v in old.operands):
            return [new]
        if is_sealed(program, old.attributes["callee"]):
            own = old.attributes["user_name"]
            reason = f"this half of a rule calls {own} with a direction, and CPython runs {own}, so that it can't be transposed"
            raise NotSupported([(old.location, reason, "state the other half of the rule too")])
        return [plain_call(program.functions, new)]

    return program.with_function(replace(function, body=copy_region(function.body, {}, opened)))
