"""How training went, drawn by matplotlib."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .fit import Run


def pyplot() -> Any:
    """matplotlib, which is asked for only here."""
    try:
        from matplotlib import pyplot
    except ImportError as missing:
        raise ImportError("plots need matplotlib: pip install 'everypath[learn]'") from missing
    return pyplot


def plot_history(run: Run | Mapping[str, Any], axes: Any = None) -> Any:
    """The numbers of a history against the epochs, a line each; gives the axes, new ones unless some are passed."""
    history = run.history if isinstance(run, Run) else run
    axes = pyplot().subplots(layout="constrained")[1] if axes is None else axes
    for name, values in history.items():
        if values and not isinstance(values[0], Mapping):
            axes.plot(range(1, len(values) + 1), values, label=name.replace("_", " "))
    axes.set(xlabel="epoch")
    axes.legend(frameon=False)
    return axes


def plot_norms(run: Run | Mapping[str, Any], what: str = "gradient_norms", axes: Any = None) -> Any:
    """The norms of each layer's gradient, or of its `"update_norms"`, against the epochs, as `fit(…, norms=True)` measures them."""
    history = run.history if isinstance(run, Run) else run
    axes = pyplot().subplots(layout="constrained")[1] if axes is None else axes
    for layer in history[what][0] if history.get(what) else ():
        axes.plot(range(1, len(history[what]) + 1), [norms[layer] for norms in history[what]], label=layer)
    axes.set(xlabel="epoch", ylabel=what.replace("_", " "), yscale="log")
    axes.legend(frameon=False)
    return axes
