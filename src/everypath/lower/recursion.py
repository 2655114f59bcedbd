"""What the parts of the language ask of each other: expressions hold calls, calls run statements, statements hold expressions.

A part imports only what lies below it. What lies above, it asks of the frame; `language.py` knows who answers.
"""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..ir.program import Value
from .values import Abstract

if TYPE_CHECKING:
    from .python.iterables import Body, Generator, Iterable, Stream


class Recursion(ABC):
    """The questions that lead round in a circle."""

    # Expressions -------------------------------------------------------------------------------------------------

    @abstractmethod
    def expression(self, node: ast.expr) -> Abstract:
        """The value of an expression."""

    @abstractmethod
    def truth(self, node: ast.expr) -> bool | Value:
        """Whether an expression holds."""

    @abstractmethod
    def truth_of(self, x: Abstract, node: ast.AST) -> bool | Value:
        """`bool(x)`: known, or a run-time boolean."""

    @abstractmethod
    def attribute(self, owner: Abstract, name: str, node: ast.AST) -> Abstract:
        """`owner.name`."""

    @abstractmethod
    def rebind(self, name: str, value: Abstract, node: ast.AST | None) -> None:
        """`name = value`, of a variable that stands outside the function."""

    @abstractmethod
    def get_item(self, node: ast.AST, x: Abstract, at: Abstract) -> Abstract:
        """`x[at]`."""

    @abstractmethod
    def binary(self, node: ast.AST, op: str, left: Abstract, right: Abstract) -> Abstract:
        """`left op right`."""

    @abstractmethod
    def compare(self, node: ast.AST, op: str, left: Abstract, right: Abstract) -> Abstract:
        """`left op right` for the comparison operators."""

    @abstractmethod
    def call(self, callee: Abstract, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
        """`callee(*args, **kwargs)`, whatever it is."""

    # Statements --------------------------------------------------------------------------------------------------

    @abstractmethod
    def block(self, body: list[ast.stmt]) -> None:
        """Lower statements until a path ends."""

    @abstractmethod
    def assign(self, target: ast.expr, value: Abstract, fresh: bool = False) -> None:
        """Bind or store `value` to a target."""

    @abstractmethod
    def branch(
        self,
        cond: Value,
        then: Callable[[], Abstract | None],
        orelse: Callable[[], Abstract | None],
        live: frozenset[str] | None,
        node: ast.AST,
    ) -> Abstract | None:
        """Two paths and their meeting."""

    @abstractmethod
    def go_over(self, items: Iterable, body: Body) -> None:
        """Run `body` for each item."""

    # What gives its items once -----------------------------------------------------------------------------------

    @abstractmethod
    def opened(self, x: Generator) -> Stream:
        """A generator expression, about to be run."""

    @abstractmethod
    def realised(self, x: Abstract) -> Abstract:
        """What gives its items once, as a list of them; known items as a tuple; anything else as it is."""

    @abstractmethod
    def taken(self, x: Stream) -> Abstract:
        """The list of the items that a stream gives."""
