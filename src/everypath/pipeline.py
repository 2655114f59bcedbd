"""THE page: from a Python function to code that computes it, or its derivative. Every stage, in order.

    stage        takes                                     gives
    lower        a function and its arguments              typed IR, what the user wrote, and the structure of arguments, captures, result
    ir           typed IR                                  the same, smaller: calls inlined, constants folded    `optimise.before`
    derivative   typed IR and a `Task`                     IR that computes the derivative: the same language    `differentiate`
    optimised    typed IR                                  the form that is compiled: loops fused, checks hoisted `optimise.after`
    native       typed IR                                  callables, one for each entry                         `native`

`stages` runs the first four and can stop after any; `compiled` goes to the end. Between any two stages the program is verified.
The backend "interpreter" leaves out the last two: it runs the derivative as it was generated, and is the oracle of the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from . import differentiate, native, optimise
from .analysis.doubtful import by_chance, may_be_doubtful, sharing_arguments
from .analysis.vanishing import may_vanish, vanishes
from .bugs import bug, ours
from .compiling import compiling, roomy
from .errors import EverypathError, NotSupported
from .ir.interpret import Interpreter
from .ir.program import Program
from .ir.types import ArrayType
from .ir.verify import verify
from .ir.walk import copy_ops, reached, with_body
from .lower import SMALL_ONES, Lowered, NeedsStatic, Purpose, Unit, lower, whole
from .lower.entry import Changing
from .once import once
from .optimise import for_any as for_any
from .optimise.inline import inline
from .postponed import at_once as at_once
from .postponed import fitting, patient, starts_again, stops
from .trial import MOST_TRIALS, learnt_by_trial, refuse_unending
from .unchanging import plain_value

Backend = Literal["native", "interpreter"]
Mode = Literal["value", "forward", "reverse", "split", "pattern"]
Stage = Literal["ir", "derivative", "optimised"]
STAGES: tuple[Stage, ...] = ("ir", "derivative", "optimised")

Executable = Callable[..., list[Any]]
"""Takes the leaves of one entry's parameters and gives the leaves of its results."""


@plain_value
class Task:
    """What to compute of a program's entry.

    `wrt` are positions of its parameters, `seeded` of its results. The modes and what their executables take and give:

        value     parameters… -> results…
        forward   parameters…, tangents of wrt… -> results…, tangents of the float results…
        reverse   parameters…, cotangents of seeded… -> results…, cotangents of wrt…
        pattern   parameters…, sets of wrt… -> sets of the float results…
        split     two entries: parameters… -> results…, record  and  record, cotangents of seeded… -> cotangents of wrt…

    A `sided` one takes 1.0 or -1.0 behind the parameters, and gives what holds on that side of the kinks it meets. A `postponed` one
    stops where a derivative inside meets a tie. A forward one of a `width` above 1 takes and gives the tangents of so many directions.
    The loops of a reverse or split one keep about `budget` bytes, where that is given. A reverse one without `values` gives the
    cotangents alone, and computes no more than they need; a `watched` one, or value, says besides, behind its results, whether one from
    that position on holds a NaN. The arrays among the parameters at the positions `donated` are the program's to write results of a
    "value" to.
    """

    mode: Mode = "value"
    wrt: tuple[int, ...] = ()
    seeded: tuple[int, ...] = ()
    guarded: bool = True
    sided: bool = False
    postponed: bool = False
    width: int = 1
    values: bool = True
    budget: int | None = None
    watched: int | None = None
    donated: tuple[int, ...] = ()


def lowered(
    function: Callable[..., Any],
    arguments: Sequence[Any],
    named: Mapping[str, Any],
    statics: frozenset[str],
    purpose: Purpose = Purpose.ALL,
) -> tuple[Lowered, frozenset[str]]:
    """Python -> typed IR, specialised on the structure of the arguments, and the paths of those whose values are fixed.

    Where a value must be known before the function runs (an axis), lowering asks for it and starts again. Where the function is refused,
    that is tried once more with small integers and the shapes of small arrays known. What its `purpose` can do without may be left out.
    """
    refused: NotSupported | None = None
    before: Unit | None = None
    trials = 0
    while True:
        try:
            result = lower(function, tuple(arguments), dict(named), statics, purpose, before)
        except EverypathError as problem:
            if refused is not None:
                raise refused from None
            if not isinstance(problem, NotSupported) or SMALL_ONES in statics:
                raise
            refused, statics, before = problem, statics | {SMALL_ONES}, None
        except NeedsStatic as wanted:
            if wanted.paths <= statics:
                raise bug(wanted, "lowering, for the second time") from wanted
            statics, before = statics | wanted.paths, wanted.unit
        else:
            if learnt_by_trial(result, arguments, named):
                trials += 1
                if trials == MOST_TRIALS:
                    refuse_unending(result.program)
                continue
            with ours("looking at the program"):
                verify(result.program)
                refuse_doubtful(result.program)
                result = with_marks(result)
            return result, statics


@ours("compiling")
@roomy
def with_all_halves(function: Any, result: Lowered, statics: frozenset[str]) -> Program:
    """The program of what was lowered for gradients, with all halves of its rules: for any derivative, and on a side of its kinks."""
    made = whole(function, result, statics)
    return with_marks(replace(made, program=verify(made.program))).program


def with_marks(result: Lowered) -> Lowered:
    """The program, and the one that changes objects of the caller, with the halves of rules whole and marked where they are linear."""
    changing = result.changing
    if isinstance(changing, Changing):
        changing = replace(changing, lowered=with_marks(changing.lowered))
    return replace(result, program=differentiate.marked(optimise.whole_halves(result.program)), changing=changing)


def refuse_doubtful(program: Program) -> None:
    """NotSupported where what is written is seen through another array or not, and it can't be known which."""
    if found := sharing_arguments(program) or (may_be_doubtful(program) and by_chance(optimise.in_one(program))):
        raise NotSupported(found)


@ours("compiling")
def stages(program: Program, task: Task, stop: Stage = "optimised") -> tuple[Program, tuple[str, ...]]:
    """The program after the stage `stop`, and the names of the functions in it that carry out `task`."""
    if task.mode in ("forward", "reverse", "split"):
        program = repeated(program)
    elif task.mode == "value" and not task.sided:
        program = optimise.without_halves(program)
        program = repeated(program) if optimise.takes_derivatives(program) else program
    program = verify(one_side(smooth(program))) if task.sided else smaller(program)
    if stop == "ir":
        return program, (program.entry,)
    program = verify(optimise.unfolded(program))
    if task.mode != "pattern" and not task.sided:
        program = verify(optimise.chosen(program, derived=task.mode != "value"))
    program, entries = derivative(program, task)
    program = verify(pruned(written_out(program, task), entries))
    if stop == "derivative":
        return program, entries
    program = optimise.after(program, entries)
    if task.donated:
        program = program.with_function(optimise.donated(program.main, task.donated))
    return verify(program), entries


@ours("compiling")
@roomy
def shown(program: Program, task: Task, stop: Stage) -> Program:
    """The program after the stage `stop` for people to read: a derivative without what it computes twice or not at all."""
    program, _ = stages(program, task, stop)
    return optimise.tidy(program) if stop == "derivative" else program


@once
def repeated(program: Program) -> Program:
    """The program with functions for what comes several times in a row, where a derivative is asked or taken inside."""
    return verify(optimise.repeats(program))


@once
def smaller(program: Program) -> Program:
    """The program as it is differentiated, in whatever mode: without kinks that algebra can take away, and smaller."""
    return verify(optimise.before(smooth(program)))


def smooth(program: Program) -> Program:
    """The program without kinks that algebra can take away, and with lengths marked."""
    return verify(optimise.smooth(program))


def one_side(program: Program) -> Program:
    """The program on one side of its kinks, smaller."""
    return optimise.before(differentiate.one_side(inline(program), optimise.asked))


def derivative(program: Program, task: Task) -> tuple[Program, tuple[str, ...]]:
    """The program with the functions that `task` asks for, and their names."""
    entry, wrt, seeded, guarded = program.entry, task.wrt, task.seeded, task.guarded
    if task.mode == "forward":
        program, name = differentiate.forward(written_out(program, task, halves=False), entry, wrt, guarded=guarded, width=task.width)
        return program, (name,)
    if task.mode == "reverse":
        results = len(program.main.returned)
        program, name = differentiate.reverse(program, entry, wrt, seeded, guarded=guarded, budget=task.budget)
        if not task.values:
            program = differentiate.without_first(program, name, results)
        return program if task.watched is None else differentiate.watched(program, name, task.watched), (name,)
    if task.mode == "pattern":
        program, name = differentiate.pattern(written_out(program, task), entry, wrt)
        return program, (name,)
    if task.mode == "split":
        program, first, second = differentiate.split(program, entry, wrt, seeded, guarded=guarded, budget=task.budget)
        return program, (first, second)
    return program if task.watched is None else differentiate.watched(program, entry, task.watched), (entry,)


@ours("compiling")
@roomy
def sure_to_miss(program: Program, task: Task) -> bool:
    """Whether what is not guarded of a reverse `task` is NaN whatever it is given."""
    if task.mode != "reverse" or not may_vanish(program):
        return False
    with compiling:
        return vanishes(smaller(repeated(program)), task.wrt)


def written_out(program: Program, task: Task, *, halves: bool = True) -> Program:
    """The program with derivatives inside it written out as the task wants them."""
    return differentiate.expand(
        program, None if task.postponed else one_side, halves=halves, guarded=task.guarded, alone=task.mode == "value"
    )


def compiled(program: Program, task: Task, backend: Backend = "native", *, silent: bool = False) -> tuple[Executable, ...]:
    """The executables of `task`, one for each of its entries. `silent` ones don't repeat what the function prints.

    Both sides of a derivative that the program takes itself are compiled when a run meets its first tie; code for any extents, when the
    first arguments come whose short axes are others than those of the first call.
    """
    if backend == "native" and optimise.for_short(program.main):
        quick = compiled_once(program, task, backend, silent=silent)
        return fitting(quick, lambda: compiled_once(for_any(program), task, backend, silent=silent))
    return compiled_once(program, task, backend, silent=silent)


@ours("compiling")
@roomy
def compiled_once(program: Program, task: Task, backend: Backend, *, silent: bool) -> tuple[Executable, ...]:
    """The executables for the extents that the program is for."""
    with compiling:
        final, entries = final_form(program, replace(task, postponed=True), backend, silent)
        if not stops(final, entries):
            return executables(final, entries, backend)
        if not starts_again(final, entries):
            return executables(*final_form(program, task, backend, silent), backend)

        @ours("compiling")
        @roomy
        def both() -> tuple[Executable, ...]:
            with compiling:
                return executables(*final_form(program, task, backend, silent), backend)

        return patient(executables(final, entries, backend), both)


@ours("compiling")
@roomy
def sparsity(program: Program, task: Task, backend: Backend = "native") -> tuple[Executable, tuple[int, ...]]:
    """The executable of a `task` with the mode "pattern", and the parameters whose numbers it reads: its sets are the same as long as
    these are, and the shapes of all."""
    with compiling:
        final, (name,) = final_form(for_any(program), task, backend, silent=True)
        (run,) = executables(final, (name,), backend)
        return run, differentiate.reads(final.functions[name])


@ours("compiling")
@roomy
def turnwise(
    program: Program, wrt: tuple[int, ...], results: tuple[int, ...], shapes: Mapping[int, Sequence[int | None]], backend: Backend
) -> tuple[Executable, Executable, differentiate.Turnwise, tuple[int, ...]] | None:
    """The Jacobian turn by turn: what computes its entries, what tells their places, what both give, and the parameters whose numbers
    the places hang on. None where the function is not of that kind for arrays of such shapes."""
    with compiling:
        program = verify(optimise.as_loops(verify(optimise.smooth(optimise.without_halves(program)))))
        rows = optimise.turns(program, shapes)
        if rows is None:
            return None
        try:
            made = differentiate.turnwise(verify(optimise.tidy(rows)), wrt, results)
        except differentiate.NotTurnwise:
            return None
        entries = made.values, made.places
        final = verify(pruned(made.program, entries))
        if backend == "native":
            final = verify(optimise.after(final, entries))
        values, places = executables(final, entries, backend)
        return values, places, made, differentiate.reads(final.functions[made.places])


def final_form(program: Program, task: Task, backend: Backend, silent: bool) -> tuple[Program, tuple[str, ...]]:
    """The program that is run, and its entries."""
    final, entries = stages(program, task, "derivative" if backend == "interpreter" else "optimised")
    return without_prints(final) if silent else final, entries


@ours("compiling")
@roomy
def final(program: Program, task: Task) -> tuple[Program, tuple[str, ...]]:
    """The program that carries out `task` where nothing can be compiled later: both sides of derivatives inside stand in it."""
    with compiling:
        return final_form(for_any(program), task, "native", silent=False)


def executables(final: Program, entries: tuple[str, ...], backend: Backend) -> tuple[Executable, ...]:
    """The entries of a program in its final form."""
    if backend == "interpreter":
        return tuple(interpreted(final, name) for name in entries)
    made = native.compile(final, entries)
    return tuple(made[name] for name in entries)


def interpreted(program: Program, name: str) -> Executable:
    """An executable that runs the IR in Python. Arrays in another byte order, unaligned or not in C order, are copied in and back."""
    interpreter = Interpreter(program)
    in_order = [isinstance(p.type, ArrayType) and p.type.contiguous for p in program.functions[name].parameters]

    def run(*leaves: Any) -> list[Any]:
        ready = [native_array(x, tight) if isinstance(x, np.ndarray) else x for x, tight in zip(leaves, in_order, strict=True)]
        try:
            return interpreter.run(name, ready)
        finally:
            for leaf, used in zip(leaves, ready, strict=True):
                if leaf is not used and leaf.flags.writeable:
                    leaf[...] = used

    return run


def native_array(array: np.ndarray[Any, Any], in_order: bool = False) -> np.ndarray[Any, Any]:
    """`array` itself if it is aligned, in the machine's byte order and, where that is asked, in C order, else a copy that is, and is
    read-only where it is."""
    if array.dtype.isnative and array.flags.aligned and (array.flags.c_contiguous or not in_order):
        return array
    copy = np.array(array, dtype=array.dtype.newbyteorder("="), order="C")
    copy.flags.writeable = array.flags.writeable
    return copy


@ours("preparing the program")
def expanded(program: Program) -> Program:
    """The program as it was lowered, derivatives inside it written out: what `explain` runs."""
    return verify(optimise.untied(differentiate.expand(program, one_side)))


def without_rules(program: Program) -> Program:
    """The program with the text of functions in place of their rules, as far as they have one."""
    return optimise.opened(program)


@ours("preparing the program")
@roomy
def on_one_side(program: Program) -> Program:
    """The same on one side of the kinks that it meets, which is one more parameter."""
    return verify(optimise.untied(differentiate.expand(one_side(smooth(program)), one_side)))


def literal(program: Program) -> Executable:
    """The program as it was lowered, run by the interpreter: no pass has assumed that its arguments are apart in memory."""
    return interpreted(expanded(program), program.entry)


@ours("compiling")
@roomy
def llvm(program: Program, task: Task) -> str:
    """The LLVM text of `task`, as LLVM's own optimiser left it."""
    final, entries = stages(program, task)
    return native.llvm(final, entries)


def has_kinks(program: Program) -> bool:
    """Whether anything in the program has a kink, where its derivative takes both sides."""
    return differentiate.has_kinks(smooth(program))


def pruned(program: Program, entries: tuple[str, ...]) -> Program:
    """Only the functions that the entries reach; the first entry is the program's."""
    kept = reached(program.functions, entries)
    functions = {name: function for name, function in program.functions.items() if name in kept}
    return replace(program, functions=functions, entry=entries[0])


def without_prints(program: Program) -> Program:
    """`program` with every `print` taken out: for a second run over the same arguments."""
    functions = {}
    for name, function in program.functions.items():
        env = {p: p for p in function.parameters}
        ops = copy_ops(function.body.ops, env, lambda old, new: () if old.name == "print" else (new,))
        functions[name] = with_body(function, ops)
    return replace(program, functions=functions)
