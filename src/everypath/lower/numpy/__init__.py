"""NumPy's functions, methods, attributes and operators as IR, a module per family.

`handler_of(function)` finds the handler of a function of NumPy or SciPy; METHODS and ATTRIBUTES are tables by name.
"""

from . import (
    accumulation,
    attributes,
    choice,
    creation,
    elementwise,
    extremes,
    grids,
    joining,
    logic,
    operators,
    products,
    questions,
    reductions,
    running,
    searching,
    shape,
)
from .lookup import handler_of
from .registry import ATTRIBUTES, CALLS, METHODS

__all__ = [
    "ATTRIBUTES",
    "CALLS",
    "METHODS",
    "accumulation",
    "attributes",
    "choice",
    "creation",
    "elementwise",
    "extremes",
    "grids",
    "handler_of",
    "joining",
    "logic",
    "operators",
    "products",
    "questions",
    "reductions",
    "running",
    "searching",
    "shape",
]
