"""`fit`: epochs of minibatches, with validation, history, callbacks and checkpoints."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from everypath import InvalidArgument, tree
from everypath.tracebacks import for_the_user

from ..names import layer_of, names_of
from ..optimisers import Optimiser, adam
from .callbacks import Callback
from .checkpoints import restore, write
from .progress import progress_bar
from .rows import Rows, rows_of
from .run import Best, Run
from .steps import Loss, compiled_loss, compiled_metric, compiled_step


@for_the_user
def fit(
    loss: Loss,
    params: Any,
    data: Any,
    optimiser: Optimiser | None = None,
    *,
    epochs: int = 10,
    batch_size: int = 32,
    validation: Any = None,
    metrics: Mapping[str, Callable[..., Any]] | None = None,
    state: Any = None,
    seed: int = 0,
    shuffle: bool = True,
    norms: bool = False,
    callbacks: Sequence[Callback] = (),
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool = False,
) -> Run:
    """Parameters that make `loss(params, *batch)` small, found by `optimiser` (`adam()` unless told) on minibatches of `data`.

    `data` is a tuple of arrays, or of what NumPy makes arrays of, that have an example in each row; or a dataset with `len` and items, as
    PyTorch has them. `validation` is the same, of examples to measure after each epoch with, or (a float) the share of rows of `data`,
    its last ones, to keep for that. Step and loss are compiled, each as one function.

    A loss with a parameter `key` gets an integer there, another at every step, of which `dropout` and the like make random numbers; when
    something is measured it gets none, so let it be `key=None`. With a `state` (running statistics), the loss is
    `loss(params, state, *batch) -> (value, state)`, and metrics take the state too.

    `metrics`, functions `(params, *batch) -> float` by their names, are measured after each epoch, on `validation` where there is one.
    `norms` puts the norms of each layer's gradient and change into the history. `callbacks` are called after each epoch with the `Run`,
    and end training by returning True. Equal seeds give equal bits; `shuffle=False` takes the rows in their order.

    With `checkpoint`, a path ending in .npz or .safetensors, the run is written there after every epoch, and one that is found there
    goes on: in the end it is the same to the bit as one that was never interrupted. `progress` shows a bar (`pip install rich`).

    Raises InvalidArgument for data that is not rows of numbers, sizes that do not fit, and a checkpoint of another model.
    """
    rows = rows_of("fit", *(data if isinstance(data, tuple) else (data,)))
    rows, held_out = divided(rows, validation)
    if not 0 < batch_size or rows.total == 0:
        raise InvalidArgument(f"a batch of {batch_size} rows cannot be taken from {rows.total}")
    batch_size = min(batch_size, rows.total)
    optimiser = adam() if optimiser is None else optimiser
    if not callable(loss):
        raise InvalidArgument(f"fit takes a loss, a function of the parameters and a batch, not {loss!r}")
    if not isinstance(optimiser, Optimiser):
        raise InvalidArgument(f"fit takes an optimiser, as adam(0.01) makes one, not {optimiser!r}")
    if not isinstance(epochs, int):
        raise InvalidArgument(f"epochs is a number of epochs, not {epochs!r}")
    if not isinstance(callbacks, Sequence) or not all(map(callable, callbacks)):
        raise InvalidArgument(f"callbacks is a list of functions of the run, not {callbacks!r}")
    if not (metrics is None or isinstance(metrics, Mapping)):
        raise InvalidArgument("metrics is a dict of functions by their names: {'accuracy': accuracy}")
    step, measure = compiled_step(loss, optimiser, state is not None, norms), compiled_loss(loss, state is not None)
    measured = {name: compiled_metric(metric) for name, metric in (metrics or {}).items()}
    run = Run(params, state, optimiser.init(params), "loss" if held_out is None else "validation_loss")
    if checkpoint is not None and Path(checkpoint).exists():
        restore(run, checkpoint)
    layers = [layer_of(name) for name in names_of(params)]
    if any(callback(run) for callback in callbacks if run.epoch):
        return run
    with progress_bar(progress, epochs, run.epoch) as show:
        while run.epoch < epochs:
            found = epoch_of(run, step, rows, batch_size, seed, shuffle, layers if norms else None)
            learnt = (run.params,) if state is None else (run.params, run.state)
            if held_out is not None:
                found["validation_loss"] = mean_over(held_out, batch_size, lambda batch: measure(run.params, run.state, None, *batch)[0])
            for name, metric in measured.items():
                of_whom = name if held_out is None else f"validation_{name}"
                found[of_whom] = mean_over(held_out or rows, batch_size, partial(called, metric, learnt))
            run.epoch += 1
            for name, value in found.items():
                run.history.setdefault(name, []).append(value)
            if found[run.monitored] < run.best.value:
                run.best = Best(run.epoch, found[run.monitored], run.params, run.state)
            if checkpoint is not None:
                write(run, checkpoint)
            show(run)
            if any([callback(run) for callback in callbacks]):
                break
    return run


def called(metric: Callable[..., Any], learnt: tuple[Any, ...], batch: tuple[Any, ...]) -> Any:
    """A metric of what was learnt, on a batch."""
    return metric(*learnt, *batch)


def divided(rows: Rows, validation: Any) -> tuple[Rows, Rows | None]:
    """The rows to learn from, and those to measure with."""
    if validation is None:
        return rows, None
    if not isinstance(validation, float):
        return rows, rows_of("fit", *(validation if isinstance(validation, tuple) else (validation,)))
    kept = rows.total - round(rows.total * validation)
    if not 0 < kept < rows.total:
        raise InvalidArgument(f"{validation} of {rows.total} rows leaves none for one of the two")
    return Rows(kept, rows.take), Rows(rows.total - kept, lambda chosen: rows.take(chosen + kept))


def epoch_of(
    run: Run, step: Callable[..., Any], rows: Rows, batch_size: int, seed: int, shuffle: bool, layers: list[str] | None
) -> dict[str, Any]:
    """One epoch: `run` moves on, and what the history says of it is returned."""
    order = np.random.default_rng((seed, run.epoch)).permutation(rows.total) if shuffle else np.arange(rows.total)
    total, gradients, changes, steps = 0.0, dict[str, float](), dict[str, float](), 0
    params, kept = copied(run.params), copied(run.optimiser_state)
    for start in range(0, rows.total, batch_size):
        chosen = order[start : start + batch_size]
        batch = rows.take(chosen)
        params, kept, run.state, value, *squares = step(params, kept, run.state, key_of(seed, run.step), *batch)
        total += float(value) * len(chosen)
        run.step, steps = run.step + 1, steps + 1
        if layers is not None:
            for sums, found in zip((gradients, changes), squares, strict=True):
                for layer, square in by_layer(layers, found).items():
                    sums[layer] = sums.get(layer, 0.0) + square**0.5
    run.params, run.optimiser_state = params, kept
    known: dict[str, Any] = {"loss": total / rows.total}
    if layers is not None:
        known["gradient_norms"] = {layer: norm / steps for layer, norm in gradients.items()}
        known["update_norms"] = {layer: norm / steps for layer, norm in changes.items()}
    return known


def copied(trees: Any) -> Any:
    """The same with arrays of its own, which steps may overwrite: nobody else's change."""
    return tree.map(lambda leaf: leaf.copy() if isinstance(leaf, np.ndarray) else leaf, trees)


def by_layer(layers: list[str], squares: Any) -> dict[str, float]:
    """The sum of the squares of each layer's leaves."""
    sums: dict[str, float] = {}
    for layer, square in zip(layers, tree.leaves(squares), strict=True):
        sums[layer] = sums.get(layer, 0.0) + float(square)
    return sums


def key_of(seed: int, step: int) -> int:
    """Another number for each step, the same for the same seed."""
    return int(np.random.SeedSequence((seed, step, 1)).generate_state(1)[0])


def mean_over(rows: Rows, batch_size: int, measure: Callable[[tuple[Any, ...]], Any]) -> float:
    """The mean of what is measured on batches, each counting as many times as it has rows."""
    total = 0.0
    for start in range(0, rows.total, batch_size):
        chosen = np.arange(start, min(start + batch_size, rows.total))
        total += float(measure(rows.take(chosen))) * len(chosen)
    return total / rows.total
