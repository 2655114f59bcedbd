"""The header: C's declaration of every entry, and what its caller must know."""

from __future__ import annotations

import re
import textwrap

from ..ir.types import ArrayType, scalar_of
from ..native.standalone import Entry, Library, Output, Passed

TYPES = {"f64": "double", "f32": "float", "bool": "bool"}
TYPES |= {f"{letter}{bits}": f"{'u' if letter == 'u' else ''}int{bits}_t" for letter in "iu" for bits in (8, 16, 32, 64)}

RULES = """
Arrays are in C order, each followed by its extents; results that are pointers overlap nothing else, and are null where they are not wanted.
An array whose extents the function decides is followed by the number of elements that there is room for, and a pointer to where its
extents go (or null): with a null pointer for the array a call tells the extents alone. A function returns 0, or 1 where an error was
raised, and {name}_message() then says which, for the thread that called. Calls may be made from several threads. {name}_threads(n) lets
large loops use n threads, 1 before the first call, with the same digits, and returns how many it were.
"""


def header(library: Library, entries: list[Entry], version: str) -> str:
    """The text of the header."""
    name = library.name
    guard = f"{re.sub(r'[^A-Z0-9]', '_', name.upper())}_H"
    links = " ".join(["-l" + needed for needed in library.needs] + ["-lm", "-lpthread"])
    made = f"Made by everypath {version} for {library.processor} processors. Link with {links}."
    parts = [comment(made, *textwrap.wrap(RULES.format(name=name).replace("\n", " ").strip(), 116))]
    parts += [
        f"#ifndef {guard}\n#define {guard}\n\n#include <stdbool.h>\n#include <stdint.h>\n",
        '#ifdef __cplusplus\nextern "C" {\n#endif\n',
    ]
    parts += [f"{comment(*entry.about)}\n{prototype(entry)};\n" for entry in entries]
    parts += [f"const char *{name}_message(void);\nint64_t {name}_threads(int64_t number);\n"]
    parts += ["#ifdef __cplusplus\n}\n#endif\n", f"#endif /* {guard} */\n"]
    return "\n".join(parts)


def comment(*lines: str) -> str:
    """Lines as a comment."""
    body = "\n   ".join(line.replace("*/", "* /") for line in lines)
    return f"/* {body} */"


def prototype(entry: Entry) -> str:
    """An entry as C declares it."""
    parameters = [text for passed in entry.passed for text in taken(passed)] + [text for output in entry.outputs for text in given(output)]
    return f"int {entry.name}({', '.join(parameters) or 'void'})"


def taken(passed: Passed) -> list[str]:
    """The parameters of an argument."""
    type_ = TYPES[scalar_of(passed.type).name]
    if not isinstance(passed.type, ArrayType):
        return [f"{type_} {passed.name}"]
    return [f"{'' if passed.written else 'const '}{type_} *{passed.name}", *(f"int64_t {dim}" for dim in passed.dims)]


def given(output: Output) -> list[str]:
    """The parameters of a result."""
    pointer = f"{TYPES[scalar_of(output.type).name]} *{output.name}"
    return [pointer, f"int64_t {output.name}_room", f"int64_t *{output.name}_dims"] if output.measured else [pointer]
