"""Ctrl-C: a look at the signals now and then."""

from __future__ import annotations

PERIOD = 50_000_000
"""Nanoseconds between two looks at the signals."""

TURNS = 1024
"""Turns of a loop between two looks at the clock."""

TEXT = """
declare i32 @clock_gettime(i32, ptr)

define i32 @ep_poll(ptr %ctx) cold {
  %countdown = getelementptr i64, ptr %ctx, i64 COUNTDOWN
  store i64 TURNS, ptr %countdown
  %time = alloca [2 x i64]
  %helps = call i64 @get(ptr %ctx, i64 HELPS)
  %helper = icmp ne i64 %helps, 0
  br i1 %helper, label %listen, label %clock
listen: ; what a helper does may be needed no more
  %needed = call i1 @still_needed(ptr %ctx)
  br i1 %needed, label %fine, label %leave
leave:
  ret i32 1
clock:
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
