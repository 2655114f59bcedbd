"""A progress bar by rich."""

from __future__ import annotations

from typing import Any


class Bar:
    """Called with the number of shards done and of all, it draws a bar on stderr, one for each sum."""

    def __init__(self) -> None:
        try:
            from rich.console import Console
            from rich.progress import Progress
        except ImportError as problem:
            raise ImportError("progress=True needs rich: pip install rich, or pass a function of (done, all)") from problem
        self.make: Any = lambda: Progress(console=Console(stderr=True), transient=True)
        self.progress: Any = None
        self.task: Any = None

    def __call__(self, done: int, of: int) -> None:
        if self.progress is None:
            self.progress = self.make()
            self.progress.start()
            self.task = self.progress.add_task("shards", total=of)
        self.progress.update(self.task, completed=done)
        if done == of:
            self.progress.stop()
            self.progress = None
