"""`scipy.stats`: distributions, a class each, and what describes samples. Draws are data."""

from . import bounded, comparisons, continuous, discrete, frozen, hypotheses, kernels, line, multivariate, normal, positive, summaries  # noqa: F401, I001
from . import circular, contingency, matrices, slopes, trimmed  # noqa: F401
from . import others  # noqa: F401  (of those that the above leave)
