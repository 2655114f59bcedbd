"""Gradients of three loops that carry state: a recurrence, a stencil stepped in time, and an orbit of a differential equation."""
