"""Strided memory: how many points, where it begins and ends, whether it is contiguous, and a copy that is."""

from __future__ import annotations

TEXT = """
define internal i1 @is_contiguous(i32 %nd, ptr %dims, ptr %strides, i64 %itemsize) cold {
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

define internal i64 @points(i32 %nd, ptr %dims) cold {
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
define internal { i64, i64 } @bounds(ptr %data, i32 %nd, ptr %dims, ptr %strides, i64 %itemsize) cold {
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

; Whether none of the first ranges of bytes, of those that are written, has a byte in common with any other one.
define i1 @ep_apart(ptr %ranges, i64 %written, i64 %all) cold {
  br label %outer
outer:
  %k = phi i64 [ 0, %0 ], [ %k.next, %outer.done ]
  %more = icmp slt i64 %k, %written
  br i1 %more, label %begin, label %yes
begin:
  %k.next = add i64 %k, 1
  %low.at = getelementptr { i64, i64 }, ptr %ranges, i64 %k
  %low = load i64, ptr %low.at
  %high.at = getelementptr i64, ptr %low.at, i64 1
  %high = load i64, ptr %high.at
  br label %inner
inner:
  %j = phi i64 [ %k.next, %begin ], [ %j.next, %look ]
  %others = icmp slt i64 %j, %all
  br i1 %others, label %look, label %outer.done
look:
  %j.next = add i64 %j, 1
  %low2.at = getelementptr { i64, i64 }, ptr %ranges, i64 %j
  %low2 = load i64, ptr %low2.at
  %high2.at = getelementptr i64, ptr %low2.at, i64 1
  %high2 = load i64, ptr %high2.at
  %before = icmp ule i64 %high, %low2
  %after = icmp ule i64 %high2, %low
  %apart = or i1 %before, %after
  br i1 %apart, label %inner, label %no
outer.done:
  br label %outer
yes:
  ret i1 true
no:
  ret i1 false
}

; Copy strided memory to contiguous memory, in one go where it is contiguous.
define internal void @pour(ptr %to, ptr %from, i32 %nd, ptr %dims, ptr %strides, i64 %itemsize) cold {
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
"""
