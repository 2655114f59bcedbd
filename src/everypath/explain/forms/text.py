"""An explanation as text for a terminal: the source with its values, the graph, every local derivative, every path, the sum."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..answers import Derivative
from ..facts import Facts
from ..formulas.labels import Label
from ..formulas.notation import PRODUCT, count_text, held, measured_text, number_text, substituted_text, symbol_text, unicode_text
from ..formulas.symbolic import Expression, Number
from ..matrices import equations
from ..paths.search import Path
from ..views import EdgeView, Extent, NodeView
from ..why import why
from .diagram import diagram
from .spark import crossings_text, curve_text, sparkline

LINES = 60
"""Source of more lines than this shows only those where something was computed."""

EDGES = 40
"""More local derivatives than this are counted, not listed."""

CURVES = 6
"""Of more statements in loops than this no curve is drawn."""

ELEMENTS = 12
"""An array of at most this many elements is written out."""

UNKNOWN_REST = "not known: the paths above are infinite"

OVERFLOW = "The paths cancel: Σ|path| is past the largest number, 1.79769×10³⁰⁸, so all digits may be lost."

FACTORS = 30
"""A path of more steps than this is not written out."""

WORTH_SAYING = 1e3
"""A cancellation larger than this is pointed out."""


def text(e: Facts, width: int) -> str:
    """The whole explanation."""
    sections = [
        textwrap.wrap(title(e), width, subsequent_indent="    ", break_long_words=False),
        source(e),
        answers(e),
        operations(e),
        graph(e),
        local_derivatives(e, width),
        along_turns(e, width),
        *(paths(e, e.derivative(e.focus(node)), width) for node in e.inputs),
        backpropagation(e),
        reasons(e, width),
        decisions(e),
        checks(e),
    ]
    return "\n\n".join("\n".join(line.rstrip() for line in s) for s in sections if s)


def title(e: Facts) -> str:
    at = ", ".join(f"{name} = {argument_text(value)}" for name, value in e.arguments)
    return f"{e.name}({', '.join(e.takes)})" + (f" at {at}" if at else "") + seen(e)


def seen(e: Facts) -> str:
    """At what level, and which turn is opened; nothing where it is by variable, as it is unless one asks."""
    return (f", by {e.level}" if e.level != "variable" else "") + (f", turn {e.opened:,} opened" if e.opened is not None else "")


def argument_text(value: Any) -> str:
    """A number, a short array, or the shape of a long one."""
    if not np.ndim(value):
        return number_text(value)
    if value.ndim == 1 and value.size <= 4:
        return f"[{', '.join(number_text(x) for x in value)}]"
    return f"array {shape_text(value.shape)}"


def shape_text(shape: Sequence[int]) -> str:
    return f"({'×'.join(map(str, shape))})"


def extent_text(extent: Extent, shape: Sequence[int] = ()) -> str:
    """5×3, norm 2.1, from −1 to 1."""
    if not extent.count:
        return "empty"
    size = shape_text(shape) if shape else f"{extent.count} values"
    return f"{size}, norm {number_text(extent.norm, 4)}, from {number_text(extent.low, 4)} to {number_text(extent.high, 4)}"


# The function and its values ------------------------------------------------------------------------------------------


def source(e: Facts) -> list[str]:
    """The user's lines, each with what was computed there."""
    if e.source is None:
        return []
    computed: dict[int, list[NodeView]] = {}
    for node in e.view.nodes:
        if not node.is_input:
            computed.setdefault(node.line, []).append(node)
    lines = e.source.lines
    if len(lines) > LINES:
        lines = [line for line in lines if line[0] in computed]
    margin = max((len(t) for _, t in lines), default=0)
    digits = len(str(lines[-1][0])) if lines else 1
    return [f"  {n:>{digits}} │ {t:<{margin}}  {beside(e, n, computed.get(n, []))}" for n, t in lines]


def beside(e: Facts, line: int, nodes: list[NodeView]) -> str:
    """What was computed on a line, or that the run did not come there."""
    return "not run" if line in e.unreached else computed_text(nodes)


def computed_text(nodes: list[NodeView]) -> str:
    return "   ".join(node_text(n) for n in nodes[:3]) + ("   …" if len(nodes) > 3 else "")


def node_text(node: NodeView) -> str:
    """s = 3, or s₁ … s₁₀₀ from 0 to 9, or h (4×3), norm 2.1, …"""
    if node.value is not None:
        return f"{node.called} = {number_text(node.value)}"
    if node.times == 1:
        return f"{node.called} {extent_text(node.extent, node.shape)}"
    return f"{node.name}, {node.times:,} times, from {number_text(node.extent.low, 4)} to {number_text(node.extent.high, 4)}"


def answers(e: Facts) -> list[str]:
    """The value, and the derivative in each input."""
    z = e.result
    lines = [f"  {z} = {number_text(e.value, 12)}"]
    for birth in e.births:
        lines.append(f"  {birth.said} (line {birth.line}: {birth.text})")
    for node in e.inputs:
        name = node.record.name
        partials = e.partials(node)
        if not node.record.shape:
            lines.append(f"  {d(e)}{z}/{d(e)}{name} = {number_text(e.given(node), 12)}")
        elif node.size <= ELEMENTS and partials.ndim == 1:
            lines.append(f"  ∂{z}/∂{name} = [{', '.join(number_text(x) for x in partials)}]")
        else:
            largest = e.labels.element(e.focus(node))
            lines.append(f"  ∂{z}/∂{name}: {extent_text(Extent.of(partials), partials.shape)}; largest at {largest}")
    return lines


def d(e: Facts) -> str:
    """d where there is one number to differentiate with respect to, else ∂."""
    return "d" if e.total else "∂"


# The graph ------------------------------------------------------------------------------------------------------------


def graph(e: Facts) -> list[str]:
    """The drawing, where it is small enough."""
    drawn = diagram(e.view)
    return ["The dependency graph", "", *drawn] if drawn else []


def operations(e: Facts) -> list[str]:
    """Where operations stand apart, the list of them, as Wengert wrote it."""
    nodes = [n for n in e.view.nodes if not n.is_input]
    if e.level != "operation" or not nodes or len(nodes) > EDGES:
        return []
    rows = []
    for n in nodes:
        formula = unicode_text(n.statement) if n.statement is not None else ""
        value = f"= {number_text(n.value)}" if n.value is not None else extent_text(n.extent, n.shape)
        rows.append([f"line {n.line}", n.name, f"= {formula}" if formula else "", value])
    return ["The operations", "", *("  " + line for line in aligned(rows, 60))]


def local_derivatives(e: Facts, width: int) -> list[str]:
    """Every edge in three parts: the formula, with its numbers, its value."""
    edges = [edge for edge in e.view.edges if edge.value is None or edge.pair is None or e.sweeps.reached[edge.pair[0]]]
    if not edges:
        return []
    rows = [edge_row(e, edge) for edge in edges[:EDGES]]
    lines = ["The local derivative on every edge", "", *("  " + line for line in aligned(rows, width // 2))]
    if len(edges) > EDGES:
        lines.append(f"  … and {len(edges) - EDGES:,} more")
    return lines


def along_turns(e: Facts, width: int) -> list[str]:
    """The size of each adjoint along the turns of a loop, as a curve."""
    rows = []
    for c in e.view.curves[:CURVES]:
        label = f"∂{e.result}/∂{c.label}"
        rows += ["", f"  {label}, line {c.line}: {curve_text(c)}"]
        rows += [f"    {sparkline(c.sizes, width - 8)}"] if len(set(c.sizes)) > 1 else []
    return ["The size of the adjoint along the turns", *rows] if rows else []


def edge_row(e: Facts, edge: EdgeView) -> list[str]:
    """∂z/∂x | = y | = 0.997495 | = 0.997495, as columns."""
    parent, child = e.view.nodes[edge.parent], e.view.nodes[edge.child]
    formula = unicode_text(edge.symbolic) if edge.symbolic is not None else ""
    if edge.value is not None and edge.pair is not None:
        below, above = e.labels.element(edge.pair[1]), e.labels.element(edge.pair[0])
        return [f"∂{above}/∂{below}", *three_parts(edge.symbolic, edge.value)]
    if child.times == 1 and parent.times == 1:
        return [f"∂{child.label}/∂{parent.label}", f"= {formula}" if formula else "", f"{of_many(edge.partials)}"]
    if parent.position == child.position:
        return [f"∂{child.label.name}/∂{child.label.name}", "", f"{of_many(edge.partials)}, from one turn to the next"]
    return [f"∂{child.label.name}/∂{parent.label.name}", "", of_many(edge.partials)]


def of_many(partials: Extent) -> str:
    if not partials.count:
        return "known only through its adjoint"
    if partials.count == 1:
        return f"= {number_text(partials.low)}"
    if partials.low == partials.high:
        return f"{partials.count:,} times {number_text(partials.low, 4)}"
    return f"{partials.count:,} local derivatives from {number_text(partials.low, 4)} to {number_text(partials.high, 4)}"


def three_parts(symbolic: Expression | None, value: float) -> list[str]:
    """The formula, the formula with numbers in it, the value; what says nothing new is left out."""
    last = number_text(value)
    if symbolic is None or isinstance(symbolic, Number):
        return ["", "", f"= {last}"]
    formula, numbers = unicode_text(symbolic), substituted_text(symbolic)
    return [f"= {formula}", f"= {numbers}" if numbers not in (last, formula) else "", f"= {last}"]


def aligned(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Rows of columns, each column as wide as its widest entry of at most `width` characters."""
    columns = max(map(len, rows), default=0)
    limits = [max((len(r[k]) for r in rows if k < len(r) - 1 and len(r[k]) <= width), default=0) for k in range(columns)]
    return ["  ".join(f"{cell:<{limits[k]}}" for k, cell in enumerate(row)).rstrip() for row in rows]


# Paths ----------------------------------------------------------------------------------------------------------------


def paths(e: Facts, derivative: Derivative, width: int) -> list[str]:
    """One derivative as the sum over its paths."""
    what = e.called_derivative(derivative)
    if derivative.reason:
        return [f"{what} = 0: {derivative.reason}"]
    if derivative.count is None:
        return [f"{what} = {number_text(derivative.value, 12)}; its paths run through {', '.join(e.withheld)} and are not listed"]
    lines = [f"{what} is the sum over {'its one path' if derivative.count == 1 else f'{count_text(derivative.count)} paths'}", ""]
    rule = chain_rule(e, derivative)
    if rule and max(map(len, rule)) <= width:
        lines += [*rule, ""]
    rows = path_rows(e, derivative, width)
    shown = len(rows)
    if derivative.count > shown:
        rest = f"= {number_text(derivative.remainder)}" if derivative.remainder is not None else UNKNOWN_REST
        rows.append([f"the other {count_text(derivative.count - shown)} paths", "", "", rest])
    if len(rows) > 1:
        rows.append(["their sum", "", "", f"= {number_text(derivative.value)}"])
    table = aligned(rows, width)
    if len(rows) > 1:
        table.insert(-1, "─" * max(map(len, table)))
    lines += ["  " + line for line in table]
    lines += closed_form(e, derivative, what, width)
    for c in e.crossings(derivative):
        start = f"by the turn where paths {c.kind} the loop: "
        lines += ["", *textwrap.wrap(start + crossings_text(c), width, subsequent_indent="    ", initial_indent="  ")]
        lines += [f"    {sparkline([abs(c.parts[k]) for k in sorted(c.parts)], width - 8)}"]
    cancellation = derivative.cancellation
    if derivative.overflows:
        lines += ["", f"  {OVERFLOW}"]
    elif cancellation is not None and np.isfinite(cancellation) and cancellation > WORTH_SAYING:
        digits = int(np.log10(cancellation))
        lines += [
            "",
            f"  The paths cancel: Σ|path| is {number_text(cancellation, 3)} times the derivative, so about {digits} digits are lost.",
        ]
    return lines


def closed_form(e: Facts, derivative: Derivative, what: str, width: int) -> list[str]:
    """The whole derivative as one formula, where it fits on a line and says more than the one step there is."""
    formula = e.closed(derivative.element) if max((len(p.partials) for p in derivative.paths), default=0) > 1 else None
    if formula is None or isinstance(formula, Number):
        return []
    line = f"  in closed form  {what} = {unicode_text(formula)}"
    return ["", line] if len(line) <= width else []


def chain_rule(e: Facts, derivative: Derivative) -> list[str]:
    """dz/dt = ∂z/∂x·∂x/∂t + ∂z/∂y·∂y/∂t, where that says more than a list of paths."""
    steps = e.steps(derivative.element)
    if derivative.through or not 1 < len(steps) <= 4:
        return []
    z = e.result
    terms, numbers = [], []
    for child, partial in steps:
        label = e.labels.element(child)
        is_result = child == e.graph.result
        terms.append(f"∂{label}/∂{derivative.label}" if is_result else f"∂{z}/∂{label}·∂{label}/∂{derivative.label}")
        size = f"{signed(float(e.sweeps.derivative[child]))}·{signed(partial)}"
        numbers.append(signed(partial) if is_result else size)
    what = f"{d(e)}{z}/{d(e)}{derivative.label}"
    return [f"  {what} = {' + '.join(terms)}", f"  {' ' * len(what)} = {' + '.join(numbers)}"]


def signed(x: float) -> str:
    shown = number_text(x)
    return f"({shown})" if shown.startswith("−") else shown


def path_rows(e: Facts, derivative: Derivative, width: int) -> list[list[str]]:
    """t → x → z | = 2·t · y | = 3 · 0.997495 | = 2.99248, as columns: all paths in the same form, the fullest in which each fits."""
    paths = derivative.paths
    for form in (formulas_and_numbers, numbers_only):
        if all(len(p.partials) <= FACTORS for p in paths):
            rows = [form(e, p, " → ".join(str(e.labels.element(k)) for k in p.elements)) for p in paths]
            if all(sum(map(len, row)) + 6 <= width for row in rows):
                return rows
    return [[names_text(e, p.elements, width * 2 // 3), "", "", f"= {number_text(p.product)}"] for p in paths]


def formulas_and_numbers(e: Facts, path: Path, names: str) -> list[str]:
    factors = e.factors(path)
    product = f"= {number_text(path.product)}"
    if len(factors) == 1:
        first, second, _ = three_parts(factors[0], path.partials[0])
        return [names, first, second, product]
    symbols, numbers = " · ".join(held(f, symbol_text, PRODUCT) for f in factors), " · ".join(signed(p) for p in path.partials)
    return [names, f"= {symbols}" if symbols != numbers else "", f"= {numbers}", product]


def numbers_only(e: Facts, path: Path, names: str) -> list[str]:
    return [names, "", f"= {' · '.join(signed(p) for p in path.partials)}", f"= {number_text(path.product)}"]


def names_text(e: Facts, elements: Sequence[int], width: int) -> str:
    """The names along a path, those in the middle left out where they are many."""
    for kept in (len(elements), 4, 3, 2, 1):
        middle = len(elements) - 2 * kept
        if kept < len(elements) and middle <= 0:
            continue
        if kept == len(elements) and kept > FACTORS:
            continue
        ends = elements if kept == len(elements) else [*elements[:kept], *elements[-kept:]]
        names = [str(e.labels.element(k)) for k in ends]
        text = " → ".join(names if kept == len(elements) else [*names[:kept], f"… {middle:,} more …", *names[kept:]])
        if len(text) <= width:
            break
    return text


def backpropagation(e: Facts) -> list[str]:
    """The equations of whole matrices, from the result back, with the shape of each."""
    rows = [[q.text, shape_text(q.shape) if q.shape else "a number"] for q in equations(e)]
    return ["Backpropagation, by whole matrices", "", *("  " + line for line in aligned(rows, 120))] if rows else []


def reasons(e: Facts, width: int) -> list[str]:
    """What is unusual, and why."""
    said = why(e)
    wrapped = [textwrap.wrap(s, width - 4, break_long_words=False, break_on_hyphens=False) for s in said]
    return ["Why", "", *(("  " if k == 0 else "    ") + line for lines in wrapped for k, line in enumerate(lines))] if said else []


# What decided it, and whether it is right -----------------------------------------------------------------------------


def decisions(e: Facts) -> list[str]:
    """Branches, with how nearly they went the other way."""
    if not e.branches:
        return []
    rows = []
    for b in e.branches:
        often = ("taken" if b.held else "not taken") if b.asked == 1 else f"taken {b.held:,} of {b.asked:,} times"
        tie = "; a tie: the derivative may jump here" if b.margin == 0 else ""
        rows.append([f"line {b.line}", b.text, often, f"closest {b.closest}, margin {number_text(b.margin, 3)}{tie}"])
    return ["Branches", "", *("  " + line for line in aligned(rows, 120))]


def checks(e: Facts) -> list[str]:
    """The compiled gradient and differences beside the explained derivative."""
    rows = []
    for node, check in zip(e.inputs, e.checks):
        label: Label = e.labels.element(e.focus(node))
        mark, said = check.verdict
        said = "" if said == "checked" else said
        gap = abs(check.explained - check.compiled)
        same = "the same" if check.explained == check.compiled else f"off by {number_text(gap, 2)}"
        row = [
            f"{mark} {d(e)}{e.result}/{d(e)}{label}",
            f"compiled {number_text(check.compiled, 12)}, {same}" + (f": {said}" if said else ""),
        ]
        if check.differences is not None and np.isfinite(check.differences):
            row.append(f"by differences {measured_text(check.differences, check.error)}")
        rows.append(row)
    return ["Checked", "", *("  " + line for line in aligned(rows, 140))] if rows else []
