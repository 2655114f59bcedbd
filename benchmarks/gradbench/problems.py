"""GradBench's problems at a few of its sizes: the input, our calls, and the numbers to compare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import everypath as ep

from ..tapes import programs
from . import bundle, hand, learning, nested

Numbers = np.ndarray


def flat(x: Any) -> Numbers:
    """Lists, dicts, tuples and arrays of numbers, one after the other."""
    if isinstance(x, dict):
        return flat([x[name] for name in sorted(x)])
    if isinstance(x, (list, tuple)):
        return np.concatenate([flat(y) for y in x]) if x else np.zeros(0)
    return np.ravel(np.asarray(x, float))


@dataclass(frozen=True)
class Problem:
    """One problem at one size: `given` is what the other tools get, `first` what one writes first, `best` a faster form."""

    name: str
    size: str
    given: Any
    function: str
    tools: tuple[str, ...]
    first: Callable[[], Any]
    best: Callable[[], Any] | None = None
    ours: Callable[[Any], Numbers] = flat
    theirs: Callable[[Any], Numbers] = flat
    functions: tuple[str, ...] = field(default=())
    """Where each tool may take the best of several ways."""
    loose: float = 1e-6


CPP = ("manual", "codipack", "enzyme")


def all_problems(checkout: Path) -> dict[str, Callable[[], Iterator[Problem]]]:
    """Each by its name in GradBench."""
    data = checkout / "evals"
    return {
        "gmm": mixtures,
        "ba": partial(bundles, data / "ba" / "data"),
        "ht": partial(hands, data / "ht" / "data"),
        "lstm": lstms,
        "kmeans": clusterings,
        "llsq": polynomials,
        "lse": maxima,
        "det": determinants,
        "ode": steps,
        "particle": particles,
        "saddle": saddles,
        "hello": squares,
    }


def mixtures() -> Iterator[Problem]:
    for d, k in ((32, 25), (64, 25)):
        rng, n, m, gamma = np.random.default_rng(31337), 1000, 0, 1.0
        x, alpha = rng.normal(size=(n, d)), rng.normal(size=k)
        mu, q, lower = rng.uniform(size=(k, d)), rng.normal(size=(k, d)), rng.normal(size=(k, d * (d - 1) // 2))
        given = {"d": d, "k": k, "n": n, "m": m, "gamma": gamma}
        given |= {name: array.tolist() for name, array in (("x", x), ("alpha", alpha), ("mu", mu), ("q", q), ("l", lower))}
        gradient = ep.grad(learning.mixture, ("alpha", "mu", "q", "lower"))

        def ours(found: tuple[Any, ...]) -> Numbers:
            return flat(dict(zip(("alpha", "mu", "q", "l"), found, strict=True)))

        first = partial(gradient, alpha, mu, q, lower, x, gamma, m)
        yield Problem("gmm", f"d={d} k={k} n={n}", given, "jacobian", (*CPP, "tapenade", "jax", "pytorch"), first, ours=ours)


def bundles(data: Path) -> Iterator[Problem]:
    for number in (1, 10):
        lines = next(data.glob(f"ba{number}_*.txt")).read_text().splitlines()
        n, m, p = map(int, lines[0].split())
        camera, x, w, feature = (np.array(line.split(), float) for line in lines[1:5])
        given = {"n": n, "m": m, "p": p, "cam": camera.tolist(), "x": x.tolist(), "w": float(w[0]), "feat": feature.tolist()}
        which = np.stack([np.arange(p) % n, np.arange(p) % m], axis=1)
        arguments = np.tile(camera, (n, 1)), np.tile(x, (m, 1)), np.tile(w, p), which, np.tile(feature, (p, 1))
        jacobian = ep.jacobian(bundle.bundle, (0, 1, 2), sparse=True)

        def ours(found: Any) -> Numbers:
            errors, others = found
            seen = [block[:2, :count].toarray().ravel() for block, count in zip(errors, (11, 3, 1), strict=True)]
            return np.concatenate([*seen, others[2].data[-1:]])

        def theirs(found: Any) -> Numbers:
            values = np.array(found["vals"])
            rows = values[:-1].reshape(2, 15)
            return np.concatenate([rows[:, :11].ravel(), rows[:, 11:14].ravel(), rows[:, 14], values[-1:]])

        first = partial(jacobian, *arguments)
        yield Problem("ba", f"n={n} m={m} p={p}", given, "jacobian", (*CPP, "tapenade"), first, ours=ours, theirs=theirs)


def hands(data: Path) -> Iterator[Problem]:
    for variant, number in (("simple_small", 1), ("complicated_big", 1), ("complicated_big", 5)):
        seen = next((data / variant).glob(f"hand{number}_*.txt"))
        us, given, arguments = one_hand(data / variant / "model", seen, variant.startswith("complicated"))
        theta = np.array(given["theta"])
        if len(us):
            jacobian = ep.jacobian(hand.moved_together, (0, 1))
            first = partial(jacobian, theta, np.zeros(2), us, *arguments)
        else:
            first = partial(ep.jacobian(hand.simple), theta, *arguments[:-1])

        def ours(found: Any) -> Numbers:
            blocks = found if isinstance(found, tuple) else (found,)
            return np.concatenate([b.reshape(-1, b.shape[-1]) for b in reversed(blocks)], axis=1)

        yield Problem("ht", f"{variant} {seen.stem}", given, "jacobian", (*CPP, "tapenade"), first, ours=ours)


def one_hand(model: Path, seen: Path, complicated: bool) -> tuple[np.ndarray, dict[str, Any], tuple[Any, ...]]:
    """Places inside triangles, what the other tools get, what ours takes after `theta` and those."""
    bones = [line.split(":") for line in (model / "bones.txt").read_text().split("\n") if line]
    parents = np.array([int(bone[1]) for bone in bones])
    relatives, inverses = (np.array([bone[a : a + 16] for bone in bones], float).reshape(-1, 4, 4) for a in (2, 18))
    skin = [line.split(":") for line in (model / "vertices.txt").read_text().split("\n") if line]
    base, weights = np.ones((len(skin), 4)), np.zeros((len(skin), len(bones)))
    for i, words in enumerate(skin):
        base[i, :3] = [float(x) for x in words[:3]]
        for k in range(int(words[8])):
            weights[i, int(words[9 + 2 * k])] = float(words[10 + 2 * k])
    triangles = np.loadtxt(model / "triangles.txt", int, delimiter=":")
    lines = [line.split() for line in seen.read_text().split("\n") if line]
    count = int(lines[0][0])
    points = np.array([line[1:] for line in lines[1 : count + 1]], float)
    correspondences = np.array([int(line[0]) for line in lines[1 : count + 1]])
    rest = lines[count + 1 :]
    us = np.array(rest[:count], float) if complicated else np.zeros((0, 2))
    theta = np.array(rest[len(us) :], float).ravel()
    described = {"bone_count": len(bones), "bone_names": [bone[0] for bone in bones], "parents": parents.tolist(), "is_mirrored": False}
    described |= {"base_relatives": relatives.tolist(), "inverse_base_absolutes": inverses.tolist(), "triangles": triangles.tolist()}
    described |= {"base_positions": base.tolist(), "weights": weights.tolist()}
    observed = {"model": described, "correspondences": correspondences.tolist(), "points": points.tolist()}
    given = {"theta": theta.tolist(), "data": observed, "us": us.tolist()}
    return us, given, (parents, relatives, inverses, base, weights, points, correspondences, triangles)


def lstms() -> Iterator[Problem]:
    """The text is made up: letters in 14 bits, as many as GradBench's has for its quotation marks."""
    for layers, length in ((2, 1024), (4, 4096)):
        rng, width = np.random.default_rng(31337), 14
        sequence = np.array([[int(bit) for bit in f"{c:0{width}b}"] for c in rng.integers(32, 127, length)], float)
        main, extra = rng.random((2 * layers, 4 * width)), rng.random((3, width))
        state = rng.random((2 * layers, width))
        given = {"main_params": main.tolist(), "extra_params": extra.tolist(), "state": state.tolist(), "sequence": sequence.tolist()}
        first = partial(ep.grad(programs.lstm, (0, 1)), main, extra, state, sequence)
        yield Problem("lstm", f"l={layers} c={length}", given, "jacobian", (*CPP, "tapenade"), first)


def clusterings() -> Iterator[Problem]:
    for k, n, d in ((10, 1000, 8), (100, 10_000, 8), (1000, 1000, 16)):
        rng = np.random.default_rng(31337)
        points = rng.random((n, d))
        centroids = points[-k:].copy()

        def direction(f: Any, c: Any = centroids, x: Any = points) -> Callable[[], Any]:
            def step(c: Any, x: Any) -> Any:
                gradient, product = ep.jvp(ep.grad(f), (c, x), (np.ones_like(c), None))
                return gradient / product

            return partial(ep.compile(step), c, x)

        given = {"points": points.tolist(), "centroids": centroids.tolist()}
        first, best = direction(learning.clustering), direction(learning.clustering_by_rows)
        yield Problem("kmeans", f"k={k} n={n} d={d}", given, "dir", (*CPP, "jax", "pytorch"), first, best)


def polynomials() -> Iterator[Problem]:
    for n in (1024, 16392):
        x = np.random.default_rng(31337).random(128)
        first, best = (partial(ep.grad(f), x, n) for f in (learning.least_squares, learning.least_squares_loop))
        yield Problem("llsq", f"n={n} m=128", {"x": x.tolist(), "n": n}, "gradient", (*CPP, "jax"), first, best)


def maxima() -> Iterator[Problem]:
    for n in (10_000, 1_280_000):
        x = np.random.default_rng(31337).random(n)
        first = partial(ep.grad(learning.logsumexp), x)
        yield Problem("lse", f"n={n}", {"x": x.tolist()}, "gradient", (*CPP, "jax", "pytorch"), first)


def determinants() -> Iterator[Problem]:
    for n in (7, 9):
        a = np.random.default_rng(31337).random((n, n))
        first, best = (partial(ep.grad(f), a) for f in (programs.minors, programs.linked_minors))
        yield Problem("det", f"{n}", {"A": a.ravel().tolist(), "ell": n}, "gradient", CPP, first, best)


def steps() -> Iterator[Problem]:
    for n, s in ((1000, 100), (10_000, 10), (100_000, 10)):
        x = 1.0 - 0.5 * np.random.default_rng(31337).random(n)
        first = partial(ep.grad(programs.runge_kutta), x, s)
        yield Problem("ode", f"n={n} s={s}", {"x": x.tolist(), "s": s}, "gradient", ("codipack", "enzyme", "jax"), first, loose=1e-4)


def particles() -> Iterator[Problem]:
    given = {"w": 0.0}
    for ways in ("rr", "rf", "fr", "ff"):
        yield Problem("particle", ways, given, ways, ("enzyme",), partial(nested.particle, 0.0, *ways), functions=("rr", "rf", "fr", "ff"))


def saddles() -> Iterator[Problem]:
    given = {"start": [1.0, 1.0]}
    for ways in ("rr", "rf", "fr", "ff"):
        first = partial(nested.saddle, np.ones(2), *ways)
        yield Problem("saddle", ways, given, ways, ("enzyme",), first, functions=("rr", "rf", "fr", "ff"))


def squares() -> Iterator[Problem]:
    yield Problem("hello", "x=3", 3.0, "double", ("jax", "pytorch"), partial(ep.grad(nested.square), 3.0))
