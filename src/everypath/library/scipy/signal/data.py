"""What is data: windows, designs of filters, places of peaks. CPython runs it, and no derivative passes through."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import signal
from scipy.signal import windows

from ....rules import rule
from ...registry import stands_for

DESIGNS = (
    "firwin firwin2 savgol_coeffs butter cheby1 cheby2 ellip bessel iirfilter iirnotch iirpeak peak_prominences peak_widths "
    "argrelmax argrelmin sosfilt_zi correlation_lags sweep_poly"
).split()


def by_cpython(original: Any) -> Any:
    """A function that CPython runs in place of SciPy's."""

    def run(*args: Any, **kwargs: Any) -> Any:
        return original(*args, **kwargs)

    run.__name__ = original.__name__
    return rule(run, host=True)


for _name in sorted({*windows.__all__} - {"gaussian", "general_gaussian", "exponential"}):
    stands_for(getattr(windows, _name))(by_cpython(getattr(windows, _name)))
for _name in DESIGNS:
    if hasattr(signal, _name):
        stands_for(getattr(signal, _name))(by_cpython(getattr(signal, _name)))


@rule(host=True)
def places(x: Any, height: Any, threshold: Any, distance: Any, prominence: Any, wlen: Any, bases: bool) -> Any:
    """Where the peaks are, and the places from which their prominence counts."""
    found, more = signal.find_peaks(x, height, threshold, distance, prominence, wlen=wlen)
    none = np.zeros(0, dtype=np.int64)
    return found, np.asarray(more["left_bases"] if bases else none), np.asarray(more["right_bases"] if bases else none)


every_property = by_cpython(signal.find_peaks)


@stands_for(signal.find_peaks)
def find_peaks(
    x: Any, height: Any = None, threshold: Any = None, distance: Any = None, prominence: Any = None, width: Any = None, wlen: Any = None,
    rel_height: float = 0.5, plateau_size: Any = None,
) -> Any:  # fmt: skip
    """Where a series is higher than on both sides, and how high that is."""
    if width is not None or plateau_size is not None:
        return every_property(x, height, threshold, distance, prominence, width, wlen, rel_height, plateau_size)
    x = np.asarray(x) * 1.0
    found, left, right = places(x, height, threshold, distance, prominence, wlen, prominence is not None)
    properties = {}
    if height is not None:
        properties["peak_heights"] = x[found]
    if threshold is not None:
        properties["left_thresholds"] = x[found] - x[found - 1]
        properties["right_thresholds"] = x[found] - x[found + 1]
    if prominence is not None:
        properties["prominences"] = x[found] - np.maximum(x[left], x[right])
        properties["left_bases"], properties["right_bases"] = left, right
    return found, properties
