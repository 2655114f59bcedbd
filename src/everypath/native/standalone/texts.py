"""What entries call beside the runtime: the place of the message, and what is done where a derivative is NaN."""

from __future__ import annotations

from .messages import ROOM

FLOATS = (("f64", "double", "0.5"), ("f32", "float", "0.5"))


def text(*, threads: bool) -> str:
    """The whole of it. With `threads` each of the caller's has a message of its own, which needs a linker."""
    place = f"@text = internal {'thread_local ' if threads else ''}global [{ROOM} x i8] zeroinitializer"
    return "\n".join([place, MESSAGE, *(NAN.replace("DTYPE", d).replace("FLOAT", f).replace("HALF", h) for d, f, h in FLOATS)])


MESSAGE = """
define ptr @everypath.message() {
  ret ptr @text
}
"""

NAN = """
; Whether one of these numbers is NaN; of none, if they are not wanted.
define i1 @everypath.nan.DTYPE(ptr %data, i64 %n) {
  %unwanted = icmp eq ptr %data, null
  br i1 %unwanted, label %no, label %turn
turn:
  %k = phi i64 [ 0, %0 ], [ %next, %look ]
  %more = icmp slt i64 %k, %n
  br i1 %more, label %look, label %no
look:
  %at = getelementptr FLOAT, ptr %data, i64 %k
  %x = load FLOAT, ptr %at
  %nan = fcmp uno FLOAT %x, %x
  %next = add i64 %k, 1
  br i1 %nan, label %yes, label %turn
yes:
  ret i1 true
no:
  ret i1 false
}

define FLOAT @everypath.mean.DTYPE(FLOAT %a, FLOAT %b) {
  %same = fcmp oeq FLOAT %a, %b
  %half.a = fmul FLOAT %a, HALF
  %half.b = fmul FLOAT %b, HALF
  %sum = fadd FLOAT %half.a, %half.b
  %mean = select i1 %same, FLOAT %a, FLOAT %sum
  ret FLOAT %mean
}

define void @everypath.blend.DTYPE(ptr %data, ptr %other, i64 %n) {
  br label %turn
turn:
  %k = phi i64 [ 0, %0 ], [ %next, %go ]
  %more = icmp slt i64 %k, %n
  br i1 %more, label %go, label %out
go:
  %at = getelementptr FLOAT, ptr %data, i64 %k
  %from = getelementptr FLOAT, ptr %other, i64 %k
  %a = load FLOAT, ptr %at
  %b = load FLOAT, ptr %from
  %mean = call FLOAT @everypath.mean.DTYPE(FLOAT %a, FLOAT %b)
  store FLOAT %mean, ptr %at
  %next = add i64 %k, 1
  br label %turn
out:
  ret void
}
"""


def public(name: str) -> str:
    """The functions of the library that are not of one entry: its message, and how many threads it uses."""
    return f"""
declare ptr @everypath.message()
declare i64 @ep_threads(i64)
declare i32 @everypath.at_fork()
@told = internal global i64 0

define ptr @{name}_message() {{
  %place = call ptr @everypath.message()
  ret ptr %place
}}

define i64 @{name}_threads(i64 %number) {{
  %few = icmp slt i64 %number, 1
  %least = select i1 %few, i64 1, i64 %number
  %before = atomicrmw xchg ptr @told, i64 1 seq_cst
  %first = icmp eq i64 %before, 0
  br i1 %first, label %tell, label %go
tell:
  %status = call i32 @everypath.at_fork()
  br label %go
go:
  %old = call i64 @ep_threads(i64 %least)
  ret i64 %old
}}
"""
