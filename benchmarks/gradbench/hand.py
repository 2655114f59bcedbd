"""Hand tracking: how far points that were seen lie from a hand whose joints are bent by 26 numbers."""

import numpy as np


def about_three_axes(angles):
    """The product of rotations about the axes z, y and x; the angles come as x, z, y."""
    tx, tz, ty = angles
    about_x, about_y, about_z = np.eye(3), np.eye(3), np.eye(3)
    about_x[1, 1] = about_x[2, 2] = np.cos(tx)
    about_x[2, 1], about_x[1, 2] = np.sin(tx), -np.sin(tx)
    about_y[0, 0] = about_y[2, 2] = np.cos(ty)
    about_y[0, 2], about_y[2, 0] = np.sin(ty), -np.sin(ty)
    about_z[0, 0] = about_z[1, 1] = np.cos(tz)
    about_z[1, 0], about_z[0, 1] = np.sin(tz), -np.sin(tz)
    return about_z @ about_y @ about_x


def about_axis(rotation):
    """The rotation about the axis `rotation` by its length."""
    norm = np.sqrt(np.sum(rotation**2))
    if norm < 1e-4:
        return np.eye(3)
    x, y, z = rotation / norm
    s, c = np.sin(norm), np.cos(norm)
    return np.array(
        [
            [x * x + (1 - x * x) * c, x * y * (1 - c) - z * s, x * z * (1 - c) + y * s],
            [x * y * (1 - c) + z * s, y * y + (1 - y * y) * c, y * z * (1 - c) - x * s],
            [x * z * (1 - c) - y * s, z * y * (1 - c) + x * s, z * z + (1 - z * z) * c],
        ]
    )


def bent(theta, bones):
    """The angles of each bone, below the rotation, scale and place of the whole hand."""
    pose = np.zeros((bones + 3, 3))
    pose[0], pose[1], pose[2] = theta[0:3], np.ones(3), theta[3:6]
    at, k = 6, 5
    for _ in range(5):
        for joint in range(2, 5):
            pose[k, 0] = theta[at]
            at += 1
            if joint == 2:
                pose[k, 1] = theta[at]
                at += 1
            k += 1
        k += 1
    return pose


def vertices(theta, parents, relatives, inverses, base, weights):
    """The vertices of the skin, (vertices, 3): each is drawn along by the bones that it hangs on."""
    bones = len(parents)
    pose = bent(theta, bones)
    absolutes = np.zeros((bones, 4, 4))
    for i in range(bones):
        turn = np.eye(4)
        turn[:3, :3] = about_three_axes(pose[i + 3])
        relative = relatives[i] @ turn
        absolutes[i] = relative if parents[i] == -1 else absolutes[parents[i]] @ relative
    positions = np.zeros((len(base), 3))
    for i in range(bones):
        moved = base @ (absolutes[i] @ inverses[i]).T
        positions += moved[:, :3] * weights[:, i : i + 1]
    return positions @ (about_axis(pose[0]) * pose[1]).T + pose[2]


def simple(theta, parents, relatives, inverses, base, weights, points, correspondences):
    """Every point belongs to a vertex."""
    return points - vertices(theta, parents, relatives, inverses, base, weights)[correspondences]


def complicated(theta, us, parents, relatives, inverses, base, weights, points, correspondences, triangles):
    """Every point belongs to a place inside a triangle, at `us` (points, 2)."""
    where = vertices(theta, parents, relatives, inverses, base, weights)
    a, b, c = triangles[correspondences].T
    u, v = us[:, :1], us[:, 1:]
    return points - (u * where[a] + v * where[b] + (1.0 - u - v) * where[c])


def moved_together(theta, shift, us, *model):
    """`complicated` with all of `us` moved alike: each row knows its own, so two directions tell all there is to know."""
    return complicated(theta, us + shift, *model)
