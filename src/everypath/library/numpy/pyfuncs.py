"""`np.frompyfunc`: functions of Python's objects, applied to elements. What it returns is an array of objects: here these are numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..intrinsics import refuse
from ..registry import stands_for
from .functional import kinds_of, results


class Objects:
    """What stands for an array of objects: it is made an array of numbers by `astype`."""

    def __init__(self, values: Any) -> None:
        self.values = values

    @property
    def shape(self) -> Any:
        """The shape."""
        return self.values.shape

    @property
    def size(self) -> int:
        """How many there are."""
        return int(self.values.size)

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return int(self.values.ndim)

    def astype(self, dtype: Any, order: Any = "K", casting: Any = "unsafe", subok: Any = True, copy: Any = True) -> Any:
        """An array of numbers."""
        return self.values.astype(dtype)

    def tolist(self) -> Any:
        """A list of Python's numbers."""
        return self.values.tolist()

    def sum(self) -> Any:
        """Their sum, one after the other."""
        total = 0
        for x in self.values.ravel().tolist():
            total = total + x
        return total

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, k: Any) -> Any:
        found = self.values[k]
        return found.item() if np.ndim(found) == 0 else Objects(found)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values.tolist())


@stands_for(np.frompyfunc)
class PyFunction:
    """A function of so many numbers that gives so many."""

    def __init__(self, func: Any, /, nin: int, nout: int, *, identity: Any = None) -> None:
        self.function = func
        self.nin = nin
        self.nout = nout

    def __call__(self, *args: Any) -> Any:
        if len(args) != self.nin:
            raise TypeError(f"{self.nin} arguments are expected, {len(args)} were given")
        if all([np.ndim(x) == 0 for x in args]):
            return self.function(*args)
        arrays = [np.asarray(x) for x in args]
        shape = np.broadcast_shapes(*[a.shape for a in arrays])
        lines = [np.broadcast_to(a, shape).reshape(-1) for a in arrays]
        if lines[0].size == 0:
            refuse("a function of np.frompyfunc of no elements, whose results have no type, is not supported", "ask for x.size before")
        first = self.function(*[line[0].item() for line in lines])
        begun = (first,) if self.nout == 1 else first
        kinds = kinds_of(begun, "a function of np.frompyfunc")

        def result(at: int) -> Any:
            given = list(args)
            for k in range(len(lines)):
                given[k] = lines[k][at].item()
            return self.function(*given)

        outs = results(result, lines[0].size, 1, begun, kinds, self.nout > 1)
        found = [Objects(out.reshape(shape)) for out in outs]
        return found[0] if self.nout == 1 else tuple(found)

    def outer(self, a: Any, b: Any) -> Any:
        """Of all pairs."""
        x, y = np.asarray(a), np.asarray(b)
        return self(x.reshape(x.shape + (1,) * y.ndim), y)

    def reduce(self, array: Any, axis: int = 0) -> Any:
        """Of the first two, of that and the third, …"""
        line = np.asarray(array)
        if line.ndim != 1:
            refuse("np.frompyfunc(…).reduce over one of several axes is not supported", "write the loop")
        items = line.tolist()
        total = items[0]
        for k in range(1, len(items)):
            total = self.function(total, items[k])
        return total

    def accumulate(self, array: Any, axis: int = 0) -> Any:
        """The same, every one of them."""
        line = np.asarray(array)
        if line.ndim != 1:
            refuse("np.frompyfunc(…).accumulate along one of several axes is not supported", "write the loop")
        items = line.tolist()
        found = np.empty(len(items), dtype=line.dtype)
        total = items[0]
        found[0] = total
        for k in range(1, len(items)):
            total = self.function(total, items[k])
            found[k] = total
        return Objects(found)
