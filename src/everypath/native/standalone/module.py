"""The module of a program that knows nothing of Python: it refers to the C library and to BLAS and LAPACK by their names only."""

from __future__ import annotations

from ...errors import NotSupported
from ...ir.program import Op, Program
from ..assembly import Code
from ..jit import SCIPY
from ..module import Module, Unavailable
from .special import FUNCTIONS

REASONS = {
    "print": ("what is printed is put into words by Python", "leave print out of what is built"),
    "host": ("this is run by CPython", "compute it before, and pass the result in"),
}
OTHERS = ("a function of SciPy or NumPy computes this, which a program without Python does not have", "write its formula out")

LINEAR_ALGEBRA = ("scipy.linalg.cython_blas", "scipy.linalg.cython_lapack")


class Standalone(Module):
    """Refuses what only this process has, but for code of NumPy and SciPy where it is not `linked` into another program."""

    in_process = False

    def __init__(self, program: Program, features: frozenset[str], linked: bool = True) -> None:
        super().__init__(program, features)
        self.linked = linked

    def another(self) -> Standalone:
        return Standalone(self.program, self.features, self.linked)

    def loaded_pointer(self, address: int) -> str:
        if self.linked:
            raise Unavailable
        return f"inttoptr i64 {address} to ptr"

    def pointer(self, code: Code, address: int) -> str:
        raise Unavailable

    def declare(self, name: str, signature: str) -> None:
        if self.linked and name in SCIPY and SCIPY[name][0] not in LINEAR_ALGEBRA and name.removeprefix("ep_") not in FUNCTIONS:
            raise Unavailable
        super().declare(name, signature)


def refusal(op: Op | None) -> NotSupported:
    """Why an op cannot be there."""
    reason, way_out = REASONS.get(op.name if op else "", OTHERS)
    return NotSupported([(op.location if op else None, reason, way_out)])
