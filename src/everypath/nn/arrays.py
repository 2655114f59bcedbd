"""The types that signatures name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Params = Mapping[str, Any]
"""Parameters of a layer: arrays by their names, and the parameters of layers inside it by theirs."""
Activation = Callable[[Any], Any]
