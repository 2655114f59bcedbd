"""Where errors lead: the places that raise, the landings that take what is raised, and the paths that are open in between."""

from __future__ import annotations

import ast
from collections.abc import Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..errors import EverypathError
from ..ir.build import Builder
from ..ir.program import Op, Value
from ..source import Location
from ..unchanging import unchanging
from .values import Abstract, Error, Scalar

if TYPE_CHECKING:
    from .frame import Snapshot

RAISED, ERROR = "<raised>", "<error>"
"""Hidden variables: whether this path has raised what somebody takes, and the number of the site that did."""


@unchanging
class Site:
    """A place that raises, with one pattern of arguments. `error` is that pattern, and `slot` the variable that holds
    the one that was raised."""

    number: int
    error: Error
    location: Location | None

    @property
    def slot(self) -> str:
        return f"<error {self.number}>"

    def thrown(self, env: dict[str, Abstract]) -> Error:
        """The error that arrived from here."""
        held = env.get(self.slot)
        return held if isinstance(held, Error) else self.error


@dataclass(eq=False)
class Landing:
    """Something that takes errors of these classes: a `try`, a `with`, or, first in a function, what stands around the call.

    `live` are the variables that matter where they lead. One that `passes_on` raises them again, or may. `arrivals` are the sites
    found so far, `passing` those inside it that another landing, further out, takes.
    """

    takes: tuple[type[BaseException], ...]
    live: frozenset[str]
    passes_on: bool = False
    arrivals: dict[Site, None] = field(default_factory=dict)
    passing: dict[Site, None] = field(default_factory=dict)


@dataclass(eq=False)
class Open:
    """An `if` that is open: all that is lowered now goes into its first side, where `condition` holds. `raised` is the other's end."""

    condition: Value
    start: Snapshot
    raised: Snapshot
    builder: Builder
    outer: list[Op]
    live: frozenset[str]
    node: ast.AST


def taken(error: type[BaseException], landings: list[Landing]) -> Landing | None:
    """The innermost landing that takes an error of this class. What CPython does not raise goes through all of them."""
    if issubclass(error, EverypathError):
        return None
    return next((landing for landing in reversed(landings) if issubclass(error, landing.takes)), None)


Taken = tuple[tuple[type[BaseException], ...], bool]
"""The classes that somebody takes, and whether all who do pass them on."""

NOBODY: Taken = ((), True)


def taken_by(landings: list[Landing]) -> Taken:
    """What these landings take, as one that stands around a call."""
    return classes({kind for x in landings for kind in x.takes}), all(x.passes_on for x in landings)


def classes(found: Set[type[BaseException]]) -> tuple[type[BaseException], ...]:
    """These classes without those that another of them holds, in an order of their own."""
    return tuple(sorted((k for k in found if not any(k is not o and issubclass(k, o) for o in found)), key=lambda k: (k.__name__, id(k))))


def number_of(site: Site, like: Scalar) -> Scalar:
    """The number of a site, as a static scalar that is only ever joined."""
    return Scalar(like.value, "int", site.number)
