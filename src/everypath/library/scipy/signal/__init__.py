"""`scipy.signal`: convolutions, linear filters of time series, smoothing, windows and peaks."""

from . import chirp, convolution, data, filtering, inverse, sampling, smoothing, spectra, waveforms  # noqa: F401
