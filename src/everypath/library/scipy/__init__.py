"""Functions of SciPy in ordinary NumPy: one file or folder for each module of SciPy's, by its name."""
