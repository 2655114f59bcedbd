"""`numpy.testing`: assertions about arrays."""

from . import assertions  # noqa: F401
