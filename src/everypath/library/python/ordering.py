"""heapq and bisect: the items are compared in the order in which CPython compares them."""

from __future__ import annotations

import bisect
import heapq
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..registry import stands_for

Key = Callable[[Any], Any] | None


# heapq ----------------------------------------------------------------------------------------------------------------


def up(heap: list[Any], start: int, place: int) -> None:
    """The item at `place` moves towards `start` as long as it is smaller than its parent."""
    item = heap[place]
    while place > start:
        parent = heap[(place - 1) >> 1]
        if not item < parent:
            break
        heap[place] = parent
        place = (place - 1) >> 1
    heap[place] = item


def down(heap: list[Any], place: int) -> None:
    """The item at `place` moves to a leaf, below the smaller children, and from there up again."""
    end = len(heap)
    start = place
    item = heap[place]
    child = 2 * place + 1
    while child < end:
        right = child + 1
        if right < end and not heap[child] < heap[right]:
            child = right
        heap[place] = heap[child]
        place = child
        child = 2 * place + 1
    heap[place] = item
    up(heap, start, place)


@stands_for(heapq.heappush)
def heappush(heap: list[Any], item: Any, /) -> None:
    heap.append(item)
    up(heap, 0, len(heap) - 1)


@stands_for(heapq.heappop)
def heappop(heap: list[Any], /) -> Any:
    if len(heap) == 0:
        raise IndexError("index out of range")
    last = heap.pop()
    if len(heap) > 0:
        first = heap[0]
        heap[0] = last
        down(heap, 0)
        return first
    return last


@stands_for(heapq.heapreplace)
def heapreplace(heap: list[Any], item: Any, /) -> Any:
    if len(heap) == 0:
        raise IndexError("index out of range")
    first = heap[0]
    heap[0] = item
    down(heap, 0)
    return first


@stands_for(heapq.heappushpop)
def heappushpop(heap: list[Any], item: Any, /) -> Any:
    if len(heap) > 0 and heap[0] < item:
        first = heap[0]
        heap[0] = item
        down(heap, 0)
        return first
    return item


@stands_for(heapq.heapify)
def heapify(heap: list[Any], /) -> None:
    for place in range(len(heap) // 2 - 1, -1, -1):
        down(heap, place)


@stands_for(heapq.nsmallest)
def nsmallest(n: int, iterable: Iterable[Any], key: Key = None) -> list[Any]:
    return sorted(iterable, key=key)[:n]


@stands_for(heapq.nlargest)
def nlargest(n: int, iterable: Iterable[Any], key: Key = None) -> list[Any]:
    return sorted(iterable, key=key, reverse=True)[:n]


@stands_for(heapq.merge)
def merge(*iterables: Iterable[Any], key: Key = None, reverse: bool = False) -> Any:
    yield from sorted(itertools.chain(*iterables), key=key, reverse=reverse)


# bisect ---------------------------------------------------------------------------------------------------------------


@stands_for(bisect.bisect_left)
def bisect_left(a: Sequence[Any], x: Any, lo: int = 0, hi: int | None = None, *, key: Key = None) -> int:
    if lo < 0:
        raise ValueError("lo must be non-negative")
    low, high = lo, len(a) if hi is None else hi
    while low < high:
        middle = (low + high) // 2
        if (a[middle] if key is None else key(a[middle])) < x:
            low = middle + 1
        else:
            high = middle
    return low


@stands_for(bisect.bisect_right, bisect.bisect)
def bisect_right(a: Sequence[Any], x: Any, lo: int = 0, hi: int | None = None, *, key: Key = None) -> int:
    if lo < 0:
        raise ValueError("lo must be non-negative")
    low, high = lo, len(a) if hi is None else hi
    while low < high:
        middle = (low + high) // 2
        if x < (a[middle] if key is None else key(a[middle])):
            high = middle
        else:
            low = middle + 1
    return low


@stands_for(bisect.insort_left)
def insort_left(a: list[Any], x: Any, lo: int = 0, hi: int | None = None, *, key: Key = None) -> None:
    a.insert(bisect_left(a, x if key is None else key(x), lo, hi, key=key), x)


@stands_for(bisect.insort_right, bisect.insort)
def insort_right(a: list[Any], x: Any, lo: int = 0, hi: int | None = None, *, key: Key = None) -> None:
    a.insert(bisect_right(a, x if key is None else key(x), lo, hi, key=key), x)
