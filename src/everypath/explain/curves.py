"""What happens along the turns of a loop: how the derivative grows or dies from turn to turn, and in which turns paths enter and leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .folding import Unit, turn
from .formulas.labels import Label, Labels
from .paths.graph import Graph, Node
from .paths.sweeps import Sweeps, tangents
from .run.links import Bilinear, Opaque, Sparse

FEWEST = 6
"""Of fewer turns there is no curve: they are seen one by one."""

ROUNDING = 1e-12
"""The part of a sum that is only its rounding."""

MOST = 2000
"""Of more turns than this the curve has every second, every third, …, and the last."""


@dataclass(frozen=True)
class Curve:
    """The size of the adjoint, |∂z/∂x| or ‖∂z/∂x‖, of what a statement made in each of `turns` of all its runs, counted from 1."""

    label: Label
    line: int
    count: int
    turns: tuple[int, ...]
    sizes: tuple[float, ...]

    @property
    def growth(self) -> float | None:
        """How many times larger it becomes from one turn to the one before, in the mean; None where it begins or ends with none."""
        first, last = self.sizes[0], self.sizes[-1]
        if not (0 < first < np.inf and 0 < last < np.inf) or self.count < 2:
            return None
        return float(np.exp((np.log(first) - np.log(last)) / (self.count - 1)))


def curves(whole: list[list[Unit]], labels: Labels, sweeps: Sweeps) -> Iterator[Curve]:
    """The curve of each statement that ran often; of elements that one path after another ends at there are none."""
    for own in whole:
        if len(own) < FEWEST or own[0][0].record.is_input:
            continue
        step = max(1, -(-len(own) // MOST))
        places = sorted({*range(0, len(own), step), len(own) - 1})
        with np.errstate(all="ignore"):
            sizes = [float(np.linalg.norm(adjoints(own[k], sweeps))) for k in places]
        location = own[0][-1].record.op.location if own[0][-1].record.op is not None else None
        label = Label(labels.node(own[0][-1]).name)
        yield Curve(label, location.line if location is not None else 0, len(own), tuple(k + 1 for k in places), tuple(sizes))


def adjoints(unit: Unit, sweeps: Sweeps) -> np.ndarray:
    return np.concatenate([sweeps.derivative[n.start : n.start + n.size] for n in unit])


# Where paths enter and leave ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Crossings:
    """A derivative by the turns in which its paths enter a loop, or leave it: {turn: what the paths there add}; `past` is what those add
    that do not."""

    kind: str
    parts: dict[int, float]
    past: float


def crossings(graph: Graph, element: int, sweeps: Sweeps) -> list[Crossings]:
    """The derivative in `element` by the turns of the outermost loops where its paths enter and where they leave, whichever of the two
    says more than one turn; nothing where a link has no entries."""
    inward: dict[int, float] = {}
    outward: dict[int, float] = {}
    turn_of = {node: turn([node]) for node in graph.nodes}
    if len({t for t in turn_of.values() if t is not None}) < FEWEST:
        return []
    tangent, touched = tangents(graph, element)
    for node in graph.nodes:
        for parent, child, partial in edges_into(node):
            if not touched[parent] or not sweeps.reached[child]:
                continue
            before, here = turn_of[graph.at(parent)], turn_of[node]
            if (before is None) == (here is None):
                continue
            with np.errstate(all="ignore"):
                flow = float(tangent[parent] * partial * sweeps.derivative[child])
            into, where = (inward, here) if before is None else (outward, before)
            assert where is not None
            into[where] = into.get(where, 0.0) + flow
        if any(isinstance(link, (Bilinear, Opaque)) for link in node.links):
            return []
    found = (("enter", inward), ("leave", outward))
    return [Crossings(kind, parts, beside(float(sweeps.derivative[element]), parts)) for kind, parts in found if len(parts) > 1]


def beside(whole: float, parts: dict[int, float]) -> float:
    """What is left of the whole, where that is more than rounding."""
    left = whole - sum(parts.values())
    return left if abs(left) > ROUNDING * sum(map(abs, parts.values())) else 0.0


def edges_into(node: Node) -> Iterator[tuple[int, int, float]]:
    """(parent, child, partial) of every entry."""
    for parent, partial, _ in node.edges:
        yield parent, node.start, partial
    for link in node.links:
        if isinstance(link, Sparse):
            yield from zip(link.parents.tolist(), link.children.tolist(), link.partials.tolist())
