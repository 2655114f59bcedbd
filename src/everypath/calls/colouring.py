"""Colourings of a sparsity pattern: columns of one colour are found by one sweep, because no row holds two of them.

    1 1 .        columns 0 and 2 share no row: colours 0 1 0, and two sweeps instead of three
    . 1 1

Columns (or, of the transposed pattern, rows) one after the other, each with the least colour that is free: Curtis, Powell & Reid,
On the estimation of sparse Jacobian matrices (1974). Of a symmetric matrix a star colouring is enough, which needs fewer, as each
entry is found twice: Coleman & Moré (1984); Gebremedhin, Manne & Pothen, What color is your Jacobian? (SIAM Review 2005), algorithm 6.1.

The loops are plain Python: over large patterns they run compiled, by everypath itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .gradients import Compiled
from .patterns import Integers, Pattern

LARGE = 200_000
"""Steps of a loop over a pattern from which compiling it pays."""

NONE = -1


def fewest(pattern: Pattern) -> int:
    """So many colours the columns need at least."""
    return int(np.max(np.diff(pattern.starts), initial=0))


def of_columns(pattern: Pattern) -> Integers:
    """A colour for each column, from 0 on: different ones where a row holds both."""
    if fewest(pattern) == pattern.width:
        return np.arange(pattern.width)
    other = pattern.transposed
    colours = np.full(pattern.width, NONE)
    taken = np.full(pattern.width + 1, NONE)
    loop(partial_distance_two, pattern)(pattern.starts, pattern.columns, other.starts, other.columns, colours, taken)
    return colours


def of_symmetric(pattern: Pattern) -> Integers:
    """A star colouring of a symmetric pattern: every path over four columns has three colours, one over two has two.

    Columns with very many neighbours get colours that no other has: what is between them is then no matter of theirs.
    """
    rows, columns = pattern.rows, pattern.columns
    off = rows != columns
    alone = hubs(np.bincount(rows[off], minlength=pattern.width))
    kept = off & ~alone[rows] & ~alone[columns]
    graph = Pattern.of_pairs(rows[kept], columns[kept], pattern.height, pattern.width)
    colours = np.full(pattern.width, NONE)
    colours[alone] = np.arange(np.count_nonzero(alone))
    taken = np.full(2 * pattern.width + 1, NONE)
    loop(star, pattern)(graph.starts, graph.columns, colours, taken, np.count_nonzero(alone))
    return colours


def hubs(degrees: Integers) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """The few columns of the highest degrees, if without them the next highest is so much lower that both together are fewest."""
    order = np.argsort(-degrees, kind="stable")
    cost = np.arange(len(degrees)) + degrees[order]
    chosen = np.zeros(len(degrees), bool)
    if len(degrees):
        chosen[order[: int(np.argmin(cost))]] = True
    return chosen


def loop(function: Callable[..., None], pattern: Pattern) -> Callable[..., None]:
    """The loop over a pattern, compiled where that is large."""
    return function if np.sum(np.diff(pattern.starts) ** 2) < LARGE else compiled.setdefault(function, Compiled("compile", function))


compiled: dict[Callable[..., None], Compiled[..., None]] = {}


def partial_distance_two(starts: Integers, columns: Integers, above: Integers, rows: Integers, colours: Integers, taken: Integers) -> None:
    """Colour the columns of a pattern, given by rows and by columns."""
    for j in range(len(colours)):
        for k in range(above[j], above[j + 1]):
            row = rows[k]
            for other in range(starts[row], starts[row + 1]):
                colour = colours[columns[other]]
                if colour >= 0:
                    taken[colour] = j
        colour = 0
        while taken[colour] == j:
            colour += 1
        colours[j] = colour


def star(starts: Integers, neighbours: Integers, colours: Integers, taken: Integers, first: int) -> None:
    """Colour those vertices of a graph that have no colour yet, from `first` on."""
    for v in range(len(colours)):
        if colours[v] >= 0:
            continue
        for i in range(starts[v], starts[v + 1]):
            w = neighbours[i]
            if colours[w] >= 0:
                taken[colours[w]] = v
            for k in range(starts[w], starts[w + 1]):
                x = neighbours[k]
                if x == v or colours[x] < 0 or taken[colours[x]] == v:
                    continue
                if colours[w] < 0:
                    taken[colours[x]] = v
                    continue
                for m in range(starts[x], starts[x + 1]):
                    y = neighbours[m]
                    if y != w and colours[y] == colours[w]:
                        taken[colours[x]] = v
                        break
        colour = first
        while taken[colour] == v:
            colour += 1
        colours[v] = colour
