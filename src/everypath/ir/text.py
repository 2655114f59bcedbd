"""IR as text, and back: the grammar stands in `ir.program`.

>>> import everypath.ops
>>> print(to_text(parse('''
... func @f(x: f64, n: i64) -> (f64) {
...   zero = 0 : i64
...   one = 1 : i64
...   x = for zero, n, one, x {(i: i64, x: f64):
...     x = sin x
...     yield x
...   }
...   return x
... }
... ''')))
func @f(x: f64, n: i64) -> (f64) {
  zero = 0 : i64
  one = 1 : i64
  x_1 = for zero, n, one, x {(i: i64, x_2: f64):
    x_3 = sin x_2
    yield x_3
  }
  return x_1
}
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .op import definition
from .parse import CONTROL, RESERVED, parse
from .program import Function, Op, Program, Value
from .types import ArrayType, ListType, RecordType, ScalarType, Type

__all__ = ["op_text", "parse", "to_text"]


def to_text(it: Program | Function, *, brief: bool = False) -> str:
    """The text of a program, its entry first, or of one function. `brief` text is for people: constants stand where they are used,
    and cannot be parsed again; what code may be made for is left out."""
    if isinstance(it, Function):
        return "\n".join(Printer(brief=brief).function(it))
    records = [f"record @{name} {{{', '.join(map(str, fields))}}}" for name, fields in it.records.items()]
    functions = [it.main, *(f for f in it if f is not it.main)]
    return "\n\n".join(["\n".join(records)] * bool(records) + [to_text(f, brief=brief) for f in functions])


def op_text(op: Op) -> str:
    """The first line of one op, for messages; names are not made unique."""
    return Printer(distinct=False).op(op, "")[0]


class Printer:
    """Prints one function, giving each value a name of its own."""

    def __init__(self, distinct: bool = True, brief: bool = False) -> None:
        self.names: dict[Value, str] = {}
        self.used: set[str] = set()
        self.last: dict[str, int] = {}
        self.distinct = distinct
        self.brief = brief

    def name(self, value: Value) -> str:
        """The value's own name; `_1`, `_2`, … stand behind it where another value has it."""
        if (known := self.names.get(value)) is not None:
            return known
        wish = re.sub(r"\W+", "_", value.name).strip("_") or "v"
        wish = f"v{wish}" if wish[0].isdigit() or wish in RESERVED else wish
        name, k = wish, self.last.get(wish, 0)
        while self.distinct and name in self.used:
            k += 1
            name = f"{wish}_{k}"
        self.last[wish] = k
        self.used.add(name)
        self.names[value] = name
        return name

    def listed(self, values: Iterable[Value]) -> str:
        return ", ".join(map(self.name, values))

    def typed(self, values: Iterable[Value]) -> str:
        return ", ".join(f"{self.name(v)}: {v.type}" for v in values)

    def function(self, function: Function) -> list[str]:
        results = ", ".join(map(str, function.result_types))
        attributes = {name: value for name, value in function.attributes.items() if not self.brief or name != "extents"}
        head = f"func @{function.name}({self.typed(function.parameters)}) -> ({results}){attributes_text(attributes)} {{"
        return [head, *self.ops(function.body.ops, "  "), "}"]

    def ops(self, ops: Iterable[Op], indent: str) -> list[str]:
        return [line for op in ops for line in self.op(op, indent)]

    def op(self, op: Op, indent: str) -> list[str]:
        is_constant = op.name == "constant" and set(op.attributes) == {"value", "dtype"}
        if is_constant and self.brief:
            self.names[op.result] = literal(op.attributes["value"])
            return []
        operands = self.listed(op.operands)
        left = f"{self.listed(op.results)} = " if op.results else ""
        if is_constant:
            return [f"{indent}{left}{literal(op.attributes['value'])} : {op.attributes['dtype']}"]
        types = f" : {', '.join(str(v.type) for v in op.results)}" if op.results and derived(op) is None else ""
        line = f"{indent}{left}{op.name}{' ' * bool(operands)}{operands}{attributes_text(op.attributes)}{types}"
        lines = [line]
        for region in op.regions:
            arguments = f"({self.typed(region.arguments)}):" if region.arguments else ""
            lines[-1] += f" {{{arguments}"
            lines += [*self.ops(region.ops, indent + "  "), f"{indent}}}"]
        return lines


def attributes_text(attributes: Mapping[str, Any]) -> str:
    return f" {{{', '.join(f'{name}={literal(value)}' for name, value in attributes.items())}}}" if attributes else ""


def literal(value: Any) -> str:
    """An attribute as text: a Python literal, a type of the IR, or the name of an exception."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' * (len(value) == 1)})"
    if isinstance(value, (ScalarType, ArrayType, ListType, RecordType)):
        return str(value)
    return repr(value)


def derived(op: Op) -> tuple[Type, ...] | None:
    """The types of the results where they follow from the rest of the op; None where the text must say them."""
    types = tuple(v.type for v in op.operands)
    try:
        found = CONTROL[op.name](op) if op.name in CONTROL else definition(op.name).typing(types, op.attributes)
    except (TypeError, KeyError, ValueError, IndexError):
        return None
    return found if found == tuple(v.type for v in op.results) else None
