"""Functions for programs without Python: object code, a header, and the same code in this process by its address.

`entries` says what a function takes and gives, in C's words; `header` writes that down; `files` makes files of it; `built` is all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

from ..errors import InvalidArgument
from ..tracebacks import for_the_user

if TYPE_CHECKING:
    from .built import Built

__all__ = ["build"]


@for_the_user
def build(
    f: Callable[..., Any],
    args: Sequence[Any],
    output: str | PathLike[str] | None = None,
    *,
    grad: bool = False,
    wrt: int | str | Sequence[int | str] = 0,
    name: str | None = None,
    cpu: str = "native",
    link: Sequence[str] | None = None,
) -> Built:
    """`f` as code that C, Fortran, Rust or Julia calls, without Python; with `grad` its gradient too, as `name_grad`.

    `args` are arguments like those of later calls: their types decide the signature, numbers and extents may be others. `output` is a file:
    `.o`, `.a`, `.so`, `.s` (assembly), `.ll` (LLVM), `.h` (the header alone); the header is written beside it. Of containers every number
    and array is a parameter. `cpu` is the processor that it is made for, such as "x86-64-v3"; "native" is this one.

    What needs Python is refused with its line: what CPython runs, what SciPy computes, printing. Matrix products and decompositions call
    BLAS and LAPACK by their Fortran names ([how](docs/build.md)).

    >>> import numpy as np, everypath as ep
    >>> def loss(w, x):
    ...     return np.sum((w * x - 1.0) ** 2)
    >>> built = ep.build(loss, (2.0, np.ones(3)), grad=True, wrt="w")
    >>> print(built.header)  # doctest: +ELLIPSIS
    /* Made by everypath ...
    int loss(double w, const double *x, int64_t x_dim0, double *result);
    ...
    int loss_grad(double w, const double *x, int64_t x_dim0, double *value, double *grad_w);
    ...
    """
    from .built import made

    if not isinstance(args, (tuple, list)):
        raise InvalidArgument(f"build takes args as a tuple with one entry for each argument, not {args!r}")
    built = made(f, args, choice(wrt) if grad else None, name, cpu)
    if output is not None:
        built.write(output, link)
    assert built.header
    return built


def choice(wrt: Any) -> int | str | tuple[int | str, ...]:
    """A position, a name, or a tuple of either."""
    return tuple(wrt) if isinstance(wrt, list) else wrt
