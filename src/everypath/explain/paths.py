"""Questions about all paths at once: one backward sweep for each, and the k largest paths by best-first search.

A path runs between elements. Nothing is enumerated: the sweep that gives the largest |product| from every element to the
result is an exact bound, so the search expands the best partial path first and stops after k.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from .graph import Graph, Node
from .links import Link, Opaque
from .semirings import BEST, COUNT, DERIVATIVE, EXACT_COUNT, MASS, WORK, Semiring
from .tape import NOTHING


@dataclass(frozen=True)
class Path:
    """One path: its elements from input to result, the partial of each step, and their product."""

    elements: tuple[int, ...]
    partials: tuple[float, ...]
    product: float


def sweep(graph: Graph, semiring: Semiring) -> tuple[np.ndarray, np.ndarray]:
    """For every element: the semiring's sum over its paths to the result, and whether it has any."""
    totals = np.full(graph.elements, semiring.zero, semiring.dtype)
    reached = np.zeros(graph.elements, bool)
    if graph.result == NOTHING:
        return totals, reached
    totals[graph.result], reached[graph.result] = semiring.one, True
    with np.errstate(all="ignore"):
        for node in reversed(graph.nodes):
            if node.edges and reached[node.start]:
                arrived = totals[node.start]
                parents, partials, masses = (np.array(column) for column in zip(*node.edges))
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


def swept(graph: Graph) -> Sweeps:
    """All sweeps over `graph`."""
    derivative, reached = sweep(graph, DERIVATIVE)
    if withheld(graph, reached):
        return Sweeps(graph, derivative, reached, None, None, None, None)
    counts, _ = sweep(graph, COUNT)
    if counts.max(initial=0.0) >= EXACT_BELOW:
        counts, _ = sweep(graph, EXACT_COUNT)
    return Sweeps(graph, derivative, reached, counts, sweep(graph, MASS)[0], sweep(graph, WORK)[0], sweep(graph, BEST)[0])


def withheld(graph: Graph, reached: np.ndarray) -> tuple[str, ...]:
    """The ops on the way to the result that no path can be followed across."""
    return tuple(
        dict.fromkeys(link.name for n in graph.nodes for link in n.links if isinstance(link, Opaque) and reached[link.children].any())
    )


class Routes:
    """Which links leave each node, made once, asked by the search for paths."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.edges: dict[int, list[tuple[int, float]]] = {}
        self.links: dict[Node, list[Link]] = {}
        for node in graph.nodes:
            for parent, partial, _ in node.edges:
                self.edges.setdefault(parent, []).append((node.start, partial))
            for link in node.links:
                sources = link.sources()
                positions = np.unique(np.searchsorted(graph.starts, sources, side="right") - 1)
                for position in positions.tolist():
                    self.links.setdefault(graph.nodes[position], []).append(link)

    def steps(self, element: int) -> Iterator[tuple[int, float]]:
        """(child, partial) for every edge that leaves `element`."""
        yield from self.edges.get(element, ())
        for link in self.links.get(self.graph.at(element), ()):
            yield from link.onward(element)


def largest_paths(sweeps: Sweeps, routes: Routes, element: int, k: int) -> list[Path]:
    """The k paths from `element` to the result with the largest |product|, largest first; NaN counts as largest."""
    best, reached, result = sweeps.best, sweeps.reached, sweeps.graph.result
    if best is None or not reached[element]:
        return []
    tie = count(-1, -1)  # of equal bounds the latest goes first: depth first, so that ties cannot pile up
    waiting: list[tuple[float, int, Trail]] = [(-bound(1.0, best[element]), 0, Trail(element, 1.0, 1.0, None))]
    found: list[Path] = []
    while waiting and len(found) < k:
        trail = heapq.heappop(waiting)[2]
        if trail.element == result:
            found.append(trail.path())
            continue
        for child, partial in routes.steps(trail.element):
            if reached[child]:
                with np.errstate(all="ignore"):
                    product = float(np.float64(trail.product) * partial)
                onward = Trail(child, partial, product, trail)
                heapq.heappush(waiting, (-bound(product, best[child]), next(tie), onward))
    return sorted(found, key=lambda path: -bound(path.product, 1.0))


@dataclass(frozen=True, slots=True)
class Trail:
    """The beginning of a path, as a linked list from its last element."""

    element: int
    partial: float
    product: float
    before: Trail | None

    def path(self) -> Path:
        elements, partials = [self.element], []
        here = self
        while here.before is not None:
            partials.append(here.partial)
            here = here.before
            elements.append(here.element)
        return Path(tuple(elements[::-1]), tuple(partials[::-1]), self.product)


def bound(product: float, rest: float) -> float:
    """The largest |product| of any path that goes on from here."""
    with np.errstate(all="ignore"):
        size = abs(float(np.float64(product) * rest))
    return np.inf if np.isnan(size) else size
