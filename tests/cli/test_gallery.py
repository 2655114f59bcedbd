"""The gallery: every program of it is explained, and shown in the documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from everypath.demo.gallery import GALLERY, write

DOCS = Path(__file__).parents[2] / "docs"


def test_every_program_is_written_and_checked(tmp_path: Path) -> None:
    made = write(tmp_path)
    assert all(file.stat().st_size < 300_000 for file in made)
    index = made[0].read_text(encoding="utf-8")
    assert all(f'href="{name}.html"' in index and (tmp_path / f"{name}.svg").exists() for name in GALLERY)
    assert "✓ checked" in (tmp_path / "attention.html").read_text(encoding="utf-8")
    assert "NaN is born" in (tmp_path / "nan_hunt.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", GALLERY)
def test_the_documents_show_it(name: str) -> None:
    assert (DOCS / "gallery" / f"{name}.svg").exists()
    assert f"](gallery/{name}.svg)" in (DOCS / "gallery.md").read_text(encoding="utf-8")
