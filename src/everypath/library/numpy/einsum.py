"""np.einsum as products of matrices.

Which operands meet in which order, and which of their axes become the rows, the columns and the batches of a product, follows from the
subscripts alone and is computed when a call is compiled; what is lowered is the chosen products. As in Smith & Gray, opt_einsum: A Python
package for optimizing contraction order for einsum-like expressions, Journal of Open Source Software 3 (2018), two operands meet at a
time, here those whose product takes the fewest nested loops.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from ..intrinsics import refuse
from ..registry import computed, stands_for

HIDDEN = 0xE000
"""The label of the last axis that an ellipsis stands for; those before it follow."""


@stands_for(np.einsum)
def einsum(*operands: Any, out: Any = None, optimize: Any = False, dtype: Any = None, order: str = "K", casting: str = "safe") -> Any:
    """Σ over the axes that the subscripts of the result do not name."""
    if out is not None:
        out[...] = einsum(*operands, optimize=optimize, dtype=dtype)
        return out
    if isinstance(operands[0], str):
        subscripts, given = operands[0], operands[1:]
    else:
        subscripts, given = written(operands)
    arrays = [np.asarray(x) if dtype is None else np.asarray(x).astype(dtype) for x in given]
    path = optimize if isinstance(optimize, (list, tuple)) else ()
    reductions, meetings, last = plan(subscripts, tuple([x.ndim for x in arrays]), path)
    for k, diagonals, gone in reductions:
        arrays[k] = alone(arrays[k], diagonals, gone)
    for i, j, pairing in meetings:
        second = arrays.pop(j)
        first = arrays.pop(i)
        arrays.append(product(first, second, *pairing))
    if last is not None:
        return np.transpose(arrays[0], last)
    return np.asarray(arrays[0]) if optimize and len(meetings) > 0 and meetings[-1][2][-1] > 0 else arrays[0]


@stands_for(np.einsum_path)
def einsum_path(*operands: Any, optimize: Any = "greedy", einsum_call: bool = False) -> Any:
    """Which operands NumPy would multiply in which order."""
    if isinstance(operands[0], str):
        subscripts, given = operands[0], operands[1:]
    else:
        subscripts, given = written(operands)
    return path_of(subscripts, tuple([np.asarray(x).shape for x in given]), optimize)


@computed("the shapes that np.einsum_path is given")
def path_of(subscripts: str, shapes: tuple[Any, ...], optimize: Any) -> Any:
    return np.einsum_path(subscripts, *(np.broadcast_to(0.0, shape) for shape in shapes), optimize=optimize)


def written(operands: tuple[Any, ...]) -> tuple[str, Any]:
    """Operands with lists of labels behind them, as subscripts and operands."""
    if len(operands) % 2 == 1:
        return from_lists((*operands[1::2], operands[-1]), len(operands) // 2), operands[:-1:2]
    return from_lists(operands[1::2], len(operands) // 2), operands[::2]


def alone(x: Any, diagonals: tuple[tuple[int, int], ...], gone: tuple[int, ...]) -> Any:
    """Diagonals of `x`, summed over some axes."""
    for first, second in diagonals:
        if x.shape[first] != x.shape[second]:
            raise ValueError("dimensions in single operand for collapsing index don't match")
        x = np.diagonal(x, 0, first, second)
    return summed(x, gone) if len(gone) > 0 else x


def summed(x: Any, axes: tuple[int, ...]) -> Any:
    """The sum in the dtype of `x`; of booleans whether one holds."""
    return np.any(x, axis=axes) if x.dtype == np.bool_ else np.sum(x, axis=axes, dtype=x.dtype)


def product(
    x: Any, y: Any, shared: tuple[tuple[int, int], ...], orders: tuple[Any, Any], gone: Any, batch: int, rows: int, columns: int, over: int
) -> Any:
    """Σ x·y over the last axes of `x`, which are those of `y` behind the batches; or over the axes `gone` of both."""
    for k, m in shared:
        if x.shape[k] != y.shape[m] and (x.shape[k] == 1 or y.shape[m] == 1):
            refuse("np.einsum sums over an axis of length 1 beside a longer one", "repeat it with np.broadcast_to")
        if x.shape[k] != y.shape[m]:
            raise ValueError("operands could not be broadcast together with remapped shapes")
    if orders[0] is not None:
        x = np.transpose(x, orders[0])
    if orders[1] is not None:
        y = np.transpose(y, orders[1])
    if gone is not None:
        return summed(x * y, gone)
    outer = x.shape[batch : batch + rows], y.shape[batch + over :]
    if over == 0:
        return x.reshape(x.shape + (1,) * columns) * y.reshape(y.shape[:batch] + (1,) * rows + outer[1])
    if rows > 1 or over > 1:
        x = x.reshape(x.shape[:batch] + (size(outer[0]),) * min(rows, 1) + (size(x.shape[batch + rows :]),))
    if columns > 1 or over > 1:
        y = y.reshape(y.shape[:batch] + (size(y.shape[batch : batch + over]),) + (size(outer[1]),) * min(columns, 1))
    if batch > 0 and rows == 0:
        x = x[..., None, :]
    if batch > 0 and columns == 0:
        y = y[..., None]
    out = x @ y
    if rows < 2 and columns < 2 and (batch == 0 or rows + columns == 2):
        return out
    return out.reshape(out.shape[:batch] + outer[0] + outer[1])


def size(shape: tuple[int, ...]) -> int:
    """How many elements an array of this shape has."""
    n = 1
    for k in shape:
        n = n * k
    return n


# What follows from the subscripts --------------------------------------------------------------------------------------


@computed("the subscripts of np.einsum")
def from_lists(sublists: tuple[Any, ...], count: int) -> str:
    """Subscripts given as lists of integers, as text."""

    def letter(item: Any) -> str:
        return "..." if item is Ellipsis else chr(ord("A") + item if item < 26 else ord("a") + item - 26)

    texts = ["".join(letter(item) for item in labels) for labels in sublists]
    return ",".join(texts[:count]) + "".join(f"->{text}" for text in texts[count:])


@computed("the subscripts of np.einsum")
def plan(subscripts: str, ranks: tuple[int, ...], path: Any) -> tuple[Any, Any, Any]:
    """For some operands: which, the diagonals to take, the axes to sum over. Then which two operands meet, and how, for each product.
    Last the order of the axes in the end, None where it is right."""
    terms, result = labels_of(subscripts, ranks)
    reductions = []
    for k, own in enumerate(terms):
        diagonals, left = diagonals_of(own)
        wanted = set(result).union(*terms[:k], *terms[k + 1 :])
        gone = tuple(at for at, label in enumerate(left) if label not in wanted)
        if diagonals or gone:
            reductions.append((k, diagonals, gone))
        terms[k] = "".join(label for label in left if label in wanted)
    wished = [tuple(step) for step in path[1:]]
    meetings = []
    while len(terms) > 1:
        i, j = sorted(wished.pop(0)) if wished and len(wished[0]) == 2 else cheapest(terms, result)
        left, right = terms[i], terms[j]
        wanted = set(result).union(*(t for k, t in enumerate(terms) if k not in (i, j)))
        pairing, label = paired(left, right, wanted)
        meetings.append((i, j, pairing))
        terms = [*(t for k, t in enumerate(terms) if k not in (i, j)), label]
    last = tuple(terms[0].index(label) for label in result)
    return tuple(reductions), tuple(meetings), None if last == tuple(range(len(last))) else last


def labels_of(subscripts: str, ranks: tuple[int, ...]) -> tuple[list[str], str]:
    """The labels of each operand and of the result."""
    left, arrow, result = subscripts.replace(" ", "").partition("->")
    parts = left.split(",")
    if len(parts) != len(ranks):
        count = "fewer" if len(parts) > len(ranks) else "more"
        raise ValueError(f"{count} operands provided to einstein sum function than specified in the subscripts string")
    terms = [labels_of_one(part, rank) for part, rank in zip(parts, ranks, strict=True)]
    every = "".join(terms)
    hidden = "".join(sorted({label for label in every if ord(label) >= HIDDEN}, reverse=True))
    if not arrow:
        return terms, hidden + "".join(sorted(label for label in set(every) if ord(label) < HIDDEN and every.count(label) == 1))
    if hidden and "..." not in result:
        raise ValueError("output has no ellipsis, and an operand has broadcast dimensions")
    result = result.replace("...", hidden)
    if len(set(result)) != len(result):
        raise ValueError("einstein sum subscripts string includes output subscript multiple times")
    if not set(result) <= set(every):
        raise ValueError("einstein sum subscripts string included output subscript which never appeared in an input")
    return terms, result


def labels_of_one(part: str, rank: int) -> str:
    """The labels of one operand."""
    before, dots, after = part.partition("...")
    named = before + after
    if not all(label.isalpha() and label.isascii() for label in named):
        raise ValueError("invalid subscript in einstein sum subscripts string, subscripts must be letters")
    if len(named) > rank or (not dots and len(named) < rank):
        raise ValueError("einstein sum subscripts string does not have as many subscripts as an operand has dimensions")
    return before + "".join(chr(HIDDEN + k) for k in reversed(range(rank - len(named)))) + after


def diagonals_of(own: str) -> tuple[tuple[tuple[int, int], ...], str]:
    """The axes whose diagonals are taken, one after another, and the labels then: a diagonal is the last axis."""
    found = []
    while len(set(own)) < len(own):
        label = next(label for label in own if own.count(label) > 1)
        first = own.index(label)
        second = own.index(label, first + 1)
        found.append((first, second))
        own = own[:first] + own[first + 1 : second] + own[second + 1 :] + label
    return tuple(found), own


def cheapest(terms: list[str], result: str) -> tuple[int, int]:
    """Which two operands have the product that takes the fewest loops, and then the fewest axes; one without a sum counts a loop more."""

    def cost(pair: tuple[int, int]) -> tuple[int, int]:
        both = set().union(*(terms[k] for k in pair))
        kept = both & set(result).union(*(t for k, t in enumerate(terms) if k not in pair))
        return len(both) + (len(kept) == len(both)), len(kept)

    return min(combinations(range(len(terms)), 2), key=cost)


def paired(left: str, right: str, wanted: set[str]) -> tuple[tuple[Any, ...], str]:
    """How two operands are multiplied (the arguments of `product`), and the labels of what comes out."""
    batch = "".join(label for label in left if label in right and label in wanted)
    over = "".join(label for label in left if label in right and label not in wanted)
    rows = "".join(label for label in left if label not in right)
    columns = "".join(label for label in right if label not in left)
    shared = tuple((left.index(label), right.index(label)) for label in over)
    orders, gone = (in_order(left, batch + rows + over), in_order(right, batch + over + columns)), None
    if batch and over and not rows and not columns:  # no matrices meet: all stays as it lies
        orders, gone = (None, in_order(right, left)), tuple(left.index(label) for label in over)
    return (shared, orders, gone, len(batch), len(rows), len(columns), len(over)), batch + rows + columns


def in_order(labels: str, wanted: str) -> tuple[int, ...] | None:
    """The order of the axes that makes `wanted` of `labels`; None where they are that."""
    return None if labels == wanted else tuple(labels.index(label) for label in wanted)
