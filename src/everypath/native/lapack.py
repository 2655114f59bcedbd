"""Factorisations by LAPACK."""

from __future__ import annotations

import functools
from typing import Any

from ..ir.op import DEFINITIONS, definition, meant
from ..ir.program import Op
from .emitter import HANDLERS, Emitter
from .host import run_by_cpython


def by_cpython(e: Emitter, op: Op) -> None:
    meaning: Any = definition(op.name).meaning
    run_by_cpython(e, op, functools.partial(meaning, **meant(op.attributes)))


for _name, _known in DEFINITIONS.items():
    if _known.family == "lapack":
        HANDLERS[_name] = by_cpython
