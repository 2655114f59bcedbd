"""Where a derivative that is not guarded is NaN for certain, the guarded one runs at once: with the same numbers, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

import everypath as ep
from everypath.calls import careful


def of_rows(x):
    """As people write the potential of points, the distance of each to itself left out."""
    d = x[:, None, :] - x[None, :, :]
    r = np.sqrt(np.sum(d**2, axis=-1))
    return np.sum(np.triu(np.exp(-r), 1))


def of_columns(x):
    dx, dy = x[:, 0:1].T - x[:, 0:1], x[:, 1:2].T - x[:, 1:2]
    r = np.sqrt(dx**2 + dy**2)
    r[r > 0] = 1.0 / r[r > 0]
    return np.sum(np.triu(r, 1))


def of_norms(x):
    r = np.linalg.norm(x[None] - x[:, None], axis=2)
    return np.sum(np.where(np.eye(len(x)) == 1.0, 0.0, r * 2.0))


def of_powers(x):
    s = 0.0
    for _ in range(2):
        q = 3.0 * np.sum((x[:, None] - x[None]) ** 2, axis=-1, keepdims=True)
        p = q[:, :, 0] ** -1.5
        s = s + np.sum(np.where(np.eye(len(x)) > 0, 0.0, p))
    return s


def unmasked(x):
    y = x[:, 0]
    return np.sum(np.sqrt((y - y[:, None]) ** 2 + np.abs(y[:, None] - y)))


def softened(x):
    return np.sum(np.sqrt(np.sum((x[:, None] - x[None]) ** 2, axis=-1) + 0.01))


def of_others(x):
    return np.sum(np.sqrt((x[:, 0] - x[:, 1:2]) ** 2))


def shifted(x):
    return np.sum(np.log(np.abs(x[1:, 0] - x[:-1, :1])))


def on_one_side(x):
    d = x[:, None] - x[None]
    return np.sum(np.triu(np.sqrt(np.sum(d**2, axis=-1)), 1)) if len(x) < 2 else np.sum(d)


def changed(x):
    d = np.sum((x[:, None] - x[None]) ** 2, axis=-1)
    d += np.eye(len(x))
    return np.sum(np.sqrt(d))


def only_decides(x, y):
    return np.sum(np.where(np.sqrt(np.abs(y[:, None] - y[None])) > 0.3, x[:, None], 0.0))


X = np.array([[0.3, -0.2], [1.0, 0.4], [-0.7, 2.0], [0.5, 0.25]])


def certain(function, arguments, wrt: int = 0) -> bool:
    """Whether the gradient is known to need its guarded variant."""
    gradient = ep.grad(function, wrt)
    special, _ = gradient.find(arguments, {})
    return careful.sure_to_miss(special.program_for(gradient.task(special)), gradient.task(special))


@pytest.mark.parametrize("function", [of_rows, of_columns, of_norms, of_powers, unmasked])
def test_where_it_is_nan_for_certain(function) -> None:
    assert certain(function, (X,))


@pytest.mark.parametrize("function", [of_norms, unmasked])
def test_the_same_numbers_in_one_run(function, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = ep.grad(function)(X)
    monkeypatch.setattr(careful, "sure_to_miss", lambda program, task: False)
    np.testing.assert_array_equal(at_once, ep.grad(function)(X))
    assert np.isnan(at_once).any() == (function is unmasked)


@pytest.mark.parametrize("function", [softened, of_others, shifted, on_one_side, changed])
def test_not_where_it_may_be_another_number(function) -> None:
    assert not certain(function, (X,))


def test_only_of_what_is_derived() -> None:
    assert not certain(only_decides, (X, X[:, 0]))
    assert [certain(lambda x, y: of_rows(x) + np.sum(y), (X, X), wrt) for wrt in (0, 1)] == [True, False]
