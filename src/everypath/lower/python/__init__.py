"""Python's own functions, a module per theme: TABLE says what lowers each of them."""

from . import (
    containers,
    copying,
    extremes,
    folds,
    functions,
    iterators,
    itertools,
    kinds,
    managers,
    numbers,
    objects,
    refused,
    reporting,
    sequences,
    sorting,
    text,
)
from .registry import TABLE

__all__ = [
    "TABLE",
    "computed",
    "containers",
    "copying",
    "extremes",
    "folds",
    "functions",
    "iterators",
    "itertools",
    "kinds",
    "managers",
    "numbers",
    "objects",
    "refused",
    "reporting",
    "sequences",
    "sorting",
    "text",
]
