"""The edge between Python and compiled code: how arguments cross, and how results come back."""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import complexes, records
from ..errors import InvalidArgument, NotDifferentiable
from ..ir.types import F64, ArrayType
from ..structure import Again, Chosen, Container, Leaf, Original, Static, Structure, builder, is_its_items


def carries(leaf: Leaf) -> bool:
    """Whether a leaf is floating-point."""
    type_ = leaf.type
    return type_.dtype.is_float if isinstance(type_, ArrayType) else type_.is_float


def one_of(where: str) -> str:
    """How to ask for one number of a result."""
    return f'Say which number: explain({where}, of=0), of="key", or of=(key, index, …)'


def scalar_result(result: Structure, has_aux: bool, where: str, kind: str) -> None:
    """NotDifferentiable unless the function gives one floating-point scalar (with `has_aux`: a pair that begins with one)."""
    if has_aux:
        if not (isinstance(result, Container) and result.type in (tuple, list) and len(result.children) == 2):
            raise NotDifferentiable(
                f"{kind}({where}, has_aux=True) needs a function that returns a pair (value, aux); it returns {said(result)}"
            )
        result = result.children[0]
    if isinstance(result, Container) and result.type is Chosen:
        raise NotDifferentiable(
            f"{kind} needs a function that returns a scalar; {where} returns one kind of value or another, depending on the path taken. "
            f"Return one kind of value on every path, or call vjp({where}, …)"
        )
    if isinstance(result, Leaf):
        if isinstance(result.type, ArrayType) and result.type.rank > 0:
            raise NotDifferentiable(
                f"{kind} needs a function that returns a scalar; {where} returns {said(result)}. "
                + (
                    one_of(where)
                    if kind == "explain"
                    else f"Call jacobian({where}) for all derivatives, or vjp({where}, …) for one combination of them"
                )
            )
        if carries(result):
            return
        raise NotDifferentiable(f"{where} returns {said(result)}, and only a float has a derivative")
    if isinstance(result, Container) and result.type in complexes.KINDS:
        raise NotDifferentiable(
            f"{kind} needs a function that returns a real number; {where} returns {said(result)}. Return abs(z)**2 or z.real, "
            f"or call vjp({where}, …) for one combination of the two parts"
        )
    if isinstance(result, Container):
        raise NotDifferentiable(
            f"{kind} needs a function that returns a scalar; {where} returns {said(result)}. "
            + (
                one_of(where)
                if kind == "explain"
                else f"Call jacobian({where}) for all derivatives, vjp({where}, …) for one combination of them, "
                f"or {kind}({where}, has_aux=True) for (value, aux)"
            )
        )
    raise NotDifferentiable(f"{where} returns {said(result)}, which is not a number")


def said(structure: Structure) -> str:
    """A structure in words."""
    if isinstance(structure, Static):
        return repr(structure.value)
    if isinstance(structure, Container) and structure.type in complexes.KINDS:
        return complexes.said(structure.type)
    if isinstance(structure, Container):
        article = "an" if structure.type.__name__[:1].lower() in "aeiou" else "a"
        return f"{article} {structure.type.__name__}"
    if structure.kind == "list":
        return "a list"
    if isinstance(structure.type, ArrayType):
        return f"an array of {structure.type.dtype.numpy} with {structure.type.rank} axes"
    return {"float": "a float", "int": "an integer", "bool": "a bool"}.get(
        structure.kind, f"{'an' if structure.type.numpy.name[0] == 'i' else 'a'} {structure.type.numpy} scalar"
    )


def gradient_structure(structure: Structure) -> Structure:
    """The structure of a gradient: floats stay, arrays are fresh and contiguous, integers and all that is static become None.
    That of an instance is a dict, by attribute, and so is that of a bound method; a dataclass and a SimpleNamespace keep their class. Of
    what is a list or a dict too it is a list or a dict."""
    if isinstance(structure, Container):
        if is_its_items(structure):
            return gradient_structure(structure.children[0])
        by_name = issubclass(structure.type, (types.MethodType, Original)) or (
            records.has_attributes(structure.type) and not records.keeps_its_class(structure.type)
        )
        kind = dict if by_name else structure.type
        return Container(kind, structure.keys, tuple(map(gradient_structure, structure.children)))
    if isinstance(structure, Again):
        return structure
    if isinstance(structure, Static) or not carries(structure):
        return Static(None)
    if isinstance(structure.type, ArrayType):
        return Leaf(structure.kind, ArrayType(structure.type.dtype, structure.type.rank), rows=structure.rows, shape=structure.shape)
    return structure


def rebuilder(structure: Structure) -> Callable[[Sequence[Any]], Any]:
    """A function from leaves to the value of that structure."""
    if isinstance(structure, Leaf) and structure.kind == "array":
        return lambda leaves: leaves[0]
    if isinstance(structure, Leaf) and structure.kind == "float":
        return lambda leaves: float(leaves[0])
    return builder(structure)


def opaque(structure: Structure) -> Structure:
    """A structure like this one whose float leaves may be anything; other leaves become None."""
    if isinstance(structure, Container):
        kind = complexes.Joined if structure.type in complexes.KINDS else structure.type
        kind = dict if issubclass(kind, Original) else kind
        return Container(kind, structure.keys, tuple(map(opaque, structure.children)))
    if isinstance(structure, Static) or not carries(structure):
        return Static(None)
    return Leaf("array", ArrayType(F64, 0))


BLAS_ALONE = 10_000
"""Elements up to which BLAS keeps a product of vectors on one thread."""


def has_nan(leaf: Any) -> bool:
    """Whether a number is NaN, or an array holds one: a sum of squares is NaN where one of them is, and nowhere else.
    (`vdot` warns of nothing where it overflows, as `dot` does.)

    So is a minimum, which asks nothing of the threads of BLAS: where others use the cores, a long product waits for them tenfold.
    """
    if isinstance(leaf, np.ndarray):
        flat = leaf if leaf.ndim == 1 else leaf.ravel("K")
        leaf = np.vdot(flat, flat) if flat.size <= BLAS_ALONE else np.minimum.reduce(flat)
    return bool(leaf != leaf)


# Arguments on their way in ------------------------------------------------------------------------------------------


class ReadOnlyArgument(InvalidArgument, ValueError):
    """The function writes to an array argument that is read-only. CPython raises ValueError at the assignment."""


def overlap(arguments: Sequence[Any], written: Sequence[int]) -> tuple[int, int] | None:
    """(written, other): two array leaves that may share memory, judged by the bounds of their addresses, one of them written."""
    for k in written:
        for j, other in enumerate(arguments):
            if j != k and isinstance(other, np.ndarray) and np.may_share_memory(arguments[k], other):
                if not complexes.interleaved(arguments[k], other):
                    return k, j
    return None


def overlaps_itself(array: np.ndarray[Any, Any]) -> bool:
    """Whether two elements may share memory, as in the windows that `as_strided` makes.

    They do not if along every axis a step is longer than what the axes with shorter steps span, else their offsets are compared.
    """
    if array.flags.c_contiguous or array.flags.f_contiguous or array.size < 2:
        return False
    axes = sorted((abs(step), n) for step, n in zip(array.strides, array.shape, strict=True) if n > 1)
    span = array.itemsize
    for step, n in axes:
        if step < span:
            return np.unique(offsets(array)).size < array.size if all(s % array.itemsize == 0 for s in array.strides) else True
        span += step * (n - 1)
    return False


def offsets(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Where each element stands in memory, in bytes from the first."""
    places = np.zeros(array.shape, np.int64)
    for axis, step in enumerate(array.strides):
        places += step * np.arange(array.shape[axis]).reshape([-1 if k == axis else 1 for k in range(array.ndim)])
    return places
