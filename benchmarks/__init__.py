"""Measurements beside hand-written C and JAX, always as ratios inside one run."""
