"""Derivatives, IR to IR: forward, reverse in one function or in two halves, and the derivatives taken inside a function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..ir.build import Builder
from ..ir.program import Op, Program, Value
from . import ruled
from .expand import expand
from .forward import Forward
from .kinks import has_kinks
from .pattern import pattern, reads
from .results import watched as watched
from .results import without_first as without_first
from .reverse import Reverse
from .ruled import marked
from .sides import one_side
from .terms import Products
from .turnwise import NotTurnwise as NotTurnwise
from .turnwise import Turnwise as Turnwise
from .turnwise import turnwise as turnwise
from .undecided import TooManySides, Undecided

__all__ = [
    "TooManySides",
    "Undecided",
    "cotangents",
    "expand",
    "forward",
    "has_kinks",
    "marked",
    "one_side",
    "pattern",
    "reads",
    "reverse",
    "split",
]


def cotangents(b: Builder, program: Program, op: Op, arrived: Mapping[int, Value], active: Sequence[int]) -> dict[int, Value]:
    """Emit what the rule of a `ruled` call makes of the cotangents that arrived at its results: one for each of the `active` operands
    to which there is a path, by position."""
    return ruled.cotangents(b, Products(True), program, op, arrived, active)


def forward(program: Program, name: str, wrt: tuple[int, ...], *, guarded: bool, width: int = 1) -> tuple[Program, str]:
    """The pushforward of function `name`: params…, tangents of `wrt`… -> results…, tangent of each float result; of several
    directions, first all tangents of one of them.

    `program` has no `pushforward` or `pullback` ops left (see `expand`), but in the halves of rules.
    """
    owner = Forward(program, guarded=guarded, width=width)
    made = owner.function(name, wrt, entry=True, given=True)
    return owner.program, made


def reverse(
    program: Program, name: str, wrt: tuple[int, ...], seeded: tuple[int, ...], *, guarded: bool, budget: int | None = None
) -> tuple[Program, str]:
    """The pullback of function `name` in one: params…, cotangents of `seeded` results… -> results…, cotangents of `wrt`…

    Its loops keep about `budget` bytes, where that is given."""
    owner = Reverse(program, guarded=guarded, budget=budget)
    made = owner.joint(name, wrt, seeded)
    return owner.program, made


def split(
    program: Program, name: str, wrt: tuple[int, ...], seeded: tuple[int, ...], *, guarded: bool, budget: int | None = None
) -> tuple[Program, str, str]:
    """The pullback in two halves: params… -> results…, record; record, cotangents… -> cotangents of `wrt`…"""
    owner = Reverse(program, guarded=guarded, budget=budget)
    first, second = owner.split(name, wrt, seeded)
    return owner.program, first, second
