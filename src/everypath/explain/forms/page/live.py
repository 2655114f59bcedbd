"""What the page's script is told: the nodes and edges of the graph, and where an input can move, formulas of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ....ir.op import DEFINITIONS
from ...facts import Facts
from ...formulas.notation import substituted_text, unicode_text
from ...formulas.symbolic import Apply, Expression, Number, Product, Sum, Symbol
from ...run.tape import NOTHING, Comparison, Scalar
from ...views import EdgeView, NodeView
from ..drawing import label, node_lines
from .turns import turn_data

MOST = 120
"""With more nodes than this nothing moves, and there are no steps."""

KNOWN = frozenset(
    "exp exp2 expm1 log log2 log10 log1p sqrt cbrt sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh arccosh arctanh abs"
    " hypot pow maximum minimum larger smaller expit sech2 expit_slope one_minus_square over_square sign mod floor".split()
)
"""The operations that the script can evaluate."""


class Unknown(Exception):
    """A formula that the script cannot evaluate."""


def live(e: Facts, levels: Sequence[Facts] = ()) -> dict[str, Any]:
    """Everything the script knows of one level."""
    if len(e.view.nodes) > MOST:
        return {"nodes": [], "edges": [], "inputs": [], "moves": None}
    return {
        "nodes": [{**node_data(n), "opens": opens(e, n, levels)} for n in e.view.nodes],
        "edges": [edge_data(edge) for edge in e.view.edges],
        "result": e.result,
        "inputs": [n.position for n in e.view.nodes if n.is_input],
        "moves": moves(e),
        "turns": list(turn_data(e)),
    }


def opens(e: Facts, n: NodeView, levels: Sequence[Facts]) -> tuple[int, list[int]] | None:
    """Of a line, a call or a layer: the level that shows its inside, and the nodes there."""
    group = e.graph.level.groups.get(n.nodes[0].record)
    for k, other in enumerate(levels if group is not None else ()):
        if other.level == "variable":
            own = [record.start for record, g in e.graph.level.groups.items() if g is group]
            inside = [m.position for m in other.view.nodes if any(own[0] <= x.start <= own[-1] for x in m.nodes)]
            return (k, inside) if len(inside) > 1 else None
    return None


def node_data(n: NodeView) -> dict[str, Any]:
    first, second = node_lines(n)
    return {
        "name": n.name,
        "called": n.called,
        "first": first,
        "second": second,
        "line": n.line,
        "text": n.text,
        "formula": unicode_text(n.statement) if n.statement is not None else None,
        "input": n.is_input,
        "result": n.is_result,
        "value": n.value,
        "adjoint": n.adjoint,
    }


def edge_data(edge: EdgeView) -> dict[str, Any]:
    return {
        "from": edge.parent,
        "to": edge.child,
        "label": label(edge),
        "formula": unicode_text(edge.symbolic) if edge.symbolic is not None else None,
        "numbers": substituted_text(edge.symbolic) if edge.symbolic is not None and edge.value is not None else None,
        "value": edge.value,
        "carried": edge.carried,
    }


# What moves -----------------------------------------------------------------------------------------------------------


def moves(e: Facts) -> dict[str, Any] | None:
    """The program as formulas of its nodes: each node's value, each edge's local derivative, each decision; None where any has none."""
    view = e.view
    if view.folded or any(n.value is None for n in view.nodes) or not any(n.is_input for n in view.nodes):
        return None
    trees = Trees(e)
    try:
        values = [None if n.is_input else trees.of(needed(n.statement)) for n in view.nodes]
        partials = [trees.of(Number(edge.value) if constant(edge) else needed(edge.symbolic)) for edge in view.edges]
        guards = list(trees.guards())
    except Unknown:
        return None
    return {"values": values, "partials": partials, "guards": guards}


def needed(formula: Expression | None) -> Expression:
    if formula is None:
        raise Unknown
    return formula


def constant(edge: EdgeView) -> bool:
    return isinstance(edge.symbolic, Number)


class Trees:
    """Formulas as nested lists: a number; {"n": node}; ["+", [[term, coefficient], …], constant];
    ["*", coefficient, [[base, exponent], …]]; [operation, operand, …]."""

    def __init__(self, e: Facts) -> None:
        self.e = e

    def of(self, formula: Expression) -> Any:
        if isinstance(formula, Number):
            return float(formula.value)
        if isinstance(formula, Symbol):
            if formula.element != NOTHING:
                node = self.e.graph.at(formula.element)
                if node.start in self.e.view.positions:
                    return {"n": self.e.view.position(node)}
                return self.of(self.e.formulas.value(node.record, formula.element - node.start))  # it is only compared
            if formula.value is None:
                raise Unknown
            return float(formula.value)
        if isinstance(formula, Sum):
            return ["+", [[self.of(t), float(c)] for t, c in formula.terms], float(formula.constant)]
        if isinstance(formula, Product):
            return ["*", float(formula.coefficient), [[self.of(b), float(x)] for b, x in formula.factors]]
        assert isinstance(formula, Apply)
        if formula.name not in KNOWN or formula.name not in DEFINITIONS:
            raise Unknown
        return [formula.name, *map(self.of, formula.operands)]

    def guards(self) -> Iterator[dict[str, Any]]:
        """The decisions of the run, and the sides that maxima took: beyond them the formulas are another program's."""
        for decision in self.e.tape.decisions:
            yield self.guard(decision.comparison, decision.op.location)
        for record in self.e.tape.makers:
            op = record.op
            if op is None or record.operands is None or op.name not in CHOICES:
                if op is not None and op.name in ("select", "sign", "floor", "mod"):
                    raise Unknown
                continue
            if op.name == "abs":
                (x,) = record.operands
                yield self.side("ge", self.e.formulas.operand(x, 0), Number(0.0), bool(x.value >= 0), op.location)
            else:
                x, y = record.operands
                a, b = (self.e.formulas.operand(o, 0) for o in (x, y))
                yield self.side("ge", a, b, bool(x.value >= y.value), op.location)

    def guard(self, c: Comparison, location: Any) -> dict[str, Any]:
        if not isinstance(c.left, Scalar) or not isinstance(c.right, Scalar):
            raise Unknown
        left, right = (self.e.formulas.operand(s, 0) if s.id != NOTHING else Number(float(s.value)) for s in (c.left, c.right))
        return self.side(c.op.name, left, right, bool(c.held), location)

    def side(self, op: str, left: Expression, right: Expression, held: bool, location: Any) -> dict[str, Any]:
        return {"op": op, "left": self.of(left), "right": self.of(right), "held": held, "line": location.line if location else 0}


CHOICES = ("maximum", "minimum", "fmax", "fmin", "larger", "smaller", "abs")
