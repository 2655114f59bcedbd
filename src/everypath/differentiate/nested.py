"""Arrays, and lists of them or of numbers, treated alike: copied, added up, and what stands beside them while no path has arrived.

L = [x, y]        absent_like: [-0.0…, -0.0…]        copied: [x.copy(), y.copy()]        add_to: L[k] += M[k] for every k
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..analysis.alias import Groups, is_reference
from ..ir.build import Builder
from ..ir.program import Function, Op, Value
from ..ir.types import ArrayType, ListType, ScalarType, scalar_of
from .terms import Products

Make = Callable[[Builder, Value], Value]


def copied(b: Builder, x: Value, into: Value | None = None) -> Value:
    """A copy of `x` that shares no memory with it, as `into` or as a value of the type of `x`."""
    if isinstance(x.type, ListType):
        return listed(b, x, copied, into)
    if isinstance(x.type, ScalarType):
        return x
    return new_array(b, "copy", (x,), into or Value(x.name, x.type))


def absent_like(products: Products, b: Builder, x: Value, into: Value | None = None) -> Value:
    """What stands beside `x` where no path has arrived: arrays as large, lists as long."""
    if isinstance(x.type, ScalarType):
        return products.absent(b, x.type)
    into = into or Value(f"{x.name}_bar", x.type)
    if isinstance(x.type, ListType):
        return listed(b, x, lambda inner, item: absent_like(products, inner, item), into)
    assert isinstance(x.type, ArrayType)
    return new_array(b, "full", (products.absent(b, x.type.dtype), *b.dims(x)), into)


def plain(products: Products, b: Builder, x: Value) -> Value:
    """`x` with every mark of an absent path turned into the ordinary zero."""
    if not products.guarded:
        return x
    if isinstance(x.type, ListType):
        return listed(b, x, lambda inner, item: plain(products, inner, item))
    zero = b.constant(0.0, scalar_of(x.type), "zero")
    return b.op("add", x, zero, name=x.name)


def apart(b: Builder, function: Function, shared: Groups, values: Sequence[Value]) -> list[Value]:
    """The results of `function`, whose `values` these are, sharing no memory with each other nor with its parameters."""
    mine = [shared.of(v) for v in (*function.parameters, *function.returned) if is_reference(v)]
    return [
        copied(b, value) if is_reference(v) and mine.count(shared.of(v)) > 1 else value
        for v, value in zip(function.returned, values, strict=True)
    ]


def add_to(b: Builder, x: Value, contribution: Value) -> None:
    """x += contribution; an array that broadcasting repeated is summed over the repeated axes. The list `x` may have grown since."""
    if not isinstance(x.type, ListType):
        b.do("accumulate", contribution, x)
        return

    def item(inner: Builder, k: Value) -> None:
        mine, more = inner.op("list_get", x, k), inner.op("list_get", contribution, k)
        if isinstance(mine.type, ScalarType):
            inner.do("list_set", x, inner.op("add", mine, more, name=x.name), k)
        else:
            add_to(inner, mine, more)

    each(b, contribution, item)


def clear(products: Products, b: Builder, x: Value) -> None:
    """Every number of `x` is absent again."""
    if isinstance(x.type, ArrayType):
        b.do("fill", products.absent(b, x.type.dtype), x)
        return
    assert isinstance(x.type, ListType)
    element = x.type.element

    def item(inner: Builder, k: Value) -> None:
        if isinstance(element, ScalarType):
            inner.do("list_set", x, products.absent(inner, element), k)
        else:
            clear(products, inner, inner.op("list_get", x, k))

    each(b, x, item)


def new_array(b: Builder, opcode: str, operands: tuple[Value, ...], into: Value) -> Value:
    """The array that `opcode` makes, as `into`, whose type may allow gaps."""
    assert isinstance(into.type, ArrayType)
    if into.type.contiguous:
        b.append(Op(opcode, operands, (into,), location=b.location))
    else:
        b.append(Op("weaken", (b.op(opcode, *operands, name=into.name),), (into,), location=b.location))
    return into


def listed(b: Builder, x: Value, make: Make, into: Value | None = None) -> Value:
    """The list of `make(item)` for every item of `x`."""
    into = into or Value(x.name, x.type)
    b.append(Op("list_new", (), (into,), {"type": into.type}, location=b.location))
    element = into.type.element  # type: ignore[union-attr]

    def item(inner: Builder, k: Value) -> None:
        made = make(inner, inner.op("list_get", x, k))
        inner.do("list_append", into, made if made.type == element else inner.op("weaken", made))

    each(b, x, item)
    return into


def each(b: Builder, x: Value, run: Callable[[Builder, Value], None]) -> None:
    """`run` for every position of the list `x`."""

    def body(inner: Builder, k: Value) -> tuple[()]:
        run(inner, k)
        return ()

    b.loop(b.op("list_length", x, name="length"), body, "k")
