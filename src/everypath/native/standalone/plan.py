"""What an entry for other languages takes and gives.

    int name(scalars and pointers of its arguments…, pointers to its results…)

Of an array argument there is a pointer to its first element, in C order, and then its extents. Of a result there is a pointer to where it
goes, null for one that is not wanted; that of a derivative has the extents of its argument, any other array is followed by the number of
elements that there is room for, and a pointer to where its extents go. The answer is 0, or 1 where an error was raised.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Any

from ...ir.program import Program
from ...ir.types import ArrayType, ScalarType, Type
from ...unchanging import plain_value, unchanging
from ..assembly import LLVM


@plain_value
class Passed:
    """An argument that the caller passes. `shape` are the extents that it must have, None where any will do; `written` says that the
    function writes to it."""

    name: str
    type: ScalarType | ArrayType
    path: str
    written: bool = False
    shape: tuple[int | None, ...] = ()

    @property
    def dims(self) -> tuple[str, ...]:
        """The names of the extents."""
        return tuple(f"{self.name}_dim{k}" for k in range(self.type.rank)) if isinstance(self.type, ArrayType) else ()


@unchanging
class Fixed:
    """An argument that is the same at every call: a number, or an array."""

    value: Any
    type: ScalarType | ArrayType


Given = Passed | Fixed


@plain_value
class Output:
    """A result: its name, which of the function's results it is, the argument that it is the derivative by, if it is one."""

    name: str
    type: Type
    position: int
    like: Passed | None = None
    derivative: bool = False

    @property
    def measured(self) -> bool:
        """Whether the caller is told its extents."""
        return isinstance(self.type, ArrayType) and self.like is None


@plain_value
class Variant:
    """A program that carries out an entry, and its function. Of a sided one, `side` is the position of the parameter that says which;
    `refused` is why there is none."""

    program: Program | None
    function: str = ""
    side: int | None = None
    refused: str = ""


@plain_value
class Entry:
    """A function for other languages. The first of `variants` is run; the next where a derivative that it gives is NaN."""

    name: str
    given: tuple[Given, ...]
    outputs: tuple[Output, ...]
    variants: tuple[Variant, ...]
    about: tuple[str, ...] = field(default=(), compare=False)

    @property
    def passed(self) -> list[Passed]:
        """The arguments that the caller passes."""
        return [given for given in self.given if isinstance(given, Passed)]

    def parameters(self) -> Iterator[tuple[str, str]]:
        """(LLVM type, name) of each parameter."""
        for given in self.passed:
            if isinstance(given.type, ScalarType):
                yield ("i1 zeroext" if given.type.name == "bool" else LLVM[given.type.name]), given.name
            else:
                yield "ptr", given.name
                yield from (("i64", dim) for dim in given.dims)
        for output in self.outputs:
            yield "ptr", output.name
            if output.measured:
                yield "i64", f"{output.name}_room"
                yield "ptr", f"{output.name}_dims"
