"""The reverse mode of one function: facts about its primal, and what its two sweeps agree on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..analysis.activity import Activity
from ..analysis.alias import Groups
from ..analysis.confined import Confined
from ..analysis.effects import Effects
from ..ir.build import Builder
from ..ir.program import Function, Op, Region, Value
from ..ir.types import I64
from ..ir.walk import definers
from .local import Extents, makers
from .terms import Products

if TYPE_CHECKING:
    from .stacks import Frame, Given


@dataclass
class Plan:
    """What the forward sweep does beyond the op itself."""

    before: list[tuple[Value, Value]] = field(default_factory=list)  # (array, its snapshot) taken before the op
    after: list[tuple[Value, Value]] = field(default_factory=list)
    extents: list[tuple[Value, int, Value]] = field(default_factory=list)  # (array, axis, how long it is) noted after the op
    entered: list[tuple[Value, int, Value]] = field(default_factory=list)  # loop: the same of arrays that a turn is entered with
    branches: tuple[list[tuple[Value, Value]], ...] = ()  # if: (value in the branch, extra result of the op)
    tapes: list[tuple[Value, Value]] = field(default_factory=list)  # loop: (value in the body, tape)
    rows: list[tuple[Value, Value]] = field(default_factory=list)  # loop: (private buffer or tape, array with a row for each turn)
    count: Value | None = None  # while: how often it ran
    plain: bool = False  # replayed by the backward sweep: run it as it is
    emit: Callable[[Builder], None] | None = None  # the whole op, written by the backward sweep
    early: tuple[Value, ...] = ()  # the adjoints that come of it there
    frames: dict[Region, Frame] = field(default_factory=dict)  # what regions of the op put on a stack
    record: Value | None = None  # call: what the callee saved
    overwritten: Value | None = None  # a write to memory that is restored: what was there
    length: Value | None = None  # list_append: where it appended


class Sweep:
    """The reverse mode of one function: facts about the primal, and the names both sweeps agree on."""

    def __init__(
        self,
        function: Function,
        groups: Groups,
        effects: Effects,
        active: Activity,
        products: Products,
        reusable: bool,
        confined: Confined,
        given: Sequence[Value] = (),
        *,
        carried: bool = True,
        returns: bool = False,
    ) -> None:
        """Arrays that are handed on as values count as local where they may be `carried`, those that the function `returns` too."""
        self.function = function
        self.groups = groups
        self.effects = effects
        self.active = active
        self.products = products
        self.reusable = reusable  # the backward sweep runs many times: it leaves every shadow clear
        self.definers = definers(function)
        self.lengths = Extents(self.definers)
        self.home: dict[Value, Region] = dict(effects.home)
        self.plans: dict[Op, Plan] = {}
        self.counted_by: dict[Value, tuple[Op, ...]] = {}  # tapes: the loops that have as many turns as each axis is long
        self._forward: dict[Value, Value] = {}
        self._shadows: dict[Value, Value] = {}
        self.shadow_of: dict[Value, Value] = {}
        self.local = makers(function, effects, confined, given, carried, returns)
        self.restored: frozenset[Value] = frozenset()  # groups of memory whose writes the backward sweep undoes
        self.budget: int | None = None  # about how many bytes a loop may keep
        self.given: Given | None = None  # of a function that shares stacks with those that it calls
        self.late: set[Value] = set(given)  # local arrays whose shadows are born in the backward sweep, or come to it

    def derives(self, op: Op) -> bool:
        """Whether a call is one of the derivative of its callee: it takes what varies, or gives memory that will."""
        return any(v in self.active for v in (*op.operands, *op.results))

    def plan(self, op: Op) -> Plan:
        if op not in self.plans:
            self.plans[op] = Plan(branches=tuple([] for _ in op.regions))
        return self.plans[op]

    def forward(self, value: Value) -> Value:
        """What stands for a primal value in the forward sweep."""
        if value not in self._forward:
            self._forward[value] = Value(value.name, value.type)
        return self._forward[value]

    def define(self, value: Value, forward: Value) -> None:
        """Let `forward` stand for `value`; only before anyone asked."""
        assert value not in self._forward, value
        self._forward[value] = forward

    def extra(self, name: str, type_: Any, region: Region) -> Value:
        """A value that the primal doesn't have, defined by the forward sweep in `region`."""
        value = Value(name, type_)
        self.home[value] = region
        return value

    def shadow(self, reference: Value) -> Value:
        """The stand-in for the shadow of an active array or list, at home where the reference is."""
        if reference not in self._shadows:
            shadow = self.extra(f"{reference.name}_bar", reference.type, self.home[reference])
            self._shadows[reference] = shadow
            self.shadow_of[shadow] = reference
        return self._shadows[reference]

    def extent(self, array: Value, axis: int) -> Value:
        """How long `array`, made by an op or carried by a loop, is: a number that the forward sweep notes."""
        made_by = self.definers.get(array)
        noted = self.plan(made_by).extents if made_by is not None else self.plan(self.effects.owner[self.home[array]]).entered
        for known, k, value in noted:
            if known is array and k == axis:
                return value
        value = self.extra(f"{array.name}_dim{axis}", I64, self.home[array])
        noted.append((array, axis, value))
        return value
