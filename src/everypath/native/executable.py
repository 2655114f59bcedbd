"""A compiled function that Python calls with leaves: the fast way in, and the careful one for arguments that need work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import InvalidArgument
from ..frames import located
from ..ir.program import Function
from ..ir.types import SCALARS, ArrayType, ScalarType, Type
from ..optimise.short import OtherExtents
from . import context
from .errors import exception
from .failure import Failed, failure
from .module import Postponed, Site

AS_THEY_TRAVEL: dict[str, Callable[[Any], Any]] = {"f64": float, "i64": int, "bool": bool}
for _type in SCALARS.values():
    AS_THEY_TRAVEL.setdefault(_type.name, _type.numpy.type)


class Executable:
    """One compiled function. Called with the leaves of its arguments, it returns the list of its result leaves.

    `written` are the positions of parameters whose memory it may write. Arrays that overlap a written one run in a variant
    that assumes nothing about memory, compiled when first needed. So is `whole`, which holds what this one has postponed.
    """

    def __init__(
        self,
        function: Function,
        enter: Callable[..., Any],
        sites: Sequence[Site],
        written: frozenset[int],
        counted: np.ndarray,
        overlapping: Callable[[], Executable] | None,
        whole: Callable[[], Executable],
    ) -> None:
        self.name = function.name
        self.types: tuple[Type, ...] = tuple(p.type for p in function.parameters)
        self.names = tuple(p.name for p in function.parameters)
        self.written = written
        self._enter = enter
        self._sites = sites
        self._counted = counted
        self._overlapping = overlapping
        self._whole = whole

    def __call__(self, *leaves: Any) -> list[Any]:
        results = self._enter(*leaves)
        if results.__class__ is list:
            return results
        if results is None:
            return self._carefully(leaves)
        return self._stopped(results, leaves)

    def at_once(self, *leaves: Any) -> list[Any] | None:
        """The same, or None where the arguments need work: one must be converted, or shares memory with one that is written."""
        results = self._enter(*leaves)
        if results is None or results.__class__ is list:
            return results
        return self._stopped(results, leaves)

    @property
    def counters(self) -> dict[str, int]:
        """Of the last call: allocations, blocks and bytes that it left to its end, most bytes alive at once, bytes put in lists."""
        return dict(zip(context.COUNTERS, map(int, self._counted)))

    def _stopped(self, noted: tuple[int, ...], leaves: Sequence[Any]) -> list[Any]:
        """The error that a run stopped with is raised; or, if it came to what is compiled only when needed, that is run."""
        site = self._sites[noted[0] - 1]
        if site.error is Postponed:
            return self._whole()(*leaves)
        if site.error is OtherExtents:
            raise OtherExtents  # seen by no one but who asks the others
        if site.error is Failed:
            raise located(failure(), site.location)
        raise exception(site, noted[1:])

    # Arguments that need work ----------------------------------------------------------------------------------------

    def _carefully(self, leaves: Sequence[Any]) -> list[Any]:
        if len(leaves) != len(self.types):
            raise InvalidArgument(f"{self.name} takes {len(self.types)} leaves, not {len(leaves)}")
        ready = [self._converted(k, leaf) for k, leaf in enumerate(leaves)]
        target = self
        if self._overlapping is not None and overlaps(ready, self.written):
            target = self._overlapping()
        results = target._enter(*ready)
        try:
            if results.__class__ is list:
                return results
            if results is None:
                raise InvalidArgument(f"{self.name} cannot use arguments of types {', '.join(map(_kind, leaves))}")
            return target._stopped(results, ready)
        finally:
            self._write_back(leaves, ready)

    def _converted(self, position: int, leaf: Any) -> Any:
        type_ = self.types[position]
        if isinstance(type_, ScalarType):
            return AS_THEY_TRAVEL[type_.name](leaf)
        if isinstance(type_, ArrayType):
            return self._usable(position, leaf, type_)
        return leaf

    def _usable(self, position: int, leaf: Any, type_: ArrayType) -> np.ndarray:
        """`leaf` itself as far as possible, else a copy that compiled code can read."""
        x = np.asarray(leaf)
        if x.ndim != type_.rank:
            raise InvalidArgument(f"{self.names[position]} has {x.ndim} axes, not {type_.rank}")
        dtype, itemsize = type_.dtype.numpy, type_.dtype.numpy.itemsize
        if x.dtype == dtype and x.dtype is not dtype:
            x = x.view(dtype)
        usable = x.dtype is dtype and x.flags.aligned and all(s % itemsize == 0 for s in x.strides)
        usable = usable and (x.flags.c_contiguous or not type_.contiguous)
        usable = usable and (x.flags.writeable or position not in self.written)
        return x if usable else np.array(x, dtype, order="C", copy=True)

    def _write_back(self, leaves: Sequence[Any], ready: Sequence[Any]) -> None:
        """What the function wrote to a copy goes where it belongs."""
        for k in sorted(self.written):
            original, used = leaves[k], ready[k]
            if used is original or np.shares_memory(used, original):
                continue
            if original.flags.writeable:
                original[...] = used
            elif not np.array_equal(original, used, equal_nan=original.dtype.kind == "f"):
                raise ValueError("assignment destination is read-only")


def overlaps(leaves: Sequence[Any], written: frozenset[int]) -> tuple[int, int] | None:
    """The positions of an array that is written and another one whose memory overlaps it, by the bounds of their addresses."""
    for k in sorted(written):
        for other, leaf in enumerate(leaves):
            if other != k and isinstance(leaf, np.ndarray) and np.may_share_memory(leaves[k], leaf):
                return k, other
    return None


def _kind(leaf: Any) -> str:
    return f"{leaf.dtype}[{leaf.ndim}]" if isinstance(leaf, np.ndarray) else type(leaf).__name__
