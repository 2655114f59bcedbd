"""What a reader is shown of a graph: its nodes and edges as they are, or, where they are many, one for each statement.

for x in data: s += x*x          nodes s₂ … s₉₉ become one, which stands for 98 and has an edge to itself; s₁ and s₁₀₀ stay
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from .curves import Curve, curves
from .folding import SHOWN, Unit, alone, folded, statements, units
from .formulas.labels import Label, Labels
from .formulas.notation import unicode_text
from .formulas.partials import Formulas
from .formulas.symbolic import Expression
from .paths.graph import Graph, Node
from .paths.sweeps import Sweeps
from .run.links import Bilinear, Link, Opaque, Sparse
from .run.places import Places

LONG = 14
"""A formula of more characters than this does not stand beside a node's name."""


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
    """One value of the user's, or all values that one statement made. `value` and `adjoint` are None where there are several.

    `times` is how many executed statements it stands for, `made` how its value came about, where that is said beside its name."""

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
    times: int = 1
    made: str = ""

    @property
    def name(self) -> str:
        """s₃, or s₁ … s₁₀₀."""
        return str(self.label) if self.last is None else f"{self.label} … {self.last}"

    @property
    def called(self) -> str:
        """z, or with what it is made of: v₁ = x·y, u = g(…), g(…)."""
        if not self.made:
            return self.name
        return self.made if self.made.startswith(f"{self.label.name}(") else f"{self.name} = {self.made}"


@dataclass(frozen=True)
class EdgeView:
    """The local derivatives of `child` in `parent`: one number, or the extent of several; positions of nodes.

    `carried` edges lead to a later turn of a loop. `pair` are the elements of a single local derivative, or of a sample.
    `operand` tells apart the edges by which one operation takes the same value twice.
    """

    parent: int
    child: int
    symbolic: Expression | None
    value: float | None
    partials: Extent
    carried: bool
    pair: tuple[int, int] | None
    operand: int = 0


@dataclass(frozen=True)
class View:
    """The nodes in order of execution, the edges between them, and what is carried along the turns of folded loops."""

    nodes: tuple[NodeView, ...]
    edges: tuple[EdgeView, ...]
    folded: bool
    curves: tuple[Curve, ...] = ()

    @cached_property
    def positions(self) -> dict[int, int]:
        """Where the node that begins at an element is shown."""
        return {node.start: n.position for n in self.nodes for node in n.nodes}

    def position(self, node: Node) -> int:
        """The position of the node view that stands for `node`."""
        return self.positions[node.start]

    @cached_property
    def edge_between(self) -> dict[tuple[int, int, int], int]:
        """The number of the edge between two positions, (parent, child, operand)."""
        return {(edge.parent, edge.child, edge.operand): k for k, edge in enumerate(self.edges)}

    @cached_property
    def largest_flow(self) -> float:
        """The most that comes through any edge, |∂z/∂child · ∂child/∂parent|."""
        products = (abs(x.value * a) for x in self.edges if x.value is not None and (a := self.nodes[x.child].adjoint) is not None)
        return max(products, default=0.0)

    def into(self, child: int) -> list[EdgeView]:
        """The edges that lead to the node at `child`."""
        return [e for e in self.edges if e.child == child]


def viewed(graph: Graph, labels: Labels, formulas: Formulas, sweeps: Sweeps, places: Places, opened: int | None = None) -> View:
    """The view of the nodes between the inputs and the result; of a folded loop the turn `opened`, counted from 1, is shown whole."""
    between = [n for n in graph.nodes if n.record.is_input or sweeps.reached[n.start : n.start + n.size].any()]
    found = units(between, graph)
    many = len(found) > SHOWN
    whole = statements(found, graph) if many else []
    groups = folded(whole, opened) if many else alone(found)
    nodes = tuple(node_view(k, group, graph, labels, formulas, sweeps, places) for k, group in enumerate(groups))
    return View(nodes, tuple(edge_views(groups, graph, formulas, sweeps)), many, tuple(curves(whole, labels, sweeps)))


def node_view(
    position: int, group: list[Unit], graph: Graph, labels: Labels, formulas: Formulas, sweeps: Sweeps, places: Places
) -> NodeView:
    nodes = [node for unit in group for node in unit]
    outputs = [node for node in nodes if node.record not in graph.stuck] or nodes
    first = outputs[0]
    alone = len(outputs) == 1
    scalar = alone and not first.record.shape
    values = np.concatenate([np.ravel(np.asarray(n.record.data, np.float64)) for n in outputs])
    adjoints = np.concatenate([sweeps.derivative[n.start : n.start + n.size] for n in outputs])
    location = first.record.op.location if first.record.op is not None else None
    statement = places.statement(location)
    made = graph.level.groups.get(first.record)
    formula = formulas.statement(first) if alone else None
    return NodeView(
        position,
        labels.node(first) if len(group) > 1 or alone else Label(", ".join(str(labels.node(n)) for n in outputs[:3])),
        labels.node(outputs[-1]) if len(group) > 1 else None,
        first.record.shape,
        float(values[0]) if scalar else None,
        Extent.of(values),
        float(adjoints[0]) + 0.0 if scalar else None,
        Extent.of(adjoints),
        formula,
        statement.text if statement is not None else "",
        made.line if made is not None else location.line if location is not None else 0,
        first.record.is_input,
        any(n.start <= graph.result < n.start + n.size for n in outputs),
        tuple(nodes),
        len(group),
        how_made(graph, first, formula),
    )


def how_made(graph: Graph, node: Node, formula: Expression | None) -> str:
    """What stands between the name of a node and its value: the operation where operations stand apart, the call of a function."""
    group = graph.level.groups.get(node.record)
    if graph.level.name == "function" and group is not None:
        return f"{group.name}(…)"
    if not graph.level.apart or node.record.is_input or formula is None:
        return ""
    text = unicode_text(formula)
    return text if len(text) <= LONG else ""


@dataclass
class Gathered:
    """The local derivatives found so far between two groups."""

    partials: list[np.ndarray] = field(default_factory=list)
    pair: tuple[int, int] | None = None
    pairs: int = 0
    nodes: tuple[Node, Node] | None = None
    carried: bool = True
    whole: bool = True


def edge_views(groups: list[list[Unit]], graph: Graph, formulas: Formulas, sweeps: Sweeps) -> Iterator[EdgeView]:
    """The edges between groups, in order of child, parent and, where operations stand apart, operand."""
    place_of = {node: (k, u) for k, group in enumerate(groups) for u, unit in enumerate(group) for node in unit}
    found: dict[tuple[int, int, int], Gathered] = {}
    for node, (child, own) in place_of.items():
        for parent_node, partials, pair, operand in local(node, graph, sweeps):
            parent, other = place_of.get(parent_node, (child, own))
            if (parent, other) == (child, own):
                continue
            gathered = found.setdefault((child, parent, operand), Gathered())
            gathered.partials.append(partials)
            gathered.pairs += 1
            if gathered.pair is None:
                gathered.pair, gathered.nodes = pair, (node, parent_node)
            gathered.carried &= parent >= child
            gathered.whole &= node.record not in graph.stuck
    for (child, parent, operand), gathered in sorted(found.items(), key=lambda item: item[0]):
        assert gathered.nodes is not None
        partials = np.concatenate(gathered.partials) if gathered.whole else np.zeros(0)
        node, parent_node = gathered.nodes
        single = gathered.pairs == 1 and partials.size == 1 and gathered.pair is not None
        value = float(partials[0]) if single else None
        symbolic: Expression | None = None
        only = operand if graph.level.apart else None
        if single and gathered.pair is not None:
            symbolic = formulas.partial(*gathered.pair, float(partials[0]), only)
        elif gathered.whole and sum(map(len, groups[child])) == sum(map(len, groups[parent])) == 1:
            symbolic = formulas.between(node, parent_node, only)
        yield EdgeView(parent, child, symbolic, value, Extent.of(partials), gathered.carried, gathered.pair, operand)


Local = tuple[Node, np.ndarray, tuple[int, int] | None, int]


def local(node: Node, graph: Graph, sweeps: Sweeps) -> Iterator[Local]:
    """(parent, local derivatives, (child element, parent element) of one of them, operand) for each parent of `node`."""
    for operand, (parent, partial, _) in zip(graph.operands(node), node.edges):
        yield graph.at(parent), np.array([partial]), (node.start, parent), operand
    for link in node.links:
        yield from of_link(link, graph, sweeps)


def of_link(link: Link, graph: Graph, sweeps: Sweeps) -> Iterator[Local]:
    sources = link.sources()
    owners = np.searchsorted(graph.starts, sources, side="right") - 1
    operand = link.operand if graph.level.apart else 0
    for owner in np.unique(owners).tolist():
        parent = graph.nodes[owner]
        if isinstance(link, Sparse):
            here = np.flatnonzero((owners == owner) & sweeps.reached[link.children])
            if len(here):
                first = here[int(np.argmax(np.abs(link.partials[here])))]
                yield parent, link.partials[here], (int(link.children[first]), int(link.parents[first])), operand
        elif isinstance(link, Bilinear):
            yield parent, np.ravel(link.other), None, operand
        elif isinstance(link, Opaque):
            yield parent, np.zeros(0), None, operand
