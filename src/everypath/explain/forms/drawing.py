"""The dependency graph as shapes on a plane, for `svg`, `tikz` and `plot`: boxes, curves, and each path to its product and the sum.

Nodes stand in layers, from left to right, or from top to bottom where the page is narrow. An edge is as wide as what flows through
it, |∂z/∂child·∂child/∂parent|. Where paths are few each has a strand of its own, from the input to its product; the products are
joined at a plus.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from ..facts import Facts
from ..formulas.notation import count_text, number_text, unicode_text
from ..views import EdgeView, NodeView
from .layout import Layout, Segment, Spot, layout
from .shapes import Addend, Box, Curve, Drawing, Piece, Point, Rectangle, Tag, Total, on_curve, overlap, shifted
from .strands import Strand, Sum, sums

HEIGHT, GAP, MARGIN, PADDING = 46.0, 74.0, 28.0, 26.0
"""Of a node; the least between layers; between nodes of a layer; the room inside a node's box, in pixels."""

CHARACTER = 8.2
"""The width of one character, in pixels."""

LONG = 18
"""A formula longer than this is left out of an edge's label; the table has it."""

ADDEND = 26.0
"""From one product of a sum to the next, in pixels."""

PORT = 9.0
"""From one strand that leaves the result to the next, in pixels."""

PLACES = (0.4, 0.5, 0.3, 0.6, 0.22, 0.68, 0.14)
"""Where along an edge its label may stand."""


def drawing(e: Facts, downwards: bool = False) -> Drawing | None:
    """The drawing of an explanation; None where there is nothing between the inputs and the result."""
    nodes = [n for n in e.view.nodes if n.is_result or e.excerpt or any(edge.parent == n.position for edge in e.view.edges)]
    place = {n.position: k for k, n in enumerate(nodes)}
    edges = [(k, edge) for k, edge in enumerate(e.view.edges) if edge.parent in place and edge.child in place]
    forward = [(k, edge) for k, edge in edges if not edge.carried and edge.parent < edge.child]
    if not forward:
        return None
    backward = [(k, edge) for k, edge in edges if (k, edge) not in forward]
    return Drawer(e, nodes, forward, backward, place, downwards).drawn()


class Drawer:
    """Places the parts of one drawing. `backward` edges lead from one turn of a loop to the next."""

    def __init__(
        self,
        e: Facts,
        nodes: list[NodeView],
        forward: list[tuple[int, EdgeView]],
        backward: list[tuple[int, EdgeView]],
        place: dict[int, int],
        downwards: bool,
    ) -> None:
        self.e = e
        self.nodes = nodes
        self.forward = [edge for _, edge in forward]
        self.number = [k for k, _ in forward]
        self.backward = backward
        self.place = place
        self.downwards = downwards
        self.plan: Layout = layout(len(nodes), [(place[edge.parent], place[edge.child]) for edge in self.forward])
        self.lines = [node_lines(n) for n in nodes]
        self.widths = [PADDING + CHARACTER * max(map(len, lines)) for lines in self.lines]
        self.flows = [flow(e, edge) for edge in self.forward]
        self.sums: tuple[Sum, ...] = sums(e)
        self.spot_of = {s.node: s for layer in self.plan.layers for s in layer if s.node is not None}
        self.at = self.spots()
        self.leaves = 0

    # Where things stand -------------------------------------------------------------------------------------------

    def along_size(self, spot: Spot) -> float:
        """How much room a spot takes in the direction of the layers."""
        return 0.0 if spot.node is None else HEIGHT if self.downwards else self.widths[spot.node]

    def across_size(self, spot: Spot) -> float:
        return 12.0 if spot.node is None else self.widths[spot.node] if self.downwards else HEIGHT

    def point(self, along: float, across: float) -> Point:
        return (across, along) if self.downwards else (along, across)

    def layer_places(self) -> list[float]:
        """The middle of each layer, along."""
        places, here = [], 12.0
        for k, layer in enumerate(self.plan.layers):
            room = max(map(self.along_size, layer), default=0.0)
            if k:
                labels = [len(label(self.forward[s.edge])) for s in self.plan.gaps[k - 1]]
                wide = CHARACTER * 0.92 * max(labels, default=0) + 52
                here += GAP + 14.0 * min(len(labels), 4) if self.downwards else max(GAP, wide)
            places.append(here + room / 2)
            here += room
        return places

    def spots(self) -> dict[Spot, tuple[float, float]]:
        """(along, across) of each spot: apart in its layer, then pulled towards its neighbours without passing them."""
        along = self.layer_places()
        across: dict[Spot, float] = {}
        for layer in self.plan.layers:
            here = -sum(self.across_size(s) + MARGIN for s in layer) / 2
            for spot in layer:
                size = self.across_size(spot) + MARGIN
                across[spot] = here + size / 2
                here += size
        near: dict[Spot, list[Spot]] = {spot: [] for spot in across}
        for gap in self.plan.gaps:
            for segment in gap:
                near[segment.start].append(segment.end)
                near[segment.end].append(segment.start)
        for _ in range(16):
            for layer in self.plan.layers:
                self.relax(layer, across, near)
        first = min(a - self.across_size(s) / 2 for s, a in across.items())
        lift = (40.0 if self.backward else 10.0) - first
        return {spot: (along[spot.layer], a + lift) for spot, a in across.items()}

    def relax(self, layer: tuple[Spot, ...], across: dict[Spot, float], near: dict[Spot, list[Spot]]) -> None:
        apart = [(self.across_size(a) + self.across_size(b)) / 2 + MARGIN for a, b in pairwise(layer)]
        for k, spot in enumerate(layer):
            wanted = sum(across[n] for n in near[spot]) / len(near[spot]) if near[spot] else across[spot]
            low = across[layer[k - 1]] + apart[k - 1] if k else -math.inf
            high = across[layer[k + 1]] - apart[k] if k + 1 < len(layer) else math.inf
            if low <= high:
                across[spot] = min(max((across[spot] + wanted) / 2, low), high)

    # Edges --------------------------------------------------------------------------------------------------------

    def segments(self) -> list[list[Segment]]:
        """The segments of each forward edge, in order."""
        found: list[list[Segment]] = [[] for _ in self.forward]
        for gap in self.plan.gaps:
            for segment in gap:
                found[segment.edge].append(segment)
        return found

    def port(self, segment: Segment, leaving: bool) -> float:
        """How far from the middle of a node's side an edge begins or ends."""
        gap = self.plan.gaps[segment.start.layer]
        own = segment.start if leaving else segment.end
        others = [s for s in gap if (s.start if leaving else s.end) == own]
        others.sort(key=lambda s: self.at[s.end if leaving else s.start][1])
        k, n = others.index(segment), len(others)
        room = self.across_size(own) - 12
        return (k - (n - 1) / 2) * min(26.0 if self.downwards else 14.0, room / max(n - 1, 1))

    def route(self, segments: list[Segment], aside: float = 0.0) -> list[tuple[float, float]]:
        """(along, across) where an edge leaves its parent, passes the layers between, and arrives."""
        start, end = segments[0].start, segments[-1].end
        along, across = self.at[start]
        points = [(along + self.along_size(start) / 2, across + self.port(segments[0], True) + aside)]
        points += [(self.at[s.end][0], self.at[s.end][1] + aside) for s in segments[:-1]]
        along, across = self.at[end]
        return [*points, (along - self.along_size(end) / 2 - 1, across + self.port(segments[-1], False) + aside)]

    def curve(self, points: list[tuple[float, float]]) -> tuple[Point, tuple[Piece, ...]]:
        pieces = []
        for (a, c), (a2, c2) in pairwise(points):
            bend = (a2 - a) * 0.45
            pieces.append((self.point(a + bend, c), self.point(a2 - bend, c2), self.point(a2, c2)))
        return self.point(*points[0]), tuple(pieces)

    def drawn(self) -> Drawing:
        """Everything, in its place."""
        made = Drawing(0.0, 0.0)
        segments = self.segments()
        made.boxes = [self.box(k) for k in range(len(self.nodes))]
        strands = {k: [s for t in self.sums for s in t.strands if k in s.edges] for k in self.number}
        whole = bool(self.sums) and all(t.rest is None for t in self.sums) and len(self.sums) == len(self.e.inputs)
        for k, parts in enumerate(segments):
            start, pieces = self.curve(self.route(parts))
            width, flows = self.flows[k]
            here = strands[self.number[k]]
            made.curves.append(Curve(start, pieces, 0.0 if whole and here else width, -1 if flows < 0 else 1, self.number[k]))
            made.strands += self.bundle(parts, here)
        made.curves += [self.arc(number, edge) for number, edge in self.backward]
        self.add_sums(made)
        taken = [(b.x - b.width / 2, b.y - b.height / 2, b.x + b.width / 2, b.y + b.height / 2) for b in made.boxes]
        made.tags = [self.tag(k, parts, taken) for k, parts in enumerate(segments)]
        self.measure(made)
        return made

    def bundle(self, parts: list[Segment], strands: list[Strand]) -> Iterator[Curve]:
        """The strands of one edge, side by side."""
        aside = -sum(s.width + 0.8 for s in strands) / 2
        for s in strands:
            start, pieces = self.curve(self.route(parts, aside + s.width / 2))
            yield Curve(start, pieces, s.width, -1 if s.product < 0 else 1, strand=s.number)
            aside += s.width + 0.8

    def arc(self, number: int, edge: EdgeView) -> Curve:
        """An edge from one turn of a loop to the next: an arc beside its nodes."""
        first, last = (self.spot_of[self.place[k]] for k in (edge.parent, edge.child))
        (a, c), (a2, c2) = self.at[first], self.at[last]
        side, side2 = c - self.across_size(first) / 2, c2 - self.across_size(last) / 2
        spread, top = 14.0 if first == last else 0.0, min(side, side2) - 34
        piece = (self.point(a + spread, top), self.point(a2 - spread, top), self.point(a2 - spread, side2 - 1))
        return Curve(self.point(a + spread, side), (piece,), 1.6, 1, number, carried=True)

    def tag(self, k: int, parts: list[Segment], taken: list[Rectangle]) -> Tag:
        """The label of an edge, where on it it covers nothing else."""
        text = label(self.forward[k])
        (a, c), (a2, c2) = self.route(parts)[-2:]
        width = CHARACTER * 0.92 * len(text) + 10
        places = [self.point(*on_curve(a, c, a2, c2, t)) for t in PLACES]
        boxes = [(x - width / 2, y - 10, x + width / 2, y + 10) for x, y in places]
        best = min(range(len(boxes)), key=lambda i: sum(overlap(boxes[i], other) for other in taken))
        taken.append(boxes[best])
        return Tag(text, *places[best], width, self.number[k])

    def box(self, k: int) -> Box:
        spot = self.spot_of[k]
        x, y = self.point(*self.at[spot])
        return Box(self.nodes[k], x, y, self.widths[k], HEIGHT, self.lines[k])

    # The sums -----------------------------------------------------------------------------------------------------

    def add_sums(self, made: Drawing) -> None:
        """Behind the result: each path's product, a plus where they meet, and the derivative."""
        result = next((b for b in made.boxes if b.node.is_result), None)
        if result is None or not self.sums:
            return
        rows = [r for t in self.sums for r in addend_texts(t)]
        right = max(b.x + b.width / 2 for b in made.boxes)
        height = ADDEND * len(rows) + 14.0 * (len(self.sums) - 1) + (ADDEND * len(self.sums) if self.downwards else 0)
        count = sum(len(t.strands) for t in self.sums)
        if self.downwards:
            said = [*rows, *(f"{self.e.called_derivative(t.derivative)} = {number_text(t.derivative.value)}" for t in self.sums)]
            fitting = right - CHARACTER * max(map(len, said))
            x = max(min(result.x - 30.0, fitting), self.leaving(result, count) + PORT * count / 2 + 20.0)
            y = result.y + HEIGHT / 2 + 42.0
        else:
            x, y = right + 74.0, result.y - height / 2 + ADDEND / 2
        ports = self.strand_ports(count)
        for t in self.sums:
            y = self.add_sum(made, t, result, x, y, ports) + 14.0

    def leaving(self, result: Box, count: int) -> float:
        """The middle of where the strands leave a result downwards: near its left end."""
        return result.x - result.width / 2 + 10.0 + PORT * (count - 1) / 2

    def strand_ports(self, n: int) -> Iterator[float]:
        step = PORT if self.downwards else min(PORT, (HEIGHT - 14) / max(n, 1))
        self.leaves = n
        return iter([(k - (n - 1) / 2) * step for k in range(n)])

    def add_sum(self, made: Drawing, t: Sum, result: Box, x: float, y: float, ports: Iterator[float]) -> float:
        """One sum from `y` on downwards; gives where it ends."""
        texts = addend_texts(t)
        what = self.e.called_derivative(t.derivative)
        alone = len(texts) == 1
        width = CHARACTER * max(map(len, texts))
        joints = []
        for k, text in enumerate(texts):
            strand = t.strands[k] if k < len(t.strands) else None
            made.addends.append(Addend(f"{what} = {text}" if alone else text, x, y + ADDEND * k, strand.number if strand else None))
            joints.append((x + width + 8, y + ADDEND * k))
            if strand is not None:
                made.strands.append(self.last_part(strand, result, next(ports), (x - 8, y + ADDEND * k)))
        end = y + ADDEND * len(texts)
        if alone:
            return end
        if self.downwards:
            made.totals.append(Total(f"{what} = {number_text(t.derivative.value)}", x, end, (x - 18, end), ()))
            return end + ADDEND
        middle = y + ADDEND * (len(texts) - 1) / 2
        plus = (x + width + 52, middle)
        made.totals.append(Total(f"{what} = {number_text(t.derivative.value)}", plus[0] + 20, middle, plus, tuple(joints)))
        return end

    def last_part(self, strand: Strand, result: Box, port: float, end: Point) -> Curve:
        """From the result to the product."""
        sign = -1 if strand.product < 0 else 1
        if self.downwards:
            start = (self.leaving(result, self.leaves) + port, result.y + HEIGHT / 2)
            bend = ((start[0], end[1]), (start[0], end[1]), end)
            return Curve(start, (bend,), strand.width, sign, strand=strand.number)
        start = (result.x + result.width / 2, result.y + port)
        half = (end[0] - start[0]) * 0.45
        piece = ((start[0] + half, start[1]), (end[0] - half, end[1]), end)
        return Curve(start, (piece,), strand.width, sign, strand=strand.number)

    def measure(self, made: Drawing) -> None:
        """The size of the plane, and everything moved onto it."""
        lefts = [b.x - b.width / 2 for b in made.boxes] + [t.x - t.width / 2 for t in made.tags]
        spots = [p for c in (*made.curves, *made.strands) for piece in c.pieces for p in piece]
        lefts += [p[0] - 6 for p in spots]
        lefts += [c.start[0] - 6 for c in made.strands] + [a.x - 30 for a in made.addends]
        tops = [b.y - b.height / 2 for b in made.boxes] + [a.y - 14 for a in made.addends]
        tops += [p[1] - 4 for p in spots]
        rights = [b.x + b.width / 2 for b in made.boxes] + [t.x + t.width / 2 for t in made.tags]
        rights += [p[0] + 6 for p in spots]
        rights += [a.x + CHARACTER * len(a.text) for a in made.addends] + [t.x + CHARACTER * len(t.text) for t in made.totals]
        bottoms = [b.y + b.height / 2 for b in made.boxes] + [a.y + 14 for a in made.addends] + [t.y + 14 for t in made.totals]
        bottoms += [t.y + 10 for t in made.tags] + [p[1] + 4 for p in spots]
        shifted(made, 10.0 - min(lefts), 10.0 - min(tops))
        made.width, made.height = max(rights) - min(lefts) + 20.0, max(bottoms) - min(tops) + 20.0


# Text -----------------------------------------------------------------------------------------------------------------


def addend_texts(t: Sum) -> list[str]:
    """The products of a sum, and what the others add."""
    texts = [number_text(s.product) for s in t.strands]
    if t.rest is not None or (t.derivative.count or 0) > len(t.strands):
        others = f"{count_text((t.derivative.count or 0) - len(t.strands))} others"
        texts.append(f"{number_text(t.rest)} by {others}" if t.rest is not None else others)
    return texts


def node_lines(node: NodeView) -> tuple[str, str]:
    """What stands in a node: its name and value, and its adjoint."""
    if node.value is not None:
        first = f"{node.called} = {number_text(node.value, 5)}"
    elif node.times > 1:
        first = f"{node.name} ({node.times:,}×)"
    else:
        first = f"{node.called} ({'×'.join(map(str, node.shape))})" if node.shape else node.called
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


def flow(e: Facts, edge: EdgeView) -> tuple[float, float]:
    """(width, sign) of an edge: how much of the derivative comes through it, ∂z/∂child · ∂child/∂parent."""
    child = e.view.nodes[edge.child]
    if edge.value is None or child.adjoint is None:
        return 2.0, 1.0
    through = edge.value * child.adjoint
    largest = e.view.largest_flow
    if not math.isfinite(through) or not math.isfinite(largest) or largest == 0:
        return 1.6, 1.0
    return 1.4 + 5.0 * abs(through) / largest, through
