"""Integrals of functions. The value is SciPy's; the derivative is taken under the integral sign, on the pieces that SciPy has found fine
enough, and at the limits."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

import numpy as np
import scipy.integrate

from ...implicit import modelled
from ...intrinsics import by_cpython, is_known, only_value, refuse, returning, value_only
from ...registry import stands_for

Function = Callable[..., Any]
RIGHT = np.array(
    [
        *(0.9956571630258081, 0.9739065285171717, 0.9301574913557082, 0.8650633666889845, 0.7808177265864169),
        *(0.6794095682990244, 0.5627571346686047, 0.4333953941292472, 0.2943928627014602, 0.14887433898163122),
    ]
)
SHARES = np.array(
    [
        *(0.011694638867371874, 0.032558162307964725, 0.054755896574351995, 0.07503967481091996, 0.0931254545836976),
        *(0.10938715880229764, 0.12349197626206584, 0.13470921731147334, 0.14277593857706009, 0.1477391049013385),
    ]
)
POINTS = np.concatenate([-RIGHT, [0.0], RIGHT[::-1]])
KRONROD = np.concatenate([SHARES, [0.1494455540029169], SHARES[::-1]])
GAUSS = np.zeros(21)
GAUSS[1::2] = np.polynomial.legendre.leggauss(10)[1]
FOUND = np.stack([KRONROD / 2, KRONROD - GAUSS, (KRONROD - GAUSS) * POINTS])
"""The points of Gauss and Kronrod on -1 to 1, and what they weigh: all 21, or the 10 that are Gauss's alone. From values of a function
there: its mean, how far the two are apart about it, and about it times x, for the integral alone tells nothing of what swings about the
middle."""

ENOUGH = 1e-12
"""How far off the integral over a piece may be, beside its size, as QUADPACK estimates it: it is much nearer. What can't be told from
rounding is 1.1e-14 of it."""

DEPTH = 30
"""How often a piece may be halved."""

ENDS = ((0.11270166537925831, 5 / 18), (0.5, 8 / 18), (0.8872983346207417, 5 / 18))
"""Gauss's rule of three points on 0 to 1: the share that an end adds when it moves, exact to the sixth order."""


@returning((0.0, 0.0))
def value_of(func: Any, a: Any, b: Any, args: Any, settings: Any) -> tuple[float, float]:
    """What `quad` finds. (CPython runs this.)"""
    epsabs, epsrel, limit, points = settings
    value, error = scipy.integrate.quad(func, a, b, args, 0, epsabs, epsrel, limit, points)
    return float(value), float(error)


@returning((0.0, 0.0, (0.0, 0.0, np.zeros(1), np.zeros(1))))
def with_nodes(func: Any, a: Any, b: Any, args: Any, settings: Any) -> tuple[float, float, tuple[Any, ...]]:
    """What `quad` finds, and where the integrand is to be taken, with which weights. (CPython runs this.)"""
    epsabs, epsrel, limit, points = settings
    value, error, report, *warning = scipy.integrate.quad(func, a, b, args, 1, epsabs, epsrel, limit, points)
    if warning:
        value_of(func, a, b, args, settings)
    starts, ends = (report[name][: report["last"]].tolist() for name in ("alist", "blist"))
    return float(value), float(error), nodes_on(func, a, b, args, value, list(zip(starts, ends, strict=True)))


def nodes_on(func: Any, a: Any, b: Any, args: Any, value: float, pieces: Any) -> tuple[Any, ...]:
    """The limits, and the points and weights, for an integral that is found to be `value` on these pieces."""
    sign = 1.0 if a <= b else -1.0
    if isfinite(a) and isfinite(b):
        x, w = nodes(lambda x: func(x, *args), value, pieces, min(a, b), max(a, b))
        return float(a), float(b), x, sign * w
    ends = [(a, np.sign(b))] if isfinite(a) else [(b, np.sign(a))] if isfinite(b) else [(0.0, 1.0), (0.0, -1.0)]
    t, w = nodes(lambda t: sum(func(end + way * (1 - t) / t, *args) for end, way in ends) / t**2, value, pieces, np.nan, 1.0)
    x = np.concatenate([end + way * (1 - t) / t for end, way in ends])
    return float(a), float(b), x, sign * np.concatenate([w / t**2] * len(ends))


def vector_of(f: Any, a: Any, b: Any, args: Any, settings: Any) -> tuple[Any, float]:
    """What `quad_vec` finds. (CPython runs this.)"""
    value, error = scipy.integrate.quad_vec(with_args(f, args), a, b, **settings)
    return value, float(error)


def with_args(f: Any, args: Any) -> Any:
    """The function of its first argument."""
    return (lambda x: f(x, *args)) if args else f


def vector_with_nodes(f: Any, a: Any, b: Any, args: Any, settings: Any) -> tuple[Any, ...]:
    """As `with_nodes`, fine enough for one number that depends on all in the vectors of the integrand. (CPython runs this.)"""

    def number(x: float) -> float:
        flat = np.ravel(f(x, *args))
        return float(flat @ np.cos(1.0 + np.arange(flat.size)))

    return *vector_of(f, a, b, args, settings), with_nodes(number, a, b, (), (1e-10, 1e-10, 200, settings.get("points")))[2]


def nodes(f: Any, value: float, pieces: Any, first: float, last: float) -> tuple[Any, Any]:
    """Points and weights on pieces: those of Gauss and Kronrod, on pieces halved until they are good enough; at the ends, where there may
    be a singularity, those of the double exponential rule (Takahasi and Mori, 1974)."""
    xs: list[Any] = []
    ws: list[Any] = []

    def piece(low: float, high: float, depth: int) -> None:
        """Take the points of a piece, or of its halves."""
        half = (high - low) / 2
        found, error, size = measured(f, low, half)
        if depth == 0 or not error > ENOUGH * (abs(value) + size) + 1e-15 * (2 * half) ** 0.5:  # or NaN
            xs.append(low + half * (POINTS + 1))
            ws.append(half * KRONROD)
        elif depth < DEPTH or not at_an_end(low, high, found, error):
            piece(low, low + half, depth - 1)
            piece(low + half, high, depth - 1)

    def at_an_end(low: float, high: float, found: float, error: float) -> bool:
        """Whether the piece lies at an end, and what was found is far from what it should be there; then its points are taken."""
        size = high - low
        if error <= 1e-12 * size or not (low in (first, last) or high in (first, last)):
            return False
        steps = np.arange(-35, 36) / 10.0
        share = 1 / (1 + np.exp(-np.pi * np.sinh(steps)))
        steep = np.pi / 10.0 * np.cosh(steps) * share * share[::-1] * size
        x = np.where(steps < 0, low + share * size, high - share[::-1] * size)
        inside = (x > low) & (x < high)
        if abs(np.sum(steep[inside] * [f(at) for at in x[inside].tolist()]) - found) <= 1e-12 * size:
            return False
        xs.append(x[inside])
        ws.append(steep[inside])
        return True

    for low, high in pieces:
        piece(low, high, DEPTH)
    return np.concatenate(xs), np.concatenate(ws)


def measured(f: Any, low: float, half: float) -> tuple[float, float, float]:
    """The integral over a piece of which this is half the length, how far it may be off, and the integral without the signs."""
    values = np.array([f(x) for x in (low + half * (POINTS + 1)).tolist()])
    mean, apart, turned = (FOUND @ values).tolist()
    spread, size = float(KRONROD @ abs(values - mean)), float(KRONROD @ abs(values))
    error = max(abs(apart), abs(turned))
    if spread and error:
        error = spread * min(1.0, (200.0 * error / spread) ** 1.5)
    return 2 * half * mean, half * max(error, 50.0 * 2.0**-52 * size), half * size


def integral(
    f: Function,
    args: Any,
    a: Any,
    b: Any,
    settings: Any,
    moving: tuple[bool, bool],
    found: Any = value_of,
    fine: Any = with_nodes,
) -> Any:
    """The integral of f and its error, as SciPy finds them; the derivative by what f sees, `args`, and the limits that may move."""
    if only_value():
        return by_cpython(found, f, a, b, args, settings)
    value, error, (first, last, x, w) = by_cpython(fine, f, a, b, args, settings)
    moving_a, moving_b = moving

    def model() -> Any:
        total = w[0] * f(float(x[0]), *args)
        for k in range(1, len(x)):
            total = total + w[k] * f(float(x[k]), *args)
        if np.any(np.abs(total - value) > 1e-6 * (1.0 + np.abs(value)) + 10.0 * error):
            reason = "the integrand is too rough inside for a derivative under the integral sign"
            refuse(reason, "say where it is with points=, or split the integral there")
        if moving_b and abs(last) < np.inf:
            total = total + moved(f, args, b, last)
        if moving_a and abs(first) < np.inf:
            total = total - moved(f, args, a, first)
        return total

    return modelled(value, model), error


def moved(f: Function, args: Any, end: Any, known: Any) -> Any:
    """The integral from where an end is known to be to where it is: 0, with its derivatives."""
    step = end - known
    shares = [weight * f(known + share * step, *args) for share, weight in ENDS]
    return step * (shares[0] + shares[1] + shares[2])


@stands_for(scipy.integrate.quad)
def quad(
    func: Function,
    a: Any,
    b: Any,
    args: Any = (),
    full_output: int = 0,
    epsabs: float = 1.49e-8,
    epsrel: float = 1.49e-8,
    limit: int = 50,
    points: Any = None,
    weight: Any = None,
    wvar: Any = None,
    wopts: Any = None,
    maxp1: int = 50,
    limlst: int = 50,
    complex_func: bool = False,
) -> Any:
    if full_output:
        refuse("the option 'full_output' of scipy.integrate.quad is not supported", "leave it out")
    args = args if isinstance(args, tuple) else (args,)
    if complex_func:
        real, error = scipy.integrate.quad(lambda x, *args: np.real(func(x, *args)), a, b, args, 0, epsabs, epsrel, limit, points)
        imag, other = scipy.integrate.quad(lambda x, *args: np.imag(func(x, *args)), a, b, args, 0, epsabs, epsrel, limit, points)
        return complex(real, imag), complex(error, other)
    if weight is not None:
        reason = "a derivative passes through scipy.integrate.quad with a weight, which is not supported"
        settings = (0, epsabs, epsrel, limit, points, weight, wvar, wopts, maxp1, limlst)
        return value_only(reason, "write the weight into the integrand", scipy.integrate.quad, func, a, b, args, *settings)
    return integral(func, args, a, b, (epsabs, epsrel, limit, points), (not is_known(a), not is_known(b)))


def limit_at(limit: Any, *outer: Any) -> Any:
    """A limit, which may be a function of the variables of the integrals around."""
    return limit(*outer) if callable(limit) else limit


@stands_for(scipy.integrate.dblquad)
def dblquad(func: Function, a: Any, b: Any, gfun: Any, hfun: Any, args: Any = (), epsabs: float = 1.49e-8, epsrel: float = 1.49e-8) -> Any:
    args = tuple(args) if isinstance(args, (tuple, list)) else (args,)

    def inner(x: Any) -> Any:
        low, high = limit_at(gfun, x), limit_at(hfun, x)
        return scipy.integrate.quad(func, low, high, args=(x, *args), epsabs=epsabs, epsrel=epsrel)[0]

    moving = not is_known(a), not is_known(b)
    return integral(inner, (), a, b, (epsabs, epsrel, 50, None), moving)[0], by_cpython(
        error_of, scipy.integrate.dblquad, func, a, b, gfun, hfun, args, epsabs, epsrel
    )


@stands_for(scipy.integrate.tplquad)
def tplquad(
    func: Function,
    a: Any,
    b: Any,
    gfun: Any,
    hfun: Any,
    qfun: Any,
    rfun: Any,
    args: Any = (),
    epsabs: float = 1.49e-8,
    epsrel: float = 1.49e-8,
) -> Any:
    args = tuple(args) if isinstance(args, (tuple, list)) else (args,)

    def middle(x: Any) -> Any:
        def inner(y: Any) -> Any:
            low, high = limit_at(qfun, x, y), limit_at(rfun, x, y)
            return scipy.integrate.quad(func, low, high, args=(y, x, *args), epsabs=epsabs, epsrel=epsrel)[0]

        return scipy.integrate.quad(inner, limit_at(gfun, x), limit_at(hfun, x), epsabs=epsabs, epsrel=epsrel)[0]

    error = by_cpython(error_of, scipy.integrate.tplquad, func, a, b, gfun, hfun, qfun, rfun, args, epsabs, epsrel)
    moving = not is_known(a), not is_known(b)
    return integral(middle, (), a, b, (epsabs, epsrel, 50, None), moving)[0], error


@stands_for(scipy.integrate.nquad)
def nquad(func: Function, ranges: Any, args: Any = None, opts: Any = None, full_output: bool = False) -> Any:
    """The integral over as many variables as there are `ranges`, the first of them innermost, and its error."""
    if opts is not None or full_output:
        refuse("the options 'opts' and 'full_output' of scipy.integrate.nquad are not supported", "leave them out, or nest quad")
    args = () if args is None else args if isinstance(args, tuple) else (args,)
    if len(ranges) > 3:
        refuse("scipy.integrate.nquad over more than three variables is not supported", "nest quad around it")
    if len(ranges) == 1:
        low, high = limit_at(ranges[0], *args)
        return scipy.integrate.quad(func, low, high, args)

    def first(y: Any, *outer: Any) -> Any:
        low, high = limit_at(ranges[0], y, *outer)
        return scipy.integrate.quad(func, low, high, args=(y, *outer))[0]

    def second(z: Any, *outer: Any) -> Any:
        low, high = limit_at(ranges[1], z, *outer)
        return scipy.integrate.quad(first, low, high, args=(z, *outer))[0]

    a, b = limit_at(ranges[-1], *args)
    error = by_cpython(all_errors, func, ranges, args)
    moving = not is_known(a), not is_known(b)
    return integral(first if len(ranges) == 2 else second, args, a, b, (1.49e-8, 1.49e-8, 50, None), moving)[0], error


@returning(0.0)
def all_errors(func: Any, ranges: Any, args: Any) -> float:
    """The error that `nquad` gives. (CPython runs this.)"""
    return float(scipy.integrate.nquad(func, ranges, args)[1])


@stands_for(scipy.integrate.quad_vec)
def quad_vec(
    f: Function,
    a: Any,
    b: Any,
    epsabs: float = 1e-200,
    epsrel: float = 1e-8,
    norm: str = "2",
    cache_size: float = 100e6,
    limit: float = 10000,
    workers: int = 1,
    points: Any = None,
    quadrature: Any = None,
    full_output: bool = False,
    *,
    args: Any = (),
) -> Any:
    """The integral of a function whose values are arrays, and its error."""
    if full_output or not isinstance(workers, int):
        refuse("the options 'full_output' and 'workers' of scipy.integrate.quad_vec are not supported", "leave them out")
    args = args if isinstance(args, tuple) else (args,)
    settings = {"epsabs": epsabs, "epsrel": epsrel, "norm": norm, "limit": limit, "points": points, "quadrature": quadrature}
    return integral(f, args, a, b, settings, (not is_known(a), not is_known(b)), vector_of, vector_with_nodes)


@returning(0.0)
def error_of(method: Any, *args: Any) -> float:
    """The error that SciPy gives beside an integral. (CPython runs this.)"""
    return float(method(*args)[1])


@stands_for(scipy.integrate.fixed_quad)
def fixed_quad(func: Function, a: Any, b: Any, args: Any = (), n: int = 5) -> Any:
    x, w = np.polynomial.legendre.leggauss(n)
    y = (b - a) * (x + 1) / 2.0 + a
    return (b - a) / 2.0 * np.sum(w * func(y, *args), axis=-1), None
