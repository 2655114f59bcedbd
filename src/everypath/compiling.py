"""Where everything is compiled: under one lock, in a thread with room for deep programs. Compiled code runs without either.

A sum of a thousand terms is a tree a thousand deep, and our passes call themselves for every level. How deep they may go must
not depend on what the caller's stack has left, nor on `sys.setrecursionlimit`; so they run on a stack of their own, whose limit
on frames fits its size, and end in RecursionError, never in a crash.

A fork waits for the lock: a child that came into being in the middle of a compilation would find LLVM's own locks, and ours, held
by a thread that it does not have.
"""

from __future__ import annotations

import contextvars
import ctypes
import functools
import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

STACKS = (1 << 29, 1 << 26)
"""Bytes asked for, the second where the first cannot be had."""

FRAME = 3072
"""No frame of Python takes more bytes of a stack, whatever C functions call it."""

compiling = threading.RLock()
"""Held while anything is compiled. Taken inside what is `roomy`, never around it: it would wait for itself."""

starting = threading.Lock()


class Setting:
    """A setting of the interpreter, which is one for all threads: another one while any of them holds it."""

    def __init__(self, get: Callable[[], Any], put: Callable[[Any], None]) -> None:
        self.get, self.put = get, put
        self.holders = 0
        self.users = self.ours = get()

    @contextmanager
    def held(self, choose: Callable[[Any], Any]) -> Iterator[None]:
        """As `choose` makes it of the user's; that of the first holder counts."""
        with starting:
            if not self.holders:
                self.users = self.get()
                self.ours = choose(self.users)
                self.put(self.ours)
            self.holders += 1
        try:
            yield
        finally:
            with starting:
                self.holders -= 1
                if not self.holders:
                    self.restore()

    def restore(self) -> None:
        """As the user had it, unless it was set anew meanwhile."""
        if self.get() == self.ours:
            self.put(self.users)

    def abandon(self) -> None:
        """After a fork, no thread but this one is there."""
        if self.holders:
            self.holders = 0
            self.restore()


limit = Setting(sys.getrecursionlimit, sys.setrecursionlimit)
"""On frames."""

collector = Setting(gc.get_threshold, lambda thresholds: gc.set_threshold(*thresholds))
"""How often garbage is looked for; never, where the first number is 0."""

garbage = Setting(gc.isenabled, lambda on: gc.enable() if on else gc.disable())
"""Whether garbage is looked for at all."""

THRESHOLDS = (50_000, 50, 100)
"""How seldom garbage is looked for while anything is compiled. A look at everything takes 100 ms once SciPy is loaded, came four times a
second, and found next to nothing: what passes leave behind has no cycles."""


def recursion_limit() -> int:
    """The limit that the user has set."""
    now = sys.getrecursionlimit()
    return limit.users if limit.holders and now == limit.ours else now


class Here(threading.local):
    """Whether this thread has room."""

    has_room = False


here = Here()


def roomy(function: Callable[P, T]) -> Callable[P, T]:
    """`function`, each call of which runs in a thread with room for deep recursion."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return function(*args, **kwargs) if here.has_room else with_room(functools.partial(function, *args, **kwargs))

    return run


def with_room(work: Callable[[], T]) -> T:
    """What `work` gives, run in a thread of its own with a large stack. An interruption of the caller interrupts it."""
    running = begun(work)
    return work() if running is None else running.result()


class Running(Generic[T]):
    """Work that runs in a thread of its own with a large stack."""

    def __init__(self, work: Callable[[], T]) -> None:
        self.work: Callable[[], T] | None = work
        self.outcome: list[Any] = [None, None]
        self.done = threading.Event()
        self.thread: threading.Thread | None = None

    def run(self, frames: int) -> None:
        """What the thread does, whose stack has room for so many frames."""
        here.has_room = True
        work, self.work = self.work, None
        assert work is not None
        try:
            with limit.held(lambda users: max(frames, users)), collector.held(lambda users: THRESHOLDS if users[0] else users):
                self.outcome[0] = work()
        except BaseException as error:
            self.outcome[1] = error
        finally:
            del work
            self.done.set()

    def result(self) -> T:
        """What the work gave, when it has ended; or what it raised, or what a signal raised here meanwhile."""
        assert self.thread is not None
        stopped = waited(self.thread, self.done)
        value, error = self.outcome
        self.outcome.clear()
        try:
            if stopped is not None or error is not None:
                raise stopped or error
            return value  # type: ignore[no-any-return]
        finally:
            del error, stopped  # their tracebacks hold this frame


def begun(work: Callable[[], T]) -> Running[T] | None:
    """`work`, running in a thread of its own with a large stack; None where no thread can be had."""
    context = contextvars.copy_context()
    running = Running(work)
    for size in STACKS:
        thread = threading.Thread(target=context.run, args=(running.run, size // FRAME), name="everypath", daemon=True)
        running.thread = thread
        with starting:
            before = threading.stack_size(size)
            try:
                thread.start()
                return running
            except (RuntimeError, MemoryError):
                continue
            finally:
                threading.stack_size(before)
    return None


def waited(thread: threading.Thread, done: threading.Event) -> BaseException | None:
    """Wait for the thread. What a signal raises here, Ctrl-C say, is raised in the thread too, and given back when it has ended.

    A `join` that is interrupted takes the thread for ended, in some versions of CPython; and what is raised in the thread may keep it from
    saying that it is done. So both are looked at.
    """
    stopped = None
    while not done.is_set() and thread.ident in sys._current_frames():
        try:
            done.wait(0.1)
        except BaseException as error:
            stopped = error
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(type(error)))
    return stopped


def before_fork() -> None:
    compiling.acquire()
    starting.acquire()


def after_fork() -> None:
    starting.release()
    compiling.release()


def in_child() -> None:
    limit.abandon()
    collector.abandon()
    garbage.abandon()
    after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=before_fork, after_in_parent=after_fork, after_in_child=in_child)
