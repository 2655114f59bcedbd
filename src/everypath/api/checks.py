"""What the public functions check of what they are given, before anything is computed."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral
from typing import Any

from ..errors import InvalidArgument
from ..pipeline import Backend

Wrt = int | str | tuple[int | str, ...] | list[int] | list[str] | list[int | str]
"""Which arguments: a position, a name, or several of them."""


def checked(f: Any, kind: str) -> Callable[..., Any]:
    """`f`, if it can be called."""
    if callable(f):
        return f  # type: ignore[no-any-return]
    form = {"jvp": "jvp(f, (x,), (v,))", "vjp": "vjp(f, x)", "check_grads": "check_grads(f, (x,))"}.get(kind, f"{kind}(f)(x)")
    raise InvalidArgument(f"{kind} takes a function, not {f!r}: write {form}")


def choice(wrt: Any, argnums: Any) -> int | str | tuple[int | str, ...]:
    """The chosen arguments: a position, a name, or a tuple of either."""
    if argnums is not None:
        if wrt != 0:
            raise InvalidArgument("wrt and argnums are two names for the same choice: give one of them")
        wrt = argnums
    if isinstance(wrt, (tuple, list)) and wrt and all(map(names_one, wrt)):
        return tuple(w if isinstance(w, str) else int(w) for w in wrt)
    if names_one(wrt):
        return wrt if isinstance(wrt, str) else int(wrt)
    raise InvalidArgument(f"wrt must be a position, a parameter's name, or a tuple of either, not {wrt!r}")


def names_one(which: Any) -> bool:
    """Whether `which` is a position or a name."""
    return isinstance(which, (str, Integral)) and not isinstance(which, bool)


def backend_named(backend: Any) -> Backend:
    """`backend`, if there is one of that name."""
    if backend in ("native", "interpreter"):
        return backend  # type: ignore[no-any-return]
    raise InvalidArgument(f'backend must be "native" or "interpreter", not {backend!r}')
