"""Functions that `np.errstate(…)` decorates: what they compute is what the function inside computes."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import numpy as np

from .errors import NotSupported

KINDS = ("divide", "over", "under", "invalid", "all")
QUIET = ("ignore", "warn")
WAY_OUT = "test the numbers, with np.isfinite"


def strict(settings: dict[str, Any]) -> str:
    """Why these settings are refused; "" where they only say what is shown."""
    return next(
        (f"np.errstate({k}={how!r}) is not supported" for k, how in settings.items() if isinstance(how, str) and how not in QUIET), ""
    )


def inside(function: types.FunctionType) -> Callable[..., Any] | None:
    """The function inside one that `np.errstate(…)` decorates; None for any other."""
    if function.__code__.co_name != "inner" or not {"self", "func"} <= set(function.__code__.co_freevars):
        return None
    cells = {name: cell.cell_contents for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)}
    guard = cells["self"]
    if not isinstance(guard, np.errstate):
        return None
    reason = strict({name: getattr(guard, f"_{name}", None) for name in KINDS} | getattr(guard, "kwargs", {}))
    if reason:
        raise NotSupported([(None, reason, WAY_OUT)])
    held: Callable[..., Any] = cells["func"]
    return held
