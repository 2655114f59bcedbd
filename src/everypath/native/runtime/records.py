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

define internal void @close_record(ptr %object) {
  %ring = call ptr @PyCapsule_GetContext(ptr %object)
  call void @ep_free_all(ptr %ring)
  call void @free(ptr %ring)
  ret void
}

; A record with all the memory that is alive, which is never counted again: the backward half may run in several threads.
define ptr @ep_box_record(ptr %ctx, ptr %block) {
  %ring = call ptr @malloc(i64 64)
  %next.at = getelementptr i64, ptr %ctx, i64 1
  %first = load ptr, ptr %next.at
  %last = load ptr, ptr %ctx
  %r.next = getelementptr i64, ptr %ring, i64 1
  store ptr %last, ptr %ring
  store ptr %first, ptr %r.next
  store ptr %ring, ptr %first
  %l.next = getelementptr i64, ptr %last, i64 1
  store ptr %ring, ptr %l.next
  store ptr %ctx, ptr %ctx
  store ptr %ctx, ptr %next.at
  br label %turn
turn:
  %b = phi ptr [ %first, %0 ], [ %next, %mark ]
  %end = icmp eq ptr %b, %ring
  br i1 %end, label %boxed, label %mark
mark:
  %count = getelementptr i64, ptr %b, i64 2
  store i64 -4611686018427387904, ptr %count
  %b.next = getelementptr i64, ptr %b, i64 1
  %next = load ptr, ptr %b.next
  br label %turn
boxed:
  %object = call ptr @PyCapsule_New(ptr %block, ptr @record, ptr null)
  %none = icmp eq ptr %object, null
  br i1 %none, label %lost, label %done
lost:
  call void @ep_free_all(ptr %ring)
  call void @free(ptr %ring)
  ret ptr null
done:
  %status = call i32 @PyCapsule_SetContext(ptr %object, ptr %ring)
  call void @ep_set_record_destructor(ptr %object)
  ret ptr %object
}

define internal void @ep_set_record_destructor(ptr %object) {
  %status = call i32 @PyCapsule_SetDestructor(ptr %object, ptr @close_record)
  ret void
}

define ptr @ep_unbox_record(ptr %object) {
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
