"""A shadow whose first contribution is an array that nothing else needs is that array, and not zeros with the array added.

    s = full 0.0, n, m              p = matmul a, b
    t = transpose s                 s = transpose p
    …                          →    t = transpose s
    p = matmul a, b
    accumulate p, t

So what was taken apart, turned and copied on the way forward is only looked at in another way on the way back. The contribution is a
product, or another shadow that only grew: where it has a zero, this is no -0.0, which 0.0 would have changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..ir.build import Builder
from ..ir.op import DEFINITIONS, meant
from ..ir.program import Function, Op, Region, Value
from ..ir.types import I64, ArrayType, is_float, scalar_of
from ..ir.walk import ops_in
from ..unchanging import plain_value
from .extents import Known
from .rewriting import TERMINATORS, is_view, renamed, with_function_ops, with_ops, with_regions, writes

TURNS = frozenset({"transpose", "weaken", "reshape"})
"""Views of all of an array."""

ADDS = frozenset({"accumulate", "scatter_add"})


def begun(function: Function) -> Function:
    """`function` with shadows that begin as what is first added to them."""
    if not any(op.name == "full" for op in ops_in(function.body)):
        return function
    constants = {op.result: op.attributes["value"] for op in ops_in(function.body) if op.name == "constant"}
    shapes = Known(constants, {})
    return with_function_ops(function, in_region(function.body, shapes, {}))


def in_region(region: Region, shapes: Known, env: dict[Value, Value]) -> list[Op]:
    """The ops of `region`, and of those inside it; `env` says what is called otherwise, and learns more."""
    outer, shapes.same = shapes.same, dict(shapes.same)
    plan = Plan(region.ops, shapes)
    shapes.same = outer
    kept: list[Op] = []
    for position, op in enumerate(region.ops):
        for beginning in plan.beginnings.get(position, ()):
            kept += begin(beginning, op, env)
        if position not in plan.left_out:
            kept.append(with_regions(seen_anew(op, env), [with_ops(r, in_region(r, shapes, env)) for r in op.regions]))
    return kept


@plain_value
class Beginning:
    """That `shadow` begins as `value`: `turns` lead from it to what the value was added to, `views` of it were made before that."""

    shadow: Value
    value: Value
    turns: tuple[Op, ...]
    extents: tuple[tuple[Value, ...], ...]
    """Those of what each turn is taken of."""
    views: tuple[Op, ...]


@plain_value
class Use:
    """What uses a value, which stands at `position` in a region or inside of what stands there."""

    position: int
    op: Op
    outer: bool


def position_of(use: Use) -> int:
    return use.position


class Plan:
    """What can be done in one region: the shadows that begin in another way, and what falls away for that."""

    def __init__(self, ops: Sequence[Op], shapes: Known) -> None:
        self.ops, self.shapes = ops, shapes
        self.places = {op.results[0]: position for position, op in enumerate(ops) if len(op.results) == 1}
        self.uses: dict[Value, list[Use]] = {}
        for position, op in enumerate(ops):
            for user in (op, *(i for r in op.regions for i in ops_in(r))):
                for v in user.operands:
                    self.uses.setdefault(v, []).append(Use(position, user, user is op))
        self.loose: set[Value] = set()  # values that lie otherwise in memory than their types say
        self.roots: dict[Value, Value] = {}  # shadow that begins otherwise -> the product or the zeros whose memory it has
        self.shadows: dict[Value, list[Value]] = {}  # the same backwards
        self.left_out: set[int] = set()
        self.beginnings: dict[int, list[Beginning]] = {}  # before what uses the shadow first
        for position, op in enumerate(ops):
            shapes.define(op)
            if op.name == "check":
                self.learn(op.operands[0])
            whole = op.name == "accumulate" and len(op.operands) == 2 and not meant(op.attributes)
            if whole and isinstance(op.operands[0].type, ArrayType):
                self.look_at(position, *op.operands)

    def learn(self, condition: Value) -> None:
        """Two extents are the same, from here on."""
        place = self.places.get(condition)
        if place is not None and self.ops[place].name == "eq" and self.ops[place].operands[0].type == I64:
            a, b = (self.shapes.name(v) for v in self.ops[place].operands)
            if a != b:
                self.shapes.same = {**{k: b if v == a else v for k, v in self.shapes.same.items()}, a: b}

    def look_at(self, position: int, value: Value, target: Value) -> None:
        """Plan that the shadow behind `target` begins as `value`, if it may."""
        shadow, turns = self.turned(target)
        place, root = self.places.get(shadow), self.root(value)
        if place is None or root is None or root is shadow or shadow in self.roots or not self.zeros(self.ops[place]):
            return
        if self.shapes.of(value) != self.shapes.of(target) or scalar_of(value.type) != scalar_of(target.type):
            return
        family = list(self.family(shadow))
        before = [use for v in family for use in self.uses.get(v, ()) if use.position < position]
        if not all(use.outer and is_view(use.op) for use in before) or not self.free(root, position, shadow):
            return
        straight = self.straight(value, turns)
        if straight is None or not (straight or all(self.passed_on(v, position) for v in family)):
            return
        self.roots[shadow] = root
        self.shadows.setdefault(root, []).append(shadow)
        self.loose.update(() if straight else family)
        self.left_out.update([place, position, *(use.position for use in before)])
        extents = tuple(self.extents(op.operands[0]) for op in turns)
        views = tuple(use.op for use in sorted(before, key=position_of))
        first = min((use.position for v in family for use in self.uses.get(v, ()) if use.position > position), default=position)
        self.beginnings.setdefault(first, []).append(Beginning(shadow, value, tuple(turns), extents, views))

    def turned(self, target: Value) -> tuple[Value, list[Op]]:
        """What `target` shows all of, and the views that lead there."""
        turns: list[Op] = []
        while (place := self.places.get(target)) is not None and self.ops[place].name in TURNS:
            turns.insert(0, self.ops[place])
            target = self.ops[place].operands[0]
        return target, turns

    def zeros(self, op: Op) -> bool:
        """Whether `op` makes an array of floats that are 0.0."""
        if op.name != "full" or len(op.operands) < 2 or not is_float(op.result.type):
            return False
        return str(self.shapes.constants.get(op.operands[0])) == "0.0"

    # What memory a value has ------------------------------------------------------------------------------------------

    def root(self, value: Value) -> Value | None:
        """The product, or the zeros, that `value` is all or a part of; None for any other memory."""
        while (place := self.places.get(value)) is not None:
            op = self.ops[place]
            if value in self.roots:
                value = self.roots[value]
            elif is_view(op) and op.name != "broadcast":
                value = op.operands[0]
            else:
                return value if op.name == "matmul" or self.zeros(op) else None
        return None

    def family(self, root: Value) -> Iterator[Value]:
        """The array, its views in this region, and the shadows that begin as it."""
        yield root
        for use in self.uses.get(root, ()):
            if use.outer and is_view(use.op) and use.op.operands[0] is root:
                yield from self.family(use.op.result)
        for shadow in self.shadows.get(root, ()):
            yield from self.family(shadow)

    def free(self, root: Value, position: int, shadow: Value) -> bool:
        """Whether the memory of `root` is only read and added to, and from a position on only read, as that of `shadow` is; and the shadow
        goes to nobody who may write it, unless the root is not used any longer."""
        uses = [(v, use) for v in self.family(root) for use in self.uses.get(v, ())]
        if any(hides(use) or (writes(use.op) is v and use.op.name not in ADDS) for v, use in uses):
            return False
        later = [(v, use) for v, use in uses if use.position > position]
        after = [(v, use) for v in self.family(shadow) for use in self.uses.get(v, ()) if use.position > position]
        if any(writes(use.op) is v or (is_view(use.op) and not use.outer) for v, use in (*later, *after)):
            return False
        return not later or not any(hides(use) for _, use in after)

    def extents(self, v: Value) -> tuple[Value, ...]:
        """The extents of a shadow, or of one that is turned, as values."""
        op = self.ops[self.places[v]]
        if op.name in ("full", "reshape"):
            return op.operands[1:]
        inner = self.extents(op.operands[0])
        return tuple(inner[k] for k in op.attributes["axes"]) if op.name == "transpose" else inner

    def straight(self, value: Value, turns: Sequence[Op]) -> bool | None:
        """Whether the shadow will lie in C order; None where it can't be had from `value` without a copy."""
        lies = isinstance(value.type, ArrayType) and value.type.contiguous and value not in self.loose
        for op in reversed(turns):
            if op.name == "transpose":
                lies = lies and op.attributes["axes"] == tuple(range(len(op.attributes["axes"])))
            elif op.name == "reshape" and not lies:
                return None
        return lies

    def passed_on(self, v: Value, position: int) -> bool:
        """Whether `v`, behind a position, is only looked at and added to something else: once through it, however it lies."""
        for use in (u for u in self.uses.get(v, ()) if u.position != position):
            added = use.op.name in ADDS and use.op.operands[0] is v and v not in use.op.operands[1:]
            if not use.outer or not (added or use.op.name in ("transpose", "weaken", "view")):
                return False
        return True


def hides(use: Use) -> bool:
    """Whether what is used may be seen under another name behind that."""
    op = use.op
    if op.name in ("map", "check"):
        return False
    if is_view(op):
        return not use.outer
    return op.name in TERMINATORS or bool(op.regions) or DEFINITIONS[op.name].family in ("control", "list")


def begin(beginning: Beginning, user: Op, env: dict[Value, Value]) -> list[Op]:
    """The ops that make the shadow of the value, and the views of it."""
    b, name = Builder(user.location), beginning.shadow.name
    value = env.get(beginning.value, beginning.value)
    for op, extents in zip(reversed(beginning.turns), reversed(beginning.extents)):
        if op.name == "transpose":
            axes = op.attributes["axes"]
            value = b.op("transpose", value, axes=tuple(axes.index(k) for k in range(len(axes))), name=name)
        elif op.name == "reshape":
            value = b.op("reshape", value, *(env.get(n, n) for n in extents), name=name)
    env[beginning.shadow] = value
    return [*b.ops, *(seen_anew(op, env) for op in beginning.views)]


def seen_anew(op: Op, env: dict[Value, Value]) -> Op:
    """`op` by the new names; a view of what is called otherwise is one of another type, perhaps."""
    if not is_view(op) or op.operands[0] not in env:
        return renamed(op, env)
    b = Builder(op.location)
    env[op.result] = b.op(op.name, *(env.get(v, v) for v in op.operands), name=op.result.name, **op.attributes)
    return b.ops[0]
