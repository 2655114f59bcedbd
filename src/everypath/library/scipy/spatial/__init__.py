"""`scipy.spatial`: distances, neighbours, hulls and rotations."""
