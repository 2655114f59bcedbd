"""Functions are read wherever people define them: cells, prompts, `python -c`, doctest, archives, files in any form."""

from __future__ import annotations

import ast
import doctest
import functools
import importlib.util
import linecache
import math
import os
import py_compile
import subprocess
import sys
import time
import types
import zipfile
from pathlib import Path

import numpy as np
import pytest
import scipy.special
import scipy.stats

import everypath as ep
from everypath.errors import NotSupported
from everypath.syntax.read import read

from .test_read import module_at, text

SOURCE = Path(__file__).parent.parent.parent / "src"


def cell(source: str, namespace: dict, name: str = "<ipython-input-1-abc>", mode: str = "exec") -> dict:
    """Run a cell as IPython does: its text in linecache, one statement compiled at a time."""
    linecache.cache[name] = (len(source), None, [line + "\n" for line in source.splitlines()], name)
    for statement in ast.parse(source).body:
        tree = ast.Interactive([statement]) if mode == "single" else ast.Module([statement], [])
        exec(compile(tree, name, mode), namespace)
    return namespace


def python(*options: str, text: str | None = None) -> str:
    """What Python prints, with these options and this text at its standard input."""
    env = {**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONWARNINGS": "error"}
    done = subprocess.run([sys.executable, *options], input=text, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


PROGRAM = """
import math
from everypath.syntax.read import read
def f(x):
    assert x > 0
    return math.sin(x)
pair = [lambda x: x * 2, lambda x: x * 3]
import ast
for g in (f, *pair):
    print(ast.unparse(read(g).node).replace(chr(10), ';').replace('    ', ''))
"""
READ = ["def f(x):;assert x > 0;return math.sin(x)", "lambda x: x * 2", "lambda x: x * 3"]


@pytest.mark.parametrize("mode", ["exec", "single"])
def test_a_cell_that_imports_what_its_functions_call(mode) -> None:
    space = cell("import math\nimport numpy as np\ndef f(x): return math.sin(x) * np.exp(x)\ng = lambda x: math.cos(x)\n", {}, mode=mode)
    assert text(space["f"]).endswith("return math.sin(x) * np.exp(x)")
    assert text(space["g"]) == "lambda x: math.cos(x)"
    assert ep.grad(space["f"])(0.0) == 1.0


def test_cells_that_define_a_name_anew() -> None:
    space: dict = {}
    first = cell("def f(x): return x * 2", space, "<ipython-input-1-a>")["f"]
    second = cell("def f(x): return x * 3\nkeep = f\ndef f(x): return x * 4", space, "<ipython-input-2-b>")["f"]
    assert [text(f)[-5:] for f in (first, space["keep"], second)] == ["x * 2", "x * 3", "x * 4"]


def test_a_future_import_in_an_earlier_cell() -> None:
    import __future__

    source = "def f(x: Missing) -> Missing: return x * 2"
    linecache.cache["<cell>"] = (len(source), None, [source], "<cell>")
    space: dict = {}
    exec(compile(source, "<cell>", "exec", flags=__future__.annotations.compiler_flag), space)
    assert text(space["f"]).endswith("return x * 2")


def test_what_a_magic_compiles_under_another_name(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "IPython", types.ModuleType("IPython"))
    body = "import math\ndef f(x):\n    return math.sin(x)\n"
    space: dict = {
        "get_ipython": lambda: types.SimpleNamespace(run_cell_magic=lambda *args: exec(compile(body, "<timed exec>", "exec"), space))
    }
    cell(f"get_ipython().run_cell_magic('time', '', {body!r})", space, "<ipython-input-3-c>")
    definition = read(space["f"])
    assert ast.unparse(definition.node).endswith("return math.sin(x)")
    assert linecache.getline(definition.file, 2) == "def f(x):\n"


@pytest.mark.parametrize("options", [["-O"], ["-OO"], ["-X", "no_debug_ranges"], ["-X", "dev"], []])
def test_a_script(tmp_path, options) -> None:
    script = tmp_path / "script.py"
    script.write_text(PROGRAM, encoding="utf-8")
    expected = [line.replace("assert x > 0", "pass") for line in READ] if options and options[0].startswith("-O") else READ
    assert python(*options, str(script)).splitlines() == expected


def test_a_script_named_from_another_folder(tmp_path) -> None:
    (tmp_path / "script.py").write_text("import os\nos.chdir('/')\n" + PROGRAM, encoding="utf-8")
    assert python(os.path.relpath(tmp_path / "script.py")).splitlines() == READ


def test_python_c() -> None:
    assert python("-c", PROGRAM).splitlines() == READ
    assert python("-Bc", PROGRAM).splitlines() == READ


def test_python_c_gives_lines_of_its_own_to_errors() -> None:
    program = "import everypath as ep\ndef f(x):\n    eval('x')\ntry: ep.grad(f)(1.0)\nexcept ep.NotSupported as e: print(e)"
    assert "  eval('x')\n  ^^^^^^^^^\n" in python("-c", program)


def test_standard_input_is_refused_and_says_why() -> None:
    refused = "import everypath as ep\ndef f(x): return x\ntry: ep.grad(f)(1.0)\nexcept ep.NotSupported as e: print(e)"
    for options in ([], ["-"]):
        assert "Python keeps no text of what it reads at the prompt or from standard input" in python(*options, text=refused)


def test_text_given_to_exec_is_refused_and_says_why() -> None:
    space: dict = {}
    exec(compile("def f(x): return x", "<string>", "exec"), space)
    with pytest.raises(NotSupported, match="Python keeps no text of what is given to exec") as error:
        read(space["f"])
    assert "Way out: put it in a file, or in linecache.cache" in str(error.value)
    linecache.cache["<string>"] = (18, None, ["def f(x): return x\n"], "<string>")
    try:
        assert text(space["f"]).endswith("return x")
    finally:
        del linecache.cache["<string>"]


def test_an_entry_of_linecache_that_has_a_time_stays() -> None:
    source = "def f(x): return x * 2\n"
    linecache.cache["made up"] = (len(source), time.time(), [source], "made up")
    space: dict = {}
    exec(compile(source, "made up", "exec"), space)
    assert text(space["f"]).endswith("x * 2")
    assert text(space["f"]).endswith("x * 2")


def test_doctest() -> None:
    examples = """
    >>> import math, ast
    >>> def f(x):
    ...     return math.sin(x)
    >>> ast.unparse(read(f).node)
    'def f(x):\\n    return math.sin(x)'
    """
    test = doctest.DocTestParser().get_doctest(examples, {"read": read}, "examples", None, None)
    assert doctest.DocTestRunner().run(test).failed == 0


def test_an_archive(tmp_path, monkeypatch) -> None:
    archive = tmp_path / "library.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("in_an_archive.py", "def f(x):\n    return x * 2\n")
    monkeypatch.syspath_prepend(str(archive))
    import in_an_archive

    assert text(in_an_archive.f).endswith("return x * 2")


def test_a_compiled_file_alone_is_refused_and_says_why(tmp_path) -> None:
    source = tmp_path / "compiled_alone.py"
    source.write_text("def f(x): return x\n", encoding="utf-8")
    compiled = py_compile.compile(str(source), str(tmp_path / "compiled_alone.pyc"))
    source.unlink()
    spec = importlib.util.spec_from_file_location("compiled_alone", compiled)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.raises(NotSupported, match=r"there is no file .*compiled_alone\.py") as error:
        read(module.f)
    assert "put the .py file there" in str(error.value)


@pytest.mark.parametrize(
    "raw",
    [
        "# coding: latin-1\nname = 'é'\ndef f(x): return len('é') * x\n".encode("latin-1"),
        "\ufeffdef f(x): return len('é') * x\n".encode(),
        b"import math\r\ndef f(x):\r\n    y = x\r\n    return len('a') * x\r\n",
        b"import math\n\x0c\ndef f(x):\n\ty = x\n\treturn len('a') * x\n",
        "s = 'a\x1cb\u2028c'\ndef f(x): return len('é') * x\n".encode(),
        b"def f(x):\n    return len('a') \\\n        * x",
    ],
    ids=["latin-1", "byte order mark", "carriage returns", "form feed and tabs", "odd separators", "no last newline"],
)
def test_files_in_any_form(tmp_path, raw) -> None:
    path = tmp_path / f"form_{abs(hash(raw))}.py"
    path.write_bytes(raw)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    definition = read(module.f)
    assert text(module.f).endswith(") * x")
    assert "def f(x)" in definition.lines[definition.node.lineno - 1]


def test_a_function_that_moved_in_its_file(tmp_path) -> None:
    path = tmp_path / "moved.py"
    module = module_at(path, "import math\ndef f(x):\n    return math.sin(x)\n")
    path.write_text("import math\n\n# more\n\ndef f(x):\n\n    return math.sin(x)  # the same\n", encoding="utf-8")
    definition = read(module.f)
    assert definition.node.lineno == 5
    path.write_text("import math\n\n# more\n\ndef f(x):\n\n    return math.cos(x)\n", encoding="utf-8")
    with pytest.raises(NotSupported, match="the file was edited"):
        read(module.f)


def test_a_function_whose_code_was_made_from_its_text_alone(tmp_path) -> None:
    module = module_at(tmp_path / "alone.py", "import math\nK = 1\nclass A:\n    def f(self, x):\n        return math.sin(x)\n")
    space = {"math": module.math}
    exec(compile("class B:\n    def f(self, x):\n        return math.sin(x)", module.__file__, "exec"), space)
    module.A.f.__code__ = space["B"].f.__code__
    assert read(module.A.f).node.lineno == 4


def test_an_optimised_file_is_read_as_it_runs(tmp_path) -> None:
    path = tmp_path / "optimised.py"
    source = "def f(x):\n    'text'\n    assert x > 0\n    if __debug__:\n        x = -x\n    return x * 2\n"
    path.write_text(source, encoding="utf-8")
    for level, shape in ((0, -2.0), (1, 2.0), (2, 2.0)):
        space: dict = {}
        exec(compile(source, str(path), "exec", optimize=level), space)
        assert ep.grad(space["f"])(1.0) == shape
    assert ep.grad(space["f"])(-1.0) == 2.0


def test_lambdas_where_no_columns_are_kept(tmp_path) -> None:
    path = tmp_path / "no_columns.py"
    source = "fs = [lambda x: x * 2, lambda x: x * 3, lambda x, y=lambda t: t * 4: y(x), lambda x: lambda y: x * y]\n"
    path.write_text(source, encoding="utf-8")
    space: dict = {}
    exec(compile(source, str(path), "exec"), space)
    fs = [types.FunctionType(without_columns(f.__code__), space, "f", f.__defaults__) for f in space["fs"]]
    assert [text(f) for f in fs] == ["lambda x: x * 2", "lambda x: x * 3", "lambda x, y=lambda t: t * 4: y(x)", "lambda x: lambda y: x * y"]


def without_columns(code: types.CodeType) -> types.CodeType:
    return code.replace(co_linetable=bytes([0xE8 | 0x80, 0]) * (len(code.co_code) // 2))


def test_conditional_definitions_of_one_name(tmp_path) -> None:
    module = module_at(
        tmp_path / "conditional.py", "import sys\nif not sys.argv:\n    def f(x): return x * 2\nelse:\n    def f(x): return x * 3\n"
    )
    assert text(module.f).endswith("x * 3")


def test_cached_functions() -> None:
    @functools.lru_cache
    def square(x):
        return x * x

    @functools.cache
    def table(n):
        return [1.0] * n

    assert ep.grad(square)(3.0) == 6.0
    assert ep.grad(lambda x: square(x) + square(2 * x))(3.0) == 30.0
    with pytest.raises(NotSupported, match=r"'.*table' is cached, and gives the same list at every call"):
        ep.grad(lambda x: table(int(x))[0] * x)(3.0)
    assert ep.grad(lambda x: table(3)[0] * x)(3.0) == 1.0


def test_functions_of_libraries_are_derived_themselves() -> None:
    x = np.array([0.5, 1.2])
    assert ep.grad(np.tanh)(0.3) == pytest.approx(1 - np.tanh(0.3) ** 2)
    assert ep.grad(math.sin)(0.3) == math.cos(0.3)
    assert ep.grad(abs)(-0.3) == -1.0
    np.testing.assert_array_equal(ep.grad(np.sum)(np.ones((2, 2)), axis=None), np.ones((2, 2)))
    np.testing.assert_array_equal(ep.grad(np.add.reduce)(x), np.ones(2))
    np.testing.assert_allclose(ep.grad(scipy.special.logsumexp)(x), scipy.special.softmax(x))
    assert ep.grad(scipy.stats.norm.logpdf)(0.3, loc=0.1) == pytest.approx(-0.2)
    assert ep.grad(scipy.stats.norm(0.1, 2.0).cdf)(0.4) == pytest.approx(scipy.stats.norm(0.1, 2.0).pdf(0.4))
    with pytest.raises(NotSupported, match=r"<np.mean>(.|\n)*np.mean\(\*args, \*\*kwargs\)(.|\n)*'out' must be an array"):
        ep.compile(np.mean)(x, out="x")


@pytest.mark.parametrize(
    ("thing", "reason"),
    [
        (float.hex, "it is not written in Python"),
        (hash, "it is not written in Python"),
        ("a".join, "it is not written in Python"),
        (Path, "cannot use 'Path': it is a class"),
        (float, "cannot use 'float': it is a class"),
    ],
)
def test_what_is_no_function_is_refused_and_says_why(thing, reason) -> None:
    with pytest.raises(NotSupported, match=reason) as error:
        ep.grad(thing)(1.0)
    assert "Way out: pass a function that" in str(error.value)


def test_generators_and_coroutines_are_refused() -> None:
    def generator(x):
        yield x

    async def coroutine(x):
        return x

    async def both(x):
        yield x

    for f, reason in ((generator, "is a generator function"), (coroutine, "async functions are not"), (both, "async functions are not")):
        with pytest.raises(NotSupported, match=reason):
            ep.grad(f)(1.0)


def test_a_traced_function() -> None:
    lines = []

    def tracer(frame, event, arg):
        lines.append(event)
        return tracer

    def f(x):
        return x * 2

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        f(1.0)
        definition = read(f)
    finally:
        sys.settrace(before)
    assert definition.name == "f"
