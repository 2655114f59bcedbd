"""Writes what is added to an array at shifted places as one addition of a sum (`shifted`): of copies with a frame, read at these places.

A copy lies in an array of its own only until the sum is taken: the next one of its shape takes its place, within the frame that is there.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..ir.build import Builder
from ..ir.program import Op, Value
from ..ir.types import scalar_of
from ..unchanging import plain_value
from .extents import Extent, Known

Added = tuple[bool, tuple[Hashable, ...]]
"""Whether what is added at a place is the negative of something, and names of all that this is the sum of."""


@plain_value
class Box:
    """Where views of one array lie that differ by their starts alone: the array, the letters, the counts, and what else is equal."""

    array: Value
    letters: str
    counts: tuple[Extent, ...]
    bases: tuple[Value | None, ...]
    others: tuple[Value, ...]


@plain_value
class Term:
    """An addition: its position, its op, where its view starts, and a name of what it adds that only the same has."""

    position: int
    op: Op
    starts: tuple[int, ...]
    added: Hashable


@plain_value
class Layout:
    """What is known of the places of slices: numbers, extents, and what makes each value."""

    constants: Mapping[Value, Any]
    extents: Known
    definers: Mapping[Value, Op]

    def whole(self, array: Value, axis: int, count: Value, width: int) -> bool:
        """Whether slices that begin at 0 to `width`, of `count` elements each, make up a whole axis, as x[1:-1], x[:-2] and x[2:] do."""
        extent = self.extents.of(array)[axis]
        base, further = self.affine(self.extents.value(count))
        if self.affine(extent) == (base, further + width):
            return True
        made = self.definers.get(count)
        least = [v for v in made.operands if self.constants.get(v) != 0] if made is not None and made.name == "maximum" else []
        return len(least) == 1 and self.affine(extent) == self.affine(least[0], width)

    def affine(self, extent: Extent, more: int = 0) -> tuple[Extent, int]:
        """An extent as another one and a number."""
        made = self.definers.get(extent) if isinstance(extent, Value) else None
        if made is not None and made.name in ("add", "sub"):
            known = [v for v in made.operands if v in self.constants]
            if len(known) == 1 and (made.name == "add" or known[0] is made.operands[1]):
                (other,) = [v for v in made.operands if v is not known[0]]
                number = int(self.constants[known[0]])
                return self.affine(self.extents.value(other), more + (number if made.name == "add" else -number))
        return (0, extent + more) if isinstance(extent, int) else (extent, more)

    def extent(self, b: Builder, array: Value, axis: int) -> Value:
        """The extent of an array along an axis."""
        found = self.extents.of(array)[axis]
        if isinstance(found, Value):
            return found
        return b.i64(found) if isinstance(found, int) else b.op("dim", found[0], axis=found[1], name=f"{found[0].name}_dim{found[1]}")


@dataclass
class Frame:
    """An array with a frame around what is copied into it: its shape by name, where it is made, and from where to where it is used."""

    shape: tuple[Hashable, ...]
    whole: Value
    inside: Value
    made: int
    spans: list[tuple[int, int]] = field(default_factory=list)

    def free(self, first: int, last: int) -> bool:
        """Whether it is there, and not in use, from one position to another."""
        return self.made < first and all(last < begin or end < first for begin, end in self.spans)


@dataclass
class Axis:
    """Along one axis of the array: the letter of its views, of which slices start at least at `start`, the first at the number `least` and
    the others up to `width` later."""

    letter: str
    numbers: tuple[Value, ...] = ()
    least: int = 0
    width: int = 0
    start: Value | None = None


@plain_value
class Copy:
    """What is added by slices with these starts, inside a frame, and whether it stands for the negative of something."""

    starts: tuple[int, ...]
    negative: bool
    whole: Value
    inside: Value


class Gathered:
    """Writes the additions to one box: what is added at a place goes to a copy with a frame, and a sum of all copies to the array."""

    def __init__(self, known: Layout, frames: list[Frame], box: Box, terms: Sequence[Term], added: Mapping[tuple[int, ...], Added]) -> None:
        self.known, self.frames, self.array, self.terms, self.added = known, frames, box.array, terms, added
        views = [known.definers[term.op.operands[1]] for term in terms]
        self.axes: list[Axis] = []
        slices = iter(zip(*added, strict=True))
        taken = 0
        for letter in box.letters:
            count = {"a": 0, "i": 1, "u": 2}[letter]
            numbers = [view.operands[1 + taken : 1 + taken + count] for view in views]
            taken += count
            self.axes.append(Axis(letter, numbers[0]))
            if letter == "u":
                starts = next(slices)
                least = self.axes[-1].least = min(starts)
                self.axes[-1].width = max(starts) - least
                k = sum(axis.letter == "u" for axis in self.axes) - 1
                self.axes[-1].start = next(n[0] for term, n in zip(terms, numbers, strict=True) if term.starts[k] == least)
        self.copies: dict[tuple[Hashable, ...], Copy] = {}

    def write(self, made: dict[int, list[Op]]) -> None:
        for term in self.terms:
            b = Builder(term.op.location)
            negative, names = self.added[term.starts]
            copy = self.copies.get(names)
            if copy is None:
                copy = self.copies[names] = Copy(term.starts, negative, *self.framed(b, term))
                b.do("assign", term.op.operands[0], copy.inside)
            elif copy.starts == term.starts:
                b.do("accumulate", term.op.operands[0], copy.inside, relaxed=True)
            if term is self.terms[-1]:
                self.add(b)
            made[term.position] = b.ops

    def framed(self, b: Builder, term: Term) -> tuple[Value, Value]:
        """An array with room for what a term adds and a frame around it, and the part inside."""
        span = self.terms[0].position, self.terms[-1].position
        frame = next((f for f in self.frames if f.shape == self.shape() and f.free(*span)), None)
        if frame is None:
            frame = Frame(self.shape(), *self.new(b, term.op.operands[0].name), term.position)
            self.frames.append(frame)
        frame.spans.append(span)
        return frame.whole, frame.inside

    def shape(self) -> tuple[Hashable, ...]:
        """The shape of a copy and its frame, by name."""
        extents = self.known.extents.of(self.array)
        sides = (
            (axis.width, self.known.extents.value(axis.numbers[1]) if axis.letter == "u" else extents[k])
            for k, axis in enumerate(self.axes)
            if axis.letter != "i"
        )
        return (scalar_of(self.array.type), *sides)

    def new(self, b: Builder, name: str) -> tuple[Value, Value]:
        """A new array with a frame, and the part inside."""
        extents: list[Value] = []
        numbers: list[Value] = []
        letters = ""
        for k, axis in enumerate(self.axes):
            if axis.letter == "a":
                extents.append(self.known.extent(b, self.array, k))
            elif axis.letter == "u":
                count = axis.numbers[1]
                extents.append(b.op("add", count, b.i64(2 * axis.width), overflow="never", name="framed") if axis.width else count)
                numbers += [b.i64(axis.width), count] if axis.width else []
            letters += {"a": "a", "i": "", "u": "u" if axis.width else "a"}[axis.letter]
        whole = b.op("full", b.constant(-0.0, scalar_of(self.array.type), "frame"), *extents, name=name)
        return whole, b.op("view", whole, *numbers, axes=letters, name=name)

    def add(self, b: Builder) -> None:
        """Add up what the array gets at each of its places."""
        name = self.array.name
        numbers: list[Value] = []
        letters = ""
        counts: list[Value] = []
        for k, axis in enumerate(self.axes):
            letter, place = axis.letter, axis.numbers
            if axis.letter == "u":
                letter, counts_ = self.places(b, k, axis)
                counts.append(counts_)
                assert axis.start is not None
                place = (axis.start, counts_) if letter == "u" else ()
            numbers += place
            letters += letter
        target = self.array if set(letters) == {"a"} else b.op("view", self.array, *numbers, axes=letters, name=name)
        total: Value | None = None
        for starts, (negative, names) in self.added.items():
            copy = self.copies[names]
            part = self.part(b, starts, copy.whole, counts)
            operation = "add" if negative == copy.negative else "sub"
            total = part if total is None else b.op(operation, total, part, relaxed=True, name=name)
        assert total is not None
        b.do("accumulate", total, target, relaxed=True)

    def places(self, b: Builder, k: int, axis: Axis) -> tuple[str, Value]:
        """The letter and the number of the places along an axis that are added to: no more than there are, where slices are empty."""
        _, count = axis.numbers
        if not axis.width:
            return "u", count
        extent = self.known.extent(b, self.array, k)
        if axis.least == 0 and axis.start in self.known.constants and self.known.whole(self.array, k, count, axis.width):
            return "a", extent
        assert axis.start is not None
        room = b.op("sub", extent, axis.start, overflow="never", name="room")
        return "u", b.op("minimum", b.op("add", count, b.i64(axis.width), overflow="never"), room, name="places")

    def part(self, b: Builder, starts: Sequence[int], whole: Value, counts: Sequence[Value]) -> Value:
        """What comes to each of these places from slices with these starts."""
        numbers: list[Value] = []
        letters = ""
        left = iter(zip(starts, counts, strict=True))
        for axis in self.axes:
            if axis.letter == "u":
                start, count = next(left)
                numbers += [b.i64(axis.width + axis.least - start), count] if axis.width else []
            letters += {"a": "a", "i": "", "u": "u" if axis.width else "a"}[axis.letter]
        return b.op("view", whole, *numbers, axes=letters, name=whole.name)
