"""From a function of NumPy or SciPy to its handler, by the tables and by name; and a refusal for what has neither that nor a text."""

from __future__ import annotations

import ast
import sys
from typing import Any

import numpy as np

from ... import records
from ...ops.ufuncs import MODULES
from ..context import Context
from ..naming import public, rule_for, spoken
from ..values import Abstract
from . import special
from .registry import CALLS, CallHandler, OfFunction
from .signatures import of_function

NOT_YET = "{name} is not yet supported"
REFUSED = (
    ("numpy.random", "{name} draws random numbers, and a derivative needs the same ones each time", "draw them outside and pass them in"),
    ("numpy.linalg", NOT_YET, "write it out with loops and @, or compute it outside and pass it in"),
    ("numpy.fft", NOT_YET, "compute it outside and pass it in, or write it as a product with a matrix"),
    ("numpy.ma", "{name}, of arrays with a mask, is not supported", "use an array and a mask of booleans: x[~mask], np.where"),
    ("numpy", NOT_YET, "write it out with loops or the functions that are supported (docs/limits.md)"),
    ("scipy", NOT_YET, "write it out, or compute it outside and pass it in"),
)
"""By module, the first that fits: reason and way out."""

INPUT_OUTPUT = frozenset("load save savez savetxt loadtxt genfromtxt fromfile memmap".split())

IMPURE = ("numpy.random", "numpy.testing", "numpy.ctypeslib", "scipy.io", "scipy.datasets", "scipy.stats._sampling", "scipy.stats._qmc")


def handler_of(function: Any) -> CallHandler | None:
    """The handler of a function of NumPy or SciPy; None for other functions, and for those that have none."""
    if not callable(function):
        return None
    try:
        known = CALLS.get(function)
    except TypeError:
        return None
    if known is not None:
        return known
    module, name = module_of(function), getattr(function, "__name__", str(function))
    if module.startswith("scipy.special") and name in special.HANDLERS:
        return OfFunction(f"scipy.special.{name}", of_function(function), special.HANDLERS[name])
    return None


def refusal_of(function: Any) -> CallHandler | None:
    """What refuses a function of NumPy or SciPy that is not supported; None for other functions, for exceptions and named tuples."""
    if not callable(function) or (isinstance(function, type) and issubclass(function, (BaseException, tuple))):
        return None
    module, name = module_of(function), getattr(function, "__name__", str(function))
    if records.as_it_stands(function):
        return None
    for prefix, reason, way_out in REFUSED:
        if module == prefix or module.startswith(prefix + "."):
            if module.startswith("numpy") and name in INPUT_OUTPUT:
                reason, way_out = "{name} reads or writes files", "do this outside and pass the data in"
            return refusing(function, reason, way_out)
    return None


def module_of(function: Any) -> str:
    """The module that a function belongs to; methods of NumPy's global generator belong to numpy.random."""
    if isinstance(function, np.ufunc):
        return home_of(function)
    owner = getattr(function, "__self__", None)
    owned = type(owner).__module__ if owner is not None and not isinstance(owner, type(ast)) else None
    if isinstance(function, type):
        return str(function.__module__)  # a class may have a property of that name
    module = getattr(function, "__module__", None) or owned or type(function).__module__
    return "numpy" if module == "builtins" and type(function).__module__.startswith("numpy") else str(module)


def home_of(function: np.ufunc) -> str:
    """The module that a ufunc, which does not say it, is an attribute of."""
    modules = ("numpy", *MODULES)
    return next((m for m in modules if getattr(sys.modules.get(m), function.__name__, None) is function), "")


def is_pure(function: Any) -> bool:
    """Whether a function of NumPy or SciPy does nothing but compute, the same each time."""
    module, name = module_of(function), getattr(function, "__name__", "")
    if not module.startswith(("numpy", "scipy")) or isinstance(function, type) or name in INPUT_OUTPUT:
        return False
    return not module.startswith(IMPURE) and not name.startswith(("set", "get", "print", "show", "test"))


def refusing(function: Any, reason: str, way_out: str) -> CallHandler:
    rule = "" if reason != NOT_YET or module_of(function).startswith("scipy.sparse") else rule_for(function, ", adjoint=…")
    way_out += rule and f"; or give it a rule: {rule}"

    def handler(context: Context, node: ast.AST, args: Any, kwargs: Any) -> Abstract:
        name = public(function) if context.place else spoken(node, public(function), function)  # a text of the library is not quoted
        context.refuse(node, reason.format(name=name), way_out)

    return handler
