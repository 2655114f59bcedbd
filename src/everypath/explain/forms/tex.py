"""A LaTeX document that compiles as it is: the derivation as `align`, the graph as a TikZ picture."""

from __future__ import annotations

from ..answers import Derivative
from ..facts import Facts
from ..formulas.labels import Label
from ..formulas.notation import count_text, number_text, substituted_text, unicode_text
from ..formulas.symbolic import Number
from ..formulas.tex import name_tex, number_tex, plain_tex, symbol_tex, tex, text_tex
from ..matrices import equations
from ..views import EdgeView, NodeView
from .colours import STRANDS
from .drawing import drawing
from .shapes import Curve, Drawing, Point
from .text import FACTORS

SCALE = 0.62
"""Points for a pixel of the drawing."""

WIDE, TALL = 470.0, 620.0
"""The most points that a drawing takes on a page."""

READABLE = 0.7
"""Where it would be scaled by less, it goes downwards, if that is more."""

LINE, NARROW = 84, 64
"""Characters of a line, about; of one that a product and its path stand on."""

HEAD = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{amsmath}
\usepackage{tikz}
\usepackage[margin=2cm]{geometry}
\allowdisplaybreaks
"""


def document(e: Facts) -> str:
    """The whole document."""
    colours = "".join(rf"\definecolor{{path{k}}}{{HTML}}{{{c[1:].upper()}}}" + "\n" for k, c in enumerate(STRANDS))
    picture = tikz(e)
    return "\n".join(
        [
            HEAD + colours + r"\begin{document}",
            *([r"\begin{center}", picture, r"\end{center}"] if picture else []),
            *derivation(e),
            r"\end{document}",
            "",
        ]
    )


def symbol(label: Label) -> str:
    return symbol_tex(label.symbol())


def result(e: Facts) -> str:
    return symbol(e.labels.element(e.graph.result)) if e.graph.result >= 0 else name_tex(e.name)


def fraction(above: str, below: str, total: bool = False) -> str:
    d = r"\mathrm{d}" if total else r"\partial "
    return rf"\frac{{{d}{above}}}{{{d}{below}}}"


def derivation(e: Facts) -> list[str]:
    """The values, the local derivatives, and each derivative as the sum over its paths."""
    blocks = [aligned([statement(n) for n in e.view.nodes if n.value is not None])]
    blocks.append(aligned([partial(e, edge) for edge in e.view.edges if edge.value is not None and edge.pair is not None]))
    blocks.append(aligned([q.tex.replace(" = ", " &= ", 1) for q in equations(e)]))
    for node in e.inputs:
        blocks.append(sum_of(e, e.derivative(e.focus(node))))
    return [b for b in blocks if b]


def aligned(rows: list[str]) -> str:
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}" if rows else ""


def statement(n: NodeView) -> str:
    formula = (
        [] if n.statement is None or isinstance(n.statement, Number) or n.is_input else [(tex(n.statement), unicode_text(n.statement))]
    )
    return equal(symbol(n.label), [*formula, (number_tex(n.value), number_text(n.value))])


def partial(e: Facts, edge: EdgeView) -> str:
    """∂y/∂t = cos t = cos 1.5 = 0.0707."""
    assert edge.pair is not None
    what = fraction(symbol(e.labels.element(edge.pair[0])), symbol(e.labels.element(edge.pair[1])))
    parts = [(number_tex(edge.value), number_text(edge.value))]
    if edge.symbolic is not None:
        numbers = tex(edge.symbolic, values=True), substituted_text(edge.symbolic)
        parts = [(tex(edge.symbolic), unicode_text(edge.symbolic)), numbers, *parts]
    return equal(what, parts)


def equal(left: str, parts: list[tuple[str, str]]) -> str:
    """left = part = part, each of `parts` as TeX and as text, what says nothing new left out, on as many lines as are needed."""
    said, used = f"{left} &= ", 0
    for k, (part, plain) in enumerate(dict(parts).items()):
        if k:
            said += " \\\\\n&= " if used + len(plain) > LINE else " = "
        used = len(plain) + (used if used + len(plain) <= LINE else 0)
        said += part
    return said


def sum_of(e: Facts, d: Derivative) -> str:
    what = fraction(result(e), symbol(d.label), e.total) + (rf"\Big|_{{\text{{through }}{name_tex(d.through)}}}" if d.through else "")
    if d.reason or d.count is None:
        return aligned([f"{what} &= {number_tex(d.value)}" + (rf"\qquad\text{{{plain_tex(d.reason)}}}" if d.reason else "")])
    rows = []
    wide = any(sum(len(str(e.labels.element(x))) + 2 for x in p.elements) + 9 * len(p.partials) > NARROW for p in d.paths)
    for k, path in enumerate(d.paths):
        factors = e.factors(path)
        product = r" \cdot ".join(signed(p) for p in path.partials) if len(factors) <= FACTORS else r"\cdots"
        names = r" \to ".join(symbol(e.labels.element(x)) for x in (path.elements if len(path.elements) <= 8 else path.elements[-8:]))
        passed = rf"\\ &\quad\scriptstyle {names}" if wide else f"&& {names}"
        rows.append(f"{what if k == 0 else ''} &{'=' if k == 0 else '+'} {product} {passed}")
    if d.count > len(d.paths):
        rest = number_tex(d.remainder) if d.remainder is not None else r"\cdots"
        rows.append(rf"&+ \left({rest}\right) && \text{{the other }}{text_tex(count_text(d.count - len(d.paths)))}\text{{ paths}}")
    formula = e.closed(d.element)
    if formula is not None and not isinstance(formula, Number) and len(unicode_text(formula)) <= LINE:
        rows.append(f"&= {tex(formula)}")
    rows.append(f"&= {number_tex(d.value)}")
    return aligned(rows)


def signed(x: float) -> str:
    text = number_tex(x)
    return rf"\left({text}\right)" if text.startswith("-") else text


# The picture ----------------------------------------------------------------------------------------------------------


def tikz(e: Facts) -> str:
    """The drawing as a TikZ picture; empty where there is nothing to draw."""
    d = drawing(e)
    if d is None:
        return ""
    below = drawing(e, True) if fit(d) < READABLE else None
    d = below if below is not None and fit(below) > fit(d) else d
    lines = [
        rf"\scalebox{{{fit(d):.3f}}}{{%",
        rf"\begin{{tikzpicture}}[x={SCALE}pt, y=-{SCALE}pt, >=latex, every node/.style={{font=\scriptsize}}]",
        *(rf"\draw[->, gray, line width={max(c.width, 0.6) * 0.4:.2f}pt] {path(c)};" for c in d.curves),
        *(rf"\draw[path{(c.strand or 0) % len(STRANDS)}, line width={c.width * 0.5:.2f}pt] {path(c)};" for c in d.strands),
        *labels(e, d),
        *boxes(e, d),
        *sums(d),
        r"\end{tikzpicture}}",
    ]
    return "\n".join(lines)


def fit(d: Drawing) -> float:
    """What a drawing is scaled by, so that the page holds it."""
    return min(1.0, WIDE / (d.width * SCALE), TALL / (d.height * SCALE))


def at(p: Point) -> str:
    return f"({p[0]:.1f},{p[1]:.1f})"


def path(c: Curve) -> str:
    return at(c.start) + "".join(f" .. controls {at(a)} and {at(b)} .. {at(end)}" for a, b, end in c.pieces)


def labels(e: Facts, d: Drawing) -> list[str]:
    made = []
    for tag in d.tags:
        edge = e.view.edges[tag.edge]
        text = plain_tex(tag.text)
        if edge.value is not None:
            formula = tex(edge.symbolic) if edge.symbolic is not None and "=" in tag.text else ""
            text = f"${formula + ' = ' if formula else ''}{number_tex(edge.value, 4)}$"
        elif edge.symbolic is not None:
            text = f"${tex(edge.symbolic)}$"
        made.append(rf"\node[fill=white, inner sep=1pt] at {at((tag.x, tag.y))} {{{text}}};")
    return made


def boxes(e: Facts, d: Drawing) -> list[str]:
    made = []
    for b in d.boxes:
        n = b.node
        colour = "green!8" if n.is_input else "orange!12" if n.is_result else "blue!5"
        value = f" = {tex(n.statement)}" if n.made and n.statement is not None and e.level == "operation" else ""
        value += f" = {number_tex(n.value, 5)}" if n.value is not None else ""
        last = rf" \ldots {symbol(n.last)}" if n.last is not None else ""
        adjoint = number_tex(n.adjoint, 5) if n.adjoint is not None else rf"\|\cdot\| = {number_tex(n.adjoints.norm, 4)}"
        size = f"minimum width={b.width * SCALE:.1f}pt, minimum height={b.height * SCALE:.1f}pt"
        style = rf"draw=gray, rounded corners=3pt, fill={colour}, align=center, inner sep=1pt, {size}"
        made.append(rf"\node[{style}] at {at((b.x, b.y))} {{${symbol(n.label)}{last}{value}$\\[-1pt]\tiny adjoint ${adjoint}$}};")
    return made


def sums(d: Drawing) -> list[str]:
    made = []
    for a in d.addends:
        colour = "gray" if a.strand is None else f"path{a.strand % len(STRANDS)}"
        made.append(rf"\node[anchor=west, {colour}, inner sep=0pt] at {at((a.x, a.y))} {{{said(a.text)}}};")
    for t in d.totals:
        if t.plus is not None:
            made += [rf"\draw[gray] {at(j)} -- {at(t.plus)};" for j in t.joints]
            made.append(rf"\node[draw, circle, fill=white, inner sep=0.5pt] at {at(t.plus)} {{$+$}};")
        made.append(rf"\node[anchor=west, inner sep=0pt] at {at((t.x, t.y))} {{{said(t.text)}}};")
    return made


def said(text: str) -> str:
    """∂z/∂t = 3.15, or a number with words."""
    left, equals, right = text.partition(" = ")
    number, by, words = (right or left).partition(" by ")
    tail = f" by {plain_tex(words)}" if by else ""
    if not equals:
        return f"${text_tex(number)}${tail}"
    d = r"\mathrm{d}" if left.startswith("d") else r"\partial "
    above, _, below = left.partition("/")
    return f"${d}{label_tex(above[1:])}/{d}{label_tex(below[1:])} = {text_tex(number)}${tail}"


def label_tex(text: str) -> str:
    """A label as text, such as x₂[3], in mathematics."""
    name = text.rstrip("₀₁₂₃₄₅₆₇₈₉") if "[" not in text else text[: text.index("[")].rstrip("₀₁₂₃₄₅₆₇₈₉")
    index = text[text.index("[") :] if "[" in text else ""
    version = text[len(name) : len(text) - len(index)].translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))
    return symbol(Label(name, version, index))
