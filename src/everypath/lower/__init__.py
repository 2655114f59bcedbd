"""From a Python function and its arguments to typed IR, in one abstract execution over the syntax tree.

    values, frame, join, …   the core: abstract values, the frame, where paths meet, what is refused and what is learnt
    numpy/                   NumPy's functions, methods, attributes, operators and subscripts
    python/                  Python's own values: numbers, text, containers and objects, and what can be asked of them
    text/                    what is written: statements, expressions, loops, functions, generators, exceptions
    builtins/                Python's functions and methods: builtins, itertools, …
    derivatives/             everypath's own functions, called inside
    calls, language, entry   who is called; all parts brought together; the entry

Each folder imports from those above it in this list. What leads round in a circle goes through the frame (`recursion.py`).

Handlers may be given any Abstract; `context.present(x, node)` first unwraps what may be absent.
"""

from ..structure import SMALL_ONES
from .entry import Lowered, Signature, lower, whole
from .reach import NeedsStatic
from .unit import Capture, Purpose, Unit

__all__ = ["SMALL_ONES", "Capture", "Lowered", "NeedsStatic", "Purpose", "Signature", "Unit", "lower", "whole"]
