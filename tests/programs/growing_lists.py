"""Lists that grow, start anew on a path, hold others that grow too, and go by two names."""

import numpy as np

from .registry import at, program

X = np.array([1.0, 2.0, -1.0, -3.0, 2.0, 0.5, -0.2])


@program(at(X), at(-X), at(X[:1]), order=2)
def runs_of_one_sign(v):
    runs, run = [], [v[0]]
    for i in range(1, len(v)):
        if (v[i] > 0) == (v[i - 1] > 0):
            run.append(v[i])
        else:
            runs.append(run)
            run = [v[i]]
    runs.append(run)
    return sum(max(r) ** 2 * len(r) for r in runs)


@program(at(X), at(-X), order=2)
def longest_run(v):
    best, current = [], []
    for a in v:
        if a > 0:
            current.append(a)
        else:
            if len(current) > len(best):
                best = current[:]
            current = []
    return sum(best) ** 2


# What is appended under one name is seen under the other.
@program(at(X), at(-X), order=2)
def one_list_by_two_names(v):
    kept, current = [], [0]
    for a in v:
        if a > 1:
            kept = current
        if a < 0:
            current = []
        current.append(a * a)
    kept.append(v[0])
    return sum(kept) * 10.0 + sum(current) ** 2


# A list of integers stays one beside a list that began with one and gets floats.
@program(at(X), order=2)
def places_of_peaks(v):
    places, heights, steps = [], [0], [0]
    for i in range(1, len(v)):
        if v[i] * v[i - 1] <= 0:
            places.append(steps[np.argmax(np.abs(heights))])
            heights, steps = [], []
        heights.append(v[i])
        steps.append(i)
    return np.sum(v[places] ** 3) + np.sum(np.take(v, places))


@program(at(X), order=2)
def neighbours(v):
    near = []
    for _ in range(len(v)):
        near.append([])
    for i in range(len(v) - 1):
        near[i].append(v[i + 1])
        near[i + 1].append(v[i])
    points = []
    for a in v:
        points.append([a, 2.0 * a])
    for i in range(len(points)):
        points[i][0] *= points[i][1]
        near[i].extend(points[i])
    return sum(sum(one) ** 2 for one in near)


class Collector:
    def __init__(self):
        self.now = []
        self.done = 0.0

    def put(self, a):
        if a < 0:
            self.done += sum(self.now) ** 2
            self.now = []
        self.now.append(a)


@program(at(X), at(-X), order=2)
def attribute_that_starts_anew(v):
    it = Collector()
    for a in v:
        it.put(a)
    return it.done + 10.0 * sum(it.now) ** 2


@program(at(X), at(-X), order=2)
def arrays_of_rows(v):
    path, t = [], 0.0
    for a in v:
        t += a * a
        path.append((t, [a, 2.0 * a]))
    times = np.array([[1, one[0]] for one in path])
    gram = np.array([[v[i] * v[j] for j in range(len(v))] for i in range(len(v))])
    ends = np.array([[np.array(one[1]), [one[0], 1.0]] for one in path])
    return np.sum(times[:, 1] ** 2) + np.sum(gram[0] * times[:, 0]) + np.sum(ends[1:] * ends[:-1])


# How long a list was when an item was counted from its end: it has grown since.
@program(at(X), at(-X), order=2)
def an_item_from_the_end_and_then_one_more(v):
    items = [v[0]]
    if v[0] > 0:
        items = [v[1]]
        items.append(v[2] ** 2)
    last = v[3]
    for _ in range(3):
        last = items[-1]
    items.append(v[5])
    return last * sum(items)


@program(at(X), order=2)
def items_in_turn_before_and_after_more_came(v):
    items = [a * 1.5 for a in v if a > -2.0]
    total = 0.0
    for i in range(2 * len(v)):
        total += items[i % len(items)]
    for a in v:
        items.append(a * total)
    for i in range(2 * len(v)):
        total += items[i % len(items)] * v[i % len(v)]
    return total


@program(at(X), at(-X), order=2)
def rows_counted_from_the_end(v):
    rows = [v[:2]]
    for k in range(len(v) - 2):
        if v[k] > 0:
            rows.append(v[k : k + 2])
    last = rows[0]
    for k in range(2):
        last = rows[-1 - k]
    rows.append(last * last)
    rows.append(v[1:3])
    return np.sum(rows[-2] * last)


# What was learnt of the first loop was learnt before the second one said that the list shrinks.
@program(at(X), at(-X), order=2)
def a_list_made_anew_at_each_turn_and_shortened_later(v):
    items = [v[0], v[1] * 2.0]
    for i in range(3):
        items.append(v[2])
        items = [a * v[i] for a in items]
    for _ in range(3):
        if len(items) > 3:
            items.pop()
    return sum(items)


# What was learnt of the first loop was learnt before the second one said that the list grows.
@program(at(X), at(-X), order=2)
def a_list_made_anew_in_a_loop_and_added_to_in_a_later_one(v):
    items = [v[0], v[1] * 2.0]
    for _ in range(len(v) - 4):
        items = [a * 0.9 for a in items]
    if v[2] > v[3]:
        for i in range(len(v)):
            items.append(items[-1] * v[i])
    for _ in range(2):
        if v[0] > 0:
            items = items[:] + [v[4]]
    return sum(items)


# Bounds that are known only when the function runs, of a list whose items are known.
@program(at(X, 2.4), at(-X, 0.7), at(X, -1.2), order=2)
def slices_of_a_list_at_a_place_that_is_computed(v, place):
    items = [v[0], v[1] * 2.0, v[2] ** 2, v[3]]
    k = int(place)
    later = place > 1.0
    rest = items[k:]
    rest.append(v[4])
    items[0] = 9.0
    total = sum(items[:k]) + 2.0 * sum(items[k::-1]) + sum((i + 1) * u for i, u in enumerate(rest))
    return total + np.sum(v[later:]) * len(items[-k:]) + sum(a * b for a, b in zip(items[:k], items[k:]))
