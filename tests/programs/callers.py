"""What belongs to the caller and is changed: lists, dicts and sets among the arguments and around the function."""

import math

import numpy as np

from .registry import at, program

FEW = [1.0, 2.0]
MANY = [0.5 * k for k in range(20)]


class Log:
    def __init__(self):
        self.losses = []
        self.count = 0

    def note(self, loss):
        self.losses.append(loss)
        self.count += 1


@program(at(1.5, []), at(1.5, FEW), at(1.5, MANY), order=2)
def appended(x, out):
    out.append(x * x)
    return sum(out) * x


@program(at(1.5, [], 3), at(1.5, FEW, 0), at(1.5, MANY, 4), order=2)
def history_of_a_loop(x, out, n):
    v = x
    for k in range(n):
        v = v * math.cos(v)
        out.append(v)
    return v + len(out) * x


@program(at(FEW, 1.5, 4), at(MANY, 1.5, 2), at(MANY, 1.5, 0), wrt=(0, 1), order=2)
def grows_by_what_it_holds(out, x, n):
    for _ in range(n):
        out.append(out[-1] * x)
    return out[-1] * out[0]


@program(at(FEW, 1.5), at(MANY, 1.5), wrt=(0, 1), order=2)
def every_way_to_change_a_list(out, x):
    out[0] = out[1] * x
    out[-1] += x
    out.insert(1, x * x)
    out.extend([x, 2.0])
    out.reverse()
    del out[1]
    last = out.pop()
    out += [last * x]
    return sum(v * v for v in out)


@program(at(1.5, [3.0, 1.0, 2.0]), at(1.5, MANY), order=2)
def sorted_and_cleared(x, out):
    out.sort(reverse=True)
    largest = out[0]
    out.clear()
    out.append(largest * x)
    return out[0] * x


@program(at(1.5, {"a": 1.0, "hist": []}), at(1.5, {"a": 1.0, "hist": MANY}), order=2)
def dict_and_list_in_it(x, table):
    table["a"] = x * table["a"]
    table["new"] = 2.0 * x
    table["hist"].append(x)
    return table["a"] * table["new"] + sum(table["hist"])


@program(at(1.5, [[1.0, 2.0], [3.0]]), order=2)
def lists_in_a_list(x, rows):
    rows[0][1] = x
    rows[1].append(x * x)
    return rows[0][1] * rows[1][-1] + rows[0][0]


def add(x, out):
    out.append(x)
    return x * len(out)


@program(at(1.5, []), at(1.5, MANY), order=2)
def changed_in_a_function(x, out):
    note = out.append
    note(3.0 * x)
    return add(x, out) + add(2.0 * x, out) * out[0]


@program(at(1.5, FEW), at(1.5, MANY), at(0.5, MANY), order=2)
def on_one_path(x, out):
    if x > 1.0:
        out.append(x)
    return out[-1] * x


@program(at(1.5, FEW), at(1.5, MANY))
def returned_as_it_is(x, out):
    out.append(x)
    return out


@program(at(1.5, [], np.array([1.0, 2.0])))
def an_array_put_into_it(x, out, a):
    out.append(a)
    a[0] = x
    return np.sum(out[0]) * x


@program(at(1.5, FEW), at(1.5, MANY))
def taken_off(x, out):
    while out and out[-1] > 1.2:
        x += out.pop()
    return x * x


@program(at(1.5, FEW, raises=ValueError), at(1.5, MANY, raises=ValueError), refused_derivative=None)
def error_before_anything_is_changed(x, out):
    if x > 1.0:
        raise ValueError("too large")
    out.append(x)
    return x
