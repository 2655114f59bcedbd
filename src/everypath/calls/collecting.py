"""The leaves of arguments that hold objects, by a function written for their structure: it looks again at all that the structure says,
and gives None where something is otherwise.

    def collect(a0, a1):
        if type(a0) is not k0: return None
        d1 = a0.__dict__
        …
        return [v2, v3, a1]
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .. import records
from ..structure import Again, Container, Leaf, Static, Statics, Structure, child, reads_of

Collect = Callable[..., list[Any] | None]

SMALL = 2**63
KINDS = ("float", "bool")


class Unwritten(Exception):
    """No function is written for such a structure."""


def collector(values: Sequence[Any], structures: Sequence[Structure], statics: Statics) -> Collect | None:
    """A function from arguments like `values` to their leaves; None where looking at them is no simple matter."""
    text = _Text(statics)
    names = [f"a{k}" for k in range(len(values))]
    try:
        for name, value, structure in zip(names, values, structures, strict=True):
            text.value(name, value, structure)
    except Unwritten:
        return None
    lines = [*text.lines, f"return [{', '.join(text.leaves)}]"]
    if len(text.objects) > 1:
        apart = f"if len({{{', '.join(f'id({name})' for name in text.objects)}}}) != {len(text.objects)}: return None"
        lines.insert(-1, apart)
    body = "".join(f"        {line}\n" for line in lines)
    parameters = ", ".join([*names, *(f"{n}={n}" for n in text.names)])
    space: dict[str, Any] = {"__name__": __name__, **text.names}
    exec(f"def collect({parameters}):\n    try:\n{body}    except (KeyError, AttributeError):\n        return None\n", space)
    found: Collect = space["collect"]
    return found


class _Text:
    def __init__(self, statics: Statics) -> None:
        self.statics = statics
        self.lines: list[str] = []
        self.leaves: list[str] = []
        self.objects: list[str] = []
        self.names: dict[str, Any] = {}
        self.count = 0

    def name(self, value: Any) -> str:
        """What an object is called in the text."""
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name

    def unless(self, condition: str) -> None:
        self.lines.append(f"if not ({condition}): return None")

    def value(self, name: str, value: Any, structure: Structure) -> None:
        """Look at what stands under `name`, which is like `value`."""
        if isinstance(structure, Again):
            self.unless(f"{name} is {self.objects[structure.value]}")
        elif isinstance(structure, Static):
            self.static(name, structure.value)
        elif isinstance(structure, Leaf):
            self.leaf(name, value, structure)
        elif structure.type in (tuple, list) or (issubclass(structure.type, tuple) and hasattr(structure.type, "_fields")):
            self.unless(f"type({name}) is {self.name(structure.type)} and len({name}) == {len(structure.keys)}")
            if structure.type is list:
                self.objects.append(name)
            self.parts(structure, [(f"{name}[{k}]", part) for k, part in enumerate(value)])
        elif structure.type is dict:
            self.unless(f"type({name}) is dict and tuple({name}) == {self.name(structure.keys)}")
            self.objects.append(name)
            self.parts(structure, [(f"{name}[{self.name(key)}]", value[key]) for key in structure.keys])
        elif records.ordinary(structure.type) and records.container(structure.type) is None and hasattr(value, "__dict__"):
            self.instance(name, value, structure)
        else:
            raise Unwritten

    def parts(self, structure: Container, parts: Sequence[tuple[str, Any]]) -> None:
        for (place, part), below in zip(parts, structure.children, strict=True):
            self.count += 1
            name = f"v{self.count}"
            self.lines.append(f"{name} = {place}")
            self.value(name, part, below)

    def instance(self, name: str, value: Any, structure: Container) -> None:
        kind: Any = structure.type
        fields = [f.name for f in dataclasses.fields(kind)] if dataclasses.is_dataclass(kind) else []
        wanted = dict.fromkeys((*fields, *reads_of(kind, self.statics)))
        if any(isinstance(records.held(kind, attribute), types.MemberDescriptorType) for attribute in wanted):
            raise Unwritten
        self.objects.append(name)
        held = f"d{len(self.objects)}"
        self.unless(f"type({name}) is {self.name(kind)}")
        self.lines.append(f"{held} = {name}.__dict__")
        for absent in wanted:
            if absent not in structure.keys:
                self.unless(f"{absent!r} not in {held}")
        self.parts(structure, [(f"{held}[{key!r}]", child(value, structure, key)) for key in structure.keys])

    def static(self, name: str, value: Any) -> None:
        if value is None or isinstance(value, bool):
            self.unless(f"{name} is {value}")
        elif type(value) in (str, int):
            self.unless(f"type({name}) is {type(value).__name__} and {name} == {self.name(value)}")
        else:
            self.unless(f"{name} is {self.name(value)}")

    def leaf(self, name: str, value: Any, structure: Leaf) -> None:
        if structure.kind == "array" and structure.single is None and structure.shape is None:
            dtype = self.name(value.dtype)
            layout = f"{name}.dtype is {dtype} and {name}.ndim == {value.ndim} and {name}.flags.num == {value.flags.num}"
            self.unless(f"type({name}) is {self.name(np.ndarray)} and {layout}")
        elif structure.kind in KINDS:
            self.unless(f"type({name}) is {structure.kind}")
        elif structure.kind == "int":
            self.unless(f"type({name}) is int and {-SMALL} <= {name} < {SMALL}")
        elif structure.kind == "numpy":
            self.unless(f"type({name}) is {self.name(type(value))}")
        else:
            raise Unwritten
        self.leaves.append(name)
