"""Solutions of equations: their derivative is found from the equation, however they were found.

Where F(x, p) = 0, the implicit function theorem says ∂F/∂x · dx = -∂F/∂p · dp. (Griewank and Walther, Evaluating Derivatives, second
edition, 2008, chapter 15; Blondel et al., Efficient and Modular Implicit Differentiation, 2022.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numpy as np

from ..errors import InvalidArgument
from ..rules import Ruled, rule
from ..tracebacks import for_the_user
from .intrinsics import apart, as_it_stands, cotangents, has_floats, jvp, refuse, seeing, sees, vjp
from .linear_algebra.systems import solved

Function = Callable[..., Any]
P = ParamSpec("P")
R = TypeVar("R")


@for_the_user
def implicit(residual: Function, *, host: bool = False, returns: Any = ...) -> Callable[[Callable[P, R]], Ruled[P, R]]:
    """Say that a function solves an equation: it returns the x for which `residual(x, *arguments)` is zero.

    Its value is what it computes, in any way whatever: by iteration, by a table, by a C library (with `host`, CPython runs it, and
    `returns` is an example of what it returns, both as for `rule`). Its derivative is that of the solution, by the implicit function
    theorem: ∂F/∂x · dx = -∂F/∂p · dp, in any order and either mode. Nothing of how the solution was found is differentiated or kept. The
    solution is a number or an array, and the residual has as many numbers; where ∂F/∂x is singular, the derivative is NaN.

    (Griewank and Walther, Evaluating Derivatives, second edition, 2008, chapter 15; Blondel et al., Efficient and Modular Implicit
    Differentiation, NeurIPS 2022.)

    >>> import everypath as ep
    >>> @ep.implicit(lambda x, a: x**3 - a)
    ... def root(a):
    ...     x = 1.0
    ...     while abs(x**3 - a) > 1e-14 * a:
    ...         x -= (x**3 - a) / (3 * x * x)
    ...     return x
    >>> ep.grad(root)(8.0), ep.grad(ep.grad(root))(8.0)
    (0.08333333333333333, -0.006944444444444444)
    """

    if not callable(residual):
        raise InvalidArgument(f"implicit takes the residual as a function, not {residual!r}")

    @for_the_user
    def stated(solver: Callable[P, R]) -> Ruled[P, R]:
        def tangent(*everything: Any) -> Any:
            out, given = everything[0], everything[1:]
            n = len(given) // 2
            return step(residual, out, given[:n], given[n:])

        def adjoint(*everything: Any) -> Any:
            return shares(residual, everything[0], everything[1:-1], everything[-1])

        return rule(solver, tangent=tangent, adjoint=adjoint, host=host, returns=returns)

    return stated


def implied(residual: Function, x: Any, args: tuple[Any, ...] = ()) -> Any:
    """`x`, with residual(x, *args) = 0, as a function of `args` and of what `residual` sees."""
    seen = sees(residual)
    return solution(apart(residual), x, args, seen) if has_floats((args, seen)) else x


@rule
def solution(residual: Function, x: Any, args: tuple[Any, ...], seen: tuple[Any, ...]) -> Any:
    """`x`, of which `seen` are what the residual sees."""
    return np.array(x) if isinstance(x, np.ndarray) else x


@solution.tangent
def _(out: Any, residual: Function, args: Any, seen: Any, args_dot: Any, seen_dot: Any) -> Any:
    return step(lambda x, args, seen: seeing(residual, seen)(x, *args), out, (args, seen), (args_dot, seen_dot))


@solution.adjoint
def _(out: Any, residual: Function, args: Any, seen: Any, out_bar: Any) -> Any:
    return (None, None, *shares(lambda x, args, seen: seeing(residual, seen)(x, *args), out, (args, seen), out_bar))


def modelled(value: Any, model: Function) -> Any:
    """`value`, with the derivative of `model()` by what that sees: two computations of one thing, of which the first is exact and the
    second differentiable, and done only where a derivative is wanted."""
    seen = sees(model)
    return known(value, apart(model), seen) if has_floats(seen) else value


@rule
def known(value: Any, model: Function, seen: tuple[Any, ...]) -> Any:
    """`value`, of which `seen` are what the model sees."""
    return np.array(value) if isinstance(value, np.ndarray) else value


@known.tangent
def _(out: Any, model: Function, seen: Any, seen_dot: Any) -> Any:
    return jvp(lambda seen: seeing(model, seen)(), (seen,), (seen_dot,))[1]


@known.adjoint
@as_it_stands
def _(out: Any, model: Function, seen: Any, out_bar: Any) -> Any:
    return (None, None, cotangents(lambda seen: seeing(model, seen)(), out_bar, seen)[0])


def step(residual: Function, x: Any, args: tuple[Any, ...], args_dot: tuple[Any, ...]) -> Any:
    """How the solution x moves with its arguments."""
    if not has_floats(args):
        return None
    left, moved = jvp(lambda *args: in_a_row(residual(x, *args)), args, args_dot)
    if not isinstance(x, np.ndarray):
        a = slope(residual, x, args)
        return np.divide(-moved[0], a) * if_solved(left, np.reshape(a, (1, 1)), x)
    a = slopes(residual, x, args)
    return np.asarray(-solve(a, moved).reshape(x.shape) * if_solved(left, a, x))


def shares(residual: Function, x: Any, args: tuple[Any, ...], x_bar: Any) -> tuple[Any, ...]:
    """What of the cotangent of the solution x belongs to each of its arguments."""
    if not has_floats(args):
        return (None,) * len(args)
    left, back = vjp(lambda *args: in_a_row(residual(x, *args)), *args)
    if isinstance(x, np.ndarray):
        a = slopes(residual, x, args)
        weights = -solve(a.T, np.ravel(x_bar))
    else:
        a = np.reshape(slope(residual, x, args), (1, 1))
        weights = np.divide(-np.reshape(x_bar, (1,)), a[0])
    found: tuple[Any, ...] = scaled(back(weights), if_solved(left, a, x))
    return found


def scaled(shares: Any, factor: Any) -> Any:
    """All numbers in cotangents, times a factor."""
    if isinstance(shares, tuple):
        return tuple([scaled(one, factor) for one in shares])
    if isinstance(shares, list):
        return [scaled(one, factor) for one in shares]
    if isinstance(shares, dict):
        return {key: scaled(one, factor) for key, one in shares.items()}
    return shares * factor if isinstance(shares, (float, np.floating, np.ndarray)) else shares


FAR = 0.02
"""Where the solution would have to move by more than this, beside 1 and its numbers, to solve the equation, it does not."""


def if_solved(left: Any, a: Any, x: Any) -> Any:
    """1 where x solves the equation, of which `left` is what is left over and `a` the slopes. NaN where it does not, to the first order:
    what was found is a pole, a jump, or a minimum at a kink, and moves by another law.

    A step d with a d = left has |left| ≤ |a| |d|, row by row.
    """
    most = np.abs(a) @ (FAR * (1.0 + np.abs(in_a_row(x))))
    return np.nan if np.any(np.abs(left) > most) else 1.0


def slope(residual: Function, x: Any, args: tuple[Any, ...]) -> Any:
    """∂F/∂x for a number x."""
    if isinstance(x, (tuple, list, dict)):
        refuse("the solution of an equation is a number or an array here", "put its numbers into one array")
    return jvp(lambda x: in_a_row(residual(x, *args)), (x,), (1.0,))[1][0]


def slopes(residual: Function, x: Any, args: tuple[Any, ...], m: Any = None) -> Any:
    """∂F/∂x for an array x, all of both in a row; F has as many numbers as x, or m."""
    n = x.size
    units = np.eye(n)
    columns = np.empty((n, n if m is None else m))
    for k in range(n):
        columns[k] = jvp(lambda x: in_a_row(residual(x, *args)), (x,), (units[k].reshape(x.shape),))[1]
    return columns.T


def in_a_row(values: Any) -> Any:
    """Numbers in a list, an array, or alone, as an array of one axis."""
    return np.ravel(np.asarray(values)) * 1.0


def solve(a: Any, b: Any) -> Any:
    """a⁻¹ b, NaN where a is singular."""
    x, _, _, info = solved(a, b[:, None])
    return x[:, 0] * np.where(info != 0, np.nan, 1.0)  # a factor, so that its derivative is NaN too
