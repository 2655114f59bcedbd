"""An explanation as a page that stands alone: SVG for the graph, MathML for formulas, nothing to load, no script."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from ..facts import Derivative, Facts
from ..formulas.labels import Label
from ..formulas.mathml import math_held, mathml, mn
from ..formulas.notation import PRODUCT, count_text, number_text, unicode_text
from ..formulas.symbolic import Expression, Number
from ..views import EdgeView, Extent, NodeView
from .drawing import svg
from .style import STYLE
from .text import ELEMENTS, OVERFLOW, UNKNOWN_REST, WORTH_SAYING, computed_text, extent_text, of_many, title, verdict
from .text import signed as signed_text

WIDE = 105
"""A path with formulas of more characters than this is shown without them; the table of local derivatives has them."""


def html(e: Facts) -> str:
    """The whole page."""
    drawn = svg(e)
    sections = [
        heading(e),
        answers(e),
        f'<section><h2>The dependency graph</h2><figure class="graph">{drawn}</figure>{legend(e)}</section>' if drawn else "",
        source(e),
        *(paths(e, e.derivative(e.focus(node), 10)) for node in e.inputs),
        local_derivatives(e),
        branches(e),
        checks(e),
    ]
    body = "\n".join(s for s in sections if s)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(e.name)}: every path of its derivative</title><style>{STYLE}</style></head>\n<body><main>\n{body}\n"
        "<footer>everypath: the derivative is the sum over every path</footer></main></body></html>\n"
    )


def math(*parts: str) -> str:
    return f"<math>{''.join(parts)}</math>"


def mo(text: str) -> str:
    return f"<mo>{text}</mo>"


def symbol(label: Label | str, value: object = None) -> str:
    """A name as MathML."""
    return mathml(label.symbol()) if isinstance(label, Label) else mathml(Label(label).symbol())


def result_label(e: Facts) -> Label:
    return e.labels.element(e.graph.result) if e.graph.result >= 0 else Label(e.name)


def fraction(above: Label, below: Label, total: bool = False) -> str:
    """∂above/∂below."""
    d = "<mi mathvariant='normal'>d</mi>" if total else "<mo>∂</mo>"
    return f"<mfrac><mrow>{d}{symbol(above)}</mrow><mrow>{d}{symbol(below)}</mrow></mfrac>"


def is_total(e: Facts) -> bool:
    return len(e.inputs) == 1 and e.inputs[0].size == 1


# Sections -------------------------------------------------------------------------------------------------------------


def heading(e: Facts) -> str:
    call, _, at = title(e).partition(" at ")
    return f'<header><h1>{escape(call)}</h1><p class="at">{"at " + escape(at) if at else ""}</p></header>'


def answers(e: Facts) -> str:
    """The value and the derivatives, large."""
    rows = [math(symbol(result_label(e)), mo("="), f"<mrow>{mn(e.value)}</mrow>")]
    for node in e.inputs:
        label = e.labels.node(node)
        partials = e.partials(node)
        if not node.record.shape:
            rows.append(math(fraction(result_label(e), label, is_total(e)), mo("="), f"<mrow>{mn(float(partials))}</mrow>"))
        elif node.size <= ELEMENTS and partials.ndim == 1:
            entries = mo(",").join(f"<mrow>{mn(x)}</mrow>" for x in partials)
            rows.append(math(fraction(result_label(e), label), mo("="), mo("["), entries, mo("]")))
        else:
            said = escape(extent_text(Extent.of(partials), partials.shape))
            rows.append(f"{math(fraction(result_label(e), label))} <span>{said}</span>")
    born = "".join(f'<p class="warning">{escape(b.said)} in line {b.line}: <code>{escape(b.text)}</code></p>' for b in e.births)
    return f'<section class="answers">{"".join(f"<p>{r}</p>" for r in rows)}{born}</section>'


def legend(e: Facts) -> str:
    kinds = ["Each edge has the local derivative of its end in its beginning"]
    if any(edge.value is not None for edge in e.view.edges):
        kinds.append("wide edges carry much of the derivative, dashed ones with a minus sign")
    if any(edge.carried for edge in e.view.edges):
        kinds.append("arcs lead from one turn of a loop to the next")
    return f'<p class="note">{"; ".join(kinds)}. An adjoint is {math(fraction(result_label(e), Label("node")))}.</p>'


def source(e: Facts) -> str:
    """The user's lines, each with what was computed there."""
    if e.source is None:
        return ""
    computed: dict[int, list[NodeView]] = {}
    for node in e.view.nodes:
        if not node.is_input:
            computed.setdefault(node.line, []).append(node)
    rows = "".join(
        f'<tr class="{"live" if n in computed else ""}"><td class="n">{n}</td><td><code>{escape(t)}</code></td>'
        f'<td class="v">{escape(computed_text(computed.get(n, [])))}</td></tr>'
        for n, t in e.source.lines
    )
    return f'<section><h2>The program and its values</h2><table class="source">{rows}</table></section>'


def paths(e: Facts, d: Derivative) -> str:
    """One derivative as the sum over its paths."""
    what = fraction(result_label(e), d.label, is_total(e))
    if d.reason:
        return f"<section><h2>{math(what, mo('='), '<mn>0</mn>')}</h2><p>{escape(d.reason)}</p></section>"
    if d.count is None:
        through = f"Its paths run through {', '.join(e.withheld)} and are not listed."
        return f"<section><h2>{math(what, mo('='), mn(d.value))}</h2><p>{through}</p></section>"
    how_many = "its one path" if d.count == 1 else f"{count_text(d.count)} paths"
    rows = "".join(path_row(e, p.elements, p.partials, p.product, d) for p in d.paths)
    if d.count > len(d.paths):
        others = f"the other {count_text(d.count - len(d.paths))} paths"
        rows += total_row(others, d.remainder) if d.remainder is not None else unknown_row(others)
    if d.count > 1:
        rows += total_row("their sum", d.value, "sum")
    warning = ""
    if d.overflows:
        warning = f'<p class="warning">{OVERFLOW}</p>'
    elif d.cancellation is not None and np.isfinite(d.cancellation) and d.cancellation > WORTH_SAYING:
        warning = f'<p class="warning">The paths cancel: Σ|path| is {number_text(d.cancellation, 3)} times the derivative.</p>'
    return (
        f"<section><h2>{math(what)} is the sum over {how_many}</h2>{chain_rule(e, d)}"
        f'<div class="scroll"><table class="paths">{head("path", "local derivatives", "their values", "product", "")}'
        f"{rows}</table></div>{warning}</section>"
    )


def head(*columns: str) -> str:
    return f"<tr>{''.join(f'<th>{c}</th>' for c in columns)}</tr>"


def total_row(what: str, value: float, kind: str = "") -> str:
    return f'<tr class="{kind}"><td colspan="3">{what}</td><td class="v">{math(mn(value))}</td><td></td></tr>'


def unknown_row(what: str) -> str:
    return f'<tr><td colspan="3">{what}</td><td class="v">{UNKNOWN_REST}</td><td></td></tr>'


def chain_rule(e: Facts, d: Derivative) -> str:
    """dz/dt = ∂z/∂x ∂x/∂t + ∂z/∂y ∂y/∂t, in symbols and in numbers."""
    steps = e.steps(d.element)
    if not 1 < len(steps) <= 4 or sum(len(str(e.labels.element(child))) for child, _ in steps) > WIDE // 4:
        return ""
    z, terms, numbers = result_label(e), [], []
    for child, partial in steps:
        label = e.labels.element(child)
        direct = fraction(label, d.label)
        terms.append(direct if child == e.graph.result else fraction(z, label) + mo("·") + direct)
        size = f"<mrow>{mn(float(e.sweeps.derivative[child]))}</mrow>{mo('·')}{signed(partial)}"
        numbers.append(signed(partial) if child == e.graph.result else size)
    what = fraction(z, d.label, is_total(e))
    return f'<p class="rule">{math(what, mo("="), mo("+").join(terms), mo("="), mo("+").join(numbers))}</p>'


def signed(x: float) -> str:
    inner = f"<mrow>{mn(x)}</mrow>"
    return f"<mrow>{mo('(')}{inner}{mo(')')}</mrow>" if number_text(x).startswith("−") else inner


def path_row(e: Facts, elements: Sequence[int], partials: Sequence[float], product: float, d: Derivative) -> str:
    names = [math(symbol(e.labels.element(k))) for k in elements]
    if len(names) > 12:
        names = [*names[:5], f"<span>… {len(names) - 10} more …</span>", *names[-5:]]
    factors: list[Expression] = [e.formulas.partial(c, p, v) or Number(v) for c, p, v in zip(elements[1:], elements, partials)]
    room = WIDE - sum(len(str(e.labels.element(k))) + 3 for k in elements) - sum(len(signed_text(p)) + 1 for p in partials)
    symbols = (
        "" if sum(len(unicode_text(f)) + 1 for f in factors) > room else math(mo("·").join(math_held(f, False, PRODUCT) for f in factors))
    )
    numbers = "" if room < 0 else math(mo("·").join(signed(p) for p in partials))
    share = abs(product) / d.mass if d.mass and np.isfinite(product) and np.isfinite(d.mass) else 0.0
    sign = "minus" if product < 0 else "plus"
    bar = f'<span class="bar {sign}" style="width:{100 * share:.1f}%"></span>'
    return (
        f"<tr><td>{' → '.join(names)}</td><td>{symbols}</td><td>{numbers}</td>"
        f'<td class="v">{math(mn(product))}</td><td class="share">{bar}</td></tr>'
    )


def local_derivatives(e: Facts) -> str:
    """Every edge in three parts."""
    rows = "".join(edge_row(e, edge) for edge in e.view.edges)
    if not rows:
        return ""
    many = " open" if len(e.view.edges) <= 30 else ""
    return (
        f"<section><h2>The local derivative on every edge</h2><details{many}><summary>{len(e.view.edges)} edges</summary>"
        f'<div class="scroll"><table class="edges">{head("", "formula", "with its numbers", "value")}{rows}</table></div>'
        "</details></section>"
    )


def edge_row(e: Facts, edge: EdgeView) -> str:
    parent, child = e.view.nodes[edge.parent], e.view.nodes[edge.child]
    formula = math(mathml(edge.symbolic)) if edge.symbolic is not None else ""
    if edge.value is not None and edge.pair is not None:
        what = fraction(e.labels.element(edge.pair[0]), e.labels.element(edge.pair[1]))
        numbers = math(mathml(edge.symbolic, values=True)) if edge.symbolic is not None else ""
        return f"<tr><td>{math(what)}</td><td>{formula}</td><td>{numbers}</td><td class='v'>{math(mn(edge.value))}</td></tr>"
    several = child.times > 1 or parent.times > 1
    what = fraction(Label(child.label.name) if several else child.label, Label(parent.label.name) if several else parent.label)
    how = of_many(edge.partials) + (", from one turn to the next" if edge.carried else "")
    return f"<tr><td>{math(what)}</td><td>{'' if several else formula}</td><td colspan='2'>{escape(how)}</td></tr>"


def branches(e: Facts) -> str:
    """The conditions on floats."""
    if not e.branches:
        return ""
    rows = "".join(
        f"<tr><td class='n'>{b.line}</td><td><code>{escape(b.text)}</code></td><td>taken {b.held:,} of {b.asked:,} times</td>"
        f"<td>closest {escape(b.closest)}, margin {number_text(b.margin, 3)}"
        f"{' <b>a tie: the derivative may jump here</b>' if b.margin == 0 else ''}</td></tr>"
        for b in e.branches
    )
    return f"<section><h2>Branches</h2><table>{rows}</table></section>"


def checks(e: Facts) -> str:
    """The compiled gradient and differences beside the explained derivative."""
    rows = ""
    for node, check in zip(e.inputs, e.checks):
        what = fraction(result_label(e), e.labels.element(e.focus(node)))
        sign, said = verdict(check)
        kind = {"✓": "good", "✗": "bad"}.get(sign, "")
        mark = f'<span class="{kind}">{escape(f"{sign} {said}".rstrip())}</span>'
        differences = "not run"
        if check.differences is not None and np.isfinite(check.differences):
            differences = f"{number_text(check.differences, 10)} ± {number_text(check.error, 1)}"
        rows += (
            f"<tr><td>{mark}</td><td>{math(what)}</td><td>{number_text(check.explained, 12)}</td><td>{number_text(check.compiled, 12)}</td>"
            f"<td>{differences}</td></tr>"
        )
    if not rows:
        return ""
    columns = head("", "", "sum over paths", "compiled gradient", "differences")
    return f"<section><h2>Checked</h2><table>{columns}{rows}</table></section>"
