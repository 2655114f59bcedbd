"""The edge between Python and compiled code: which leaves of the arguments are chosen, how they cross, how results come back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import InvalidArgument, NotDifferentiable
from ..ir.types import F64, ArrayType, scalar_of
from ..structure import Container, Leaf, Static, Structure, child_path, count, leaves, paths, rebuild

Wrt = int | str


def chosen(wrt: Sequence[Wrt], arguments: Sequence[tuple[str, Structure]], where: str) -> list[tuple[str, Structure, int]]:
    """(path, structure, position of its first leaf) of each argument that `wrt` names.

    A name is a parameter's; a position counts the arguments as they are passed, those that `*args` collects included.
    """
    places: list[tuple[str, Structure, int]] = []
    by_name: dict[str, tuple[str, Structure, int]] = {}
    first = 0
    for name, structure in arguments:
        by_name[name.lstrip("*")] = (name.lstrip("*"), structure, first)
        if name.startswith("*") and not name.startswith("**") and isinstance(structure, Container):
            start = first
            for key, child in zip(structure.keys, structure.children, strict=True):
                places.append((child_path(name[1:], tuple, key), child, start))
                start += count(child)
        else:
            places.append(by_name[name.lstrip("*")])
        first += count(structure)
    found = []
    for which in wrt:
        if isinstance(which, str):
            if which not in by_name:
                raise InvalidArgument(f"{where} has no parameter {which!r}; it has {', '.join(by_name) or 'none'}")
            found.append(by_name[which])
        else:
            if not -len(places) <= which < len(places):
                raise InvalidArgument(f"{where} was given {len(places)} arguments, so there is no argument {which}")
            found.append(places[which])
    return found


def float_leaves(path: str, structure: Structure, first: int, where: str) -> tuple[int, ...]:
    """The positions of the leaves under `structure` that carry a derivative. NotDifferentiable if none does, with what to write."""
    positions = tuple(first + k for k, (_, leaf) in enumerate(paths(structure)) if carries(leaf))
    if not positions:
        raise NotDifferentiable(f"{where} cannot be differentiated with respect to {path}: {why_not(path, structure)}")
    return positions


def carries(leaf: Leaf) -> bool:
    """Whether a leaf is floating-point."""
    type_ = leaf.type
    return type_.dtype.is_float if isinstance(type_, ArrayType) else type_.is_float


def why_not(path: str, structure: Structure) -> str:
    """Why nothing under `structure` has a derivative, and what to pass instead."""
    if isinstance(structure, Static):
        return f"it is {structure.value!r}, which is not a number"
    if not isinstance(structure, Leaf):
        return "it holds no floating-point number or array"
    if structure.kind == "array":
        return f"it is {said(structure)}; pass {path}.astype(float)"
    return f"it is {said(structure)}; pass a float, such as 3.0 instead of 3"


def scalar_result(result: Structure, has_aux: bool, where: str, kind: str) -> None:
    """NotDifferentiable unless the function gives one floating-point scalar (with `has_aux`: a pair that begins with one)."""
    if has_aux:
        if not (isinstance(result, Container) and result.type in (tuple, list) and len(result.children) == 2):
            raise NotDifferentiable(
                f"{kind}({where}, has_aux=True) needs a function that returns a pair (value, aux); it returns {said(result)}"
            )
        result = result.children[0]
    if isinstance(result, Leaf):
        if isinstance(result.type, ArrayType) and result.type.rank > 0:
            raise NotDifferentiable(
                f"{kind} needs a function that returns a scalar; {where} returns {said(result)}. "
                f"Call jacobian({where}) for all derivatives, or vjp({where}, …) for one combination of them"
            )
        if carries(result):
            return
        raise NotDifferentiable(f"{where} returns {said(result)}, and only a float has a derivative")
    if isinstance(result, Container):
        raise NotDifferentiable(
            f"{kind} needs a function that returns a scalar; {where} returns {said(result)}. Call jacobian({where}) for all derivatives, "
            f"vjp({where}, …) for one combination of them, or {kind}({where}, has_aux=True) for (value, aux)"
        )
    raise NotDifferentiable(f"{where} returns {said(result)}, which is not a number")


def said(structure: Structure) -> str:
    """A structure in words."""
    if isinstance(structure, Static):
        return repr(structure.value)
    if isinstance(structure, Container):
        article = "an" if structure.type.__name__[:1].lower() in "aeiou" else "a"
        return f"{article} {structure.type.__name__}"
    if isinstance(structure.type, ArrayType):
        return f"an array of {structure.type.dtype.numpy} with {structure.type.rank} axes"
    return {"float": "a float", "int": "an integer", "bool": "a bool"}.get(structure.kind, f"a {structure.type.numpy} scalar")


def gradient_structure(structure: Structure) -> Structure:
    """The structure of a gradient: floats stay, arrays are fresh and contiguous, integers and all that is static become None."""
    if isinstance(structure, Container):
        return Container(structure.type, structure.keys, tuple(map(gradient_structure, structure.children)))
    if isinstance(structure, Static) or not carries(structure):
        return Static(None)
    if isinstance(structure.type, ArrayType):
        return Leaf("array", ArrayType(structure.type.dtype, structure.type.rank))
    return structure


def rebuilder(structure: Structure) -> Callable[[Sequence[Any]], Any]:
    """A function from leaves to the value of that structure."""
    if isinstance(structure, Leaf) and structure.kind == "array":
        return lambda leaves: leaves[0]
    if isinstance(structure, Leaf) and structure.kind == "float":
        return lambda leaves: float(leaves[0])
    if isinstance(structure, Container) and structure.type in (tuple, list):
        kind, n, kinds = (
            structure.type,
            len(structure.children),
            {child.kind if isinstance(child, Leaf) else "" for child in structure.children},
        )
        if kinds == {"array"}:
            return lambda leaves: kind(leaves[:n])
        if kinds == {"float"}:
            return lambda leaves: kind(map(float, leaves[:n]))
    return lambda leaves: rebuild(structure, list(leaves))


def opaque(structure: Structure) -> Structure:
    """A structure like this one whose float leaves may be anything; other leaves become None."""
    if isinstance(structure, Container):
        return Container(structure.type, structure.keys, tuple(map(opaque, structure.children)))
    if isinstance(structure, Static) or not carries(structure):
        return Static(None)
    return Leaf("array", ArrayType(F64, 0))


def has_nan(leaf: Any) -> bool:
    """Whether a number is NaN, or an array holds one."""
    return bool(np.isnan(leaf).any()) if isinstance(leaf, np.ndarray) else leaf != leaf


# Arguments on their way in ------------------------------------------------------------------------------------------


class ReadOnlyArgument(InvalidArgument, ValueError):
    """The function writes to an array argument that is read-only. CPython raises ValueError at the assignment."""


def like(value: Any, structure: Structure, primal: Sequence[Any], what: str) -> list[Any]:
    """The float leaves of `value`, a tangent or cotangent of a `primal` with that structure: same containers, shapes and dtypes."""
    try:
        given = leaves(value, structure)
    except (TypeError, KeyError, IndexError, AttributeError):
        raise InvalidArgument(f"{what} must have the same containers as its value: {said(structure)}, not {value!r}") from None
    found = []
    for (path, leaf), one, original in zip(paths(structure), given, primal, strict=True):
        if not carries(leaf):
            continue
        where = f"{what}{path}"
        try:
            array = np.asarray(one, dtype=scalar_of(leaf.type).numpy, order="C")
        except (TypeError, ValueError):
            raise InvalidArgument(f"{where} must be a number or an array of floats, not {one!r}") from None
        if array.shape != np.shape(original):
            raise InvalidArgument(f"{where} has shape {array.shape} and its value has shape {np.shape(original)}")
        found.append(array if isinstance(leaf.type, ArrayType) else array[()].item() if leaf.kind == "float" else array[()])
    return found


def overlap(arguments: Sequence[Any], written: Sequence[int]) -> tuple[int, int] | None:
    """(written, other): two array leaves that may share memory, judged by the bounds of their addresses, one of them written."""
    for k in written:
        for j, other in enumerate(arguments):
            if j != k and isinstance(other, np.ndarray) and np.may_share_memory(arguments[k], other):
                return k, j
    return None
