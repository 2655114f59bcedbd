"""Training: rows in minibatches, steps along everypath's gradient, and `fit`, which does it all and can go on where it stopped."""

from .callbacks import early_stopping
from .descent import descend
from .rows import minibatches
from .run import Best, Run
from .training import fit

__all__ = ["Best", "Run", "descend", "early_stopping", "fit", "minibatches"]
