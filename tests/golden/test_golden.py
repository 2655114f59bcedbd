"""Each case of the *.test files: a function, and what the stages make of it, as text.

    [case name]       Python source; its last function is the one
    [at] 1.5, 2.0     the arguments, and `wrt=` if not 0
    [ir]              what lowering made, after `optimise.before`
    [adjoint]         the derivative, as IR
    [explain]         the explanation, as text

A case has the sections that it wants. `pytest tests/golden --update-golden` rewrites them.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import everypath

HEADER = re.compile(r"^\[(?P<name>\w+)(?: (?P<rest>\w+))?\](?P<value>.*)$", re.MULTILINE)
FILES = sorted(Path(__file__).parent.glob("*.test"))


@dataclass
class Case:
    """One case: its source, its arguments as text, and the expected text of each section in order."""

    file: Path
    name: str
    source: str
    arguments: str = ""
    sections: dict[str, str] = field(default_factory=dict)

    def text(self, sections: dict[str, str]) -> str:
        parts = [f"[case {self.name}]\n{self.source}", f"[at] {self.arguments}\n"]
        return "".join(parts) + "".join(f"[{name}]\n{body}" for name, body in sections.items())


def cases_in(file: Path) -> list[Case]:
    text = file.read_text(encoding="utf-8")
    headers = list(HEADER.finditer(text))
    found: list[Case] = []
    for header, following in zip(headers, [*headers[1:], None]):
        body = text[header.end() + 1 : following.start() if following else len(text)]
        if header["name"] == "case":
            found.append(Case(file, header["rest"], body))
        elif header["name"] == "at":
            found[-1].arguments = header["value"].strip()
        else:
            found[-1].sections[header["name"]] = body
    return found


CASES = [case for file in FILES for case in cases_in(file)]


def function_of(case: Case, folder: Path) -> Any:
    path = folder / f"golden_{case.file.stem}_{case.name}.py"
    path.write_text(case.source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return [v for v in vars(module).values() if getattr(v, "__module__", None) == path.stem][-1]


def given(*args: Any, wrt: Any = 0) -> tuple[tuple[Any, ...], Any]:
    """What [at] says."""
    return args, wrt


def produced(case: Case, folder: Path) -> dict[str, str]:
    """The text of every section that the case has."""
    function = function_of(case, folder)
    args, wrt = eval(f"given({case.arguments})", {"np": np, "given": given})
    texts = {}
    for section in case.sections:
        if section == "explain":
            text = re.sub(r"by differences .*", "by differences …", str(everypath.explain(function, wrt=wrt)(*args)))
        else:
            text = everypath.grad(function, wrt=wrt).show(section, *args)
        texts[section] = "\n".join(line.rstrip() for line in text.replace(str(folder), "").strip("\n").split("\n")) + "\n\n"
    return texts


@pytest.mark.parametrize("case", CASES, ids=[f"{c.file.stem}.{c.name}" for c in CASES])
def test_case(case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    texts = produced(case, tmp_path)
    if request.config.getoption("--update-golden"):
        old, new = case.text(case.sections), case.text(texts)
        content = case.file.read_text(encoding="utf-8")
        assert old in content
        case.file.write_text(content.replace(old, new), encoding="utf-8")
        return
    for section, expected in case.sections.items():
        assert texts[section] == expected, f"{case.file.name}, case {case.name}, [{section}]; --update-golden rewrites it"
