"""The halves of rules, as functions: lowered when all else is, each once for the same arguments.

What a half captures must be among the operands of the call: lowering starts again once that is known. So it does where a half must know
an integer before it runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ... import records
from ...errors import InvalidArgument
from ...ir.program import Function, Op, Region, Value
from ...ir.types import ArrayType, fresh, is_float
from ...rules import Rule, taken
from ...syntax.read import read
from ..frame import Abandoned, Frame
from ..naming import an, type_name
from ..objects import Dict, sequence_items
from ..outside import Outside, capture, promoted
from ..patterns import Themselves, flatten, never
from ..reach import Learnt, NeedsStatic, Refusal
from ..text.functions import as_far_as_possible
from ..text.results import as_array, certain
from ..text.returning import swept
from ..unit import Origin, Stated, Unit
from ..values import Abstract, Array, Scalar, Static, Tuple, is_none
from .directions import directed, extents, gradient_like, matched
from .needed import Needed

Bound = dict[str, Abstract]


def settle(c: Frame, ops: Sequence[Op], *, all_of_them: bool) -> list[Refusal]:
    """Lower the halves of rules that the program met, whose entry has these `ops`, in frames like the entry's: all, or those that a
    gradient reads. Gives what of them is refused."""
    refusals: list[Refusal] = []
    unit = c.unit

    def lower(name: str) -> None:
        refusals.extend(HalfOf(type(c), unit, *unit.halves[name], name).lowered())

    if not all_of_them:
        Needed(unit, lower, of_the_library).walk(ops, "reverse")
        return refusals
    done: set[str] = set()
    while waiting := [name for name in unit.halves if name not in done]:
        for name in waiting:
            done.add(name)
            lower(name)
    return refusals


def of_the_library(rule: Rule) -> bool:
    """Whether all halves of a rule are texts of ours, in which nothing is refused but what the value is refused for."""
    return all(first(half).__module__.startswith(records.TEXTS) for half in rule.halves.values())


class Given(Themselves):
    """Makes the arguments of a half. Integers that the call knows stay known; others remember which argument they are."""

    owner: ast.AST

    def scalar(self, leaf: Value, x: Scalar, path: str) -> Scalar:
        number = x.of_leaves(leaf, self.leaves, frozenset([Origin(self.owner, path)]) if x.kind == "int" else frozenset())
        if x.is_static and (x.kind in ("int", "bool") or leaf is None):
            known = self.context.constant(x.static, x.value.name)
            assert isinstance(known, Scalar)
            return known
        return number


@dataclass(eq=False)
class HalfOf:
    """One half of a rule, as a function of the results and the arguments of a call, and of directions of what is a float among them."""

    language: type[Frame]
    unit: Unit
    stated: Stated
    kind: str
    name: str
    frame: Frame = field(init=False)
    outside: Outside = field(init=False)
    node: ast.AST = field(init=False)
    out: Abstract = field(init=False)
    bound: Bound = field(init=False)
    directions: dict[str, Abstract] = field(init=False)

    def __post_init__(self) -> None:
        rule = self.stated.rule
        self.half = rule.halves[self.kind]
        definition = read(first(self.half))
        nothing = ast.arguments([], [], None, [], [], None, [])
        text = definition.inner(
            ast.copy_location(ast.Lambda(nothing, ast.copy_location(ast.Constant(None), definition.node)), definition.node)
        )
        self.outside = Outside.of(first(self.half))
        self.frame = self.language(self.unit, text, self.outside)
        self.frame.place = self.stated.place if self.outside.module.startswith(records.TEXTS) else None
        self.node = text.node

    def lowered(self) -> list[Refusal]:
        """Add the function to the unit."""
        c, stated = self.frame, self.stated
        special = stated.ready.special
        assert special.result is not None
        results = [Value(v.name, v.type) for v in flatten([special.result])]
        operands = [Value(v.name, v.type) for v in stated.ready.leaves]
        self.out = Themselves(c, results)(special.result)
        self.bound = self.arguments(operands)
        captured = self.captured()
        c.named.update((*results, *operands, *captured))
        everything = [*operands, *captured]
        moving = everything if self.kind != "adjoint" else results
        places = {v: Value(f"{v.name}{'_dot' if self.kind != 'adjoint' else '_bar'}", fresh(v.type)) for v in moving if is_float(v.type)}
        if self.kind == "adjoint":
            self.directions = {"": gradient_like(c, self.out, directions_of(self.out, places))}
        else:
            self.directions = {name: gradient_like(c, x, directions_of(x, places)) for name, x in self.bound.items()}
        found: dict[Value, Value] = {}
        with as_far_as_possible(c, self.node):
            self.run(found)
        if c.path.refusals:
            return c.path.refusals
        self.learn()
        like = results if self.kind != "adjoint" else everything
        assert all(v in like for v in found if isinstance(v.type, ArrayType)), "a direction of what is no leaf"
        paths = () if c.dead else tuple(k for k, v in enumerate(like) if v in found)
        c.b.end("return", [found[like[k]] for k in paths])
        body = Region((*results, *everything, *places.values()), tuple(swept(c.b.ops)))
        attributes: dict[str, Any] = {"user_name": stated.rule.name, "paths": paths}
        if getattr(self.half, "as_it_stands", False):
            attributes["linear"] = False
        if self.outside.module.startswith(records.TEXTS):
            attributes["ours"] = True
        self.unit.functions[self.name] = Function(self.name, body, attributes, c.location(self.node))
        return []

    def arguments(self, operands: list[Value]) -> Bound:
        """The arguments of the call, and captured objects that change, as this function has them."""
        passed = iter([*zip(self.stated.ready.held, operands, strict=True), (None, None)])
        leaf, parameter = next(passed)
        own: list[Value | None] = []
        others = dict(self.stated.ready.passed[len(self.stated.bound) :])
        for v in flatten([*self.stated.bound.values(), *others.values()], never):
            own.append(parameter if v is leaf else None)  # None for a number that is known to the function called
            if v is leaf:
                leaf, parameter = next(passed)
        remake = Given(self.frame, own, never)  # type: ignore[arg-type]
        remake.owner = self.node
        bound = {name: remake(x, name) for name, x in self.stated.bound.items()}
        made = {name: remake(x, name) for name, x in others.items()}
        for k in self.unit.promoted:
            self.frame.captured[k] = self.frame.env[promoted(self.frame, k)] = made[promoted(self.frame, k)]
        return bound

    def captured(self) -> list[Value]:
        """What this rule's halves are known to capture, as parameters."""
        made: list[Value] = []
        for k, known in self.unit.rule_captures.get(self.stated.rule, {}).items():
            capture(self.frame, k, known.name, known.read, self.node)
        for _, leaves in self.frame.hidden:
            made += leaves
        self.frame.hidden = []
        return made

    def learn(self) -> None:
        """Start again where the half captures more than was known."""
        if self.frame.hidden:
            known = self.unit.rule_captures.setdefault(self.stated.rule, {})
            known.update((k, self.unit.captures[k]) for k, _ in self.frame.hidden)
            raise Learnt

    def run(self, found: dict[Value, Value]) -> None:
        """Run the half, and note what it gives for each leaf of what it gives directions of."""
        try:
            if self.kind == "partials":
                self.partials(found)
                return
            result = self.call(self.half)
            if self.kind == "tangent":
                self.note(found, self.out, result, f"the tangent of {self.stated.rule.name}", f"what {self.stated.rule.name} returns")
                return
            for name, x, given in self.by_argument(result, "adjoint"):
                self.note(found, x, given, f"what the adjoint of {self.stated.rule.name} gives for {name}", name)
        except NeedsStatic as wanted:
            self.ask(wanted)
        except Abandoned:  # it always raises
            self.frame.dead = True

    def ask(self, wanted: NeedsStatic) -> None:
        """What must be known of the arguments must be known where the function is called."""
        mine = {o.path for o in wanted.paths if isinstance(o, Origin)}
        if wanted.wish:
            self.unit.unknowable.update(o for o in wanted.paths if isinstance(o, Origin))
        elif mine:
            self.unit.rule_needs.setdefault(self.stated.rule, set()).update(mine)
        else:
            raise wanted
        raise Learnt

    def call(self, half: Any) -> Abstract:
        """The result of a half, or one of the partials."""
        given = {"out": lambda _: self.out, "argument": self.bound.__getitem__, "direction": self.directions.__getitem__}
        args: list[Abstract] = []
        kwargs: Bound = {}
        for name, (kind, whose) in taken(self.stated.rule, self.kind, half):
            x = given[kind](whose)
            if name:
                kwargs[name] = x
            else:
                args.append(x)
        self.frame.at(self.node)
        return certain(self.frame, as_array(self.frame, self.frame.call(Static(half), args, kwargs, self.node)))

    def by_argument(self, result: Abstract, kind: str) -> Iterator[tuple[str, Abstract, Abstract]]:
        """(name, argument, what is given for it) of a result that has one part for each argument."""
        c, rule, names = self.frame, self.stated.rule, list(self.bound)
        items = sequence_items(result)
        if isinstance(result, Dict):
            for name in result.entries:
                if name not in self.bound:
                    c.refuse(self.node, f"the {kind} of {rule.name} is given for {name!r}, which is no argument of it", said(names))
            items = tuple(result.entries.get(name, Static(None)) for name in names)
        elif len(names) == 1 and not (isinstance(result, Tuple) and len(result.items) == 1):
            items = (result,)
        if items is None or len(items) != len(names):
            what = f"{an(type_name(result))}" if items is None else f"{len(items)} values"
            reason = f"the {kind} of {rule.name} gives {what}, and {rule.name} has {len(names)} arguments"
            c.refuse(self.node, reason, f"return one value for each of {', '.join(names)}, None where there is no path")
        for name, item in zip(names, items, strict=True):
            yield name, self.bound[name], item

    def note(self, found: dict[Value, Value], like: Abstract, given: Abstract, what: str, whose: str) -> None:
        """Take `given` as a direction of `like`."""
        c = self.frame
        given = c.present(given, self.node)
        if isinstance(like, Scalar) and isinstance(given, Array) and given.rank:
            c.refuse(self.node, f"{what} is an array, and {whose} a number", "give a number: sum over what broadcasting repeated")
        if isinstance(like, Array) and isinstance(given, Scalar):
            c.refuse(self.node, f"{what} is a number, and {whose} an array", "give an array of its shape")
        if isinstance(like, Array) and isinstance(given, Array) and like.rank != given.rank:
            c.refuse(self.node, f"{what} has {given.rank} axes, and {whose} {like.rank}", "give an array of its shape")
        for leaf, direction in matched(c, like, given, self.node, constants=True):
            if direction is not None:
                for n, m in zip(extents(c, leaf), extents(c, direction), strict=True):
                    c.limit(c.b.op("eq", n, m), InvalidArgument, f"{what} has another shape than {whose}")
                found[leaf] = direction

    def partials(self, found: dict[Value, Value]) -> None:
        """The tangent of a function that works element by element: the sum of its partials, each times the argument's tangent."""
        c, rule = self.frame, self.stated.rule
        if not isinstance(self.out, (Scalar, Array)):
            reason = f"{rule.name} returns {an(type_name(self.out))}, and partials are for functions that work element by element"
            c.refuse(self.node, reason, f"give it @{rule.name}.tangent or @{rule.name}.adjoint")
        total: Abstract | None = None
        for name, x, partial in self.each_partial():
            direction = self.directions[name]
            if is_none(partial) or is_none(direction):
                continue
            if not isinstance(partial, (Scalar, Array)) or not isinstance(x, (Scalar, Array)):
                reason = f"the partial of {rule.name} for {name} is {an(type_name(partial))}, and {name} {an(type_name(x))}"
                c.refuse(self.node, reason, f"partials are numbers or arrays: give it @{rule.name}.tangent")
            term = c.binary(self.node, "*", partial, direction)
            total = term if total is None else c.binary(self.node, "+", total, term)
        if total is None:
            return
        if isinstance(self.out, Scalar) != isinstance(total, Scalar):
            if isinstance(self.out, Scalar):
                reason = f"the partials of {rule.name} are arrays where it returns a number: it does not work element by element"
                c.refuse(self.node, reason, f"give it @{rule.name}.tangent or @{rule.name}.adjoint")
        if isinstance(self.out, Array):
            total = c.binary(self.node, "+", Array(c.b.full_like(self.out.value, 0.0)), total)
        self.note(found, self.out, total, f"the sum of the partials of {rule.name} times tangents", f"what {rule.name} returns")

    def each_partial(self) -> Iterator[tuple[str, Abstract, Abstract]]:
        """(name, argument, its partial)."""
        half = self.half
        if callable(half):
            yield from self.by_argument(self.call(half), "partials")
            return
        names = list(self.bound)
        named = half if isinstance(half, dict) else dict(zip(names, half, strict=False))
        for name in names:
            if named.get(name) is not None:
                yield name, self.bound[name], self.call(named[name])


def said(names: list[str]) -> str:
    return f"its arguments are {', '.join(names)}"


def first(half: Any) -> Any:
    """The function, or the first of several."""
    if callable(half):
        return half
    return next(one for one in (half.values() if isinstance(half, dict) else half) if one is not None)


def directions_of(x: Abstract, places: dict[Value, Value]) -> Iterator[Value]:
    """The directions of the float leaves of `x`; of a number that is known, and so has no place, itself: nobody looks at it."""
    return (places.get(v, v) for v in directed(x))
