"""`scipy.stats`: distributions, a class each, and what describes samples. Draws are data."""
