"""NumPy's functions, methods, attributes and operators as IR, a module per family.

`handler_of(function)` finds the handler of a function of NumPy or SciPy; METHODS and ATTRIBUTES are tables by name.
"""
