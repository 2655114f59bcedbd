"""What `explain` finds out: a derivative, its paths, and what else says that it is that number."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..compiling import roomy
from ..errors import InvalidArgument
from .formulas.labels import Label, Labels
from .formulas.notation import count_text, number_text
from .formulas.partials import Formulas
from .paths.graph import Graph, Node, graph_of
from .paths.search import Path, Routes, largest_paths
from .paths.sweeps import Sweeps, swept, withheld
from .reasons import Birthplace, Branch, births, branches, why_no_path
from .run.places import Places, Source
from .run.tape import Tape
from .run.unreached import unreached
from .views import View, viewed

TOLERANCE = 1e-12
"""The explained and the compiled derivative may differ by this much of the mass of all operations (decisions 13)."""

LISTED = 5
"""Paths that are listed unless more are asked for."""


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


class Facts:
    """A derivative, the graph of the run that it was taken on, and the checks of it."""

    def __init__(
        self,
        name: str,
        tape: Tape,
        places: Places,
        source: Source | None,
        arguments: Sequence[tuple[str, Any]],
        gradient: Any,
        compiled: Mapping[int, Any],
        other_side: Mapping[int, Any] | None = None,
    ) -> None:
        self.name = name
        self.tape = tape
        self.places = places
        self.source = source
        self.arguments = tuple(arguments)
        self.gradient = gradient
        self.compiled = compiled
        self.other_side = other_side  # where a tie was met: then the graph and `compiled` are those of one side of it
        self.graph: Graph = graph_of(tape)
        self.labels = Labels(self.graph, name)
        self.formulas = Formulas(self.graph, self.labels)
        self.sweeps: Sweeps = swept(self.graph)
        self.checks: tuple[Check, ...] = ()

    @property
    def value(self) -> float:
        """The function's value."""
        return float(self.tape.value)

    @cached_property
    def view(self) -> View:
        """The nodes and edges that are shown."""
        return viewed(self.graph, self.labels, self.formulas, self.sweeps, self.places)

    @cached_property
    def routes(self) -> Routes:
        return Routes(self.graph)

    @cached_property
    def result(self) -> str:
        """What the result is called."""
        if self.graph.result < 0:
            return self.name
        return str(self.labels.element(self.graph.result))

    @cached_property
    def branches(self) -> list[Branch]:
        """The decisions taken on floats, with their margins."""
        return branches(self.tape, self.places)

    @cached_property
    def births(self) -> list[Birthplace]:
        """Where NaNs and infinities were born."""
        return births(self.tape, self.places)

    @cached_property
    def unreached(self) -> frozenset[int]:
        """The lines of the shown source that this run did not come to."""
        if self.source is None:
            return frozenset()
        file = self.source.file
        return unreached(self.source, frozenset(line for name, line in self.tape.lines if name == file))

    @property
    def total(self) -> bool:
        """Whether there is one number to differentiate with respect to: then one writes d, else ∂."""
        return len(self.inputs) == 1 and self.inputs[0].size == 1

    @property
    def verdict(self) -> tuple[str, str]:
        """(a mark, what it means) for the whole: ✓ checked, · not certain or not checked, ✗ wrong."""
        said = [check.verdict for check in self.checks]
        for mark in ("✗", "·"):
            for found, words in said:
                if found == mark:
                    return mark, words
        return ("✓", "checked") if said else ("·", "nothing to check: no chosen argument holds a float")

    @property
    def withheld(self) -> tuple[str, ...]:
        """The operations on the way that no path can be followed across; counts and masses are then not given."""
        return withheld(self.graph, self.sweeps.reached)

    @property
    def inputs(self) -> list[Node]:
        """The chosen arguments, leaf by leaf."""
        return [self.graph.at(record.start) for record in self.tape.inputs.values() if record.size]

    def partials(self, node: Node) -> np.ndarray:
        """The derivative of the result in every element of `node`."""
        flat = self.sweeps.derivative[node.start : node.start + node.size] + 0.0
        return flat.reshape(node.record.shape)

    def focus(self, node: Node) -> int:
        """The element of an input whose derivative is looked at more closely: the largest."""
        sizes = np.abs(self.sweeps.derivative[node.start : node.start + node.size])
        return node.start + int(np.argmax(np.where(np.isnan(sizes), np.inf, sizes)))

    @roomy
    def derivative(self, element: int, k: int = LISTED) -> Derivative:
        """The derivative in one element and its `k` largest paths."""
        sweeps = self.sweeps
        reached = bool(sweeps.reached[element])
        value = float(sweeps.derivative[element]) + 0.0
        label = self.labels.element(element)
        if not reached:
            return Derivative(element, label, 0.0, 0, 0.0, (), 0.0, why_no_path(self.tape, element, self.places))
        paths = tuple(largest_paths(sweeps, self.routes, element, k))
        count, mass = sweeps.count(element), None if sweeps.mass is None else float(sweeps.mass[element])
        if count is None:
            return Derivative(element, label, value, None, None, (), None, "")
        rest = remainder(value, paths) if count > len(paths) else 0.0
        return Derivative(element, label, value, count, mass, paths, rest, "")

    def steps(self, element: int) -> list[tuple[int, float]]:
        """(child, local derivative) of every edge that leaves an element towards the result."""
        return [(child, partial) for child, partial in self.routes.steps(element) if self.sweeps.reached[child]]

    @roomy
    def paths(self, of: str | None = None, k: int = LISTED) -> Derivative:
        """The `k` largest paths from the input element `of`, such as "t" or "w[0, 1]"; without it, from the first input."""
        return self.derivative(self.element(of) if of is not None else self.focus(self.inputs[0]), k)

    def element(self, name: str) -> int:
        """The number of the input element called `name`."""
        for node in self.inputs:
            if name == node.record.name and node.size == 1:
                return node.start
            rest = name.removeprefix(node.record.name)
            if rest == name or not rest.startswith("["):
                continue
            try:
                index = ast.literal_eval(rest)
                flat = int(np.ravel_multi_index([int(i) for i in index], node.record.shape))
            except (ValueError, SyntaxError, TypeError):
                continue
            return node.start + flat
        names = ", ".join(n.record.name + (f"[…] of shape {n.record.shape}" if n.record.shape else "") for n in self.inputs)
        raise InvalidArgument(f"there is no input element {name!r}; the inputs are {names}")

    def given_at(self, derivatives: Mapping[int, Any], element: int) -> float:
        """The number that compiled `derivatives` have for an input's element."""
        for position, record in self.tape.inputs.items():
            if record.start <= element < record.start + record.size:
                return float(np.ravel(derivatives[position])[element - record.start])
        raise KeyError(element)

    def check(self, element: int, differences: tuple[float, float] | None, skipped: str = "") -> Check:
        """Compare the derivative in an element with the compiled one, and with differences, or say why they were `skipped`."""
        work = 0.0 if self.sweeps.work is None else float(self.sweeps.work[element])
        value = float(self.sweeps.derivative[element])
        allowed = TOLERANCE * self.coarseness * max(work, abs(value)) if self.sweeps.work is not None else 1e-9 * abs(value)
        slope, error = differences if differences is not None else (None, None)
        infinite = any(bool(np.isinf(r.data).any()) for r in self.tape.makers if np.asarray(r.data).dtype.kind == "f")
        other = None if self.other_side is None else self.given_at(self.other_side, element)
        return Check(value + 0.0, self.given_at(self.compiled, element), allowed, slope, error, infinite, other, skipped)

    @cached_property
    def coarseness(self) -> float:
        """How much coarser than float64's the rounding of the coarsest number is."""
        types = {np.asarray(r.data).dtype for r in self.tape.makers}
        return max((float(np.finfo(t).eps) for t in types if t.kind == "f"), default=2.0**-52) / 2.0**-52
