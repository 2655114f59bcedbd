"""The operators of `operator` that change their first argument, and those that search."""

from __future__ import annotations

import operator
from typing import Any

from ..registry import stands_for


@stands_for(operator.iadd)
def iadd(a: Any, b: Any) -> Any:
    a += b
    return a


@stands_for(operator.iconcat)
def iconcat(a: Any, b: Any) -> Any:
    a += b
    return a


@stands_for(operator.isub)
def isub(a: Any, b: Any) -> Any:
    a -= b
    return a


@stands_for(operator.imul)
def imul(a: Any, b: Any) -> Any:
    a *= b
    return a


@stands_for(operator.imatmul)
def imatmul(a: Any, b: Any) -> Any:
    a @= b
    return a


@stands_for(operator.itruediv)
def itruediv(a: Any, b: Any) -> Any:
    a /= b
    return a


@stands_for(operator.ifloordiv)
def ifloordiv(a: Any, b: Any) -> Any:
    a //= b
    return a


@stands_for(operator.imod)
def imod(a: Any, b: Any) -> Any:
    a %= b
    return a


@stands_for(operator.ipow)
def ipow(a: Any, b: Any) -> Any:
    a **= b
    return a


@stands_for(operator.iand)
def iand(a: Any, b: Any) -> Any:
    a &= b
    return a


@stands_for(operator.ior)
def ior(a: Any, b: Any) -> Any:
    a |= b
    return a


@stands_for(operator.ixor)
def ixor(a: Any, b: Any) -> Any:
    a ^= b
    return a


@stands_for(operator.delitem)
def delitem(a: Any, b: Any) -> None:
    del a[b]


@stands_for(operator.countOf)
def count_of(a: Any, b: Any) -> int:
    count = 0
    for item in a:
        if item == b:
            count += 1
    return count


@stands_for(operator.indexOf)
def index_of(a: Any, b: Any) -> int:
    for place, item in enumerate(a):
        if item == b:
            return place
    raise ValueError("sequence.index(x): x not in sequence")


@stands_for(operator.call)
def call(obj: Any, /, *args: Any, **kwargs: Any) -> Any:
    return obj(*args, **kwargs)
