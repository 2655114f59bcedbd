"""Sparse Jacobians turn by turn: where each loop of a function computes rows of its results, it computes their derivatives in one pass.

The program (`differentiate.turnwise`) is one of short rows: it is made for the extents of the arguments behind the first axis, or of all
axes that are short. Its places are looked at once for each pattern: they must be rows that are each written once. Where a derivative comes
out NaN, where there are more than a few extents, and where the function is not of this kind, the sweeps answer (`sparse`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import pipeline
from ..pipeline import Backend
from ..unchanging import plain_value
from .boundary import has_nan
from .patterns import Integers, csr_array
from .specialise import Specialisation

SHORT = 16
"""An axis that is no longer may be written out."""

MOST = 4
"""Kinds of extents for which programs are made."""

Shapes = tuple[tuple[int | None, ...], ...]


@plain_value
class Block:
    """The pattern of the block of one result and one leaf, as SciPy keeps it; which parts its entries come from, and in what order.

    Entries of one place are added up: `sums` are where those of each place begin, if some have several.
    """

    shape: tuple[int, int]
    starts: Any
    columns: Any
    parts: tuple[int, ...]
    order: Integers | None
    sums: Integers | None

    def filled(self, values: Sequence[Any], dtype: Any) -> Any:
        """The block, a matrix of its own."""
        if len(self.parts) == 1:
            data = values[self.parts[0]].reshape(-1)
        else:
            data = np.concatenate([np.zeros(0, dtype), *(values[k].reshape(-1) for k in self.parts)])
        data = data if self.order is None else data[self.order]
        data = data if self.sums is None else np.add.reduceat(data, self.sums)
        return csr_array()((data.astype(dtype, copy=False), self.columns.copy(), self.starts.copy()), shape=self.shape)


@dataclass
class Program:
    """The two executables, and the blocks at the places that were looked at last."""

    values: pipeline.Executable
    places: pipeline.Executable
    layout: Any
    reads: tuple[int, ...]
    latest: tuple[list[Any], list[list[Block]] | None] | None = None


class Rowwise:
    """The turn by turn Jacobians of one specialisation."""

    def __init__(self, special: Specialisation, inputs: tuple[int, ...], outputs: tuple[int, ...], backend: Backend) -> None:
        self.special, self.inputs, self.outputs, self.backend = special, inputs, outputs, backend
        self.programs: dict[Shapes, Program | None] = {}
        self.possible = not special.written and not special.prints

    def blocks(self, leaves: Sequence[Any], dtypes: Sequence[Any]) -> list[list[Any]] | None:
        """A matrix for each pair of a float result and a chosen leaf; None where this is not the way."""
        program = self.program(leaves) if self.possible else None
        if program is None:
            return None
        known = asked(leaves, program.reads)
        if program.latest is None or program.latest[0] != known:
            program.latest = known, self.arranged(program, leaves)
        blocks = program.latest[1]
        if blocks is None:
            return None
        values = program.values(*leaves)
        if any(map(has_nan, values)):
            return None
        return [[block.filled(values, dtype) for block in row] for row, dtype in zip(blocks, dtypes, strict=True)]

    def program(self, leaves: Sequence[Any]) -> Program | None:
        """The program for arrays of such shapes: any first extent at first, and if there is none, short ones as they are."""
        for short in (0, SHORT):
            shapes = tuple(kept(np.shape(leaf), short) for leaf in leaves)
            if shapes not in self.programs:
                if len(self.programs) >= 2 * MOST:
                    return None
                self.programs[shapes] = self.compiled(shapes)
            if self.programs[shapes] is not None:
                return self.programs[shapes]
        return None

    def compiled(self, shapes: Shapes) -> Program | None:
        made = pipeline.turnwise(self.special.program, self.inputs, self.outputs, dict(enumerate(shapes)), self.backend)
        return Program(*made) if made is not None else None

    def arranged(self, program: Program, leaves: Sequence[Any]) -> list[list[Block]] | None:
        """The blocks; None where a row is written twice."""
        layout, found = program.layout, program.places(*leaves)
        heights = [int(n) for n in found[: len(self.outputs)]]
        stores = found[len(heights) : len(heights) + len(layout.stores)]
        pairs = found[len(heights) + len(layout.stores) :]
        for result in range(len(heights)):
            rows = np.concatenate(
                [np.zeros(0, np.int64), *(s.reshape(-1) for k, s in zip(layout.stores, stores, strict=True) if k == result)]
            )
            if len(rows) and np.bincount(rows, minlength=1).max() > 1:
                return None
        widths = [np.size(leaves[k]) for k in self.inputs]
        return [[self.block(layout.parts, pairs, (r, p), (h, w)) for p, w in enumerate(widths)] for r, h in enumerate(heights)]

    def block(self, all_: Sequence[tuple[int, int]], pairs: Sequence[Any], which: tuple[int, int], shape: tuple[int, int]) -> Block:
        """The pattern of one block, and how its values come to it."""
        parts = tuple(k for k, part in enumerate(all_) if part == which)
        rows, columns = (np.concatenate([np.zeros(0, np.int64), *(pairs[2 * k + side].reshape(-1) for k in parts)]) for side in (0, 1))
        keys = rows * shape[1] + columns
        order = None
        if np.any(keys[1:] < keys[:-1]):
            order = np.argsort(keys, kind="stable")
            rows, columns, keys = rows[order], columns[order], keys[order]
        first = np.concatenate([keys[:1] == keys[:1], keys[1:] != keys[:-1]])
        sums = None
        if not first.all():
            (sums,) = np.nonzero(first)
            rows, columns = rows[sums], columns[sums]
        starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=shape[0]))])
        small = np.int32 if max(len(columns), shape[1]) < 2**31 else np.int64
        return Block(shape, starts.astype(small), columns.astype(small), parts, order, sums)


def kept(shape: tuple[int, ...], short: int) -> tuple[int | None, ...]:
    """What a program takes for known of a shape: all but the first extent, and that too where it is short."""
    return tuple(n if k or n <= short else None for k, n in enumerate(shape))


def asked(leaves: Sequence[Any], reads: Sequence[int]) -> list[Any]:
    """What of the leaves a pattern depends on: their shapes, and the bits of those whose numbers are read."""
    return [(np.shape(leaf), np.asarray(leaf).tobytes() if k in reads else b"") for k, leaf in enumerate(leaves)]
