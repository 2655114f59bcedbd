"""`scipy.interpolate`: functions through points. Their derivative with respect to the point is there, and with respect to the data where
they are linear in them."""
