"""The public functions: each checks what it is given and hands the rest to the pipeline.

`wrt` says which arguments to differentiate with respect to: a position among those that are passed, a parameter's name, or a
tuple of either; a tuple gives a tuple. `f` may be a method of a dataclass or a `functools.partial`: a function of what is left.
Every argument may be a number, a NumPy array, or a container of them; derivatives come back in the same
containers. `backend` is "native" (compiled, the default) or "interpreter" (the reference, slow).

gradients    grad, value_and_grad
directions   jvp, vjp, hvp
jacobians    jacobian, jacfwd, jacrev, hessian
running      compile, explain, check_grads
checks       what all of them check
"""

from .directions import hvp, jvp, vjp
from .gradients import grad, value_and_grad
from .jacobians import hessian, jacfwd, jacobian, jacrev
from .running import check_grads, compile, explain

__all__ = [
    "check_grads",
    "compile",
    "explain",
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "value_and_grad",
    "vjp",
]
