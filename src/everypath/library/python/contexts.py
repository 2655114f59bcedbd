"""`contextlib.ExitStack`: managers that are entered one by one, and left in the opposite order."""

from __future__ import annotations

import contextlib
from typing import Any

from ..registry import stands_for


@stands_for(contextlib.ExitStack)
class ExitStack:
    def __init__(self) -> None:
        self._exits: list[Any] = []

    def __enter__(self) -> Any:
        return self

    def enter_context(self, cm: Any) -> Any:
        result = cm.__enter__()
        self._exits.append(cm.__exit__)
        return result

    def push(self, exit: Any) -> Any:
        self._exits.append(exit.__exit__ if hasattr(exit, "__exit__") else exit)
        return exit

    def callback(self, callback: Any, /, *args: Any, **kwds: Any) -> Any:
        def leave(kind: Any, error: Any, traceback: Any) -> bool:
            callback(*args, **kwds)
            return False

        self._exits.append(leave)
        return callback

    def pop_all(self) -> Any:
        other = ExitStack()
        other._exits = self._exits
        self._exits = []
        return other

    def close(self) -> None:
        self.__exit__(None, None, None)

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> bool:
        swallowed, raised = False, False
        while len(self._exits) > 0:
            leave = self._exits.pop()
            try:
                if leave(kind, error, traceback):
                    swallowed, raised = True, False
                    kind = error = traceback = None
            except BaseException as another:
                raised = True
                kind, error = type(another), another
        if raised:
            raise error
        return swallowed and kind is None
