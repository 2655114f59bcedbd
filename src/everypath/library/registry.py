"""What stands for what.

    @stands_for(np.cross)
    def cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None): ...

Nobody runs this text: it is lowered in place of a call of `np.cross`. A class stands for a class: making an instance makes one of
it, and an instance that comes from outside is taken for one of it, whose attributes are read from the object itself (the values of those
that the class names in `fixed` are known when the function is compiled). So is an object that a module holds, such as
`scipy.stats.norm`: its class is what a text stands for.

What a text makes of its options alone (which axes go where) may be left to CPython:

    @computed("the axes")
    def pairs(axes, rank): ...
"""

from __future__ import annotations

import functools
import importlib
import os
import re
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np

from ..records import stand_ins

Text = TypeVar("Text", bound=Callable[..., Any])

RAISE_NOTHING = "everypath.library.linear_algebra"
"""Where functions with a rule raise nothing: they tell what went wrong, and who calls them raises it. Errors of others that have a rule
can't be caught around them."""

STANDS_FOR: dict[Any, Any] = {}
"""The text here that is lowered where the user's calls a function of Python's library, NumPy's or SciPy's."""


def stands_for(*things: Any) -> Callable[[Text], Text]:
    """The function, or class, below computes what these compute."""

    def enter(text: Text) -> Text:
        STANDS_FOR.update(dict.fromkeys(things, text))
        if isinstance(text, type):
            stand_ins.originals[text] = things[0]
        return text

    return enter


OF_ONE: dict[Any, Any] = {}
"""By text, the one that is lowered instead where the first two arguments are one array: some of SciPy's then return another dtype."""


SAME: dict[Any, Any] = {}
"""Functions of everypath's own that do what another function does, by that: what stands for it stands for them."""


COMPUTED: dict[Any, str] = {}
"""The functions here that CPython runs when a call is compiled, and what their arguments are, in the words of a refusal."""


def computed(what: str) -> Callable[[Text], Text]:
    """CPython runs the function below, of arguments that are known by then: they are `what` the user must write as constants."""

    def enter(text: Text) -> Text:
        COMPUTED[text] = what
        return text

    return enter


def standing_for(thing: Any) -> Any:
    """The text that stands for a function or class of NumPy or SciPy; None where there is none."""
    try:
        thing = SAME.get(thing, thing)
        found = STANDS_FOR.get(thing)
    except TypeError:  # it can't be a key
        return None
    for nearest, belongs in zip(NEAREST_FIRST, likely(thing)) if found is None else ():
        for narrowed in (entering, mentioning, whole):
            if narrowed is whole and isinstance(thing, type) and not nearest:
                break  # texts name the classes of other modules that they stand for
            texts = narrowed(missing(belongs), named(thing))
            found = STANDS_FOR.get(thing) if load(texts) else None
            if found is not None:
                return found
    return found


NEAREST_FIRST = (True, False)
"""Which of the places that are `likely` are those of the thing's own module."""


def class_for(kind: type) -> type | None:
    """The class here that stands for a class of NumPy or SciPy."""
    text = standing_for(kind)
    return text if isinstance(text, type) else None


stand_ins.find = class_for
# Nothing stands for the classes of functions, which nearly every call asks for first, nor for those of dtypes.
stand_ins.known.update(dict.fromkeys((np.ufunc, type(np.concatenate), *(x for x in vars(np.dtypes).values() if isinstance(x, type))), None))


Belongs = Callable[[str], bool]
"""Whether texts for a module of this name are meant."""


def likely(thing: Any) -> Iterator[Belongs]:
    """Where a text for `thing` may be, the nearest first: with those of its own module, of the package; anywhere, where it does not say
    where it is from, those of the module that has it by its name come first. None stands for exceptions."""
    module = getattr(thing, "__module__", None)
    module = module if isinstance(module, str) else ""
    told = isinstance(thing, (types.FunctionType, type, type(np.concatenate))) and module != ""
    if told and not (isinstance(thing, type) and issubclass(thing, BaseException)):
        package = module.partition(".")[0]
        if package not in packages():
            return
        yield lambda name: f"{module}.".startswith(f"{name}.") and name != package
        yield lambda name: name.partition(".")[0] == package
    if not told:
        name = named(thing)
        yield lambda module: module in sys.modules and vars(sys.modules[module]).get(name) is thing
        of_numpy = isinstance(thing, np.ufunc) and getattr(np, name, None) is thing
        yield lambda module: module.startswith("numpy") or not of_numpy


def missing(belongs: Belongs) -> list[str]:
    """The texts that are meant and not imported yet, of those for modules of NumPy and SciPy that the user has imported."""
    return [text for text, module in families().items() if belongs(module) and module in sys.modules and text not in sys.modules]


def load(texts: Sequence[str]) -> bool:
    """Import these texts; whether there was one."""
    for text in texts:
        importlib.import_module(text)
    return bool(texts)


def named(thing: Any) -> str:
    """What a text calls a function or class."""
    name = getattr(thing, "__name__", None)
    return name if isinstance(name, str) else ""


def whole(texts: list[str], _: str) -> list[str]:
    """All of them: some say what they stand for in a way of their own."""
    return texts


def entering(texts: Iterable[str], name: str) -> list[str]:
    """Those of our texts that say of this name what stands for it."""
    return mentioning(texts, name, rb"stands_for\([^)]*")


def mentioning(texts: Iterable[str], name: str, behind: bytes = b"") -> list[str]:
    """Those of our texts that have this name in them, behind something: the others need not be imported to see that they say nothing of
    it."""
    inside = name.encode()
    word = re.compile(behind + rb"\b%s\b" % re.escape(inside))
    return [text for text in texts if inside in written(text) and word.search(written(text))]


@functools.cache
def written(text: str) -> bytes:
    """What stands in a module of ours, without importing it."""
    with open(os.path.join(os.path.dirname(__file__), *text.removeprefix(f"{__package__}.").split(".")) + ".py", "rb") as file:
        return file.read()


@functools.cache
def packages() -> frozenset[str]:
    """The packages that texts are for."""
    return frozenset(module.partition(".")[0] for module in families().values())


@functools.cache
def families() -> dict[str, str]:
    """By the name of a module here, the module whose functions it stands for: one in a folder is for the module that the folder is named
    after."""
    here = os.path.dirname(__file__)
    found: dict[str, str] = {}
    for package in ("numpy", "scipy", "python"):
        for folder, _, files in os.walk(os.path.join(here, package)):
            inside = os.path.relpath(folder, here).split(os.sep)
            texts = [file.removesuffix(".py") for file in sorted(files) if file.endswith(".py") and file != "__init__.py"]
            found |= {".".join((__package__, *inside, text)): module_of(*inside, text) for text in texts}
    return found


def module_of(package: str, *names: str) -> str:
    """The module that a text at this place stands for."""
    if package == "python":
        return names[0]
    return f"{package}.{names[0]}" if len(names) > 1 or package == "scipy" else package
