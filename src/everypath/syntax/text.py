"""Where the text of a function may stand: its file, a cell of a notebook, what was typed at a prompt or given to `python -c`.

What is found is a guess until it was compared with the code that runs, which `read` does.
"""

from __future__ import annotations

import ast
import io
import linecache
import os
import sys
import types
import zlib
from collections.abc import Iterator

from ..unchanging import plain_value

FROZEN = "<frozen "
"""How the file names begin of modules that Python brings along in itself. Their files may stand beside the others."""

CARRIED = "<dynamic-code>"
"""The file name in code that cloudpickle has carried here."""


@plain_value
class Text:
    """Some text, and the name of the file under which `linecache` has its lines."""

    file: str
    text: str

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def around(self, line: int) -> Text:
        """The imports and the outermost statement that line `line` stands in, all on their own lines, with nothing on the others. Where
        a string or a bracket has lines that begin like statements, it is another text."""
        return self.outermost(line, ("import ", "from "))

    def alone(self, line: int) -> Text:
        """The outermost statement that line `line` stands in, on its own lines."""
        return self.outermost(line, ())

    def outermost(self, line: int, others: tuple[str, ...]) -> Text:
        """The outermost statement that line `line` stands in, and those that begin with one of the `others`."""
        lines = self.lines
        begins = [k for k, x in enumerate(lines) if x and x[0] not in " \t#)]}"]
        ends = {k: end for k, end in zip(begins, [*begins[1:], len(lines)], strict=True)}
        kept = [k for k in begins if lines[k].startswith(others)]
        here = max((k for k in begins if k < line), default=None)
        while here is not None:
            kept.append(here)
            here = ends[here] if lines[here].startswith("@") and ends[here] in ends else None
        alone = [""] * len(lines)
        for k in kept:
            alone[k : ends[k]] = lines[k : ends[k]]
        return Text(self.file, "\n".join(alone))


def texts(function: types.FunctionType) -> Iterator[Text]:
    """Every text that `function` may have been compiled from, the likeliest first."""
    file = function.__code__.co_filename
    namespace = function.__globals__
    yield from in_file(file, namespace)
    if file.startswith("<"):
        for text in (*remembered(function.__code__), *in_cells(), *in_command(file)):
            yield registered(file, text)
    home = namespace.get("__file__")
    if isinstance(home, str) and not os.path.exists(file):  # compiled under a name that another folder gave it, or cloudpickle
        if os.path.basename(home) == os.path.basename(file) or file == CARRIED or file.startswith(FROZEN):
            yield from in_file(home, namespace)


def in_file(file: str, namespace: dict[str, object]) -> Iterator[Text]:
    """What `linecache` has: files, archives that modules are imported from, cells of notebooks, examples of doctest."""
    if os.path.exists(file):
        linecache.checkcache(file)
    lines = linecache.getlines(file, namespace)
    if lines:
        yield Text(file, plain(lines))


def remembered(code: types.CodeType) -> Iterator[str]:
    """What Python 3.13 remembers of the prompt and of `python -c`."""
    lines_of = getattr(linecache, "_getlines_from_code", None)
    lines = lines_of(code) if lines_of is not None else None
    if lines:
        yield plain(lines)


def in_cells() -> Iterator[str]:
    """The text given to a magic of IPython, such as `%%time`, which compiles it under another name: newest first."""
    for name in reversed([*linecache.cache] if "IPython" in sys.modules else []):
        cell = plain(linecache.getlines(name))
        if "get_ipython().run_" in cell and not os.path.exists(name):
            yield from strings_given(cell)


def strings_given(cell: str) -> Iterator[str]:
    """The last argument of every magic in a cell."""
    try:
        tree = ast.parse(cell)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("run_cell_magic", "run_line_magic"):
            if node.args and isinstance(node.args[-1], ast.Constant) and isinstance(node.args[-1].value, str):
                yield node.args[-1].value


def in_command(file: str) -> Iterator[str]:
    """The text of `python -c`."""
    if file != "<string>":
        return
    for option, text in zip(sys.orig_argv, sys.orig_argv[1:], strict=False):
        if option.startswith("-") and option.endswith("c"):
            yield plain([text])
            return


def plain(lines: list[str]) -> str:
    """The lines as one text, with the line ends that Python counts."""
    return io.StringIO("".join(lines), newline=None).read()


def registered(file: str, text: str) -> Text:
    """The text under a name of its own in `linecache`, so that errors and explanations can show its lines."""
    name = f"{file[:-1]} {zlib.crc32(text.encode()):08x}>"
    linecache.cache[name] = (len(text), None, [line + "\n" for line in text.split("\n")], name)
    return Text(name, text)


def reason_for_none(file: str) -> tuple[str, str]:
    """Why there is no text, and the way out."""
    if file == "<stdin>":
        newer = "" if sys.version_info >= (3, 13) else ", or use the prompt of IPython or of Python 3.13"
        return "Python keeps no text of what it reads at the prompt or from standard input", f"put it in a file{newer}"
    if file.startswith("<"):
        way_out = "put it in a file, or in linecache.cache under the file name that was given to compile"
        return "Python keeps no text of what is given to exec, eval or compile", way_out
    return f"there is no file {file}", "put the .py file there: the compiled one is not enough"
