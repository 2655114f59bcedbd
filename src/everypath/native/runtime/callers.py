"""Who calls: Python, whose lock keeps the pools at rest and who hears signals, or a program that knows nothing of Python.

For the second kind, what the runtime asks of CPython is written with the C library: locks are semaphores, threads are those of POSIX,
nobody interrupts, and a lock that threads spin on keeps the pools at rest.
"""

from __future__ import annotations

PYTHON = """
declare ptr @PyEval_SaveThread()
declare void @PyEval_RestoreThread(ptr)
declare i32 @PyErr_CheckSignals()
declare ptr @PyThread_allocate_lock()
declare i32 @PyThread_acquire_lock(ptr, i32)
declare void @PyThread_release_lock(ptr)
declare i64 @PyThread_start_new_thread(ptr, ptr)

define internal void @hold_pools() alwaysinline {
  ret void
}

define internal void @leave_pools() alwaysinline {
  ret void
}
"""

POOLS = """
@pools = internal global i64 0, align 128

define internal void @hold_pools() {
  br label %turn
turn:
  %before = atomicrmw xchg ptr @pools, i64 1 acquire
  %mine = icmp eq i64 %before, 0
  br i1 %mine, label %out, label %turn
out:
  ret void
}

define internal void @leave_pools() {
  store atomic i64 0, ptr @pools release, align 8
  ret void
}

define internal ptr @PyEval_SaveThread() {
  ret ptr null
}

define internal void @PyEval_RestoreThread(ptr %thread) {
  ret void
}

define internal i32 @PyErr_CheckSignals() {
  ret i32 0
}
"""

THREADS = """
declare i32 @sem_init(ptr, i32, i32)
declare i32 @sem_wait(ptr)
declare i32 @sem_post(ptr)
declare i32 @pthread_create(ptr, ptr, ptr, ptr)
declare i32 @pthread_detach(i64)
declare i32 @pthread_atfork(ptr, ptr, ptr)

define internal ptr @PyThread_allocate_lock() cold {
  %lock = call ptr @calloc(i64 64, i64 1)
  %none = icmp eq ptr %lock, null
  br i1 %none, label %out, label %some
some:
  %ignored = call i32 @sem_init(ptr %lock, i32 0, i32 1)
  br label %out
out:
  ret ptr %lock
}

define internal i32 @PyThread_acquire_lock(ptr %lock, i32 %wait) cold {
  br label %turn
turn: ; a signal may wake it too early
  %status = call i32 @sem_wait(ptr %lock)
  %mine = icmp eq i32 %status, 0
  br i1 %mine, label %out, label %turn
out:
  ret i32 1
}

define internal void @PyThread_release_lock(ptr %lock) cold {
  %ignored = call i32 @sem_post(ptr %lock)
  ret void
}

define internal i64 @PyThread_start_new_thread(ptr %run, ptr %argument) cold {
  %thread = alloca i64, align 8
  %status = call i32 @pthread_create(ptr %thread, ptr null, ptr %run, ptr %argument)
  %made = icmp eq i32 %status, 0
  br i1 %made, label %some, label %none
some:
  %number = load i64, ptr %thread
  %ignored = call i32 @pthread_detach(i64 %number)
  ret i64 0
none:
  ret i64 -1
}

; A forked child has no helpers.
define i32 @everypath.at_fork() {
  %status = call i32 @pthread_atfork(ptr null, ptr null, ptr @ep_team_forget)
  ret i32 %status
}
"""

NO_THREADS = """
define internal ptr @PyThread_allocate_lock() cold {
  ret ptr null
}

define internal i32 @PyThread_acquire_lock(ptr %lock, i32 %wait) cold {
  ret i32 1
}

define internal void @PyThread_release_lock(ptr %lock) cold {
  ret void
}

define internal i64 @PyThread_start_new_thread(ptr %run, ptr %argument) cold {
  ret i64 -1
}

define i32 @everypath.at_fork() {
  ret i32 0
}
"""
