"""What `grad`, `compile` and the others return: callables that find their specialisation quickly and hand it the leaves.

The way of a call: the types of the arguments lead to a prepared call; where there is none, the structure of the arguments is
described and looked up, and the function is specialised if it is new. A prepared call checks that what the function captures
still fits, passes the leaves to compiled code, and puts the results back into containers.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

import numpy as np

from .. import pipeline, records
from ..bugs import ours
from ..errors import InvalidArgument, NotDifferentiable, NotSupported
from ..ir.text import to_text
from ..lower import Purpose
from ..pipeline import Backend, Task
from ..structure import SMALL_ONES, Leaf, Static, describe, lengths_of
from ..tracebacks import for_the_user, without_our_frames
from ..transform import Transform
from .boundary import ReadOnlyArgument, overlap, overlaps_itself
from .callables import fixed, is_object, name_of
from .changing import changes_nothing
from .choice import Arguments, Choice
from .collecting import collector
from .completed import Completed, completed
from .pickled import made_again, packed
from .remembered import ByLayout, Collected, Finish, Nested, by_position, only, plainly_nested, prepared_call, sketch
from .signature import Signed, introduced
from .specialise import Specialisation, leaves_out, versions_of
from .tapes import tapes

FLAT = (float, int, bool, np.float64, np.float32, np.int64, np.int32, np.bool_, np.ndarray)
"""Types of arguments that are their own leaf, and that say everything but an array's layout."""

VALUED = (str, type(None), type, types.FunctionType, types.BuiltinFunctionType, types.ModuleType, np.ufunc, type(np.concatenate))
"""Types of arguments whose value counts, and that have no leaf."""

MOST = 64
"""Values of such arguments that are kept, so that functions made anew for each call go again."""


P = ParamSpec("P")
Q = ParamSpec("Q")
R = TypeVar("R", covariant=True)
Own = TypeVar("Own")
Answer = TypeVar("Answer")


class Derived(Transform, Generic[P, R]):
    """What `grad`, `compile` and the others give: a function with the parameters `P` of the one it was made from, that returns `R`.

    It has that function's signature and documentation, and `show(stage, *arguments)` gives its program as text. It can be pickled where
    its function can, and is a method where it stands in a class. Subclasses say what they compute for one specialisation, in `prepare`.

    >>> import everypath as ep
    >>> def area(r: float) -> float:
    ...     return 3.0 * r * r
    >>> ep.grad(area), ep.grad(area)(2.0)
    (<everypath.grad(area)>, 12.0)
    """

    __signature__ = Signed()
    purpose = Purpose.ALL

    def __init__(
        self,
        kind: str,
        function: Callable[..., Any],
        wrt: Any = 0,
        *,
        has_aux: bool = False,
        backend: Backend = "native",
        memory: int | str | None = None,
    ) -> None:
        self.kind = kind
        self.function = function
        self.wrt = wrt
        self.has_aux = has_aux
        self.memory = memory
        self.backend = backend
        self.leading, self.named = fixed(function)
        self.versions = versions_of(function)
        self.prepared: dict[Specialisation, Finish] = {}
        self.fast: dict[tuple[type, ...], Callable[[tuple[Any, ...]], Any]] = {}
        self.by_layout: dict[tuple[type, ...], ByLayout] = {}
        self.dropped = 0
        self.complete: Completed | None = None
        introduced(self)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            if not kwargs:
                call = self.fast.get((type(args[0]),) if len(args) == 1 else tuple(map(type, args)))
                if call is not None:
                    return call(args)  # type: ignore[no-any-return]
            every = None if self.complete is None else self.complete(args, kwargs)
            if every is not None:
                call = self.fast.get((Completed, *map(type, every)))
                if call is not None:
                    return call(every)  # type: ignore[no-any-return]
            return self.slow(args, kwargs)  # type: ignore[no-any-return]
        except (NotSupported, NotDifferentiable) as refused:
            problem: Exception = refused
            try:
                if self.cut_short(args, kwargs, refused):
                    return self.knowing_more(args, kwargs, refused)  # type: ignore[no-any-return]
            except Exception as instead:
                problem = instead
            raise without_our_frames(problem) from None
        except Exception as problem:
            raise without_our_frames(problem)  # noqa: B904

    @overload
    def __get__(self, instance: None, owner: Any = None) -> Self: ...
    @overload
    def __get__(self: Derived[Concatenate[Own, Q], Answer], instance: Own, owner: Any = None) -> Callable[Q, Answer]: ...
    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """As an attribute of a class it is a method, as any function is."""
        return self if instance is None else functools.partial(self, instance)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled and copied by the function it came from: what arrives has compiled nothing yet."""
        return made_again, (type(self), *packed(self.function), (self.kind, self.wrt), self.options())

    def options(self) -> dict[str, Any]:
        """The keywords that make another one like this."""
        return {"has_aux": self.has_aux, "backend": self.backend, "memory": self.memory}

    def __repr__(self) -> str:
        return f"<everypath.{name_of(self)}>"

    def prepare(self, special: Specialisation) -> Finish:
        """How calls of this specialisation are answered; raises where there is no answer."""
        raise NotImplementedError

    def task(self, special: Specialisation) -> Task:
        """What `show` shows."""
        raise NotImplementedError

    @for_the_user
    def show(self, stage: str = "derivative", *args: Any, **kwargs: Any) -> str:
        """The program at a stage, as text: "ir", "derivative" (or "adjoint"), "optimised", "llvm"; or "tapes", what a gradient keeps for
        its backward sweep, tape by tape with its bytes, which runs it once in the interpreter.

        With arguments it is specialised for them; without, it is that of the latest call.
        """
        if stage == "tapes":
            return self.tapes(args, kwargs)
        if args or kwargs:
            special, _ = self.find(args, kwargs)
        elif self.versions.latest is not None and self.versions.latest.lowered.fits(self.purpose):
            special = self.versions.latest
        else:
            raise InvalidArgument(f"{name_of(self)} has not been called yet: pass arguments, as in show({stage!r}, 1.5)")
        if stage == "llvm":
            return pipeline.llvm(special.program, self.task(special))
        names: dict[str, pipeline.Stage] = {"adjoint": "derivative", "tangent": "derivative", **{s: s for s in pipeline.STAGES}}
        if stage not in names:
            raise InvalidArgument(f"there is no stage {stage!r}; there are {', '.join(pipeline.STAGES)}, llvm and tapes")
        task = replace(self.task(special), values=True) if names[stage] == "derivative" else self.task(special)
        return to_text(pipeline.shown(special.program, task, names[stage]), brief=True)

    def tapes(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        """What the gradient keeps at these arguments."""
        special, leaves = self.find(args, kwargs)
        task = self.task(special)
        if task.mode != "reverse":
            raise InvalidArgument(f"{name_of(self)} has no tapes to show; grad and value_and_grad have")
        program, (entry, *_) = pipeline.stages(pipeline.for_any(special.program), task)
        ready = [pipeline.native_array(x, True) if isinstance(x, np.ndarray) else x for x in leaves]
        return tapes(program, entry, [*ready, *(1.0 for _ in task.seeded)])

    # Finding the specialisation ----------------------------------------------------------------------------------

    def find(self, args: Sequence[Any], kwargs: dict[str, Any]) -> tuple[Specialisation, list[Any]]:
        """The specialisation for these arguments and the leaves to call it with."""
        if not self.leading and not self.named:
            return self.versions.find(args, kwargs, self.purpose)
        refuse_strangers(self.leading, name_of(self.function))
        return self.versions.find((*self.leading, *args), {**self.named, **kwargs}, self.purpose)

    def slow(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A call whose specialisation is looked up by the structure of the arguments."""
        special, leaves = self.find(args, kwargs)
        if self.dropped != self.versions.dropped:
            self.dropped = self.versions.dropped
            self.prepared.clear()
            self.fast.clear()
            self.by_layout.clear()
        finish = self.prepared.get(special)
        if finish is None:
            with ours(f"preparing {name_of(self)}"):
                finish = self.prepared[special] = self.prepare(special)
        self.remember(special, args, kwargs, finish)
        return self.finished(special, finish(leaves), args, kwargs)

    def cut_short(self, args: tuple[Any, ...], kwargs: dict[str, Any], refused: NotSupported | NotDifferentiable) -> bool:
        """Whether a run met what is refused, or there is no derivative while a part that may run is refused and so left out."""
        if isinstance(refused, NotSupported):
            return refused.reached
        return leaves_out(self.find(args, kwargs)[0].program)

    def knowing_more(self, args: tuple[Any, ...], kwargs: dict[str, Any], refused: NotSupported | NotDifferentiable) -> Any:
        """The answer with small integers and the shapes of small arrays known, where a run met what is refused without them, and left
        nothing behind that can be seen."""
        special, _ = self.find(args, kwargs)
        known = self.versions.statics
        short = self.fast or self.by_layout  # ways to a specialisation of before another transform of the function came to know more
        seen = special.prints or (special.changes and self.purpose is Purpose.VALUES)
        if seen or not (short or self.versions.tells_more((*self.leading, *args), {**self.named, **kwargs})):
            raise refused
        self.versions.statics = known | {SMALL_ONES}
        self.fast.clear()
        self.by_layout.clear()
        try:
            return self.slow(args, kwargs)
        except (NotSupported, NotDifferentiable):
            self.versions.statics = known
            raise refused from None

    def again(self, args: tuple[Any, ...], then: Any, refused: NotSupported) -> Any:
        """What the answer gives for `then`, of a transform whose answers are functions, and whose run was refused."""
        if not refused.reached:
            raise refused
        return self.knowing_more(args, {}, refused)(then)

    def finished(self, special: Specialisation, answer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The answer to the caller, given that of the prepared call."""
        return answer

    def remember(self, special: Specialisation, args: tuple[Any, ...], kwargs: dict[str, Any], finish: Finish) -> None:
        """Make later calls with arguments of these types find `finish` at once."""
        if not kwargs and not self.named:
            self.keep(special, args, finish)
            if len(self.leading) + len(args) >= len(special.lowered.arguments):
                return
        complete = completed(special.lowered.signature, self.versions.facts, self.leading, self.named)
        every = None if complete is None else complete(args, kwargs)
        if complete is not None and every is not None:
            self.complete = complete
            self.keep(special, every, finish, (Completed,), complete.passed(self.slow))

    def keep(
        self,
        special: Specialisation,
        args: tuple[Any, ...],
        finish: Finish,
        mark: tuple[type, ...] = (),
        slow: Callable[[tuple[Any, ...], dict[str, Any]], Any] | None = None,
    ) -> None:
        """Make calls that pass all arguments, of these types, find `finish`, under `mark` and the types; what does not fit is `slow`."""
        slow = slow or self.slow
        if not changes_nothing(special.lowered):
            return
        arguments = by_position(special.lowered.arguments)
        kinds = tuple(map(type, args))
        place = (*mark, *kinds)
        if self.leading or any(records.ordinary(k) for k in kinds):
            self.keep_objects(special, args, finish, place, slow)
            return
        if len(arguments) != len(args) or any(name.startswith("*") for name, _ in arguments):
            return
        flat = all(k in FLAT or k in VALUED for k in kinds) and all(isinstance(structure, (Leaf, Static)) for _, structure in arguments)
        if flat and special.statics & {static for name, _ in arguments for static in (lengths_of(name), SMALL_ONES)}:
            return
        if not flat and (special.statics or not all(plainly_nested(structure) for _, structure in arguments)):
            return
        if any(describe(a, name, special.statics) != structure for a, (name, structure) in zip(args, arguments, strict=True)):
            return  # the vector of an hvp that had to be converted
        if not flat:
            nested = self.fast.setdefault(place, Collected(Nested(slow), ()))
            if isinstance(nested, Collected) and isinstance(nested.otherwise, Nested):
                nested.otherwise.table[sketch(args)] = special, finish
                nested.learn(special, collector(args, [structure for _, structure in arguments], special.statics), finish)
            return
        valued = tuple(k for k, (_, structure) in enumerate(arguments) if isinstance(structure, Static))
        call = prepared_call(special, only(finish, len(args), valued) if valued else finish, slow)
        if np.ndarray not in kinds and not valued:
            self.fast[place] = call
            return
        known = self.by_layout.get(place)
        if known is None or known.valued != valued:
            known = self.by_layout[place] = ByLayout(kinds, slow, valued)
            self.fast[place] = known.call
        if valued and len(known.table) >= MOST:
            known.table.clear()
        known.table[known.key(args)] = call

    def keep_objects(
        self,
        special: Specialisation,
        args: tuple[Any, ...],
        finish: Finish,
        place: tuple[type, ...],
        slow: Callable[[tuple[Any, ...], dict[str, Any]], Any],
    ) -> None:
        """The same where arguments are objects, or the function is a method of one."""
        given, arguments = (*self.leading, *args), by_position(special.lowered.arguments)
        if is_object(self.function):  # its class may get another `__call__`
            return
        if len(arguments) != len(given) or any(name.startswith("*") for name, _ in arguments):
            return
        collect = collector(given, [structure for _, structure in arguments], special.statics)
        if collect is not None:
            known = self.fast.setdefault(place, Collected(lambda args: slow(args, {}), self.leading))
            if isinstance(known, Collected):
                known.learn(special, collect, finish)

    def choice(self, special: Specialisation) -> Choice:
        """The arguments in `wrt`, and the leaves that the derivative is taken with respect to."""
        return self.arguments(special).chosen(self.wrt)

    def arguments(self, special: Specialisation) -> Arguments:
        """The arguments of a call by position and by name."""
        return Arguments(special.lowered.arguments, special.lowered.signature, len(self.leading), special.name)


def entering(special: Specialisation, *, derivative: bool = True) -> Callable[[Sequence[Any]], Sequence[Any]] | None:
    """What must be looked at before a derivative, or a function that takes one inside, takes the leaves; None if they write none.

    An array that the function writes must not overlap another argument: the derivative works on a copy of it, and a copy
    would no longer see what is written through the other.
    """
    written = sorted({*special.written, *special.copied} if derivative else special.copied)
    if not written:
        return None

    def enter(leaves: Sequence[Any]) -> Sequence[Any]:
        for k in written:
            refuse_windows(special, k, leaves[k])
        pair = overlap(leaves, written)
        if pair is not None:
            first, second = (special.parameters[k][0] for k in pair)
            raise InvalidArgument(
                f"{special.name} writes to {first}, which shares memory with {second}; a derivative needs them apart: pass {first}.copy()"
            )
        for k in written:
            if not leaves[k].flags.writeable:
                path = special.parameters[k][0]
                raise ReadOnlyArgument(f"assignment destination is read-only: {special.name} writes to {path}; pass {path}.copy()")
        return leaves

    return enter


def refuse_strangers(leading: Sequence[Any], name: str) -> None:
    """NotSupported where a method belongs to an object, or a partial function holds one, that cannot be passed."""
    for value in leading:
        try:
            describe(value, "self")
        except InvalidArgument as problem:
            reason = f"'{name}' belongs to a {type(value).__name__}, which is not supported: {problem}"
            way_out = "make its class a dataclass of numbers and arrays, or write a function that takes what it needs as arguments"
            raise NotSupported([(None, reason, way_out)]) from None


def refuse_windows(special: Specialisation, position: int, leaf: np.ndarray[Any, Any]) -> None:
    """InvalidArgument where the function writes to an array with elements that are one number: they change together."""
    if leaf.flags.writeable and overlaps_itself(leaf):
        path = special.parameters[position][0]
        raise InvalidArgument(f"{special.name} writes to {path}, of which some elements share memory; pass {path}.copy()")
