"""Running a program before and after a pass, and comparing what came out, errors and written arguments included."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import everypath.ops  # noqa: F401
from everypath.ir.interpret import run
from everypath.ir.program import Program
from everypath.ir.text import parse, to_text
from everypath.ir.verify import verify

Pass = Callable[[Program], Program]


def outcome(program: Program, arguments: Sequence[Any]) -> tuple[Any, ...]:
    """("value", results, arguments afterwards), or ("error", its class and text, arguments afterwards)."""
    arguments = copy.deepcopy(list(arguments))
    try:
        results = run(program, program.entry, arguments)
    except (ArithmeticError, LookupError, ValueError, TypeError) as error:
        return ("error", type(error), str(error), arguments)
    return ("value", results, arguments)


def equal(a: Any, b: Any) -> bool:
    """Bit for bit, NaN equal to NaN."""
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, (float, np.floating, np.ndarray)):
        a, b = np.asarray(a), np.asarray(b)
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    return type(a) is type(b) and bool(a == b)


def same(program: Program | str, pass_: Pass, *cases: Sequence[Any]) -> Program:
    """`program` after `pass_`: verified, and with the same outcome as before on every case."""
    if isinstance(program, str):
        program = parse(program)
    verify(program)
    changed = pass_(program)
    verify(changed)
    for case in cases:
        expected, got = outcome(program, case), outcome(changed, case)
        assert equal(expected, got), f"{case}: {expected} became {got}\n{to_text(changed)}"
    return changed


def opcodes(program: Program) -> list[str]:
    """The names of every op of the entry, in order."""
    from everypath.ir.walk import ops_in

    return [op.name for op in ops_in(program.main.body)]
