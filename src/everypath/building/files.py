"""Files of a library: object code, what linkers make of it, assembly, LLVM's own forms, the header."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ..errors import InvalidArgument, NotSupported
from ..native.standalone import Library

DIRECT = {".o": "o", ".obj": "o", ".s": "s", ".ll": "ll", ".bc": "bc"}
"""Suffixes, and the forms that LLVM gives."""

SHARED = (".so", ".dylib", ".dll")
SOURCES = (".c", ".cc", ".cpp", ".cxx")


def write(library: Library, path: Path, link: Sequence[str] | None) -> None:
    """Write the library to `path`, in the form that its suffix says.

    Raises NotSupported for C source, which LLVM does not write, and where a linker is needed and there is none.
    """
    suffix = path.suffix
    if suffix in SOURCES:
        reason = f"{path.name}: there is no source in C of compiled code, of which this one is vectors and the runtime's memory"
        raise NotSupported([(None, reason, f"build {path.stem}.o, {path.stem}.a or {path.stem}.so, with its header, and link that")])
    if suffix in DIRECT:
        path.write_bytes(library.made(DIRECT[suffix]))
        return
    if suffix not in (*SHARED, ".a"):
        raise InvalidArgument(f"{path.name}: the suffix must be one of {', '.join([*DIRECT, *SHARED, '.a', '.h'])}")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, f"{path.stem}.o")
        made.write_bytes(library.made("o"))
        if suffix == ".a":
            path.unlink(missing_ok=True)
            run([tool(path, "ar"), "rcs", str(path), str(made)])
        else:
            libraries = [f"-l{name}" for name in library.needs] if link is None else list(link)
            run([tool(path, "cc", "gcc", "clang"), "-shared", "-o", str(path), str(made), *libraries, "-lm"])


def tool(path: Path, *names: str) -> str:
    """One of these programs."""
    for name in names:
        found = shutil.which(name)
        if found is not None:
            return found
    reason = f"{path.name}: making it needs {' or '.join(names)}, and there is none here"
    raise NotSupported([(None, reason, f"build {path.stem}.o, which needs no other program")])


def run(command: list[str]) -> None:
    """Run a linker, and say what it says where it fails."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        reason = f"{' '.join(command[:1])} could not link: {done.stderr.strip()}"
        raise NotSupported([(None, reason, "say what to link with: link=('-lopenblas',), on the command line --link=-lopenblas")])
