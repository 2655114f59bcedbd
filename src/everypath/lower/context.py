"""What every lowering function is given: the builder at the point being lowered, and ways to refuse, check and ask for statics."""

from __future__ import annotations

import ast
from typing import Any, NoReturn

import numpy as np

from ..errors import Arguments
from ..ir.build import Builder
from ..ir.program import Op, Value
from ..ir.types import BOOL, F64, I64, OF_DTYPES, U64, ArrayType, ScalarType, from_dtype, scalar_of
from ..source import Location
from ..unchanging import plain_value
from .landing import Landing
from .naming import an, type_name
from .objects import Store
from .reach import NOTHING, NeedsStatic, Origins, Path
from .values import Abstract, Array, Complex, Kind, Maybe, Poison, Scalar, Static, Text, Tuple

WRONG = "Python raises this error too: correct it"
"""The way out where the program is at fault."""

STATE = "write it as a constant, or pass it as an argument that is an int, a bool or a string"
"""The way out where something must be known before the function runs."""


class Refused(Exception):
    """Raised where something is outside the language, once the refusal has been noted. Statements catch it and go on."""


def cast_to(value: Any, dtype: ScalarType) -> Any:
    """A known number in another dtype, wrapped around and cut off as NumPy does it."""
    if not dtype.is_integer:
        return value
    with np.errstate(all="ignore"):
        return int(np.asarray(value).astype(dtype.numpy))


@plain_value
class Lengths:
    """What is known of the axes of an array that is passed: where it stands, "" in an inner function; which axes have length 1, or None
    where that was not asked; its shape, as far as it is part of the specialisation. `owner` is the inner function whose parameter or
    result it is, where that can still be asked for the axes of length 1."""

    path: str
    single: tuple[int, ...] | None
    shape: tuple[int | None, ...] | None
    owner: ast.AST | None = None


class Context:
    """The point being lowered. `b` is the builder of the current region; `store` holds the contents of mutable objects.
    `path` is what was refused so far on the path that is being lowered."""

    def __init__(self, builder: Builder, store: Store, file: str, function: str, lines: list[str]) -> None:
        self.b = builder
        self.store = store
        self.file = file
        self.function = function
        self.lines = lines
        self.path = Path()
        self.landings: list[Landing] = []  # who takes errors here, the innermost last
        self.lengths: dict[Value, Lengths] = {}
        self.made: dict[Value, Op] = {}  # what computes a value
        self.origins: dict[Value, Origins] = {}  # of integers that stand in text or count items: what would make them known
        self.place: Location | None = None  # where all of it stands for the user, if the text is not theirs

    # Places ------------------------------------------------------------------------------------------------------

    def location(self, node: ast.AST) -> Location:
        """Where `node` stands in the user's file; columns count characters."""
        line: int = getattr(node, "lineno", 0)
        if not line:
            return Location(self.file, 0, 0, 0, self.function)
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        start, end = node.col_offset, node.end_col_offset  # type: ignore[attr-defined]
        last = len(text.rstrip()) if getattr(node, "end_lineno", line) != line else None
        if not text.isascii():
            raw = text.encode()
            start, end = len(raw[:start].decode()), len(raw[:end].decode())
        return Location(self.file, line, start, last if last is not None else end, self.function)

    def at(self, node: ast.AST) -> None:
        """Ops emitted from now on come from `node`."""
        self.b.location = self.location(node)

    # Refusing, checking ------------------------------------------------------------------------------------------

    def refuse(self, node: ast.AST | None, reason: str, way_out: str = "") -> NoReturn:
        """Note that `node` is outside the language and stop lowering its statement."""
        self.path.add((self.location(node) if node is not None else self.b.location, reason, way_out), self)
        raise Refused(reason)

    def raises(self, node: ast.AST, error: type[BaseException], message: str, way_out: str = "") -> NoReturn:
        """CPython raises `error` here. Where somebody takes it it goes there; where nobody does it is as good as a refusal, and comes
        with the others."""
        self.refuse(node, message, way_out or WRONG)

    def takes(self, error: type[BaseException]) -> bool:
        """Whether somebody takes errors of this class here."""
        return False

    def widens(self) -> None:
        """An int becomes a float here, so that it fits with what another path, or another item, has."""

    def noted(self, problem: Refused, node: ast.AST) -> None:
        """What was refused at `node` is never passed over: it is noted here, unless something is noted already."""
        if not self.path.doomed:
            self.path.add((self.location(node), str(problem), "write it in another way"), self)

    def spoilt(self, x: Poison) -> NoReturn:
        """`x` is used: it is refused now, unless that was noted before."""
        if x.origins:
            raise NeedsStatic(x.origins, wish=True)
        for refusal in x.refusals:
            self.path.add(refusal, self)
        raise Refused("uses something refused")

    def check(self, condition: Value, error: type[BaseException], message: str, *values: Value) -> None:
        """Unless `condition` holds at run time, raise `error(message.format(*values))` at the current location."""
        self.limit(condition, error, message, *values)

    def limit(self, condition: Value, error: type[BaseException], message: str | Arguments, *values: Value) -> None:
        """A check of ours, where CPython would go on: no handler takes its error."""
        if any(isinstance(v.type, ArrayType) for v in values):
            self.refuse(None, "an array in the message of an error is not yet supported", "show its shape, or one number of it")
        self.b.do("check", condition, *values, error=error, message=message)

    def static(self, x: Abstract, what: str, node: ast.AST | None = None) -> Any:
        """The Python value of `x`, which must be known at lowering because it is `what` ("the axis", "an index into a tuple").

        Raises NeedsStatic where making integer arguments static would make it known; refuses otherwise.
        """
        if isinstance(x, Poison):
            self.spoilt(x)
        if isinstance(x, Static):
            return x.value
        if isinstance(x, Tuple):
            items = [self.static(item, what, node) for item in x.items]
            return tuple(items) if x.type is tuple else x.type(*items)
        if isinstance(x, Complex):
            self.static(x.real, what, node), self.static(x.imag, what, node)
            return x.static
        if isinstance(x, Scalar):
            if x.is_static:
                return x.static
            if x.origins:
                raise NeedsStatic(x.origins)
            self.refuse(node, f"{what} must be known before the function runs, and here it is computed from run-time values", STATE)
        if isinstance(x, Maybe):
            self.refuse(node, f"{what} must be known before the function runs, and here the path decides whether it is None", STATE)
        if isinstance(x, Text):
            self.spelt(x)
            self.refuse(node, f"{what} must be known before the function runs, and this text is made from run-time values", STATE)
        self.refuse(node, f"{what} cannot be {an(type_name(x))}", STATE)

    def spelt(self, x: Text) -> None:
        """Ask for the numbers in a text, if all of them may become known: then so does the text."""
        if all(v in self.origins for v in x.values):
            raise NeedsStatic(NOTHING.union(*(self.origins[v] for v in x.values)))

    # Making values -----------------------------------------------------------------------------------------------

    def constant(self, value: Any, name: str = "c") -> Abstract:
        """A literal: Python or NumPy numbers become static scalars, anything else a `Static`."""
        kind = type(value)
        if kind is float:
            return Scalar(self.b.constant(value, F64, name), "float", value)
        if kind is bool:
            return Scalar(self.b.constant(value, BOOL, name), "bool", value)
        if kind is int and -(2**63) <= value < 2**63:
            return Scalar(self.b.constant(value, I64, name), "int", value)
        if kind in (complex, np.complex128, np.complex64):
            real, imag = self.constant(value.real, name), self.constant(value.imag, name)
            assert isinstance(real, Scalar) and isinstance(imag, Scalar)
            return Complex(real, imag)
        if kind is tuple:
            return Tuple(tuple(self.constant(item, name) for item in value))
        if isinstance(value, np.generic) and value.dtype.str[1:] in OF_DTYPES:
            return Scalar(self.b.constant(value, from_dtype(value.dtype), name), "numpy", value)
        return Static(value)

    def item_number(self, k: Value) -> Scalar:
        """The place of an item as Python's int: known where its loop is unrolled, or would be if it were."""
        made = self.made.get(k)
        if made is not None and made.name == "constant":
            return Scalar(k, "int", made.attributes["value"])
        return Scalar(k, "int", origins=self.origins.get(k, NOTHING))

    def integer(self, value: int, name: str = "c") -> Scalar:
        """A static Python int."""
        if not -(2**63) <= value < 2**63:
            self.refuse(None, f"the number {value} does not fit in 64 bits", "use a float")
        return Scalar(self.b.constant(value, I64, name), "int", value)

    def number(self, value: Value, kind: Kind = "numpy") -> Scalar:
        """A run-time scalar."""
        return Scalar(value, kind)

    def wrap(self, value: Value) -> Scalar | Array:
        """The result of a NumPy operation: an array, or NumPy's scalar."""
        return Array(value) if isinstance(value.type, ArrayType) else Scalar(value, "numpy")

    def cast(self, value: Value, dtype: ScalarType, name: str = "") -> Value:
        """`value` (scalar or array) with this dtype; itself if it has it."""
        return value if scalar_of(value.type) == dtype else self.b.op("cast", value, dtype=dtype.name, name=name or value.name)

    def as_type(self, x: Scalar, dtype: ScalarType) -> Value:
        """The IR value of scalar `x` converted to `dtype`; a constant of that dtype where `x` is static."""
        if x.type == dtype:
            return x.value
        if x.is_static:
            return self.b.constant(cast_to(x.static, dtype), dtype, x.value.name)
        return self.cast(x.value, dtype)

    def whole(self, x: Scalar) -> Value:
        """The integer or boolean `x` as Python's integer, which has 64 bits here."""
        if x.type == U64:
            self.limit(self.b.op("le", x.value, self.b.constant(2**63 - 1, U64)), OverflowError, "integer result does not fit in 64 bits")
        return self.as_type(x, I64)

    def present(self, x: Abstract, node: ast.AST) -> Abstract:
        """`x` without its `Maybe`: checked at run time here."""
        while isinstance(x, Maybe):
            self.at(node)
            self.check(x.present, TypeError, "'NoneType' object is used where a value is needed")
            x = x.value
        if isinstance(x, Poison):
            self.spoilt(x)
        return x
