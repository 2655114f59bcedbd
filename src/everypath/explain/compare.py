"""Two explanations of one function side by side: before and after training, at two inputs; what changed most comes first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .facts import Facts
from .forms.text import aligned, title
from .formulas.notation import number_text
from .views import EdgeView, NodeView


@dataclass(frozen=True)
class Change:
    """One thing that both have: a value, an adjoint or a local derivative, as a number, or the norm of an array. NaN where one lacks it."""

    kind: str
    name: str
    before: float
    after: float

    @property
    def size(self) -> float:
        """How much it changed, as a part of the larger of the two; 1 where one is 0 or lacks it."""
        if np.isnan(self.before) or np.isnan(self.after):
            return 0.0 if np.isnan(self.before) and np.isnan(self.after) else 1.0
        largest = max(abs(self.before), abs(self.after))
        return abs(self.after - self.before) / largest if 0.0 < largest < np.inf else float(self.before != self.after)


class Comparison:
    """What `explanation.compare(other)` gives: print it, or look at `changes`, largest first."""

    def __init__(self, before: Facts, after: Facts) -> None:
        self.before = before
        self.after = after
        parts = [*changes("value", values(before), values(after)), *changes("adjoint", adjoints(before), adjoints(after))]
        parts += changes("local derivative", partials(before), partials(after))
        self.changes: list[Change] = sorted(parts, key=lambda change: -change.size)

    def text(self, most: int = 20) -> str:
        """The `most` largest changes as a table."""
        told = [change for change in self.changes if change.size > 0]
        rows = [[c.kind, c.name, shown(c.before), "→", shown(c.after), f"{100 * c.size:.3g} %"] for c in told[:most]]
        lines = [f"before  {title(self.before)}", f"after   {title(self.after)}", "", *aligned(rows, 60)]
        if len(told) > most:
            lines.append(f"… and {len(told) - most:,} more")
        branches = branches_of(self.before) ^ branches_of(self.after)
        lines += [f"line {line} decided otherwise: {text}" for line, text, _ in sorted(branches) if (line, text, True) in branches]
        return "\n".join(lines) if rows or len(lines) > 3 else "\n".join([*lines[:2], "", "nothing changed"])

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<comparison of two explanations of {self.before.name}: {len(self.changes)} numbers; print it>"


def shown(x: float) -> str:
    return "not there" if np.isnan(x) else number_text(x)


def changes(kind: str, before: dict[str, float], after: dict[str, float]) -> list[Change]:
    return [Change(kind, name, before.get(name, np.nan), after.get(name, np.nan)) for name in {**before, **after}]


def values(e: Facts) -> dict[str, float]:
    return {n.name: size(n) for n in e.view.nodes}


def size(n: NodeView) -> float:
    return n.value if n.value is not None else n.extent.norm


def adjoints(e: Facts) -> dict[str, float]:
    return {f"∂{e.result}/∂{n.name}": n.adjoint if n.adjoint is not None else n.adjoints.norm for n in e.view.nodes}


def partials(e: Facts) -> dict[str, float]:
    def number(edge: EdgeView) -> float:
        return edge.value if edge.value is not None else edge.partials.norm

    return {f"∂{e.view.nodes[edge.child].name}/∂{e.view.nodes[edge.parent].name}": number(edge) for edge in e.view.edges}


def branches_of(e: Facts) -> set[tuple[int, str, bool]]:
    """Every condition with the way it went, where it was asked once."""
    return {(b.line, b.text, bool(b.held)) for b in e.branches if b.asked == 1}
