"""LLVM: text to machine code that stays for the life of the process.

One engine holds all modules. Engines that share a target machine crash once the first of them is collected, so there is one,
and it is never destroyed.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterable
from functools import cache
from typing import Any

from ..compiling import compiling
from . import printing, python, runtime, vectormath

SPEED = 3
EFFORT = ((SPEED, 4_000), (2, 8_000), (1, 15_000), (0, sys.maxsize))
"""(level of optimisation, lines of LLVM's text up to which it is used). On 45,000 lines LLVM takes 21 s at level 1 and 2.4 s at 0."""
AS_WRITTEN = 0
"""For the runtime, which is small and written the way that an optimiser would leave it: optimising it costs the first call 80 ms."""


class Engine:
    """The target machine, the engine, and the symbols that compiled code calls."""

    def __init__(self) -> None:
        import llvmlite.binding as llvm

        self.llvm = llvm
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        self.features = llvm.get_host_cpu_features()
        self.machine = llvm.Target.from_default_triple().create_target_machine(
            cpu=llvm.get_host_cpu_name(), features=self.features.flatten(), opt=SPEED, jit=True, codemodel="jitdefault"
        )
        self.known: set[str] = set()
        self.libraries = [library for library in (ctypes.CDLL(None), libm(), vectormath.libmvec()) if library is not None]
        self.numbers = 0
        for name, address in (python.functions() | printing.functions()).items():
            llvm.add_symbol(name, address)
            self.known.add(name)
        module = self._parsed(runtime.text(python.words()))
        self._optimise(module, AS_WRITTEN)
        self.engine = llvm.create_mcjit_compiler(module, self.machine)
        self.engine.finalize_object()

    @property
    def host(self) -> frozenset[str]:
        """The processor's features that are on."""
        return frozenset(name for name, on in self.features.items() if on)

    def unique(self) -> int:
        """A number for names that modules show to each other."""
        with compiling:
            self.numbers += 1
            return self.numbers

    def compile(self, text: str, externals: Iterable[str], names: Iterable[str]) -> tuple[dict[str, int], str]:
        """(addresses of the functions `names`, optimised text) of a module that calls `externals`."""
        with compiling:
            for name in externals:
                self._resolve(name)
            module = self._parsed(text)
            self._optimise(module, speed(text))
            shown = str(module)
            self.engine.add_module(module)
            self.engine.finalize_object()
            return {name: self.engine.get_function_address(name) for name in names}, shown

    def _parsed(self, text: str) -> Any:
        module = self.llvm.parse_assembly(text)
        module.triple = self.machine.triple
        module.data_layout = str(self.machine.target_data)
        module.verify()
        return module

    def _optimise(self, module: Any, speed: int) -> None:
        options = self.llvm.create_pipeline_tuning_options(speed)
        options.loop_vectorization = options.slp_vectorization = options.loop_interleaving = speed > 1
        builder = self.llvm.create_pass_builder(self.machine, options)
        builder.getModulePassManager().run(module, builder)

    def _resolve(self, name: str) -> None:
        """Make a C, SciPy or vector function known to the engine."""
        if name in self.known or name.startswith("llvm.") or name in RUNTIME:
            return
        self.known.add(name)
        if name in SCIPY:
            self.llvm.add_symbol(name, scipy_address(name))
            return
        for library in self.libraries:
            if hasattr(library, name):
                self.llvm.add_symbol(name, address_of(getattr(library, name)))
                return


def speed(text: str) -> int:
    """How hard LLVM tries: less for long modules, on which its time grows faster than their length."""
    lines = text.count("\n")
    return next(level for level, most in EFFORT if lines <= most)


RUNTIME = frozenset(
    "ep_alloc ep_zeros ep_retain ep_release ep_free_all ep_drop_list ep_grow ep_power ep_power_checked ep_poll ep_box_record "
    "ep_unbox_record ep_box_array ep_bounds ep_box_failure".split()
)
"""What the runtime's own module defines."""

SCIPY = {
    "ep_digamma": ("scipy.special.cython_special", "__pyx_fuse_1psi"),
    "ep_dgemm": ("scipy.linalg.cython_blas", "dgemm"),
    "ep_sgemm": ("scipy.linalg.cython_blas", "sgemm"),
    "ep_dgemv": ("scipy.linalg.cython_blas", "dgemv"),
    "ep_sgemv": ("scipy.linalg.cython_blas", "sgemv"),
    "ep_ddot": ("scipy.linalg.cython_blas", "ddot"),
    "ep_sdot": ("scipy.linalg.cython_blas", "sdot"),
}
"""SciPy's own C functions: (module, name in its table)."""


def scipy_address(name: str) -> int:
    """The address of one of SciPy's functions."""
    import importlib

    module, function = SCIPY[name]
    capsule = importlib.import_module(module).__pyx_capi__[function]
    get_name, get_pointer = ctypes.pythonapi.PyCapsule_GetName, ctypes.pythonapi.PyCapsule_GetPointer
    get_name.restype, get_name.argtypes = ctypes.c_char_p, [ctypes.py_object]
    get_pointer.restype, get_pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return int(get_pointer(capsule, get_name(capsule)))


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
