"""Records for Python: what one call saved for its backward half, in a capsule with all the memory that it refers to."""

from __future__ import annotations

RECORD = "everypath.record"
"""The name of the capsules that hold what one call saved for its backward half."""

TEXT = """
@record = private constant [LENGTH_OF_RECORD x i8] c"RECORD_NAME\\00"
declare ptr @PyCapsule_GetContext(ptr)
declare i32 @PyCapsule_SetContext(ptr, ptr)
declare i32 @PyCapsule_IsValid(ptr, ptr)
declare i32 @PyCapsule_SetDestructor(ptr, ptr)

define internal void @close_record(ptr %object) cold {
  %ring = call ptr @PyCapsule_GetContext(ptr %object)
  call void @return_ring(ptr %ring)
  ret void
}

define internal void @return_ring(ptr %ring) cold {
  %first = call ptr @get.ptr(ptr %ring, i64 NEXT)
  br label %turn
turn:
  %links = phi ptr [ %first, %0 ], [ %next, %large ]
  %end = icmp eq ptr %links, %ring
  br i1 %end, label %chunks, label %large
large:
  %next = call ptr @get.ptr(ptr %links, i64 NEXT)
  %block = getelementptr i64, ptr %links, i64 2
  store ptr null, ptr %links
  call void @return_large(ptr %block)
  br label %turn
chunks:
  %chunk.first = call ptr @get.ptr(ptr %ring, i64 2)
  br label %each
each:
  %chunk = phi ptr [ %chunk.first, %chunks ], [ %chunk.next, %back ]
  %last = icmp eq ptr %chunk, null
  br i1 %last, label %out, label %back
back:
  %chunk.next = load ptr, ptr %chunk
  call void @return_chunk(ptr %chunk)
  br label %each
out:
  call void @free(ptr %ring)
  ret void
}

define internal void @never_count(ptr %block) alwaysinline {
  store i64 -4611686018427387904, ptr %block
  ret void
}

define internal void @never_count_chunk(ptr %chunk) cold {
  %start = getelementptr i8, ptr %chunk, i64 64
  %end = call ptr @get.ptr(ptr %chunk, i64 2)
  br label %turn
turn:
  %block = phi ptr [ %start, %0 ], [ %next, %mark ]
  %more = icmp ult ptr %block, %end
  br i1 %more, label %mark, label %out
mark:
  call void @never_count(ptr %block)
  %bytes = call i64 @get(ptr %block, i64 1)
  %up = add i64 %bytes, 63
  %total = and i64 %up, -32
  %next = getelementptr i8, ptr %block, i64 %total
  br label %turn
out:
  ret void
}

; A record with all the memory that is alive, which is never counted again: the backward half may run in several threads.
define ptr @ep_box_record(ptr %ctx, ptr %block) cold {
  %ring = call ptr @malloc(i64 64)
  %poor = icmp eq ptr %ring, null
  br i1 %poor, label %without, label %begin
without:
  %ignored = call ptr @PyErr_NoMemory()
  ret ptr null
begin:
  %its.first = call ptr @get.ptr(ptr %ctx, i64 NEXT)
  %its.last = call ptr @get.ptr(ptr %ctx, i64 PREV)
  %empty = icmp eq ptr %its.first, %ctx
  %first = select i1 %empty, ptr %ring, ptr %its.first
  %last = select i1 %empty, ptr %ring, ptr %its.last
  store ptr %last, ptr %ring
  call void @set.ptr(ptr %ring, i64 NEXT, ptr %first)
  store ptr %ring, ptr %first
  call void @set.ptr(ptr %last, i64 NEXT, ptr %ring)
  call void @set.ptr(ptr %ctx, i64 PREV, ptr %ctx)
  call void @set.ptr(ptr %ctx, i64 NEXT, ptr %ctx)
  %pool = call ptr @get.ptr(ptr %ctx, i64 POOL)
  %chunk.first = call ptr @chunks_in_use(ptr %pool)
  call void @set.ptr(ptr %ring, i64 2, ptr %chunk.first)
  %ring.next = call ptr @get.ptr(ptr %ring, i64 NEXT)
  br label %turn
turn:
  %links = phi ptr [ %ring.next, %begin ], [ %next, %mark ]
  %end = icmp eq ptr %links, %ring
  br i1 %end, label %chunks, label %mark
mark:
  %b = getelementptr i64, ptr %links, i64 2
  call void @never_count(ptr %b)
  %next = call ptr @get.ptr(ptr %links, i64 NEXT)
  br label %turn
chunks:
  %chunk = phi ptr [ %chunk.first, %turn ], [ %chunk.next, %small ]
  %last.chunk = icmp eq ptr %chunk, null
  br i1 %last.chunk, label %boxed, label %small
small:
  call void @never_count_chunk(ptr %chunk)
  %chunk.next = load ptr, ptr %chunk
  br label %chunks
boxed:
  %object = call ptr @PyCapsule_New(ptr %block, ptr @record, ptr null)
  %none = icmp eq ptr %object, null
  br i1 %none, label %lost, label %done
lost:
  call void @return_ring(ptr %ring)
  ret ptr null
done:
  %status = call i32 @PyCapsule_SetContext(ptr %object, ptr %ring)
  call void @ep_set_record_destructor(ptr %object)
  ret ptr %object
}

define internal void @ep_set_record_destructor(ptr %object) cold {
  %status = call i32 @PyCapsule_SetDestructor(ptr %object, ptr @close_record)
  ret void
}

define ptr @ep_unbox_record(ptr %object) cold {
  %valid = call i32 @PyCapsule_IsValid(ptr %object, ptr @record)
  %is = icmp ne i32 %valid, 0
  br i1 %is, label %open, label %odd
open:
  %block = call ptr @PyCapsule_GetPointer(ptr %object, ptr @record)
  ret ptr %block
odd:
  ret ptr null
}
"""
