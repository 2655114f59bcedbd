"""The stand-alone page: well formed, nothing to load, and laid out by a real browser."""

from __future__ import annotations

import html
import json
import math
import re
import shutil
import subprocess
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import everypath as ep
from explain import functions
from explain.test_levels import calls, stepped

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
VOID = {"meta", "link", "br", "hr", "img", "input"}


def sides(x: float, y: float) -> float:
    if x > 2.0:
        return x * y
    z = max(x, y)
    return z * math.exp(x) - y


@cache
def pages() -> dict[str, str]:
    rng = np.random.default_rng(5)
    layers = [(rng.normal(size=(2, 3)), np.zeros(3)), (rng.normal(size=(3, 1)), np.zeros(1))]
    return {
        "two_paths": ep.explain(functions.two_paths)(1.5).html(),
        "two_levels": ep.explain(functions.two_levels, ("a", "b", "c"))(1.5, 2.0, 3.0).html(),
        "network": ep.explain(functions.network)(layers, rng.normal(size=(4, 2))).html(),
        "sides": ep.explain(sides, ("x", "y"))(1.0, 0.5).html(),
        "long_sum": ep.explain(functions.long_sum)(np.arange(100.0)).html(),
        "stepped": ep.explain(stepped)(0.3, 60).html(),
        "calls": ep.explain(calls, (0, 1))(1.5, 0.5).html(),
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
    assert not re.search(r"https?://|<script[^>]*src|<link|@import|url\((?!#)|fetch\(|XMLHttp", page)
    assert len(page) < 300_000


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


HERE = Path(__file__).parent
SLIDES = {"two_paths": [(0, x / 4) for x in range(-5, 5)], "sides": [(0, 3.0), (1, 0.25), (0, 0.5)]}


@pytest.fixture(scope="module")
def told(browser: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What all pages measure of themselves at two widths, in one start of the browser."""
    probe = (HERE / "probe.js").read_text(encoding="utf-8")
    probed = {name: page.replace("<head>", f"<head><script>{probe}</script>", 1) for name, page in pages().items()}
    text = json.dumps(probed).replace("</", "<\\/")
    harness = (HERE / "harness.html").read_text(encoding="utf-8").replace("PAGES", text).replace("SLIDES", json.dumps(SLIDES))
    shown = in_browser(
        browser, harness, tmp_path_factory.mktemp("page"), "--dump-dom", "--virtual-time-budget=20000", "--window-size=1400,900"
    )
    found = re.search(r'<pre id="told">(.*?)</pre>', shown, re.DOTALL)
    assert found is not None and found[1], shown[-2000:]
    answer: dict[str, Any] = json.loads(html.unescape(found[1]))
    return answer


def test_nothing_overflows_and_everything_can_be_read(told: dict[str, Any]) -> None:
    for name, page in told.items():
        assert page["wide"] <= 0, name
        assert page["failures"] == [], name
        assert page["shown"] > 5 and page["smallest"] >= 9, (name, page)
        assert page["contrast"] >= 4.5 and page["dark"] >= 4.5, (name, page)


def test_the_page_zooms_between_levels_and_opens_turns(told: dict[str, Any]) -> None:
    for name, page in told.items():
        for seen in page["zoomed"]:
            assert seen["seen"] == 1 and seen["wide"] <= 0 and seen["failures"] == [] and seen["smallest"] >= 9, (name, seen)
    assert [seen["level"] for seen in told["calls 390"]["zoomed"]] == ["operation", "variable", "line", "function"]
    by = {seen["level"]: seen for seen in told["stepped 1280"]["zoomed"]}
    assert by["variable"]["turn"] == "37 of 60" and {"s₃₆", "y₃₇", "z₃₇", "s₃₇"} <= {box.split(" ")[0] for box in by["variable"]["boxes"]}


def test_steps_tell_the_program_forwards_and_back(told: dict[str, Any]) -> None:
    said = told["two_paths 1280"]["said"]
    assert any("forwards, line" in s and "sin" in s for s in said)
    assert any("backwards: t" in s and "∂z/∂x·∂x/∂t + ∂z/∂y·∂y/∂t" in s and "3.15164" in s for s in said), said


def test_sliders_give_what_compiled_code_gives(told: dict[str, Any]) -> None:
    gradient, value = ep.grad(functions.two_paths), functions.two_paths
    for (_, x), shown in zip(SLIDES["two_paths"], told["two_paths 1280"]["slid"], strict=True):
        assert number(shown["value"]) == pytest.approx(value(x), rel=1e-11, abs=1e-14)
        assert number(shown["slopes"][0]) == pytest.approx(gradient(x), rel=1e-11, abs=1e-14)
    right, down, back = told["sides 1280"]["slid"]
    assert right["left"] and not back["left"], "beyond the recorded branch the page says so"
    assert [number(s) for s in back["slopes"]] == pytest.approx(ep.grad(sides, ("x", "y"))(0.5, 0.25), rel=1e-11)
    assert down["left"]


def number(text: str) -> float:
    """A number as a page writes it."""
    plain = text.translate(str.maketrans("−⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "-0123456789-")).replace("×10", "e")
    return float(f"1e{plain[2:]}" if re.fullmatch(r"10-?\d\d?", plain) and text[2:3] in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻" else plain)


def test_a_side_that_was_not_run_is_said_to_be() -> None:
    page = ep.explain(sides)(1.0, 0.5)
    assert "not run" in page.text() and 'class="dead"' in page.html()


def test_a_cell_of_a_notebook_is_a_shadow_tree_of_its_own() -> None:
    shown = ep.explain(functions.two_paths)(1.5)._repr_mimebundle_()["text/html"]
    assert shown.startswith('<div class="everypath-cell"><template shadowrootmode="open"><style>') and "<html" not in shown
    outside = re.sub(r"<template.*</template>", "", shown, flags=re.DOTALL)
    assert "<style" not in outside and "<pre>two_paths(t) at t = 1.5" in outside
