"""The acts of the demo, one function each."""

from __future__ import annotations

import inspect
import time
from pathlib import Path
from typing import Any

import numpy as np

import everypath as ep
from everypath import nn

from .programs import filtered, loss, scores, two_levels, two_paths
from .terminal import Terminal

STEPS, BATCH, RATE, WIDTHS = 400, 128, 0.005, (64, 48, 32, 10)
SIGNAL, SMOOTHING = np.array([0.8, 1.6, 0.9, 1.2]), 0.5
Layers = list[tuple[Any, Any]]


def chain_rule(terminal: Terminal) -> None:
    """z = x·y, x = t², y = sin t."""
    terminal.act("Two paths from t to z")
    terminal.explanation(str(ep.explain(two_paths)(1.5)))


def general_rule(terminal: Terminal) -> None:
    """Several inputs, several intermediates, two levels: one derivative through all its paths."""
    terminal.act("Several inputs, two levels: ∂z/∂b is the sum over its four paths")
    terminal.explanation(str(ep.explain(two_levels, wrt="b")(1.5, 2.0, 3.0)))


def loops_and_stores(terminal: Terminal) -> None:
    """A loop, a branch and an array that is written: its gradient, and the program that computes it."""
    terminal.act("A loop, a branch, and y[i] = …")
    terminal.code(inspect.getsource(filtered))
    gradient = ep.grad(filtered, ("x", "rate"))
    dx, drate = gradient(SIGNAL, SMOOTHING)
    terminal.gap()
    terminal.say(f"grad(filtered, ('x', 'rate'))({SIGNAL.tolist()}, {SMOOTHING})")
    terminal.say(f"  x:    {np.array2string(dx, precision=6)}\n  rate: {drate:.6g}")
    ep.check_grads(filtered, (SIGNAL, SMOOTHING), order=2)
    terminal.say("  ✓ forward mode, reverse mode and differences agree, for the second derivatives too")
    terminal.gap()
    terminal.say("The adjoint program, in the same language as the function's own, so that it can be differentiated again:")
    terminal.gap()
    terminal.listing(gradient.show("adjoint"))


def learning(terminal: Terminal, out: Path) -> None:
    """A network in plain NumPy learns handwritten digits."""
    from sklearn.datasets import load_digits

    terminal.act("A network in plain NumPy learns 1,797 handwritten digits")
    terminal.code(inspect.getsource(loss))
    terminal.gap()
    digits = load_digits()
    rng = np.random.default_rng(0)
    order = rng.permutation(len(digits.target))
    x, labels = digits.data[order] / 16.0, digits.target[order]
    held_out = 360
    train, test = (x[held_out:], labels[held_out:]), (x[:held_out], labels[:held_out])
    layers = pairs(rng, *WIDTHS)
    start = time.perf_counter()
    begun = backwards(layers, train)
    losses = []
    with terminal.steps("gradient descent", STEPS) as progress:
        batches = nn.minibatches(rng, BATCH, *train)
        for step, (new, value) in enumerate(nn.descend(loss, layers, batches, nn.adam(RATE))):
            layers = new
            losses.append(value)
            progress.update(progress.task_ids[0], advance=1, said=f"loss {value:.4f}")
            if step + 1 == STEPS:
                break
    seconds = time.perf_counter() - start
    ended = backwards(layers, train)
    terminal.say(f"{STEPS} steps of {BATCH} images in {seconds:.1f} s, the compilation of the gradient included")
    every = [0, 9, 24, 49, 99, 199, STEPS - 1]
    terminal.table(["step", *(str(k + 1) for k in every)], [["loss", *(f"{losses[k]:.4f}" for k in every)]])
    terminal.gap()
    terminal.say("Backpropagation, layer by layer from the output back, over all training images:")
    rows = [
        [name, *(f"{norm:.5f}" for norm in first), *(f"{norm:.5f}" for norm in last)]
        for (name, first), (_, last) in zip(begun, ended, strict=True)
    ]
    terminal.table(["layer", "‖∂L/∂W‖ before", "‖∂L/∂b‖ before", "‖∂L/∂W‖ after", "‖∂L/∂b‖ after"], rows)
    terminal.gap()
    accuracy = nn.accuracy(scores(layers, test[0]), test[1])
    terminal.say(f"accuracy on {held_out} images it never saw: {accuracy:.3f}")
    terminal.say(f"the loss as a picture: {plot(losses, out)}")


def pairs(rng: np.random.Generator, *widths: int) -> Layers:
    """(W, b) of dense layers of these widths."""
    return [(layer["weight"], layer["bias"]) for layer in nn.init.mlp(rng, *widths)]


def backwards(layers: Layers, data: tuple[Any, Any]) -> list[tuple[str, tuple[float, float]]]:
    """(layer, (‖∂L/∂W‖, ‖∂L/∂b‖)) from the output back."""
    gradient = ep.grad(loss)(layers, *data)
    named = []
    for k, ((W, _), (dW, db)) in reversed(list(enumerate(zip(layers, gradient, strict=True)))):
        named.append((f"{k + 1}: {W.shape[0]} → {W.shape[1]}", (float(np.linalg.norm(dW)), float(np.linalg.norm(db)))))
    return named


def plot(losses: list[float], out: Path) -> Path:
    """The loss against the steps, written to `out`."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    out.mkdir(parents=True, exist_ok=True)
    figure, axes = pyplot.subplots(figsize=(7, 3.6), layout="constrained")
    axes.plot(np.arange(1, len(losses) + 1), losses, color="#2f6f9f", linewidth=1.4)
    axes.set(xlabel="step", ylabel="cross-entropy of the batch", yscale="log", title="Gradient descent on handwritten digits")
    axes.spines[["top", "right"]].set_visible(False)
    path = out / "loss.png"
    figure.savefig(path, dpi=150)
    pyplot.close(figure)
    return path


def pages(terminal: Terminal, out: Path) -> None:
    """The explanations as pages."""
    terminal.act("To open in a browser")
    out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(1)
    small = pairs(rng, 3, 4, 2)
    written = {
        "two_paths": ep.explain(two_paths)(1.5),
        "two_levels": ep.explain(two_levels, wrt=("a", "b", "c"))(1.5, 2.0, 3.0),
        "filtered": ep.explain(filtered, wrt=("x", "rate"))(SIGNAL, SMOOTHING),
        "network": ep.explain(loss)(small, rng.normal(size=(5, 3)), np.array([0, 1, 1, 0, 1])),
    }
    for name, explanation in written.items():
        path = out / f"{name}.html"
        explanation.save(path)
        terminal.say(f"{path}")
    terminal.console.print()
