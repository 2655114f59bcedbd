"""What is known before the program runs: constants, extents, indices in range, arithmetic that can't overflow, branches decided.

    one = constant {value=1}                    one = constant {value=1}
    c = lt one, two : bool               →      x = exp a
    x = if c {yield exp a} {yield a}

A fold gives the very bits that running gives: only operations that IEEE rounds correctly are computed here, and there is no
0·x, x - x, x / x or x + 0.0 on floats.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..analysis.ranges import Ranges
from ..ir.op import DEFINITIONS, meant
from ..ir.program import Function, Op, Region, Value
from ..ir.types import BOOL, I64, ArrayType, ScalarType
from .extents import Known
from .rewriting import renamed, with_function_ops, with_ops, with_regions
from .simplify import SIMPLER

EXACT = frozenset(
    "add sub mul div neg abs sqrt square floor ceil trunc rint cast select maximum minimum fmax fmin sign copysign "
    "lt le gt ge eq ne isnan isinf isfinite and or xor not path is_absent floordiv mod index".split()
)
"""Operations whose result on constants is the same everywhere."""


def fold(function: Function) -> Function:
    """`function` with what is known put in place of what would compute it."""
    return with_function_ops(function, Fold().ops(function.body.ops))


class Fold:
    """One walk down a function: replacements, constants, extents of arrays, and ranges of integers."""

    def __init__(self) -> None:
        self.env: dict[Value, Value] = {}
        self.constants: dict[Value, Any] = {}
        self.extents = Known(self.constants, {})
        self.definers: dict[Value, Op] = {}
        self.ranges = Ranges()
        self.kept: list[Op] = []
        self.integers: dict[Hashable, Value] = {}
        self.never: set[Value] = set()  # arrays of which no element is True

    def ops(self, ops: Sequence[Op]) -> list[Op]:
        kept: list[Op] = []
        for op in ops:
            op = renamed(op, self.env)
            if op.regions:
                REGIONS[op.name](self, op, kept)
            else:
                self.plain(op, kept)
        return kept

    def plain(self, op: Op, kept: list[Op]) -> None:
        """Append what stands for `op`, if anything must."""
        self.kept = kept
        answer = self.simpler(op)
        if isinstance(answer, Value):
            self.env[op.results[0]] = answer
            return
        if answer is not None:
            op = answer
        if op.name == "check" and self.constants.get(op.operands[0]) is True:
            return
        self.learn(op)
        key = self.integer(op)
        if key is not None and self.integers.setdefault(key, op.results[0]) is not op.results[0]:
            self.env[op.results[0]] = self.integers[key]
            return
        kept.append(op)

    def integer(self, op: Op) -> Hashable:
        """A name for the integer that `op` computes, the same for all that compute it: extents are known to be equal by their names."""
        if len(op.results) != 1 or op.results[0].type != I64 or op.attributes.get("overflow") == "raise":
            return None
        if op.name == "dim":
            return (op.operands[0], op.attributes["axis"])
        if op.name in ("add", "sub") and self.ranges.form(op.results[0])[0] is not op.results[0]:
            return self.ranges.form(op.results[0])
        return (op.name, *op.operands) if op.name in ("add", "sub", "minimum", "maximum") else None

    def learn(self, op: Op) -> None:
        self.extents.define(op)
        if len(op.results) != 1:
            return
        result = op.results[0]
        self.definers[result] = op
        if op.name == "constant":
            self.constants[result] = op.attributes["value"]
        self.ranges.define(op)

    # Scalars ---------------------------------------------------------------------------------------------------------

    def simpler(self, op: Op) -> Op | Value | None:
        """A value or an op that stands for `op`, or None."""
        if op.name == "dim":
            return self.dim(op)
        if len(op.results) == 1 and op.name in ("and", "select") and isinstance(op.results[0].type, ArrayType):
            return self.one_sided(op)
        if op.name in ("minimum", "gather") and isinstance(op.results[0].type, ArrayType):
            return self.all_places(op)
        if op.name == "view" and not op.attributes["axes"].strip("a") and op.results[0].type == op.operands[0].type:
            return op.operands[0]  # x[...] and x[:] of all that x has
        if len(op.results) != 1 or not isinstance(op.results[0].type, ScalarType):
            return None
        if op.name in EXACT and all(v in self.constants for v in op.operands):
            return self.computed(op)
        if op.name == "index":
            return self.index(op)
        if op.name in SIMPLER:
            answer = SIMPLER[op.name](self, op)
            if answer is not None:
                return answer
        if op.name in ("add", "sub") and op.results[0].type == I64 and self.ranges.fits(op):
            answer = self.offset(op)
            if answer is not None:
                return answer
        if op.attributes.get("overflow") == "raise" and self.ranges.fits(op):
            return replace(op, attributes={**op.attributes, "overflow": "never"})
        if op.name in ("lt", "le", "gt", "ge", "eq", "ne") and op.operands[0].type == I64:
            decided = self.decided(op)
            if decided is not None:
                return constant(op, decided)
        return None

    def one_sided(self, op: Op) -> Op | None:
        """The side of a `select` of arrays that all of its elements take, in memory of its own."""
        first = op.operands[0]
        if op.name == "and":
            if any(self.constants.get(v) is False or v in self.never for v in op.operands):
                self.never.add(op.results[0])
            return None
        known = False if first in self.never else self.constants.get(first)
        if known is None:
            return None
        side = op.operands[1 if known else 2]
        shapes = {self.extents.of(v) for v in op.operands if isinstance(v.type, ArrayType)}
        if side.type != op.result.type or len(shapes) != 1:
            return None
        return replace(op, name="copy", operands=(side,), attributes={})

    def all_places(self, op: Op) -> Op | Value | None:
        """The places of an axis in their order, of which none is beyond its end; what is read at them all, in memory of its own."""
        x, places = op.operands[0], op.operands[1]
        count = self.definers.get(x if op.name == "minimum" else places)
        if count is None or count.name != "iota" or len(op.operands) != 2:
            return None
        n = count.operands[0]
        if op.name == "minimum":
            above = self.ranges.form(places) if places.type == I64 else None
            return x if above is not None and self.ranges.less_equal(self.ranges.form(n), (above[0], above[1] + 1)) else None
        if x.type != op.result.type or self.extents.name(n) != self.extents.of(x)[0]:
            return None
        return replace(op, name="copy", operands=(x,), attributes={})

    def offset(self, op: Op) -> Op | Value | None:
        """A sum or difference of integers that fits, as one value and a number: `n - 1 - 2` and `n - 3` are one."""
        base, offset = self.ranges.sum(op)
        if base is op.result or base in self.ranges.forms:
            return None
        if base is None:
            return constant(op, offset)
        if offset == 0:
            return base
        name = "add" if offset > 0 else "sub"
        if op.name == name and base is op.operands[0]:
            return None
        number = Op("constant", (), (Value("offset", I64),), {"value": abs(offset), "dtype": "i64"}, (), op.location)
        self.learn(number)
        self.kept.append(number)
        return replace(op, name=name, operands=(base, number.result))

    def computed(self, op: Op) -> Op | None:
        """`op` on constants as a constant, unless it would raise."""
        meaning = DEFINITIONS[op.name].meaning
        assert meaning is not None
        operands = [typed(self.constants[v], v.type) for v in op.operands]
        try:
            with np.errstate(all="ignore"):
                value = meaning(*operands, **meant(op.attributes))
        except (ArithmeticError, IndexError, ValueError):
            return None
        return constant(op, value)

    def dim(self, op: Op) -> Op | Value | None:
        extent = self.extents.of(op.operands[0])[op.attributes["axis"]]
        if isinstance(extent, Value):
            return extent
        if isinstance(extent, int):
            return constant(op, extent)
        array, axis = extent
        return None if array is op.operands[0] else Op("dim", (array,), op.results, {"axis": axis}, (), op.location)

    def index(self, op: Op) -> Op | Value | None:
        i, n = op.operands
        if self.ranges.in_range(i, n):
            return i
        low, high = self.ranges.interval(i)
        base, offset = self.ranges.form(n)
        if high < 0 and self.ranges.less_equal((None, -low), (base, offset)):
            return Op("add", (i, n), op.results, {}, (), op.location)
        if op.attributes.get("checked", True) and self.ranges.less(i, n) and self.ranges.less_equal((None, -low), (base, offset)):
            return replace(op, attributes={**op.attributes, "checked": False})
        return None

    def decided(self, op: Op) -> bool | None:
        """An integer comparison that the ranges decide."""
        name, a, b = op.name, *op.operands
        if name in ("gt", "ge"):
            name, a, b = ("lt" if name == "gt" else "le"), b, a
        below, above = self.ranges.form(a), self.ranges.form(b)
        if name in ("eq", "ne"):
            return name == "eq" if below == above else None
        gap = 1 if name == "lt" else 0
        if self.ranges.less_equal((below[0], below[1] + gap), above):
            return True
        if self.ranges.less_equal((above[0], above[1] + 1 - gap), below):
            return False
        return None

    # Control ---------------------------------------------------------------------------------------------------------

    def regions(self, op: Op) -> list[Region]:
        """The regions of `op`, each folded under what holds inside it."""
        folded = []
        outer = self.integers
        for position, region in enumerate(op.regions):
            self.integers = dict(outer)
            with self.ranges.inside(op, position):
                folded.append(with_ops(region, self.ops(region.ops)))
        self.integers = outer
        return folded

    def if_(self, op: Op, kept: list[Op]) -> None:
        condition = self.constants.get(op.operands[0])
        if condition is not None:
            side = op.regions[0 if condition else 1]
            kept.extend(self.ops(side.ops[:-1]))
            for result, value in zip(op.results, side.yielded, strict=True):
                self.env[result] = self.env.get(value, value)
            return
        then, orelse = regions = self.regions(op)
        for result, a, b in zip(op.results, then.yielded, orelse.yielded, strict=True):
            if a is b:
                self.env[result] = a
            elif a.type == BOOL and self.constants.get(a) is True and self.constants.get(b) is False:
                self.env[result] = op.operands[0]
        op = with_regions(op, regions)
        self.extents.meet(op)
        kept.append(op)

    def for_(self, op: Op, kept: list[Op]) -> None:
        lo, hi, step = op.operands[:3]
        region = op.regions[0]
        forward, backward = self.ranges.interval(step)[0] > 0, self.ranges.interval(step)[1] < 0
        never = (forward and self.ranges.less_equal(self.ranges.form(hi), self.ranges.form(lo))) or (
            backward and self.ranges.less_equal(self.ranges.form(lo), self.ranges.form(hi))
        )
        if never:
            self.env.update(zip(op.results, op.operands[3:], strict=True))
            return
        base, offset = self.ranges.form(lo)
        if forward and self.ranges.form(hi) == (base, offset + 1):
            self.env.update(zip(region.arguments, op.operands[2:], strict=True))
            self.env[region.arguments[0]] = lo
            kept.extend(self.ops(region.ops[:-1]))
            for result, value in zip(op.results, region.yielded, strict=True):
                self.env[result] = self.env.get(value, value)
            return
        self.keep_invariant(op, op.operands[3:], region.arguments[1:], region.yielded)
        kept.append(with_regions(op, self.regions(op)))

    def while_(self, op: Op, kept: list[Op]) -> None:
        if self.constants.get(op.operands[0]) is False:
            self.env.update(zip(op.results, op.operands[1:], strict=True))
            return
        region = op.regions[0]
        self.keep_invariant(op, op.operands[1:], region.arguments, region.yielded[1:])
        kept.append(with_regions(op, self.regions(op)))

    def keep_invariant(self, op: Op, inits: Sequence[Value], carried: Sequence[Value], yielded: Sequence[Value]) -> None:
        """A carried value that is yielded as it came is its initial value."""
        for init, argument, value, result in zip(inits, carried, yielded, op.results, strict=True):
            if value is argument or self.env.get(value, value) is init:
                self.env[argument] = init
                self.env[result] = init

    def map_(self, op: Op, kept: list[Op]) -> None:
        self.extents.define(op)
        kept.append(with_regions(op, self.regions(op)))


def typed(value: Any, type_: Any) -> Any:
    """A constant as the number that the program has at run time."""
    return int(value) if type_ == I64 else type_.numpy.type(value)


def constant(op: Op, value: Any) -> Op:
    """The constant that stands for `op`."""
    type_ = op.results[0].type
    assert isinstance(type_, ScalarType)
    python = bool(value) if type_ == BOOL else float(value) if type_.is_float else int(value)
    return Op("constant", (), op.results, {"value": python, "dtype": type_.name}, (), op.location)


REGIONS: dict[str, Callable[[Fold, Op, list[Op]], None]] = {
    "if": Fold.if_,
    "for": Fold.for_,
    "while": Fold.while_,
    "map": Fold.map_,
}
