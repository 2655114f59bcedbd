"""numpy.linalg."""

from . import decompositions, norms, products, systems

__all__ = ["decompositions", "norms", "products", "systems"]
