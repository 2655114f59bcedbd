"""Products of complex arrays, by products of their parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..intrinsics import known, paired
from .arithmetic import matrix_product
from .registry import AS_WRITTEN, of_complex


def bilinear(product: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    """The product of complex operands by real products; of one that is real, two of them."""
    if not np.iscomplexobj(a):
        return paired(product(a, np.real(b)), product(a, np.imag(b)))
    if not np.iscomplexobj(b):
        return paired(product(np.real(a), b), product(np.imag(a), b))
    real = product(np.real(a), np.real(b)) - product(np.imag(a), np.imag(b))
    return paired(real, product(np.real(a), np.imag(b)) + product(np.imag(a), np.real(b)))


@of_complex(np.matmul)
def matmul(x1: Any, x2: Any) -> Any:
    """x1 @ x2."""
    return matrix_product(np.asarray(x1), np.asarray(x2))


@of_complex(np.dot)
def dot(a: Any, b: Any) -> Any:
    """The product over the last axis of `a` and the second to last of `b`."""
    return bilinear(lambda x, y: np.dot(x, y), a, b)


@of_complex(np.vdot)
def vdot(a: Any, b: Any) -> Any:
    """Σ conj(aᵢ) bᵢ of the flattened operands."""
    return bilinear(lambda x, y: np.vdot(x, y), np.conjugate(a), b)


@of_complex(np.inner)
def inner(a: Any, b: Any) -> Any:
    """The product over the last axes of both."""
    return bilinear(lambda x, y: np.inner(x, y), a, b)


@of_complex(np.outer)
def outer(a: Any, b: Any) -> Any:
    """aᵢ bⱼ of the flattened operands."""
    return np.ravel(a)[:, None] * np.ravel(b)[None, :]


@of_complex(np.kron)
def kron(a: Any, b: Any) -> Any:
    """The product of each element of `a` with all of `b`."""
    return bilinear(lambda x, y: np.kron(x, y), a, b)


@of_complex(np.convolve)
def convolve(a: Any, v: Any, mode: Any = "full") -> Any:
    """Σ aᵢ vₖ₋ᵢ."""
    return bilinear(lambda x, y: np.convolve(x, y, mode), a, v)


@of_complex(np.correlate)
def correlate(a: Any, v: Any, mode: Any = "valid") -> Any:
    """Σ aᵢ₊ₖ conj(vᵢ)."""
    return bilinear(lambda x, y: np.correlate(x, y, mode), a, np.conjugate(v))


if hasattr(np, "vecdot"):

    @of_complex(np.vecdot)
    def vecdot(x1: Any, x2: Any, axis: int = -1) -> Any:
        """Σ conj(x1ᵢ) x2ᵢ along an axis."""
        return np.sum(np.conjugate(np.moveaxis(np.asarray(x1), axis, -1)) * np.moveaxis(np.asarray(x2), axis, -1), axis=-1)


@of_complex(np.einsum)
def einsum(subscripts: str, *operands: Any, optimize: Any = False) -> Any:
    """The sums that the subscripts say, with the parts of one operand after the other."""
    for k in range(len(operands)):
        if np.iscomplexobj(operands[k]):
            before, after = operands[:k], operands[k + 1 :]
            real = np.einsum(subscripts, *before, np.real(operands[k]), *after)
            imag = np.einsum(subscripts, *before, np.imag(operands[k]), *after)
            return real + 1j * imag if np.iscomplexobj(real) else paired(real, imag)
    return np.einsum(subscripts, *operands)


@of_complex(np.linalg.norm)
def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """The 2-norm, or the Frobenius norm, is that of both parts together; others are those of the moduli."""
    given = np.asarray(x)
    if axis is None and ord is None:
        both = np.concatenate((given.real.ravel(), given.imag.ravel()))
        found = np.linalg.norm(both)
        return np.reshape(found, (1,) * given.ndim) if keepdims else found
    single = isinstance(axis, int) or (axis is None and given.ndim == 1)
    if (single and (ord is None or ord == 2)) or (not single and (ord is None or ord == "fro")):
        over = axis if isinstance(axis, int) else 0 if axis is None else axis[0]
        both = np.concatenate((given.real, given.imag), axis=over)
        return np.linalg.norm(both, ord, axis, keepdims)
    if known(ord, "the order of the norm") in (2, -2, "nuc"):
        along = (0, 1) if axis is None else axis
        s = np.linalg.svd(np.moveaxis(given, along, (-2, -1)), compute_uv=False)
        found = np.sum(s, axis=-1) if ord == "nuc" else np.max(s, axis=-1) if ord == 2 else np.min(s, axis=-1)
        return np.expand_dims(found, along) if keepdims else found
    return np.linalg.norm(np.abs(given), ord, axis, keepdims)


if hasattr(np.linalg, "vector_norm"):

    @of_complex(np.linalg.vector_norm)
    def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
        """The norm of a vector; without an axis, of all elements."""
        if axis is None and not keepdims:
            return norm(np.ravel(x), ord)
        return norm(x, ord, axis, keepdims)

    @of_complex(np.linalg.matrix_norm)
    def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
        """The norm of a matrix, or of each of a stack."""
        return norm(x, ord, (-2, -1), keepdims)

    @of_complex(np.linalg.vecdot)
    def linalg_vecdot(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
        """Σ conj(x1ᵢ) x2ᵢ along an axis."""
        return vecdot(x1, x2, axis)


WRITTEN = (
    "cross polyval polyadd polysub polymul polyder polyint vander trapezoid trapz average array_equiv argwhere fill_diagonal meshgrid"
    " logspace apply_along_axis linspace sinc pad cov corrcoef tensordot"
).split()
LINALG = "multi_dot cross outer trace diagonal tensorsolve matrix_transpose".split()
AS_WRITTEN.update(getattr(np, name) for name in WRITTEN if hasattr(np, name))
AS_WRITTEN.update(getattr(np.linalg, name) for name in LINALG if hasattr(np.linalg, name))
