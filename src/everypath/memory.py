"""The memory that compiled code keeps between calls: how much it is, and how to give it back."""

from __future__ import annotations

from .native import at_rest


def kept_memory() -> int:
    """The bytes that compiled code keeps at rest for the calls that follow.

    That is what calls gave back, up to 64 MB and the most that one of the last few hundred calls had in use, and never more than a
    quarter of the memory that the process may use. Results are not among them: their memory is theirs.

    >>> import everypath as ep
    >>> ep.kept_memory() >= 0
    True
    """
    return at_rest()


def release_memory() -> int:
    """Give all that `kept_memory` counts to the system now. The bytes that it was.

    >>> import everypath as ep
    >>> ep.release_memory() >= 0, ep.kept_memory()
    (True, 0)
    """
    return at_rest(release=True)
