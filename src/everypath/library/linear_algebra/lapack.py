"""What LAPACK computes, by its own names (`ops/lapack.py`). Only lowering knows these; the arrays are stacks of matrices."""

from __future__ import annotations

from typing import Any


def getrf(a: Any) -> tuple[Any, Any, Any]:
    """A = P L U: both factors in one matrix, transposed, the exchanges of rows, info."""
    raise NotImplementedError


def getrs(lu: Any, pivots: Any, b: Any, transposed: bool = False) -> Any:
    """A⁻¹ b, or A⁻ᵀ b."""
    raise NotImplementedError


def getri(lu: Any, pivots: Any, transposed: bool = False) -> Any:
    """A⁻¹, or A⁻ᵀ."""
    raise NotImplementedError


def potrf(a: Any) -> tuple[Any, Any]:
    """A = L Lᵀ, of the lower triangle of A: L, info."""
    raise NotImplementedError


def trsm(a: Any, b: Any, lower: bool = True, transposed: bool = False, unit: bool = False) -> Any:
    """A⁻¹ b, or A⁻ᵀ b, with one triangle of A."""
    raise NotImplementedError


def syevd(a: Any, vectors: bool = True, lower: bool = True) -> tuple[Any, ...]:
    """The eigenvalues of a symmetric matrix, of which one triangle is read, its eigenvectors if wanted, info."""
    raise NotImplementedError


def gesdd(a: Any, full: bool = False) -> tuple[Any, Any, Any, Any]:
    """A = U diag(s) Vᵀ: U, s, Vᵀ, info."""
    raise NotImplementedError


def gesdd_values(a: Any) -> tuple[Any, Any]:
    """The singular values, info."""
    raise NotImplementedError


def geev(a: Any, vectors: bool = True) -> tuple[Any, ...]:
    """The real and imaginary parts of the eigenvalues, eigenvectors (where all is real) if wanted, info."""
    raise NotImplementedError


def geqrf(a: Any) -> tuple[Any, Any]:
    """A = Q R: R above reflections, and their factors."""
    raise NotImplementedError


def orgqr(h: Any, tau: Any) -> Any:
    """The Q that `geqrf` found of matrices with at least as many rows as columns."""
    raise NotImplementedError
