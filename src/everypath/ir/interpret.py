"""The meaning of the IR: runs a program in Python and NumPy.

The oracle of every test, the engine of `explain`, and the backend "interpreter". Scalars are `np.float64`, `np.float32`,
`int` (i64), `np.int32` and `bool`; arrays are `np.ndarray`, lists Python lists, records tuples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import add, ge, gt, le, lt, mul, neg, sub, truediv
from typing import Any, Protocol

import numpy as np

from ..bugs import bug
from ..compiling import recursion_limit, roomy
from ..errors import located, user_error
from .op import definition, meant
from .program import Function, Op, Program, Region, Value
from .telling import tell
from .types import BOOL, F64, I64, SCALARS, ArrayType, ScalarType, Type, scalar_of

Environment = dict[Value, Any]
Step = Callable[[Environment], None]

INT64_SPAN, INT64_HALF = 2**64, 2**63


RAISING = ("check", "for", "while", "if", "call", "ruled", "host", "map")
"""Ops in which the user's own exceptions come up,"""

OURS = (AssertionError, AttributeError, KeyError, NameError, NotImplementedError, TypeError)
"""and what comes up in no other op unless everypath is wrong."""


class Observer(Protocol):
    """Watches a run, as `explain` does."""

    def executed(self, op: Op, operands: Sequence[Any], results: Sequence[Any]) -> None:
        """After each op, terminators included, in the order of execution; a control op comes after the ops inside it."""

    def entered(self, region: Region) -> None:
        """Before each pass through a region of `for`, `while` or `if`, and through the body of a called function."""

    def left(self, region: Region) -> None:
        """After the pass that `entered` announced."""


def run(program: Program, name: str, arguments: Sequence[Any], observer: Observer | None = None) -> list[Any]:
    """The results of calling the function `name` of `program`.

    Array arguments are used as they are, and written if the function writes them. Errors of the user's code carry a note
    with the user's line.
    """
    return Interpreter(program, observer).run(name, arguments)


class Interpreter:
    """Runs the functions of one program. Keeps what it prepared, for programs that run many times."""

    def __init__(self, program: Program, observer: Observer | None = None, *, silent: bool = False) -> None:
        """A `silent` one prints nothing."""
        self.program = program
        self.observer = observer
        self.silent = silent
        self.prepared: dict[Region, tuple[tuple[Op, Step], ...]] = {}
        self.depth = 0
        self.limit = recursion_limit()

    @roomy
    def run(self, name: str, arguments: Sequence[Any]) -> list[Any]:
        """The results of calling the function `name`."""
        function = self.program.functions[name]
        values = [normaliser(p.type)(a) for p, a in zip(function.parameters, arguments, strict=True)]
        self.depth, self.limit = 0, recursion_limit()
        with np.errstate(all="ignore"):
            return self.call(function, values)

    def call(self, function: Function, values: Sequence[Any]) -> list[Any]:
        if self.depth >= self.limit:
            raise RecursionError("maximum recursion depth exceeded")
        self.depth += 1
        try:
            return self.enter(function.body, {}, values)
        finally:
            self.depth -= 1

    def enter(self, region: Region, env: Environment, values: Sequence[Any] = ()) -> list[Any]:
        """Run `region` once with `values` for its arguments; what its terminator passes on."""
        env.update(zip(region.arguments, values, strict=True))
        if self.observer is not None:
            return self.watched(region, env, self.observer)
        op = None
        try:
            for op, step in self.steps(region):  # noqa: B007
                step(env)
        except Exception as error:
            if op is not None and op.name not in RAISING and isinstance(error, OURS):
                raise bug(error, f"interpreting {op.name}") from error
            located(error, op.location if op else None)
            raise
        return [env[v] for v in region.yielded]

    def watched(self, region: Region, env: Environment, observer: Observer) -> list[Any]:
        observer.entered(region)
        op = None
        try:
            for op, step in self.steps(region):
                step(env)
                observer.executed(op, [env[v] for v in op.operands], [env[v] for v in op.results])
        except Exception as error:
            if op is not None and op.name not in RAISING and isinstance(error, OURS):
                raise bug(error, f"interpreting {op.name}") from error
            located(error, op.location if op else None)
            raise
        yielded = [env[v] for v in region.yielded]
        observer.executed(region.terminator, yielded, ())
        observer.left(region)
        return yielded

    def steps(self, region: Region) -> tuple[tuple[Op, Step], ...]:
        """The ops of `region`, each with the function that runs it, the terminator left out."""
        steps = self.prepared.get(region)
        if steps is None:
            steps = tuple((op, self.step(op)) for op in region.ops[:-1])
            self.prepared[region] = steps
        return steps

    def step(self, op: Op) -> Step:
        if op.name in CONTROL:
            return CONTROL[op.name](self, op)
        if op.name == "print" and self.silent:
            return lambda env: None
        return plain(op, computation(op))


def plain(op: Op, compute: Callable[..., Any]) -> Step:
    """Apply `compute` to the operands' values and keep its value, if the op has a result."""
    operands = op.operands
    if not op.results:

        def effect(env: Environment) -> None:
            compute(*[env[v] for v in operands])

        return effect
    if len(op.results) > 1:

        def several(env: Environment) -> None:
            env.update(zip(op.results, compute(*[env[v] for v in operands]), strict=True))

        return several
    result = op.result

    def step(env: Environment) -> None:
        env[result] = compute(*[env[v] for v in operands])

    return step


# Values ---------------------------------------------------------------------------------------------------------------


def wrapped(x: Any) -> int:
    """`x` as a 64-bit integer, wrapped around as the machine does."""
    exact = int(x)
    return exact if -INT64_HALF <= exact < INT64_HALF else (exact + INT64_HALF) % INT64_SPAN - INT64_HALF


def narrow(type_: ScalarType) -> Callable[[Any], Any]:
    """What makes an integer of this type, wrapped around."""
    span, kind = 2**type_.bits, type_.numpy.type
    least = 0 if type_.is_unsigned else -span // 2
    return lambda x: kind((int(x) - least) % span + least)


SCALAR_OF: dict[str, Callable[[Any], Any]] = {
    "f64": np.float64,
    "f32": np.float32,
    "i64": wrapped,
    "bool": bool,
}
for _type in SCALARS.values():
    SCALAR_OF.setdefault(_type.name, narrow(_type) if _type.is_integer else _type.numpy.type)


def same(x: Any) -> Any:
    return x


def normaliser(type_: Type) -> Callable[[Any], Any]:
    """What makes a value of Python or NumPy the one that stands for `type_` in a run."""
    return SCALAR_OF[type_.name] if isinstance(type_, ScalarType) else same


def computation(op: Op) -> Callable[..., Any]:
    """What `op` computes, a function of its operands' values."""
    if op.name in SPECIAL:
        return SPECIAL[op.name](op)
    types = [v.type for v in op.operands]
    if len(op.results) == 1 and all(isinstance(t, ScalarType) for t in (*types, op.result.type)):
        return on_scalars(op)
    meaning = attributed(op)
    defined = definition(op.name)
    if defined.shares or not op.results or len(op.results) > 1:
        return meaning
    if isinstance(op.result.type, ArrayType):
        dtype = op.result.type.dtype.numpy
        return lambda *operands: np.asarray(meaning(*operands), dtype, order="C")
    normal = normaliser(op.result.type)
    return lambda *operands: normal(meaning(*operands))


def attributed(op: Op) -> Callable[..., Any]:
    """The meaning of `op` in the catalogue, with its attributes."""
    meaning, attributes = definition(op.name).meaning, meant(op.attributes)
    if meaning is None:
        raise AssertionError(f"the interpreter does not know the operation {op.name!r}")
    return (lambda *operands: meaning(*operands, **attributes)) if attributes else meaning


def on_scalars(op: Op) -> Callable[..., Any]:
    """An element-wise op on scalars: Python's operator where it means the same, else the meaning in the catalogue."""
    type_ = op.operands[0].type if op.operands else op.result.type
    assert isinstance(type_, ScalarType)
    if type_.is_float and op.name in FLOAT_OPERATORS:
        return FLOAT_OPERATORS[op.name]
    if type_ == I64 and op.name in INTEGER_OPERATORS and op.attributes.get("overflow", "wrap") == "wrap":
        return INTEGER_OPERATORS[op.name]
    if op.name == "constant":
        value = normaliser(op.result.type)(op.attributes["value"])
        return lambda: value
    meaning, normal = attributed(op), normaliser(op.result.type)
    return lambda *operands: normal(meaning(*operands))


FLOAT_OPERATORS: dict[str, Callable[..., Any]] = {
    "add": add,
    "sub": sub,
    "mul": mul,
    "div": truediv,
    "neg": neg,
    "abs": abs,
    "lt": lambda x, y: bool(x < y),
    "le": lambda x, y: bool(x <= y),
    "gt": lambda x, y: bool(x > y),
    "ge": lambda x, y: bool(x >= y),
    "eq": lambda x, y: bool(x == y),
    "ne": lambda x, y: bool(x != y),
}
INTEGER_OPERATORS: dict[str, Callable[..., Any]] = {
    "add": lambda x, y: wrapped(x + y),
    "sub": lambda x, y: wrapped(x - y),
    "mul": lambda x, y: wrapped(x * y),
    "lt": lt,
    "le": le,
    "gt": gt,
    "ge": ge,
    "eq": lambda x, y: x == y,
    "ne": lambda x, y: x != y,
}


def select(op: Op) -> Callable[..., Any]:
    if isinstance(op.result.type, ArrayType):
        dtype = op.result.type.dtype.numpy
        return lambda c, a, b: np.asarray(np.where(c, a, b), dtype, order="C")
    return lambda c, a, b: a if c else b


def cast(op: Op) -> Callable[..., Any]:
    """Between dtypes; a float that fits no i64 becomes the smallest one, as the machine does."""
    target = SCALARS[op.attributes["dtype"]]
    if isinstance(op.result.type, ArrayType):
        return lambda x: np.array(x, target.numpy, order="C")
    if target == BOOL or (target == F64 and scalar_of(op.operands[0].type) != F64):
        return SCALAR_OF[target.name]
    normal = normaliser(target)
    return lambda x: normal(np.asarray(x).astype(target.numpy)[()])


def index(op: Op) -> Callable[..., Any]:
    meaning = attributed(op)
    if isinstance(op.result.type, ArrayType):
        return lambda i, n: np.asarray(meaning(i, n), np.int64, order="C")
    return lambda i, n: i if 0 <= i < n else int(meaning(i, n))


# Memory ---------------------------------------------------------------------------------------------------------------


def in_range(what: str, x: np.ndarray, indices: Sequence[Any]) -> None:
    """The IR promises that these indices are in range; native code relies on it, so a run insists on it."""
    for i, n in zip(indices, x.shape):
        if np.any(np.less(i, 0)) or np.any(np.greater_equal(i, n)):
            raise AssertionError(f"{what} at {i} of an axis of {n}")


def load(op: Op) -> Callable[..., Any]:
    normal = normaliser(op.result.type)

    def loaded(x: Any, *i: int) -> Any:
        in_range("load", x, i)
        return normal(x[i])

    return loaded


def writing(op: Op) -> Callable[..., Any]:
    """`store`, `accumulate`, `scatter` and `scatter_add`: (v, x, indices…)."""
    meaning = attributed(op)

    def written(v: Any, x: Any, *i: Any) -> None:
        in_range(op.name, x, i)
        meaning(v, x, *i)

    return written


def gather(op: Op) -> Callable[..., Any]:
    def gathered(x: Any, *i: Any) -> Any:
        in_range("gather", x, i)
        return np.array(x[i], order="C")

    return gathered


def list_get(op: Op) -> Callable[..., Any]:
    def got(items: list[Any], i: int) -> Any:
        if not 0 <= i < len(items):
            raise AssertionError(f"list_get at {i} of {len(items)}")
        return items[i]

    return got


def list_set(op: Op) -> Callable[..., Any]:
    def set_(items: list[Any], v: Any, i: int) -> None:
        if not 0 <= i < len(items):
            raise AssertionError(f"list_set at {i} of {len(items)}")
        items[i] = v

    return set_


def unpack(op: Op) -> Callable[..., Any]:
    field = op.attributes["field"]
    return lambda record: record[field]


def readable(value: Any) -> Any:
    """A value as the user's message would show it: a Python float is no `np.float64(…)`."""
    return float(value) if isinstance(value, np.float64) else value


def check(op: Op) -> Callable[..., Any]:
    error, message = op.attributes["error"], op.attributes["message"]

    def checked(holds: bool, *values: Any) -> None:
        if not holds:
            raise user_error(error, message.format(*map(readable, values)), op.location)

    return checked


def print_(op: Op) -> Callable[..., Any]:
    return lambda *values: tell(op.attributes, [readable(v) if np.ndim(v) == 0 else v for v in values])


SPECIAL: dict[str, Callable[[Op], Callable[..., Any]]] = {
    "select": select,
    "cast": cast,
    "index": index,
    "load": load,
    "store": writing,
    "accumulate": writing,
    "scatter": writing,
    "scatter_add": writing,
    "gather": gather,
    "list_new": lambda op: lambda: [],
    "list_append": lambda op: list.append,
    "list_get": list_get,
    "list_set": list_set,
    "list_length": lambda op: len,
    "pack": lambda op: lambda *values: values,
    "unpack": unpack,
    "check": check,
    "print": print_,
}


# Control --------------------------------------------------------------------------------------------------------------


def for_(machine: Interpreter, op: Op) -> Step:
    lo, hi, step, *inits = op.operands
    (body,) = op.regions

    def loop(env: Environment) -> None:
        carried = [env[v] for v in inits]
        for i in range(env[lo], env[hi], env[step]):
            carried = machine.enter(body, env, [i, *carried])
        env.update(zip(op.results, carried, strict=True))

    return loop


def while_(machine: Interpreter, op: Op) -> Step:
    cond, *inits = op.operands
    (body,) = op.regions

    def loop(env: Environment) -> None:
        goes_on, carried = env[cond], [env[v] for v in inits]
        while goes_on:
            goes_on, *carried = machine.enter(body, env, carried)
        env.update(zip(op.results, carried, strict=True))

    return loop


def if_(machine: Interpreter, op: Op) -> Step:
    (cond,) = op.operands
    then, orelse = op.regions

    def branch(env: Environment) -> None:
        env.update(zip(op.results, machine.enter(then if env[cond] else orelse, env), strict=True))

    return branch


def map_(machine: Interpreter, op: Op) -> Step:
    (body,) = op.regions
    into, dtypes = op.attributes["into"], [scalar_of(v.type).numpy for v in body.yielded]

    def mapped(env: Environment) -> None:
        dims = tuple(env[v] for v in op.operands)
        points = [np.empty(dims, dtype) for dtype in dtypes]
        for point in np.ndindex(dims):
            for values, value in zip(points, machine.enter(body, env, point)):
                values[point] = value
        for result, kind, values in zip(op.results, into, points):
            env[result] = normaliser(result.type)(COMBINED[kind](values))

    return mapped


COMBINED: dict[str, Callable[[Any], Any]] = {
    "array": same,
    "sum": lambda x: definition("sum").meaning(x, axes=tuple(range(x.ndim)), keepdims=False),  # type: ignore[misc]
    "any": np.any,
    "all": np.all,
}


def call(machine: Interpreter, op: Op) -> Step:
    def called(env: Environment) -> None:
        callee = machine.program.functions[op.attributes["callee"]]
        given = op.operands[: len(callee.parameters)]  # of a `ruled` call the others are for its rule
        env.update(zip(op.results, machine.call(callee, [env[v] for v in given]), strict=True))

    return called


def ruled(machine: Interpreter, op: Op) -> Step:
    """A call that nobody watches: what is inside is not how it is derived."""
    step = call(machine, op)

    def called(env: Environment) -> None:
        machine.observer, observer = None, machine.observer
        try:
            step(env)
        finally:
            machine.observer = observer

    return called


def host(machine: Interpreter, op: Op) -> Step:
    run, normalisers = op.attributes["call"], [normaliser(v.type) for v in op.results]

    def called(env: Environment) -> None:
        results = run(*[env[v] for v in op.operands])
        env.update((v, normal(x)) for v, normal, x in zip(op.results, normalisers, results, strict=True))

    return called


def unexpanded(machine: Interpreter, op: Op) -> Step:
    raise AssertionError(f"{op.name} has no meaning of its own: differentiate.expand comes first")


CONTROL: dict[str, Callable[[Interpreter, Op], Step]] = {
    "for": for_,
    "while": while_,
    "if": if_,
    "map": map_,
    "call": call,
    "ruled": ruled,
    "host": host,
    "pushforward": unexpanded,
    "pullback": unexpanded,
}
