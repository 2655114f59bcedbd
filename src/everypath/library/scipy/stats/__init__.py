"""`scipy.stats`: distributions, a class each, and what describes samples. Draws are refused: a derivative needs the same ones each time."""

from . import bounded, comparisons, continuous, discrete, frozen, hypotheses, kernels, line, multivariate, normal, positive, summaries  # noqa: F401, I001
from . import circular, matrices, trimmed  # noqa: F401
from . import others  # noqa: F401  (of those that the above leave)
