"""Where along a line of floats the first largest or smallest element is.

Long lines that lie together are looked at twice, many elements at a time: for the extreme value, then for the first element that is
it. Others once, element by element, without a jump that the numbers decide; where a NaN was among them, once more for the first. Of many
short lines, several are gone along side by side, and what each of them has found so far stands in one vector.
"""

from __future__ import annotations

from .many import write
from .module import HELPER, Module

LANES = {"f64": 16, "f32": 32, "f16": 32}
"""Elements that are compared at a time."""

ABREAST = {"f64": (8, "i64"), "f32": (8, "i32"), "f16": (8, "i32")}
"""Short lines that are gone along side by side, and the type of the places among which they are: as wide as a number, where that can be,
so that both are chosen by one mask."""


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


def write_abreast(module: Module, dtype: str, name: str) -> str:
    """i64 argmax(out, x, lines, down, n, step): of how many lines, from the first on, it has written the places; of no long ones."""
    own = f"{HELPER}{name}.abreast.{dtype}"
    better = "fcmp ogt" if name == "argmax" else "fcmp olt"
    abreast, place = ABREAST[dtype]
    written = f"  %wide = sext PLACES %where to <{abreast} x i64>\n  store <{abreast} x i64> %wide"
    words = {
        "WRITTEN": "  store PLACES %where" if place == "i64" else written,
        "PLACES": f"<{abreast} x {place}>",
        "ONES": "<" + ", ".join([f"{place} 1"] * abreast) + ">",
        "SHORT": str(LANES[dtype]),
        "BETTER": better,
    }
    offsets = [f"  %down.{k} = mul nsw i64 %down, {k}" for k in range(abreast)]
    rows = [f"  %row{k} = getelementptr inbounds TYPE, ptr %first, i64 %down.{k}" for k in range(abreast)]
    rows += taken("begin", [f"%row{k}" for k in range(abreast)])
    nexts = [f"  %at{k} = getelementptr inbounds TYPE, ptr %row{k}, i64 %offset" for k in range(abreast)]
    nexts += taken("v", [f"%at{k}" for k in range(abreast)])
    write(module, EXTREMES_ABREAST, own, dtype, abreast, OFFSETS=text(offsets), ROWS=text(rows), NEXTS=text(nexts), **words)
    return own


def text(lines: list[str]) -> str:
    return "\n".join(lines)


def taken(name: str, places: list[str]) -> list[str]:
    """The vector `%name` of the numbers at some places."""
    lines, last = [], "poison"
    for k, place in enumerate(places):
        whole = f"%{name}" if k == len(places) - 1 else f"%{name}.to{k}"
        lines.append(f"  %{name}{k} = load TYPE, ptr {place}")
        lines.append(f"  {whole} = insertelement MANY {last}, TYPE %{name}{k}, i64 {k}")
        last = whole
    return lines


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

EXTREMES_ABREAST = """define i64 @NAME(ptr noalias %out, ptr noalias readonly %x, i64 %lines, i64 %down, i64 %n, i64 %step) SAFE {
entry:
OFFSETS
  %short = icmp slt i64 %n, SHORT
  %last = sub nsw i64 %lines, LANES
  br i1 %short, label %block, label %none
none:
  ret i64 0

block:
  %line = phi i64 [ 0, %entry ], [ %line1, %found ]
  %enough = icmp sle i64 %line, %last
  br i1 %enough, label %rows, label %done
rows:
  %before = mul nsw i64 %line, %down
  %first = getelementptr inbounds TYPE, ptr %x, i64 %before
ROWS
  br label %next
next:
  %i = phi i64 [ 1, %rows ], [ %i1, %number ]
  %here = phi PLACES [ ONES, %rows ], [ %here1, %number ]
  %best = phi MANY [ %begin, %rows ], [ %best1, %number ]
  %where = phi PLACES [ zeroinitializer, %rows ], [ %where1, %number ]
  %more = icmp slt i64 %i, %n
  br i1 %more, label %number, label %found
number:
  %offset = mul nsw i64 %i, %step
NEXTS
  %beats = BETTER MANY %v, %best
  %born = fcmp uno MANY %v, %v
  %held = fcmp ord MANY %best, %best
  %either = or BITS %beats, %born
  %taken = and BITS %either, %held
  %best1 = select BITS %taken, MANY %v, MANY %best
  %where1 = select BITS %taken, PLACES %here, PLACES %where
  %here1 = add nuw nsw PLACES %here, ONES
  %i1 = add nuw nsw i64 %i, 1
  br label %next
found:
  %place = getelementptr inbounds i64, ptr %out, i64 %line
WRITTEN, ptr %place, align 8
  %line1 = add nsw i64 %line, LANES
  br label %block
done:
  ret i64 %line
}"""
