"""What a drawing is made of: boxes, curves, text, on a plane in pixels, y downwards."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..views import NodeView

Point = tuple[float, float]

Piece = tuple[Point, Point, Point]
"""Two control points and the end of a cubic curve."""

Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True)
class Box:
    """A node: its middle, its size, and its two lines of text."""

    node: NodeView
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, str]


@dataclass(frozen=True)
class Curve:
    """An edge (its position in the view), or the part of a path: its strand's number. `sign` is that of what flows."""

    start: Point
    pieces: tuple[Piece, ...]
    width: float
    sign: int
    edge: int | None = None
    strand: int | None = None
    carried: bool = False


@dataclass(frozen=True)
class Tag:
    """Text in the middle of `x`, `y`, of this width, about an edge."""

    text: str
    x: float
    y: float
    width: float
    edge: int


@dataclass(frozen=True)
class Addend:
    """The product of a strand, from `x` on; `strand` is None for what all other paths add."""

    text: str
    x: float
    y: float
    strand: int | None


@dataclass(frozen=True)
class Total:
    """A derivative, written from `x` on; `plus` is the middle of the sign where its addends meet, None for one path alone."""

    text: str
    x: float
    y: float
    plus: Point | None
    joints: tuple[Point, ...] = ()


@dataclass
class Drawing:
    """All shapes, and the size of the plane."""

    width: float
    height: float
    boxes: list[Box] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)
    strands: list[Curve] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    addends: list[Addend] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)


def shifted(made: Drawing, dx: float, dy: float) -> None:
    """Move everything by (`dx`, `dy`)."""

    def moved(p: Point) -> Point:
        return p[0] + dx, p[1] + dy

    def curve(c: Curve) -> Curve:
        pieces = tuple((moved(a), moved(b), moved(end)) for a, b, end in c.pieces)
        return Curve(moved(c.start), pieces, c.width, c.sign, c.edge, c.strand, c.carried)

    made.boxes = [Box(b.node, b.x + dx, b.y + dy, b.width, b.height, b.lines) for b in made.boxes]
    made.curves, made.strands = [curve(c) for c in made.curves], [curve(c) for c in made.strands]
    made.tags = [Tag(t.text, t.x + dx, t.y + dy, t.width, t.edge) for t in made.tags]
    made.addends = [Addend(a.text, a.x + dx, a.y + dy, a.strand) for a in made.addends]
    made.totals = [
        Total(t.text, t.x + dx, t.y + dy, None if t.plus is None else moved(t.plus), tuple(map(moved, t.joints))) for t in made.totals
    ]


def overlap(a: Rectangle, b: Rectangle) -> float:
    """The area that two boxes share."""
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def on_curve(x: float, y: float, x2: float, y2: float, t: float) -> Point:
    """A point of the curve from (x, y) to (x2, y2)."""
    bend = (x2 - x) * 0.45
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    xs, ys = (x, x + bend, x2 - bend, x2), (y, y, y2, y2)
    return sum(w * a for w, a in zip(weights, xs)), sum(w * b for w, b in zip(weights, ys))
