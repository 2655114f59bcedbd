"""What a call that CPython ran has left behind for the thread that it ran in: its exception, or the arrays of its result."""

from __future__ import annotations

import threading
from typing import Any


class Failed(Exception):
    """A call that CPython ran has raised; the exception is the thread's."""


class _Held(threading.local):
    error: BaseException | None = None
    arrays: Any = None


HELD = _Held()


def failure() -> BaseException:
    """The exception of the call that failed just now."""
    error, HELD.error = HELD.error, None
    assert error is not None
    return error
