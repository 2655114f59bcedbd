"""The function itself: compiled, explained, and checked against differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from ..calls.derived import Derived
from ..calls.gradients import Compiled
from ..errors import InvalidArgument
from ..pipeline import Backend
from ..tracebacks import for_the_user
from ..transform import transformation
from .checks import Wrt, backend_named, checked, choice

if TYPE_CHECKING:
    from ..explain.explanation import Explanation

P = ParamSpec("P")
Value = TypeVar("Value")


@for_the_user
@transformation("explain")
def explain(
    f: Callable[P, Any],
    wrt: Wrt = 0,
    *,
    of: Any = None,
    through: str | None = None,
    by: str = "variable",
    argnums: Wrt | None = None,
    inside: bool = False,
    backend: Backend = "native",
) -> Derived[P, Explanation]:
    """Why a derivative is what it is: `explain(f, wrt)(*arguments)` gives an `Explanation`, to print or to open in a browser.

    It has the dependency graph with the user's own names, the local derivative on every edge as a formula, with its numbers and
    as a value, the largest paths with their products, and the exact rest of their sum; all of it compared with the compiled
    gradient and with differences. A call of a function that has a rule is one edge, and with `inside` what the function itself does.

    `of` names one number of a result that has several: a position or key, or a tuple of them, outermost first, then an array's index.
    `through` names a variable: then only the paths that pass it are counted and summed. `by` says what is one node: an "operation",
    a "variable", a "line", a "function" or a "layer" (a turn of a loop); the explanation's own `by` gives the others.

    The function runs once in the interpreter, and may execute a million operations there. Raises what `grad` raises, and
    InvalidArgument for a variable or a part of the result that is not there.

    (Paths are counted, summed and ranked by sweeps in other semirings: Mohri, Semiring frameworks and algorithms for shortest-distance
    problems, 2002; the sum over paths is Bauer's formula, Computational graphs and rounding error, SIAM J. Numer. Anal. 11, 1974.)

    >>> import math, everypath as ep
    >>> def f(t):
    ...     x = t**2
    ...     y = math.sin(t)
    ...     return x * y
    >>> e = ep.explain(f)(1.5)
    >>> e.gradient == ep.grad(f)(1.5), e.paths("t").count
    (True, 2)
    """
    from ..calls.explanations import Explained

    return Explained(
        "explain", checked(f, "explain"), choice(wrt, argnums), of=of, through=through, by=by, inside=inside, backend=backend_named(backend)
    )


@for_the_user
def check_grads(
    f: Callable[..., Any],
    args: Sequence[Any],
    order: int = 1,
    *,
    directions: int = 3,
    sparse: bool = False,
    backend: Backend = "native",
) -> None:
    """Check that forward mode, reverse mode and differences of `f` as Python runs it agree at `args`; an error says where not.

    `args` is a tuple with one entry for each argument. Forward and reverse mode must agree to 1e-10 of the terms of their sum, and
    differences (central, extrapolated: Ridders, Advances in Engineering Software 4, 1982) within their own estimate of their error.
    With `order` 2 the gradient's own derivatives are checked too, and with `sparse` the sparse Jacobian beside the two modes. At a kink
    differences tell nothing: choose other arguments.

    Raises `everypath.testing.WrongDerivative`, an AssertionError, where they disagree; NotDifferentiable where no argument is a float;
    InvalidArgument for another order.

    >>> import everypath as ep
    >>> ep.check_grads(lambda x, y: x * x * y, (2.0, 3.0), order=2)
    """
    from .. import testing

    if not isinstance(args, (tuple, list)):
        raise InvalidArgument(f"check_grads takes args as a tuple with one entry for each argument, not {args!r}")
    if order not in (1, 2) or directions < 1:
        raise InvalidArgument(
            f"check_grads takes order 1 or 2 and at least one direction, not order {order!r} and {directions!r} directions"
        )
    testing.check_grads(checked(f, "check_grads"), args, order, directions=directions, sparse=sparse, backend=backend_named(backend))


@for_the_user
@transformation("compile")
def compile(f: Callable[P, Value], *, donate: Wrt | tuple[()] = (), backend: Backend = "native") -> Derived[P, Value]:
    """`f` itself as native code: the same value, the same errors, and the same writes to its arguments.

    It is compiled at the first call for each kind of arguments (their types, dtypes and ranks; what is static counts with its value),
    and machine code is kept on disk for the next process. The order of a sum may differ from NumPy's, and elementary functions of arrays
    are within 4 units in the last place.

    `donate` names arguments, by position or by name, whose arrays the call may overwrite with results of the same shape and dtype, as JAX's
    `donate_argnums` does: a step of training then updates parameters and state where they are. Use what is returned from then on. Where
    `f` raises, they are as they were.

    Raises NotSupported for what is outside the language, and what `f` itself raises.

    >>> import everypath as ep
    >>> @ep.compile
    ... def total(n):
    ...     s = 0.0
    ...     for i in range(n):
    ...         s += 1.0 / (i + 1)
    ...     return s
    >>> total(4)
    2.083333333333333
    """
    given_away = choice(donate, None) if donate != () else ()
    donated = given_away if isinstance(given_away, tuple) else (given_away,)
    return Compiled("compile", checked(f, "compile"), donate=donated, backend=backend_named(backend))
