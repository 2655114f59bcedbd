"""A sum whose digits do not depend on the order in which its terms arrive: a binary tree over their numbers.

    0 1 2 3 4        (0+1) (2+3) 4        ((0+1)+(2+3)) 4        (((0+1)+(2+3))+4)

Terms are added as soon as both sides of a node are there, so no more wait than the tree is deep and the engine runs ahead. Beside fixed
digits, the rounding error grows with the logarithm of the number of terms only (Higham, Accuracy and Stability, section 4.2).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from .. import tree
from ..errors import InvalidArgument

Node = tuple[int, int]
"""A level, and a place in it: (2, 1) is the sum of the terms 4 to 7."""


class Pairs:
    """The sum of so many terms."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.waiting: dict[Node, Any] = {}

    def add(self, node: Node, value: Any) -> None:
        """A term, whose node is (0, its number), or what others have added up to a node."""
        while not self.is_root(node):
            level, place = node
            if self.is_alone(node):
                node = (level + 1, place // 2)
                continue
            other = (level, place ^ 1)
            if other not in self.waiting:
                break
            beside = self.waiting.pop(other)
            value = added(value, beside) if place < place ^ 1 else added(beside, value)
            node = (level + 1, place // 2)
        self.waiting[node] = value

    def is_root(self, node: Node) -> bool:
        level, place = node
        return place == 0 and (1 << level) >= self.number

    def is_alone(self, node: Node) -> bool:
        """Whether nothing stands beside a node: the last of its level."""
        level, place = node
        return place % 2 == 0 and ((place + 1) << level) >= self.number

    @property
    def found(self) -> Any:
        """The sum of all."""
        ((node, value),) = self.waiting.items()
        assert self.is_root(node), "terms are missing"
        return value


def added(left: Any, right: Any) -> Any:
    """The sum, leaf by leaf; what is None or a string in both stays."""
    if isinstance(left, float) and isinstance(right, float):
        return left + right
    if isinstance(left, np.ndarray):
        if np.shape(left) != np.shape(right):
            raise InvalidArgument(f"shards give arrays of different shapes, {np.shape(left)} and {np.shape(right)}: return their sums")
        return left + right
    if isinstance(left, tuple | list) and len(left) != len(right):
        raise InvalidArgument(f"shards give {len(left)} and {len(right)} items: return as many for each")
    return tree.map(added, left, right) if isinstance(left, tuple | list | dict) or hasattr(left, "__dict__") else left + right


def levels(number: int) -> Iterable[list[tuple[Node, tuple[Node, ...]]]]:
    """The nodes above the terms, level by level, each with the one or two that it is made of."""
    below: list[Node] = [(0, k) for k in range(number)]
    level = 0
    while len(below) > 1:
        level += 1
        above = [((level, k), tuple(below[2 * k : 2 * k + 2])) for k in range((len(below) + 1) // 2)]
        yield above
        below = [node for node, _ in above]
