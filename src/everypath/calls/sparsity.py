"""The sparsity pattern of a Jacobian at a point, in few sweeps of sets: 64 blocks of columns first, then parts of each of them.

A sweep tells for each row which of 64 groups of columns reach it. The columns are cut into 64 blocks; blocks that share no row get one
colour and are told apart in one sweep, each cut into parts, and so on down to single columns. A band of n columns takes O(log n)
sweeps, a dense matrix n/64. Whatever the colours, the pattern that comes out holds every entry: where a row holds two blocks of
one colour (allowed for rows that are nearly full) it takes the parts of both.

Griewank & Mitev, Detecting Jacobian sparsity patterns by Bayesian probing (2002); Giering & Kaminski (2006); Andersson, CasADi (2012).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .colouring import of_columns
from .patterns import Integers, Pattern

WORD = 64
"""Groups that one sweep tells apart."""

Sweep = Callable[[Integers], Integers]
"""From a word for each column to a word for each row: the union of those of the columns that it depends on."""

NEARLY_FULL, FROM = 0.5, 1024
"""A row that holds more than this part of at least so many blocks keeps no others from having one colour."""

CHUNK = 1 << 20


def found(sweep: Sweep, height: int, width: int) -> Pattern:
    """The pattern of a matrix with this many rows and columns."""
    size = 1 << max(0, (width - 1).bit_length() - 6)
    places = np.arange(width)
    words = sweep(one_bit(places // size))
    rows, blocks = bits(words)
    while size > 1:
        count = -(-width // size)
        colours = of_columns(separable(rows, blocks, height, count))
        number = int(colours.max(initial=0)) + 1
        parts = min(size, max(2, WORD >> (number - 1).bit_length()))
        size //= parts
        slots = colours[places // (size * parts)] * parts + places // size % parts
        rows, blocks = refined(sweep, slots, parts, rows, blocks, colours)
    return Pattern.of_pairs(rows, blocks, height, width)


def separable(rows: Integers, blocks: Integers, height: int, count: int) -> Pattern:
    """Which blocks must have different colours: those in one row, nearly full rows left out once there are many blocks."""
    if count >= FROM:
        full = np.bincount(rows, minlength=height) > NEARLY_FULL * count
        rows, blocks = rows[~full[rows]], blocks[~full[rows]]
    return Pattern.of_pairs(rows, blocks, height, count)


def refined(sweep: Sweep, slots: Integers, parts: int, rows: Integers, blocks: Integers, colours: Integers) -> tuple[Integers, Integers]:
    """The rows and blocks of the next level, whose `slots` say which bits of which sweep stand for a column."""
    found_rows, found_blocks = [rows[:0]], [blocks[:0]]
    own = colours[blocks] * parts
    for first in range(0, int(slots.max(initial=0)) + 1, WORD):
        inside = (slots >= first) & (slots < first + WORD)
        words = sweep(np.where(inside, one_bit(slots % WORD), 0))
        (here,) = np.nonzero((own >= first) & (own < first + WORD))
        pieces = words[rows[here]].view(np.uint64) >> (own[here] - first).astype(np.uint64)
        if parts < WORD:
            pieces &= np.uint64((1 << parts) - 1)
        which, part = bits(pieces.view(np.int64))
        found_rows.append(rows[here[which]])
        found_blocks.append(blocks[here[which]] * parts + part)
    return np.concatenate(found_rows), np.concatenate(found_blocks)


def one_bit(places: Integers) -> Integers:
    """Words with one bit set."""
    return np.left_shift(np.int64(1), places)


def bits(words: Integers) -> tuple[Integers, Integers]:
    """The position and the number of each bit that is set."""
    (some,) = np.nonzero(words)
    positions: list[Any] = [some[:0]]
    numbers: list[Any] = [some[:0]]
    for k in range(0, len(some), CHUNK):
        chunk = some[k : k + CHUNK]
        told = np.unpackbits(words[chunk].astype("<i8").view(np.uint8), bitorder="little")
        at, number = np.divmod(np.flatnonzero(told.view(bool)), WORD)
        positions.append(chunk[at])
        numbers.append(number)
    return np.concatenate(positions), np.concatenate(numbers)
