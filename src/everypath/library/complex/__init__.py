"""Arithmetic and functions of complex numbers and arrays, in ordinary Python and NumPy of their real and imaginary parts."""

from .registry import AS_WRITTEN, of_complex, text_of_complex

__all__ = ["AS_WRITTEN", "of_complex", "text_of_complex"]
