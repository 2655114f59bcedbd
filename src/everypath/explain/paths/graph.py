"""From the record of a run to the graph a reader sees: nameless temporaries fold into the statement they belong to.

    x = t**2 ; y = sin(t) ; z = x*y          nodes t, x, y, z; edges t→x, t→y, x→z, y→z

A temporary with one use goes: its incoming partials are multiplied into the one that leaves it (the chain rule within the
statement), and partials between the same two elements are added. The number of paths between what remains does not change,
except that parallel ones inside a statement become one edge.

At other levels (see `levels`) more goes, or less: of a line or a call all that nothing outside of it reads, in whatever number of uses,
each local derivative being the sum over the paths inside; by operation nothing goes, and x·x keeps two edges.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import repeat

import numpy as np

from ..run.links import Bilinear, Link, Opaque, Sparse
from ..run.tape import NOTHING, Record, Scalar, Tape
from .levels import VARIABLE, Level

EXPANDED = 1 << 18
"""Inside a line or a call a matrix product of at most this many scalar products is written out, so that it can go."""


@dataclass
class Node:
    """One statement's value, or an input. `edges` lead to the elements it was computed from: (parent, partial, mass)."""

    record: Record
    edges: list[tuple[int, float, float]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    inside: list[Record] = field(default_factory=list)

    @cached_property
    def columns(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The edges as arrays: parents, partials, masses."""
        parents, partials, masses = zip(*self.edges)
        return np.array(parents), np.array(partials), np.array(masses)

    @property
    def start(self) -> int:
        return self.record.start

    @property
    def size(self) -> int:
        return self.record.size

    def __hash__(self) -> int:
        return id(self)


@dataclass
class Graph:
    """The nodes that the result depends on or that depend on an input, in order; `at` finds the node of an element.

    `folded` are the records that went into a node, `stuck` those that only their group uses, and that cannot go.
    """

    tape: Tape
    nodes: list[Node]
    result: int
    level: Level = VARIABLE
    folded: frozenset[Record] = frozenset()
    stuck: frozenset[Record] = frozenset()

    def __post_init__(self) -> None:
        self.starts = np.array([n.start for n in self.nodes], np.int64)
        self.insides: dict[Record, Node] = {}

    def inner(self, record: Record) -> Node:
        """A folded record with the edges that it would have as a node."""
        if record not in self.insides:
            self.insides[record] = composed(record, self.tape, self.folded)
        return self.insides[record]

    def at(self, element: int) -> Node:
        """The node that `element` belongs to."""
        return self.nodes[int(np.searchsorted(self.starts, element, side="right")) - 1]

    def operands(self, node: Node) -> Iterable[int]:
        """Which operand each of a node's edges belongs to; 0 where operations do not stand apart."""
        return (operand for operand, _, _ in node.record.edges) if self.level.apart else repeat(0)

    @property
    def elements(self) -> int:
        return self.tape.elements

    @property
    def inputs(self) -> list[Node]:
        return [n for n in self.nodes if n.record.is_input]


def graph_of(tape: Tape, level: Level = VARIABLE) -> Graph:
    """The graph of one run, at one level."""
    result = tape.result.id if isinstance(tape.result, Scalar) else NOTHING
    if level.apart:
        return Graph(tape, [Node(record, apart(record), list(record.links)) for record in tape.makers], result, level)
    fold, stuck = foldable(tape, result, level)
    nodes = [composed(record, tape, fold) for record in tape.makers if record not in fold]
    return Graph(tape, nodes, result, level, fold, stuck)


def apart(record: Record) -> list[tuple[int, float, float]]:
    """The edges of one operation, two where it takes the same element twice."""
    return [(parent, partial, abs(partial)) for _, parent, partial in record.edges]


def foldable(tape: Tape, result: int, level: Level) -> tuple[frozenset[Record], frozenset[Record]]:
    """The temporaries that have one use, and of a group what only the group itself uses; and those of a group that would but cannot go."""
    used = np.zeros(tape.elements, np.int64)
    users: dict[Record, set[Record]] = {}
    for record in tape.makers:
        parents: set[Record] = set()
        for _, parent, _ in record.edges:
            used[parent] += 1
            parents.add(tape.maker(parent))
        for link in record.links:
            sources = link.sources()
            np.add.at(used, sources, 1)
            parents.update(makers(tape, sources))
        for parent_record in parents:
            users.setdefault(parent_record, set()).add(record)
    if result != NOTHING:
        used[result] += 2
    fold: set[Record] = set()
    stuck: set[Record] = set()
    blocks = blocked(tape, level)
    for record in tape.makers:
        if record.is_input:
            continue
        group, own = level.groups.get(record), users.get(record, set())
        if group is not None:
            inside = all(level.groups.get(user) is group for user in own)
            if inside and own and not record.start <= result < record.start + record.size:
                (stuck if record in blocks else fold).add(record)
        elif not record.name and record not in blocks and len(own) == 1:
            if used[record.start : record.start + record.size].max(initial=0) <= 1:
                fold.add(record)
    return frozenset(fold), frozenset(stuck)


def blocked(tape: Tape, level: Level) -> set[Record]:
    """The records beside links that cannot be multiplied into others."""
    return {
        maker
        for record in tape.makers
        for link in record.links
        if isinstance(link, Opaque)
        or (isinstance(link, Bilinear) and (record not in level.groups or link.elements.size * link.other.shape[1] > EXPANDED))
        for maker in (record, *makers(tape, link.sources()))
    }


def makers(tape: Tape, elements: np.ndarray) -> list[Record]:
    """The records that made any of `elements`."""
    return [tape.makers[int(k)] for k in np.unique(np.searchsorted(tape.all_starts, elements, side="right") - 1)]


# The chain rule within a node -----------------------------------------------------------------------------------------


def composed(record: Record, tape: Tape, fold: frozenset[Record]) -> Node:
    """The node of `record`, with the folded among its parents replaced by what they were computed from, the latest first."""
    node = Node(record)
    if record.links or not of_numbers(node, tape, fold):
        node.edges, node.inside = [], []
        of_arrays(node, tape, fold)
    node.inside.reverse()
    return node


def of_numbers(node: Node, tape: Tape, fold: frozenset[Record]) -> bool:
    """Give `node` its edges, if only numbers stand between: one derivative for each element that the chain rule comes to."""
    totals: dict[int, tuple[float, float]] = {}
    waiting: list[int] = []

    def arrive(parent: int, partial: float, mass: float) -> None:
        known = totals.get(parent)
        totals[parent] = (partial, mass) if known is None else (known[0] + partial, known[1] + mass)
        if known is None and fold and tape.maker(parent) in fold:
            heapq.heappush(waiting, -parent)

    for _, parent, partial in node.record.edges:
        arrive(parent, partial, abs(partial))
    while waiting:
        element = -heapq.heappop(waiting)
        inner = tape.maker(element)
        if inner.links or inner.shape:
            return False
        outer, outer_mass = totals.pop(element)
        node.inside.append(inner)
        for _, parent, partial in inner.edges:
            arrive(parent, outer * partial, outer_mass * abs(partial))
    node.edges = [(parent, partial, mass) for parent, (partial, mass) in totals.items()]
    return True


def of_arrays(node: Node, tape: Tape, fold: frozenset[Record]) -> None:
    """Give `node` its links: the matrices of the chain rule, multiplied from the outside in."""
    kept: list[Link] = []
    waiting: dict[int, list[Sparse]] = {}
    order: list[int] = []

    def arrive(link: Sparse) -> None:
        owners = np.searchsorted(tape.all_starts, link.parents, side="right") - 1
        left = np.ones(len(owners), bool)
        for owner in np.unique(owners).tolist():
            if tape.makers[owner] not in fold:
                continue
            if owner not in waiting:
                heapq.heappush(order, -owner)
            here = owners == owner
            left &= ~here
            waiting.setdefault(owner, []).append(entries(link, here))
        if left.any():
            kept.append(link if left.all() else entries(link, left))

    for link in (*node.record.links, *edges_as_link(node.record)):
        if isinstance(link, Sparse):
            arrive(link)
        elif isinstance(link, Bilinear) and any(maker in fold for maker in makers(tape, link.sources())):
            arrive(link.expanded())
        else:
            kept.append(link)
    while order:
        owner = -heapq.heappop(order)
        inner = tape.makers[owner]
        node.inside.append(inner)
        for outer in merged(waiting.pop(owner)):
            for link in (*inner.links, *edges_as_link(inner)):
                assert isinstance(outer, Sparse) and not isinstance(link, Opaque)
                arrive(through(outer, link if isinstance(link, Sparse) else link.expanded()))
    node.links = merged(kept)


def entries(link: Sparse, there: np.ndarray) -> Sparse:
    """Those entries of a link that are `there`."""
    mass = None if link.mass is None else link.mass[there]
    return Sparse(link.operand, link.children[there], link.parents[there], link.partials[there], mass)


def edges_as_link(record: Record) -> list[Sparse]:
    """The edges of a number as a link, if it has any."""
    if not record.edges:
        return []
    _, parents, partials = (np.array(column) for column in zip(*record.edges))
    return [Sparse(0, np.full(len(parents), record.start), parents, partials)]


def through(outer: Sparse, inner: Sparse) -> Sparse:
    """The product of two links: every entry of `outer` with every entry of `inner` that leads on from it."""
    order = np.argsort(inner.children, kind="stable")
    children = inner.children[order]
    first = np.searchsorted(children, outer.parents, side="left")
    count = np.searchsorted(children, outer.parents, side="right") - first
    here = np.repeat(np.arange(len(count)), count)
    there = order[np.arange(len(here)) + np.repeat(first - np.cumsum(count) + count, count)]
    masses = (np.abs(link.partials) if link.mass is None else link.mass for link in (outer, inner))
    outer_mass, inner_mass = masses
    return Sparse(
        outer.operand,
        outer.children[here],
        inner.parents[there],
        outer.partials[here] * inner.partials[there],
        outer_mass[here] * inner_mass[there],
    )


def merged(links: Iterable[Link]) -> list[Link]:
    """Sparse links as one, entries between the same two elements added."""
    sparse = [link for link in links if isinstance(link, Sparse)]
    others: list[Link] = [link for link in links if not isinstance(link, Sparse)]
    if not sparse:
        return others
    children = np.concatenate([s.children for s in sparse])
    parents = np.concatenate([s.parents for s in sparse])
    partials = np.concatenate([s.partials for s in sparse])
    masses = np.concatenate([np.abs(s.partials) if s.mass is None else s.mass for s in sparse])
    order = np.lexsort((parents, children))
    children, parents, partials, masses = children[order], parents[order], partials[order], masses[order]
    if not len(children):
        return others
    first = np.concatenate([[True], (children[1:] != children[:-1]) | (parents[1:] != parents[:-1])])
    at = np.flatnonzero(first)
    whole = Sparse(0, children[first], parents[first], np.add.reduceat(partials, at), np.add.reduceat(masses, at))
    return [whole, *others]
