"""What of a call's arguments stays known in the function that is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import records
from ...ir.program import Value
from ..frame import Frame
from ..objects import Cell, Instance
from ..patterns import children
from ..values import Abstract, Scalar

if TYPE_CHECKING:
    from .functions import Target

FEW_VERSIONS = 16
KEEPING = ("__init__", "__getitem__", "__setitem__", "__delitem__")


def counts_given(c: Frame, target: Target, arguments: dict[str, Abstract]) -> set[str]:
    """The known integers and booleans that an `__init__` is given: they stay known in the object, as sizes and flags must. So do places
    among what an object holds, and what a text of the library is given, whose axes and options they are."""
    keeps = target.definition.name in KEEPING or target.outside.module.startswith(records.TEXTS)
    if not keeps or sum(k[0] is target.node for k in c.unit.specialised) > FEW_VERSIONS:
        return set()
    return {path for path, x in scalars(arguments, target.cells) if x.is_static and x.kind in ("int", "bool")}


def fixed_attributes(arguments: dict[str, Abstract], cells: dict[str, Cell]) -> set[str]:
    """The attributes that are always known, of instances of classes of the library that name them in `fixed`, in what is passed."""
    out: set[str] = set()
    seen: set[Abstract] = set()

    def visit(path: str, x: Abstract) -> None:
        if isinstance(x, Scalar) or x in seen:
            return
        seen.add(x)
        of_library = isinstance(x, Instance) and records.is_text(x.type)
        fixed = getattr(x.type, "fixed", ()) if of_library else ()  # type: ignore[attr-defined]
        for below, child in children(x, path):
            if isinstance(child, Scalar) and child.is_static and below.rpartition(".")[2] in fixed:
                out.add(below)
            visit(below, child)

    for path, x in (*arguments.items(), *cells.items()):
        visit(path, x)
    return out


def scalars(arguments: dict[str, Abstract], cells: dict[str, Cell]) -> list[tuple[str, Scalar]]:
    """Every scalar that is passed, with its path in the callee."""
    out: list[tuple[str, Scalar]] = []
    seen: set[Abstract] = set()

    def visit(path: str, x: Abstract) -> None:
        if isinstance(x, Scalar):
            out.append((path, x))
        elif x not in seen:
            seen.add(x)
            for below, child in children(x, path):
                visit(below, child)

    for path, x in (*arguments.items(), *cells.items()):
        visit(path, x)
    return out


def made_here(c: Frame, leaves: list[Value]) -> list[Value]:
    """The leaves, with constants among what was captured made here: where they were made first may be another path, or forgotten."""
    held = {str(k): x for k, x in enumerate(c.captured.values())}
    numbers = {x.value: x for _, x in scalars(held, {}) if x.is_static}
    return [c.b.constant(numbers[v].static, numbers[v].type, v.name) if v in numbers else v for v in leaves]
