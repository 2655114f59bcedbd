"""The drawing as SVG: inside a page, or as a file of its own."""

from __future__ import annotations

from html import escape

from ..facts import Facts
from .colours import STRANDS, colours_and_rules
from .drawing import drawing, label
from .shapes import Addend, Box, Curve, Drawing, Point, Tag, Total

SHRUNK = 0.85
"""A drawing is shown at this part of its size where there is too little room; then it scrolls."""

WIDEST = 1180.0
"""A drawing wider than a page has room for goes downwards, if that fits."""


def svg(e: Facts, downwards: bool = False) -> str:
    """The drawing, to stand in a page that has its style; empty where there is nothing between the inputs and the result."""
    shapes = drawing(e, downwards)
    if shapes is not None and not downwards and shapes.width * SHRUNK > WIDEST:
        below = drawing(e, True)
        if below is not None and below.width <= WIDEST:
            return written(e, below, "right down")
    return "" if shapes is None else written(e, shapes, "down" if downwards else "right")


def svg_file(e: Facts) -> str:
    """The drawing as a file that stands alone, on white; where there is nothing to draw, one line says so."""
    shapes = drawing(e)
    if shapes is None:
        shapes = Drawing(480.0, 60.0, totals=[Total(f"{e.result} depends on no input", 20.0, 30.0, None)])
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + written(e, shapes, "alone", style(), 'xmlns="http://www.w3.org/2000/svg"') + "\n"


def style() -> str:
    """The style of a drawing with its colours in place: few programs know variables."""
    names, rules = colours_and_rules()
    for name in sorted(names, key=len, reverse=True):
        rules = rules.replace(f"var({name})", names[name])
    return rules.partition("/* dark */")[0].replace(".everypath ", "") + "\nsvg { background: #ffffff; }"


def written(e: Facts, d: Drawing, kind: str, css: str = "", name: str = "") -> str:
    marker = (
        f'<defs><marker id="{arrow(e, kind)}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="10" markerHeight="10"'
        ' markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M0,0.8 L10,5 L0,9.2 z" class="tip"/></marker></defs>'
    )
    parts = [
        *(edge(e, c, kind) for c in d.curves),
        *(strand(c) for c in d.strands),
        *(tag(t) for t in d.tags),
        *(box(b) for b in d.boxes),
        *(addend(a) for a in d.addends),
        *(total(t) for t in d.totals),
    ]
    w, h = f"{d.width:.0f}", f"{d.height:.0f}"
    size = f'viewBox="0 0 {w} {h}" width="{w}" height="{h}" style="min-width:{d.width * SHRUNK:.0f}px"'
    return (
        f'<svg {name + " " if name else ""}class="{kind}" {size} role="img"'
        f' aria-label="{escape(described(e, d))}">{f"<style>{css}</style>" if css else ""}{marker}{"".join(parts)}</svg>'
    )


def arrow(e: Facts, kind: str) -> str:
    """The name of a drawing's arrow: no two drawings of a page have the same, since what is hidden cannot be referred to."""
    return "-".join(["arrow", *([e.level] if e.level != "variable" else []), *([e.excerpt] if e.excerpt else []), *kind.split()])


def described(e: Facts, d: Drawing) -> str:
    """What the drawing shows, in words."""
    return f"The dependency graph of {e.name}: " + "; ".join([b.lines[0] for b in d.boxes] + [t.text for t in d.totals])


def path(c: Curve) -> str:
    pieces = "".join(f" C{point(a)} {point(b)} {point(end)}" for a, b, end in c.pieces)
    return f"M{point(c.start)}{pieces}"


def point(p: Point) -> str:
    return f"{p[0]:.1f},{p[1]:.1f}"


def edge(e: Facts, c: Curve, kind: str) -> str:
    """An edge: a click on it says it in three parts. Where strands are drawn along it only its arrow is seen."""
    assert c.edge is not None
    view = e.view.edges[c.edge]
    parent, child = e.view.nodes[view.parent], e.view.nodes[view.child]
    name = f"∂{child.name}/∂{parent.name}: {label(view)}" + (", from one turn to the next" if view.carried else "")
    sign = "carried" if c.carried else "minus" if c.sign < 0 else "plus"
    bare = "" if c.width else " bare"
    return (
        f'<path d="{path(c)}" class="edge {sign}{bare}" stroke-width="{c.width or 1.2:.1f}" marker-end="url(#{arrow(e, kind)})"'
        f' data-edge="{c.edge}"><title>{escape(name)}</title></path>'
    )


def strand(c: Curve) -> str:
    assert c.strand is not None
    return f'<path d="{path(c)}" class="strand p{c.strand % len(STRANDS)}" stroke-width="{c.width:.1f}" data-path="{c.strand}"/>'


def tag(t: Tag) -> str:
    x, y = t.x - t.width / 2, t.y - 10
    ground = f'<rect x="{x:.1f}" y="{y:.1f}" width="{t.width:.1f}" height="20" rx="5"/>'
    return f'<g class="label" data-edge="{t.edge}">{ground}<text x="{t.x:.1f}" y="{t.y + 4.5:.1f}">{escape(t.text)}</text></g>'


def box(b: Box) -> str:
    node = b.node
    kind = "input" if node.is_input else "result" if node.is_result else "value"
    tip = f"line {node.line}: {node.text}" if node.line else f"{node.name}, an input"
    return (
        f'<g class="node {kind}" data-node="{node.position}"><title>{escape(tip)}</title>'
        f'<rect x="{b.x - b.width / 2:.1f}" y="{b.y - b.height / 2:.1f}" width="{b.width:.1f}" height="{b.height:.0f}" rx="9"/>'
        f'<text x="{b.x:.1f}" y="{b.y - 4:.1f}" class="name">{escape(b.lines[0])}</text>'
        f'<text x="{b.x:.1f}" y="{b.y + 14:.1f}" class="adjoint">{escape(b.lines[1])}</text></g>'
    )


def addend(a: Addend) -> str:
    kind = "rest" if a.strand is None else f"addend p{a.strand % len(STRANDS)}"
    at = "" if a.strand is None else f' data-path="{a.strand}"'
    return f'<text x="{a.x:.1f}" y="{a.y + 4.5:.1f}" class="{kind}"{at}>{escape(a.text)}</text>'


def total(t: Total) -> str:
    """The plus, the lines that lead to it, and the derivative."""
    joints = "".join(f'<path d="M{point(j)} L{point(t.plus)}" class="joint"/>' for j in t.joints) if t.plus is not None else ""
    plus = ""
    if t.plus is not None:
        x, y = t.plus
        plus = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="11" class="adder"/><text x="{x:.1f}" y="{y + 5.5:.1f}" class="sign">+</text>'
    return f'<g class="total">{joints}{plus}<text x="{t.x:.1f}" y="{t.y + 5:.1f}" class="sum">{escape(t.text)}</text></g>'
