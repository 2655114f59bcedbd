"""The value of a structure from its leaves, by an expression written for it once: what `rebuild` does by walking, at every call.

[(W, b), {"scale": 2.0}]        ->        lambda l: [(l[0], l[1],), {"scale": float(l[2])}]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count as counting
from typing import Any

from .. import records
from .kinds import Again, Container, Existing, Leaf, Static, Structure, is_mutable
from .rebuilding import CONVERT, rebuild, unstacked

DEEPEST = 40
"""Containers inside one another up to which an expression is written: Python's parser has a limit."""


class Unwritten(Exception):
    """A structure of which values are put together step by step."""


def builder(structure: Structure) -> Callable[[Sequence[Any]], Any]:
    """A function from leaves to the value of that structure: `rebuild` for one structure, many times."""
    names: dict[str, Any] = {}
    try:
        text = expression(structure, counting(), names, DEEPEST)
    except Unwritten:
        return lambda leaves: rebuild(structure, list(leaves))
    made: Callable[[Sequence[Any]], Any] = eval(f"lambda l: {text}", {"__name__": __name__, **names})
    return made


def expression(structure: Structure, position: counting[int], names: dict[str, Any], depth: int) -> str:
    """The text that makes a value of `structure` of the leaves `l` from the next `position` on; `names` are what it speaks of."""
    if isinstance(structure, Again | Existing) or not depth:
        raise Unwritten
    if isinstance(structure, Static):
        return called(structure.value, names)
    if isinstance(structure, Leaf):
        leaf = f"l[{next(position)}]"
        if structure.kind == "array":
            return leaf
        if structure.kind == "list":
            return f"{called(unstacked, names)}({leaf}, {called(structure.rows, names)})"
        convert = CONVERT.get(structure.kind) or structure.type.numpy.type  # type: ignore[union-attr]
        return f"{called(convert, names)}({leaf})"
    return container(structure, [expression(child, position, names, depth - 1) for child in structure.children], names)


def container(structure: Container, parts: Sequence[str], names: dict[str, Any]) -> str:
    """The text of a container of these parts."""
    kind = structure.type
    if kind is tuple:
        return f"({''.join(f'{part}, ' for part in parts)})"
    if kind is list:
        return f"[{', '.join(parts)}]"
    if kind is dict:
        return f"{{{', '.join(f'{called(key, names)}: {part}' for key, part in zip(structure.keys, parts, strict=True))}}}"
    if is_mutable(kind) or records.ordinary(kind):
        raise Unwritten
    return f"{called(kind, names)}({', '.join(parts)})"


def called(value: Any, names: dict[str, Any]) -> str:
    """What an object is called in the text."""
    if value is None or value is True or value is False:
        return repr(value)
    name = f"k{len(names)}"
    names[name] = value
    return name
