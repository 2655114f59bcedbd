"""`fit`: what it learns, what it remembers, and that it goes on to the same bits; optimisers that are made of others; files."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import everypath as ep
from everypath import nn, tree
from everypath.nn import schedules

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 3)).astype(np.float32)
Y = (X[:, 0] * X[:, 1] > 0).astype(int)
PARAMS = nn.init.mlp(RNG, 3, 8, 2, dtype=np.float32)


def dropped(params: Any, x: Any, labels: Any, key: Any = None) -> Any:
    hidden = nn.dropout(nn.relu(nn.dense(params[0], x)), 0.1, key)
    return nn.cross_entropy(nn.dense(params[1], hidden), labels)


def right(params: Any, x: Any, labels: Any) -> Any:
    return nn.accuracy(nn.mlp(params, x, nn.relu), labels)


def same(a: Any, b: Any) -> bool:
    return all(np.array_equal(x, y) for x, y in zip(tree.leaves(a), tree.leaves(b), strict=True))


OPTIMISER = nn.with_average(nn.with_clipping(nn.adamw(schedules.warmup(schedules.cosine(0.05, 40), 5)), norm=1.0, value=0.5), 0.9)
OPTIONS: dict[str, Any] = {"batch_size": 16, "validation": 0.2, "metrics": {"accuracy": right}, "norms": True, "seed": 3}


@pytest.fixture(scope="module")
def run() -> nn.Run:
    return nn.fit(dropped, PARAMS, (X, Y), OPTIMISER, epochs=5, **OPTIONS)


def test_a_run_says_how_it_went(run: nn.Run) -> None:
    assert run.epoch == 5 and run.step == 15
    assert {name: len(values) for name, values in run.history.items()} == dict.fromkeys(
        ("loss", "gradient_norms", "update_norms", "validation_loss", "validation_accuracy"), 5
    )
    assert run.history["loss"][-1] < run.history["loss"][0]
    assert list(run.history["gradient_norms"][0]) == ["0", "1"] and run.history["update_norms"][0]["1"] > 0
    assert run.best.value == min(run.history["validation_loss"]) == pytest.approx(float(dropped(run.best.params, X[40:], Y[40:])), rel=1e-6)
    assert {leaf.dtype for leaf in tree.leaves(run.params)} == {np.dtype(np.float32)}
    assert run.optimiser_state["inner"]["step"] == 15 and not same(run.optimiser_state["average"], run.params)


def test_the_first_step_is_that_of_its_parts() -> None:
    """One batch of all rows in their order: gradient and update one after the other, in NumPy."""
    optimiser = nn.sgd(0.5, 0.9)
    run = nn.fit(right_or_wrong, PARAMS, (X, Y), optimiser, epochs=2, batch_size=50, shuffle=False)
    params, state = PARAMS, optimiser.init(PARAMS)
    for k in range(2):
        value, gradient = ep.value_and_grad(right_or_wrong)(params, X, Y)
        params, state = optimiser.update(gradient, state, params)
        assert run.history["loss"][k] == pytest.approx(float(value), rel=1e-6)
    for one, other in zip(tree.leaves(run.params), tree.leaves(params)):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def right_or_wrong(params: Any, x: Any, labels: Any) -> Any:
    return nn.cross_entropy(nn.mlp(params, x, nn.relu), labels)


@pytest.mark.parametrize("kind", ["npz", "safetensors"])
def test_a_run_that_was_stopped_goes_on_to_the_same_bits(run: nn.Run, kind: str, tmp_path: Path) -> None:
    if kind == "safetensors":
        pytest.importorskip("safetensors", reason="pip install 'everypath[learn]'")
    path = tmp_path / f"run.{kind}"
    for epochs in (2, 5):
        again = nn.fit(dropped, PARAMS, (X, Y), OPTIMISER, epochs=epochs, checkpoint=path, **OPTIONS)
        assert again.epoch == epochs
    assert again.history == run.history and (again.step, again.best.epoch) == (run.step, run.best.epoch)
    assert same((again.params, again.optimiser_state, again.best.params), (run.params, run.optimiser_state, run.best.params))
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    with pytest.raises(ep.InvalidArgument, match=r"weight has the shape"):
        nn.fit(dropped, nn.init.mlp(RNG, 3, 9, 2, dtype=np.float32), (X, Y), OPTIMISER, checkpoint=path, **OPTIONS)


def test_training_stops_early_and_where_it_would_have_when_it_goes_on(tmp_path: Path) -> None:
    def loss(p: Any, x: Any) -> Any:
        return np.mean((p - x) ** 2)

    data = (np.ones(4),)
    for epochs in (3, 40, 40):
        run = nn.fit(loss, 0.0, data, nn.sgd(0.5), epochs=epochs, checkpoint=tmp_path / "run.npz", callbacks=[nn.early_stopping(4)])
    assert run.params == 1.0 and run.history["loss"] == [1.0] + [0.0] * 5
    seen: list[int] = []
    nn.fit(loss, 0.0, data, nn.sgd(0.5), epochs=9, callbacks=[lambda run: seen.append(run.epoch), lambda run: run.epoch == 2])
    assert seen == [1, 2]
    with pytest.raises(ep.InvalidArgument, match="no 'accuracy' in the history: loss"):
        nn.fit(loss, 0.0, data, epochs=1, callbacks=[nn.early_stopping(monitor="accuracy")])


def test_a_state_goes_from_step_to_step() -> None:
    def loss(params: Any, state: Any, x: Any, y: Any, key: Any = None) -> Any:
        h, state = nn.batch_norm({}, state, x, training=key is not None)
        return nn.mean_squared_error(h @ params, y[:, None]), state

    run = nn.fit(
        loss, np.zeros((3, 1)), (X.astype(float), Y * 1.0), nn.sgd(0.1), epochs=30, validation=0.5, state=nn.init.running_statistics(3)
    )
    np.testing.assert_allclose(run.state["mean"], (1 - 0.9**30) * X[:25].mean(0), rtol=1e-5)
    assert run.history["validation_loss"][-1] == pytest.approx(float(loss(run.params, run.state, X[25:], Y[25:])[0]), rel=1e-6)


class Squares:
    """A dataset as PyTorch has them: items, and how many there are."""

    def __len__(self) -> int:
        return 6

    def __getitem__(self, k: int) -> tuple[np.ndarray, float]:
        return np.array([k, 1.0]), float(k) ** 2


def test_data_of_many_kinds_are_rows() -> None:
    x, y = next(nn.minibatches(np.random.default_rng(0), 6, Squares()))
    np.testing.assert_array_equal(x[:, 0] ** 2, y)
    run = nn.fit(lambda p, x, y: np.mean((x @ p - y) ** 2), np.zeros(2), Squares(), epochs=1, batch_size=100)
    assert run.history["loss"] == [pytest.approx(np.mean(np.arange(6.0) ** 4))]
    for wrong in ((X, Y[1:]), ({"a": 1.0},), (np.array(["a"]),)):
        with pytest.raises(ep.InvalidArgument, match="fit takes arrays"):
            nn.fit(right_or_wrong, PARAMS, wrong)
    with pytest.raises(ep.InvalidArgument, match="several arrays as a tuple"):
        nn.fit(right_or_wrong, PARAMS, [X, Y])
    with pytest.raises(ep.InvalidArgument, match="fit takes a loss"):
        nn.fit(PARAMS, right_or_wrong, (X, Y))
    for options in (
        {"batch_size": 0},
        {"validation": 1.0},
        {"optimiser": nn.adam},
        {"epochs": "3"},
        {"callbacks": 3},
        {"metrics": [nn.accuracy]},
    ):
        with pytest.raises(ep.InvalidArgument):
            nn.fit(right_or_wrong, PARAMS, (X, Y), **options)


# Optimisers -----------------------------------------------------------------------------------------------------------


def test_lion_and_averages_by_hand() -> None:
    optimiser = nn.with_average(nn.lion(0.1, 0.5, 0.75, weight_decay=0.2), 0.9)
    p, m, average = 1.0, 0.0, 1.0
    params, state = p, optimiser.init(p)
    for g in (0.5, -2.0, 3.0):
        p, m = p - 0.1 * (np.sign(0.5 * m + 0.5 * g) + 0.2 * p), 0.75 * m + 0.25 * g
        average = 0.9 * average + 0.1 * p
        params, state = optimiser.update(g, state, params)
        assert params == pytest.approx(p, rel=1e-14) and state["average"] == pytest.approx(average, rel=1e-14)


def test_decay_of_matrices_alone_and_clipping() -> None:
    params, zero = {"W": np.ones((2, 2)), "b": np.ones(2)}, {"W": np.zeros((2, 2)), "b": np.zeros(2)}
    optimiser = nn.with_weight_decay(nn.sgd(0.5), 0.1, where=lambda p: p.ndim > 1)
    moved, _ = ep.compile(optimiser.update)(zero, optimiser.init(params), params)
    assert (moved["W"] == 0.95).all() and (moved["b"] == 1.0).all()
    assert nn.clip_by_global_norm([3.0, 4.0], 1.0) == pytest.approx([0.6, 0.8]) and nn.clip_by_global_norm([3.0, 4.0], 9.0) == [3.0, 4.0]
    assert nn.clip_by_value([3.0, -4.0, 0.5], 1.0) == [1.0, -1.0, 0.5]
    for limits in ({}, {"norm": 0.0}, {"value": -1.0}):
        with pytest.raises(ep.InvalidArgument):
            nn.with_clipping(nn.sgd(0.1), **limits)


def test_lbfgs_finds_a_line_in_any_containers() -> None:
    x = np.linspace(-1.0, 1.0, 20)
    begun = {"slope": np.zeros(1, np.float32), "offset": 0.0, "order": 1}
    seen: list[float] = []
    found, value = nn.lbfgs(
        lambda p, x, y: np.mean((p["slope"] * x + p["offset"] - y) ** 2), begun, x, 2 * x - 1, callback=lambda k, v: seen.append(v)
    )
    assert found["slope"].dtype == np.float32 and found["order"] == 1 and value < 1e-10 and seen[-1] == value
    assert found["slope"][0] == pytest.approx(2.0) and found["offset"] == pytest.approx(-1.0)


@pytest.mark.parametrize(
    "schedule, expected",
    [
        (schedules.constant(0.5), [0.5] * 4),
        (schedules.linear(0.0, 1.0, 2), [0.0, 0.5, 1.0, 1.0]),
        (schedules.cosine(1.0, 2, 0.5), [1.0, 0.75, 0.5, 0.5]),
        (schedules.exponential(1.0, 0.25, 2), [1.0, 0.5, 0.25, 0.125]),
        (schedules.step(1.0, 2, 0.5), [1.0, 1.0, 0.5, 0.5]),
        (schedules.piecewise(1.0, {1: 0.5, 3: 0.5}), [1.0, 0.5, 0.5, 0.25]),
        (schedules.warmup(schedules.linear(1.0, 0.0, 2), 2), [0.0, 0.5, 1.0, 0.5]),
        (schedules.one_cycle(1.0, 4, 0.5, 2.0, 4.0), [0.5, 1.0, 0.5625, 0.125]),
    ],
)
def test_schedules(schedule: Any, expected: list[float]) -> None:
    assert [schedule(k) for k in range(4)] == pytest.approx(expected)


# Files, names and pictures --------------------------------------------------------------------------------------------


class Pair(NamedTuple):
    first: Any
    second: Any


@pytest.mark.parametrize("kind", ["npz", "safetensors"])
def test_parameters_come_back_from_files(kind: str, tmp_path: Path) -> None:
    if kind == "safetensors":
        pytest.importorskip("safetensors", reason="pip install 'everypath[learn]'")
    path = tmp_path / f"params.{kind}"
    params = {"file": [X, (2, 0.5, None)], "of": {"name": "a text", "flag": True, "scalar": np.float32(3.0), "turned": X.T}}
    nn.save(path, params)
    found = nn.load(path)
    assert same(found, params) and tree.paths(found) == tree.paths(params) and found["of"]["name"] == "a text"
    assert [type(leaf) for leaf in tree.leaves(found)] == [type(leaf) for leaf in tree.leaves(params)]
    nn.save(path, Pair(X, 1.5))
    assert isinstance(nn.load(path, like=Pair(0 * X, 0.0)), Pair) and nn.load(path, like=Pair(0 * X, 0.0)).second == 1.5
    for attempt in (lambda: nn.load(path), lambda: nn.load(path, like=[X]), lambda: nn.load(path, like=Pair(X[1:], 0.0))):
        with pytest.raises(ep.InvalidArgument):
            attempt()
    nn.save(path, 3.5)
    assert nn.load(path) == 3.5


def test_files_of_others_are_dicts_and_other_endings_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "theirs.npz", **{"a.weight": X})
    assert same(nn.load(tmp_path / "theirs.npz"), {"a.weight": X})
    with pytest.raises(ep.InvalidArgument, match=r"end in \.npz or \.safetensors"):
        nn.save(tmp_path / "params.h5", PARAMS)
    with pytest.raises(ep.InvalidArgument, match="same name"):
        nn.save(tmp_path / "params.npz", {"a": {"b": 1.0}, "a.b": 2.0})


def test_plots_and_progress(run: nn.Run, capsys: pytest.CaptureFixture[str]) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    assert [line.get_label() for line in nn.plot_history(run).lines] == ["loss", "validation loss", "validation accuracy"]
    assert [line.get_label() for line in nn.plot_norms(run, "update_norms").lines] == ["0", "1"]
    matplotlib.pyplot.close("all")
    nn.fit(lambda p, x: np.mean((p - x) ** 2), 0.0, (np.ones(4),), epochs=2, progress=True)
    assert "2/2" in capsys.readouterr().out
