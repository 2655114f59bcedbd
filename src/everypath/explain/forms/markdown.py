"""An explanation as Markdown: for a note, a pull request, a README."""

from __future__ import annotations

from ..facts import Facts
from ..formulas.notation import count_text, measured_text, number_text, substituted_text, unicode_text
from ..formulas.rules import several
from ..matrices import equations
from ..why import why
from .graphviz import mermaid
from .text import answers, names_text, source, title

LISTED = 40
"""Local derivatives beyond this many are counted."""


def markdown(e: Facts) -> str:
    """The whole explanation: the answer, the program, the graph, the paths and their sum, local derivatives, checks."""
    mark, state = e.verdict
    parts = [f"# {escaped(title(e))}", "```text\n" + "\n".join(answers(e)) + "\n```", f"{mark} {state}"]
    if e.source is not None:
        parts.append("## The program and its values\n\n```text\n" + "\n".join(line.rstrip() for line in source(e)) + "\n```")
    if e.view.edges:
        parts.append("## The dependency graph\n\n```mermaid\n" + mermaid(e) + "```")
    parts += [sums(e, k) for k in range(len(e.inputs))]
    if matrices := equations(e):
        shapes = [["×".join(map(str, q.shape)) or "a number", f"`{q.text}`"] for q in matrices]
        parts.append("## Backpropagation, by whole matrices\n\n" + table(["shape", "equation"], shapes))
    if said := why(e):
        parts.append("## Why\n\n" + "\n".join(f"- {escaped(s)}" for s in said))
    if e.view.edges:
        parts.append("## The local derivative on every edge\n\n" + local_derivatives(e))
    if e.checks:
        parts.append("## Checked\n\n" + checks(e))
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Text in a cell or a heading: no line of a table, no emphasis."""
    return "".join("\\" + c if c in "|*_`<" else c for c in text)


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---:" if k == len(head) - 1 else "---" for k in range(len(head))], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def sums(e: Facts, k: int) -> str:
    d = e.derivative(e.focus(e.inputs[k]))
    what = e.called_derivative(d)
    if d.reason:
        return f"## {escaped(what)} = 0\n\n{escaped(d.reason)}"
    if d.count is None:
        return f"## {escaped(what)} = {number_text(d.value, 12)}\n\nIts paths run through {', '.join(e.withheld)} and are not listed."
    rows = []
    for path in d.paths:
        factors = " · ".join(number_text(p) for p in path.partials) if len(path.partials) <= 12 else f"{len(path.partials):,} factors"
        rows.append([escaped(names_text(e, path.elements, 90)), factors, number_text(path.product)])
    if d.count > len(d.paths):
        rest = number_text(d.remainder) if d.remainder is not None else "not known"
        rows.append([f"the other {count_text(d.count - len(d.paths))} paths", "", rest])
    if d.count > 1:
        rows.append(["**their sum**", "", f"**{number_text(d.value)}**"])
    how_many = "its one path" if d.count == 1 else f"{count_text(d.count)} paths"
    return f"## {escaped(what)} is the sum over {how_many}\n\n" + table(["path", "local derivatives", "product"], rows)


def local_derivatives(e: Facts) -> str:
    rows = []
    for edge in e.view.edges[:LISTED]:
        child, parent = e.view.nodes[edge.child], e.view.nodes[edge.parent]
        formula = unicode_text(edge.symbolic) if edge.symbolic is not None else ""
        numbers = substituted_text(edge.symbolic) if edge.symbolic is not None and edge.value is not None else ""
        value = number_text(edge.value) if edge.value is not None else f"{edge.partials.count:,} numbers"
        what = f"∂{child.name}/∂{parent.name}"
        rows.append([escaped(what), escaped(formula), escaped(numbers), escaped(several(child.nodes)), value])
    more = len(e.view.edges) - LISTED
    text = table(["", "formula", "with its numbers", "rule", "value"], rows)
    return text + (f"\n\nand {more:,} more" if more > 0 else "")


def checks(e: Facts) -> str:
    rows = []
    for node, check in zip(e.inputs, e.checks):
        measured = measured_text(check.differences, check.error) if check.differences is not None else "not run"
        mark, said = check.verdict
        what = f"∂{e.result}/∂{e.labels.element(e.focus(node))}"
        rows.append([escaped(what), f"{mark} {said}", number_text(check.explained, 12), number_text(check.compiled, 12), measured])
    return table(["", "", "sum over paths", "compiled", "differences"], rows)
