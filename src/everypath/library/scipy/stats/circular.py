"""Directions: means and spreads of angles."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from ...registry import stands_for
from .summaries import sample, shaped


def resultant(samples: Any, high: Any, low: Any, axis: Any, nan_policy: str, keepdims: bool) -> Any:
    """The means of the sines and cosines of the angles, brought to a turn of 2π."""
    x, along = sample(samples, axis, nan_policy)
    angles = x * 1.0 * (2.0 * np.pi / (high - low))
    s, c = np.mean(np.sin(angles), axis=along, keepdims=keepdims), np.mean(np.cos(angles), axis=along, keepdims=keepdims)
    return shaped(s, samples, axis, keepdims), shaped(c, samples, axis, keepdims)


@stands_for(stats.circmean)
def circmean(
    samples: Any, high: Any = 2 * np.pi, low: Any = 0, axis: Any = None, nan_policy: str = "propagate", *, keepdims: bool = False
) -> Any:
    """The direction of the mean of the directions."""
    s, c = resultant(samples, high, low, axis, nan_policy, keepdims)
    mean = np.arctan2(s, c) * ((high - low) / (2.0 * np.pi))
    return np.mod(mean - low, high - low) + low


@stands_for(stats.circvar)
def circvar(
    samples: Any, high: Any = 2 * np.pi, low: Any = 0, axis: Any = None, nan_policy: str = "propagate", *, keepdims: bool = False
) -> Any:
    """1 less the length of the mean of the directions."""
    s, c = resultant(samples, high, low, axis, nan_policy, keepdims)
    return 1.0 - np.minimum(np.hypot(s, c), 1.0)


@stands_for(stats.circstd)
def circstd(
    samples: Any,
    high: Any = 2 * np.pi,
    low: Any = 0,
    axis: Any = None,
    nan_policy: str = "propagate",
    *,
    normalize: bool = False,
    keepdims: bool = False,
) -> Any:
    """√(-2·log r) of that length r, in the unit of the angles unless it is normalised."""
    s, c = resultant(samples, high, low, axis, nan_policy, keepdims)
    spread = np.sqrt(-2.0 * np.log(np.minimum(np.hypot(s, c), 1.0)))
    return spread if normalize else spread * ((high - low) / (2.0 * np.pi))
