"""`scipy.spatial.transform.Rotation`: rotations in space, kept as unit quaternions (x, y, z, w)."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from scipy.spatial import transform

from ...intrinsics import refuse
from ...registry import computed, stands_for


@stands_for(transform.Rotation)
class Rotation:
    """One rotation, or several in a row."""

    fixed = ("_single",)

    def __init__(self, quat: Any, normalize: bool = True, copy: bool = True, scalar_first: bool = False) -> None:
        q = np.asarray(quat, dtype=np.float64) * 1.0
        of_one_axis(q, 1)
        if q.ndim not in (1, 2) or q.shape[-1] != 4:
            raise ValueError("Expected `quat` to have shape (..., 4)")
        if scalar_first:
            q = np.concatenate((q[..., 1:], q[..., :1]), axis=-1)
        if normalize:
            length = np.sqrt(np.sum(q * q, axis=-1, keepdims=True))
            if np.any(length == 0):
                raise ValueError("Found zero norm quaternions in `quat`.")
            q = q / length
        self._single = q.ndim == 1
        self._quat = q[None] if q.ndim == 1 else q

    @staticmethod
    def leaves_as(kind: Any, held: dict[str, Any]) -> Any:
        """SciPy's object. (CPython runs this.)"""
        return kind.from_quat(held["_quat"][0] if held["_single"] else held["_quat"])

    def __getattr__(self, name: str) -> Any:
        if name == "_quat":
            refuse("a Rotation from outside is not supported with this version of SciPy", "make it inside the function, or update SciPy")
        raise AttributeError(f"'Rotation' object has no attribute '{name}'")

    @property
    def single(self) -> bool:
        """Whether it is one rotation."""
        return self._single

    def __len__(self) -> Any:
        if self._single:
            raise TypeError("Single rotation has no len().")
        return self._quat.shape[0]

    def __getitem__(self, indexer: Any) -> Any:
        if self._single:
            raise TypeError("Single rotation is not subscriptable.")
        return Rotation(self._quat[indexer], normalize=False)

    def one(self, x: Any) -> Any:
        """What belongs to each rotation; of one rotation alone."""
        return x[0] if self._single else x

    def as_quat(self, canonical: bool = False, *, scalar_first: bool = False) -> Any:
        """The quaternions."""
        q = canonic(self._quat) if canonical else self._quat
        return self.one(np.concatenate((q[:, 3:], q[:, :3]), axis=1) if scalar_first else q * 1.0)

    def as_matrix(self) -> Any:
        """The matrices."""
        return self.one(matrices(self._quat))

    def as_rotvec(self, degrees: bool = False) -> Any:
        """The axes, as long as the angles."""
        q = canonic(self._quat)
        xyz, w = q[:, :3], q[:, 3:]
        s2 = np.sum(xyz * xyz, axis=1, keepdims=True)
        s = np.sqrt(np.where(s2 < SMALL, 1.0, s2))
        near = 2.0 + s2 / 3.0 + s2**2 * (3.0 / 20.0) + s2**3 * (5.0 / 56.0)
        vector = xyz * np.where(s2 < SMALL, near, 2.0 * np.arctan2(s, w) / s)
        return self.one(np.rad2deg(vector) if degrees else vector)

    def as_euler(self, seq: str, degrees: bool = False, *, suppress_warnings: bool = False) -> Any:
        """Angles of rotations about three axes. Bernardes & Viollet, Quaternion to Euler angles conversion: a direct, general and
        computationally efficient method, PLoS ONE 17 (2022)."""
        i, j, k, symmetric, sign, extrinsic = plan_of_angles(seq)
        q = self._quat
        w, x, y, z = q[:, 3], q[:, i], q[:, j], q[:, k] * sign
        a, b, c, d = (w, x, y, z) if symmetric else (w - y, x + z, y + w, z - x)
        middle = 2.0 * np.arctan2(np.hypot(c, d), np.hypot(a, b))
        if np.any((middle < 1e-7) | (np.abs(middle - np.pi) < 1e-7)):
            refuse("Euler angles where the first and the last axis are parallel have no derivative", "use other axes, or as_rotvec")
        half_sum, half_difference = np.arctan2(b, a), np.arctan2(d, c)
        first, last = half_sum - half_difference, half_sum + half_difference
        if not extrinsic:
            first, last = last, first
        if not symmetric:
            middle = middle - np.pi / 2.0
            if extrinsic:
                last = last * sign
            else:
                first = first * sign
        angles = np.stack([wrapped(first), middle, wrapped(last)], axis=1)
        return self.one(np.rad2deg(angles) if degrees else angles)

    def apply(self, vectors: Any, inverse: bool = False) -> Any:
        """The vectors, turned."""
        v = np.asarray(vectors, dtype=np.float64) * 1.0
        if v.ndim not in (1, 2) or v.shape[-1] != 3:
            raise ValueError("Expected input of shape (..., 3)")
        m = matrices(self._quat)
        if self._single:
            return v @ (m[0] if inverse else m[0].T)
        turned = np.swapaxes(m, 1, 2) if inverse else m
        rows = v[None] if v.ndim == 1 else v
        if rows.shape[0] != 1 and m.shape[0] != 1 and rows.shape[0] != m.shape[0]:
            raise ValueError("Expected equal numbers of rotations and vectors, or a single rotation, or a single vector")
        return (turned @ rows[:, :, None])[:, :, 0]

    def __mul__(self, other: Any) -> Any:
        if not isinstance(other, transform.Rotation):
            return NotImplemented
        product = multiplied(self._quat, other._quat)
        return Rotation(product[0] if self._single and other._single else product, normalize=False)

    def __pow__(self, n: Any, modulus: Any = None) -> Any:
        if modulus is not None:
            raise NotImplementedError("modulus not supported")
        if n == -1:
            return self.inv()
        return Rotation.from_rotvec(n * self.as_rotvec())

    def inv(self) -> Any:
        """The rotations back."""
        q = self._quat * np.array([-1.0, -1.0, -1.0, 1.0])
        return Rotation(self.one(q), normalize=False)

    def magnitude(self) -> Any:
        """The angles."""
        s, w = np.linalg.norm(self._quat[:, :3], axis=1), np.abs(self._quat[:, 3])
        return self.one(2.0 * np.arctan2(s, w))

    def mean(self, weights: Any = None, axis: Any = None) -> Any:
        """The rotation whose matrix is the nearest to theirs: the longest axis of their quaternions."""
        q = self._quat
        w = np.ones(q.shape[0]) if weights is None else np.asarray(weights, dtype=np.float64) * 1.0
        if np.any(w < 0):
            raise ValueError("`weights` must be non-negative.")
        if w.shape != q.shape[:1]:
            raise ValueError("Expected `weights` to have number of values equal to number of rotations")
        return Rotation(np.linalg.eigh((w * q.T) @ q)[1][:, -1], normalize=False)

    def as_mrp(self) -> Any:
        """The axes, as long as the tangents of quarters of the angles."""
        q = canonic(self._quat)
        return self.one(q[:, :3] / (1.0 + q[:, 3:]))

    @staticmethod
    def from_mrp(mrp: Any) -> Any:
        """Of axes that are as long as the tangents of quarters of the angles."""
        v = np.asarray(mrp, dtype=np.float64) * 1.0
        if v.ndim not in (1, 2) or v.shape[-1] != 3:
            raise ValueError("Expected `mrp` to have shape (..., 3)")
        size = np.sum(v * v, axis=-1, keepdims=True) + 1.0
        return Rotation(np.concatenate((2.0 * v, 2.0 - size), axis=-1) / size, normalize=False)

    @staticmethod
    def align_vectors(a: Any, b: Any, weights: Any = None, return_sensitivity: bool = False) -> Any:
        """The rotation that brings `b` nearest to `a`, and how far they are apart then. Kabsch, A discussion of the solution for the best
        rotation to relate two sets of vectors, Acta Crystallographica A34 (1978)."""
        if return_sensitivity:
            refuse("the option 'return_sensitivity' of Rotation.align_vectors is not supported", "leave it out")
        to, given = np.asarray(a, dtype=np.float64) * 1.0, np.asarray(b, dtype=np.float64) * 1.0
        if to.shape != given.shape:
            raise ValueError("Expected inputs `a` and `b` to have same shapes")
        w = np.ones(to.shape[0]) if weights is None else np.asarray(weights, dtype=np.float64) * 1.0
        if to.ndim != 2 or np.any(np.isinf(w)):
            refuse("Rotation.align_vectors of one vector, or with an infinite weight, is not supported", "pass several vectors")
        if np.any(w < 0):
            raise ValueError("`weights` may not contain negative values")
        u, s, vh = np.linalg.svd((w[:, None] * to).T @ given)
        side = np.where(np.linalg.det(u @ vh) < 0, -1.0, 1.0)
        turn = (u * np.stack((1.0, 1.0, side))) @ vh
        apart = np.sum(w * np.sum(to * to + given * given, axis=1)) - 2.0 * (s[0] + s[1] + side * s[2])
        return Rotation.from_matrix(turn), np.sqrt(np.maximum(apart, 0.0))

    @staticmethod
    def from_quat(quat: Any, *, scalar_first: bool = False) -> Any:
        """Of quaternions."""
        return Rotation(quat, scalar_first=scalar_first)

    @staticmethod
    def from_rotvec(rotvec: Any, degrees: bool = False) -> Any:
        """Of axes that are as long as the angles."""
        v = np.asarray(rotvec, dtype=np.float64) * 1.0
        of_one_axis(v, 1)
        if v.ndim not in (1, 2) or v.shape[-1] != 3:
            raise ValueError("Expected `rot_vec` to have shape (..., 3)")
        v = np.deg2rad(v) if degrees else v
        s2 = np.sum(v * v, axis=-1, keepdims=True)
        small = s2 < SMALL
        angle = np.sqrt(np.where(small, 1.0, s2))
        near = 0.5 - s2 / 48.0 + s2**2 / 3840.0 - s2**3 / 645120.0
        w = np.where(small, 1.0 - s2 / 8.0 + s2**2 / 384.0 - s2**3 / 46080.0, np.cos(angle / 2.0))
        return Rotation(np.concatenate((v * np.where(small, near, np.sin(angle / 2.0) / angle), w), axis=-1), normalize=False)

    @staticmethod
    def from_euler(seq: str, angles: Any, degrees: bool = False) -> Any:
        """Of angles about axes, one after another."""
        axes, intrinsic = axes_of_angles(seq)
        given = np.asarray(angles, dtype=np.float64) * 1.0
        given = np.deg2rad(given) if degrees else given
        single = given.ndim == 0 or (given.ndim == 1 and len(axes) > 1)
        rows = np.reshape(given, (1 if single else given.shape[0], -1))
        if rows.shape[1] != len(axes):
            raise ValueError("Expected `angles` to have as many columns as axes are named")
        q = about(rows[:, 0], axes[0])
        for k in range(1, len(axes)):
            more = about(rows[:, k], axes[k])
            q = multiplied(q, more) if intrinsic else multiplied(more, q)
        return Rotation(q[0] if single else q, normalize=False)

    @staticmethod
    def from_matrix(matrix: Any, *, assume_valid: bool = False) -> Any:
        """Of matrices. What is not quite a rotation counts as the nearest one, which decides the derivative."""
        m = np.asarray(matrix, dtype=np.float64) * 1.0
        of_one_axis(m, 2)
        if m.ndim not in (2, 3) or m.shape[-1] != 3 or m.shape[-2] != 3:
            raise ValueError("Expected `matrix` to have shape (..., 3, 3)")
        single = m.ndim == 2
        m = m[None] if single else m
        e = m @ np.swapaxes(m, 1, 2) - np.eye(3)
        if not assume_valid:
            if np.any(np.linalg.det(m) <= 0):
                raise ValueError("Non-positive determinant (left-handed or null coordinate frame) in rotation matrix")
            if np.any(np.abs(e) > 1e-5):
                refuse("a matrix that is no rotation is not supported by Rotation.from_matrix", "pass a rotation: u @ vh of its svd")
            e2 = e @ e
            m = m - (0.5 * e - 0.375 * e2 + 0.3125 * e2 @ e) @ m
        q = quaternions(m)
        return Rotation(q[0] if single else q)

    @staticmethod
    def identity(num: Any = None, *, shape: Any = None) -> Any:
        """That turns nothing."""
        if shape is not None:
            refuse("the option 'shape' of Rotation.identity is not yet supported", "give num")
        unit = np.array([0.0, 0.0, 0.0, 1.0])
        return Rotation(unit if num is None else np.tile(unit, (num, 1)), normalize=False)

    @staticmethod
    def concatenate(rotations: Any) -> Any:
        """Rotations in a row."""
        return Rotation(np.concatenate([r._quat for r in rotations]), normalize=False)


for _name in ("from_quat", "from_rotvec", "from_euler", "from_matrix", "from_mrp", "align_vectors", "identity", "concatenate"):
    stands_for(getattr(transform.Rotation, _name))(getattr(Rotation, _name))

SEVERAL_AXES = hasattr(transform.Rotation, "shape")
"""Whether SciPy has rotations along more than one axis."""


def of_one_axis(x: Any, own: int) -> None:
    """Refuse numbers of rotations along more than one axis, where SciPy has such."""
    if SEVERAL_AXES and x.ndim > own + 1:
        refuse("rotations along more than one axis are not supported", "put them in a row: .reshape")


SMALL = 1e-4
"""The square of an angle below which series are exact to the last digit."""


def canonic(q: Any) -> Any:
    """The quaternions of the same rotations whose w is not negative."""
    return np.where(q[:, 3:] < 0.0, -q, q)


def multiplied(p: Any, q: Any) -> Any:
    """The products of quaternions: q first, then p."""
    a, b, s, t = p[:, :3], q[:, :3], p[:, 3:], q[:, 3:]
    return np.concatenate((s * b + t * a + np.cross(a, b), s * t - np.sum(a * b, axis=1, keepdims=True)), axis=1)


def about(angle: Any, axis: int) -> Any:
    """The quaternions of rotations about one axis."""
    sine, cosine = np.sin(angle / 2.0), np.cos(angle / 2.0)
    none = np.zeros_like(sine)
    return np.stack([sine if k == axis else none for k in (0, 1, 2)] + [cosine], axis=1)


def matrices(q: Any) -> Any:
    """The matrices of quaternions."""
    x, y, z, w = q[:, 0], q[:, 1], q[:, 2], q[:, 3]
    xx, yy, zz, ww = x * x, y * y, z * z, w * w
    rows = [
        np.stack([xx - yy - zz + ww, 2.0 * (x * y - z * w), 2.0 * (x * z + y * w)], axis=1),
        np.stack([2.0 * (x * y + z * w), -xx + yy - zz + ww, 2.0 * (y * z - x * w)], axis=1),
        np.stack([2.0 * (x * z - y * w), 2.0 * (y * z + x * w), -xx - yy + zz + ww], axis=1),
    ]
    return np.stack(rows, axis=1)


def quaternions(m: Any) -> Any:
    """Quaternions of rotation matrices, not yet of length 1: by the largest of the diagonal and the trace, as Shepperd does, Quaternion
    from rotation matrix, Journal of Guidance and Control 1 (1978)."""
    trace = m[:, 0, 0] + m[:, 1, 1] + m[:, 2, 2]
    p, q, r = m[:, 2, 1] - m[:, 1, 2], m[:, 0, 2] - m[:, 2, 0], m[:, 1, 0] - m[:, 0, 1]
    s, t, u = m[:, 1, 0] + m[:, 0, 1], m[:, 2, 0] + m[:, 0, 2], m[:, 2, 1] + m[:, 1, 2]
    by_x = np.stack([1.0 - trace + 2.0 * m[:, 0, 0], s, t, p], axis=1)
    by_y = np.stack([s, 1.0 - trace + 2.0 * m[:, 1, 1], u, q], axis=1)
    by_z = np.stack([t, u, 1.0 - trace + 2.0 * m[:, 2, 2], r], axis=1)
    by_w = np.stack([p, q, r, 1.0 + trace], axis=1)
    which = np.argmax(np.stack([m[:, 0, 0], m[:, 1, 1], m[:, 2, 2], trace], axis=1), axis=1)[:, None]
    return np.where(which == 0, by_x, np.where(which == 1, by_y, np.where(which == 2, by_z, by_w)))


def wrapped(angle: Any) -> Any:
    """The angle within half a turn."""
    return np.where(angle < -np.pi, angle + 2.0 * np.pi, np.where(angle > np.pi, angle - 2.0 * np.pi, angle))


@computed("the axes of Euler angles")
def axes_of_angles(seq: str) -> tuple[tuple[int, ...], bool]:
    """The axes, and whether they turn too."""
    if not re.match(r"^([xyz]{1,3}|[XYZ]{1,3})$", seq):
        raise ValueError(f"Expected axes from `seq` to be from ['x', 'y', 'z'] or ['X', 'Y', 'Z'], got {seq}")
    if any(seq[k] == seq[k + 1] for k in range(len(seq) - 1)):
        raise ValueError(f"Expected consecutive axes to be different, got {seq}")
    return tuple("xyz".index(axis) for axis in seq.lower()), seq.isupper()


@computed("the axes of Euler angles")
def plan_of_angles(seq: str) -> tuple[int, int, int, bool, float, bool]:
    """The axes from which the angles are found, whether the first is the last, the sign of their order, and whether they stand still."""
    if len(seq) != 3:
        raise ValueError(f"Expected 3 axes, got {seq}.")
    axes, intrinsic = axes_of_angles(seq)
    i, j, k = axes[::-1] if intrinsic else axes
    symmetric = i == k
    k = 3 - i - j if symmetric else k
    return i, j, k, symmetric, float((i - j) * (j - k) * (k - i) // 2), not intrinsic
