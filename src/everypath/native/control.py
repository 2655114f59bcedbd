"""Control flow: `for`, `while`, `if`, calls, recursion.

References that a loop carries are counted: the loop holds what comes in, each turn hands over what it yields and lets go of
what it got. A reference that goes round unchanged costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..ir.program import Op, Region, Value
from . import nest, outlined, ownership, turns
from .assembly import Phi
from .context import DEPTH, DEPTH_LIMIT, STACK_LIMIT
from .emitter import Emitter, handles, returned_by, shapes
from .errors import RECURSION, plain_site
from .layout import Operand, as_type, flat, shape_of, unflat
from .module import Postponed
from .polling import TURNS, has_loops, is_simple, look_now, poll

FEW = 16
"""Iterations that are counted as one, of a loop that is inside another and has loops inside."""


class Carried:
    """The values that a loop carries, as phis at its head."""

    def __init__(self, e: Emitter, op: Op, inits: Sequence[Value], region: Region, arguments: Sequence[Value]) -> None:
        self.e, self.op = e, op
        self.same = ownership.unchanged(op)
        self.moving = [k for k in range(len(inits)) if k not in self.same]
        self.arguments = arguments
        self.inits = [as_type(e.code, e.values[v], a.type) for v, a in zip(inits, arguments, strict=True)]
        self.phis: list[Phi] = []
        e.unchanged[region] = {arguments[k] for k in self.same}
        for k in self.same:
            e.values[arguments[k]] = self.inits[k]
        for k in self.moving:
            if ownership.counted(arguments[k]):
                e.retain(self.inits[k])

    def open(self) -> None:
        """At the head of the loop: the carried values."""
        code = self.e.code
        self.phis = [code.open_phi(t) for k in self.moving for t in shape_of(self.arguments[k].type)]
        names = iter([phi.name for phi in self.phis])
        for k in self.moving:
            self.e.values[self.arguments[k]] = unflat(self.arguments[k].type, names)

    def turn(self, yielded: Sequence[Operand]) -> list[str]:
        """At the end of a turn: let go of what came in; the registers for the next turn."""
        registers: list[str] = []
        for k in self.moving:
            argument = self.arguments[k]
            registers += flat(as_type(self.e.code, yielded[k], argument.type))
            if ownership.counted(argument):
                self.e.release(self.e.values[argument])
        return registers

    def close(self, before: str, latch: str, registers: Sequence[str]) -> None:
        """Tie the phis at the head, and make the results of the loop phis of its exit."""
        code = self.e.code
        first = [r for k in self.moving for r in flat(self.inits[k])]
        for phi, start, again in zip(self.phis, first, registers, strict=True):
            code.close_phi(phi, (start, before), (again, latch))
        final = [code.phi(p.type, (a, before), (b, latch)) for p, a, b in zip(self.phis, first, registers, strict=True)]
        self.bind(final)

    def bind(self, final: Sequence[str]) -> None:
        names = iter(final)
        for k, result in enumerate(self.op.results):
            self.e.values[result] = self.inits[k] if k in self.same else unflat(result.type, names)


@handles("for")
def for_(e: Emitter, op: Op) -> None:
    """Python's `for i in range(lo, hi, step)`."""
    if not turns.shared(e, op):
        outermost(e, op, counted_for)


def outermost(e: Emitter, op: Op, write: Callable[[Emitter, Op], None]) -> None:
    """A loop; one that stands in no other as a function of its own."""
    if not e.once or e.loop_depth or e.map_depth:
        write(e, op)
        return

    def inside() -> list[tuple[str, str]]:
        write(e, op)
        return [pair for v in op.results for pair in zip(shape_of(v.type), flat(e.values[v]), strict=True)]

    found = iter(outlined.apart(e, inside))
    for v in op.results:
        e.values[v] = unflat(v.type, found)


def counted_for(e: Emitter, op: Op) -> None:
    (region,) = op.regions
    carried = Carried(e, op, op.operands[3:], region, region.arguments[1:])
    size = chunk(e, op)
    if size:
        chunked_for(e, op, carried, size)
    else:
        plain_for(e, op, carried)


def plain_for(e: Emitter, op: Op, carried: Carried) -> None:
    code, (region,) = e.code, op.regions
    lo, hi, step = (e.scalar(v) for v in op.operands[:3])
    unit = e.constants.get(op.operands[2]) == 1
    first, last = (lo, hi) if unit else ("0", trips(e, op, lo, hi, step))
    before, head, out = code.block, code.label("for"), code.label("done")
    code.branch(code.compare("slt" if unit else "ult", first, last), head, out)
    code.start(head)
    counter = code.open_phi("i64")
    carried.open()
    e.values[region.arguments[0]] = counter.name if unit else stepped(e, op, lo, counter.name, step)
    e.loop_depth += 1
    registers = carried.turn(e.region(region))
    e.loop_depth -= 1
    if not e.map_depth and (not e.loop_depth or (has_loops(op) and not at_most(e, op, FEW))):
        poll(e)
    following = code.let(f"add nsw i64 {counter.name}, 1")
    latch = code.block
    code.branch(code.compare("slt" if unit else "ult", following, last), head, out, as_it_is(e, op))
    code.close_phi(counter, (first, before), (following, latch))
    code.start(out)
    carried.close(before, latch, registers)


def as_it_is(e: Emitter, op: Op) -> str:
    """What the latch of a loop that hardly ever runs says."""
    return nest.left_alone(e) if op.attributes.get("cold") else ""


def trips(e: Emitter, op: Op, lo: str, hi: str, step: str) -> str:
    """How many turns `range(lo, hi, step)` has, as an unsigned number."""
    code, known = e.code, e.constants.get(op.operands[2])
    if known is not None:
        ends, size = ((lo, hi), known) if known > 0 else ((hi, lo), -known)
        return up_counted(e, *ends, str(size))
    up = code.compare("sgt", step, "0")
    low, high = code.select(up, "i64", lo, hi), code.select(up, "i64", hi, lo)
    magnitude = code.select(up, "i64", step, code.let(f"sub i64 0, {step}"))
    return up_counted(e, low, high, magnitude)


def up_counted(e: Emitter, lo: str, hi: str, step: str) -> str:
    code = e.code
    span = code.let(f"sub i64 {hi}, {lo}")
    whole = span
    if step != "1":
        beyond_first = code.let(f"sub i64 {span}, 1")
        whole = code.let(f"add i64 {code.let(f'udiv i64 {beyond_first}, {step}')}, 1")
    return code.select(code.compare("slt", lo, hi), "i64", whole, "0")


def stepped(e: Emitter, op: Op, lo: str, counter: str, step: str) -> str:
    """lo + counter·step."""
    known = op.operands[2] in e.constants
    wrap = "nsw " if known else ""
    return e.code.let(f"add {wrap}i64 {lo}, {e.code.let(f'mul {wrap}i64 {counter}, {step}')}")


@handles("while")
def while_(e: Emitter, op: Op) -> None:
    outermost(e, op, conditional_while)


def conditional_while(e: Emitter, op: Op) -> None:
    code, (region,) = e.code, op.regions
    carried = Carried(e, op, op.operands[1:], region, region.arguments)
    before, head, out = code.block, code.label("while"), code.label("done")
    code.branch(e.scalar(op.operands[0]), head, out)
    code.start(head)
    carried.open()
    e.loop_depth += 1
    condition, *yielded = e.region(region)
    registers = carried.turn(yielded)
    e.loop_depth -= 1
    poll(e)
    latch = code.block
    assert isinstance(condition, str)
    code.branch(condition, head, out)
    code.start(out)
    carried.close(before, latch, registers)


@handles("if")
def if_(e: Emitter, op: Op) -> None:
    code = e.code
    if op.attributes.get("postponed") and e.function.name in e.module.postponing:
        e.require(e.scalar(op.operands[0]), e.module.site(plain_site(Postponed, "", op.location)), ())
        for value, operand in zip(op.results, e.region(op.regions[0]), strict=True):
            e.bind(value, operand)
        return
    condition = e.scalar(op.operands[0])
    if condition in ("true", "false"):
        for value, operand in zip(op.results, e.region(op.regions[condition == "false"]), strict=True):
            e.bind(value, operand)
        return
    labels = [code.label("then"), code.label("else")]
    join = code.label("endif")
    code.branch(condition, *labels)
    arrivals: list[tuple[list[str], str]] = []
    for label, region in zip(labels, op.regions, strict=True):
        code.start(label)
        yielded = e.region(region)
        registers = [r for y, v in zip(yielded, op.results, strict=True) for r in flat(as_type(code, y, v.type))]
        arrivals.append((registers, code.block))
        code.jump(join)
    code.start(join)
    (then, then_block), (orelse, else_block) = arrivals
    types = shapes([v.type for v in op.results])
    merged = iter([a if a == b else code.phi(t, (a, then_block), (b, else_block)) for t, a, b in zip(types, then, orelse, strict=True)])
    for value in op.results:
        e.values[value] = unflat(value.type, merged)


# Calls ----------------------------------------------------------------------------------------------------------------


@handles("call")
def call(e: Emitter, op: Op) -> None:
    callee = e.module.program.functions[op.attributes["callee"]]
    arguments = ["ptr %ctx"]
    for value, parameter in zip(op.operands, callee.parameters, strict=True):
        operand = as_type(e.code, e.values[value], parameter.type)
        arguments += [f"{t} {r}" for t, r in zip(shape_of(parameter.type), flat(operand), strict=True)]
    called = returned_by(callee).call(e.code, e.module.symbol(callee.name), arguments)
    e.propagate(called.status)
    registers = iter(called.results(e.code))
    for value, type_of_result in zip(op.results, callee.result_types, strict=True):
        e.bind(value, unflat(type_of_result, registers))


@handles("recursion")
def recursion(e: Emitter, op: Op) -> None:
    """At the entry of a recursive function: one call deeper, unless it is too deep or the stack is used up."""
    code = e.code
    depth = code.let(f"load i64, ptr {e.word('%ctx', DEPTH)}{e.scopes.header}")
    most = code.let(f"load i64, ptr {e.word('%ctx', DEPTH_LIMIT)}{e.scopes.header}")
    lowest = code.let(f"load i64, ptr {e.word('%ctx', STACK_LIMIT)}{e.scopes.header}")
    here = code.let(f"ptrtoint ptr {code.slot('i64')} to i64")
    fits = code.let(f"and i1 {code.compare('slt', depth, most)}, {code.compare('ugt', here, lowest)}")
    site = plain_site(RecursionError, RECURSION, e.function.location)
    e.require(fits, e.module.site(site, ("recursion", e.function.location)), ())
    code.do(f"store i64 {code.let(f'add nsw i64 {depth}, 1')}, ptr {e.word('%ctx', DEPTH)}{e.scopes.header}")
    poll(e)


@handles("return from recursion")
def return_from_recursion(e: Emitter, op: Op) -> None:
    address = e.word("%ctx", DEPTH)
    depth = e.code.let(f"load i64, ptr {address}{e.scopes.header}")
    e.code.do(f"store i64 {e.code.let(f'sub nsw i64 {depth}, 1')}, ptr {address}{e.scopes.header}")


# Loops in chunks ------------------------------------------------------------------------------------------------------


def chunk(e: Emitter, op: Op) -> int:
    """How many turns go by between two looks at Ctrl-C where they are not counted one by one; 0 where they are, or need no look.

    LLVM may make vectors of a loop with nothing but straight code and branches inside, and a loop inside another one costs less
    without a count at each turn: they are cut into chunks.
    """
    if e.map_depth or e.constants.get(op.operands[2]) != 1:
        return 0
    turns = TURNS if is_simple(op) else FEW if e.loop_depth and has_loops(op) else 0
    return 0 if at_most(e, op, turns) else turns


def at_most(e: Emitter, op: Op, turns: int) -> bool:
    """Whether a `for` is known to have at most so many turns."""
    lo, hi = (e.constants.get(v) for v in op.operands[:2])
    return lo is not None and hi is not None and abs(hi - lo) <= turns


def chunked_for(e: Emitter, op: Op, carried: Carried, turns: int) -> None:
    """`for` with step 1 in chunks of so many turns."""
    code, (region,) = e.code, op.regions
    lo, hi = (e.scalar(v) for v in op.operands[:2])
    before, outer, head, out = code.block, code.label("chunk"), code.label("for"), code.label("done")
    chunk_end, again = code.label("chunkend"), code.label("again")
    code.branch(code.compare("slt", lo, hi), outer, out)
    code.start(outer)
    start = code.open_phi("i64")
    outer_phis = [code.open_phi(t) for k in carried.moving for t in shape_of(carried.arguments[k].type)]
    far = code.let(f"sub i64 {hi}, {start.name}")
    size = code.select(code.compare("ult", far, str(turns)), "i64", far, str(turns))
    end = code.let(f"add nsw i64 {start.name}, {size}")
    code.jump(head)
    code.start(head)
    counter = code.open_phi("i64")
    carried.open()
    e.values[region.arguments[0]] = counter.name
    e.loop_depth += 1
    registers = carried.turn(e.region(region))
    e.loop_depth -= 1
    following = code.let(f"add nsw i64 {counter.name}, 1")
    latch = code.block
    code.branch(code.compare("slt", following, end), head, chunk_end)
    code.close_phi(counter, (start.name, outer), (following, latch))
    for phi, first, next_ in zip(carried.phis, outer_phis, registers, strict=True):
        code.close_phi(phi, (first.name, outer), (next_, latch))
    code.start(chunk_end)
    code.branch(code.compare("slt", following, hi), again, out)
    code.start(again)
    if turns == TURNS:
        look_now(e)
    else:
        poll(e)
    back = code.block
    code.jump(outer)
    code.close_phi(start, (lo, before), (following, back))
    firsts = [r for k in carried.moving for r in flat(carried.inits[k])]
    for phi, init, next_ in zip(outer_phis, firsts, registers, strict=True):
        code.close_phi(phi, (init, before), (next_, back))
    code.start(out)
    carried.bind([code.phi(p.type, (a, before), (b, chunk_end)) for p, a, b in zip(carried.phis, firsts, registers, strict=True)])
