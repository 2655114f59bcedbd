"""The sites of a module that can raise: what their messages say, given the values that the failing check left behind."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import Arguments, user_error
from ..frames import located
from ..ir.types import SCALARS
from ..shown import shown
from ..source import Location
from .module import Site

NEGATIVE = "negative dimensions are not allowed"
RECURSION = "maximum recursion depth exceeded"
OVERFLOW = "integer result does not fit in 64 bits"


def message_site(error: type[BaseException], message: str | Arguments, kinds: Sequence[str], location: Location | None) -> Site:
    """A site whose message is a `str.format` template over its values, or whose exception is made of them."""
    return Site(error, lambda values: shown(message, values), tuple(kinds), location)


def plain_site(error: type[BaseException], message: str, location: Location | None) -> Site:
    """A site whose message is fixed."""
    return Site(error, lambda values: message, (), location)


def overflow_site(location: Location | None) -> Site:
    return plain_site(OverflowError, OVERFLOW, location)


def index_site(axis: int, location: Location | None) -> Site:
    return message_site(IndexError, f"index {{}} is out of bounds for axis {axis} with size {{}}", ("i64", "i64"), location)


def shapes_site(ranks: Sequence[int], template: str, location: Location | None) -> Site:
    """A site whose values are the extents of several shapes; `template` takes the shapes as text."""

    def describe(values: list[Any]) -> str:
        shapes, rest = [], list(values)
        for rank in ranks:
            shapes.append(shape_text(rest[:rank]))
            rest = rest[rank:]
        return template.format(*shapes)

    return Site(ValueError, describe, ("i64",) * sum(ranks), location)


def shape_text(dims: Sequence[int]) -> str:
    """A shape as NumPy's messages write it: (3,) or (3,4)."""
    return f"({','.join(map(str, dims))}{',' if len(dims) == 1 else ''})"


def decoded(bits: int, kind: str) -> Any:
    """The Python value of a slot's 64 bits."""
    raw = struct.pack("<q", bits)
    if kind == "f64":
        return struct.unpack("<d", raw)[0]
    if kind == "f32":
        return np.float32(struct.unpack("<f", raw[:4])[0])
    if kind == "f16":
        return np.frombuffer(raw, np.float16)[0]
    if kind == "bool":
        return bool(bits & 1)
    return bits if kind == "i64" else int(np.frombuffer(raw, SCALARS[kind].numpy)[0])


def exception(site: Site, slots: Sequence[int]) -> BaseException:
    """The exception of a failed check."""
    values = [decoded(bits, kind) for bits, kind in zip(slots, site.kinds)]
    try:
        message = site.describe(values)
    except (IndexError, ValueError, KeyError) as problem:  # a template that its values don't fit
        return located(site.error(str(problem)), site.location)
    return user_error(site.error, message, site.location)
