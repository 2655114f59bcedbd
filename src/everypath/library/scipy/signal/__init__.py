"""`scipy.signal`: convolutions, linear filters of time series, smoothing, windows and peaks."""

from . import convolution, data, filtering, smoothing  # noqa: F401
