"""Arrays of other packages, which mean more than their numbers: what they are, what would be lost, and what to write instead.

NumPy makes an array of each of them without a word, and labels, units, masks and uncertainties are gone; and a method of theirs may mean
something else than NumPy's (`std` of a column of pandas divides by n - 1). So they are refused, whatever is asked of them.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

from ..errors import NotSupported


class Stranger(NamedTuple):
    """What a class of another package is: in words, what of it no array holds, and what stands behind a name to get its numbers.

    `rows` says that its numbers row by row are still right: labels are lost, but no unit, mask or uncertainty.
    """

    what: str
    lost: str
    numbers: str
    rows: bool = True


LABELS = "the labels that pandas goes by"
NAMES = "the names of its axes and its coordinates"
UNIT = "its unit"

STRANGERS = {
    "pandas.Series": Stranger("a pandas Series", LABELS, ".to_numpy()"),
    "pandas.Index": Stranger("a pandas Index", LABELS, ".to_numpy()"),
    "pandas.DataFrame": Stranger("a pandas DataFrame", LABELS, "['column'].to_numpy(), or a dict of such columns"),
    "pandas.ExtensionArray": Stranger("a pandas array", "what is missing in it", ".to_numpy(float)"),
    "xarray.DataArray": Stranger("an xarray DataArray", NAMES, ".to_numpy()"),
    "xarray.Variable": Stranger("an xarray Variable", NAMES, ".to_numpy()"),
    "xarray.Dataset": Stranger("an xarray Dataset", NAMES, "['name'].to_numpy()"),
    "polars.Series": Stranger("a Polars Series", "what is missing in it", ".to_numpy()"),
    "polars.DataFrame": Stranger("a Polars DataFrame", "the names of its columns", "['column'].to_numpy(), or a dict of such columns"),
    "polars.LazyFrame": Stranger("a Polars LazyFrame", "the names of its columns", ".collect()['column'].to_numpy()"),
    "pyarrow.Array": Stranger("an Arrow array", "what is missing in it", ".to_numpy()"),
    "pyarrow.ChunkedArray": Stranger("an Arrow array", "what is missing in it", ".to_numpy()"),
    "pyarrow.Table": Stranger("an Arrow table", "the names of its columns", "['column'].to_numpy()"),
    "pint.PlainQuantity": Stranger("a Quantity of pint", UNIT, ".to('unit').magnitude", False),
    "astropy.Quantity": Stranger("a Quantity of astropy", UNIT, ".to_value('unit')", False),
    "unyt.unyt_array": Stranger("an array of unyt", UNIT, ".to_value('unit')", False),
    "uncertainties.AffineScalarFunc": Stranger("a number with an uncertainty", "its uncertainty", ".nominal_value", False),
    "torch.Tensor": Stranger("a PyTorch tensor", "its device and the graph that it belongs to", ".detach().cpu().numpy()"),
    "tensorflow.Tensor": Stranger("a TensorFlow tensor", "its device and the graph that it belongs to", ".numpy()"),
    "cupy.ndarray": Stranger("a CuPy array", "its device", ".get()"),
    "dask.Array": Stranger("a Dask array", "that it is not computed yet", ".compute()"),
    "numpy.MaskedArray": Stranger("a MaskedArray", "its mask", ".filled(value)", False),
}
"""By the package and the name of a class, of which others may be made."""


def stranger(value: Any) -> Stranger | None:
    """What `value` is, where its class is one of the table or made of one."""
    kind: Any = type(value)
    return of_class(kind)


@functools.lru_cache(512)
def of_class(kind: Any) -> Stranger | None:
    """What instances of `kind` are."""
    for base in kind.__mro__:
        found = STRANGERS.get(f"{str(base.__module__).split('.')[0]}.{base.__name__}")
        if found is not None:
            return found
    return None


def refuse_stranger(value: Any, path: str) -> None:
    """NotSupported where `value`, which stands at `path`, means more than its numbers."""
    found = stranger(value)
    if found is not None:
        name = path.removeprefix("__main__.")
        reason = f"{name or 'the argument'} is {found.what}, and an array would not hold {found.lost}"
        raise NotSupported(
            [(None, reason, f"take its numbers, outside the function: {name if name and ' ' not in name else 'x'}{found.numbers}")]
        )
