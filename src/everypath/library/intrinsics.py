"""What the text of the library asks of an iterable that Python has no word for. Only lowering can answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..transform import transformation
from .registry import Text


class Columns:
    """Iterables whose items are found by their position, side by side."""


def lacks(columns: Columns, k: int) -> bool:
    """Whether one of the columns has no item k."""
    raise NotImplementedError


def row(columns: Columns, k: int) -> tuple[Any, ...]:
    """The items k of all columns."""
    raise NotImplementedError


def paired(real: Any, imag: Any) -> Any:
    """The complex number, or the array, of these parts."""
    raise NotImplementedError


def either(holds: bool, real: Any, number: Any) -> Any:
    """The real number if it holds, else the complex one: not a complex one in either case."""
    raise NotImplementedError


def refuse(reason: str, way_out: str) -> None:
    """Refuse the call."""
    raise NotImplementedError


def length_of_vectors(x: Any, axis: Any, keepdims: bool) -> Any:
    """The root of the sum of squares along one axis, several, or all (None)."""
    raise NotImplementedError


def over(x: Any, y: Any) -> Any:
    """x / y, computed as x times 1 / y."""
    raise NotImplementedError


def in_memory(x: Any) -> Any:
    """`x`, whose elements are taken in the order of memory, which must be C order."""
    raise NotImplementedError


def known(x: Any, what: str) -> Any:
    """`x`, which decides what is computed and so must be known before the function runs; in messages it is `what`."""
    raise NotImplementedError


def has_length(items: Iterable[Any]) -> bool:
    """Whether the items are found by their position, rather than given one by one by code that runs."""
    raise NotImplementedError


def length(items: Iterable[Any]) -> int:
    """How many items there are, of what has a length."""
    raise NotImplementedError


def by_cpython(function: Callable[..., Any], *args: Any) -> Any:
    """What CPython returns for this call, functions among the arguments run by CPython too. It is data: no derivative passes."""
    raise NotImplementedError


def returning(example: Any) -> Callable[[Text], Text]:
    """The function below, which CPython runs, returns what is like this example, or like what this function makes of its arguments."""

    def enter(text: Text) -> Text:
        EXAMPLES[text] = example
        return text

    return enter


def telling(function: Text) -> Text:
    """The function below, which CPython runs, says in its result what error it met, so that who called it may raise it where it can be
    caught."""
    TELLING.add(function)
    return function


TELLING: set[Any] = set()
"""The functions that say so."""

EXAMPLES: dict[Any, Any] = {}
"""What functions that CPython runs return, where that is always alike."""


def as_it_stands(half: Text) -> Text:
    """The half of a rule below is simply called with its directions. Others are taken along those directions that there are, by their
    own derivative, so that what has no path multiplies nothing; where a half calls what has a rule, that rule is then used, and what
    is differentiated is computed too."""
    half.as_it_stands = True  # type: ignore[attr-defined]
    return half


def sees(function: Callable[..., Any]) -> tuple[Any, ...]:
    """The floats, and arrays of them, that a function sees of the functions around it, and of the object that it is a method of."""
    raise NotImplementedError


def seeing(function: Callable[..., Any], values: tuple[Any, ...]) -> Callable[..., Any]:
    """The same function, with these values in place of those that it `sees`."""
    raise NotImplementedError


def apart(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, with zeros and empty arrays in place of the values that it `sees`."""
    raise NotImplementedError


def fixed(x: Any) -> Any:
    """A number that must be known before the function runs."""
    raise NotImplementedError


def is_known(x: Any) -> bool:
    """Whether a number is known before the function runs."""
    raise NotImplementedError


def has_floats(x: Any) -> bool:
    """Whether there is a float, or an array of floats, in x."""
    raise NotImplementedError


def places(x: Any) -> tuple[int, ...]:
    """The positions of the items of a list or an array, where it is known how many there are; else none."""
    raise NotImplementedError


def parameters(function: Callable[..., Any]) -> int:
    """How many arguments a function takes by position; -1 where it takes any number of them."""
    raise NotImplementedError


def value_only(reason: str, way_out: str, function: Callable[..., Any], *args: Any) -> Any:
    """What CPython returns for this call. Where a derivative passes, it is refused for this reason."""
    raise NotImplementedError


def only_value() -> bool:
    """Whether nothing but values is asked of the program, so that no derivative passes here."""
    raise NotImplementedError


@transformation("jvp")
def jvp(f: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> Any:
    """`everypath.jvp`."""
    raise NotImplementedError


@transformation("vjp")
def vjp(f: Callable[..., Any], *primals: Any) -> Any:
    """`everypath.vjp`."""
    raise NotImplementedError


@transformation("cotangents")
def cotangents(f: Callable[..., Any], bar: Any, *primals: Any) -> Any:
    """`everypath.vjp(f, *primals)[1](bar)`, without the value, which may be what takes the time."""
    raise NotImplementedError


@transformation("grad")
def grad(f: Callable[..., Any]) -> Callable[..., Any]:
    """`everypath.grad`."""
    raise NotImplementedError


def may_be_integer(x: Any) -> bool:
    """Whether a float is an int in CPython, if another path is taken."""
    raise NotImplementedError
