"""Where along a line of floats the first largest or smallest element is.

Long lines that lie together are looked at twice, many elements at a time: for the extreme value, then for the first element that is
it. Others once, element by element, without a jump that the numbers decide; where a NaN was among them, once more for the first.
"""

from __future__ import annotations

from .many import write
from .module import HELPER, Module

LANES = {"f64": 16, "f32": 32, "f16": 32}
"""Elements that are compared at a time."""


def write_first_extreme(module: Module, dtype: str, name: str) -> str:
    """i64 argmax(line, n, step): the first NaN, else the first of the largest; `argmin` likewise. The line is not empty."""
    lanes = LANES[dtype]
    own = f"{HELPER}{name}.{dtype}"
    write(module, FIRST_EXTREME, own, dtype, lanes, BETTER="fcmp ogt" if name == "argmax" else "fcmp olt")
    return own


FIRST_EXTREME = """define i64 @NAME(ptr %line, i64 %n, i64 %step) SAFE {
entry:
  %first = load TYPE, ptr %line
  %together = icmp eq i64 %step, 1
  %long = icmp sge i64 %n, LANES
  %wide = and i1 %together, %long
  br i1 %wide, label %many, label %one

one:
  %i = phi i64 [ 0, %entry ], [ %i1, %one ]
  %best = phi TYPE [ %first, %entry ], [ %best1, %one ]
  %where = phi i64 [ 0, %entry ], [ %where1, %one ]
  %bad = phi i1 [ false, %entry ], [ %bad1, %one ]
  %offset = mul nsw i64 %i, %step
  %place = getelementptr inbounds TYPE, ptr %line, i64 %offset
  %x = load TYPE, ptr %place
  %beats = BETTER TYPE %x, %best
  %best1 = select i1 %beats, TYPE %x, TYPE %best
  %where1 = select i1 %beats, i64 %i, i64 %where
  %born = fcmp uno TYPE %x, %x
  %bad1 = or i1 %bad, %born
  %i1 = add nsw i64 %i, 1
  %i.more = icmp slt i64 %i1, %n
  br i1 %i.more, label %one, label %seen.one
seen.one:
  br i1 %bad1, label %nan.one, label %found.one
nan.one:
  %k = phi i64 [ 0, %seen.one ], [ %k1, %nan.one ]
  %k.offset = mul nsw i64 %k, %step
  %k.place = getelementptr inbounds TYPE, ptr %line, i64 %k.offset
  %k.x = load TYPE, ptr %k.place
  %k.nan = fcmp uno TYPE %k.x, %k.x
  %k1 = add nsw i64 %k, 1
  br i1 %k.nan, label %found.one, label %nan.one
found.one:
  %answer.one = phi i64 [ %where1, %seen.one ], [ %k, %nan.one ]
  ret i64 %answer.one

many:
  %held.first = insertelement MANY poison, TYPE %first, i64 0
  %spread = shufflevector MANY %held.first, MANY poison, <LANES x i32> zeroinitializer
  %last = sub nsw i64 %n, LANES
  br label %block
block:
  %b = phi i64 [ 0, %many ], [ %b1, %block ]
  %tops = phi MANY [ %spread, %many ], [ %tops1, %block ]
  %nans = phi BITS [ zeroinitializer, %many ], [ %nans1, %block ]
  %b.late = icmp sgt i64 %b, %last
  %b.at = select i1 %b.late, i64 %last, i64 %b
  %b.place = getelementptr inbounds TYPE, ptr %line, i64 %b.at
  %xs = load MANY, ptr %b.place, align ALIGN
  %beat = BETTER MANY %xs, %tops
  %tops1 = select BITS %beat, MANY %xs, MANY %tops
  %xs.nan = fcmp uno MANY %xs, %xs
  %nans1 = or BITS %nans, %xs.nan
  %b1 = add nsw i64 %b, LANES
  %b.more = icmp slt i64 %b1, %n
  br i1 %b.more, label %block, label %across
across:
  %l = phi i64 [ 0, %block ], [ %l1, %across ]
  %top = phi TYPE [ %first, %block ], [ %top1, %across ]
  %t = extractelement MANY %tops1, i64 %l
  %t.beats = BETTER TYPE %t, %top
  %top1 = select i1 %t.beats, TYPE %t, TYPE %top
  %l1 = add nsw i64 %l, 1
  %l.more = icmp slt i64 %l1, LANES
  br i1 %l.more, label %across, label %looked
looked:
  %nan = call i1 @ANY(BITS %nans1)
  %top.held = insertelement MANY poison, TYPE %top1, i64 0
  %tops.all = shufflevector MANY %top.held, MANY poison, <LANES x i32> zeroinitializer
  br label %search
search:
  %s = phi i64 [ 0, %looked ], [ %s1, %search.next ]
  %s.late = icmp sgt i64 %s, %last
  %s.at = select i1 %s.late, i64 %last, i64 %s
  %s.place = getelementptr inbounds TYPE, ptr %line, i64 %s.at
  %ys = load MANY, ptr %s.place, align ALIGN
  %ys.equal = fcmp oeq MANY %ys, %tops.all
  %ys.nan = fcmp uno MANY %ys, %ys
  %hits = select i1 %nan, BITS %ys.nan, BITS %ys.equal
  %hit = call i1 @ANY(BITS %hits)
  %s1 = add nsw i64 %s, LANES
  br i1 %hit, label %within, label %search.next
search.next:
  br label %search
within:
  %w = phi i64 [ 0, %search ], [ %w1, %within ]
  %is = extractelement BITS %hits, i64 %w
  %w1 = add nsw i64 %w, 1
  br i1 %is, label %found, label %within
found:
  %answer = add nsw i64 %s.at, %w
  ret i64 %answer
}"""
