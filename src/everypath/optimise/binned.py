"""Where numbers lie between bounds that change from turn to turn is looked up in bins, which are filled once.

    for 0, m, 1 {(i):                             bins, order, sorted = fill x, m
      a = le low, x                               for 0, m, 1 {(i):
      b = lt x, high                                first, last = from bin low to bin high
      c = and a, b                       →          a = le low, sorted[first:last]
      k = nonzero c                                 b = lt sorted[first:last], high
    }                                               c = and a, b
                                                    k = sort order[first:last][nonzero c]
                                                  }

So a loop over rings, classes or intervals, `for k in range(m): y[label == k].mean()`, looks at the numbers near the bounds and not at all
of them at each turn. A bin has the numbers of one of as many equal intervals as the loop has turns, in their order in `x`. What bin a
number is in never falls as the number grows, so those between the bounds are in the bins of the bounds and between them; all else that
the mask asks is asked of these as it was of `x`. Where it is known ahead which turn looks for which number, it gets them (`shares`), or
what its numbers of other arrays add up to, if that is all that it makes of them, and no decision. Few turns, few numbers and wide bounds
look at all of `x` as before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import reduce

from ..analysis.alias import groups
from ..analysis.effects import Effects
from ..ir.build import Builder
from ..ir.op import DEFINITIONS
from ..ir.program import Function, Op, Program, Value
from ..ir.types import BOOL, I64, ArrayType, ScalarType
from ..ir.walk import copy_ops, ops_in
from ..unchanging import plain_value
from .relax import Flow, followed
from .rewriting import with_function_ops, with_ops, with_regions
from .shares import Shares, asked, begun, bin_of, number, share, shared, totals

Users = Mapping[Value, Sequence[Op]]

TURNS, NUMBERS = 32, 512
"""Of fewer, no bins are filled: that costs about as much as 20 turns that look at everything."""
PART = 8
"""What looks at more than one in so many looks at all."""
ORDERED = {"lt": (0, 1), "le": (0, 1), "gt": (1, 0), "ge": (1, 0)}
"""The positions of the smaller and of the larger operand where one of these is true."""


@plain_value
class Search:
    """A `nonzero` of what is asked of the numbers `x`: true only of some from `low` to `high`. `masks` are the ops that ask.

    `sums` are what it is for, and the number of those found, as far as that is asked for, if all that is made of it is to add up elements
    of arrays from outside. Ahead of the loop there are `bins`, and `shares` where it may be known who asks of which number."""

    op: Op
    x: Value
    low: Value
    high: Value
    masks: tuple[Op, ...]
    sums: tuple[Sum, ...] = ()
    count: Op | None = None
    bins: Bins | None = None
    shares: Shares | None = None

    def known(self) -> list[Op]:
        """What the turn need not do, since there are its sums."""
        if not self.sums or self.shares is None:
            return []
        return [*(op for sum_ in self.sums for op in (sum_.taken, sum_.op)), *([self.count] if self.count is not None else [])]


@plain_value
class Sum:
    """The sum of the elements of an array that are taken where the numbers were found."""

    taken: Op
    op: Op

    @property
    def array(self) -> Value:
        return self.taken.operands[0]


@plain_value
class Bins:
    """The numbers of an array by bins: bin k has `numbers[starts[k] : starts[k + 1]]`, which stood at `order[…]`. Empty unless `filled`."""

    filled: Value
    count: Value
    least: Value
    scale: Value
    starts: Value
    order: Value
    numbers: Value


def binned(program: Program) -> Program:
    """`program` with bins for what its loops look for."""
    looking = [f for f in program if any(op.name == "nonzero" for op in ops_in(f.body))]
    flows = followed(program) if looking else {}
    for f in looking:
        program = program.with_function(with_function_ops(f, Binning(f, flows[f.name]).ops(f.body.ops)))
    return program


class Binning:
    """Rewrites one function."""

    def __init__(self, function: Function, flow: Flow) -> None:
        self.effects, self.flow = Effects(function, groups(function)), flow
        self.users: dict[Value, list[Op]] = defaultdict(list)
        for op in ops_in(function.body):
            for v in dict.fromkeys(op.operands):
                self.users[v].append(op)
        self.spare: set[Op] = set()  # what is known by now

    def ops(self, ops: Sequence[Op]) -> list[Op]:
        """The ops of a region."""
        kept: list[Op] = []
        for op in ops:
            if op in self.spare:
                continue
            searches = self.searches(op) if op.name == "for" else {}
            b = Builder(op.location)
            for x in dict.fromkeys(search.x for search in searches.values()):
                searches |= prepared(b, x, {o: search for o, search in searches.items() if search.x is x}, op)
            kept += b.ops
            self.spare.update(o for search in searches.values() for o in search.known())
            inner = [[new for o in region.ops for new in (looked_up(searches[o], op) if o in searches else [o])] for region in op.regions]
            regions = [with_ops(r, self.ops(found)) for r, found in zip(op.regions, inner, strict=True)]
            kept.append(with_regions(op, regions))
        return kept

    def searches(self, loop: Op) -> dict[Op, Search]:
        """What the turns of a loop look for."""
        found = {op: self.search(op, loop) for op in loop.regions[0].ops if op.name == "nonzero"}
        return {op: search for op, search in found.items() if search is not None}

    def search(self, op: Op, loop: Op) -> Search | None:
        """What a `nonzero` in a turn of `loop` looks for, if that is numbers between bounds among some that stay."""
        masks: list[Op] = []
        x = self.asked(op, op.operands[0], loop, masks)
        if x is None or self.effects.groups.of(x) in self.effects.written_by(loop):
            return None
        lows, highs = bounds(op.operands[0], x, {mask.result: mask for mask in masks})
        if not lows or not highs:
            return None
        return self.summed(Search(op, x, lows[0], highs[0], tuple(reversed(masks))), loop)

    def summed(self, search: Search, loop: Op) -> Search:
        """`search`, with what its turn adds up where that is all that it looks for."""
        users, ops = self.users[search.op.result], loop.regions[0].ops
        counts = [op for op in users if op.name == "dim"]
        sums: list[Sum] = []
        for op in users:
            if op in counts:
                continue
            added = self.users[op.result] if op.name == "gather" and op in ops and len(op.operands) == 2 else []
            if len(added) != 1 or not self.adds_up(op, added[0], loop):
                return search
            if any(o.regions or o.name == "check" for o in ops[ops.index(search.op) : ops.index(op)]):
                return search  # it may be there that it is known to be in range
            sums.append(Sum(op, added[0]))
        return replace(search, sums=tuple(sums), count=counts[0] if counts else None) if sums and len(counts) < 2 else search

    def adds_up(self, taken: Op, op: Op, loop: Op) -> bool:
        """Whether `op` adds up floats that are `taken` from a vector which the loop leaves alone, and nothing is decided on that."""
        array = taken.operands[0]
        if op.name != "sum" or op.attributes["keepdims"] or not is_numbers(array) or not array.type.dtype.is_float:  # type: ignore[union-attr]
            return False
        left_alone = not self.inside(array, loop) and self.effects.groups.of(array) not in self.effects.written_by(loop)
        return left_alone and not self.flow.decided(op.result)

    def asked(self, user: Op, mask: Value, loop: Op, masks: list[Op]) -> Value | None:
        """The one array from outside of `loop` that `mask`, computed in its turns for `user` alone, asks of, element by element."""
        made = self.effects.definers.get(mask)
        if made is None or self.effects.region_of(made) is not loop.regions[0]:
            return mask if is_numbers(mask) and not self.inside(mask, loop) else None
        if DEFINITIONS[made.name].family != "elementwise" or self.users[mask] != [user]:
            return None
        masks.append(made)
        arrays = [v for v in made.operands if isinstance(v.type, ArrayType)]
        found = {self.asked(made, v, loop, masks) for v in arrays}
        return found.pop() if len(found) == 1 else None

    def inside(self, value: Value, loop: Op) -> bool:
        """Whether `value` is made in the turns of `loop`."""
        region = self.effects.home[value]
        while region is not loop.regions[0]:
            if region not in self.effects.owner:
                return False
            region = self.effects.region_of(self.effects.owner[region])
        return True


def is_numbers(value: Value) -> bool:
    return isinstance(value.type, ArrayType) and value.type.rank == 1 and value.type.dtype != BOOL


def bounds(mask: Value, x: Value, made_by: Mapping[Value, Op]) -> tuple[list[Value], list[Value]]:
    """Below which and above which numbers of `x` there are none that the mask is true of."""
    op = made_by.get(mask)
    if op is None:
        return [], []
    if op.name == "and":
        (low, high), (lower, higher) = (bounds(v, x, made_by) for v in op.operands)
        return low + lower, high + higher
    if x not in op.operands or op.name not in ("eq", *ORDERED):
        return [], []
    if op.name == "eq":
        equal = [v for v in op.operands if isinstance(v.type, ScalarType)]
        return equal, equal
    less, more = (op.operands[k] for k in ORDERED[op.name])
    return [less] if isinstance(less.type, ScalarType) else [], [more] if isinstance(more.type, ScalarType) else []


# Filling -------------------------------------------------------------------------------------------------------------


def prepared(b: Builder, x: Value, searches: Mapping[Op, Search], loop: Op) -> dict[Op, Search]:
    """The searches in the turns of a loop for numbers of `x` with what is found ahead of it, if it has turns enough."""
    turns = b.op("abs", b.op("floordiv", b.op("sub", loop.operands[1], loop.operands[0]), loop.operands[2]), name="turns")
    (n,) = b.dims(x)
    enough = b.op("and", b.op("le", b.i64(TURNS), turns), b.op("le", b.i64(NUMBERS), n), name="enough")
    asks = {op: asked(loop, x, op.operands[0], k.masks, k.low, k.high) for op, k in searches.items()}
    arrays = {op: tuple(sum_.array for sum_ in search.sums) for op, search in searches.items()}
    shares = {op: None if some is None else shared(b, some, enough, arrays[op]) for op, some in asks.items()}
    settled = [found.apart for found in shares.values() if found is not None]
    if len(settled) == len(shares):
        enough = b.op("and", enough, b.op("not", reduce(lambda p, q: b.op("and", p, q, name="apart"), settled)), name="enough")
    bins = filled(b, x, n, turns, enough)
    return {op: replace(search, bins=bins, shares=shares[op]) for op, search in searches.items()}


def filled(b: Builder, x: Value, n: Value, turns: Value, enough: Value) -> Bins:
    """The bins of `x`, filled if there are turns and numbers `enough`."""
    names = ("bins", "least", "scale", "starts", "order", "sorted")
    made = b.if_(enough, lambda i: fill(i, x, n, turns), lambda i: nothing(i, x), names=names)
    return Bins(enough, *made)


def nothing(b: Builder, x: Value) -> list[Value]:
    """As many values as `fill` gives."""
    empty, zero = b.i64(0), b.f64(0.0)
    arrays = [b.op("alloc", empty, dtype=dtype, name="none") for dtype in ("i64", "i64", dtype_of(x))]
    return [empty, zero, zero, *arrays]


def fill(b: Builder, x: Value, n: Value, turns: Value) -> list[Value]:
    """As many bins as turns, at most as many as numbers; their numbers in the order of `x`."""
    bins = b.op("minimum", turns, n, name="bins")
    least = number(b, b.op("load", x, b.op("argmin", x, axis=0), name="least"))
    most = number(b, b.op("load", x, b.op("argmax", x, axis=0), name="most"))
    scale = b.op("div", b.op("cast", bins, dtype="f64"), b.op("sub", most, least), name="scale")
    starts = b.op("full", b.i64(0), b.op("add", bins, b.i64(1), overflow="never"), name="starts")
    order, numbers = b.op("alloc", n, dtype="i64", name="order"), b.op("alloc", n, dtype=dtype_of(x), name="sorted")

    def bin_at(i: Builder, j: Value) -> tuple[Value, Value]:
        v = i.op("load", x, j, name=x.name)
        return v, bin_of(i, number(i, v), least, scale, bins)

    def count(i: Builder, j: Value) -> tuple[()]:
        i.do("accumulate", i.i64(1), starts, bin_at(i, j)[1])
        return ()

    def place(i: Builder, j: Value) -> tuple[()]:
        v, k = bin_at(i, j)
        at = i.op("load", ends, k, name="at")
        i.do("store", j, order, at)
        i.do("store", v, numbers, at)
        i.do("store", i.op("add", at, i.i64(1), overflow="never"), ends, k)
        return ()

    b.loop(n, count, iv="j")
    ends = begun(b, starts, bins)
    b.loop(n, place, iv="j")
    return [bins, least, scale, starts, order, numbers]


def dtype_of(x: Value) -> str:
    assert isinstance(x.type, ArrayType)
    return x.type.dtype.name


# Looking up ----------------------------------------------------------------------------------------------------------


def looked_up(search: Search, loop: Op) -> list[Op]:
    """What a turn of `loop` looks for: its share, or from the bins."""
    b, shares = Builder(search.op.location), search.shares
    if shares is None:
        found_in(b, search)
    elif search.sums:
        return [added_up(b, search, shares, loop)]
    else:
        b.if_(shares.apart, lambda i: [share(i, shares, loop)], lambda i: [found_in(i, search)], names=(search.op.result.name,))
    return [*b.ops[:-1], replace(b.ops[-1], results=search.op.results)]


def added_up(b: Builder, search: Search, shares: Shares, loop: Op) -> Op:
    """The sums of what a turn of `loop` looks for, and the number of these."""

    def taken(i: Builder) -> list[Value]:
        found = found_in(i, search)
        sums = [i.op("sum", i.op("gather", s.array, found, name=s.taken.result.name), **s.op.attributes) for s in search.sums]
        return [i.op("dim", found, axis=0, name="count"), *sums]

    results = [s.op.result for s in search.sums]
    b.if_(shares.apart, lambda i: totals(i, shares, loop, [v.type for v in results]), taken, names=("count", *(v.name for v in results)))
    count = search.count.result if search.count is not None else Value("count", I64)
    return replace(b.ops[-1], results=(count, *results))


def found_in(b: Builder, search: Search) -> Value:
    """What `search` looks for, in the bins from that of the lower to that of the upper bound if these have few numbers."""
    bins = search.bins
    assert bins is not None
    (n,) = b.dims(search.x)
    start, count = b.if_(bins.filled, lambda i: between(i, bins, search), lambda i: (i.i64(0), n), names=("start", "count"))
    few = b.op("lt", b.op("mul", count, b.i64(PART), overflow="never"), n, name="few")

    def near(i: Builder) -> list[Value]:
        numbers = i.op("view", bins.numbers, start, count, axes="u", name=search.x.name)
        order = i.op("view", bins.order, start, count, axes="u", name="order")
        found = i.op("gather", order, asked_of(i, numbers, search), name=search.op.result.name)
        return list(i.if_(falls(i, found), lambda j: [j.op("sort", found, axis=0)], lambda j: [found], names=(found.name,)))

    return b.if_(few, near, lambda i: [asked_of(i, search.x, search)], names=(search.op.result.name,))[0]


def between(b: Builder, bins: Bins, search: Search) -> list[Value]:
    """Where the bin of the lower bound starts, and how many numbers are from there to the end of that of the upper one."""
    first, last = (bin_of(b, number(b, v), bins.least, bins.scale, bins.count) for v in (search.low, search.high))
    end = b.op("load", bins.starts, b.op("add", last, b.i64(1), overflow="never"), name="end")
    start = b.op("load", bins.starts, first, name="start")
    return [start, b.op("maximum", b.op("sub", end, start, overflow="never", name="count"), b.i64(0))]


def falls(b: Builder, places: Value) -> Value:
    """Whether some place is before the one that stands ahead of it: of a single bin none is."""
    pairs = b.op("maximum", b.op("sub", *b.dims(places), b.i64(1)), b.i64(0), name="pairs")

    def rises(i: Builder, k: Value) -> list[Value]:
        after = i.op("load", places, i.op("add", k, i.i64(1), overflow="never"), name="after")
        return [i.op("lt", i.op("load", places, k, name="place"), after, name="rises")]

    return b.op("not", *b.map_([pairs], ["all"], rises), name="falls")


def asked_of(b: Builder, numbers: Value, search: Search) -> Value:
    """Where `numbers` are what is looked for."""
    env = {search.x: numbers}
    b.ops += copy_ops(search.masks, env)
    return b.op("nonzero", env[search.op.operands[0]], name=search.op.result.name)
