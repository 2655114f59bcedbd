"""The stand-alone page: well formed, nothing to load, and laid out by a real browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

import everypath as ep
from explain import functions

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
VOID = {"meta", "link", "br", "hr", "img", "input"}


def pages() -> dict[str, str]:
    rng = np.random.default_rng(5)
    layers = [(rng.normal(size=(2, 3)), np.zeros(3)), (rng.normal(size=(3, 1)), np.zeros(1))]
    return {
        "two_paths": ep.explain(functions.two_paths)(1.5).html(),
        "two_levels": ep.explain(functions.two_levels, ("a", "b", "c"))(1.5, 2.0, 3.0).html(),
        "network": ep.explain(functions.network)(layers, rng.normal(size=(4, 2))).html(),
        "long_sum": ep.explain(functions.long_sum)(np.arange(100.0)).html(),
    }


class Balanced(HTMLParser):
    """Checks that every element is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """Closed at once."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes nothing"


@pytest.mark.parametrize("name, page", pages().items(), ids=list(pages()))
def test_page_is_well_formed_and_loads_nothing(name: str, page: str) -> None:
    parser = Balanced()
    parser.feed(page)
    assert parser.open == []
    assert not re.search(r"https?://|<script|<link|@import|url\((?!#)", page)


def test_user_text_is_escaped() -> None:
    def f(x):  # type: ignore[no-untyped-def]
        return x * 2.0 if x < 3.0 else x  # <b> & co

    page = ep.explain(f)(1.0).html()
    assert "&lt;b&gt; &amp; co" in page and "<b> & co" not in page


@pytest.fixture(scope="module")
def browser() -> str:
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    pytest.skip("needs a browser: apt-get install chromium")


def in_browser(browser: str, page: str, folder: Path, *options: str) -> str:
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
    command = [browser, "--headless", "--no-sandbox", *quiet, "--disable-sync", f"--user-data-dir={folder / 'profile'}", *options]
    return subprocess.run([*command, file.as_uri()], capture_output=True, text=True, timeout=120, check=True).stdout


def test_browser_lays_out_graph_and_formulas(browser: str, tmp_path: Path) -> None:
    """What the page measures of itself once the browser has drawn it."""
    probe = """<script>addEventListener('load', () => {
        const seen = [...document.querySelectorAll('svg .node, svg path.edge, math, table')].map(e => e.getBoundingClientRect());
        document.title = JSON.stringify({
            nodes: document.querySelectorAll('svg .node').length, edges: document.querySelectorAll('svg path.edge').length,
            formulas: document.querySelectorAll('math mfrac').length, hidden: seen.filter(r => r.width < 1).length,
            wide: document.documentElement.scrollWidth > innerWidth });
    })</script>"""
    page = pages()["two_paths"].replace("</head>", probe + "</head>")
    shown = in_browser(browser, page, tmp_path, "--dump-dom", "--virtual-time-budget=2000", "--window-size=1150,900")
    title = re.search(r"<title>(.*?)</title>", shown)
    assert title is not None
    assert title[1].startswith('{"nodes":4,"edges":4,"formulas":') and title[1].endswith('"hidden":0,"wide":false}'), title[1]


def test_browser_takes_a_picture(browser: str, tmp_path: Path) -> None:
    in_browser(browser, pages()["network"], tmp_path, f"--screenshot={tmp_path / 'page.png'}", "--window-size=1150,1400")
    assert (tmp_path / "page.png").stat().st_size > 20_000
