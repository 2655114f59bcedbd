"""`scipy.spatial`: distances, neighbours and rotations."""

from . import distance, neighbours, rotation  # noqa: F401
