"""`scipy.stats.contingency`: whether the rows of a table of counts are alike."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from ...intrinsics import refuse
from ...registry import stands_for
from .hypotheses import Result


@stands_for(type(stats.chi2_contingency([[1, 2], [3, 4]])))
class Contingency(Result):
    """The statistic, its probability, the degrees of freedom, and what was expected."""

    def __init__(self, statistic: Any, pvalue: Any, dof: Any, expected_freq: Any) -> None:
        self.statistic, self.pvalue, self.dof, self.expected_freq = statistic, pvalue, dof, expected_freq

    @property
    def numbers(self) -> Any:
        return self.statistic, self.pvalue, self.dof, self.expected_freq


@stands_for(stats.contingency.expected_freq)
def expected_freq(observed: Any) -> Any:
    """The counts that rows and columns with these sums have if they know nothing of each other."""
    table = np.asarray(observed) * 1.0
    if table.ndim != 2:
        refuse("a table that has not two axes is not supported here", "compute what is expected: outer(rows, columns) / total")
    return np.sum(table, axis=1, keepdims=True) * np.sum(table, axis=0, keepdims=True) / np.sum(table)


@stands_for(stats.chi2_contingency)
def chi2_contingency(observed: Any, correction: bool = True, lambda_: Any = None, *, method: Any = None) -> Any:
    """Pearson's test, with Yates' correction where there is one degree of freedom."""
    if method is not None:
        refuse("the option 'method' of scipy.stats.chi2_contingency is not supported", "leave it out")
    table = np.asarray(observed)
    if np.any(table < 0):
        raise ValueError("All values in `observed` must be nonnegative.")
    if table.size == 0:
        raise ValueError("No data; `observed` has size 0.")
    expected = expected_freq(table)
    if np.any(expected == 0):
        raise ValueError("The internally computed table of expected frequencies has a zero element.")
    dof = (table.shape[0] - 1) * (table.shape[1] - 1)
    if dof == 0:
        refuse("a table of one row or column is not supported", "its statistic is 0, and the probability 1")
    counts = table * 1.0
    if dof == 1 and correction:
        apart = expected - counts
        counts = counts + np.minimum(0.5, np.abs(apart)) * np.sign(apart)
    found = stats.power_divergence(counts, expected, table.size - 1 - dof, None, lambda_)
    return Contingency(found.statistic, found.pvalue, dof, expected)
