"""One number, as lowering sees it: its IR value, whose it is, and whether it is known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from ..ir.program import Value
from ..ir.types import ScalarType
from ..unchanging import unchanging

Kind = Literal["float", "int", "bool", "numpy"]


class NotStatic:
    """The mark of a scalar whose value is known only at run time."""

    def __repr__(self) -> str:
        return "NOT_STATIC"


NOT_STATIC = NotStatic()


class Abstract:
    """Any value, as lowering sees it."""

    __slots__ = ()


@unchanging
class Scalar(Abstract):
    """A number. Kinds "float", "int", "bool" are Python's own: weak, with Python's errors; "numpy" is strong, with NumPy's.

    `value` always exists (a constant where `static` is known). `static` is a Python int, float or bool, or a NumPy scalar.
    `origins` say what a run-time integer was computed from: paths of arguments, parameters of inner calls, variables of loops. Where
    there are any, making all of them static makes it static. `weak_if`, of a "numpy" scalar, is a run-time boolean: where it holds,
    the value is Python's own after all (a sum that started at 0.0 and met no element), and Python's errors apply. `which`, of a "float",
    is a run-time integer that says what it is on the path taken: a float or an int (`by_path`).
    """

    value: Value
    kind: Kind
    static: Any = NOT_STATIC
    origins: frozenset[Any] = frozenset()
    weak_if: Value | None = None
    which: Value | None = None

    @property
    def flags(self) -> tuple[Value, ...]:
        """The leaves behind the number itself, which say what it is on the path taken."""
        return tuple(flag for flag in (self.weak_if, self.which) if flag is not None)

    def of_leaves(self, value: Value, rest: Iterator[Value], origins: frozenset[Any] = frozenset()) -> Scalar:
        """A number like this one, whose value is known when the program runs: `rest` goes on with its flags."""
        weak_if, which = (None if flag is None else next(rest) for flag in (self.weak_if, self.which))
        return Scalar(value, self.kind, origins=origins, weak_if=weak_if, which=which)

    @property
    def type(self) -> ScalarType:
        assert isinstance(self.value.type, ScalarType)
        return self.value.type

    @property
    def weak(self) -> bool:
        return self.kind != "numpy"

    @property
    def is_static(self) -> bool:
        return self.static is not NOT_STATIC
