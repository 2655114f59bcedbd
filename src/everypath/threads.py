"""How many threads compiled code uses."""

from __future__ import annotations

from numbers import Integral

from .errors import InvalidArgument
from .native.team import MOST, team


def get_num_threads() -> int:
    """The number of threads that large loops of compiled code may use, and LLVM where it compiles long programs.

    It is what `set_num_threads` chose; else what the variable EVERYPATH_THREADS says, or OMP_NUM_THREADS, when it is first asked for; else
    the cores that the process may use. Results have the same bits whatever it is, and small loops use one. Matrix products are those of
    BLAS, which has threads of its own.

    >>> import everypath as ep
    >>> ep.get_num_threads() >= 1
    True
    """
    return team().size


def set_num_threads(number: int) -> int:
    """Let large loops of compiled code use so many threads from now on, in the whole process; the number that it was.

    Raises InvalidArgument unless `number` is an integer from 1 to 64.

    >>> import everypath as ep
    >>> before = ep.set_num_threads(1)
    >>> ep.get_num_threads()
    1
    >>> ep.set_num_threads(before)
    1
    """
    if not isinstance(number, Integral) or isinstance(number, bool) or not 1 <= number <= MOST:
        raise InvalidArgument(f"set_num_threads takes an integer from 1 to {MOST}, not {number!r}")
    return team().resize(int(number))
