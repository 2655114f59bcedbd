"""What the clock says: data, read by CPython where the function gets there, and no derivative."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable
from typing import Any

from ...hosting import described
from ...rules import Rule
from ..builtins.registry import Handler, builtin
from ..frame import Frame
from ..values import Abstract
from . import host

CLOCKS = ("time", "monotonic", "perf_counter", "process_time", "thread_time")


def reading(clock: Callable[[], Any]) -> Handler:
    rule = Rule(clock)
    rule.returned = described(clock(), rule.name)

    def handler(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        return host.called(c, rule, args, kwargs, node, data=True, tells=True)

    return handler


for _name in CLOCKS:
    for _clock in (getattr(time, _name), getattr(time, f"{_name}_ns")):
        builtin(_clock, most=0)(reading(_clock))
