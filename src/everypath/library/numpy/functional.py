"""Functions applied to pieces, and to elements."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.exceptions import AxisError

from ..intrinsics import known, may_be_integer, refuse
from ..registry import stands_for


@stands_for(np.apply_along_axis)
def apply_along_axis(func1d: Any, axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    """A function of vectors, applied to every vector along an axis; what it returns stands in place of the axis."""
    x = np.asarray(arr)
    if not -x.ndim <= axis < x.ndim:
        raise AxisError(axis, x.ndim)
    axis = axis % x.ndim
    around = x.shape[:axis] + x.shape[axis + 1 :]
    count = 1
    for n in around:
        count = count * n
    if count == 0:
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    rows = np.moveaxis(x, axis, -1).reshape((count, x.shape[axis]))
    first = np.asarray(func1d(rows[0], *args, **kwargs))
    out = np.empty((count, *first.shape), dtype=first.dtype)
    out[0] = first
    for k in range(1, count):
        out[k] = func1d(rows[k], *args, **kwargs)
    out = out.reshape((*around, *first.shape))
    last = x.ndim - 1
    return np.moveaxis(out, tuple(range(last, last + first.ndim)), tuple(range(axis, axis + first.ndim)))


@stands_for(np.apply_over_axes)
def apply_over_axes(func: Any, a: Any, axes: Any) -> Any:
    """func(a, axis) for one axis after the other; an axis that is lost has length 1."""
    value = np.asarray(a)
    rank = value.ndim
    for place in axes if np.ndim(axes) else (axes,):
        axis = known(place, "the axis")
        axis = rank + axis if axis < 0 else axis
        new = np.asarray(func(value, axis))
        value = new if new.ndim == value.ndim else np.expand_dims(new, axis)
        if value.ndim != rank:
            raise ValueError("function is not returning an array of the correct shape")
    return value


@stands_for(np.piecewise)
def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    """Functions, or numbers, where their conditions hold; one more is for where none does, else it is 0. The last that holds counts."""
    given = np.asarray(x)
    single = isinstance(condlist, (bool, np.bool_)) or (np.ndim(condlist[0]) == 0 and given.ndim != 0)
    conditions = [np.asarray(c, dtype=bool) for c in ([condlist] if single else condlist)]
    n = len(conditions)
    if len(funclist) == n + 1:
        some = conditions[0]
        for c in conditions[1:]:
            some = some | c
        conditions = [*conditions, ~some]
    elif len(funclist) != n:
        raise ValueError(f"with {n} condition(s), either {n} or {n + 1} functions are expected")
    line = given.reshape(-1)
    y = np.zeros_like(line)
    for condition, function in zip(conditions, funclist):
        where = np.broadcast_to(condition, given.shape).reshape(-1)
        if callable(function):
            values = line[where]
            if values.size > 0:
                y[where] = function(values, *args, **kw)
        else:
            y[where] = function
    return y.reshape(given.shape)


@stands_for(np.fromfunction)
def fromfunction(function: Any, shape: Any, *, dtype: Any = float, like: Any = None, **kwargs: Any) -> Any:
    """A function of the coordinates of all elements."""
    extents = tuple(shape)
    grid = np.indices(extents, dtype=dtype)
    return function(*[grid[k] for k in range(len(extents))], **kwargs)


@stands_for(np.vectorize)
class vectorize:
    """A function of Python's numbers, applied to the elements of arrays that broadcast.

    Without `otypes` it is called once more, with NumPy's numbers that stand first, to learn what it gives; with `cache` this result is
    the first one.
    """

    def __init__(
        self, pyfunc: Any, otypes: Any = None, doc: Any = None, excluded: Any = None, cache: bool = False, signature: Any = None
    ) -> None:
        self.pyfunc = pyfunc
        self.otypes = otypes
        self.excluded = excluded
        self.cache = cache
        self.signature = signature

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.signature is not None:
            if self.excluded is not None and len(self.excluded) > 0:
                refuse("np.vectorize with a signature and excluded arguments is not supported", "use functools.partial for them")
            return by_signature(self.pyfunc, self.signature.replace(" ", ""), args, kwargs)
        excluded = () if self.excluded is None else self.excluded
        places = [k for k in range(len(args)) if k not in excluded]
        names = [name for name in kwargs if name not in excluded]
        arrays = [np.asarray(args[k]) for k in places] + [np.asarray(kwargs[name]) for name in names]
        shape = np.broadcast_shapes(*[a.shape for a in arrays])
        lines = [np.broadcast_to(a, shape).reshape(-1) for a in arrays]
        count = 1
        for n in shape:
            count = count * n

        def called(number: Any) -> Any:
            given = list(args)
            named = dict(kwargs)
            for k in range(len(places)):
                given[places[k]] = number(k)
            for k in range(len(names)):
                named[names[k]] = number(len(places) + k)
            return self.pyfunc(*given, **named)

        def result(at: int) -> Any:
            return called(lambda k: lines[k][at].item())

        if self.otypes is not None:
            kinds = [np.dtype(kind) for kind in self.otypes]
            outs = results(result, count, 0, (), kinds, len(kinds) > 1)
        else:
            if count == 0:
                raise ValueError("cannot call `vectorize` on size 0 inputs unless `otypes` is set")
            first = called(lambda k: lines[k][0])
            several = isinstance(first, tuple)
            kinds = kinds_of(first if several else (first,), "np.vectorize")
            begun = (first if several else (first,)) if self.cache else ()
            outs = results(result, count, 1 if self.cache else 0, begun, kinds, several)
        shaped = tuple([out.reshape(shape) for out in outs])
        return shaped if len(shaped) > 1 else shaped[0]


def kinds_of(values: Any, whose: str) -> Any:
    """The dtypes of the first results."""
    if any([may_be_integer(value) for value in values]):
        refuse(f"what {whose} makes are integers or floats, depending on the first element", "say it: otypes=[float]")
    return [np.asarray(value).dtype for value in values]


def results(result: Any, count: int, begin: int, begun: Any, kinds: Any, several: bool) -> Any:
    """An array for each result: those that are there, and from `begin` on those of the elements."""
    outs = [np.empty(count, dtype=kind) for kind in kinds]
    for k in range(len(begun)):
        outs[k][0] = begun[k]
    for at in range(begin, count):
        values = result(at)
        for k in range(len(outs)):
            outs[k][at] = values[k] if several else values
    return outs


def by_signature(function: Any, signature: str, args: Any, kwargs: Any) -> Any:
    """A function of arrays with as many axes as the signature says, applied to all that stand on the axes before."""
    inputs, outputs = signature.split("->")
    names = inputs[1:-1].split("),(")
    if len(names) != len(args):
        raise TypeError(f"wrong number of positional arguments: expected {len(names)}, got {len(args)}")
    arrays = [np.asarray(x) for x in args]
    own = [len(name.split(",")) if name else 0 for name in names]
    around = np.broadcast_shapes(*[arrays[k].shape[: arrays[k].ndim - own[k]] for k in range(len(arrays))])
    count = 1
    for n in around:
        count = count * n
    cores = [arrays[k].shape[arrays[k].ndim - own[k] :] for k in range(len(arrays))]
    rows = [np.broadcast_to(arrays[k], around + cores[k]).reshape((count, *cores[k])) for k in range(len(arrays))]
    if count == 0:
        raise ValueError("cannot call `vectorize` on size 0 inputs unless `otypes` is set")
    several = "),(" in outputs
    first = function(*[row[0] for row in rows], **kwargs)
    firsts = [np.asarray(value) for value in first] if several else [np.asarray(first)]
    outs = [np.empty((count, *value.shape), dtype=value.dtype) for value in firsts]
    for k in range(len(outs)):
        outs[k][0] = firsts[k]
    for at in range(1, count):
        values = function(*[row[at] for row in rows], **kwargs)
        for k in range(len(outs)):
            outs[k][at] = values[k] if several else values
    shaped = tuple([outs[k].reshape((*around, *firsts[k].shape)) for k in range(len(outs))])
    return shaped if several else shaped[0]
