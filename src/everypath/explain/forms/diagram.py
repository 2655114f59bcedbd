"""The dependency graph in characters: nodes in columns from left to right, and on each line between them a local derivative.

     ╭─ 2·t = 3 ────────▶ x = 2.25 ─ y = 0.997 ─╮
t ───┤                                           ├──▶ z = 2.24
     ╰─ cos t = 0.0707 ─▶ y = 0.997 ─ x = 2.25 ──╯
"""

from __future__ import annotations

from itertools import pairwise

from ..formulas.notation import number_text, unicode_text
from ..views import EdgeView, NodeView, View
from .layout import Layout, Segment, Spot, layout

WIDEST = 118
"""A diagram wider than this is not drawn."""

TALLEST = 16
"""Nor is one with more lines between two columns."""

LONG = 12
"""A formula longer than this is left out of a label."""

JOINTS = {
    "": " ", "l": "─", "r": "─", "u": "│", "d": "│", "lr": "─", "du": "│", "dr": "╭", "dl": "╮", "ru": "╰", "lu": "╯",
    "dru": "├", "dlu": "┤", "dlr": "┬", "lru": "┴", "dlru": "┼",
}  # fmt: skip
"""The character that joins lines going left, right, up and down."""


class Canvas:
    """A page of characters; lines that meet are joined, lines that cross pass under each other."""

    def __init__(self) -> None:
        self.text: dict[tuple[int, int], str] = {}
        self.lines: dict[tuple[int, int], set[str]] = {}

    def write(self, row: int, column: int, text: str) -> None:
        for k, character in enumerate(text):
            self.text[row, column + k] = character

    def horizontal(self, row: int, start: int, end: int) -> None:
        for column in range(start, end + 1):
            here = self.lines.setdefault((row, column), set())
            here.update(("r",) if column < end else ())
            here.update(("l",) if column > start else ())

    def vertical(self, column: int, start: int, end: int) -> None:
        for row in range(min(start, end), max(start, end) + 1):
            here = self.lines.setdefault((row, column), set())
            here.update(("d",) if row < max(start, end) else ())
            here.update(("u",) if row > min(start, end) else ())

    def rows(self) -> list[str]:
        places = {*self.text, *self.lines}
        if not places:
            return []
        height, width = max(r for r, _ in places) + 1, max(c for _, c in places) + 1
        page = [[self.text.get((r, c)) or JOINTS["".join(sorted(self.lines.get((r, c), ())))] for c in range(width)] for r in range(height)]
        rows = ["".join(row).rstrip() for row in page]
        while rows and not rows[0]:
            rows.pop(0)
        return rows


def diagram(view: View) -> list[str] | None:
    """The lines of a drawing of `view`; None where it would be too large to read."""
    drawn = [n for n in view.nodes if n.is_result or any(e.parent == n.position for e in view.edges)]
    if view.folded or len(drawn) < 2:
        return None
    place = {n.position: k for k, n in enumerate(drawn)}
    edges = [e for e in view.edges if e.parent in place and e.child in place]
    plan = layout(len(drawn), [(place[e.parent], place[e.child]) for e in edges])
    if max(map(len, plan.gaps), default=0) > TALLEST:
        return None
    for short in (False, True):
        rows = Drawing(plan, drawn, edges, short).rows()
        if rows is not None and max(map(len, rows), default=0) <= WIDEST:
            return rows
    return None


class Drawing:
    """One drawing. `short` labels leave the formulas out."""

    def __init__(self, plan: Layout, nodes: list[NodeView], edges: list[EdgeView], short: bool) -> None:
        self.plan = plan
        self.nodes = nodes
        self.edges = edges
        self.short = short
        self.canvas = Canvas()
        self.step = 2 if max(map(len, plan.gaps), default=0) <= 8 else 1
        self.height = self.step * max([len(g) for g in plan.gaps] + [len(layer) for layer in plan.layers])

    def rows(self) -> list[str] | None:
        """The drawing line by line; None where two lines would lie on one another."""
        lanes = [self.lanes(gap) for gap in self.plan.gaps]
        places = self.places(lanes)
        columns = [self.columns(gap, lane, places) for gap, lane in zip(self.plan.gaps, lanes)]
        if any(c is None for c in columns) or len(set(places.items())) != len(places):
            return None
        x = 2
        for k, layer in enumerate(self.plan.layers):
            widest = max((len(self.node_text(s)) for s in layer if s.node is not None), default=0)
            for spot in layer:
                row = places[spot]
                if spot.node is None:
                    self.canvas.horizontal(row, x - 2 if k else x, x + widest)
                    continue
                text = self.node_text(spot)
                self.canvas.write(row, x, text)
                if any(s.start == spot for s in (self.plan.gaps[k] if k < len(self.plan.gaps) else ())):
                    self.canvas.horizontal(row, x + len(text), x + widest + 1)
                    self.canvas.write(row, x + len(text), " ")
            if k < len(self.plan.gaps):
                order = columns[k]
                assert order is not None
                x = self.gap(x + widest + 1, self.plan.gaps[k], lanes[k], places, order)
        return self.canvas.rows()

    def node_text(self, spot: Spot) -> str:
        assert spot.node is not None
        node = self.nodes[spot.node]
        if node.value is not None:
            return f"{node.called} = {number_text(node.value, 4)}"
        return f"{node.called} ({'×'.join(map(str, node.shape))})" if node.shape else node.called

    def label(self, segment: Segment) -> str:
        edge = self.edges[segment.edge]
        if segment.end.node is None:
            return ""
        formula = unicode_text(edge.symbolic) if edge.symbolic is not None else ""
        if edge.value is None:
            return formula if formula and len(formula) <= LONG else f"{edge.partials.count} partials" if edge.partials.count else "…"
        value = number_text(edge.value, 4)
        return value if self.short or not formula or formula == value or len(formula) > LONG else f"{formula} = {value}"

    def lanes(self, gap: tuple[Segment, ...]) -> dict[Segment, int]:
        """The row of each segment: all apart, in the middle of the page."""
        top = (self.height - self.step * (len(gap) - 1)) // 2
        return {segment: top + self.step * k for k, segment in enumerate(gap)}

    def places(self, lanes: list[dict[Segment, int]]) -> dict[Spot, int]:
        """The row of each spot: in the middle of the segments that leave it, or of those that arrive."""
        rows: dict[Spot, int] = {}
        for k, layer in enumerate(self.plan.layers):
            for spot in layer:
                leaving = [row for s, row in (lanes[k].items() if k < len(lanes) else ()) if s.start == spot]
                arriving = [row for s, row in (lanes[k - 1].items() if k else ()) if s.end == spot]
                rows[spot] = middle(leaving or arriving or [self.height // 2])
        return rows

    def columns(self, gap: tuple[Segment, ...], lanes: dict[Segment, int], places: dict[Spot, int]) -> list[Spot] | None:
        """The ends of the segments in the order of the columns where their segments meet, so that no two lines lie on one another."""
        waiting = list(dict.fromkeys(s.end for s in gap))
        order: list[Spot] = []
        while waiting:
            for end in waiting:
                # Lanes on the row where `end`'s own line arrives must have turned off before it.
                blocking = {s.end for s in gap if lanes[s] == places[end] and s.end != end}
                if not blocking & set(waiting):
                    order.append(end)
                    waiting.remove(end)
                    break
            else:
                return None
        return order

    def gap(self, x: int, gap: tuple[Segment, ...], lanes: dict[Segment, int], places: dict[Spot, int], order: list[Spot]) -> int:
        """Draw the lines of a gap that begins at column `x`; gives the column where the next layer's nodes begin."""
        widest = max((len(self.label(s)) for s in gap), default=0)
        out = x
        for start in dict.fromkeys(s.start for s in gap):
            rows = [lanes[s] for s in gap if s.start == start] + [places[start]]
            for first, second in pairwise(sorted(rows)):
                self.canvas.vertical(out, first, second)
        first_column = out + widest + 4
        where = {end: first_column + 2 * k for k, end in enumerate(order)}
        last = first_column + 2 * max(len(order) - 1, 0)
        for segment in gap:
            row = lanes[segment]
            self.under(row, out, where[segment.end], set(where.values()) - {where[segment.end]}, gap, lanes, where, places)
            if self.label(segment):
                self.canvas.write(row, out + 2, f" {self.label(segment)} ")
        for end in order:
            rows = sorted([lanes[s] for s in gap if s.end == end] + [places[end]])
            self.canvas.vertical(where[end], rows[0], rows[-1])
            self.under(places[end], where[end], last + 2, set(), gap, lanes, where, places)
            if end.node is not None:
                self.canvas.write(places[end], last + 2, "▶")
        return last + 4

    def under(
        self,
        row: int,
        start: int,
        end: int,
        crossed: set[int],
        gap: tuple[Segment, ...],
        lanes: dict[Segment, int],
        where: dict[Spot, int],
        places: dict[Spot, int],
    ) -> None:
        """A horizontal line that is broken where it passes under a vertical one of another node."""
        piece = start
        for spot, column in sorted(where.items(), key=lambda item: item[1]):
            if not start < column < end:
                continue
            rows = [lanes[s] for s in gap if s.end == spot] + [places[spot]]
            if min(rows) <= row <= max(rows):
                self.canvas.horizontal(row, piece, column - 1)
                piece = column + 1
        self.canvas.horizontal(row, piece, end)


def middle(rows: list[int]) -> int:
    return (min(rows) + max(rows)) // 2
