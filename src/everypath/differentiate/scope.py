"""Where the backward sweep finds what it needs: in scope, recomputed, or saved where it was defined.

Every region of the primal that is swept backwards has a `Scope`. Asked for a primal value, it answers with a value of the
backward program: the same one, where forward and backward stand side by side (`direct`); a cheap copy of the op that made
it; or a load from what the forward sweep saved (decisions 2). The backward sweep is written first, so the forward sweep
knows what to save: it stands in the `Plan` of each op.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..analysis.alias import is_reference
from ..ir.build import Builder
from ..ir.op import definition
from ..ir.program import Op, Region, Value
from ..ir.types import I64, ArrayType, ListType, ScalarType, scalar_of
from .nested import add_to, new_array
from .sweep import Sweep

if TYPE_CHECKING:
    from .stacks import Frame

CHEAP = frozenset(
    "constant dim add sub mul neg square abs select maximum minimum and or xor not shl shr".split()
    + "eq ne lt le gt ge index cast floordiv mod".split()
)
"""Scalar ops that cost less to do again than to save and load."""

CHEAP_OF_ARRAYS = frozenset("add sub mul neg square div".split())
"""Element-wise ops on arrays that cost less to do again than to keep what they give."""

FLOAT_DECISIONS = frozenset("eq ne lt le gt ge".split())
MOST_RECOMPUTED_STEPS = 12


class Scope:
    """One region of the primal while it is swept backwards, writing to the builder `b`.

    `root` is the outermost region whose forward run precedes this sweep: memory written after an op and inside `root` is not
    as the op saw it.
    """

    def __init__(self, sweep: Sweep, region: Region, b: Builder, *, parent: Scope | None, root: Region, direct: bool) -> None:
        self.sweep = sweep
        self.region = region
        self.b = b
        self.prologue = b.inner()
        self.parent = parent
        self.root = root
        self.direct = direct
        self.known: dict[Value, Value] = {}
        self.private: frozenset[Value] = frozenset()  # groups that this region replays in buffers of its own
        self.adjoint: dict[Value, Value] = {}
        self.save: Callable[[Value], Value] = self.cannot_save
        self.frame: Frame | None = None
        self.at: Op | None = None  # the op that is being swept

    def cannot_save(self, value: Value) -> Value:
        raise AssertionError(f"nowhere to save {value}")

    def close(self) -> None:
        """Everything that is kept of the region has been asked for."""
        if self.frame is not None:
            self.frame.close()

    # Primal values -----------------------------------------------------------------------------------------------

    def value(self, v: Value) -> Value:
        """What stands for the primal value `v` in the backward program."""
        if v in self.known:
            return self.known[v]
        if self.sweep.home[v] is not self.region:
            assert self.parent is not None, v
            return self.parent.value(v)
        given = self.sweep.given.get(v) if self.sweep.given is not None else None
        if given is not None:
            got = given
        elif v in self.sweep.shadow_of and self.is_late(v):
            got = self.born(v)
        elif self.direct:
            got = self.sweep.forward(v)
        elif self.recomputable(v) or self.worked_out(v):
            got = self.recompute(v)
        else:
            got = self.save(v)
        self.known[v] = got
        return got

    def recomputable(self, v: Value, steps: int = 0) -> bool:
        """Whether `v` can be had again cheaply and exactly. Decisions taken from floats never are: they are saved."""
        if v in self.known or self.sweep.home[v] is not self.region:
            return True
        if steps > MOST_RECOMPUTED_STEPS:
            return False
        if self.sweep.given is not None and v in self.sweep.given.places:
            return self.sweep.given.cheap(v)
        if v in self.sweep.shadow_of:
            op = self.sweep.definers.get(self.sweep.shadow_of[v])
            if op is None or not mirrored(op):
                return False
            operands = (self.sweep.shadow(op.operands[0]), *op.operands[1:])
            return all(self.recomputable(o, steps + 1) for o in operands)
        op = self.sweep.definers.get(v)
        if op is None or not self.cheap(op):
            return False
        if self.by_shadow(op):
            return True
        return all(self.recomputable(o, steps + 1) for o in op.operands)

    def cheap(self, op: Op) -> bool:
        if definition(op.name).shares:
            return op.name != "reshape" or bool(getattr(op.operands[0].type, "contiguous", False))
        if op.name == "load" and self.sweep.groups.of(op.operands[0]) in self.sweep.restored:
            return self.still_there(op)
        if op.name == "load":
            return not self.sweep.effects.written_after(self.sweep.groups.of(op.operands[0]), op, self.root, elements=True)
        if op.name == "dim" and self.sweep.given is not None and op.operands[0] in self.sweep.given.places:
            return self.by_shadow(op) or self.sweep.given.cheap(op.operands[0])
        if op.name not in CHEAP or not isinstance(op.result.type, ScalarType):
            return False
        from_float = any(isinstance(o.type, ScalarType) and o.type.is_float for o in op.operands)
        if op.name in FLOAT_DECISIONS or (op.name == "cast" and not op.result.type.is_float):
            return not from_float
        return True

    def worked_out(self, v: Value) -> bool:
        """Whether `v`, made in a turn of a loop, is had again from little else that is kept."""
        return self.parent is not None and v not in self.kept_for(v, {})

    def kept_for(self, v: Value, found: dict[Value, frozenset[Value]], steps: int = 0) -> frozenset[Value]:
        """What of this region has to be kept so that `v` can be had again: itself, or no more than that."""
        if v not in found:
            kept = frozenset[Value]() if self.recomputable(v) else self.less_than(v, found, steps)
            found[v] = frozenset([v]) if kept is None else kept
        return found[v]

    def less_than(self, v: Value, found: dict[Value, frozenset[Value]], steps: int) -> frozenset[Value] | None:
        """What is kept in place of `v`, if that is no more: one other value, or two integers, which several will be had from."""
        op = self.sweep.definers.get(v)
        if op is None or v in self.sweep.shadow_of or steps > MOST_RECOMPUTED_STEPS or not self.cheap_of_kept(op):
            return None
        kept = frozenset[Value]().union(*(self.kept_for(o, found, steps + 1) for o in op.operands))
        if definition(op.name).shares:
            return None if op.operands[0] in kept else kept
        if any(is_reference(o) and not is_reference(v) for o in kept):
            return None
        return kept if len(kept) <= (2 if v.type == I64 else 1) else None

    def cheap_of_kept(self, op: Op) -> bool:
        """Whether `op` is cheap, given its operands: on numbers or element by element."""
        if len(op.results) != 1:
            return False
        if not isinstance(op.result.type, ArrayType) or definition(op.name).shares:
            return self.cheap(op)
        return op.name in CHEAP_OF_ARRAYS and not any(self.changes(v, op) for v in (op.result, *op.operands))

    def changes(self, v: Value, op: Op) -> bool:
        """Whether the elements of `v` may be others when the sweep comes back to `op`."""
        return is_reference(v) and (self.sweep.groups.of(v) in self.sweep.restored or self.written_after(v, op))

    def written_after(self, v: Value, op: Op) -> bool:
        """Whether what the reference `v` holds is written after `op`."""
        group, elements = self.sweep.groups.of(v), isinstance(v.type, ArrayType)
        return self.sweep.effects.written_after(group, op, self.root, elements=elements)

    def still_there(self, load: Op) -> bool:
        """Whether memory that is restored is now, as the sweep stands, as `load` saw it: nothing between the two writes to it."""
        effects = self.sweep.effects
        region, first = effects.place[load]
        if self.at is None or effects.place[self.at][0] is not region:
            return False
        last = effects.place[self.at][1] + bool(self.at.regions)
        group = self.sweep.groups.of(load.operands[0])
        return not any(group in effects.written_by(op) for op in region.ops[first + 1 : last])

    def by_shadow(self, op: Op) -> bool:
        """Whether an extent is had from the shadow of an array that the caller would have to keep for it."""
        given, array = self.sweep.given, op.operands[0] if op.name == "dim" else None
        return array in self.sweep.late and given is not None and array in given.places and not given.cheap(array)

    def recompute(self, v: Value) -> Value:
        if v in self.sweep.shadow_of:
            op = self.sweep.definers[self.sweep.shadow_of[v]]
            operands = (self.sweep.shadow(op.operands[0]), *op.operands[1:])
        else:
            op = self.sweep.definers[v]
            operands = (self.sweep.shadow(op.operands[0]), *op.operands[1:]) if self.by_shadow(op) else op.operands
        result = Value(v.name, v.type)
        moved = tuple(self.value(o) for o in operands)
        self.b.append(Op(op.name, moved, (result,), unchecked(op), location=op.location))
        return result

    def content(self, v: Value, op: Op) -> Value:
        """`v` as `op` saw it (or made it): a scalar, or an array with the elements of that moment."""
        if not is_reference(v):
            return self.value(v)
        group = self.sweep.groups.of(v)
        if group in self.sweep.restored or not self.written_after(v, op):
            return self.value(v)
        plan = self.sweep.plan(op)
        moments = plan.after if v in op.results else plan.before
        for array, snapshot in moments:
            if array is v:
                return self.value(snapshot)
        type_ = ArrayType(v.type.dtype, v.type.rank) if isinstance(v.type, ArrayType) else v.type
        snapshot = self.sweep.extra(f"{v.name}_then", type_, self.region)
        moments.append((v, snapshot))
        return self.value(snapshot)

    def shadow(self, v: Value) -> Value:
        """The shadow of the active reference `v`."""
        return self.value(self.sweep.shadow(v))

    # Shadows born here -------------------------------------------------------------------------------------------

    def is_late(self, shadow: Value) -> bool:
        """Whether a shadow is that of a local array (or of a view of it) which a forward sweep elsewhere has made."""
        sweep = self.sweep
        array = sweep.local.get(sweep.shadow_of[shadow])
        if array is not None and array not in sweep.late and not self.around(sweep.home[array]).direct:
            sweep.late.add(array)
        return array in sweep.late

    def around(self, region: Region) -> Scope:
        """The scope of `region`, which is this one or around it."""
        scope = self
        while scope.region is not region:
            assert scope.parent is not None, region
            scope = scope.parent
        return scope

    def born(self, shadow: Value) -> Value:
        """A late shadow: absent, as nothing has arrived; or the same view of one as the array is."""
        array = self.sweep.shadow_of[shadow]
        made_by = self.sweep.definers.get(array)
        if made_by is not None and mirrored(made_by):
            return self.recompute(shadow)
        assert isinstance(array.type, ArrayType)
        extents = [self.extent(array, k) for k in range(array.type.rank)]
        return new_array(self.b, "full", (self.absent(array), *extents), Value(shadow.name, shadow.type))

    def extent(self, array: Value, axis: int) -> Value:
        """How long a local array is, in the backward program."""
        found = self.sweep.lengths.of(array, axis)
        if isinstance(found, Value):
            return self.value(found)
        made, k = found
        if self.around(self.sweep.home[made]).direct:
            return self.b.op("dim", self.value(made), axis=k)
        noted = made in self.sweep.definers or self.sweep.home[made] in self.sweep.effects.owner
        return self.value(self.sweep.extent(*(found if noted else (array, axis))))

    # Adjoints of scalars -----------------------------------------------------------------------------------------

    def current(self, v: Value) -> Value | None:
        """The adjoint of scalar `v` so far; None where no path has arrived."""
        if v not in self.adjoint and self.sweep.home[v] is not self.region:
            incoming = self.incoming(v)
            if incoming is not None:
                self.adjoint[v] = incoming
        return self.adjoint.get(v)

    def incoming(self, v: Value) -> Value | None:
        """The adjoint of an outer scalar when this region is entered."""
        assert self.parent is not None
        return self.parent.current(v)

    def contribute(self, v: Value, contribution: Value) -> None:
        """Add one path's contribution to the cotangent of `v`, summed over the axes that broadcasting repeated."""
        if v not in self.sweep.active:
            return
        if is_reference(v):
            add_to(self.b, self.shadow(v), contribution)
            return
        if isinstance(contribution.type, ArrayType):
            axes = tuple(range(contribution.type.rank))
            if axes:
                contribution = self.b.op("sum", contribution, axes=axes, keepdims=False, name=f"{v.name}_bar")
            else:
                contribution = self.b.op("load", contribution, name=f"{v.name}_bar")
        so_far = self.current(v)
        self.adjoint[v] = contribution if so_far is None else self.b.op("add", so_far, contribution, name=f"{v.name}_bar")

    def receive(self, v: Value, cotangent: Value) -> None:
        """As `contribute`, where `v` may keep the array `cotangent`, which nothing else knows: the first contribution to a shadow that
        would be born here is the shadow."""
        if v in self.sweep.active and is_reference(v):
            shadow = self.sweep.shadow(v)
            here = self.sweep.home[v] is self.region and self.sweep.local.get(v) is v and v.type == cotangent.type
            if here and shadow not in self.known and self.is_late(shadow):
                self.known[shadow] = cotangent
                return
        self.contribute(v, cotangent)

    def reached(self, v: Value) -> bool:
        """Whether anything may have arrived in the shadow of the active reference `v`."""
        shadow = self.sweep.shadow(v)
        return shadow in self.known or not self.is_late(shadow)

    def take(self, v: Value) -> Value | None:
        """The finished adjoint of scalar `v`, which nothing asks for again."""
        return self.adjoint.pop(v, None)

    def absent(self, v: Value) -> Value:
        return self.sweep.products.absent(self.b, scalar_of(v.type))


def mirrored(op: Op) -> bool:
    """Whether the shadow of the result is the same view of the operand's shadow. Not so for `broadcast`, whose elements
    stand for one and the same."""
    return definition(op.name).shares and op.name != "broadcast"


def unchecked(op: Op) -> dict[str, Any]:
    """The attributes of a copy of `op` in the backward sweep, which has no checks: the forward sweep has made them."""
    attributes = dict(op.attributes)
    if "overflow" in attributes:
        attributes["overflow"] = "never"
    if op.name == "index":
        attributes["checked"] = False
    return attributes


def without_checks(op: Op) -> Op:
    return replace(op, attributes=unchecked(op))


def tape_type(v: Value, counted: bool) -> ArrayType | ListType:
    """What keeps one `v` an iteration: an array where their number is known and they are scalars."""
    if counted and isinstance(v.type, ScalarType):
        return ArrayType(v.type, 1)
    return ListType(v.type)
