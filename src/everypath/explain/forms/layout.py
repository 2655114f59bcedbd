"""Where nodes stand in a drawing: layers from left to right, an order within each, and points where long edges pass.

Source: Sugiyama, Tagawa and Toda, Methods for visual understanding of hierarchical system structures, 1981.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

ROUNDS = 8


@dataclass(frozen=True)
class Spot:
    """A node in a layer, or (`node` None) a point where an edge passes through it."""

    layer: int
    node: int | None
    edge: int | None = None


@dataclass(frozen=True)
class Segment:
    """The part of edge number `edge` from one layer to the next."""

    edge: int
    start: Spot
    end: Spot


@dataclass(frozen=True)
class Layout:
    """The spots of each layer from top to bottom, and the segments of each gap between two layers."""

    layers: tuple[tuple[Spot, ...], ...]
    gaps: tuple[tuple[Segment, ...], ...]

    def order(self, spot: Spot) -> int:
        """How far down a spot stands in its layer."""
        return self.layers[spot.layer].index(spot)


def layout(nodes: int, edges: Sequence[tuple[int, int]]) -> Layout:
    """A layout of the acyclic graph with nodes 0 … `nodes` − 1 and these (parent, child) edges.

    >>> diamond = layout(4, [(0, 1), (0, 2), (1, 3), (2, 3)])
    >>> [[spot.node for spot in layer] for layer in diamond.layers]
    [[0], [1, 2], [3]]
    """
    depth = depths(nodes, edges)
    columns: list[list[Spot]] = [[] for _ in range(max(depth, default=-1) + 1)]
    at = [Spot(depth[n], n) for n in range(nodes)]
    for spot in at:
        columns[spot.layer].append(spot)
    segments: list[Segment] = []
    for e, (parent, child) in enumerate(edges):
        here = at[parent]
        for layer in range(depth[parent] + 1, depth[child]):
            passing = Spot(layer, None, e)
            columns[layer].append(passing)
            segments.append(Segment(e, here, passing))
            here = passing
        segments.append(Segment(e, here, at[child]))
    ordered = with_few_crossings(columns, segments)
    place = {spot: k for column in ordered for k, spot in enumerate(column)}
    gaps: list[list[Segment]] = [[] for _ in range(max(len(ordered) - 1, 0))]
    for segment in segments:
        gaps[segment.start.layer].append(segment)
    for gap in gaps:
        gap.sort(key=lambda s: (place[s.start], place[s.end]))
    return Layout(tuple(map(tuple, ordered)), tuple(map(tuple, gaps)))


def depths(nodes: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """The layer of each node: one after its last parent; a node without parents right before its first child."""
    children: dict[int, list[int]] = defaultdict(list)
    waiting = [0] * nodes
    for parent, child in edges:
        children[parent].append(child)
        waiting[child] += 1
    depth, ready = [0] * nodes, [n for n in range(nodes) if not waiting[n]]
    sources = list(ready)
    while ready:
        node = ready.pop()
        for child in children[node]:
            depth[child] = max(depth[child], depth[node] + 1)
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    for node in sources:
        depth[node] = min((depth[c] for c in children[node]), default=1) - 1
    return depth


def with_few_crossings(columns: list[list[Spot]], segments: Sequence[Segment]) -> list[list[Spot]]:
    """The columns, each ordered by the mean place of its neighbours, sweep after sweep; the best of all sweeps."""
    before: dict[Spot, list[Spot]] = defaultdict(list)
    after: dict[Spot, list[Spot]] = defaultdict(list)
    for segment in segments:
        after[segment.start].append(segment.end)
        before[segment.end].append(segment.start)
    best, fewest = [list(c) for c in columns], crossings(columns, after)
    current = [list(c) for c in columns]
    for turn in range(ROUNDS):
        forward = turn % 2 == 0
        neighbours = before if forward else after
        for k in range(1, len(current)) if forward else range(len(current) - 2, -1, -1):
            fixed = {spot: place for place, spot in enumerate(current[k - 1 if forward else k + 1])}
            own = {spot: place for place, spot in enumerate(current[k])}
            current[k].sort(key=lambda s: mean([fixed[n] for n in neighbours[s]], own[s]))
        count = crossings(current, after)
        if count < fewest:
            best, fewest = [list(c) for c in current], count
    return best


def mean(places: list[int], otherwise: int) -> float:
    return sum(places) / len(places) if places else otherwise


def crossings(columns: Sequence[Sequence[Spot]], after: dict[Spot, list[Spot]]) -> int:
    """How many pairs of segments cross."""
    total = 0
    for left, right in pairwise(columns):
        place = {spot: k for k, spot in enumerate(right)}
        ends = [(k, place[end]) for k, spot in enumerate(left) for end in after[spot]]
        total += sum(1 for i, (a, b) in enumerate(ends) for c, d in ends[i + 1 :] if (a - c) * (b - d) < 0)
    return total
