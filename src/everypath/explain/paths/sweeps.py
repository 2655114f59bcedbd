"""Questions about all paths at once: one backward sweep for each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from ..run.links import Opaque
from ..run.semirings import BEST, COUNT, DERIVATIVE, EXACT_COUNT, MASS, WORK, Semiring
from ..run.tape import NOTHING
from .graph import Graph, Node


@dataclass(frozen=True)
class Through:
    """Elements that a path must pass; what leads on from them is any path."""

    elements: np.ndarray

    def within(self, node: Node) -> np.ndarray:
        """Those that belong to `node`."""
        return self.elements[(self.elements >= node.start) & (self.elements < node.start + node.size)]


def sweep(graph: Graph, semiring: Semiring, through: Through | None = None) -> tuple[np.ndarray, np.ndarray]:
    """For every element: the semiring's sum over its paths to the result, or those `through` some elements; whether it has any."""
    totals = np.full(graph.elements, semiring.zero, semiring.dtype)
    reached = np.zeros(graph.elements, bool)
    if graph.result == NOTHING:
        return totals, reached
    if through is None:
        totals[graph.result], reached[graph.result] = semiring.one, True
    else:
        semiring = replace(semiring, passing=False)
        whole, known = sweep(graph, semiring)
    with np.errstate(all="ignore"):
        for node in reversed(graph.nodes):
            if through is not None:
                here = through.within(node)
                totals[here], reached[here] = whole[here], known[here]
            if node.edges and reached[node.start]:
                arrived = totals[node.start]
                parents, partials, masses = node.columns
                weights = semiring.weight(partials, masses)
                semiring.gather(totals, parents, semiring.times(arrived, weights))
                reached[parents] = True
            if node.links and reached[node.start : node.start + node.size].any():
                for link in node.links:
                    link.pull(semiring, totals, reached)
            if semiring.passing and not node.record.is_input:
                totals[node.start : node.start + node.size] = semiring.zero
    return totals, reached


def tangents(graph: Graph, element: int) -> tuple[np.ndarray, np.ndarray]:
    """For every element: its derivative in `element`, and whether any path leads there."""
    totals = np.zeros(graph.elements)
    touched = np.zeros(graph.elements, bool)
    totals[element], touched[element] = 1.0, True
    with np.errstate(all="ignore"):
        for node in graph.nodes:
            for parent, partial, _ in node.edges:
                if touched[parent]:
                    totals[node.start] += totals[parent] * partial
                    touched[node.start] = True
            for link in node.links:
                link.push(totals, touched)
    return totals, touched


@dataclass
class Sweeps:
    """What the sweeps know of every element, `counts` of the inputs' alone. `counts`, `mass` and `best` are None where an op stands
    between that paths can't cross."""

    graph: Graph
    derivative: np.ndarray
    reached: np.ndarray
    counts: np.ndarray | None = field(repr=False)
    mass: np.ndarray | None
    work: np.ndarray | None
    best: np.ndarray | None

    def count(self, element: int) -> int | None:
        """The exact number of paths from `element` of an input to the result."""
        return None if self.counts is None else int(self.counts[element])


EXACT_BELOW = 2.0**53
"""Sums of whole numbers in float64 are exact while they are smaller."""


def swept(graph: Graph, through: Through | None = None) -> Sweeps:
    """All sweeps over `graph`, over all paths or those `through` some elements."""
    derivative, reached = sweep(graph, DERIVATIVE, through)
    if withheld(graph, reached):
        return Sweeps(graph, derivative, reached, None, None, None, None)
    counts, _ = sweep(graph, COUNT, through)
    if counts.max(initial=0.0) >= EXACT_BELOW:
        counts, _ = sweep(graph, EXACT_COUNT, through)
    mass, work, best = (sweep(graph, semiring, through)[0] for semiring in (MASS, WORK, BEST))
    return Sweeps(graph, derivative, reached, counts, mass, work, best)


def withheld(graph: Graph, reached: np.ndarray) -> tuple[str, ...]:
    """The ops on the way to the result that no path can be followed across."""
    return tuple(
        dict.fromkeys(link.name for n in graph.nodes for link in n.links if isinstance(link, Opaque) and reached[link.children].any())
    )
