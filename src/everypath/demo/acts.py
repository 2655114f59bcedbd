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

EPOCHS, BATCH, RATE, WIDTHS = 36, 128, 0.005, (64, 48, 32, 10)
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
    with terminal.steps("gradient descent", EPOCHS) as progress:

        def told(run: nn.Run) -> None:
            progress.update(progress.task_ids[0], completed=run.epoch, said=f"loss {run.history['loss'][-1]:.4f}")

        found = nn.fit(loss, layers, train, nn.adam(RATE), epochs=EPOCHS, batch_size=BATCH, validation=test, norms=True, callbacks=[told])
    seconds = time.perf_counter() - start
    terminal.say(f"{EPOCHS} epochs, {found.step} steps of {BATCH} images, in {seconds:.1f} s, the compilation of the step included")
    every = [0, 1, 3, 7, 15, 23, EPOCHS - 1]
    rows = [[name.replace("_", " "), *(f"{found.history[name][k]:.4f}" for k in every)] for name in ("loss", "validation_loss")]
    terminal.table(["epoch", *(str(k + 1) for k in every)], rows)
    terminal.gap()
    terminal.say("How large the gradient of each layer is and how far it moves, a step in the mean:")
    norms = [(name, found.history[name]) for name in ("gradient_norms", "update_norms")]
    rows = [[layer, *(f"{history[k][layer]:.5f}" for _, history in norms for k in (0, -1))] for layer in norms[0][1][0]]
    terminal.table(["layer", "‖∂L/∂‖, first epoch", "last", "‖update‖, first epoch", "last"], rows)
    terminal.gap()
    accuracy = nn.accuracy(scores(found.params, test[0]), test[1])
    terminal.say(f"accuracy on {held_out} images it never saw: {accuracy:.3f}")
    terminal.say(f"its learning as a picture: {plot(found, out)}")
    one_weight(terminal, found.params, test, out)


def one_weight(terminal: Terminal, layers: Layers, test: tuple[Any, Any], out: Path) -> None:
    """Why the derivative in one weight of the network is what it is, for one image."""
    terminal.gap()
    explanation = ep.explain(loss)(layers, test[0][:1], test[1][:1]).by("layer")
    first = explanation.paths()
    terminal.say(f"One of its {sum(W.size + b.size for W, b in layers):,} weights, for one image:")
    terminal.say(f"∂loss/∂{first.label} = {first.value:.6g} is the sum over {first.count} paths. The largest:")
    for path in first.paths[:3]:
        names = " → ".join(str(explanation.labels.element(k)) for k in path.elements)
        terminal.say(f"  {path.product:+.3e}  {names}")
    explanation.save(out / "weight.html")
    terminal.say(f"all of it, a layer for each node: {out / 'weight.html'}")


def pairs(rng: np.random.Generator, *widths: int) -> Layers:
    """(W, b) of dense layers of these widths."""
    return [(layer["weight"], layer["bias"]) for layer in nn.init.mlp(rng, *widths)]


def plot(found: nn.Run, out: Path) -> Path:
    """The loss, and the norms of each layer's gradient and update, against the epochs, written to `out`."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    out.mkdir(parents=True, exist_ok=True)
    figure, axes = pyplot.subplots(1, 3, figsize=(13, 3.6), layout="constrained")
    nn.plot_history(found, axes[0]).set(yscale="log", title="Gradient descent on handwritten digits")
    nn.plot_norms(found, "gradient_norms", axes[1])
    nn.plot_norms(found, "update_norms", axes[2])
    for one in axes:
        one.spines[["top", "right"]].set_visible(False)
    path = out / "learning.png"
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
