"""The team: threads that take a call's blocks of work beside the thread that made the call.

    job = { run, environment, axis, length, chunk, blocks, arithmetic }

A job is cut into blocks by its extents alone, and each block leaves its results in a place of its own, so the numbers are the same however
many threads take blocks, and in whatever order. The thread that brings a job opens it, wakes helpers, takes blocks as they do until none
is left, closes it, and waits for those that are still inside. `word` is twice the helpers inside, and one more while no job is open.

A block may fail, where it is given a context: that of the call, or the one that a helper has of its own, with a pool of its own. No
block is begun behind one that failed, and the first of those that did is the job's error, as it would have been in order. An
interruption, which only the call's own thread sees, comes before all blocks; helpers stop at their next look.

There is one job at a time: who finds the team taken (another thread's call, a block inside a block) goes through its blocks alone.
Helpers never touch Python. They are started when first needed and sleep in locks of CPython's; a forked child has none and starts its own.
"""

from __future__ import annotations

import platform
import signal

from .. import context
from ..module import SLOTS

BLOCKS = 128
"""The most blocks of a job,"""

BLOCKS_THAT_ADD = 16
"""and of one whose blocks have arrays of their own to add to."""

MOST_HELPERS = 63

LINE = 64
"""A long axis is cut at multiples of this: whole cache lines, and whole vectors."""

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


TEAM = """
declare ptr @PyThread_allocate_lock()
declare i32 @PyThread_acquire_lock(ptr, i32)
declare void @PyThread_release_lock(ptr)
declare i64 @PyThread_start_new_thread(ptr, ptr)

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
  br label %look
look: ; the first axis that is long enough, else the longest
  %k = phi i64 [ 0, %entry ], [ %k1, %further ]
  %axis = phi i64 [ 0, %entry ], [ %axis1, %further ]
  %length = phi i64 [ 0, %entry ], [ %length1, %further ]
  %extent = call i64 @get(ptr %env, i64 %k)
  %longer = icmp sgt i64 %extent, %length
  %axis1 = select i1 %longer, i64 %k, i64 %axis
  %length1 = select i1 %longer, i64 %extent, i64 %length
  %enough = icmp sge i64 %extent, %wanted
  br i1 %enough, label %cut, label %further
further:
  %k1 = add i64 %k, 1
  %more = icmp slt i64 %k1, %rank
  br i1 %more, label %look, label %cut
cut:
  %up = add i64 %length1, %wanted
  %up1 = sub i64 %up, 1
  %least = udiv i64 %up1, %wanted
  %long = icmp sgt i64 %least, LINE
  %lines = add i64 %least, LINE_REST
  %whole = and i64 %lines, LINE_MASK
  %chunk = select i1 %long, i64 %whole, i64 %least
  %end = add i64 %length1, %chunk
  %end1 = sub i64 %end, 1
  %blocks = udiv i64 %end1, %chunk
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
  call void @describe(ptr %own, ptr %run, ptr %env, i64 %axis1, i64 %length1, i64 %chunk, i64 %blocks)
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
  call void @describe(ptr @team.job, ptr %run, ptr %env, i64 %axis1, i64 %length1, i64 %chunk, i64 %blocks)
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

define internal i32 @one_block(ptr %job, ptr %ctx, i64 %block) {
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

define internal void @take_blocks(ptr %ctx) {
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
define internal void @at_block(ptr %ctx, i64 %block) {
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
define internal i1 @still_needed(ptr %ctx) {
  %number = call i64 @get(ptr %ctx, i64 HELPS)
  %failed = load atomic i64, ptr @team.failed monotonic, align 8
  %needed = icmp sge i64 %failed, %number
  ret i1 %needed
}

; helper = { lock in which it sleeps, whether it has been asked, its pool }

define internal void @wake(ptr %helper) cold {
  %asked.at = getelementptr i64, ptr %helper, i64 1
  %before = atomicrmw xchg ptr %asked.at, i64 1 seq_cst
  %sleeps = icmp eq i64 %before, 0
  br i1 %sleeps, label %go, label %out
go:
  %lock = load ptr, ptr %helper
  call void @PyThread_release_lock(ptr %lock)
  br label %out
out:
  ret void
}

; A lock that is taken: who takes it again sleeps.
define internal ptr @taken_lock() cold {
  %lock = call ptr @PyThread_allocate_lock()
  %none = icmp eq ptr %lock, null
  br i1 %none, label %out, label %some
some:
  %taken = call i32 @PyThread_acquire_lock(ptr %lock, i32 1)
  br label %out
out:
  ret ptr %lock
}

; So many helpers, or fewer where no more can be had. Called by who has the team.
define internal i64 @enough(i64 %wanted) cold {
entry:
  %done = load ptr, ptr @team.done
  %first = icmp eq ptr %done, null
  br i1 %first, label %make, label %count
make:
  %lock = call ptr @taken_lock()
  store ptr %lock, ptr @team.done
  %lost = icmp eq ptr %lock, null
  br i1 %lost, label %none, label %count
none:
  ret i64 0
count:
  %there = load i64, ptr @team.started
  %most = call i64 @lesser(i64 %wanted, i64 MOST_HELPERS)
  %short = icmp slt i64 %there, %most
  br i1 %short, label %start, label %out
start:
  %helper = getelementptr [HELPER_WORDS x i64], ptr @team.helpers, i64 %there
  %sleep = call ptr @taken_lock()
  %no = icmp eq ptr %sleep, null
  br i1 %no, label %fewer, label %go
go:
  store ptr %sleep, ptr %helper
  call void @set(ptr %helper, i64 1, i64 0)
  call void @set.ptr(ptr %helper, i64 2, ptr null)
  %thread = call i64 @PyThread_start_new_thread(ptr @help, ptr %helper)
  %failed = icmp eq i64 %thread, -1
  br i1 %failed, label %fewer, label %started
started:
  %next = add i64 %there, 1
  store i64 %next, ptr @team.started
  br label %count
fewer: ; no more of them will be asked for
  %size = add i64 %there, 1
  store atomic i64 %size, ptr @team.size monotonic, align 8
  br label %out
out:
  %found = phi i64 [ %most, %count ], [ %there, %fewer ]
  ret i64 %found
}

define internal void @help(ptr %me) cold {
  %ctx = alloca [WORDS x i64], align 16
  call void @llvm.memset.p0.i64(ptr %ctx, i8 0, i64 CONTEXT_BYTES, i1 false)
  call void @set(ptr %ctx, i64 HELPS, i64 1)
  call void @deaf()
  br label %sleep
sleep:
  %lock = load ptr, ptr %me
  %woken = call i32 @PyThread_acquire_lock(ptr %lock, i32 1)
  %asked.at = getelementptr i64, ptr %me, i64 1
  %asked = atomicrmw xchg ptr %asked.at, i64 0 seq_cst
  %leaving = load atomic i64, ptr @team.leaving acquire, align 8
  %over = icmp ne i64 %leaving, 0
  br i1 %over, label %leave, label %try
try:
  %word = load atomic i64, ptr @team.word seq_cst, align 8
  %bit = and i64 %word, 1
  %closed = icmp ne i64 %bit, 0
  br i1 %closed, label %sleep, label %enter
enter:
  %more = add i64 %word, 2
  %pair = cmpxchg ptr @team.word, i64 %word, i64 %more seq_cst seq_cst
  %in = extractvalue { i64, i1 } %pair, 1
  br i1 %in, label %inside, label %try
inside:
  %mode = call i64 @get(ptr @team.job, i64 6)
  call void @reckon(i64 %mode)
  call void @begin_help(ptr %ctx)
  call void @take_blocks(ptr %ctx)
  call void @end_help(ptr %ctx, ptr %me)
  %before = atomicrmw sub ptr @team.word, i64 2 seq_cst
  %last = icmp eq i64 %before, 3
  br i1 %last, label %say, label %sleep
say:
  %done = load ptr, ptr @team.done
  call void @PyThread_release_lock(ptr %done)
  br label %sleep
leave:
  %end = load ptr, ptr @team.done
  call void @PyThread_release_lock(ptr %end)
  ret void
}

; A helper's context is like that of a call that begins, but for its pool, which it keeps.
define internal void @begin_help(ptr %ctx) cold {
  call void @ready(ptr %ctx)
  %pool = call ptr @get.ptr(ptr %ctx, i64 POOL)
  %none = icmp eq ptr %pool, null
  br i1 %none, label %make, label %out
make:
  %new = call ptr @calloc(i64 POOL_BYTES, i64 1)
  call void @set.ptr(ptr %ctx, i64 POOL, ptr %new)
  br label %out
out:
  ret void
}

; What blocks that failed have left goes back to the helper's pool, which keeps as much as one at rest would.
define internal void @end_help(ptr %ctx, ptr %me) cold {
entry:
  %pool = call ptr @get.ptr(ptr %ctx, i64 POOL)
  call void @set.ptr(ptr %me, i64 2, ptr %pool)
  %made = call i64 @get(ptr %ctx, i64 ALLOCATIONS)
  %none = icmp eq i64 %made, 0
  br i1 %none, label %out, label %begin
begin:
  %a = atomicrmw add ptr @team.allocations, i64 %made monotonic
  %listed = call i64 @get(ptr %ctx, i64 LIST_BYTES)
  %b = atomicrmw add ptr @team.list_bytes, i64 %listed monotonic
  %most = call i64 @get(ptr %ctx, i64 MOST_BYTES)
  %c = atomicrmw add ptr @team.most_bytes, i64 %most monotonic
  %first = call ptr @get.ptr(ptr %ctx, i64 NEXT)
  br label %turn
turn:
  %links = phi ptr [ %first, %begin ], [ %next, %each ]
  %end = icmp eq ptr %links, %ctx
  br i1 %end, label %empty, label %each
each:
  %next = call ptr @get.ptr(ptr %links, i64 1)
  %block = getelementptr i64, ptr %links, i64 2
  call void @put_large(ptr %pool, ptr %block)
  br label %turn
empty:
  call void @rest(ptr %pool)
  %bound = call i64 @bound(ptr %pool)
  call void @settle(ptr %pool, i64 %bound)
  br label %out
out:
  ret void
}

; The bytes that helpers keep, which with `release` go back to the system; 0 while they are at work.
define internal i64 @helpers_keep(i1 %release) cold {
entry:
  %pair = cmpxchg ptr @team.taken, i64 0, i64 1 acq_rel monotonic
  %won = extractvalue { i64, i1 } %pair, 1
  br i1 %won, label %begin, label %busy
busy:
  ret i64 0
begin:
  %there = load i64, ptr @team.started
  br label %turn
turn:
  %h = phi i64 [ 0, %begin ], [ %h1, %further ]
  %sum = phi i64 [ 0, %begin ], [ %sum1, %further ]
  %more = icmp slt i64 %h, %there
  br i1 %more, label %each, label %out
each:
  %its = getelementptr [HELPER_WORDS x i64], ptr @team.helpers, i64 %h
  %h1 = add i64 %h, 1
  %pool = call ptr @get.ptr(ptr %its, i64 2)
  %none = icmp eq ptr %pool, null
  br i1 %none, label %further, label %look
look:
  %held = call i64 @held(ptr %pool)
  br i1 %release, label %let, label %further
let:
  call void @settle(ptr %pool, i64 0)
  br label %further
further:
  %own = phi i64 [ 0, %each ], [ %held, %look ], [ %held, %let ]
  %sum1 = add i64 %sum, %own
  br label %turn
out:
  store atomic i64 0, ptr @team.taken release, align 8
  ret i64 %sum
}

; So many threads from now on; how many it were.
define i64 @ep_threads(i64 %size) cold {
  %old = atomicrmw xchg ptr @team.size, i64 %size seq_cst
  ret i64 %old
}

; In a child after a fork: the helpers are not there, and nobody has the team.
define void @ep_team_forget() cold {
  store i64 0, ptr @team.started
  store ptr null, ptr @team.done
  store i64 1, ptr @team.word
  store i64 0, ptr @team.taken
  store i64 0, ptr @team.noting
  ret void
}

; At the end of the process: the helpers leave, unless one of them is at work for a thread that is cut off.
define void @ep_team_leave() cold {
entry:
  %ignored = call i64 @ep_threads(i64 1)
  %pair = cmpxchg ptr @team.taken, i64 0, i64 1 acq_rel monotonic
  %won = extractvalue { i64, i1 } %pair, 1
  br i1 %won, label %begin, label %out
begin:
  store atomic i64 1, ptr @team.leaving release, align 8
  %there = load i64, ptr @team.started
  br label %turn
turn:
  %h = phi i64 [ 0, %begin ], [ %h1, %each ]
  %more = icmp slt i64 %h, %there
  br i1 %more, label %each, label %out
each:
  %its = getelementptr [HELPER_WORDS x i64], ptr @team.helpers, i64 %h
  call void @wake(ptr %its)
  %done = load ptr, ptr @team.done
  %met = call i32 @PyThread_acquire_lock(ptr %done, i32 1)
  %h1 = add i64 %h, 1
  br label %turn
out:
  ret void
}
"""

ROUNDING = """
declare void @llvm.x86.sse.stmxcsr(ptr)
declare void @llvm.x86.sse.ldmxcsr(ptr)

; How this thread rounds, and whether small numbers are zero to it; the exceptions that it has seen left out.
define internal i64 @arithmetic() cold {
  %place = alloca i32, align 4
  call void @llvm.x86.sse.stmxcsr(ptr %place)
  %all = load i32, ptr %place
  %kept = and i32 %all, -64
  %mode = zext i32 %kept to i64
  ret i64 %mode
}

define internal void @reckon(i64 %mode) cold {
  %place = alloca i32, align 4
  %word = trunc i64 %mode to i32
  store i32 %word, ptr %place
  call void @llvm.x86.sse.ldmxcsr(ptr %place)
  ret void
}
"""

NO_ROUNDING = """
define internal i64 @arithmetic() cold {
  ret i64 0
}

define internal void @reckon(i64 %mode) cold {
  ret void
}
"""

SIGNALS = """
declare i32 @sigfillset(ptr)
declare i32 @sigdelset(ptr, i32)
declare i32 @pthread_sigmask(i32, ptr, ptr)

; Signals are for the threads that Python knows, but for those that say what went wrong here.
define internal void @deaf() cold {
  %set = alloca [32 x i64], align 8
  %filled = call i32 @sigfillset(ptr %set)
  %fault = call i32 @sigdelset(ptr %set, i32 SIGSEGV)
  %fault1 = call i32 @sigdelset(ptr %set, i32 SIGBUS)
  %fault2 = call i32 @sigdelset(ptr %set, i32 SIGFPE)
  %fault3 = call i32 @sigdelset(ptr %set, i32 SIGILL)
  %masked = call i32 @pthread_sigmask(i32 SIG_SETMASK, ptr %set, ptr null)
  ret void
}
"""

NO_SIGNALS = """
define internal void @deaf() cold {
  ret void
}
"""

TEXT = TEAM + (ROUNDING if platform.machine() in ("x86_64", "AMD64", "i686") else NO_ROUNDING)
TEXT += SIGNALS if hasattr(signal, "pthread_sigmask") else NO_SIGNALS
