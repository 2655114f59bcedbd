"""Every refusal of a call names what the user wrote, says a way out that exists, and stands in the user's own file."""

from __future__ import annotations

import builtins
import importlib.util
import os
import re
import types
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from everypath import pipeline
from everypath.errors import NotSupported

HEADER = """import json, math, random, statistics, time
import numpy
import numpy as np
import scipy.linalg as la
import scipy, scipy.special, scipy.stats, scipy.linalg, scipy.signal, scipy.fft, scipy.integrate, scipy.interpolate, scipy.optimize
import scipy.spatial, scipy.ndimage, scipy.sparse
from scipy import special, stats
from scipy.stats.qmc import Sobol as Sequence

A = np.eye(3)
CURVE = lambda t: t * t

"""

NAMED = {
    "np.isnat(x)": "np.isnat is not yet supported",
    "np.busday_count(x, x)": "np.busday_count is not yet supported",
    "numpy.is_busday(x)": "np.is_busday is not yet supported",
    "scipy.signal.ShortTimeFFT(x, x, 1)": "scipy.signal.ShortTimeFFT is not yet supported",
    "Sequence(2)": "Sequence (scipy.stats.Sobol) draws random numbers",
    "stats.levy.rvs(size=3)": "np.random draws random numbers",
    "np.random.rand()": "np.random draws random numbers, and a derivative needs the same ones each time",
    "random.random()": "random draws random numbers",
    "json.dumps(x)": "json.dumps is not supported: inside it, ",
    "x.sum() + np.sum(x, foo=1)": "np.sum: got an unexpected keyword argument 'foo'",
    "math.sin()": "math.sin() takes exactly one argument",
    "x(1)": "'numpy.ndarray' object is not callable",
    "float(x[0]).hex()": "'hex' of a float is not supported",
    "np.histogram(1j * x)": "np.histogram of complex numbers is not supported",
    "zip(x, x)": "the function returns an iterator, which is not supported",
}
"""Calls, and what the reason begins with."""

MODULES = (
    "np",
    "np.linalg",
    "np.fft",
    "np.random",
    "np.polynomial.polynomial",
    "scipy.special",
    "scipy.stats",
    "scipy.linalg",
    "scipy.signal",
    "scipy.fft",
    "scipy.integrate",
    "scipy.interpolate",
    "scipy.optimize",
    "scipy.spatial",
    "scipy.ndimage",
    "scipy.sparse",
    "math",
    "random",
    "statistics",
)
TAKE_MATRICES = ("np", "np.linalg", "np.fft", "scipy.linalg", "scipy.signal", "scipy.spatial", "scipy.ndimage", "scipy.sparse")
TAKE_FUNCTIONS = ("scipy.integrate", "scipy.optimize")
LEFT_OUT = {"np.test", "breakpoint", "help", "exit", "quit", "copyright", "credits", "license"}


def written(tmp_path: Path, expressions: list[str]) -> list[types.FunctionType]:
    """A function of `x` for each expression, in a file of its own."""
    path = tmp_path / "calls.py"
    functions = (f"def f{k}(x):\n    return {e}\n\n" for k, e in enumerate(expressions))
    path.write_text(HEADER + "".join(functions), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("calls", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return [getattr(module, f"f{k}") for k in range(len(expressions))]


def refusals(function: types.FunctionType) -> list[tuple[object, str, str]]:
    """What is refused of a function of an array; nothing where nothing is."""
    try:
        pipeline.lowered(function, (np.array([0.5, 1.5, 2.0]),), {}, frozenset())
    except NotSupported as problem:
        return list(problem.refusals)
    return []


def can_be_given(way_out: str) -> bool:
    """Whether the rule that a way out advises would be one of a function."""
    advised = re.search(r"everypath\.rule\(([\w.]+), host=True", way_out)
    namespace: dict[str, object] = {}
    exec(HEADER, namespace)
    function = eval(advised[1], namespace) if advised else None
    return callable(function) and not isinstance(function, type | types.MethodType)


def faults(expression: str, place: object, reason: str, way_out: str, file: str) -> Iterator[str]:
    """What is wrong with a refusal."""
    shown = f"{expression}: {reason} | {way_out}"
    if getattr(place, "file", None) != file:
        yield f"stands in {place}: {shown}"
    if not way_out.strip():
        yield f"no way out: {shown}"
    if "rule" in way_out and not can_be_given(way_out):
        yield f"advises what there is not: {shown}"
    if re.search(r"0x[0-9a-f]{4}|<[\w.]+ object|\b_[a-z]\w*\.|\._[a-z]\w*", reason + way_out):
        yield f"shows what nobody wrote: {shown}"
    if re.search(r"\b[Aa] [aeio]\w", reason):
        yield f"a for an: {shown}"
    if len(reason.splitlines()) != 1:
        yield f"more than a line: {shown}"


def callables(modules: tuple[str, ...]) -> Iterator[str]:
    """The public names of modules, and Python's own, that can be called."""
    namespace: dict[str, object] = {}
    exec(HEADER, namespace)
    for module in modules:
        held = eval(module, namespace)
        for name in sorted(getattr(held, "__all__", None) or dir(held)):
            value = getattr(held, name, None)
            if not name.startswith("_") and callable(value) and not isinstance(value, types.ModuleType):
                yield f"{module}.{name}"
    for name in dir(builtins):
        value = getattr(builtins, name)
        if callable(value) and name[0] != "_" and not (isinstance(value, type) and issubclass(value, BaseException)):
            yield name


def test_each_kind_says_what_was_written(tmp_path: Path) -> None:
    for (expression, begins), function in zip(NAMED.items(), written(tmp_path, list(NAMED)), strict=True):
        found = refusals(function)
        assert len(found) == 1, (expression, found)
        assert found[0][1].startswith(begins), (expression, found[0][1])
        assert not list(faults(expression, *found[0], function.__code__.co_filename))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "arguments, modules", [("x", MODULES), ("A, x", TAKE_MATRICES), ("CURVE, x", TAKE_FUNCTIONS)], ids=["x", "A, x", "CURVE, x"]
)
def test_every_public_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, modules: tuple[str, ...]) -> None:
    monkeypatch.setattr(pipeline, "learnt_by_trial", lambda *_: False)  # SciPy's time, to see what it returns
    names = [name for name in callables(modules) if name not in LEFT_OUT]
    assert len(names) > (1000 if modules is MODULES else 100)
    names = names if os.environ.get("EVERYPATH_THOROUGH") else names[::3]
    wrong: list[str] = []
    for name, function in zip(names, written(tmp_path, [f"{name}({arguments})" for name in names]), strict=True):
        for place, reason, way_out in refusals(function):
            wrong += faults(f"{name}({arguments})", place, reason, way_out, function.__code__.co_filename)
            if "not yet supported" in reason and "option" not in reason and name not in reason.replace("numpy.", "np."):
                wrong.append(f"does not name it: {name}: {reason}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("arguments", ["", "x", "0, x"])
def test_every_method(tmp_path: Path, arguments: str) -> None:
    owners = {"x": np.ndarray, "x[0]": np.float64, "float(x[0])": float, "len(x)": int, "[x, x]": list}
    owners |= {"(x,)": tuple, "{'a': x}": dict, "'abc'": str}
    calls = [f"{text}.{name}({arguments})" for text, kind in owners.items() for name in dir(kind) if name[0] != "_"]
    wrong: list[str] = []
    for call, function in zip(calls, written(tmp_path, calls), strict=True):
        for place, reason, way_out in refusals(function):
            wrong += faults(call, place, reason, way_out, function.__code__.co_filename)
            if "has no attribute" in reason:
                wrong.append(f"false: {call}: {reason}")
    assert not wrong, "\n".join(wrong)


def test_python_s_own_claim_is_made_only_where_python_makes_it(tmp_path: Path) -> None:
    claims = re.compile(r"object is not|has no attribute|unsupported operand|bad operand|takes \d|takes exactly")
    expressions = ["np.mgrid[0:3]", "np.s_[0:2]", 'type("A", (), {})', "x.view()", "x.flat[0]", "x.imag", '"%s" % x', '"{}".format(x)']
    x = np.array([0.5, 1.5, 2.0])
    for expression, function in zip(expressions, written(tmp_path, expressions), strict=True):
        function(x)
        for _, reason, _ in refusals(function):
            assert not claims.search(reason), (expression, reason)
