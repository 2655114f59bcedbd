"""The parts of the page: what is asked, the answer, the program beside its graph, every local derivative, branches and checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

import numpy as np

from ...facts import Facts
from ...formulas.labels import Label
from ...formulas.mathml import mathml, mn, mo
from ...formulas.notation import measured_text, number_text
from ...formulas.rules import several
from ...matrices import equations
from ...paths.levels import LEVELS
from ...views import EdgeView, Extent, NodeView
from ...why import why
from ..svg import svg
from ..text import ELEMENTS, beside, extent_text, of_many, title
from .figures import either, least_width
from .sums import fraction, math, result_label, sum_section, symbol
from .turns import along_turns

LIVE = '<div class="sliders" hidden></div><div class="steps" hidden></div><div class="said" aria-live="polite" hidden></div>'
"""What the script fills."""


def sections(e: Facts, levels: Mapping[Facts, str]) -> Iterator[str]:
    """The page from top to bottom; what changes with the level once for each, the first of them seen."""
    yield heading(e)
    yield answers(e)
    yield zoom(list(levels))
    for k, written in enumerate(levels.values()):
        yield f'<div class="level"{" hidden" if k else ""}>{written}</div>'
    yield backpropagation(e)
    yield reasons(e)
    yield branches(e)
    yield checks(e)


def level(e: Facts) -> Iterator[str]:
    """The program beside its graph, the sums, every local derivative."""
    yield tour(e)
    number = 0
    for k, node in enumerate(e.inputs):
        derivative = e.derivative(e.focus(node), 10 if len(e.inputs) <= 3 else 5)
        yield sum_section(e, derivative, k, number)
        number += len(derivative.paths)
    yield along_turns(e)
    yield local_derivatives(e)


def zoom(levels: Sequence[Facts]) -> str:
    """The control that chooses the level, from the closest to the widest; the script shows it."""
    order = sorted(range(len(levels)), key=lambda k: LEVELS.index(levels[k].level))
    choices = "".join(
        f'<label title="{NODE[levels[k].level]} is a node"><input type="radio" name="level" value="{k}"{"" if k else " checked"}>'
        f"<span>{levels[k].level}</span></label>"
        for k in order
    )
    return f'<fieldset class="zoom" hidden><legend>one node for each</legend>{choices}</fieldset>' if len(levels) > 1 else ""


NODE = {
    "operation": "every operation",
    "variable": "a statement, called by its variable,",
    "line": "all that a line computes",
    "function": "a call of a function",
    "layer": "a turn of a loop",
}


def heading(e: Facts) -> str:
    call, _, at = title(e).partition(" at ")
    return f'<header><h1>{escape(call)}</h1><p class="at">{"at " + escape(at) if at else ""}</p></header>'


def verdict(mark: str, said: str) -> str:
    """✓ checked, with its colour."""
    kind = {"✓": "good", "✗": "bad"}.get(mark, "open")
    return f'<span class="verdict {kind}">{mark} {escape(said)}</span>'


def answers(e: Facts) -> str:
    """The value and the derivatives, large."""
    rows = [f'{math(symbol(result_label(e)), mo("="))} <span class="number" data-value>{number_text(e.value, 12)}</span>']
    for k, node in enumerate(e.inputs):
        label = e.labels.node(node)
        partials = e.partials(node)
        if not node.record.shape:
            number = number_text(e.given(node), 12)
            what = math(fraction(result_label(e), label, e.total), mo("="))
            rows.append(f'{what} <span class="number" data-derivative="{k}">{number}</span>')
        elif node.size <= ELEMENTS and partials.ndim == 1:
            entries = ", ".join(number_text(x) for x in partials)
            rows.append(f'{math(fraction(result_label(e), label), mo("="))} <span class="number">[{entries}]</span>')
        else:
            said = escape(extent_text(Extent.of(partials), partials.shape))
            rows.append(f"{math(fraction(result_label(e), label))} <span>{said}</span>")
    born = "".join(f'<p class="warning">{escape(b.said)} in line {b.line}: <code>{escape(b.text)}</code></p>' for b in e.births)
    state = f"<p>{verdict(*e.verdict)}</p>" if e.checks else ""
    return f'<section class="answers">{"".join(f"<p>{r}</p>" for r in rows)}{state}{born}</section>'


# The program beside its graph -----------------------------------------------------------------------------------------


def tour(e: Facts) -> str:
    """The user's lines with their values, the graph, and what a script fills: the steps, the sliders, what is said of what is chosen."""
    wide, narrow = svg(e), svg(e, downwards=True)
    lines = source(e)
    graph = ""
    if wide:
        room = f'style="min-width:min(100%, {least_width(wide)}px)"'
        figures = either(e, wide, narrow)
        graph = f'<div class="graph" {room}><h2>The dependency graph</h2>{figures}{legend(e)}</div>'
    if not graph and not lines:
        return ""
    return f'<section class="tour"><div class="sides">{lines}{graph}</div>{LIVE if graph else ""}</section>'


def legend(e: Facts) -> str:
    said = ["Each edge has the local derivative of its end in its beginning"]
    if any(edge.value is not None for edge in e.view.edges):
        said.append("the more of the derivative it carries, the wider it is")
    if any(edge.carried for edge in e.view.edges):
        said.append("arcs lead from one turn of a loop to the next")
    return f'<p class="note">{"; ".join(said)}. The adjoint of a node is {math(fraction(result_label(e), Label("node")))}.</p>'


def source(e: Facts) -> str:
    """The user's lines, each with what was computed there."""
    if e.source is None:
        return ""
    computed: dict[int, list[NodeView]] = {}
    for node in e.view.nodes:
        if not node.is_input:
            computed.setdefault(node.line, []).append(node)
    rows = "".join(source_row(e, n, text, computed.get(n, [])) for n, text in e.source.lines)
    return f'<div class="program"><h2>The program and its values</h2><div class="scroll"><table class="source">{rows}</table></div></div>'


def source_row(e: Facts, line: int, text: str, nodes: list[NodeView]) -> str:
    kind = "dead" if line in e.unreached else "live" if nodes else ""
    marks = f' data-nodes="{" ".join(str(n.position) for n in nodes)}"' if nodes else ""
    said = escape(beside(e, line, nodes))
    return f'<tr class="{kind}"{marks}><td class="n">{line}</td><td><code>{escape(text)}</code></td><td class="v">{said}</td></tr>'


# Local derivatives, branches, checks ----------------------------------------------------------------------------------


def local_derivatives(e: Facts) -> str:
    """Every edge in three parts, and the rule by which it was found."""
    rows = "".join(edge_row(e, k, edge) for k, edge in enumerate(e.view.edges))
    if not rows:
        return ""
    many = " open" if len(e.view.edges) <= 30 else ""
    return (
        f"<section><h2>The local derivative on every edge</h2><details{many}><summary>{len(e.view.edges)} edges</summary>"
        f'<table class="edges">{rows}</table></details></section>'
    )


def edge_row(e: Facts, k: int, edge: EdgeView) -> str:
    parent, child = e.view.nodes[edge.parent], e.view.nodes[edge.child]
    rule = f'<td class="how">{escape(several(child.nodes))}</td>'
    if edge.value is not None and edge.pair is not None:
        what = fraction(e.labels.element(edge.pair[0]), e.labels.element(edge.pair[1]))
        parts = [math(mathml(edge.symbolic)), math(mathml(edge.symbolic, values=True))] if edge.symbolic is not None else []
        parts = list(dict.fromkeys([*parts, math(f"<mrow>{mn(edge.value)}</mrow>")]))
        return f'<tr data-edge="{k}" tabindex="0"><td>{math(what)}</td><td>= {" = ".join(parts)}</td>{rule}</tr>'
    many = child.times > 1 or parent.times > 1
    what = fraction(Label(child.label.name) if many else child.label, Label(parent.label.name) if many else parent.label)
    how = of_many(edge.partials) + (", from one turn to the next" if edge.carried else "")
    formula = f"= {math(mathml(edge.symbolic))}, " if edge.symbolic is not None and not many else ""
    return f'<tr data-edge="{k}" tabindex="0"><td>{math(what)}</td><td>{formula}{escape(how)}</td>{rule}</tr>'


def backpropagation(e: Facts) -> str:
    """The equations of whole matrices, from the result back: the rule, the shape, the size of what is computed."""
    rows = "".join(
        f'<tr><td class="matrix">{escape(q.text)}</td><td class="how">{"×".join(map(str, q.shape)) or "a number"},'
        f" norm {number_text(float(np.linalg.norm(q.value)), 4)}</td></tr>"
        for q in equations(e)
    )
    return f'<section><h2>Backpropagation, by whole matrices</h2><table class="facts">{rows}</table></section>' if rows else ""


def reasons(e: Facts) -> str:
    """What is unusual, and why."""
    said = "".join(f"<li>{escape(s)}</li>" for s in why(e))
    return f'<section><h2>Why</h2><ul class="why">{said}</ul></section>' if said else ""


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
    return f'<section><h2>Branches</h2><table class="facts">{rows}</table></section>'


def checks(e: Facts) -> str:
    """The compiled gradient and differences beside the explained derivative."""
    rows = ""
    for node, check in zip(e.inputs, e.checks):
        what = fraction(result_label(e), e.labels.element(e.focus(node)), e.total)
        differences = "differences not run"
        if check.differences is not None and np.isfinite(check.differences):
            differences = f"differences {measured_text(check.differences, check.error)}"
        rows += (
            f"<tr><td>{math(what)}</td><td>{verdict(*check.verdict)}</td><td>sum over paths {number_text(check.explained, 12)}</td>"
            f"<td>compiled {number_text(check.compiled, 12)}</td><td>{differences}</td></tr>"
        )
    return f'<section><h2>Checked</h2><table class="facts">{rows}</table></section>' if rows else ""
