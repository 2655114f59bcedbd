"""`grad` and `value_and_grad`.

What they give has the type of the arguments: `X` is that of the first, `Y` of the second, and `P` stands for the other parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar, overload

from ..calls.budget import bytes_of
from ..calls.derived import Derived
from ..calls.gradients import Gradient
from ..pipeline import Backend
from ..tracebacks import for_the_user
from ..transform import transformation
from .checks import Wrt, backend_named, checked, choice

P = ParamSpec("P")
X = TypeVar("X", bound=Any)
Y = TypeVar("Y", bound=Any)
Value = TypeVar("Value")
Aux = TypeVar("Aux")
Memory = int | str | None


@overload
def grad(
    f: Callable[Concatenate[X, P], Any],
    wrt: Literal[0] = 0,
    *,
    has_aux: Literal[False] = False,
    memory: Memory = None,
    backend: Backend = "native",
) -> Gradient[Concatenate[X, P], X]: ...
@overload
def grad(
    f: Callable[Concatenate[X, P], tuple[Any, Aux]],
    wrt: Literal[0] = 0,
    *,
    has_aux: Literal[True],
    memory: Memory = None,
    backend: Backend = "native",
) -> Gradient[Concatenate[X, P], tuple[X, Aux]]: ...
@overload
def grad(
    f: Callable[Concatenate[X, Y, P], Any],
    wrt: Literal[1],
    *,
    has_aux: Literal[False] = False,
    memory: Memory = None,
    backend: Backend = "native",
) -> Gradient[Concatenate[X, Y, P], Y]: ...
@overload
def grad(
    f: Callable[Concatenate[X, Y, P], Any],
    wrt: tuple[Literal[0], Literal[1]],
    *,
    has_aux: Literal[False] = False,
    memory: Memory = None,
    backend: Backend = "native",
) -> Gradient[Concatenate[X, Y, P], tuple[X, Y]]: ...
@overload
def grad(
    f: Callable[P, Any],
    wrt: tuple[int | str, ...] | list[int] | list[str] | list[int | str],
    *,
    has_aux: Literal[False] = False,
    memory: Memory = None,
    backend: Backend = "native",
) -> Derived[P, tuple[Any, ...]]: ...
@overload
def grad(
    f: Callable[P, Any],
    wrt: Wrt = 0,
    *,
    argnums: Wrt | None = None,
    has_aux: bool = False,
    memory: Memory = None,
    backend: Backend = "native",
) -> Derived[P, Any]: ...
@for_the_user
@transformation("grad")
def grad(
    f: Callable[..., Any],
    wrt: Wrt = 0,
    *,
    argnums: Wrt | None = None,
    has_aux: bool = False,
    memory: Memory = None,
    backend: Backend = "native",
) -> Derived[..., Any]:
    """The gradient of a function that returns a float.

    The answer has the containers, shapes and dtypes of the chosen arguments; integers among them have None. With `has_aux` the
    function returns `(value, aux)` and the answer is `(gradient, aux)`. `argnums` is another name for `wrt`.

    With `memory` (bytes, or "300MB", "2GiB") a loop that is not inside another keeps about so much: its state at some turns, from which it
    runs again, in place of all that its turns compute. The answer is the same ([how](docs/decisions/0016-loops-under-a-budget.md)).
    What is kept outside of loops does not count, and loops that grow lists or carry arrays they write to keep as much as ever.

    It is reverse mode: one run forward and one backward, at a few times the cost of the function, however many inputs there are
    (Linnainmaa, BIT 16, 1976; Griewank and Walther, Evaluating Derivatives, second edition, 2008, chapter 3).

    Raises NotSupported for what is outside the language, NotDifferentiable for an integer argument or an output that is not a
    scalar, InvalidArgument for an unknown name or an argument of an unknown type.

    >>> import math, everypath as ep
    >>> def f(x, y):
    ...     return x * x * math.sin(y)
    >>> ep.grad(f)(3.0, math.pi / 2)
    6.0
    >>> ep.grad(f, ("x", "y"))(3.0, 0.0)
    (0.0, 9.0)
    """
    bytes_of(memory)
    return Gradient("grad", checked(f, "grad"), choice(wrt, argnums), has_aux=has_aux, backend=backend_named(backend), memory=memory)


@overload
def value_and_grad(
    f: Callable[Concatenate[X, P], tuple[Value, Aux]],
    wrt: Literal[0] = 0,
    *,
    has_aux: Literal[True],
    memory: Memory = None,
    backend: Backend = "native",
) -> Gradient[Concatenate[X, P], tuple[tuple[Value, Aux], X]]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[X, P], Value],
    wrt: Literal[0] = 0,
    *,
    has_aux: Literal[False] = False,
    memory: Memory = None,
    backend: Backend = "native",
) -> Gradient[Concatenate[X, P], tuple[Value, X]]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[X, Y, P], Value],
    wrt: Literal[1],
    *,
    has_aux: Literal[False] = False,
    memory: Memory = None,
    backend: Backend = "native",
) -> Gradient[Concatenate[X, Y, P], tuple[Value, Y]]: ...
@overload
def value_and_grad(
    f: Callable[Concatenate[X, Y, P], Value],
    wrt: tuple[Literal[0], Literal[1]],
    *,
    has_aux: Literal[False] = False,
    memory: Memory = None,
    backend: Backend = "native",
) -> Gradient[Concatenate[X, Y, P], tuple[Value, tuple[X, Y]]]: ...
@overload
def value_and_grad(
    f: Callable[P, Value],
    wrt: Wrt = 0,
    *,
    argnums: Wrt | None = None,
    has_aux: bool = False,
    memory: Memory = None,
    backend: Backend = "native",
) -> Derived[P, tuple[Value, Any]]: ...
@for_the_user
@transformation("value_and_grad")
def value_and_grad(
    f: Callable[..., Any],
    wrt: Wrt = 0,
    *,
    argnums: Wrt | None = None,
    has_aux: bool = False,
    memory: Memory = None,
    backend: Backend = "native",
) -> Derived[..., Any]:
    """The value and the gradient, `(value, gradient)`; with `has_aux`, `((value, aux), gradient)`. Otherwise as `grad`.

    Both come from one run, which is cheaper than a call of `f` and a call of its gradient. Raises what `grad` raises.

    >>> import everypath as ep
    >>> ep.value_and_grad(lambda x: x**3)(2.0)
    (8.0, 12.0)
    """
    bytes_of(memory)
    checked(f, "value_and_grad")
    return Gradient("value_and_grad", f, choice(wrt, argnums), has_aux=has_aux, backend=backend_named(backend), memory=memory)
