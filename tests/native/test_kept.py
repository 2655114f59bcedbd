"""Machine code on disk: found again, made again where it is not whole, and left alone where the folder is not the user's own."""

from __future__ import annotations

import gc
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import everypath as ep
from everypath.calls import anew
from everypath.ir.program import Program
from everypath.native import common, effort, jit, kept, making, scopes
from everypath.native.module import Module


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the engine keeps code in."""
    tmp_path.chmod(0o700)
    monkeypatch.setattr(jit.engine().kept, "folder", tmp_path)
    monkeypatch.setattr(jit.engine().kept, "written", 0)
    return tmp_path


def slope() -> Any:
    """A gradient that reads addresses of the process (types, a ufunc's loop, a message), of a function made anew."""
    from scipy.special import gammaln

    anew.RECIPES.clear()

    def f(x: Any) -> Any:
        if x < 0:
            print("below", x)
        return gammaln(x) * x

    return ep.grad(f)


def test_equal_texts_are_compiled_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = slope()(2.5)
    assert len(list(folder.iterdir())) == 1
    monkeypatch.setattr(making.Maker, "optimised", None)
    assert slope()(2.5) == first


@pytest.mark.parametrize("damage", [lambda whole: b"", lambda whole: whole[:-1], lambda whole: whole[:40] + b"\0" + whole[41:]])
def test_a_damaged_file_is_made_again(damage: Any, folder: Path) -> None:
    first = slope()(2.5)
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert slope()(2.5) == first
    assert kept.read(path) == whole[kept.DIGEST :]


def test_nothing_is_kept_where_it_cannot_be(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = folder / "gone"
    monkeypatch.setattr(jit.engine().kept, "folder", gone)
    assert slope()(2.5) == slope()(2.5)
    assert jit.engine().kept.folder is None


def test_whose_folder_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(kept.VARIABLE, str(tmp_path / "mine"))
    mine = kept.folder()
    assert mine == tmp_path / "mine" and mine.stat().st_mode & 0o077 == 0
    if hasattr(os, "getuid"):
        mine.chmod(0o777)
        assert kept.folder() is None
    (tmp_path / "file").touch()
    monkeypatch.setenv(kept.VARIABLE, str(tmp_path / "file"))
    assert kept.folder() is None
    monkeypatch.setenv(kept.VARIABLE, "off")
    assert kept.folder() is None


def test_what_was_used_longest_ago_goes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for k in range(4):
        kept.write(folder / str(k), bytes(100))
        os.utime(folder / str(k), (k, k))
    kept.read(folder / "0")
    monkeypatch.setattr(kept, "MOST", 300)
    kept.tidy(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["0"]


def test_short_functions_beside_long_ones() -> None:
    def function(name: str, lines: int) -> str:
        return "\n".join([f"define void @{name}() noinline nounwind {{", *["  ; nothing"] * lines, "  ret void", "}"])

    module = "\n".join([function("short", 3), function("long", effort.LONG), "attributes #0 = { noinline nounwind optnone }"])
    apart = effort.set_apart(module)
    assert apart is not None
    assert [line.split()[2] for line in apart.splitlines() if line.endswith("optnone {")] == ["@long()"]
    assert effort.back_again(module) == module.replace(" optnone", "")
    assert effort.set_apart(function("short", 3)) is None
    many = "\n".join(function(f"short{k}", effort.LONG - 10) for k in range(15))
    assert effort.effort(many) == effort.OF_SHORT_ONES > effort.effort(function("long", many.count("\n")))
    assert effort.effort(function("long", effort.IN_ONE - 10)) > effort.effort(function("longer", effort.IN_ONE + 10)) == effort.LEFT_ALONE


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_choices_by_bits_choose_the_same(dtype: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not taken hides a NaN, and a zero has its sign."""

    def f(a: Any, b: Any) -> Any:
        y = a if a > b else -b
        return np.sqrt(y) * 0.0 + np.where(a > 0.0, np.log(a), -0.0 * b) + max(a, b)

    points = [(dtype(a), dtype(b)) for a, b in ((2.0, 1.0), (0.0, 0.0), (-1.0, 2.0), (np.inf, 1.0))]
    expected = [ep.value_and_grad(f, (0, 1))(*p) for p in points]
    chosen: list[int] = []

    def by_bits(text: str, made: Any = effort.chosen_by_bits) -> str:
        text = made(text)
        chosen.append(text.count("%bits."))
        return text

    monkeypatch.setattr(effort, "effort", lambda text: effort.LEFT_ALONE)
    monkeypatch.setattr(effort, "chosen_by_bits", by_bits)
    anew.RECIPES.clear()
    for p, (value, slopes) in zip(points, expected, strict=True):
        found = ep.value_and_grad(lambda a, b: f(a, b), (0, 1))(*p)
        np.testing.assert_array_equal(found[0], value)
        np.testing.assert_array_equal(found[1], slopes)
        np.testing.assert_array_equal(np.signbit(found[1]), np.signbit(slopes))
    assert max(chosen) > 0


def test_parts_that_differ_in_names_alone() -> None:
    module = Module(Program({}, ""), frozenset())
    module.metadata = [*(f"!{k} = distinct !{{!{k}}}" for k in range(4)), "!4 = !{!0}", "!5 = !{!1}", "!6 = !{!2}", "!7 = !{!3}"]
    module.declare("outside", "void {}(double)")

    def function(name: str, a: str, label: str, mine: int, others: int, called: str = "outside") -> None:
        loaded = f"  %{a} = load double, ptr %p, !alias.scope !{mine}, !noalias !{others}"
        stored = f"  store double %{a}, ptr %q, !alias.scope !{others}, !noalias !{mine}"
        lines = [f"{label}:", loaded, stored, f"  call void @{called}(double %{a}) {module.attribute('nounwind')}", "  ret void", "}"]
        module.functions.append("\n".join([f"define internal void @{name}(ptr %p, ptr %q) {{", *lines]))

    function("f.part1", "a", "done.3", 4, 5)
    function("f.part2", "b", "done.5", 6, 7)
    function("f.part3", "a", "done.3", 4, 4)
    function("f.part4", "a", "done.3", 4, 5, "f.part1")
    function("f", "a", "done.3", 4, 5)
    found = common.parts_of(module)
    assert [*found] == ["f.part1", "f.part2", "f.part3"], "one calls another of the module, and the last is no part"
    first, same, other = found.values()
    assert first == same and first.name != other.name
    assert common.joined([first, other]).count("declare void @outside(double)") == 1
    with jit.engine().maker.optimised(jit.engine().maker.machine, common.joined([first, other]), effort.PLAINLY) as made:
        assert [f.name for f in made.functions if not f.is_declaration] == [first.name, other.name]
    assert common.renamed("call void @f.part1(ptr @f.part12)", {"f.part1": first.name}) == f"call void @{first.name}(ptr @f.part12)"


def test_parts_are_compiled_once_for_all_programs_that_are_alive() -> None:
    def slope_of(constant: float) -> Any:
        anew.RECIPES.clear()
        gradient = ep.grad(lambda x: np.sum(np.sin(x) * x + x / 3.25) * constant)
        gradient(np.arange(100.0))
        return gradient

    held = jit.engine().parts
    before = set(held)
    first = slope_of(2.0)
    made = set(held) - before
    assert made
    second = slope_of(4.0)
    assert {*held} - before == made  # those of other tests may go meanwhile
    assert np.array_equal(2.0 * first(np.arange(100.0)), second(np.arange(100.0)))
    del first, second
    anew.RECIPES.clear()
    gc.collect()
    slope()(2.5)
    gc.collect()
    slope()(3.5)
    slope()(4.5)
    assert not made & {*held}


def test_what_functions_alone_say_of_memory() -> None:
    module = Module(Program({}, ""), frozenset())
    module.metadata = ["!0 = distinct !{!0}", *(f"!{k} = distinct !{{!{k}, !0}}" for k in (1, 2, 3)), "!4 = !{!1, !2}", "!5 = !{!1, !3}"]
    module.metadata += ["!6 = !{!2}", "!7 = !{!3}"]
    loads = ["load i64, ptr %a, !alias.scope !6, !noalias !5", "load i64, ptr %b, !alias.scope !7", "load i64, ptr %c, !noalias !4"]
    other = ["load i64, ptr %a, !alias.scope !7, !noalias !4", "load i64, ptr %b, !alias.scope !6, !noalias !5", "load i64, ptr %c"]
    found, same = scopes.among_themselves(("\n".join(lines) + "\n" for lines in (loads, other)), module)
    assert found == same
    (mine, others), (theirs, mine_again) = (re.findall("![0-9]+", line) for line in found.splitlines()[:2])
    assert (mine, others) == (mine_again, theirs) != (theirs, mine_again)
    assert found.splitlines()[2] == other[2]
    assert len(module.metadata_of([found])) == 5, "the domain, two scopes, two lists"
