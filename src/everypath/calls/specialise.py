"""One function, compiled once for each structure of its arguments, and found again at the next call.

What a function captures (globals, closure cells) is read afresh at every call. Numbers and arrays among it are hidden arguments;
functions, classes, modules and what was read of them must still be the same objects with the same code, else the function is
specialised again.
"""

from __future__ import annotations

import functools
import operator
import types
import warnings
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from .. import pipeline
from ..analysis.written import written_parameters
from ..bugs import ours, too_deep
from ..compiling import compiling, roomy
from ..errors import InvalidArgument, NotDifferentiable, NotSupported
from ..ir.program import Program
from ..ir.walk import ops_in
from ..lower import Lowered, Purpose, Signature
from ..pipeline import Backend, Executable, Task
from ..structure import SMALL_ONES, Leaf, Structure, describe, leaves, paths
from ..transform import Transform
from . import anew
from .callables import fixed, innermost, name_of, plain
from .captured import Captured
from .changing import apart, changes_nothing
from .compose import before_vector, composed, with_extents
from .guards import guarded

MANY = 8
"""Specialisations of one function after which a warning says why there are so many; as many are kept for one structure of arguments."""

MOST = 64
"""Structures of arguments of one function that are kept; the one that was looked up longest ago goes first."""

ATTRIBUTE = "__everypath_versions__"


class Compiled:
    """What has been compiled of one program: by task, and the patterns of sparse derivatives."""

    def __init__(self) -> None:
        self.executables: dict[tuple[Task, Backend, bool], tuple[Executable, ...]] = {}
        self.patterns: dict[tuple[Task, Backend], tuple[Executable, tuple[int, ...]]] = {}


class Specialisation:
    """One function for one structure of arguments: its IR, and what has been compiled of it."""

    def __init__(
        self,
        target: Callable[..., Any],
        lowered: Lowered,
        statics: frozenset[str],
        compiled: Compiled | None = None,
    ) -> None:
        self.lowered = lowered
        self.program = lowered.program
        self.target = target
        self.statics = statics
        self.name = name_of(target)
        self.compiled = Compiled() if compiled is None else compiled
        self.executables, self.patterns = self.compiled.executables, self.compiled.patterns
        self.captures = Captured(lowered.captures, statics)
        self.holds = guarded(lowered.guards, statics, lambda _: True, lambda _: False)
        self.parameters: tuple[tuple[str, Leaf], ...] = tuple(
            leaf
            for name, structure in (*lowered.arguments, *((c.name, c.structure) for c in lowered.captures))
            for leaf in paths(structure, name)
        )
        self.written, self.copied = written_parameters(lowered.program)
        self.key = tuple(structure for _, structure in lowered.arguments)

    def executable(self, task: Task, backend: Backend, *, silent: bool = False) -> tuple[Executable, ...]:
        """The executables of `task`, compiled at the first request; `silent` ones print nothing."""
        silent = silent and self.prints
        known = self.executables.get((task, backend, silent))
        return self.compile(task, backend, silent) if known is None else known

    def knows(self, task: Task, backend: Backend) -> bool:
        """Whether the executables of `task` are compiled."""
        return (task, backend, False) in self.executables

    @roomy
    def compile(self, task: Task, backend: Backend, silent: bool) -> tuple[Executable, ...]:
        key = (task, backend, silent)
        with compiling:
            if key not in self.executables:
                with depth_refused(self.name):
                    self.executables[key] = pipeline.compiled(self.program_for(task), task, backend, silent=silent)
            return self.executables[key]

    def program_for(self, task: Task) -> Program:
        """The program that has the halves of rules which a task reads."""
        if task.mode == "value" or self.lowered.serves is Purpose.ALL:
            return self.program
        assert self.lowered.serves is Purpose.GRADIENTS, "a derivative of a program without its rules"
        return self.program if task.mode == "reverse" and not task.sided else self.whole

    @functools.cached_property
    def whole(self) -> Program:
        """The program with all halves of its rules."""
        function, _, _ = plain(innermost(self.target))
        return pipeline.with_all_halves(function, self.lowered, self.statics)

    @roomy
    def sparsity(self, task: Task, backend: Backend) -> tuple[Executable, tuple[int, ...]]:
        """The program of sets of a `task`, and the parameters whose numbers it reads."""
        with compiling:
            if (task, backend) not in self.patterns:
                with depth_refused(self.name):
                    self.patterns[task, backend] = pipeline.sparsity(self.program_for(task), task, backend)
            return self.patterns[task, backend]

    @functools.cached_property
    def prints(self) -> bool:
        """Whether the function may print."""
        return any(op.name == "print" for function in self.program for op in ops_in(function.body))

    @functools.cached_property
    def changes(self) -> bool:
        """Whether a call for the value may change an argument."""
        return bool(self.written) or not changes_nothing(self.lowered)

    @functools.cached_property
    def has_kinks(self) -> bool:
        """Whether a derivative of the function may meet a tie."""
        return pipeline.has_kinks(self.program)

    @functools.cached_property
    def left_open(self) -> bool:
        """Whether the function is itself a derivative of another one, undecided at ties."""
        return any(op.attributes.get("left_open") for op in ops_in(self.program.main.body))

    @property
    def literal(self) -> Executable:
        """The function as it was lowered, no pass run over it, in the interpreter: right even where arguments overlap."""
        return pipeline.literal(self.program)

    def guarded(self, then: Callable[[Any], Any], otherwise: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """A function that goes on with `then` where this specialisation still fits what stands around the function."""
        return guarded(self.lowered.guards, self.statics, then, otherwise)

    def captured(self) -> list[Any] | None:
        """The leaves of what the function captures, as it is now; None where this specialisation no longer fits."""
        return self.captures.leaves() if self.holds(None) else None


class Versions:
    """All specialisations of one function, by the structures of its arguments."""

    def __init__(self, target: Callable[..., Any], chain: tuple[Any, ...] = ()) -> None:
        self.target = target
        self.chain = chain
        self.signature: Any = None
        self.statics: frozenset[str] = frozenset()
        self.table: dict[tuple[Structure, ...], list[Specialisation]] = {}
        self.names: tuple[str, ...] = ()
        self.latest: Specialisation | None = None
        self.count = 0
        self.dropped = 0
        self.facts: tuple[Any, ...] = ()

    def find(self, args: Sequence[Any], kwargs: Mapping[str, Any], purpose: Purpose = Purpose.ALL) -> tuple[Specialisation, list[Any]]:
        """The specialisation for these arguments that serves the purpose, made if there is none, and the leaves to call it with."""
        for _ in range(3):
            if self.signature is not None and identical(self.facts, facts_of(self.target)):
                values = self.signature.bind(tuple(args), dict(kwargs))
                key = tuple(describe(v, name.lstrip("*"), self.statics) for name, v in zip(self.names, values, strict=True))
                specials = self.table.get(key, [])
                for special in specials:
                    captured = special.captured() if special.lowered.fits(purpose) else None
                    if captured is not None:
                        if special.lowered.changing is not None:
                            apart(special.lowered, values)
                        if len(self.table) > MOST // 2:
                            self.table[key] = self.table.pop(key, specials)  # the latest stand last
                        found = [leaf for value, structure in zip(values, key, strict=True) for leaf in leaves(value, structure)]
                        return special, found + captured
            self.specialise(args, kwargs, purpose)
        raise InvalidArgument(f"what {name_of(self.target)} captures changes while it is being read")

    def tells_more(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
        """Whether more is known of these arguments with their small integers and the shapes of small arrays."""
        values = self.signature.bind(tuple(args), dict(kwargs))
        named = [(v, name.lstrip("*")) for name, v in zip(self.names, values, strict=True)]
        return any(describe(v, name, self.statics | {SMALL_ONES}) != describe(v, name, self.statics) for v, name in named)

    def specialise(self, args: Sequence[Any], kwargs: Mapping[str, Any], purpose: Purpose) -> None:
        """Lower the function for these arguments and enter the result in the table, unless what was lowered of its code serves it too."""
        if self.taken_over():
            return
        self.specialise_alone(args, kwargs, purpose)
        if self.count == MANY + 1:
            fixed = sorted(path for path in self.statics if isinstance(path, str))
            warnings.warn(
                f"{name_of(self.target)} has been compiled {self.count} times, each time for other types, ranks or fixed values"
                " of its arguments"
                + (f" (the values of {', '.join(fixed)} are fixed at compilation)" if fixed else "")
                + "; a call with arguments of a kind seen before is fast",
                stacklevel=4,
            )

    def taken_over(self) -> bool:
        """Where the function is not the one that was read: drop what was lowered, and take over what was compiled of functions that the
        same code has made, if there is something."""
        facts = facts_of(self.target)
        if identical(self.facts, facts):
            return False
        with compiling:
            self.dropped += len(self.table)
            self.table.clear()
            self.facts = facts
            function = facts[0]
            found = anew.remembered(function, self.chain) if isinstance(function, types.FunctionType) else []
            for lowered, statics, compiled in found:
                self.statics |= statics
                special = self.placed(Specialisation(self.target, lowered, statics, compiled))
                self.table.setdefault(special.key, []).append(special)
            return bool(found)

    @roomy
    def specialise_alone(self, args: Sequence[Any], kwargs: Mapping[str, Any], purpose: Purpose) -> None:
        with compiling, depth_refused(name_of(self.target)):
            function = facts_of(self.target)[0]
            lowered, self.statics = lower_any(self.target, args, kwargs, self.statics, purpose)
            special = Specialisation(self.target, lowered, self.statics)
            self.count += not self.enter(special)
            if isinstance(function, types.FunctionType):
                anew.remember(function, self.chain, lowered, self.statics, special.compiled)

    def placed(self, special: Specialisation) -> Specialisation:
        """Take from a specialisation how calls are read."""
        lowered = special.lowered
        self.names = tuple(name for name, _ in lowered.arguments)
        self.signature = lowered.signature
        self.latest = special
        return special

    def enter(self, special: Specialisation) -> bool:
        """Keep a specialisation, beside those of its structure that may fit again, and one that fits but is for values only; too many
        others go. Whether there was such a one."""
        key = self.placed(special).key
        known = self.table.pop(key, [])
        fitting = [s for s in known if s.captured() is not None]
        others = [s for s in known if s not in fitting]
        self.table[key] = [*fitting, special, *others[: MANY - 1]]
        self.dropped += len(others[MANY - 1 :])
        while len(self.table) > MOST:
            self.dropped += len(self.table.pop(next(iter(self.table))))
        return bool(fitting)


def facts_of(target: Callable[..., Any]) -> tuple[Any, ...]:
    """The function that is read, its code and its defaults: while these are the same objects, its signature is the same."""
    function, _, _ = plain(innermost(target))
    if not isinstance(function, types.FunctionType):
        return (function,)
    named = function.__kwdefaults__ or {}
    return function, function.__code__, function.__defaults__, *named, *named.values()


def identical(some: tuple[Any, ...], others: tuple[Any, ...]) -> bool:
    """Whether both hold the same objects."""
    return len(some) == len(others) and all(map(operator.is_, some, others))


@contextmanager
def depth_refused(name: str) -> Iterator[None]:
    """Where there is not room enough, the program is refused."""
    try:
        yield
    except RecursionError:
        raise too_deep(f"'{name}'") from None


def versions_of(target: Callable[..., Any]) -> Versions:
    """The specialisations of `target`, kept on the plain function inside it, so that they live as long as it does.

    A copy of that function's attributes (`functools.wraps`) or new code under it (a reload) is noticed: both start afresh.
    """
    chain: list[Any] = []
    function = target
    while True:
        function, leading, _ = plain(function)
        chain.append(len(leading))
        if not isinstance(function, Transform):
            break
        chain.append((function.kind, function.wrt, function.has_aux))
        function = function.function
    if not isinstance(function, types.FunctionType):
        return Versions(target)
    return kept_by(function).table.setdefault(tuple(chain), Versions(target, tuple(chain)))


def kept_by(function: types.FunctionType) -> Kept:
    """What was compiled of a plain function with the code that it has."""
    kept: Kept | None = function.__dict__.get(ATTRIBUTE)
    if kept is None or not kept.belongs(function):
        kept = function.__dict__[ATTRIBUTE] = Kept(function)
    return kept


def kept_of(target: Callable[..., Any]) -> dict[Any, Any] | None:
    """What was made of a function or of a transformation of one, by whatever tells it apart; None where `target` is made anew when it is
    asked for, as a bound method is."""
    if isinstance(target, types.FunctionType):
        return kept_by(target).made
    return target.made if isinstance(target, Transform) else None


class Kept:
    """All that was compiled of one function with the code that it had. It does not travel with the function's attributes."""

    def __init__(self, function: types.FunctionType | None = None) -> None:
        self.function = None if function is None else weakref.ref(function)
        self.code = None if function is None else function.__code__
        self.table: dict[Any, Versions] = {}
        self.made: dict[Any, Any] = {}

    def belongs(self, function: types.FunctionType) -> bool:
        """Whether this was compiled of `function` as it is, and not copied here (`functools.wraps`) or left from earlier code."""
        return self.function is not None and self.function() is function and self.code is function.__code__

    def __reduce__(self) -> tuple[type, tuple[()]]:
        return Kept, ()


def lower_any(
    target: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], statics: frozenset[str], purpose: Purpose = Purpose.ALL
) -> tuple[Lowered, frozenset[str]]:
    """The lowering of a plain function, or of everypath's own transformation of one."""
    given = args
    target, _, _ = plain(target)
    if not isinstance(target, Transform):
        lowered, statics = pipeline.lowered(target, args, kwargs, statics, purpose)
        return with_extents(lowered, lowered.signature.bind(tuple(args), dict(kwargs))), statics
    if target.kind == "hvp":
        function, _, _ = plain(innermost(target))
        if isinstance(function, types.FunctionType) and not isinstance(target.function, Transform):
            before_vector(Signature(function), args, kwargs, len(fixed(target.function)[0]), name_of(target.function))
        args = args[:-1]
    lowered, statics = lower_any(target.function, args, kwargs, statics)
    leading, _ = fixed(target.function)
    try:
        with ours(f"deriving {name_of(target)}"):
            return composed(lowered, target, len(leading), name_of(target.function)), statics
    except NotDifferentiable:
        if SMALL_ONES in statics or not leaves_out(lowered.program):
            raise
    return lower_any(target, given, kwargs, statics | {SMALL_ONES})


def leaves_out(program: Program) -> bool:
    """Whether a part that may run is refused, so that what it would have computed is not there."""
    ops = (op for function in program for op in ops_in(function.body))
    return any(op.name == "check" and op.attributes["error"] is NotSupported for op in ops)
