"""Fourier transforms of the rows of matrices, by real and imaginary parts. Only lowering knows these (`ops/fourier.py`)."""

from __future__ import annotations

from typing import Any


def fourier(re: Any, im: Any, inverse: bool = False) -> tuple[Any, Any]:
    """Σⱼ xⱼ e^(-2πi jk/n), with the other sign for the inverse."""
    raise NotImplementedError


def half_fourier(rows: Any) -> tuple[Any, Any]:
    """The first n/2 + 1 numbers of the transform of real rows."""
    raise NotImplementedError


def half_inverse_fourier(re: Any, im: Any, n: int) -> Any:
    """The n real numbers that have this half transform back."""
    raise NotImplementedError
