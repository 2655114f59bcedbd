"""`scipy.integrate`: integrals of functions and of samples, and differential equations."""
