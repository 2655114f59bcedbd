"""What may be derived: functions, methods, partial functions, transformations and callable objects, and the plain function inside."""

from __future__ import annotations

import functools
import inspect
import types
from collections import ChainMap
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import InvalidArgument
from ..errstate import inside
from ..transform import Transform


def fixed(target: Callable[..., Any]) -> tuple[tuple[Any, ...], Mapping[str, Any]]:
    """The arguments that come before and besides those of a call, of `target` and of all functions inside it; those by name are a view,
    as a partial function's may change between calls."""
    function, leading, named = plain(target)
    if isinstance(function, Transform):
        inner, inner_named = fixed(function.function)
        return (*inner, *leading), over(named, inner_named)
    return leading, named


def plain(target: Callable[..., Any]) -> tuple[Callable[..., Any], tuple[Any, ...], Mapping[str, Any]]:
    """A function that can be read, and the arguments that come before and besides those of a call.

    A bound method is its function with the object first; a `functools.partial` is the function with its arguments; what
    `functools.lru_cache`, `staticmethod`, `np.errstate(…)` or numba's `jit` made is the function that it calls.
    """
    if isinstance(target, functools.partial):
        function, leading, named = plain(target.func)
        return function, (*leading, *target.args), over(target.keywords, named)
    if isinstance(target, types.MethodType):
        function, leading, named = plain(target.__func__)
        return function, (*leading, target.__self__), named
    inner = inside(target) if isinstance(target, types.FunctionType) else None
    if inner is not None:
        return plain(inner)
    if isinstance(target, (types.FunctionType, Transform)):
        return target, (), {}
    if isinstance(target, (functools._lru_cache_wrapper, staticmethod)):
        return plain(target.__wrapped__)
    inner = getattr(target, "py_func", None)
    if isinstance(inner, types.FunctionType):
        return plain(inner)
    if callable(target):
        method = None if isinstance(target, type) else inspect.getattr_static(type(target), "__call__", None)
        return (method, (target,), {}) if isinstance(method, types.FunctionType) else (target, (), {})
    raise InvalidArgument(f"a function is expected, not {target!r}")


def over(named: Mapping[str, Any], inner: Mapping[str, Any]) -> Mapping[str, Any]:
    """Arguments by name, before those of a function inside."""
    return ChainMap({}, named, inner) if inner else named  # type: ignore[arg-type]


def is_object(target: Callable[..., Any]) -> bool:
    """Whether what is derived is an object that its class makes callable, behind partial functions and transformations or not."""
    if isinstance(target, functools.partial):
        return is_object(target.func)
    if isinstance(target, Transform):
        return is_object(target.function)
    return not isinstance(target, (types.FunctionType, types.MethodType, functools._lru_cache_wrapper, staticmethod))


def innermost(target: Callable[..., Any]) -> Callable[..., Any]:
    """The plain function inside transformations."""
    function, _, _ = plain(target)
    return innermost(function.function) if isinstance(function, Transform) else function


def name_of(target: Callable[..., Any]) -> str:
    """How messages call a function."""
    if isinstance(target, Transform):
        return f"{target.kind}({name_of(target.function)})"
    if isinstance(target, functools.partial):
        return name_of(target.func)
    return getattr(target, "__name__", None) or type(target).__name__
