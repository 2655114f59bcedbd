"""Arrays of NumPy's: those that are passed in, and boxes for results. And what a failed check left behind."""

from __future__ import annotations

CAPSULE = "everypath.memory"
"""The name of the capsules that hold the memory of a result."""

SMALL = 2048
"""Bytes up to which a result is copied into memory of NumPy's own: cheaper than to hand over a block."""

TEXT = """
@capsule = private constant [LENGTH_OF_CAPSULE x i8] c"CAPSULE_NAME\\00"
declare ptr @PyCapsule_New(ptr, ptr, ptr)
declare ptr @PyCapsule_GetPointer(ptr, ptr)
declare ptr @ep_PyArray_New(ptr, i32, ptr, i32, ptr, ptr, i32, i32, ptr)
declare i32 @ep_PyArray_SetBaseObject(ptr, ptr)
declare ptr @PyErr_NoMemory()
declare i32 @PyList_SetItem(ptr, i64, ptr)
declare void @Py_IncRef(ptr)
declare void @Py_DecRef(ptr)

; The bounds of the memory of one of NumPy's arrays.
define internal { i64, i64 } @bounds_of(ptr %object, i64 %itemsize) cold {
  %data.at = getelementptr i8, ptr %object, i64 ARRAY_DATA
  %data = load ptr, ptr %data.at
  %nd.at = getelementptr i8, ptr %object, i64 ARRAY_ND
  %nd = load i32, ptr %nd.at
  %dims.at = getelementptr i8, ptr %object, i64 ARRAY_DIMS
  %dims = load ptr, ptr %dims.at
  %strides.at = getelementptr i8, ptr %object, i64 ARRAY_STRIDES
  %strides = load ptr, ptr %strides.at
  %pair = call { i64, i64 } @bounds(ptr %data, i32 %nd, ptr %dims, ptr %strides, i64 %itemsize)
  ret { i64, i64 } %pair
}

; Whether an object is an array of this dtype and rank that has the flags. Its bounds are left at `range`, if there is one.
define i1 @ep_is_array(ptr %object, ptr %dtype, i32 %rank, i32 %needed, ptr %range, i64 %itemsize) {
  %type.at = getelementptr i8, ptr %object, i64 TYPE_OFFSET
  %type = load ptr, ptr %type.at
  %array.type = load ptr, ptr @POINTERS_TABLE
  %is.array = icmp eq ptr %type, %array.type
  br i1 %is.array, label %array, label %no
array:
  %descr.at = getelementptr i8, ptr %object, i64 ARRAY_DESCR
  %descr = load ptr, ptr %descr.at
  %same.dtype = icmp eq ptr %descr, %dtype
  %nd.at = getelementptr i8, ptr %object, i64 ARRAY_ND
  %nd = load i32, ptr %nd.at
  %same.rank = icmp eq i32 %nd, %rank
  %flags.at = getelementptr i8, ptr %object, i64 ARRAY_FLAGS
  %flags = load i32, ptr %flags.at
  %has = and i32 %flags, %needed
  %has.all = icmp eq i32 %has, %needed
  %same = and i1 %same.dtype, %same.rank
  %fine = and i1 %same, %has.all
  br i1 %fine, label %found, label %no
found:
  %asked = icmp ne ptr %range, null
  br i1 %asked, label %measure, label %yes
measure:
  %pair = call { i64, i64 } @bounds_of(ptr %object, i64 %itemsize)
  store { i64, i64 } %pair, ptr %range
  br label %yes
yes:
  ret i1 true
no:
  ret i1 false
}

define internal void @let_go(ptr %block) cold {
  %old = atomicrmw sub ptr %block, i64 1 acq_rel
  %last = icmp eq i64 %old, 1
  br i1 %last, label %back, label %out
back:
  call void @return_large(ptr %block)
  br label %out
out:
  ret void
}

; A small block goes when its call ends. What Python holds on to moves to a large one, the same for all of its views.
define internal ptr @moved(ptr %ctx, ptr %block) cold {
  %there = call ptr @get.ptr(ptr %block, i64 3)
  %none = icmp eq ptr %there, null
  br i1 %none, label %make, label %again
again:
  call void @count(ptr %there, i64 0, i64 1)
  ret ptr %there
make:
  %new = call ptr @from_system(ptr %ctx, i64 3, i64 2048, i1 false)
  %lost = icmp eq ptr %new, null
  br i1 %lost, label %out, label %fill
fill:
  store i64 1, ptr %new
  call void @set(ptr %new, i64 1, i64 2048)
  call void @set.ptr(ptr %new, i64 2, ptr null)
  %bytes = call i64 @get(ptr %block, i64 1)
  %from = getelementptr i8, ptr %block, i64 HEADER
  %to = getelementptr i8, ptr %new, i64 HEADER
  call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 %bytes, i1 false)
  call void @set.ptr(ptr %block, i64 3, ptr %new)
  call void @gone(ptr %ctx, i64 %bytes)
  ret ptr %new
out:
  %ignored = call ptr @PyErr_NoMemory()
  ret ptr null
}

define internal void @close_capsule(ptr %object) cold {
  %block = call ptr @PyCapsule_GetPointer(ptr %object, ptr @capsule)
  call void @let_go(ptr %block)
  ret void
}

; The argument, if there is one, whose memory holds this data.
define internal ptr @lender(ptr %data, ptr %args, i64 %n) cold {
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
  %pair = call { i64, i64 } @bounds_of(ptr %object, i64 1)
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

define internal i1 @is_same(ptr %object, ptr %data, i32 %nd, ptr %dims, ptr %strides, i32 %number) cold {
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

; A result that has come with its count as item `k` of a list; false, with an exception set, if there is no memory. Strides are in bytes;
; a contiguous array has none.
define i1 @ep_put_array(ptr %ctx, ptr %list, i64 %k, ptr %data, ptr %owner, i32 %nd, ptr %dims, ptr %strides, i64 %itemsize, i32 %number,
                        ptr %args, i64 %n) cold {
  %room = alloca [64 x i64], align 8
  %contiguous = icmp eq ptr %strides, null
  br i1 %contiguous, label %work.out, label %box
work.out:
  %wide = sext i32 %nd to i64
  br label %turn
turn:
  %axes = phi i64 [ %wide, %work.out ], [ %axis, %go ]
  %step = phi i64 [ %itemsize, %work.out ], [ %further, %go ]
  %more = icmp sgt i64 %axes, 0
  br i1 %more, label %go, label %box
go:
  %axis = add i64 %axes, -1
  %stride.at = getelementptr i64, ptr %room, i64 %axis
  store i64 %step, ptr %stride.at
  %dim.at = getelementptr i64, ptr %dims, i64 %axis
  %dim = load i64, ptr %dim.at
  %further = mul i64 %step, %dim
  br label %turn
box:
  %steps = phi ptr [ %strides, %0 ], [ %room, %turn ]
  %item = call ptr @box_array(ptr %ctx, ptr %data, ptr %owner, i32 %nd, ptr %dims, ptr %steps, i64 %itemsize, i32 %number, ptr %args,
                             i64 %n)
  %lost = icmp eq ptr %item, null
  br i1 %lost, label %no, label %put
put:
  %status = call i32 @PyList_SetItem(ptr %list, i64 %k, ptr %item)
  ret i1 true
no:
  ret i1 false
}

; Memory of an argument gives a view of it, a small array or memory of a record a copy, any other block goes to NumPy, a large one as it is.
define internal ptr @box_array(ptr %ctx, ptr %data, ptr %owner, i32 %nd, ptr %dims, ptr %strides, i64 %itemsize, i32 %number,
                         ptr %args, i64 %n) cold {
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
  %count = load i64, ptr %owner
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
  br i1 %copied, label %copy, label %give
give:
  %bytes = call i64 @get(ptr %owner, i64 1)
  %passing = icmp ule i64 %bytes, MOST_SMALL
  br i1 %passing, label %move, label %leave
leave:
  call void @unlink(ptr %ctx, ptr %owner)
  br label %hand
move:
  %there = call ptr @moved(ptr %ctx, ptr %owner)
  %nowhere = icmp eq ptr %there, null
  br i1 %nowhere, label %failed, label %shift
shift:
  %here.address = ptrtoint ptr %owner to i64
  %data.address = ptrtoint ptr %data to i64
  %offset = sub i64 %data.address, %here.address
  %data.there = getelementptr i8, ptr %there, i64 %offset
  br label %hand
hand:
  %holder = phi ptr [ %owner, %leave ], [ %there, %shift ]
  %data.held = phi ptr [ %data, %leave ], [ %data.there, %shift ]
  %object = call ptr @PyCapsule_New(ptr %holder, ptr @capsule, ptr @close_capsule)
  %o.none = icmp eq ptr %object, null
  br i1 %o.none, label %gone, label %held
held:
  %h = call ptr @ep_PyArray_New(ptr %array.type, i32 %nd, ptr %dims, i32 %number, ptr %strides, ptr %data.held, i32 0, i32 1024, ptr null)
  %h.none = icmp eq ptr %h, null
  br i1 %h.none, label %let, label %kept
let:
  call void @Py_DecRef(ptr %object)
  ret ptr null
kept:
  %h.status = call i32 @ep_PyArray_SetBaseObject(ptr %h, ptr %object)
  ret ptr %h
gone:
  call void @let_go(ptr %holder)
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

; What a failed check left behind: the site and the slots, as a tuple of integers.
declare ptr @PyTuple_New(i64)
declare i32 @PyTuple_SetItem(ptr, i64, ptr)
declare ptr @PyLong_FromLongLong(i64)

define ptr @ep_box_failure(ptr %ctx) cold {
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
