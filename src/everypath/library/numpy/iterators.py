"""`np.nditer`: going over arrays element by element."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..intrinsics import in_memory, known, refuse
from ..registry import stands_for

FLAGS = ("c_index", "f_index", "multi_index", "refs_ok", "zerosize_ok", "common_dtype", "copy_if_overlap")
ACCESS = ("readonly", "readwrite", "writeonly", "allocate", "no_broadcast", "nbo", "aligned", "contig")


@stands_for(np.nditer)
class nditer:
    """The elements of one array, or of several that broadcast, each an array without axes that can be written to."""

    def __init__(
        self, op: Any, flags: Any = None, op_flags: Any = None, op_dtypes: Any = None, order: str = "K", casting: str = "safe",
        op_axes: Any = None, itershape: Any = None, buffersize: Any = 0,
    ) -> None:  # fmt: skip
        if op_dtypes is not None or op_axes is not None or itershape is not None:
            refuse("this option of np.nditer is not supported", "loop over np.ndenumerate, or over np.ndindex(x.shape)")
        for flag in () if flags is None else flags:
            if flag not in FLAGS:
                refuse(f"the flag {flag!r} of np.nditer is not supported", "loop over np.ndenumerate, or over np.ndindex(x.shape)")
        self.given = "several" if isinstance(op, (list, tuple)) else "one"
        given = [np.asarray(x) if x is not None else None for x in op] if self.given == "several" else [np.asarray(op)]
        shape = np.broadcast_shapes(*[x.shape for x in given if x is not None])
        if order != "C":
            if known(order, "the order") != "K":
                refuse("np.nditer in another order than C is not supported", "go over the transposed array")
            for x in given:
                if x is not None and x.ndim > 0:
                    in_memory(x)
        kind = np.result_type(*[x.dtype for x in given if x is not None])
        whole = [np.empty(shape, kind) if x is None else x for x in given]
        self.operands = tuple(whole)
        self.views = tuple(whole) if len(whole) == 1 else tuple([x if x.shape == shape else np.broadcast_to(x, shape) for x in whole])
        self.shape = shape
        self.ndim = len(shape)
        self.itersize = 1
        for n in shape:
            self.itersize = self.itersize * n
        self.iterindex = 0
        self.backwards = flags is not None and "f_index" in flags

    @property
    def multi_index(self) -> Any:
        """Where it stands, for each axis."""
        index: Any = ()
        rest = self.iterindex
        for n in self.shape[::-1]:
            index = (rest % n, *index)
            rest = rest // n
        return index

    @property
    def index(self) -> Any:
        """Where it stands, in C order or in that of Fortran."""
        if not self.backwards:
            return self.iterindex
        place = 0
        for k in range(self.ndim - 1, -1, -1):
            place = place * self.shape[k] + self.multi_index[k]
        return place

    @property
    def finished(self) -> bool:
        """Whether there is no more."""
        return self.iterindex >= self.itersize

    @property
    def value(self) -> Any:
        """The elements where it stands."""
        index = self.multi_index
        items = tuple([x[(*index, ...)] for x in self.views])
        return items if self.given == "several" else items[0]

    def iternext(self) -> bool:
        """Go one further; whether there is one."""
        self.iterindex = self.iterindex + 1
        return self.iterindex < self.itersize

    def __getitem__(self, k: int) -> Any:
        return self.views[k][(*self.multi_index, ...)]

    def __setitem__(self, k: int, value: Any) -> None:
        self.views[k][self.multi_index] = value

    def reset(self) -> None:
        """Begin anew."""
        self.iterindex = 0

    def close(self) -> None:
        """There is nothing to give back."""

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *args: Any) -> None:
        return None

    def __len__(self) -> int:
        return self.itersize

    def __iter__(self) -> Iterator[Any]:
        while self.iterindex < self.itersize:
            yield self.value
            self.iterindex = self.iterindex + 1
