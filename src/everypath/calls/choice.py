"""What `wrt` chooses: which arguments, and which of the numbers and arrays in them carry a derivative."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ..errors import InvalidArgument, NotDifferentiable
from ..structure import Container, Leaf, Static, Structure, child_path, count, paths
from ..unchanging import plain_value
from .boundary import carries, said

Wrt = int | str | tuple[int | str, ...]
T = TypeVar("T")


@plain_value
class Argument:
    """One argument of a call: how it is written, its structure, and the position of its first leaf."""

    path: str
    structure: Structure
    first: int

    @property
    def positions(self) -> tuple[int, ...]:
        """The positions of its leaves that carry a derivative."""
        return tuple(self.first + k for k, (_, leaf) in enumerate(paths(self.structure)) if carries(leaf))


@plain_value
class Choice:
    """The arguments that `wrt` names, in its order; `many` where it is a tuple.

    `positions` are their float leaves, each once. An argument that is named twice has its derivative twice: `order` says for each
    float leaf of the arguments which of the positions it is.
    """

    arguments: tuple[Argument, ...]
    positions: tuple[int, ...]
    order: tuple[int, ...]
    many: bool

    def structure(self, change: Callable[[Structure], Structure]) -> Structure:
        """The structure of what there is one of for each argument: a tuple if `wrt` is one."""
        return one_or_tuple([change(argument.structure) for argument in self.arguments], self.many)

    @property
    def one_to_one(self) -> bool:
        """Whether there is one position for each float leaf of the arguments."""
        return len(self.order) == len(self.positions)

    def each(self, found: Sequence[T], again: Callable[[T], T]) -> list[T]:
        """Of one thing for each position, one for each float leaf of the arguments; the second of the same is made by `again`."""
        if self.one_to_one:
            return list(found)
        return [again(found[k]) if k in self.order[:at] else found[k] for at, k in enumerate(self.order)]


def one_or_tuple(structures: Sequence[Structure], many: bool) -> Structure:
    """A tuple of these structures, or the only one."""
    return Container(tuple, tuple(range(len(structures))), tuple(structures)) if many else structures[0]


class Arguments:
    """The arguments of a call by position and by name, in a function called `where`; the first `leading` are fixed and not counted.

    A name is a parameter's, or that of an argument passed by keyword; a position counts the arguments as they are passed, those
    that `*args` collects included.
    """

    def __init__(self, structures: Sequence[tuple[str, Structure]], signature: Any, leading: int, where: str) -> None:
        self.where, self.leading = where, leading
        self.shown: tuple[str, ...] = signature.shown
        self.positional: list[Argument] = []
        self.others: list[Argument] = []
        self.named: dict[str, Argument] = {}
        by_keyword: list[tuple[str, Argument]] = []
        first = 0
        for name, structure in structures:
            bare = name.lstrip("*")
            argument = Argument(bare, structure, first)
            self.named[bare] = argument
            if name.startswith("**"):
                self.others.append(argument)
                by_keyword += zip(getattr(structure, "keys", ()), children(argument), strict=True)
            elif name.startswith("*"):
                self.positional += children(argument)
            else:
                (self.others if name in signature.by_keyword else self.positional).append(argument)
            first += count(structure)
        self.named = {**dict(by_keyword), **self.named}

    def chosen(self, wrt: Wrt) -> Choice:
        """What `wrt` chooses. NotDifferentiable where there is no float in one of the arguments, with what to write."""
        found = tuple(self.find(which) for which in (wrt if isinstance(wrt, tuple) else (wrt,)))
        for argument in found:
            if not argument.positions:
                reason = why_not(argument.path, argument.structure)
                raise NotDifferentiable(f"{self.where} cannot be differentiated with respect to {argument.path}: {reason}")
        every = [p for argument in found for p in argument.positions]
        positions = tuple(dict.fromkeys(every))
        return Choice(found, positions, tuple(map(positions.index, every)), isinstance(wrt, tuple))

    def passed(self, number: int) -> list[Argument]:
        """The first `number` arguments after the fixed ones: those that a call passes by position."""
        return self.positional[self.leading : self.leading + number]

    def find(self, which: int | str) -> Argument:
        """The argument with this position or name."""
        if isinstance(which, int):
            counted = [*self.positional, *self.others][self.leading :]
            if not -len(counted) <= which < len(counted):
                raise InvalidArgument(f"{self.where} was given {len(counted)} arguments, so there is no argument {which}")
            return counted[which]
        if which in self.named:
            return self.named[which]
        if which in self.shown:  # a decorator's wrapper takes it among *args
            k: int = self.shown.index(which)
            if k < len(self.positional):
                return self.positional[k]
            raise InvalidArgument(f"{self.where} was not given {which!r}, so there is no derivative with respect to it: pass it")
        raise InvalidArgument(f"{self.where} has no parameter {which!r}; it has {', '.join(self.named) or 'none'}")


def children(argument: Argument) -> list[Argument]:
    """The arguments that `*args` or `**kwargs` collected."""
    out, first = [], argument.first
    if isinstance(argument.structure, Container):
        for key, child in zip(argument.structure.keys, argument.structure.children, strict=True):
            out.append(Argument(child_path(argument.path, argument.structure.type, key), child, first))
            first += count(child)
    return out


def why_not(path: str, structure: Structure) -> str:
    """Why nothing under `structure` has a derivative, and what to pass instead."""
    if isinstance(structure, Static):
        return f"it is {structure.value!r}, which is not a number"
    if not isinstance(structure, Leaf):
        return "it holds no floating-point number or array"
    if structure.kind == "array":
        return f"it is {said(structure)}; pass {path}.astype(float)"
    return f"it is {said(structure)}; pass a float, such as 3.0 instead of 3"
