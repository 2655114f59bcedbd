"""The module of a program that knows nothing of Python: it refers to the C library and to BLAS and LAPACK by their names only."""

from __future__ import annotations

from ...errors import NotSupported
from ...ir.program import Op
from ..assembly import Code
from ..jit import SCIPY
from ..module import Module, Unavailable

REASONS = {
    "print": ("what is printed is put into words by Python", "leave print out of what is built"),
    "host": ("this is run by CPython", "compute it before, and pass the result in"),
}
OTHERS = ("a function of SciPy or NumPy computes this, which a program without Python does not have", "write its formula out")

LINEAR_ALGEBRA = ("scipy.linalg.cython_blas", "scipy.linalg.cython_lapack")


class Standalone(Module):
    """Refuses what only this process has."""

    in_process = False

    def loaded_pointer(self, address: int) -> str:
        raise Unavailable

    def pointer(self, code: Code, address: int) -> str:
        raise Unavailable

    def declare(self, name: str, signature: str) -> None:
        if name in SCIPY and SCIPY[name][0] not in LINEAR_ALGEBRA:
            raise Unavailable
        super().declare(name, signature)


def refusal(op: Op | None) -> NotSupported:
    """Why an op cannot be there."""
    reason, way_out = REASONS.get(op.name if op else "", OTHERS)
    return NotSupported([(op.location if op else None, reason, way_out)])
