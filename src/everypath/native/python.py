"""Where CPython and NumPy keep what compiled code reads: addresses of types and functions, offsets of fields.

Offsets count from the size of a bare object, so they hold where objects have longer heads. NumPy's C functions come from the
table that it gives to extensions; positions in it are part of its stable interface.
"""

from __future__ import annotations

import ctypes
from typing import Any

HEAD: int = object.__basicsize__
"""Bytes of an object before its own fields; the last of them point to its type."""

ARRAY_NEW, ARRAY_SET_BASE = 93, 282
"""PyArray_New and PyArray_SetBaseObject in NumPy's table."""

C_CONTIGUOUS, ALIGNED, WRITEABLE = 0x1, 0x100, 0x400

DATA, ND, DIMS, STRIDES, DESCR, FLAGS = (HEAD + 8 * k for k in (0, 1, 2, 3, 5, 6))
"""Fields of an ndarray."""

FUNCTIONS = (
    "PyEval_SaveThread PyEval_RestoreThread PyErr_CheckSignals PyErr_NoMemory PyCapsule_New PyCapsule_GetPointer "
    "PyCapsule_GetContext PyCapsule_SetContext PyCapsule_SetDestructor PyCapsule_IsValid Py_IncRef Py_DecRef PyTuple_New "
    "PyTuple_SetItem PyList_New PyList_SetItem PyLong_FromLongLong PyLong_AsLongLongAndOverflow PyFloat_FromDouble "
    "PyBool_FromLong PyObject_CallFunctionObjArgs Py_GetRecursionLimit PyThread_get_stacksize "
    "PyThread_allocate_lock PyThread_acquire_lock PyThread_release_lock PyThread_start_new_thread"
).split()


def address(function: Any) -> int:
    """The address of a function of the C interface."""
    found = ctypes.cast(function, ctypes.c_void_p).value
    assert found is not None
    return found


def table() -> Any:
    """NumPy's table of functions for extensions written in C."""
    from numpy._core import _multiarray_umath  # type: ignore[attr-defined]

    get_pointer = ctypes.pythonapi.PyCapsule_GetPointer
    get_pointer.restype, get_pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return ctypes.cast(get_pointer(_multiarray_umath._ARRAY_API, None), ctypes.POINTER(ctypes.c_void_p))


def functions() -> dict[str, int]:
    """The C functions and objects that compiled code refers to, by symbol."""
    found = {name: address(getattr(ctypes.pythonapi, name)) for name in FUNCTIONS}
    of_numpy = table()
    new, set_base = of_numpy[ARRAY_NEW], of_numpy[ARRAY_SET_BASE]
    assert new is not None and set_base is not None
    return found | {"ep_PyArray_New": new, "ep_PyArray_SetBaseObject": set_base}


def words() -> dict[str, str]:
    """What the runtime's text calls Python's types and fields."""
    return {
        "TYPE_OFFSET": str(HEAD - 8),
        "ARRAY_DATA": str(DATA),
        "ARRAY_ND": str(ND),
        "ARRAY_DIMS": str(DIMS),
        "ARRAY_STRIDES": str(STRIDES),
        "ARRAY_DESCR": str(DESCR),
        "ARRAY_FLAGS": str(FLAGS),
    }


METH_FASTCALL = 0x80


class MethodDef(ctypes.Structure):
    """CPython's PyMethodDef."""

    _fields_ = [
        ("name", ctypes.c_char_p),
        ("function", ctypes.c_void_p),
        ("flags", ctypes.c_int),
        ("doc", ctypes.c_char_p),
    ]


def callable_at(code: Any, symbol: str, name: str) -> Any:
    """The compiled `PyObject *(PyObject *self, PyObject **args, ssize_t n)` as a Python callable, which keeps `code` alive as its self."""
    definition = MethodDef(name.encode(), code.addresses[symbol], METH_FASTCALL, None)
    code.kept.append(definition)
    make = ctypes.pythonapi.PyCFunction_NewEx
    make.restype, make.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.py_object, ctypes.c_void_p]
    return make(ctypes.addressof(definition), code, None)
