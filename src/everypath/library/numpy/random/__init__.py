"""NumPy's random numbers: the draws are NumPy's own, bit for bit, and are data; what is made of them by a location or a scale has
derivatives. The state of a generator is an array, so that every run and every sweep of a derivative draws the same numbers."""
