"""Values taken apart into their leaves and put together again: at the edges of regions, loops and functions.

A pattern is any `Abstract`; of its leaves only the types count. Number constants are part of a pattern unless generalised.
"""

from __future__ import annotations

import collections.abc
from collections.abc import Callable, Iterable
from typing import Any

from ..ir.program import Value
from ..ir.types import ArrayType, ListType, scalar_of
from ..structure import Static as StaticKey
from ..structure import child_path
from .context import Context
from .objects import Attributes, Cell, Dict, Instance, List, Mutable, ObjectKey, Set, Table
from .values import (
    Absent,
    Abstract,
    Array,
    Buffer,
    Closure,
    Complex,
    Deque,
    Derivative,
    Error,
    Iterator,
    Maybe,
    Method,
    OneOf,
    Partial,
    Poison,
    Pullback,
    Range,
    RunList,
    Scalar,
    Slice,
    Static,
    Super,
    Text,
    Tuple,
)

Keep = Callable[[str], bool]
"""Whether the static number at this path stays static."""


def always(path: str) -> bool:
    return True


def never(path: str) -> bool:
    return False


ALONE = (Scalar, Array, Static, Poison, Absent, Buffer, Text)
"""Values that have no parts: most."""


def children(x: Abstract, path: str = "") -> list[tuple[str, Abstract]]:
    """The parts of a value that are values, each with its path."""
    if isinstance(x, ALONE):
        return []
    if isinstance(x, (Tuple, List)):
        named = getattr(getattr(x, "type", None), "_fields", None)
        keys = named or range(len(x.items))
        kind = x.type if isinstance(x, Tuple) else list
        return [(child_path(path, kind, key), item) for key, item in zip(keys, x.items, strict=True)]
    if isinstance(x, Dict):
        items = [(f"{path}[{key!r}]", item) for key, item in x.entries.items()]
        return [*items, *((path, one) for one in key_objects(x.entries))]
    if isinstance(x, Set):
        return [(path, part) for part in x.contents]
    if isinstance(x, Instance):
        return [(f"{path}.{key}", item) for key, item in x.fields.items()]
    if isinstance(x, Cell):
        return [] if x.contents is None else [(path or x.name, x.contents)]
    if isinstance(x, Closure):  # its variables are none of those around it
        inside = path and f"{path}."
        return [(inside + name, part) for name, part in (*x.cells.items(), *x.defaults.items())]
    if isinstance(x, Method):
        return [(path, x.receiver)]
    if isinstance(x, Super):
        return [(path, x.receiver)]
    if isinstance(x, Derivative):
        return [(path, x.function)]
    if isinstance(x, Error):
        return [(f"{path}.{k}", part) for k, part in enumerate(x.parts())]
    if isinstance(x, (Range, Slice)):
        return [(f"{path}.{part}", getattr(x, part)) for part in ("start", "stop", "step")]
    if isinstance(x, Maybe):
        return [(path, x.value)]
    if isinstance(x, Complex):
        return [(f"{path}.real", x.real), (f"{path}.imag", x.imag)]
    if isinstance(x, OneOf):
        return [(path, one) for one in x.values]
    if isinstance(x, Partial):
        return [(path, x.function), *((f"{path}.args[{k}]", y) for k, y in enumerate(x.args)), *x.kwargs.items()]
    if isinstance(x, Deque):
        return [(path, x.items)]
    if isinstance(x, Table):
        return [(path, part) for part in x.parts()]
    if isinstance(x, Iterator):
        return [(path, x.items), (path, x.position)]
    return []


def key_objects(entries: dict[Any, Abstract]) -> list[Abstract]:
    """The objects that are, or stand in, keys of a dict."""
    return [one for key in entries if isinstance(key, ObjectKey) for one in key.objects()]


def own_leaves(x: Abstract) -> tuple[Value, ...]:
    """The IR values that `x` holds itself, not through its children."""
    if isinstance(x, (Array, Scalar, Buffer)):
        return (x.value, *x.flags) if isinstance(x, Scalar) else (x.value,)
    if isinstance(x, RunList):
        return x.lists if x.length is None else (*x.lists, x.length)
    if isinstance(x, Pullback):
        return (*x.leaves, *x.shape)
    if isinstance(x, Text):
        return x.values
    if isinstance(x, Maybe):
        return (x.present,)
    if isinstance(x, OneOf):
        return (x.which,)
    return ()


def flatten(xs: Iterable[Abstract], keep: Keep = always, seen: set[Mutable] | None = None, path: str = "") -> list[Value]:
    """The leaves of values, in order. A mutable object met twice, or in `seen`, has leaves only once; constants have none."""
    seen = set() if seen is None else seen
    out: list[Value] = []
    for x in xs:
        _flatten(x, path, keep, seen, out)
    return out


def _flatten(x: Abstract, path: str, keep: Keep, seen: set[Mutable], out: list[Value]) -> None:
    if isinstance(x, Scalar) and x.is_static and keep(path):
        return
    if isinstance(x, Mutable):
        if x in seen:
            return
        seen.add(x)
    out.extend(own_leaves(x))
    for below, child in children(x, path):
        _flatten(child, below, keep, seen, out)


def key(xs: Iterable[Abstract], keep: Keep = always, path: str = "") -> tuple[Any, ...]:
    """What distinguishes patterns: everything but the identity of the leaves. Hashable."""
    seen: dict[Mutable, int] = {}
    return tuple(_key(x, path, keep, seen) for x in xs)


def _key(x: Abstract, path: str, keep: Keep, seen: dict[Mutable, int]) -> Any:
    if isinstance(x, Scalar):
        static = (type(x.static), repr(x.static)) if x.is_static and keep(path) else None
        return ("scalar", x.kind, x.type, static, x.weak_if is not None, x.which is not None)
    if isinstance(x, (Array, Buffer)):
        return (type(x), x.value.type, getattr(x, "rows", None))
    if isinstance(x, Static):
        return StaticKey(x.value)
    if isinstance(x, Mutable):
        if x in seen:
            return ("again", seen[x])
        seen[x] = len(seen)
    facts: tuple[Any, ...] = (type(x), getattr(x, "type", None), getattr(x, "frozen", ""), getattr(x, "copied", False))
    if isinstance(x, RunList):
        facts += (_key(x.element, path, keep, seen),)
    elif isinstance(x, Closure):
        facts += (x.told(), tuple(x.cells))
    elif isinstance(x, Method):
        facts += (x.name, StaticKey(x.function.value) if isinstance(x.function, Static) else None)
    elif isinstance(x, Maybe):
        facts += (x.absent,)
    elif isinstance(x, Super):
        facts += (x.after,)
    elif isinstance(x, Error):
        facts += x.shape()
    elif isinstance(x, Text):
        facts += (x.template, tuple(v.type for v in x.values))
    elif isinstance(x, Derivative):
        facts += x.options
    elif isinstance(x, Pullback):
        facts += (x.special.name, x.positions, len(x.arguments))
    elif isinstance(x, Deque):
        facts += (x.maxlen,)
    elif isinstance(x, Partial):
        facts += (len(x.args), tuple(x.kwargs), x.once)
    elif isinstance(x, Dict):
        facts += (
            tuple(key.shape() if isinstance(key, ObjectKey) else key for key in x.entries),
            StaticKey(x.default.value) if isinstance(x.default, Static) else id(x.default),
        )
    elif isinstance(x, Instance):
        facts += (tuple(x.fields), x.asked)
    return facts + tuple(_key(child, below, keep, seen) for below, child in children(x, path))


class Remake:
    """Builds values of given patterns from new leaves, in the order of `flatten`.

    Mutable objects are made anew in the context's store, each once; `made` maps old to new and may be filled beforehand.
    `scalar`, when given, makes the scalar of a leaf.
    """

    def __init__(self, context: Context, leaves: Iterable[Value], keep: Keep = always, made: dict[Mutable, Mutable] | None = None) -> None:
        self.context = context
        self.leaves: collections.abc.Iterator[Value] = iter(leaves)
        self.keep = keep
        self.made = {} if made is None else made

    def __call__(self, x: Abstract, path: str = "") -> Abstract:
        if isinstance(x, Scalar):
            if x.is_static and self.keep(path):
                return self.context.constant(x.static, x.value.name)
            return self.scalar(next(self.leaves), x, path)
        if isinstance(x, Array):
            return Array(next(self.leaves))
        if isinstance(x, Buffer):
            return Buffer(next(self.leaves), x.kind, x.rows, x.site)
        if isinstance(x, RunList):
            lists = tuple(next(self.leaves) for _ in x.lists)
            return type(x)(lists, x.element, None if x.length is None else next(self.leaves), x.site)
        if isinstance(x, Text):
            return Text(x.template, tuple(next(self.leaves) for _ in x.values))
        if isinstance(x, Pullback):
            leaves = tuple(next(self.leaves) for _ in x.leaves)
            return Pullback(x.special, leaves, tuple(next(self.leaves) for _ in x.shape), x.arguments, x.positions)
        if isinstance(x, (Static, Poison, Absent)):
            return x
        if isinstance(x, OneOf):
            which = next(self.leaves)
            return OneOf(tuple(self(one, path) for one in x.values), which, x.origins)
        if isinstance(x, Mutable):
            return self.mutable(x, path)
        if isinstance(x, Maybe):
            present = next(self.leaves)
            return Maybe(self(x.value, path), present, x.absent)
        parts = [self(child, below) for below, child in children(x, path)]
        if isinstance(x, Tuple):
            return Tuple(tuple(parts), x.type)
        if isinstance(x, Error):
            return x.of_parts(parts)
        if isinstance(x, Closure):
            n = len(x.cells)
            cells: Any = dict(zip(x.cells, parts[:n], strict=True))
            return x.of_parts(cells, parts[n:])
        if isinstance(x, Method):
            return Method(parts[0], x.name, x.function)
        if isinstance(x, Super):
            return Super(parts[0], x.after)
        if isinstance(x, Derivative):
            return Derivative(x.kind, parts[0], x.wrt, x.has_aux, x.mode)
        if isinstance(x, Deque):
            return Deque(parts[0], x.maxlen)
        if isinstance(x, Table):
            return x.of_parts(parts)
        if isinstance(x, Partial):
            return rebuilt_partial(x, parts)
        if isinstance(x, Complex):
            return self.pair(*parts)
        if isinstance(x, (Range, Slice, Iterator)):
            return type(x)(*parts)  # type: ignore[arg-type]
        reason = "an iterator or a view (zip, enumerate, a generator, d.values()) that a function or a loop takes over is not supported"
        self.context.refuse(None, reason, "make a list of it first")

    def scalar(self, leaf: Value, x: Scalar, path: str) -> Scalar:
        return x.of_leaves(leaf, self.leaves)

    def pair(self, real: Any, imag: Any) -> Complex:
        return of_one_shape(self.context, real, imag)

    def mutable(self, x: Mutable, path: str) -> Mutable:
        if x in self.made:
            return self.made[x]
        if isinstance(x, Attributes):
            self.context.refuse(None, "the __dict__ of an object is not handed on", "use it where it is read, or make a dict of it")
        store = self.context.store
        new: Mutable
        if isinstance(x, List):
            new = List(store, (), x.frozen, x.site)
        elif isinstance(x, Dict):
            if x.default is not None and not isinstance(x.default, Static):
                self.context.refuse(
                    None, "a defaultdict whose default is a function made here is not handed on", "use a class, as float or list"
                )
            new = Dict(store, {}, x.frozen, x.type, x.default)
            new.site = x.site
        elif isinstance(x, Set):
            new = Set(store, x.members, x.frozen)
            new.site = x.site
        elif isinstance(x, Instance):
            new = Instance(store, {}, x.type, x.frozen, x.asked)
        else:
            assert isinstance(x, Cell)
            new = Cell(store, x.name)
        self.made[x] = new
        new.copied, new.root = x.copied, x.root
        new.contents = new.initial = repacked(x, [self(child, below) for below, child in children(x, path)])
        return new


class Themselves(Remake):
    """Builds values that have the leaves themselves in them, by which they are found again."""

    def pair(self, real: Any, imag: Any) -> Complex:
        return Complex(real, imag)


def of_one_shape(context: Context, real: Scalar | Array, imag: Scalar | Array) -> Complex:
    """A complex number or array of parts that come from elsewhere: the second is seen with the extents of the first, which it has."""
    if not isinstance(real, Array) or not isinstance(imag, Array) or not real.rank:
        return Complex(real, imag)
    b = context.b
    dims, name = b.dims(real.value), imag.value.name
    if imag.type.contiguous:
        seen = b.op("reshape", imag.value, *dims, name=name, spare=True)
    else:
        seen = b.op("view", imag.value, *[number for n in dims for number in (b.i64(0), n)], axes="u" * real.rank, name=name)
    if imag.value in context.lengths:
        context.lengths[seen] = context.lengths[imag.value]
    return Complex(real, Array(seen))


def rebuilt_partial(x: Partial, parts: list[Abstract]) -> Partial:
    """`x` with these in place of its function and its arguments."""
    n = 1 + len(x.args)
    return Partial(parts[0], tuple(parts[1:n]), dict(zip(x.kwargs, parts[n:], strict=True)), x.once)


def objects(xs: Iterable[Abstract]) -> list[Mutable]:
    """Every mutable object in these values, each once, in the order of `flatten`."""
    found: dict[Mutable, None] = {}

    def visit(x: Abstract) -> None:
        if isinstance(x, Mutable):
            if x in found:
                return
            found[x] = None
        for _, child in children(x):
            visit(child)

    for x in xs:
        visit(x)
    return list(found)


def within(x: Abstract) -> collections.abc.Iterator[Abstract]:
    """Every value in `x`, itself included, each once."""
    waiting, seen = [x], set[Abstract]()
    while waiting:
        part = waiting.pop()
        if part not in seen:
            seen.add(part)
            yield part
            waiting += [child for _, child in children(part)]


def unpacked(contents: Any) -> list[Abstract]:
    """The values in the contents of a mutable object."""
    if contents is None:
        return []
    if isinstance(contents, dict):
        return [*contents.values(), *key_objects(contents)]
    return list(contents) if isinstance(contents, tuple) else [contents]


def repacked(x: Mutable, values: list[Abstract]) -> Any:
    """Contents for `x` in which these values stand."""
    if isinstance(x, (List, Set)):
        return tuple(values)
    if isinstance(x, Cell):
        return values[0] if values else None
    return with_values(x.contents, values)


def with_values(entries: dict[Any, Abstract], values: list[Abstract]) -> dict[Any, Abstract]:
    """The entries of a dict, or the attributes of an instance, with other values and other objects in the keys."""
    objects = iter(values[len(entries) :])
    keys = [key.of(objects) if isinstance(key, ObjectKey) else key for key in entries]
    return dict(zip(keys, values[: len(entries)], strict=True))


def dummy(context: Context, like: Value) -> Value:
    """A leaf that is never looked at: zero, an empty array, an empty list."""
    b = context.b
    if isinstance(like.type, ListType):
        return b.op("list_new", type=like.type, name="none")
    if not isinstance(like.type, ArrayType):
        return b.constant(0, scalar_of(like.type), "none")
    dims = [b.i64(0, "none")] * like.type.rank
    zero = b.constant(0, like.type.dtype, "none")
    empty = b.op("alloc", *dims, dtype=like.type.dtype.name, name="none") if dims else b.op("full", zero)
    return empty if like.type.contiguous else b.op("weaken", empty, name="none")
