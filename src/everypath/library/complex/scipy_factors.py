"""`scipy.linalg`'s factors of complex matrices by elimination, and bases that are data."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from ..intrinsics import known, value_only
from ..linear_algebra import complex_lu
from ..linear_algebra.lu import order
from ..scipy.linalg.decompositions import GAUGE, hessenberg_factors, one_matrix, packed_factors, sorted_schur, with_order
from .linalg import doubled
from .registry import of_complex
from .scipy_linalg import adjoint, finite, halved, hermitian, solve_triangular, square


def matrix(a: Any, check_finite: bool) -> Any:
    """One matrix; ValueError where it is none."""
    return one_matrix(finite(a, check_finite))


@of_complex(scipy.linalg.lu)
def lu(a: Any, permute_l: bool = False, overwrite_a: bool = False, check_finite: bool = True, p_indices: bool = False) -> Any:
    """P, L and U with a = P L U; P L and U; or P as the order of the rows."""
    lower, upper, rows, _ = complex_lu.factors(matrix(a, check_finite))
    permuted = known(permute_l, "permute_l")
    return with_order(lower, upper, rows, permuted, not permuted and known(p_indices, "p_indices"))


@of_complex(scipy.linalg.lu_factor)
def lu_factor(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """L without its ones and U in one matrix, and the exchanges of rows."""
    lower, upper, _, pivots = complex_lu.factors(matrix(a, check_finite))
    return packed_factors(lower, upper), pivots.astype(np.int32)


@of_complex(scipy.linalg.lu_solve)
def lu_solve(lu_and_piv: Any, b: Any, trans: int = 0, overwrite_b: bool = False, check_finite: bool = True) -> Any:
    """The x with a x = b, aᵀ x = b or aᴴ x = b, by what `lu_factor` found."""
    packed, pivots = lu_and_piv
    z, right = square(packed, check_finite), finite(b, check_finite)
    if z.shape[0] != right.shape[0]:
        raise ValueError("Shapes of lu and b are incompatible")
    rows, way = order(pivots, z.shape[0]), known(trans, "trans")
    if way == 0:
        return solve_triangular(z, solve_triangular(z, right[rows], 0, True, True), 0, False)
    return solve_triangular(z, solve_triangular(z, right, way, False), way, True, True)[np.argsort(rows)]


@of_complex(scipy.linalg.schur)
def schur(a: Any, output: str = "real", lwork: Any = None, overwrite_a: bool = False, sort: Any = None, check_finite: bool = True) -> Any:
    """T and Z with a = Z T Zᴴ, and how many eigenvalues were sorted to the front: data."""
    return sorted_schur(square(a, check_finite), output, sort)


@of_complex(scipy.linalg.hessenberg)
def hessenberg(a: Any, calc_q: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """H, and perhaps Q, with a = Q H Qᴴ: data."""
    return hessenberg_factors(square(a, check_finite), calc_q)


@of_complex(scipy.linalg.null_space)
def null_space(A: Any, rcond: Any = None) -> Any:
    """An orthonormal basis of what `A` takes to 0: data."""
    return value_only(GAUGE, "differentiate what is made of it", scipy.linalg.null_space, np.asarray(A), rcond)


@of_complex(scipy.linalg.orth)
def orth(A: Any, rcond: Any = None) -> Any:
    """An orthonormal basis of what `A` takes anything to: data."""
    return value_only(GAUGE, "differentiate what is made of it", scipy.linalg.orth, np.asarray(A), rcond)


@of_complex(scipy.linalg.polar)
def polar(a: Any, side: str = "right") -> Any:
    """U with orthonormal columns or rows, and P Hermitian, with a = U P, or P U."""
    if side not in ("right", "left"):
        raise ValueError("`side` must be either 'right' or 'left'")
    u, p = scipy.linalg.polar(doubled(finite(a)), side)
    return halved(u), halved(p)


@of_complex(scipy.linalg.pinvh)
def pinvh(a: Any, lower: bool = True, check_finite: bool = True) -> Any:
    """The pseudo-inverse of a Hermitian matrix, of which one triangle is read."""
    z = square(a, check_finite)
    return scipy.linalg.pinv(hermitian(z if known(lower, "lower") else adjoint(z), True))
