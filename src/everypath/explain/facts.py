"""What `explain` finds out: a derivative, its paths, and what else says that it is that number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np

from ..compiling import roomy
from ..errors import InvalidArgument
from .answers import Check, Derivative, remainder
from .curves import Crossings, crossings
from .folding import turn
from .formulas.closed import Closed
from .formulas.labels import Labels
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

MANY = 30_000
"""In a graph of more nodes than this the paths are not followed in and out of its loops."""

LISTED = 5
"""Paths that are listed unless more are asked for."""


class Facts:
    """A derivative, the graph of the run that it was taken on, and the checks of it."""

    def __init__(
        self,
        name: str,
        takes: Sequence[str],
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
        self.takes = tuple(takes)
        self.tape = tape
        self.places = places
        self.source = source
        self.arguments = tuple(arguments)
        self.gradient = gradient
        self.compiled = compiled
        self.other_side = other_side  # where a tie was met: then the graph and `compiled` are those of one side of it
        self.level = level
        self.opened: int | None = None
        self.excerpt = ""
        self.base: Facts = self
        self.graph: Graph = graph_of(tape, level_of(level, tape, places))
        self.labels = Labels(self.graph, name)
        self.formulas = Formulas(self.graph, self.labels)
        self.sweeps: Sweeps = swept(self.graph)
        self.checks: tuple[Check, ...] = ()
        self.through: str | None = None
        self.found: dict[tuple[int, int], Derivative] = {}
        self.closed_forms: dict[int, Expression | None] = {}
        self.crossed: dict[int, list[Crossings]] = {}
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
        if not isinstance(number, int) or not 1 <= number <= count:
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
                base.name,
                base.takes,
                base.tape,
                base.places,
                base.source,
                base.arguments,
                base.gradient,
                base.compiled,
                base.other_side,
                level,
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

    def crossings(self, d: Derivative) -> list[Crossings]:
        """Of paths that are too many to be listed: what they add by the turns in which they enter a loop, or leave it."""
        if not self.view.folded or self.through is not None or d.count is None or d.count <= len(d.paths) or len(self.graph.nodes) > MANY:
            return []
        if d.element not in self.crossed:
            self.crossed[d.element] = crossings(self.graph, d.element, self.sweeps)
        return self.crossed[d.element]

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
