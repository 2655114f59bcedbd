"""Sums over shards: the same digits from every engine, shards that are kept, errors with their shard, progress."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import joblib
import numpy as np
import pytest

import everypath as ep
from everypath import shards
from everypath.shards import pairs

rng = np.random.default_rng(3)
X = rng.normal(size=(1300, 5))
Y = np.sign(X @ np.arange(5.0) + rng.normal(size=1300))
PIECES = [(X[k : k + 100], Y[k : k + 100]) for k in range(0, 1300, 100)]
W = {"a": np.full(5, 0.1), "b": 0.2, "name": "w"}


def loss(w: Any, x: Any, y: Any) -> Any:
    z = x @ w["a"] + w["b"]
    return np.sum(np.log1p(np.exp(-y * z)))


def same(found: Any) -> bool:
    value, gradient = shards.value_and_grad(loss, PIECES)(W)
    return bool(found[0] == value and (found[1]["a"] == gradient["a"]).all() and found[1]["b"] == gradient["b"])


def test_digits_do_not_depend_on_the_engine() -> None:
    expected, by_w = ep.value_and_grad(loss)(W, X, Y)
    value, gradient = shards.value_and_grad(loss, PIECES)(W)
    assert np.isclose(value, expected, rtol=1e-14) and np.allclose(gradient["a"], by_w["a"], rtol=1e-13) and gradient["name"] is None
    with ThreadPoolExecutor(3) as threads:
        assert same(shards.value_and_grad(loss, PIECES, threads)(W))
    assert same(shards.value_and_grad(loss, PIECES, joblib.Parallel(2, backend="threading"))(W))


def test_processes() -> None:
    """Functions that cannot be imported travel, and data travels once."""
    seen: list[tuple[int, int]] = []
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as processes:
        whole = shards.value_and_grad(lambda w, x, y: loss(w, x, y), PIECES, processes, progress=lambda *done: seen.append(done))
        assert same(whole(W)) and same(whole(W))
        assert seen == [(k, 13) for k in range(14)] * 2
        with pytest.raises(ValueError, match="negative") as caught:
            shards.total(failing, PIECES, processes)(0.0)
        assert any(note.startswith("in shard ") for note in caught.value.__notes__)


def failing(w: float, x: Any, y: Any) -> float:
    if np.sum(x) < 0.0:
        raise ValueError("negative")
    return w


def test_sums_are_trees_over_the_numbers() -> None:
    for number in range(1, 20):
        terms = [Fraction(1, k + 3) for k in range(number)]
        floats = [float(rng.normal()) for _ in range(number)]
        found = set()
        for order in (range(number), reversed(range(number)), rng.permutation(number)):
            exact, rounded = pairs.Pairs(number), pairs.Pairs(number)
            for k in map(int, order):
                exact.add((0, k), terms[k])
                rounded.add((0, k), floats[k])
            assert exact.found == sum(terms)
            found.add(rounded.found)
        nodes = {(0, k): x for k, x in enumerate(floats)}
        for level in pairs.levels(number):
            nodes.update({node: sum(nodes[part] for part in parts) for node, parts in level})
        assert found == {nodes[max(nodes)]}


def test_keeping() -> None:
    loads: list[int] = []

    def load(k: int) -> Any:
        loads.append(k)
        return PIECES[k]

    whole = shards.value_and_grad(loss, range(13), load=load)
    assert same(whole(W)) and same(whole(W)) and len(loads) == 13
    again = shards.value_and_grad(loss, range(13), load=load, keep=0)
    assert same(again(W)) and same(again(W)) and len(loads) == 39


def test_refused() -> None:
    with pytest.raises(ep.InvalidArgument, match="there are no shards to add"):
        shards.total(loss, [])
    with pytest.raises(ep.InvalidArgument, match="is no engine that is known here: pass an executor"):
        shards.total(loss, PIECES, 4)
    with pytest.raises(ep.InvalidArgument, match=r"different shapes, \(2,\) and \(3,\)"):
        shards.total(lambda x: x, [np.ones(2), np.ones(3)])()
