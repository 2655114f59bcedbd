"""The rule of calculus by which a local derivative was found, in words: the product rule, the chain rule through sin."""

from __future__ import annotations

from collections.abc import Sequence

from ...ir.op import DEFINITIONS
from ..paths.graph import Node
from ..run.tape import Record

SAID = {
    "add": "sum rule",
    "sub": "sum rule",
    "neg": "sum rule",
    "mul": "product rule",
    "path": "product rule",
    "div": "quotient rule",
    "pow": "power rule",
    "square": "power rule",
    "sqrt": "power rule",
    "cbrt": "power rule",
    "sum": "a sum passes on what arrives",
    "norm": "the unit vector",
    "matmul": "product rule for matrices",
    "maximum": "the larger side passes everything",
    "minimum": "the smaller side passes everything",
    "larger": "the larger side passes everything",
    "smaller": "the smaller side passes everything",
    "fmax": "the larger side passes everything",
    "fmin": "the smaller side passes everything",
    "select": "the chosen side passes everything",
    "abs": "the sign",
}

SILENT = frozenset({"constant", "cast", "copy", "load", "store", "gather", "view", "full", "fill", "assign", "scatter", "index"})
"""Operations that only move what they are given."""


def rule_of(node: Node) -> str:
    """The rules that make the local derivatives of a statement: one, or the chain rule through several."""
    words = list(dict.fromkeys(word for record in (*node.inside, node.record) if (word := said(record))))
    if not words:
        return "copied" if node.record.op is not None else ""
    return words[0] if len(words) == 1 else f"chain rule: {', '.join(words)}"


def said(record: Record) -> str:
    """The rule of one operation; empty for one that only moves."""
    op = record.op
    if op is None or op.name in SILENT:
        return ""
    if op.name == "ruled":
        return f"the rule of {op.attributes['user_name']}"
    return SAID.get(op.name) or f"derivative of {named(op.name)}"


def named(name: str) -> str:
    """An operation as a formula would call it: arctan, log, Γ."""
    symbol = DEFINITIONS[name].symbol if name in DEFINITIONS else None
    called = (symbol or "").partition("(")[0]
    return called if called and "{" not in called else name.replace("_", " ")


def several(nodes: Sequence[Node]) -> str:
    """The rule of the statement that all `nodes` are runs of."""
    return rule_of(nodes[0]) if nodes else ""
