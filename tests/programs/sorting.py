"""sorted, list.sort, min and max with keys; the methods of lists; sequences compared."""

import bisect
import heapq

import numpy as np

from .registry import at, program

VECTOR = np.array([0.7, -1.2, 0.4, 1.9, -0.3])


def weighed(items):
    return sum((k + 1.0) * v for k, v in enumerate(items))


@program(
    at(VECTOR),
    at(VECTOR[:1]),
    at(np.array([1.0, 2.0, 1.0]), gradient=np.array([1.5, 3.0, 1.5])),
    order=2,
)
def sorted_numbers(x):
    return weighed(sorted(x))


@program(at(VECTOR), order=2)
def sorted_backwards(x):
    return weighed(sorted(x, reverse=True)) * sorted([x[0], x[1] * x[1], x[2]], reverse=True)[1]


@program(at(0.7, 1.4), at(1.4, 0.7), at(1.0, 1.0, gradient=(1.5, 1.5)), wrt=(0, 1), order=2)
def two_sorted(x, y):
    low, high = sorted((x, y))
    return low + 2.0 * high


@program(at(VECTOR), at(np.array([1.0, -1.0, 1.0]), gradient=np.array([1.0, 2.0, 3.0])), order=2)
def sorted_by_a_key(x):
    return weighed(sorted(x, key=lambda v: v * v))


@program(at(VECTOR), at(np.array([1.0, -1.0, 1.0]), gradient=np.array([1.0, 2.0, 3.0])), order=2)
def sorted_by_a_key_backwards(x):
    return weighed(sorted(x, key=abs, reverse=True))


@program(at(VECTOR), order=2)
def sorted_places(x):
    order = sorted(range(len(x)), key=lambda i: (x[i] > 0, -x[i]))
    total = 0.0
    for k, i in enumerate(order):
        total += (k + 1) * x[i] * x[i]
    return total


@program(at(VECTOR), order=2)
def sorted_pairs(x):
    total = 0.0
    for k, (v, i) in enumerate(sorted((round(v), i) for i, v in enumerate(x))):
        total += (k + 1) * v * x[i]
    best = sorted([(x[0], 1.0), (x[1], x[2]), (x[3], 2.0)], key=lambda p: p[0])
    return total + best[0][1] * 3.0 + best[2][0] * x[0]


@program(at({"b": 0.7, "a": 1.4, "c": -0.3}), order=2)
def sorted_names(d):
    total = 0.0
    for k, name in enumerate(sorted(d)):
        total += (k + 1) * d[name] ** 2
    for k, (_, v) in enumerate(sorted(d.items(), reverse=True)):
        total += (k + 1) * v**3
    return total


@program(at(VECTOR), order=2)
def sorted_in_place(x):
    items = [v * v for v in x]
    items.sort()
    known = [x[0], x[1], x[2]]
    known.sort(key=lambda v: -v)
    items.reverse()
    return weighed(items) * known[0] + known[2]


@program(at(VECTOR), at(np.zeros(0), raises=ValueError), order=2)
def smallest_by_key(x):
    far = min(x, key=lambda v: (v - 1.0) ** 2)
    at_ = max(range(len(x)), key=lambda i: x[i])
    return far * x[at_] + min((v * v for v in x), key=lambda v: abs(v - 1.0))


@program(at(VECTOR), at(np.array([0.5, 9.0, 0.1, 2.0])), order=2)
def extremes_with_defaults(x):
    high = max((v for v in x if v > 1.0), default=0.0)
    none = min((v * v for v in x if v > 10.0), default=x[0])
    return high * none + max([], default=x[1]) + max((x[0], 1.0), (x[2], 2.0))[1]


@program(at(0.7, 1.4), at(1.4, 0.7), wrt=(0, 1), order=2)
def compared_sequences(x, y):
    total = 0.0
    if (x, y) < (y, x):
        total += x
    if [x, 1.0] >= [x, 1.0] and (1, 2) < (1, 2, 0) and not [2] < [1, 5]:
        total += x * y
    if (1.0, x) > (1.0, y):
        total += y * y
    return total


@program(at(VECTOR), at(VECTOR[:3]), order=2)
def a_list_inserted_into(x):
    out = []
    for v in x:
        out.insert(0, v * v)
        out.insert(1, v)
        out.insert(-1, 1.0)
    del out[0]
    out[1] = x[0]
    last = out.pop()
    out.remove(1.0)
    del out[1:3]
    return weighed(out) + last * out.index(1.0) + out.count(1.0) + (5.0 if 1.0 in out else 0.0)


@program(at(VECTOR), order=2)
def slices_of_lists_assigned(x):
    out = [v for v in x]
    out[1:3] = [x[0] * x[1]]
    out[:1] = []
    known = [x[0], x[1], x[2], 1.0]
    known[1:3] = [x[4]]
    del known[0]
    del known[-1:]
    return weighed(out) + weighed(known)


@program(at(VECTOR), at(np.array([9.0])), order=2)
def a_table_of_lists(x):
    n = len(x)
    table = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            table[i][j] = x[i] * x[j] * (i + 1)
    total = 0.0
    for row in table:
        total += max(row) * sum(row)
    return total


@program(at(0.7, 3), at(0.7, 0))
def names_deleted(x, n):
    y = x * x
    for _ in range(n):
        z = y * 2.0
        y = z
        del z
    total = y
    del y, n
    return total


@program(at(0.7, -1), at(0.7, 2, raises=UnboundLocalError))
def a_name_deleted_on_one_path(x, n):
    y = x * x
    if n > 0:
        del y
    return y


@program(at(0.7), order=2)
def removed_by_value(x):
    items = [x, 5.0, x * x]
    items.remove(5.0)
    items.extend(v * 2.0 for v in (x, 1.0))
    return weighed(items)


@program(at(VECTOR), at(VECTOR[:1]), order=2)
def a_heap_of_numbers(x):
    heap = []
    for v in x:
        heapq.heappush(heap, v * v)
    first = heapq.heapreplace(heap, 0.5)
    total, k = first * heapq.heappushpop(heap, 0.05), 1.0
    while heap:
        total += k * heapq.heappop(heap)
        k += 1.0
    return total + sum(heapq.nsmallest(2, x)) + heapq.nlargest(1, x, key=abs)[0] ** 2


@program(at(VECTOR + 2.0), order=2)
def shortest_path(w):
    edges = [(0, 1, w[0]), (0, 2, w[2] + 1.0), (1, 2, w[2]), (2, 3, w[4]), (1, 3, w[3] * 3.0)]
    distance = [0.0, 100.0, 100.0, 100.0]
    heap = [(0.0, 0)]
    while heap:
        d, u = heapq.heappop(heap)
        for start, end, weight in edges:
            if start == u and d + weight < distance[end]:
                distance[end] = d + weight
                heapq.heappush(heap, (d + weight, end))
    return distance[3] * distance[2]


@program(at(VECTOR), order=2)
def kept_in_order(x):
    items = []
    for v in x:
        bisect.insort(items, v)
    at_ = bisect.bisect_left(items, 0.5)
    return weighed(items) * x[at_] + items[bisect.bisect([1, 3, 5], 3)] ** 2


@program(at(0.7, 2.0), at(0.7, 3.0, raises=ValueError), order=1)
def places_looked_for(x, wanted):
    items = [1.0, 2.0, x]
    return x * items.index(wanted) + (1.0, 2.0, 3.0).index(wanted)


@program(at(VECTOR, 2), at(VECTOR, 7, raises=ValueError), order=1)
def places_looked_for_in_long_lists(x, wanted):
    items = [round(v) for v in x]
    at_ = items.index(wanted)
    items.remove(wanted)
    return items[at_] * x[at_] * x[at_]
