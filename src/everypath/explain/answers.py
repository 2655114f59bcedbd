"""One derivative: its value, the paths that add up to it, and what else says that it is that number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .formulas.labels import Label
from .formulas.notation import count_text, number_text
from .paths.search import Path


@dataclass(frozen=True)
class Check:
    """One derivative three times: explained, compiled, and by differences of the function (None where it was not run)."""

    explained: float
    compiled: float
    allowed: float
    differences: float | None = None
    error: float | None = None
    infinite: bool = False
    other_side: float | None = None
    skipped: str = ""

    @property
    def kink(self) -> bool:
        """Whether the run met a tie whose two sides have different derivatives; `explained` is that of one of them."""
        return self.other_side is not None and not self.same(self.explained, self.other_side)

    @property
    def taken(self) -> float:
        """The derivative that is given: at a kink the mean of the two sides."""
        return 0.5 * (self.explained + self.other_side) if self.kink and self.other_side is not None else self.explained

    @property
    def confirmed(self) -> bool | None:
        """Whether differences agree within ten times their own error; None where they were not run."""
        if self.differences is None or self.error is None:
            return None
        scale = max(abs(self.explained), abs(self.differences))
        return bool(abs(self.explained - self.differences) <= 10 * self.error + 1e-9 * scale) and bool(np.isfinite(self.error))

    @property
    def good(self) -> bool:
        """Whether everything agrees, and nothing is left open."""
        return self.verdict[0] == "✓"

    @property
    def verdict(self) -> tuple[str, str]:
        """(a mark, what is to be said beside it): ✓ where compiled code, the paths and differences agree, ✗ for a bug of ours, · where
        the number is not certain or was not compared with differences."""
        if not self.agrees:
            return ("·", self.doubt) if self.doubt else ("✗", "this is a bug")
        if self.kink:
            sides = f"{number_text(self.explained, 8)} on one side, {number_text(self.other_side, 8)} on the other"
            return "·", f"a kink: {sides}; {number_text(self.taken, 8)} taken"
        if not np.isfinite(self.explained):
            return "·", "NaN" if np.isnan(self.explained) else "not a finite number"
        if self.confirmed is None:
            return "·", f"not checked by differences: {self.skipped}" if self.skipped else "not checked by differences"
        if self.confirmed is False:
            return "·", "differences say otherwise, or nothing: a jump, a kink or an edge is near"
        return "✓", "ties, but smooth: both sides agree" if self.other_side is not None else "checked"

    @property
    def undecided(self) -> bool:
        """Whether an infinite number meets a 0 on a path: the product is NaN or 0 as its factors are multiplied in one order or another."""
        return self.infinite and bool(np.isnan(self.explained)) and bool(np.isfinite(self.compiled))

    @property
    def agrees(self) -> bool:
        """Whether the compiled derivative is the explained one."""
        a, b = self.explained, self.compiled
        return self.same(a, b) or (np.isnan(a) and np.isnan(b))

    def same(self, a: float, b: float) -> bool:
        """Whether two are the same but for rounding errors."""
        return a == b or (self.bounded and abs(a - b) <= self.allowed)

    @property
    def bounded(self) -> bool:
        """Whether the rounding errors of all operations together are less than infinite."""
        return bool(np.isfinite(self.allowed))

    @property
    def doubt(self) -> str:
        """Why two that differ need not be a bug; empty where they would be."""
        if self.undecided:
            return "∞·0 is either, in another order; there is no derivative here"
        return "" if self.bounded else "its paths overflow, and their sum is not known to any digit"


@dataclass(frozen=True)
class Derivative:
    """The derivative in one element of an input, over all its paths.

    `count`, `mass` (Σ|path|) and `remainder` (what the listed paths leave of the sum) are None where an operation stands between
    that paths cannot be followed across; so is `remainder` where a listed path is infinite. `reason` says why there is no path.
    """

    element: int
    label: Label
    value: float
    count: int | None
    mass: float | None
    paths: tuple[Path, ...]
    remainder: float | None
    reason: str
    through: str = ""

    @property
    def overflows(self) -> bool:
        """Whether Σ|path| is past the largest float, and the derivative is not."""
        return self.mass is not None and bool(np.isinf(self.mass)) and bool(np.isfinite(self.value))

    def __repr__(self) -> str:
        paths = "" if self.count is None else f", {'one path' if self.count == 1 else f'{count_text(self.count)} paths'}"
        return f"<derivative in {self.label}: {number_text(self.value)}{paths}>"

    @property
    def cancellation(self) -> float | None:
        """mass/|derivative|: 1 where all paths pull the same way, 10ᵏ where k digits cancel."""
        if self.mass is None or self.mass == 0.0 or not np.isfinite(self.mass):
            return None
        return self.mass / abs(self.value) if self.value else np.inf


def remainder(value: float, listed: tuple[Path, ...]) -> float | None:
    """What the listed paths leave of the sum, where they are finite."""
    products = [p.product for p in listed]
    return None if np.isinf(products).any() else value - float(np.sum(products))
