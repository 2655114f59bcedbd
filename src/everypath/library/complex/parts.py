"""The parts of the complex numbers and arrays in a list of run-time length."""

from __future__ import annotations

from typing import Any

import numpy as np


def each_real(items: Any) -> Any:
    return [np.real(z) for z in items]


def each_imag(items: Any) -> Any:
    return [np.imag(z) for z in items]
