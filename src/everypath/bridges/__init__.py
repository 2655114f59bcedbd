"""What the bridges to other systems share: `wrapped`, a function whose arguments have places for arrays of others.

Each bridge is a module of its own, imported only when asked for: `everypath.torch`, `everypath.jax`, `everypath.numba`.
"""
