"""The local Jacobian of one op, in one operand, between numbered elements.

`Sparse` lists its entries. `Bilinear` is a matrix product, whose entries are the other factor's. `Opaque` is an op of which
only the adjoint is known: it carries a derivative through, and no path can be followed across it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from .semirings import Semiring


@dataclass
class Sparse:
    """∂(element children[e])/∂(element parents[e]) = partials[e]. `mass` is Σ|path| of what was composed into each entry."""

    operand: int
    children: np.ndarray
    parents: np.ndarray
    partials: np.ndarray
    mass: np.ndarray | None = None
    order: np.ndarray | None = field(default=None, repr=False)

    def pull(self, semiring: Semiring, adjoint: np.ndarray, reached: np.ndarray) -> None:
        """Bring the adjoints of the children to the parents."""
        there = reached[self.children]
        children, parents = self.children[there], self.parents[there]
        weights = semiring.weight(self.partials[there], None if self.mass is None else self.mass[there])
        semiring.gather(adjoint, parents, semiring.times(adjoint[children], weights))
        reached[parents] = True

    def push(self, tangent: np.ndarray, touched: np.ndarray) -> None:
        """Bring the tangents of the parents to the children."""
        there = touched[self.parents]
        children, parents = self.children[there], self.parents[there]
        np.add.at(tangent, children, tangent[parents] * self.partials[there])
        touched[children] = True

    def onward(self, element: int) -> Iterable[tuple[int, float]]:
        """Where paths through `element` go next: (child, partial)."""
        if self.order is None:
            self.order = np.argsort(self.parents, kind="stable")
        keys = self.parents[self.order]
        found = self.order[np.searchsorted(keys, element) : np.searchsorted(keys, element, side="right")]
        return zip(self.children[found].tolist(), self.partials[found].tolist())

    def sources(self) -> np.ndarray:
        return self.parents


@dataclass
class Bilinear:
    """children (n, m) = elements (n, k) @ other (k, m): ∂children[i, j]/∂elements[i, l] = other[l, j]."""

    operand: int
    children: np.ndarray
    elements: np.ndarray
    other: np.ndarray

    def pull(self, semiring: Semiring, adjoint: np.ndarray, reached: np.ndarray) -> None:
        """Bring the adjoints of the children to the parents."""
        there = reached[self.children]
        if not there.any():
            return
        if not there.all() and not np.isfinite(self.other).all():
            self.expanded().pull(semiring, adjoint, reached)
            return
        arrived = np.where(there, adjoint[self.children], semiring.zero)
        contributions = semiring.product(arrived, semiring.weight(self.other, None).T)
        held = self.elements >= 0
        semiring.gather(adjoint, self.elements[held], contributions[held])
        rows = np.broadcast_to(there.any(axis=1)[:, None], self.elements.shape)
        reached[self.elements[held & rows]] = True

    def push(self, tangent: np.ndarray, touched: np.ndarray) -> None:
        """Bring the tangents of the parents to the children."""
        held = self.elements >= 0
        there = held & touched[self.elements]
        if there.any():
            tangents = np.where(there, tangent[self.elements], 0.0)
            np.add.at(tangent, self.children, tangents @ self.other)
            touched[self.children[there.any(axis=1)]] = True

    def onward(self, element: int) -> Iterable[tuple[int, float]]:
        """Where paths through `element` go next: (child, partial)."""
        for i, k in np.argwhere(self.elements == element):
            yield from zip(self.children[i].tolist(), self.other[k].tolist())

    def sources(self) -> np.ndarray:
        return self.elements[self.elements >= 0]

    def expanded(self) -> Sparse:
        """The same, entry by entry."""
        (n, k), m = self.elements.shape, self.other.shape[1]
        shape = (n, k, m)
        children = np.broadcast_to(self.children[:, None, :], shape).ravel()
        parents = np.broadcast_to(self.elements[:, :, None], shape).ravel()
        partials = np.broadcast_to(self.other[None, :, :], shape).ravel()
        held = parents >= 0
        return Sparse(self.operand, children[held], parents[held], partials[held].astype(np.float64))


@dataclass
class Opaque:
    """An op of which only `adjoint` is known, (cotangent of the children) -> contribution to the parents."""

    operand: int
    name: str
    children: np.ndarray
    elements: np.ndarray
    adjoint: Callable[[np.ndarray], np.ndarray]

    def pull(self, semiring: Semiring, adjoint: np.ndarray, reached: np.ndarray) -> None:
        """Bring the adjoints of the children to the parents; only derivatives can be."""
        there = reached[self.children]
        if not there.any():
            return
        held = self.elements >= 0
        arrived = np.where(there, adjoint[self.children], 0.0)
        contribution = np.broadcast_to(self.adjoint(arrived), self.elements.shape) if semiring.linear else np.zeros(self.elements.shape)
        semiring.gather(adjoint, self.elements[held], contribution[held])
        reached[self.elements[held]] = True

    def push(self, tangent: np.ndarray, touched: np.ndarray) -> None:
        """Mark what is touched; how much is not known."""
        if touched[self.sources()].any():
            tangent[self.children] = np.nan
            touched[self.children] = True

    def onward(self, element: int) -> Iterable[tuple[int, float]]:
        return ()

    def sources(self) -> np.ndarray:
        return self.elements[self.elements >= 0]


Link = Sparse | Bilinear | Opaque
