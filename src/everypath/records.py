"""Which classes are ordinary, so that their instances are their attributes, and which NamedTuples are no more than their fields.

A NamedTuple is a value, made and read without running code of its class. One that defines `__getattribute__`, `__setattr__` and the
like is odd: it would be read as if it had no such methods.
"""

from __future__ import annotations

import collections
import dataclasses
import datetime
import enum
import functools
import re
import types
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

GETTER: type = type(vars(collections.namedtuple("_Pair", "a b"))["a"])
HEAP_TYPE = 1 << 9
"""The flag of classes that Python code defines."""

SPECIAL = ("__new__", "__init__", "__getattribute__", "__getattr__", "__setattr__", "__delattr__")
"""What a class may define to change how its instances are made, read and set."""

_known: WeakKeyDictionary[type, str] = WeakKeyDictionary()


LIBRARIES = ("numpy", "scipy", "everypath")
"""Packages whose classes are not looked into."""

STOOD_FOR = (*LIBRARIES, "random")
"""Packages for whose classes classes of the library may stand."""

TEXTS = "everypath.library"
"""The package whose functions and classes stand for those of others: they are looked into, and nobody binds its names anew."""


LOWERED = ("scipy.stats._continuous_distns", "scipy.stats._discrete_distns")
"""Modules of SciPy some of whose functions are lowered as they stand, as if they were texts."""

LOWERED_INSIDE = ("scipy.special._orthogonal",)
"""Modules of SciPy of which only the functions that others make are, such as the one by which a polynomial is evaluated."""


def as_it_stands(function: Any) -> bool:
    """Whether a function of SciPy is lowered as it stands."""
    module = str(getattr(function, "__module__", ""))
    inner = module in LOWERED_INSIDE and "<locals>" in function.__qualname__
    return isinstance(function, types.FunctionType) and (inner or module in LOWERED)


def in_texts(module: str) -> bool:
    """Whether a function of this module stands for the user where they call it."""
    return module.startswith(TEXTS) or module in LOWERED


def is_text(kind: type) -> bool:
    """Whether a class is one of those texts. (A class may have a `__module__` that is no string.)"""
    return str(kind.__module__).startswith(TEXTS)


HELD = "__held__"
"""The attribute under which an instance of a class that is a list or a dict too has what is in it."""

OWN_DICT = "__dict__"
"""The same where that is a dict, and the attributes are what is in it: after `self.__dict__ = self`."""

CONTAINERS: dict[type, type] = {}
"""By `list` and `dict`, the class of the library with their special methods, for instances of classes that come from these."""


def container(kind: type) -> Any:
    """`list` or `dict`, where a class that Python code defines is one too."""
    if not kind.__flags__ & HEAP_TYPE or dataclasses.is_dataclass(kind):
        return None
    return next((base for base in CONTAINERS if issubclass(kind, base) and ordinary(kind)), None)


def lineage(kind: type) -> tuple[type, ...]:
    """The classes in which the attributes of instances are looked for, in order: the special methods of a list or a dict are those
    that the library has for it."""
    if not any(base in CONTAINERS for base in kind.__mro__):
        return kind.__mro__
    texts = {base: text.__mro__[:-1] for base, text in CONTAINERS.items()}
    return tuple(found for base in kind.__mro__ for found in (*texts.get(base, ()), base))


def bare(kind: type) -> Any:
    """An instance of an ordinary class, of which no code has run."""
    base = types.SimpleNamespace if kind is types.SimpleNamespace else container(kind)
    return object.__new__(kind) if base is None else base.__new__(kind)


KNOWN = (datetime.date, datetime.time, datetime.timedelta, datetime.tzinfo, re.Pattern, re.Match)
"""Classes of Python's library whose instances never change and are known before a function runs."""

_ordinary: WeakKeyDictionary[type, bool] = WeakKeyDictionary()


def ordinary(kind: type) -> bool:
    """`ordinary_now`, remembered."""
    known = _ordinary.get(kind)
    if known is None:
        known = _ordinary[kind] = ordinary_now(kind)
    return known


def ordinary_now(kind: type) -> bool:
    """Whether instances of `kind` are their attributes: a dataclass, a SimpleNamespace, or a class that Python code defines and that is
    no exception, Enum or class of classes, and no container but a list or a dict."""
    if kind is types.SimpleNamespace:
        return True
    if dataclasses.is_dataclass(kind):
        return not issubclass(kind, (tuple, list, dict))
    module = str(kind.__module__)
    if not kind.__flags__ & HEAP_TYPE or issubclass(kind, (enum.Enum, *KNOWN)):
        return False
    if module.split(".")[0] in LIBRARIES and not module.startswith(TEXTS):
        return False
    if any(base is not object and base not in CONTAINERS and not base.__flags__ & HEAP_TYPE for base in kind.__mro__):
        return False
    maker = held(kind, "__new__")
    if maker not in (object.__new__, list.__new__, dict.__new__) and not isinstance(getattr(maker, "__func__", maker), types.FunctionType):
        return False  # made by C code
    return isinstance(held(kind, "__call__"), types.FunctionType | None)


def keeps_its_class(kind: type) -> bool:
    """Whether a derivative in an instance of `kind` is one too, and no dict."""
    return kind is types.SimpleNamespace or dataclasses.is_dataclass(kind)


class StandIns:
    """Which class of everypath's library stands for a class of NumPy or SciPy. `find` looks, and the library says how."""

    def __init__(self) -> None:
        self.find: Callable[[type], type | None] = lambda kind: None
        self.known: WeakKeyDictionary[type, type | None] = WeakKeyDictionary()
        self.originals: WeakKeyDictionary[type, type] = WeakKeyDictionary()


stand_ins = StandIns()


def stand_in(kind: type) -> type | None:
    """The class of the library that stands for a class of NumPy or SciPy, so that its instances are taken for instances of that."""
    if kind not in stand_ins.known:
        foreign = str(kind.__module__).split(".")[0] in STOOD_FOR
        stand_ins.known[kind] = stand_ins.find(kind) if foreign else None
    return stand_ins.known[kind]


def original(kind: type) -> type:
    """The class that a class of the library stands for; any other class itself."""
    return stand_ins.originals.get(kind, kind)


def has_attributes(kind: type) -> bool:
    """Whether instances of `kind`, from outside, are their attributes, read one by one: of an ordinary class, or of one that a class of
    the library stands for."""
    return ordinary(kind) or stand_in(kind) is not None


def is_named_tuple(kind: type) -> bool:
    """Whether `kind` is a NamedTuple, odd or not."""
    return issubclass(kind, tuple) and hasattr(kind, "_fields")


def is_frozen(kind: type) -> bool:
    """Whether `kind` is a frozen dataclass."""
    parameters: Any = getattr(kind, "__dataclass_params__", None)
    return parameters is not None and parameters.frozen is True


def oddity(kind: type) -> str:
    """`oddity_now`, remembered."""
    if kind not in _known:
        _known[kind] = oddity_now(kind)
    return _known[kind]


def odd_making(kind: type) -> str:
    """What more than setting the fields `kind(…)` does, for a NamedTuple; "" if nothing."""
    return oddity_now(kind) or ("is abstract" if getattr(kind, "__abstractmethods__", None) else "")


def odd_instance(value: Any) -> str:
    """What an instance of a NamedTuple has beside its fields; "" if nothing."""
    kind: Any = type(value)
    for name in getattr(value, "__dict__", {}):
        if name not in kind._fields and not isinstance(held(kind, name), functools.cached_property):
            return f"has the attribute '{name}', which is not a field of {kind.__name__}"
    return ""


def defined(kind: type, name: str) -> Any:
    """The special method that a class or one of its bases in Python defines; None if there is none, or a dataclass made it."""
    for base in lineage(kind):
        if name in vars(base) and base.__flags__ & HEAP_TYPE:
            return None if generated(vars(base)[name]) else vars(base)[name]
    return None


def held(kind: type, name: str) -> Any:
    """What stands under a name in a class or its bases, as it stands there."""
    owner = owner_of(kind, name)
    return None if owner is None else vars(owner)[name]


def owner_of(kind: type, name: str) -> type | None:
    """The class, `kind` or one of its bases, in which a name stands."""
    return next((base for base in lineage(kind) if name in vars(base)), None)


def fields_set_by(kind: type) -> bool:
    """Whether the `__init__` of `kind` was written for a dataclass."""
    return "__dataclass_fields__" in vars(owner_of(kind, "__init__") or object)


def generated(function: Any) -> bool:
    """Whether the module `dataclasses` wrote this method."""
    code = getattr(function, "__code__", None)
    if not isinstance(code, types.CodeType):
        return False
    return code.co_qualname.startswith("__create_fn__.") or function.__globals__ is vars(dataclasses)


def makes_tuples(function: Any) -> bool:
    """Whether a `__new__` is the one that `collections.namedtuple` wrote."""
    return "_tuple_new" in getattr(function, "__globals__", {})


def makes_from_items(function: Any) -> bool:
    """Whether a function is the `_make` that `collections.namedtuple` wrote."""
    return getattr(function, "__module__", None) == "collections" and function.__code__.co_qualname == "namedtuple.<locals>._make"


def oddity_now(kind: type) -> str:
    """What makes instances of a NamedTuple more than their fields: "has a __setattr__ of its own"; "" if nothing does."""
    for name in ("__call__", "__getattribute__", "__getattr__"):
        if defined(type(kind), name):
            return f"has a metaclass with a {name} of its own"
    for base in kind.__mro__:
        if not base.__flags__ & HEAP_TYPE and base not in (object, tuple):
            return f"is a {base.__name__} too"
    for name in ("__getattribute__", "__setattr__", "__delattr__"):
        if getattr(kind, name) is not getattr(tuple, name) and not generated(held(kind, name)):
            return f"has a {name} of its own"
    for name in (
        "__init__",
        "__iter__",
        "__len__",
        "__getitem__",
        "__contains__",
        "__reversed__",
        "_replace",
        "_asdict",
        "_make",
    ):
        own = defined(kind, name)
        if own is not None and not _made(own):
            return f"has a {name} of its own"
    for name in kind._fields:  # type: ignore[attr-defined]
        if type(held(kind, name)) is not GETTER:
            return f"has a {type(held(kind, name)).__name__} over its field '{name}'"
    return ""


def _made(method: Any) -> bool:
    """Whether `collections.namedtuple` wrote this method."""
    function = getattr(method, "__func__", method)
    return getattr(getattr(function, "__code__", None), "co_filename", "") == collections.namedtuple.__code__.co_filename
