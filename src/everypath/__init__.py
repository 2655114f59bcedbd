"""everypath: the exact derivative of ordinary Python and NumPy, at native speed, explained."""

from typing import TYPE_CHECKING

from . import explain as _  # noqa: F401  (the package, before the function takes its name)
from .api import check_grads, compile, explain, grad, hessian, hvp, jacfwd, jacobian, jacrev, jvp, value_and_grad, vjp
from .building import build
from .calls.derived import Derived
from .errors import EverypathError, InvalidArgument, NotDifferentiable, NotSupported
from .library.implicit import implicit
from .library.vectors import ravel
from .memory import kept_memory, release_memory
from .rules import rule
from .threads import get_num_threads, set_num_threads
from .version import VERSION as __version__

if TYPE_CHECKING:
    from .explain.explanation import Explanation
else:

    def __getattr__(name):
        """`Explanation`, which takes its time to import."""
        if name != "Explanation":
            raise AttributeError(f"module 'everypath' has no attribute {name!r}")
        from .explain.explanation import Explanation

        return Explanation


__all__ = [
    "Derived",
    "EverypathError",
    "Explanation",
    "InvalidArgument",
    "NotDifferentiable",
    "NotSupported",
    "__version__",
    "build",
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
