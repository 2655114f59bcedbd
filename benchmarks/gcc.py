"""Compiles hand-written C with gcc, for calls through ctypes."""

import ctypes
import subprocess
import tempfile
from pathlib import Path

import numpy as np

FLAGS = ("-O3", "-march=native", "-ffast-math", "-shared", "-fPIC")
POINTER = np.ctypeslib.ndpointer(np.float64, flags="C_CONTIGUOUS")


def compiled(source: Path) -> ctypes.CDLL:
    """A C file as a library to call."""
    return ctypes.CDLL(str(shared_library(source)))


def shared_library(source: Path) -> Path:
    """The file of the shared library built from a C file."""
    library = Path(tempfile.mkdtemp(prefix="everypath-"), f"{source.stem}.so")
    subprocess.run(["gcc", *FLAGS, str(source), "-o", str(library), "-lm"], check=True)
    return library


def version() -> str:
    """The first line of `gcc --version`, and the flags."""
    first = subprocess.run(["gcc", "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    return f"{first}, {' '.join(FLAGS[:3])}"
