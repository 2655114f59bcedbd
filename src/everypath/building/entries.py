"""What a function and its gradient take and give when C calls them: leaves of arguments and results, by names that C takes.

`layers[0][1]` is `layers_0_1`, an array `x` is `x` and its extents `x_dim0`, `x_dim1`. What the function captures has the value that it had
when it was built; what must be known before it runs (an axis, a flag, a string) that of the example.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .. import pipeline
from ..calls.boundary import gradient_structure, scalar_result
from ..calls.callables import name_of
from ..calls.choice import Arguments
from ..calls.deciding import one_kind
from ..calls.derived import Derived
from ..calls.gradients import unit
from ..calls.specialise import Specialisation, versions_of
from ..errors import EverypathError, InvalidArgument, NotSupported
from ..ir.text import to_text
from ..ir.types import ArrayType, ScalarType, scalar_of
from ..native.standalone import Entry, Fixed, Given, Output, Passed, Variant
from ..pipeline import Task
from ..structure import Container, Leaf, Static, Structure, child_path, paths

KEYWORDS = frozenset(
    "auto bool break case char const continue default do double else enum extern false float for goto if inline int long register "
    "restrict return short signed sizeof static struct switch true typedef union unsigned void volatile while class new delete this "
    "template namespace operator private protected public try catch throw using virtual explicit friend export import".split()
)
"""Of C and C++: no parameter is called so."""

ENTIRE = 1 << 24
"""Bytes of an array around the function that are built in."""

Wrt = int | str | tuple[int | str, ...]


def entries(function: Any, args: Sequence[Any], name: str, wrt: Wrt | None) -> list[Entry]:
    """The function, and with `wrt` its value and gradient, for arguments of the structure of `args`.

    Of `grad(f)` and `value_and_grad(f)` there is one entry. Raises what a call would raise where the function is refused, and
    InvalidArgument for what C cannot pass.
    """
    function, kind, chosen = inside(function)
    versions = versions_of(function)
    special, _ = versions.find(args, {})
    special = unchanged(special)
    if kind is not None:
        return [derivative(special, name, chosen, value=kind == "value_and_grad")]
    found = [value(special, name)]
    if wrt is not None:
        found.append(derivative(special, f"{name}_grad", wrt))
    return found


def result_structure(function: Any, args: Sequence[Any]) -> Structure:
    """The containers of what the only entry of a function gives; of a gradient, those of its answer."""
    function, kind, chosen = inside(function)
    special, _ = versions_of(function).find(args, {})
    if kind is None:
        return special.lowered.result
    gradient = arguments(special).chosen(chosen).structure(gradient_structure)
    return Container(tuple, (0, 1), (special.lowered.result, gradient)) if kind == "value_and_grad" else gradient


def arguments(special: Specialisation) -> Arguments:
    """The arguments by position and by name."""
    return Arguments(special.lowered.arguments, special.lowered.signature, 0, special.name)


def inside(function: Any) -> tuple[Any, str | None, Wrt]:
    """The function to build, and which derivative of it: None for the function itself, which another transformation may have made."""
    if isinstance(function, Derived):
        if function.kind == "compile":
            return inside(function.function)
        if function.kind in ("grad", "value_and_grad"):
            if function.has_aux:
                raise InvalidArgument(f"{name_of(function)} has has_aux: build a function that returns the value alone")
            return function.function, function.kind, function.wrt
        if function.kind != "hvp":
            reason = f"{name_of(function)} is put together from several calls"
            raise NotSupported([(None, reason, "build a function that calls it: def f(x): return everypath.hessian(g)(x)")])
    return function, None, 0


def unchanged(special: Specialisation) -> Specialisation:
    """The specialisation, if a call changes no objects of its caller but arrays."""
    one_kind(special.lowered.result, f"'{special.name}'")
    if special.lowered.changing is not None:
        reason = f"'{special.name}' changes lists, dicts or objects of its caller, which another language does not have"
        raise NotSupported([(special.program.main.location, reason, "return what is new, or write to an array")])
    return special


# Arguments -------------------------------------------------------------------------------------------------------------


class Names:
    """Names that C takes, each once."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def fresh(self, path: str) -> str:
        """A name like this path that nobody has."""
        name = re.sub(r"\W+", "_", path, flags=re.ASCII).strip("_") or "x"
        name = f"_{name}" if name[0].isdigit() else name
        while name in self.used or name in KEYWORDS:
            name += "_"
        self.used.add(name)
        return name


def given(special: Specialisation, names: Names, *, writes: bool) -> list[Given]:
    """What stands for each parameter of the program."""
    parameters = special.program.main.parameters
    number = sum(1 for _, structure in special.lowered.arguments for _ in paths(structure))
    captured = special.captured()
    assert captured is not None
    found: list[Given] = []
    for k, ((path, leaf), parameter) in enumerate(zip(special.parameters, parameters, strict=True)):
        type_ = parameter.type
        assert isinstance(type_, ScalarType | ArrayType)
        if scalar_of(type_).name == "f16":
            raise InvalidArgument(f"{path} is of float16, which C has no type for: pass float32")
        if k < number:
            path = path.lstrip("*")
            shape = leaf.shape if leaf.shape is not None else lengths(type_, leaf)
            found.append(Passed(names.fresh(path), type_, path, writes and k in special.written, shape))
        else:
            found.append(fixed(special, path, type_, captured[k - number], written=k in special.written))
    return found


def lengths(type_: ScalarType | ArrayType, leaf: Leaf) -> tuple[int | None, ...]:
    """The extents that an argument must have, as far as the program knows them."""
    if not isinstance(type_, ArrayType) or leaf.single is None:
        return ()
    return tuple(1 if k in leaf.single else None for k in range(type_.rank))


def fixed(special: Specialisation, path: str, type_: ScalarType | ArrayType, found: Any, *, written: bool) -> Fixed:
    """What the function captures, as it is now."""
    if written:
        raise InvalidArgument(f"{special.name} writes to {path}, which is not an argument: pass it, so that the caller has what is written")
    if isinstance(type_, ArrayType):
        found = np.ascontiguousarray(found, type_.dtype.numpy)
        if found.nbytes > ENTIRE:
            raise InvalidArgument(f"{special.name} captures {path}, an array of {found.nbytes:,} bytes: pass it as an argument")
    return Fixed(found, type_)


def about(special: Specialisation) -> list[str]:
    """What a reader of the header should know: the function's place, and what is fixed."""
    location = special.program.main.location
    signature = ", ".join(f"{name.lstrip('*')}: {written_out(structure)}" for name, structure in special.lowered.arguments)
    lines = [f"{special.name}({signature})"]
    if location is not None:
        lines.append(f"{location.file}, line {location.line}")
    for name, structure in special.lowered.arguments:
        lines += [f"{path} is {said} at every call" for path, said in statics(structure, name.lstrip("*"))]
    for capture in special.lowered.captures:
        lines.append(f"{capture.name} is what it was when this was built")
    return lines


def written_out(structure: Structure) -> str:
    """A structure as a type."""
    if isinstance(structure, Leaf):
        return (
            structure.kind
            if structure.kind in ("float", "int", "bool")
            else str(structure.type).replace("f", "float").replace("i6", "int6")
        )
    if isinstance(structure, Static):
        return repr(structure.value)
    return structure.type.__name__


def statics(structure: Structure, path: str) -> list[tuple[str, str]]:
    """What is fixed in an argument, and as what."""
    if isinstance(structure, Static):
        return [(path, repr(structure.value))]
    if isinstance(structure, Leaf):
        return []
    return [
        found
        for key, child in zip(structure.keys, structure.children, strict=True)
        for found in statics(child, child_path(path, structure.type, key))
    ]


# Entries ---------------------------------------------------------------------------------------------------------------


def value(special: Specialisation, name: str) -> Entry:
    """The function itself."""
    names = Names()
    taken = given(special, names, writes=True)
    task = Task("value", guarded=False)
    results = outputs(special, names, "result", derivative=special.left_open)
    return Entry(name, tuple(taken), tuple(results), variants(special, task), tuple(about(special)))


def derivative(special: Specialisation, name: str, wrt: Wrt, *, value: bool = True) -> Entry:
    """The gradient, and the value where that is asked for."""
    where = special.name
    choice = arguments(special).chosen(wrt)
    scalar_result(special.lowered.result, False, where, "grad")
    names = Names()
    taken = given(special, names, writes=False)
    task = Task("reverse", choice.positions, (0,), guarded=False, values=value)
    results = outputs(special, names, "value") if value else []
    for position in choice.positions:
        passed = taken[position]
        assert isinstance(passed, Passed)
        like = passed if isinstance(passed.type, ArrayType) else None
        results.append(Output(names.fresh(f"grad_{passed.name}"), passed.type, len(results), like, derivative=True))
    type_ = special.program.main.result_types[0]
    assert isinstance(type_, ScalarType | ArrayType)
    taken.append(Fixed(unit(type_), type_))
    lines = (f"the gradient of {where} by {', '.join(argument.path for argument in choice.arguments)}", *about(special))
    return Entry(name, tuple(taken), tuple(results), variants(special, task), lines)


def outputs(special: Specialisation, names: Names, called: str, *, derivative: bool = False) -> list[Output]:
    """The results of the function."""
    found = []
    types = special.program.main.result_types
    for position, ((path, leaf), type_) in enumerate(zip(paths(special.lowered.result, called), types, strict=True)):
        if not isinstance(type_, ScalarType | ArrayType) or leaf.kind == "list":
            reason = f"'{special.name}' returns a list whose length is known only when it runs"
            raise NotSupported([(special.program.main.location, reason, "return an array: np.array(…)")])
        if scalar_of(type_).name == "f16":
            raise InvalidArgument(f"{special.name} returns float16, which C has no type for: return float32")
        found.append(Output(names.fresh(path), type_, position, derivative=derivative and scalar_of(type_).is_float))
    return found


def variants(special: Specialisation, task: Task) -> tuple[Variant, ...]:
    """The programs that carry out a task, in the order in which they are tried."""
    plain_one = program_of(special, task)
    found = [plain_one]
    if task.mode == "value" and not special.left_open:
        return tuple(found)
    careful = program_of(special, replace(task, guarded=True))
    assert careful.program is not None and plain_one.program is not None
    if to_text(careful.program) != to_text(plain_one.program):
        found.append(careful)
    if special.has_kinks:
        try:
            sided = program_of(special, replace(task, guarded=True, sided=True))
            found.append(replace(sided, side=len(special.program.main.parameters)))
        except EverypathError as problem:
            found.append(Variant(None, refused=" ".join(str(problem).split())))
    return tuple(found)


def program_of(special: Specialisation, task: Task) -> Variant:
    """The program of a task in its final form."""
    program, (function, *_) = pipeline.final(special.program, task)
    return Variant(program, function)
