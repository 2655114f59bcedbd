"""What NumPy's functions and methods take, in NumPy's own order: the arguments of a call are bound to this.

Functions written in Python say it themselves. Those written in C do so only in new versions of NumPy, so it stands here;
`tests/lower/test_options.py` compares with NumPy where NumPy says it.
"""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

import numpy as np

REDUCED = "axis=None, out=None, keepdims=False, initial=None, where=True"
SUMMED = "axis=None, dtype=None, out=None, keepdims=False, initial=None, where=True"
SPREAD = "axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True, mean=None"
UFUNC = "out=None, *, where=True, casting='same_kind', order='K', dtype=None, subok=True, signature=None"
ANYTHING = "*args, **kwargs"
COPYING = "dtype=None, order=None, *, device=None, copy=None, like=None"

FUNCTIONS = {
    "arange": "start=None, stop=None, step=1, dtype=None, *, device=None, like=None",
    "array": "object, dtype=None, *, copy=True, order='K', subok=False, ndmin=0, ndmax=0, like=None",
    "asanyarray": f"a, {COPYING}",
    "asarray": f"a, {COPYING}",
    "ascontiguousarray": "a, dtype=None, *, like=None",
    "asfortranarray": "a, dtype=None, *, like=None",
    "concatenate": "arrays, /, axis=0, out=None, *, dtype=None, casting='same_kind'",
    "dot": "a, b, out=None",
    "empty": "shape, dtype=None, order='C', *, device=None, like=None",
    "empty_like": "prototype, /, dtype=None, order='K', subok=True, shape=None, *, device=None",
    "fromiter": "iter, dtype, count=-1, *, like=None",
    "inner": "a, b, /",
    "reshape": "a, /, shape, order='C', *, copy=None",
    "vdot": "a, b, /",
    "where": "condition, x=None, y=None, /",
    "zeros": "shape, dtype=None, order='C', *, device=None, like=None",
}
METHODS = {
    "all": "axis=None, out=None, keepdims=False, *, where=True",
    "any": "axis=None, out=None, keepdims=False, *, where=True",
    "argmax": "axis=None, out=None, *, keepdims=False",
    "argmin": "axis=None, out=None, *, keepdims=False",
    "argsort": "axis=-1, kind=None, order=None, *, stable=None",
    "astype": "dtype, order='K', casting='unsafe', subok=True, copy=True",
    "byteswap": ANYTHING,
    "clip": "min=None, max=None, out=None, *, where=True, casting='same_kind', order='K', dtype=None, subok=True",
    "conj": "",
    "conjugate": "",
    "copy": "order='C'",
    "cumprod": "axis=None, dtype=None, out=None",
    "cumsum": "axis=None, dtype=None, out=None",
    "diagonal": "offset=0, axis1=0, axis2=1",
    "dot": "b, /, out=None",
    "fill": "value",
    "flatten": "order='C'",
    "is_integer": "",
    "item": "*args",
    "max": REDUCED,
    "mean": "axis=None, dtype=None, out=None, keepdims=False, *, where=True",
    "min": REDUCED,
    "nonzero": "",
    "prod": SUMMED,
    "ravel": "order='C'",
    "reshape": "*shape, order='C', copy=None",
    "resize": ANYTHING,
    "round": "decimals=0, out=None",
    "searchsorted": "v, /, side='left', sorter=None",
    "setflags": "write=None, align=None, uic=None",
    "sort": "axis=-1, kind=None, order=None, *, stable=None",
    "squeeze": "axis=None",
    "std": SPREAD,
    "sum": SUMMED,
    "swapaxes": "axis1, axis2, /",
    "take": "indices, /, axis=None, out=None, mode='raise'",
    "tobytes": ANYTHING,
    "tolist": ANYTHING,
    "trace": "offset=0, axis1=0, axis2=1, dtype=None, out=None",
    "transpose": "*axes",
    "var": SPREAD,
    "view": "dtype=None, type=None",
}


@cache
def of_method(name: str) -> inspect.Signature:
    """The parameters of an array's method, the array itself left out."""
    return written(METHODS[name])


@cache
def of_function(function: Any) -> inspect.Signature:
    """The parameters of a function of NumPy or SciPy."""
    if isinstance(function, np.ufunc):
        return of_ufunc(function.nin)
    if function is np.ndarray:
        return written("shape, dtype=float, buffer=None, offset=0, strides=None, order=None")
    if isinstance(function, type):
        return written("value=0, /")
    if isinstance(getattr(function, "__self__", None), np.ufunc):
        return written("a, indices, b=None, /")
    name = getattr(function, "__name__", "")
    return written(FUNCTIONS[name]) if name in FUNCTIONS else inspect.signature(function)


def of_ufunc(arity: int) -> inspect.Signature:
    """A ufunc of `arity` operands."""
    operands = ["x"] if arity == 1 else [f"x{k}" for k in range(1, arity + 1)]
    return written(f"{', '.join(operands)}, /, {UFUNC}")


@cache
def written(parameters: str) -> inspect.Signature:
    """A signature as text."""
    return inspect.signature(eval(f"lambda {parameters}: None"))
