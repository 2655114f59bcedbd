"""`scipy.stats`: distributions, a class each, and what describes samples. Draws are refused: a derivative needs the same ones each time."""

from . import bounded, continuous, discrete, frozen, hypotheses, kernels, line, multivariate, normal, positive, summaries  # noqa: F401
