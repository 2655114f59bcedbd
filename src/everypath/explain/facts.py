"""What `explain` finds out: a derivative, its paths, and what else says that it is that number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np

from ..compiling import roomy
from ..errors import InvalidArgument
from .folding import turn
from .formulas.closed import Closed
from .formulas.labels import Label, Labels
from .formulas.notation import count_text, number_text
from .formulas.partials import Formulas
from .formulas.symbolic import Expression, Number
from .paths.graph import Graph, Node, graph_of
from .paths.levels import LEVELS, level_of
from .paths.search import Beyond, Path, Routes, largest_paths
from .paths.sweeps import Sweeps, Through, swept, withheld
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
        level: str = "variable",
    ) -> None:
        self.name = name
        self.tape = tape
        self.places = places
        self.source = source
        self.arguments = tuple(arguments)
        self.gradient = gradient
        self.compiled = compiled
        self.other_side = other_side  # where a tie was met: then the graph and `compiled` are those of one side of it
        self.level = level
        self.opened: int | None = None
        self.base: Facts = self
        self.graph: Graph = graph_of(tape, level_of(level, tape, places))
        self.labels = Labels(self.graph, name)
        self.formulas = Formulas(self.graph, self.labels)
        self.sweeps: Sweeps = swept(self.graph)
        self.checks: tuple[Check, ...] = ()
        self.through: str | None = None
        self.found: dict[tuple[int, int], Derivative] = {}
        self.closed_forms: dict[int, Expression | None] = {}
        self.others: dict[tuple[str, int | None], Facts] = {}

    def by(self, level: str) -> Self:
        """The same explanation more closely or from further away, of the same run: by "operation", "variable", "line", "function"
        (a call is one node) or "layer" (a turn of a loop, or of a list of layers, is one node).

        The paths' products have the same sum at each level, and the local derivative of what was folded is that of all the paths
        inside. Another name is an InvalidArgument.
        """
        if level not in LEVELS:
            raise InvalidArgument(f"an explanation is by {', '.join(LEVELS[:-1])} or {LEVELS[-1]}, not by {level!r}")
        return self.seen(level, None)

    def turn(self, number: int) -> Self:
        """The same explanation with one turn of its loop opened, counted from 1: what that turn computes is shown one by one.

        Of nested loops the outermost is meant. A turn that there is not is an InvalidArgument.
        """
        count = max((turn(unit) or 0 for unit in ([node] for node in self.graph.nodes)), default=0)
        if not 1 <= number <= count:
            raise InvalidArgument(
                f"there is no turn {number}: " + (f"the turns are 1 to {count:,}" if count else "no loop was recorded here")
            )
        return self.seen(self.level, number)

    def seen(self, level: str, opened: int | None) -> Self:
        """The explanation at a level, made once."""
        base = self.base
        found = base if (level, opened) == (base.level, base.opened) else base.others.get((level, opened))
        if found is None:
            found = type(self)(
                base.name, base.tape, base.places, base.source, base.arguments, base.gradient, base.compiled, base.other_side, level
            )
            found.base, found.opened, found.checks = base, opened, base.checks
            if base.through is not None:
                found.elements(base.through)  # refuses a name that is not there at this level
                found.through = base.through
            base.others[level, opened] = found
        return found  # type: ignore[return-value]

    @property
    def value(self) -> float:
        """The function's value."""
        return float(self.tape.value)

    @cached_property
    def view(self) -> View:
        """The nodes and edges that are shown."""
        return viewed(self.graph, self.labels, self.formulas, self.sweeps, self.places, self.opened)

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

    def called_derivative(self, d: Derivative) -> str:
        """dz/dt, ∂z/∂w[0], or dz/dt through y."""
        sign = "d" if self.total else "∂"
        return f"{sign}{self.result}/{sign}{d.label}" + (f" through {d.through}" if d.through else "")

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

    def given(self, node: Node) -> float:
        """The derivative in an input that is one number, as `gradient` has it: at a kink the mean of its sides."""
        check = next((c for n, c in zip(self.inputs, self.checks) if n is node), None)
        return check.taken if check is not None and check.kink else float(self.partials(node))

    def focus(self, node: Node) -> int:
        """The element of an input whose derivative is looked at more closely: the largest."""
        sizes = np.abs(self.sweeps.derivative[node.start : node.start + node.size])
        return node.start + int(np.argmax(np.where(np.isnan(sizes), np.inf, sizes)))

    def derivative(self, element: int, k: int = LISTED) -> Derivative:
        """The derivative in one element and its `k` largest paths; only the part `through` a variable where that was asked for."""
        known = self.found.get((element, k))
        if known is None:
            known = self.found[element, k] = self.summed(element, k)
        return known

    @roomy
    def summed(self, element: int, k: int) -> Derivative:
        if self.through is not None:
            return self.passing(element, self.through, k)
        reason = "" if self.sweeps.reached[element] else why_no_path(self.tape, element, self.places)
        return self.over_paths(element, k, self.sweeps, reason)

    def over_paths(self, element: int, k: int, sweeps: Sweeps, reason: str, beyond: Beyond | None = None, through: str = "") -> Derivative:
        """What `sweeps` say of one element, with its `k` largest paths; `reason` is why there is none."""
        label = self.labels.element(element)
        if reason:
            return Derivative(element, label, 0.0, 0, 0.0, (), 0.0, reason, through)
        value, count = float(sweeps.derivative[element]) + 0.0, sweeps.count(element)
        if count is None:
            return Derivative(element, label, value, None, None, (), None, "", through)
        mass = None if sweeps.mass is None else float(sweeps.mass[element])
        paths = tuple(largest_paths(sweeps, self.routes, element, k, beyond))
        rest = remainder(value, paths) if count > len(paths) else 0.0
        return Derivative(element, label, value, count, mass, paths, rest, "", through)

    def factors(self, path: Path) -> list[Expression]:
        """The local derivatives along a path, as formulas where there are any."""
        operands = path.operands if self.graph.level.apart else (None,) * len(path.partials)
        steps = zip(path.elements[1:], path.elements, path.partials, operands)
        return [self.formulas.partial(child, parent, value, k) or Number(value) for child, parent, value, k in steps]

    def steps(self, element: int) -> list[tuple[int, float]]:
        """(child, local derivative) of every edge that leaves an element towards the result."""
        return [(child, partial) for child, partial, _ in self.routes.steps(element) if self.sweeps.reached[child]]

    @roomy
    def paths(self, of: str | None = None, k: int = LISTED, *, through: str | None = None) -> Derivative:
        """The derivative in an element, "t" or "w[0, 1]" of an input, or an inner variable such as "y" or "s₃", and its `k` largest paths.

        Without `of` that of the first input which is largest. With `through` only the paths that pass a variable, whichever of its
        versions and elements: "h", "h[1]", "s₃".
        """
        element = self.element(of) if of is not None else self.focus(self.inputs[0])
        return self.derivative(element, k) if through is None else self.passing(element, through, k)

    def passing(self, element: int, through: str, k: int) -> Derivative:
        """The part of a derivative that comes along the paths through a variable."""
        wanted = np.array(sorted(self.elements(through)), np.int64)
        sweeps = swept(self.graph, Through(wanted))
        label = self.labels.element(element)
        reason = "" if sweeps.reached[element] else f"no path from {label} to the result passes {through}"
        whole = self.sweeps
        beyond = None if whole.best is None else Beyond(frozenset(wanted.tolist()), whole.best, whole.reached)
        return self.over_paths(element, k, sweeps, reason, beyond, through)

    def element(self, name: str) -> int:
        """The number of the one element called `name`: of an input if one is called so, else of an inner variable, its last version."""
        found = self.elements(name)
        found = [k for k in found if self.graph.at(k).record.is_input] or found
        last = self.graph.at(max(found))
        inside = [k for k in found if k >= last.start]
        if len(inside) > 1:
            raise InvalidArgument(
                f"{name!r} is an array of shape {last.record.shape}: name one element, such as {name}[{first_index(last)}]"
            )
        return inside[0]

    def elements(self, name: str) -> list[int]:
        """The numbers of all elements called `name`: an array's, one of them, those of one version or of all."""
        plain = name.replace(" ", "")
        found: list[int] = []
        for node in self.graph.nodes:
            label = self.labels.node(node)
            if plain in (node.record.name, str(label), f"{label.name}{label.version}{label.index}", label.name):
                found += range(node.start, node.start + node.size)
            elif plain.endswith("]"):
                found += [k for k in range(node.start, node.start + node.size) if self.called(node, k, plain)]
        if found:
            return found
        inputs = ", ".join(n.record.name + (f"[…] of shape {n.record.shape}" if n.record.shape else "") for n in self.inputs)
        inner = ", ".join(dict.fromkeys(n.label.name for n in self.view.nodes if not n.is_input))
        raise InvalidArgument(
            f"there is no variable {name!r} on the way to the result; the inputs are {inputs}; inside are {inner or 'none'}"
        )

    def called(self, node: Node, element: int, name: str) -> bool:
        """Whether one element of a node goes by `name`, with or without its version."""
        label = self.labels.within(node, element - node.start)
        index = label.index.replace(" ", "")
        own = f"{node.record.name}{index}" if node.record.is_input else ""
        return name in (own, f"{label}".replace(" ", ""), f"{label.name}{label.version}{index}", f"{label.name}{index}")

    def closed(self, element: int) -> Expression | None:
        """The derivative in an element in closed form, inputs alone in it; None where there is none that can be read."""
        if self.base is not self:
            return self.base.closed(element)
        if self.through is not None or not self.sweeps.reached[element]:
            return None
        if element not in self.closed_forms:
            closed = Closed(self.graph, self.formulas, self.steps)
            self.closed_forms[element] = closed.derivative(element, float(self.sweeps.derivative[element]))
        return self.closed_forms[element]

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


def first_index(node: Node) -> str:
    return ", ".join("0" for _ in node.record.shape)
