"""How engines run a function over shards: each gives what was asked for number by number, and `Pairs` adds it.

Shards that are data are sent to other processes once: a worker that has not met one says so, and gets it.
"""

from __future__ import annotations

import concurrent.futures
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..errors import InvalidArgument
from .pairs import Node, Pairs, added, levels
from .work import Function, Missing, loaded

Report = Callable[[int, int], None]
Run = Callable[[tuple[Any, ...]], Any]
Given = Iterator[tuple[int, Any]]
"""Numbers of shards and what the function gave, as they come."""


def runner(engine: Any, function: Function, shards: list[Any], retries: int, report: Report) -> Run:
    """The sum over the shards as the engine finds it, as a function of the other arguments."""
    if is_a(engine, "distributed", "Client"):
        return Dask(engine, function, shards, retries, report)
    if is_a(engine, "mpi4py.MPI", "Comm"):
        return Ranks(engine, function, shards, report)
    for kind, way in WAYS.items():
        if kind(engine):
            return Sum(engine, way, function, shards, report)
    known = "an executor of concurrent.futures, a Dask client, joblib.Parallel or an MPI communicator"
    raise InvalidArgument(f"{engine!r} is no engine that is known here: pass {known}")


def is_a(engine: Any, module: str, name: str) -> bool:
    """Whether the engine is an instance of a class of a module, which is not imported for this."""
    kind = getattr(sys.modules.get(module), name, None)
    return kind is not None and isinstance(engine, kind)


class Sum:
    """The sum over shards that an engine gives one by one."""

    def __init__(self, engine: Any, way: Callable[..., Given], function: Function, shards: list[Any], report: Report) -> None:
        self.engine, self.way, self.function, self.shards, self.report = engine, way, function, shards, report

    def __call__(self, args: tuple[Any, ...]) -> Any:
        pairs = Pairs(len(self.shards))
        self.report(0, pairs.number)
        for done, (number, value) in enumerate(self.way(self.engine, self.function, self.shards, args), 1):
            pairs.add((0, number), value)
            self.report(done, pairs.number)
        return pairs.found


def here(engine: None, function: Function, shards: Sequence[Any], args: tuple[Any, ...]) -> Given:
    """In this process, one after the other."""
    for number, shard in enumerate(shards):
        yield number, function(number, shard, args)


def by_threads(engine: Any, function: Function, shards: Sequence[Any], args: tuple[Any, ...]) -> Given:
    """In threads of this process, which holds the shards already."""
    yield from arriving({engine.submit(function, number, shard, args): number for number, shard in enumerate(shards)})


def by_processes(engine: Any, function: Function, shards: Sequence[Any], args: tuple[Any, ...]) -> Given:
    """In other processes, to which data goes once."""
    if function.load is not None or function.keep == 0:
        yield from by_threads(engine, function, shards, args)
        return
    again = {}
    for number, value in arriving({engine.submit(function, number, Missing(), args): number for number in range(len(shards))}):
        if isinstance(value, Missing):
            again[engine.submit(function, number, shards[number], args)] = number
        else:
            yield number, value
    yield from arriving(again)


def arriving(futures: dict[Any, int]) -> Given:
    """What futures give, as it comes; where one fails, those that have not begun are not run."""
    try:
        for future in concurrent.futures.as_completed(futures):
            yield futures[future], future.result()
    finally:
        for future in futures:
            future.cancel()


def by_joblib(engine: Any, function: Function, shards: Sequence[Any], args: tuple[Any, ...]) -> Given:
    """By joblib's own backends."""
    import joblib

    one = joblib.delayed(function)
    if function.load is not None or function.keep == 0 or getattr(engine, "_backend", None).__class__.__name__ == "ThreadingBackend":
        yield from enumerate(engine(one(number, shard, args) for number, shard in enumerate(shards)))
        return
    lost = []
    for number, value in enumerate(engine(one(number, Missing(), args) for number in range(len(shards)))):
        if isinstance(value, Missing):
            lost.append(number)
        else:
            yield number, value
    if lost:
        yield from zip(lost, engine(one(number, shards[number], args) for number in lost), strict=True)


WAYS: dict[Callable[[Any], bool], Callable[..., Given]] = {
    lambda engine: engine is None: here,
    lambda engine: isinstance(engine, concurrent.futures.ThreadPoolExecutor): by_threads,
    lambda engine: isinstance(engine, concurrent.futures.Executor): by_processes,
    lambda engine: is_a(engine, "joblib", "Parallel"): by_joblib,
}


class Dask:
    """On a cluster: the data stays with the workers that loaded it, who also add; Dask moves both where a worker is lost."""

    def __init__(self, client: Any, function: Function, shards: list[Any], retries: int, report: Report) -> None:
        self.client, self.function, self.shards, self.retries, self.report = client, function, shards, retries, report
        self.data: list[Any] = []

    def __call__(self, args: tuple[Any, ...]) -> Any:
        from distributed import as_completed

        number = len(self.shards)
        self.report(0, number)
        (given,) = self.client.scatter([args], hash=False)
        if self.function.keep == 0:
            nodes = {(0, k): self.submit(self.function, k, shard, given) for k, shard in enumerate(self.shards)}
        else:
            self.data = self.data or [self.submit(loaded, self.function, k, shard) for k, shard in enumerate(self.shards)]
            nodes = {(0, k): self.submit(self.function.of, k, data, given) for k, data in enumerate(self.data)}
        terms = list(nodes.values())
        root: Node = (0, 0)
        for level in levels(number):
            for node, parts in level:
                nodes[node] = nodes[parts[0]] if len(parts) == 1 else self.submit(added, *(nodes[part] for part in parts))
                root = node
        for done, _ in enumerate(as_completed(terms), 1):
            self.report(done, number)
        return nodes[root].result()

    def submit(self, function: Callable[..., Any], *args: Any) -> Any:
        return self.client.submit(function, *args, retries=self.retries, pure=False)


class Ranks:
    """On the ranks of an MPI communicator, all of which make the same calls: each has the shards of a range, and all get the sum."""

    def __init__(self, comm: Any, function: Function, shards: list[Any], report: Report) -> None:
        self.comm, self.function, self.shards, self.report = comm, function, shards, report
        function.home = -1  # every rank is one of several

    def __call__(self, args: tuple[Any, ...]) -> Any:
        rank, size, number = self.comm.Get_rank(), self.comm.Get_size(), len(self.shards)
        own, problem = Pairs(number), None
        mine = range(rank * number // size, (rank + 1) * number // size)
        try:
            for done, k in enumerate(mine, 1):
                own.add((0, k), self.function(k, self.shards[k], args))
                self.report(done, len(mine))
        except Exception as error:
            problem = error
        gathered = self.comm.gather((own.waiting, problem), root=0)
        found: Any = None
        if gathered is not None:
            problem = next((error for _, error in gathered if error is not None), None)
            if problem is None:
                whole = Pairs(number)
                for waiting, _ in gathered:
                    for node, value in waiting.items():
                        whole.add(node, value)
                found = whole.found
        found, problem = self.comm.bcast((found, problem), root=0)
        if problem is not None:
            raise problem
        return found
