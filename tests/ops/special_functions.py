"""SciPy's functions beside those of mpmath: where their derivatives are looked at, to which order."""

from __future__ import annotations

from itertools import product
from typing import Any

import mpmath

mp = mpmath.mp

Point = tuple[float, ...]


def at(function: Any, *axes: tuple[float, ...], orders: int = 2, digits: int = 100) -> tuple[Any, list[Point], int, int]:
    return function, list(product(*axes)), orders, digits


def erfcx(x: Any) -> Any:
    return mp.exp(x * x) * mp.erfc(x)


def dawson(x: Any) -> Any:
    return mp.sqrt(mp.pi) / 2 * mp.exp(-x * x) * mp.erfi(x)


def mills(x: Any) -> Any:
    return mp.npdf(x) / mp.ncdf(x)


def faddeeva(x: Any, y: Any) -> Any:
    z = mp.mpc(x, y)
    return mp.exp(-z * z) * mp.erfc(-1j * z)


def voigt(x: Any, sigma: Any, gamma: Any) -> Any:
    scale = 1 / (sigma * mp.sqrt(2))
    return faddeeva(x * scale, gamma * scale).real * scale / mp.sqrt(mp.pi)


def owens_t(h: Any, a: Any) -> Any:
    return mp.quad(lambda x: mp.exp(-h * h * (1 + x * x) / 2) / (1 + x * x), [0, a]) / (2 * mp.pi)


OF_BESSEL = {"j": mp.besselj, "y": mp.bessely, "i": mp.besseli, "k": mp.besselk}
NORMAL = {
    "erfcx": at(erfcx, (-3.0, 0.0, 0.4, 3.0, 6.9, 7.1, 20.0, 90.0)),
    "erfi": at(mp.erfi, (-2.0, 0.0, 0.5, 5.0)),
    "dawsn": at(dawson, (-9.0, 0.0, 0.3, 2.5, 6.9, 7.1, 40.0)),
    "ndtr": at(mp.ncdf, (0.0, 0.3, -2.7, -20.0)),
    "log_ndtr": at(lambda x: mp.log(mp.ncdf(x)), (-1e3, -20.0, -3.0, 0.0, 0.4, 5.0, 20.0), digits=300),
    "ndtri_exp": at(lambda y: mp.findroot(lambda x: mp.log(mp.ncdf(x)) - y, -2), (-3.0, -0.4), orders=1, digits=60),
    "owens_t": at(owens_t, (0.3, 4.0), (0.4, 2.0), orders=1, digits=60),
    "wofz_real": at(lambda x, y: faddeeva(x, y).real, (0.3, -1.5), (0.2, 0.9)),
    "wofz_imaginary": at(lambda x, y: faddeeva(x, y).imag, (0.3, -1.5), (0.2, 0.9)),
    "voigt_profile": at(voigt, (0.3, -1.5), (0.7,), (0.4,)),
    "erfcx_slope": at(lambda x: 2 * x * erfcx(x) - 2 / mp.sqrt(mp.pi), (0.4, 6.9, 7.1, 50.0), orders=1),
    "dawsn_slope": at(lambda x: 1 - 2 * x * dawson(x), (0.4, 6.9, 7.1, -50.0), orders=1),
    "mills": at(mills, (-50.0, -1.0, 0.5, 5.0), orders=1),
}
GAMMAS = {
    "digamma": at(mp.digamma, (1e-10, 0.3, 2.7, 1e5, -0.5, -3.3)),
    "trigamma": at(lambda x: mp.psi(1, x), (1e-10, 0.3, 2.7, 1e5, -0.5, -3.3)),
    "gamma": at(mp.gamma, (1e-10, 0.3, 2.7, 50.0, -0.5, -3.3)),
    "rgamma": at(mp.rgamma, (0.3, 2.7, 12.0, -0.5, -3.0), orders=1),
    "poch": at(mp.rf, (0.3, 20.0), (0.7, 3.0)),
    "beta": at(mp.beta, (0.3, 2.7, 50.0), (0.4, 1.5), orders=1),
    "betaln": at(lambda a, b: mp.log(mp.beta(a, b)), (0.3, 2.7, 1e4), (0.4, 1e-3), orders=1),
    "binom": at(mp.binomial, (5.0, 40.5), (2.0, 3.3)),
    "zeta": at(mp.zeta, (2.0, 3.5), (0.3, 2.7, 1e4)),
    "digamma_between": at(lambda a, b: mp.digamma(a + b) - mp.digamma(a), (0.3, 50.0), (0.4, 3.0), orders=1),
}
ORDERS = (0.0, 1.5, 3.0)
BESSEL = {
    **{f"{kind}{n}": at(lambda x, f=f, n=n: f(n, x), (0.4, 7.3)) for kind, f in OF_BESSEL.items() for n in (0, 1)},
    **{f"{kind}v": at(lambda v, x, f=f: f(v, x), ORDERS, (0.4, 7.3)) for kind, f in OF_BESSEL.items()},
    "yn": at(mp.bessely, (0.0, 2.0), (0.4, 7.3)),
    "kn": at(mp.besselk, (0.0, 2.0), (0.4, 7.3)),
    "i0e": at(lambda x: mp.exp(-abs(x)) * mp.besseli(0, x), (0.4, -3.0, 29.0, 31.0, 1e4), orders=1, digits=60),
    "i1e": at(lambda x: mp.exp(-abs(x)) * mp.besseli(1, x), (0.4, -3.0, 29.0, 31.0, 1e4), orders=1, digits=60),
    "k0e": at(lambda x: mp.exp(x) * mp.besselk(0, x), (0.4, 29.0, 31.0, 1e4), orders=1, digits=60),
    "k1e": at(lambda x: mp.exp(x) * mp.besselk(1, x), (0.4, 29.0, 31.0, 1e4), orders=1, digits=60),
    "ive": at(lambda v, x: mp.exp(-x) * mp.besseli(v, x), ORDERS, (0.4, 7.3)),
    "kve": at(lambda v, x: mp.exp(x) * mp.besselk(v, x), ORDERS, (0.4, 7.3)),
    "spherical_jn": at(lambda n, x: mp.sqrt(mp.pi / 2 / x) * mp.besselj(n + 0.5, x), (0.0, 2.0), (0.4, 7.3)),
    "spherical_yn": at(lambda n, x: mp.sqrt(mp.pi / 2 / x) * mp.bessely(n + 0.5, x), (0.0, 2.0), (0.4, 7.3)),
    "spherical_in": at(lambda n, x: mp.sqrt(mp.pi / 2 / x) * mp.besseli(n + 0.5, x), (0.0, 2.0), (0.4, 7.3)),
    "spherical_kn": at(lambda n, x: mp.sqrt(mp.pi / 2 / x) * mp.besselk(n + 0.5, x), (0.0, 2.0), (0.4, 7.3)),
    "airy": at(mp.airyai, (-2.0, 0.0, 1.5)),
    "airy_slope": at(lambda x: mp.airyai(x, derivative=1), (-2.0, 1.5)),
    "airy_second": at(mp.airybi, (-2.0, 0.0, 1.5)),
    "airy_second_slope": at(lambda x: mp.airybi(x, derivative=1), (-2.0, 1.5)),
    "struve": at(mp.struveh, (0.0, 1.5), (0.4, 7.3)),
    "modstruve": at(mp.struvel, (0.0, 1.5), (0.4, 7.3)),
}
INTEGRALS = {
    "expi": at(mp.ei, (0.3, -2.0, 9.0)),
    "exp1": at(mp.e1, (0.3, 9.0)),
    "expn": at(mp.expint, (0.0, 1.0, 3.0), (0.4, 5.0)),
    "sici": at(mp.si, (1e-3, 0.4, 9.0)),
    "sici_cosine": at(mp.ci, (0.4, 9.0)),
    "shichi": at(mp.shi, (1e-3, 0.4, 9.0)),
    "shichi_cosine": at(mp.chi, (0.4, 9.0)),
    "fresnel": at(mp.fresnels, (0.0, 0.4, -2.3)),
    "fresnel_cosine": at(mp.fresnelc, (0.0, 0.4, -2.3)),
    "spence": at(lambda z: mp.polylog(2, 1 - z).real, (0.2, 0.999, 1.3, 5.0)),
    "wrightomega": at(lambda x: mp.lambertw(mp.exp(x)).real, (-3.0, 0.4, 5.0)),
    "exp10": at(lambda x: mp.mpf(10) ** x, (-3.0, 0.4)),
    "cosm1": at(lambda x: mp.cos(x) - 1, (1e-5, 0.4, 3.0)),
    "sindg": at(lambda x: mp.sin(x * mp.pi / 180), (0.4, 200.0)),
    "cosdg": at(lambda x: mp.cos(x * mp.pi / 180), (0.4, 200.0)),
    "tandg": at(lambda x: mp.tan(x * mp.pi / 180), (0.4, 200.0)),
    "cotdg": at(lambda x: mp.cot(x * mp.pi / 180), (0.4, 200.0)),
    "exprel": at(lambda x: mp.expm1(x) / x, (1e-9, -0.9, 1.1, 30.0, -30.0)),
    "powm1": at(lambda x, y: x**y - 1, (0.3, 1.2), (0.7, 1e-5)),
    "boxcox": at(lambda x, p: (x**p - 1) / p, (0.3, 1.2), (0.7, 1e-5)),
    "boxcox1p": at(lambda x, p: ((1 + x) ** p - 1) / p, (0.3, 1e-3), (0.7, 1e-5)),
    "inv_boxcox": at(lambda y, p: (1 + p * y) ** (1 / p), (0.3, -0.5), (0.7, 1e-5)),
    "inv_boxcox1p": at(lambda y, p: (1 + p * y) ** (1 / p) - 1, (0.3, -0.5), (0.7, 1e-5)),
    "huber": at(lambda d, r: r * r / 2 if abs(r) <= d else d * (abs(r) - d / 2), (1.5,), (0.4, -3.0, 2.0)),
    "pseudo_huber": at(lambda d, r: d * d * (mp.sqrt(1 + (r / d) ** 2) - 1), (1.5,), (1e-4, -3.0, 2.0), orders=1),
    "exprel_slope": at(lambda x: (mp.exp(x) - mp.expm1(x) / x) / x, (1e-9, -0.9, 1.1), orders=1),
}


HYPERGEOMETRIC = {
    "hyp2f1": at(mp.hyp2f1, (0.5,), (1.2,), (1.9,), (0.3, -2.0)),
    "hyp1f1": at(mp.hyp1f1, (0.5,), (1.2,), (0.3, -2.0)),
    "hyp0f1": at(mp.hyp0f1, (1.2,), (0.3, -2.0)),
    "hyperu": at(mp.hyperu, (0.5,), (1.2,), (0.3, 2.0)),
    "elliprf": at(mp.elliprf, (0.3,), (0.7,), (1.4,), orders=1),
    "elliprc": at(mp.elliprc, (0.3,), (0.7, 2.0), orders=1),
    "elliprg": at(mp.elliprg, (0.3,), (0.7,), (1.4,), orders=1),
    "agm": at(mp.agm, (0.3, 1.5), (0.7, 40.0), orders=1),
    "ellipk": at(mp.ellipk, (1e-9, 0.4, 0.6, -3.0, 0.999)),
    "ellipe": at(mp.ellipe, (1e-9, 0.4, 0.6, -3.0, 0.999)),
    "ellipkm1": at(lambda p: mp.ellipk(1 - p), (0.4, 1e-9), orders=1),
    "ellipkinc": at(mp.ellipf, (0.4, 1.5, -4.0), (1e-9, 0.4, 0.9), orders=1),
    "ellipeinc": at(mp.ellipe, (0.4, 1.5, -4.0), (1e-9, 0.4, 0.9), orders=1),
    "ellipj": at(lambda u, m: mp.ellipfun("sn", u, m=m), (0.4, 3.0), (0.3, 0.9), orders=1),
    "ellipj_cn": at(lambda u, m: mp.ellipfun("cn", u, m=m), (0.4, 3.0), (0.3, 0.9), orders=1),
    "ellipj_dn": at(lambda u, m: mp.ellipfun("dn", u, m=m), (0.4, 3.0), (0.3, 0.9), orders=1),
    "ellipj_amplitude": at(lambda u, m: mp.asin(mp.ellipfun("sn", u, m=m)), (0.4,), (0.3, 0.9), orders=1),
    "ellipk_slope": at(lambda m: mp.ellipk(m), (), orders=1),
    "ellipe_slope": at(lambda m: mp.ellipe(m), (), orders=1),
}
POLYNOMIALS = {
    "eval_legendre": at(mp.legendre, (0.0, 1.0, 5.0), (0.4, 1.0)),
    "eval_chebyt": at(mp.chebyt, (0.0, 1.0, 5.0), (0.4, 1.0)),
    "eval_chebyu": at(mp.chebyu, (0.0, 1.0, 5.0), (0.4, 1.0)),
    "eval_chebyc": at(lambda n, x: 2 * mp.chebyt(n, x / 2), (0.0, 1.0, 5.0), (0.4, 1.0)),
    "eval_chebys": at(lambda n, x: mp.chebyu(n, x / 2), (0.0, 1.0, 5.0), (0.4, 0.9)),
    "eval_hermite": at(mp.hermite, (0.0, 1.0, 5.0), (0.4, 1.0)),
    "eval_hermitenorm": at(lambda n, x: 2 ** (-n / 2) * mp.hermite(n, x / mp.sqrt(2)), (0.0, 1.0, 4.0), (0.4,)),
    "eval_laguerre": at(lambda n, x: mp.laguerre(n, 0, x), (0.0, 1.0, 5.0), (0.4, 1.5)),
    "eval_sh_legendre": at(lambda n, x: mp.legendre(n, 2 * x - 1), (0.0, 5.0), (0.4,)),
    "eval_sh_chebyt": at(lambda n, x: mp.chebyt(n, 2 * x - 1), (0.0, 5.0), (0.4,)),
    "eval_sh_chebyu": at(lambda n, x: mp.chebyu(n, 2 * x - 1), (0.0, 5.0), (0.4,)),
    "eval_gegenbauer": at(lambda n, a, x: mp.gegenbauer(n, a, x), (0.0, 1.0, 5.0), (1.3,), (0.4,)),
    "eval_genlaguerre": at(lambda n, a, x: mp.laguerre(n, a, x), (0.0, 1.0, 5.0), (1.3,), (0.4,)),
    "eval_jacobi": at(lambda n, a, b, x: mp.jacobi(n, a, b, x), (1.0, 5.0), (1.3,), (0.4,), (0.3,)),
    "lpmv": at(lambda m, v, x: -1.5 * (5 * x * x - 1) * mp.sqrt(1 - x * x), (1.0,), (3.0,), (0.3, -0.8)),
}


def slope(function: Any, order: int = 0) -> Any:
    return lambda x: mp.diff(lambda t: function(order, t), x)


def antiderivative(struve: Any, zeroth: Any, first: Any, x: Any) -> Any:
    """∫ C0 of a Bessel function C, up to a constant (DLMF 10.22.2 and 10.43.2 at ν = 0)."""
    return mp.pi / 2 * x * (zeroth * struve(-1, x) + first * struve(0, x))


KELVIN = {
    "jve": at(mp.besselj, (1.5,), (0.4, 5.0)),
    "yve": at(mp.bessely, (1.5,), (0.4, 5.0)),
    "ber": at(lambda x: mp.ber(0, x), (0.4, 5.0)),
    "bei": at(lambda x: mp.bei(0, x), (0.4, 5.0)),
    "ker": at(lambda x: mp.ker(0, x), (0.4, 5.0)),
    "kei": at(lambda x: mp.kei(0, x), (0.4, 5.0)),
    "berp": at(slope(mp.ber), (0.4, 5.0), orders=1),
    "beip": at(slope(mp.bei), (0.4, 5.0), orders=1),
    "kerp": at(slope(mp.ker), (0.4, 5.0), orders=1),
    "keip": at(slope(mp.kei), (0.4, 5.0), orders=1),
    "pbdv": at(mp.pcfd, (1.5,), (0.4, 2.0)),
    "pbvv": at(lambda v, x: mp.pcfv(-v - 0.5, x), (1.5,), (0.4, 2.0)),
    "pbdv_slope": at(lambda v, x: mp.diff(lambda t: mp.pcfd(v, t), x), (1.5,), (0.4, 2.0), orders=1),
    "pbvv_slope": at(lambda v, x: mp.diff(lambda t: mp.pcfv(-v - 0.5, t), x), (1.5,), (0.4, 2.0), orders=1),
    "itj0y0": at(lambda x: antiderivative(mp.struveh, mp.besselj(0, x), mp.besselj(1, x), x), (0.4, 5.0), orders=1),
    "itj0y0_second": at(lambda x: antiderivative(mp.struveh, mp.bessely(0, x), mp.bessely(1, x), x), (0.4, 5.0), orders=1),
    "iti0k0": at(lambda x: antiderivative(mp.struvel, mp.besseli(0, x), -mp.besseli(1, x), x), (0.4, 5.0), orders=1),
    "iti0k0_second": at(lambda x: antiderivative(mp.struvel, mp.besselk(0, x), mp.besselk(1, x), x), (0.4, 2.5), orders=1),
}


def noncentral(x: Any, k: Any, nc: Any) -> Any:
    """The distribution function of the noncentral χ²."""
    return mp.fsum([mp.exp(-nc / 2) * (nc / 2) ** j / mp.factorial(j) * lower_gamma(k / 2 + j, x / 2) for j in range(40)])


def lower_gamma(a: Any, x: Any) -> Any:
    return mp.gammainc(a, 0, x, regularized=True)


def lower_beta(a: Any, b: Any, x: Any) -> Any:
    return mp.betainc(a, b, 0, x, regularized=True)


def student(v: Any, t: Any) -> Any:
    return mp.mpf(1) / 2 + mp.sign(t) * (mp.mpf(1) / 2 - lower_beta(v / 2, mp.mpf(1) / 2, v / (v + t * t)) / 2)


def density(a: Any, b: Any, x: Any) -> Any:
    return x ** (a - 1) * (1 - x) ** (b - 1) / mp.beta(a, b)


SHAPES = (0.4, 3.0, 150.0)
PROBABILITY = {
    "gamma_density": at(lambda a, x: x ** (a - 1) * mp.exp(-x) / mp.gamma(a), (0.4, 13.0, 1e4), (0.7, 1.01e4), orders=1),
    "beta_density": at(density, (0.4, 1e4), (2.0, 1.5e4), (0.41, 0.2), orders=1),
    "student": at(lambda v, t: mp.diff(lambda s: student(v, s), t), (), (), orders=1),
    "gammainc": at(lower_gamma, SHAPES, (0.4, 20.0)),
    "gammaincc": at(lambda a, x: 1 - lower_gamma(a, x), (0.4, 3.0), (0.4, 20.0)),
    "betainc": at(lower_beta, (0.4, 40.0), (2.0, 50.0), (0.3, 0.6)),
    "betaincc": at(lambda a, b, x: 1 - lower_beta(a, b, x), (0.4, 40.0), (2.0, 50.0), (0.3, 0.6)),
    "chdtr": at(lambda v, x: lower_gamma(v / 2, x / 2), (3.0,), (0.4, 5.0)),
    "chdtrc": at(lambda v, x: 1 - lower_gamma(v / 2, x / 2), (3.0,), (0.4, 5.0)),
    "pdtr": at(lambda k, m: 1 - lower_gamma(mp.floor(k) + 1, m), (0.0, 3.0), (0.4, 5.0)),
    "pdtrc": at(lambda k, m: lower_gamma(mp.floor(k) + 1, m), (0.0, 3.0), (0.4, 5.0)),
    "chndtr": at(noncentral, (0.4, 5.0), (3.0,), (0.5, 2.0), orders=1, digits=60),
    "gdtr": at(lambda a, b, x: lower_gamma(b, a * x), (1.5,), (0.7,), (0.4, 5.0)),
    "gdtrc": at(lambda a, b, x: 1 - lower_gamma(b, a * x), (1.5,), (0.7,), (0.4, 5.0)),
    "bdtr": at(lambda k, n, p: 1 - lower_beta(k + 1, n - k, p), (0.0, 2.0), (5.0,), (0.3,)),
    "bdtrc": at(lambda k, n, p: lower_beta(k + 1, n - k, p), (0.0, 2.0), (5.0,), (0.3,)),
    "nbdtr": at(lambda k, n, p: lower_beta(n, k + 1, p), (0.0, 2.0), (5.0,), (0.3,)),
    "nbdtrc": at(lambda k, n, p: 1 - lower_beta(n, k + 1, p), (0.0, 2.0), (5.0,), (0.3,)),
    "fdtr": at(lambda n, d, x: lower_beta(n / 2, d / 2, n * x / (n * x + d)), (3.0,), (7.0,), (0.4, 5.0)),
    "fdtrc": at(lambda n, d, x: 1 - lower_beta(n / 2, d / 2, n * x / (n * x + d)), (3.0,), (7.0,), (0.4, 5.0)),
    "stdtr": at(student, (1.5, 30.0), (0.4, -3.0)),
}
INVERSES = "gammaincinv gammainccinv betaincinv betainccinv chdtri chndtrix fdtri stdtrit".split()
"""Their slope is one over that of what they invert, at their own value; `test_special.py` says so."""

SPECIAL: dict[str, Any] = {
    **NORMAL,
    **GAMMAS,
    **BESSEL,
    **KELVIN,
    **INTEGRALS,
    **HYPERGEOMETRIC,
    **POLYNOMIALS,
    **PROBABILITY,
    **dict.fromkeys((*INVERSES, "riemann_zeta", "gammasgn", "elliprd")),
}
"""By the name of the operation."""

WITHOUT = (*INVERSES, "riemann_zeta", "gammasgn", "elliprd")
"""Those that are not looked at there, or of which no derivative is known."""
