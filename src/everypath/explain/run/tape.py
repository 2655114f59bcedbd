"""What one run left behind: which elements were made, from which, and with which local partials.

Every float that depends on an input is an *element* with a number; numbers grow in the order of execution, so they are a
topological order. An op that makes elements leaves one `Record` with consecutive numbers. Arrays carry an array of element
numbers beside their data (a shadow with the same views), so loads, stores and views tie elements without making any.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...ir.program import Op
from .links import Link

NOTHING = -1
"""The element number of what depends on no input."""


KEPT = 4096
"""An array operand of at most this many elements is kept with its values, so that formulas can show them."""


class Scope:
    """One turn of a loop, or one call: the op, and the scope that it runs in. `function` is what the user calls the called one,
    `loop` whether the loop is a statement that the user wrote."""

    __slots__ = ("function", "loop", "op", "outer", "turn")

    def __init__(self, op: Op, turn: int, outer: Scope | None, function: str = "", loop: bool = False) -> None:
        self.op = op
        self.turn = turn
        self.outer = outer
        self.function = function
        self.loop = loop


class Record:
    """One executed op that made floats. `start` is the number of its first element, NOTHING if it depends on no input.

    `edges` are (operand, parent element, partial) for a scalar, `links` stand for them where elements are many.
    `name` and `place` are what the user calls it, h and [0].
    `operands` (what the op was applied to, for formulas) is None once the run is recorded folded.
    """

    __slots__ = ("data", "edges", "index", "links", "name", "op", "operands", "place", "scope", "shape", "start", "target")

    def __init__(self, index: int, op: Op | None, name: str, shape: tuple[int, ...], data: Any) -> None:
        self.index = index
        self.op = op
        self.name = name
        self.shape = shape
        self.data = data
        self.start = NOTHING
        self.edges: tuple[tuple[int, int, float], ...] = ()
        self.links: tuple[Link, ...] = ()
        self.operands: tuple[Any, ...] | None = ()
        self.scope: Scope | None = None
        self.place = ""
        self.target: Target | None = None

    @property
    def size(self) -> int:
        return int(np.prod(self.shape)) if self.shape else 1

    @property
    def active(self) -> bool:
        return self.start != NOTHING

    @property
    def is_input(self) -> bool:
        return self.op is None

    def __repr__(self) -> str:
        return f"<{self.name or (self.op.name if self.op else '?')} #{self.start}>"


class Memory:
    """One block of array memory: the user's name for it, its element numbers, and how often it was written."""

    __slots__ = ("ids", "name", "origin", "record", "version")

    def __init__(self, ids: np.ndarray, name: str, record: Record | None) -> None:
        self.ids = ids
        self.name = name
        self.record = record
        self.origin: Array | None = None
        self.version = 0

    def positions(self, view: np.ndarray) -> np.ndarray:
        """The flat indices, in this memory, of the elements of `view` of it."""
        offset = (view.__array_interface__["data"][0] - self.ids.__array_interface__["data"][0]) // self.ids.itemsize
        flat = np.full(view.shape, offset, np.int64)
        for axis, (count, stride) in enumerate(zip(view.shape, view.strides)):
            steps = np.arange(count) * (stride // self.ids.itemsize)
            flat += steps.reshape((count,) + (1,) * (view.ndim - axis - 1))
        return flat


@dataclass(frozen=True, slots=True)
class Target:
    """What a write wrote: positions in the memory, and the version it made."""

    memory: Memory
    positions: np.ndarray
    version: int


class Scalar:
    """A number as an operand: the element it is, or a literal. `name` is the user's, or empty."""

    __slots__ = ("decision", "index", "name", "record", "value")

    def __init__(self, value: Any, name: str = "", record: Record | None = None, index: int = 0, decision: Any = None) -> None:
        self.value = value
        self.name = name
        self.record = record
        self.index = index
        self.decision = decision

    @property
    def id(self) -> int:
        return self.record.start + self.index if self.record is not None and self.record.start != NOTHING else NOTHING


class Array:
    """An array as an operand: its element numbers (a view of its memory's), and how it is seen from the memory."""

    __slots__ = ("decision", "ids", "memory", "route", "value", "version")

    def __init__(self, ids: np.ndarray, memory: Memory, value: Any, route: str = "", decision: Any = None) -> None:
        self.ids = ids
        self.memory = memory
        self.version = memory.version
        self.value = value
        self.route = route
        self.decision = decision

    @property
    def name(self) -> str:
        return self.memory.name

    @property
    def record(self) -> Record | None:
        """The record that made the whole memory, if nothing wrote it since."""
        return self.memory.record if self.version == 0 else None

    def now(self) -> Array:
        """This reference as of this moment, for formulas: later writes do not show in it."""
        value = np.array(self.value) if self.value.size <= KEPT else None
        return Array(self.ids.copy(), self.memory, value, self.route, self.decision)


@dataclass(frozen=True, slots=True)
class End:
    """A place where paths end: `elements` flowed into `op` and nothing came out, because `reason`."""

    elements: np.ndarray
    reason: str
    op: Op


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a condition was decided: `left` and `right` under the op's name, for arrays the closest pair."""

    op: Op
    left: Any
    right: Any
    margin: float
    held: Any


@dataclass(frozen=True, slots=True)
class Decision:
    """A branch taken, or a loop that went on."""

    op: Op
    comparison: Comparison
    taken: bool


@dataclass(frozen=True, slots=True)
class Birth:
    """Where a NaN or an infinity was made from finite numbers."""

    record: Record
    index: tuple[int, ...]
    value: float
    operands: tuple[Any, ...]


@dataclass
class Tape:
    """Everything one run left behind."""

    records: list[Record] = field(default_factory=list)
    inputs: dict[int, Record] = field(default_factory=dict)
    ends: list[End] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    births: list[Birth] = field(default_factory=list)
    elements: int = 0
    executed: int = 0
    lines: set[tuple[str, int]] = field(default_factory=set)
    folded: bool = False
    result: Scalar | None = None
    value: Any = None
    starts: list[int] = field(default_factory=list)
    makers: list[Record] = field(default_factory=list)
    _starts: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64), repr=False)

    def number(self, record: Record) -> None:
        """Give `record` its element numbers."""
        record.start = self.elements
        self.elements += record.size
        self.starts.append(record.start)
        self.makers.append(record)

    @property
    def all_starts(self) -> np.ndarray:
        """The first element of every record that has any."""
        if self._starts.size != len(self.starts):
            self._starts = np.array(self.starts, np.int64)
        return self._starts

    def maker(self, element: int) -> Record:
        """The record that made `element`."""
        return self.makers[bisect_right(self.starts, element) - 1]

    def active(self) -> Iterator[Record]:
        return iter(self.makers)
