"""All programs of the zoo, in the order in which a bug is best understood."""

from __future__ import annotations

from . import (  # noqa: F401
    call_forms,
    callers,
    choices,
    classics,
    constants,
    containers,
    control,
    derivatives_inside,
    everyday,
    exceptions,
    functions,
    generators,
    growing_lists,
    indexing,
    keyed,
    kinds,
    known_values,
    libraries,
    linear_algebra,
    long_lists,
    numbers,
    numpy_expressions,
    objects,
    options,
    other_tools,
    reached,
    rules,
    sizes,
    sorting,
    state_and_memory,
    tables,
)
from .registry import PROGRAMS

__all__ = ["PROGRAMS"]
