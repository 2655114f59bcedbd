"""The callable of `explain`: runs the function once in the interpreter, recording, and compares with compiled code and differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import replace
from typing import Any

import numpy as np

from ..bugs import ours
from ..compiling import roomy
from ..errors import InvalidArgument
from ..explain.answers import Check
from ..explain.explanation import Explanation
from ..explain.paths.naming import named
from ..explain.run.places import Places
from ..explain.run.record import recorded
from ..ir.program import Program
from ..pipeline import Task, expanded, native_array, on_one_side, smooth, without_rules
from .boundary import gradient_structure, rebuilder, scalar_result
from .careful import SIDES, Careful
from .derived import P, R, entering
from .gradients import Gradient, unit
from .outlets import Outlet, outlet
from .remembered import Finish
from .slopes import slope
from .specialise import Specialisation

CHECKED = 6
"""Differences are run for the largest element of each of this many inputs,"""

AFFORDABLE = 100_000
"""if the function executes no more operations than this."""


class Explained(Gradient[P, R]):
    """`explain(f, wrt)`: called with the arguments, it gives an `Explanation`; one `inside` functions that have a rule, if wished."""

    def __init__(
        self,
        kind: str,
        function: Callable[..., Any],
        wrt: Any = 0,
        *,
        of: Any = None,
        through: str | None = None,
        by: str = "variable",
        inside: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(kind, function, wrt, **options)
        self.of = of
        self.through = through
        self.by = by
        self.inside = inside

    def options(self) -> dict[str, Any]:
        return {**super().options(), "of": self.of, "through": self.through, "by": self.by, "inside": self.inside}

    @roomy
    def prepare(self, special: Specialisation) -> Finish:
        choice = self.choice(special)
        positions = choice.positions
        if self.of is None:
            scalar_result(special.lowered.result, False, special.name, "explain")
        asked = Outlet() if self.of is None else outlet(special.lowered.result, self.of, special.name)
        seen = without_rules(special.program) if self.inside else special.program
        program = expanded(seen)
        task = replace(self.task(special), seeded=(asked.position,))
        run = Careful(special, task, self.backend, len(special.program.main.returned))
        value = special.executable(Task("value"), self.backend)[0] if asked.index else None
        enter = entering(special)
        build = rebuilder(choice.structure(gradient_structure))
        names = as_written(self.function, [path for path, _ in special.parameters])
        takes = [name for name, _ in special.lowered.arguments]

        @roomy
        def finish(leaves: Sequence[Any]) -> Explanation:
            given = enter(leaves) if enter else leaves
            leaves = [native_array(leaf) if isinstance(leaf, np.ndarray) else leaf for leaf in given]
            one = unit(special.program.main.result_types[asked.position])
            if value is not None:
                one = asked.cotangent(within(asked, value(*copied(leaves))[asked.position], special.name))
            out, sides = run.with_sides(*leaves, one)
            n = len(special.program.main.returned)
            above, below = (dict(zip(positions, side[n:], strict=True)) for side in (sides or (out, out)))

            def told(ran: Program, *passed: Any) -> Explanation:
                places = Places()
                tape = named(recorded(ran, ran.entry, passed, positions, asked.position, asked.index, names, places), places)
                source, arguments = places.function(program.main), list(zip(names, leaves))
                return Explanation(special.name, takes, tape, places, source, arguments, None, above, below if sides else None)

            with ours("explaining"):
                explanation = told(on_one_side(seen), *leaves, SIDES[0]) if sides else told(program, *leaves)
                if not sides and any(lost(explanation, k, compiled) for k, compiled in above.items()):
                    explanation = told(expanded(smooth(seen)), *leaves)
                parts = out[n:] if sides else [explained(explanation, k, leaves[k]) for k in positions]
                explanation.gradient = build(choice.each(list(parts), copy))
            if self.through is not None:
                explanation.elements(self.through)  # refuses a name that is not there
                explanation.through = self.through
            explanation.checks = checks(self.function, special, program, explanation, leaves, asked)
            return explanation.by(self.by)

        return finish

    def remember(self, special: Specialisation, args: tuple[Any, ...], kwargs: dict[str, Any], finish: Finish) -> None:
        """Explanations take no short cut."""


def checks(
    function: Callable[..., Any], special: Specialisation, program: Program, explanation: Explanation, leaves: Sequence[Any], asked: Outlet
) -> tuple[Check, ...]:
    """The checks of the largest derivative of each of the first inputs."""
    made = []
    tape = explanation.tape
    inputs = [(position, record) for position, record in tape.inputs.items() if record.size]
    for (position, record), node in list(zip(inputs, explanation.inputs, strict=True))[:CHECKED]:
        element = explanation.focus(node)
        differences, skipped = None, f"{tape.executed:,} operations were executed, at most {AFFORDABLE:,} are repeated"
        if tape.executed <= AFFORDABLE:
            differences = slope(function, special, program, leaves, (position, element - record.start), tape.executed, asked)
            skipped = ""
        made.append(explanation.check(element, differences, skipped))
    return tuple(made)


def as_written(function: Callable[..., Any], names: list[str]) -> list[str]:
    """The names of arguments and of what is read from outside, without the function's own module, where no two become one."""
    own = f"{getattr(function, '__module__', None)}."
    short = [name.removeprefix(own) for name in names]
    return [a if short.count(a) == 1 else name for a, name in zip(short, names)]


def copied(leaves: Sequence[Any]) -> list[Any]:
    return [leaf.copy() if isinstance(leaf, np.ndarray) else leaf for leaf in leaves]


def within(asked: Outlet, array: np.ndarray, where: str) -> np.ndarray:
    """`array`, if it has the element that is asked for."""
    try:
        array[asked.index]
    except IndexError:
        raise InvalidArgument(f"of={asked.keys}: what {where} returns there has shape {array.shape}") from None
    return array


def lost(explanation: Explanation, position: int, compiled: Any) -> bool:
    """Whether the explained derivative in the leaf at `position` is NaN where the `compiled` one is not: as it stands, the program squares
    a length of zero."""
    return bool(np.any(np.isnan(explained(explanation, position, compiled)) & ~np.isnan(compiled)))


def explained(explanation: Explanation, position: int, leaf: Any) -> Any:
    """The explained derivative in the argument leaf at `position`, of its type."""
    record = explanation.tape.inputs[position]
    partials = explanation.sweeps.derivative[record.start : record.start + record.size] + 0.0
    if isinstance(leaf, np.ndarray):
        return partials.reshape(leaf.shape).astype(leaf.dtype)
    return type(leaf)(partials[0])
