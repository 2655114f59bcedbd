"""What is handed on where paths meet: the leaves of a value, as those of the pattern that holds the values of both paths."""

from __future__ import annotations

from ..ir.program import Value
from ..ir.types import F64
from . import by_path
from .alternatives import kind_of, number_of
from .context import Context
from .objects import Cell, Instance, Mutable
from .patterns import children, dummy, flatten, own_leaves
from .values import (
    GONE,
    UNBOUND,
    Absent,
    Abstract,
    Array,
    Buffer,
    Complex,
    Maybe,
    OneOf,
    Poison,
    Pullback,
    RunList,
    Scalar,
    Static,
    Text,
    is_none,
)


def converted(context: Context, x: Abstract, pattern: Abstract, seen: set[Mutable] | None = None) -> list[Value]:
    """The leaves of `x` as a value of `pattern`, in the order of `flatten([pattern])`; conversions are emitted here."""
    seen = set() if seen is None else seen
    if isinstance(pattern, (Static, Poison, Absent)) or (isinstance(pattern, Scalar) and pattern.is_static):
        return []
    if isinstance(x, (Absent, Poison)) and not isinstance(pattern, Maybe):
        return dummies_of(context, pattern, seen)
    b = context.b
    if isinstance(pattern, Complex):
        return converted_complex(context, x, pattern, seen)
    if isinstance(pattern, Scalar):
        assert isinstance(x, Scalar), (x, pattern)
        flags = [weakness(context, x)] if pattern.weak_if is not None else []
        if pattern.which is not None:
            flags.append(by_path.which_of(context, x))
        elif x.weak and by_path.may_be_int(x) and pattern.kind == "float":
            context.widens()
        if x.is_static:
            return [b.constant(x.static, pattern.type, pattern.value.name), *flags]
        return [context.as_type(x, pattern.type), *flags]
    if isinstance(pattern, OneOf):
        return converted_one_of(context, x, pattern, seen)
    if isinstance(pattern, Array):
        assert isinstance(x, Array)
        weaker = x.type.contiguous and not pattern.type.contiguous
        return [b.op("weaken", x.value, name=x.value.name) if weaker else x.value]
    if isinstance(pattern, Maybe):
        return converted_maybe(context, x, pattern, seen)
    if isinstance(pattern, Mutable):
        if pattern in seen:
            return []
        seen.add(pattern)
    if isinstance(pattern, RunList):
        assert isinstance(x, RunList)
        return list(own_leaves(x))
    if isinstance(pattern, (Buffer, Pullback, Text)):
        return list(own_leaves(x))
    out: list[Value] = []
    if isinstance(pattern, Cell) and isinstance(x, Cell) and x.contents is None and pattern.contents is not None:
        return converted(context, UNBOUND, pattern.contents, seen)
    if isinstance(pattern, Instance) and isinstance(x, Instance):
        pairs = [(x.fields.get(name, UNBOUND), like) for name, like in pattern.fields.items()]
    else:
        pairs = [(part, like) for (_, part), (_, like) in zip(children(x), children(pattern), strict=True)]
    for part, like in pairs:
        out += converted(context, part, like, seen)
    return out


def converted_complex(context: Context, x: Abstract, pattern: Complex, seen: set[Mutable]) -> list[Value]:
    """The two parts of a complex number; of a real one the second is 0."""
    if isinstance(x, Scalar):
        x = Complex(x, Scalar(context.b.constant(0.0, F64, "imag"), "float", 0.0))
    assert isinstance(x, Complex)
    return [leaf for part, like in zip(x.parts, pattern.parts, strict=True) for leaf in converted(context, part, like, seen)]


def converted_one_of(context: Context, x: Abstract, pattern: OneOf, seen: set[Mutable]) -> list[Value]:
    """Which alternative it is, and the leaves of each: of those that it is not, nobody looks at them."""
    out = [number_of(context, x, pattern)]
    mine = {kind_of(one): one for one in (x.values if isinstance(x, OneOf) else (x,))}
    for one in pattern.values:
        held = mine.get(kind_of(one))
        out += dummies_of(context, one, seen) if held is None else converted(context, held, one, seen)
    return out


def weakness(context: Context, x: Scalar) -> Value:
    """Whether a scalar is Python's own, as a run-time boolean."""
    return x.weak_if if x.weak_if is not None else context.b.bool(x.weak, "weak")


def converted_maybe(context: Context, x: Abstract, pattern: Maybe, seen: set[Mutable]) -> list[Value]:
    b = context.b
    absent = x is UNBOUND if pattern.absent == "unbound" else is_none(x)
    if absent or x is GONE or isinstance(x, Poison):
        return [b.bool(False, "absent"), *dummies_of(context, pattern.value, seen)]
    if isinstance(x, Maybe) and x.absent == pattern.absent:
        return [x.present, *converted(context, x.value, pattern.value, seen)]
    return [b.bool(True, "present"), *converted(context, x, pattern.value, seen)]


def dummies_of(context: Context, pattern: Abstract, seen: set[Mutable]) -> list[Value]:
    return [dummy(context, leaf) for leaf in flatten([pattern], seen=seen)]
