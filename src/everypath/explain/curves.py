"""How the derivative grows or dies along the turns of a loop: the size of the adjoint of what a statement makes, turn by turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .folding import Unit
from .formulas.labels import Label, Labels
from .paths.sweeps import Sweeps

FEWEST = 6
"""Of fewer turns there is no curve: they are seen one by one."""

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
