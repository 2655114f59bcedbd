"""Some eigenvalues and singular values of a sparse matrix: ARPACK finds them; derivatives are those of the dense matrix's."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse
import scipy.sparse.linalg

from ...implicit import modelled
from ...intrinsics import by_cpython, known, refuse, returning
from ...registry import stands_for
from .matrices import SparseMatrix, is_sparse


def matrix(A: Any) -> Any:
    if not is_sparse(A) and not isinstance(A, np.ndarray):
        refuse("eigenvalues of an operator are not supported", "pass a matrix")
    return A if is_sparse(A) else SparseMatrix(A)


def nearest(all_of_them: Any, found: Any) -> Any:
    """Which among all were found."""
    return np.argmin(np.abs(all_of_them - found[:, None]), axis=1)


def of_eigenvalues(A: Any, found: Any) -> Any:
    """Those eigenvalues, by the dense matrix."""
    everything = np.linalg.eigvalsh(A.toarray() * 1.0)
    return everything[nearest(everything, found)]


def of_eigenvectors(A: Any, found: Any, vectors: Any) -> Any:
    """Their vectors, of the signs that were found."""
    everything, columns = np.linalg.eigh(A.toarray() * 1.0)
    chosen = columns[:, nearest(everything, found)]
    return chosen * np.sign(np.sum(chosen * vectors, axis=0))


def of_singular_values(A: Any, found: Any) -> Any:
    """Those singular values, by the dense matrix."""
    everything = np.linalg.svd(A.toarray() * 1.0, compute_uv=False)
    return everything[nearest(everything, found)]


def of_singular_vectors(A: Any, found: Any, u: Any) -> Any:
    """Their vectors on both sides, of the signs that were found."""
    left, everything, right = np.linalg.svd(A.toarray() * 1.0, full_matrices=False)
    place = nearest(everything, found)
    sign = np.sign(np.sum(left[:, place] * u, axis=0))
    return left[:, place] * sign, right[place] * sign[:, None]


@returning(np.zeros(1))
def eigenvalues(values: Any, rows: Any, columns: Any, n: int, k: int, options: Any) -> Any:
    """What ARPACK finds, without vectors. (CPython runs this and what follows.)"""
    whole = scipy.sparse.csr_matrix((values, (rows, columns)), shape=(n, n))
    return scipy.sparse.linalg.eigsh(whole, k, return_eigenvectors=False, **options)


@returning((np.zeros(1), np.zeros((1, 1))))
def eigenvectors(values: Any, rows: Any, columns: Any, n: int, k: int, options: Any) -> Any:
    whole = scipy.sparse.csr_matrix((values, (rows, columns)), shape=(n, n))
    return scipy.sparse.linalg.eigsh(whole, k, **options)


@returning(np.zeros(1))
def singular_values(values: Any, rows: Any, columns: Any, shape: Any, k: int, options: Any) -> Any:
    whole = scipy.sparse.csr_matrix((values, (rows, columns)), shape=shape)
    return scipy.sparse.linalg.svds(whole, k, return_singular_vectors=False, **options)


@returning((np.zeros((1, 1)), np.zeros(1), np.zeros((1, 1))))
def singular_vectors(values: Any, rows: Any, columns: Any, shape: Any, k: int, options: Any) -> Any:
    whole = scipy.sparse.csr_matrix((values, (rows, columns)), shape=shape)
    return scipy.sparse.linalg.svds(whole, k, **options)


@stands_for(scipy.sparse.linalg.eigsh)
def eigsh(A: Any, k: int = 6, M: Any = None, *, return_eigenvectors: bool = True, **options: Any) -> Any:
    """Some eigenvalues of a symmetric matrix, and their vectors."""
    if M is not None:
        refuse("the generalised problem of eigsh is not supported", "use scipy.linalg.eigh(A.toarray(), M.toarray())")
    A = matrix(A)
    values, rows, columns = A.triples()
    given = (values * 1.0, rows, columns, A.shape[0], k, options)
    if known(return_eigenvectors, "return_eigenvectors"):
        found, vectors = by_cpython(eigenvectors, *given)
        return modelled(found, lambda: of_eigenvalues(A, found)), modelled(vectors, lambda: of_eigenvectors(A, found, vectors))
    found = by_cpython(eigenvalues, *given)
    return modelled(found, lambda: of_eigenvalues(A, found))


@stands_for(scipy.sparse.linalg.svds)
def svds(A: Any, k: int = 6, *, return_singular_vectors: Any = True, **options: Any) -> Any:
    """Some singular values, and their vectors."""
    A = matrix(A)
    values, rows, columns = A.triples()
    given = (values * 1.0, rows, columns, A.shape, k, options)
    if known(return_singular_vectors, "return_singular_vectors") is False:
        found = by_cpython(singular_values, *given)
        return modelled(found, lambda: of_singular_values(A, found))
    if return_singular_vectors is not True:
        refuse("svds with vectors of one side alone is not supported", "ask for both")
    u, found, vh = by_cpython(singular_vectors, *given)
    left = modelled(u, lambda: of_singular_vectors(A, found, u)[0])
    right = modelled(vh, lambda: of_singular_vectors(A, found, u)[1])
    return left, modelled(found, lambda: of_singular_values(A, found)), right
