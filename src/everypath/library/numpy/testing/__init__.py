"""`numpy.testing`: assertions about arrays."""
