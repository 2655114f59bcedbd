"""How functions that everypath made are pickled and copied: by the function they came from, to be compiled again on arrival.

A function travels as Python's own do, by its name, or by its code where cloudpickle is at work. Two things are added. Under a
decorated function's name stands what the decorator made, so the function is then looked for inside that. And text that stands in
no file, a notebook's cell, goes along, or nobody could read the function where it arrives; cloudpickle takes the name of the cell
out of the code, so it is put back.
"""

from __future__ import annotations

import importlib
import linecache
import os
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ..errors import NotSupported
from ..syntax.read import read
from ..transform import Transform

Key = tuple[str, int, bytes, str]
Texts = dict[Key, tuple[str, list[str]]]
"""By a function's name, first line, code and constants: the name of the cell that it stands in, and the lines of that."""


class Inside(NamedTuple):
    """The place of a function that a decorator has wrapped: its plain name leads to what the decorator made."""

    module: str
    name: str


def packed(function: Callable[..., Any]) -> tuple[Callable[..., Any] | Inside, Texts]:
    """What to pickle in place of `function`, and the text that must go along."""
    texts = unfiled(function)
    if isinstance(function, types.FunctionType) and not by_code():
        place = Inside(function.__module__, function.__qualname__)
        standing = named(place)
        if standing is not function and unwrapped(standing) is function:
            return place, texts
    return function, texts


def unpacked(function: Callable[..., Any] | Inside, texts: Texts) -> Callable[..., Any]:
    """The function again, its text readable."""
    if not isinstance(function, Inside):
        restore(function, texts)
        return function
    importlib.import_module(function.module)
    found = unwrapped(named(function))
    if not isinstance(found, types.FunctionType):
        raise AttributeError(f"there is no function {function.name} in the module {function.module}")
    return found


def made_again(kind: type, function: Callable[..., Any] | Inside, texts: Texts, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """`kind(name, function, …)` as it was made before."""
    name, *rest = arguments
    return kind(name, unpacked(function, texts), *rest, **options)


def named(place: Inside) -> Any:
    """What stands under a name in a module, None if nothing does."""
    found: Any = sys.modules.get(place.module)
    for part in place.name.split("."):
        found = getattr(found, part, None)
    return found


def unwrapped(function: Any) -> Any:
    """The function inside decorators that say what they wrap."""
    while not isinstance(function, types.FunctionType) or hasattr(function, "__wrapped__"):
        inner = getattr(function, "__wrapped__", None)
        if inner is None:
            break
        function = inner
    return function


def by_code() -> bool:
    """Whether cloudpickle is at work, which takes functions that cannot be found by name as code."""
    frame = sys._getframe()
    while frame is not None:
        if "cloudpickle" in str(frame.f_globals.get("__name__")).split("."):
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


# Text that stands in no file ------------------------------------------------------------------------------------------


def restore(function: Callable[..., Any], texts: Texts) -> None:
    """Make the text of `function` and of those that it may call readable again."""
    for file, lines in texts.values():
        linecache.cache[file] = (sum(map(len, lines)), None, lines, file)
    for found in reached(function) if texts else ():
        code = found.__code__
        file, _ = texts.get(key(code), (code.co_filename, []))
        if file != code.co_filename:
            found.__code__ = code.replace(co_filename=file)


def unfiled(function: Callable[..., Any]) -> Texts:
    """The text of `function` and of those that it may call, where it stands in no file."""
    texts: Texts = {}
    for found in reached(function):
        try:
            definition = read(found)
        except NotSupported:  # it may not be called at all
            continue
        if not os.path.exists(definition.file):
            texts[key(found.__code__)] = definition.file, [line + "\n" for line in definition.lines]
    return texts


def key(code: types.CodeType) -> Key:
    constants = repr([c for c in code.co_consts if not isinstance(c, types.CodeType)])
    return code.co_name, code.co_firstlineno, code.co_code, constants


def reached(function: Any) -> Iterator[types.FunctionType]:
    """`function` and the functions among the globals and cells that it uses, and so on."""
    waiting, seen = [function], set[int]()
    while waiting:
        found = plain(waiting.pop())
        if not isinstance(found, types.FunctionType) or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        waiting += [found.__globals__[name] for name in global_names(found.__code__) if name in found.__globals__]
        waiting += filled(found.__closure__ or ())


def plain(function: Any) -> Any:
    """The function inside transformations, partials and bound methods."""
    while True:
        if isinstance(function, Transform):
            function = function.function
        elif isinstance(function, types.MethodType):
            function = function.__func__
        elif hasattr(function, "func") and hasattr(function, "keywords"):
            function = function.func
        else:
            return unwrapped(function)


def global_names(code: types.CodeType) -> Iterator[str]:
    """The names of globals and attributes in a code object and those inside it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from global_names(constant)


def filled(cells: tuple[types.CellType, ...]) -> Iterator[Any]:
    for cell in cells:
        try:
            yield cell.cell_contents
        except ValueError:
            continue
