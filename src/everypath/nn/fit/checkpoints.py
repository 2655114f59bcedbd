"""A run on disk, from which it goes on to the same bits."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..saving import load, load_note, save
from .run import Best, Run


def trees(run: Run) -> dict[str, Any]:
    """What a run holds of arrays."""
    best = {"params": run.best.params, "state": run.best.state} if run.best.epoch else {}
    return {"params": run.params, "state": run.state, "optimiser_state": run.optimiser_state, "best": best}


def write(run: Run, path: str | os.PathLike[str]) -> None:
    """Write a run; what stood there before stays until all of it is written."""
    best = asdict(Best(run.best.epoch, run.best.value))
    note = {"epoch": run.epoch, "step": run.step, "history": run.history, "best": best}
    path = Path(path)
    beside = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        save(beside, trees(run), note)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def restore(run: Run, path: str | os.PathLike[str]) -> None:
    """Put a run where the one on disk stopped. Raises InvalidArgument for one of other parameters."""
    note = load_note(path)
    like = trees(run)
    if note["best"]["epoch"]:
        like["best"] = {"params": run.params, "state": run.state}
    found = load(path, like)
    run.params, run.state, run.optimiser_state = found["params"], found["state"], found["optimiser_state"]
    run.epoch, run.step, run.history = note["epoch"], note["step"], note["history"]
    best = note["best"]
    run.best = Best(best["epoch"], best["value"], found["best"].get("params"), found["best"].get("state"))
