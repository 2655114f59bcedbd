"""What stands around a function: its module's globals, the cells of the functions it was defined in, builtins.

Data among it is captured: a hidden parameter, read afresh at every call. Functions, classes and modules are guarded by identity.
"""

from __future__ import annotations

import ast
import builtins
import logging
import sys
import types
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .. import complexes, records
from ..errors import InvalidArgument, NotSupported
from ..ir.program import Value
from ..ir.types import F32, scalar_of
from ..structure import MAPPINGS, Again, Container, Defaulting, Leaf, Rows, Static, Structure, child_path, describe, reads_of
from ..syntax.rename import plain
from ..transform import kind_of
from ..unchanging import plain_value, unchanging
from . import run_lists
from .context import Lengths
from .frame import Abandoned, Frame
from .join import SHARED, GrowsAtRunTime, Join, generalised, strong
from .join_numbers import Unjoinable
from .naming import an, type_name
from .objects import Dict, Instance, List, Mutable, Set
from .patterns import flatten, of_one_shape
from .reach import Restart
from .unit import Capture
from .values import Abstract, Array, Buffer, Kind, Method, Range, RunList, Scalar, Slice, Tuple
from .values import Static as StaticValue
from .watch import ABSENT, Attribute, Item, watch, watch_attribute

STABLE = (
    "sys",
    "math",
    "numpy",
    "scipy",
    "everypath",
    "builtins",
    "operator",
    "functools",
    "dataclasses",
    "typing",
    "collections",
    "itertools",
    "heapq",
    "bisect",
    "logging",
    "warnings",
)
"""Modules whose numbers are constants."""

NUMBER_OF: dict[str, Kind] = {"f64": "float", "i64": "int", "bool": "bool"}
"""The Python number that a long list of these holds."""


@plain_value
class Stream:
    """`sys.stdout` or `sys.stderr`, whatever that is when something is written."""

    name: str


STREAMS = {name: Stream(name) for name in ("stdout", "stderr")}


@unchanging
class Outside:
    """The names around a Python function that are not variables of functions being lowered."""

    namespace: dict[str, Any]
    cells: dict[str, types.CellType]
    module: str

    @staticmethod
    def of(function: types.FunctionType) -> Outside:
        names = function.__code__.co_freevars
        return Outside(function.__globals__, dict(zip(names, function.__closure__ or (), strict=True)), function.__module__ or "")


def read_outside(c: Frame, name: str, node: ast.AST) -> Abstract:
    """The value of a name that no function being lowered binds."""
    outside: Outside = c.outside
    name = plain(name)
    if name in outside.cells:
        cell = outside.cells[name]
        try:
            cell.cell_contents  # noqa: B018
        except ValueError:
            if ("cell", id(cell)) in c.unit.rebound:
                return capture(c, ("cell", id(cell)), name, Attribute(cell, "cell_contents"), node)
            watch(c.unit, Attribute(cell, "cell_contents"), ABSENT)
            message = f"cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
            return never(c, node, NameError, message)
        return capture(c, ("cell", id(cell)), name, Attribute(cell, "cell_contents"), node)
    namespace = outside.namespace
    if name in namespace or ("global", id(namespace), name) in c.unit.rebound:
        if records.in_texts(outside.module):
            held = namespace[name]
            return c.constant(held, name) if isinstance(held, (float, np.generic)) or type(held) is tuple else static_value(c, held, name)
        path = f"{outside.module}.{name}"
        return capture(c, ("global", id(namespace), name), path, Item(namespace, name), node)
    watch(c.unit, Item(namespace, name), ABSENT)
    watch(c.unit, Item(vars(builtins), name), vars(builtins).get(name, ABSENT))
    if hasattr(builtins, name):
        return StaticValue(getattr(builtins, name), name)
    return never(c, node, NameError, f"name '{name}' is not defined")


def never(c: Frame, node: ast.AST, error: type[BaseException], message: str) -> Abstract:
    """This always raises: nothing after it on this path is reached."""
    c.at(node)
    c.check(c.b.bool(False, "never"), error, message.replace("{", "{{").replace("}", "}}"))
    raise Abandoned  # unless somebody takes it


def capture(c: Frame, key: Any, path: str, read: Callable[[], Any], node: ast.AST) -> Abstract:
    """The captured object as a value of this frame; hidden parameters are added at its first use."""
    variable = c.unit.rebound.get(key)
    if variable is not None:
        now: Abstract = variable.value(c, capture(c, ("variable", key), variable.home, variable, node), node)
        return now
    held = c.captured.get(key)
    if held is not None and not (isinstance(held, Scalar) and held.is_static):  # a constant is made where it is used
        return held
    known = c.unit.captures.get(key)
    if known is None:
        value = read()
        if isinstance(value, types.ModuleType) or not_data(value):
            structure: Structure = Static(value)
        else:
            try:
                structure = Static(value) if type(value) is bool else describe(value, path, c.unit.statics)
            except InvalidArgument as problem:
                c.refuse(node, str(problem), "pass what the function needs of it as an argument")
            except NotSupported as problem:
                (_, reason, way_out), *_ = problem.refusals
                c.refuse(node, reason, way_out)
        known = c.unit.captures[key] = Capture(path, read, structure)
    leaves: list[Value] = []
    owner = None if key in c.unit.promoted else Captured(CAPTURED, key)
    value = abstract(c, known.structure, path, leaves, key, owner)
    c.captured[key] = value
    if leaves:
        c.hidden.append((key, leaves))
        c.named.update(leaves)
    return value


def not_data(value: Any) -> bool:
    if isinstance(value, types.MethodType) and records.stand_in(type(value.__self__)) is not None:
        return True  # `random.gauss`: its object is captured where it is called
    return isinstance(value, (type, logging.Logger)) or kind_of(value) is not None or is_fixed(value)


def is_fixed(value: Any) -> bool:
    """Whether an object of Python's or NumPy's own never changes: `sys.float_info`, `np.finfo(float)`, `np.c_`, `Union`, `object()`."""
    kind = type(value)
    if isinstance(value, tuple):
        return hasattr(kind, "n_sequence_fields")
    return kind is object or isinstance(value, (np.finfo, np.iinfo)) or kind.__module__ in ("typing", type(np.c_).__module__)


@plain_value
class LeafList:
    """The place of a list that travels as one array, among those of its root."""

    number: int


Place = int | LeafList
CAPTURED = "it was captured from outside the function"


class Captured(str):
    """Why an object that a function finds outside must not be changed here: lowering starts again with what stands under `key` made at
    the entry and handed to all functions, so that they see each other's changes."""

    key: Any

    def __new__(cls, reason: str, key: Any) -> Captured:
        made = super().__new__(cls, reason)
        made.key = key
        return made


class ChangesOutside(Restart):
    """The program changes what was captured under this key: lower again with it made at the entry."""

    def __init__(self, key: Any) -> None:
        self.key = key


def promoted(c: Frame, key: Any) -> str:
    """The name of the variable that holds a captured object that changes, in every function."""
    return f"<{c.unit.promoted[key].name} {list(c.unit.promoted).index(key)}>"


def abstract(c: Frame, structure: Structure, path: str, leaves: list[Value], root: Any, held: Captured | None = None) -> Abstract:
    """A value of this structure whose leaves are fresh parameters, appended to `leaves`. `held` says why the objects in it must not be
    changed, `root` where they stand among arguments and captures."""
    arrival = _Arrival(c, leaves, root, held or "")
    value = arrival.value(structure, path)
    objects = {m: number for number, m in enumerate(arrival.made) if isinstance(m, Mutable)}
    for m in objects:
        m.root = root
    if held is None:
        c.arrived.update((m, (root, number)) for m, number in objects.items())
        c.arrived_lists += arrival.grown
    return value


@dataclass
class _Arrival:
    """A value from outside on its way in."""

    c: Frame
    leaves: list[Value]
    root: Any
    held: str
    made: list[Mutable | RunList] = field(default_factory=list)
    numbers: int = 0
    grown: list[tuple[RunList, Any, Place]] = field(default_factory=list)

    def value(self, structure: Structure, path: str) -> Abstract:
        c = self.c
        if isinstance(structure, Again):
            return self.made[int(structure.value)]
        if isinstance(structure, Static):
            return static_value(c, structure.value, path)
        if isinstance(structure, Leaf):
            return self.leaf(structure, path)
        kind = structure.type
        if kind is list:
            return self.list_of(structure, path)
        if kind in MAPPINGS:
            return self.filled(Dict(c.store, {}, self.held, kind), structure, path)
        if issubclass(kind, Defaulting):
            return self.filled(Dict(c.store, {}, self.held, defaultdict, c.constant(kind.factory)), structure, path)
        if kind is set:
            (members,) = structure.children
            assert isinstance(members, Static)
            self.made.append(Set(c.store, members.value, self.held))
            return self.made[-1]
        if records.has_attributes(kind):
            kind = records.stand_in(kind) or kind
            asked = frozenset(reads_of(kind, c.unit.statics))
            return self.filled(Instance(c.store, {}, kind, self.held, asked), structure, path)
        parts = self.parts(structure, path)
        if kind in complexes.KINDS:
            real, imag = parts
            assert isinstance(real, (Scalar, Array)) and isinstance(imag, (Scalar, Array))
            return of_one_shape(c, real, imag)
        if kind is types.MethodType:
            function, receiver = parts
            assert isinstance(function, StaticValue)
            name = function.value.__name__
            if isinstance(receiver, Instance) and records.is_text(receiver.type):
                function = StaticValue(records.held(receiver.type, name), function.path)
            return Method(receiver, name, function)
        return Slice(*parts) if kind is slice else Tuple(tuple(parts), kind)

    def list_of(self, structure: Container, path: str) -> Abstract:
        """A list; one that changes its length at run time is built here as such a list."""
        number = len(self.made)
        site = ("outside", self.root, number)
        if site not in self.c.unit.dynamic:
            return self.filled(List(self.c.store, (), self.held, site), structure, path)
        self.made.append(List(self.c.store, ()))
        made = run_lists.of_items(self.c, site, self.parts(structure, path))
        self.made[number] = made
        self.grown.append((made, self.root, number))
        return made

    def filled(self, new: Mutable, structure: Container, path: str) -> Mutable:
        """`new`, noted before its parts are made, since they may lead to it."""
        self.made.append(new)
        parts = self.parts(structure, path)
        new.contents = new.initial = tuple(parts) if isinstance(new, List) else dict(zip(structure.keys, parts, strict=True))
        return new

    def parts(self, structure: Container, path: str) -> list[Abstract]:
        pairs = zip(structure.keys, structure.children, strict=True)
        return [self.value(child, child_path(path, structure.type, key)) for key, child in pairs]

    def leaf(self, structure: Leaf, path: str) -> Abstract:
        value = Value(path.split(".")[-1] if "[" not in path else path, structure.type)
        self.leaves.append(value)
        self.c.unit.single |= scalar_of(value.type) == F32
        if structure.kind == "array":
            self.c.unit.lengths[value] = Lengths(path, structure.single, structure.shape)
            return Array(value)
        if structure.kind == "list":
            kind = NUMBER_OF.get(scalar_of(structure.type).name, "numpy")
            if structure.rows is not None:
                self.c.unit.stacked = True
            return self.numbers_of(Buffer(value, "numpy" if structure.rows == Rows(np.ndarray) else kind, structure.rows))
        origins = frozenset([path]) if structure.kind in ("int", "bool") else frozenset()
        if structure.kind == "bool":
            self.c.unit.flags.add(path)
        return Scalar(value, structure.kind, origins=origins)  # type: ignore[arg-type]

    def numbers_of(self, x: Buffer) -> Abstract:
        """A list that is passed as one array; one of numbers that changes is built here as a run-time list."""
        place = LeafList(self.numbers)
        self.numbers += 1
        site = self.held or ("outside", self.root, place)
        if site not in self.c.unit.dynamic:
            return replace(x, site=site)
        made = run_lists.of_numbers(self.c, x)
        self.grown.append((made, self.root, place))
        return made


def static_value(c: Frame, value: Any, path: str) -> Abstract:
    if isinstance(value, range):
        return Range(*(c.integer(part) for part in (value.start, value.stop, value.step)))
    return c.constant(value, path) if isinstance(value, (bool, int, float, tuple)) else StaticValue(value, path)


def attribute_outside(c: Frame, owner: StaticValue, name: str, node: ast.AST) -> Abstract:
    """`owner.name` of a module, a class or another object known at lowering."""
    held = owner.value
    if records.stand_in(type(held)) is not None:
        return c.attribute(instance_of(c, owner, node), name, node)
    if held is sys and name in ("stdout", "stderr"):
        return StaticValue(STREAMS[name], f"sys.{name}")
    key = c.unit.key_of_attribute(held, name)
    if key in c.unit.rebound:
        return capture(c, key, name, Attribute(held, name), node)
    try:
        value = getattr(held, name)
    except AttributeError as problem:
        watch_attribute(c.unit, held, name, ABSENT)
        c.raises(node, AttributeError, str(problem))
    home = held.__name__ if isinstance(held, types.ModuleType) else getattr(held, "__module__", None) or type(held).__module__
    if str(home or "").split(".")[0] in STABLE or held is sys.float_info:
        watch_attribute(c.unit, held, name, value)
        if isinstance(value, (bool, int, float, complex, np.generic)) and not isinstance(value, type):
            return c.constant(value, name)
        return StaticValue(value, f"{owner.path}.{name}")
    if not isinstance(held, (types.ModuleType, type)) and not hasattr(held, "__dict__"):
        c.refuse(node, f"attributes of {an(type(held).__name__)} are not supported", "pass the value in")
    value = capture(c, key, f"{owner.path or home}.{name}", Attribute(held, name), node)
    if isinstance(held, type) and isinstance(value, Scalar) and value.origins:
        return replace(value, origins=frozenset().union(*(beside(held, str(path)) for path in value.origins)))
    return value


def beside(kind: type, path: str) -> Iterator[str]:
    """The paths of the integers that stand in a class with the one at `path`: constants that are asked for together."""
    home = path.rpartition(".")[0]
    return (f"{home}.{name}" for base in kind.__mro__ for name, held in vars(base).items() if type(held) is int)


def instance_of(c: Frame, x: StaticValue, node: ast.AST) -> Abstract:
    """A known object, for whose class one of the library stands, as an instance of that."""
    return capture(c, ("object", id(x.value)), x.path, lambda: x.value, node)


def hidden_leaves(c: Frame, key: Any, node: ast.AST) -> list[Value]:
    """The leaves of a capture that a callee needs, as this frame has them."""
    known = c.unit.captures[key]
    return flatten([capture(c, key, known.name, known.read, node)])


def changing_numbers(c: Frame, x: Buffer, node: ast.AST) -> Restart:
    """The request to lower again with a list from outside, which travels as one array, as a list that may change."""
    if isinstance(x.site, Captured):
        return ChangesOutside(x.site.key)
    if x.site is None or x.rows is not None:
        c.refuse(node, "this list must not be changed: it came from outside the function", "copy it first: x = list(x)")
    return GrowsAtRunTime(x.site, Scalar(Value("item", scalar_of(x.value.type)), x.kind))


def changeable(c: Frame, x: Mutable, node: ast.AST, *items: Abstract) -> None:
    """Refuse to change an object that must stay as it is; `items` are what a list would get."""
    if isinstance(x.frozen, Captured):
        raise ChangesOutside(x.frozen.key)
    if isinstance(x, List) and x.site is not None and x.frozen in (SHARED, run_lists.STANDS, run_lists.ITEM):
        referred_to(x, items)
    if x.frozen:
        c.refuse(node, f"this {type_name(x)} must not be changed: {x.frozen}", "copy it first, or return a new one")


def referred_to(x: List, items: tuple[Abstract, ...]) -> None:
    """Lower again with this list as a run-time list, which may be one or another and stand in others, if its items are of one kind."""
    element: Abstract | None = None
    try:
        for item in (*x.items, *items):
            element = strong(generalised(item if element is None else Join()(element, item)))
    except Unjoinable:
        return
    if element is not None:
        raise GrowsAtRunTime(x.site, element)
