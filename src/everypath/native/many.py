"""Functions that all programs share and that look at many numbers of a line at a time, written from templates."""

from __future__ import annotations

from .assembly import LLVM, SIZE
from .module import ON_ITS_ARGUMENTS, Module


def write(module: Module, template: str, name: str, dtype: str, lanes: int, **more: str) -> None:
    """Add the function `name` that a template gives for numbers of this type, of which so many are looked at at a time."""
    words = {
        **more,  # the words below may stand in these
        "NAME": name,
        "MANY": f"<{lanes} x {LLVM[dtype]}>",
        "BITS": f"<{lanes} x i1>",
        "TYPE": LLVM[dtype],
        "LANES": str(lanes),
        "ANY": f"llvm.vector.reduce.or.v{lanes}i1",
        "ALIGN": str(SIZE[dtype]),
        "SAFE": ON_ITS_ARGUMENTS,
    }
    text = template
    for word, meaning in words.items():
        text = text.replace(word, meaning)
    module.declare(words["ANY"], f"i1 {{}}(<{lanes} x i1>)")
    module.functions.append(text)
