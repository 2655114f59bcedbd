"""The ordered lists of passes: `before` runs ahead of differentiation, `after` makes the form that `native` compiles.

Each pass is a pure function from program to program, one file, one sentence of law.
"""

from __future__ import annotations

from dataclasses import replace

from ..ir.program import Program
from ..ir.walk import ops_in, reached
from .abreast import abreast
from .alike import alike
from .arriving import arriving
from .asked import asked as asked
from .begun import begun
from .binned import binned
from .chosen import chosen as chosen_function
from .columns import columns
from .contracted import contracted
from .counted import counted
from .cse import cse
from .dead import dead
from .donated import donated as donated
from .elements import elements
from .factored import factored
from .fields import fields
from .flags import flags
from .fold import fold
from .formulas import formulas
from .fuse import fuse
from .guards import guards
from .hoist import hoist, hoist_integers
from .induction import induction
from .inline import inline
from .joined import joined
from .lengths import lengths
from .listed import listed
from .overlaps import overlaps
from .put_back import put_back
from .relax import relax
from .repeats import repeats as repeats
from .repeats import takes_derivatives as takes_derivatives
from .reuse import reuse
from .rewriting import each, where_changed
from .rows import rows
from .ruled import in_one as in_one
from .ruled import opened as opened
from .ruled import ours, unruled
from .ruled import whole_halves as whole_halves
from .ruled import without_halves as without_halves
from .shifted import shifted
from .short import OtherExtents as OtherExtents
from .short import for_any as for_any
from .short import for_short as for_short
from .short import short
from .sorted_values import sorted_values
from .steady import steady, steady_extents
from .summed import summed
from .sunk import sunk
from .turns import turns as turns
from .unfolded import unfolded as unfolded_program
from .unmoved import unmoved
from .unread import unread
from .untied import untied as untied_function

untied = each(untied_function)
"""The program without the ops that tell ties to a derivative."""

LOOPS = (
    *(each(elements), each(fold), each(cse), each(counted), each(induction), each(listed), each(steady_extents), each(fold)),
    *(each(hoist_integers), each(cse), each(dead)),
)
BEFORE = (*LOOPS, abreast)
AFTER = (
    untied,
    arriving,
    each(formulas),
    each(fold),
    each(hoist),
    each(cse),
    each(factored),
    each(dead),
    each(joined),
    each(dead),
    each(sorted_values),
    binned,
    each(dead),
    relax,
    each(guards),
    each(fold),
    each(cse),
    each(dead),
    where_changed(fields, each(fold), each(cse), each(dead)),
    where_changed(each(alike), each(fold), each(cse)),
    where_changed(each(hoist), each(cse)),
    where_changed(each(steady), each(fold), each(cse), each(dead)),
    each(put_back),
    each(unread),
    each(dead),
    each(columns),
    contracted,
    each(dead),
    unmoved,
    each(dead),
    each(begun),
    each(sunk),
    each(summed),
    each(shifted),
    each(dead),
    fuse,
    each(dead),
    each(flags),
    rows,
    each(reuse),
)


TIDY = (each(fold), each(cse), each(dead))


def unfolded(program: Program) -> Program:
    """The program whose recursions end early: what they do for their smallest arguments is written out."""
    written = unfolded_program(program)
    return program if written is program else tidy(written)


def chosen(program: Program, *, derived: bool) -> Program:
    """The program whose derivatives go through what an extreme has chosen: those of all of it, or those that it takes itself."""
    inner = {op.attributes["callee"] for function in program for op in ops_in(function.body) if op.name in ("pushforward", "pullback")}
    wanted = program.functions if derived else reached(program.functions, inner)
    return replace(program, functions={name: chosen_function(f) if name in wanted else f for name, f in program.functions.items()})


def tidy(program: Program) -> Program:
    """A program that says the same in fewer lines, for reading."""
    for pass_ in TIDY:
        program = pass_(program)
    return program


def smooth(program: Program) -> Program:
    """The program without kinks that algebra can take away, and with roots that are lengths marked."""
    return each(lengths)(inline(overlaps(program)))


def before(program: Program, entries: tuple[str, ...] = ()) -> Program:
    """What the user wrote, smaller: functions inlined, constants folded. `entries` are kept besides what they reach."""
    program = inline(program, entries)
    for pass_ in BEFORE:
        program = pass_(program)
    return program


def as_loops(program: Program) -> Program:
    """The same with loops left as they are written."""
    program = inline(program)
    for pass_ in LOOPS:
        program = pass_(program)
    return program


def after(program: Program, entries: tuple[str, ...] = ()) -> Program:
    """The form that `native` compiles."""
    program = short(inline(ours(unruled(program)), entries), entries)
    for pass_ in AFTER:
        program = pass_(program)
    return program
