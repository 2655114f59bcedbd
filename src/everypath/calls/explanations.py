"""The callable of `explain`: runs the function once in the interpreter, recording, and compares with compiled code and differences."""

from __future__ import annotations

import contextlib
import inspect
import io
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..differences import derivative
from ..explain.explanation import Check, Explanation
from ..explain.places import Places
from ..explain.record import recorded
from ..pipeline import Task, expanded
from ..structure import rebuild
from ..transform import Transform
from .boundary import gradient_structure, rebuilder, scalar_result
from .derived import Careful, Derived, Finish, entering
from .gradients import Gradient, unit
from .specialise import Specialisation, plain

CHECKED = 6
"""Differences are run for the largest element of each of this many inputs,"""

AFFORDABLE = 100_000
"""if the function executes no more operations than this."""


class Explained(Gradient):
    """`explain(f, wrt)`: called with the arguments, it gives an `Explanation`."""

    def prepare(self, special: Specialisation) -> Finish:
        positions = self.positions(special)
        scalar_result(special.lowered.result, False, special.name, "explain")
        program = expanded(special.program)
        run = Careful(special, self.task(special), self.backend, len(special.program.main.returned))
        enter = entering(special)
        build = rebuilder(self.over_wrt([gradient_structure(s) for _, s, _ in self.picked(special)]))
        names = [path for path, _ in special.parameters]

        def finish(leaves: Sequence[Any]) -> Explanation:
            leaves = [native(leaf) for leaf in (enter(leaves) if enter else leaves)]
            places = Places()
            tape = recorded(program, program.entry, leaves, positions, 0, names, places)
            out = run(*leaves, unit(special.program.main.result_types[0]))
            compiled = dict(zip(positions, out[len(special.program.main.returned) :], strict=True))
            explanation = Explanation(special.name, tape, places, places.function(program.main), list(zip(names, leaves)), None, compiled)
            explanation.gradient = build([explained(explanation, k, leaves[k]) for k in positions])
            explanation.checks = tuple(self.checked(special, explanation, leaves))
            return explanation

        return finish

    def remember(self, special: Specialisation, args: tuple[Any, ...], finish: Finish) -> None:
        """Explanations take no short cut."""

    def checked(self, special: Specialisation, explanation: Explanation, leaves: Sequence[Any]) -> list[Check]:
        """The checks of the largest derivative of each input."""
        checks = []
        for (position, record), node in zip(
            [(k, r) for k, r in explanation.tape.inputs.items() if r.size][:CHECKED], explanation.inputs[:CHECKED]
        ):
            element = explanation.focus(node)
            differences = None
            if explanation.tape.executed <= AFFORDABLE:
                slope = self.slope(special, leaves, position, element - record.start, 1000 + explanation.tape.executed)
                differences = derivative(*slope)
            checks.append(explanation.check(element, differences))
        return checks

    def slope(
        self, special: Specialisation, leaves: Sequence[Any], position: int, element: int, lines: int
    ) -> tuple[Callable[[float], float], float]:
        """t ↦ f(arguments with t added to one element), as Python runs it for at most `lines` lines, and a first step."""
        call = python(self, special)
        start = float(np.ravel(leaves[position])[element])

        def phi(t: float) -> float:
            moved = [leaf.copy() if isinstance(leaf, np.ndarray) else leaf for leaf in leaves]
            if isinstance(moved[position], np.ndarray):
                moved[position].flat[element] += t
            else:
                moved[position] = type(moved[position])(moved[position] + t)
            with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"), bounded(lines):
                return float(call(moved))

        return phi, 0.1 * max(1.0, 2.0 ** math.floor(math.log2(abs(start)))) if start and math.isfinite(start) else 0.1


class TooLong(ArithmeticError):
    """The function runs much longer than at the point that is explained."""


@contextlib.contextmanager
def bounded(lines: int) -> Iterator[None]:
    """Raise TooLong once Python has run this many lines: away from the point that is explained, a `while` may have no end."""
    left = lines
    before = sys.gettrace()

    def trace(frame: Any, event: str, argument: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise TooLong(f"more than {lines} lines")
        return trace

    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def native(leaf: Any) -> Any:
    """An array that everything can work on: aligned and in the machine's byte order."""
    return leaf.astype(leaf.dtype.newbyteorder("="), copy=False) if isinstance(leaf, np.ndarray) else leaf


def explained(explanation: Explanation, position: int, leaf: Any) -> Any:
    """The explained derivative in the argument leaf at `position`, of its type."""
    record = explanation.tape.inputs[position]
    partials = explanation.sweeps.derivative[record.start : record.start + record.size] + 0.0
    if isinstance(leaf, np.ndarray):
        return partials.reshape(leaf.shape).astype(leaf.dtype)
    return type(leaf)(partials[0])


def python(derived: Derived, special: Specialisation) -> Callable[[Sequence[Any]], Any]:
    """The function as Python runs it, of the leaves of its arguments."""
    if isinstance(derived.function, Transform):
        (value,) = special.executable(Task("value"), derived.backend, silent=True)
        return lambda leaves: value(*leaves)[0]
    function, _, _ = plain(derived.function)
    parameters = inspect.signature(function).parameters

    def call(leaves: Sequence[Any]) -> Any:
        remaining = iter(leaves)
        args: list[Any] = []
        named: dict[str, Any] = {}
        for name, structure in special.lowered.arguments:
            value = rebuild(structure, remaining)
            if name.startswith("**"):
                named.update(value)
            elif name.startswith("*"):
                args.extend(value)
            elif parameters[name].kind is inspect.Parameter.KEYWORD_ONLY:
                named[name] = value
            else:
                args.append(value)
        return function(*args, **named)

    return call
