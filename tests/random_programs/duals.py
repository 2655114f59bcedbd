"""Derivatives inside a program, for CPython to run: the calls of `everypath` by dual numbers on arrays of objects.

Forward mode with a level for each call under way, so that inner calls may capture what outer ones differentiate.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

levels = itertools.count(1)


class Dual:
    """value + ε·tangent, where ε² = 0; of two levels the later is outermost."""

    def __init__(self, level: int, value: Any, tangent: Any) -> None:
        self.level, self.value, self.tangent = level, value, tangent

    def __add__(self, other):
        return lifted(lambda x, y: x + y, lambda x, y: 1.0, lambda x, y: 1.0, self, other)

    def __sub__(self, other):
        return lifted(lambda x, y: x - y, lambda x, y: 1.0, lambda x, y: -1.0, self, other)

    def __mul__(self, other):
        return lifted(lambda x, y: x * y, lambda x, y: y, lambda x, y: x, self, other)

    def __truediv__(self, other):
        return lifted(lambda x, y: x / y, lambda x, y: 1.0 / y, lambda x, y: -x / (y * y), self, other)

    def __pow__(self, n):
        if n == 0:
            return self * 0.0 + 1.0
        return Dual(self.level, self.value**n, self.tangent * n * self.value ** (n - 1))

    def __radd__(self, other):
        return self + other

    def __rsub__(self, other):
        return -self + other

    def __rmul__(self, other):
        return self * other

    def __rtruediv__(self, other):
        return lifted(lambda x, y: x / y, lambda x, y: 1.0 / y, lambda x, y: -x / (y * y), other, self)

    def __neg__(self):
        return Dual(self.level, -self.value, -self.tangent)

    def __pos__(self):
        return self

    def __abs__(self):
        if plain(self) == 0:
            return self * 0.0  # a kink: the mean of its two slopes
        return self if self > 0 else -self

    def __gt__(self, other):
        return plain(self) > plain(other)

    def __lt__(self, other):
        return plain(self) < plain(other)

    def __ge__(self, other):
        return plain(self) >= plain(other)

    def __le__(self, other):
        return plain(self) <= plain(other)

    def __floor__(self):
        return math.floor(plain(self))

    def __ceil__(self):
        return math.ceil(plain(self))

    def sin(self):
        return Dual(self.level, np.sin(self.value), self.tangent * np.cos(self.value))

    def cos(self):
        return Dual(self.level, np.cos(self.value), -self.tangent * np.sin(self.value))

    def exp(self):
        e = np.exp(self.value)
        return Dual(self.level, e, self.tangent * e)

    def tanh(self):
        t = np.tanh(self.value)
        return Dual(self.level, t, self.tangent * (1.0 - t * t))

    def sqrt(self):
        r = np.sqrt(self.value)
        return Dual(self.level, r, self.tangent / (2.0 * r))

    def cosh(self):
        return Dual(self.level, np.cosh(self.value), self.tangent * np.sinh(self.value))

    def sinh(self):
        return Dual(self.level, np.sinh(self.value), self.tangent * np.cosh(self.value))

    def log1p(self):
        return Dual(self.level, np.log1p(self.value), self.tangent / (1.0 + self.value))

    def log(self):
        return Dual(self.level, np.log(self.value), self.tangent / self.value)

    def arctan(self):
        return Dual(self.level, np.arctan(self.value), self.tangent / (1.0 + self.value * self.value))


def lifted(f: Callable, by_x: Callable, by_y: Callable, x: Any, y: Any) -> Any:
    """f(x, y), differentiated at the later level of the two."""
    if isinstance(y, np.ndarray) or isinstance(x, np.ndarray):
        return NotImplemented
    level = max(a.level for a in (x, y) if isinstance(a, Dual))
    (u, du), (v, dv) = at_level(x, level), at_level(y, level)
    tangent = (du * by_x(u, v) if du is not None else 0.0) + (dv * by_y(u, v) if dv is not None else 0.0)
    return Dual(level, f(u, v), tangent)


def at_level(x: Any, level: int) -> tuple[Any, Any]:
    return (x.value, x.tangent) if isinstance(x, Dual) and x.level == level else (x, None)


def plain(x: Any) -> Any:
    return plain(x.value) if isinstance(x, Dual) else x


def numbers(x: Any) -> list[Any]:
    """The elements of a number, an array or nested containers."""
    if isinstance(x, dict):
        return [e for part in x.values() for e in numbers(part)]
    if isinstance(x, tuple | list):
        return [e for part in x for e in numbers(part)]
    return list(np.asarray(x).ravel())


def like(x: Any, elements: Any) -> Any:
    """Something of the form of x with the elements that an iterator gives."""
    if isinstance(x, dict):
        return {key: like(part, elements) for key, part in x.items()}
    if isinstance(x, tuple | list):
        return type(x)(like(part, elements) for part in x)
    if not isinstance(x, np.ndarray):
        return next(elements)
    found = [next(elements) for _ in range(x.size)]
    kind = object if any(isinstance(e, Dual) for e in found) else float
    return np.array(found, kind).reshape(x.shape)


def read(target: Any, value: Any) -> Any:
    """What is assigned into `target`: where both are arrays, as it is now."""
    return value.copy() if isinstance(target, np.ndarray) and isinstance(value, np.ndarray) else value


def jvp(f: Callable, primals: tuple, tangents: tuple) -> tuple[Any, Any]:
    """The value and its tangent, which is None beside an integer."""
    value, tangent = pushed(f, primals, tangents)
    return value, slopes(value, iter(numbers(tangent)))


def pushed(f: Callable, primals: tuple, tangents: tuple) -> tuple[Any, Any]:
    level = next(levels)
    pairs = [zip(numbers(p), numbers(t)) for p, t in zip(primals, tangents)]
    result = f(*(like(p, (Dual(level, e, d) for e, d in pair)) for p, pair in zip(primals, pairs)))
    return tuple(
        like(result, (at_level(e, level)[k] if at_level(e, level)[1] is not None else (e, 0.0)[k] for e in numbers(result))) for k in (0, 1)
    )


def units(x: Any) -> list[Any]:
    """The basis of everything of x's form."""
    n = len(numbers(x))
    return [like(x, iter([float(j == k) for j in range(n)])) for k in range(n)]


def along(f: Callable, arguments: tuple, wrt: int) -> list[Any]:
    """The tangents of f for every element of one argument."""
    rest = [like(a, iter([0.0] * len(numbers(a)))) for a in arguments]
    return [pushed(f, arguments, (*rest[:wrt], unit, *rest[wrt + 1 :]))[1] for unit in units(arguments[wrt])]


def slopes(x: Any, elements: Any) -> Any:
    """The derivatives of what is in the containers of x: None beside an integer."""
    if isinstance(x, dict):
        return {key: slopes(part, elements) for key, part in x.items()}
    if isinstance(x, tuple | list):
        return type(x)(slopes(part, elements) for part in x)
    found = like(x, elements)
    return None if isinstance(x, int | np.integer) else found


def inexact(x: Any) -> Any:
    """The sum of no floats is a float of ours, and the integer 0 in CPython."""
    return float(x) if isinstance(x, int) else x


def value_and_grad(f: Callable, wrt: Any = 0) -> Callable:
    def both(*arguments):
        found = tuple(slopes(inexact(arguments[k]), iter(along(f, arguments, k))) for k in (wrt if isinstance(wrt, tuple) else (wrt,)))
        return f(*arguments), found if isinstance(wrt, tuple) else found[0]

    return both


def grad(f: Callable, wrt: Any = 0) -> Callable:
    return lambda *arguments: value_and_grad(f, wrt)(*arguments)[1]


def jacobian(f: Callable) -> Callable:
    """Of functions from vectors to vectors."""
    return lambda x: joined(along(f, (x,), 0)).T


def hessian(f: Callable) -> Callable:
    """Of functions of vectors."""
    return lambda x: joined([hvp(f)(x, unit) for unit in units(x)])


def joined(rows: list[Any]) -> np.ndarray:
    elements = [e for row in rows for e in numbers(row)]
    return like(np.zeros((len(rows), len(numbers(rows[0])))), iter(elements))


def vjp(f: Callable, *primals: Any) -> tuple[Any, Callable]:
    def pullback(cotangent):
        weights = numbers(cotangent)
        sums = [[sum(w * e for w, e in zip(weights, numbers(t))) for t in along(f, primals, k)] for k in range(len(primals))]
        return tuple(like(p, iter(s)) for p, s in zip(primals, sums))

    return f(*primals), pullback


def hvp(f: Callable) -> Callable:
    return lambda x, v: jvp(grad(f), (x,), (v,))[1]
