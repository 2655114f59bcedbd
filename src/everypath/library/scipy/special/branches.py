"""Lambert's W on its two real branches, as the complex numbers that SciPy gives."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from ....rules import rule
from ...intrinsics import refuse
from ...registry import stands_for


@rule(host=True, returns=np.zeros(1))
def real_branch(x: Any, k: Any) -> Any:
    """W of real numbers, where it is real."""
    found = special.lambertw(x, k)
    if np.any(found.imag != 0):
        raise ValueError("lambertw is complex here, which is not supported: below -1/e, and on the branch -1 from 0 on")
    return np.asarray(found.real)


@real_branch.partials
def _(out: Any, x: Any, k: Any) -> Any:
    """dW/dx = exp(-W)/(1 + W)."""
    return np.exp(-out) / (1.0 + out), None


@stands_for(special.lambertw)
def lambertw(z: Any, k: Any = 0, tol: Any = 1e-8) -> Any:
    """The w with w·exp(w) = z."""
    x = np.asarray(z)
    if np.iscomplexobj(x):
        refuse("scipy.special.lambertw of complex numbers is not supported", "pass real numbers")
    if k not in (0, -1):
        refuse("scipy.special.lambertw on a branch other than 0 and -1 is not supported", "write it out")
    w = real_branch(np.ravel(x) * 1.0, k)
    return w[0] + 0j if x.ndim == 0 else w.reshape(x.shape) + 0j
