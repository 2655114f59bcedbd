"""A function run ahead of time where only some of its numbers are known: loops are gone through, branches decided, and short arrays are
grids of what stands in them, so that what is left is a straight line of scalar operations.

    func @f(a) -> y {                                 n of a is 2
      n = dim a, 0
      y = for 0, n, 1, 0.0 {(i, s):                   p = load a, 0
        p = load a, i                        →        y_1 = add 0.0, p
        t = add s, p                                  q = load a, 1
        yield t                                       y = add y_1, q
      }
    }

In a run, a value of the IR is a number where it is known, an IR value of the new program where it is not, and an array of Python objects
of these where it is an array whose extents are known: views of it share memory as they do in NumPy. An array of unknown extents is an
IR value. Operations are done in the order in which the function does them, so that memory is read and written as it was.
"""

from .run import Symbolic as Symbolic
from .values import GivenUp as GivenUp
from .values import Known as Known
from .values import root as root
