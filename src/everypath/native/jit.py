"""LLVM: text to machine code that goes when nobody holds it any more.

Each module has a context, a target machine and an engine of its own, which are freed together; only the runtime and the helpers, which
all of them call, stay, and parts that several modules have as long as one of these. Nothing that outlives a call points into a module:
results and records are freed by the runtime.
"""

from __future__ import annotations

import ctypes
import importlib.machinery
import importlib.util
import re
import sys
import weakref
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import numpy as np

from ..compiling import compiling
from ..ops.ufuncs import DIRECT
from . import host, printing, python, runtime, team, vectormath
from .effort import AS_WRITTEN, PLAINLY, Effort, effort, expected, texts, texts_of_helpers, texts_of_parts
from .kept import Kept
from .making import Maker, at_once, options
from .module import POINTERS, Module, with_all_helpers


class Code:
    """The machine code of one module. `kept` is what it points to."""

    def __init__(self, addresses: dict[str, int], kept: list[Any]) -> None:
        self.addresses = addresses
        self.kept = kept


class Engine:
    """The processor that is compiled for, the runtime, and the symbols that compiled code calls."""

    def __init__(self) -> None:
        self.maker = Maker()
        self.kept = Kept(self.maker.machine.triple, *self.maker.processor.values())
        self.known: set[str] = set()
        self.parts: weakref.WeakValueDictionary[str, Code] = weakref.WeakValueDictionary()
        self.libraries = [library for library in (ctypes.CDLL(None), libm(), vectormath.libmvec()) if library is not None]
        self.dead: list[tuple[Any, ...]] = []
        self.dying: list[tuple[Any, ...]] = []
        for name, address in (python.functions() | printing.functions() | host.functions()).items():
            llvm.add_symbol(name, address)
            self.known.add(name)
        often, seldom = runtime.texts(python.words())
        [made] = self._made_at_once({often: AS_WRITTEN, seldom: PLAINLY})
        self.shared = [self._loaded(made, (id(np.ndarray),))]
        for name in RUNTIME:
            llvm.add_symbol(name, self.runtime(name))
        team.begin(self.runtime)

    def at_rest(self, release: bool) -> int:
        """The bytes that pools keep at rest, which with `release` go back to the system. Called with the GIL held, as pools are."""
        kept = ctypes.PYFUNCTYPE(ctypes.c_int64, ctypes.c_int32)(self.runtime("ep_kept"))
        return int(kept(release))

    def runtime(self, name: str) -> int:
        """The address of a function of the runtime."""
        return int(self.shared[0][0].get_function_address(name))

    @property
    def host(self) -> frozenset[str]:
        """The processor's features that are on."""
        return frozenset(name for name, on in self.maker.features.items() if on)

    def compile(self, module: Module, names: Iterable[str]) -> Code:
        """The functions `names` of a module."""
        with compiling:
            self._bury()
            helpers = {name: helper for name, helper in with_all_helpers(module).items() if name not in self.known}
            for each in (module, *helpers.values()):
                for name in each.declared.keys() - helpers.keys():
                    self._resolve(name)
            own, parts = texts(module)
            held = {name: code for name in parts if (code := self.parts.get(name)) is not None}
            missing = [part for name, part in parts.items() if name not in held]
            made = self._made_at_once(texts_of_helpers([*helpers.values()]), texts_of_parts(missing), own)
            self._share(made[0], helpers)
            if missing:
                held |= self._hold(made[1], [part.name for part in missing])
            code = self._taken(*self._loaded(made[2], [*module.pointers]), names)
            code.kept += {id(part): part for part in held.values()}.values()
            return code

    def load(self, made: bytes, declared: Collection[str], names: Iterable[str]) -> Code:
        """The functions `names` of an object file that was made for this process and calls those `declared`."""
        with compiling:
            self._bury()
            for name in declared:
                self._resolve(name)
            missing = [name for name in declared if not name.startswith("llvm.") and llvm.address_of_symbol(name) is None]
            assert not missing, f"not there: {missing}"
            return self._taken(*self._linked([made]), names)

    def _share(self, made: list[bytes], names: Collection[str]) -> None:
        """Make functions that many programs call known, for good."""
        if made:
            self.shared.append(self._linked(made))
            for name in names:
                llvm.add_symbol(name, self.shared[-1][0].get_function_address(name))
            self.known.update(names)

    def _hold(self, made: list[bytes], names: list[str]) -> dict[str, Code]:
        """The code of parts that many programs have, known for as long as one of them is there."""
        code = self._taken(*self._linked(made), names)
        for name, address in code.addresses.items():
            llvm.add_symbol(name, address)
            self.parts[name] = code
        return dict.fromkeys(names, code)

    def _taken(self, loaded: Any, context: Any, names: Iterable[str]) -> Code:
        """What an engine holds, until nobody has it any more."""
        code = Code({name: loaded.get_function_address(name) for name in names}, [])
        weakref.finalize(code, self.dying.append, (loaded, context, code.kept)).atexit = False
        return code

    def optimised(self, text: str) -> str:
        """A module's text as LLVM's optimiser leaves it."""
        with compiling, self.maker.optimised(self.maker.machine, text, effort(text)) as module:
            return str(module)

    def _bury(self) -> None:
        """Free what nobody holds. A collection may just have found it and still be looking at what it points to, so only what
        was found before the last compilation goes."""
        for loaded, context, kept in self.dead:
            loaded.close()
            context.close()
            kept.clear()
        self.dead[:] = self.dying
        del self.dying[: len(self.dead)]

    def _loaded(self, made: Iterable[bytes], pointers: Sequence[int]) -> tuple[Any, Any]:
        """An engine with the code of modules that call each other and point to what is outside, and its context."""
        loaded, context = self._linked(made)
        if pointers:
            table = (ctypes.c_void_p * len(pointers)).from_address(loaded.get_global_value_address(POINTERS))
            table[:] = [*pointers]
        return loaded, context

    def _made_at_once(self, *groups: Mapping[str, Effort]) -> list[list[bytes]]:
        """The machine code of groups of modules, and how hard LLVM tries with each."""
        made = iter(at_once({partial(self._made, *each): expected(*each) for group in groups for each in group.items()}))
        return [[next(made) for _ in group] for group in groups]

    def _made(self, text: str, tried: Effort) -> bytes:
        """The machine code of a module, which may have been made before."""
        return self.kept.code(f"{tried} {options()}\n{text}", partial(self.maker.made, text, tried))

    def _linked(self, codes: Iterable[bytes]) -> tuple[Any, Any]:
        """An engine with these object files, and its context. It owns its target machine: engines that share one crash."""
        with self.maker.fresh_context() as context:
            nothing = self.maker.parsed("", context, self.maker.machine)
            loaded = llvm.create_mcjit_compiler(nothing, self.maker.new_machine())
            for code in codes:
                loaded.add_object_file(llvm.object_file.ObjectFileRef.from_data(code))
            loaded.finalize_object()
        return loaded, context

    def _resolve(self, name: str) -> None:
        """Make a C, SciPy or vector function known to the engine."""
        if name in self.known or name.startswith("llvm.") or name in RUNTIME:
            return
        self.known.add(name)
        if name in SCIPY:
            llvm.add_symbol(name, scipy_address(name))
            return
        for library in self.libraries:
            if hasattr(library, name):
                llvm.add_symbol(name, address_of(getattr(library, name)))
                return


RUNTIME = frozenset(
    "ep_alloc ep_zeros ep_array ep_array_of_zeros ep_retain ep_release ep_open ep_close ep_close_counted ep_kept ep_drop_list "
    "ep_drop_segments ep_grow ep_segment ep_power ep_power_checked ep_poll ep_box_record ep_unbox_record ep_is_array ep_put_array ep_apart "
    "ep_box_failure ep_share ep_threads ep_team_forget ep_team_leave".split()
)
"""What the runtime's own module defines."""

LAPACK = ("getrf", "getrs", "potrf", "syevd", "gesdd", "geqrf", "orgqr")

SCIPY = {
    **{f"ep_{name}": ("scipy.special.cython_special", name) for name in DIRECT},
    "ep_dgemm": ("scipy.linalg.cython_blas", "dgemm"),
    "ep_sgemm": ("scipy.linalg.cython_blas", "sgemm"),
    "ep_dsyrk": ("scipy.linalg.cython_blas", "dsyrk"),
    "ep_ssyrk": ("scipy.linalg.cython_blas", "ssyrk"),
    "ep_dgemv": ("scipy.linalg.cython_blas", "dgemv"),
    "ep_sgemv": ("scipy.linalg.cython_blas", "sgemv"),
    **{f"ep_{x}{name}": ("scipy.linalg.cython_blas", f"{x}{name}") for x in "ds" for name in ("trsm", "trsv")},
    **{f"ep_{x}{name}": ("scipy.linalg.cython_lapack", f"{x}{name}") for x in "ds" for name in LAPACK},
    "ep_ddot": ("scipy.linalg.cython_blas", "ddot"),
    "ep_sdot": ("scipy.linalg.cython_blas", "sdot"),
}
"""SciPy's own C functions: (module, name in its table)."""


DOUBLES = re.compile(rb"double \((double, )+int __pyx_skip_dispatch\)")
"""What the table says of a function of doubles."""


def scipy_address(name: str) -> int:
    """The address of one of SciPy's functions."""
    module, function = SCIPY[name]
    get_name, get_pointer = ctypes.pythonapi.PyCapsule_GetName, ctypes.pythonapi.PyCapsule_GetPointer
    get_name.restype, get_name.argtypes = ctypes.c_char_p, [ctypes.py_object]
    get_pointer.restype, get_pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    table = extension(module).__pyx_capi__
    if function in table:
        capsule = table[function]
    else:  # one of several kinds of numbers: that of doubles
        kinds = [table[kind] for k in range(8) if (kind := f"__pyx_fuse_{k}{function}") in table]
        capsule = next(kind for kind in kinds if DOUBLES.fullmatch(get_name(kind)))
    return int(get_pointer(capsule, get_name(capsule)))


@cache
def extension(name: str) -> Any:
    """One of SciPy's modules written in C. Those of scipy.linalg are loaded without that package, which takes ten times as long: who
    imports it later gets the same module."""
    package, _, short = name.rpartition(".")
    if package == "scipy.linalg" and package not in sys.modules:
        import scipy

        for suffix in importlib.machinery.EXTENSION_SUFFIXES:
            path = Path(scipy.__path__[0], "linalg", short + suffix)
            if path.exists():
                loader = importlib.machinery.ExtensionFileLoader(name, str(path))
                spec = importlib.util.spec_from_file_location(name, path, loader=loader)
                assert spec is not None
                module = importlib.util.module_from_spec(spec)
                loader.exec_module(module)
                sys.modules.pop(name, None)  # its package, when that is imported, must find it missing to take it in
                return module
    return importlib.import_module(name)


def address_of(function: Any) -> int:
    """The address of a function that ctypes found."""
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    return address


def libm() -> ctypes.CDLL | None:
    """The C library's mathematics, where it is a library of its own."""
    try:
        return ctypes.CDLL("libm.so.6")
    except OSError:
        return None


@cache
def _engine() -> Engine:
    return Engine()


def engine() -> Engine:
    """The engine, made at the first call."""
    with compiling:
        return _engine()


def started() -> bool:
    """Whether the engine has been made."""
    return _engine.cache_info().currsize > 0
