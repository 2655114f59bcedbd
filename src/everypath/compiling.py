"""The one lock that is held while anything is compiled; compiled code runs without it.

A fork waits for it: a child that came into being in the middle of a compilation would find LLVM's own locks, and ours, held by a
thread that it does not have.
"""

from __future__ import annotations

import os
import threading

compiling = threading.RLock()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=compiling.acquire, after_in_parent=compiling.release, after_in_child=compiling.release)
