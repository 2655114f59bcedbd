"""Blocks of memory: made, counted, let go of, and freed together when a call ends. `layout` says what a block is."""

from __future__ import annotations

import sys

HUGE = 1 << 22
"""Bytes from which Linux is advised to use large pages, as NumPy does: there are hundreds of times fewer to be faulted in."""

BLOCKS = """
@POINTERS_TABLE = global [1 x ptr] zeroinitializer

declare ptr @malloc(i64)
declare ptr @calloc(i64, i64)
declare void @free(ptr)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)

define internal ptr @link(ptr %ctx, ptr %raw, i64 %bytes) {
  %none = icmp eq ptr %raw, null
  br i1 %none, label %out, label %made
made:
  %number = ptrtoint ptr %raw to i64
  %up = add i64 %number, 63
  %aligned = and i64 %up, -64
  %block = inttoptr i64 %aligned to ptr
  %next.at = getelementptr i64, ptr %ctx, i64 1
  %first = load ptr, ptr %next.at
  %b.next = getelementptr i64, ptr %block, i64 1
  %b.count = getelementptr i64, ptr %block, i64 2
  %b.bytes = getelementptr i64, ptr %block, i64 3
  %b.drop = getelementptr i64, ptr %block, i64 4
  %b.raw = getelementptr i64, ptr %block, i64 5
  store ptr %ctx, ptr %block
  store ptr %first, ptr %b.next
  store i64 1, ptr %b.count
  store i64 %bytes, ptr %b.bytes
  store ptr null, ptr %b.drop
  store ptr %raw, ptr %b.raw
  store ptr %block, ptr %next.at
  store ptr %block, ptr %first
  call void @count(ptr %ctx, i64 ALLOCATIONS, i64 1)
  call void @count(ptr %ctx, i64 LIVE_BLOCKS, i64 1)
  call void @count(ptr %ctx, i64 LIVE_BYTES, i64 %bytes)
  %live.at = getelementptr i64, ptr %ctx, i64 LIVE_BYTES
  %live = load i64, ptr %live.at
  %most.at = getelementptr i64, ptr %ctx, i64 MOST_BYTES
  %most = load i64, ptr %most.at
  %higher = icmp sgt i64 %live, %most
  %peak = select i1 %higher, i64 %live, i64 %most
  store i64 %peak, ptr %most.at
  ret ptr %block
out:
  ret ptr null
}

define internal void @count(ptr %ctx, i64 %word, i64 %by) alwaysinline {
  %at = getelementptr i64, ptr %ctx, i64 %word
  %old = load i64, ptr %at
  %new = add i64 %old, %by
  store i64 %new, ptr %at
  ret void
}

define ptr @ep_alloc(ptr %ctx, i64 %bytes) {
  %fits = icmp ult i64 %bytes, 140737488355328
  br i1 %fits, label %go, label %out
go:
  %more = add i64 %bytes, 128
  %raw = call ptr @malloc(i64 %more)
  call void @widen(ptr %raw, i64 %more)
  %block = call ptr @link(ptr %ctx, ptr %raw, i64 %bytes)
  ret ptr %block
out:
  ret ptr null
}

define ptr @ep_zeros(ptr %ctx, i64 %bytes) {
  %fits = icmp ult i64 %bytes, 140737488355328
  br i1 %fits, label %go, label %out
go:
  %more = add i64 %bytes, 128
  %raw = call ptr @calloc(i64 %more, i64 1)
  call void @widen(ptr %raw, i64 %more)
  %block = call ptr @link(ptr %ctx, ptr %raw, i64 %bytes)
  ret ptr %block
out:
  ret ptr null
}

define void @ep_retain(ptr %block) {
  %none = icmp eq ptr %block, null
  br i1 %none, label %out, label %some
some:
  %at = getelementptr i64, ptr %block, i64 2
  %count = load i64, ptr %at
  %eternal = icmp slt i64 %count, 0
  br i1 %eternal, label %out, label %go
go:
  %more = add i64 %count, 1
  store i64 %more, ptr %at
  br label %out
out:
  ret void
}

define void @ep_release(ptr %ctx, ptr %block) {
  %none = icmp eq ptr %block, null
  br i1 %none, label %out, label %some
some:
  %at = getelementptr i64, ptr %block, i64 2
  %count = load i64, ptr %at
  %eternal = icmp slt i64 %count, 0
  br i1 %eternal, label %out, label %go
go:
  %less = add i64 %count, -1
  store i64 %less, ptr %at
  %last = icmp eq i64 %less, 0
  br i1 %last, label %end, label %out
end:
  %drop.at = getelementptr i64, ptr %block, i64 4
  %drop = load ptr, ptr %drop.at
  %plain = icmp eq ptr %drop, null
  br i1 %plain, label %free, label %let
let:
  call void %drop(ptr %ctx, ptr %block)
  br label %free
free:
  call void @unlink(ptr %ctx, ptr %block)
  %raw.at = getelementptr i64, ptr %block, i64 5
  %raw = load ptr, ptr %raw.at
  call void @free(ptr %raw)
  br label %out
out:
  ret void
}

define internal void @unlink(ptr %ctx, ptr %block) {
  %prev = load ptr, ptr %block
  %b.next = getelementptr i64, ptr %block, i64 1
  %next = load ptr, ptr %b.next
  %linked = icmp ne ptr %prev, null
  br i1 %linked, label %go, label %out
go:
  %p.next = getelementptr i64, ptr %prev, i64 1
  store ptr %next, ptr %p.next
  store ptr %prev, ptr %next
  store ptr null, ptr %block
  store ptr null, ptr %b.next
  %b.bytes = getelementptr i64, ptr %block, i64 3
  %bytes = load i64, ptr %b.bytes
  %minus = sub i64 0, %bytes
  call void @count(ptr %ctx, i64 LIVE_BLOCKS, i64 -1)
  call void @count(ptr %ctx, i64 LIVE_BYTES, i64 %minus)
  br label %out
out:
  ret void
}

define void @ep_free_all(ptr %ring) {
  %next.at = getelementptr i64, ptr %ring, i64 1
  %first = load ptr, ptr %next.at
  br label %turn
turn:
  %block = phi ptr [ %first, %0 ], [ %next, %go ]
  %end = icmp eq ptr %block, %ring
  br i1 %end, label %out, label %go
go:
  %b.next = getelementptr i64, ptr %block, i64 1
  %next = load ptr, ptr %b.next
  %raw.at = getelementptr i64, ptr %block, i64 5
  %raw = load ptr, ptr %raw.at
  call void @free(ptr %raw)
  br label %turn
out:
  store ptr %ring, ptr %ring
  store ptr %ring, ptr %next.at
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
