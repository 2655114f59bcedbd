"""What `fit` calls after every epoch: a function of the run, which goes on unless one of them returns True."""

from __future__ import annotations

from collections.abc import Callable

from everypath import InvalidArgument

from .run import Run

Callback = Callable[[Run], bool | None]


def early_stopping(patience: int = 5, monitor: str | None = None, least: float = 0.0) -> Callback:
    """A callback that stops where `monitor` was not lower by more than `least` for so many epochs.

    `monitor` is a name of the history; unless told, the validation loss where there is one, else the loss. What it decides depends on
    the history alone, so that a run that goes on stops where it would have. The best parameters are the run's `best.params`.
    Raises InvalidArgument, in `fit`, for a name that the history has not.
    """

    def stops(run: Run) -> bool:
        name = monitor or run.monitored
        if name not in run.history:
            raise InvalidArgument(f"there is no {name!r} in the history: {', '.join(run.history)}")
        lowest, waited = float("inf"), 0
        for value in run.history[name]:
            lowest, waited = (value, 0) if value < lowest - least else (lowest, waited + 1)
        return waited >= patience

    return stops
