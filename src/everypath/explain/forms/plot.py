"""The drawing by matplotlib: PNG, PDF, or a figure to put beside others."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from ...errors import InvalidArgument
from ..facts import Facts
from .colours import COLOUR, FILL, STRANDS
from .drawing import drawing
from .shapes import Curve, Drawing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOTS = 96.0
"""Pixels of the drawing in an inch."""

INK, DIM, LINE, PLUS, MINUS = (COLOUR[f"--{name}"] for name in ("ink", "dim", "line", "plus", "minus"))


def picture(e: Facts, form: str, resolution: float = 200.0) -> bytes:
    """The drawing as the bytes of a file: "png", at `resolution` dots an inch, or "pdf"."""
    out = io.BytesIO()
    figure(e).savefig(out, format=form, dpi=resolution)
    return out.getvalue()


def figure(e: Facts) -> Figure:
    """The drawing as a figure of matplotlib, which everypath does not install by itself."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise InvalidArgument("PNG and PDF are drawn by matplotlib, which is not installed: pip install matplotlib, or save .svg") from None
    d = drawing(e) or Drawing(480.0, 60.0)
    made = Figure(figsize=(d.width / DOTS, d.height / DOTS))
    axes = made.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set(xlim=(0, d.width), ylim=(d.height, 0))
    axes.set_axis_off()
    put(axes, d)
    return made


def put(axes: Any, d: Drawing) -> None:
    """All shapes onto `axes`; a length of 13.5 pixels is 10 points."""
    from matplotlib.patches import Circle, FancyBboxPatch

    mono: dict[str, Any] = {"family": "monospace", "va": "center", "color": INK}
    for c in d.curves:
        curve(axes, c, DIM if c.carried or not c.width else MINUS if c.sign < 0 else PLUS, 0.6 if c.width else 0.35, True)
    for c in d.strands:
        curve(axes, c, STRANDS[(c.strand or 0) % len(STRANDS)], 0.9, False)
    for t in d.tags:
        ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.2, "alpha": 0.85}
        axes.text(t.x, t.y, t.text, ha="center", size=9.2, bbox=ground, **mono)
    for b in d.boxes:
        kind = "input" if b.node.is_input else "result" if b.node.is_result else "value"
        corner = (b.x - b.width / 2 + 6, b.y - b.height / 2 + 6)
        style = "round,pad=6,rounding_size=9"
        axes.add_patch(FancyBboxPatch(corner, b.width - 12, b.height - 12, boxstyle=style, facecolor=FILL[kind], edgecolor=LINE, zorder=4))
        axes.text(b.x, b.y - 8, b.lines[0], ha="center", size=10, weight="bold", zorder=5, **mono)
        axes.text(b.x, b.y + 10, b.lines[1], ha="center", size=8.6, zorder=5, **{**mono, "color": DIM})
    for a in d.addends:
        colour = DIM if a.strand is None else STRANDS[a.strand % len(STRANDS)]
        axes.text(a.x, a.y, a.text, ha="left", size=10, weight="bold" if a.strand is not None else "normal", **{**mono, "color": colour})
    for total in d.totals:
        if total.plus is not None:
            for x, y in total.joints:
                axes.plot([x, total.plus[0]], [y, total.plus[1]], color=DIM, linewidth=0.8, zorder=2)
            axes.add_patch(Circle(total.plus, 11, facecolor="white", edgecolor=INK, zorder=5))
            axes.text(*total.plus, "+", ha="center", size=12, weight="bold", zorder=6, **mono)
        axes.text(total.x, total.y, total.text, ha="left", size=10, weight="bold", **mono)


def curve(axes: Any, c: Curve, colour: str, opacity: float, arrow: bool) -> None:
    from matplotlib.patches import FancyArrowPatch, PathPatch
    from matplotlib.path import Path

    points, codes = [c.start], [Path.MOVETO]
    for piece in c.pieces:
        points += piece
        codes += [Path.CURVE4] * 3
    line = max(c.width, 1.2) * 72 / DOTS
    axes.add_patch(PathPatch(Path(points, codes), fill=False, edgecolor=colour, alpha=opacity, linewidth=line, capstyle="butt", zorder=1))
    if arrow:
        (x, y), (x2, y2) = c.pieces[-1][1], c.pieces[-1][2]
        length = ((x2 - x) ** 2 + (y2 - y) ** 2) ** 0.5 or 1.0
        start = (x2 - (x2 - x) / length * 8, y2 - (y2 - y) / length * 8)
        tip = FancyArrowPatch(start, (x2, y2), arrowstyle="-|>", mutation_scale=11, color=DIM, linewidth=0, shrinkA=0, shrinkB=0, zorder=3)
        axes.add_patch(tip)
