"""Text made from run-time values: what it says in errors, what is known of it all the same, and that it is never read."""

# The programs are written as people write them.
# ruff: noqa: UP031, UP032, F507

from __future__ import annotations

import numpy as np
import pytest

from everypath import NotSupported
from everypath.lower import lower

from .agreement import Programs, agree

programs = Programs()


@programs.at((0.7,), (-2.5,))
def percent(x):
    raise ValueError("%s, %r, %.3f, %5.1f|%-9.2e|%+d|%05d|%x, 100%%, %s" % (x, x, x, x, x, 3, 7, 255, "a{b}"))


@programs.at((0.7,), (-2.5,), (np.float32(-2.5),))
def percent_of_one_value(x):
    if x > 0:
        raise ValueError("x is %s" % x)
    raise ValueError("%d and %i" % (x, 5))


@programs.at((0.7,))
def percent_by_name(x):
    raise KeyError("%(a)s %(b).2f" % {"a": x, "b": 2 * x})


@programs.at((0.7,), (-2.5,))
def complex_numbers(x):
    z = complex(x, 2.0 * x)
    if x > 0:
        raise ValueError(f"{z} {z:.3f} {[z * 1j, np.complex64(z)]!r} {1j * x}" + str(z) + "%s" % z)
    raise ValueError("z", z, np.complex128(z))


@programs.at((0.7,), (-12.25,))
def laid_out(x):
    w, said = 12, f"{x:.1f}!"
    raise ValueError(
        f"{said:>{w}}|{str(x)!r:>9}|{x:e}|".rjust(40, "{"),
        str(x).zfill(8) + f"{x}".ljust(10, "}") + f"{x:.1f}".center(9, "*"),
        f" {x} ".strip() + f"{x:e}".upper(),
        ("a{b}" + str(x)).replace("a{", "{{"),
        repr(f"it's {x}"),
    )


@programs.at((0.7,), (-12.25,))
def none_or_text(x):
    sign, number = "positive" if x > 0 else None, None if x > 0 else x
    raise ValueError(f"{sign}, {number}", f"{sign!r} {number!s}")


@programs.at((0.7,))
def too_few_values(x):
    return "%s %s" % (x,)


@programs.at((0.7,))
def too_many_values(x):
    return "%s" % (x, x)


@programs.at((0.7, 3))
def formats(x, n):
    raise ValueError("{} {:.2f} {:>8}".format(x, x, "ab") + "{0} {n!r} {n:5d}".format(x, n=n) + ", ".join([f"{x:.1f}", str(n), "b"]))


@programs.at((0.7,))
def conversions(x):
    raise ValueError(f"{x!r:>10}|{x!s:<8}|{x:{8}.{3}f}" + str(x) + repr(x) + format(x, ".2f"))


@programs.at((0.7,))
def format_that_does_not_fit(x):
    raise ValueError(f"{x:d}")


@programs.at((np.array([0.7, 0.25]),), (np.array([0.7, 0.25], np.float32),), (np.array([3, 4]),), (np.array([True, False]),))
def numbers_of_numpy(v):
    raise ValueError(f"{v[0]!r} {v[0]} {v[0]!s} {[v[1]]} {(v[0], 1)}")


@programs.at((0.7,))
def known_of_text(x):
    text = f"{x}"
    return x if text and isinstance(text, str) and text is not None and text != 0.7 else 2.0 * x


@programs.at((0.7,))
def numbers_from_known_text(x):
    return x * float("1.5") * int("2") if x < 5.0 else float("x")


ZONES = "CHNSWX"


@programs.at((51.2,), (-25.0,), (90.0,), (-200.0,))
def letter_at_a_number(x):
    zone = ZONES[int(x + 80) >> 5] if x <= 84 else "none"
    print(f"{zone:>3}", "in %s" % zone, "-".join(["zone", zone, zone]), zone in "NESW", "NORTH".find(zone))
    return x + (0.0 if zone.upper() >= "N" else 1000.0), f"{zone}!", zone


@programs.at((1.5,), (0.5,), (-1.0,))
def message_by_path(x):
    letter = "abc"[int(x)]
    if x > 0.0:
        raise ValueError(f"bad {letter} at {x:.3f}")
    raise KeyError(letter, x)


@pytest.mark.parametrize("function, arguments", programs.cases, ids=programs.names)
def test_agrees(function, arguments) -> None:
    agree(function, arguments)


def helper(x):
    return f"{x:.1f}"


READING = [
    lambda x: x if f"{x:.1f}" == "0.7" else 2.0 * x,
    lambda x: x if "0.7" != helper(x) else 2.0 * x,
    lambda x: x if "%.1f" % x in ("0.7", "0.8") else 2.0 * x,
    lambda x: x if "7" in str(x) else 2.0 * x,
    lambda x: x if f"{x}" < "1" else 2.0 * x,
    lambda x: x if (f"{x:.1f}", 1) == ("0.7", 1) else 2.0 * x,
    lambda x: x if any("{:.1f}".format(x) == s for s in ("0.7", "b")) else 2.0 * x,
    lambda x: x * len(f"{x:.2f}"),
    lambda x: x * float(f"{x:.2f}"),
    lambda x: x * int(str(int(x))),
    lambda x: {"0.7": x}[f"{x:.1f}"],
    lambda x: x if str(x).startswith("0") else 2.0 * x,
    lambda x: x if str(x)[0] == "0" else 2.0 * x,
    lambda x: x * sum(1.0 for c in str(x) if c == "0"),
]


@pytest.mark.parametrize("function", READING)
def test_text_is_not_read(function) -> None:
    with pytest.raises(NotSupported, match="run-time values"):
        lower(function, (0.7,), {})


def nan_itself(x, y):
    return (x in (x, 1.0)), (x, 1.0) == (x, 1.0), [x] != [x], (x + y in (y, 1.0))


def nan_or_another(x, y):
    return x in (y, 1.0)


def test_nan_is_equal_to_itself_in_containers() -> None:
    nan = float("nan")
    agree(nan_itself, (nan, nan))
    agree(nan_or_another, (nan, 1.0))
    with pytest.raises(NotSupported, match="one object, which is not known here"):
        agree(nan_or_another, (nan, nan))
