"""Reading IR from text, in the grammar of `ir.program`."""

from __future__ import annotations

import ast
import builtins
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from .op import definition
from .program import Function, Op, Program, Region, Value
from .types import SCALARS, ArrayType, ListType, RecordType, Type

TOKEN = re.compile(
    r"""(?P<space>[^\S\n]+|\#[^\n]*) | (?P<newline>\n)
      | (?P<number>-?(?:\d+\.\d*(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+|inf\b|nan\b))
      | (?P<string>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
      | (?P<name>[^\W\d]\w*) | (?P<at>@\w+) | (?P<mark>->|[-{}()\[\]<>,:=])""",
    re.VERBOSE,
)
WORDS = {"True": True, "False": False, "None": None}
RESERVED = {*WORDS, "inf", "nan", "func", "record", "list"}


def parse(text: str, exceptions: Mapping[str, type[BaseException]] | None = None) -> Program:
    """The program that `text` writes down; its first function is the entry.

    `exceptions` are the classes, besides Python's own, that a `check` may name. ValueError says where the text is wrong.
    """
    return Parser(text, exceptions or {}).program()


class Parser:
    """Reads one program. A name stands for the last value called so, in this region or the ones around it."""

    def __init__(self, text: str, exceptions: Mapping[str, type[BaseException]]) -> None:
        self.exceptions = exceptions
        self.tokens: list[tuple[str, str, int]] = []
        self.at = 0
        position, line = 0, 1
        while position < len(text):
            match = TOKEN.match(text, position)
            if match is None:
                raise ValueError(f"line {line}: cannot read {text[position : position + 10]!r}")
            kind = match.lastgroup or ""
            if kind == "newline":
                line += 1
            elif kind != "space":
                self.tokens.append((kind, match[0], line))
            position = match.end()
        self.tokens.append(("end", "", line))

    # Tokens

    def fail(self, wanted: str) -> ValueError:
        return ValueError(f"line {self.tokens[self.at][2]}: expected {wanted}, found {self.tokens[self.at][1]!r}")

    def next(self, kind: str) -> str:
        if self.tokens[self.at][0] != kind:
            raise self.fail(f"a {kind}")
        self.at += 1
        return self.tokens[self.at - 1][1]

    def sees(self, text: str, ahead: int = 0) -> bool:
        kind, found, _ = self.tokens[min(self.at + ahead, len(self.tokens) - 1)]
        return found == text and kind != "string"

    def takes(self, text: str) -> bool:
        if not self.sees(text):
            return False
        self.at += 1
        return True

    def expect(self, text: str) -> None:
        if not self.takes(text):
            raise self.fail(repr(text))

    def same_line(self) -> bool:
        return self.tokens[self.at][2] == self.tokens[self.at - 1][2]

    # Grammar

    def program(self) -> Program:
        records: dict[str, tuple[Type, ...]] = {}
        functions: dict[str, Function] = {}
        while self.takes("record"):
            name = self.next("at")[1:]
            self.expect("{")
            records[name] = self.types("}")
            self.expect("}")
        while self.takes("func"):
            function = self.function()
            functions[function.name] = function
        if self.tokens[self.at][0] != "end" or not functions:
            raise self.fail("a function")
        return Program(functions, next(iter(functions)), records)

    def function(self) -> Function:
        name = self.next("at")[1:]
        names: dict[str, Value] = {}
        self.expect("(")
        parameters = self.parameters(names)
        self.expect("->")
        self.expect("(")
        results = self.types(")")
        self.expect(")")
        attributes = self.attributes()
        self.expect("{")
        function = Function(name, Region(parameters, self.ops(names)), attributes)
        if function.result_types != results:
            raise self.fail(f"@{name} to return what it says")
        return function

    def parameters(self, names: dict[str, Value]) -> tuple[Value, ...]:
        """`x: f64, …)`, the opening parenthesis taken already."""
        values = []
        while not self.takes(")"):
            name = self.next("name")
            self.expect(":")
            values.append(Value(name, self.type()))
            names[name] = values[-1]
            if not self.sees(")"):
                self.expect(",")
        return tuple(values)

    def ops(self, names: dict[str, Value]) -> tuple[Op, ...]:
        """The ops of a block to its closing brace, the opening one taken already."""
        ops = []
        while not self.takes("}"):
            ops.append(self.op(names))
        return tuple(ops)

    def region(self, outer: Mapping[str, Value]) -> Region:
        names = dict(outer)
        arguments: tuple[Value, ...] = ()
        if self.takes("("):
            arguments = self.parameters(names)
            self.expect(":")
        return Region(arguments, self.ops(names))

    def op(self, names: dict[str, Value]) -> Op:
        left = self.results()
        if (left and self.tokens[self.at][0] != "name") or self.tokens[self.at][1] in RESERVED:
            return self.constant(left[0], names)
        opcode = self.next("name")
        operands: list[Value] = []
        while self.tokens[self.at][0] == "name" and (self.same_line() if not operands else self.tokens[self.at - 1][1] == ","):
            if (name := self.next("name")) not in names:
                raise ValueError(f"line {self.tokens[self.at - 1][2]}: no value {name!r} here")
            operands.append(names[name])
            if not self.takes(","):
                break
        attributes = self.attributes()
        types = self.types("{") if self.takes(":") else None
        regions = []
        while self.sees("{") and self.same_line():
            self.expect("{")
            regions.append(self.region(names))
        op = Op(opcode, tuple(operands), (), attributes, tuple(regions))
        types = types or self.derived(op)
        if len(types) != len(left):
            raise self.fail(f"{opcode} to have {len(left)} results, not {len(types)}")
        results = tuple(Value(name, type_) for name, type_ in zip(left, types))
        names.update(zip(left, results))
        return Op(opcode, tuple(operands), results, attributes, tuple(regions))

    def derived(self, op: Op) -> tuple[Type, ...]:
        try:
            if op.name in CONTROL:
                return CONTROL[op.name](op)
            return definition(op.name).typing(tuple(v.type for v in op.operands), op.attributes)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"line {self.tokens[self.at - 1][2]}: {op.name}: {error}") from None

    def results(self) -> list[str]:
        """`x, y =`, or nothing."""
        start, names = self.at, []
        while self.tokens[self.at][0] == "name":
            names.append(self.next("name"))
            if self.takes("="):
                return names
            if not self.takes(","):
                break
        self.at = start
        return []

    def constant(self, name: str, names: dict[str, Value]) -> Op:
        value = self.literal()
        self.expect(":")
        type_ = self.type()
        names[name] = Value(name, type_)
        return Op("constant", (), (names[name],), {"value": value, "dtype": str(type_)})

    def attributes(self) -> dict[str, Any]:
        attributes: dict[str, Any] = {}
        if not (self.sees("{") and self.same_line() and self.sees("=", 2)):
            return attributes
        at = self.at
        if self.tokens[at + 1][2] != self.tokens[at][2]:
            return attributes  # a block, whose first line is an assignment
        self.expect("{")
        while not self.takes("}"):
            name = self.next("name")
            self.expect("=")
            attributes[name] = self.type() if name == "type" else self.literal()
            if not self.sees("}"):
                self.expect(",")
        return attributes

    def literal(self) -> Any:
        kind, text, _ = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return float(text) if re.search(r"[.eEn]", text) else int(text)
        if kind == "string":
            return ast.literal_eval(text)
        if kind == "name" and text in WORDS:
            return WORDS[text]
        if kind == "name" and text in ("inf", "nan"):
            return math.inf if text == "inf" else math.nan
        if kind == "name":
            return self.exception(text)
        if text in "([":
            items = []
            while not self.takes(")" if text == "(" else "]"):
                items.append(self.literal())
                self.takes(",")
            return tuple(items) if text == "(" else items
        self.at -= 1
        raise self.fail("a literal")

    def exception(self, name: str) -> type[BaseException]:
        found = self.exceptions.get(name, getattr(builtins, name, None))
        if not (isinstance(found, type) and issubclass(found, BaseException)):
            raise self.fail(f"an exception: what is {name!r}?")
        return found

    def types(self, end: str) -> tuple[Type, ...]:
        found: list[Type] = []
        while not self.sees(end):
            found.append(self.type())
            if not self.takes(","):
                break
        return tuple(found)

    def type(self) -> Type:
        name = self.next("name")
        if name in ("list", "stack", "record"):
            self.expect("<")
            inner: Type = RecordType(self.next("at")[1:]) if name == "record" else self.type()
            self.expect(">")
            return inner if name == "record" else ListType(inner, name == "stack")
        if name not in SCALARS:
            raise self.fail(f"a type: what is {name!r}?")
        if not self.takes("["):
            return SCALARS[name]
        rank, contiguous = 0, True
        while not self.takes("]"):
            if self.takes("strided"):
                contiguous = False
            else:
                self.expect(":")
                rank += 1
            self.takes(",")
        return ArrayType(SCALARS[name], rank, contiguous)


def mapped(op: Op) -> tuple[Type, ...]:
    """The result types of a `map`."""
    kinds = zip(op.regions[0].yielded, op.attributes["into"], strict=True)
    return tuple(ArrayType(v.type, len(op.operands)) if k == "array" else v.type for v, k in kinds)  # type: ignore[arg-type]


CONTROL: dict[str, Callable[[Op], tuple[Type, ...]]] = {
    "for": lambda op: tuple(v.type for v in op.operands[3:]),
    "while": lambda op: tuple(v.type for v in op.operands[1:]),
    "if": lambda op: tuple(v.type for v in op.regions[0].yielded),
    "map": mapped,
}
"""The result types of control ops that follow from the rest of the op."""
