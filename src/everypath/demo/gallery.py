"""A dozen explained programs. `python -m everypath.demo.gallery FOLDER` writes each as a page and a drawing, and an index of them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import everypath as ep

from .explained import (
    attention,
    black_scholes,
    chaotic,
    cross_entropy,
    kalman,
    layers,
    neuron,
    newton,
    page_rank,
    pendulum,
    root_of_nothing,
)
from .programs import two_paths

LINKS = np.array([[0.0, 0.5, 1.0], [0.5, 0.0, 0.0], [0.5, 0.5, 0.0]])
WEIGHTS = (np.array([[0.9, -0.4], [0.2, 0.7], [-0.6, 0.3]]), np.array([[0.5, -0.8, 0.4]]), np.array([0.5, -1.0]), np.array([1.0]))
TOKENS = (np.array([0.3, -0.5]), np.array([[1.0, 0.2], [0.1, -0.4], [0.5, 0.9]]), np.array([1.0, 2.0, -1.0]))
OPTION = (100.0, 95.0, 0.02, 0.3, 1.5)

GALLERY: dict[str, tuple[str, str, Callable[[], Any]]] = {
    "two_paths": ("Two paths", "t reaches z through x and through y; their products add up.", lambda: ep.explain(two_paths)(1.5)),
    "neuron": (
        "A neuron",
        "One path for each weight: backpropagation.",
        lambda: ep.explain(neuron, ("w", "b"))(0.8, -0.2, 1.5),
    ),
    "layers": ("Two layers", "Each path runs through one element of h.", lambda: ep.explain(layers, ("W1", "W2"))(*WEIGHTS)),
    "newton": ("Newton's method", "Three turns of a loop.", lambda: ep.explain(newton)(2.0)),
    "pendulum": ("A pendulum", "How its angle depends on its length.", lambda: ep.explain(pendulum)(1.2, 4)),
    "black_scholes": ("Black and Scholes", "Vega: paths that nearly cancel.", lambda: ep.explain(black_scholes, "sigma")(*OPTION)),
    "kalman": ("A Kalman filter", "Through the gains of all turns.", lambda: ep.explain(kalman)(0.5, [0.9, 1.1, 1.0])),
    "page_rank": ("PageRank", "By the damping, through every turn.", lambda: ep.explain(page_rank)(0.85, LINKS)),
    "attention": ("Attention on three tokens", "By the query, through the weights.", lambda: ep.explain(attention)(*TOKENS)),
    "chaotic": ("A chaotic map", "Why the gradient is huge: it grows at every turn.", lambda: ep.explain(chaotic)(0.3, 40)),
    "nan_hunt": ("A hunt for NaN", "Where it is born.", lambda: ep.explain(root_of_nothing)(np.array([1.0, 2.0, 4.0]))),
    "cross_entropy": ("A softmax's logarithm", "Paths that cancel.", lambda: ep.explain(cross_entropy)(np.array([1.0, 2.0, -0.5]))),
}
"""Each by the name of its files: a title, what is to be seen, and how it is made."""


def write(folder: Path) -> list[Path]:
    """Write every page and drawing, and index.html; the files, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    made, parts = [folder / "index.html"], []
    for name, (title, seen, explain) in GALLERY.items():
        explanation = explain()
        for suffix in ("html", "svg"):
            made.append(folder / f"{name}.{suffix}")
            explanation.save(made[-1])
        parts.append(f'<h2><a href="{name}.html">{title}</a></h2><p>{seen}</p><img src="{name}.svg" alt="{title}" style="max-width:100%">')
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Explained programs</title>'
    body = f'<body style="font-family:sans-serif;margin:2rem auto;max-width:60rem">{"".join(parts)}</body>'
    made[0].write_text(f'<!DOCTYPE html><html lang="en"><head>{head}</head>{body}</html>\n', encoding="utf-8")
    return made


if __name__ == "__main__":
    for file in write(Path(sys.argv[1] if len(sys.argv) > 1 else "out/gallery")):
        print(file)
