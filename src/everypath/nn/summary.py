"""What parameters there are, as a table."""

from __future__ import annotations

from typing import Any

import numpy as np

from everypath import tree

from .names import names_of


def parameter_count(params: Any) -> int:
    """How many numbers there are in containers of numbers and arrays.

    >>> parameter_count({"weight": np.ones((3, 4)), "bias": np.zeros(4)})
    16
    """
    return sum(int(np.size(leaf)) for leaf in tree.leaves(params))


def summary(params: Any) -> str:
    """A table of names, shapes, dtypes and how many numbers there are.

    >>> print(summary({"weight": np.ones((3, 4)), "bias": np.zeros(4)}))
    parameter  shape   dtype    numbers
    weight     (3, 4)  float64       12
    bias       (4,)    float64        4
    together                         16
    """
    rows = [("parameter", "shape", "dtype", "numbers")]
    for name, leaf in zip(names_of(params), tree.leaves(params), strict=True):
        array = np.asarray(leaf)
        rows.append((name, str(array.shape), str(array.dtype), f"{array.size:,}"))
    rows.append(("together", "", "", f"{parameter_count(params):,}"))
    widths = [max(len(row[k]) for row in rows) for k in range(4)]
    return "\n".join("  ".join((*(cell.ljust(width) for cell, width in zip(row[:3], widths)), row[3].rjust(widths[3]))) for row in rows)
