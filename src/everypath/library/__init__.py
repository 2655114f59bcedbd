"""Functions of Python's library in ordinary Python, lowered like the user's own text where that calls the function they stand for."""

from . import functional, iterators, mathematics, ordering, statistics
from .registry import STANDS_FOR

__all__ = ["STANDS_FOR", "functional", "iterators", "mathematics", "ordering", "statistics"]
