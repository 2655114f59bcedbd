"""The graph in the languages of other drawing programs: Graphviz's DOT and Mermaid."""

from __future__ import annotations

from ..facts import Facts
from ..views import EdgeView
from .colours import COLOUR, FILL
from .drawing import flow, label, node_lines


def kind(e: Facts, position: int) -> str:
    node = e.view.nodes[position]
    return "input" if node.is_input else "result" if node.is_result else "value"


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def dot(e: Facts) -> str:
    """The graph in DOT, the language of Graphviz; edges as wide as what flows through them."""
    lines = [f"digraph {quoted(e.name)} {{", "  rankdir=LR;", '  node [shape=box, style="rounded,filled", fontname="monospace"];']
    lines.append('  edge [fontname="monospace"];')
    for n in e.view.nodes:
        lines.append(f"  n{n.position} [label={quoted(chr(10).join(node_lines(n)))}, fillcolor={quoted(FILL[kind(e, n.position)])}];")
    for edge in e.view.edges:
        width, sign = flow(e, edge)
        colour = COLOUR["--minus" if sign < 0 else "--plus"]
        lines.append(
            f"  n{edge.parent} -> n{edge.child} [label={quoted(label(edge))}, penwidth={width / 2:.2f}, color={quoted(colour)}"
            f"{', constraint=false' if edge.carried else ''}];"
        )
    return "\n".join([*lines, "}", ""])


def mermaid(e: Facts) -> str:
    """The graph as a Mermaid flow chart, as Markdown shows it on many sites."""
    lines = ["flowchart LR"]
    for n in e.view.nodes:
        lines.append(f'  n{n.position}["{escaped("<br/>".join(node_lines(n)))}"]:::{kind(e, n.position)}')
    lines += [arrow(edge) for edge in e.view.edges]
    lines += [f"  classDef {name} fill:{colour},stroke:#888,color:#1c2430" for name, colour in FILL.items()]
    return "\n".join([*lines, ""])


def arrow(edge: EdgeView) -> str:
    line = "-.->" if edge.carried else "-->"
    return f'  n{edge.parent} {line}|"{escaped(label(edge))}"| n{edge.child}'


def escaped(text: str) -> str:
    return text.replace("&", "#amp;").replace('"', "#quot;").replace("|", "#124;")
