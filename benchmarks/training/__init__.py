"""Training steps with Adam: a loss, its gradient and the update, beside JAX and PyTorch, each in the form its users write.

A family of models is a module: the losses as plain NumPy, the same losses in JAX and in PyTorch, and the numbers to begin from.
"""
