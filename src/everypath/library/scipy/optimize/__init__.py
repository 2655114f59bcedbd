"""`scipy.optimize`: what is found is SciPy's own, bit for bit; its derivative is that of the equation that it solves."""
