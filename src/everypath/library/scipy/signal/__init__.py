"""`scipy.signal`: convolutions, linear filters of time series, smoothing, windows and peaks."""
