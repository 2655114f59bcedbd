"""What is our own fault says so: any exception inside everypath that is not an answer to the user, with the line of the user's
program that was being worked on.

Where a stack has no room left for a deep program, the program is refused.

`ours` stands around the stages of the pipeline and around what is made of their results, never around the user's own code.
"""

from __future__ import annotations

import ast
import contextlib
import traceback
from collections.abc import Iterator
from types import FrameType
from typing import Any

from .errors import EverypathError, InvalidArgument, NotDifferentiable, NotSupported, described
from .frames import of_ours
from .source import Location

ANSWERS = (NotSupported, NotDifferentiable, InvalidArgument, MemoryError)
"""What the user is told."""

WAY_OUT = "please send us the function, the types and shapes of its arguments, this text, and what `everypath doctor` prints"


class Bug(EverypathError):
    """everypath failed where it must not. Nothing need be wrong with the function."""


@contextlib.contextmanager
def ours(doing: str, *passing: type[Exception]) -> Iterator[None]:
    """What goes wrong in here is a bug of everypath, while it was `doing` something; `passing` are exceptions that steer it."""
    try:
        yield
    except Exception as problem:
        if isinstance(problem, (Bug, *ANSWERS, *passing)):
            raise
        if out_of_room(problem):
            raise too_deep("the program", place_of(problem)) from None
        raise bug(problem, doing) from problem


def out_of_room(problem: Exception) -> bool:
    """Whether Python itself says that a stack has no room left; any other RecursionError is a mistake of ours."""
    return isinstance(problem, RecursionError) and str(problem).startswith(("maximum recursion depth exceeded", "Stack overflow"))


def too_deep(what: str, where: Location | None = None) -> NotSupported:
    """The refusal of a program for which there is not room enough."""
    reason = f"{what} is nested too deeply, or calls functions that call functions too many times over"
    return NotSupported([(where, reason, "compute it in a loop, or in parts that are variables")])


def bug(problem: Exception, doing: str) -> Bug:
    """The error to raise for an exception that should not have come up."""
    what = f"{type(problem).__name__}: {problem}".rstrip(": ")
    made = Bug(described(place_of(problem), f"this is a bug of everypath, not of your program; while {doing}: {what}", WAY_OUT))
    for note in getattr(problem, "__notes__", ()):
        made.add_note(note)
    return made


def place_of(problem: BaseException) -> Location | None:
    """The place in the user's program that was being worked on: that of the op or of the syntax in the innermost call that had one."""
    frames = [frame for frame, _ in traceback.walk_tb(problem.__traceback__)]
    found = (place_in(frame) for frame in reversed(frames) if of_ours(frame))
    return next((place for place in found if place is not None), None)


def place_in(frame: FrameType) -> Location | None:
    held = list(frame.f_locals.values())
    for value in held:
        location = mine(value, "location")
        if isinstance(location, Location):
            return location
    for context in held:
        locate, builder = mine(context, "location"), mine(context, "b")
        for node in held:
            if callable(locate) and isinstance(node, ast.AST) and hasattr(node, "lineno"):
                found = locate(node)
                return found if isinstance(found, Location) else None
        if isinstance(location := mine(builder, "location"), Location):
            return location
    return None


def mine(value: Any, name: str) -> Any:
    """An attribute of an object of everypath's own; the user's are left alone."""
    return getattr(value, name, None) if str(type(value).__module__).startswith("everypath.") else None
