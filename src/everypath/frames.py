"""Frames of the user's own code for a traceback, where compiled code raised: Python shows them as it shows those that it ran itself.

File "mine.py", line 12, in f
    y[i] = x[i + 1]
           ~^^^^^^^
"""

from __future__ import annotations

import ast
import functools
import linecache
import re
import sys
from collections.abc import Iterator
from types import CodeType, FrameType, TracebackType
from typing import Any

from .source import Location

MARK = "__everypath_place__"
"""What the globals of a frame hold that stands for a place in compiled code."""

RAISED = "__everypath_exception__"


def located(exception: BaseException, location: Location | None) -> BaseException:
    """`exception` with the user's line in its traceback, before what there is of it, unless a place stands there already."""
    if location is None or any(MARK in place.tb_frame.f_globals for place in places(exception.__traceback__)):
        return exception
    there = frame_at(location)
    return exception.with_traceback(TracebackType(exception.__traceback__, there.tb_frame, there.tb_lasti, there.tb_lineno))


def places(traceback: TracebackType | None) -> Iterator[TracebackType]:
    """The entries of a traceback, the outermost first."""
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def of_ours(frame: FrameType) -> bool:
    """Whether a frame is of everypath's own code, and no place of the user's program."""
    name = str(frame.f_globals.get("__name__"))
    return (name == "everypath" or name.startswith("everypath.")) and MARK not in frame.f_globals


def frame_at(location: Location) -> TracebackType:
    """An entry of a traceback that is at `location`, without the variables of the frame."""
    there: dict[str, Any] = {MARK: location, "__name__": module_of(location.file), "__file__": location.file, RAISED: Exception()}
    try:
        exec(code_at(location), there)
    except Exception as raised:
        traceback = raised.__traceback__
        del there[RAISED]
    assert traceback is not None and traceback.tb_next is not None
    return traceback.tb_next


@functools.lru_cache(256)
def code_at(location: Location) -> CodeType:
    """Code that raises at `location`, and nowhere else."""
    text = linecache.getline(location.file, location.line)
    start, end = (len(text[:column].encode()) for column in (location.column, location.end_column))
    first = first_line(location)
    line = max(location.line - first, 0) + 1
    at = {"lineno": line, "end_lineno": line, "col_offset": start, "end_col_offset": max(start, end)}
    statement = ast.Raise(ast.Name(RAISED, ast.Load(), **at), None, **at)
    code = compile(ast.Module([statement], []), location.file, "exec")
    name = location.function or "<module>"
    return code.replace(co_name=name, co_qualname=name, co_firstlineno=first)


def first_line(location: Location) -> int:
    """Where the function starts that a place is in, as debuggers ask for; the line itself where that can't be seen."""
    start = re.compile(rf"\s*(async\s+)?def\s+{re.escape(location.function)}\b")
    lines = range(location.line, 0, -1)
    return next((n for n in lines if start.match(linecache.getline(location.file, n))), max(location.line, 1))


@functools.lru_cache(256)
def module_of(file: str) -> str:
    """The name of the module that was loaded from a file, or that of the program that is run."""
    return next((name for name, module in [*sys.modules.items()] if getattr(module, "__file__", None) == file), "__main__")
