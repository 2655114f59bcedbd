"""The public functions: each checks what it is given and hands the rest to the pipeline.

`wrt` says which arguments to differentiate with respect to: a position among those that are passed, a parameter's name, or a
tuple of either; a tuple gives a tuple. `f` may be a method of a dataclass or a `functools.partial`: a function of what is left.
Every argument may be a number, a NumPy array, or a container of them; derivatives come back in the same
containers. `backend` is "native" (compiled, the default) or "interpreter" (the reference, slow).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from numbers import Integral
from typing import Any

from .calls.budget import bytes_of
from .calls.derived import Derived
from .calls.gradients import Compiled, Gradient, Product
from .calls.jacobians import Cotangent, Jacobian, JacobianMode, Tangent
from .calls.seeded import SeededJacobian
from .calls.sparse import SparseJacobian
from .errors import InvalidArgument
from .pipeline import Backend
from .tracebacks import for_the_user
from .transform import transformation

Wrt = int | str | Sequence[int | str]
Function = Callable[..., Any]


@for_the_user
@transformation("grad")
def grad(
    f: Function,
    wrt: Wrt = 0,
    *,
    argnums: Wrt | None = None,
    has_aux: bool = False,
    memory: int | str | None = None,
    backend: Backend = "native",
) -> Derived:
    """The gradient of a function that returns a float.

    The answer has the containers, shapes and dtypes of the chosen arguments; integers among them have None. With `has_aux` the
    function returns `(value, aux)` and the answer is `(gradient, aux)`. `argnums` is another name for `wrt`.

    With `memory` (bytes, or "300MB", "2GiB") a loop that is not inside another keeps about so much: its state at some turns, from which it
    runs again, in place of all that its turns compute. The answer is the same ([how](docs/decisions/0016-loops-under-a-budget.md)).
    What is kept outside of loops does not count, and loops that grow lists or carry arrays they write to keep as much as ever.

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


@for_the_user
@transformation("value_and_grad")
def value_and_grad(
    f: Function,
    wrt: Wrt = 0,
    *,
    argnums: Wrt | None = None,
    has_aux: bool = False,
    memory: int | str | None = None,
    backend: Backend = "native",
) -> Derived:
    """The value and the gradient, `(value, gradient)`; with `has_aux`, `((value, aux), gradient)`. Otherwise as `grad`.

    >>> import everypath as ep
    >>> ep.value_and_grad(lambda x: x**3)(2.0)
    (8.0, 12.0)
    """
    bytes_of(memory)
    checked(f, "value_and_grad")
    return Gradient("value_and_grad", f, choice(wrt, argnums), has_aux=has_aux, backend=backend_named(backend), memory=memory)


@for_the_user
@transformation("jvp")
def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any], *, backend: Backend = "native") -> tuple[Any, Any]:
    """The value at `primals` and its derivative along `tangents`, `(y, ẏ)`: forward mode.

    `tangents` has one entry for each entry of `primals`, in its containers and shapes; None means zero, and what stands for an
    integer is not looked at. Arguments are passed by position (`functools.partial` fixes others); defaults have no tangent.

    >>> import everypath as ep
    >>> ep.jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 10.0))
    (6.0, 23.0)
    """
    checked(f, "jvp")
    for what, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, (tuple, list)):
            raise InvalidArgument(f"jvp takes {what} as a tuple with one entry for each argument, not {given!r}")
    answer: tuple[Any, Any] = Tangent("jvp", f, backend=backend_named(backend)).along(primals, tangents)
    return answer


@for_the_user
@transformation("vjp")
def vjp(f: Function, *primals: Any, backend: Backend = "native") -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """The value at `primals` and a pullback, `(y, pullback)`: reverse mode, forward once and backward as often as wanted.

    `pullback(ȳ)` takes a cotangent in the containers and shapes of `y`, None for no contribution, and gives a tuple with one entry
    for each of `primals`. Arguments are passed by position (`functools.partial` fixes others); defaults have no entry.

    >>> import everypath as ep
    >>> y, pullback = ep.vjp(lambda x, y: x * y, 2.0, 3.0)
    >>> y, pullback(1.0), pullback(10.0)
    (6.0, (3.0, 2.0), (30.0, 20.0))
    """
    return Cotangent("vjp", checked(f, "vjp"), backend=backend_named(backend)).at(primals)


@for_the_user
@transformation("jacobian")
def jacobian(
    f: Function,
    wrt: Wrt = 0,
    *,
    argnums: Wrt | None = None,
    mode: JacobianMode = "auto",
    sparse: bool = False,
    seeds: Any = None,
    backend: Backend = "native",
) -> Derived:
    """The full Jacobian: for each float or array that `f` returns, an array of shape `output.shape + input.shape`.

    `mode` "forward" goes column by column, "reverse" row by row, "auto" takes whichever needs fewer sweeps.

    With `sparse` each of these is a `scipy.sparse.csr_array` of shape `(output.size, input.size)`, in C order on both sides, and takes
    as many sweeps as there are colours: columns that share no row are found together ([how](docs/sparse.md)). Its entries are all that
    may differ from 0 where it is taken, and some that happen to be 0.

    With `seeds`, arrays of shape `input.shape + (k,)` in the containers of the chosen arguments, it is the product with them, of
    shape `output.shape + (k,)`: k directions in forward mode, without the Jacobian.

    >>> import numpy as np, everypath as ep
    >>> ep.jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    >>> ep.jacobian(lambda x: x[1:] * x[:-1], sparse=True)(np.arange(1.0, 5.0)).toarray()
    array([[2., 1., 0., 0.],
           [0., 3., 2., 0.],
           [0., 0., 4., 3.]])
    """
    if mode not in ("auto", "forward", "reverse"):
        raise InvalidArgument(f'mode must be "auto", "forward" or "reverse", not {mode!r}')
    if seeds is not None:
        if sparse or mode == "reverse":
            raise InvalidArgument("seeds are directions of forward mode: leave sparse and mode out, or pull cotangents back with vjp")
        return SeededJacobian("jacobian", checked(f, "jacobian"), choice(wrt, argnums), seeds=seeds, backend=backend_named(backend))
    made = SparseJacobian if sparse else Jacobian
    return made("jacobian", checked(f, "jacobian"), choice(wrt, argnums), mode=mode, backend=backend_named(backend))


@for_the_user
@transformation("jacfwd")
def jacfwd(f: Function, wrt: Wrt = 0, *, argnums: Wrt | None = None, backend: Backend = "native") -> Derived:
    """`jacobian(f, wrt, mode="forward")`: column by column, for few inputs."""
    return Jacobian("jacfwd", checked(f, "jacfwd"), choice(wrt, argnums), mode="forward", backend=backend_named(backend))


@for_the_user
@transformation("jacrev")
def jacrev(f: Function, wrt: Wrt = 0, *, argnums: Wrt | None = None, backend: Backend = "native") -> Derived:
    """`jacobian(f, wrt, mode="reverse")`: row by row, for few outputs."""
    return Jacobian("jacrev", checked(f, "jacrev"), choice(wrt, argnums), mode="reverse", backend=backend_named(backend))


@for_the_user
@transformation("hessian")
def hessian(f: Function, wrt: Wrt = 0, *, argnums: Wrt | None = None, sparse: bool = False, backend: Backend = "native") -> Derived:
    """All second derivatives of a function that returns a float, forward over reverse.

    For one array of shape `s` the answer has shape `s + s`; containers nest, those of the first derivative outside.

    With `sparse` each block is a `scipy.sparse.csr_array`, as of `jacobian`, and the whole is taken to be symmetric, as second
    derivatives are: a tridiagonal one takes three sweeps, and one with a full row, column and diagonal two.

    >>> import everypath as ep
    >>> ep.hessian(lambda x, y: x * x * y, ("x", "y"))(3.0, 5.0)
    ((10.0, 6.0), (6.0, 0.0))
    """
    inner = grad(checked(f, "hessian"), wrt, argnums=argnums, backend=backend)
    made = SparseJacobian if sparse else Jacobian
    return made("hessian", inner, inner.wrt, mode="forward", backend=backend_named(backend))


@for_the_user
@transformation("hvp")
def hvp(f: Function, wrt: Wrt = 0, *, argnums: Wrt | None = None, backend: Backend = "native") -> Derived:
    """The Hessian times a vector, without the Hessian: `hvp(f)(*arguments, v)`, `v` in the containers and shapes of the chosen
    arguments, None in it for zeros. What holds the numbers of an array does not matter: a list, integers, a view.

    >>> import everypath as ep
    >>> ep.hvp(lambda x, y: x * x * y)(3.0, 5.0, 2.0)
    20.0
    """
    return Product("hvp", checked(f, "hvp"), choice(wrt, argnums), backend=backend_named(backend))


@for_the_user
@transformation("explain")
def explain(
    f: Function,
    wrt: Wrt = 0,
    *,
    of: Any = None,
    through: str | None = None,
    by: str = "variable",
    argnums: Wrt | None = None,
    inside: bool = False,
    backend: Backend = "native",
) -> Derived:
    """Why a derivative is what it is: `explain(f, wrt)(*arguments)` gives an `Explanation`, to print or to open in a browser.

    It has the dependency graph with the user's own names, the local derivative on every edge as a formula, with its numbers and
    as a value, the largest paths with their products, and the exact rest of their sum; all of it compared with the compiled
    gradient and with differences. A call of a function that has a rule is one edge, and with `inside` what the function itself does.

    `of` names one number of a result that has several: a position or key, or a tuple of them, outermost first, then an array's index.
    `through` names a variable: then only the paths that pass it are counted and summed. `by` says what is one node: an "operation",
    a "variable", a "line", a "function" or a "layer" (a turn of a loop); the explanation's own `by` gives the others.

    >>> import math, everypath as ep
    >>> def f(t):
    ...     x = t**2
    ...     y = math.sin(t)
    ...     return x * y
    >>> e = ep.explain(f)(1.5)
    >>> e.gradient == ep.grad(f)(1.5), e.paths("t").count
    (True, 2)
    """
    from .calls.explanations import Explained

    return Explained(
        "explain", checked(f, "explain"), choice(wrt, argnums), of=of, through=through, by=by, inside=inside, backend=backend_named(backend)
    )


@for_the_user
def check_grads(
    f: Function, args: Sequence[Any], order: int = 1, *, directions: int = 3, sparse: bool = False, backend: Backend = "native"
) -> None:
    """Check that forward mode, reverse mode and differences of `f` as Python runs it agree at `args`; an error says where not.

    With `order` 2 the gradient's own derivatives are checked too, and with `sparse` the sparse Jacobian beside the two modes. At a kink
    differences tell nothing: choose other arguments.

    >>> import everypath as ep
    >>> ep.check_grads(lambda x, y: x * x * y, (2.0, 3.0), order=2)
    """
    from . import testing

    if not isinstance(args, (tuple, list)):
        raise InvalidArgument(f"check_grads takes args as a tuple with one entry for each argument, not {args!r}")
    if order not in (1, 2) or directions < 1:
        raise InvalidArgument(
            f"check_grads takes order 1 or 2 and at least one direction, not order {order!r} and {directions!r} directions"
        )
    testing.check_grads(checked(f, "check_grads"), args, order, directions=directions, sparse=sparse, backend=backend_named(backend))


@for_the_user
@transformation("compile")
def compile(f: Function, *, backend: Backend = "native") -> Derived:
    """`f` itself as native code: the same value, the same errors, and the same writes to its arguments.

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
    return Compiled("compile", checked(f, "compile"), backend=backend_named(backend))


# Checks ---------------------------------------------------------------------------------------------------------------


def checked(f: Any, kind: str) -> Function:
    """`f`, if it can be called."""
    if callable(f):
        return f  # type: ignore[no-any-return]
    form = {"jvp": "jvp(f, (x,), (v,))", "vjp": "vjp(f, x)", "check_grads": "check_grads(f, (x,))"}.get(kind, f"{kind}(f)(x)")
    raise InvalidArgument(f"{kind} takes a function, not {f!r}: write {form}")


def choice(wrt: Any, argnums: Any) -> int | str | tuple[int | str, ...]:
    """The chosen arguments: a position, a name, or a tuple of either."""
    if argnums is not None:
        if wrt != 0:
            raise InvalidArgument("wrt and argnums are two names for the same choice: give one of them")
        wrt = argnums
    if isinstance(wrt, (tuple, list)) and wrt and all(map(names_one, wrt)):
        return tuple(w if isinstance(w, str) else int(w) for w in wrt)
    if names_one(wrt):
        return wrt if isinstance(wrt, str) else int(wrt)
    raise InvalidArgument(f"wrt must be a position, a parameter's name, or a tuple of either, not {wrt!r}")


def names_one(which: Any) -> bool:
    """Whether `which` is a position or a name."""
    return isinstance(which, (str, Integral)) and not isinstance(which, bool)


def backend_named(backend: Any) -> Backend:
    """`backend`, if there is one of that name."""
    if backend in ("native", "interpreter"):
        return backend  # type: ignore[no-any-return]
    raise InvalidArgument(f'backend must be "native" or "interpreter", not {backend!r}')
