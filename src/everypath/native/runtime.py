"""The runtime that all compiled code shares, in LLVM's language: blocks of memory, lists, integer powers, Ctrl-C, boxes for results.

It is compiled once per process, and reads one address, that of NumPy's type of arrays. `layout` says what a block is, `context` what the
context holds.
"""

from __future__ import annotations

import sys

from . import context
from .containers import BUFFER, CAPACITY
from .layout import HEADER
from .module import POINTERS, SLOTS

CAPSULE = "everypath.memory"
"""The name of the capsules that hold the memory of a result."""

RECORD = "everypath.record"
"""The name of the capsules that hold what one call saved for its backward half."""

SMALL = 2048
"""Bytes up to which a result is copied into memory of NumPy's own: cheaper than to hand over a block."""

HUGE = 1 << 22
"""Bytes from which Linux is advised to use large pages, as NumPy does: there are hundreds of times fewer to be faulted in."""

PERIOD = 50_000_000
"""Nanoseconds between two looks at the signals."""

TURNS = 1024
"""Turns of a loop between two looks at the clock."""

MEMORY = """
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

POWERS = """
declare { i64, i1 } @llvm.smul.with.overflow.i64(i64, i64)

define i64 @ep_power(i64 %x, i64 %n) {
  %negative = icmp slt i64 %n, 0
  br i1 %negative, label %fraction, label %head
fraction:
  %is.one = icmp eq i64 %x, 1
  %is.minus = icmp eq i64 %x, -1
  %odd = and i64 %n, 1
  %is.odd = icmp ne i64 %odd, 0
  %signed = select i1 %is.odd, i64 -1, i64 1
  %small = select i1 %is.minus, i64 %signed, i64 0
  %part = select i1 %is.one, i64 1, i64 %small
  ret i64 %part
head:
  %result = phi i64 [ 1, %0 ], [ %taken, %head2 ]
  %base = phi i64 [ %x, %0 ], [ %squared, %head2 ]
  %left = phi i64 [ %n, %0 ], [ %halved, %head2 ]
  %more = icmp ne i64 %left, 0
  br i1 %more, label %head2, label %out
head2:
  %bit = and i64 %left, 1
  %set = icmp ne i64 %bit, 0
  %times = mul i64 %result, %base
  %taken = select i1 %set, i64 %times, i64 %result
  %squared = mul i64 %base, %base
  %halved = lshr i64 %left, 1
  br label %head
out:
  ret i64 %result
}

define { i64, i1 } @ep_power_checked(i64 %x, i64 %n) {
  br label %head
head:
  %result = phi i64 [ 1, %0 ], [ %taken, %step ]
  %base = phi i64 [ %x, %0 ], [ %squared, %step ]
  %left = phi i64 [ %n, %0 ], [ %halved, %step ]
  %bad = phi i1 [ false, %0 ], [ %still, %step ]
  %more = icmp sgt i64 %left, 0
  br i1 %more, label %step, label %out
step:
  %bit = and i64 %left, 1
  %set = icmp ne i64 %bit, 0
  %times2 = call { i64, i1 } @llvm.smul.with.overflow.i64(i64 %result, i64 %base)
  %times = extractvalue { i64, i1 } %times2, 0
  %over = extractvalue { i64, i1 } %times2, 1
  %now = and i1 %set, %over
  %taken = select i1 %set, i64 %times, i64 %result
  %square2 = call { i64, i1 } @llvm.smul.with.overflow.i64(i64 %base, i64 %base)
  %squared = extractvalue { i64, i1 } %square2, 0
  %far = extractvalue { i64, i1 } %square2, 1
  %halved = lshr i64 %left, 1
  %needed = icmp ne i64 %halved, 0
  %later = and i1 %far, %needed
  %either = or i1 %now, %later
  %still = or i1 %bad, %either
  br label %head
out:
  %pair = insertvalue { i64, i1 } undef, i64 %result, 0
  %whole = insertvalue { i64, i1 } %pair, i1 %bad, 1
  ret { i64, i1 } %whole
}
"""

SIGNALS = """
declare i32 @clock_gettime(i32, ptr)
declare ptr @PyEval_SaveThread()
declare void @PyEval_RestoreThread(ptr)
declare i32 @PyErr_CheckSignals()

define i32 @ep_poll(ptr %ctx) {
  %countdown = getelementptr i64, ptr %ctx, i64 COUNTDOWN
  store i64 TURNS, ptr %countdown
  %time = alloca [2 x i64]
  %status = call i32 @clock_gettime(i32 1, ptr %time)
  %seconds = load i64, ptr %time
  %rest.at = getelementptr i64, ptr %time, i64 1
  %rest = load i64, ptr %rest.at
  %coarse = mul i64 %seconds, 1000000000
  %now = add i64 %coarse, %rest
  %looked.at = getelementptr i64, ptr %ctx, i64 LOOKED
  %looked = load i64, ptr %looked.at
  %since = sub i64 %now, %looked
  %due = icmp sgt i64 %since, PERIOD
  br i1 %due, label %look, label %fine
look:
  store i64 %now, ptr %looked.at
  %thread.at = getelementptr i64, ptr %ctx, i64 THREAD
  %thread = load ptr, ptr %thread.at
  %held = icmp eq ptr %thread, null
  br i1 %held, label %ask, label %take
take:
  call void @PyEval_RestoreThread(ptr %thread)
  br label %ask
ask:
  %answer = call i32 @PyErr_CheckSignals()
  br i1 %held, label %answered, label %give
give:
  %saved = call ptr @PyEval_SaveThread()
  store ptr %saved, ptr %thread.at
  br label %answered
answered:
  %signal = icmp ne i32 %answer, 0
  br i1 %signal, label %stop, label %fine
stop:
  %site.at = getelementptr i64, ptr %ctx, i64 SITE
  store i64 -1, ptr %site.at
  ret i32 1
fine:
  ret i32 0
}
"""

BOXES = """
@capsule = private constant [LENGTH_OF_CAPSULE x i8] c"CAPSULE_NAME\\00"
@record = private constant [LENGTH_OF_RECORD x i8] c"RECORD_NAME\\00"
declare ptr @PyCapsule_New(ptr, ptr, ptr)
declare ptr @PyCapsule_GetPointer(ptr, ptr)
declare ptr @PyCapsule_GetContext(ptr)
declare i32 @PyCapsule_SetContext(ptr, ptr)
declare i32 @PyCapsule_IsValid(ptr, ptr)
declare void @PyErr_Clear()
declare ptr @ep_PyArray_New(ptr, i32, ptr, i32, ptr, ptr, i32, i32, ptr)
declare i32 @ep_PyArray_SetBaseObject(ptr, ptr)
declare void @Py_IncRef(ptr)
declare void @Py_DecRef(ptr)

define internal void @let_go(ptr %block) {
  %at = getelementptr i64, ptr %block, i64 2
  %old = atomicrmw sub ptr %at, i64 1 acq_rel
  %last = icmp eq i64 %old, 1
  br i1 %last, label %free, label %out
free:
  %raw.at = getelementptr i64, ptr %block, i64 5
  %raw = load ptr, ptr %raw.at
  call void @free(ptr %raw)
  br label %out
out:
  ret void
}

define internal void @close_capsule(ptr %object) {
  %block = call ptr @PyCapsule_GetPointer(ptr %object, ptr @capsule)
  call void @let_go(ptr %block)
  ret void
}

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

declare i32 @PyCapsule_SetDestructor(ptr, ptr)
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

define internal i1 @is_contiguous(i32 %nd, ptr %dims, ptr %strides, i64 %itemsize) {
  %wide = sext i32 %nd to i64
  br label %turn
turn:
  %k = phi i64 [ %wide, %0 ], [ %axis, %next ]
  %step = phi i64 [ %itemsize, %0 ], [ %further, %next ]
  %more = icmp sgt i64 %k, 0
  br i1 %more, label %look, label %yes
look:
  %axis = add i64 %k, -1
  %dim.at = getelementptr i64, ptr %dims, i64 %axis
  %stride.at = getelementptr i64, ptr %strides, i64 %axis
  %dim = load i64, ptr %dim.at
  %stride = load i64, ptr %stride.at
  %one = icmp eq i64 %dim, 1
  %same = icmp eq i64 %stride, %step
  %fine = or i1 %one, %same
  br i1 %fine, label %next, label %no
next:
  %further = mul i64 %step, %dim
  br label %turn
yes:
  ret i1 true
no:
  ret i1 false
}

define internal i64 @points(i32 %nd, ptr %dims) {
  %wide = sext i32 %nd to i64
  br label %turn
turn:
  %k = phi i64 [ 0, %0 ], [ %next, %go ]
  %total = phi i64 [ 1, %0 ], [ %product, %go ]
  %more = icmp slt i64 %k, %wide
  br i1 %more, label %go, label %out
go:
  %at = getelementptr i64, ptr %dims, i64 %k
  %dim = load i64, ptr %at
  %product = mul i64 %total, %dim
  %next = add i64 %k, 1
  br label %turn
out:
  ret i64 %total
}

; The first and the last byte but one of strided memory: { low, high }.
define { i64, i64 } @ep_bounds(ptr %data, i32 %nd, ptr %dims, ptr %strides, i64 %itemsize) {
  %start = ptrtoint ptr %data to i64
  %past = add i64 %start, %itemsize
  %wide = sext i32 %nd to i64
  br label %turn
turn:
  %k = phi i64 [ 0, %0 ], [ %next, %go ]
  %low = phi i64 [ %start, %0 ], [ %low2, %go ]
  %high = phi i64 [ %past, %0 ], [ %high2, %go ]
  %empty = phi i1 [ false, %0 ], [ %empty2, %go ]
  %more = icmp slt i64 %k, %wide
  br i1 %more, label %go, label %out
go:
  %dim.at = getelementptr i64, ptr %dims, i64 %k
  %stride.at = getelementptr i64, ptr %strides, i64 %k
  %dim = load i64, ptr %dim.at
  %stride = load i64, ptr %stride.at
  %none = icmp eq i64 %dim, 0
  %empty2 = or i1 %empty, %none
  %last = add i64 %dim, -1
  %reach = mul i64 %last, %stride
  %down = icmp slt i64 %reach, 0
  %below = select i1 %down, i64 %reach, i64 0
  %above = select i1 %down, i64 0, i64 %reach
  %low2 = add i64 %low, %below
  %high2 = add i64 %high, %above
  %next = add i64 %k, 1
  br label %turn
out:
  %high3 = select i1 %empty, i64 %low, i64 %high
  %pair = insertvalue { i64, i64 } undef, i64 %low, 0
  %both = insertvalue { i64, i64 } %pair, i64 %high3, 1
  ret { i64, i64 } %both
}

; The argument, if there is one, whose memory holds this data.
define internal ptr @lender(ptr %data, ptr %args, i64 %n) {
  %where = ptrtoint ptr %data to i64
  br label %turn
turn:
  %k = phi i64 [ 0, %0 ], [ %next, %following ]
  %more = icmp slt i64 %k, %n
  br i1 %more, label %look, label %nobody
look:
  %at = getelementptr ptr, ptr %args, i64 %k
  %object = load ptr, ptr %at
  %type.at = getelementptr i8, ptr %object, i64 TYPE_OFFSET
  %type = load ptr, ptr %type.at
  %array.type = load ptr, ptr @POINTERS_TABLE
  %is.array = icmp eq ptr %type, %array.type
  br i1 %is.array, label %array, label %following
array:
  %d.at = getelementptr i8, ptr %object, i64 ARRAY_DATA
  %d = load ptr, ptr %d.at
  %nd.at = getelementptr i8, ptr %object, i64 ARRAY_ND
  %nd = load i32, ptr %nd.at
  %dims.at = getelementptr i8, ptr %object, i64 ARRAY_DIMS
  %dims = load ptr, ptr %dims.at
  %strides.at = getelementptr i8, ptr %object, i64 ARRAY_STRIDES
  %strides = load ptr, ptr %strides.at
  %pair = call { i64, i64 } @ep_bounds(ptr %d, i32 %nd, ptr %dims, ptr %strides, i64 1)
  %low = extractvalue { i64, i64 } %pair, 0
  %high = extractvalue { i64, i64 } %pair, 1
  %after = icmp uge i64 %where, %low
  %before = icmp ult i64 %where, %high
  %inside = and i1 %after, %before
  br i1 %inside, label %found, label %following
following:
  %next = add i64 %k, 1
  br label %turn
found:
  ret ptr %object
nobody:
  ret ptr null
}

define internal i1 @is_same(ptr %object, ptr %data, i32 %nd, ptr %dims, ptr %strides, i32 %number) {
  %d.at = getelementptr i8, ptr %object, i64 ARRAY_DATA
  %d = load ptr, ptr %d.at
  %nd.at = getelementptr i8, ptr %object, i64 ARRAY_ND
  %n = load i32, ptr %nd.at
  %same.d = icmp eq ptr %d, %data
  %same.n = icmp eq i32 %n, %nd
  %start = and i1 %same.d, %same.n
  br i1 %start, label %shapes, label %no
shapes:
  %dims.at = getelementptr i8, ptr %object, i64 ARRAY_DIMS
  %o.dims = load ptr, ptr %dims.at
  %strides.at = getelementptr i8, ptr %object, i64 ARRAY_STRIDES
  %o.strides = load ptr, ptr %strides.at
  %wide = sext i32 %nd to i64
  br label %turn
turn:
  %k = phi i64 [ 0, %shapes ], [ %next, %fine ]
  %more = icmp slt i64 %k, %wide
  br i1 %more, label %look, label %yes
look:
  %a.at = getelementptr i64, ptr %dims, i64 %k
  %b.at = getelementptr i64, ptr %o.dims, i64 %k
  %a = load i64, ptr %a.at
  %b = load i64, ptr %b.at
  %same.dim = icmp eq i64 %a, %b
  %sa.at = getelementptr i64, ptr %strides, i64 %k
  %sb.at = getelementptr i64, ptr %o.strides, i64 %k
  %sa = load i64, ptr %sa.at
  %sb = load i64, ptr %sb.at
  %same.stride = icmp eq i64 %sa, %sb
  %one = icmp sle i64 %a, 1
  %stride.fine = or i1 %same.stride, %one
  %both = and i1 %same.dim, %stride.fine
  br i1 %both, label %fine, label %no
fine:
  %next = add i64 %k, 1
  br label %turn
yes:
  ret i1 true
no:
  ret i1 false
}

; A NumPy array of a result that has come with its count. Strides are in bytes. Memory of an argument gives a view of it, a small
; array or memory of a record a copy, any other block goes to NumPy as it is.
define ptr @ep_box_array(ptr %ctx, ptr %data, ptr %owner, i32 %nd, ptr %dims, ptr %strides, i64 %itemsize, i32 %number,
                         ptr %args, i64 %n) {
  %array.type = load ptr, ptr @POINTERS_TABLE
  %borrowed = icmp eq ptr %owner, null
  br i1 %borrowed, label %foreign, label %own
foreign:
  %lent = call ptr @lender(ptr %data, ptr %args, i64 %n)
  %nobody = icmp eq ptr %lent, null
  br i1 %nobody, label %copy, label %from
from:
  %same = call i1 @is_same(ptr %lent, ptr %data, i32 %nd, ptr %dims, ptr %strides, i32 %number)
  br i1 %same, label %itself, label %seen
itself:
  call void @Py_IncRef(ptr %lent)
  ret ptr %lent
seen:
  %flags.at = getelementptr i8, ptr %lent, i64 ARRAY_FLAGS
  %flags = load i32, ptr %flags.at
  %writeable = and i32 %flags, 1024
  %v = call ptr @ep_PyArray_New(ptr %array.type, i32 %nd, ptr %dims, i32 %number, ptr %strides, ptr %data, i32 0,
                                i32 %writeable, ptr null)
  %v.none = icmp eq ptr %v, null
  br i1 %v.none, label %failed, label %based
based:
  call void @Py_IncRef(ptr %lent)
  %v.status = call i32 @ep_PyArray_SetBaseObject(ptr %v, ptr %lent)
  ret ptr %v
own:
  %count.at = getelementptr i64, ptr %owner, i64 2
  %count = load i64, ptr %count.at
  %eternal = icmp slt i64 %count, 0
  br i1 %eternal, label %copy, label %mine
mine:
  %points = call i64 @points(i32 %nd, ptr %dims)
  %size = mul i64 %points, %itemsize
  %contiguous = call i1 @is_contiguous(i32 %nd, ptr %dims, ptr %strides, i64 %itemsize)
  %small = icmp sle i64 %size, SMALL
  %alone = icmp eq i64 %count, 1
  %cheap = and i1 %small, %alone
  %copied = and i1 %cheap, %contiguous
  br i1 %copied, label %copy, label %hand
hand:
  call void @unlink(ptr %ctx, ptr %owner)
  %object = call ptr @PyCapsule_New(ptr %owner, ptr @capsule, ptr @close_capsule)
  %o.none = icmp eq ptr %object, null
  br i1 %o.none, label %gone, label %held
held:
  %h = call ptr @ep_PyArray_New(ptr %array.type, i32 %nd, ptr %dims, i32 %number, ptr %strides, ptr %data, i32 0, i32 1024, ptr null)
  %h.none = icmp eq ptr %h, null
  br i1 %h.none, label %let, label %kept
let:
  call void @Py_DecRef(ptr %object)
  ret ptr null
kept:
  %h.status = call i32 @ep_PyArray_SetBaseObject(ptr %h, ptr %object)
  ret ptr %h
gone:
  call void @let_go(ptr %owner)
  ret ptr null
copy:
  %c = call ptr @ep_PyArray_New(ptr %array.type, i32 %nd, ptr %dims, i32 %number, ptr null, ptr null, i32 0, i32 0, ptr null)
  %c.none = icmp eq ptr %c, null
  br i1 %c.none, label %failed, label %fill
fill:
  %to.at = getelementptr i8, ptr %c, i64 ARRAY_DATA
  %to = load ptr, ptr %to.at
  call void @pour(ptr %to, ptr %data, i32 %nd, ptr %dims, ptr %strides, i64 %itemsize)
  call void @ep_release(ptr %ctx, ptr %owner)
  ret ptr %c
failed:
  call void @ep_release(ptr %ctx, ptr %owner)
  ret ptr null
}

; Copy strided memory to contiguous memory, in one go where it is contiguous.
define internal void @pour(ptr %to, ptr %from, i32 %nd, ptr %dims, ptr %strides, i64 %itemsize) {
  %contiguous = call i1 @is_contiguous(i32 %nd, ptr %dims, ptr %strides, i64 %itemsize)
  br i1 %contiguous, label %whole, label %parts
whole:
  %points = call i64 @points(i32 %nd, ptr %dims)
  %bytes = mul i64 %points, %itemsize
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 %bytes, i1 false)
  ret void
parts:
  %rest = sub i32 %nd, 1
  %rest.dims = getelementptr i64, ptr %dims, i64 1
  %rest.strides = getelementptr i64, ptr %strides, i64 1
  %inner = call i64 @points(i32 %rest, ptr %rest.dims)
  %spread = mul i64 %inner, %itemsize
  %n = load i64, ptr %dims
  %stride = load i64, ptr %strides
  br label %turn
turn:
  %k = phi i64 [ 0, %parts ], [ %next, %go ]
  %more = icmp slt i64 %k, %n
  br i1 %more, label %go, label %out
go:
  %t.offset = mul i64 %k, %spread
  %f.offset = mul i64 %k, %stride
  %t = getelementptr i8, ptr %to, i64 %t.offset
  %f = getelementptr i8, ptr %from, i64 %f.offset
  call void @pour(ptr %t, ptr %f, i32 %rest, ptr %rest.dims, ptr %rest.strides, i64 %itemsize)
  %next = add i64 %k, 1
  br label %turn
out:
  ret void
}

; What a failed check left behind: the site and the slots, as a tuple of integers.
declare ptr @PyTuple_New(i64)
declare i32 @PyTuple_SetItem(ptr, i64, ptr)
declare ptr @PyLong_FromLongLong(i64)

define ptr @ep_box_failure(ptr %ctx) {
  %tuple = call ptr @PyTuple_New(i64 NOTES)
  %none = icmp eq ptr %tuple, null
  br i1 %none, label %out, label %turn
turn:
  %k = phi i64 [ 0, %0 ], [ %next, %kept ]
  %word = add i64 %k, SITE
  %at = getelementptr i64, ptr %ctx, i64 %word
  %bits = load i64, ptr %at
  %number = call ptr @PyLong_FromLongLong(i64 %bits)
  %lost = icmp eq ptr %number, null
  br i1 %lost, label %fail, label %kept
kept:
  %status = call i32 @PyTuple_SetItem(ptr %tuple, i64 %k, ptr %number)
  %next = add i64 %k, 1
  %more = icmp slt i64 %next, NOTES
  br i1 %more, label %turn, label %out
fail:
  call void @Py_DecRef(ptr %tuple)
  ret ptr null
out:
  ret ptr %tuple
}
"""


def text(python: dict[str, str]) -> str:
    """The module's text. `python` are the names that stand for Python's and NumPy's addresses and offsets."""
    words = {name: str(getattr(context, name)) for name in vars(context) if name.isupper() and name != "COUNTERS"}
    words |= {
        "POINTERS_TABLE": POINTERS,
        "HEADER": str(HEADER),
        "BUFFER": str(BUFFER),
        "CAPACITY": str(CAPACITY),
        "PERIOD": str(PERIOD),
        "TURNS": str(TURNS),
        "SMALL": str(SMALL),
        "HUGE": str(HUGE),
        "NOTES": str(1 + SLOTS),
        "LENGTH_OF_CAPSULE": str(len(CAPSULE) + 1),
        "LENGTH_OF_RECORD": str(len(RECORD) + 1),
        "CAPSULE_NAME": CAPSULE,
        "RECORD_NAME": RECORD,
    }
    pages = HUGE_PAGES if sys.platform == "linux" else NO_HUGE_PAGES
    return replaced(MEMORY + pages + POWERS + SIGNALS + BOXES, words | python)


def replaced(source: str, words: dict[str, str]) -> str:
    """`source` with every whole word that `words` knows replaced."""
    import re

    return re.sub(r"\b[A-Z][A-Z_]+\b", lambda match: words.get(match[0], match[0]), source)
