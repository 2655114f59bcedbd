"""What training is at any moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Best:
    """The epoch after which the monitored loss was lowest, that loss, and the parameters and state then."""

    epoch: int = 0
    value: float = float("inf")
    params: Any = None
    state: Any = None


@dataclass
class Run:
    """Where training stands: what was learnt, after how many epochs and steps, and how it went.

    `history` has a list with an entry for each epoch of `loss` (the mean over the epoch's batches), `validation_loss`, the metrics, and
    with `norms` of `gradient_norms` and `update_norms`, dicts from the name of a layer to the mean norm over the epoch's steps.
    `monitored` is the name of the loss that `best` goes by: the validation's where there is one.
    """

    params: Any
    state: Any
    optimiser_state: Any
    monitored: str
    epoch: int = 0
    step: int = 0
    history: dict[str, list[Any]] = field(default_factory=dict)
    best: Best = field(default_factory=Best)
