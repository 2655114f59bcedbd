"""The state of a generator as an array of integers, and draws by CPython from one state to the next."""

from __future__ import annotations

import pickle
import random
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import generators
from ..rules import rule, rule_of

NO_SEED = "a generator without a seed draws other numbers at every run"
SEED = "give it a seed, or make it outside and pass it in"
WAY_OUT = "draw with numbers that do not vary, or write the draws as a function of uniform or normal ones"

IDLE: dict[str, Any] = {}
"""By their classes, generators that may be set to any state, each with the state that it is in."""


def of_object(x: Any) -> Any:
    """The state of a generator, a bit generator, or a `random.Random`, as an array."""
    if isinstance(x, random.Random):
        _, words, gauss = x.getstate()
        return np.array([*words, gauss is not None, np.float64(gauss or 0.0).view(np.int64)], np.int64)
    if isinstance(x, np.random.PCG64):
        return generators.words(x)
    state = x.get_state(legacy=False) if isinstance(x, np.random.RandomState) else x.state
    if state["bit_generator"] == "MT19937":
        key, place = state["state"]["key"], state["state"]["pos"]
        gauss = [state.get("has_gauss", 0), int(np.float64(state.get("gauss", 0.0)).view(np.int64))]
        return np.concatenate([key.astype(np.int64), np.array([place, *gauss], np.int64)])
    raw = pickle.dumps(state)
    return np.concatenate([[len(raw)], np.frombuffer(raw + b" " * (-len(raw) % 8), np.int64)])


def to_object(x: Any, state: Any) -> None:
    """Set a generator to a state."""
    if isinstance(x, random.Random):
        gauss = float(state[-1:].view(np.float64)[0]) if state[-2] else None
        x.setstate((3, tuple(map(int, state[:-2])), gauss))
        return
    if isinstance(x, np.random.PCG64):
        generators.put(x, state)
        return
    legacy = isinstance(x, np.random.RandomState)
    if isinstance(x, np.random.MT19937) or (legacy and isinstance(x._bit_generator, np.random.MT19937)):
        found: dict[str, Any] = {"bit_generator": "MT19937", "state": {"key": state[:-3].astype(np.uint32), "pos": int(state[-3])}}
        if legacy:
            found |= {"has_gauss": int(state[-2]), "gauss": float(state[-1:].view(np.float64)[0])}
    else:
        found = pickle.loads(state[1:].tobytes()[: state[0]])
    if legacy:
        x.set_state(found)
    else:
        x.state = found


def new(kind: str) -> Any:
    """A generator of this class: of NumPy's by its name, `RandomState` or `Random`."""
    if kind == "Random":
        return random.Random()
    return np.random.RandomState() if kind == "RandomState" else getattr(np.random, kind)()


@rule(host=True, returns=np.zeros(0, np.int64))
def seeded(kind: str, seed: Any, child: Any = ()) -> Any:
    """The state of a new generator with this seed, or of a child of that."""
    if len(child) > 0:
        seed = np.random.SeedSequence(seed, spawn_key=child)
    if kind == "Random":
        return of_object(random.Random(seed))
    return of_object(np.random.RandomState(seed) if kind == "RandomState" else getattr(np.random, kind)(seed))


def stepped(kind: str, state: Any, drawing: Callable[[Any], Any]) -> tuple[Any, Any]:
    """What is drawn from a generator in this state, and the state that it is in then."""
    before = state.tobytes()
    held, known = IDLE.pop(kind, (None, b""))
    held = new(kind) if held is None else held
    if known != before:
        to_object(held, state)
    value = drawing(held if kind in ("Random", "RandomState") else np.random.Generator(held))
    after = of_object(held)
    IDLE[kind] = held, after.tobytes()
    return value, after


def drawn(kind: str, state: Any, name: str, args: Any, size: Any, **options: Any) -> tuple[Any, Any]:
    """What a method of a generator in this state gives, and the state that it is in then."""
    sizes = {} if size is None else {"size": size}
    return stepped(kind, state, lambda source: getattr(source, name)(*args, **sizes, **options))


def is_compiled(kind: str, name: str) -> bool:
    """Whether compiled code draws what this method of a generator of this kind gives."""
    raise NotImplementedError


def draw(state: Any, name: str, first: Any = None, last: Any = None) -> tuple[Any, Any]:
    """One number, and the state after it."""
    raise NotImplementedError


def draws(state: Any, name: str, n: int, first: Any = None, last: Any = None) -> tuple[Any, Any]:
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
