"""Derivatives along directions: `jvp` forwards, `vjp` backwards, `hvp` of second order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar, TypeVarTuple, overload

from ..calls.derived import Derived
from ..calls.gradients import Product
from ..calls.linear import Cotangent, Tangent, linear
from ..errors import InvalidArgument, NotSupported
from ..pipeline import Backend
from ..tracebacks import for_the_user
from ..transform import transformation
from .checks import Wrt, backend_named, checked, choice

P = ParamSpec("P")
X = TypeVar("X", bound=Any)
Value = TypeVar("Value")
Primals = TypeVarTuple("Primals")


@for_the_user
@transformation("jvp")
def jvp(f: Callable[..., Value], primals: Sequence[Any], tangents: Sequence[Any], *, backend: Backend = "native") -> tuple[Value, Value]:
    """The value at `primals` and its derivative along `tangents`, `(y, ẏ)`: forward mode.

    `tangents` has one entry for each entry of `primals`, in its containers and shapes; None means zero, and what stands for an
    integer is not looked at. ẏ has the containers and shapes of y, and None for its integers. Arguments are passed by position
    (`functools.partial` fixes others); defaults have no tangent. It costs about twice what `f` costs (Griewank and Walther,
    Evaluating Derivatives, second edition, 2008, chapter 3).

    Raises NotSupported for what is outside the language, NotDifferentiable where no argument is a float, InvalidArgument for
    tangents of other shapes or of another number.

    >>> import everypath as ep
    >>> ep.jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0))
    (6.0, 23.0)
    """
    checked(f, "jvp")
    for what, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, (tuple, list)):
            raise InvalidArgument(f"jvp takes {what} as a tuple with one entry for each argument, not {given!r}")
    if len(tangents) != len(primals):
        raise InvalidArgument(f"jvp needs one tangent for each argument: {len(primals)} arguments, {len(tangents)} tangents")
    tangent = linear(Tangent, "jvp", f, backend_named(backend))
    answer: tuple[Value, Value]
    try:
        answer = tangent(*primals)(tangents)
    except NotSupported as refused:
        answer = tangent.again(tuple(primals), tangents, refused)
    return answer


@overload
def vjp(
    f: Callable[[*Primals], Value], *primals: *Primals, backend: Backend = "native"
) -> tuple[Value, Callable[[Any], tuple[*Primals]]]: ...
@overload
def vjp(f: Callable[..., Value], *primals: Any, backend: Backend = "native") -> tuple[Value, Callable[[Any], tuple[Any, ...]]]: ...
@for_the_user  # type: ignore[misc]  # mypy takes `Any` for narrower than `Primals`
@transformation("vjp")
def vjp(f: Callable[..., Any], *primals: Any, backend: Backend = "native") -> Any:
    """The value at `primals` and a pullback, `(y, pullback)`: reverse mode, forward once and backward as often as wanted.

    `pullback(ȳ)` takes a cotangent in the containers and shapes of `y`, None for no contribution, and gives a tuple with one entry
    for each of `primals`, in its containers and shapes, None for integers. Arguments are passed by position (`functools.partial`
    fixes others); defaults have no entry. What the forward run saved is freed with the pullback, which cannot be pickled.

    Raises NotSupported for what is outside the language, NotDifferentiable where no argument or no result is a float,
    InvalidArgument for a cotangent of another shape.

    >>> import everypath as ep
    >>> y, pullback = ep.vjp(lambda x, y: x * y, 2.0, 3.0)
    >>> y, pullback(1.0), pullback(10.0)
    (6.0, (3.0, 2.0), (30.0, 20.0))
    """
    cotangent = linear(Cotangent, "vjp", checked(f, "vjp"), backend_named(backend))
    try:
        return cotangent(*primals)(len(primals))
    except NotSupported as refused:
        return cotangent.again(primals, len(primals), refused)


@overload
def hvp(f: Callable[Concatenate[X, P], Any], wrt: Literal[0] = 0, *, backend: Backend = "native") -> Derived[..., X]: ...
@overload
def hvp(f: Callable[..., Any], wrt: Wrt = 0, *, argnums: Wrt | None = None, backend: Backend = "native") -> Derived[..., Any]: ...
@for_the_user
@transformation("hvp")
def hvp(f: Callable[..., Any], wrt: Wrt = 0, *, argnums: Wrt | None = None, backend: Backend = "native") -> Derived[..., Any]:
    """The Hessian times a vector, without the Hessian: `hvp(f)(*arguments, v)`, `v` in the containers and shapes of the chosen
    arguments, None in it for zeros. What holds the numbers of an array does not matter: a list, integers, a view.

    The answer has the containers and shapes of the chosen arguments. It is forward mode over reverse mode, a few times the cost of the
    gradient (Pearlmutter, Fast exact multiplication by the Hessian, Neural Computation 6, 1994).

    Raises what `grad` raises, and InvalidArgument for a vector of another shape.

    >>> import everypath as ep
    >>> ep.hvp(lambda x, y: x * x * y)(3.0, 5.0, 2.0)
    20.0
    """
    return Product("hvp", checked(f, "hvp"), choice(wrt, argnums), backend=backend_named(backend))
