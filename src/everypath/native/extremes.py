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
    better = "fcmp ogt" if name == "argmax" else "fcmp olt"
    searches = SEARCH.replace("FIND", "search").replace("HIT", "fcmp oeq MANY %search.ys, %alike")
    searches += SEARCH.replace("FIND", "nans.search").replace("HIT", "fcmp uno MANY %nans.search.ys, %nans.search.ys")
    module.declare(f"llvm.cttz.i{lanes}", f"i{lanes} {{}}(i{lanes}, i1)")
    write(module, FIRST_EXTREME, own, dtype, lanes, HALVES=halves(lanes, better), SEARCHES=searches.rstrip(), BETTER=better)
    return own


def halves(lanes: int, better: str) -> str:
    """The best of `%tops1` in all lanes of `%alike`: one half of the lanes against the other, until one lane is left."""
    lines, best, width = [], "%tops1", lanes
    while width > 1:
        whole, width = f"<{width} x TYPE>", width // 2
        half, k = f"<{width} x TYPE>", f"%t{width}"
        for side, first in (("low", 0), ("high", width)):
            mask = ", ".join(f"i32 {i}" for i in range(first, first + width))
            lines.append(f"{k}.{side} = shufflevector {whole} {best}, {whole} poison, <{width} x i32> <{mask}>")
        lines.append(f"{k}.beats = {better} {half} {k}.high, {k}.low")
        lines.append(f"{k}.best = select <{width} x i1> {k}.beats, {half} {k}.high, {half} {k}.low")
        best = f"{k}.best"
    lines.append(f"%alike = shufflevector <1 x TYPE> {best}, <1 x TYPE> poison, <LANES x i32> zeroinitializer")
    return "".join(f"  {line}\n" for line in lines)


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
HALVES  %nan = call i1 @ANY(BITS %nans1)
  br i1 %nan, label %nans.search, label %search
SEARCHES
found:
  %answer.at = phi i64 [ %search.at, %search.hit ], [ %nans.search.at, %nans.search.hit ]
  %answer.mask = phi iLANES [ %search.mask, %search.hit ], [ %nans.search.mask, %nans.search.hit ]
  %within = call iLANES @llvm.cttz.iLANES(iLANES %answer.mask, i1 true)
  %within.wide = zext iLANES %within to i64
  %answer = add nsw i64 %answer.at, %within.wide
  ret i64 %answer
}"""

SEARCH = """FIND:
  %FIND.k = phi i64 [ 0, %across ], [ %FIND.next, %FIND.on ]
  %FIND.late = icmp sgt i64 %FIND.k, %last
  %FIND.at = select i1 %FIND.late, i64 %last, i64 %FIND.k
  %FIND.place = getelementptr inbounds TYPE, ptr %line, i64 %FIND.at
  %FIND.ys = load MANY, ptr %FIND.place, align ALIGN
  %FIND.hits = HIT
  %FIND.mask = bitcast BITS %FIND.hits to iLANES
  %FIND.hit.one = icmp ne iLANES %FIND.mask, 0
  %FIND.next = add nsw i64 %FIND.k, LANES
  br i1 %FIND.hit.one, label %FIND.hit, label %FIND.on
FIND.on:
  br label %FIND
FIND.hit:
  br label %found
"""
