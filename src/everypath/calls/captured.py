"""What a function captures, read afresh at every call: its leaves, as long as its structure is the one that was compiled for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..lower.unit import Capture
from ..structure import Leaf, Statics, Structure, describe, leaves
from .collecting import Collect, collector


class Captured:
    """Captures, and how their leaves are found: a look at all of a value takes microseconds, a function written for one like it a tenth
    of that."""

    def __init__(self, captures: Sequence[Capture], statics: Statics) -> None:
        self.captures = captures
        self.statics = statics
        self.written: list[Collect | None] = [None] * len(captures)
        self.looks = [0] * len(captures)

    def leaves(self) -> list[Any] | None:
        """The leaves of all of them, as they are now; None where one has another structure."""
        found: list[Any] = []
        for k, capture in enumerate(self.captures):
            structure = capture.structure
            try:
                value = capture.read()
            except (KeyError, AttributeError, ValueError):  # it is no longer there
                return None
            if isinstance(structure, Leaf) and structure.kind == "float":
                if type(value) is not float:
                    return None
                found.append(value)
                continue
            collect = self.written[k]
            own = None if collect is None else collect(value)
            if own is None:
                own = self.looked_at(k, value, structure)
            if own is None:
                return None
            found += own
        return found

    def looked_at(self, k: int, value: Any, structure: Structure) -> list[Any] | None:
        """The leaves of capture `k`, all of which is looked at. A function is written for the next ones like it: after the second look,
        and, where they keep being others, ever more seldom."""
        if describe(value, self.captures[k].name, self.statics) != structure:
            return None
        self.looks[k] += 1
        if self.looks[k] > 1 and self.looks[k].bit_count() == 1:
            self.written[k] = collector([value], [structure], self.statics)
        return leaves(value, structure)
