"""`scipy.ndimage`: filters and interpolation of images of any number of axes."""

from . import filters, measurements, morphology, resampling, transforms  # noqa: F401
