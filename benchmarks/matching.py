"""How well a clustering fits known truth: pairwise, B-cubed, over-merge and split, without listing pairs.

Formulas: pairwise precision and recall count pairs of records inside a cluster, by the contingency table of
(cluster, entity); B-cubed averages over records (Bagga and Baldwin 1998); over-merge is the share of clusters
with two or more entities; split is the share of entities in two or more clusters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Score:
    """Shares between 0 and 1."""

    precision: float
    recall: float
    f1: float
    b_cubed: float
    over_merge: float
    split: float


def _pairs(sizes: Mapping[Any, int]) -> int:
    return sum(n * (n - 1) // 2 for n in sizes.values())


def _f(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def score(clusters: Sequence[Hashable], entities: Sequence[Hashable]) -> Score:
    """Compare cluster labels with entity labels of the same records, in the same order."""
    cells: Counter[tuple[Hashable, Hashable]] = Counter(zip(clusters, entities, strict=True))
    by_cluster, by_entity = Counter(clusters), Counter(entities)
    both = _pairs(cells)
    precision = both / _pairs(by_cluster) if _pairs(by_cluster) else 1.0
    recall = both / _pairs(by_entity) if _pairs(by_entity) else 1.0
    records = len(entities)
    b_precision = sum(n * n / by_cluster[c] for (c, _), n in cells.items()) / records
    b_recall = sum(n * n / by_entity[e] for (_, e), n in cells.items()) / records
    entities_of = Counter(c for c, _ in cells)
    clusters_of = Counter(e for _, e in cells)
    return Score(
        precision,
        recall,
        _f(precision, recall),
        _f(b_precision, b_recall),
        sum(n > 1 for n in entities_of.values()) / len(by_cluster),
        sum(n > 1 for n in clusters_of.values()) / len(by_entity),
    )
