"""Average linkage under constraints, of all components at once. Pure.

Two clusters that are each other's nearest are joined, in rounds, until no two reach the threshold. For a distance in
which a union is never nearer than both its parts were, as the average is, these rounds give the clusters of the
step-by-step algorithm (reciprocal nearest neighbours: de Rham 1980, Murtagh 1983), in a number of rounds that hardly
grows with the data. A pair that must not be joined stays apart through every union.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Scores are summed as whole numbers of this many to one, so that no order of adding changes a sum.
UNIT = 4096


@dataclass(frozen=True)
class Edges:
    """Pairs of clusters, `left` < `right`, each pair once.

    Args:
        total: sum of the scores of their pairs of records, in units of 1 / UNIT.
        pairs: how many pairs of records that is; 0 says nothing.
        apart: must not be joined.
    """

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    total: NDArray[np.int64]
    pairs: NDArray[np.int64]
    apart: NDArray[np.bool_]

    def mean(self) -> NDArray[np.float64]:
        """Mean score of each pair of clusters, -inf where they must stay apart or nothing is known."""
        import numpy as np

        known = (self.pairs > 0) & ~self.apart
        return np.where(known, self.total / np.maximum(self.pairs, 1) / UNIT, -np.inf)


@dataclass(frozen=True)
class Linked:
    """The outcome.

    Args:
        cluster: the smallest cluster each cluster ended in.
        rest: the pairs of clusters that were left, with their means.
    """

    cluster: NDArray[np.int32]
    rest: Edges


def link(
    clusters: int, edges: Edges, exclusive: NDArray[np.int64], sizes: NDArray[np.int64], threshold: float, cap: int
) -> Linked:
    """Join while the mean score reaches the threshold.

    Args:
        clusters: how many; they are 0 .. clusters - 1.
        edges: every pair of clusters that may be joined, and every pair inside a component.
        exclusive: array of (kinds, clusters) of int64: a value of which a cluster holds at most one, -1 for none.
        sizes: records of each cluster.
        threshold: log-odds.
        cap: records a cluster may hold at most.
    """
    import numpy as np

    cluster = np.arange(clusters, dtype=np.int32)
    exclusive, sizes = exclusive.copy(), sizes.copy()
    while True:
        edges = _held_apart(edges, exclusive, sizes, cap)
        chosen = _nearest(clusters, edges, threshold)
        if not len(chosen):
            break
        left, right = edges.left[chosen], edges.right[chosen]
        exclusive[:, left] = np.maximum(exclusive[:, left], exclusive[:, right])
        sizes[left] += sizes[right]
        became = np.arange(clusters, dtype=np.int32)
        became[right] = left
        cluster = became[cluster]
        edges = _joined(edges, became)
    return Linked(cluster, edges)


def _held_apart(edges: Edges, exclusive: NDArray[np.int64], sizes: NDArray[np.int64], cap: int) -> Edges:
    a, b = exclusive[:, edges.left], exclusive[:, edges.right]
    conflict = ((a != b) & (a >= 0) & (b >= 0)).any(axis=0)
    too_large = sizes[edges.left] + sizes[edges.right] > cap
    return Edges(edges.left, edges.right, edges.total, edges.pairs, edges.apart | conflict | too_large)


def _nearest(clusters: int, edges: Edges, threshold: float) -> NDArray[np.intp]:
    """Edges that are the best one of both their ends; among equal means the smaller clusters are nearer."""
    import numpy as np

    mean = edges.mean()
    open_ = np.flatnonzero(mean >= threshold)
    order = open_[np.lexsort((edges.right[open_], edges.left[open_], -mean[open_]))]
    best = np.full(clusters, len(order), dtype=np.int64)
    place = np.arange(len(order))
    np.minimum.at(best, edges.left[order], place)
    np.minimum.at(best, edges.right[order], place)
    both = (best[edges.left[order]] == place) & (best[edges.right[order]] == place)
    return order[both]


def _joined(edges: Edges, became: NDArray[np.int32]) -> Edges:
    """The edges between what the clusters became, those of one pair added up."""
    import numpy as np

    a, b = became[edges.left], became[edges.right]
    keep = a != b
    return add_up(
        np.minimum(a, b)[keep], np.maximum(a, b)[keep], edges.total[keep], edges.pairs[keep], edges.apart[keep]
    )


def add_up(
    left: NDArray[np.int32], right: NDArray[np.int32], total: NDArray[np.int64], pairs: NDArray[np.int64],
    apart: NDArray[np.bool_],
) -> Edges:  # fmt: skip
    """Edges with each pair of clusters once, in order of the pair."""
    import numpy as np

    order = np.lexsort((right, left))
    left, right, total, pairs, apart = left[order], right[order], total[order], pairs[order], apart[order]
    new = np.ones(len(left), np.bool_)
    new[1:] = (left[1:] != left[:-1]) | (right[1:] != right[:-1])
    starts = np.flatnonzero(new)
    if not len(starts):
        return Edges(left, right, total, pairs, apart)
    return Edges(
        left[starts], right[starts], np.add.reduceat(total, starts), np.add.reduceat(pairs, starts),
        np.logical_or.reduceat(apart, starts),
    )  # fmt: skip
