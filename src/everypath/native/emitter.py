"""One IR function as LLVM: values in registers, regions as blocks, failing checks as exits.

    define internal { i32, results… } @fn(ptr %ctx, parameters…)

The i32 is 0, or 1 when a check failed: the context then knows which one. Memory that was alive then hangs on the context.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property

from ..analysis.effects import pure_functions
from ..ir.program import Function, Op, Region, Value
from ..ir.types import ArrayType, ScalarType, Type
from ..ir.walk import ops_in
from . import ownership, scalars
from .assembly import IN_MEMORY, LLVM, Code, literal
from .context import FIRST_SLOT, SITE
from .errors import plain_site
from .layout import Array, Operand, as_type, flat, shape_of, unflat
from .module import SLOTS, Module, Unavailable
from .polling import spend_on
from .returned import Returned
from .scopes import Scopes
from .staying import Staying

Handler = Callable[["Emitter", Op], None]
HANDLERS: dict[str, Handler] = {}


def handles(*names: str) -> Callable[[Handler], Handler]:
    """Register the function that emits these ops."""

    def register(handler: Handler) -> Handler:
        HANDLERS.update(dict.fromkeys(names, handler))
        return handler

    return register


class Emitter:
    """Writes one function. `values` are the operands of IR values already emitted; `unchanged` are the arguments of a loop's
    region that go round as they came, and so are not counted. While `sharing`, what is written is part of a nest for several cores; while
    `once`, it runs in no loop."""

    def __init__(self, module: Module, function: Function, symbol: str, *, distinct: bool) -> None:
        self.module = module
        self.function = function
        self.symbol = symbol
        self.code = Code()
        self.values: dict[Value, Operand] = {}
        self.constants: dict[Value, int | float | bool] = {}
        self.distinct = distinct
        self.staying = Staying(function)
        self.scopes = Scopes(function, module, distinct)
        self.map_depth = 0
        self.loop_depth = 0
        self.unchanged: dict[Region, set[Value]] = {}
        self.cold: list[str] = []
        self.parts = 0
        self.sharing = False
        self.loops_shared = False
        self.once = function.name in module.outside_loops
        self.plan = ownership.plan(function, once=function.name in module.once_a_call)

    # Functions -------------------------------------------------------------------------------------------------------

    def emit(self) -> str:
        """The text of the function."""
        parameters = ["ptr noundef %ctx"]
        for position, parameter in enumerate(self.function.parameters):
            parts = [f"%p{position}.{k}" for k in range(len(shape_of(parameter.type)))]
            parameters += [f"{t} {p}" for t, p in zip(shape_of(parameter.type), parts, strict=True)]
            self.code.made.update(zip(parts, shape_of(parameter.type), strict=True))
            self.values[parameter] = unflat(parameter.type, iter(parts))
        if self.function.attributes.get("recursive"):
            HANDLERS["recursion"](self, self.function.body.terminator)
        returned = self.region(self.function.body)
        if self.function.attributes.get("recursive"):
            HANDLERS["return from recursion"](self, self.function.body.terminator)
        returned_by(self.function).give(self.code, [r for operand in returned for r in flat(operand)])
        result = returned_by(self.function)
        head = f"define internal {result.type} @{self.symbol}({', '.join([*parameters, *result.parameters])}) noinline nounwind"
        failure = ["failed:", f"  {result.failure}"] if self.cold else []
        return "\n".join([f"{head} {{", self.code.text(), *self.cold, *failure, "}"])

    # Regions ---------------------------------------------------------------------------------------------------------

    def region(self, region: Region) -> list[Operand]:
        """Emit the ops of `region`; the operands it yields, each reference among them handed over with its count."""
        for op in region.ops[:-1]:
            self.op(op)
        terminator = region.terminator
        handed_over = self.plan.handed_over[terminator]
        for position, value in enumerate(terminator.operands):
            if ownership.counted(value) and position not in handed_over and value not in self.unchanged.get(region, ()):
                self.retain(self.values[value])
        return [self.values[v] for v in terminator.operands]

    def op(self, op: Op) -> None:
        """Emit one op, then release what it was the last to use."""
        try:
            self.emit_op(op)
        except Unavailable as lack:
            lack.op = lack.op or op
            raise
        spend_on(self, op)
        for value in self.plan.after.get(op, ()):
            self.release(self.values[value])

    def emit_op(self, op: Op) -> None:
        handler = HANDLERS.get(op.name)
        if handler is not None:
            handler(self, op)
        elif scalars.is_scalar_op(op):
            self.values[op.result] = scalars.emit(self, op, [self.scalar(v) for v in op.operands])
        else:
            HANDLERS["element-wise"](self, op)

    def part_name(self) -> str:
        """The name of one more function that is part of this one."""
        self.parts += 1
        return f"{self.symbol}.part{self.parts}"

    # Independent loops -----------------------------------------------------------------------------------------------

    @cached_property
    def pure(self) -> frozenset[str]:
        """The functions of the program that write nothing of what they are given."""
        return pure_functions(self.module.program)

    @cached_property
    def numbers(self) -> dict[Value, int | float | bool]:
        """The constants of the whole function, those that are still to come as well."""
        return {op.result: op.attributes["value"] for op in ops_in(self.function.body) if op.name == "constant"}

    @cached_property
    def given(self) -> frozenset[Value]:
        """The groups of memory that belong to the caller."""
        return frozenset(self.scopes.groups.of(p) for p in self.function.parameters if isinstance(p.type, ArrayType))

    @cached_property
    def made(self) -> dict[Value, Op]:
        """The arrays that are made without contents, and what makes each."""
        return {op.result: op for op in ops_in(self.function.body) if op.name == "alloc"}

    @cached_property
    def users(self) -> Counter[Value]:
        """How many ops use each of these."""
        return Counter(v for op in ops_in(self.function.body) for v in dict.fromkeys(op.operands) if v in self.made)

    def own_arrays(self, op: Op) -> dict[Value, Op]:
        """Of these, those that nothing but `op` uses."""
        inside = Counter(v for region in op.regions for o in ops_in(region) for v in dict.fromkeys(o.operands) if v in self.made)
        return {v: self.made[v] for v, uses in inside.items() if uses == self.users[v]}

    # Operands --------------------------------------------------------------------------------------------------------

    def scalar(self, value: Value) -> str:
        """The register of a scalar, list or record."""
        operand = self.values[value]
        assert isinstance(operand, str), f"{value} is no scalar"
        return operand

    def array(self, value: Value) -> Array:
        operand = self.values[value]
        assert isinstance(operand, Array), f"{value} is no array"
        return operand

    def bind(self, value: Value, operand: Operand) -> None:
        """Give `value` its operand, as the type of `value` has it."""
        self.values[value] = as_type(self.code, operand, value.type)

    def relaxed(self, op: Op) -> bool:
        """Whether the op may differ by a few ulp from its scalar self: no decision is taken from it."""
        if op.attributes.get("exact"):
            return False
        return bool(op.attributes.get("relaxed")) or self.map_depth > 0

    # Memory ----------------------------------------------------------------------------------------------------------

    def read(self, address: str, dtype: str, scope: str) -> str:
        """The scalar at an address; a bool is a byte there."""
        loaded = self.code.let(f"load {IN_MEMORY[dtype]}, ptr {address}{scope}")
        return self.code.compare("ne", loaded, "0", "i8") if dtype == "bool" else loaded

    def write(self, address: str, dtype: str, x: str, scope: str) -> None:
        if dtype == "bool":
            x = self.code.let(f"zext i1 {x} to i8")
        self.code.do(f"store {IN_MEMORY[dtype]} {x}, ptr {address}{scope}")

    def word(self, base: str, position: int) -> str:
        """The address of the 8-byte word at a position."""
        return base if position == 0 else self.code.let(f"getelementptr inbounds i8, ptr {base}, i64 {8 * position}")

    def retain(self, operand: Operand) -> None:
        owner = operand.owner if isinstance(operand, Array) else operand
        if owner != "null":
            self.runtime("ep_retain", "void", ("ptr", owner), touches_arrays=False)

    def release(self, operand: Operand) -> None:
        owner = operand.owner if isinstance(operand, Array) else operand
        if owner != "null":
            self.runtime("ep_release", "void", ("ptr", "%ctx"), ("ptr", owner))

    def runtime(self, name: str, type_: str, *arguments: tuple[str, str], touches_arrays: bool = True) -> str:
        """A call of a function of the runtime."""
        shown = type_.replace("{", "{{").replace("}", "}}")
        self.module.declare(name, f"{shown} {{}}({', '.join(t for t, _ in arguments)}) nounwind")
        call = f"call {type_} @{name}({', '.join(f'{t} {x}' for t, x in arguments)})"
        if not touches_arrays:
            call += self.scopes.everything
        if type_ == "void":
            self.code.do(call)
            return ""
        return self.code.let(call)

    # Failure ---------------------------------------------------------------------------------------------------------

    def require(self, condition: str, site: int, values: Sequence[tuple[str, str]]) -> None:
        """Leave the function unless `condition`; `values` are (LLVM type, register) for the message."""
        if condition == "true":
            return
        good = self.code.label("good")
        self.code.branch(condition, good, self._exit(site, values), self.likely())
        self.code.start(good)

    def forbid(self, condition: str, site: int, values: Sequence[tuple[str, str]]) -> None:
        """Leave the function if `condition`."""
        if condition == "false":
            return
        good = self.code.label("good")
        self.code.branch(condition, self._exit(site, values), good, self.unlikely())
        self.code.start(good)

    def propagate(self, status: str) -> None:
        """Leave the function as a callee did."""
        good = self.code.label("good")
        self.code.branch(self.code.compare("eq", status, "0", "i32"), good, "failed", self.likely())
        self.code.start(good)
        self.cold = self.cold or [""]

    def likely(self) -> str:
        return self._weights("2000", "1")

    def unlikely(self) -> str:
        return self._weights("1", "2000")

    def _weights(self, then: str, orelse: str) -> str:
        text = f'!{{!"branch_weights", i32 {then}, i32 {orelse}}}'
        return f", !prof {self.module.once(text, lambda: self.module.node(text))}"

    def _exit(self, site: int, values: Sequence[tuple[str, str]]) -> str:
        label = self.code.label("fail")
        lines = [f"{label}:", *self._noted(SITE, "i64", str(site), label)]
        for k, (type_, register) in enumerate(values[:SLOTS]):
            lines += self._noted(FIRST_SLOT + k, type_, register, label)
        self.cold += [*lines, "  br label %failed"]
        return label

    def _noted(self, word: int, type_: str, register: str, label: str) -> list[str]:
        address = f"%{label}.{word}"
        return [
            f"  {address} = getelementptr inbounds i8, ptr %ctx, i64 {8 * word}",
            f"  store {type_} {register}, ptr {address}{self.scopes.header}",
        ]


def shapes(types: Sequence[Type]) -> list[str]:
    """The LLVM types of values of these types, one after the other."""
    return [part for type_ in types for part in shape_of(type_)]


def returned_by(function: Function) -> Returned:
    """How the results of a function come back."""
    return Returned(tuple(shapes(function.result_types)))


@handles("constant")
def constant(e: Emitter, op: Op) -> None:
    type_ = op.result.type
    assert isinstance(type_, ScalarType)
    e.constants[op.result] = op.attributes["value"]
    e.values[op.result] = literal(op.attributes["value"], type_.name)


@handles("check")
def check(e: Emitter, op: Op) -> None:
    from .errors import message_site

    condition, *values = op.operands
    shown = [v for v in values if isinstance(v.type, ScalarType)]
    kinds = [str(v.type) for v in shown]
    if len(shown) == len(values):  # formatted, were it only to make braces of double ones
        site = message_site(op.attributes["error"], op.attributes["message"], kinds, op.location)
    else:
        site = plain_site(op.attributes["error"], op.attributes["message"], op.location)
    number = e.module.site(site, (op.attributes["error"], op.attributes["message"], tuple(kinds), op.location))
    registers = [(LLVM[str(v.type)], e.scalar(v)) for v in shown] if len(shown) == len(values) else []
    e.require(e.scalar(condition), number, registers)
