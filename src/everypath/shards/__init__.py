"""Sums over shards of data, on many processes or machines: values, gradients, whatever a function gives that can be added.

The engine is another's, and its own handle is passed in: an executor of `concurrent.futures`, a Dask client, `joblib.Parallel`, an MPI
communicator. The digits do not depend on it, nor on the number of its workers: shards are added as a binary tree by their numbers.

    pairs    the tree that adds, however its leaves arrive
    work     what runs where the data is: a function compiled once, shards that are kept
    engines  how each engine runs that
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .. import value_and_grad as gradient_of
from ..errors import InvalidArgument
from ..tracebacks import for_the_user
from .engines import runner
from .work import Function

__all__ = ["total", "value_and_grad"]


def total(
    g: Callable[..., Any],
    shards: Sequence[Any],
    engine: Any = None,
    *,
    load: Callable[[Any], Any] | None = None,
    keep: int | None = None,
    threads: int = 1,
    retries: int = 3,
    progress: Callable[[int, int], None] | bool = False,
) -> Callable[..., Any]:
    """The function Σₖ g(*arguments, *shardₖ): numbers, arrays, and containers of them, added leaf by leaf.

    A shard is a tuple of the last arguments of `g`, or the only one. With `load` it is what `load` makes of it where the work is done: of a
    file's name its arrays. `engine` is None (this process, one after the other), a `concurrent.futures` executor (of threads, of processes,
    loky's, MPI's), a `distributed.Client`, a `joblib.Parallel`, or an MPI communicator, on whose ranks all make the same calls.

    Workers compile `g` once, and keep the shards that they have met, or the last `keep` of them: 0 where they fit into memory one at a time
    only. On each shard BLAS uses so many `threads` (where threadpoolctl is installed), and in other processes compiled code does. Dask
    gives a shard to another worker, up to `retries` times, where one fails; for other engines the error is raised, with the shard's number
    in its notes. `progress` is called with the number of shards that are done, and of all; True shows a bar (by rich).

    Functions and classes that other processes cannot import travel by cloudpickle, where that is installed. Raises InvalidArgument for no
    shards, or an unknown engine.

    >>> import numpy as np, everypath as ep, everypath.shards
    >>> def loss(w, x, y):
    ...     return np.sum((x * w - y) ** 2)
    >>> x, y = np.arange(6.0), 2.0 * np.arange(6.0)
    >>> pieces = [(x[k : k + 2], y[k : k + 2]) for k in (0, 2, 4)]
    >>> total(ep.value_and_grad(loss), pieces)(1.5)
    (np.float64(13.75), -55.0)
    """
    if not isinstance(shards, Iterable):
        raise InvalidArgument(f"shards is a list of tuples of arguments, or of file names with load=, not {shards!r}")
    shards = list(shards)
    if not shards:
        raise InvalidArgument("there are no shards to add")
    function = Function(g, load, keep, threads)
    run = runner(engine, function, shards, retries, reporter(progress))
    name = getattr(g, "__name__", type(g).__name__)

    @for_the_user
    def whole(*args: Any) -> Any:
        return run(args)

    whole.__name__ = whole.__qualname__ = f"total_{name}"
    whole.__doc__ = f"The sum of {name} over {len(shards)} shards."
    return whole


def value_and_grad(
    f: Callable[..., Any], shards: Sequence[Any], engine: Any = None, *, wrt: Any = 0, **options: Any
) -> Callable[..., tuple[Any, Any]]:
    """The value and the gradient of Σₖ f(*arguments, *shardₖ): `total(everypath.value_and_grad(f, wrt), shards, engine, …)`.

    So `scipy.optimize.minimize(value_and_grad(loss, shards, engine), w, jac=True)` fits w to all shards.
    """
    return total(gradient_of(f, wrt), shards, engine, **options)


def reporter(progress: Callable[[int, int], None] | bool) -> Callable[[int, int], None]:
    """What is told how many shards are done."""
    if progress is False:
        return lambda done, of: None
    if progress is not True:
        return progress
    from .bar import Bar

    return Bar()
