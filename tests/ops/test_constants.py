"""What an operation makes of constants may vary later: it is written to, carried by a loop, or meets what varies on another branch.

Every operation of the catalogue whose result is a float stands there once, the derivative taken with respect to w alone. What must come
out is what comes out where the result is passed in, and nothing is known of the operation; that in turn is held against differences.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from everypath import native, optimise
from everypath.differentiate import expand, forward, reverse
from everypath.ir.build import Builder
from everypath.ir.interpret import run
from everypath.ir.op import DEFINITIONS
from everypath.ir.program import Function, Program, Region, Value
from everypath.ir.types import ArrayType, ScalarType, Type, is_float, scalar_of
from everypath.ir.verify import verify
from everypath.ir.walk import copy_ops, fresh
from everypath.ops.rules import JUMPS
from everypath.ops.ufuncs import UFUNCS
from programs.differences import directional

from .forms import Form, elementwise_forms, forms

W = 0.75
Use = Callable[[Builder, Value, Value], Value]


def written(b: Builder, x: Value, w: Value) -> Value:
    """x += w²"""
    b.do("accumulate", b.op("full", b.op("mul", w, w), *b.dims(x)), x)
    return x


def carried(b: Builder, x: Value, w: Value) -> Value:
    """for _ in range(2): x = x·w"""
    (x,) = b.for_(b.i64(0), b.i64(2), b.i64(1), [x], lambda b, k, x: [b.op("mul", x, w)])
    return x


def on_one_branch(b: Builder, x: Value, w: Value) -> Value:
    """x if w > 0 else full(w)"""
    positive = b.op("gt", w, b.constant(0.0, scalar_of(w.type)))
    (x,) = b.if_(positive, lambda b: [x], lambda b: [b.op("full", w, *b.dims(x))])
    return x


USES: dict[str, Use] = {use.__name__: use for use in (written, carried, on_one_branch)}


def used(form: Form, use: Use, *, known: bool) -> Function:
    """Σ sin(x·w) of w, after `use` of x: what the form's function makes of its arguments or, where that isn't known, an argument."""
    made = form.function.returned[0]
    arguments = [fresh(p) for p in form.function.parameters] if known else [fresh(made)]
    w = Value("w", scalar_of(made.type))
    b = Builder()
    if known:
        env = dict(zip(form.function.parameters, arguments, strict=True))
        b.ops += copy_ops(form.function.body.ops[:-1], env)
        x = env[made]
    else:
        x = arguments[0] if isinstance(made.type, ScalarType) else b.op("copy", arguments[0])
    if isinstance(x.type, ScalarType):
        x = b.op("full", x, b.i64(3))
    x = use(b, x, w)
    axes = tuple(range(array(x.type).rank))
    b.end("return", [b.op("sum", b.op("sin", b.op("mul", x, w)), axes=axes, keepdims=False)])
    name = "".join(c if c.isalnum() else "_" for c in f"{form.label} {use.__name__} {'of' if known else 'as'} argument")
    return Function(name, Region((*arguments, w), tuple(b.ops)))


def copied(arguments: list[Any]) -> list[Any]:
    return [np.copy(a) if isinstance(a, np.ndarray) else a for a in arguments]


def array(type_: Type) -> ArrayType:
    assert isinstance(type_, ArrayType)
    return type_


def derivatives(function: Function) -> dict[str, tuple[Program, str]]:
    """Programs of the value and the slope: forward, reverse; the reverse one forward again."""
    p = optimise.before(Program({function.name: function}, function.name))
    wrt = (len(function.parameters) - 1,)
    pulled, vjp = reverse(p, function.name, wrt, (0,), guarded=True)
    return {
        "forward": forward(p, function.name, wrt, guarded=True),
        "reverse": (pulled, vjp),
        "second": forward(expand(pulled), vjp, wrt, guarded=True),
    }


def numbers(function: Function, constants: list[Any], *, machine: bool) -> dict[str, list[Any]]:
    """What each derivative gives at W."""
    dtype = scalar_of(function.parameters[-1].type).numpy.type
    extra = {"forward": [1.0], "reverse": [1.0], "second": [1.0, 1.0]}
    out = {}
    for task, (program, name) in derivatives(function).items():
        arguments = [*copied(constants), *map(dtype, (W, *extra[task]))]
        if machine:
            finished = verify(optimise.after(verify(program), (name,)))
            out[task] = list(native.compile(finished, (name,))[name](*arguments))
        else:
            out[task] = run(verify(program), name, arguments)
    return out


def all_forms(name: str) -> list[Form]:
    """Some forms of an operation, of one that is constant between its jumps too."""
    definition = DEFINITIONS[name]
    return (elementwise_forms(definition) if definition.no_derivative == JUMPS else forms(name))[:3]


def making_floats() -> list[str]:
    """The operations of which every path starts or passes through a float."""
    alike = sorted(UFUNCS)[3:]  # SciPy's are made alike
    tried = [n for n in DEFINITIONS if n != "list_new" and n not in alike and all_forms(n)]
    return [n for n in tried if is_float(all_forms(n)[0].function.returned[0].type)]


@cache
def passed_in(made: Type, use: str) -> Function:
    """The function that takes the result, of any operation that gives this type."""
    form = next(f for n in making_floats() for f in all_forms(n) if f.function.returned[0].type == made)
    return used(form, USES[use], known=False)


@pytest.mark.part(3)
@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("name", making_floats())
def test_a_result_of_constants_that_varies_later(name: str, use: str) -> None:
    for k, form in enumerate(all_forms(name)):
        (result,) = run(form.program, form.function.name, copied(form.arguments))
        function = used(form, USES[use], known=True)
        expected = numbers(passed_in(form.function.returned[0].type, use), [result], machine=False)
        for machine in (False, True) if k == 1 and use == "written" else (False,):
            found = numbers(function, form.arguments, machine=machine)
            for task, values in found.items():
                unit = 1e-5 if scalar_of(function.parameters[-1].type).name == "f32" else 1e-12
                np.testing.assert_allclose(values[-1], expected[task][-1], rtol=unit, atol=unit, err_msg=f"{form.label}, {task}")


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
def test_an_array_passed_in_that_varies_later(shape: tuple[int, ...], use: str) -> None:
    constant = np.linspace(-1.0, 1.5, int(np.prod(shape))).reshape(shape) if shape else 0.7
    made = next(
        f.function.returned[0].type for f in all_forms("add") if np.ndim(run(f.program, f.function.name, f.arguments)[0]) == len(shape)
    )
    function = passed_in(made, use)
    found = numbers(function, [constant], machine=False)

    def slope(w: np.ndarray) -> np.ndarray:
        program, name = derivatives(function)["reverse"]
        return np.array(run(program, name, [*copied([constant]), float(w[0]), 1.0]))

    slopes, errors = directional(slope, np.array([W]), np.ones(1))
    assert abs(found["forward"][1] - slopes[0]) <= 100 * errors[0] + 1e-12
    assert abs(found["reverse"][1] - slopes[0]) <= 100 * errors[0] + 1e-12
    assert abs(found["second"][-1] - slopes[1]) <= 100 * errors[1] + 1e-12
