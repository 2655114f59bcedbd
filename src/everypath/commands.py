"""What the verbs of the command line do. Each takes the parsed options and gives an exit code."""

from __future__ import annotations

import argparse
import ast
import importlib.util
import inspect
import json
import sys
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import everypath as ep

from .terminal import can_show
from .tracebacks import users_place

Function = Callable[..., Any]


class UsageError(Exception):
    """The command line cannot be carried out as written."""


class UserError(Exception):
    """The user's file or function raised an exception; the message is what to print."""


# The function and its arguments ---------------------------------------------------------------------------------------


def named_function(text: str) -> Function:
    """The function that FILE.py:FUNCTION names."""
    file, colon, name = text.rpartition(":")
    if not colon or not file or not name:
        raise UsageError(f"{text!r} does not name a function: write FILE.py:FUNCTION")
    path = Path(file)
    if not path.is_file():
        raise UsageError(f"there is no file {file}")
    found: Any = imported(path)
    functions = [n for n, v in vars(found).items() if inspect.isfunction(v) and v.__module__ == found.__name__]
    for part in name.split("."):
        if not hasattr(found, part):
            raise UsageError(f"{file} has no {name}; its functions are {', '.join(functions) or 'none'}")
        found = getattr(found, part)
    if not callable(found):
        raise UsageError(f"{name} in {file} is not a function")
    function: Function = found
    return function


def imported(path: Path) -> types.ModuleType:
    """The file as a module, its own folder first on the path of imports."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    sys.path.insert(0, str(path.parent.resolve()))
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise UserError(f"{path}, line {error.lineno}: {error.msg}") from error
    except Exception as error:
        raise UserError(f"{path} cannot be imported: {said(error)}") from error
    return module


def said(error: BaseException) -> str:
    """An exception in a line or two, and the user's line that raised it."""
    more = [*getattr(error, "__notes__", ()), users_place(error)]
    return f"{type(error).__name__}: {error}" + "".join(f"\n  {line}" for line in more if line)


def arguments(function: Function, at: str, wrt: Sequence[int | str], read: Callable[[ast.expr], Any] = ast.literal_eval) -> tuple[Any, ...]:
    """The values that `--at` gives, in the order of the function's parameters; lists of numbers are arrays. `read` reads one."""
    try:
        call = ast.parse(f"f({at})", mode="eval").body
        assert isinstance(call, ast.Call)
        given = [read(a) for a in call.args]
        named = {k.arg: read(k.value) for k in call.keywords if k.arg}
    except (SyntaxError, ValueError, AssertionError):
        raise UsageError(f"--at {at!r} cannot be read: write x=1.5,n=3,w=[[1.0,2.0],[3.0,4.0]], every value a Python literal") from None
    signature = inspect.signature(function)
    try:
        bound = signature.bind(*given, **named)
    except TypeError as error:
        raise UsageError(f"--at {at!r}: {error}; the function is {function.__name__}{signature}") from None
    bound.apply_defaults()
    if bound.kwargs:
        raise UsageError(f"{function.__name__} has keyword-only parameters, which --at cannot pass")
    names = list(bound.arguments)
    floats = {names[w] if isinstance(w, int) and -len(names) <= w < len(names) else w for w in wrt}
    ready: list[Any] = []
    for name, value in bound.arguments.items():
        several = signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL
        values = value if several else (value,)
        ready += [array(v, name in floats) for v in values]
        if name in floats and not several and type(value) is int:
            print(f"everypath: {name} = {value} is taken as {float(value)}, a float, since it is differentiated", file=sys.stderr)
    return tuple(ready)


def array(value: Any, floating: bool) -> Any:
    """`value` with every list of numbers in it made an array; of floats where it is to be differentiated."""
    if isinstance(value, dict):
        return {k: array(v, floating) for k, v in value.items()}
    if isinstance(value, tuple):
        return tuple(array(v, floating) for v in value)
    if floating and type(value) is int:
        return float(value)
    if not isinstance(value, list):
        return value
    if all_numbers(value):
        try:
            made = np.array(value)
        except ValueError:
            raise UsageError(f"{value} is not an array: its rows have different lengths") from None
        return made.astype(float) if floating and made.dtype.kind in "iu" else made
    return [array(v, floating) for v in value]


def example(node: ast.expr) -> Any:
    """A literal, or a value of the type that is written in its place: `float`, `int`, `bool`, `float64[:, :]`, `float32`."""
    text = ast.unparse(node).replace(" ", "")
    plain = {"float": 0.5, "int": 1000, "bool": True}
    if text in plain:
        return plain[text]
    name, _, axes = text.partition("[")
    if not name.isidentifier() or (axes and set(axes.removesuffix("]").split(",")) != {":"}):
        return ast.literal_eval(node)
    try:
        dtype = np.dtype(name)
    except TypeError:
        raise ValueError(name) from None
    return np.full((7,) * axes.count(":"), 0.5).astype(dtype) if axes else dtype.type(1)


def with_annotations(function: Function, at: str) -> str:
    """`--at`, and for parameters that it does not give and that have no default their annotations, where these are float, int or bool."""
    try:
        call = ast.parse(f"f({at})", mode="eval").body
        parameters = list(inspect.signature(function, eval_str=True).parameters.values())
    except (SyntaxError, TypeError, NameError, ValueError):
        return at
    given = {k.arg for k in call.keywords} if isinstance(call, ast.Call) else set()
    number = len(call.args) if isinstance(call, ast.Call) else 0
    added = [
        f"{p.name}={p.annotation.__name__}"
        for p in parameters[number:]
        if p.name not in given and p.default is p.empty and p.annotation in (float, int, bool)
    ]
    return ",".join([at, *added] if at else added)


def refuse_guesses(at: str, passed: Sequence[Any]) -> None:
    """UsageError where the value of an argument whose type alone was given has become part of the program."""
    call = ast.parse(f"f({at})", mode="eval").body
    assert isinstance(call, ast.Call)
    for name, node in ((k.arg, k.value) for k in call.keywords):
        if not isinstance(node, ast.Name | ast.Subscript):
            continue
        found = [one for one in passed if one.path == name]
        if not found or any(length is not None for length in found[0].shape):
            raise UsageError(f"{name} must be known before the function runs: give its value in place of {ast.unparse(node)}")


def key(text: str) -> Any:
    """What `--of` names: a literal, or a word as a string."""
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return text


def all_numbers(value: Any) -> bool:
    """Whether a list holds numbers only, at any depth."""
    if isinstance(value, list):
        return all(map(all_numbers, value))
    return isinstance(value, (int, float))


def chosen(text: str | None) -> tuple[int | str, ...]:
    """What `--wrt` names: names or positions, separated by commas; without it the first argument."""
    if text is None:
        return (0,)
    parts = [part.strip() for part in text.split(",")]
    return tuple(int(part) if part.lstrip("-").isdigit() else part for part in parts)


def subject(options: argparse.Namespace) -> tuple[Function, Any, tuple[Any, ...]]:
    """The function, `wrt` and the arguments of a command."""
    function = named_function(options.function)
    wrt = chosen(options.wrt)
    args = arguments(function, options.at, wrt)
    return function, wrt if len(wrt) > 1 else wrt[0], args


def run(action: Callable[[], Any]) -> Any:
    """`action()`; what the user's function raises becomes a UserError."""
    try:
        return action()
    except (ep.EverypathError, KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:
        raise UserError(said(error)) from error


# The verbs ------------------------------------------------------------------------------------------------------------


def explain(options: argparse.Namespace) -> int:
    """A function's derivative, path by path: text, a page, or JSON."""
    function, wrt, args = subject(options)
    of = None if options.of is None else key(options.of)
    explanation = run(lambda: ep.explain(function, wrt, of=of, through=options.through, inside=options.inside, by=options.by)(*args))
    if options.turn is not None:
        explanation = run(lambda: explanation.turn(options.turn))
    if options.json:
        text = explanation.json()
        print(text if can_show(text, sys.stdout) else json.dumps(json.loads(text), indent=2))
    elif options.html is not None:
        written(options.html, lambda: options.html.write_text(explanation.html(), encoding="utf-8"))
    elif options.save is not None:
        written(options.save, lambda: explanation.save(options.save))
    else:
        print(explanation)
    return {"✓": 0, "✗": 1}.get(explanation.verdict[0], 3)


def written(path: Path, write: Callable[[], Any]) -> None:
    """Write a file and print its name."""
    try:
        write()
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
    print(path)


def check(options: argparse.Namespace) -> int:
    """Do forward mode, reverse mode and differences agree?"""
    function, _, args = subject(options)
    try:
        run(lambda: ep.check_grads(function, args, options.order))
    except UserError as error:
        if isinstance(error.__cause__, AssertionError):
            print(f"✗ {error.__cause__}")
            return 1
        raise
    print(f"✓ {function.__name__}: forward mode, reverse mode and differences agree" + (", to order 2" if options.order == 2 else ""))
    return 0


def show(options: argparse.Namespace) -> int:
    """The program at a stage of the pipeline."""
    function, wrt, args = subject(options)
    print(run(lambda: ep.grad(function, wrt).show(options.stage, *args)).rstrip())
    return 0


def build(options: argparse.Namespace) -> int:
    """Object code and a header, for programs without Python."""
    function, wrt = named_function(options.function), chosen(options.wrt)
    options.at = with_annotations(function, options.at)
    args = arguments(function, options.at, wrt, example)
    built = run(
        lambda: ep.build(function, args, grad=options.grad, wrt=wrt if len(wrt) > 1 else wrt[0], name=options.name, cpu=options.cpu)
    )
    for entry in built.entries:
        refuse_guesses(options.at, entry.passed)
    for path in built.write(options.output, options.link):
        print(path)
    return 0


def demo(options: argparse.Namespace) -> int:
    """Everything in under a minute."""
    try:
        from .demo import run as run_demo
    except ImportError as error:
        raise UsageError(f"the demo needs {error.name}: pip install 'everypath[demo]'") from None
    return run_demo(options.out)


def doctor(options: argparse.Namespace) -> int:
    """What is installed, and whether compiling, BLAS and errors work here."""
    from .doctor import doctor as examination

    return examination()


def version() -> str:
    """What `--version` prints."""
    return f"everypath {ep.__version__}"
