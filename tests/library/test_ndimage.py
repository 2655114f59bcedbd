"""Filters of images, and images between their elements, are SciPy's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from .originals import agrees, agrees_backwards

X = np.array([0.3, -1.2, 0.7, 1.9, -0.4])
A = np.array([[0.3, -1.2, 0.7, 2.1], [1.1, 0.4, -0.6, -0.9], [0.8, 1.6, -2.2, 0.5]])
W = np.array([[0.5, -0.3], [0.9, 0.2], [0.1, 0.4]])
PLACES = np.array([[0.3, 1.7, 3.2], [0.4, 2.5, 4.1]])
LABELS = np.array([[0, 1, 1, 2], [0, 1, 2, 2], [0, 0, 0, 1]])

SMOOTH: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "gaussian": (lambda x, s: ndimage.gaussian_filter1d(x, s), (X, 0.6)),
    "convolve": (lambda x, w: (ndimage.convolve(x, w), ndimage.correlate1d(x, w[:2], mode="constant", cval=1.0)), (X, X[:4])),
    "median": (lambda x: (ndimage.median_filter(x, 3), ndimage.maximum_filter(x, 2)), (X,)),
    "lines": (lambda a, c: ndimage.map_coordinates(a, c, order=1), (A, PLACES)),
    "splines": (lambda x: (ndimage.shift(x, 0.7), ndimage.zoom(x, 0.5, mode="mirror")), (X,)),
    "own": (lambda x: ndimage.generic_filter(x, lambda p, c: p[0] * c - np.max(p), 3, extra_arguments=(2.0,)), (X,)),
    "ends": (lambda a: (ndimage.maximum(a, LABELS, [1, 2]), ndimage.minimum(a, LABELS, 1), ndimage.median(a, LABELS)), (A,)),
    "sums": (lambda a: (ndimage.sum_labels(a, LABELS, [1, 2]), ndimage.mean(a, LABELS), ndimage.laplace(a)), (A,)),
    "spreads": (lambda a: (ndimage.variance(a, LABELS, [1, 2]), ndimage.standard_deviation(a)), (A,)),
    "centres": (lambda a: ndimage.center_of_mass(a, LABELS, [1, 2]), (A,)),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_it_is_scipy_s(name: str) -> None:
    f, args = SMOOTH[name]
    agrees(f, *args, order=1)


def test_turned() -> None:
    agrees_backwards(lambda x: ndimage.shift(x, 0.7, order=2), X)
    agrees_backwards(lambda x, angle: ndimage.rotate(x, angle, reshape=False, order=1), A[:2], np.array(25.0))
    agrees(lambda x: (ndimage.affine_transform(x, [1.1, 0.9], 0.3), ndimage.rotate(x, 130.0, mode="nearest", order=1)), A[:2], order=0)


VALUES: dict[str, Callable[..., Any]] = {
    "gaussian": lambda a: (ndimage.gaussian_filter(a, [1, 0.5], mode="nearest"), ndimage.gaussian_filter(a, 0.7, order=1)),
    "orders": lambda a: tuple(ndimage.gaussian_filter1d(a, 0.8, order=n, mode="wrap") for n in (2, 3)),
    "convolve": lambda a: (ndimage.convolve(a, W), ndimage.correlate(a, W, mode="mirror"), ndimage.convolve1d(a, [1, 2, 3, 4], axis=0)),
    "uniform": lambda a: (ndimage.uniform_filter(a, 3), ndimage.uniform_filter1d(a, 2, origin=-1)),
    "edges": lambda a: (ndimage.sobel(a), ndimage.prewitt(a, axis=0), ndimage.laplace(a), ndimage.gaussian_laplace(a, 1.0)),
    "ranks": lambda a: (ndimage.median_filter(a, 2), ndimage.minimum_filter(a, size=(3, 1)), ndimage.percentile_filter(a, 30, 3)),
    "footprint": lambda a: ndimage.maximum_filter(a, footprint=np.array([[0, 1, 0], [1, 1, 1]])),
    "places": lambda a: (ndimage.map_coordinates(a, PLACES), ndimage.map_coordinates(a, PLACES, order=0, mode="nearest")),
    "reflected": lambda a: (ndimage.map_coordinates(a, PLACES - 2.0, mode="reflect"), ndimage.shift(a, (0.3, -1.2), mode="wrap")),
    "repeated": lambda a: ndimage.map_coordinates(a, PLACES - 2.0, mode="nearest"),
    "ranked": lambda a: (ndimage.rank_filter(a, -2, size=(2, 3)), ndimage.spline_filter(a)),
    "morphology": lambda a: (ndimage.grey_closing(a, (2, 3)), ndimage.grey_dilation(a, structure=W), ndimage.white_tophat(a, 3)),
    "gradients": lambda a: (ndimage.morphological_gradient(a, 3), ndimage.morphological_laplace(a, 3), ndimage.grey_opening(a, 2)),
    "mapped": lambda a: ndimage.geometric_transform(a, lambda place: (place[0] - 0.5, place[1] * 0.9), order=1),
    "splines": lambda a: (ndimage.zoom(a, 2, order=2), ndimage.map_coordinates(a, PLACES, order=4, mode="reflect")),
    "more splines": lambda a: (ndimage.shift(a, 0.3, order=5, mode="nearest"), ndimage.spline_filter1d(a, 5, axis=0, mode="reflect")),
    "frequencies": lambda a: (
        ndimage.fourier_shift(np.fft.rfft2(a), [0.3, -1.2], n=4),
        ndimage.fourier_uniform(np.fft.fft2(a), 2),
        ndimage.fourier_gaussian(a, 0.5),
    ),
    "moved": lambda a: (ndimage.shift(a, (1.5, 0.3), order=1), ndimage.zoom(a, (2, 1.5))),
}


@pytest.mark.part(2)
@pytest.mark.parametrize("name", VALUES)
def test_values(name: str) -> None:
    agrees(VALUES[name], A, order=0)


def test_integers_are_cut_off() -> None:
    agrees(
        lambda a: (ndimage.uniform_filter(a, 3), ndimage.convolve(a, [1, 2, 1]), ndimage.median_filter(a, 3)),
        np.array([3, 1, 9, 4, 7]),
        order=0,
    )


def test_integers_are_cut_off_after_each_axis_and_summed_as_integers() -> None:
    agrees(
        lambda a: (ndimage.gaussian_filter(a, 1.0), ndimage.gaussian_gradient_magnitude(a, 1.0), ndimage.sum_labels(a, a > 9, 1)),
        np.arange(30).reshape(5, 6) * 2,
        order=0,
    )


@pytest.mark.parametrize("kind", [np.int64, np.uint8])
def test_integers_between_elements_are_rounded(kind: Any) -> None:
    agrees(
        lambda a: (
            ndimage.map_coordinates(a, [[0.5, 1.5, 2.5, 3.5]], order=1),
            ndimage.shift(a, 0.5, order=1),
            ndimage.zoom(a, 2, order=1),
        ),
        np.array([-3, -2, -1, 0, 1, 2]).astype(kind),
        order=0,
    )


@pytest.mark.parametrize(
    "f", [lambda a: ndimage.convolve(a, W), lambda a: ndimage.convolve1d(a, [1, 2], origin=3), lambda a: ndimage.sobel(a, mode="other")]
)
def test_errors(f: Callable[..., Any]) -> None:
    agrees(f, X, order=0)
