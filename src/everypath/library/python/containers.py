"""The special methods of `list` and `dict`, for objects whose class comes from one of them.

What is in such an object is a list or a dict of its own, `__held__`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...records import CONTAINERS
from ..registry import stands_for


def inside(x: Any) -> Any:
    """What is in such an object; anything else as it is."""
    return x.__held__ if isinstance(x, (list, dict)) and hasattr(x, "__held__") else x


def attribute_or(x: Any, name: str, default: Any) -> Any:
    """`getattr(x, name, default)` of an object whose class has a `__getattr__`."""
    try:
        return getattr(x, name)
    except AttributeError:
        return default


def has_attribute(x: Any, name: str) -> bool:
    """`hasattr(x, name)` of such an object."""
    try:
        getattr(x, name)
    except AttributeError:
        return False
    return True


class Held:
    """What both have in common."""

    __held__: Any

    def __len__(self) -> int:
        return len(self.__held__)

    def __iter__(self) -> Any:
        return iter(self.__held__)

    def __reversed__(self) -> Any:
        return reversed(self.__held__)

    def __contains__(self, item: Any) -> bool:
        return item in self.__held__

    def __setitem__(self, at: Any, value: Any) -> None:
        self.__held__[at] = inside(value) if isinstance(at, slice) else value

    def __delitem__(self, at: Any) -> None:
        del self.__held__[at]

    def __eq__(self, other: Any) -> Any:
        return self.__held__ == inside(other)

    def __ne__(self, other: Any) -> Any:
        return self.__held__ != inside(other)

    def __repr__(self) -> str:
        return repr(self.__held__)


class ListMethods(Held):
    """Those of `list`."""

    def __init__(self, items: Any = (), /) -> None:
        self.__held__.extend(items)

    def __getitem__(self, at: Any) -> Any:
        return self.__held__[at]

    def __add__(self, other: Any) -> Any:
        return self.__held__ + inside(other)

    def __radd__(self, other: Any) -> Any:
        return other + self.__held__

    def __mul__(self, times: Any) -> Any:
        return self.__held__ * times

    def __rmul__(self, times: Any) -> Any:
        return times * self.__held__

    def __iadd__(self, other: Any) -> Any:
        self.__held__.extend(other)
        return self

    def __lt__(self, other: Any) -> Any:
        return self.__held__ < inside(other)

    def __le__(self, other: Any) -> Any:
        return self.__held__ <= inside(other)

    def __gt__(self, other: Any) -> Any:
        return self.__held__ > inside(other)

    def __ge__(self, other: Any) -> Any:
        return self.__held__ >= inside(other)


class DictMethods(Held):
    """Those of `dict`."""

    def __init__(self, /, *args: Any, **kwargs: Any) -> None:
        self.__held__.update(*args, **kwargs)

    def __getitem__(self, key: Any) -> Any:
        if key not in self.__held__ and hasattr(type(self), "__missing__"):
            return self.__missing__(key)  # type: ignore[attr-defined]
        return self.__held__[key]

    def __or__(self, other: Any) -> Any:
        return self.__held__ | inside(other)

    def __ror__(self, other: Any) -> Any:
        return other | self.__held__

    def __ior__(self, other: Any) -> Any:
        self.__held__.update(inside(other))
        return self


CONTAINERS.update({list: ListMethods, dict: DictMethods})


# What the classes of `collections.abc` say of a number by `is`, too, which nobody can tell of floats ----------------------


@stands_for(Sequence.count)
def count(self: Any, value: Any) -> Any:
    return list(self).count(value)


@stands_for(Sequence.index)
def index(self: Any, value: Any, start: Any = 0, stop: Any = None) -> Any:
    if start == 0 and stop is None:
        return list(self).index(value)
    return list(self).index(value, start, len(self) if stop is None else stop)


@stands_for(Sequence.__contains__)
def contains(self: Any, value: Any) -> Any:
    return value in list(self)
