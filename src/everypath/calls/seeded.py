"""Products of a Jacobian with a matrix of directions: `jacobian(f, seeds=S)`, without the Jacobian."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..errors import InvalidArgument
from ..structure import count, describe, rebuild
from ..structure import leaves as leaves_of
from .boundary import opaque
from .derived import P, R, entering
from .directions import like
from .jacobians import Jacobian, float_results
from .remembered import Finish
from .specialise import Specialisation
from .vector import Vector


class SeededJacobian(Jacobian[P, R]):
    """`jacobian(f, seeds=S)`: J S, of shape output.shape + (k,) for seeds of shape input.shape + (k,)."""

    def __init__(self, kind: str, function: Callable[..., Any], wrt: Any = 0, *, seeds: Any, **options: Any) -> None:
        super().__init__(kind, function, wrt, **options)
        self.seeds = seeds

    def options(self) -> dict[str, Any]:
        return {**super().options(), "seeds": self.seeds}

    def prepare(self, special: Specialisation) -> Finish:
        result, choice = special.lowered.result, self.choice(special)
        float_results(special)
        if len(choice.order) != len(choice.positions):
            raise InvalidArgument(f"with seeds, wrt names every argument of {special.name} once")
        enter, along = entering(special), Vector(special, self.forward_task(special), self.backend)
        structure = choice.structure(lambda each: each)

        def finish(leaves: Sequence[Any]) -> Any:
            leaves = enter(leaves) if enter else leaves
            given = [x for a in choice.arguments for x in leaves[a.first : a.first + count(a.structure)]]
            directions = [like(seed, structure, given, "a column of seeds") for seed in columns(self.seeds)]
            made, _ = along(leaves, directions)
            return rebuild(opaque(result), [np.stack(tangents, axis=-1) for tangents in zip(*made, strict=True)])

        return finish


def columns(seeds: Any) -> list[Any]:
    """The directions along the last axis of all arrays in `seeds`, each in their containers."""
    structure = describe(seeds, "seeds")
    parts = [np.asarray(leaf) for leaf in leaves_of(seeds, structure)]
    lengths = {part.shape[-1] if part.ndim else 0 for part in parts}
    if len(lengths) != 1 or lengths == {0}:
        reason = "seeds hold arrays of one more axis than the arguments, the last as long as there are directions, the same for all"
        raise InvalidArgument(reason)
    (number,) = lengths
    return [rebuild(opaque(structure), [part[..., k] for part in parts]) for k in range(number)]
