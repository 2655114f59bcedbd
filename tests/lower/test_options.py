"""Every option of every function of NumPy and scipy.special: what NumPy gives, or a refusal; never passed over.

Made from the registry: for each function that has a handler, and each parameter of NumPy's own signature, a call with a value
other than the default, by keyword and by position.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import linecache
import pkgutil
import textwrap
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import scipy.special

from everypath import NotSupported
from everypath.lower import builtins
from everypath.lower.numpy import special
from everypath.lower.numpy.registry import CALLS, METHODS, Lowering, OfFunction
from everypath.lower.numpy.signatures import FUNCTIONS, of_function

from .agreement import interpreted

A = np.array([[0.5, -1.25, 2.0], [1.5, 0.75, -0.25]])
V = np.array([0.5, 2.0, 0.75])
M = np.array([[True, False, True], [False, True, True]])

OPERANDS = {  # the required arguments, as text, where they are not (a)
    "where": "a > 0, a, 2.0",
    "arange": "1.0, 4.0",
    "linspace": "1.0, 4.0",
    "zeros": "3",
    "ones": "3",
    "empty": "0",
    "ndarray": "0",
    "empty_like": "a[:0]",
    "full": "3, 1.5",
    "full_like": "a, 1.5",
    "eye": "3",
    "identity": "3",
    "concatenate": "[a, a]",
    "stack": "[a, a]",
    "vstack": "[a, a]",
    "hstack": "[a, a]",
    "column_stack": "[a, a]",
    "append": "a, a",
    "split": "a, 2",
    "take": "a, [1, 0]",
    "sliding_window_view": "v, 2",
    "as_strided": "v, (2, 2), (8, 8)",
    "take_along_axis": "a, np.array([[1], [0]])",
    "repeat": "a, 2",
    "tile": "a, 2",
    "roll": "a, 1",
    "reshape": "a, (3, 2)",
    "broadcast_to": "a, (2, 2, 3)",
    "expand_dims": "a, 0",
    "moveaxis": "a, 0, 1",
    "swapaxes": "a, 0, 1",
    "select": "[a > 0], [a]",
    "searchsorted": "np.sort(v), a",
    "clip": "a, -0.5, 1.0",
    "dot": "a, v",
    "matmul": "a, v",
    "inner": "a, v",
    "vdot": "v, v",
    "outer": "v, v",
    "isclose": "a, a + 1e-9",
    "allclose": "a, a + 1e-9",
    "trace": "a",
    "astype": "a, np.float32",
    "fill": "a, 2.0",
    "item": "a, 1",
    "at": "a, 0, 2.0",
    "atleast_1d": "a",
    "searchsorted method": "np.sort(v), a",
    "bitwise": "n, n",
    "norm": "v",
    "diag": "v",
    "flatnonzero": "a",
    "float64": "a",
    "bool": "a",
}
INTEGERS = frozenset(
    "bitwise_and bitwise_or bitwise_xor invert left_shift right_shift bitwise_not bitwise_invert bitwise_left_shift "
    "bitwise_right_shift bitwise_count".split()
)
VALUES = {  # values other than the default, as text
    "axis": ["0", "1", "-1", "(0, 1)", "None"],
    "keepdims": ["True"],
    "count": ["2"],
    "dtype": ["np.float32", "float", "int", "bool"],
    "where": ["m"],
    "initial": ["0.5", "3"],
    "ddof": ["1", "0.5"],
    "correction": ["1"],
    "order": ["'F'", "'A'"],
    "casting": ["'unsafe'", "'no'"],
    "write": ["False", "True"],
    "align": ["False"],
    "uic": ["False"],
    "new_shape": ["4"],
    "refcheck": ["False"],
    "subok": ["False", "True"],
    "decimals": ["1", "-1"],
    "out": ["o"],
    "mode": ["'clip'", "'wrap'"],
    "kind": ["'stable'", "'heapsort'"],
    "stable": ["True"],
    "offset": ["1", "-1"],
    "k": ["1", "-1"],
    "weights": ["np.abs(a)", "np.abs(a[:, 0])"],
    "returned": ["True"],
    "num": ["7"],
    "endpoint": ["False"],
    "retstep": ["True"],
    "side": ["'right'"],
    "sorter": ["np.argsort(np.sort(v))"],
    "writeable": ["True"],
    "equal_nan": ["True"],
    "rtol": ["1e-20"],
    "atol": ["0.0"],
    "copy": ["False", "None"],
    "nan": ["1.0"],
    "posinf": ["1.0"],
    "neginf": ["1.0"],
    "ord": ["1", "np.inf", "-np.inf", "2", "3", "0"],
    "shape": ["4", "(2, 2)"],
    "axes": ["(1, 0)", "(0, 1)"],
    "prepend": ["0.0"],
    "append": ["0.0"],
    "n": ["2", "0"],
    "ndmin": ["3"],
    "min": ["0.25"],
    "max": ["0.25"],
    "a_min": ["0.25", "None"],
    "a_max": ["0.25", "None"],
    "overwrite_input": ["True"],
    "device": ["'cpu'"],
    "buffer": ["a"],
    "strides": ["(8,)"],
    "type": ["np.ndarray"],
    "axis1": ["1"],
    "axis2": ["0"],
    "b": ["np.abs(a)"],
    "return_sign": ["True"],
    "stop": ["5.0"],
    "step": ["0.5"],
    "N": ["2"],
    "M": ["2"],
    "default": ["3.0"],
    "mean": ["np.mean(a)"],
    "x": ["a"],
    "y": ["a"],
    "signature": ["'d->d'"],
    "like": ["a"],
    "ndmax": ["2"],
}


def compiled(text: str, name: str) -> Callable[..., Any]:
    """The function with this text, whose source can be read."""
    file = f"<option {name}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    space: dict[str, Any] = {"np": np, "scipy": scipy}
    exec(compile(text, file, "exec"), space)
    return space["f"]


OF_NUMPY = {function: x for function, x in CALLS.items() if not str(getattr(function, "__module__", "")).startswith("everypath")}
"""Functions of NumPy, without those that the library's texts call."""


def lowerings() -> Iterator[tuple[str, str, Lowering]]:
    """(how it is called, the arguments it needs, how it is lowered)."""
    for function, lowering in OF_NUMPY.items():
        name = getattr(function, "__name__", "")
        needed = OPERANDS.get(name, "a")
        if isinstance(function, np.ufunc) and name not in OPERANDS:
            operand = "n" if name in INTEGERS else "np.abs(a) * 0.25 + 1.0"
            needed = ", ".join([operand] * function.nin)
        yield lowering.name.replace("np.at", "np.add.at"), needed, lowering
    for name, lowering in METHODS.items():
        receiver, _, rest = OPERANDS.get(name, "a").partition(", ")
        if name in ("clip",):
            rest = ""
        yield f"({receiver}).{name}" if name != "searchsorted" else "np.sort(v).searchsorted", rest, lowering
    for name in special.HANDLERS:
        function = getattr(scipy.special, name, None)
        if function is not None:
            many = function.nin if isinstance(function, np.ufunc) else 1
            lowering = Lowering(f"scipy.special.{name}", of_function(function), special.HANDLERS[name])
            yield lowering.name, ", ".join(["np.abs(a) * 0.25 + 0.125"] * many), lowering


def calls() -> Iterator[tuple[str, str]]:
    """(name, the expression) of every option of every function."""
    for called, needed, lowering in lowerings():
        parameters = list(lowering.signature.parameters.values())
        yield called, f"{called}({needed})"
        given = len([part for part in ast.parse(f"g({needed})").body[0].value.args])  # type: ignore[attr-defined]
        for parameter in parameters[given:]:
            if parameter.kind in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL):
                continue
            of_ufunc = parameter.name == "where" and "signature" in lowering.signature.parameters
            if of_ufunc and called.startswith("scipy"):
                continue  # SciPy itself spoils memory there
            for value in ["m, out=o"] if of_ufunc else VALUES[parameter.name]:
                comma = ", " if needed else ""
                if parameter.kind is not parameter.POSITIONAL_ONLY:
                    yield called, f"{called}({needed}{comma}{parameter.name}={value})"
        positional = [p for p in parameters[given:] if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        if positional:
            values = ", ".join(VALUES[p.name][0] for p in positional)
            yield called, f"{called}({needed}{', ' if needed else ''}{values})"


CALLED = list(dict.fromkeys(calls()))
BY_FUNCTION = {called: [text for name, text in CALLED if name == called] for called in dict.fromkeys(name for name, _ in CALLED)}


@pytest.mark.parametrize("called", BY_FUNCTION)
def test_options(called: str) -> None:
    for expression in BY_FUNCTION[called]:
        try:
            same_as_numpys(expression)
        except Exception as problem:
            problem.add_note(expression)
            raise


def same_as_numpys(expression: str) -> None:
    out = ""
    if "out=o" in expression or ", o" in expression:
        plain = expression.replace(", out=o", "").replace("out=o", "").replace(", o)", ")").replace(", o,", ", None,")
        try:
            like = eval(plain, {"np": np, "scipy": scipy}, {"a": A.copy(), "v": V.copy(), "m": M, "n": np.arange(6).reshape(2, 3)})
        except Exception:
            like = np.zeros(())
        out = f"o = np.full({np.shape(like)}, 7, dtype=np.{getattr(like, 'dtype', np.dtype('float64')).name})"
    body = [out, f"r = {expression}", "return r, o, a" if out else "return r, a"]
    text = "def f(a, v, m, n):\n" + "".join(f"    {line}\n" for line in body if line)
    f = compiled(text, expression)
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
            wanted: Any = f(A.copy(), V.copy(), M.copy(), np.arange(6).reshape(2, 3))
    except Exception:
        if np.lib.NumpyVersion(np.__version__) < "2.1.0":
            return  # options that came later
        wanted = None
    try:
        got = interpreted(f, (A.copy(), V.copy(), M.copy(), np.arange(6).reshape(2, 3)))
    except NotSupported:
        return
    except (ValueError, TypeError, IndexError, ZeroDivisionError):
        got = None
    assert (got is None) == (wanted is None), f"{got} instead of {wanted}"
    for x, y in zip(got or (), wanted or (), strict=True):
        x, y = (np.zeros(0) if r is None else np.asarray(r) for r in (x, y))
        assert (x.dtype, x.shape) == (y.dtype, y.shape)
        np.testing.assert_allclose(x, y, rtol=1e-6 if x.dtype == np.float32 else 1e-13)


@pytest.mark.parametrize("lowering", [*OF_NUMPY.values(), *METHODS.values()], ids=lambda x: x.name)
def test_a_handler_declares_what_numpy_has_and_reads_what_it_declares(lowering: Lowering) -> None:
    several = [p.name for p in lowering.signature.parameters.values() if p.kind is p.VAR_POSITIONAL]
    known = {*lowering.signature.parameters, *(["args", "arys", "shape", "axes"] if several else [])}
    anything = any(p.kind is p.VAR_KEYWORD for p in lowering.signature.parameters.values())
    if isinstance(lowering, OfFunction) and not anything:  # a method may have fewer options than the function that shares its handler
        assert set(lowering.used) <= known
    assert {name for name, p in lowering.used.items() if p.default is p.empty} <= known
    tree = ast.parse(textwrap.dedent(inspect.getsource(lowering.handler)))
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    text = inspect.getsource(lowering.handler)
    assert "refuse(" in text or "**given)" in text or {p.name for p in lowering.used.values()} <= read


@pytest.mark.parametrize("theme", [room.name for room in pkgutil.iter_modules(builtins.__path__)])
def test_a_handler_of_a_builtin_reads_the_options_that_it_takes(theme: str) -> None:
    for function in ast.walk(ast.parse(inspect.getsource(importlib.import_module(f"{builtins.__name__}.{theme}")))):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in (d for d in function.decorator_list if isinstance(d, ast.Call)):
            taken = {c.value for k in call.keywords if k.arg == "options" for c in ast.walk(k.value) if isinstance(c, ast.Constant)}
            body = [node for statement in function.body for node in ast.walk(statement)]
            read = {node.value for node in body if isinstance(node, ast.Constant)}
            handed_on = any(isinstance(n, ast.Call) and any(getattr(a, "id", "") == "kwargs" for a in n.args) for n in body)
            explained = {name for name in taken if f"`{name}`" in (ast.get_docstring(function) or "")}
            assert taken - {""} <= read | explained or handed_on, function.name


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_signatures_are_numpys(name: str) -> None:
    try:
        theirs = inspect.signature(getattr(np, name))
    except ValueError:
        pytest.skip("this NumPy does not say")
    ours = of_function(getattr(np, name))
    if name != "arange":  # its first parameter may be the start or the stop
        shared = [p for p in theirs.parameters if p in ours.parameters]
        assert shared == [p for p in ours.parameters if p in theirs.parameters]
        assert len(shared) >= len(theirs.parameters) - 1


def test_out_has_the_shape_of_the_result() -> None:
    def f(x):  # type: ignore[no-untyped-def]
        o = np.zeros(2)
        np.sum(x, axis=0, out=o)
        return o[0]

    assert interpreted(f, (np.ones((3, 2)),)) == 3.0
    with pytest.raises(ValueError, match=r"output array of shape \(2,\) does not have the shape \(3,\)"):
        interpreted(f, (np.ones((2, 3)),))
