"""The entry: a function and the structure of its arguments, lowered with all it calls; attempts until nothing new is learnt."""

from __future__ import annotations

import inspect
import types
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .. import (
    ops,  # noqa: F401  (fills the catalogue)
)
from ..bugs import ours
from ..errors import InvalidArgument, NotSupported, told
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import F64
from ..ir.walk import ops_in
from ..rules import Rule, rule_of
from ..structure import MOST_LEAVES, Container, Existing, Leaf, Read, Static, Structure, count, describe, paths
from ..syntax.read import read
from ..unchanging import unchanging
from . import read_only
from .context import Refused
from .derivatives import halves, host, needed, ruled
from .frame import Frame, variable
from .join import GrowsAtRunTime
from .language import Language
from .learning import grown, rewiden
from .naming import of_a_library
from .objects import Dict
from .outside import ChangesOutside, Outside, abstract, capture, promoted
from .python.containers import WidensAtRunTime
from .reach import Learnt, Measured, MoreKnown, NeedsStatic, Refusal, merged
from .roots import own_text
from .run_lists import ShrinksAtRunTime
from .text.changes import Change, Leaving, grows, leaving
from .text.functions import Target, as_far_as_possible, run_body
from .text.results import as_array, certain, result_leaves, structure_of
from .text.returning import returned, swept
from .unit import Capture, Purpose, Unit
from .values import Abstract
from .watch import Attribute, watch

ATTEMPTS = 64


class Signature:
    """How arguments bind to the parameters of a function: its own, whatever `functools.wraps` says of them.

    `names` are the parameters with their stars, `by_keyword` those that are passed by name only, `shown` the positional ones that
    `inspect.signature` shows, which are those of the function inside a decorator's wrapper.
    """

    def __init__(self, function: types.FunctionType) -> None:
        self.signature = inspect.signature(undecorated(function))
        self.name = function.__name__
        parameters = self.signature.parameters
        self.names = tuple(starred(p) + name for name, p in parameters.items())
        self.by_keyword = frozenset(name for name, p in parameters.items() if p.kind is p.KEYWORD_ONLY)
        self.binder = binder(self.signature)
        positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
        self.shown = tuple(name for name, p in inspect.signature(function).parameters.items() if p.kind in positional)

    def bind(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values of all parameters in order, defaults filled in; TypeError where CPython raises it."""
        try:
            return self.binder(*args, **kwargs)
        except TypeError:
            pass
        try:  # `inspect` says better what is wrong
            bound = self.signature.bind(*args, **kwargs)
        except TypeError as problem:
            raise TypeError(f"{self.name}(): {problem}") from None
        bound.apply_defaults()
        return tuple(bound.arguments.values())


def binder(signature: inspect.Signature) -> Callable[..., tuple[Any, ...]]:
    """A function with the same parameters and defaults that returns their values, which CPython binds many times faster than `inspect`."""
    parameters = list(signature.parameters.values())
    bare = [p.replace(annotation=p.empty, default=p.empty if p.default is p.empty else None) for p in parameters]
    names = "".join(f"{p.name}, " for p in parameters)
    space: dict[str, Any] = {}
    exec(f"def bound{inspect.Signature(bare)}:\n    return ({names})\n", space)
    bound: Any = space["bound"]
    given = [p for p in parameters if p.default is not p.empty]
    bound.__defaults__ = tuple(p.default for p in given if p.kind is not p.KEYWORD_ONLY) or None
    bound.__kwdefaults__ = {p.name: p.default for p in given if p.kind is p.KEYWORD_ONLY} or None
    return bound  # type: ignore[no-any-return]


def undecorated(function: types.FunctionType) -> types.FunctionType:
    """The same code without attributes: `inspect` believes `__wrapped__` and `__signature__`, the interpreter does not."""
    bare = types.FunctionType(function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__)
    bare.__kwdefaults__ = function.__kwdefaults__
    return bare


def starred(p: inspect.Parameter) -> str:
    return "*" if p.kind is p.VAR_POSITIONAL else "**" if p.kind is p.VAR_KEYWORD else ""


@unchanging
class Lowered:
    """What lowering gives. The entry's parameters are the leaves of `arguments`, then those of `captures`; its results are the leaves
    of `result`. `changing`, where a call changes objects of the caller, is the function that says how, or why that can't be said; of a
    derivative, which leaves them alone, it is only what would have changed. `guards` are captured objects that must stay the same ones.
    `parameters` are (path, kind of leaf), one for each. A program that `serves` values alone has plain calls where rules would stand, or
    leaves lists that a derivative would have of known items. One that serves derivatives may leave `untold` that a result is an int on
    some path."""

    program: Program
    signature: Any
    arguments: tuple[tuple[str, Structure], ...]
    captures: tuple[Capture, ...]
    guards: tuple[Capture, ...]
    result: Structure
    parameters: tuple[tuple[str, str], ...]
    changing: Changing | Dropped | list[Refusal] | None = None
    serves: Purpose = Purpose.ALL
    untold: bool = False

    def fits(self, purpose: Purpose) -> bool:
        """Whether it was lowered for this purpose too."""
        return self.serves >= purpose and not (self.untold and purpose is Purpose.VALUES)


@unchanging
class Dropped:
    """What a derivative changes in its own copies of the caller's objects: their roots, as in `Changing`, or None where any may be."""

    changes: tuple[Change, ...] | None


@unchanging
class Changing:
    """A function that changes objects of the caller. `lowered` gives a tuple: its result, and the new contents of each of `changes`,
    whose roots count arguments, then captures."""

    lowered: Lowered
    changes: tuple[Change, ...]


def lower(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    statics: frozenset[str] = frozenset(),
    purpose: Purpose = Purpose.ALL,
    before: Unit | None = None,
) -> Lowered:
    """Lower `function` for arguments of the structure of these, the values at the paths in `statics` fixed. What its `purpose` can do
    without may be left out. `before` is the lowering that asked for more attributes of objects.

    Raises NotSupported with all refusals, InvalidArgument for arguments that cannot be passed, NeedsStatic where more must be known.
    """
    given, function = function, own_text(function, args, kwargs)
    if not isinstance(function, types.FunctionType):
        raise NotSupported([(None, *no_function(function))])
    signature = Signature(function)
    values = signature.bind(args, kwargs)
    arguments = tuple((name, describe(value, name.lstrip("*"), statics)) for name, value in zip(signature.names, values, strict=True))
    few_enough(arguments)
    if function is not given and purpose is Purpose.GRADIENTS:
        purpose = Purpose.ALL
    return lowered_for(function, signature, arguments, Unit(statics, purpose, before))


def lowered_for(function: types.FunctionType, signature: Signature, arguments: tuple[tuple[str, Structure], ...], unit: Unit) -> Lowered:
    """A plain function lowered for arguments of these structures."""
    target = Target(read(function), Outside.of(function), {})
    rule = rule_of(function)
    target = target if rule is None else with_rule(rule, target)
    with ours(f"lowering {target.definition.name}", NeedsStatic):
        return settled(function, target, signature, arguments, unit)


def whole(function: types.FunctionType, lowered: Lowered, statics: frozenset[str]) -> Lowered:
    """The function lowered with all halves of its rules, for the same leaves."""
    try:
        made = lowered_for(function, lowered.signature, lowered.arguments, Unit(statics))
    except NeedsStatic as wanted:
        raise NotSupported([(None, f"the rules of this function must know {wanted}", "pass it as a number that is known")]) from None
    if [(c.name, c.structure) for c in made.captures] != [(c.name, c.structure) for c in lowered.captures]:
        raise NotSupported([(None, "the rules of this function read more of what is around it", "pass that as arguments")])
    known = replace(made.program.main, attributes=lowered.program.main.attributes)
    return replace(made, program=made.program.with_function(known))


def with_rule(rule: Rule, target: Target) -> Target:
    """The function, which has a rule, as an entry."""
    if not rule.host:
        return ruled.entry(target, lambda frame, bound: ruled.applied(frame, rule, target, bound, target.node))
    own = target.definition.node.args
    if own.vararg or own.kwarg:
        raise NotSupported([(None, f"{rule.name} takes * or **, and CPython runs it", "call it from a function of your own")])
    by_name = {p.arg for p in own.kwonlyargs}

    def run(frame: Frame, bound: dict[str, Abstract]) -> Abstract:
        positional = [x for name, x in bound.items() if name not in by_name]
        return host.called(frame, rule, positional, {name: bound[name] for name in by_name}, target.node)

    return ruled.entry(target, run)


def settled(
    function: types.FunctionType, target: Target, signature: Signature, arguments: tuple[tuple[str, Structure], ...], unit: Unit
) -> Lowered:
    """Attempts until nothing new is learnt."""
    stuck: Counter[Any] = Counter()
    for _ in range(ATTEMPTS):
        watch(unit, Attribute(function, "__code__"), function.__code__)
        try:
            return attempt(unit, target, signature, arguments)
        except GrowsAtRunTime as growing:
            if not all([grown(unit, one, stuck) for one in (growing, *growing.others)]):
                break
        except WidensAtRunTime as wider:
            rewiden(unit, wider.element, wider.wider)
        except ChangesOutside as changing:
            unit.promoted[changing.key] = unit.captures[changing.key]
        except Measured as asked:
            unit.measured.add(asked.owner)
        except Learnt:
            pass  # it stands in the unit
        except ShrinksAtRunTime:
            unit.shrinking = True
            unit.dynamic.clear()  # the patterns of lists have no lengths in them
            unit.loops.clear()
        except MoreKnown:
            unit.dynamic.clear()
        except NeedsStatic as needed:
            if not all(isinstance(path, (str, Read)) for path in needed.paths):
                raise AssertionError(str(needed)) from needed
            needed.unit = unit if all(isinstance(path, Read) for path in needed.paths) else None
            raise
        unit.start_again()
    reason = "the types of the lists that are built at run time do not settle: with each attempt one more is found, or one of them again"
    raise NotSupported([(None, reason, "keep numbers in arrays, and what a function returns in tuples")])


def no_function(thing: Any) -> tuple[str, str]:
    """Why what is called is no function whose text can be read, and the way out."""
    name = getattr(thing, "__name__", None) or type(thing).__name__
    if isinstance(thing, type):
        return f"cannot use '{name}': it is a class", f"pass a function that makes one, such as lambda *args: {name}(*args)"
    reason = "its source can't be read: it is not written in Python"
    return f"cannot use '{name}': {reason}", "pass a function that calls it, such as lambda x: np.sin(x) for np.sin"


def few_enough(arguments: Sequence[tuple[str, Structure]]) -> None:
    for name, structure in arguments:
        if count(structure) > MOST_LEAVES:
            raise InvalidArgument(
                f"{name} has {count(structure)} numbers and arrays in it, and {MOST_LEAVES} is the limit: stack them into one array"
            )


def attempt(unit: Unit, target: Target, signature: Signature, arguments: tuple[tuple[str, Structure], ...]) -> Lowered:
    frame = Language(unit, target.definition, target.outside)
    leaves: list[Value] = []
    for k, (name, structure) in enumerate(arguments):
        value = abstract(frame, structure, name.lstrip("*"), leaves, k)
        if name.startswith("**") and isinstance(value, Dict):  # made for this call
            frame.arrived.pop(value)
        variable(frame, name.lstrip("*"), value)
    frame.named.update(leaves)
    for k, known in unit.promoted.items():
        frame.env[promoted(frame, k)] = capture(frame, k, known.name, known.read, target.node)
    name = unit.fresh_name(target.definition.name)
    result: Structure = Static(None)
    left: Leaving | list[Refusal] | None = None
    made = 0
    with as_far_as_possible(frame, target.node):
        run_body(frame, target)
        result, left, made = finished(frame)
    if unit.left_out and takes_derivatives(frame):
        unit.purpose = Purpose.ALL
        raise Learnt
    frame.path.refusals += halves.settle(frame, frame.b.ops, all_of_them=unit.purpose is Purpose.ALL)
    if frame.path.refusals:
        elsewhere = [r for r in unit.elsewhere if r[0] is None or not of_a_library(r[0].file)]
        raise NotSupported(merged(frame.path.refusals, elsewhere))
    if unit.purpose is Purpose.GRADIENTS:
        needed.only(unit, frame.b.ops)
    hidden = [k for k, _ in frame.hidden]
    if isinstance(left, Leaving):  # what is changed counts among the captures though nothing in it is read
        hidden += [root for root in dict.fromkeys(left.roots()) if not isinstance(root, int) and root not in hidden]
    captures = tuple(unit.captures[k] for k in hidden)
    guards = tuple(capture for k, capture in unit.captures.items() if count(capture.structure) == 0)
    parameters = (*leaves, *(leaf for _, held in frame.hidden for leaf in held))
    body = Region(parameters, tuple(swept(frame.b.ops)))
    main = Function(name, body, {"user_name": target.definition.name}, frame.location(target.node))
    program = Program({name: main, **unit.functions}, name)
    if writes := read_only.refusals(program, unit.stacked, unit.early, unit.lasting, unit.taken_up, unit.copied_together):
        raise NotSupported(writes)
    program = read_only.apart(program)
    named = [path for a, s in arguments for path in paths(s, a.lstrip("*"))] + [
        path for c in captures for path in paths(c.structure, c.name)
    ]
    kinds = tuple((path, leaf.kind) for path, leaf in named)
    lowered = Lowered(program, signature, arguments, captures, guards, result, kinds, serves=unit.serves, untold=unit.untold)
    return replace(lowered, changing=changing(lowered, frame.b.ops[:made], frame.b.ops[-1], left, hidden))


def takes_derivatives(frame: Frame) -> bool:
    """Whether the program takes derivatives itself."""
    bodies = [frame.b.ops, *(function.body.ops for function in frame.unit.functions.values())]
    return any(op.name in ("pushforward", "pullback") for body in bodies for op in ops_in(Region((), tuple(body))))


def finished(frame: Frame) -> tuple[Structure, Leaving | list[Refusal] | None, int]:
    """Emit `return`, and say what the results are, and what else a call leaves, which the first so many ops compute."""
    if frame.dead:  # it always raises: any result will do
        frame.b.end("return", [frame.b.f64(0.0, "never")])
        return Leaf("float", F64), None, 0
    result = returned(frame)
    left = leaving(frame, result)
    made = len(frame.b.ops)
    result = as_array(frame, certain(frame, result))
    refused = len(frame.path.refusals)
    try:
        structure, leaves = structure_of(frame, result), result_leaves(frame, result)
    except Refused:
        if isinstance(left, list):
            frame.path.forget(refused)
            for refusal in left:
                frame.path.add(refusal, frame)
        known = not frame.unit.small and grows(result)  # with small integers known, such a list may be one of known items
        if not isinstance(left, Leaving) or (known and frame.unit.derived):
            raise
        frame.unit.given_up = known
        # compile gives it as it is; what wants a result of one kind, as a derivative does, is told when it runs
        message = told(frame.path.refusals[refused:])
        frame.path.forget(refused)
        frame.b.do("check", frame.b.bool(False, "never"), error=NotSupported, message=message)
        structure, leaves = Leaf("float", F64), [frame.b.f64(0.0, "never")]
    frame.b.end("return", leaves)
    return structure, left, made


def changing(
    lowered: Lowered, made: Sequence[Op], end: Op, left: Leaving | list[Refusal] | None, hidden: Sequence[Any]
) -> Changing | list[Refusal] | None:
    """The same function with what it leaves changed among its results."""
    if not isinstance(left, Leaving):
        return left
    main = lowered.program.main
    kept = swept([*made, replace(end, operands=tuple(left.leaves))])
    program = lowered.program.with_function(replace(main, body=Region(main.body.arguments, tuple(kept))))
    n = len(lowered.arguments)
    changes = tuple(c if isinstance(c.root, int) else replace(c, root=n + hidden.index(c.root)) for c in left.changes)
    return Changing(replace(lowered, program=program, result=placed(left.structure, n, hidden)), changes)


def placed(structure: Structure, n: int, hidden: Sequence[Any]) -> Structure:
    """`structure` in which captures are counted behind the `n` arguments."""
    if isinstance(structure, Existing) and not isinstance(structure.value[0], int):
        root, number = structure.value
        return Existing((n + hidden.index(root), number))
    if isinstance(structure, Container):
        return replace(structure, children=tuple(placed(child, n, hidden) for child in structure.children))
    return structure
