"""SciPy's solvers with the derivatives that they ask for taken from the function itself. Signatures and results are SciPy's own.

    from everypath.scipy import minimize

    minimize(rosen, x0)                            # the gradient is filled in
    minimize(rosen, x0, method="trust-krylov")     # and products with the Hessian, since this method wants them
    minimize(rosen, x0, jac="3-point")             # what you give is used

What is filled in is exact, and what is given wins, differences too. A function that everypath refuses is refused here; with
`or_differences=True` SciPy takes it as it stands, with differences. Methods that take no derivatives run as they do in SciPy.

What is sought may be a tree (a dict of arrays, a dataclass, a 2-D array) where SciPy has only vectors: the function takes the tree,
and `result.x` is one.
"""

from .fits import curve_fit, least_squares, leastsq
from .minima import minimize
from .roots import fsolve, root, root_scalar
from .trajectories import solve_bvp, solve_ivp

__all__ = ["curve_fit", "fsolve", "least_squares", "leastsq", "minimize", "root", "root_scalar", "solve_bvp", "solve_ivp"]
