"""From the record of a run to the graph a reader sees: nameless temporaries fold into the statement they belong to.

    x = t**2 ; y = sin(t) ; z = x*y          nodes t, x, y, z; edges t→x, t→y, x→z, y→z

A temporary with one use goes: its incoming partials are multiplied into the one that leaves it (the chain rule within the
statement), and partials between the same two elements are added. The number of paths between what remains does not change,
except that parallel ones inside a statement become one edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ..run.links import Bilinear, Link, Opaque, Sparse
from ..run.tape import NOTHING, Record, Scalar, Tape


@dataclass
class Node:
    """One statement's value, or an input. `edges` lead to the elements it was computed from: (parent, partial, mass)."""

    record: Record
    edges: list[tuple[int, float, float]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    inside: list[Record] = field(default_factory=list)

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
    """The nodes that the result depends on or that depend on an input, in order; `at` finds the node of an element."""

    tape: Tape
    nodes: list[Node]
    result: int
    folded: dict[Record, Node] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.starts = np.array([n.start for n in self.nodes], np.int64)

    def at(self, element: int) -> Node:
        """The node that `element` belongs to."""
        return self.nodes[int(np.searchsorted(self.starts, element, side="right")) - 1]

    @property
    def elements(self) -> int:
        return self.tape.elements

    @property
    def inputs(self) -> list[Node]:
        return [n for n in self.nodes if n.record.is_input]


def graph_of(tape: Tape) -> Graph:
    """The statement graph of one run."""
    result = tape.result.id if isinstance(tape.result, Scalar) else NOTHING
    fold = foldable(tape, result)
    folded: dict[Record, Node] = {}
    nodes: list[Node] = []
    for record in tape.makers:
        node = composed(record, tape, folded)
        if record in fold:
            folded[record] = node
        else:
            nodes.append(node)
    return Graph(tape, nodes, result, folded)


def foldable(tape: Tape, result: int) -> set[Record]:
    """The temporaries that have one use."""
    used = np.zeros(tape.elements, np.int64)
    users: dict[Record, set[int]] = {}
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
            users.setdefault(parent_record, set()).add(record.index)
    if result != NOTHING:
        used[result] += 2
    fold = set()
    blocks = {
        maker
        for r in tape.makers
        for link in r.links
        if isinstance(link, (Bilinear, Opaque))
        for maker in (r, *makers(tape, link.sources()))
    }
    for record in tape.makers:
        if record.is_input or record.name or record in blocks:
            continue
        uses = used[record.start : record.start + record.size]
        if len(users.get(record, ())) == 1 and uses.max(initial=0) <= 1:
            fold.add(record)
    return fold


def makers(tape: Tape, elements: np.ndarray) -> list[Record]:
    """The records that made any of `elements`."""
    return [tape.makers[int(k)] for k in np.unique(np.searchsorted(tape.all_starts, elements, side="right") - 1)]


def composed(record: Record, tape: Tape, folded: dict[Record, Node]) -> Node:
    """The node of `record`, with the temporaries among its parents replaced by what they were computed from."""
    node = Node(record)
    totals: dict[int, tuple[float, float]] = {}
    for _, parent, partial in record.edges:
        maker = tape.maker(parent)
        inner = folded.get(maker)
        if inner is None:
            add(totals, parent, partial, abs(partial))
            continue
        if inner.links:
            node.links.extend(through(Sparse(0, one(record.start), one(parent), np.array([partial])), inner, inner.links))
        for grandparent, local, mass in inner.edges:
            add(totals, grandparent, partial * local, abs(partial) * mass)
        inherit(node, inner)
    node.edges = [(parent, partial, mass) for parent, (partial, mass) in totals.items()]
    for link in record.links:
        if not isinstance(link, Sparse):
            node.links.append(link)
            continue
        node.links.extend(flattened(node, link, tape, folded))
    if node.links:
        node.links = merged([*node.links, *edges_as_link(node)])
        node.edges = []
    return node


def one(element: int) -> np.ndarray:
    return np.array([element], np.int64)


def add(totals: dict[int, tuple[float, float]], parent: int, partial: float, mass: float) -> None:
    known = totals.get(parent)
    totals[parent] = (partial, mass) if known is None else (known[0] + partial, known[1] + mass)


def inherit(node: Node, inner: Node) -> None:
    if inner.record not in node.inside:
        node.inside.extend([*inner.inside, inner.record])


def flattened(node: Node, link: Sparse, tape: Tape, folded: dict[Record, Node]) -> list[Link]:
    """`link` with every folded parent replaced by its own links."""
    if not len(link.parents):
        return []
    result: list[Link] = []
    left = np.ones(len(link.parents), bool)
    for maker in makers(tape, link.parents):
        inner = folded.get(maker)
        if inner is None:
            continue
        here = (link.parents >= maker.start) & (link.parents < maker.start + maker.size)
        left &= ~here
        part = Sparse(link.operand, link.children[here], link.parents[here], link.partials[here])
        result.extend(through(part, inner, [*inner.links, *edges_as_link(inner)]))
        inherit(node, inner)
    if left.any():
        result.append(Sparse(link.operand, link.children[left], link.parents[left], link.partials[left]))
    return result


def edges_as_link(node: Node) -> list[Link]:
    """The edges of a scalar node as a link, if it has any."""
    if not node.edges:
        return []
    parents, partials, masses = (np.array(column) for column in zip(*node.edges))
    return [Sparse(0, np.full(len(parents), node.start), parents, partials, masses)]


def through(link: Sparse, inner: Node, parts: Sequence[Link]) -> list[Link]:
    """Compose `link`, which uses each element of `inner` at most once, with `parts` that lead to `inner`."""
    use = np.full(inner.size, -1, np.int64)
    use[link.parents - inner.start] = np.arange(len(link.parents))
    result: list[Link] = []
    for part in parts:
        if not isinstance(part, Sparse):
            continue
        entry = use[part.children - inner.start]
        there = entry >= 0
        entry = entry[there]
        mass = np.abs(part.partials) if part.mass is None else part.mass
        result.append(
            Sparse(
                link.operand,
                link.children[entry],
                part.parents[there],
                link.partials[entry] * part.partials[there],
                np.abs(link.partials[entry]) * mass[there],
            )
        )
    return result


def merged(links: list[Link]) -> list[Link]:
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
