"""Axes as their places, and arrays cut along one: what texts of several families ask."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ..registry import computed


@computed("the axis")
def axis_of(axis: Any, rank: int) -> int:
    """The place of an axis."""
    place = operator.index(axis)
    if not -rank <= place < rank:
        raise np.exceptions.AxisError(place, rank)
    return place % rank


@computed("the axes")
def axes_of(axis: Any, rank: int) -> tuple[int, ...]:
    """The places of the axes; of all where None is given."""
    if axis is None:
        return tuple(range(rank))
    places = tuple(axis_of(k, rank) for k in (axis if isinstance(axis, (tuple, list)) else (axis,)))
    if len(set(places)) != len(places):
        raise ValueError("repeated axis")
    return places


@computed("the axes")
def others(axes: tuple[int, ...], rank: int) -> tuple[int, ...]:
    """The places of the axes that are not among these."""
    return tuple(k for k in range(rank) if k not in axes)


@computed("the axes")
def rising(axes: tuple[int, ...]) -> tuple[int, ...]:
    """The order that brings these axes into the order of their places."""
    return tuple(sorted(range(len(axes)), key=lambda k: axes[k]))


def piece(x: Any, axis: int, start: Any, stop: Any) -> Any:
    """`x[start:stop]` along an axis."""
    return x[(slice(None),) * axis + (slice(start, stop),)]


def at(x: Any, axis: int, place: Any) -> Any:
    """`x[place]` along an axis."""
    return x[(slice(None),) * axis + (place,)]


def upright(line: Any, axis: int, rank: int) -> Any:
    """One line along an axis of an array of this rank."""
    return line.reshape((1,) * axis + (-1,) + (1,) * (rank - axis - 1))
