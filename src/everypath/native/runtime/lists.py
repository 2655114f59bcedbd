"""Growable lists: room for more elements, and letting go of those of plain numbers."""

from __future__ import annotations

TEXT = """
define void @ep_drop_list(ptr %ctx, ptr %block) {
  %at = getelementptr i64, ptr %block, i64 BUFFER
  %buffer = load ptr, ptr %at
  call void @ep_release(ptr %ctx, ptr %buffer)
  ret void
}

define void @ep_drop_segments(ptr %ctx, ptr %block) cold {
  %length = call i64 @get(ptr %block, i64 LENGTH)
  %some = icmp sgt i64 %length, 0
  br i1 %some, label %turn, label %out
turn:
  %k = phi i64 [ SEGMENTS, %0 ], [ %next, %turn ]
  %has = phi i64 [ FIRST_SEGMENT, %0 ], [ %more, %turn ]
  %segment = call ptr @get.ptr(ptr %block, i64 %k)
  call void @ep_release(ptr %ctx, ptr %segment)
  %next = add i64 %k, 1
  %more = mul i64 %has, 2
  %room = sub i64 %more, FIRST_SEGMENT
  %left = icmp slt i64 %room, %length
  br i1 %left, label %turn, label %out
out:
  ret void
}

; The next segment of a list whose segments are full: for 64 elements, or for as many as there are in all, and 64.
define i1 @ep_segment(ptr %ctx, ptr %list, i64 %spread) cold {
  %length = call i64 @get(ptr %list, i64 LENGTH)
  %many = add i64 %length, FIRST_SEGMENT
  %bytes = mul i64 %many, %spread
  %new = call ptr @ep_alloc(ptr %ctx, i64 %bytes)
  %none = icmp eq ptr %new, null
  br i1 %none, label %fail, label %go
go:
  %zeros = call i64 @llvm.ctlz.i64(i64 %many, i1 true)
  %word = sub i64 LAST_SEGMENT, %zeros
  call void @set.ptr(ptr %list, i64 %word, ptr %new)
  call void @count(ptr %ctx, i64 LIST_BYTES, i64 %bytes)
  ret i1 true
fail:
  ret i1 false
}

define i1 @ep_grow(ptr %ctx, ptr %list, i64 %spread) cold {
  %buffer.at = getelementptr i64, ptr %list, i64 BUFFER
  %capacity.at = getelementptr i64, ptr %list, i64 CAPACITY
  %old = load ptr, ptr %buffer.at
  %capacity = load i64, ptr %capacity.at
  %some = icmp sgt i64 %capacity, 0
  %twice = mul i64 %capacity, 2
  %wider = select i1 %some, i64 %twice, i64 8
  %bytes = mul i64 %wider, %spread
  %new = call ptr @ep_alloc(ptr %ctx, i64 %bytes)
  %none = icmp eq ptr %new, null
  br i1 %none, label %fail, label %go
go:
  %used = mul i64 %capacity, %spread
  %from = getelementptr i8, ptr %old, i64 HEADER
  %to = getelementptr i8, ptr %new, i64 HEADER
  br i1 %some, label %move, label %done
move:
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 %used, i1 false)
  call void @ep_release(ptr %ctx, ptr %old)
  br label %done
done:
  store ptr %new, ptr %buffer.at
  store i64 %wider, ptr %capacity.at
  %added = sub i64 %bytes, %used
  call void @count(ptr %ctx, i64 LIST_BYTES, i64 %added)
  ret i1 true
fail:
  ret i1 false
}
"""
