"""`scipy.ndimage`: filters and interpolation of images of any number of axes."""
