"""What takes several steps to show: things that change between calls, arguments of awkward layout, and what may not be differentiated."""

from __future__ import annotations

import importlib.util
import math
import types
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import everypath

scale = 2.0
table = np.array([1.0, 2.0])


def scaled(x):
    return scale * x * x


def looked_up(x):
    return table[0] * x + table[1] * x * x


def double_or_triple(x):
    return 2.0 * x


def through_a_helper(x):
    return double_or_triple(x) * x


def test_a_global_number_is_read_at_every_call(monkeypatch):
    derivative = everypath.grad(scaled)
    assert derivative(3.0) == 12.0
    monkeypatch.setitem(globals(), "scale", 5.0)
    assert derivative(3.0) == 30.0


def test_a_global_array_is_read_at_every_call(monkeypatch):
    derivative = everypath.grad(looked_up)
    assert derivative(3.0) == 13.0
    monkeypatch.setitem(globals(), "table", np.array([1.0, 10.0, 4.0]))
    assert derivative(3.0) == 61.0
    table[1] = 0.0
    assert derivative(3.0) == 1.0


def test_a_global_of_another_type_is_noticed(monkeypatch):
    derivative = everypath.grad(scaled)
    assert derivative(3.0) == 12.0
    monkeypatch.setitem(globals(), "scale", 3)
    assert derivative(3.0) == 18.0


def test_a_helper_that_is_replaced_is_noticed(monkeypatch):
    derivative = everypath.grad(through_a_helper)
    assert derivative(3.0) == 12.0

    def triple(x):
        return 3.0 * x

    monkeypatch.setitem(globals(), "double_or_triple", triple)
    assert derivative(3.0) == 18.0


def test_a_closure_cell_is_read_at_every_call():
    factor = 2.0

    def f(x):
        return factor * x * x

    derivative = everypath.grad(f)
    assert derivative(3.0) == 12.0
    factor = 4.0
    assert derivative(3.0) == 24.0


def test_two_lambdas_on_one_line():
    f, g = (lambda x: x * x), (lambda x: x * x * x)
    try:
        slopes = everypath.grad(f)(2.0), everypath.grad(g)(2.0)
    except everypath.NotSupported:
        return
    assert slopes == (4.0, 12.0)


def test_a_file_edited_after_import_is_refused(tmp_path: Path):
    path = tmp_path / "edited.py"
    path.write_text("def f(x):\n    return x * x\n", encoding="utf-8")
    module = imported(path)
    path.write_text("def f(x):\n    return x * x * x\n", encoding="utf-8")
    with pytest.raises(everypath.NotSupported, match="source"):
        everypath.grad(module.f)(2.0)


def imported(path: Path) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_function_without_source_is_refused():
    space: dict[str, Any] = {}
    exec("def f(x):\n    return x * x\n", space)
    for function in (space["f"], zlib.crc32):
        with pytest.raises(everypath.NotSupported, match="source"):
            everypath.grad(function)(2.0)


def test_the_same_bits_at_every_call():
    x = np.sin(np.arange(1000.0))

    def f(x):
        return np.sum(np.exp(np.sin(x)) * x) / (1.0 + np.dot(x, x))

    derivative = everypath.grad(f)
    first = derivative(x)
    assert all(np.array_equal(derivative(x), first) for _ in range(5))


def test_a_pullback_is_not_touched_by_later_changes():
    def f(x):
        y = x * x
        return y * np.sin(y)

    x = np.array([0.5, 1.5, 2.5])
    expected = np.cos(x * x) * x * x * 2 * x + np.sin(x * x) * 2 * x
    value, pullback = everypath.vjp(f, x)
    x[:] = 100.0
    value[:] = -1.0
    for _ in range(2):
        (cotangent,) = pullback(np.ones(3))
        np.testing.assert_allclose(cotangent, expected, rtol=1e-13)
        cotangent[:] = 7.0


# Arguments that overlap, are read-only, have strides ---------------------------------------------------------------------


def moves(x, y):
    for i in range(len(x)):
        x[i] = 2.0 * y[i]
    return x.sum() + y.sum()


def squares(x):
    return np.sum(x[:-1] * x[1:])


def test_overlapping_arguments_under_compile():
    def memory():
        return np.arange(1.0, 7.0)

    ours, theirs = memory(), memory()
    assert everypath.compile(moves)(ours[1:], ours[:-1]) == moves(theirs[1:], theirs[:-1])
    np.testing.assert_array_equal(ours, theirs)
    ours, theirs = memory(), memory()
    assert everypath.compile(moves)(ours[:-1], ours[1:]) == moves(theirs[:-1], theirs[1:])
    np.testing.assert_array_equal(ours, theirs)


def test_overlapping_arguments_that_are_written_are_refused_in_derivatives():
    memory = np.arange(1.0, 7.0)
    with pytest.raises(everypath.InvalidArgument) as error:
        everypath.grad(moves)(memory[1:], memory[:-1])
    assert "x" in str(error.value) and "y" in str(error.value)
    np.testing.assert_array_equal(memory, np.arange(1.0, 7.0))


LAYOUTS = {
    "reversed": lambda x: x[::-1].copy()[::-1],
    "strided": lambda x: np.repeat(x, 3)[::3],
    "big-endian": lambda x: x.astype(">f8"),
    "read-only": lambda x: np.frombuffer(x.tobytes()),
    "unaligned": lambda x: np.frombuffer(b"?" + x.tobytes(), np.uint8)[1:].view(np.float64),
    "broadcast": lambda x: np.broadcast_to(x[:1], x.shape),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(layout: str):
    x = LAYOUTS[layout](np.array([0.5, -1.5, 2.5, 4.0]))
    expected = np.zeros(4)
    expected[:-1] += x[1:]
    expected[1:] += x[:-1]
    assert everypath.compile(squares)(x) == pytest.approx(squares(x), rel=1e-14)
    np.testing.assert_allclose(everypath.grad(squares)(x), expected, rtol=1e-14)


def test_a_read_only_argument_that_is_written():
    x = np.arange(3.0)
    x.setflags(write=False)
    with pytest.raises(ValueError, match="read-only"):
        everypath.compile(moves)(x, np.arange(3.0))


@pytest.mark.parametrize("layout", ["reversed", "strided", "big-endian", "unaligned"])
def test_layouts_of_what_is_written(layout: str):
    def make():
        x = LAYOUTS[layout](np.array([0.5, -1.5, 2.5, 4.0]))
        return x if x.flags.writeable else np.frombuffer(bytearray(b"?" + x.tobytes()), np.uint8)[1:].view(np.float64)

    ours, theirs, y = make(), make(), np.array([1.0, 2.0, 3.0, 4.0])
    assert everypath.compile(moves)(ours, y) == moves(theirs, y)
    np.testing.assert_array_equal(ours, theirs)


def test_empty_arrays():
    assert everypath.compile(squares)(np.zeros(0)) == 0.0
    assert everypath.grad(squares)(np.zeros(0)).shape == (0,)


# What is not differentiable ------------------------------------------------------------------------------------------


def test_an_integer_is_not_differentiable():
    with pytest.raises(everypath.NotDifferentiable, match=r"3\.0"):
        everypath.grad(scaled)(3)


def test_an_integer_array_is_not_differentiable():
    with pytest.raises(everypath.NotDifferentiable):
        everypath.grad(squares)(np.arange(3))


def test_an_output_that_is_not_a_scalar():
    with pytest.raises(everypath.NotDifferentiable, match="jacobian"):
        everypath.grad(lambda x: x * 2.0)(np.arange(3.0))


def test_an_output_that_is_an_integer():
    with pytest.raises(everypath.NotDifferentiable):
        everypath.grad(lambda x: int(x))(2.5)


def test_an_unknown_name():
    with pytest.raises(everypath.InvalidArgument, match="y"):
        everypath.grad(scaled, wrt="y")(2.5)


def test_an_argument_of_an_unknown_type():
    with pytest.raises(everypath.InvalidArgument, match="x"):
        everypath.grad(scaled)(object())


def test_integers_do_not_grow_past_64_bits():
    def f(x, n):
        k = 1
        for _ in range(n):
            k = k * 2
        return x * k

    assert everypath.grad(f)(1.0, 62) == 2.0**62
    with pytest.raises(OverflowError):
        everypath.grad(f)(1.0, 64)


def test_ints_in_a_container_are_kept_and_have_no_gradient():
    def f(p):
        return p["x"] ** p["n"]

    assert everypath.grad(f)({"x": 2.0, "n": 3}) == {"x": 12.0, "n": None}


def test_has_aux():
    def f(x):
        return x * x, {"half": x / 2.0}

    assert everypath.grad(f, has_aux=True)(3.0) == (6.0, {"half": 1.5})
    assert everypath.value_and_grad(f, has_aux=True)(3.0) == ((9.0, {"half": 1.5}), 6.0)


def test_full_jacobians_and_hessians():
    def f(x):
        return np.array([x[0] * x[1], math.sin(x[2]), x[0]])

    x = np.array([0.5, 1.5, 2.5])
    expected = np.array([[1.5, 0.5, 0.0], [0.0, 0.0, math.cos(2.5)], [1.0, 0.0, 0.0]])
    for jacobian in (everypath.jacobian, everypath.jacfwd, everypath.jacrev):
        np.testing.assert_allclose(jacobian(f)(x), expected, rtol=1e-13)
    hessian = everypath.hessian(lambda x: x[0] * x[1] * x[2] + x[0] ** 3)(x)
    np.testing.assert_allclose(hessian, [[3.0, 2.5, 1.5], [2.5, 0.0, 0.5], [1.5, 0.5, 0.0]], rtol=1e-13)
