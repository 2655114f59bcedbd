"""A function that was built: its header, its files, its addresses in this process."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Sequence
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

from ..calls.callables import name_of
from ..errors import InvalidArgument
from ..native.standalone import Entry, Library, library
from ..version import VERSION
from . import files
from .entries import Wrt, entries
from .header import header


class Built:
    """A function that was built: `header`, `write` for other programs, `address` and `foreign` for this process."""

    def __init__(self, name: str, what: list[Entry], cpu: str) -> None:
        self.name, self.entries, self.cpu = name, what, cpu

    @cached_property
    def library(self) -> Library:
        """The functions for other programs; NotSupported where they need what only Python, NumPy or SciPy has."""
        return library(self.name, self.entries, self.cpu)

    @cached_property
    def header(self) -> str:
        """C's text of what there is."""
        return header(self.library, self.entries, VERSION)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the functions."""
        return tuple(entry.name for entry in self.entries)

    def write(self, path: str | PathLike[str], link: Sequence[str] | None = None) -> tuple[Path, ...]:
        """Write the file, in the form that its suffix says, and the header beside it; their paths.

        `link` are the flags to link a shared library with in place of `-llapack -lblas`, where matrices are multiplied or solved.
        """
        target = Path(path)
        beside = target.with_suffix(".h")
        if target != beside:
            files.write(self.library, target, link)
        beside.write_text(self.header, encoding="utf-8")
        return (target,) if target == beside else (target, beside)

    @cached_property
    def code(self) -> Any:
        """The same functions in this process."""
        return library(self.name, self.entries, linked=False).load()

    def address(self, name: str | None = None) -> int:
        """Where a function stands in this process, the first without a name: it has the signature that the header says, and holds as long
        as this object does."""
        return int(self.code.addresses[self.names[0] if name is None else name])

    def foreign(self, name: str | None = None) -> Any:
        """A function in this process as ctypes calls it, its types set: numbers, pointers and extents as in the header."""
        entry = next(entry for entry in self.entries if name in (None, entry.name))
        function = ctypes.CFUNCTYPE(ctypes.c_int, *ctypes_of(entry))(self.address(entry.name))
        vars(function)["built"] = self  # which holds the code
        return function

    def integrand(self, name: str | None = None) -> Any:
        """A function of floats that gives one, as a `scipy.LowLevelCallable` of the signature `double (int, double *)`, which
        `scipy.integrate.quad`, `nquad` and the others call without Python. NaN stands for an error."""
        import scipy

        chosen = self.names[0] if name is None else name
        if f"{chosen}_number" not in self.code.addresses:
            raise InvalidArgument(f"{chosen} must take floats alone and return one to be an integrand")
        kind = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_int, ctypes.POINTER(ctypes.c_double))
        function = kind(self.code.addresses[f"{chosen}_number"])
        vars(function)["built"] = self
        return scipy.LowLevelCallable(function)

    def message(self, *, forget: bool = False) -> str:
        """What the last error said that one of these functions in this process has raised; with `forget` it is not said again."""
        place = ctypes.CFUNCTYPE(ctypes.c_void_p)(self.code.addresses[f"{self.name}_message"])()
        found = ctypes.string_at(place).decode()
        if forget:
            ctypes.memset(place, 0, 1)
        return found

    def __repr__(self) -> str:
        return f"<everypath.build of {', '.join(self.names)}>"


def made(f: Callable[..., Any], args: Sequence[Any], wrt: Wrt | None, name: str | None, cpu: str) -> Built:
    """The function, and with `wrt` its gradient."""
    called = name if name is not None else re.sub(r"\W", "", name_of(f).replace("(", "_"), flags=re.ASCII)
    if not re.fullmatch(r"[A-Za-z_]\w*", called, flags=re.ASCII):
        raise InvalidArgument(f"{called!r} is no name that C takes: pass name=")
    what = entries(f, args, called, wrt)
    return Built(called, what, cpu)


def ctypes_of(entry: Entry) -> list[Any]:
    """The types of the parameters of an entry, as ctypes says them."""
    return [C_TYPES[type_] for type_, _ in entry.parameters()]


C_TYPES: dict[str, Any] = {
    "ptr": ctypes.c_void_p,
    "double": ctypes.c_double,
    "float": ctypes.c_float,
    "i1 zeroext": ctypes.c_bool,
    "i64": ctypes.c_int64,
    "i32": ctypes.c_int32,
    "i16": ctypes.c_int16,
    "i8": ctypes.c_int8,
}
