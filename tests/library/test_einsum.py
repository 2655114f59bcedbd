"""np.einsum gives NumPy's sums, whatever the products that it is made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from .originals import agrees

A = np.array([[0.3, -1.2, 0.7], [1.1, 0.4, -0.6]])
S = np.array([[0.5, -0.3], [0.9, 0.2]])
C = np.stack([A, A * A - 0.5])

FORMS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "matrices": (lambda a, b: (np.einsum("ij,kj->ik", a, a), np.einsum("ij,jk", b, a), np.einsum("ij,k->", a, b[0])), (A, S)),
    "one": (lambda a: (np.einsum("ij->ji", a), np.einsum("ij->j", a), np.einsum("ij->", a), np.einsum("...i->...", a)), (A,)),
    "together": (lambda a: (np.einsum("ij,ij->i", a, a), np.einsum("i,j->ij", a[0], a[1]), np.einsum("i,i", a[0], a[1])), (A,)),
    "batches": (lambda a, b: (np.einsum("bij,jk->bik", a, b), np.einsum("...ij,...kj->...ik", a, a)), (C, A.T)),
    "rows": (lambda a: np.einsum("bij,bj->bi", a, a[0]), (C,)),
    "several": (lambda a, b: (np.einsum("i,ij,j->", b[0], a, a[1]), np.einsum("ij,jk,kl->li", b, a, a.T, optimize=True)), (A, S)),
    "lists": (lambda a, b: (np.einsum(b, [0, 1], a, [1, 2], [2, 0]), np.einsum(b, [0, 1], a, [1, 2])), (A, S)),
    "two axes": (lambda a: (np.einsum("ijk,jil->kl", a, a), np.einsum("ijk,ijk", a, a, optimize=True)), (C,)),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_it_is_numpy_s(name: str) -> None:
    f, args = FORMS[name]
    agrees(f, *args, order=2 if name == "several" else 1)


def test_data() -> None:
    whole, truth, single = np.arange(6).reshape(2, 3), np.array([[True, False], [True, True]]), A.astype(np.float32)
    agrees(lambda a: (np.einsum("ij,kj->ik", a, a), np.einsum("ij->i", a)), whole, order=0)
    agrees(lambda a: (np.einsum("ij,jk->ik", a, a), np.einsum("ij->i", a)), truth, order=0)
    agrees(lambda a: (np.einsum("ij,kj->ik", a, a), np.einsum("ij,kj->ik", a, a, dtype=np.float64)), single, order=0, tolerance=1e-6)


@pytest.mark.parametrize("subscripts", ["ij,jk->ik", "ij->k", "ij", "ij,ji", "ijk,jk", "i1,kj->ik", "ij,kj->iik", "...j,kj->jk"])
def test_errors(subscripts: str) -> None:
    agrees(lambda a: np.einsum(subscripts, a, a), A, order=0)
