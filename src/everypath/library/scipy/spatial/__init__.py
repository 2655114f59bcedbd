"""`scipy.spatial`: distances, neighbours, hulls and rotations."""

from . import distance, hulls, neighbours, rotation, slerp  # noqa: F401
