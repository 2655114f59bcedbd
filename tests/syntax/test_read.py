"""The text that is read is the text of the code that runs, or the function is refused."""

from __future__ import annotations

import ast
import functools
import importlib.util
import inspect
import sys

import pytest

from everypath.errors import NotSupported
from everypath.library import STANDS_FOR
from everypath.syntax import read as reading
from everypath.syntax.read import read
from everypath.syntax.text import Text


def plain(x):
    return x + 1


def text(function) -> str:
    return ast.unparse(read(function).node)


def module_at(path, source: str):
    """A module freshly made from this source."""
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def test_a_plain_function() -> None:
    definition = read(plain)
    assert definition.name == "plain"
    assert ast.unparse(definition.node) == "def plain(x):\n    return x + 1"
    assert definition.lines[definition.node.lineno - 1] == "def plain(x):"


def test_lambdas_on_one_line() -> None:
    pair = [lambda x: x * 2, lambda x: x * 3]
    assert [text(f) for f in pair] == ["lambda x: x * 2", "lambda x: x * 3"]


def test_a_lambda_in_a_lambda() -> None:
    outer = lambda x: lambda y: x + y  # noqa: E731
    assert text(outer) == "lambda x: lambda y: x + y"
    assert text(outer(1)) == "lambda y: x + y"


def test_equal_lambdas_on_one_line() -> None:
    pair = [lambda x: x, lambda x: x]
    assert [text(f) for f in pair] == ["lambda x: x", "lambda x: x"]
    assert read(pair[0]).node.col_offset < read(pair[1]).node.col_offset


def test_a_lambda_over_several_lines() -> None:
    f = lambda x: (  # noqa: E731
        x + 1
    )
    assert text(f) == "lambda x: x + 1"


def test_an_inner_function_and_its_defaults() -> None:
    scale = 2.0

    def inner(x, y=lambda t: t):
        return y(x) * scale

    assert read(inner).name == "inner"


def test_functions_of_one_name(tmp_path) -> None:
    module = module_at(tmp_path / "twice.py", "def f(x):\n    return x\ng = f\ndef f(x):\n    return -x\n")
    assert text(module.g).endswith("return x")
    assert text(module.f).endswith("return -x")


def test_a_decorated_function(tmp_path) -> None:
    source = (
        "import functools\n"
        "def noisy(f):\n"
        "    @functools.wraps(f)\n"
        "    def wrapper(*args):\n"
        "        return f(*args) * 2\n"
        "    return wrapper\n"
        "@noisy\n"
        "def g(x):\n"
        "    return x\n"
    )
    module = module_at(tmp_path / "decorated.py", source)
    assert read(module.g).name == "wrapper"
    assert read(module.g.__wrapped__).name == "g"


def test_a_future_import_in_its_module(tmp_path) -> None:
    module = module_at(tmp_path / "futures.py", "from __future__ import annotations\ndef f(x: Missing) -> Missing:\n    return x\n")
    assert read(module.f).name == "f"


def test_an_edited_file_is_refused(tmp_path) -> None:
    path = tmp_path / "edited.py"
    module = module_at(path, "def f(x):\n    return x * 2\n")
    assert text(module.f).endswith("return x * 2")
    path.write_text("def f(x):\n    return x * 3\n", encoding="utf-8")
    with pytest.raises(NotSupported, match="the file was edited since it was imported"):
        read(module.f)
    path.write_text("def f(x):\n    return x * \n", encoding="utf-8")
    with pytest.raises(NotSupported, match="no longer parses"):
        read(module.f)


def test_an_edit_elsewhere_in_the_file_that_moves_nothing_is_no_matter(tmp_path) -> None:
    path = tmp_path / "elsewhere.py"
    module = module_at(path, "def f(x):\n    return x * 2\ndef g(x):\n    return x\n")
    path.write_text("def f(x):\n    return x * 2\ndef g(x):\n    return x + 10000\n", encoding="utf-8")
    assert text(module.f).endswith("return x * 2")


def test_a_changed_constant_in_an_inner_function_is_seen(tmp_path) -> None:
    path = tmp_path / "constants.py"
    module = module_at(path, "def f(x):\n    return (lambda: 1.0)() * x\n")
    path.write_text("def f(x):\n    return (lambda: 2.0)() * x\n", encoding="utf-8")
    with pytest.raises(NotSupported, match="edited"):
        read(module.f)


def test_zero_and_minus_zero_are_different_constants(tmp_path) -> None:
    path = tmp_path / "zeros.py"
    module = module_at(path, "def f(x):\n    return x + 0.0\n")
    path.write_text("def f(x):\n    return x + 0j\n", encoding="utf-8")
    with pytest.raises(NotSupported, match="edited"):
        read(module.f)


def test_code_without_source_is_refused() -> None:
    made: dict = {}
    exec("def f(x): return x", made)
    with pytest.raises(NotSupported, match="cannot use 'f': its source can't be read"):
        read(made["f"])


AMONG_OTHERS = """import math
from os import (
    path as where,
)
first = 1
class Model:
    # a comment
# and one that begins the line
    def own(self, x):
        return math.sin(x)
if first:
    def here(x):
        return x
else:
    def there(x):
        return -x
text = '''
def f(x):
    return 2 * x
'''
@staticmethod
@staticmethod
def decorated(x):
    return x + 1
pair = [lambda x: x * 2,
lambda x: x * 3]
def strung(x):
    y = '''
def strung(x):
'''
    return len(y) * x
"""


def test_a_function_is_read_without_the_rest_of_its_text(tmp_path, monkeypatch) -> None:
    module = module_at(tmp_path / "among.py", AMONG_OTHERS)
    kept = Text("among.py", AMONG_OTHERS).around(11).lines
    assert [k for k, line in enumerate(kept, 1) if line] == [1, 2, 3, 4, 11, 12, 13]
    monkeypatch.setattr(reading, "modules", lambda text, function: [])
    functions = [module.Model.own, module.here, inspect.unwrap(module.decorated)]
    assert [text(f).splitlines()[-1].strip() for f in functions] == ["return math.sin(x)", "return x", "return x + 1"]


def test_a_text_that_does_not_begin_where_it_seems_to_is_read_whole(tmp_path) -> None:
    module = module_at(tmp_path / "whole.py", AMONG_OTHERS.replace("if first:", "if not first:"))
    assert text(module.there).endswith("return -x")
    assert text(module.pair[1]) == "lambda x: x * 3"
    assert text(module.strung).endswith("return len(y) * x")


def test_a_function_with_asserts_under_pytest() -> None:
    def checked(x):
        assert x > 0, "positive"
        return x

    assert read(checked).name == "checked"


def test_a_coroutine_is_refused() -> None:
    async def f(x):
        return x

    with pytest.raises(NotSupported, match="async"):
        read(f)


def test_a_cached_function_has_its_text() -> None:
    assert read(functools.wraps(plain)(lambda x: plain(x))).name == "<lambda>"


def test_a_text_of_the_library_is_found_by_its_place() -> None:
    texts = [t for t in dict.fromkeys(STANDS_FOR.values()) if inspect.isfunction(t)][::9]
    found = [reading.read_of_library(t) for t in texts]
    assert sum(f is not None for f in found) > len(texts) // 2
    whole = [reading.read_anew(t) for t, f in zip(texts, found, strict=True) if f is not None]
    assert [ast.dump(f.node, include_attributes=True) for f in found if f is not None] == [
        ast.dump(w.node, include_attributes=True) for w in whole
    ]
