"""Factorisations of matrices, with their rules: what NumPy's and SciPy's linear algebra are both written with."""
