"""Every operation of the catalogue has a native form, or a reason why compiled programs never hold it."""

from __future__ import annotations

import pytest

import everypath.ops  # noqa: F401  (fills the catalogue)
from everypath.ir.op import DEFINITIONS
from everypath.native import emitting, scalars, vectormath
from everypath.native.assembly import Code
from everypath.native.emitter import HANDLERS
from everypath.ops.ufuncs import UFUNCS

FORMLESS = {
    "yield": "the op around its region passes its operands on",
    "return": "the function passes its operands on",
    "ruled": "`optimise.after` makes it a call",
    "pushforward": "`differentiate.expand` replaces it by a call of the derivative",
    "pullback": "`differentiate.expand` replaces it by a call of the derivative",
    "tied": "`optimise.untied` takes it away",
    "picked": "`optimise.untied` takes it away",
    "chosen": "`optimise.untied` takes it away",
}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_operation_has_a_native_form(name: str) -> None:
    assert emitting.FAMILIES
    tables = (HANDLERS, scalars.TABLE, vectormath.FUNCTIONS, UFUNCS)
    has_form = any(name in table for table in tables) or DEFINITIONS[name].formula is not None
    assert has_form != (name in FORMLESS)


def test_names_in_a_part_are_its_own() -> None:
    code = Code()
    part = Code()
    part.count = code.count
    around = code.turned_to(part)
    inside = [code.let("add i64 %x, 2") for _ in range(5)]
    code.turned_to(around, part)
    later = [part.let("add i64 %x, 4") for _ in range(5)]
    assert len({*inside, *later}) == 10
