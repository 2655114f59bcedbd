"""The k largest paths, by best-first search.

A path runs between elements. Nothing is enumerated: the sweep that gives the largest |product| from every element to the
result is an exact bound, so the search expands the best partial path first and stops after k.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np

from ..run.links import Link
from .graph import Graph, Node
from .sweeps import Sweeps


@dataclass(frozen=True)
class Path:
    """One path: its elements from input to result, the partial of each step, and their product.

    `operands` are those by which each step enters an operation, where operations stand apart; else 0."""

    elements: tuple[int, ...]
    partials: tuple[float, ...]
    product: float
    operands: tuple[int, ...] = ()


class Routes:
    """Which links leave each node, made once, asked by the search for paths."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.edges: dict[int, list[tuple[int, float, int]]] = {}
        self.links: dict[Node, list[Link]] = {}
        for node in graph.nodes:
            for operand, (parent, partial, _) in zip(graph.operands(node), node.edges):
                self.edges.setdefault(parent, []).append((node.start, partial, operand))
            for link in node.links:
                sources = link.sources()
                positions = np.unique(np.searchsorted(graph.starts, sources, side="right") - 1)
                for position in positions.tolist():
                    self.links.setdefault(graph.nodes[position], []).append(link)

    def steps(self, element: int) -> Iterator[tuple[int, float, int]]:
        """(child, partial, operand) for every edge that leaves `element`."""
        yield from self.edges.get(element, ())
        for link in self.links.get(self.graph.at(element), ()):
            operand = link.operand if self.graph.level.apart else 0
            for child, partial in link.onward(element):
                yield child, partial, operand


@dataclass(frozen=True)
class Beyond:
    """The elements that a path must pass, and the sweeps over all paths, which hold from there on."""

    elements: frozenset[int]
    best: np.ndarray
    reached: np.ndarray


def largest_paths(sweeps: Sweeps, routes: Routes, element: int, k: int, beyond: Beyond | None = None) -> list[Path]:
    """The k paths from `element` to the result with the largest |product|, largest first; NaN counts as largest.

    Where `sweeps` are of the paths through some elements, `beyond` them all paths go on.
    """
    best, reached, result = sweeps.best, sweeps.reached, sweeps.graph.result
    if best is None or not reached[element]:
        return []
    tie = count(-1, -1)  # of equal bounds the latest goes first: depth first, so that ties cannot pile up
    first = Trail(element, 1.0, 1.0, None, beyond is None or element in beyond.elements)
    waiting: list[tuple[float, int, Trail]] = [(-bound(1.0, best[element]), 0, first)]
    found: list[Path] = []
    while waiting and len(found) < k:
        trail = heapq.heappop(waiting)[2]
        if trail.element == result and trail.passed:
            found.append(trail.path())
            continue
        for child, partial, operand in routes.steps(trail.element):
            passed = trail.passed or (beyond is not None and child in beyond.elements)
            rest, leads = (beyond.best, beyond.reached) if passed and beyond is not None else (best, reached)
            if leads[child]:
                with np.errstate(all="ignore"):
                    product = float(np.float64(trail.product) * partial)
                onward = Trail(child, partial, product, trail, passed, operand)
                heapq.heappush(waiting, (-bound(product, rest[child]), next(tie), onward))
    return sorted(found, key=lambda path: -bound(path.product, 1.0))


@dataclass(frozen=True, slots=True)
class Trail:
    """The beginning of a path, as a linked list from its last element."""

    element: int
    partial: float
    product: float
    before: Trail | None
    passed: bool = True
    operand: int = 0

    def path(self) -> Path:
        elements, partials, operands = [self.element], [], []
        here = self
        while here.before is not None:
            partials.append(here.partial)
            operands.append(here.operand)
            here = here.before
            elements.append(here.element)
        return Path(tuple(elements[::-1]), tuple(partials[::-1]), self.product, tuple(operands[::-1]))


def bound(product: float, rest: float) -> float:
    """The largest |product| of any path that goes on from here."""
    with np.errstate(all="ignore"):
        size = abs(float(np.float64(product) * rest))
    return np.inf if np.isnan(size) else size
