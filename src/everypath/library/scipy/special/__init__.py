"""`scipy.special`: what is written in Python there. Its ufuncs are operations (`ops/ufuncs.py`)."""
