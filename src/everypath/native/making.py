"""LLVM's text -> object code, several texts at once.

Each text has a context and target machines of its own, so that threads that make code share nothing. llvmlite takes a lock around every
call of LLVM; what takes long is called beside it.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import llvmlite.binding as llvm

from ..compiling import begun, garbage
from .effort import FULL, NESTS, OF_SHORT_ONES, PLAINLY, Effort, back_again, set_apart
from .team import team

T = TypeVar("T")

SMALL_LOOPS = "-vectorizer-min-trip-count=0"
"""LLVM 22 makes vectors of loops with fewer turns than this number by masks, and then a masked load may come after a store to the same
place that it stood before: the adjoint of `x[:2] = b` was 0."""
NO_SPLITS, SPLITTING = "-slp-split-alternate-instructions=0", (22,)
"""The SLP vectorizer of LLVM 22 makes a vector of two kinds of instructions as one of each; reordered, they fail an assertion of its own,
which ends the process: the adjoint of `p[np.triu_indices(n, 1)] = a` and `p[np.tril_indices(n, -1)] = b` did. Versions before it have
no such option, and end the process if they are given it."""
WORTH_A_THREAD = 5e-3
"""Seconds: a thread takes a tenth of a millisecond to start."""


class Maker:
    """The processor that is compiled for, and LLVM's optimiser and code generator for it."""

    def __init__(self) -> None:
        for option in options():
            llvm.set_option("everypath", option)
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        self.features = llvm.get_host_cpu_features()
        self.processor = {"cpu": llvm.get_host_cpu_name(), "features": self.features.flatten()}
        self.machine = self.new_machine()
        self.open: dict[int, Any] = {}
        unlocked = ctypes.CDLL(llvm.ffi.lib._name)
        self.run_passes, self.emit = unlocked.LLVMPY_RunNewModulePassManager, unlocked.LLVMPY_TargetMachineEmitToMemory
        for own, locked in (
            (self.run_passes, llvm.ffi.lib.LLVMPY_RunNewModulePassManager),
            (self.emit, llvm.ffi.lib.LLVMPY_TargetMachineEmitToMemory),
        ):
            own.argtypes, own.restype = locked.argtypes, locked.restype

    def new_machine(self, making: int = FULL.making) -> Any:
        """A target machine of one's own. Threads and engines that share one crash."""
        target = llvm.Target.from_default_triple()
        return target.create_target_machine(**self.processor, opt=making, jit=True, codemodel="jitdefault")

    def made(self, text: str, tried: Effort) -> bytes:
        """The machine code of a module, as an object file."""
        machine = self.new_machine(tried.making)
        with self.optimised(machine, text, tried) as module:
            return self.object_file(machine, module)

    def object_file(self, machine: Any, module: Any) -> bytes:
        """What `machine.emit_object` gives, made without llvmlite's lock."""
        lib = llvm.ffi.lib
        with llvm.ffi.OutputString() as error:
            buffer = self.emit(machine, module, 1, error)
            if not buffer:
                raise RuntimeError(str(error))
        try:
            return ctypes.string_at(lib.LLVMPY_GetBufferStart(buffer), lib.LLVMPY_GetBufferSize(buffer))
        finally:
            lib.LLVMPY_DisposeMemoryBuffer(buffer)

    @contextmanager
    def fresh_context(self) -> Iterator[Any]:
        """A context, which the caller closes after what is in it. An interruption leaves it open for good: a module may still stand in the
        frames of what was interrupted, and closing that one later needs it."""
        context = llvm.create_context()
        self.open[id(context)] = context
        yield context
        del self.open[id(context)]

    def parsed(self, text: str, context: Any, machine: Any) -> Any:
        """A module for the processor of a machine."""
        module = llvm.parse_assembly(text, context)
        module.triple, module.data_layout = machine.triple, str(machine.target_data)
        return module

    @contextmanager
    def optimised(self, machine: Any, text: str, tried: Effort) -> Iterator[Any]:
        """A module as LLVM's optimiser leaves it for a machine."""
        if tried is not PLAINLY and tried < NESTS and (apart := set_apart(text)) is not None:
            with self.optimised(machine, apart, OF_SHORT_ONES) as module:
                text = back_again(str(module))
        with self.fresh_context() as context:
            module = self.parsed(text, context, machine)
            self._optimise(module, tried, machine)
            yield module
            module.close()
            context.close()

    def _optimise(self, module: Any, tried: Effort, machine: Any) -> None:
        module.verify()
        options = llvm.create_pipeline_tuning_options(tried.level)
        options.loop_vectorization = options.loop_interleaving = tried.loops
        options.slp_vectorization = tried.anywhere
        builder = llvm.create_pass_builder(machine, options)
        self._run(builder.getModulePassManager(), module, builder)

    def drop_unused(self, module: Any, machine: Any) -> None:
        """Leave out what nothing calls."""
        builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(0))
        passes = llvm.create_new_module_pass_manager()
        passes.add_global_dead_code_eliminate_pass()
        self._run(passes, module, builder)

    def _run(self, passes: Any, module: Any, builder: Any) -> None:
        self.run_passes(passes, module, builder)
        passes._owned = True  # llvmlite looks in the other base class, and forgets to free them
        llvm.newpassmanagers.NewPassManager._dispose(passes)
        passes.detach()


def options() -> tuple[str, ...]:
    """What LLVM is told once for all."""
    return (SMALL_LOOPS, NO_SPLITS) if llvm.llvm_version_info[:1] == SPLITTING else (SMALL_LOOPS,)


def at_once(works: Mapping[Callable[[], T], float]) -> list[T]:
    """What each work gives, in order; with how many seconds each may take. Those that take long run at the same time, on as many threads
    as large loops of compiled code may use."""
    found: dict[Callable[[], T], T] = {}
    failed: list[BaseException] = []
    waiting = deque(sorted(works, key=works.__getitem__, reverse=True))

    def work() -> None:
        while waiting and not failed:
            try:
                mine = waiting.popleft()
            except IndexError:  # another thread took the last one
                return
            try:
                found[mine] = mine()
            except BaseException as error:
                failed.append(error)

    threads = min(sum(seconds >= WORTH_A_THREAD for seconds in works.values()), team().size)
    with garbage.held(lambda _: False):  # a finalizer that compiles, in one of the threads, would wait for us
        others = [running for _ in range(threads - 1) if (running := begun(work)) is not None]
        work()
        for other in others:
            try:
                other.result()
            except BaseException as error:
                failed.append(error)
    if failed:
        raise failed[0]
    return [found[each] for each in works]
