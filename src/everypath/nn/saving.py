"""Parameters on disk: .npz, which NumPy reads, and .safetensors, which everybody does. Names are those of `names_of`.

Containers of dicts, lists and tuples come back as they were: what they are is written beside the arrays, as a line of JSON. Those of
your own classes come back where `load` is told what they are like.
"""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from everypath import InvalidArgument, tree

from .names import names_of

ABOUT = "everypath"
"""The name under which what is no array is written."""


def save(path: str | os.PathLike[str], params: Any, note: Any = None) -> None:
    """Write all numbers and arrays in containers, and `note`, anything that JSON takes, to a file ending in .npz or .safetensors.

    Raises InvalidArgument for another ending and for names that are the same with dots, ImportError where safetensors is not there.
    """
    leaves, names = tree.leaves(params), names_of(params)
    if len(set(names)) != len(names):
        raise InvalidArgument("two parameters have the same name once dots stand between its parts: rename one")
    arrays = {
        name or "it": np.ascontiguousarray(leaf) if np.ndim(leaf) else np.asarray(leaf) for name, leaf in zip(names, leaves, strict=True)
    }
    about = json.dumps({"structure": structure_of(params), "note": note})
    if kind_of(path) == "npz":
        write_npz(path, {ABOUT: np.asarray(about), **arrays})
    else:
        safetensors().save_file(arrays, os.fspath(path), metadata={ABOUT: about})


def write_npz(path: str | os.PathLike[str], arrays: dict[str, Any]) -> None:
    """What `np.savez` writes, whatever the names are: its own arguments take some of them."""
    with zipfile.ZipFile(path, "w") as file:
        for name, array in arrays.items():
            with file.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def load(path: str | os.PathLike[str], like: Any = None) -> Any:
    """What was saved. With `like`, its containers with the arrays of the file in their places.

    A file of another library gives a dict from names to arrays. Raises InvalidArgument where `like` has other names or shapes than the
    file, and where it is needed: for containers of your own classes.
    """
    arrays, about = read(path)
    if like is not None:
        return filled(like, arrays, path)
    if about is None:
        return arrays
    return rebuilt(about["structure"], arrays, "", path)


def load_note(path: str | os.PathLike[str]) -> Any:
    """The note that was saved."""
    _, about = read(path)
    return None if about is None else about["note"]


def kind_of(path: str | os.PathLike[str]) -> str:
    """npz or safetensors."""
    suffix = Path(path).suffix
    if suffix not in (".npz", ".safetensors"):
        raise InvalidArgument(f"parameters are saved in files that end in .npz or .safetensors, not {suffix or 'nothing'}")
    return suffix[1:]


def safetensors() -> Any:
    """The package, which is asked for only here."""
    try:
        import safetensors.numpy
    except ImportError as missing:
        raise ImportError("files of this kind need safetensors: pip install 'everypath[learn]', or save as .npz") from missing
    return safetensors.numpy


def read(path: str | os.PathLike[str]) -> tuple[dict[str, Any], Any]:
    """(arrays by their names, what was written beside them)."""
    if kind_of(path) == "npz":
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = arrays.pop(ABOUT, None)
        return arrays, None if about is None else json.loads(str(about))
    safetensors()
    from safetensors import safe_open

    with safe_open(os.fspath(path), framework="np") as file:
        metadata = file.metadata() or {}
        arrays = {name: file.get_tensor(name) for name in file.keys()}
    return arrays, json.loads(metadata[ABOUT]) if ABOUT in metadata else None


def structure_of(params: Any) -> Any:
    """What the containers are, in JSON; numbers stand as what type they have."""
    if type(params) is dict and all(isinstance(key, str) for key in params):
        return {"dict": {key: structure_of(value) for key, value in params.items()}}
    if type(params) in (list, tuple):
        return {type(params).__name__: [structure_of(value) for value in params]}
    if params is None or isinstance(params, str):
        return {"value": params}
    if isinstance(params, np.ndarray):
        return "array"
    if isinstance(params, np.generic):
        return "scalar"
    if type(params) in (float, int, bool, complex):
        return type(params).__name__
    return "other"


def rebuilt(structure: Any, arrays: dict[str, Any], name: str, path: Any) -> Any:
    """The containers of a structure with the arrays of a file in them."""
    if isinstance(structure, dict):
        ((kind, inside),) = structure.items()
        if kind == "value":
            return inside
        named = inside.items() if kind == "dict" else enumerate(inside)
        parts = {key: rebuilt(value, arrays, f"{name}.{key}" if name else str(key), path) for key, value in named}
        return parts if kind == "dict" else list(parts.values()) if kind == "list" else tuple(parts.values())
    if structure == "other":
        raise InvalidArgument(f"{os.fspath(path)} has containers of classes of its own: pass like=, the parameters to fill")
    return typed(structure, arrays[name or "it"])


def typed(kind: str, array: Any) -> Any:
    """A number of Python's or NumPy's, or an array."""
    return array if kind == "array" else array[()] if kind == "scalar" else array.item()


def filled(like: Any, arrays: dict[str, Any], path: Any) -> Any:
    """The containers of `like` with the arrays of a file."""
    leaves, names = tree.leaves(like), [name or "it" for name in names_of(like)]
    missing, others = sorted(set(names) - set(arrays)), sorted(set(arrays) - set(names))
    if missing or others:
        differences = [f"has no {name}" for name in missing] + [f"has {name} too" for name in others]
        raise InvalidArgument(f"{os.fspath(path)} holds other parameters: it {', it '.join(differences)}")
    for name, leaf in zip(names, leaves, strict=True):
        if np.shape(leaf) != arrays[name].shape:
            raise InvalidArgument(f"{name} has the shape {arrays[name].shape} in {os.fspath(path)}, and {np.shape(leaf)} here")
    found = iter([typed(structure_of(leaf), arrays[name]) for name, leaf in zip(names, leaves, strict=True)])
    return tree.map(lambda leaf: next(found), like)
