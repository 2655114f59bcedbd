"""Arrays and lists as memory: making, reading, writing, and other views of the same elements."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ..ir.op import Definition, register
from ..ir.types import BOOL, I64, SCALARS, ArrayType, ListType, ScalarType, Type, scalar_of


def array(type_: Type) -> ArrayType:
    if not isinstance(type_, ArrayType):
        raise TypeError(f"takes an array, not {type_}")
    return type_


def list_(type_: Type) -> ListType:
    if not isinstance(type_, ListType):
        raise TypeError(f"takes a list, not {type_}")
    return type_


def memory(name: str, typing: Any, meaning: Any, *, no_derivative: str | None = None, **facts: Any) -> Definition:
    """Register an operation on memory. Differentiation knows these by name: they move values, they compute none."""
    return register(Definition(name, "memory", typing, meaning, no_derivative=no_derivative, **facts))


def nothing(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
    return ()


# Making ---------------------------------------------------------------------------------------------------------------


def typed_constant(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
    return (SCALARS[attributes["dtype"]],)


def new_array(dtype: ScalarType, rank: int) -> tuple[Type, ...]:
    return (ArrayType(dtype, rank),)


register(
    Definition(
        "constant",
        "elementwise",
        typed_constant,
        lambda *, value, dtype: SCALARS[dtype].numpy.type(value),
        no_derivative="it depends on nothing",
    )
)
memory(
    "alloc",
    lambda types, attributes: new_array(SCALARS[attributes["dtype"]], len(types)),
    lambda *dims, dtype: np.empty(tuple(map(int, dims)), SCALARS[dtype].numpy),
)
memory(
    "full",
    lambda types, attributes: new_array(scalar_of(types[0]), len(types) - 1),
    lambda v, *dims: np.full(tuple(map(int, dims)), v, np.asarray(v).dtype),
)
memory(
    "copy",
    lambda types, attributes: new_array(array(types[0]).dtype, array(types[0]).rank),
    lambda x: np.array(x, order="C", copy=True),
)
memory("iota", lambda types, attributes: new_array(I64, 1), lambda n: np.arange(int(n)), no_derivative="its result is not a float")
memory(
    "dim",
    lambda types, attributes: (I64,) if attributes["axis"] < array(types[0]).rank else nothing(types, attributes),
    lambda x, *, axis: x.shape[axis],
    no_derivative="its result is not a float",
)


def nonzero_typing(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
    """Of a vector of booleans, the positions (i64, rising) where it holds; their number is known only when it runs."""
    if array(types[0]).dtype != BOOL or array(types[0]).rank != 1:
        raise TypeError(f"nonzero of {types[0]}")
    return new_array(I64, 1)


memory("nonzero", nonzero_typing, lambda x: np.flatnonzero(x), no_derivative="its result is not a float")

# Reading and writing --------------------------------------------------------------------------------------------------


def load_typing(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
    if array(types[0]).rank != len(types) - 1:
        raise TypeError(f"load of {types[0]} with {len(types) - 1} indices")
    return (array(types[0]).dtype,)


def gather_typing(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
    x, indices = array(types[0]), types[1:]
    return new_array(x.dtype, array(indices[0]).rank + x.rank - len(indices))


def store(v: Any, x: Any, *i: Any) -> None:
    x[i] = v


def assign(y: Any, x: Any) -> None:
    x[...] = y


def accumulate(v: Any, x: Any, *i: Any) -> None:
    """x[i…] += v; without indices v broadcasts to x, or is summed over the axes along which x broadcasts to v."""
    if i:
        x[i] += v
        return
    v = np.asarray(v)
    zero = -0.0 if x.dtype.kind == "f" else 0
    if v.ndim > x.ndim:
        v = v.sum(axis=tuple(range(v.ndim - x.ndim)), initial=zero)
    repeated = tuple(k for k in range(v.ndim) if v.shape[k] != x.shape[k - v.ndim + x.ndim] and x.shape[k - v.ndim + x.ndim] == 1)
    if repeated:
        v = v.sum(axis=repeated, keepdims=True, initial=zero)
    x += v


def scatter(v: Any, x: Any, *i: Any) -> None:
    """x[i…] = v, element after element, so that the last of equal indices wins."""
    x[tuple(i)] = v


memory("load", load_typing, lambda x, *i: x[i])
memory("store", nothing, store, writes=1)
memory("fill", nothing, assign, writes=1)
memory("assign", nothing, assign, writes=1, may_raise=True)
memory("accumulate", nothing, accumulate, writes=1)
memory("gather", gather_typing, lambda x, *i: np.array(x[tuple(i)]))
memory("scatter", nothing, scatter, writes=1)
memory("scatter_add", nothing, lambda v, x, *i: np.add.at(x, tuple(i), v), writes=1)

# Other views of the same elements -------------------------------------------------------------------------------------

CONTIGUOUS_VIEW = re.compile(r"[in]*u?[an]*")
"""Axes after which a C-contiguous array stays so: indices first, then one unit-step slice, then whole axes."""

NUMBERS = {"i": 1, "s": 3, "u": 2, "a": 0, "n": 0}
"""How many numbers each letter of a view takes."""


def view_typing(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
    x, axes = array(types[0]), attributes["axes"]
    if len(axes.replace("n", "")) != x.rank or sum(NUMBERS[a] for a in axes) != len(types) - 1:
        raise TypeError(f"view of {x} with axes {axes!r} and {len(types) - 1} numbers")
    rank = len(axes.replace("i", ""))
    return (ArrayType(x.dtype, rank, x.contiguous and CONTIGUOUS_VIEW.fullmatch(axes) is not None),)


def view(x: Any, *numbers: Any, axes: str) -> Any:
    """Basic indexing by the letters of `axes`; indexing every axis still gives a rank-0 array over the same memory."""
    remaining = iter(int(n) for n in numbers)
    key: list[Any] = []
    for letter in axes:
        if letter == "i":
            key.append(next(remaining))
        elif letter == "n":
            key.append(None)
        elif letter == "a":
            key.append(slice(None))
        else:
            start, count = next(remaining), next(remaining)
            step = next(remaining) if letter == "s" else 1
            stop = start + count * step
            key.append(slice(start, stop if stop >= 0 else None, step) if count > 0 else slice(0, 0))
    return x[(*key, ...)]


def transpose_typing(types: tuple[Type, ...], attributes: dict[str, Any]) -> tuple[Type, ...]:
    x = array(types[0])
    in_order = tuple(attributes["axes"]) == tuple(range(x.rank))
    return (ArrayType(x.dtype, x.rank, x.contiguous and in_order),)


memory("view", view_typing, view, shares=True)
memory("transpose", transpose_typing, lambda x, *, axes: np.transpose(x, axes), shares=True)
memory(
    "reshape",
    lambda types, attributes: new_array(array(types[0]).dtype, len(types) - 1),
    lambda x, *dims: np.ascontiguousarray(x).reshape(tuple(map(int, dims))) if x.ndim else x.reshape(tuple(map(int, dims))),
    shares=True,
    may_raise=True,
)
memory(
    "broadcast",
    lambda types, attributes: (ArrayType(array(types[0]).dtype, len(types) - 1, False),),
    lambda x, *dims: np.broadcast_to(x, tuple(map(int, dims))),
    shares=True,
    may_raise=True,
)
memory(
    "diagonal",
    lambda types, attributes: (ArrayType(array(types[0]).dtype, array(types[0]).rank - 1, False),),
    lambda x: np.einsum("...ii->...i", x),
    shares=True,
)
memory("weaken", lambda types, attributes: (array(types[0]).strided,), lambda x: x, shares=True)

# Lists and records ----------------------------------------------------------------------------------------------------


def lists(name: str, typing: Any, **facts: Any) -> Definition:
    return register(Definition(name, "list", typing, **facts))


lists("list_new", lambda types, attributes: (attributes["type"],))
lists("list_append", nothing, writes=0)
lists("list_get", lambda types, attributes: (list_(types[0]).element,))
lists("list_set", nothing, writes=0)
lists("list_length", lambda types, attributes: (I64,), no_derivative="its result is not a float")
lists("pack", lambda types, attributes: (attributes["type"],))
lists("unpack", lambda types, attributes: (attributes["type"],))
