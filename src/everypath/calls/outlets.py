"""Which one number of a function's result is explained: `of=2`, `of="loss"`, `of=("layers", 0, 1)`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..errors import InvalidArgument, NotDifferentiable
from ..ir.types import ArrayType
from ..structure import Container, Leaf, Structure, count, paths
from ..unchanging import plain_value
from .boundary import carries, said


@plain_value
class Outlet:
    """One number of a result: the leaf at `position` among all leaves, the `index` of an element if it is an array. `keys` lead to it."""

    position: int = 0
    index: tuple[int, ...] = ()
    keys: tuple[Any, ...] = ()

    def of_leaves(self, leaves: Sequence[Any]) -> Any:
        """The number among the leaves of a result."""
        leaf = leaves[self.position]
        return leaf[self.index] if self.index else leaf

    def of_value(self, value: Any) -> Any:
        """The number in a result as Python has it."""
        for key in self.keys[: len(self.keys) - len(self.index)]:
            value = getattr(value, key) if isinstance(key, str) and not isinstance(value, dict) else value[key]
        return value[self.index] if self.index else value

    def cotangent(self, leaf: Any) -> Any:
        """1 for the number and 0 beside it, in the type and shape of its `leaf`."""
        if not self.index:
            return np.ones((), leaf.dtype) if isinstance(leaf, np.ndarray) else type(leaf)(1.0)
        made = np.zeros_like(leaf)
        made[self.index] = 1.0
        return made


def outlet(result: Structure, of: Any, where: str) -> Outlet:
    """The number that `of` names in a result: a key or position, or a tuple of them, outermost first, then the index in an array."""
    keys = of if isinstance(of, tuple) else (of,)
    here, position, used = result, 0, 0
    while isinstance(here, Container) and used < len(keys):
        key = keys[used]
        place = place_of(here, key)
        if place is None:
            raise InvalidArgument(
                f"of={of!r}: {where} returns {said(result)}; its parts are {', '.join(p for p, _ in paths(result, 'result'))}"
            )
        position += sum(map(count, here.children[:place]))
        here, used = here.children[place], used + 1
    index = keys[used:]
    rank = here.type.rank if isinstance(here, Leaf) and isinstance(here.type, ArrayType) else 0
    if not isinstance(here, Leaf) or len(index) != rank or not all(isinstance(i, (int, np.integer)) for i in index):
        need = f"an index of {rank} whole numbers is needed there" if rank else "that is not one number"
        raise InvalidArgument(f"of={of!r} names {said(here)} of what {where} returns: {need}")
    if not carries(here):
        raise NotDifferentiable(f"of={of!r} names {said(here)} of what {where} returns, and only a float has a derivative")
    return Outlet(position, tuple(int(i) for i in index), tuple(keys))


def place_of(container: Container, key: Any) -> int | None:
    """The position of the child under `key`; sequences count from the end too."""
    n = len(container.keys)
    if isinstance(key, (int, np.integer)) and key not in container.keys and -n <= key < 0 and issubclass(container.type, (tuple, list)):
        return int(key) + n
    if key in container.keys:
        return container.keys.index(key)
    names = getattr(container.type, "_fields", ())
    return names.index(key) if key in names else int(key) if names and isinstance(key, int) and 0 <= key < n else None
