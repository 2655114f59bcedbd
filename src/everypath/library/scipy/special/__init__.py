"""`scipy.special`: what is written in Python there. Its ufuncs are operations (`ops/ufuncs.py`)."""

from . import analytic, branches, counting, elementary, incomplete, logarithms, orders, orthogonal, polynomials  # noqa: F401
