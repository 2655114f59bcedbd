"""Which paths a drawing shows as strands of their own: the listed ones, as positions of the nodes that they pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..answers import Derivative
from ..facts import Facts
from ..paths.search import Path

MOST = 8
"""More paths than this have no colour each."""


@dataclass(frozen=True)
class Strand:
    """One path: its number among those drawn, the edges (positions in the view) it runs through, its product and its width in pixels."""

    number: int
    edges: tuple[int, ...]
    product: float
    width: float


@dataclass(frozen=True)
class Sum:
    """The derivative in one input, and the strands that add up to it. `rest` is what other paths add, None where there are none."""

    derivative: Derivative
    strands: tuple[Strand, ...]
    rest: float | None


def sums(e: Facts) -> tuple[Sum, ...]:
    """The sums that a drawing shows: those of all inputs where their paths are few; else of the first input with its largest paths."""
    if e.excerpt:
        return ()
    found = [d for d in (e.derivative(e.focus(node)) for node in e.inputs) if d.count]
    shown = found if sum(d.count or 0 for d in found) <= MOST else found[:1]
    largest = max((abs(p.product) for d in shown for p in d.paths if np.isfinite(p.product)), default=0.0)
    made, number = [], 0
    for d in shown:
        strands = []
        for path in d.paths:
            edges = tuple(dict.fromkeys(along(e, path)))
            share = abs(path.product) / largest if largest and np.isfinite(path.product) else 0.0
            strands.append(Strand(number, edges, path.product, 1.8 + 3.4 * share))
            number += 1
        whole = d.count == len(d.paths)
        made.append(Sum(d, tuple(strands), None if whole else d.remainder))
    return tuple(made)


def along(e: Facts, path: Path) -> Iterator[int]:
    """The edges of the view that a path runs through; turns within one folded node have none."""
    for (parent, child), operand in zip(pairwise(e.view.position(e.graph.at(k)) for k in path.elements), path.operands, strict=True):
        edge = e.view.edge_between.get((parent, child, operand))
        if parent != child and edge is not None:
            yield edge
