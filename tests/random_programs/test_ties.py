"""Every smooth form that is made of kinks, at its tie: first and second order, forward and reverse, alone and in what is around it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from .families import FAMILIES
from .judging import judged, loaded
from .ties import ELEMENTWISE, EQUALS, OF_EQUALS, OF_ZERO, POINTS, WRAPPERS, ZEROS, Pair, filled, in_a_loop, in_an_array, module

NEAR = np.array([[0.0, 0.0, 0.0], [0.07, -0.04, 0.1], [-0.1, 0.2, -0.4], [-0.02, -0.3, 0.2], [0.4, 0.1, 0.0]])


def alone() -> dict[str, Pair]:
    """Each form with its holes filled, by name."""
    (zero, other), (u, w) = ZEROS[:2], EQUALS[0]
    forms = {name: filled(form, (zero, zero)) for name, form in OF_ZERO.items()}
    forms |= {f"{name}, again": filled(form, (other, other)) for name, form in OF_ZERO.items() if "squared" in name}
    return forms | {name: filled(form, (u, u), (w, w)) for name, form in OF_EQUALS.items()}


def wrapped(form: Pair) -> Pair:
    """The form in everything that may be around it, summed."""
    pairs = [filled(wrapper, form) for wrapper in WRAPPERS.values()]
    return tuple(" + ".join(f"{k + 1}.0 * ({pair[side]})" for k, pair in enumerate(pairs)) for side in (0, 1))


FORMS = alone()
TEXTS = {name: module(form) for name, form in FORMS.items()}
TEXTS |= {f"{name}, wrapped": module(wrapped(form)) for name, form in FORMS.items()}
TEXTS |= {f"{name}, in an array": in_an_array(OF_ZERO[name]) for name in sorted(ELEMENTWISE)[::2]}
TEXTS |= {f"{name}, in a loop": in_a_loop(form) for name, form in list(OF_ZERO.items())[1::2]}
NOT_YET: set[str] = set()
"""Forms that are not right yet."""

MARKED = [pytest.param(name, marks=pytest.mark.xfail(name in NOT_YET, reason="not yet right", strict=True)) for name in TEXTS]
NATIVE = [name for k, name in enumerate(TEXTS) if k % 32 == 0]


@pytest.mark.parametrize("name", TEXTS)
def test_smooth_is_the_same_function(name: str, tmp_path: Path) -> None:
    there = loaded(TEXTS[name], tmp_path)
    for step in NEAR:
        x, y, z = np.array(POINTS[0]) + step
        np.testing.assert_allclose(there.f(x, y, z), there.smooth(x, y, z), rtol=1e-13, atol=1e-13)


def check(name: str, folder: Path, backend: str) -> None:
    verdict = judged(TEXTS[name], FAMILIES["ties"], folder, backend)
    if verdict.kind == "refused":
        pytest.skip(verdict.reason)
    assert verdict.kind == "exact", f"{verdict}\n{TEXTS[name]}"


@pytest.mark.part(5)
@pytest.mark.parametrize("name", MARKED)
def test_derivatives(name: str, tmp_path: Path) -> None:
    check(name, tmp_path, "interpreter")


@pytest.mark.parametrize("name", NATIVE)
def test_derivatives_as_machine_code(name: str, tmp_path: Path) -> None:
    check(name, tmp_path, "native")
