"""What a program says beside its result: once, in the order in which it is reached, as CPython would."""

from __future__ import annotations

import logging
import sys
import types
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import everypath as ep

LOG = logging.getLogger("everypath.tests.reporting")
X = np.array([0.5, -1.25])


def prints(x):  # type: ignore[no-untyped-def]
    print("a", end="")
    print(x[0], x, x[::-1], np.outer(x, x)[:0], x * 1j, x[0] - 2j, sep=" | ", file=sys.stdout)
    y = x * 2.0
    print(None if x[0] > 1.0 else "small", None if x[0] < 1.0 else y[0], sep="/")
    text = f"{y} {y!r}"
    y[0] = 7.0
    print(text, y.astype(int), end="!\n", flush=True)
    print("e", file=sys.stderr)
    sys.stdout.write("w\n")
    sys.stdout.flush()
    return np.sum(y * x)


@pytest.mark.parametrize("run", [ep.compile(prints), ep.grad(prints), ep.hessian(prints)], ids=["value", "grad", "hessian"])
def test_printed_as_python_prints(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    prints(X.copy())
    wanted = capsys.readouterr()
    run(X.copy())
    got = capsys.readouterr()
    assert (got.out, got.err) == (wanted.out, wanted.err)


def warns(x):  # type: ignore[no-untyped-def]
    if x > 1.0:
        warnings.warn("%g is large" % x, RuntimeWarning, stacklevel=2)  # noqa: UP031
    return x * x


def test_warnings_name_the_users_line_and_come_once_for_it() -> None:
    run = ep.grad(warns)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("default")
        assert [run(0.5), run(2.0), run(2.0)] == [1.0, 4.0, 4.0]
    assert [(str(w.message), w.category, w.lineno) for w in seen] == [("2 is large", RuntimeWarning, warns.__code__.co_firstlineno + 2)]
    assert seen[0].filename == __file__


def logs(x):  # type: ignore[no-untyped-def]
    LOG.debug("x = %s", x)
    LOG.info("first %.2f of %d", x[0], len(x))
    if LOG.isEnabledFor(logging.DEBUG):
        LOG.log(logging.WARNING, f"sum {np.sum(x)}")
    return x[0] * x[1]


@pytest.fixture
def quiet() -> Iterator[None]:
    LOG.setLevel(logging.ERROR)
    yield
    LOG.setLevel(logging.NOTSET)


def test_a_logger_is_asked_at_every_call(quiet: None, caplog: pytest.LogCaptureFixture) -> None:
    run = ep.compile(logs)
    run(X)
    assert not caplog.records
    LOG.setLevel(logging.DEBUG)
    run(X)
    shown = [(r.levelname, r.getMessage(), r.funcName, r.lineno) for r in caplog.records]
    caplog.clear()
    logs(X)
    assert shown == [(r.levelname, r.getMessage(), r.funcName, r.lineno) for r in caplog.records]
    assert len(shown) == 3
    LOG.setLevel(logging.INFO)
    caplog.clear()
    run(X)
    assert [r.getMessage() for r in caplog.records] == ["first 0.50 of 2"]


def test_a_progress_bar_is_what_it_goes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("tqdm")
    exec("def tqdm(iterable, desc=''): return iterable\ndef trange(n): return range(n)", module.__dict__)
    monkeypatch.setitem(sys.modules, "tqdm", module)

    def f(x):  # type: ignore[no-untyped-def]
        from tqdm import tqdm, trange

        total = 0.0
        for v in tqdm(x, desc="steps"):
            total += v * v
        for i in trange(len(x)):
            total += x[i]
        return total

    np.testing.assert_allclose(ep.grad(f)(X), 2.0 * X + 1.0)


def test_an_array_in_the_message_of_an_error_is_refused() -> None:
    def f(x):  # type: ignore[no-untyped-def]
        if x[0] > 5.0:
            raise ValueError(f"bad {x}")
        return x[0]

    assert ep.compile(f)(X) == X[0]
    with pytest.raises(ep.NotSupported, match="array in the message of an error"):
        ep.compile(f)(X + 6.0)


def test_what_is_imported_inside() -> None:
    def f(x):  # type: ignore[no-untyped-def]
        import os.path
        from math import sin as sine

        import numpy

        return sine(x) * numpy.cos(x) + len(os.path.sep)

    assert ep.compile(f)(0.5) == f(0.5)

    def g(x):  # type: ignore[no-untyped-def]
        import no_such_module_at_all

        return x * no_such_module_at_all.y

    with pytest.raises(ImportError, match="No module named 'no_such_module_at_all'"):
        ep.compile(g)(0.5)
