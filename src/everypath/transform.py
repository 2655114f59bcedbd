"""What `lower` must know of everypath's own functions, when a user's function calls them: which they are, and what they made.

everypath.grad(f)(x)        `grad` is marked by `transformation("grad")`
df = everypath.grad(f)      `df` is a `Transform`: lowering reads `kind`, `function`, `wrt`
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

MARK = "__everypath__"


class Transform:
    """A function made from another: the gradient of `function`, its value as native code, and so on.

    `kind` is the name of the public function that made it ("grad", "value_and_grad", "hvp", "compile", …). `wrt` is as the
    user gave it: a position, a name, or a tuple of either. `asked` is what the user called, where this was made on the way.
    """

    kind: str
    asked: str = ""
    function: Callable[..., Any]
    wrt: int | str | tuple[int | str, ...]
    has_aux: bool = False
    sparse: bool = False
    seeds: Any = None

    @cached_property
    def made(self) -> dict[Any, Any]:
        """What was made of it in its turn and is kept, by what tells it apart."""
        return {}


def transformation(kind: str) -> Callable[[F], F]:
    """Mark a public function as the transformation called `kind`."""

    def marked(function: F) -> F:
        setattr(function, MARK, kind)
        return function

    return marked


def kind_of(value: object) -> str | None:
    """Which transformation `value` is ("grad", "jvp", …), or None."""
    return getattr(value, MARK, None) if callable(value) and not isinstance(value, type) else None
