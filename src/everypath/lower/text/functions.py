"""Python functions as IR functions: one for each pattern of arguments, and recursion to a fixed point of the result's type."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ...ir.program import Function, Region, Value
from ...source import Location
from ...syntax.read import Definition
from ...syntax.rename import is_generator
from ...unchanging import unchanging
from ..context import STATE, Lengths, Refused
from ..frame import Abandoned, Frame, Raised, variable
from ..landing import NOBODY, Landing, Taken, taken_by
from ..naming import of_a_library, spoken
from ..numpy.lengths import known_shape, lengths_told
from ..objects import Cell, Mutable
from ..outside import Outside, hidden_leaves, promoted
from ..patterns import Remake, flatten, key, objects, repacked, with_values, within
from ..reach import MoreKnown, NeedsStatic, Refusal, Restart
from ..steady import merged
from ..unit import Origin, Specialised, Unit
from ..values import Abstract, Poison, Scalar, Tuple
from .branches import close, reopen
from .fixed import counts_given, fixed_attributes, made_here, scalars
from .returning import finish, swept

ROUNDS = 8
VERSIONS = 64


@unchanging
class Target:
    """A Python function to be called: its text, what stands around it, and the cells that it shares with its maker."""

    definition: Definition
    outside: Outside
    cells: dict[str, Cell]
    body: Callable[[Frame], None] | None = None  # instead of the text's statements
    place: Location | None = None  # where the text stands for the user, if it is not theirs

    @property
    def node(self) -> ast.AST:
        return self.definition.node


class Parameters(Remake):
    """Makes a callee's parameters: its integers, and floats that the caller knows, remember which parameter they are."""

    owner: ast.AST
    unit: Unit

    def scalar(self, leaf: Value, x: Scalar, path: str) -> Scalar:
        origin = Origin(self.owner, path)
        if x.kind == "bool":
            self.unit.flags.add(origin)
        asked = x.kind in ("int", "bool") or (x.kind == "float" and x.is_static)
        origins: frozenset[Any] = frozenset([origin]) if asked else frozenset()
        return x.of_leaves(leaf, self.leaves, origins)


@unchanging
class Pattern:
    """What a function is lowered for: the values `passed`, of which those stay known that `keep` names, and the errors that its caller
    takes."""

    target: Target
    passed: list[tuple[str, Abstract]]
    takes: Taken
    keep: Callable[[str], bool]


def call(c: Frame, target: Target, arguments: dict[str, Abstract], node: ast.AST) -> Abstract:
    """Call a function with its parameters bound: emit `call`, take its result, and its effects on what was passed."""
    return called(c, prepared(c, target, arguments, node, taken_by(c.landings)))


def prepared(c: Frame, target: Target, arguments: dict[str, Abstract], node: ast.AST, takes: Taken = NOBODY) -> Prepared:
    """Lower the function, with those of its arguments static that it needs to know. It gives back errors of the classes it `takes`."""
    while True:
        needs = c.unit.needs.setdefault(target.node, set())
        known = needs | counts_given(c, target, arguments) | fixed_attributes(arguments, target.cells)
        refused = len(c.unit.elsewhere)
        try:
            ready = prepare(c, target, arguments, node, takes, lambda path, known=known: path in known)  # type: ignore[misc]
            small = small_ones(arguments) - known if c.unit.small and len(c.unit.elsewhere) > refused else set()
            if not small:
                return ready
            needs |= small
            raise MoreKnown
        except Refused:
            small = small_ones(arguments) - known if c.unit.small else set()
            if not small:
                raise
            needs |= small
            raise MoreKnown from None
        except NeedsStatic as wanted:
            mine = {o.path for o in wanted.paths if isinstance(o, Origin) and o.owner is target.node}
            if not mine:
                raise
            open_ = {path: x for path, x in scalars(arguments, target.cells) if path in mine and not x.is_static}
            if not open_ and mine <= known:  # a call of itself inside may have added to `needs` since
                raise
            unknown = [path for path, x in open_.items() if not x.origins or (wanted.wish and not all(map(c.unit.may_ask, x.origins)))]
            if unknown and wanted.wish:
                c.unit.unknowable.update(Origin(target.node, path) for path in unknown)
                continue
            if unknown:
                what = f"'{unknown[0]}' of {target.definition.name}"
                c.refuse(node, f"{what} must be known before the function runs, and here it is computed from run-time values", STATE)
            outer = frozenset(o for o in wanted.paths if not (isinstance(o, Origin) and o.owner is target.node))
            outer = outer.union(*(x.origins for x in open_.values()))
            if outer:
                raise NeedsStatic(outer, wanted.wish) from None
            needs |= mine


def small_ones(arguments: dict[str, Abstract]) -> set[str]:
    """The integers among the arguments that are known: they may keep out what is refused in the function where they are not."""
    return {path for path, x in scalars(arguments, {}) if x.is_static and isinstance(x.static, int)}


@unchanging
class Prepared:
    """A function lowered for what is passed, and the leaves of that: all that a `call`, `pullback` or `pushforward` needs. `held` are
    the leaves as they stand in what is passed: captured constants are others here."""

    special: Specialised
    passed: list[tuple[str, Abstract]]
    leaves: list[Value]
    held: list[Value]
    name: str


def prepare(
    c: Frame,
    target: Target,
    arguments: dict[str, Abstract],
    node: ast.AST,
    takes: Taken,
    keep: Callable[[str], bool],
) -> Prepared:
    """Lower the function for these arguments."""
    outside = [(promoted(c, k), c.captured[k]) for k in c.unit.promoted]
    passed: list[tuple[str, Abstract]] = [*arguments.items(), *target.cells.items(), *outside]
    if c.path.doomed and any(map(is_poisoned, (x for _, x in passed))):
        raise Refused("an argument was refused")
    seen: set[Mutable] = set()
    held = [leaf for path, x in passed for leaf in flatten([x], keep, seen, path)]
    leaves = made_here(c, held)
    special = specialise(c, Pattern(target, passed, takes, keep), node)
    c.at(node)
    if special.refused:
        for refusal in at_the_call(c, target, special.refused, node):
            c.path.add(refusal, c)
        raise Refused("what is called can't run")
    hidden = [leaf for k in special.hidden for leaf in hidden_leaves(c, k, node)]
    return Prepared(
        special, passed, [*leaves, *hidden], [*held, *hidden], target.definition.name if target.definition.name.isidentifier() else "out"
    )


def at_the_call(c: Frame, target: Target, refusals: list[Refusal], node: ast.AST) -> list[Refusal]:
    """What was refused in a function, for who calls it: in one of a library's, which nobody can change, it is the call."""
    if target.place is None and (not of_a_library(target.definition.file) or of_a_library(c.definition.file)):
        return refusals
    _, reason, way_out = refusals[0]
    if target.place is not None:
        return [(target.place, reason, way_out)]
    reason = reason.rpartition("inside it, ")[2].partition(". ")[0]
    name = spoken(node, f"{target.outside.module}.{target.definition.name}")
    return [(c.location(node), f"{name} is not supported: inside it, {reason}", "write it out, or compute it outside and pass it in")]


def is_poisoned(x: Abstract) -> bool:
    """Whether something refused is part of a value."""
    return any(isinstance(part, Poison) for part in within(x))


def called(c: Frame, ready: Prepared) -> Abstract:
    """Emit the call and take what comes back."""
    special = ready.special
    types = special.types
    results = c.b.emit("call", *ready.leaves, callee=special.name, types=types, names=[ready.name] * len(types))
    if special.result is None:
        raise Abandoned
    owner = None if measured(c, special.which[0]) else special.which[0]
    shapes: Sequence[tuple[int | None, ...] | None] = special.shapes or [None] * len(results)
    c.lengths.update((result, Lengths("", None, shape, owner)) for result, shape in zip(results, shapes, strict=False))
    mine = objects([x for _, x in ready.passed])
    made = dict(zip(special.objects, mine, strict=True))
    for theirs, ours in made.items():
        ours.frozen = ours.frozen or theirs.frozen  # a copy of it was made, in a list built at run time or where two paths met
    remake = Remake(c, results, made=dict(made))
    result = remake(special.result)
    for position, pattern in special.effects:
        new = remake(pattern)
        assert isinstance(new, Tuple)
        mine[position].contents = repacked_like(special.objects[position], mine[position], new)
    if special.raised:
        c.env.update({name: remake(pattern) for name, pattern in special.raised.items()})
        for site in special.sites:
            c.to_landing(site)
        reopen(c)
    return result


def repacked_like(theirs: Mutable, mine: Mutable, new: Tuple) -> Any:
    if isinstance(mine, Cell):
        return new.items[0] if new.items else None
    values = list(new.items)
    made = with_values(theirs.contents, values) if isinstance(theirs.contents, dict) else repacked(mine, values)
    return merged(made, mine.contents)


def specialise(c: Frame, pattern: Pattern, node: ast.AST) -> Specialised:
    """The lowered function for this pattern, made if it does not exist."""
    unit, target, passed = c.unit, pattern.target, pattern.passed
    types = tuple(key([x], pattern.keep, path) for path, x in passed)
    shared = key([Tuple(tuple(x for _, x in passed))])[0] if len(objects([x for _, x in passed])) > 1 else None
    around = id(target.outside.namespace), tuple(map(id, target.outside.cells.values()))
    shapes = tuple(given_shapes(c, pattern))
    which = (target.node, target.place, *around, types, alias_key(shared), ways_in(passed), pattern.takes, shapes)
    special = unit.specialised.get(which)
    if special is not None:
        if not special.done:
            special.reached = True
            for other in unit.stack[unit.stack.index(special) :]:
                other.recursive = True
        return special
    if sum(k[0] is target.node and k[1] == target.place for k in unit.specialised) >= VERSIONS:
        c.refuse(node, f"'{target.definition.name}' is called with more than {VERSIONS} patterns of arguments", "pass one array")
    known = set(unit.specialised)
    special = unit.specialised[which] = Specialised(unit.fresh_name(target.definition.name), which)
    unit.stack.append(special)
    try:
        settle(c, pattern, special, node)
    except BaseException:
        forget(unit, set(unit.specialised) - known if special.reached else {which})
        raise
    finally:
        unit.stack.remove(special)
    return special


def given_shapes(c: Frame, pattern: Pattern) -> list[tuple[int | None, ...]]:
    """What is known of the shapes of all leaves that are passed, where that is part of the specialisation."""
    seen: set[Mutable] = set()
    if not measured(c, pattern.target.node):
        return []
    leaves = [leaf for path, x in pattern.passed for leaf in flatten([x], pattern.keep, seen, path)]
    return [known_shape(c, leaf) if c.unit.small else lengths_told(c, leaf, True) for leaf in leaves]


def measured(c: Frame, owner: ast.AST) -> bool:
    """Whether a function is specialised for what is known of the shapes of what it is given."""
    return c.unit.small or owner in c.unit.measured


def alias_key(shared: Any) -> Any:
    """Which of the objects passed are one and the same: it shows in the key of all arguments together."""
    return None if shared is None else str([part for part in flat(shared) if isinstance(part, tuple) and part[:1] == ("again",)])


def ways_in(passed: list[tuple[str, Abstract]]) -> tuple[int, ...]:
    """Which of the objects passed came from outside with which argument or capture, numbered as met; nothing if all came together."""
    roots = [m.root for m in objects([x for _, x in passed])]
    numbers = {root: n for n, root in enumerate(dict.fromkeys(roots))}
    return tuple(numbers[root] for root in roots) if len(numbers.keys() - {None}) > 1 else ()


def flat(x: Any) -> list[Any]:
    if not isinstance(x, tuple):
        return [x]
    return [x, *(part for item in x for part in flat(item))]


def settle(c: Frame, pattern: Pattern, special: Specialised, node: ast.AST) -> None:
    """Lower the function; where it reaches itself, again with the result that was found, until nothing changes."""
    unit = c.unit
    for _ in range(ROUNDS):
        known = set(unit.specialised)
        special.reached = False
        before = special.facts
        lower_body(c, pattern, special)
        settled = not special.reached or special.facts == before
        if special.refused or not settled:  # what calls it was lowered for other facts
            forget(unit, set(unit.specialised) - known)
        if special.refused or settled:
            special.done = True
            break
    else:
        name = pattern.target.definition.name
        c.refuse(node, f"the type of what '{name}' returns does not settle", "return the same types on every path")


def forget(unit: Unit, which: set[Any]) -> None:
    """Drop functions that were lowered, and what stands for them in the program."""
    for one in which:
        unit.functions.pop(unit.specialised.pop(one).name, None)


def lower_body(c: Frame, pattern: Pattern, special: Specialised) -> None:
    target, passed = pattern.target, pattern.passed
    frame = type(c)(c.unit, target.definition, target.outside)
    frame.place, frame.which = target.place, special.which
    kinds, passes_on = pattern.takes
    frame.landings = [Landing(kinds, frozenset(), passes_on)] if kinds else []
    seen: set[Mutable] = set()
    parameters = [
        Value(path.strip("<>") if len(leaves) == 1 else f"{path.strip('<>')}_{leaf.name}", leaf.type)
        for path, x in passed
        for leaves in [flatten([x], pattern.keep, seen, path)]
        for leaf in leaves
    ]
    frame.named.update(parameters)
    shapes: Sequence[tuple[int | None, ...] | None] = given_shapes(c, pattern)
    for parameter, shape in zip(parameters, shapes or [None] * len(parameters), strict=True):
        frame.lengths[parameter] = Lengths("", None, shape, None if shapes else target.node)
    remake = Parameters(frame, parameters, pattern.keep)
    remake.owner, remake.unit = target.node, c.unit
    values = [(path, remake(x, path)) for path, x in passed]
    frame.given = list(remake.made.values())
    initial = {m: m.contents for m in frame.given}
    for path, value in values:
        if isinstance(value, Cell) and path in target.cells:
            frame.env[path] = value
        else:
            variable(frame, path, value)
    frame.captured.update((k, frame.env[promoted(frame, k)]) for k in c.unit.promoted)
    result: Abstract | None = None
    effects: list[tuple[int, Abstract]] = []
    with as_far_as_possible(frame, target.node):
        run_body(frame, target)
        result, effects = finish(frame, special, initial)
    if frame.path.refusals:
        special.refused = frame.path.refusals
        return
    ops = swept(frame.b.ops)
    body = Region((*parameters, *(leaf for _, leaves in frame.hidden for leaf in leaves)), tuple(ops))
    attributes: dict[str, Any] = {"user_name": target.definition.name}
    if special.recursive:
        attributes["recursive"] = True
    c.unit.functions[special.name] = Function(special.name, body, attributes, frame.location(target.node))
    special.hidden = [k for k, _ in frame.hidden]
    special.result, special.effects = result, effects
    if result is None or not frame.dead:  # else the result is still that of the round before, and of its objects
        special.objects = frame.given
    special.types = [v.type for v in ops[-1].operands]
    if measured(c, target.node):
        special.shapes = [known_shape(frame, v) if c.unit.small else lengths_told(frame, v, False) for v in ops[-1].operands]
    kept = set(special.objects)
    special.facts = (
        None if result is None else key([result]),
        [(k, key([pattern])) for k, pattern in effects],
        list(special.hidden),
        [str(t) for t in special.types],
        len(kept),
        [(name, key([pattern])) for name, pattern in special.raised.items()],
    )


@contextlib.contextmanager
def as_far_as_possible(frame: Frame, node: ast.AST) -> Iterator[None]:
    """Lower what is in here. Behind a refusal that is done only to find more of them, and may fail."""
    try:
        yield
    except Refused as problem:
        frame.noted(problem, node)
    except (Abandoned, Raised, Restart):
        raise
    except Exception:
        if not frame.path.refusals:
            raise


def run_body(frame: Frame, target: Target) -> None:
    """Lower the statements, or what stands for them. Refusals are collected; the first one does not hide the others."""
    if target.body is not None:
        target.body(frame)
        return
    if is_generator(target.definition.node):  # wherever its `yield` stands
        name = target.definition.name
        first = next(n for n in ast.walk(target.node) if isinstance(n, (ast.Yield, ast.YieldFrom)))
        frame.refuse(first, f"'{name}' is a generator function", f"pass a function that takes its items, such as lambda x: sum({name}(x))")
    try:
        frame.block(target.definition.body)
    except Abandoned:
        frame.dead = True
    except Raised:
        pass
    close(frame, frozenset())
