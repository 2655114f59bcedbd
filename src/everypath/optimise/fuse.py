"""Operations on whole arrays of one shape become one `map`: one loop, and no memory for what only the loop needs.

    a = mul x, x                     n = dim x {axis=0}
    b = sin a                        s, = map n {into=("sum",)} {(i):
    s = sum b {axes=(0,)}        →     x_i = load x, i
                                       a = mul x_i, x_i
                                       b = sin a
                                       yield b
                                     }

An op joins the others of its shape if its operands provably have that shape too, or repeat along it; so it cannot fail. What
has joined runs where the first use of it, or the first write to what it reads, comes: it only reads, and only adds to what
nothing else touches until then. An array that is made full of one number waits in the same way for its first use, so that
what is added to it at once needs no memory either.

The product of an array of points and a small matrix joins too: an element of it is a sum of a few products, of a row that is read where it
is. Only no op of the same loop may make the row.

What is added up along axes on which its target is one element wide, as the cotangent of what was repeated, is added where it is
computed, if nothing else reads it or the loop makes it anyhow.

A sum that a decision depends on stays a loop of its own: its rounding must be the same in every program that takes the decision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..analysis.alias import Groups, groups, is_reference
from ..analysis.effects import Effects, pure_functions
from ..analysis.ranges import Ranges
from ..ir.build import Builder
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import I64, ArrayType, is_float, scalar_of
from ..ir.walk import ops_in
from . import indirect
from .clusters import COMBINING, STORES, Cluster, joinable, places_of, repeats_along
from .extents import Extent, Extents, Shape
from .relax import Flow, followed
from .rewriting import TERMINATORS, may_raise, with_function_ops, with_ops, with_regions

SHORT = 4
"""The longest row of a product that is written out."""

MOST = 64
"""Operations in one map: a longer body costs LLVM more than another loop costs the machine."""


def fuse(program: Program) -> Program:
    """`program` with the operations on whole arrays of each function in as few loops as its memory allows."""
    pure = pure_functions(program)
    flows = followed(program)
    functions = {}
    for name, function in program.functions.items():
        functions[name] = function
        if any(joinable(op) for op in ops_in(function.body)):
            fusing = Fusing(function, groups(function), pure, flows[name])
            functions[name] = with_function_ops(function, fusing.region(function.body))
    return replace(program, functions=functions)


class Fusing:
    """One walk down a function, with the clusters that are open and the full arrays that wait."""

    def __init__(self, function: Function, shared: Groups, pure: frozenset[str], flow: Flow) -> None:
        self.groups = shared
        self.flow = flow
        self.effects = Effects(function, shared, pure)
        self.given = {shared.of(p) for p in function.parameters if is_reference(p)}
        self.constants: dict[Value, int | float | bool] = {}
        self.extents = Extents(self.constants)
        self.ranges = Ranges()
        self.definers: dict[Value, Op] = {}
        self.uses = Counter(v for op in ops_in(function.body) for v in op.operands)
        self.open: dict[Shape, Cluster] = {}
        self.waiting: dict[Value, Op] = {}

    def region(self, region: Region) -> list[Op]:
        """The ops of `region`, fused."""
        outer, self.open, self.waiting = (self.open, self.waiting), {}, {}
        kept: list[Op] = []
        for op in region.ops:
            self.define(op)
            if self.waits(op):
                self.settle(op, kept)  # the number may be a sum
                self.waiting[op.result] = op
            elif not self.joins(op, kept):
                self.settle(op, kept)
                kept.append(with_regions(op, self.regions(op)))
                if op.name == "if":
                    self.extents.meet(op)
        self.open, self.waiting = outer
        return kept

    def regions(self, op: Op) -> Sequence[Region]:
        """The regions of `op`, each fused under what holds inside it."""
        if op.name == "map":
            return op.regions
        fused = []
        for position, region in enumerate(op.regions):
            with self.ranges.inside(op, position):
                fused.append(with_ops(region, self.region(region)))
        return fused

    def define(self, op: Op) -> None:
        if op.name == "constant":
            self.constants[op.result] = op.attributes["value"]
        self.definers.update(dict.fromkeys(op.results, op))
        if op.name == "check":
            self.ranges.assume(op.operands[0], holds=True)
        if not op.regions:
            self.ranges.define(op)
            self.extents.define(op)
            for result in op.results:
                if isinstance(result.type, ArrayType):
                    self.extents.shapes[result] = self.shape(result)

    def waits(self, op: Op) -> bool:
        """Whether `op` fills a new array whose extents are no negative numbers."""
        if op.name != "full" or len(op.operands) < 2:
            return False
        return all(self.ranges.interval(n)[0] >= 0 for n in op.operands[1:])

    # Shapes ----------------------------------------------------------------------------------------------------------

    def shape(self, array: Value) -> Shape:
        """The extents of `array`, as numbers or as extents of the arrays they come from."""
        return tuple(self.source(extent) for extent in self.extents.of(array))

    def source(self, extent: Extent) -> Extent:
        if isinstance(extent, int):
            return extent
        if isinstance(extent, Value):
            op = self.definers.get(extent)
            if op is None or op.name != "dim":
                return extent
            array, axis = op.operands[0], op.attributes["axis"]
        else:
            array, axis = extent
        further = self.extents.of(array)[axis]
        return (array, axis) if further == (array, axis) else self.source(further)

    def common(self, op: Op) -> Shape | None:
        """The index space of `op`, if every operand provably has its shape or repeats along it."""
        of_value = op.name in COMBINING or op.name == "copy" or self.adds_up(op)
        whole = op.operands[0] if of_value else op.operands[1] if op.name in STORES else op.result
        shape = self.shape(whole)
        if any(n == (whole, axis) for axis, n in enumerate(shape)) and whole in op.results:
            return None
        if op.name in STORES and is_reference(op.operands[0]) and op.operands[0] is not whole and self.groups.same(*op.operands):
            return None
        for v in op.operands:
            if isinstance(v.type, ArrayType) and not repeats_along(self.shape(v), shape):
                return None
        return shape

    def adds_up(self, op: Op) -> bool:
        """Whether `op` adds a value that nothing else reads, or that is made here, to a target that is repeated along it."""
        if op.name != "accumulate" or not op.attributes.get("relaxed") or not isinstance(op.operands[0].type, ArrayType):
            return False
        value, target = op.operands
        shape, own = self.shape(value), self.shape(target)
        alone = self.uses[value] == 1 or any(value in cluster.made for cluster in self.open.values())
        return own != shape and alone and repeats_along(own, shape)

    # Joining ---------------------------------------------------------------------------------------------------------

    def joins(self, op: Op, kept: list[Op]) -> bool:
        """Whether `op` has become part of a cluster."""
        rows = indirect.of_rows(op)
        product = op.name == "matmul" and self.short(op)
        if not (rows or product or joinable(op)) or (op.name in ("sum", "matmul") and self.flow.decided(op.result)):
            return False
        shape = indirect.space(self, op) if rows else self.shape(op.result) if product else self.common(op)
        if shape is None:
            return False
        for other, cluster in list(self.open.items()):
            if other != shape and self.conflict(cluster, op):
                self.close(cluster, kept)
        if shape in self.open and (len(self.open[shape].ops) >= MOST or self.within(self.open[shape], op, shape)):
            self.close(self.open[shape], kept)
        for v in op.operands:
            if v in self.waiting and (indirect.needs_memory(op, v) if rows else product or self.shape(v) != shape):
                kept.append(self.waiting.pop(v))
        if shape not in self.open:
            self.open[shape] = Cluster(shape, Builder(op.location), tuple(Value("ijklmn"[k % 6], I64) for k in range(len(shape))))
        self.join(self.open[shape], op)
        return True

    def within(self, cluster: Cluster, op: Op, shape: Shape) -> bool:
        """Whether `op` uses, at another point, what the cluster makes or changes; or changes what the cluster uses elsewhere; or
        takes what it combines."""
        if indirect.of_rows(op):
            return indirect.clashes(self, cluster, op)
        for v in op.operands:
            if not isinstance(v.type, ArrayType):
                if v in cluster.combined:
                    return True
                continue
            if v in cluster.totals and v is op.operands[1] and self.adds_up(op):
                continue
            meets = self.meets(cluster, v) or self.groups.of(v) in cluster.scattered
            if meets and self.groups.of(v) in cluster.changed:
                return True
            if (v in cluster.elements or self.groups.of(v) in cluster.changed) and (op.name == "matmul" or self.shape(v) != shape):
                return True
        if op.name in STORES:
            target = op.operands[1]
            group = self.groups.of(target)
            if target in cluster.totals:
                return not self.adds_up(op)
            return group in cluster.repeats or self.meets(cluster, target)
        return False

    def meets(self, cluster: Cluster, array: Value) -> bool:
        """Whether the cluster uses an array that may share memory with this one and isn't it."""
        return any(v is not array and not self.apart(v, array) for v in cluster.readers.get(self.groups.of(array), ()))

    def apart(self, one: Value, other: Value) -> bool:
        """Whether both are views of one array without gaps at different places of an axis, as x[:, k] and x[:, k - 1]."""
        a, b = (self.definers.get(v) for v in (one, other))
        if a is None or b is None or a.name != "view" or b.name != "view" or a.operands[0] is not b.operands[0]:
            return False
        whole = a.operands[0].type
        if not isinstance(whole, ArrayType) or not whole.contiguous:
            return False
        places, others = places_of(a), places_of(b)
        for axis in places.keys() & others.keys():
            (base, offset), (base_b, offset_b) = (self.ranges.form(v) for v in (places[axis], others[axis]))
            if base is base_b and offset != offset_b:
                return True
        return False

    def join(self, cluster: Cluster, op: Op) -> None:
        """Emit `op` at the current point."""
        body, cluster.body.location = cluster.body, op.location
        total = op.name == "accumulate" and not indirect.of_rows(op) and self.shape(op.operands[1]) != cluster.shape
        for v in op.operands:
            self.uses[v] -= 1
        if total:
            self.add_up(cluster, op)
            return
        if indirect.of_rows(op):
            indirect.join(self, cluster, op)
            return
        if op.name == "matmul":
            cluster.ops.append(op)
            self.make(cluster, op.result, self.multiplied(cluster, op))
            return
        read = op.operands[:1] if op.name in ("assign", "fill") else op.operands
        at_point = [self.element(cluster, v) if isinstance(v.type, ArrayType) else v for v in read]
        cluster.ops.append(op)
        if op.name == "holds_nan":
            cluster.combined[op.result] = "any", body.op("isnan", at_point[0], unseen=True)
        elif op.name in COMBINING:
            cluster.combined[op.result] = op.name, at_point[0]
        elif op.name == "copy":
            self.make(cluster, op.result, at_point[0])
        elif op.name == "accumulate":
            hints = {"relaxed": True} if op.attributes.get("relaxed") else {}
            value, before = at_point
            self.put(cluster, op.operands[1], body.op("add", before, value, name=op.operands[1].name, **hints))
        elif op.name in STORES:
            self.put(cluster, op.operands[1], at_point[0])
        else:
            result = Value(op.result.name, scalar_of(op.result.type))
            body.append(replace(op, operands=tuple(at_point), results=(result,)))
            self.make(cluster, op.result, result)

    def add_up(self, cluster: Cluster, op: Op) -> None:
        """x[…, 0, …] += value, in memory, at the place that belongs to the current point."""
        value, target = op.operands
        element = self.element(cluster, value)
        group = self.groups.of(target)
        cluster.ops.append(op)
        cluster.totals.add(target)
        cluster.readers.setdefault(group, set()).add(target)
        cluster.changed.add(group)
        cluster.body.do("accumulate", element, target, *self.place(cluster, target), relaxed=True)

    def short(self, op: Op) -> bool:
        """Whether `op` multiplies rows of a few floats with a matrix of a few columns, or with a column."""
        left, right = (self.shape(v) for v in op.operands)
        known = [n for n in right if isinstance(n, int) and 0 < n <= SHORT]
        return len(left) == 2 and len(known) == len(right) and left[1] == right[0] and left[0] not in known and is_float(op.result.type)

    def multiplied(self, cluster: Cluster, op: Op) -> Value:
        """The element of a product at the current point."""
        body, (left, right) = cluster.body, op.operands
        row, *column = cluster.indices
        for v in op.operands:
            group = self.groups.of(v)
            cluster.readers.setdefault(group, set()).add(v)
            cluster.repeats.add(group)
        total = body.constant(0.0, scalar_of(op.result.type))
        for k in range(int(self.shape(right)[0])):  # type: ignore[arg-type]
            at = body.i64(k, "k")
            if (left, k) not in cluster.rows:
                cluster.rows[left, k] = body.op("load", left, row, at, name=left.name)
            part = body.op("mul", cluster.rows[left, k], body.op("load", right, at, *column, name=right.name), name="product", relaxed=True)
            total = body.op("add", total, part, name=op.result.name, relaxed=True)
        return total

    def place(self, cluster: Cluster, array: Value) -> list[Value]:
        """Where the element of `array` that belongs to the current point is."""
        extents = self.shape(array)
        own = cluster.indices[len(cluster.indices) - len(extents) :]
        wanted = cluster.shape[len(cluster.indices) - len(extents) :]
        return [i if n == w else cluster.body.i64(0, "zero") for i, n, w in zip(own, extents, wanted, strict=True)]

    def make(self, cluster: Cluster, array: Value, element: Value) -> None:
        cluster.elements[array] = element
        cluster.made[array] = None
        cluster.readers.setdefault(self.groups.of(array), set()).add(array)

    def put(self, cluster: Cluster, target: Value, value: Value) -> None:
        """x[point] = value; in memory, unless x is made here."""
        if target in self.waiting:
            del self.waiting[target]
            self.make(cluster, target, value)
        cluster.elements[target] = value
        if target not in cluster.made:
            group = self.groups.of(target)
            cluster.readers.setdefault(group, set()).add(target)
            cluster.changed.add(group)
            cluster.body.do("store", value, target, *cluster.indices)

    def element(self, cluster: Cluster, array: Value) -> Value:
        """The element of `array` at the current point."""
        if array in self.waiting:
            self.make(cluster, array, self.waiting.pop(array).operands[0])
        if array in cluster.elements:
            return cluster.elements[array]
        group = self.groups.of(array)
        cluster.readers.setdefault(group, set()).add(array)
        extents = self.shape(array)
        if extents != cluster.shape:
            cluster.repeats.add(group)
        if array not in cluster.loaded:
            cluster.loaded[array] = cluster.body.op("load", array, *self.place(cluster, array), name=array.name)
        return cluster.loaded[array]

    # Closing ---------------------------------------------------------------------------------------------------------

    def settle(self, op: Op, kept: list[Op]) -> None:
        """Emit what must have run before `op`."""
        for cluster in list(self.open.values()):
            if op.name in TERMINATORS or self.conflict(cluster, op) or self.seen(cluster, op):
                self.close(cluster, kept)
        used = {v for o in within(op) for v in o.operands}
        for array in [v for v in self.waiting if v in used]:
            kept.append(self.waiting.pop(array))

    def conflict(self, cluster: Cluster, op: Op) -> bool:
        """Whether `op` uses what the cluster makes, or writes what it uses."""
        for o in within(op):
            for v in o.operands:
                if v in cluster.elements or v in cluster.combined:
                    return True
                if cluster.changed and is_reference(v) and o.name != "dim" and self.groups.of(v) in cluster.changed:
                    return True
        return any(group in cluster.readers for group in self.effects.written_by(op))

    def seen(self, cluster: Cluster, op: Op) -> bool:
        """Whether `op` may end the call with an error, after which the caller sees what the cluster should have changed."""
        return not self.given.isdisjoint(cluster.changed) and any(may_raise(o) for o in within(op))

    def close(self, cluster: Cluster, kept: list[Op]) -> None:
        """Emit the map; a single operation stays what it was, and so does a look for NaN in what others made."""
        del self.open[cluster.shape]
        (first, *more) = cluster.ops
        if set(cluster.made) <= set(first.results) and (not more or all(op.name == "holds_nan" for op in cluster.ops)):
            kept += [*(self.waiting.pop(v) for v in dict.fromkeys(first.operands) if v in self.waiting), *cluster.ops]
            return
        before = Builder(first.location)
        dims = [self.dim(before, extent) for extent in cluster.shape]
        arrays = [v for v in cluster.made if self.uses[v] > 0]
        yielded = (*(cluster.elements[v] for v in arrays), *(element for _, element in cluster.combined.values()))
        cluster.body.end("yield", yielded)
        into = (*("array" for _ in arrays), *(how for how, _ in cluster.combined.values()))
        region = Region(cluster.indices, tuple(cluster.body.ops))
        kept += before.ops
        kept.append(Op("map", tuple(dims), (*arrays, *cluster.combined), {"into": into}, (region,), first.location))

    def dim(self, b: Builder, extent: Extent) -> Value:
        if isinstance(extent, int):
            return b.i64(extent)
        if isinstance(extent, Value):
            return extent
        array, axis = extent
        return b.op("dim", array, axis=axis, name=f"{array.name}_dim{axis}")


def within(op: Op) -> Iterable[Op]:
    """`op`, and every op inside it."""
    yield op
    for region in op.regions:
        yield from ops_in(region)
