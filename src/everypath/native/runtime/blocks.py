"""Blocks of memory: made, counted, let go of, given back when a call ends. `layout` says what a block is, `pool` where it comes from."""

from __future__ import annotations

import sys

HUGE = 1 << 22
"""Bytes from which Linux is advised to use large pages, as NumPy does: there are hundreds of times fewer to be faulted in."""

BLOCKS = """
@POINTERS_TABLE = global [1 x ptr] zeroinitializer

declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)

; A context in which nothing is alive and nothing counted.
define internal void @ready(ptr %ctx) alwaysinline {
  call void @set.ptr(ptr %ctx, i64 PREV, ptr %ctx)
  call void @set.ptr(ptr %ctx, i64 NEXT, ptr %ctx)
  call void @set(ptr %ctx, i64 ALLOCATIONS, i64 0)
  call void @set(ptr %ctx, i64 LIVE_BLOCKS, i64 0)
  call void @set(ptr %ctx, i64 LIVE_BYTES, i64 0)
  call void @set(ptr %ctx, i64 MOST_BYTES, i64 0)
  call void @set(ptr %ctx, i64 LIST_BYTES, i64 0)
  call void @set(ptr %ctx, i64 COUNTDOWN, i64 TURNS)
  call void @set(ptr %ctx, i64 LOOKED, i64 0)
  ret void
}

; All blocks of a context go back to a pool.
define internal void @put_back(ptr %ctx, ptr %pool) alwaysinline {
entry:
  %first = call ptr @get.ptr(ptr %ctx, i64 NEXT)
  br label %turn
turn:
  %links = phi ptr [ %first, %entry ], [ %next, %each ]
  %end = icmp eq ptr %links, %ctx
  br i1 %end, label %empty, label %each
each:
  %next = call ptr @get.ptr(ptr %links, i64 1)
  %block = getelementptr i64, ptr %links, i64 2
  call void @put_large(ptr %pool, ptr %block)
  br label %turn
empty:
  ret void
}

; A call begins: its context has a pool, unless there is no memory.
define void @ep_open(ptr %ctx) {
  call void @ready(ptr %ctx)
  call void @set.ptr(ptr %ctx, i64 THREAD, ptr null)
  call void @set(ptr %ctx, i64 HELPS, i64 0)
  %pool = call ptr @take_pool()
  call void @set.ptr(ptr %ctx, i64 POOL, ptr %pool)
  ret void
}

; A call ends, and leaves what it counted for whoever wants to read it.
define void @ep_close_counted(ptr %ctx, ptr %counters) {
  %first = getelementptr i64, ptr %ctx, i64 ALLOCATIONS
  call void @llvm.memcpy.p0.p0.i64(ptr %counters, ptr %first, i64 COUNTER_BYTES, i1 false)
  call void @ep_close(ptr %ctx)
  ret void
}

; A call ends: what it still has goes back to its pool, and that to rest.
define void @ep_close(ptr %ctx) cold {
  %pool = call ptr @get.ptr(ptr %ctx, i64 POOL)
  %none = icmp eq ptr %pool, null
  br i1 %none, label %out, label %go
go:
  call void @put_back(ptr %ctx, ptr %pool)
  call void @set.ptr(ptr %ctx, i64 PREV, ptr %ctx)
  call void @set.ptr(ptr %ctx, i64 NEXT, ptr %ctx)
  call void @set.ptr(ptr %ctx, i64 POOL, ptr null)
  call void @give_pool(ptr %pool)
  br label %out
out:
  ret void
}

define internal void @begin(ptr %ctx, ptr %block, i64 %bytes) alwaysinline {
  store i64 1, ptr %block
  call void @set(ptr %block, i64 1, i64 %bytes)
  call void @set.ptr(ptr %block, i64 2, ptr null)
  call void @count(ptr %ctx, i64 ALLOCATIONS, i64 1)
  call void @count(ptr %ctx, i64 LIVE_BLOCKS, i64 1)
  call void @count(ptr %ctx, i64 LIVE_BYTES, i64 %bytes)
  %live = call i64 @get(ptr %ctx, i64 LIVE_BYTES)
  call void @raise(ptr %ctx, i64 MOST_BYTES, i64 %live)
  ret void
}

define ptr @ep_alloc(ptr %ctx, i64 %bytes) {
  %small = icmp ule i64 %bytes, MOST_SMALL
  br i1 %small, label %list, label %large
large:
  %l = call ptr @large(ptr %ctx, i64 %bytes, i1 false)
  ret ptr %l
list:
  %pool = call ptr @get.ptr(ptr %ctx, i64 POOL)
  %lost = icmp eq ptr %pool, null
  br i1 %lost, label %out, label %some
some:
  %up = add i64 %bytes, 63
  %total = and i64 %up, -32
  %units = lshr i64 %total, 5
  %word = add i64 %units, SMALL_LISTS
  %at = getelementptr i64, ptr %pool, i64 %word
  %first = load ptr, ptr %at
  %none = icmp eq ptr %first, null
  br i1 %none, label %cut, label %pop
pop:
  %next = call ptr @get.ptr(ptr %first, i64 3)
  store ptr %next, ptr %at
  br label %made
cut:
  %here = call ptr @get.ptr(ptr %pool, i64 BUMP)
  %there = getelementptr i8, ptr %here, i64 %total
  %end = call ptr @get.ptr(ptr %pool, i64 END)
  %past = icmp ugt ptr %there, %end
  br i1 %past, label %more, label %inside
inside:
  call void @set.ptr(ptr %pool, i64 BUMP, ptr %there)
  br label %made
more:
  %new = call ptr @further(ptr %ctx, ptr %pool, i64 %total)
  %nothing = icmp eq ptr %new, null
  br i1 %nothing, label %out, label %made
made:
  %block = phi ptr [ %first, %pop ], [ %here, %inside ], [ %new, %more ]
  call void @begin(ptr %ctx, ptr %block, i64 %bytes)
  call void @set.ptr(ptr %block, i64 3, ptr null)
  ret ptr %block
out:
  ret ptr null
}

define ptr @ep_zeros(ptr %ctx, i64 %bytes) {
  %small = icmp ule i64 %bytes, MOST_SMALL
  br i1 %small, label %list, label %large
large:
  %l = call ptr @large(ptr %ctx, i64 %bytes, i1 true)
  ret ptr %l
list:
  %block = call ptr @ep_alloc(ptr %ctx, i64 %bytes)
  %none = icmp eq ptr %block, null
  br i1 %none, label %out, label %clear
clear:
  %data = getelementptr i8, ptr %block, i64 HEADER
  call void @llvm.memset.p0.i64(ptr %data, i8 0, i64 %bytes, i1 false)
  br label %out
out:
  ret ptr %block
}

declare { i64, i1 } @llvm.smul.with.overflow.i64(i64, i64)

; A block for this many lines of elements; null, too, where the number of bytes is none, or the number of lines negative.
define ptr @ep_array(ptr %ctx, i64 %itemsize, i64 %lines, i64 %length) {
  %bytes = call i64 @bytes_of(i64 %itemsize, i64 %lines, i64 %length)
  %block = call ptr @ep_alloc(ptr %ctx, i64 %bytes)
  ret ptr %block
}

define ptr @ep_array_of_zeros(ptr %ctx, i64 %itemsize, i64 %lines, i64 %length) {
  %bytes = call i64 @bytes_of(i64 %itemsize, i64 %lines, i64 %length)
  %block = call ptr @ep_zeros(ptr %ctx, i64 %bytes)
  ret ptr %block
}

define internal i64 @bytes_of(i64 %itemsize, i64 %lines, i64 %length) alwaysinline {
  %elements = call { i64, i1 } @llvm.smul.with.overflow.i64(i64 %lines, i64 %length)
  %n = extractvalue { i64, i1 } %elements, 0
  %n.over = extractvalue { i64, i1 } %elements, 1
  %product = call { i64, i1 } @llvm.smul.with.overflow.i64(i64 %n, i64 %itemsize)
  %bytes = extractvalue { i64, i1 } %product, 0
  %over = extractvalue { i64, i1 } %product, 1
  %negative = icmp slt i64 %lines, 0
  %either = or i1 %n.over, %over
  %none = or i1 %either, %negative
  %asked = select i1 %none, i64 -1, i64 %bytes
  ret i64 %asked
}

define internal ptr @large(ptr %ctx, i64 %bytes, i1 %zeros) cold {
  %fits = icmp ult i64 %bytes, 140737488355328
  %pool = call ptr @get.ptr(ptr %ctx, i64 POOL)
  %some = icmp ne ptr %pool, null
  %possible = and i1 %fits, %some
  br i1 %possible, label %go, label %out
go:
  %class = call { i64, i64 } @size_class(i64 %bytes)
  %number = extractvalue { i64, i64 } %class, 0
  %capacity = extractvalue { i64, i64 } %class, 1
  %old = call ptr @reused(ptr %pool, i64 %number)
  %none = icmp eq ptr %old, null
  br i1 %none, label %fresh, label %again
again:
  br i1 %zeros, label %clear, label %have
clear:
  %data = getelementptr i8, ptr %old, i64 HEADER
  call void @llvm.memset.p0.i64(ptr %data, i8 0, i64 %bytes, i1 false)
  br label %have
have:
  %its = call i64 @get(ptr %old, i64 -3)
  %has = call i64 @capacity(i64 %its)
  br label %made
fresh:
  call void @make_room(ptr %pool, i64 %capacity)
  %new = call ptr @from_system(ptr %ctx, i64 %number, i64 %capacity, i1 %zeros)
  %nothing = icmp eq ptr %new, null
  br i1 %nothing, label %out, label %made
made:
  %block = phi ptr [ %old, %have ], [ %new, %fresh ]
  %space = phi i64 [ %has, %have ], [ %capacity, %fresh ]
  call void @went_out(ptr %pool, i64 %space)
  call void @begin(ptr %ctx, ptr %block, i64 %bytes)
  %links = getelementptr i64, ptr %block, i64 -2
  %first = call ptr @get.ptr(ptr %ctx, i64 NEXT)
  store ptr %ctx, ptr %links
  call void @set.ptr(ptr %links, i64 1, ptr %first)
  call void @set.ptr(ptr %ctx, i64 NEXT, ptr %links)
  store ptr %links, ptr %first
  ret ptr %block
out:
  ret ptr null
}

; A block of its own from the system, neither counted nor linked; the payload is aligned to 64 bytes.
define internal ptr @from_system(ptr %ctx, i64 %number, i64 %capacity, i1 %zeros) cold {
  %more = add i64 %capacity, 120
  %raw = call ptr @obtain(ptr %ctx, i64 %more, i1 %zeros)
  %none = icmp eq ptr %raw, null
  br i1 %none, label %out, label %go
go:
  %address = ptrtoint ptr %raw to i64
  %up = add i64 %address, 119
  %payload = and i64 %up, -64
  %header = sub i64 %payload, HEADER
  %block = inttoptr i64 %header to ptr
  call void @set.ptr(ptr %block, i64 3, ptr %raw)
  call void @set(ptr %block, i64 -3, i64 %number)
  call void @set.ptr(ptr %block, i64 -2, ptr null)
  ret ptr %block
out:
  ret ptr null
}

; Before memory is asked from the system: what is free in sizes that this call does not want goes, if it is much.
define internal void @make_room(ptr %pool, i64 %capacity) cold {
  %recent = call i64 @get(ptr %pool, i64 RECENT)
  %peak = call i64 @get(ptr %pool, i64 PEAK)
  %higher = icmp sgt i64 %peak, %recent
  %most = select i1 %higher, i64 %peak, i64 %recent
  %half = lshr i64 %most, 1
  %sum = add i64 %most, %half
  %allowed = add i64 %sum, SLACK
  %kept = call i64 @get(ptr %pool, i64 KEPT)
  %out = call i64 @get(ptr %pool, i64 OUT)
  %have = add i64 %kept, %out
  %want = add i64 %have, %capacity
  %beyond = sub i64 %want, %allowed
  %much = icmp sgt i64 %beyond, 0
  br i1 %much, label %go, label %done
go:
  %rest = sub i64 %kept, %beyond
  %positive = icmp sgt i64 %rest, 0
  %left = select i1 %positive, i64 %rest, i64 0
  call void @trim(ptr %pool, i64 %left)
  br label %done
done:
  ret void
}

define void @ep_retain(ptr %block) {
  %none = icmp eq ptr %block, null
  br i1 %none, label %out, label %some
some:
  %count = load i64, ptr %block
  %eternal = icmp slt i64 %count, 0
  br i1 %eternal, label %out, label %go
go:
  %more = add i64 %count, 1
  store i64 %more, ptr %block
  br label %out
out:
  ret void
}

define void @ep_release(ptr %ctx, ptr %block) {
  %none = icmp eq ptr %block, null
  br i1 %none, label %out, label %some
some:
  %count = load i64, ptr %block
  %eternal = icmp slt i64 %count, 0
  br i1 %eternal, label %out, label %go
go:
  %less = add i64 %count, -1
  store i64 %less, ptr %block
  %last = icmp eq i64 %less, 0
  br i1 %last, label %end, label %out
end:
  %drop = call ptr @get.ptr(ptr %block, i64 2)
  %plain = icmp eq ptr %drop, null
  br i1 %plain, label %free, label %let
let:
  call void %drop(ptr %ctx, ptr %block)
  br label %free
free:
  %pool = call ptr @get.ptr(ptr %ctx, i64 POOL)
  %bytes = call i64 @get(ptr %block, i64 1)
  %small = icmp ule i64 %bytes, MOST_SMALL
  br i1 %small, label %list, label %large
list:
  %up = add i64 %bytes, 63
  %units = lshr i64 %up, 5
  %word = add i64 %units, SMALL_LISTS
  %at = getelementptr i64, ptr %pool, i64 %word
  %first = load ptr, ptr %at
  call void @set.ptr(ptr %block, i64 3, ptr %first)
  store ptr %block, ptr %at
  call void @gone(ptr %ctx, i64 %bytes)
  br label %out
large:
  call void @unlink(ptr %ctx, ptr %block)
  call void @put_large(ptr %pool, ptr %block)
  br label %out
out:
  ret void
}

define internal void @gone(ptr %ctx, i64 %bytes) alwaysinline {
  %minus = sub i64 0, %bytes
  call void @count(ptr %ctx, i64 LIVE_BLOCKS, i64 -1)
  call void @count(ptr %ctx, i64 LIVE_BYTES, i64 %minus)
  ret void
}

; A large block leaves the call's ring, if it is in it.
define internal void @unlink(ptr %ctx, ptr %block) cold {
  %links = getelementptr i64, ptr %block, i64 -2
  %prev = load ptr, ptr %links
  %linked = icmp ne ptr %prev, null
  br i1 %linked, label %go, label %out
go:
  %next = call ptr @get.ptr(ptr %links, i64 1)
  call void @set.ptr(ptr %prev, i64 1, ptr %next)
  store ptr %prev, ptr %next
  store ptr null, ptr %links
  %bytes = call i64 @get(ptr %block, i64 1)
  call void @gone(ptr %ctx, i64 %bytes)
  %pool = call ptr @get.ptr(ptr %ctx, i64 POOL)
  %number = call i64 @get(ptr %block, i64 -3)
  %capacity = call i64 @capacity(i64 %number)
  %less = sub i64 0, %capacity
  call void @count(ptr %pool, i64 OUT, i64 %less)
  br label %out
out:
  ret void
}
"""

HUGE_PAGES = """
declare i32 @madvise(ptr, i64, i32)

define internal void @widen(ptr %raw, i64 %bytes) alwaysinline {
  %large = icmp uge i64 %bytes, HUGE
  %some = icmp ne ptr %raw, null
  %worth = and i1 %large, %some
  br i1 %worth, label %go, label %out
go:
  %number = ptrtoint ptr %raw to i64
  %up = add i64 %number, 4095
  %first = and i64 %up, -4096
  %start = inttoptr i64 %first to ptr
  %skipped = sub i64 %first, %number
  %length = sub i64 %bytes, %skipped
  %ignored = call i32 @madvise(ptr %start, i64 %length, i32 14)
  br label %out
out:
  ret void
}
"""

NO_HUGE_PAGES = """
define internal void @widen(ptr %raw, i64 %bytes) alwaysinline {
  ret void
}
"""

TEXT = BLOCKS + (HUGE_PAGES if sys.platform == "linux" else NO_HUGE_PAGES)
