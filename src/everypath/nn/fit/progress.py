"""A bar that shows how training goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .run import Run


@contextmanager
def progress_bar(wanted: bool, epochs: int, done: int) -> Iterator[Callable[[Run], Any]]:
    """What to call after each epoch: moves the bar, or does nothing where none is wanted.

    Raises ImportError where one is wanted and rich is not there.
    """
    if not wanted:
        yield lambda run: None
        return
    try:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
    except ImportError as missing:
        raise ImportError("a progress bar needs rich: pip install 'everypath[learn]'") from missing
    columns = TextColumn("epoch"), MofNCompleteColumn(), BarColumn(), TimeRemainingColumn(), TextColumn("{task.fields[said]}")
    with Progress(*columns) as bar:
        task = bar.add_task("epoch", total=epochs, completed=done, said="")
        yield lambda run: bar.update(task, completed=run.epoch, said=told(run))


def told(run: Run) -> str:
    """The last numbers of the history."""
    return "  ".join(f"{name} {values[-1]:.4g}" for name, values in run.history.items() if isinstance(values[-1], float))
