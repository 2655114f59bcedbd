"""How many threads BLAS uses while shards are worked on: it adds in another order for another number, so it is the same everywhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any


class Limit:
    """The number of threads, while anybody in this process asks for it; that of the first who does counts."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.holders = 0
        self.limited: Any = None

    @contextmanager
    def held(self, threads: int) -> Iterator[None]:
        """No more threads of BLAS than these."""
        with self.lock:
            if not self.holders and (found := controller()) is not None:
                self.limited = found.limit(limits=threads, user_api="blas")
            self.holders += 1
        try:
            yield
        finally:
            with self.lock:
                self.holders -= 1
                if not self.holders and self.limited is not None:
                    self.limited.restore_original_limits()
                    self.limited = None


limit = Limit()
"""The one of this process."""


@cache
def controller() -> Any:
    """What sets the threads of the libraries that are loaded; None where threadpoolctl is not installed."""
    try:
        import threadpoolctl
    except ImportError:
        return None
    import scipy.linalg.cython_blas  # noqa: F401  (must be there to be found)

    return threadpoolctl.ThreadpoolController()
