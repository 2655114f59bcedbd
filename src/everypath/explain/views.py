"""What a reader is shown of a graph: its nodes and edges as they are, or, where they are many, one for each statement.

for x in data: s += x*x          nodes s₂ … s₉₉ become one, which stands for 98 and has an edge to itself; s₁ and s₁₀₀ stay
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .formulas.labels import Label, Labels
from .formulas.partials import Formulas
from .formulas.symbolic import Expression
from .paths.graph import Graph, Node
from .paths.sweeps import Sweeps
from .run.links import Bilinear, Link, Opaque, Sparse
from .run.places import Places

SHOWN = 24
"""With more nodes than this, those of one statement are folded into one."""


@dataclass(frozen=True)
class Extent:
    """What is said of an array, or of several numbers: how many there are, their norm and their extremes."""

    count: int
    norm: float
    low: float
    high: float

    @classmethod
    def of(cls, values: np.ndarray) -> Extent:
        flat = np.ravel(np.asarray(values, np.float64))
        if not flat.size:
            return cls(0, 0.0, 0.0, 0.0)
        with np.errstate(all="ignore"):
            return cls(flat.size, float(np.linalg.norm(flat)), float(flat.min()), float(flat.max()))


@dataclass(frozen=True)
class NodeView:
    """One value of the user's, or all values that one statement made. `value` and `adjoint` are None where there are several."""

    position: int
    label: Label
    last: Label | None
    shape: tuple[int, ...]
    value: float | None
    extent: Extent
    adjoint: float | None
    adjoints: Extent
    statement: Expression | None
    text: str
    line: int
    is_input: bool
    is_result: bool
    nodes: tuple[Node, ...] = field(repr=False)

    @property
    def name(self) -> str:
        """s₃, or s₁ … s₁₀₀."""
        return str(self.label) if self.last is None else f"{self.label} … {self.last}"

    @property
    def times(self) -> int:
        """How many executed statements it stands for."""
        return len(self.nodes)


@dataclass(frozen=True)
class EdgeView:
    """The local derivatives of `child` in `parent`: one number, or the extent of several; positions of nodes.

    `carried` edges lead to a later turn of a loop. `pair` are the elements of a single local derivative, or of a sample.
    """

    parent: int
    child: int
    symbolic: Expression | None
    value: float | None
    partials: Extent
    carried: bool
    pair: tuple[int, int] | None


@dataclass(frozen=True)
class View:
    """The nodes in order of execution, and the edges between them."""

    nodes: tuple[NodeView, ...]
    edges: tuple[EdgeView, ...]
    folded: bool

    @cached_property
    def positions(self) -> dict[int, int]:
        """Where the node that begins at an element is shown."""
        return {node.start: n.position for n in self.nodes for node in n.nodes}

    def position(self, node: Node) -> int:
        """The position of the node view that stands for `node`."""
        return self.positions[node.start]

    @cached_property
    def edge_between(self) -> dict[tuple[int, int], int]:
        """The number of the edge between two positions, (parent, child)."""
        return {(edge.parent, edge.child): k for k, edge in enumerate(self.edges)}

    @cached_property
    def largest_flow(self) -> float:
        """The most that comes through any edge, |∂z/∂child · ∂child/∂parent|."""
        products = (abs(x.value * a) for x in self.edges if x.value is not None and (a := self.nodes[x.child].adjoint) is not None)
        return max(products, default=0.0)

    def into(self, child: int) -> list[EdgeView]:
        """The edges that lead to the node at `child`."""
        return [e for e in self.edges if e.child == child]


def viewed(graph: Graph, labels: Labels, formulas: Formulas, sweeps: Sweeps, places: Places) -> View:
    """The view of the nodes between the inputs and the result."""
    between = [n for n in graph.nodes if n.record.is_input or sweeps.reached[n.start : n.start + n.size].any()]
    folded = len(between) > SHOWN
    groups = grouped(between, places) if folded else [[n] for n in between]
    nodes = tuple(node_view(k, group, graph, labels, formulas, sweeps, places) for k, group in enumerate(groups))
    return View(nodes, tuple(edge_views(groups, graph, formulas, sweeps)), folded)


def grouped(nodes: list[Node], places: Places) -> list[list[Node]]:
    """Nodes of the same statement and name together, in order of their first; first and last turn apart where there is room."""
    groups: dict[object, list[Node]] = {}
    for node in nodes:
        record = node.record
        location = record.op.location if record.op is not None else None
        named = record.name or (record.op.name if record.op is not None else "")
        key: object = (location.file, location.line, named) if location is not None else id(node)
        groups.setdefault(key, []).append(node)
    whole = list(groups.values())
    turned = sorted((part for group in whole for part in turns(group)), key=lambda group: group[0].start)
    return turned if len(turned) <= SHOWN else whole


def turns(group: list[Node]) -> list[list[Node]]:
    """What one statement made, turn by turn: the first, those between as one, the last."""
    return [group[:1], group[1:-1], group[-1:]] if len(group) > 3 else [[node] for node in group]


def node_view(
    position: int, group: list[Node], graph: Graph, labels: Labels, formulas: Formulas, sweeps: Sweeps, places: Places
) -> NodeView:
    first, last = group[0], group[-1]
    alone = len(group) == 1
    scalar = alone and not first.record.shape
    values = np.concatenate([np.ravel(np.asarray(n.record.data, np.float64)) for n in group])
    adjoints = np.concatenate([sweeps.derivative[n.start : n.start + n.size] for n in group])
    location = first.record.op.location if first.record.op is not None else None
    statement = places.statement(location)
    return NodeView(
        position,
        labels.node(first),
        None if alone else labels.node(last),
        first.record.shape,
        float(values[0]) if scalar else None,
        Extent.of(values),
        float(adjoints[0]) + 0.0 if scalar else None,
        Extent.of(adjoints),
        formulas.statement(first) if alone else None,
        statement.text if statement is not None else "",
        location.line if location is not None else 0,
        first.record.is_input,
        any(n.start <= graph.result < n.start + n.size for n in group),
        tuple(group),
    )


@dataclass
class Gathered:
    """The local derivatives found so far between two groups."""

    partials: list[np.ndarray] = field(default_factory=list)
    pair: tuple[int, int] | None = None
    pairs: int = 0
    nodes: tuple[Node, Node] | None = None
    carried: bool = True


def edge_views(groups: list[list[Node]], graph: Graph, formulas: Formulas, sweeps: Sweeps) -> Iterator[EdgeView]:
    """The edges between groups, in order of child and parent."""
    group_of = {node: k for k, group in enumerate(groups) for node in group}
    found: dict[tuple[int, int], Gathered] = {}
    for child, group in enumerate(groups):
        for node in group:
            for parent_node, partials, pair in local(node, graph, sweeps):
                parent = group_of[parent_node]
                gathered = found.setdefault((child, parent), Gathered())
                gathered.partials.append(partials)
                gathered.pairs += 1
                if gathered.pair is None:
                    gathered.pair, gathered.nodes = pair, (node, parent_node)
                gathered.carried &= parent >= child
    for (child, parent), gathered in sorted(found.items()):
        assert gathered.nodes is not None
        partials = np.concatenate(gathered.partials)
        node, parent_node = gathered.nodes
        single = gathered.pairs == 1 and partials.size == 1 and gathered.pair is not None
        value = float(partials[0]) if single else None
        symbolic: Expression | None = None
        if single and gathered.pair is not None:
            symbolic = formulas.partial(*gathered.pair, float(partials[0]))
        elif len(groups[child]) == len(groups[parent]) == 1:
            symbolic = formulas.between(node, parent_node)
        yield EdgeView(parent, child, symbolic, value, Extent.of(partials), gathered.carried, gathered.pair)


def local(node: Node, graph: Graph, sweeps: Sweeps) -> Iterator[tuple[Node, np.ndarray, tuple[int, int] | None]]:
    """(parent, local derivatives, (child element, parent element) of one of them) for each parent of `node`."""
    for parent, partial, _ in node.edges:
        yield graph.at(parent), np.array([partial]), (node.start, parent)
    for link in node.links:
        yield from of_link(link, graph, sweeps)


def of_link(link: Link, graph: Graph, sweeps: Sweeps) -> Iterator[tuple[Node, np.ndarray, tuple[int, int] | None]]:
    sources = link.sources()
    owners = np.searchsorted(graph.starts, sources, side="right") - 1
    for owner in np.unique(owners).tolist():
        parent = graph.nodes[owner]
        if isinstance(link, Sparse):
            here = np.flatnonzero((owners == owner) & sweeps.reached[link.children])
            if len(here):
                first = here[int(np.argmax(np.abs(link.partials[here])))]
                yield parent, link.partials[here], (int(link.children[first]), int(link.parents[first]))
        elif isinstance(link, Bilinear):
            yield parent, np.ravel(link.other), None
        elif isinstance(link, Opaque):
            yield parent, np.zeros(0), None
