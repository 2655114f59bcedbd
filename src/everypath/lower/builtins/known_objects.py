"""What makes known objects of Python's library, dates and regular expressions among them, and their methods: run by CPython, then and
there."""

from __future__ import annotations

import ast
import datetime
import json
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from ..frame import Frame
from ..values import Abstract
from . import computed
from .registry import TABLE, Handler

FUNCTIONS: tuple[Callable[..., Any], ...] = (
    *(datetime.date, datetime.datetime, datetime.time, datetime.timedelta, datetime.timezone),
    *(datetime.date.fromisoformat, datetime.datetime.fromisoformat, datetime.datetime.strptime, datetime.datetime.combine),
    *(re.compile, re.match, re.fullmatch, re.search, re.findall, re.finditer, re.split, re.sub, re.subn, re.escape),
    *(json.loads, ast.literal_eval, textwrap.dedent, textwrap.wrap, textwrap.fill, textwrap.shorten, textwrap.indent),
)


def listing(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with a list where it gives its items one by one."""

    def called(*args: Any, **kwargs: Any) -> Any:
        found = function(*args, **kwargs)
        return list(found) if isinstance(found, Iterator) else found

    called.__name__ = function.__name__
    return called


def of_function(function: Callable[..., Any]) -> Handler:
    def handler(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        return computed.call(c, listing(function), args, kwargs, node)

    return handler


def method(c: Frame, owner: Any, name: str, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    return computed.call(c, listing(getattr(owner, name)), args, kwargs, node)


for _function in FUNCTIONS:
    TABLE[_function] = of_function(_function)
