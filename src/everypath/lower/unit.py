"""One lowering of one function and all it calls: what is shared by the frames."""

from __future__ import annotations

import ast
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from ..ir.program import Function, Value
from ..ir.types import Type
from ..rules import Rule
from ..source import Location
from ..structure import SMALL_ONES, Structure
from ..unchanging import plain_value, unchanging
from .context import Lengths
from .landing import Site
from .objects import Instance, Mutable
from .patterns import key, objects
from .reach import Refusal
from .values import Abstract, Error


@unchanging
class Capture:
    """What a function takes from outside its arguments: read afresh at every call. A static structure makes it a guard."""

    name: str
    read: Callable[[], Any] = field(repr=False)
    structure: Structure


@plain_value
class Origin:
    """A parameter of a function called inside: its value can be made static where the function is called."""

    owner: ast.AST
    path: str

    def __str__(self) -> str:
        return self.path


@dataclass(eq=False)
class Specialised:
    """One function lowered for one pattern of arguments: `which` says which function, and which pattern.

    `result` is None until known. `effects` are (position among the objects passed in, their new contents). `hidden` are the captures it
    needs, in the order of its last parameters. `types` are those of all its IR results, `shapes` what is known of theirs. `raised` are
    its hidden variables where it may raise what is taken around the call, at one of `sites`. Where `refused` has something in it, the
    function can't run, and nothing else counts.
    """

    name: str
    which: Any = None
    result: Abstract | None = None
    effects: list[tuple[int, Abstract]] = field(default_factory=list)
    objects: list[Mutable] = field(default_factory=list)
    hidden: list[Any] = field(default_factory=list)
    types: list[Type] = field(default_factory=list)
    shapes: list[tuple[int | None, ...]] = field(default_factory=list)
    raised: dict[str, Abstract] = field(default_factory=dict)
    sites: dict[Site, None] = field(default_factory=dict)
    reached: bool = False
    recursive: bool = False
    done: bool = False
    facts: Any = None
    refused: list[Refusal] = field(default_factory=list)


@dataclass(eq=False)
class Stated:
    """The halves of a rule for one kind of call: the names of its tangent and its adjoint, "" where there is none, which are lowered
    once all calls are known. `ready` is the call that was met first, `bound` its arguments."""

    rule: Rule
    ready: Any
    bound: dict[str, Abstract]
    place: Location
    tangent: str
    adjoint: str


class Purpose(IntEnum):
    """What a program is lowered for. One that is for more serves what is for less."""

    VALUES = 0
    GRADIENTS = 1
    """Reverse mode of the program as it is, on no side of its kinks: of a library's rules only the halves that are read then."""
    ALL = 2


class Unit:
    """The shared state of a lowering.

    `dynamic` maps the places of lists that grow at run time to the pattern of their elements, `unrolled` holds the range loops to unroll,
    `kept` those that are too long for a wish, `left_by_errors` the `for` loops that an error may leave to a handler, `first_apart` those
    whose first turn gives a dict its keys, `needs` the parameters of each function that must be static, `measured` are the functions that
    must know which axes of what they are given have length 1, `shrinking` says that run-time lists have items taken off: what an attempt
    learns, the next one knows. `single` says that something from outside is of float32, `widened` that ints became floats where paths met,
    `overgrown` that generators stand in each other without end, `stacked` that a list of arrays or rows from outside travels as one array.
    `computed` is what CPython made of what is known. `promoted` are captured objects that change: they are made at the entry and handed to
    every function. `flags` are the arguments and parameters that are booleans, `unknowable` those of inner calls whose value can't be
    known where they are called. `elsewhere` is what was refused on paths that may not be taken. `early` are functions that return
    iterators whose items are computed before they are asked for. `lasting` are the arrays that cached functions give, `taken_up` the
    arrays and lists that generators go over again from their start, `copied_together` those of one `copy.deepcopy` beside their copies.
    `nothing` are values that stand where there is none. `purpose` says what the program is for, `left_out` that it would have had rules if
    derivatives were wanted, `halved` that halves of rules were left out; `given_up`, that its result is a list that grows, which may be
    one of known items where small integers are known. `halves` are those of rules that were met, by their names, with their kinds.
    `rebound` are the variables outside that the program gives other values.
    """

    def __init__(self, statics: frozenset[str], purpose: Purpose = Purpose.ALL, before: Unit | None = None) -> None:
        self.statics = statics
        self.purpose = purpose
        self.tells = purpose is Purpose.VALUES
        self.small = SMALL_ONES in statics
        self.elsewhere: list[Refusal] = []
        self.unknowable: set[Any] = set()
        self.flags: set[Any] = set()
        self.dynamic: dict[Any, Abstract | None] = {}
        self.repeating: set[Any] = {None}
        self.shrinking = False
        self.single = False
        self.widened = False
        self.stacked = False
        self.overgrown = False
        self.unrolled: set[Any] = set()
        self.needs: dict[ast.AST, set[str]] = {}
        self.measured: set[ast.AST] = set()
        self.left_by_errors: set[ast.AST] = set()
        self.first_apart: set[ast.AST] = set()
        self.kept: set[ast.AST] = set()
        self.loops: dict[Any, tuple[dict[str, Abstract], set[str]]] = {}
        self.wrappers: dict[Any, Any] = {}
        self.classes: dict[Any, Any] = {}
        self.copies: dict[Any, Any] = {}
        self.computed: dict[Any, Any] = {}
        self.lengths: dict[Value, Lengths] = {}
        self.promoted: dict[Any, Capture] = {}
        self.rebound: dict[Any, Any] = {}
        self.rule_needs: dict[Rule, set[str]] = {}
        self.rule_captures: dict[Rule, dict[Any, Capture]] = {}
        if before is not None:
            self.take_over(before)
        self.start_again()

    def take_over(self, other: Unit) -> None:
        """Know what another lowering learnt, which read fewer attributes of objects from outside: it went the same way as far as it got.
        Patterns that have such objects in them are left out, since these have more attributes now."""
        self.dynamic = {site: x for site, x in other.dynamic.items() if x is not None and not any(map(from_outside, objects([x])))}
        self.shrinking = other.shrinking
        self.unrolled, self.kept, self.left_by_errors = other.unrolled, other.kept, other.left_by_errors
        self.needs, self.measured, self.first_apart = other.needs, other.measured, other.first_apart
        self.rebound = other.rebound

    def start_again(self) -> None:
        """Forget the functions lowered so far, but not what was learnt."""
        self.functions: dict[str, Function] = {}
        self.specialised: dict[Any, Specialised] = {}
        self.stack: list[Specialised] = []
        self.captures: dict[Any, Capture] = {}
        self.names: set[str] = set()
        self.early: set[str] = set()
        self.lasting: set[Value] = set()
        self.taken_up: set[Value] = set()
        self.copied_together: list[list[tuple[Value, Value]]] = []
        self.sites: dict[Any, Site] = {}
        self.stated: dict[Any, Stated] = {}
        self.halves: dict[str, tuple[Stated, str]] = {}
        self.hosts: dict[Any, Specialised] = {}
        self.nothing: set[Value] = set()
        self.left_out = False
        self.halved = False
        self.given_up = False
        self.untold = False
        self.elsewhere.clear()

    @property
    def derived(self) -> bool:
        """Whether derivatives of the program are wanted, so that it keeps its rules."""
        return self.purpose > Purpose.VALUES

    @property
    def serves(self) -> Purpose:
        """What the program serves, as it was lowered."""
        if self.left_out or self.given_up:
            return Purpose.VALUES
        return Purpose.GRADIENTS if self.halved else Purpose.ALL

    def site(self, error: Error, location: Location | None) -> Site:
        """The place that raises such an error there."""
        which = (key([error]), str(location))
        return self.sites.setdefault(which, Site(len(self.sites), error, location))

    def may_ask(self, origin: Any) -> bool:
        """Whether the value of a scalar of this origin may be asked for by a mere wish."""
        return origin not in self.unknowable and getattr(origin, "node", None) not in self.kept

    def key_of_attribute(self, owner: Any, name: str) -> Any:
        """The key of what is captured of an attribute: that of the variable, where the program gives it other values, in a module or in
        one of the classes."""
        if isinstance(owner, types.ModuleType) and ("global", id(vars(owner)), name) in self.rebound:
            return "global", id(vars(owner)), name
        homes = owner.__mro__ if isinstance(owner, type) else ()
        keys = (("attribute", id(home), name) for home in homes)
        return next((key for key in keys if key in self.rebound), ("attribute", id(owner), name))

    def fresh_name(self, wish: str) -> str:
        """A function name that is not taken."""
        wish = wish if wish.isidentifier() else "lambda_"
        name, k = wish, 0
        while name in self.names:
            k += 1
            name = f"{wish}_{k}"
        self.names.add(name)
        return name


def from_outside(x: Mutable) -> bool:
    return isinstance(x, Instance) and x.outside
