"""The state of generators of random numbers as arrays of integers, and the C functions by which NumPy draws from a generator: those that
it lends to extensions.

The state of a PCG64 is the two words of the congruential generator, the two of its increment, and whether half of a word of 64 bits is
left over, and which; that of a Mersenne twister its 624 words, which of them comes next, and whether the second of two normal numbers is
left over, and which. The C functions stand in the module `numpy.random._generator`; where a build does not show them, there are none.
"""

from __future__ import annotations

import ctypes
import pickle
import random
from functools import cache
from typing import Any

import numpy as np

WORD = 2**64
TWISTER = 624
"""Words of a Mersenne twister."""

WORDS = {"PCG64": 6, **dict.fromkeys(("MT19937", "RandomState", "Random"), TWISTER + 3)}
"""How long the states are of the kinds that compiled code can draw from."""

FLOATS: dict[str, tuple[float, ...]] = {
    "random": (),
    "standard_normal": (),
    "standard_exponential": (),
    "standard_cauchy": (),
    "laplace": (0.0, 1.0),
    "gumbel": (0.0, 1.0),
    "logistic": (0.0, 1.0),
    "rayleigh": (1.0,),
}
"""Methods of a Generator that give floats, and what they are called with here."""

INTEGERS = "integers"
"""Numbers from a first to a last one: of a Generator, and by the method `randint` of a RandomState."""

OF_KIND = {"RandomState": ("random_sample", "standard_normal", INTEGERS), "Random": ("random", "gauss")}
"""What is drawn in compiled code from these; all of the above from others."""


def state_of(x: Any) -> Any:
    """The state of a generator, a bit generator, or a `random.Random`, as an array."""
    if isinstance(x, random.Random):
        _, words, gauss = x.getstate()
        return np.array([*words, gauss is not None, np.float64(gauss or 0.0).view(np.int64)], np.int64)
    if isinstance(x, np.random.PCG64):
        held = x.state
        inside = held["state"]
        numbers = [*divmod(inside["state"], WORD), *divmod(inside["inc"], WORD), held["has_uint32"], held["uinteger"]]
        return np.array(numbers, np.uint64).astype(np.int64)
    state = x.get_state(legacy=False) if isinstance(x, np.random.RandomState) else x.state
    if isinstance(x, np.random.RandomState) and state["bit_generator"] != "MT19937":
        raise ValueError("a RandomState of other bits than those of MT19937 is not supported: make a np.random.Generator of them")
    if state["bit_generator"] == "MT19937":
        key, place = state["state"]["key"], state["state"]["pos"]
        gauss = [state.get("has_gauss", 0), int(np.float64(state.get("gauss", 0.0)).view(np.int64))]
        return np.concatenate([key.astype(np.int64), np.array([place, *gauss], np.int64)])
    raw = pickle.dumps(state)
    return np.concatenate([[len(raw)], np.frombuffer(raw + b" " * (-len(raw) % 8), np.int64)])


def put(x: Any, state: Any) -> None:
    """Set a generator to a state."""
    if isinstance(x, random.Random):
        gauss = float(state[-1:].view(np.float64)[0]) if state[-2] else None
        x.setstate((3, tuple(map(int, state[:-2])), gauss))
        return
    if isinstance(x, np.random.PCG64):
        numbers = [int(word) for word in state.astype(np.uint64)]
        inside: Any = {"state": numbers[0] * WORD + numbers[1], "inc": numbers[2] * WORD + numbers[3]}
        x.state = {"bit_generator": type(x).__name__, "state": inside, "has_uint32": numbers[4], "uinteger": numbers[5]}
        return
    legacy = isinstance(x, np.random.RandomState)
    if legacy or isinstance(x, np.random.MT19937):
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


def drawn(kind: str, state: Any, of: str, size: int | None, bounds: tuple[Any, ...] = ()) -> tuple[Any, Any]:
    """What a generator in this state gives, and the state that it is in then."""
    held: Any = new(kind)
    put(held, state)
    if kind == "Random":
        values = [held.random() if of == "random" else held.gauss(0.0, 1.0) for _ in range(1 if size is None else size)]
        return (values[0] if size is None else np.array(values)), state_of(held)
    source: Any = held if kind == "RandomState" else np.random.Generator(held)
    if of == INTEGERS and kind == "RandomState":
        value = source.randint(bounds[0], int(bounds[1]) + 1, size=size, dtype=np.int64)
    elif of == INTEGERS:
        value = source.integers(*bounds, size=size, endpoint=True)
    else:
        value = getattr(source, of)(*FLOATS.get(of, ()), size=size)
    return value, state_of(held)


def function_of(of: str) -> str:
    """The C function that draws one number; that which draws any number of integers."""
    return "random_bounded_uint64_fill" if of == INTEGERS else f"random_{of}"


@cache
def functions() -> dict[str, int]:
    """The addresses of the C functions; that of uniform numbers is none of them, for the bits are all there is to it."""
    from numpy.random import _generator

    try:
        library = ctypes.CDLL(_generator.__file__)
        names = [function_of(of) for of in (*FLOATS, INTEGERS) if of != "random"]
        found = {name: ctypes.cast(getattr(library, name), ctypes.c_void_p).value for name in names}
    except (OSError, AttributeError):
        return {}
    return {name: address for name, address in found.items() if address is not None}


def is_compiled(kind: str, of: str) -> bool:
    """Whether compiled code can draw it."""
    if kind not in WORDS or of not in OF_KIND.get(kind, (*FLOATS, INTEGERS)):
        return False
    by_bits = kind in OF_KIND and of != INTEGERS
    return by_bits or of == "random" or function_of(of) in functions()
