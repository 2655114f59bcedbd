"""NumPy's PCG64 as integers, and the C functions by which NumPy draws from a generator: those that it lends to extensions.

The state is an array: the two words of the state of the congruential generator, the two of its increment, and whether half of a word of
64 bits is left over, and which. The C functions stand in the module `numpy.random._generator`; where a build does not show them, there
are none.
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import numpy as np

KIND = "PCG64"
WORDS = 6
WORD = 2**64

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
"""The one that gives integers, from a first to a last one."""


def words(x: Any) -> Any:
    """The state of a PCG64."""
    held = x.state
    inside = held["state"]
    numbers = [*divmod(inside["state"], WORD), *divmod(inside["inc"], WORD), held["has_uint32"], held["uinteger"]]
    return np.array(numbers, np.uint64).astype(np.int64)


def put(x: Any, state: Any) -> None:
    """Set a PCG64 to a state."""
    numbers = [int(word) for word in state.astype(np.uint64)]
    inside: Any = {"state": numbers[0] * WORD + numbers[1], "inc": numbers[2] * WORD + numbers[3]}
    x.state = {"bit_generator": type(x).__name__, "state": inside, "has_uint32": numbers[4], "uinteger": numbers[5]}


def drawn(state: Any, of: str, size: int | None, bounds: tuple[Any, ...] = ()) -> tuple[Any, Any]:
    """What a Generator in this state gives, and the state that it is in then."""
    source = np.random.PCG64(0)
    put(source, state)
    generator: Any = np.random.Generator(source)
    if of == INTEGERS:
        return generator.integers(*bounds, size=size, endpoint=True), words(source)
    return getattr(generator, of)(*FLOATS[of], size=size), words(source)


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


def is_compiled(of: str) -> bool:
    """Whether compiled code can draw it."""
    return of == "random" or (of in (*FLOATS, INTEGERS) and function_of(of) in functions())
