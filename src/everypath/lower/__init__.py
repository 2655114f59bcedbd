"""From a Python function and its arguments to typed IR, in one abstract execution over the syntax tree.

The core (statements, scalars, containers, calls) and the NumPy half meet in these places:

    lower.numpy.CALLS         {real callable: handler(context, node, args, kwargs) -> Abstract}   np.exp, np.zeros, scipy.special.erf, …
    lower.numpy.METHODS       {name: handler(context, node, receiver, args, kwargs) -> Abstract}  x.sum(), x.reshape(…); receiver: Array or NumPy scalar
    lower.numpy.ATTRIBUTES    {name: handler(context, node, receiver) -> Abstract}                x.T, x.shape, x.dtype, …
    lower.numpy.operators     binary(context, node, op, left, right), unary(context, node, op, x), augmented(context, node, op, target, value):
                              called where an operand is an Array or a NumPy scalar. `op` is Python's own text: "+", "**", "@", "<=", "&", "-", "~", …
                              `augmented` writes into the Array `target` in place (x += v) and returns what the name is bound to
    lower.indexing            read(context, node, array, key), write(context, node, array, key, value),
                              augmented(context, node, array, key, op, value); `key` is the Abstract of what stands in the brackets:
                              a Tuple for `x[i, j]`, a Slice for `x[a:b]`, Static(None), Static(Ellipsis), Scalar, Array, List

Handlers may be given any Abstract; `context.present(x, node)` first unwraps what may be absent.
"""

from .context import NeedsStatic
from .entry import Lowered, lower
from .unit import Capture

__all__ = ["Capture", "Lowered", "NeedsStatic", "lower"]
