"""Growable lists: room for more elements, and letting go of those of plain numbers."""

from __future__ import annotations

TEXT = """
define void @ep_drop_list(ptr %ctx, ptr %block) {
  %at = getelementptr i64, ptr %block, i64 BUFFER
  %buffer = load ptr, ptr %at
  call void @ep_release(ptr %ctx, ptr %buffer)
  ret void
}

define i1 @ep_grow(ptr %ctx, ptr %list, i64 %spread) {
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
