"""The gradient of a Gaussian mixture's log-likelihood (the problem of ADBench): plain Python loops, C by hand, JAX."""
