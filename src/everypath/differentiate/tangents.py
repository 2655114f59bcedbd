"""Forward mode: a program that carries a tangent beside every active value, and does with memory what the primal does.

    y = mul x, x          y = mul x, x
    store y, a, i    ->   y_dot = add (mul x_dot, x), (mul x_dot, x)
                          store y, a, i
                          store y_dot, a_dot, i

Arrays, lists and records that carry derivatives have a second one of the same shape with the same views and aliases.

Of a `width` above 1 there are as many tangents beside every value, one for each direction: vector mode, which computes the
primal once for all of them.
Griewank & Walther, Evaluating Derivatives (2008), chapter 3.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..analysis.activity import Activity, refuse_truncation, useful, varied
from ..analysis.alias import groups as alias_groups
from ..analysis.alias import is_reference
from ..analysis.effects import Effects
from ..ir.build import Builder
from ..ir.op import definition
from ..ir.program import Function, Op, Region, Value
from ..ir.types import ArrayType, RecordType, ScalarType, is_float, scalar_of
from ..ir.walk import copy_region, ops_in
from ..ops.rules import Custom, Elementwise, Linear
from .nested import absent_like, apart, copied, plain
from .ruled import tangents

if TYPE_CHECKING:
    from .forward import Forward


class ForwardSweep:
    """One function of the program: what is made of each of its ops. A `strict` one refuses what has a derivative that is not known."""

    strict = True

    def __init__(self, owner: Forward, function: Function, wrt: tuple[int, ...], entry: bool, *, given: bool = False) -> None:
        """Tangents are `given` when the user chose them: then 0 means that the direction doesn't go there."""
        self.owner = owner
        self.products = owner.products
        self.function = function
        self.wrt = wrt
        self.entry = entry
        self.given = given
        aloof = owner.aloof if any(op.name == "call" for op in ops_in(function.body)) else frozenset[str]()
        self.effects = Effects(function, alias_groups(function, aloof=aloof), aloof)
        self.active: Activity = varied(function, self.effects, wrt, called=not entry, strict=self.strict)
        self.refuse()
        self.active = self.narrowed()
        self.primal: dict[Value, Value] = {}
        self.directions: tuple[dict[Value, Value], ...] = tuple({} for _ in range(owner.width))
        self.direction, self.tangent = 0, self.directions[0]

    def refuse(self) -> None:
        refuse_truncation(self.effects, self.active)

    def narrowed(self) -> Activity:
        """What carries a derivative: on one side of its kinks, most of a function only decides."""
        return useful(self.function, self.active) if "decided" in self.function.attributes else self.active

    def build(self, name: str) -> Function:
        parameters = tuple(Value(p.name, p.type) for p in self.function.parameters)
        given = [{k: self.beside(parameters[k]) for k in self.wrt} for _ in self.directions]
        b = Builder(self.function.location)
        for k, (old, new) in enumerate(zip(self.function.parameters, parameters, strict=True)):
            self.primal[old] = copied(b, new) if self.changes(old) else new
            for _ in self.each():
                tangent = given[self.direction].get(k)
                if tangent is not None and self.changes(old):
                    tangent = copied(b, tangent)
                if self.given and tangent is not None:
                    tangent = self.arriving(b, tangent)
                if old in self.active:
                    self.tangent[old] = tangent or self.absent(b, self.primal[old])
        self.ops(b, self.function.body.ops[:-1])
        outputs = [self.primal[v] for v in self.function.returned]
        if self.entry:
            outputs = apart(b, self.function, self.effects.groups, outputs)
        derivatives = [self.dot(b, v) for _ in self.each() for v in self.function.returned if is_float(v.type)]
        if self.entry and not self.owner.linear:
            derivatives = [plain(self.products, b, v) for v in derivatives]
        b.end("return", outputs + derivatives)
        body = Region((*parameters, *(v for tangents in given for v in tangents.values())), tuple(b.ops))
        return Function(name, body, self.attributes(len(parameters)), self.function.location)

    def changes(self, parameter: Value) -> bool:
        """Whether an entry writes to its parameter, and so works on a copy."""
        return self.entry and is_reference(parameter) and self.effects.groups.of(parameter) in self.effects.written

    def attributes(self, n: int) -> dict[str, Any]:
        """The attributes of the function, its `extents` those of the tangents too."""
        attributes = dict(self.function.attributes)
        if extents := attributes.get("extents"):
            given = enumerate(self.wrt * self.owner.width)
            tangents = ((n + k, axis, m) for k, position in given for at, axis, m in extents if at == position)
            attributes["extents"] = (*extents, *tangents)
        return attributes

    def arriving(self, b: Builder, tangent: Value) -> Value:
        arrived = self.products.arriving(b, tangent)
        return arrived if arrived.type == tangent.type else b.op("weaken", arrived, name=tangent.name)

    # Tangents ----------------------------------------------------------------------------------------------------

    def absent(self, b: Builder, x: Value) -> Value:
        """The tangent of something that does not vary."""
        return absent_like(self.products, b, x)

    def dot(self, b: Builder, old: Value) -> Value:
        """The tangent of `old`, made absent where it has none."""
        return self.tangent[old] if old in self.tangent else self.absent(b, self.primal[old])

    def each(self) -> Iterator[None]:
        """Once for each direction, which is then the one whose tangents are meant."""
        for direction, tangent in enumerate(self.directions):
            self.direction, self.tangent = direction, tangent
            yield
        self.direction, self.tangent = 0, self.directions[0]

    def beside(self, old: Value) -> Value:
        """A new tangent of `old`."""
        return Value(f"{old.name}_dot", self.owner.tangent_type(old.type))

    def ops(self, b: Builder, ops: Sequence[Op]) -> None:
        for op in ops:
            b.location = op.location
            handler = getattr(self, f"_{op.name}", self.plain_op)
            if op.name in ("if", "for", "while", "call"):
                handler(b, op)
                continue
            for _ in self.each():
                handler(b, op)

    def copy(self, b: Builder, op: Op) -> None:
        """`op` itself, on the primal values: once for all directions."""
        if self.direction:
            return
        regions = tuple(copy_region(r, self.primal) for r in op.regions)
        results = tuple(Value(v.name, v.type) for v in op.results)
        self.primal.update(zip(op.results, results, strict=True))
        b.append(replace(op, operands=tuple(self.primal[v] for v in op.operands), results=results, regions=regions))

    def again(self, b: Builder, op: Op, operands: Sequence[Value]) -> None:
        """`op` on tangents: what a view, a load or a move does to them is what it does to the primal."""
        results = tuple(Value(f"{v.name}_dot", self.owner.tangent_type(v.type)) for v in op.results)
        b.append(Op(op.name, tuple(operands), results, op.attributes, location=op.location))
        self.tangent.update(zip(op.results, results, strict=True))

    def plain_op(self, b: Builder, op: Op) -> None:
        self.copy(b, op)
        if not any(v in self.active for v in op.results):
            return
        rule = definition(op.name).rule
        if not self.active.passes(op):
            self.tangent.update((v, self.absent(b, self.primal[v])) for v in op.results if v in self.active)
        elif definition(op.name).shares or op.name in ("load", "gather", "copy"):
            self.again(b, op, (self.dot(b, op.operands[0]), *(self.primal[v] for v in op.operands[1:])))
        elif isinstance(rule, Elementwise):
            self.tangent[op.result] = self.elementwise(b, op, rule)
        elif isinstance(rule, Linear):
            self.tangent[op.result] = self.linear(b, op)
        elif isinstance(rule, Custom):
            mapped = replace(op, operands=tuple(self.primal[v] for v in op.operands), results=(self.primal[op.result],))
            self.tangent[op.result] = rule.tangent(b, mapped, tuple(self.tangent.get(v) for v in op.operands))
        else:
            raise AssertionError(f"no forward rule for {op.name}")

    def elementwise(self, b: Builder, op: Op, rule: Elementwise) -> Value:
        def get(k: int) -> Value:
            return self.primal[op.operands[k] if k >= 0 else op.result]

        total: Value | None = None
        covered: set[int] = set()
        for k, operand in enumerate(op.operands):
            if operand not in self.tangent:
                continue
            tangent = self.tangent[operand]
            if op.name == "cast":
                tangent = b.op("cast", tangent, **op.attributes)
            if op.name == "path" and k == 1:
                part: Value | None = self.along_partial(b, get(0), tangent)
            else:
                part = self.products.along(b, op, rule, k, tangent, get)
            if part is not None:
                covered.add(k)
                total = part if total is None else b.op("add", total, part, name=f"{op.result.name}_dot")
        if total is not None and self.has_shape(op, total, covered):
            moved = any(self.tangent[v] is total for v in op.operands if v in self.tangent)
            return b.op("copy", total, name=f"{op.result.name}_dot") if moved else total
        return self.shaped(b, total, self.primal[op.result])

    def has_shape(self, op: Op, tangent: Value, covered: set[int]) -> bool:
        """Whether a tangent that the operands at the positions `covered` contribute to surely has the shape of the result."""
        arrays = {k for k, v in enumerate(op.operands) if isinstance(v.type, ArrayType)}
        if not isinstance(tangent.type, ArrayType) or tangent.type.rank != op.result.type.rank:  # type: ignore[union-attr]
            return False
        return len(arrays) == 1 or arrays <= covered

    def along_partial(self, b: Builder, adjoint: Value, tangent: Value) -> Value:
        """adjoint · (tangent of the partial): no path where either has not arrived."""
        return b.op("select", b.op("is_absent", tangent), tangent, b.op("path", adjoint, tangent), name="path")

    def shaped(self, b: Builder, tangent: Value | None, like: Value) -> Value:
        """`tangent` with the shape of the result it belongs to (one operand alone may be smaller), in memory of its own."""
        if tangent is None:
            return self.absent(b, like)
        if not isinstance(like.type, ArrayType):
            return tangent
        return b.op("add", tangent, absent_like(self.products, b, like), name=f"{like.name}_dot", spare=True)

    def linear(self, b: Builder, op: Op) -> Value:
        total: Value | None = None
        for k, operand in enumerate(op.operands):
            if operand in self.tangent:
                operands = [self.primal[v] for v in op.operands]
                operands[k] = self.tangent[operand]
                hints = self.products.along_operand(k)
                part = b.op(op.name, *operands, name=f"{op.result.name}_dot", **op.attributes, **hints)
                total = part if total is None else b.op("add", total, part, name=f"{op.result.name}_dot")
        return total if total is not None else self.absent(b, self.primal[op.result])

    # Memory ------------------------------------------------------------------------------------------------------

    def _alloc(self, b: Builder, op: Op) -> None:
        self.copy(b, op)
        if op.result in self.active:
            self.tangent[op.result] = self.absent(b, self.primal[op.result])

    def _full(self, b: Builder, op: Op) -> None:
        self.copy(b, op)
        if op.result in self.active:
            dims = (self.primal[v] for v in op.operands[1:])
            self.tangent[op.result] = b.op("full", self.dot(b, op.operands[0]), *dims, name=f"{op.result.name}_dot")

    def write(self, b: Builder, op: Op) -> None:
        self.copy(b, op)
        source, target, *indices = op.operands
        if target not in self.active:
            return
        moved = [self.primal[v] for v in indices]
        if source in self.tangent:
            b.do(op.name, self.tangent[source], self.tangent[target], *moved)
        elif op.name in ("accumulate", "scatter_add"):
            return
        elif isinstance(source.type, ScalarType) or op.name == "assign":
            zero = self.products.absent(b, scalar_of(target.type))
            b.do("fill" if op.name == "assign" else op.name, zero, self.tangent[target], *moved)
        else:
            b.do(op.name, self.absent(b, self.primal[source]), self.tangent[target], *moved)

    _store = _fill = _assign = _scatter = _accumulate = _scatter_add = write

    def _list_new(self, b: Builder, op: Op) -> None:
        self.copy(b, op)
        if op.result in self.active:
            type_ = self.owner.tangent_type(op.result.type)
            self.tangent[op.result] = b.op("list_new", name=f"{op.result.name}_dot", type=type_)

    def _list_append(self, b: Builder, op: Op) -> None:
        self.copy(b, op)
        if op.operands[0] in self.active:
            b.do(op.name, self.tangent[op.operands[0]], self.dot(b, op.operands[1]), *(self.primal[v] for v in op.operands[2:]))

    _list_set = _list_append

    def _list_get(self, b: Builder, op: Op) -> None:
        self.copy(b, op)
        if op.result in self.active:
            self.again(b, op, (self.tangent[op.operands[0]], self.primal[op.operands[1]]))

    def _pack(self, b: Builder, op: Op) -> None:
        self.copy(b, op)
        if op.result in self.active:
            fields = [self.dot(b, v) for v in op.operands if is_float(v.type)]
            type_ = self.owner.tangent_type(op.result.type)
            self.tangent[op.result] = b.op("pack", *fields, name=f"{op.result.name}_dot", type=type_)

    def _unpack(self, b: Builder, op: Op) -> None:
        self.copy(b, op)
        if op.result not in self.active:
            return
        record, field = op.operands[0], op.attributes["field"]
        assert isinstance(record.type, RecordType)
        before = self.owner.program.records[record.type.name][:field]
        type_ = self.owner.tangent_type(op.result.type)
        position = sum(map(is_float, before))
        self.tangent[op.result] = b.op("unpack", self.tangent[record], field=position, type=type_, name=f"{op.result.name}_dot")

    # Control -----------------------------------------------------------------------------------------------------

    def region(self, b: Builder, region: Region, arguments: tuple[Value, ...], doubled: Sequence[Value]) -> Region:
        """`region` derived; it yields the primal values, then the tangents of `doubled`."""
        inner = b.inner()
        self.ops(inner, region.ops[:-1])
        tangents = [self.dot(inner, v) for _ in self.each() for v in doubled]
        inner.end("yield", [*(self.primal[v] for v in region.yielded), *tangents])
        return Region(arguments, tuple(inner.ops))

    def results(self, op: Op, positions: Sequence[int]) -> tuple[Value, ...]:
        """Fresh primal results of `op`, then the tangents of those at `positions`."""
        primal = [Value(v.name, v.type) for v in op.results]
        self.primal.update(zip(op.results, primal, strict=True))
        return (*primal, *self.fresh([op.results[k] for k in positions]))

    def fresh(self, values: Sequence[Value]) -> list[Value]:
        """New tangents of the values, for every direction."""
        for _ in self.each():
            self.tangent.update((v, self.beside(v)) for v in values)
        return [tangent[v] for tangent in self.directions for v in values]

    def _if(self, b: Builder, op: Op) -> None:
        positions = [k for k, v in enumerate(op.results) if v in self.active]
        regions = tuple(self.region(b, r, (), [r.yielded[k] for k in positions]) for r in op.regions)
        b.append(replace(op, operands=(self.primal[op.operands[0]],), results=self.results(op, positions), regions=regions))

    def _for(self, b: Builder, op: Op) -> None:
        self.loop(b, op, 3, 1)

    def _while(self, b: Builder, op: Op) -> None:
        self.loop(b, op, 1, 0)

    def loop(self, b: Builder, op: Op, controls: int, own_arguments: int) -> None:
        (region,) = op.regions
        carried, inits = region.arguments[own_arguments:], op.operands[controls:]
        yielded = region.yielded[1 - own_arguments :]
        positions = [k for k, v in enumerate(carried) if v in self.active]
        operands = [self.primal[v] for v in op.operands] + [self.dot(b, inits[k]) for _ in self.each() for k in positions]
        arguments = [Value(v.name, v.type) for v in region.arguments]
        self.primal.update(zip(region.arguments, arguments, strict=True))
        arguments += self.fresh([carried[k] for k in positions])
        inner = self.region(b, region, tuple(arguments), [yielded[k] for k in positions])
        b.append(replace(op, operands=tuple(operands), results=self.results(op, positions), regions=(inner,)))

    def _call(self, b: Builder, op: Op) -> None:
        wrt = tuple(k for k, v in enumerate(op.operands) if v in self.active)
        if not wrt and not any(v in self.active for v in op.results):
            self.copy(b, op)
            return
        callee = self.callee(op, wrt)
        operands = [self.primal[v] for v in op.operands] + [self.dot(b, op.operands[k]) for _ in self.each() for k in wrt]
        positions = [k for k, v in enumerate(op.results) if is_float(v.type)]
        b.append(replace(op, operands=tuple(operands), results=self.results(op, positions), attributes={**op.attributes, "callee": callee}))

    def callee(self, op: Op, wrt: tuple[int, ...]) -> str:
        """The pushforward of what `op` calls."""
        return self.owner.function(op.attributes["callee"], wrt, entry=False)

    def _ruled(self, b: Builder, op: Op) -> None:
        if not self.active.passes(op):
            self.copy(b, op)
            self.tangent.update((v, self.absent(b, self.primal[v])) for v in op.results if v in self.active)
        elif self.owner.linear:
            self.copy(b, replace(op, attributes={**op.attributes, "spare": True}))
            operands = (self.tangent.get(v, self.primal[v]) for v in op.operands)
            b.append(replace(op, operands=tuple(operands), results=(made := tuple(Value(f"{v.name}_dot", v.type) for v in op.results))))
            self.tangent.update((v, dot) for v, dot in zip(op.results, made, strict=True) if v in self.active)
        else:
            self.copy(b, op)
            here = replace(op, operands=tuple(self.primal[v] for v in op.operands), results=tuple(self.primal[v] for v in op.results))
            moved = tangents(
                b, self.products, self.owner.program, here, {k: self.tangent[v] for k, v in enumerate(op.operands) if v in self.tangent}
            )
            for k, v in enumerate(op.results):
                if v in self.active:
                    tangent = moved.get(k) or self.absent(b, self.primal[v])
                    self.tangent[v] = tangent if tangent.type == v.type else b.op("weaken", tangent, name=tangent.name)

    def _derivative(self, b: Builder, op: Op) -> None:
        """A derivative inside what is linear in the directions that it is taken along: along their tangents it is its own tangent."""
        self.copy(b, op)
        n = len(self.owner.program.functions[op.attributes["callee"]].parameters)
        along = [k for k, v in enumerate(op.operands[n:]) if v in self.tangent]
        if not along:
            return
        which = "wrt" if op.name == "pushforward" else "seeded"
        attributes = {**op.attributes, which: tuple(op.attributes[which][k] for k in along)}
        operands = (*(self.primal[v] for v in op.operands[:n]), *(self.tangent[op.operands[n + k]] for k in along))
        made = tuple(Value(f"{v.name}_dot", v.type) for v in op.results)
        b.append(replace(op, operands=operands, results=made, attributes=attributes))
        derived = len(self.owner.program.functions[op.attributes["callee"]].returned)
        for k, (v, dot) in enumerate(zip(op.results, made, strict=True)):
            if v in self.active:
                self.tangent[v] = dot if k >= derived else self.absent(b, self.primal[v])

    _pushforward = _pullback = _derivative
