"""Calls of NumPy's functions with complex arguments: a text of their own, or the real function for each part."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from ...library import standing_for
from ...library.complex import AS_WRITTEN, parts, text_of_complex
from ..frame import Frame
from ..naming import public, spoken
from ..numpy.lookup import handler_of, module_of
from ..numpy.signatures import of_function
from ..objects import List, sequence_items
from ..outside import never
from ..values import Abstract, Array, Complex, RunList, Scalar, Static, Tuple, is_none
from .arrays import complex_dtype, real_and_imag
from .pairs import as_complex, floated, holds, in_precision, loaded, zero_like


def linear(text: str) -> dict[Any, tuple[str, ...]]:
    """By function of NumPy, the parameters that may be complex: what it does, it does to both parts. They must be all that are numbers like
    those of the array: of a real one, the imaginary part is 0."""
    found: dict[Any, tuple[str, ...]] = {}
    for word in text.split():
        name, _, parameters = word.partition(":")
        if hasattr(np, name):
            found[getattr(np, name)] = tuple((parameters or "a").split(","))
    return found


EACH_PART = linear(
    "around copy cumsum cumulative_sum:x delete:arr diagonal diff:a,prepend,append expand_dims mean moveaxis nan_to_num:x ravel"
    " repeat reshape resize roll rollaxis rot90:m round squeeze sum:a,initial swapaxes take trace transpose flip:m fliplr:m flipud:m"
    " tril:m triu:m diag:v diagflat:v split:ary array_split:ary hsplit:ary vsplit:ary dsplit:ary tile:A array:object"
    " matrix_transpose:x permute_dims ediff1d:ary,to_end,to_begin block:arrays concatenate:arrays concat:arrays stack:arrays"
    " vstack:tup hstack:tup dstack:tup column_stack:tup broadcast_to:array asarray asanyarray ascontiguousarray take_along_axis:arr"
    " compress extract:arr unstack:x gradient:f rint:x where:x,y insert:arr,values append:arr,values full:fill_value"
    " full_like:a,fill_value zeros_like empty_like:prototype interp:fp,left,right select:choicelist,default choose:choices"
    " atleast_1d:arys atleast_2d:arys atleast_3d:arys broadcast_arrays:args"
)
MADE = {
    getattr(np, name) for name in "zeros ones empty eye identity arange linspace logspace geomspace full array asarray asanyarray".split()
}
REDUCED = {getattr(np, name) for name in "sum prod mean cumsum cumprod trace nansum nanprod nanmean".split()}
MADE_LIKE = {np.zeros_like, np.ones_like, np.empty_like, np.full_like, np.ascontiguousarray, np.tri, np.fromiter}


def called(
    c: Frame, function: Any, args: list[Abstract], kwargs: dict[str, Abstract], run: Callable[[Any], Abstract], node: ast.AST
) -> Abstract | None:
    """A call in which something is complex; None where nothing is, or where that makes no difference. `run` calls a text instead."""
    if not any(map(holds, (*args, *kwargs.values()))):
        return with_dtype(c, function, args, kwargs, node)
    text = text_of_complex(function)
    if text is not None:
        return of_text(c, text, function, args, kwargs, run, node)
    if function in EACH_PART:
        return each_part(c, function, args, kwargs, node)
    if module_of(function) == "math":
        return never(c, node, TypeError, "must be real number, not complex")
    if not module_of(function).startswith(("numpy", "scipy")) or function in AS_WRITTEN:
        return None
    if handler_of(function) is None and standing_for(function) is None:
        return None  # it is refused anyway, or has a rule
    name = spoken(node, public(function), function)
    c.refuse(node, f"{name} of complex numbers is not supported", "take the real and the imaginary part apart: z.real, z.imag")


def of_text(
    c: Frame,
    text: Any,
    function: Any,
    args: list[Abstract],
    kwargs: dict[str, Abstract],
    run: Callable[[Any], Abstract],
    node: ast.AST,
) -> Abstract:
    """A call of a text, which may lack an option; `out` takes the result."""
    if isinstance(function, np.ufunc) and any(sequence_items(x) is not None or isinstance(x, RunList) for x in args):
        given = [x if sequence_items(x) is None and not isinstance(x, RunList) else c.call(Static(np.asarray), [x], {}, node) for x in args]
        return c.call(Static(function), given, kwargs, node)
    known = inspect.signature(text).parameters
    takes_all = any(p.kind is p.VAR_KEYWORD for p in known.values())
    for name in kwargs:
        if name not in known and not takes_all:
            called_name = spoken(node, public(function), function)
            c.refuse(node, f"the option '{name}' of {called_name} is not supported of complex numbers", "leave it out")
    return run(text)


def each_part(c: Frame, function: Any, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract:
    """The function of the real parts, and that of the imaginary ones."""
    dtype = None
    try:
        bound = of_function(function).bind(*args, **kwargs)
    except TypeError:
        return c.call(Static(function), [real_part(c, node, x) for x in args], kwargs, node)  # which raises it
    for name in ("dtype", "out"):
        if is_none(bound.arguments.get(name, Static(0))):
            del bound.arguments[name]
    if "dtype" in bound.arguments:
        dtype = complex_dtype(c, node, bound.arguments.pop("dtype"))
        if dtype is None:
            c.refuse(node, "a real dtype for complex numbers drops the imaginary part", "write z.real, or leave the dtype out")
    if "out" in bound.arguments:
        c.refuse(node, f"'out' of {public(function)} is not supported of complex numbers", "use the result")
    answers = []
    for side in (0, 1):
        given = {name: part_of(c, node, x, side) if name in EACH_PART[function] else x for name, x in bound.arguments.items()}
        for name, x in given.items():
            if name not in EACH_PART[function] and any(map(holds, x if isinstance(x, tuple) else [x] if isinstance(x, Abstract) else [])):
                c.refuse(node, f"'{name}' of {public(function)} cannot be complex here", "give it real numbers")
        mine = inspect.BoundArguments(bound.signature, given)
        answers.append(c.call(Static(function), list(mine.args), mine.kwargs, node))
    return together(c, node, answers[0], answers[1], dtype)


def part_of(c: Frame, node: ast.AST, x: Any, side: int) -> Any:
    """The real (0) or imaginary (1) part of an argument, or of each item in a sequence."""
    if isinstance(x, tuple):
        return tuple(part_of(c, node, item, side) for item in x)
    items = sequence_items(x)
    if items is not None:
        found = tuple(part_of(c, node, item, side) for item in items)
        return List(c.store, found) if isinstance(x, List) else Tuple(found)
    if isinstance(x, RunList):
        return c.call(Static(parts.each_real if side == 0 else parts.each_imag), [x], {}, node)
    x = c.present(x, node)
    if isinstance(x, Complex):
        return x.parts[side]
    if not isinstance(x, (Scalar, Array)) or side == 0:
        return x
    return zero_like(c, floated(c, x))


def real_part(c: Frame, node: ast.AST, x: Abstract) -> Abstract:
    return real_and_imag(c, node, x)[0] if isinstance(x, Complex) else x


def together(c: Frame, node: ast.AST, real: Abstract, imag: Abstract, dtype: Any = None) -> Abstract:
    """What the two parts are together: a complex array, or a sequence of them."""
    if isinstance(real, (Tuple, List)) and isinstance(imag, (Tuple, List)):
        items = [together(c, node, x, y, dtype) for x, y in zip(real.items, imag.items, strict=True)]
        return Tuple(tuple(items)) if isinstance(real, Tuple) else List(c.store, items)
    if not isinstance(real, (Scalar, Array)) or not isinstance(imag, (Scalar, Array)):
        c.refuse(node, "this is not supported of complex numbers", "take the real and the imaginary part apart")
    if dtype is not None:
        return Complex(in_precision(c, real, dtype), in_precision(c, imag, dtype))
    both = [part.value.type for part in (real, imag)]
    if all(t == both[0] for t in both) and (isinstance(real, Array) or real.type.is_float):
        return Complex(real, imag)
    made = as_complex(c, node, real)
    return Complex(made.real, as_complex(c, node, imag).real)


def with_dtype(c: Frame, function: Any, args: list[Abstract], kwargs: dict[str, Abstract], node: ast.AST) -> Abstract | None:
    """An array of complex numbers made of real ones: None where its dtype is not complex."""
    if isinstance(function, np.ufunc) and "dtype" in kwargs:
        dtype, n = complex_dtype(c, node, kwargs["dtype"]), function.nin
        if dtype is None:
            return None
        more = {name: x for name, x in kwargs.items() if name != "dtype"}
        return c.call(Static(function), [*(widened(c, node, x, dtype) for x in args[:n]), *args[n:]], more, node)
    if function not in MADE | MADE_LIKE | REDUCED:
        return None
    try:
        bound = of_function(function).bind(*args, **kwargs)
    except TypeError:
        return None
    dtype = complex_dtype(c, node, bound.arguments.get("dtype"))
    if dtype is None:
        return None
    if function in REDUCED:
        del bound.arguments["dtype"]
        bound.arguments["a"] = widened(c, node, bound.arguments["a"], dtype)
        return c.call(Static(function), list(bound.args[:1]), {name: x for name, x in bound.arguments.items() if name != "a"}, node)
    bound.arguments["dtype"] = Static(np.float32 if dtype == np.complex64 else np.float64)
    made = c.call(Static(function), list(bound.args), bound.kwargs, node)
    assert isinstance(made, (Scalar, Array))
    real = loaded(c, made) if isinstance(made, Scalar) else made
    return Complex(real, zero_like(c, real))


def widened(c: Frame, node: ast.AST, x: Abstract, dtype: Any) -> Abstract:
    """A real number or array as complex ones of this precision."""
    if not isinstance(x, (Scalar, Array)):
        x = c.call(Static(np.asarray), [x], {}, node)
    made = as_complex(c, node, x)
    return Complex(*(in_precision(c, part, dtype) for part in made.parts))
