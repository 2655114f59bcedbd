"""Draws from one state of a generator to the next: by CPython, and, as far as that can, by compiled code."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np

from ..generators import new, put, state_of
from ..rules import rule, rule_of

NO_SEED = "a generator without a seed draws other numbers at every run"
SEED = "give it a seed, or make it outside and pass it in"
WAY_OUT = "draw with numbers that do not vary, or write the draws as a function of uniform or normal ones"

IDLE: dict[str, Any] = {}
"""By their classes, generators that may be set to any state, each with the state that it is in."""


@rule(host=True, returns=np.zeros(0, np.int64))
def seeded(kind: str, seed: Any, child: Any = ()) -> Any:
    """The state of a new generator with this seed, or of a child of that."""
    if len(child) > 0:
        seed = np.random.SeedSequence(seed, spawn_key=child)
    if kind == "Random":
        return state_of(random.Random(seed))
    return state_of(np.random.RandomState(seed) if kind == "RandomState" else getattr(np.random, kind)(seed))


def stepped(kind: str, state: Any, drawing: Callable[[Any], Any]) -> tuple[Any, Any]:
    """What is drawn from a generator in this state, and the state that it is in then."""
    before = state.tobytes()
    held, known = IDLE.pop(kind, (None, b""))
    held = new(kind) if held is None else held
    if known != before:
        put(held, state)
    value = drawing(held if kind in ("Random", "RandomState") else np.random.Generator(held))
    after = state_of(held)
    IDLE[kind] = held, after.tobytes()
    return value, after


def drawn(kind: str, state: Any, name: str, args: Any, size: Any, **options: Any) -> tuple[Any, Any]:
    """What a method of a generator in this state gives, and the state that it is in then."""
    sizes = {} if size is None else {"size": size}
    return stepped(kind, state, lambda source: getattr(source, name)(*args, **sizes, **options))


def is_compiled(kind: str, name: str) -> bool:
    """Whether compiled code draws what this method of a generator of this kind gives."""
    raise NotImplementedError


def draw(kind: str, state: Any, name: str, first: Any = None, last: Any = None) -> tuple[Any, Any]:
    """One number, and the state after it."""
    raise NotImplementedError


def draws(kind: str, state: Any, name: str, n: int, first: Any = None, last: Any = None) -> tuple[Any, Any]:
    """An array of n numbers, and the state after them."""
    raise NotImplementedError


@rule(host=True, returns=(np.zeros(0), np.zeros(0, np.int64)))
def floats(kind: str, state: Any, name: str, args: Any, size: Any) -> Any:
    value, after = drawn(kind, state, name, args, size)
    return np.ravel(np.asarray(value, np.float64)), after


@rule(host=True, returns=(np.zeros(0, np.float32), np.zeros(0, np.int64)))
def singles(kind: str, state: Any, name: str, args: Any, size: Any) -> Any:
    value, after = drawn(kind, state, name, args, size, dtype=np.float32)
    return np.ravel(np.asarray(value, np.float32)), after


@rule(host=True, returns=(np.zeros(0, np.int64), np.zeros(0, np.int64)))
def integers(kind: str, state: Any, name: str, args: Any, size: Any) -> Any:
    value, after = drawn(kind, state, name, args, size)
    return np.ravel(np.asarray(value, np.int64)), after


@rule(host=True, returns=(np.zeros(0, np.int64), np.zeros(0, np.int64)))
def shuffled(kind: str, state: Any, rank: int, n: int) -> Any:
    """The order in which a generator leaves the items of a list (`rank` 0), or the rows of an array of so many axes."""
    items: Any = list(range(n)) if rank == 0 else np.arange(n).reshape((n,) + (1,) * (rank - 1))
    after = drawn(kind, state, "shuffle", (items,), None)[1]
    return np.ravel(np.asarray(items, np.int64)), after


for _function in (seeded, floats, singles, integers, shuffled):
    rule_of(_function).name = "NumPy"  # type: ignore[union-attr]
