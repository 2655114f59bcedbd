"""The team: threads that take a call's blocks of work beside the thread that made the call.

    job = { run, environment, axis, length, chunk, blocks, arithmetic }

A job is cut into blocks by its extents alone, and each block leaves its results in a place of its own, so the numbers are the same however
many threads take blocks, and in whatever order. The thread that brings a job opens it, wakes helpers, takes blocks as they do until none
is left, closes it, and waits for those that are still inside. `word` is twice the helpers inside, and one more while no job is open.

A block may fail, where it is given a context: that of the call, or the one that a helper has of its own, with a pool of its own. No
block is begun behind one that failed, and the first of those that did is the job's error, as it would have been in order. An
interruption, which only the call's own thread sees, comes before all blocks; helpers stop at their next look.

There is one job at a time: who finds the team taken (another thread's call, a block inside a block) goes through its blocks alone.
Helpers (`helpers`) never touch Python. They are started when first needed and sleep in locks of CPython's; a forked child has none and
starts its own.
"""

from __future__ import annotations

import signal

from .. import context
from ..module import SLOTS

BLOCKS = 128
"""The most blocks of a job,"""

BLOCKS_THAT_ADD = 16
"""and of one whose blocks have arrays of their own to add to."""

MOST_HELPERS = 63

LINE = 64
"""A long axis is cut at multiples of this: whole cache lines, and whole vectors. The last of several axes, along which a loop makes
vectors, is cut in no smaller pieces, or all would be ends of vectors; only where a point has much work of its own."""

LARGE = 200_000
"""The work of a job, in instructions of a vectorised loop, from which it is cut into blocks: some 50 µs."""

GRAIN = 32_768
"""The work of a block: far more than taking it costs."""

SPINS = 2_000
"""Looks at whether the last helper has left before its thread sleeps."""

SIGNAL_NAMES = ("SIG_SETMASK", "SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL")


def words() -> dict[str, str]:
    """What the text calls its numbers."""
    numbers = {
        "MOST_HELPERS": MOST_HELPERS,
        "LINE": LINE,
        "GRAIN": GRAIN,
        "LARGE_WORK": LARGE,
        "SPINS": SPINS,
        "HELPER_WORDS": 16,
        "NOTE_BYTES": 8 * (1 + SLOTS),
        "CONTEXT_BYTES": 8 * context.WORDS,
    }
    numbers |= {"LINE_REST": LINE - 1, "LINE_MASK": -LINE}
    numbers |= {name: int(getattr(signal, name)) for name in SIGNAL_NAMES if hasattr(signal, name)}
    return {name: str(number) for name, number in numbers.items()}


TEXT = """
@team.size = internal global i64 1
@team.started = internal global i64 0
@team.leaving = internal global i64 0
@team.done = internal global ptr null
@team.taken = internal global i64 0, align 128
@team.word = internal global i64 1, align 128
@team.next = internal global i64 0, align 128
@team.job = internal global [7 x i64] zeroinitializer, align 128
@team.failed = internal global i64 0, align 128
@team.noting = internal global i64 0
@team.note = internal global [NOTES x i64] zeroinitializer
@team.allocations = internal global i64 0
@team.list_bytes = internal global i64 0
@team.most_bytes = internal global i64 0
@team.helpers = internal global [MOST_HELPERS x [HELPER_WORDS x i64]] zeroinitializer, align 128

; Run the job of so much work over an index space whose extents begin the environment, in no more than so many blocks; how many it were, 0
; where one failed.
; The context is null if none can.
define i64 @ep_share(ptr %ctx, ptr %run, ptr %env, i64 %rank, i64 %work, i64 %most) {
  %small = icmp slt i64 %work, LARGE_WORK
  br i1 %small, label %whole, label %cut
whole:
  %first = load i64, ptr %env
  %status = call i32 %run(ptr %ctx, ptr %env, i64 0, i64 0, i64 %first, i64 0)
  %good = sub i32 1, %status
  %one = zext i32 %good to i64
  ret i64 %one
cut:
  %blocks = call i64 @share_blocks(ptr %ctx, ptr %run, ptr %env, i64 %rank, i64 %work, i64 %most)
  ret i64 %blocks
}

define internal i64 @share_blocks(ptr %ctx, ptr %run, ptr %env, i64 %rank, i64 %work, i64 %most) noinline cold {
entry:
  %own = alloca [7 x i64], align 8
  %units = udiv i64 %work, GRAIN
  %wanted = call i64 @lesser(i64 %units, i64 %most)
  %axis = call i64 @axis_to_cut(ptr %env, i64 %rank, i64 %work, i64 %wanted)
  %length = call i64 @get(ptr %env, i64 %axis)
  %unit = call i64 @least_piece(ptr %env, i64 %rank, i64 %work, i64 %axis)
  %least = call i64 @parts(i64 %length, i64 %wanted)
  %pieces = call i64 @parts(i64 %least, i64 %unit)
  %short = mul i64 %pieces, %unit
  %long = icmp sgt i64 %short, LINE
  %lines = add i64 %short, LINE_REST
  %whole = and i64 %lines, LINE_MASK
  %chunk = select i1 %long, i64 %whole, i64 %short
  %blocks = call i64 @parts(i64 %length, i64 %chunk)
  %size = load atomic i64, ptr @team.size monotonic, align 8
  %few = call i64 @lesser(i64 %size, i64 %blocks)
  %helpers = sub i64 %few, 1
  %alone = icmp slt i64 %helpers, 1
  br i1 %alone, label %by.oneself, label %try
try:
  %pair = cmpxchg ptr @team.taken, i64 0, i64 1 acq_rel monotonic
  %won = extractvalue { i64, i1 } %pair, 1
  br i1 %won, label %together, label %by.oneself
by.oneself:
  call void @describe(ptr %own, ptr %run, ptr %env, i64 %axis, i64 %length, i64 %chunk, i64 %blocks)
  br label %turn
turn:
  %b = phi i64 [ 0, %by.oneself ], [ %b1, %again ]
  %left = icmp slt i64 %b, %blocks
  br i1 %left, label %again, label %out
again:
  %status = call i32 @one_block(ptr %own, ptr %ctx, i64 %b)
  %b1 = add i64 %b, 1
  %wrong = icmp ne i32 %status, 0
  br i1 %wrong, label %lost, label %turn
lost:
  ret i64 0
together:
  %there = call i64 @enough(i64 %helpers)
  call void @describe(ptr @team.job, ptr %run, ptr %env, i64 %axis, i64 %length, i64 %chunk, i64 %blocks)
  %mode = call i64 @arithmetic()
  call void @set(ptr @team.job, i64 6, i64 %mode)
  store i64 0, ptr @team.allocations
  store i64 0, ptr @team.list_bytes
  store i64 0, ptr @team.most_bytes
  store atomic i64 %blocks, ptr @team.failed monotonic, align 8
  store atomic i64 0, ptr @team.next monotonic, align 8
  store atomic i64 0, ptr @team.word seq_cst, align 8
  br label %wake
wake:
  %h = phi i64 [ 0, %together ], [ %h1, %waking ]
  %sleeping = icmp slt i64 %h, %there
  br i1 %sleeping, label %waking, label %help
waking:
  %its = getelementptr [HELPER_WORDS x i64], ptr @team.helpers, i64 %h
  call void @wake(ptr %its)
  %h1 = add i64 %h, 1
  br label %wake
help:
  call void @take_blocks(ptr %ctx)
  %inside = atomicrmw or ptr @team.word, i64 1 seq_cst
  %some = icmp ne i64 %inside, 0
  br i1 %some, label %spin, label %free
spin:
  %s = phi i64 [ 0, %help ], [ %s1, %spin ]
  %now = load atomic i64, ptr @team.word acquire, align 8
  %gone = icmp eq i64 %now, 1
  %s1 = add i64 %s, 1
  %tired = icmp sgt i64 %s1, SPINS
  %stop = or i1 %gone, %tired
  br i1 %stop, label %meet, label %spin
meet: ; who leaves last says so
  %done = load ptr, ptr @team.done
  %met = call i32 @PyThread_acquire_lock(ptr %done, i32 1)
  br label %free
free:
  %first.failed = load atomic i64, ptr @team.failed acquire, align 8
  %fine = icmp eq i64 %first.failed, %blocks
  %result = select i1 %fine, i64 %blocks, i64 0
  %nothing = icmp eq ptr %ctx, null
  br i1 %nothing, label %give, label %gather
gather:
  call void @gather(ptr %ctx, i1 %fine)
  br label %give
give:
  store atomic i64 0, ptr @team.taken release, align 8
  ret i64 %result
out:
  ret i64 %blocks
}

; The first axis with as many pieces as are wanted, else that with most.
define internal i64 @axis_to_cut(ptr %env, i64 %rank, i64 %work, i64 %wanted) cold {
entry:
  br label %look
look:
  %k = phi i64 [ 0, %entry ], [ %k1, %further ]
  %axis = phi i64 [ 0, %entry ], [ %axis1, %further ]
  %best = phi i64 [ 0, %entry ], [ %best1, %further ]
  %extent = call i64 @get(ptr %env, i64 %k)
  %unit = call i64 @least_piece(ptr %env, i64 %rank, i64 %work, i64 %k)
  %pieces = call i64 @parts(i64 %extent, i64 %unit)
  %better = icmp sgt i64 %pieces, %best
  %axis1 = select i1 %better, i64 %k, i64 %axis
  %best1 = select i1 %better, i64 %pieces, i64 %best
  %enough = icmp sge i64 %pieces, %wanted
  br i1 %enough, label %found, label %further
further:
  %k1 = add i64 %k, 1
  %more = icmp slt i64 %k1, %rank
  br i1 %more, label %look, label %found
found:
  ret i64 %axis1
}

; How much of an axis belongs together: of the last of several, along which vectors lie, a line, or as many points as make a block.
define internal i64 @least_piece(ptr %env, i64 %rank, i64 %work, i64 %axis) cold {
entry:
  %next = add i64 %axis, 1
  %last = icmp eq i64 %next, %rank
  %several = icmp sgt i64 %rank, 1
  %along = and i1 %last, %several
  br i1 %along, label %count, label %one
one:
  ret i64 1
count:
  %k = phi i64 [ 0, %entry ], [ %k1, %count ]
  %points = phi i64 [ 1, %entry ], [ %points1, %count ]
  %extent = call i64 @get(ptr %env, i64 %k)
  %points1 = mul i64 %points, %extent
  %k1 = add i64 %k, 1
  %more = icmp slt i64 %k1, %rank
  br i1 %more, label %count, label %counted
counted:
  %each = udiv i64 %work, %points1
  %each1 = add i64 %each, 1
  %block = udiv i64 GRAIN, %each1
  %some = add i64 %block, 1
  %piece = call i64 @lesser(i64 %some, i64 LINE)
  ret i64 %piece
}

; In how many parts of a size something is cut.
define internal i64 @parts(i64 %length, i64 %size) alwaysinline {
  %up = add i64 %length, %size
  %up1 = sub i64 %up, 1
  %parts = udiv i64 %up1, %size
  ret i64 %parts
}

; What helpers have counted, and the error of the first block that failed, go to the call's context.
define internal void @gather(ptr %ctx, i1 %fine) cold {
  %made = load i64, ptr @team.allocations
  call void @count(ptr %ctx, i64 ALLOCATIONS, i64 %made)
  %listed = load i64, ptr @team.list_bytes
  call void @count(ptr %ctx, i64 LIST_BYTES, i64 %listed)
  %alive = call i64 @get(ptr %ctx, i64 LIVE_BYTES)
  %beside = load i64, ptr @team.most_bytes
  %most = add i64 %alive, %beside
  call void @raise(ptr %ctx, i64 MOST_BYTES, i64 %most)
  br i1 %fine, label %out, label %note
note:
  %at = getelementptr i64, ptr %ctx, i64 SITE
  call void @llvm.memcpy.p0.p0.i64(ptr %at, ptr @team.note, i64 NOTE_BYTES, i1 false)
  br label %out
out:
  ret void
}

; A block has failed; an interruption counts as one before the first.
define internal void @note(ptr %ctx, i64 %block) cold {
  %at = getelementptr i64, ptr %ctx, i64 SITE
  %site = load i64, ptr %at
  %signal = icmp eq i64 %site, -1
  %number = select i1 %signal, i64 -1, i64 %block
  br label %try
try:
  %pair = cmpxchg ptr @team.noting, i64 0, i64 1 acq_rel monotonic
  %mine = extractvalue { i64, i1 } %pair, 1
  br i1 %mine, label %look, label %try
look:
  %before = load atomic i64, ptr @team.failed monotonic, align 8
  %first = icmp slt i64 %number, %before
  br i1 %first, label %write, label %done
write:
  call void @llvm.memcpy.p0.p0.i64(ptr @team.note, ptr %at, i64 NOTE_BYTES, i1 false)
  store atomic i64 %number, ptr @team.failed release, align 8
  br label %done
done:
  store atomic i64 0, ptr @team.noting release, align 8
  ret void
}

define internal void @describe(ptr %job, ptr %run, ptr %env, i64 %axis, i64 %length, i64 %chunk, i64 %blocks) cold {
  call void @set.ptr(ptr %job, i64 0, ptr %run)
  call void @set.ptr(ptr %job, i64 1, ptr %env)
  call void @set(ptr %job, i64 2, i64 %axis)
  call void @set(ptr %job, i64 3, i64 %length)
  call void @set(ptr %job, i64 4, i64 %chunk)
  call void @set(ptr %job, i64 5, i64 %blocks)
  ret void
}

define internal i32 @one_block(ptr %job, ptr %ctx, i64 %block) cold {
  %run = call ptr @get.ptr(ptr %job, i64 0)
  %env = call ptr @get.ptr(ptr %job, i64 1)
  %axis = call i64 @get(ptr %job, i64 2)
  %length = call i64 @get(ptr %job, i64 3)
  %chunk = call i64 @get(ptr %job, i64 4)
  %low = mul i64 %block, %chunk
  %end = add i64 %low, %chunk
  %high = call i64 @lesser(i64 %end, i64 %length)
  %status = call i32 %run(ptr %ctx, ptr %env, i64 %axis, i64 %low, i64 %high, i64 %block)
  ret i32 %status
}

define internal void @take_blocks(ptr %ctx) cold {
  %blocks = call i64 @get(ptr @team.job, i64 5)
  br label %turn
turn:
  %block = atomicrmw add ptr @team.next, i64 1 acq_rel
  %failed = load atomic i64, ptr @team.failed monotonic, align 8
  %end = call i64 @lesser(i64 %failed, i64 %blocks)
  %some = icmp slt i64 %block, %end
  br i1 %some, label %go, label %out
go:
  call void @at_block(ptr %ctx, i64 %block)
  %status = call i32 @one_block(ptr @team.job, ptr %ctx, i64 %block)
  %wrong = icmp ne i32 %status, 0
  br i1 %wrong, label %note, label %turn
note:
  call void @note(ptr %ctx, i64 %block)
  br label %out
out:
  ret void
}

; A helper's context says at which block it is.
define internal void @at_block(ptr %ctx, i64 %block) cold {
  %none = icmp eq ptr %ctx, null
  br i1 %none, label %out, label %look
look:
  %helps = call i64 @get(ptr %ctx, i64 HELPS)
  %caller = icmp eq i64 %helps, 0
  br i1 %caller, label %out, label %helper
helper:
  %number = add i64 %block, 1
  call void @set(ptr %ctx, i64 HELPS, i64 %number)
  br label %out
out:
  ret void
}

; Whether no block has failed before the one that a helper is at.
define internal i1 @still_needed(ptr %ctx) cold {
  %number = call i64 @get(ptr %ctx, i64 HELPS)
  %failed = load atomic i64, ptr @team.failed monotonic, align 8
  %needed = icmp sge i64 %failed, %number
  ret i1 %needed
}
"""
