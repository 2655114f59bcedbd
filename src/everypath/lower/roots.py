"""Functions of NumPy and SciPy that are themselves to be lowered, called by nobody's text."""

from __future__ import annotations

import builtins
import functools
import linecache
import operator
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .. import complexes, records
from ..library import standing_for
from .builtins.registry import TABLE
from .naming import public
from .numpy.lookup import handler_of
from .python import mathematics


def own_text(function: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """The text that stands for a function of NumPy or SciPy, or one that calls it: with complex arguments, and where lowering knows
    another way than a text. Any other function as it is."""
    if isinstance(function, types.FunctionType) and root_of(function) not in records.LIBRARIES:
        return function
    text = standing_for(function)
    if isinstance(text, types.FunctionType):
        return calling(function) if any(map(complex_inside, (*args, *kwargs.values()))) else text
    if text is not None or is_handled(function):
        return calling(function)
    name = getattr(function, "__name__", "")
    if args and records.stand_in(type(args[0])) is not None and getattr(type(args[0]), name, None) is function:
        return calling_method(name)
    return function


def root_of(function: Any) -> str:
    return str(getattr(function, "__module__", "")).partition(".")[0]


def is_handled(function: Any) -> bool:
    """Whether it is a function without a text of which lowering knows what it does."""
    if isinstance(function, type):
        return False
    if isinstance(function, types.BuiltinFunctionType) and function in TABLE:
        return True
    return isinstance(getattr(function, "__self__", None), np.ufunc) or handler_of(function) is not None or function in mathematics.TABLE


def complex_inside(x: Any) -> bool:
    """Whether something is a complex number or array, or holds one."""
    if isinstance(x, (list, tuple)):
        return any(map(complex_inside, x))
    return complexes.kind_of(x) is not None


@functools.lru_cache(256)
def calling(function: Callable[..., Any]) -> types.FunctionType:
    """A function that calls this one, as a text of the user's would."""
    name = public(function)
    root, _, rest = name.partition(".")
    module = sys.modules.get({"np": "numpy"}.get(root, root)) if rest else builtins
    try:
        if operator.attrgetter(rest or root)(module) is function:
            return written(f"lambda *args, **kwargs: {name}(*args, **kwargs)", {root: module} if rest else {})
    except AttributeError:
        pass
    return written("lambda *args, **kwargs: function(*args, **kwargs)", {"function": function})


@functools.lru_cache(256)
def calling_method(name: str) -> types.FunctionType:
    """A function that calls this method of its first argument."""
    return written(f"lambda self, *args, **kwargs: self.{name}(*args, **kwargs)", {})


def written(text: str, names: dict[str, Any]) -> types.FunctionType:
    """The function of this text, whose lines messages can show."""
    file = f"<{text.partition(': ')[2].partition('(')[0]}>"
    linecache.cache[file] = (len(text), None, [text + "\n"], file)
    return eval(compile(text, file, "eval"), names)  # type: ignore[no-any-return]
