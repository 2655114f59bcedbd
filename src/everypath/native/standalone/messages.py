"""The messages of errors as C prints them: a format for each site, made by describing it with marks in place of its values."""

from __future__ import annotations

import re

from ...errors import Made
from ..assembly import Code
from ..context import FIRST_SLOT, SITE
from ..module import Module, Site

ROOM = 1024
"""Bytes of a message."""

MARK = re.compile("\x01([^\x02]*)\x02")
PRINTED = {"f64": ("double", "%.15g"), "f32": ("float", "%.9g"), "f16": ("half", "%.5g"), "u64": ("i64", "%llu")}
PLAIN = re.compile(r"[-+ 0]*\d*(\.\d+)?[efgEG]")


class Mark:
    """Stands for the value of a slot in a message."""

    def __init__(self, slot: int, kind: str) -> None:
        self.slot, self.kind = slot, kind

    def __format__(self, spec: str) -> str:
        return f"\x01{self.slot}:{spec}\x02"

    def __str__(self) -> str:
        return format(self, "")

    __repr__ = __str__


def described(site: Site) -> str:
    """What the site's error says, with marks."""
    name = site.error.__name__
    try:
        made = site.describe([Mark(k, kind) for k, kind in enumerate(site.kinds)])
        said = ", ".join(map(str, made.args)) if isinstance(made, Made) else str(made)
    except Exception:  # it asks more of its values than to be shown
        said = ""
    where = f" ({site.location.file}, line {site.location.line}, in {site.location.function})" if site.location else ""
    return f"{name}{': ' if said else ''}{said}{where}"


def printed(site: Site) -> tuple[str, list[Mark]]:
    """The format of C, and the values that it takes."""
    marks: list[Mark] = []

    def one(match: re.Match[str]) -> str:
        slot, _, spec = match[1].partition(":")
        mark = Mark(int(slot), site.kinds[int(slot)])
        marks.append(mark)
        if mark.kind == "bool":
            return "%s"
        standard = PRINTED.get(mark.kind, ("i64", "%lld"))[1]
        return f"%{spec}" if spec and standard.endswith("g") and PLAIN.fullmatch(spec) else standard

    return MARK.sub(one, described(site).replace("%", "%%")), marks


def say(module: Module, code: Code, text: str, *values: tuple[str, str]) -> None:
    """Write this message, and the values that its format takes."""
    module.declare("snprintf", "i32 {}(ptr, i64, ptr, ...)")
    module.declare("everypath.message", "ptr {}()")
    arguments = "".join(f", {type_} {x}" for type_, x in values)
    place = code.let("call ptr @everypath.message()")
    code.do(f"call i32 (ptr, i64, ptr, ...) @snprintf(ptr {place}, i64 {ROOM}, ptr {constant(module, text)}{arguments})")


def constant(module: Module, text: str) -> str:
    """The address of a text."""
    data = text.encode()

    def make() -> str:
        name = f"@text.{len(module.made)}"
        escaped = "".join(f"\\{byte:02X}" for byte in data)
        module.functions.append(f'{name} = private unnamed_addr constant [{len(data) + 1} x i8] c"{escaped}\\00"')
        return name

    return module.once(("text", text), make)


def tell(module: Module, code: Code) -> None:
    """Write the message of the check that failed, as the context has it, by its site."""
    site = code.let(f"load i64, ptr {word(code, SITE)}")
    labels = [code.label("site") for _ in module.sites]
    out = code.label("told")
    cases = " ".join(f"i64 {k + 1}, label %{label}" for k, label in enumerate(labels))
    code.do(f"switch i64 {site}, label %{out} [ {cases} ]")
    for label, what in zip(labels, module.sites, strict=True):
        code.start(label)
        text, marks = printed(what)
        say(module, code, text, *(value(module, code, mark) for mark in marks))
        code.jump(out)
    code.start(out)


def value(module: Module, code: Code, mark: Mark) -> tuple[str, str]:
    """What a mark stands for, as C's functions of any number of arguments take it."""
    place = word(code, FIRST_SLOT + mark.slot)
    if mark.kind == "bool":
        bit = code.let(f"trunc i8 {code.let(f'load i8, ptr {place}')} to i1")
        return "ptr", code.select(bit, "ptr", constant(module, "True"), constant(module, "False"))
    kind = PRINTED.get(mark.kind, ("", ""))[0] or f"i{re.sub('[a-z]', '', mark.kind)}"
    found = code.let(f"load {kind}, ptr {place}")
    if kind in ("float", "half"):
        return "double", code.let(f"fpext {kind} {found} to double")
    if kind in ("double", "i64"):
        return kind, found
    return "i64", code.let(f"{'zext' if mark.kind[0] == 'u' else 'sext'} {kind} {found} to i64")


def word(code: Code, position: int) -> str:
    """The address of a word of the context."""
    return code.let(f"getelementptr i64, ptr %ctx, i64 {position}")
