"""Measurements beside hand-written C, JAX and HIPS autograd, always as ratios inside one run."""
