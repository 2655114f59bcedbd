"""`scipy.stats`: distributions, a class each, and what describes samples. Draws are refused: a derivative needs the same ones each time."""

from . import continuous, frozen, normal  # noqa: F401
