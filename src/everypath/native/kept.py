"""Machine code that is kept on disk, so that the next process need not make it again.

Its name is a digest of all that it was made from: the module's text, how hard LLVM tried, the processor, and the versions of LLVM, of
llvmlite and of everypath. No text has an address of the process in it, so equal texts are equal code. A file begins with a digest of the
rest: what was cut short or altered is made again. Files are written beside their place and moved there whole, so that processes may
share a folder. Nobody but the user may be able to write to it, for what lies in it is run.

`EVERYPATH_CACHE` names another folder, or says `off`. Where the folder can't be used, nothing is kept.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import llvmlite
import llvmlite.binding as llvm

from ..version import VERSION

VARIABLE = "EVERYPATH_CACHE"

MOST = 1 << 28
"""Bytes on disk past which the files used longest ago go, until half of it is left."""

DIGEST = hashlib.sha256().digest_size


class Kept:
    """The folder, for one processor and these versions."""

    def __init__(self, *machine: str) -> None:
        self.folder = folder()
        self.maker = repr((VERSION, llvmlite.__version__, llvm.llvm_version_info, machine))
        self.written = 0

    def code(self, source: str, make: Callable[[], bytes]) -> bytes:
        """What `make` makes of `source`, or has made before."""
        if self.folder is None:
            return make()
        path = self.folder / hashlib.sha256(f"{self.maker}\n{source}".encode()).hexdigest()
        found = read(path)
        if found is None:
            found = make()
            self.keep(path, found)
        return found

    def keep(self, path: Path, content: bytes) -> None:
        """Write a file; where that can't be done, no other is written."""
        assert self.folder is not None
        try:
            if not self.written:
                tidy(self.folder)
            self.written += 1
            write(path, content)
        except OSError:
            self.folder = None


def folder() -> Path | None:
    """Where code is kept, made if it is not there; None where nothing is kept."""
    named = os.environ.get(VARIABLE, "")
    if named.lower() in ("off", "0", "no"):
        return None
    try:
        place = Path(named) if named else default()
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return place if belongs_to_user(place) and os.access(place, os.R_OK | os.W_OK | os.X_OK) else None
    except (OSError, RuntimeError):
        return None


def default() -> Path:
    """The folder that the system has for what programs can make again."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "everypath" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "everypath"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "everypath"


def belongs_to_user(place: Path) -> bool:
    """Whether nobody else can write to the folder."""
    if not hasattr(os, "getuid"):
        return True
    found = place.stat()
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def read(path: Path) -> bytes | None:
    """What was kept at `path`; None where nothing was, or not whole."""
    try:
        whole = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    content = whole[DIGEST:]
    return content if content and hashlib.sha256(content).digest() == whole[:DIGEST] else None


def write(path: Path, content: bytes) -> None:
    """Put it there in one step: who reads meanwhile finds all of it or nothing."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(content).digest() + content)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def tidy(place: Path) -> None:
    """Where too much is kept, what was used longest ago goes."""
    found = [(entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in os.scandir(place) if entry.is_file()]
    left = sum(size for _, size, _ in found)
    if left <= MOST:
        return
    for _, size, path in sorted(found):
        Path(path).unlink(missing_ok=True)
        left -= size
        if left <= MOST // 2:
            return
