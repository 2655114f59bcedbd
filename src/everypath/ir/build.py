"""Building IR: a cursor that appends typed ops, and helpers for regions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..source import Location
from .op import definition
from .program import Op, Region, Value
from .types import BOOL, F64, I64, ArrayType, ScalarType, Type, scalar_of

Body = Callable[..., Iterable[Value]]


class Builder:
    """Appends ops to one region, deriving result types from the catalogue.

    `location` stands on every op that is emitted without one of its own.
    """

    def __init__(self, location: Location | None = None) -> None:
        self.ops: list[Op] = []
        self.location = location

    def inner(self) -> Builder:
        """A builder for a region inside the one being built."""
        return Builder(self.location)

    def append(self, op: Op) -> Op:
        self.ops.append(op)
        return op

    def emit(
        self,
        opcode: str,
        *operands: Value,
        names: Sequence[str] = (),
        types: Sequence[Type] | None = None,
        regions: tuple[Region, ...] = (),
        location: Location | None = None,
        **attributes: Any,
    ) -> tuple[Value, ...]:
        """Append one op and return its results. `types` is needed only where the catalogue can't tell (`call`)."""
        if types is None:
            types = definition(opcode).typing(tuple(v.type for v in operands), attributes)
        names = tuple(names) or (opcode,) * len(types)
        results = tuple(Value(name, type_) for name, type_ in zip(names, types, strict=True))
        self.append(Op(opcode, operands, results, attributes, regions, location or self.location))
        return results

    def op(self, opcode: str, *operands: Value, name: str = "", **attributes: Any) -> Value:
        """Append an op that has one result and return it."""
        (result,) = self.emit(opcode, *operands, names=(name or opcode,), **attributes)
        return result

    def do(self, opcode: str, *operands: Value, **attributes: Any) -> None:
        """Append an op that has no result."""
        self.emit(opcode, *operands, **attributes)

    # Constants ---------------------------------------------------------------------------------------------------

    def constant(self, value: Any, type_: ScalarType, name: str = "c") -> Value:
        python: Any = bool(value) if type_ == BOOL else float(value) if type_.is_float else int(value)
        return self.op("constant", name=name, value=python, dtype=type_.name)

    def i64(self, value: int, name: str = "c") -> Value:
        return self.constant(value, I64, name)

    def f64(self, value: float, name: str = "c") -> Value:
        return self.constant(value, F64, name)

    def bool(self, value: bool, name: str = "c") -> Value:
        return self.constant(value, BOOL, name)

    # Arrays ------------------------------------------------------------------------------------------------------

    def dims(self, x: Value) -> tuple[Value, ...]:
        """The extents of array `x`, one `dim` op each."""
        return tuple(self.op("dim", x, axis=k, name=f"{x.name}_dim{k}") for k in range(x.type.rank))  # type: ignore[union-attr]

    def product(self, numbers: Iterable[Value]) -> Value:
        """The product of integers: how many elements there are of these extents."""
        size = self.i64(1)
        for n in numbers:
            size = self.op("mul", size, n, name="size")
        return size

    def full_like(self, x: Value, value: float, name: str = "") -> Value:
        """A fresh array with the shape and dtype of `x`, every element `value`."""
        return self.op("full", self.constant(value, scalar_of(x.type)), *self.dims(x), name=name or f"{x.name}_like")

    def with_axis(self, x: Value, axis: int) -> Value:
        """`x` with an axis of length 1 put in at `axis`: a view."""
        rank = x.type.rank  # type: ignore[union-attr]
        return self.op("view", x, axes="a" * axis + "n" + "a" * (rank - axis), name=x.name)

    def along(self, x: Value, index: Value, axis: int) -> Value:
        """x[…, index[…], …] with `index` on `axis`: one element for each place of the other axes, or as many as `index` has there."""
        dims, rank = self.dims(x), x.type.rank  # type: ignore[union-attr]
        full = index.type.rank == rank  # type: ignore[union-attr]
        shape = self.dims(index)
        others = [k for k in range(rank) if k != axis]
        indices = []
        for k in range(rank):
            if k == axis:
                indices.append(index)
                continue
            place = k if full else others.index(k)
            count = self.op("iota", dims[k], name="place")
            letters = "".join("a" if i == place else "n" for i in range(len(shape)))
            spread = count if len(shape) == 1 else self.op("broadcast", self.op("view", count, axes=letters), *shape, name="place")
            indices.append(spread)
        return self.op("gather", x, *indices, name=x.name)

    # Regions -----------------------------------------------------------------------------------------------------

    def end(self, terminator: str, values: Iterable[Value] = ()) -> None:
        self.append(Op(terminator, tuple(values), location=self.location))

    def region(self, arguments: Sequence[Value], body: Body) -> Region:
        """`body(builder, *arguments)` emits the ops and returns the values to yield."""
        inner = self.inner()
        inner.end("yield", tuple(body(inner, *arguments)))
        return Region(tuple(arguments), tuple(inner.ops))

    def for_(
        self, lo: Value, hi: Value, step: Value, inits: Sequence[Value], body: Body, iv: str = "i", names: Sequence[str] = ()
    ) -> tuple[Value, ...]:
        """`for iv in range(lo, hi, step)`; `body(builder, iv, *carried)` returns the next carried values."""
        names = tuple(names) or tuple(v.name for v in inits)
        arguments = [Value(iv, I64), *(Value(n, v.type) for n, v in zip(names, inits, strict=True))]
        region = self.region(arguments, body)
        return self.emit("for", lo, hi, step, *inits, names=names, types=[v.type for v in inits], regions=(region,))

    def loop(self, count: Value, body: Body, iv: str = "i") -> None:
        """`for iv in range(count)` that carries nothing; `body(builder, iv)`."""
        self.for_(self.i64(0), count, self.i64(1), (), lambda b, i: body(b, i) or (), iv)

    def while_(self, cond: Value, inits: Sequence[Value], body: Body, names: Sequence[str] = ()) -> tuple[Value, ...]:
        """`body(builder, *carried)` returns (cond, *carried)."""
        names = tuple(names) or tuple(v.name for v in inits)
        region = self.region([Value(n, v.type) for n, v in zip(names, inits, strict=True)], body)
        return self.emit("while", cond, *inits, names=names, types=[v.type for v in inits], regions=(region,))

    def map_(
        self, dims: Sequence[Value], into: Sequence[str], body: Body, iv: Sequence[str] = (), names: Sequence[str] = ()
    ) -> tuple[Value, ...]:
        """`body(builder, *indices)` returns one scalar for each of `into` ("array", "sum", "any", "all")."""
        arguments = [Value(iv[k] if iv else "ijklmn"[k % 6], I64) for k in range(len(dims))]
        region = self.region(arguments, body)
        names = tuple(names) or tuple(v.name for v in region.yielded)
        types = mapped_types(region.yielded, into, len(dims))
        return self.emit("map", *dims, names=names, types=types, regions=(region,), into=tuple(into))

    def if_(self, cond: Value, then: Body, orelse: Body, names: Sequence[str] = ()) -> tuple[Value, ...]:
        """Both bodies take a builder and return values of the same types."""
        regions = (self.region((), then), self.region((), orelse))
        types = [v.type for v in regions[0].yielded]
        names = tuple(names) or tuple(v.name for v in regions[0].yielded)
        return self.emit("if", cond, names=names, types=types, regions=regions)


def mapped_types(yielded: Sequence[Value], into: Sequence[str], rank: int) -> list[Type]:
    """The result types of a `map` over `rank` axes."""
    return [ArrayType(scalar_of(v.type), rank) if k == "array" else v.type for v, k in zip(yielded, into, strict=True)]
