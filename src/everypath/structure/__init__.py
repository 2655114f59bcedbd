"""The shape of a Python value: which containers, and at the leaves which scalars and arrays.

A structure is what a function is specialised on. It is hashable; two calls with equal structures run the same code.
"""

from __future__ import annotations

from .building import builder
from .describing import describe
from .instances import is_its_items, is_only_its_class, packed_by
from .kinds import (
    MANY,
    MAPPINGS,
    MAX_LEAVES,
    MOST_LEAVES,
    SLICE_PARTS,
    Again,
    Assembled,
    Chosen,
    Container,
    Defaulting,
    Existing,
    Leaf,
    Rows,
    Static,
    Structure,
    child_path,
    count,
    defaulting,
    is_mapping,
    is_mutable,
    paths,
)
from .originals import Original, leaves_as_original, original_of
from .rebuilding import child, leaves, nested_of, rebuild, rows_of, table_of
from .statics import EVERY_ATTRIBUTE, SMALL_ONES, Read, Statics, lengths_of, reads_of
from .strangers import STRANGERS, refuse_stranger, stranger

__all__ = [
    "EVERY_ATTRIBUTE",
    "Again",
    "Assembled",
    "Chosen",
    "Container",
    "Defaulting",
    "Existing",
    "Leaf",
    "MANY",
    "MAPPINGS",
    "SLICE_PARTS",
    "MAX_LEAVES",
    "MOST_LEAVES",
    "Original",
    "Read",
    "Rows",
    "SMALL_ONES",
    "STRANGERS",
    "Static",
    "Statics",
    "Structure",
    "builder",
    "child",
    "child_path",
    "count",
    "defaulting",
    "describe",
    "is_its_items",
    "is_mapping",
    "is_mutable",
    "is_only_its_class",
    "leaves",
    "leaves_as_original",
    "lengths_of",
    "nested_of",
    "original_of",
    "packed_by",
    "paths",
    "reads_of",
    "refuse_stranger",
    "rebuild",
    "rows_of",
    "stranger",
    "table_of",
]
