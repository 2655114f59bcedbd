"""All first derivatives of a function that returns arrays, and all second ones: `jacobian`, `jacfwd`, `jacrev`, `hessian`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec

from ..calls.derived import Derived
from ..calls.jacobians import Jacobian, JacobianMode
from ..calls.seeded import SeededJacobian
from ..calls.sparse import SparseJacobian
from ..errors import InvalidArgument
from ..pipeline import Backend
from ..tracebacks import for_the_user
from ..transform import transformation
from .checks import Wrt, backend_named, checked, choice
from .gradients import grad

P = ParamSpec("P")


@for_the_user
@transformation("jacobian")
def jacobian(
    f: Callable[P, Any],
    wrt: Wrt = 0,
    *,
    argnums: Wrt | None = None,
    mode: JacobianMode = "auto",
    sparse: bool = False,
    seeds: Any = None,
    backend: Backend = "native",
) -> Derived[P, Any]:
    """The full Jacobian: for each float or array that `f` returns, an array of shape `output.shape + input.shape`.

    `mode` "forward" goes column by column, "reverse" row by row, "auto" takes whichever needs fewer sweeps.

    With `sparse` each of these is a `scipy.sparse.csr_array` of shape `(output.size, input.size)`, in C order on both sides, and takes
    as many sweeps as there are colours: columns that share no row are found together ([how](docs/sparse.md)). Its entries are all that
    may differ from 0 where it is taken, and some that happen to be 0. (Curtis, Powell and Reid, 1974; Gebremedhin, Manne and Pothen,
    What color is your Jacobian?, SIAM Review 47, 2005.)

    With `seeds`, arrays of shape `input.shape + (k,)` in the containers of the chosen arguments, it is the product with them, of
    shape `output.shape + (k,)`: k directions in forward mode, without the Jacobian.

    Raises NotSupported for what is outside the language, NotDifferentiable for integers and for complex numbers by complex numbers,
    InvalidArgument for an unknown mode or name, or for seeds of another shape.

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
def jacfwd(f: Callable[P, Any], wrt: Wrt = 0, *, argnums: Wrt | None = None, backend: Backend = "native") -> Derived[P, Any]:
    """`jacobian(f, wrt, mode="forward")`: column by column, for few inputs. Shapes and errors are those of `jacobian`.

    >>> import numpy as np, everypath as ep
    >>> ep.jacfwd(lambda t: np.array([np.cos(t), np.sin(t)]))(0.0)
    array([-0.,  1.])
    """
    return Jacobian("jacfwd", checked(f, "jacfwd"), choice(wrt, argnums), mode="forward", backend=backend_named(backend))


@for_the_user
@transformation("jacrev")
def jacrev(f: Callable[P, Any], wrt: Wrt = 0, *, argnums: Wrt | None = None, backend: Backend = "native") -> Derived[P, Any]:
    """`jacobian(f, wrt, mode="reverse")`: row by row, for few outputs. Shapes and errors are those of `jacobian`.

    >>> import numpy as np, everypath as ep
    >>> ep.jacrev(lambda x: np.array([x.sum(), x.prod()]))(np.array([2.0, 3.0, 5.0]))
    array([[ 1.,  1.,  1.],
           [15., 10.,  6.]])
    """
    return Jacobian("jacrev", checked(f, "jacrev"), choice(wrt, argnums), mode="reverse", backend=backend_named(backend))


@for_the_user
@transformation("hessian")
def hessian(
    f: Callable[P, Any], wrt: Wrt = 0, *, argnums: Wrt | None = None, sparse: bool = False, backend: Backend = "native"
) -> Derived[P, Any]:
    """All second derivatives of a function that returns a float, forward over reverse.

    For one array of shape `s` the answer has shape `s + s`; containers nest, those of the first derivative outside.

    With `sparse` each block is a `scipy.sparse.csr_array`, as of `jacobian`, and the whole is taken to be symmetric, as second
    derivatives are: a tridiagonal one takes three sweeps, and one with a full row, column and diagonal two. (Gebremedhin, Tarafdar,
    Manne and Pothen, New acyclic and star coloring algorithms with application to computing Hessians, SIAM J. Sci. Comput. 29, 2007.)

    Raises what `grad` raises.

    >>> import everypath as ep
    >>> ep.hessian(lambda x, y: x * x * y, ("x", "y"))(3.0, 5.0)
    ((10.0, 6.0), (6.0, 0.0))
    """
    inner: Derived[P, Any] = grad(checked(f, "hessian"), wrt, argnums=argnums, backend=backend)
    inner.asked = "hessian"
    made = SparseJacobian if sparse else Jacobian
    return made("hessian", inner, inner.wrt, mode="forward", backend=backend_named(backend))
