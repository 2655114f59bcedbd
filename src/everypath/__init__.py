"""everypath: the exact derivative of ordinary Python and NumPy, at native speed, explained."""

from .errors import EverypathError, InvalidArgument, NotDifferentiable, NotSupported

__version__ = "0.1.0"

__all__ = ["EverypathError", "InvalidArgument", "NotDifferentiable", "NotSupported", "__version__"]
