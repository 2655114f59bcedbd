"""`scipy.spatial.transform.Slerp`: rotations between rotations, at a constant speed about a constant axis from each to the next."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.spatial import transform

from ...registry import stands_for
from ..outcomes import with_attributes
from .rotation import Rotation


@stands_for(transform.Slerp)
class Slerp:
    """Rotations at some times, and those between them."""

    def __init__(self, times: Any, rotations: Any) -> None:
        if rotations.single or len(rotations) < 2:
            raise ValueError("`rotations` must be a sequence of at least 2 rotations.")
        times = np.asarray(times, dtype=np.float64) * 1.0
        if times.ndim != 1:
            raise ValueError(f"Expected times to be specified in a 1 dimensional array, got {times.ndim} dimensions.")
        if times.shape[0] != len(rotations):
            raise ValueError(f"Expected number of rotations to be equal to number of timestamps given, got {len(rotations)} rotations.")
        if np.any(np.diff(times) <= 0):
            raise ValueError("Times must be in strictly increasing order.")
        self.times, self.timedelta = times, np.diff(times)
        self.rotations = rotations[:-1]
        self.rotvecs = (self.rotations.inv() * rotations[1:]).as_rotvec()

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return with_attributes(kind, held)

    def __call__(self, times: Any) -> Any:
        at = np.asarray(times, dtype=np.float64) * 1.0
        if at.ndim > 1:
            raise ValueError("`times` must be at most 1-dimensional.")
        line = np.atleast_1d(at)
        before = np.searchsorted(self.times, line) - 1
        before = np.where(line == self.times[0], 0, before)
        if np.any((before < 0) | (before > self.timedelta.size - 1)):
            raise ValueError(f"Interpolation times must be within the range [{self.times[0]}, {self.times[-1]}], both inclusive.")
        share = (line - self.times[before]) / self.timedelta[before]
        found = self.rotations[before] * Rotation.from_rotvec(self.rotvecs[before] * share[:, None])
        return found[0] if at.ndim == 0 else found
