"""Compiles by_hand.c with gcc and calls it through ctypes."""

import ctypes
import subprocess
import tempfile
from pathlib import Path

import numpy as np

FLAGS = ("-O3", "-march=native", "-ffast-math", "-shared", "-fPIC")
POINTER = np.ctypeslib.ndpointer(np.float64, flags="C_CONTIGUOUS")


def compiled() -> ctypes.CDLL:
    """The shared library built from by_hand.c, with its argument types declared."""
    folder = tempfile.mkdtemp(prefix="everypath-gmm-")
    library = Path(folder, "by_hand.so")
    source = Path(__file__).with_name("by_hand.c")
    subprocess.run(["gcc", *FLAGS, str(source), "-o", str(library), "-lm"], check=True)
    loaded = ctypes.CDLL(str(library))
    inputs = [ctypes.c_int] * 3 + [POINTER] * 4 + [ctypes.c_double, ctypes.c_int]
    loaded.gmm_value.argtypes, loaded.gmm_value.restype = inputs, ctypes.c_double
    loaded.gmm_gradient.argtypes, loaded.gmm_gradient.restype = inputs + [POINTER] * 3, ctypes.c_double
    return loaded


def version() -> str:
    """The first line of `gcc --version`, and the flags."""
    first = subprocess.run(["gcc", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    return f"{first}, {' '.join(FLAGS[:3])}"


class ByHand:
    """The function and its gradient (with respect to alphas, means and icf), like everypath's."""

    def __init__(self) -> None:
        self.library = compiled()

    def value(self, alphas, means, icf, x, gamma, m):
        (n, d), k = x.shape, len(alphas)
        return self.library.gmm_value(d, k, n, alphas, means, icf, x, gamma, m)

    def gradient(self, alphas, means, icf, x, gamma, m):
        (n, d), k = x.shape, len(alphas)
        out = np.empty_like(alphas), np.empty_like(means), np.empty_like(icf)
        self.library.gmm_gradient(d, k, n, alphas, means, icf, x, gamma, m, *out)
        return out
