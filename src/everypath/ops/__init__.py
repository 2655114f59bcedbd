"""What each operation is: its typing, its meaning in NumPy, its partials, where samples of it are drawn. No machine facts.

Importing this package fills the catalogue, `ir.op.DEFINITIONS`.
"""

from . import (
    arithmetic,
    choice,
    control,
    discrete,
    entropy,
    exponential,
    gammas,
    hyperbolic,
    linear,
    marks,
    memory,
    normal,
    reduction,
    slopes,
    ties,
    trigonometric,
    ufuncs,
)

__all__ = [
    "arithmetic",
    "choice",
    "control",
    "discrete",
    "entropy",
    "exponential",
    "gammas",
    "normal",
    "hyperbolic",
    "linear",
    "marks",
    "memory",
    "reduction",
    "slopes",
    "ufuncs",
    "ties",
    "trigonometric",
]
