"""What is published: links that lead somewhere wherever the README is read, and a source distribution with all that its tests need."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import everypath

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SOURCE = PROJECT["project"]["urls"]["Source"]


def test_links_of_the_readme_are_absolute_and_lead_to_files() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r"^\[[^\]]+\]: (\S+)$", text, re.MULTILINE)
    assert len(links) > 10 and all(link.startswith("https://") for link in links)
    for link in links:
        own = re.fullmatch(re.escape(SOURCE) + r"/(?:blob|raw)/main/([^#]*)(#.*)?", link)
        assert not link.startswith(SOURCE) or (own and (ROOT / own[1]).exists()), link


def test_the_version_stands_in_one_place() -> None:
    assert PROJECT["tool"]["setuptools"]["dynamic"]["version"]["attr"] == "everypath.version.VERSION"
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", everypath.__version__)


def test_files_beside_the_code_are_in_the_wheel() -> None:
    package = ROOT / "src" / "everypath"
    named = PROJECT["tool"]["setuptools"]["package-data"]
    for path in package.rglob("*"):
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            folder = ".".join(("everypath", *path.parent.relative_to(package).parts))
            assert any(path.match(pattern) for pattern in named.get(folder, ())), f"{path} is in no package-data of pyproject.toml"


def test_the_source_distribution_has_what_its_tests_need() -> None:
    manifest = (ROOT / "MANIFEST.in").read_text(encoding="utf-8").split()
    for name in ("tests", "docs", "examples", "benchmarks", "conftest.py", "oldest.txt", "Makefile"):
        assert name in manifest and (ROOT / name).exists(), name
