"""scipy.linalg."""

from . import decompositions, equations, functions, shapes, spectra, structured

__all__ = ["decompositions", "equations", "functions", "shapes", "spectra", "structured"]
