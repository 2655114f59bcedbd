"""Numba: a function, or its gradient, that code under `@njit` calls, without Python in between.

    slope = everypath.numba.wrap(everypath.grad(energy))

    @numba.njit
    def descend(x, rate, steps):
        for _ in range(steps):
            x = x - rate * slope(x)
        return x

Where Numba compiles such a call, the function is built for the types that it has found (`everypath.build`), and called by its address.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from .building.built import Built, made
from .building.entries import result_structure
from .errors import InvalidArgument, NotSupported
from .ir.types import ArrayType, scalar_of
from .native.standalone import Output, Passed
from .structure import Container, Leaf, Static, Structure

try:
    import numba
    from numba.core import types
    from numba.extending import overload
except ImportError as _problem:
    raise ImportError("everypath.numba needs Numba: pip install 'everypath[numba]'") from _problem

__all__ = ["wrap"]


def wrap(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f`, which may be what `grad`, `value_and_grad` or `hvp` made, as a function that code under `numba.njit` calls; Python calls it too.

    Arguments are passed by position: numbers, bools, arrays of any layout (one that is not in C order is copied) and tuples of them.
    Results are numbers, arrays and tuples of them. Calls need no lock of Python's, so they may stand in `prange` and in `nogil` functions.
    What is built in is as `build` says: what `f` captures is as it was when Numba compiled the call.

    An error that `f` raises becomes a RuntimeError, and `wrapped.message()` says what it was, or they were, since it was last asked.
    Where `build` refuses `f`, its error comes out of Numba's compilation.
    """
    found: list[Built] = []

    @functools.wraps(f)
    def wrapped(*args: Any) -> Any:
        return f(*args)

    def message() -> str:
        """What the errors said that were raised since the last look."""
        return "\n".join(said for built in found if (said := built.message(forget=True)))

    wrapped.message = message  # type: ignore[attr-defined]
    name = getattr(f, "__name__", "the function")

    @overload(wrapped, strict=False)
    def typed(*args: Any) -> Any:
        given = args[0] if len(args) == 1 and isinstance(args[0], types.BaseTuple) and not isinstance(args[0], tuple) else args
        examples = tuple(map(example, given))
        built = made(f, examples, None, "function", "native")
        found.append(built)
        text = source(built, result_structure(f, examples), list(given), name)
        scope = {"np": np, "run": built.foreign()}
        exec(compile(text, f"<everypath.numba of {name}>", "exec"), scope)
        return scope["call"]

    return wrapped


def example(type_: Any) -> Any:
    """A value of a type of Numba's."""
    type_ = types.unliteral(type_)
    if isinstance(type_, types.BaseTuple):
        return tuple(map(example, type_))
    if isinstance(type_, types.Array):
        return np.full((7,) * type_.ndim, 0.5).astype(numba.np.numpy_support.as_dtype(type_.dtype))
    if isinstance(type_, types.Boolean):
        return True
    if type_ == types.float64:
        return 0.5
    if isinstance(type_, types.Integer) and type_.bitwidth == 64 and type_.signed:
        return 1000
    if isinstance(type_, types.Number):
        return numba.np.numpy_support.as_dtype(type_).type(1)
    raise InvalidArgument(f"an argument is a {type_} to Numba; everypath takes numbers, arrays and tuples of them there")


def leaves(type_: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Where numbers and arrays stand in an argument of this type, as Python writes it."""
    if isinstance(type_, types.BaseTuple):
        for k, child in enumerate(type_):
            yield from leaves(child, f"{path}[{k}]")
    else:
        yield path, type_


def source(built: Built, structure: Structure, arguments: list[Any], name: str) -> str:
    """The text of the function that Numba compiles: it hands the arguments over by C's conventions, and takes the results."""
    (entry,) = built.entries
    found = [leaf for k, type_ in enumerate(arguments) for leaf in leaves(type_, f"args[{k}]")]
    if len(found) != len(entry.passed) or any(length is not None for passed in entry.passed for length in passed.shape):
        lost = f"{name} needs the value of an argument, or its shape, before it runs"
        raise NotSupported([(None, lost, "fix that argument by functools.partial before wrapping")])
    body, handed = [], []
    for k, ((path, type_), passed) in enumerate(zip(found, entry.passed, strict=True)):
        body.append(f"a{k} = {array_in_order(path, type_)}" if isinstance(passed.type, ArrayType) else f"a{k} = {path}")
        handed += argument(f"a{k}", passed)
    sizes = [f"a{k}.size" for k, passed in enumerate(entry.passed) if isinstance(passed.type, ArrayType)]
    measured = [k for k, output in enumerate(entry.outputs) if output.measured]
    for k, output in enumerate(entry.outputs):
        like = entry.passed.index(output.like) if output.like is not None else None
        body += place(f"r{k}", output, like, " + ".join(["1", *sizes]))
        handed += [f"r{k}.ctypes.data", f"r{k}.size", f"n{k}.ctypes.data"] if output.measured else [f"r{k}.ctypes.data"]
    call = f"status = run({', '.join(handed)})"
    body.append(call)
    if measured:
        body.append(f"if status != 0 and ({' or '.join(f'np.prod(n{k}) > r{k}.size' for k in measured)}):")
        body += [f"    r{k} = np.empty(max(r{k}.size, np.prod(n{k})), r{k}.dtype)" for k in measured]
        body.append(f"    {call}")
    body.append("if status != 0:")
    body.append(f"    raise RuntimeError({f'{name} raised an error: message() says which'!r})")
    values = iter([taken(f"r{k}", output) for k, output in enumerate(entry.outputs)])
    body.append(f"return {together(structure, values, name)}")
    return "def call(*args):\n" + "".join(f"    {line}\n" for line in body)


def array_in_order(path: str, type_: Any) -> str:
    """An array argument in C order."""
    return path if type_.layout == "C" else f"np.ascontiguousarray({path})"


def argument(name: str, passed: Passed) -> list[str]:
    """What is handed over for an argument."""
    if not isinstance(passed.type, ArrayType):
        return [name]
    return [f"{name}.ctypes.data", *(f"{name}.shape[{k}]" for k in range(passed.type.rank))]


def place(name: str, output: Output, like: int | None, room: str) -> list[str]:
    """The lines that make room for a result."""
    dtype = f"np.{scalar_of(output.type).numpy.name.replace('bool', 'bool_')}"
    if output.measured:
        assert isinstance(output.type, ArrayType)
        return [f"{name} = np.empty({room}, {dtype})", f"n{name[1:]} = np.full({max(output.type.rank, 1)}, -1, np.int64)"]
    return [f"{name} = np.empty({'1' if like is None else f'a{like}.shape'}, {dtype})"]


def taken(name: str, output: Output) -> str:
    """A result where it has arrived."""
    if not isinstance(output.type, ArrayType):
        return f"{name}[0]"
    if not output.measured:
        return name
    dims = ", ".join(f"n{name[1:]}[{k}]" for k in range(output.type.rank))
    return f"{name}[:np.prod(n{name[1:]})].copy().reshape(({dims},))" if output.type.rank else f"{name}[:1].reshape(())"


def together(structure: Structure, values: Iterator[str], name: str) -> str:
    """The results in their tuples."""
    if isinstance(structure, Leaf):
        return next(values)
    if isinstance(structure, Static) and structure.value is None:
        return "None"
    if isinstance(structure, Container) and (structure.type is tuple or hasattr(structure.type, "_fields")):
        return f"({''.join(together(child, values, name) + ', ' for child in structure.children)})"
    kind = structure.type.__name__ if isinstance(structure, Container) else repr(structure)
    raise NotSupported([(None, f"{name} returns a {kind}, which Numba cannot take", "return numbers, arrays and tuples of them")])
