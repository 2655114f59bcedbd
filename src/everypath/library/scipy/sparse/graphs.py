"""Graphs as matrices of weights (scipy.sparse.csgraph)."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csgraph

from ...intrinsics import refuse
from ...registry import stands_for
from .matrices import is_sparse


@stands_for(csgraph.laplacian)
def laplacian(
    csgraph: Any, normed: bool = False, return_diag: bool = False, use_out_degree: bool = False, *, copy: bool = True, form: str = "array",
    dtype: Any = None, symmetrized: bool = False,
) -> Any:  # fmt: skip
    """The degrees of the nodes on the diagonal, less the weights; with `normed` over the roots of both nodes' degrees."""
    if is_sparse(csgraph):
        refuse("the Laplacian of a sparse matrix is not supported", "pass the dense one: A.toarray()")
    if form != "array" or dtype is not None or not copy:
        refuse("the options 'form', 'dtype' and 'copy' of laplacian are not supported", "leave them out")
    w = np.asarray(csgraph)
    if w.ndim != 2 or w.shape[0] != w.shape[1]:
        raise ValueError("csgraph must be a square matrix or array")
    w = w * 1.0 if normed else w
    w = w + w.T if symmetrized else w
    apart = np.where(np.eye(w.shape[0], dtype=bool), w.dtype.type(0), w)
    degrees = np.sum(apart, axis=1 if use_out_degree else 0)
    if normed:
        alone = degrees == 0
        roots = np.where(alone, 1.0, np.sqrt(np.where(alone, 1.0, degrees)))
        scaled, diagonal = apart / roots / roots[:, None], np.where(alone, 0.0, 1.0)
        found = np.diag(diagonal) - scaled
        return (found, roots) if return_diag else found
    found = np.diag(degrees) - apart
    return (found, degrees) if return_diag else found
