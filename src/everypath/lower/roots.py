"""Functions of NumPy and SciPy that are themselves to be lowered, called by nobody's text."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .. import complexes, records
from ..library import standing_for


def own_text(function: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """The text that stands for a function of NumPy or SciPy, or with complex arguments one that calls it; any other function as it is."""
    if str(getattr(function, "__module__", "")).split(".")[0] not in records.LIBRARIES:
        return function
    text = standing_for(function)
    if not isinstance(text, types.FunctionType):
        return function
    return calling(function) if any(map(complex_inside, (*args, *kwargs.values()))) else text


def complex_inside(x: Any) -> bool:
    """Whether something is a complex number or array, or holds one."""
    if isinstance(x, (list, tuple)):
        return any(map(complex_inside, x))
    return complexes.kind_of(x) is not None


@functools.lru_cache(256)
def calling(function: Callable[..., Any]) -> types.FunctionType:
    """A function that calls this one, as a text of the user's would."""

    def called(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return called  # type: ignore[return-value]
