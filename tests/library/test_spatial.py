"""Distances, neighbours and rotations are SciPy's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import spatial
from scipy.spatial import ConvexHull, Delaunay, KDTree, Voronoi, distance, procrustes
from scipy.spatial.transform import Rotation, Slerp

from .originals import agrees

U, V = np.array([0.1, 0.2, 0.7]), np.array([0.3, -0.4, 0.4])
A = np.array([[0.3, -1.2, 0.7], [1.1, 0.4, -0.6], [0.8, 1.6, -2.2], [0.1, 0.9, 0.4]])
VI = np.array([[2.0, 0.1, 0.0], [0.1, 1.0, 0.2], [0.0, 0.2, 3.0]])
TREE, TURN, TURNS = KDTree(A), Rotation.from_rotvec([0.1, -0.4, 0.8]), Rotation.from_rotvec(A)

FORMS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "lengths": (lambda u, v: (distance.euclidean(u, v), distance.sqeuclidean(u, v), distance.cityblock(u, v, [1, 2, 3])), (U, V)),
    "of integers": (lambda u: (distance.euclidean(u, u + 1), distance.cityblock(u, u + 2), distance.chebyshev(u, u * 3)), (np.arange(3),)),
    "own": (lambda a: (distance.cdist(a, a[1:] + 1, lambda u, v: np.sum(u * v)), distance.pdist(a, distance.minkowski, p=3)), (A,)),
    "apart": (lambda a, b: (procrustes(a, b), procrustes(a[:3], b[:3])[2]), (A, A[::-1] ** 2)),
    "of truth": (lambda a: (distance.cdist(a > 0, a < 0.5, "jaccard"), distance.pdist(a, "dice")), (VI,)),
    "farthest": (lambda a: distance.directed_hausdorff(a, A), (VI,)),
    "angles": (lambda u, v: (distance.cosine(u, v), distance.correlation(u, v, [1, 2, 3]), distance.mahalanobis(u, v, VI)), (U, V)),
    "others": (lambda u, v: (distance.canberra(u, v), distance.braycurtis(u, v), distance.jensenshannon(u, v * v)), (U, V)),
    "scaled": (lambda u, v: (distance.seuclidean(u, v, [1, 2, 3]), distance.minkowski(u, v, 3)), (U, V)),
    "distances": (
        lambda a, b: (spatial.distance_matrix(a, b), spatial.minkowski_distance(a, b[0], 3), spatial.distance_matrix(a, b, 1)),
        (A, VI),
    ),
    "cdist": (lambda a, b: (distance.cdist(a, b), distance.cdist(a, b, "cosine"), distance.cdist(a, b, "minkowski", p=3)), (A, VI)),
    "pdist": (lambda a: (distance.pdist(a), distance.squareform(distance.pdist(a, "cheb")), distance.squareform(a[0, 0])), (A,)),
    "of one": (lambda a: distance.squareform(distance.pdist(a[:1])), (A,)),
    "tree": (lambda a: (TREE.query(a, k=2), KDTree(a).query(A[0] + 0.1)), (VI,)),
    "near": (lambda a: (a[KDTree(a).query_ball_point(A[0], 2.0)], pairs(TREE, a)), (VI,)),
    "hull": (lambda a: sizes(ConvexHull(a)), (A,)),
    "flat hull": (lambda a: a[ConvexHull(a).vertices] @ ConvexHull(a).equations[:2, :2], (A[:, 1:],)),
    "triangles": (lambda a: (Delaunay(a).transform, Delaunay(a).find_simplex([[0.5, 0.5], [5.0, 5.0]]), Voronoi(a).vertices), (A[:, 1:],)),
    "slerp": (lambda u: (slerp(u)([0.2, u[0], 2.0]).as_rotvec(), slerp(u)(1.5).as_quat()), (U,)),
    "euler": (lambda u: (Rotation.from_euler("xyz", u).as_quat(), Rotation.from_euler("ZX", u[:2], degrees=True).as_rotvec()), (U,)),
    "as euler": (lambda u: (Rotation.from_rotvec(u).as_euler("ZXZ"), Rotation.from_rotvec(u).as_euler("zyx", degrees=True)), (U,)),
    "vectors": (lambda u, v: (TURN.apply(u), Rotation.from_rotvec(u).apply(v, inverse=True), TURNS.apply(u), TURNS[1].apply(v)), (U, V)),
    "products": (lambda u: ((Rotation.from_rotvec(u) * TURN).as_matrix(), (Rotation.from_quat([*u, 0.5]).inv() ** 2.5).magnitude()), (U,)),
    "mean": (lambda u: (Rotation.from_rotvec(u).mean([1, 2, 3, 4]).as_mrp(), Rotation.from_mrp(u).as_matrix()), (A,)),
    "aligned": (lambda u: (Rotation.align_vectors(u, A[::-1])[0].as_rotvec(), Rotation.align_vectors(u, A[::-1])[1]), (A,)),
    "matrix": (lambda u: Rotation.from_matrix(Rotation.from_rotvec(u).as_matrix()).as_rotvec(), (A * 1.5,)),
}  # fmt: skip


def pairs(tree: Any, a: Any) -> Any:
    return (
        tree.count_neighbors(KDTree(a), 2.0),
        tree.query_ball_point(a, 2.0, return_length=True),
        KDTree(a).query_pairs(2.0, output_type="ndarray"),
    )


def sizes(hull: Any) -> Any:
    return hull.volume, hull.area


def slerp(u: Any) -> Any:
    return Slerp([0, 1, 2], Rotation.from_rotvec([[0.0, 0.1, 0.2], u, u * 2.0]))


@pytest.mark.part(2)
@pytest.mark.parametrize("name", FORMS)
def test_it_is_scipy_s(name: str) -> None:
    if name in ("vectors", "products") and not hasattr(TURN, "_quat"):
        pytest.skip("this SciPy does not show the numbers of a Rotation that comes from outside")
    f, args = FORMS[name]
    agrees(f, *args, order=0 if name == "of integers" else 1)


def test_single_precision_is_measured_in_double() -> None:
    def measured(a: Any, u: Any) -> Any:
        turn = Rotation.from_euler("xyz", u) * Rotation.from_mrp(u)
        far = distance.pdist(a), distance.cdist(a, a, "cosine"), distance.canberra(a[0], a[1]), distance.braycurtis(a[0], a[1])
        return KDTree(a).query(u, k=2), far, turn.apply(u), Rotation.from_rotvec(a).as_quat(), Rotation.from_matrix(a[:3]).magnitude()

    agrees(measured, A.astype(np.float32), U.astype(np.float32), order=0)


def test_no_rotation_has_derivatives() -> None:
    agrees(lambda u: (Rotation.from_rotvec(u).as_matrix(), Rotation.from_rotvec(u).as_rotvec()), np.zeros(3), order=1)


@pytest.mark.parametrize(
    "f",
    [
        lambda a: distance.cdist(a, a[:, :2]),
        lambda a: distance.pdist(a, "other"),
        lambda a: distance.euclidean(a, a),
        lambda a: slerp(a[0])([0.5, 2.5]).as_quat(),
        lambda a: ConvexHull(a[:3] * 0.0).volume,
        lambda a: distance.squareform(a[:, :2]),
        lambda a: Rotation.from_euler("xx", a[:, :2]),
        lambda a: len(Rotation.from_rotvec(a[0])),
    ],
)
def test_errors(f: Callable[..., Any]) -> None:
    agrees(f, A, order=0)


@pytest.mark.parametrize("name", ["jaccard", "dice", "rogerstanimoto", "russellrao", "sokalsneath", "yule"])
def test_distances_of_truth_values(name: str) -> None:
    measure = getattr(distance, name)
    u, v, w = np.array([0.1, 0.5, 0.9, 1.0]), np.array([1.0, 0.25, 0.4, 0.3]), np.array([1.0, 2.0, 0.5, 0.2])
    agrees(lambda u, v, w: (measure(u, v), measure(u, v, w)), u, v, w, order=1)
    agrees(lambda u, v, w: (measure(u, v), measure(u, v, w)), u > 0.3, v > 0.3, w, order=0)
