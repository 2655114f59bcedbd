"""`scipy.integrate`: integrals of functions and of samples, and differential equations."""

from . import equations, quadrature, samples  # noqa: F401
