"""What the user sees of a traceback: their own lines, those of compiled code too, and of ours no more than the call that they made.

With EVERYPATH_TRACEBACK=full in the environment nothing is left out; nor is it of a bug of ours.
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable
from types import FunctionType, TracebackType
from typing import ParamSpec, TypeVar

from .bugs import Bug
from .errors import EverypathError
from .frames import of_ours, places

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

FULL = "EVERYPATH_TRACEBACK"
"""The variable of the environment that says "full" where tracebacks are to keep all our frames."""

WRAPPERS = ("contextlib", "functools")
"""Modules whose frames are ours where we call them."""


def without_our_frames(problem: Exception) -> Exception:
    """An error for the user, with the user's own frames in its traceback; one of ours keeps what there is to send us."""
    if isinstance(problem, Bug) or os.environ.get(FULL) == "full":
        return problem
    theirs: list[TracebackType] = []
    within_ours = False
    for place in places(problem.__traceback__):
        within_ours = of_ours(place.tb_frame) or (within_ours and place.tb_frame.f_globals.get("__name__") in WRAPPERS)
        if not within_ours:
            theirs.append(place)
    kept: TracebackType | None = None
    for place in reversed(theirs):
        kept = TracebackType(kept, place.tb_frame, place.tb_lasti, place.tb_lineno)
    if isinstance(problem, EverypathError):
        problem.__suppress_context__ = True
    return problem.with_traceback(kept)


def for_the_user(call: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """`call`, whose errors show none of our frames but this. What we call ourselves keeps them: it is not at the end of its way."""

    @functools.wraps(call)
    def plainly(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        try:
            return call(*args, **kwargs)
        except Exception as problem:
            if of_ours(sys._getframe(1)):
                raise
            raise without_our_frames(problem)  # noqa: B904

    return plainly


def all_for_the_user(made: type[Answer]) -> type[Answer]:
    """A class whose public methods, those it inherits too, are `for_the_user`."""
    for name in dir(made):
        held = inspect.getattr_static(made, name)
        if isinstance(held, FunctionType) and not name.startswith("_"):
            setattr(made, name, for_the_user(held))
    return made


def users_place(problem: BaseException) -> str:
    """The innermost place of the user's in a traceback, as Python names it; empty where there is none."""
    theirs = [place for place in places(problem.__traceback__) if not of_ours(place.tb_frame)]
    if not theirs:
        return ""
    code = theirs[-1].tb_frame.f_code
    return f'File "{code.co_filename}", line {theirs[-1].tb_lineno}, in {code.co_name}'
