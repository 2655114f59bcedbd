"""Reverse mode: a program that runs a function forward, then sweeps it backwards from the cotangents of its results.

f(x) -> y        f_vjp(x, y_bar) -> y, x_bar                         forward and backward in one (`joint`)
                 f_fwd(x) -> y, saved;  f_bwd(saved, y_bar) -> x_bar  in two, for pullbacks and for recursion (`split`)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..analysis.activity import refuse_truncation, useful, varied
from ..analysis.alias import groups as alias_groups
from ..analysis.alias import is_reference
from ..analysis.confined import confined_parameters
from ..analysis.effects import Effects, pure_functions
from ..ir.build import Builder
from ..ir.program import Function, Op, Program, Region, Value
from ..ir.types import ScalarType
from .augment import Augment
from .backward import backwards
from .called import Calls, Record
from .checkpoints import checkpointed
from .inner import inner_derivative
from .loops import reverse_loop
from .nested import absent_like, apart, clear, copied, plain
from .restore import restored
from .scope import Scope
from .sweep import Sweep
from .terms import Products


class Reverse:
    """Derives functions of one program, each at most once for the same active parameters."""

    def __init__(self, program: Program, *, guarded: bool, budget: int | None = None) -> None:
        self.program = replace(program, records=dict(program.records))
        self.products = Products(guarded)
        self.pure = pure_functions(program)
        self.confined = confined_parameters(program)
        self.calls = Calls(self)
        self.budget = budget

    # Entry points ------------------------------------------------------------------------------------------------

    def joint(self, name: str, wrt: tuple[int, ...], seeded: tuple[int, ...], *, marked: bool = False) -> str:
        """params…, cotangents of `seeded`… -> results…, cotangents of `wrt`…, which say where no path arrived if they may be `marked`."""
        self.calls.begin(name)
        entry = _Entry(self, self.program.functions[name], wrt, reusable=False)
        sweep, function = entry.sweep, entry.function
        if self.budget is None:
            sweep.restored = restored(sweep)
        cotangents = [Value(f"{function.returned[k].name}_bar", function.returned[k].type) for k in seeded]
        b = Builder(function.location)
        scope = Scope(sweep, function.body, b.inner(), parent=None, root=function.body, direct=True)
        seed(scope, [function.returned[k] for k in seeded], cotangents)
        self.sweep_ops(scope, function.body.ops[:-1])
        entry.begin(b)
        Augment(sweep, call=self.calls.forward).ops(b, function.body.ops[:-1])
        b.ops += scope.b.ops
        outputs = apart(b, function, sweep.groups, [sweep.forward(v) for v in function.returned])
        arrived = [entry.cotangent(b, scope, function.parameters[k]) for k in wrt]
        outputs += arrived if marked else [plain(self.products, b, v) for v in arrived]
        b.end("return", outputs)
        made = self.program.fresh_name(f"{name}_vjp")
        self.add(Function(made, Region((*entry.parameters, *cotangents), tuple(b.ops)), dict(function.attributes), function.location))
        return made

    def split(self, name: str, wrt: tuple[int, ...], seeded: tuple[int, ...]) -> tuple[str, str]:
        """params… -> results…, record;  record, cotangents of `seeded`… -> cotangents of `wrt`…, as often as one likes."""
        function = self.program.functions[name]
        self.calls.begin(name)
        entry = _Entry(self, function, wrt, reusable=True)
        sweep = entry.sweep
        forward_name, backward_name = self.program.fresh_name(f"{name}_fwd"), self.program.fresh_name(f"{name}_bwd")
        saved = Record(self.program.fresh_name(f"{name}_saved"))
        cotangents = [Value(f"{function.returned[k].name}_bar", function.returned[k].type) for k in seeded]
        scope = saved.scope(sweep, Builder(function.location))
        arrived = [self.products.arriving(scope.b, cotangent) for cotangent in cotangents]
        seed(scope, [function.returned[k] for k in seeded], arrived)
        self.sweep_ops(scope, function.body.ops[:-1])
        outputs = []
        for k in wrt:
            parameter = function.parameters[k]
            cotangent = plain(self.products, scope.b, entry.cotangent(scope.b, scope, parameter))
            if is_reference(parameter):
                cotangent = cotangent if self.products.guarded else copied(scope.b, cotangent)
                clear(self.products, scope.b, scope.shadow(parameter))
            outputs.append(cotangent)
        for parameter in entry.other_shadows():
            clear(self.products, scope.b, scope.shadow(parameter))
        scope.b.end("return", outputs)
        b = Builder(function.location)
        entry.begin(b)
        Augment(sweep, call=self.calls.forward).ops(b, function.body.ops[:-1])
        record = saved.pack(b, sweep)
        b.end("return", [*(sweep.forward(v) for v in function.returned), record])
        body = Region((saved.value, *cotangents), (*scope.prologue.ops, *scope.b.ops))
        self.program.records[saved.name] = tuple(v.type for v in saved.fields)
        self.add(Function(forward_name, Region(tuple(entry.parameters), tuple(b.ops)), dict(function.attributes), function.location))
        attributes = {name: value for name, value in function.attributes.items() if name != "extents"}  # of what it isn't given
        self.add(Function(backward_name, body, attributes, function.location))
        return forward_name, backward_name

    def add(self, function: Function) -> None:
        self.program = self.program.with_function(function)

    # The backward sweep ------------------------------------------------------------------------------------------

    def sweep_ops(self, scope: Scope, ops: Sequence[Op]) -> None:
        backwards(self, scope, ops)

    def loops(self, scope: Scope, op: Op) -> None:
        reverse_loop(scope, op, self.sweep_ops, self.budgeted)

    def budgeted(self, scope: Scope, op: Op) -> bool:
        return scope.sweep.budget is not None and checkpointed(self, scope, op, scope.sweep.budget)

    def inner_derivative(self, scope: Scope, op: Op) -> None:
        self.program = inner_derivative(self.program, scope, op)


def seed(scope: Scope, values: Sequence[Value], cotangents: Sequence[Value]) -> None:
    """Start the backward sweep: the cotangents of the results."""
    for v, cotangent in zip(values, cotangents, strict=True):
        scope.contribute(v, cotangent)


class _Entry:
    """The parameters of a derivative that is called from outside: copied where the function writes them, with shadows."""

    def __init__(self, owner: Reverse, function: Function, wrt: tuple[int, ...], *, reusable: bool) -> None:
        self.owner = owner
        self.function = function
        self.wrt = wrt
        groups = alias_groups(function)
        self.effects = Effects(function, groups, owner.pure)
        self.active = varied(function, self.effects, wrt)
        refuse_truncation(self.effects, self.active)
        self.active = useful(function, self.active)
        carried = owner.budget is None
        self.sweep = Sweep(
            function, groups, self.effects, self.active, owner.products, reusable, owner.confined, carried=carried, returns=True
        )
        self.sweep.budget = owner.budget
        self.parameters = [Value(p.name, p.type) for p in function.parameters]

    def begin(self, b: Builder) -> None:
        """Private copies of what the function writes, or of all where the caller may write between the halves; and shadows."""
        sweep = self.sweep
        for old, new in zip(self.function.parameters, self.parameters, strict=True):
            inside = sweep.forward(old)
            if is_reference(old) and (sweep.reusable or sweep.groups.of(old) in self.effects.written):
                copied(b, new, inside)
            else:
                self.rename(new, old, inside)
            if is_reference(old) and old in self.active:
                absent_like(sweep.products, b, inside, sweep.forward(sweep.shadow(old)))

    def rename(self, new: Value, old: Value, inside: Value) -> None:
        """The parameter is used as it comes: the value the sweeps agreed on is the parameter itself."""
        k = self.function.parameters.index(old)
        self.parameters[k] = inside

    def other_shadows(self) -> list[Value]:
        """Active array parameters that no cotangent is asked for."""
        wanted = {self.function.parameters[k] for k in self.wrt}
        return [p for p in self.function.parameters if is_reference(p) and p in self.active and p not in wanted]

    def cotangent(self, b: Builder, scope: Scope, parameter: Value) -> Value:
        if is_reference(parameter):
            return scope.shadow(parameter)
        found = scope.take(parameter)
        assert isinstance(parameter.type, ScalarType)
        return found if found is not None else self.owner.products.absent(b, parameter.type)
