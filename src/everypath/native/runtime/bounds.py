"""What pools may keep, and what goes back to the system: after a call, when somebody asks for it, when there is no memory."""

from __future__ import annotations

TEXT = """
define internal i64 @held(ptr %pool) alwaysinline {
  %kept = call i64 @get(ptr %pool, i64 KEPT)
  %chunks = call i64 @get(ptr %pool, i64 CHUNK_BYTES)
  %sum = add i64 %kept, %chunks
  ret i64 %sum
}

define internal i64 @bound(ptr %pool) alwaysinline {
  %recent = call i64 @get(ptr %pool, i64 RECENT)
  %bound = add i64 %recent, SLACK
  %least = call i64 @lesser(i64 %bound, i64 CAP)
  ret i64 %least
}

; Whether a pool is at rest and may keep so many bytes more.
define internal i1 @has_room(i64 %bytes) cold {
  %pool = load ptr, ptr @idle
  %none = icmp eq ptr %pool, null
  br i1 %none, label %no, label %look
look:
  %held = call i64 @held(ptr %pool)
  %sum = add i64 %held, %bytes
  %bound = call i64 @bound(ptr %pool)
  %fits = icmp sle i64 %sum, %bound
  ret i1 %fits
no:
  ret i1 false
}

; Give free blocks back to the system, the largest first, until no more than so many bytes of them are left.
define internal void @trim(ptr %pool, i64 %left) cold {
  br label %class
class:
  %k = phi i64 [ CLASSES, %0 ], [ %number, %class.done ]
  %some = icmp sgt i64 %k, 0
  br i1 %some, label %begin, label %out
begin:
  %number = sub i64 %k, 1
  %word = add i64 %number, LARGE_LISTS
  %list = getelementptr i64, ptr %pool, i64 %word
  %bytes = call i64 @capacity(i64 %number)
  %less = sub i64 0, %bytes
  br label %turn
turn:
  %kept = call i64 @get(ptr %pool, i64 KEPT)
  %much = icmp sgt i64 %kept, %left
  br i1 %much, label %look, label %out
look:
  %block = load ptr, ptr %list
  %none = icmp eq ptr %block, null
  br i1 %none, label %class.done, label %go
class.done:
  br label %class
go:
  %next = call ptr @get.ptr(ptr %block, i64 -1)
  store ptr %next, ptr %list
  %raw = call ptr @get.ptr(ptr %block, i64 3)
  call void @free(ptr %raw)
  call void @count(ptr %pool, i64 KEPT, i64 %less)
  br label %turn
out:
  ret void
}

; Keep the first chunks, of no more than so many bytes together. No small block is in use.
define internal void @trim_chunks(ptr %pool, i64 %left) cold {
  %start = getelementptr i64, ptr %pool, i64 CHUNKS
  br label %turn
turn:
  %link = phi ptr [ %start, %0 ], [ %chunk, %stay ]
  %sum = phi i64 [ 0, %0 ], [ %with, %stay ]
  %chunk = load ptr, ptr %link
  %last = icmp eq ptr %chunk, null
  br i1 %last, label %out, label %look
look:
  %size = call i64 @get(ptr %chunk, i64 1)
  %with = add i64 %sum, %size
  %fits = icmp sle i64 %with, %left
  br i1 %fits, label %stay, label %cut
stay:
  br label %turn
cut:
  store ptr null, ptr %link
  br label %each
each:
  %gone = phi ptr [ %chunk, %cut ], [ %next, %each ]
  %next = load ptr, ptr %gone
  %raw = call ptr @get.ptr(ptr %gone, i64 3)
  call void @free(ptr %raw)
  %done = icmp eq ptr %next, null
  br i1 %done, label %out, label %each
out:
  call void @set(ptr %pool, i64 CHUNK_BYTES, i64 %sum)
  ret void
}

define internal void @settle(ptr %pool, i64 %bound) cold {
  %held = call i64 @held(ptr %pool)
  %much = icmp sgt i64 %held, %bound
  br i1 %much, label %go, label %out
go:
  %positive = icmp sgt i64 %bound, 0
  %left = select i1 %positive, i64 %bound, i64 0
  call void @trim_chunks(ptr %pool, i64 %left)
  %chunks = call i64 @get(ptr %pool, i64 CHUNK_BYTES)
  %rest = sub i64 %left, %chunks
  call void @trim(ptr %pool, i64 %rest)
  br label %out
out:
  ret void
}

; Bytes that all pools at rest keep; with `release` all of them go back to the system.
define i64 @ep_kept(i32 %release) cold {
  %let = icmp ne i32 %release, 0
  call void @hold_pools()
  %first = load ptr, ptr @idle
  br label %turn
turn:
  %pool = phi ptr [ %first, %0 ], [ %next, %further ]
  %sum = phi i64 [ 0, %0 ], [ %more, %further ]
  %last = icmp eq ptr %pool, null
  br i1 %last, label %out, label %each
each:
  %held = call i64 @held(ptr %pool)
  %more = add i64 %sum, %held
  br i1 %let, label %go, label %further
go:
  call void @settle(ptr %pool, i64 0)
  br label %further
further:
  %next = load ptr, ptr %pool
  br label %turn
out:
  call void @leave_pools()
  %helpers = call i64 @helpers_keep(i1 %let)
  %all = add i64 %sum, %helpers
  ret i64 %all
}

; Memory from the system for a running call; if it has none, what the pools keep goes back first.
define internal ptr @obtain(ptr %ctx, i64 %bytes, i1 %zeros) cold {
  %first = call ptr @asked(i64 %bytes, i1 %zeros)
  %none = icmp eq ptr %first, null
  br i1 %none, label %press, label %out
press:
  %pool = call ptr @get.ptr(ptr %ctx, i64 POOL)
  call void @trim(ptr %pool, i64 0)
  %helps = call i64 @get(ptr %ctx, i64 HELPS)
  %helper = icmp ne i64 %helps, 0
  br i1 %helper, label %again, label %call
call: ; helpers never hold the GIL, without which the pools at rest are not theirs
  %thread = call ptr @get.ptr(ptr %ctx, i64 THREAD)
  %held = icmp eq ptr %thread, null
  br i1 %held, label %others, label %lock
lock:
  call void @PyEval_RestoreThread(ptr %thread)
  br label %others
others:
  %gone = call i64 @ep_kept(i32 1)
  br i1 %held, label %again, label %unlock
unlock:
  %saved = call ptr @PyEval_SaveThread()
  call void @set.ptr(ptr %ctx, i64 THREAD, ptr %saved)
  br label %again
again:
  %second = call ptr @asked(i64 %bytes, i1 %zeros)
  br label %out
out:
  %raw = phi ptr [ %first, %0 ], [ %second, %again ]
  call void @widen(ptr %raw, i64 %bytes)
  ret ptr %raw
}

define internal ptr @asked(i64 %bytes, i1 %zeros) cold {
  br i1 %zeros, label %clean, label %any
clean:
  %c = call ptr @calloc(i64 %bytes, i64 1)
  ret ptr %c
any:
  %m = call ptr @malloc(i64 %bytes)
  ret ptr %m
}
"""
