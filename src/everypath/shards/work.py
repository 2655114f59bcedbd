"""What runs where the data is: a function that each process makes once of what it was sent, and shards that it keeps."""

from __future__ import annotations

import hashlib
import os
import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from .. import set_num_threads
from .blas import limit

PLANS = 8
"""Functions that a process keeps."""


class Function:
    """A function over shards. It travels as bytes, and each process makes it once of them: what it compiles, it compiles once."""

    def __init__(self, g: Callable[..., Any], load: Callable[[Any], Any] | None, keep: int | None, threads: int) -> None:
        self.g, self.load, self.keep, self.threads = g, load, keep, threads
        self.home = os.getpid()
        self.lock = threading.Lock()
        self.shards: OrderedDict[int, tuple[Any, ...]] = OrderedDict()
        self.sent: tuple[str, bytes] | None = None

    def __reduce__(self) -> Any:
        if self.sent is None:
            text = packed((self.g, self.load, self.keep, self.threads, self.home, os.urandom(8)))
            self.sent = hashlib.sha256(text).hexdigest(), text
        return received, self.sent

    def __call__(self, number: int, shard: Any, args: tuple[Any, ...]) -> Any:
        """g of the arguments and a shard, which is kept. A `Missing` in its place asks for the one that was kept, and comes back where
        there is none."""
        with self.lock:
            data = self.shards.get(number)
            if data is not None:
                self.shards.move_to_end(number)
        if data is None:
            if isinstance(shard, Missing):
                return shard
            data = as_tuple(self.load(shard) if self.load is not None else shard)
            self.hold(number, data)
        return self.of(number, data, args)

    def of(self, number: int, data: tuple[Any, ...], args: tuple[Any, ...]) -> Any:
        """g of the arguments and the data of a shard."""
        if os.getpid() != self.home:
            set_num_threads(self.threads)
        try:
            with limit.held(self.threads):
                return self.g(*args, *data)
        except Exception as problem:
            problem.add_note(f"in shard {number}")
            raise

    def hold(self, number: int, data: tuple[Any, ...]) -> None:
        """Keep a shard, and no more than as many as are to be kept."""
        with self.lock:
            if self.keep != 0:
                self.shards[number] = data
            while self.keep is not None and len(self.shards) > self.keep:
                self.shards.popitem(last=False)


class Missing:
    """Stands for a shard that has been sent before."""


def as_tuple(data: Any) -> tuple[Any, ...]:
    """The arguments that a shard is."""
    return data if type(data) is tuple else (data,)


def loaded(function: Function, number: int, shard: Any) -> tuple[Any, ...]:
    """A shard's data, for engines that keep it themselves."""
    try:
        return as_tuple(function.load(shard) if function.load is not None else shard)
    except Exception as problem:
        problem.add_note(f"in shard {number}")
        raise


def packed(what: Any) -> bytes:
    """Bytes of what other processes may not be able to import."""
    try:
        import cloudpickle
    except ImportError:
        return pickle.dumps(what)
    found: bytes = cloudpickle.dumps(what)
    return found


KNOWN: OrderedDict[str, Function] = OrderedDict()
RECEIVING = threading.Lock()


def received(digest: str, text: bytes) -> Function:
    """The function of these bytes, the same one as before if it came before."""
    with RECEIVING:
        if digest not in KNOWN:
            g, load, keep, threads, home, _ = pickle.loads(text)
            KNOWN[digest] = Function(g, load, keep, threads)
            KNOWN[digest].home, KNOWN[digest].sent = home, (digest, text)
            while len(KNOWN) > PLANS:
                KNOWN.popitem(last=False)
        KNOWN.move_to_end(digest)
        return KNOWN[digest]
