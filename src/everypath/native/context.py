"""The context of one call, which every function gets by pointer: its blocks, its error, its counters.

0 prev, 1 next        the ring of the large blocks that are alive; the context is its own first element
2 site, 3-18 slots    the check that failed, and the values for its message
19-23                 allocations, live blocks, live bytes, most bytes live, bytes appended to lists
24, 25                turns until the next look at the clock, and the time of the last look for Ctrl-C
26                    the thread state while the GIL is released
27, 28, 29            calls deep, the most allowed, the lowest address of the stack that may be used
30                    the pool that blocks come from
31                    of a helper's context (`runtime.team`), 1 and the number of the block that it is at; of a call's own, 0
"""

from __future__ import annotations

from .module import SLOTS

PREV, NEXT, SITE, FIRST_SLOT = 0, 1, 2, 3
ALLOCATIONS, LIVE_BLOCKS, LIVE_BYTES, MOST_BYTES, LIST_BYTES = range(FIRST_SLOT + SLOTS, FIRST_SLOT + SLOTS + 5)
COUNTDOWN, LOOKED, THREAD, DEPTH, DEPTH_LIMIT, STACK_LIMIT, POOL, HELPS = range(LIST_BYTES + 1, LIST_BYTES + 9)
WORDS = HELPS + 1
COUNTERS = ("allocations", "live_blocks", "live_bytes", "most_bytes", "list_bytes")
