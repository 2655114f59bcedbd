"""The helpers of the team: how they are started, woken and sent home, what they keep, how they round, and which signals they hear."""

from __future__ import annotations

import platform
import signal

HELPERS = """
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
  call void @put_back(ptr %ctx, ptr %pool)
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

TEXT = HELPERS + (ROUNDING if platform.machine() in ("x86_64", "AMD64", "i686") else NO_ROUNDING)
TEXT += SIGNALS if hasattr(signal, "pthread_sigmask") else NO_SIGNALS
