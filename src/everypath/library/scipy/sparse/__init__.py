"""`scipy.sparse`: matrices of which only what is not zero is kept; made outside or inside, times vectors and matrices, and solved for."""

from . import filled, making, matrices, solvers, spectra  # noqa: F401
