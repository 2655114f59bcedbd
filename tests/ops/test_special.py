"""SciPy's functions are its own to the last bit, but those of exp and log over arrays; their partials keep their digits, beside mpmath."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import scipy.special

import everypath
from everypath import native, optimise
from everypath.ir.interpret import run
from everypath.ir.op import DEFINITIONS
from everypath.ir.program import Program
from everypath.ir.types import F32, F64, ScalarType
from everypath.native.entropies import OVER_ARRAYS
from everypath.ops.ufuncs import UFUNCS

from .exactly import Both, Exactly, compiled, wrong
from .forms import arity, samples, single
from .special_functions import SPECIAL, WITHOUT

pytestmark = pytest.mark.xdist_group("every operation in one module")


@cache
def everything() -> dict[str, Both]:
    return compiled([name for name in SPECIAL if name not in WITHOUT], F64)


@pytest.mark.part(2)
@pytest.mark.parametrize("name", [n for n in SPECIAL if n not in WITHOUT])
def test_every_digit_at_both_orders(name: str) -> None:
    function, points, orders, digits = SPECIAL[name]
    problems = wrong(Exactly(function, points, digits, orders), everything()[name], F64, points)
    assert not problems, f"{name}\n" + "\n".join(problems)


@cache
def values() -> dict[str, Any]:
    """Each ufunc of float64 and of float32, in one module."""
    forms = {}
    for name in UFUNCS:
        for dtype in (F64, F32):
            n = arity(DEFINITIONS[name])
            forms[f"{name} {dtype}"] = single(name, f"{dtype} value", [(5,)] * n, [dtype] * n, [np.zeros(5, dtype.numpy)] * n)
    functions = {f.function.name: f.function for f in forms.values()}
    whole = optimise.after(Program(functions, next(iter(functions))), tuple(functions))
    machine = native.compile(whole, tuple(functions))
    return {label: (f, machine[f.function.name]) for label, f in forms.items()}


@pytest.mark.parametrize("dtype", [F64, F32], ids=str)
@pytest.mark.parametrize("name", UFUNCS)
def test_values_are_those_of_scipy(name: str, dtype: ScalarType) -> None:
    form, machine = values()[f"{name} {dtype}"]
    given = samples(DEFINITIONS[name], [(5,)] * arity(DEFINITIONS[name]), [dtype] * arity(DEFINITIONS[name]))
    with np.errstate(all="ignore"):
        expected = DEFINITIONS[name].meaning(*given)  # type: ignore[misc]
    np.testing.assert_array_equal(run(form.program, form.function.name, given)[0], expected)
    (found,) = machine(*given)
    assert found.dtype == dtype.numpy
    if name in OVER_ARRAYS:  # they are as exact as exp and log are over arrays
        np.testing.assert_array_max_ulp(found, expected, maxulp=5, dtype=dtype.numpy)
    else:
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_entropies_over_arrays_at_their_edges(dtype: Any) -> None:
    edges = np.array([0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 1e-30, 800.0, -800.0], dtype)
    x, y = (a.ravel() for a in np.meshgrid(edges, edges))

    def together(x: Any, y: Any) -> Any:
        one = scipy.special.expit(x), scipy.special.log_expit(x), scipy.special.entr(x)
        return *one, scipy.special.xlogy(x, y), scipy.special.xlog1py(x, y)

    with np.errstate(all="ignore"):
        pairs = zip(everypath.compile(together)(x, y), together(x, y), strict=True)
    for found, expected in pairs:
        np.testing.assert_allclose(found, expected, rtol=5 * np.finfo(dtype).eps, atol=0)
        known = ~np.isnan(expected)
        np.testing.assert_array_equal(np.signbit(found[known]), np.signbit(expected[known]))


def test_every_special_function_is_held_against_mpmath() -> None:
    assert {*UFUNCS} <= {*SPECIAL, *WITHOUT, *OLDER}


OLDER = "expit log_expit logit xlogy xlog1py entr rel_entr kl_div erfinv erfcinv ndtri".split()
"""Those that `test_accuracy.py` and the catalogue's tests look at."""
