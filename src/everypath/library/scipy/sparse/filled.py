"""Sparse matrices that are filled entry by entry, `lil_matrix` and `dok_matrix`: all entries are kept here, zeros too."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp

from ...intrinsics import refuse
from ...registry import stands_for
from .matrices import Sparse, is_sparse


class Filled(Sparse):
    """One whose entries can be written."""

    dense = True
    order = "by place"

    def __init__(self, arg1: Any, shape: Any = None, dtype: Any = None, copy: bool = False) -> None:
        if isinstance(arg1, tuple):
            if len(arg1) != 2:
                raise TypeError("unrecognized lil_matrix constructor usage")
            self.entries = np.zeros(arg1, dtype=np.float64 if dtype is None else dtype)
        else:
            dense = arg1.toarray() if is_sparse(arg1) else np.array(np.atleast_2d(arg1))
            self.entries = dense if dtype is None else dense.astype(dtype)
        self._shape = self.entries.shape

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return kind(held["entries"])

    def triples(self) -> Any:
        try:
            dense = self.entries
        except AttributeError:
            return self.kept()
        m, n = dense.shape
        return np.array(dense).ravel(), np.repeat(np.arange(m), n), np.tile(np.arange(n), m)

    def toarray(self, order: Any = None, out: Any = None) -> Any:
        """The dense array."""
        return np.array(self.entries)

    def __matmul__(self, other: Any) -> Any:
        if is_sparse(other):
            return self.times(other)
        x = np.asarray(other)
        if x.ndim not in (1, 2):
            raise ValueError("Scalar operands are not allowed, use '*' instead")
        return self.entries @ x

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, tuple) and isinstance(key[0], int) and isinstance(key[1], int):
            return self.entries[key]
        return Sparse.__getitem__(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.entries[key] = value.toarray() if is_sparse(value) else value

    def setdiag(self, values: Any, k: int = 0) -> None:
        """Write a diagonal: one number, or as many as are there."""
        m, n = self.entries.shape
        if (k > 0 and k >= n) or (k < 0 and -k >= m):
            raise ValueError("k exceeds array dimensions")
        given = np.asarray(values)
        length = min(m + min(k, 0), n - max(k, 0))
        place = np.arange(length if given.ndim == 0 else min(length, given.shape[0]))
        self.entries[place - min(k, 0), place + max(k, 0)] = given if given.ndim == 0 else given[: place.size]

    def tocsr(self, copy: bool = False) -> Any:
        """The entries as they are now."""
        return self.copy()

    def tocsc(self, copy: bool = False) -> Any:
        """The entries as they are now."""
        return self.copy()

    def tocoo(self, copy: bool = False) -> Any:
        """The entries as they are now."""
        return self.copy()

    def kept(self) -> Any:
        refuse("a sparse matrix of this format is not supported", "make it one in the CSR format: A.tocsr()")


@stands_for(sp.lil_matrix)
class lil_matrix(Filled):
    """A matrix by lists."""

    form = "lil"


@stands_for(sp.dok_matrix)
class dok_matrix(Filled):
    """A matrix by keys."""

    form = "dok"


@stands_for(sp.lil_array)
class lil_array(Filled):
    """An array by lists."""

    form = "lil"

    array = True


@stands_for(sp.dok_array)
class dok_array(Filled):
    """An array by keys."""

    form = "dok"

    array = True
