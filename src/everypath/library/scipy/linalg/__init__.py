"""scipy.linalg."""

from . import decompositions, equations, functions, shapes, spectra

__all__ = ["decompositions", "equations", "functions", "shapes", "spectra"]
