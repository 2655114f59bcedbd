"""Python's library, NumPy and SciPy in ordinary Python: lowered like the user's own text where that calls what they stand for."""

from .python import containers, contexts, functional, iterators, mathematics, operators, ordering, statistics
from .registry import COMPUTED, OF_ONE, STANDS_FOR, standing_for

__all__ = [
    "COMPUTED",
    "OF_ONE",
    "STANDS_FOR",
    "containers",
    "contexts",
    "functional",
    "iterators",
    "mathematics",
    "operators",
    "ordering",
    "standing_for",
    "statistics",
]
