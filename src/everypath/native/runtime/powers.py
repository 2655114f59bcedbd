"""Integer powers, that wrap as NumPy's do or say that they overflow as Python's never do."""

from __future__ import annotations

TEXT = """

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
