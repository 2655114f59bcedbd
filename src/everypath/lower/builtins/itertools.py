"""itertools and functools.reduce: known items are put together at once, counted ones by their position, the rest by the library's texts."""

from __future__ import annotations

import ast
import functools
import inspect
import itertools
import operator
from collections.abc import Callable
from typing import Any

from ...ir.program import Value
from ...ir.types import I64
from ...library import STANDS_FOR
from ...library.python import iterators as texts
from ...library.python.mathematics import dist
from ...structure import MAX_LEAVES
from ..frame import Frame
from ..outside import never
from ..python import mathematics
from ..python.indices import as_index, converted, integral
from ..python.iterables import Counted, Iterable, Known, Numbers, Stream, iterator, length, number_at, range_length
from ..python.iteration import counted, iterable
from ..python.operators import binary
from ..text import library
from ..text.comprehension import realised
from ..text.handed import handed, iterator_over, listed, quietly, unnoticed_in_turns
from ..values import NONE, Abstract, Iterator, Range, Scalar, Tuple, is_none
from .extremes import keyed
from .iterators import columns, item_at
from .registry import TABLE, Handler, builtin, refuse_call
from .sorting import gathered

FOREVER = 2**63 - 1
"""How many items there are of what never ends."""

MOST = MAX_LEAVES
"""So many combinations of known items are put together one by one."""


def by_text(function: Any, text: Callable[..., Any]) -> Handler:
    """A handler that lowers the library's text for a function."""
    signature = inspect.signature(text)

    def handler(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        try:
            signature.bind(*args, **kwargs)
        except TypeError:
            refuse_call(c, node, function, args, kwargs)
        return library.call(c, text, args, kwargs, node)

    return handler


TEXTS: tuple[Callable[..., Any], ...] = (*STANDS_FOR.values(), texts.given_by, texts.by_position, texts.rotate, dist)
STANDING: dict[Any, Callable[..., Any]] = {**STANDS_FOR, **{text: text for text in TEXTS}}
for _function, _text in STANDING.items():
    if _function not in mathematics.TABLE and not isinstance(_text, type):
        TABLE[_function] = by_text(_function, _text)


# Counted --------------------------------------------------------------------------------------------------------------


@builtin(itertools.count, most=2, options=("start", "step"))
def lower_count(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    first = args[0] if args else kwargs.get("start", c.integer(0))
    step = args[1] if len(args) == 2 else kwargs.get("step", c.integer(1))

    def item(k: Any) -> Abstract:
        return binary(c, node, "+", first, binary(c, node, "*", step, Scalar(k, "int")))

    def known(k: int) -> Abstract:
        return binary(c, node, "+", first, binary(c, node, "*", step, c.integer(k)))

    return iterator_over(c, Counted(c.b.i64(FOREVER), item, endless=True, known=known))


@builtin(itertools.pairwise, least=1)
def lower_pairwise(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """Each item beside the next one: counted where the items are."""
    x = c.present(args[0], node)
    items = iterable(c, TABLE[list](c, node, [x], {}) if isinstance(x, Iterator) else x, node)
    if isinstance(items, Known):
        known = items.current()
        return iterator(c, Known(tuple(map(Tuple, itertools.pairwise(known)))))
    if isinstance(items, Stream):
        return library.call(c, texts.pairwise, [iterator(c, items)], {}, node)
    several = counted(c, items)
    assert isinstance(several, Counted)
    b = c.b
    pairs = b.op("maximum", b.op("sub", several.count, b.i64(1)), b.i64(0), name="pairs")
    beside = lambda k: Tuple((several.item(k), several.item(c.b.op("add", k, c.b.i64(1), name="next"))))  # noqa: E731
    return iterator(c, Counted(pairs, beside))


@builtin(itertools.repeat, least=1, most=2, options=("times",))
def lower_repeat(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    times = args[1] if len(args) == 2 else kwargs.get("times")
    if times is None:
        return iterator(c, Counted(c.b.i64(FOREVER), lambda k: args[0], endless=True))
    times = as_index(c, times, node)
    if times.is_static and times.static <= MOST:
        return iterator(c, Known((args[0],) * max(0, int(times.static))))
    return iterator(c, Counted(c.b.op("maximum", c.as_type(times, I64), c.b.i64(0), name="times"), lambda k: args[0]))


@builtin(itertools.cycle, least=1)
def lower_cycle(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """The items again and again; what is found one by one is made a list first."""
    items = counted(c, iterable(c, args[0], node))
    n = length(c, items)
    if n.is_static and n.static == 0:
        return iterator(c, Known(()))

    def again(k: Value) -> Abstract:
        return item_at(c, node, items, Scalar(c.b.op("mod", k, n.value, name="place"), "int"))

    endless = c.b.i64(FOREVER) if n.is_static else c.b.op("select", c.b.op("gt", n.value, c.b.i64(0)), c.b.i64(FOREVER), c.b.i64(0))
    known = (lambda k: items.item(k % len(items.items))) if isinstance(items, Known) else None
    return iterator_over(c, Counted(endless, again, endless=n.is_static, known=known))


@builtin(itertools.islice, least=2, most=4)
def lower_islice(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    start, stop, step = (NONE, args[1], NONE) if len(args) == 2 else (*args[1:], NONE)[:3]
    words = (BOUNDS, BOUNDS, STEP) if len(args) > 2 else (BOUNDS, STOP, STEP)
    start, stop, step = (place(c, x, least, said, node) for x, least, said in zip((start, stop, step), (0, 0, 1), words, strict=True))
    start, step = (c.integer(k) if is_none(x) else x for k, x in ((0, start), (1, step)))
    items = iterable(c, args[0], node)
    parts = [x for x in (start, stop, step) if isinstance(x, Scalar)]
    if isinstance(items, Known) and all(x.is_static for x in parts):
        places = range(len(items.items))[slice(*(None if is_none(x) else x.static for x in (start, stop, step)))]  # type: ignore[attr-defined]
        return iterator(c, Known(tuple(items.items[k] for k in places), lambda k: items.item(places[k])))
    if isinstance(items, (Counted, Numbers)) and isinstance(start, Scalar) and isinstance(step, Scalar):
        return iterator(c, part(c, counted(c, items), start, stop, step))
    return library.call(c, texts.islice, [iterator(c, items), start, stop, step], {}, node)


def place(c: Frame, x: Abstract, least: int, said: str, node: ast.AST) -> Abstract:
    """A bound or the step of islice: None or an integer of this size at least, else a ValueError that says so."""
    if is_none(x):
        return x
    x = converted(c, c.present(x, node), node)
    if not isinstance(x, Scalar) or not integral(x) or (x.is_static and x.static < least):
        return never(c, node, ValueError, said)
    if not x.is_static:
        c.check(c.b.op("ge", x.value, c.b.constant(least, x.type)), ValueError, said)
    return x


STOP = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize."
STEP = "Step for islice() must be a positive integer or None."
BOUNDS = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize."


def part(c: Frame, items: Known | Counted, start: Scalar, stop: Abstract, step: Scalar) -> Iterable:
    """Every `step`-th item from `start` to before `stop`."""
    assert isinstance(items, Counted)
    b = c.b
    end = items.count if not isinstance(stop, Scalar) else b.op("minimum", items.count, stop.value, name="stop")
    reach = Range(start, Scalar(end, "int"), step)
    return Counted(range_length(c, reach).value, lambda k: items.item(number_at(c, reach, k).value))


# Put together ---------------------------------------------------------------------------------------------------------


def sequence(c: Frame, x: Abstract, node: ast.AST) -> Abstract:
    """Something that can be gone over again and indexed: what gives its items once as a list."""
    found = realised(c, x)
    if isinstance(found, (Counted, Numbers, Iterator)):
        items = iterable(c, found, node)
        if isinstance(items, Counted) and items.endless:
            c.refuse(node, "what never ends has no product and no combinations", "take a part of it with islice")
        return Tuple(items.current()) if isinstance(items, Known) else listed(c, items, node)
    return found


def known_pools(c: Frame, xs: list[Abstract], node: ast.AST) -> list[tuple[Abstract, ...]] | None:
    """The items of all, where every one is a container of known items."""
    pools = [iterable(c, x, node) for x in xs]
    return [p.current() for p in pools if isinstance(p, Known)] if all(isinstance(p, Known) for p in pools) else None


@builtin(itertools.product, most=64, options=("repeat",))
def lower_product(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    times = int(c.static(kwargs["repeat"], "the option 'repeat'", node)) if "repeat" in kwargs else 1
    pools = [sequence(c, x, node) for x in args] * times
    known = known_pools(c, pools, node)
    if known is not None and functools.reduce(lambda n, pool: n * len(pool), known, 1) <= MOST:
        return iterator(c, Known(tuple(Tuple(row) for row in itertools.product(*known))))
    if known is not None:
        pools = [uniform(c, pool, items, node) for pool, items in zip(pools, known, strict=True)]
    return library.call(c, texts.product, pools, {}, node)


def uniform(c: Frame, pool: Abstract, items: tuple[Abstract, ...], node: ast.AST) -> Abstract:
    """Many known items as a list that is indexed when the function runs."""
    return pool if isinstance(pool, Range) else gathered(c, node, items)


def choosing(c: Frame, node: ast.AST, args: list[Abstract], function: Any, text: Callable[..., Any], first: Abstract) -> Abstract:
    """Combinations and permutations of r items."""
    pool = sequence(c, args[0], node)
    r = int(c.static(args[1], f"how many items {function.__name__}() takes", node))
    if r < 0:
        return never(c, node, ValueError, "r must be non-negative")
    known = known_pools(c, [pool], node)
    if known is not None:
        chosen = list(itertools.islice(function(known[0], r), MOST + 1))
        if len(chosen) <= MOST:
            return iterator(c, Known(tuple(map(Tuple, chosen))))
        pool = uniform(c, pool, known[0], node)
    if r == 0:
        return iterator(c, Known((Tuple(()),)))
    return library.call(c, text, [pool, c.integer(r), first], {}, node)


@builtin(itertools.combinations, least=2, most=2)
def lower_combinations(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return choosing(c, node, args, itertools.combinations, texts.combinations, c.integer(0))


@builtin(itertools.combinations_with_replacement, least=2, most=2)
def lower_with_replacement(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    return choosing(c, node, args, itertools.combinations_with_replacement, texts.combinations_with_replacement, c.integer(0))


@builtin(itertools.permutations, least=1, most=2)
def lower_permutations(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    if len(args) == 1 or is_none(args[1]):
        pool = sequence(c, args[0], node)
        if isinstance(pool, Range):
            parts = (c.static(part, "a range that permutations() takes", node) for part in (pool.start, pool.stop, pool.step))
            return lower_permutations(c, node, [pool, c.integer(len(range(*parts)))], kwargs)
        known = known_pools(c, [pool], node)
        if known is None:
            c.refuse(node, "permutations of a sequence whose length is not known are not supported", "say how many items to take")
        args = [Tuple(known[0]), c.integer(len(known[0]))]
    return choosing(c, node, args, itertools.permutations, texts.permutations, Tuple(()))


@builtin(itertools.groupby, least=1, most=2, options=("key",))
def lower_groupby(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """Known items by keys that are known."""
    key = args[1] if len(args) == 2 else kwargs.get("key")
    items = counted(c, iterable(c, args[0], node))
    if not isinstance(items, Known):
        c.refuse(node, "groupby of a sequence whose length is not known is not supported", "write the loop")
    keyed_items = [(c.static(keyed(c, key, item, node), "the key of a group", node), item) for item in items.current()]
    groups = [(k, tuple(item for _, item in group)) for k, group in itertools.groupby(keyed_items, key=operator.itemgetter(0))]
    return iterator(c, Known(tuple(Tuple((c.constant(k), iterator_over(c, Tuple(group)))) for k, group in groups)))


@builtin(itertools.tee, least=1, most=2, options=("n",))
def lower_tee(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    n = args[1] if len(args) == 2 else kwargs.get("n", c.integer(2))
    items = handed(c, args[0], node)
    items = items.items if isinstance(items, Iterator) else items
    return Tuple(tuple(iterator_over(c, items) for _ in range(c.static(n, "how many iterators tee() makes", node))))


@builtin(itertools.zip_longest, most=64, options=("fillvalue",))
def lower_zip_longest(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    fill = kwargs.get("fillvalue", NONE)
    given = [iterable(c, x, node) for x in args]
    parts = [counted(c, quietly(c, x, node)) for x in given]
    known = [x for x in parts if isinstance(x, Known)]
    if len(known) == len(given) and not any(isinstance(x, Stream) for x in given):
        rows = itertools.zip_longest(*(x.current() for x in known), fillvalue=fill)
        now = lambda k: Tuple(tuple(x.item(k) if k < len(x.items) else fill for x in known))  # noqa: E731
        return iterator(c, Known(tuple(map(Tuple, rows)), now))
    longest = length(c, parts[0])
    for x in parts[1:]:
        longest = Scalar(c.b.op("maximum", longest.value, length(c, x).value, name="longest"), "int")
    beside = Tuple(tuple(columns(c, [x]) for x in parts))
    made = iterable(c, library.call(c, texts.zip_longest, [beside, longest, fill], {}, node), node)
    return iterator(c, unnoticed_in_turns(c, made, given, node))
