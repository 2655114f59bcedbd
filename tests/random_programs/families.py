"""The families of random programs: who writes them, where they run, and what is differentiated."""

from __future__ import annotations

import random

import numpy as np

from . import between, objects, raising, scopes
from .judging import Family
from .lists import ListsWriter
from .memory import MemoryWriter
from .ties import POINTS as TIED_POINTS
from .ties import TiesWriter
from .wide import WideWriter
from .writing import written

POINTS = (
    (0.6, -1.1, np.array([0.3, -0.8, 1.2, 0.5]), np.array([-0.4, 0.9, 0.2, 1.1]), 3),
    (-1.3, 0.45, np.array([-0.9, 0.65, 0.35, -1.4]), np.array([1.3, -0.15, 0.85, -0.55]), 0),
)
SQUARE = np.array([[0.4, -1.2, 0.7], [1.1, 0.25, -0.6], [-0.3, 0.85, 0.55]])
MEMORY_POINTS = (
    (0.6, np.array([0.3, -0.8, 1.2]), np.array([-0.4, 0.9, 0.2]), SQUARE, np.array([2, 0, 1]), 3),
    (-0.7, np.array([-0.9, 0.65, 0.35]), np.array([0.45, -0.15, 0.85]), SQUARE.T * 0.8, np.array([0, 2, 2]), 1),
)
BETWEEN_POINTS = (
    (
        np.array([0.4, -0.7, 1.3, 0.9]),
        np.array([[0.31, -1.2, 0.7, 0.2], [1.1, 0.25, -0.6, 0.9], [-0.3, 0.85, 0.55, -1.4], [0.6, -0.2, 0.15, 1.3]]),
    ),
    (
        np.array([-0.9, 1.4, 0.2, -0.35]),
        np.array([[-0.8, 0.4, 1.6, 0.3], [0.75, -1.1, 0.5, 0.1], [1.2, 0.95, -0.4, 0.65], [-0.5, 0.7, 0.45, -0.9]]),
    ),
)
ONE, NONE = np.array([0.8]), np.zeros(0)
WIDE_POINTS = (
    (0.61, np.array([0.32, -0.83, 1.21]), SQUARE + 0.013, [0.42, -0.36], np.array([-0.41, 0.92, 0.23]), ONE, NONE, 3),
    (-0.73, np.array([-0.92, 0.64, 0.37]), SQUARE.T * 0.79, [-0.26, 1.14], np.array([0.53, -0.16, 0.87]), -ONE, NONE, 1),
)
"""Nothing here is half way between two roundings."""

SINGLE_POINTS = tuple((*p[:4], p[4].astype(np.float32), *p[5:]) for p in WIDE_POINTS)
WIDE = ("a", "x", "A", "L", "g", "one")

FAMILIES = {
    "plain": Family("plain", written, POINTS, ("a", "b", "x", "y")),
    "memory": Family("memory", lambda choose: MemoryWriter(choose).module(), MEMORY_POINTS, ("a", "x", "y", "A")),
    "wide": Family("wide", lambda choose: WideWriter(choose).module(), WIDE_POINTS, WIDE),
    "single": Family("single", lambda choose: WideWriter(choose, single=True).module(), SINGLE_POINTS, WIDE, unit=2.0**-23),
    "raising": Family("raising", raising.written, POINTS, ("a", "b", "x", "y")),
    "objects": Family("objects", objects.written, POINTS, ("a", "b", "x", "y")),
    "scopes": Family("scopes", scopes.written, POINTS, ("a", "b", "x", "y")),
    "lists": Family("lists", lambda choose: ListsWriter(choose).module(), POINTS, ("a", "b", "x", "y")),
    "between": Family("between", between.written, BETWEEN_POINTS, ("x0", "A0")),
    "ties": Family("ties", lambda choose: TiesWriter(choose).module(), TIED_POINTS, ("x", "y", "z"), known=True),
}


def program(name: str, seed: int, k: int) -> str:
    """The text of program number k of a family: always the same one."""
    return FAMILIES[name].write(random.Random(f"{name}.{seed}.{k}").choice)
