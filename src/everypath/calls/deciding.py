"""Results that are one thing or another, as the path decides: a float or an array, a tuple of two or of one. All that they may be is
among the leaves; which it was is known once the function has run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..errors import NotSupported
from ..structure import Chosen, Container, Leaf, Structure, count, paths, rebuild
from .boundary import carries, gradient_structure


def undecided(structure: Structure) -> bool:
    """Whether it holds something that is one thing or another."""
    return isinstance(structure, Container) and (structure.type is Chosen or any(map(undecided, structure.children)))


def one_kind(structure: Structure, where: str) -> None:
    """NotSupported where the path decides what a function returns."""
    if undecided(structure):
        reason = f"{where} returns one kind of value or another, depending on the path taken, which is not supported here"
        raise NotSupported([(None, reason, "return one kind of value on every path, or call jvp, vjp, grad or jacobian")])


def decided(structure: Structure, leaves: Sequence[Any]) -> tuple[Structure, list[int]]:
    """What a result of this structure is, whose leaves are these, and which of them are its own."""
    if not undecided(structure):
        return structure, list(range(count(structure)))
    assert isinstance(structure, Container)
    if structure.type is Chosen:
        which = 1 + int(leaves[0])
        first = sum(map(count, structure.children[:which]))
        chosen, own = decided(structure.children[which], leaves[first:])
        return chosen, [first + k for k in own]
    children, kept, first = [], [], 0
    for child in structure.children:
        chosen, own = decided(child, leaves[first:])
        children.append(chosen)
        kept += [first + k for k in own]
        first += count(child)
    return replace(structure, children=tuple(children)), kept


class Decided:
    """A result that has been computed: what it is, of what structure, and which of the float leaves of all that it might be are its own."""

    def __init__(self, structure: Structure, leaves: Sequence[Any]) -> None:
        self.structure, kept = decided(structure, leaves)
        self.leaves = [leaves[k] for k in kept]
        floats = [k for k, (_, leaf) in enumerate(paths(structure)) if carries(leaf)]
        self.own = [at for at, k in enumerate(floats) if k in set(kept)]
        self.others = [leaves[k] for k in floats]

    def value(self) -> Any:
        return rebuild(self.structure, list(self.leaves))

    def tangent(self, tangents: Sequence[Any]) -> Any:
        """The tangent of the result, of those of all float leaves."""
        return rebuild(gradient_structure(self.structure), self.of_own(tangents))

    def of_own(self, given: Sequence[Any]) -> list[Any]:
        """Of something for each float leaf, what belongs to the result."""
        return [given[at] for at in self.own]

    def all_of(self, cotangents: Sequence[Any]) -> list[Any]:
        """Cotangents for all float leaves: zeros for what the result is not."""
        waiting = dict(zip(self.own, cotangents, strict=True))
        return [waiting[at] if at in waiting else zeros(other) for at, other in enumerate(self.others)]


def zeros(x: Any) -> Any:
    return np.zeros_like(x) if isinstance(x, np.ndarray) else type(x)(0.0)


def scalar_alternatives(structure: Structure) -> tuple[int, ...] | None:
    """The leaves that a scalar result may be, where the path decides among several; None where it is no scalar on any."""
    if not (isinstance(structure, Container) and structure.type is Chosen):
        return None
    found: list[int] = []
    first = 0
    for child in structure.children:
        if isinstance(child, Container):
            found += [first + k for k in scalar_alternatives(child) or []]
        elif isinstance(child, Leaf) and carries(child) and getattr(child.type, "rank", 0) == 0:
            found.append(first)
        first += count(child)
    return tuple(found) or None
