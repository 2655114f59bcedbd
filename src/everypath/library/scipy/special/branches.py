"""Lambert's W, of which every branch is complex where SciPy's is."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from ....rules import rule
from ...complex.registry import of_complex
from ...registry import stands_for


@rule(host=True, returns=lambda z, k, tol: special.lambertw(z, k, tol))
def branch(z: Any, k: Any, tol: Any) -> Any:
    return special.lambertw(z, k, tol)


@branch.tangent
def _(out: Any, z: Any, k: Any, tol: Any, z_dot: Any) -> Any:
    """dW/dz = exp(-W)/(1 + W)."""
    return np.exp(-out) / (1.0 + out) * z_dot


@of_complex(special.lambertw)
def complex_lambertw(z: Any, k: Any = 0, tol: Any = 1e-8) -> Any:
    """The w with w·exp(w) = z."""
    return branch(z, k, tol)


@stands_for(special.lambertw)
def lambertw(z: Any, k: Any = 0, tol: Any = 1e-8) -> Any:
    return branch(np.asarray(z)[()] + 0j, k, tol)
