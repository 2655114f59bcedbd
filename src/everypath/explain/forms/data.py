"""An explanation as JSON: for programs, and for pages that draw it their own way."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from ..answers import Check, Derivative
from ..curves import Curve
from ..facts import Facts
from ..formulas.notation import substituted_text, unicode_text
from ..matrices import equations
from ..views import EdgeView, Extent, NodeView
from ..why import why

DECIMAL = 2048
"""Bits of a whole number that is written in decimal."""


def json_text(e: Facts) -> str:
    """The whole explanation. NaN and infinities, which JSON has no words for, are the strings "NaN", "Infinity", "-Infinity"."""
    return json.dumps(plain(data(e)), ensure_ascii=False, indent=2, allow_nan=False)


def data(e: Facts) -> dict[str, Any]:
    """The explanation as dicts, lists, strings and numbers."""
    return {
        "function": e.name,
        "file": e.source.file if e.source is not None else None,
        "first_line": e.source.first_line if e.source is not None else None,
        "source": e.source.text if e.source is not None else None,
        "arguments": {name: value for name, value in e.arguments},
        "result": e.result,
        "value": e.value,
        "gradient": {node.record.name: e.partials(node) for node in e.inputs},
        "nodes": [node_data(n) for n in e.view.nodes],
        "edges": [edge_data(edge) for edge in e.view.edges],
        "level": e.level,
        "turn": e.opened,
        "folded": e.view.folded,
        "curves": [curve_data(c) for c in e.view.curves],
        "derivatives": [derivative_data(e, e.derivative(e.focus(node))) for node in e.inputs],
        "branches": [vars(b) for b in e.branches],
        "backpropagation": [{"of": q.name, "shape": list(q.shape), "equation": q.text, "tex": q.tex} for q in equations(e)],
        "why": why(e),
        "births": [vars(b) for b in e.births],
        "not_expanded": list(e.withheld),
        "checks": [{"of": str(e.labels.element(e.focus(node))), **check_data(c)} for node, c in zip(e.inputs, e.checks)],
    }


def node_data(node: NodeView) -> dict[str, Any]:
    return {
        "id": node.position,
        "name": node.name,
        "kind": "input" if node.is_input else "result" if node.is_result else "value",
        "line": node.line or None,
        "statement": node.text or None,
        "formula": unicode_text(node.statement) if node.statement is not None else None,
        "made": node.made or None,
        "times": node.times,
        "shape": list(node.shape),
        "value": node.value,
        "adjoint": node.adjoint,
        "values": extent_data(node.extent) if node.value is None else None,
        "adjoints": extent_data(node.adjoints) if node.adjoint is None else None,
    }


def extent_data(extent: Extent) -> dict[str, Any]:
    return {"count": extent.count, "norm": extent.norm, "low": extent.low, "high": extent.high}


def edge_data(edge: EdgeView) -> dict[str, Any]:
    several = edge.value is None
    return {
        "from": edge.parent,
        "to": edge.child,
        "symbolic": unicode_text(edge.symbolic) if edge.symbolic is not None else None,
        "substituted": substituted_text(edge.symbolic) if edge.symbolic is not None and not several else None,
        "value": edge.value,
        "values": extent_data(edge.partials) if several else None,
        "carried": edge.carried,
        "operand": edge.operand,
    }


def curve_data(c: Curve) -> dict[str, Any]:
    """The sizes of the adjoint along the turns, and by how much it grows from a turn to the one before."""
    return {"of": str(c.label), "line": c.line, "count": c.count, "turns": list(c.turns), "sizes": list(c.sizes), "growth": c.growth}


def derivative_data(e: Facts, d: Derivative) -> dict[str, Any]:
    return {
        "of": str(d.label),
        "through": d.through or None,
        "value": d.value,
        "paths": count_data(d.count),
        "mass": d.mass,
        "cancellation": d.cancellation,
        "reason": d.reason or None,
        "largest": [
            {"nodes": [str(e.labels.element(k)) for k in p.elements], "partials": list(p.partials), "product": p.product} for p in d.paths
        ],
        "remainder": d.remainder,
        "crossings": [{"where": c.kind, "turns": sorted(c.parts.items()), "past": c.past} for c in e.crossings(d)],
        "formula": unicode_text(formula) if (formula := e.closed(d.element)) is not None else None,
    }


def count_data(count: int | None) -> int | str | None:
    """A count that Python always reads and writes in decimal, or a longer one in hexadecimal: "0x10000…"."""
    return count if count is None or count.bit_length() <= DECIMAL else f"{count:#x}"


def check_data(c: Check) -> dict[str, Any]:
    return {
        "explained": c.explained,
        "compiled": c.compiled,
        "agrees": c.agrees,
        "verdict": c.verdict[1],
        "good": c.good,
        "other_side": c.other_side,
        "differences": c.differences,
        "differences_error": c.error,
    }


def plain(x: Any) -> Any:
    """Arrays as lists, numbers as Python's, what JSON cannot say as strings."""
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [plain(v) for v in x]
    if isinstance(x, (np.ndarray, np.generic)):
        return plain(x.tolist())
    if isinstance(x, float) and not math.isfinite(x):
        return "NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity"
    return x
