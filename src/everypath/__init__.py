"""everypath: the exact derivative of ordinary Python and NumPy, at native speed, explained."""

from . import explain as _  # noqa: F401  (the package, before the function takes its name)
from .api import check_grads, compile, explain, grad, hessian, hvp, jacfwd, jacobian, jacrev, jvp, value_and_grad, vjp
from .errors import EverypathError, InvalidArgument, NotDifferentiable, NotSupported
from .library.implicit import implicit
from .library.vectors import ravel
from .memory import kept_memory, release_memory
from .rules import rule
from .threads import get_num_threads, set_num_threads

__version__ = "0.1.0"

__all__ = [
    "EverypathError",
    "InvalidArgument",
    "NotDifferentiable",
    "NotSupported",
    "__version__",
    "check_grads",
    "compile",
    "explain",
    "get_num_threads",
    "grad",
    "hessian",
    "hvp",
    "implicit",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "kept_memory",
    "ravel",
    "release_memory",
    "rule",
    "set_num_threads",
    "value_and_grad",
    "vjp",
]
