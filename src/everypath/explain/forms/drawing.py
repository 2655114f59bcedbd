"""The dependency graph as SVG: nodes in layers from left to right, a local derivative on every edge, wide where much flows."""

from __future__ import annotations

import math
from html import escape
from itertools import pairwise

from ..facts import Facts
from ..formulas.notation import number_text, unicode_text
from ..views import EdgeView, NodeView
from .layout import Segment, Spot, layout

HEIGHT, GAP, ROW, BOX = 46, 74, 92, 26
"""Of a node; the least between layers; between nodes of a layer; the least room inside a node's box, in pixels."""

CHARACTER = 8.2
"""The width of one character, in pixels."""

LONG = 18
"""A formula longer than this is left out of an edge's label; the table has it."""


def svg(e: Facts) -> str:
    """The drawing; empty where there is nothing between the inputs and the result."""
    nodes = [n for n in e.view.nodes if n.is_result or any(edge.parent == n.position for edge in e.view.edges)]
    place = {n.position: k for k, n in enumerate(nodes)}
    edges = [edge for edge in e.view.edges if edge.parent in place and edge.child in place]
    forward = [edge for edge in edges if not edge.carried and edge.parent < edge.child]
    if not forward:
        return ""
    return Picture(e, nodes, forward, [edge for edge in edges if edge not in forward], place).text()


PLACES = (0.4, 0.5, 0.3, 0.6, 0.22, 0.68, 0.14)
"""Where along an edge its label may stand."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class Picture:
    """One drawing. `backward` edges lead from one turn of a loop to the next."""

    def __init__(self, e: Facts, nodes: list[NodeView], forward: list[EdgeView], backward: list[EdgeView], place: dict[int, int]) -> None:
        self.e = e
        self.nodes = nodes
        self.forward = forward
        self.backward = backward
        self.place = place
        self.plan = layout(len(nodes), [(place[edge.parent], place[edge.child]) for edge in forward])
        self.flows = [flow(e, edge) for edge in forward]
        self.widths = [self.box_width(n) for n in nodes]
        self.columns = self.column_places()
        self.at = self.spots()
        self.taken = [self.rectangle(k) for k in range(len(nodes))]

    def box_width(self, node: NodeView) -> float:
        return BOX + CHARACTER * max(len(line) for line in node_lines(node))

    def column_places(self) -> list[float]:
        """The middle of each layer."""
        columns, x = [], 12.0
        for k, layer in enumerate(self.plan.layers):
            width = max((self.widths[s.node] for s in layer if s.node is not None), default=BOX)
            if k:
                labels = (len(label(self.forward[s.edge])) for s in self.plan.gaps[k - 1])
                x += max(GAP, CHARACTER * 0.92 * max(labels, default=0) + 52)
            columns.append(x + width / 2)
            x += width
        self.width = x + 12
        return columns

    def spots(self) -> dict[Spot, tuple[float, float]]:
        """The middle of each spot: evenly apart in its layer, then pulled towards its neighbours without passing them."""
        tallest = max(map(len, self.plan.layers))
        self.height = tallest * ROW + 20.0
        y: dict[Spot, float] = {}
        for layer in self.plan.layers:
            top = (self.height - (len(layer) - 1) * ROW) / 2
            y.update({spot: top + ROW * k for k, spot in enumerate(layer)})
        near: dict[Spot, list[Spot]] = {spot: [] for spot in y}
        for gap in self.plan.gaps:
            for segment in gap:
                near[segment.start].append(segment.end)
                near[segment.end].append(segment.start)
        for _ in range(12):
            for layer in self.plan.layers:
                self.relax(layer, y, near)
        top = min(y.values()) - HEIGHT / 2 - (40 if self.backward else 8)
        self.height = max(y.values()) - top + HEIGHT / 2 + 8
        return {spot: (self.columns[spot.layer], y[spot] - top) for spot in y}

    def relax(self, layer: tuple[Spot, ...], y: dict[Spot, float], near: dict[Spot, list[Spot]]) -> None:
        for k, spot in enumerate(layer):
            wanted = sum(y[n] for n in near[spot]) / len(near[spot]) if near[spot] else y[spot]
            low = y[layer[k - 1]] + ROW * 0.8 if k else 30.0
            high = y[layer[k + 1]] - ROW * 0.8 if k + 1 < len(layer) else self.height - 30.0
            if low <= high:
                y[spot] = min(max((y[spot] + wanted) / 2, low), high)

    def text(self) -> str:
        loops = [self.loop(edge) for edge in self.backward]
        lines = [self.edge(k, edge) for k, edge in enumerate(self.forward)]
        labels = [self.edge_label(k, edge) for k, edge in enumerate(self.forward)]
        boxes = [self.box(k, node) for k, node in enumerate(self.nodes)]
        marker = (
            '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse"'
            ' orient="auto-start-reverse"><path d="M0,0.8 L10,5 L0,9.2 z" class="tip"/></marker></defs>'
        )
        title = f"The dependency graph of {self.e.name}"
        return (
            f'<svg viewBox="0 0 {self.width:.0f} {self.height:.0f}" style="width:{self.width:.0f}px; min-width:{0.5 * self.width:.0f}px"'
            f' role="img" aria-label="{escape(title)}">{marker}{"".join(lines + loops + labels + boxes)}</svg>'
        )

    def points(self, k: int) -> list[tuple[float, float]]:
        """Where edge `k` leaves its parent, passes the layers between, and arrives."""
        segments = [s for gap in self.plan.gaps for s in gap if s.edge == k]
        start, end = segments[0].start, segments[-1].end
        assert start.node is not None and end.node is not None
        x, y = self.at[start]
        points = [(x + self.widths[start.node] / 2, y + self.port(segments[0], leaving=True))]
        points += [self.at[s.end] for s in segments[:-1]]
        x, y = self.at[end]
        return [*points, (x - self.widths[end.node] / 2 - 1, y + self.port(segments[-1], leaving=False))]

    def port(self, segment: Segment, leaving: bool) -> float:
        """How far from the middle of a node's side an edge begins or ends."""
        gap = self.plan.gaps[segment.start.layer]
        own = segment.start if leaving else segment.end
        others = [s for s in gap if (s.start if leaving else s.end) == own]
        others.sort(key=lambda s: self.at[s.end if leaving else s.start][1])
        k, n = others.index(segment), len(others)
        return (k - (n - 1) / 2) * min(13.0, (HEIGHT - 12) / max(n - 1, 1))

    def edge(self, k: int, edge: EdgeView) -> str:
        points = self.points(k)
        path = f"M{points[0][0]:.1f},{points[0][1]:.1f}"
        for (x, y), (x2, y2) in pairwise(points):
            bend = (x2 - x) * 0.45
            path += f" C{x + bend:.1f},{y:.1f} {x2 - bend:.1f},{y2:.1f} {x2:.1f},{y2:.1f}"
        sign = "minus" if self.flows[k][1] < 0 else "plus"
        tip = tooltip(self.e, edge)
        return drawn(path, f"edge {sign}", self.flows[k][0], tip)

    def edge_label(self, k: int, edge: EdgeView) -> str:
        """The label, where on its edge it covers nothing else."""
        shown = label(edge)
        (x, y), (x2, y2) = self.points(k)[-2:]
        width = CHARACTER * 0.92 * len(shown) + 10
        places = [on_curve(x, y, x2, y2, t) for t in PLACES]
        boxes = [(cx - width / 2, cy - 10, cx + width / 2, cy + 10) for cx, cy in places]
        best = min(range(len(boxes)), key=lambda i: sum(overlap(boxes[i], other) for other in self.taken))
        self.taken.append(boxes[best])
        cx, cy = places[best]
        return (
            f'<g class="label"><rect x="{cx - width / 2:.1f}" y="{cy - 10:.1f}" width="{width:.1f}" height="20" rx="5"/>'
            f'<text x="{cx:.1f}" y="{cy + 4.5:.1f}">{escape(shown)}</text></g>'
        )

    def rectangle(self, k: int) -> Box:
        """Where node `k` stands."""
        x, y = self.at[self.spot(k)]
        return x - self.widths[k] / 2, y - HEIGHT / 2, x + self.widths[k] / 2, y + HEIGHT / 2

    def loop(self, edge: EdgeView) -> str:
        """An edge from one turn of a loop to the next: an arc over its nodes."""
        start, end = self.place[edge.parent], self.place[edge.child]
        (x, y), (x2, y2) = (self.at[self.spot(n)] for n in (start, end))
        top = min(y, y2) - HEIGHT / 2
        spread = 18 if start == end else 0
        lift = 34
        path = (
            f"M{x + spread:.1f},{y - HEIGHT / 2:.1f} C{x + spread:.1f},{top - lift:.1f} {x2 - spread:.1f},{top - lift:.1f}"
            f" {x2 - spread:.1f},{y2 - HEIGHT / 2 - 1:.1f}"
        )
        return drawn(path, "edge carried", 1.6, tooltip(self.e, edge))

    def spot(self, node: int) -> Spot:
        return next(s for layer in self.plan.layers for s in layer if s.node == node)

    def box(self, k: int, node: NodeView) -> str:
        x, y = self.at[self.spot(k)]
        width = self.widths[k]
        kind = "input" if node.is_input else "result" if node.is_result else "value"
        first, second = node_lines(node)
        tip = escape(f"line {node.line}: {node.text}" if node.line else f"{node.name}, an input")
        return (
            f'<g class="node {kind}"><title>{tip}</title>'
            f'<rect x="{x - width / 2:.1f}" y="{y - HEIGHT / 2:.1f}" width="{width:.1f}" height="{HEIGHT}" rx="9"/>'
            f'<text x="{x:.1f}" y="{y - 4:.1f}" class="name">{escape(first)}</text>'
            f'<text x="{x:.1f}" y="{y + 14:.1f}" class="adjoint">{escape(second)}</text></g>'
        )


def drawn(path: str, kind: str, width: float, tip: str) -> str:
    return f'<path d="{path}" class="{kind}" stroke-width="{width:.1f}" marker-end="url(#arrow)"><title>{tip}</title></path>'


def node_lines(node: NodeView) -> tuple[str, str]:
    """What stands in a node: its name and value, and its adjoint."""
    if node.value is not None:
        first = f"{node.label} = {number_text(node.value, 5)}"
    elif node.times > 1:
        first = f"{node.name} ({node.times}×)"
    else:
        first = f"{node.label} ({'×'.join(map(str, node.shape))})"
    if node.adjoint is not None:
        return first, f"adjoint {number_text(node.adjoint, 5)}"
    return first, f"adjoint ‖·‖ {number_text(node.adjoints.norm, 4)}"


def label(edge: EdgeView) -> str:
    """What stands on an edge: the formula where it is short, and its value."""
    formula = unicode_text(edge.symbolic) if edge.symbolic is not None else ""
    if edge.value is None:
        if formula and len(formula) <= LONG:
            return formula
        if edge.partials.count and edge.partials.low == edge.partials.high:
            return number_text(edge.partials.low, 4)
        return f"{edge.partials.count:,} partials" if edge.partials.count else "adjoint only"
    value = number_text(edge.value, 4)
    return value if not formula or formula == value or len(formula) > LONG else f"{formula} = {value}"


def tooltip(e: Facts, edge: EdgeView) -> str:
    parent, child = e.view.nodes[edge.parent], e.view.nodes[edge.child]
    return escape(f"∂{child.label}/∂{parent.label}: {label(edge)}" + (", from one turn to the next" if edge.carried else ""))


def flow(e: Facts, edge: EdgeView) -> tuple[float, float]:
    """(width, sign) of an edge: how much of the derivative comes through it, ∂z/∂child · ∂child/∂parent."""
    child = e.view.nodes[edge.child]
    if edge.value is None or child.adjoint is None:
        return 2.0, 1.0
    through = edge.value * child.adjoint
    others = ((x.value, e.view.nodes[x.child].adjoint) for x in e.view.edges)
    largest = max((abs(value * a) for value, a in others if value is not None and a is not None), default=0.0)
    if not math.isfinite(through) or not math.isfinite(largest) or largest == 0:
        return 1.6, 1.0
    return 1.4 + 5.0 * abs(through) / largest, through


def overlap(a: Box, b: Box) -> float:
    """The area that two boxes share."""
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def on_curve(x: float, y: float, x2: float, y2: float, t: float) -> tuple[float, float]:
    """A point of the curve that `edge` draws from (x, y) to (x2, y2)."""
    bend = (x2 - x) * 0.45
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    xs, ys = (x, x + bend, x2 - bend, x2), (y, y, y2, y2)
    return sum(w * a for w, a in zip(weights, xs)), sum(w * b for w, b in zip(weights, ys))
