"""From a Python function and its arguments to typed IR, in one abstract execution over the syntax tree.

The core (statements, scalars, containers, calls) and the NumPy half meet in these places:

    lower.numpy.CALLS        {real callable: handler(context, node, args, kwargs) -> Abstract}            np.exp, np.zeros, …
    lower.numpy.METHODS      {name: handler(context, node, receiver, args, kwargs) -> Abstract}           x.sum(), x.reshape(…)
    lower.numpy.ATTRIBUTES   {name: handler(context, node, receiver) -> Abstract}                         x.T, x.shape, …
    lower.numpy.operators    binary(context, node, op, left, right), unary(context, node, op, x) where an operand is an Array or a
                             NumPy scalar; augmented(context, node, op, target, value) writes into the Array `target` (x += v) and
                             returns what the name is bound to. `op` is Python's own text: "+", "**", "@", "<=", "~", …
    lower.indexing           read(context, node, array, key), write(context, node, array, key, value),
                             augmented(c, node, array, key, op, compute); `key` is the Abstract of what stands in the brackets:
                             a Tuple for `x[i, j]`, a Slice for `x[a:b]`, Static(None), Static(Ellipsis), Scalar, Array, List

Handlers may be given any Abstract; `context.present(x, node)` first unwraps what may be absent.
"""

from .entry import Lowered, Signature, lower
from .reach import NeedsStatic
from .unit import Capture

__all__ = ["Capture", "Lowered", "NeedsStatic", "Signature", "lower"]
