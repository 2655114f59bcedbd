"""Options of the whole test suite, and what its tests share and don't when several processes run it (`pytest -n auto --dist loadgroup`)."""

from __future__ import annotations

import gc
import importlib.util
import os
import zlib
from collections import Counter
from collections.abc import Iterator

import pytest

from everypath import rules
from everypath.native import effort

os.environ.setdefault("EVERYPATH_CACHE", "off")  # a test writes nothing into the user's folders
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one process for each core already: heard by those that xdist starts


BRIDGES = ("torch", "jax", "numba")
"""Packages of others, and our modules that need them, whose examples run where they are installed."""

collect_ignore = [f"src/everypath/{name}.py" for name in BRIDGES if importlib.util.find_spec(name) is None]


OPTIMISED = ("building", "native", "random_programs", "shards")
"""Folders whose tests compile as users do; so does what looks at every digit of operations, what trains, and every fifth program of the zoo
and test of our own passes."""
TESTS_DONE = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="run all cases of tests that else run a part of theirs")
    parser.addoption("--update-golden", action="store_true", help="rewrite the expected text in tests/golden; the diff is the review")


def pytest_configure(config: pytest.Config) -> None:
    if config.option.thorough:
        os.environ["EVERYPATH_THOROUGH"] = "1"  # for the workers too, and for tests that choose for themselves


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Golden files are rewritten by one process: two cases stand in one file."""
    if config.getoption("--update-golden") and hasattr(config.option, "numprocesses"):
        config.option.numprocesses = None


def pytest_collection_finish() -> None:
    keep()


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """The programs of a module stay compiled as long as it has them, which is until the end."""
    done = item.session.stash.setdefault(TESTS_DONE, 0) + 1
    item.session.stash[TESTS_DONE] = done
    if done % 100 == 0:
        keep()


def keep() -> None:
    """What there is now stays until the end: the collector of garbage need not look at it again."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    grouped(items)
    if not config.option.thorough:
        items[:] = parts(items)


def grouped(items: list[pytest.Item]) -> None:
    """What one program of the zoo needs is lowered once, and its differences are taken once: its tests run in one process."""
    for item in items:
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        if "program" in parameters:
            item.add_marker(pytest.mark.xdist_group(str(parameters["program"])))


def parts(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """Of tests that are marked `part(k)` every k-th case: the others look at the same kinds, and `make test-thorough` runs them."""
    seen: Counter[str] = Counter()
    for item in items:
        mark = item.get_closest_marker("part")
        name = item.nodeid.partition("[")[0]
        if mark is None or seen[name] % mark.args[0] == 0:
            yield item
        seen[name] += 1


@pytest.fixture(autouse=True)
def effort_of_llvm(request: pytest.FixtureRequest) -> None:
    """How hard LLVM tries with what a test compiles."""
    effort.most = effort.FULL if request.config.option.thorough or is_optimised(request.node) else effort.PLAINLY


def is_optimised(item: pytest.Item) -> bool:
    """Whether a test sees what LLVM's optimiser makes of our code. Of all tests it would take half the time."""
    program = getattr(getattr(item, "callspec", None), "params", {}).get("program")
    if program is not None or item.path.parent.name == "optimise":
        return zlib.crc32(str(program or item.nodeid).encode()) % 5 == 0
    return item.path.parent.name in OPTIMISED or item.path.stem in ("test_accuracy", "test_examples")


@pytest.fixture(autouse=True)
def forgotten_rules() -> Iterator[None]:
    """Rules that a test or a page of the documentation gives to functions of others are forgotten when it ends."""
    before = dict(rules.ELSEWHERE)
    yield
    rules.ELSEWHERE.clear()
    rules.ELSEWHERE.update(before)
