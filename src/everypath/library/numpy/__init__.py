"""Functions of NumPy in ordinary NumPy: one file a family."""
