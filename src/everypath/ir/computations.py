"""What the ops compute when the interpreter runs them, control flow left out: functions of their operands' values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import add, ge, gt, le, lt, mul, neg, sub, truediv
from typing import Any

import numpy as np

from ..errors import user_error
from ..shown import shown
from .op import definition, meant
from .program import Op
from .telling import tell
from .types import BOOL, F64, I64, SCALARS, ArrayType, ScalarType, Type, scalar_of

INT64_SPAN, INT64_HALF = 2**64, 2**63


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


def in_range(what: str, x: np.ndarray, indices: Sequence[Any]) -> None:
    """The IR promises that these indices are in range; native code relies on it, so a run insists on it."""
    for i, n in zip(indices, x.shape):
        if not 0 <= i < n if isinstance(i, int) else np.any(np.less(i, 0)) or np.any(np.greater_equal(i, n)):
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
            raise user_error(error, shown(message, map(readable, values)), op.location)

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
