"""What a program says beside its result: print, warnings, logging, sys.stdout and progress bars. Said once, when the function runs
forward; a logger that is off costs nothing."""

from __future__ import annotations

import ast
import builtins
import functools
import logging
import types
import warnings
from collections.abc import Callable
from typing import Any

from ...ir.program import Value
from ...structure import Static as StaticStructure
from ...unchanging import plain_value
from ..frame import Frame
from ..naming import type_name
from ..objects import Dict
from ..outside import Stream, never
from ..python.messages import escaped, percent, template, template_of, there_or_none
from ..unit import Capture
from ..values import NONE, Abstract, Maybe, Static, Tuple, is_none
from .registry import TABLE, Handler, builtin


def say(c: Frame, node: ast.AST, text: str, values: list[Value], **attributes: Any) -> None:
    """Say a text when the program gets here."""
    c.at(node)
    c.b.do("print", *values, message=text, **{name: value for name, value in attributes.items() if value is not None})


@builtin(builtins.print, most=256, options=("sep", "end", "flush", "file"))
def lower_print(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    separator = c.static(kwargs["sep"], "the separator", node) if "sep" in kwargs else " "
    end = c.static(kwargs["end"], "the end", node) if "end" in kwargs else "\n"
    flushed = "flush" in kwargs and bool(c.static(kwargs["flush"], "the option 'flush'", node))
    to = kwargs.get("file", NONE)
    if not is_none(to) and not (isinstance(to, Static) and isinstance(to.value, Stream)):
        c.refuse(node, "printing to a file is not supported", "print to sys.stdout or sys.stderr, or return the values")
    absent = next((k for k, x in enumerate(args) if isinstance(x, Maybe) and x.absent == "none"), None)
    if absent is not None:
        return there_or_none(c, node, args, absent, lambda given: c.call(Static(builtins.print), given, kwargs, node))
    values: list[Value] = []
    text = escaped(" " if separator is None else separator).join(template(c, x, values, node, "!s") for x in args)
    end = None if end in ("\n", None) else end
    say(c, node, text, values, end=end, flush=flushed or None, to=None if is_none(to) else to.value.name)  # type: ignore[attr-defined]
    return NONE


def stream_method(c: Frame, stream: Stream, name: str, args: list[Abstract], node: ast.AST) -> Abstract:
    """`sys.stdout.write(text)`, `sys.stdout.flush()`."""
    if name == "flush" and not args:
        say(c, node, "", [], end="", flush=True, to=stream.name)
        return NONE
    if name != "write" or len(args) != 1:
        c.refuse(node, f"sys.{stream.name}.{name} is not supported", "print")
    text = template_of(c.present(args[0], node))
    if text is None:
        return never(c, node, TypeError, f"write() argument must be str, not {type_name(args[0])}")
    say(c, node, *text, end="", to=stream.name)
    return NONE


# Warnings -------------------------------------------------------------------------------------------------------------


@plain_value
class Warned:
    """Issues a warning at a place of the user's, once for each place, as the filters say."""

    category: type[Warning]
    file: str
    line: int
    module: str
    registry: dict[Any, Any]

    def __call__(self, text: str) -> None:
        warnings.warn_explicit(text, self.category, self.file, self.line, self.module, self.registry)


@builtin(warnings.warn, least=1, most=3, options=("category", "stacklevel", "source", "skip_file_prefixes"))
def lower_warn(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    """A warning, at the line that gives it: `stacklevel`, `source` and `skip_file_prefixes` would name another."""
    kind = args[1] if len(args) > 1 else kwargs.get("category", NONE)
    category = UserWarning if is_none(kind) else c.static(kind, "the category of a warning", node)
    values: list[Value] = []
    text = template(c, args[0], values, node, "!s")
    place = c.location(node)
    namespace = c.outside.namespace
    registry = namespace.setdefault("__warningregistry__", {})
    say(c, node, text, values, to=Warned(category, place.file, place.line, c.outside.module or "<unknown>", registry))
    return NONE


# Logging --------------------------------------------------------------------------------------------------------------

LEVELS = {name: getattr(logging, name.upper()) for name in ("debug", "info", "warning", "error", "critical")}
LEVELS |= {"warn": logging.WARNING, "fatal": logging.CRITICAL, "exception": logging.ERROR}


@plain_value
class Logged:
    """Makes a record of a logger, as if the user's line had called it."""

    logger: logging.Logger
    level: int
    file: str
    line: int
    function: str

    def __call__(self, text: str) -> None:
        if self.logger.isEnabledFor(self.level):
            self.logger.handle(self.logger.makeRecord(self.logger.name, self.level, self.file, self.line, text, (), None, self.function))


def logged(c: Frame, logger: logging.Logger, name: str, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """A method of a logger."""
    if name == "log" and args:
        level, args = int(c.static(args[0], "the level of a message", node)), args[1:]
    elif name in LEVELS:
        level = LEVELS[name]
    elif name == "isEnabledFor" and len(args) == 1:
        return c.constant(enabled(c, logger, int(c.static(args[0], "a level", node))))
    elif name in ("getEffectiveLevel", "hasHandlers") and not args:
        return c.constant(watched(c, logger, name, getattr(logger, name)))
    else:
        c.refuse(node, f"the method '{name}' of a logger is not supported", "call it outside the function")
    if not args:
        c.refuse(node, f"Logger.{name}() takes a message", "give it one")
    if not enabled(c, logger, level):
        return NONE
    if "exc_info" in kwargs or "stack_info" in kwargs or name == "exception":
        c.refuse(node, "a message with a traceback is not supported", "log the message alone")
    values: list[Value] = []
    found = percented(c, args, node)
    text = template(c, found, values, node, "!s")
    place = c.location(node)
    say(c, node, text, values, to=Logged(logger, level, place.file, place.line, c.function))
    return NONE


def percented(c: Frame, args: list[Abstract], node: ast.AST) -> Abstract:
    """`message % args`, as a handler of the record would make it."""
    message, *rest = args
    if not rest:
        return message
    right = rest[0] if len(rest) == 1 and isinstance(rest[0], Dict) else Tuple(tuple(rest))
    known = template_of(message)
    if not isinstance(message, Static) or known is None:
        c.refuse(node, "the message of a log with arguments must be known", "use an f-string")
    return percent(c, node, message.value, right)


def enabled(c: Frame, logger: logging.Logger, level: int) -> bool:
    """Whether a logger takes messages of this level: where that changes, the function is compiled again."""
    return bool(watched(c, logger, f"isEnabledFor({level})", functools.partial(logger.isEnabledFor, level)))


def watched(c: Frame, logger: logging.Logger, what: str, read: Callable[[], Any]) -> Any:
    value = read()
    c.unit.captures.setdefault(("logger", id(logger), what), Capture(f"{logger.name}.{what}", read, StaticStructure(value)))
    return value


def of_root(name: str) -> Handler:
    def handler(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
        return logged(c, logging.getLogger(), name, args, kwargs, node)

    return handler


for _name in (*LEVELS, "log"):
    if hasattr(logging, _name):
        TABLE[getattr(logging, _name)] = of_root(_name)


@builtin(logging.getLogger, options=("name",))
def lower_get_logger(c: Frame, node: ast.AST, args: list[Abstract], kwargs: dict[str, Abstract]) -> Abstract:
    name = args[0] if args else kwargs.get("name", NONE)
    return Static(logging.getLogger(c.static(name, "the name of a logger", node)))


# Progress bars --------------------------------------------------------------------------------------------------------


def is_progress_bar(function: Any) -> bool:
    """Whether this is tqdm, or its range, from whichever of its modules."""
    made_by = str(getattr(function, "__module__", None) or "")
    return made_by.partition(".")[0] == "tqdm" and isinstance(function, (type, types.FunctionType))


def without_bar(c: Frame, function: Any, args: list[Abstract], node: ast.AST) -> Abstract:
    """What a progress bar goes over: compiled code does not draw it."""
    if not args:
        c.refuse(node, "a progress bar without something to go over is not supported", "give it the iterable")
    if function.__name__ in ("trange", "tnrange"):
        return TABLE[range](c, node, args, {})
    return args[0]
