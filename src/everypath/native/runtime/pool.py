"""The pool: memory that calls give back, kept for the calls that follow.

    pool  = { next idle pool, chunks, current chunk, bump, end, kept, out, peak, recent, room, chunk bytes, free lists… }
    chunk = { next, size, used up to, raw, 0 … }, then small blocks one after the other

A call takes a pool when it begins and gives it back when it ends, both with the GIL held (`callers` says what other programs have in its
place); while it runs nobody else knows the pool, so no other lock is needed. A call inside another, or beside it in another thread, takes
another pool. Large blocks have free lists by size class, four to a doubling. Small ones are cut from chunks that grow, each twice all
before; at the end of the call all of them are free at once.

`recent` is the most that a call had out, which fades by one part in 256 a call. A pool at rest keeps no more than that and SLACK, all
pools together no more than CAP; the rest goes back to the system, and all of it when the system has no more.
"""

from __future__ import annotations

import os
from pathlib import Path

SLACK = 64 << 20
"""Bytes that a pool at rest may keep beyond what calls had out recently."""

MOST_SMALL = 2016
"""Bytes up to which a block is cut from a chunk."""

SMALLEST_CHUNK, LARGEST_CHUNK = 1 << 12, 1 << 22

POOL_NEXT, CHUNKS, CURRENT, BUMP, END, KEPT, OUT, PEAK, RECENT, ROOM, CHUNK_BYTES, SMALL_LISTS = range(12)
LARGE_LISTS = SMALL_LISTS + (MOST_SMALL + 32) // 32 + 1
CLASSES = 148
"""Of large blocks: up to 2 to the 47th bytes."""

POOL_WORDS = LARGE_LISTS + CLASSES


def most_kept() -> int:
    """Bytes that all pools at rest may keep: a quarter of the memory that this process may use."""
    sizes = [1 << 32]
    try:
        sizes = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
        sizes.append(int(Path("/sys/fs/cgroup/memory.max").read_text()))
    except (AttributeError, OSError, ValueError):
        pass
    return min(size for size in sizes if size > 0) // 4


def words() -> dict[str, str]:
    """What the text calls its numbers."""
    names = "SLACK MOST_SMALL SMALLEST_CHUNK LARGEST_CHUNK POOL_NEXT CHUNKS CURRENT BUMP END KEPT OUT PEAK RECENT ROOM CHUNK_BYTES"
    numbers = {name: globals()[name] for name in [*names.split(), "SMALL_LISTS", "LARGE_LISTS", "CLASSES"]}
    numbers |= {"CAP": most_kept(), "POOL_BYTES": 8 * POOL_WORDS, "SMALL_BYTES": 8 * (LARGE_LISTS - SMALL_LISTS)}
    return {name: str(number) for name, number in numbers.items()}


TEXT = """
declare ptr @malloc(i64)
declare ptr @calloc(i64, i64)
declare void @free(ptr)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare i64 @llvm.ctlz.i64(i64, i1)

@idle = internal global ptr null

define internal i64 @get(ptr %base, i64 %word) alwaysinline {
  %at = getelementptr i64, ptr %base, i64 %word
  %value = load i64, ptr %at
  ret i64 %value
}

define internal ptr @get.ptr(ptr %base, i64 %word) alwaysinline {
  %at = getelementptr i64, ptr %base, i64 %word
  %value = load ptr, ptr %at
  ret ptr %value
}

define internal void @set(ptr %base, i64 %word, i64 %value) alwaysinline {
  %at = getelementptr i64, ptr %base, i64 %word
  store i64 %value, ptr %at
  ret void
}

define internal void @set.ptr(ptr %base, i64 %word, ptr %value) alwaysinline {
  %at = getelementptr i64, ptr %base, i64 %word
  store ptr %value, ptr %at
  ret void
}

define internal void @count(ptr %base, i64 %word, i64 %by) alwaysinline {
  %at = getelementptr i64, ptr %base, i64 %word
  %old = load i64, ptr %at
  %new = add i64 %old, %by
  store i64 %new, ptr %at
  ret void
}

define internal void @raise(ptr %base, i64 %word, i64 %least) alwaysinline {
  %at = getelementptr i64, ptr %base, i64 %word
  %old = load i64, ptr %at
  %higher = icmp sgt i64 %least, %old
  %new = select i1 %higher, i64 %least, i64 %old
  store i64 %new, ptr %at
  ret void
}

define internal i64 @lesser(i64 %a, i64 %b) alwaysinline {
  %first = icmp slt i64 %a, %b
  %less = select i1 %first, i64 %a, i64 %b
  ret i64 %less
}

; { number, capacity } of the size class of a large block.
define internal { i64, i64 } @size_class(i64 %bytes) alwaysinline {
  %below = sub i64 %bytes, 1
  %zeros = call i64 @llvm.ctlz.i64(i64 %below, i1 true)
  %shift = sub i64 61, %zeros
  %quarter = lshr i64 %below, %shift
  %next = add i64 %quarter, 1
  %capacity = shl i64 %next, %shift
  %doubling = sub i64 %shift, 8
  %four = shl i64 %doubling, 2
  %sum = add i64 %four, %quarter
  %number = sub i64 %sum, 4
  %one = insertvalue { i64, i64 } undef, i64 %number, 0
  %both = insertvalue { i64, i64 } %one, i64 %capacity, 1
  ret { i64, i64 } %both
}

define internal i64 @capacity(i64 %number) alwaysinline {
  %doubling = lshr i64 %number, 2
  %part = and i64 %number, 3
  %quarters = add i64 %part, 5
  %shift = add i64 %doubling, 8
  %capacity = shl i64 %quarters, %shift
  ret i64 %capacity
}

; Chunks ---------------------------------------------------------------------------------------------------------------

; A place of `total` bytes in the next chunk, null if there is no memory.
define internal ptr @further(ptr %ctx, ptr %pool, i64 %total) cold {
  %current = call ptr @get.ptr(ptr %pool, i64 CURRENT)
  %none = icmp eq ptr %current, null
  br i1 %none, label %begin, label %leave
begin:
  %from.pool = getelementptr i64, ptr %pool, i64 CHUNKS
  br label %look
leave:
  %used = call ptr @get.ptr(ptr %pool, i64 BUMP)
  call void @set.ptr(ptr %current, i64 2, ptr %used)
  br label %look
look:
  %link = phi ptr [ %from.pool, %begin ], [ %current, %leave ]
  %next = load ptr, ptr %link
  %room = call i64 @get(ptr %pool, i64 ROOM)
  %few = icmp ult i64 %room, SMALLEST_CHUNK
  %some = select i1 %few, i64 SMALLEST_CHUNK, i64 %room
  %want = call i64 @lesser(i64 %some, i64 LARGEST_CHUNK)
  %last = icmp eq ptr %next, null
  br i1 %last, label %make, label %measure
measure:
  %has = call i64 @get(ptr %next, i64 1)
  %fits = icmp ule i64 %has, %want
  br i1 %fits, label %enter, label %make
make:
  %more = add i64 %want, 64
  %raw = call ptr @obtain(ptr %ctx, i64 %more, i1 false)
  %lost = icmp eq ptr %raw, null
  br i1 %lost, label %out, label %made
made:
  %number = ptrtoint ptr %raw to i64
  %up = add i64 %number, 63
  %aligned = and i64 %up, -64
  %chunk = inttoptr i64 %aligned to ptr
  %following = load ptr, ptr %link
  store ptr %following, ptr %chunk
  call void @set(ptr %chunk, i64 1, i64 %want)
  call void @set.ptr(ptr %chunk, i64 3, ptr %raw)
  store ptr %chunk, ptr %link
  call void @count(ptr %pool, i64 CHUNK_BYTES, i64 %want)
  br label %enter
enter:
  %in = phi ptr [ %next, %measure ], [ %chunk, %made ]
  %size = call i64 @get(ptr %in, i64 1)
  %first = getelementptr i8, ptr %in, i64 64
  %bump = getelementptr i8, ptr %first, i64 %total
  %end = getelementptr i8, ptr %in, i64 %size
  call void @set.ptr(ptr %pool, i64 CURRENT, ptr %in)
  call void @set.ptr(ptr %pool, i64 BUMP, ptr %bump)
  call void @set.ptr(ptr %pool, i64 END, ptr %end)
  call void @count(ptr %pool, i64 ROOM, i64 %size)
  call void @went_out(ptr %pool, i64 %size)
  ret ptr %first
out:
  ret ptr null
}

define internal void @went_out(ptr %pool, i64 %bytes) alwaysinline {
  call void @count(ptr %pool, i64 OUT, i64 %bytes)
  %out = call i64 @get(ptr %pool, i64 OUT)
  call void @raise(ptr %pool, i64 PEAK, i64 %out)
  ret void
}

; No small block is in use any more.
define internal void @forget_small(ptr %pool) cold {
  call void @set.ptr(ptr %pool, i64 CURRENT, ptr null)
  call void @set.ptr(ptr %pool, i64 BUMP, ptr null)
  call void @set.ptr(ptr %pool, i64 END, ptr null)
  call void @set(ptr %pool, i64 ROOM, i64 0)
  %lists = getelementptr i64, ptr %pool, i64 SMALL_LISTS
  call void @llvm.memset.p0.i64(ptr %lists, i8 0, i64 SMALL_BYTES, i1 false)
  ret void
}

; The chunks that hold small blocks in use leave the pool.
define internal ptr @chunks_in_use(ptr %pool) cold {
  %current = call ptr @get.ptr(ptr %pool, i64 CURRENT)
  %none = icmp eq ptr %current, null
  br i1 %none, label %out, label %some
some:
  %used = call ptr @get.ptr(ptr %pool, i64 BUMP)
  call void @set.ptr(ptr %current, i64 2, ptr %used)
  %first = call ptr @get.ptr(ptr %pool, i64 CHUNKS)
  %rest = load ptr, ptr %current
  call void @set.ptr(ptr %pool, i64 CHUNKS, ptr %rest)
  store ptr null, ptr %current
  %room = call i64 @get(ptr %pool, i64 ROOM)
  %less = sub i64 0, %room
  call void @count(ptr %pool, i64 CHUNK_BYTES, i64 %less)
  call void @forget_small(ptr %pool)
  br label %out
out:
  %chunks = phi ptr [ null, %0 ], [ %first, %some ]
  ret ptr %chunks
}

; A chunk comes back to the pool at rest, which has them in the order of their sizes; or goes.
define internal void @return_chunk(ptr %chunk) cold {
  %size = call i64 @get(ptr %chunk, i64 1)
  %room = call i1 @has_room(i64 %size)
  br i1 %room, label %keep, label %go
keep:
  %pool = load ptr, ptr @idle
  call void @count(ptr %pool, i64 CHUNK_BYTES, i64 %size)
  %start = getelementptr i64, ptr %pool, i64 CHUNKS
  br label %turn
turn:
  %link = phi ptr [ %start, %keep ], [ %other, %larger ]
  %other = load ptr, ptr %link
  %last = icmp eq ptr %other, null
  br i1 %last, label %here, label %compare
compare:
  %its = call i64 @get(ptr %other, i64 1)
  %fits = icmp uge i64 %its, %size
  br i1 %fits, label %here, label %larger
larger:
  br label %turn
here:
  store ptr %other, ptr %chunk
  store ptr %chunk, ptr %link
  ret void
go:
  %raw = call ptr @get.ptr(ptr %chunk, i64 3)
  call void @free(ptr %raw)
  ret void
}

; Large blocks ---------------------------------------------------------------------------------------------------------

; A free block of this class or of the next three, null if there is none.
define internal ptr @reused(ptr %pool, i64 %number) {
  %most = add i64 %number, 4
  %end = call i64 @lesser(i64 %most, i64 CLASSES)
  br label %turn
turn:
  %k = phi i64 [ %number, %0 ], [ %next, %empty ]
  %word = add i64 %k, LARGE_LISTS
  %list = getelementptr i64, ptr %pool, i64 %word
  %block = load ptr, ptr %list
  %none = icmp eq ptr %block, null
  br i1 %none, label %empty, label %found
empty:
  %next = add i64 %k, 1
  %more = icmp slt i64 %next, %end
  br i1 %more, label %turn, label %nothing
found:
  %following = call ptr @get.ptr(ptr %block, i64 -1)
  store ptr %following, ptr %list
  %bytes = call i64 @capacity(i64 %k)
  %less = sub i64 0, %bytes
  call void @count(ptr %pool, i64 KEPT, i64 %less)
  ret ptr %block
nothing:
  ret ptr null
}

define internal void @put_large(ptr %pool, ptr %block) alwaysinline {
  %number = call i64 @get(ptr %block, i64 -3)
  %word = add i64 %number, LARGE_LISTS
  %list = getelementptr i64, ptr %pool, i64 %word
  %first = load ptr, ptr %list
  call void @set.ptr(ptr %block, i64 -1, ptr %first)
  store ptr %block, ptr %list
  %bytes = call i64 @capacity(i64 %number)
  call void @count(ptr %pool, i64 KEPT, i64 %bytes)
  ret void
}

; A large block comes back when no call may be running: to the pool at rest, or to the system.
define internal void @return_large(ptr %block) cold {
  %number = call i64 @get(ptr %block, i64 -3)
  %bytes = call i64 @capacity(i64 %number)
  %room = call i1 @has_room(i64 %bytes)
  br i1 %room, label %keep, label %go
keep:
  %pool = load ptr, ptr @idle
  call void @put_large(ptr %pool, ptr %block)
  ret void
go:
  %raw = call ptr @get.ptr(ptr %block, i64 3)
  call void @free(ptr %raw)
  ret void
}

; Taking and giving ----------------------------------------------------------------------------------------------------

define internal ptr @take_pool() cold {
  call void @hold_pools()
  %pool = load ptr, ptr @idle
  %none = icmp eq ptr %pool, null
  br i1 %none, label %make, label %take
take:
  %next = load ptr, ptr %pool
  store ptr %next, ptr @idle
  call void @leave_pools()
  ret ptr %pool
make:
  call void @leave_pools()
  %new = call ptr @calloc(i64 POOL_BYTES, i64 1)
  ret ptr %new
}

; Nothing of a pool is in use any more.
define internal void @rest(ptr %pool) cold {
  %current = call ptr @get.ptr(ptr %pool, i64 CURRENT)
  %small = icmp ne ptr %current, null
  br i1 %small, label %forget, label %count
forget:
  call void @forget_small(ptr %pool)
  br label %count
count:
  %peak = call i64 @get(ptr %pool, i64 PEAK)
  call void @fade(ptr %pool)
  call void @raise(ptr %pool, i64 RECENT, i64 %peak)
  call void @set(ptr %pool, i64 OUT, i64 0)
  call void @set(ptr %pool, i64 PEAK, i64 0)
  ret void
}

define internal void @give_pool(ptr %pool) cold {
  call void @rest(ptr %pool)
  call void @hold_pools()
  %first = load ptr, ptr @idle
  store ptr %first, ptr %pool
  store ptr %pool, ptr @idle
  br label %turn
turn:
  %other = phi ptr [ %first, %0 ], [ %next, %each ]
  %sum = phi i64 [ 0, %0 ], [ %more, %each ]
  %last = icmp eq ptr %other, null
  br i1 %last, label %out, label %each
each:
  call void @fade(ptr %other)
  %its = call i64 @bound(ptr %other)
  call void @settle(ptr %other, i64 %its)
  %held = call i64 @held(ptr %other)
  %more = add i64 %sum, %held
  %next = load ptr, ptr %other
  br label %turn
out:
  %own = call i64 @bound(ptr %pool)
  %rest = sub i64 CAP, %sum
  %bound = call i64 @lesser(i64 %own, i64 %rest)
  call void @settle(ptr %pool, i64 %bound)
  call void @leave_pools()
  ret void
}

define internal void @fade(ptr %pool) alwaysinline {
  %recent = call i64 @get(ptr %pool, i64 RECENT)
  %part = lshr i64 %recent, 8
  %less = sub i64 0, %part
  call void @count(ptr %pool, i64 RECENT, i64 %less)
  ret void
}
"""
