"""Elliptic integrals and Jacobi's elliptic functions.

The slopes are by Carlson's R_D, in which nothing cancels (DLMF 19.25).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .define import POSITIVE, composed
from .hypergeometric import MODULUS, PARAMETER
from .term import absolute, apply, cos, lt, rint, select, sin, sqrt
from .ufuncs import NO_FORMULA, ufunc

elliprd = ufunc("elliprd", NO_FORMULA, NO_FORMULA, NO_FORMULA, symbol="R_D({0}, {1}, {2})", domain=(POSITIVE, POSITIVE, POSITIVE))
elliprf = ufunc(
    "elliprf",
    lambda x, y, z, out: apply("elliprd", y, z, x) / -6.0,
    lambda x, y, z, out: apply("elliprd", x, z, y) / -6.0,
    lambda x, y, z, out: apply("elliprd", x, y, z) / -6.0,
    symbol="R_F({0}, {1}, {2})",
    domain=(POSITIVE, POSITIVE, POSITIVE),
)
elliprc = ufunc(
    "elliprc",
    lambda x, y, out: apply("elliprd", y, y, x) / -6.0,
    lambda x, y, out: apply("elliprd", x, y, y) / -3.0,
    symbol="R_C({0}, {1})",
    domain=(POSITIVE, POSITIVE),
)


def complete_by_last(x: Any, y: Any, z: Any) -> Any:
    """∂R_G(x, y, z)/∂z = (3·R_F(x, y, z) - z·R_D(x, y, z))/12."""
    return (3.0 * apply("elliprf", x, y, z) - z * apply("elliprd", x, y, z)) / 12.0


elliprg = ufunc(
    "elliprg",
    lambda x, y, z, out: complete_by_last(y, z, x),
    lambda x, y, z, out: complete_by_last(x, z, y),
    lambda x, y, z, out: complete_by_last(x, y, z),
    symbol="R_G({0}, {1}, {2})",
    domain=(POSITIVE, POSITIVE, POSITIVE),
)
agm = ufunc(
    "agm",
    lambda a, b, out: out**2 * (2.0 / (3.0 * np.pi)) * a * apply("elliprd", 0.0, b * b, a * a),
    lambda a, b, out: out**2 * (2.0 / (3.0 * np.pi)) * b * apply("elliprd", 0.0, a * a, b * b),
    domain=(POSITIVE, POSITIVE),
)


def ellipk_slope_formula(m: Any) -> Any:
    return apply("elliprd", 0.0, 1.0, 1.0 - m) / 6.0


def ellipk_curvature(m: Any, out: Any) -> Any:
    """By the differential equation m(1 - m)K″ + (1 - 2m)K′ = K/4; near 0 by the hypergeometric series."""
    near = (9 * np.pi / 64) * apply("hyp2f1", 2.5, 2.5, 3.0, select(lt(absolute(m), 0.5), m, 0.0))
    return select(lt(absolute(m), 0.5), near, (0.25 * apply("ellipk", m) - (1.0 - 2.0 * m) * out) / (m * (1.0 - m)))


def ellipe_slope_formula(m: Any) -> Any:
    return apply("elliprd", 0.0, 1.0 - m, 1.0) / -6.0


def ellipe_curvature(m: Any, out: Any) -> Any:
    """By m(1 - m)E″ + (1 - m)E′ = -E/4; near 0 by the hypergeometric series."""
    near = (-3 * np.pi / 64) * apply("hyp2f1", 1.5, 2.5, 3.0, select(lt(absolute(m), 0.5), m, 0.0))
    return select(lt(absolute(m), 0.5), near, (-0.25 * apply("ellipe", m) - (1.0 - m) * out) / (m * (1.0 - m)))


ellipk_slope = composed("ellipk_slope", ellipk_slope_formula, ellipk_curvature, written=lambda m: apply("elliprd", 0.0, 1.0, 1.0 - m) / 6.0)
ellipe_slope = composed(
    "ellipe_slope", ellipe_slope_formula, ellipe_curvature, written=lambda m: apply("elliprd", 0.0, 1.0 - m, 1.0) / -6.0
)
ellipk = ufunc("ellipk", lambda m, out: apply("ellipk_slope", m), symbol="K({0})", domain=MODULUS)
ellipe = ufunc("ellipe", lambda m, out: apply("ellipe_slope", m), symbol="E({0})", domain=MODULUS)
ellipkm1 = ufunc("ellipkm1", lambda p, out: apply("elliprd", 0.0, 1.0 + 0.0, p) / -6.0, symbol="K(1 - {0})", domain=(0.2, 1.8))


def between(phi: Any, m: Any) -> tuple[Any, Any, Any]:
    """sin φ, cos² φ, 1 - m·sin² φ."""
    s = sin(phi)
    return s, cos(phi) ** 2, 1.0 - m * s * s


def quarters(phi: Any) -> Any:
    """How many half turns lie between φ and the first quarter, on either side."""
    return rint(phi / np.pi)


def turned(phi: Any) -> Any:
    """sin of φ brought to within a quarter turn of 0: its sign goes with the half turns."""
    return sin(phi) * cos(np.pi * quarters(phi))


def first_by_modulus(phi: Any, m: Any) -> Any:
    """∂F(φ, m)/∂m = ½∫sin²θ/(1 - m·sin²θ)^(3/2) dθ = s³·R_D(c², 1, Δ²)/6, and 2·K′ for each half turn."""
    s, (_, c2, d2) = turned(phi), between(phi, m)
    return s * s * s * apply("elliprd", c2, 1.0, d2) / 6.0 + 2.0 * quarters(phi) * apply("ellipk_slope", m)


def second_by_modulus(phi: Any, m: Any) -> Any:
    """∂E(φ, m)/∂m = -s³·R_D(c², Δ², 1)/6, and 2·E′ for each half turn."""
    s, (_, c2, d2) = turned(phi), between(phi, m)
    return -s * s * s * apply("elliprd", c2, d2, 1.0) / 6.0 + 2.0 * quarters(phi) * apply("ellipe_slope", m)


ellipkinc = ufunc(
    "ellipkinc",
    lambda phi, m, out: 1.0 / sqrt(between(phi, m)[2]),
    lambda phi, m, out: first_by_modulus(phi, m),
    symbol="F({0}, {1})",
    domain=(PARAMETER, MODULUS),
)
ellipeinc = ufunc(
    "ellipeinc",
    lambda phi, m, out: sqrt(between(phi, m)[2]),
    lambda phi, m, out: second_by_modulus(phi, m),
    symbol="E({0}, {1})",
    domain=(PARAMETER, MODULUS),
)


def amplitude_by_modulus(u: Any, m: Any) -> Any:
    """∂φ/∂m where F(φ, m) = u: -dn·∂F/∂m."""
    return -apply("ellipj_dn", u, m) * first_by_modulus(apply("ellipj_amplitude", u, m), m)


def dn_by_modulus(u: Any, m: Any, out: Any) -> Any:
    """dn² = 1 - m·sn²."""
    sn, cn = apply("ellipj", u, m), apply("ellipj_cn", u, m)
    return -(sn * sn + 2.0 * m * sn * cn * amplitude_by_modulus(u, m)) / (2.0 * out)


JACOBI = (PARAMETER, (0.1, 0.8))
ellipj = ufunc(
    "ellipj",
    lambda u, m, out: apply("ellipj_cn", u, m) * apply("ellipj_dn", u, m),
    lambda u, m, out: apply("ellipj_cn", u, m) * amplitude_by_modulus(u, m),
    symbol="sn({0}, {1})",
    domain=JACOBI,
)
ufunc(
    "ellipj_cn",
    lambda u, m, out: -apply("ellipj", u, m) * apply("ellipj_dn", u, m),
    lambda u, m, out: -apply("ellipj", u, m) * amplitude_by_modulus(u, m),
    of="ellipj",
    output=1,
    symbol="cn({0}, {1})",
    domain=JACOBI,
)
ufunc(
    "ellipj_dn",
    lambda u, m, out: -m * apply("ellipj", u, m) * apply("ellipj_cn", u, m),
    dn_by_modulus,
    of="ellipj",
    output=2,
    symbol="dn({0}, {1})",
    domain=JACOBI,
)
ufunc(
    "ellipj_amplitude",
    lambda u, m, out: apply("ellipj_dn", u, m),
    lambda u, m, out: amplitude_by_modulus(u, m),
    of="ellipj",
    output=3,
    symbol="am({0}, {1})",
    domain=JACOBI,
)
