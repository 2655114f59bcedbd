"""Bundle adjustment: how far the points lie from where the cameras see them."""

import numpy as np


def cross(a, b):
    return np.array([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])


def rotated(rotation, x):
    """Rodrigues' formula: the direction of `rotation` is the axis, its length the angle."""
    square = np.dot(rotation, rotation)
    if square != 0.0:
        angle = np.sqrt(square)
        axis = rotation / angle
        return x * np.cos(angle) + cross(axis, x) * np.sin(angle) + axis * (np.dot(axis, x) * (1.0 - np.cos(angle)))
    return x + cross(rotation, x)


def projected(camera, x):
    """Three numbers of rotation, three of the centre, the focal length, two of the principal point, two of distortion."""
    seen = rotated(camera[0:3], x - camera[3:6])
    flat = seen[0:2] / seen[2]
    square = np.dot(flat, flat)
    return flat * (1.0 + camera[9] * square + camera[10] * square * square) * camera[6] + camera[7:9]


def reprojection(camera, x, weight, feature):
    return weight * (projected(camera, x) - feature)


def bundle(cameras, points, weights, which, features):
    errors, others = np.zeros((len(weights), 2)), np.zeros(len(weights))
    for i in range(len(weights)):
        errors[i] = reprojection(cameras[which[i, 0]], points[which[i, 1]], weights[i], features[i])
        others[i] = 1.0 - weights[i] ** 2
    return errors, others
