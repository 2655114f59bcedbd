"""The team: threads that take a call's blocks of work beside the thread that made the call.

    job = { run, environment, axis, length, chunk, blocks }

A job is cut into blocks by its extents alone, and each block leaves its results in a place of its own, so the numbers are the same however
many threads take blocks, and in whatever order. The thread that brings a job opens it, wakes helpers, takes blocks as they do until none
is left, closes it, and waits for those that are still inside. `word` is twice the helpers inside, and one more while no job is open.

There is one job at a time: who finds the team taken (another thread's call, a block inside a block) goes through its blocks alone.
Helpers never touch Python. They are started when first needed and sleep in locks of CPython's; a forked child has none and starts its own.
"""

from __future__ import annotations

import platform
import signal

BLOCKS = 128
"""The most blocks of a job."""

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
        "BLOCKS": BLOCKS,
        "MOST_HELPERS": MOST_HELPERS,
        "LINE": LINE,
        "GRAIN": GRAIN,
        "LARGE_WORK": LARGE,
        "SPINS": SPINS,
        "HELPER_WORDS": 16,
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
@team.helpers = internal global [MOST_HELPERS x [HELPER_WORDS x i64]] zeroinitializer, align 128

; Run the job of so much work over an index space whose extents begin the environment; into how many blocks it was cut.
define i64 @ep_share(ptr %run, ptr %env, i64 %rank, i64 %work) {
  %small = icmp slt i64 %work, LARGE_WORK
  br i1 %small, label %whole, label %cut
whole:
  %first = load i64, ptr %env
  call void %run(ptr %env, i64 0, i64 0, i64 %first, i64 0)
  ret i64 1
cut:
  %blocks = call i64 @share_blocks(ptr %run, ptr %env, i64 %rank, i64 %work)
  ret i64 %blocks
}

define internal i64 @share_blocks(ptr %run, ptr %env, i64 %rank, i64 %work) noinline cold {
entry:
  %own = alloca [7 x i64], align 8
  %units = udiv i64 %work, GRAIN
  %wanted = call i64 @lesser(i64 %units, i64 BLOCKS)
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
  call void @one_block(ptr %own, i64 %b)
  %b1 = add i64 %b, 1
  br label %turn
together:
  %there = call i64 @enough(i64 %helpers)
  call void @describe(ptr @team.job, ptr %run, ptr %env, i64 %axis1, i64 %length1, i64 %chunk, i64 %blocks)
  %mode = call i64 @arithmetic()
  call void @set(ptr @team.job, i64 6, i64 %mode)
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
  call void @take_blocks()
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
  store atomic i64 0, ptr @team.taken release, align 8
  br label %out
out:
  ret i64 %blocks
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

define internal void @one_block(ptr %job, i64 %block) {
  %run = call ptr @get.ptr(ptr %job, i64 0)
  %env = call ptr @get.ptr(ptr %job, i64 1)
  %axis = call i64 @get(ptr %job, i64 2)
  %length = call i64 @get(ptr %job, i64 3)
  %chunk = call i64 @get(ptr %job, i64 4)
  %low = mul i64 %block, %chunk
  %end = add i64 %low, %chunk
  %high = call i64 @lesser(i64 %end, i64 %length)
  call void %run(ptr %env, i64 %axis, i64 %low, i64 %high, i64 %block)
  ret void
}

define internal void @take_blocks() {
  %blocks = call i64 @get(ptr @team.job, i64 5)
  br label %turn
turn:
  %block = atomicrmw add ptr @team.next, i64 1 acq_rel
  %some = icmp slt i64 %block, %blocks
  br i1 %some, label %go, label %out
go:
  call void @one_block(ptr @team.job, i64 %block)
  br label %turn
out:
  ret void
}

; helper = { lock in which it sleeps, whether it has been asked }

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
  call void @take_blocks()
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
