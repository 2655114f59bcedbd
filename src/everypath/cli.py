"""The command `everypath`: demo, explain, check, show, build, doctor.

Results go to stdout, progress and complaints to stderr. Exit codes: 0 done; 1 the function is refused, raises, or its
derivatives disagree; 2 the command cannot be carried out as written; 3 explained, but a kink, a jump or NaN is there, or differences were
not run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from . import commands, terminal
from .commands import UsageError, UserError
from .errors import EverypathError


def parser() -> argparse.ArgumentParser:
    """The grammar of the command line."""
    main = argparse.ArgumentParser(prog="everypath", description="The exact derivative of ordinary Python and NumPy, explained.")
    main.add_argument("--version", action="version", version=commands.version())
    verbs = main.add_subparsers(dest="verb", required=True, metavar="COMMAND")

    demo = verbs.add_parser("demo", help="see everything in under a minute")
    demo.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="where pictures and pages are written (default: out)")

    explain = verbs.add_parser("explain", help="a function's derivative, path by path")
    function_arguments(explain)
    explain.add_argument("--inside", action="store_true", help="show what functions that have a rule do themselves")
    explain.add_argument("--of", default=None, metavar="KEY", help="one number of the result: a position, a key, or (key, index)")
    explain.add_argument("--through", default=None, metavar="NAME", help="only the paths that pass this variable")
    explain.add_argument(
        "--by",
        default="variable",
        choices=("operation", "variable", "line", "function", "layer"),
        help="what is one node (default: variable)",
    )
    explain.add_argument("--turn", type=int, default=None, metavar="N", help="open the turn N of a loop whose turns are shown as one")
    form = explain.add_mutually_exclusive_group()
    form.add_argument("--html", type=Path, metavar="OUT", help="write a page that stands alone")
    form.add_argument(
        "--save", type=Path, metavar="OUT", help="write OUT, as its suffix says: .html .svg .png .pdf .tex .dot .mmd .md .json .txt"
    )
    form.add_argument("--json", action="store_true", help="print JSON")

    check = verbs.add_parser("check", help="forward mode = reverse mode = differences?")
    function_arguments(check)
    check.add_argument("--order", type=int, default=1, choices=(1, 2))

    show = verbs.add_parser("show", help="the program at a stage of the pipeline")
    function_arguments(show)
    show.add_argument("--stage", default="adjoint", choices=("ir", "adjoint", "optimised", "llvm", "tapes"))

    build = verbs.add_parser("build", help="object code and a header, for programs without Python")
    function_arguments(build)
    build.add_argument("-o", "--output", type=Path, required=True, metavar="OUT", help="OUT.o, .a, .so, .s, .ll or .h; a header beside it")
    build.add_argument("--grad", action="store_true", help="the gradient too, as NAME_grad")
    build.add_argument("--name", default=None, help="what it is called (default: as the function)")
    build.add_argument("--cpu", default="native", help="the processor it is made for, such as x86-64-v3 (default: this one)")
    build.add_argument("--link", action="append", metavar="FLAG", help="what to link a shared library with, where it needs BLAS")

    verbs.add_parser("doctor", help="does everything that everypath needs work here?")
    return main


def function_arguments(verb: argparse.ArgumentParser) -> None:
    """FILE.py:FUNCTION, --at, --wrt."""
    verb.add_argument("function", metavar="FILE.py:FUNCTION")
    verb.add_argument("--at", default="", metavar="x=1.5,n=3", help="the arguments: Python literals; a list of numbers is an array")
    verb.add_argument("--wrt", default=None, metavar="x", help="names or positions, separated by commas (default: the first argument)")


VERBS: dict[str, Callable[[argparse.Namespace], int]] = {
    "demo": commands.demo,
    "explain": commands.explain,
    "check": commands.check,
    "show": commands.show,
    "build": commands.build,
    "doctor": commands.doctor,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    terminal.prepare(sys.stdout, sys.stderr)
    options = parser().parse_args(argv)
    try:
        return VERBS[options.verb](options)
    except UsageError as error:
        print(f"everypath: {error}", file=sys.stderr)
        return 2
    except (EverypathError, UserError) as error:
        print(f"everypath: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        return 130
