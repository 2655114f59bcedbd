"""How many threads compiled code uses: what was chosen, what the environment says, what the machine has."""

from __future__ import annotations

import atexit
import ctypes
import math
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

from .runtime.team import MOST_HELPERS

VARIABLES = ("EVERYPATH_THREADS", "OMP_NUM_THREADS")
MOST = MOST_HELPERS + 1


class Team:
    """The number of threads, and what the runtime is told of it once there is one."""

    def __init__(self) -> None:
        self.size = wished() or cores()
        self.tell: Callable[[int], int] | None = None

    def resize(self, size: int) -> int:
        """So many threads from now on; how many it were."""
        old, self.size = self.size, size
        if self.tell is not None:
            self.tell(size)
        return old


@cache
def team() -> Team:
    """The one team of the process."""
    return Team()


def begin(address: Callable[[str], int]) -> None:
    """The runtime is there: its functions are at these addresses."""
    whole = team()
    whole.tell = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_int64)(address("ep_threads"))
    whole.tell(whole.size)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=ctypes.PYFUNCTYPE(None)(address("ep_team_forget")))
    atexit.register(ctypes.CFUNCTYPE(None)(address("ep_team_leave")))


def wished() -> int | None:
    """The number that the environment asks for, as OpenMP does: the first of several counts."""
    for variable in VARIABLES:
        number = os.environ.get(variable, "").partition(",")[0].strip()
        if number.isdigit() and int(number) > 0:
            return min(int(number), MOST)
    return None


def cores() -> int:
    """The cores that this process may use, as far as the system tells."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(there, quota(), MOST))


def quota() -> int:
    """The cores' worth of time that the control group has, rounded up."""
    try:
        time, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return math.ceil(int(time) / int(period))
    except (OSError, ValueError):  # no control groups, or "max"
        return MOST
