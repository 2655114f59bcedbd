"""All parts of the language, brought together: who answers what they ask of each other, and the rooms whose tables are looked up."""

from __future__ import annotations

from . import calls
from .builtins import (  # noqa: F401
    about_dtypes,
    complexes,
    containers,
    copying,
    folds,
    functions,
    iterators,
    itertools,
    kinds,
    known_objects,
    managers,
    numbers,
    objects,
    refused,
    reporting,
    sequences,
    sorting,
    text,
    trees,
)
from .derivatives import clocks, passing  # noqa: F401
from .frame import Frame
from .numpy import (  # noqa: F401
    accumulation,
    attributes,
    choice,
    creation,
    draws,
    elementwise,
    extremes,
    fourier,
    grids,
    joining,
    lapack,
    products,
    questions,
    reductions,
    running,
    searching,
    shape,
    taking,
    windows,
)
from .numpy import logic as _logic  # noqa: F401
from .python import attributes as attributes_of_objects
from .python import comparisons, operators, subscripts
from .text import branches, comprehension, expressions, generators, logic, loops, statements


class Language(Frame):
    """A frame that knows the whole language."""

    expression = expressions.expression
    truth = logic.truth
    truth_of = logic.truth_of
    attribute = expressions.attribute
    rebind = attributes_of_objects.rebind
    get_item = subscripts.get_item
    binary = operators.binary
    compare = comparisons.compare
    call = calls.call_value
    block = statements.block
    assign = statements.assign
    branch = branches.branch
    go_over = loops.go_over
    opened = generators.of_expression
    realised = comprehension.realised
    taken = comprehension.taken
