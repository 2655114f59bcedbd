"""Every form of an explanation, read by its own tool."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as tree
from pathlib import Path

import numpy as np
import pytest

import everypath as ep
from everypath.demo.gallery import GALLERY
from everypath.explain.forms.svg import style as drawing_style
from explain import functions
from explain.test_page import sides

W = (np.arange(6.0).reshape(2, 3) - 2.5, np.array([[0.5, -1.0]]), np.array([0.2, -0.4, 1.0]))


def layered(w1, w2, x):  # type: ignore[no-untyped-def]
    h_1 = np.tanh(w1 @ x)
    θ = w2 @ h_1
    return np.sum(θ**2)


EXPLANATIONS = {
    "two paths": ep.explain(functions.two_paths)(1.5),
    "three inputs": ep.explain(functions.two_levels, ("a", "b", "c"))(1.5, 2.0, 3.0),
    "a branch": ep.explain(sides, ("x", "y"))(1.0, 0.5),
    "arrays": ep.explain(layered, (0, 1))(*W),
    "a long loop": ep.explain(functions.long_sum)(np.arange(100.0)),
    "no path": ep.explain(lambda x: 3.0)(1.0),
}


@pytest.fixture(params=EXPLANATIONS)
def explanation(request: pytest.FixtureRequest) -> ep.Explanation:
    return EXPLANATIONS[request.param]


def test_svg_is_xml_that_stands_alone(explanation: ep.Explanation) -> None:
    drawn = explanation.svg()
    root = tree.fromstring(drawn)
    assert root.tag == "{http://www.w3.org/2000/svg}svg" and "var(" not in drawn and float(root.attrib["width"]) > 50
    assert len(root.findall(".//{*}g[@class='total']")) == drawn.count('class="total"')


def test_two_paths_meet_at_a_plus() -> None:
    root = tree.fromstring(EXPLANATIONS["two paths"].svg())
    said = ["".join(t.itertext()) for t in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"2.99248", "0.159159", "+", "dz/dt = 3.15164"} <= set(said)
    strands = [p.attrib["data-path"] for p in root.iter("{http://www.w3.org/2000/svg}path") if "data-path" in p.attrib]
    assert sorted(strands) == ["0"] * 3 + ["1"] * 3


def test_pictures(explanation: ep.Explanation, tmp_path: Path) -> None:
    image = pytest.importorskip("matplotlib.image", reason="needs matplotlib: pip install matplotlib")
    explanation.save(tmp_path / "a.png")
    pixels = image.imread(tmp_path / "a.png")
    assert pixels.shape[0] > 50 and (pixels.std() > 0.01) == (explanation.name != "<lambda>")
    assert explanation.pdf().startswith(b"%PDF-")


def test_tex_is_balanced_and_its_mathematics_can_be_set(explanation: ep.Explanation) -> None:
    parse = pytest.importorskip("matplotlib.mathtext", reason="needs matplotlib: pip install matplotlib").MathTextParser("path").parse
    text = explanation.tex()
    depth = 0
    for brace in re.sub(r"\\[{}]", "", text):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        assert depth >= 0
    assert depth == 0
    opened = re.findall(r"\\begin\{(\w+\*?)\}", text)
    assert sorted(opened) == sorted(re.findall(r"\\end\{(\w+\*?)\}", text)) and "document" in opened
    body = text.partition(r"\begin{document}")[2]
    assert body.isascii()
    pieces = re.findall(r"\$([^$]+)\$", body)
    for block in re.findall(r"\\begin\{align\*\}(.*?)\\end\{align\*\}", body, re.DOTALL):
        pieces += [cell for row in block.split(r"\\") for cell in row.split("&") if cell.strip()]
    for piece in pieces:
        plain = re.sub(r"\\text\{[^}]*\}|\\left|\\right|\\qquad|\\,", "", piece).replace(r"\|", "|").strip()
        if plain:
            parse(f"${plain}$")


def test_dot_and_mermaid_have_the_nodes_and_edges_of_the_graph(explanation: ep.Explanation) -> None:
    view = explanation.view
    dot, mermaid = explanation.dot(), explanation.mmd()
    ends = [(edge.parent, edge.child) for edge in view.edges]
    assert [(int(a), int(b)) for a, b in re.findall(r"^  n(\d+) -> n(\d+) \[", dot, re.MULTILINE)] == ends
    assert [(int(a), int(b)) for a, b in re.findall(r"^  n(\d+) -[-.]+>\|.*\| n(\d+)$", mermaid, re.MULTILINE)] == ends
    assert (
        len(re.findall(r"^  n\d+ \[label=", dot, re.MULTILINE)) == len(re.findall(r'^  n\d+\["', mermaid, re.MULTILINE)) == len(view.nodes)
    )
    assert all(line.count('"') % 2 == 0 for line in (dot + mermaid).splitlines())


def test_markdown_has_tables_whose_rows_are_of_one_width(explanation: ep.Explanation) -> None:
    text = explanation.md()
    for block in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1
    assert text.count("```") % 2 == 0 and explanation.verdict[1] in text


def test_every_suffix_is_written_and_no_other(explanation: ep.Explanation, tmp_path: Path) -> None:
    for suffix in ("html", "svg", "tex", "dot", "mmd", "md", "json", "txt"):
        explanation.save(tmp_path / f"a.{suffix}")
        assert (tmp_path / f"a.{suffix}").read_text(encoding="utf-8") == getattr(explanation, suffix)()
    assert json.loads(explanation.json())["function"] == explanation.name
    with pytest.raises(ep.InvalidArgument, match=r"saved as \.html, \.svg, .*, not as \.docx: lecture\.docx"):
        explanation.save(tmp_path / "lecture.docx")
    with pytest.raises(ep.InvalidArgument, match="not as a name without a suffix"):
        explanation.save(str(tmp_path / "lecture"))


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs TeX: apt-get install texlive-latex-base texlive-pictures")
@pytest.mark.parametrize("name", ["two_paths", "black_scholes", "kalman", "nan_hunt"])
def test_tex_compiles_and_its_lines_fit_the_page(name: str, tmp_path: Path) -> None:
    GALLERY[name][2]().save(tmp_path / "a.tex")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"]
    log = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60).stdout.decode("utf-8", "replace")
    assert (tmp_path / "a.pdf").exists(), log[-2000:]
    assert r"Overfull \hbox" not in log


@pytest.mark.skipif(shutil.which("dot") is None, reason="needs Graphviz: apt-get install graphviz")
def test_dot_is_read_by_graphviz(explanation: ep.Explanation) -> None:
    drawn = subprocess.run(["dot", "-Tsvg"], input=explanation.dot(), capture_output=True, text=True, timeout=60, check=True).stdout
    assert drawn.count('class="node"') == len(explanation.view.nodes) and drawn.count('class="edge"') == len(explanation.view.edges)


def test_edges_are_lines() -> None:
    """No rule that is meant for something else fills an edge, which would hide what lies behind it."""
    rules = drawing_style()
    drawn = {
        kind
        for names in re.findall(r'class="(edge[^"]*)"', EXPLANATIONS["arrays"].svg() + EXPLANATIONS["three inputs"].svg())
        for kind in names.split()
    }
    assert drawn >= {"edge", "plus", "minus"}
    for kind in drawn - {"edge"}:
        assert not re.search(rf"svg \.{kind} {{[^}}]*fill", rules), kind
