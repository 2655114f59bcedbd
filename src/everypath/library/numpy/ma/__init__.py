"""numpy.ma."""
