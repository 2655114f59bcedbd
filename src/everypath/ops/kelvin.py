"""Kelvin's functions, those of the parabolic cylinder, and integrals of Bessel's.

Each is one half of a system of two equations of the first order, or the integral of another.
"""

from __future__ import annotations

from typing import Any

from .define import POSITIVE
from .term import apply, eq, select
from .ufuncs import NO_FORMULA, ufunc

ORDER = (0.3, 2.5)


def over(slope: Any, x: Any, at_zero: float) -> Any:
    """f'(x)/x, and what it tends to at 0."""
    none = eq(x, 0.0)
    return select(none, at_zero, slope / select(none, 1.0, x))


for _real, _imaginary, _limit in (("ber", "bei", 0.5), ("ker", "kei", float("nan"))):
    ufunc(_real, lambda x, out, name=f"{_real}p": apply(name, x), domain=POSITIVE)
    ufunc(_imaginary, lambda x, out, name=f"{_imaginary}p": apply(name, x), domain=POSITIVE)
    ufunc(f"{_real}p", lambda x, out, other=_imaginary: -apply(other, x) - over(out, x, 0.0), symbol=_real + "'({0})", domain=POSITIVE)
    ufunc(
        f"{_imaginary}p",
        lambda x, out, other=_real, limit=_limit: apply(other, x) - over(out, x, limit),
        symbol=_imaginary + "'({0})",
        domain=POSITIVE,
    )

for _name, _letter in (("pbdv", "D"), ("pbvv", "V")):
    ufunc(
        _name,
        NO_FORMULA,
        lambda v, x, out, name=_name: apply(f"{name}_slope", v, x),
        symbol=_letter + "({0}, {1})",
        domain=(ORDER, POSITIVE),
    )
    ufunc(
        f"{_name}_slope",
        NO_FORMULA,
        lambda v, x, out, name=_name: (0.25 * x * x - v - 0.5) * apply(name, v, x),
        of=_name,
        output=1,
        symbol=_letter + "'({0}, {1})",
        domain=(ORDER, POSITIVE),
    )

ufunc("itj0y0", lambda x, out: apply("j0", x), symbol="∫J₀({0})", domain=POSITIVE)
ufunc("itj0y0_second", lambda x, out: apply("y0", x), of="itj0y0", output=1, symbol="∫Y₀({0})", domain=POSITIVE)
ufunc("iti0k0", lambda x, out: apply("i0", x), symbol="∫I₀({0})", domain=POSITIVE)
ufunc("iti0k0_second", lambda x, out: apply("k0", x), of="iti0k0", output=1, symbol="∫K₀({0})", domain=POSITIVE)
