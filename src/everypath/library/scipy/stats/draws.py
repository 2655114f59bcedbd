"""Draws of distributions: SciPy's, from a generator in a state that is known. They are data; what moves and stretches them is not."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from ....rules import rule, rule_of
from ...generator_states import stepped
from ...intrinsics import parameters, refuse, value_only
from ...numpy.random.drawing import shape_of

WAY_OUT = "draw with shapes that do not vary, or write the draws as quantiles of uniform ones: dist.ppf(u, …)"


def of_distribution(name: str, kind: str, state: Any, shapes: Any, size: Any, still: bool) -> tuple[Any, Any]:
    """Draws in a row, and the state of the generator then. Where the scale is 0 SciPy draws nothing."""
    if still:
        return np.zeros(int(np.prod(size or (1,)))), state
    value, after = stepped(kind, state, lambda source: getattr(stats, name).rvs(*shapes, size=size, random_state=source))
    return np.ravel(value), after


@rule(host=True, returns=(np.zeros(0), np.zeros(0, np.int64)))
def floats(name: str, kind: str, state: Any, shapes: Any, size: Any, still: bool) -> Any:
    value, after = of_distribution(name, kind, state, shapes, size, still)
    return value.astype(np.float64), after


@rule(host=True, returns=(np.zeros(0, np.int64), np.zeros(0, np.int64)))
def integers(name: str, kind: str, state: Any, shapes: Any, size: Any, still: bool) -> Any:
    value, after = of_distribution(name, kind, state, shapes, size, still)
    return value.astype(np.int64), after


for _function in (floats, integers):
    rule_of(_function).name = "scipy.stats"  # type: ignore[union-attr]


def has_its_own(distribution: Any) -> bool:
    """Whether a distribution was given a generator, and so doesn't draw from NumPy's."""
    return getattr(distribution, "_random_state", np.random.mtrand._rand) is not np.random.mtrand._rand


def unchanged(distribution: Any, own: bool) -> None:
    """It stays as it is."""


class WithDraws:
    """The base of distributions of one number."""

    packed = {"own": (has_its_own, unchanged)}  # noqa: RUF012
    fixed = ("own",)
    own: bool
    discrete: Any
    parameters: Any
    placed: Any
    _argcheck: Any
    _name: Any

    def _count(self) -> int:
        """How many parameters it has."""
        most = parameters(self.parameters)
        return most if most >= 0 else parameters(self.placed)

    def rvs(self, *args: Any, size: Any = None, random_state: Any = None, **kwds: Any) -> Any:
        """Draws."""
        if len(args) > self._count():
            args, size = args[:-1], args[-1]
        shapes, loc, scale = self.parameters(*args, **kwds)
        if not np.all(self._argcheck(*shapes) & (np.asarray(scale) >= 0)):
            raise ValueError(
                "Domain error in arguments. The `scale` parameter must be positive for all distributions, and many distributions have"
                f" restrictions on shape parameters. Please see the `scipy.stats.{self._name()}` documentation for details."
            )
        shape = shape_of(size, *shapes, loc, scale)
        if random_state is None and self.own:
            refuse("draws from the generator that a distribution was given are not supported", "pass it as random_state=")
        source: Any = np.random.mtrand._rand if random_state is None else random_state
        if isinstance(source, (int, np.integer)):
            source = np.random.RandomState(source)
        held = source.source()
        reason = f"draws of {self._name()} have no derivative with respect to its shapes"
        given = self._name(), held.kind, held.held, shapes, shape, np.all(np.asarray(scale) == 0)
        if self.discrete:
            whole, state = value_only(reason, WAY_OUT, integers, *given)
            held.held = state
            return int(whole[0] + loc) if shape is None else whole.reshape(shape) + loc
        values, state = value_only(reason, WAY_OUT, floats, *given)
        held.held = state
        return (values[0] if shape is None else values.reshape(shape)) * scale + loc


class WithoutDraws:
    """The base of those of several."""

    def rvs(self, *args: Any, **kwds: Any) -> Any:
        return refuse("draws are random, and a derivative needs the same ones each time", "draw them outside and pass them in")
