"""map, filter and itertools as generators: each takes an item when it needs one and gives one when it has it, as CPython's do.

Nobody runs this text: it is lowered in place of a call.
"""

from __future__ import annotations

import builtins
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from ..intrinsics import Columns, has_length, lacks, length, row
from ..registry import stands_for

Items = Iterable[Any]


def by_position(items: Any) -> Iterator[Any]:
    """The items of what has no `__iter__`, but a `__getitem__`."""
    k = 0
    while True:
        try:
            item = items[k]
        except IndexError:
            return
        yield item
        k += 1


def zip_known(columns: Columns, positions: Sequence[int]) -> Iterator[Any]:
    """zip of known items with others of run-time length: the known ones, as long as the others last."""
    for k in positions:
        if lacks(columns, k):
            return
        yield row(columns, k)


def zip_with(before: Columns, items: Items, after: Columns) -> Iterator[Any]:
    """zip of something that gives its items itself, between what stands before it and after it in the call."""
    k = 0
    if lacks(before, k):
        return
    for x in items:
        if lacks(after, k):
            return
        yield (*row(before, k), x, *row(after, k))
        k += 1
        if lacks(before, k):
            return


def enumerate(items: Items, start: int) -> Iterator[Any]:
    """enumerate of something that gives its items itself."""
    n = start
    for x in items:
        yield n, x
        n += 1


def given_by(iterator: Any) -> Iterator[Any]:
    """What an iterator with a `__next__` of its own gives."""
    while True:
        try:
            item = iterator.__next__()
        except StopIteration:
            return
        yield item


def called_until(function: Callable[[], Any], last: Any) -> Iterator[Any]:
    """iter(function, last)."""
    while True:
        item = function()
        if item == last:
            return
        yield item


def next_or(iterator: Any, default: Any) -> Any:
    """next(iterator, default)."""
    try:
        return iterator.__next__()
    except StopIteration:
        return default


def rotate(items: Any, n: int = 1) -> None:
    """`deque.rotate`."""
    if len(items) > 1:
        for _ in range(n):
            items.appendleft(items.pop())
        for _ in range(-n):
            items.append(items.popleft())


@stands_for(builtins.map)
def map(function: Callable[..., Any], *iterables: Items) -> Iterator[Any]:
    if len(iterables) == 0:
        raise TypeError("map() must have at least two arguments.")
    elif len(iterables) == 1:
        for x in iterables[0]:
            yield function(x)
    else:
        for xs in zip(*iterables):
            yield function(*xs)


@stands_for(builtins.filter)
def filter(function: Callable[[Any], Any] | None, items: Items) -> Iterator[Any]:
    for x in items:
        if x if function is None else function(x):
            yield x


@stands_for(itertools.filterfalse)
def filterfalse(function: Callable[[Any], Any] | None, items: Items) -> Iterator[Any]:
    for x in items:
        if not (x if function is None else function(x)):
            yield x


@stands_for(itertools.chain)
def chain(*iterables: Items) -> Iterator[Any]:
    for items in iterables:
        yield from items


@stands_for(itertools.chain.from_iterable)
def from_iterable(iterables: Iterable[Items], /) -> Iterator[Any]:
    for items in iterables:
        yield from items


@stands_for(itertools.accumulate)
def accumulate(iterable: Items, func: Callable[[Any, Any], Any] | None = None, *, initial: Any = None) -> Iterator[Any]:
    if initial is not None:
        total = initial
        yield total
        for x in iterable:
            total = total + x if func is None else func(total, x)
            yield total
    elif has_length(iterable):
        items = iter(iterable)
        if length(iterable) == 0:
            return
        total = next(items)
        yield total
        for x in items:
            total = total + x if func is None else func(total, x)
            yield total
    else:
        begun = False
        for x in iterable:
            if not begun:
                total, begun = x, True
            else:
                total = total + x if func is None else func(total, x)
            yield total


def pairwise(iterable: Items, /) -> Iterator[Any]:
    """pairwise of something that gives its items itself."""
    last: Any
    begun = False
    for x in iterable:
        if begun:
            yield last, x  # noqa: F821
        last, begun = x, True


@stands_for(itertools.starmap)
def starmap(function: Callable[..., Any], iterable: Iterable[Items], /) -> Iterator[Any]:
    for xs in iterable:
        yield function(*xs)


@stands_for(itertools.takewhile)
def takewhile(predicate: Callable[[Any], Any], iterable: Items, /) -> Iterator[Any]:
    for x in iterable:
        if not predicate(x):
            return
        yield x


@stands_for(itertools.dropwhile)
def dropwhile(predicate: Callable[[Any], Any], iterable: Items, /) -> Iterator[Any]:
    dropping = True
    for x in iterable:
        if dropping and predicate(x):
            continue
        dropping = False
        yield x


@stands_for(itertools.compress)
def compress(data: Items, selectors: Items) -> Iterator[Any]:
    for x, chosen in zip(data, selectors):
        if chosen:
            yield x


def islice(items: Items, start: int, stop: int | None, step: int) -> Iterator[Any]:
    """islice of something that gives its items itself."""
    k = 0
    if stop is not None and stop <= start:
        if stop <= 0:
            return
    for x in items:
        if k >= start and (k - start) % step == 0 and (stop is None or k < stop):
            yield x
        k += 1
        if stop is not None and k >= stop:
            return


def product(*pools: Sequence[Any]) -> Iterator[Any]:
    """itertools.product of what has a length."""
    if len(pools) == 0:
        yield ()
    elif len(pools) == 1:
        for x in pools[0]:
            yield (x,)
    else:
        for x in pools[0]:
            for rest in product(*pools[1:]):
                yield (x, *rest)


def combinations(pool: Sequence[Any], r: int, start: int) -> Iterator[Any]:
    """The combinations of r items that stand at `start` or behind it."""
    for i in range(start, len(pool) - r + 1):
        if r == 1:
            yield (pool[i],)
        else:
            for rest in combinations(pool, r - 1, i + 1):
                yield (pool[i], *rest)


def combinations_with_replacement(pool: Sequence[Any], r: int, start: int) -> Iterator[Any]:
    for i in range(start, len(pool)):
        if r == 1:
            yield (pool[i],)
        else:
            for rest in combinations_with_replacement(pool, r - 1, i):
                yield (pool[i], *rest)


def permutations(pool: Sequence[Any], r: int, taken: tuple[int, ...]) -> Iterator[Any]:
    """The permutations of r items, none of which stands at a place that is taken."""
    for i in range(len(pool)):
        if i not in taken:
            if r == 1:
                yield (pool[i],)
            else:
                for rest in permutations(pool, r - 1, (*taken, i)):
                    yield (pool[i], *rest)


def zip_longest(columns: Sequence[Columns], count: int, fillvalue: Any) -> Iterator[Any]:
    """zip_longest of what has a length, `count` being the longest."""
    for k in range(count):
        yield tuple(fillvalue if lacks(column, k) else row(column, k)[0] for column in columns)
